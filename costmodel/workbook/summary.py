"""The outputs: a sheet for each table of the proposal, every figure a link to the line that works it out."""

from __future__ import annotations

from costmodel.analysis.shown_tables import ROUNDING, ShownRow, show_table
from costmodel.language.tree import Name
from costmodel.sections.set_tables import TableOf, pounds_in
from costmodel.spreadsheets.building import cell, pair, seen_from
from costmodel.spreadsheets.cells import address
from costmodel.spreadsheets.expressions import Area, Expression
from costmodel.workbook.book import Book, prices_at
from costmodel.workbook.calculations import SIGN
from costmodel.workbook.input_sheets import fixed_columns
from costmodel.workbook.layout import CONSTANT, FIRST, FIRST_YEAR, ID, LABEL, SUMMARY, UNIT, VALUES
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet

ILLUSTRATIVE = "illustrative"


class Summaries:
    """Writes the proposal's tables."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self) -> None:
        """Add a sheet for each table, in the proposal's order."""
        for number, name in enumerate(self.book.costing.tables, start=1):
            self._add(name, SUMMARY if number == 1 else f"{SUMMARY} {number}")

    def _add(self, name: str, sheet_name: str) -> None:
        book, shown = self.book, show_table(self.book.runs[0], name, every_row=True)
        table = book.costing.tables[name]
        columns = [
            *fixed_columns(book, "Constant", book.ask),
            *(SheetColumn(heading, 150, number=True) for heading in shown.columns[book.ask :]),
            SheetColumn("Grade", 110),
            SheetColumn("Type", 85, new_page=True),
            SheetColumn("Prices", 330),
            SheetColumn("Grade set by", 330),
        ]
        marks = " ".join(book.note(text) for text in (table.note, ROUNDING) if text)
        says = f"{shown.title}: each figure a link to the line that works it out."
        rounded = f"Figures are rounded half up {marks}".strip()
        legend = f"{LEGEND} {rounded}, and costs are positive {book.note(SIGN)}.{self._illustrative(name)}"
        sheet = TableSheet(book, sheet_name, "Outputs", shown.title, says, columns, legend=legend)
        for at, row in enumerate(shown.rows, start=FIRST):
            self._row(sheet, table, row, table.totals_of(row.name), at)
        sheet.finish(FIRST + len(shown.rows) - 1)

    def _row(self, sheet: TableSheet, table: TableOf, row: ShownRow, totals: list[str], at: int) -> None:
        book, asked = self.book, self.book.costing.proposal.ask
        sheet.text(at, LABEL, row.label)
        sheet.link(at, ID, *book.cell_of(row.name, row.place or 0), row.id)
        sheet.text(at, UNIT, row.unit_words)
        role = "output" if asked in (row.name, *totals) else "calculation"
        number = row.shown.excel if row.shown.said else book.number_format(book.model.lines[row.name])
        cells: list[tuple[int, str, int | None, str]] = []
        if row.constant is not None:
            cells.append((CONSTANT, row.name, None, role))
        else:
            cells += [(FIRST_YEAR + year, row.name, year, role) for year in range(book.ask)]
        first = FIRST_YEAR + book.ask
        cells += [(first + place, line, None, "output") for place, line in enumerate(totals) if line]
        for column, name, year, look in cells:
            sheet.make_room(at, column, [end / 10**row.shown.scale for end in book.extremes(name)], number)
            shown: Expression = link_to(book, name, sheet.name, year, row.place or 0)
            if row.shown.scale:
                shown = pair(shown, "/", book.cell(pounds_in(table.display), sheet.name))
            sheet.formula(at, column, shown, number, look)
        sheet.text(at, "Type", "Output")
        sheet.text(at, "Prices", prices_at(book, row.unit))
        sheet.grade(at, row.name, ("Grade", "Grade set by"))

    def _illustrative(self, name: str) -> str:
        """Says in words that figures rest on illustrative values, where any does in any scenario."""
        rows = self.book.costing.tables[name].lines
        weak = any(run.grading[row].grade == ILLUSTRATIVE for run in self.book.runs for row in rows)
        return " Grade says which rows are illustrative in the scenario selected." if weak else ""


def link_to(book: Book, name: str, sheet: str, year: int | None = None, row: int = 0) -> Area:
    """What shows a line's figure on a sheet, taken from where it is worked out and not from a link to that."""
    line = book.model.lines[name]
    while isinstance(line.formula, Name) and line.formula.name in book.layout.places and not line.shape.rows:
        named = book.model.lines[line.formula.name]
        if named.shape != line.shape:
            break
        line = named
    if line.shape.rows and year is None and line.name in book.layout.by_scenario:
        return seen_from(sheet, cell(book.layout.by_scenario[line.name] + row, CONSTANT, VALUES, held="row column"))
    return book.cell(line.name, sheet, year, row)


def cell_in(book: Book, name: str, year: int | None) -> tuple[str, str]:
    """The sheet and address of a line's figure in a year, or of its one figure."""
    place = book.layout.places[name]
    column = place.first_year + (year or 0) if book.model.lines[name].shape.by_year else place.constant
    return place.sheet, address(place.row + 1, column + 1)
