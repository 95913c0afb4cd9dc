"""The sheet of headline results under every scenario: stored when the workbook was made, with the one selected live."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.comparison import compare
from costmodel.language.units import Unit
from costmodel.spreadsheets.building import call, cell, cells, pair
from costmodel.spreadsheets.expressions import Area, Expression, Unary
from costmodel.workbook.book import Book, prices_at
from costmodel.workbook.calculations import SIGN
from costmodel.workbook.layout import COMPARISON, FIRST, ID, LABEL, UNIT, WITHIN
from costmodel.workbook.scenario_sheets import headings
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.summary import ILLUSTRATIVE, cell_in, link_to

_LIVE, _STORED, _EQUAL, _FIRST_STORED = 3, 4, 5, 6
"""Columns of the live figure, of the one stored for the scenario selected, of whether they are equal, and the rest."""
_SAYS = (
    "Headline results of every scenario, stored when this workbook was made, and the live figure of the scenario "
    "selected."
)
_HOW = "Equal is 1 where the live figure is the stored one, and 0 once an input that it rests on has been changed."
_NEVER = '0;0;"never"'
"""The number format of a year that 0 stands for where there is none."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A figure that is compared: a line that has one value, or its value in the last year."""

    name: str
    label: str
    unit: Unit
    year: int | None
    values: tuple[float, ...]
    """Under each scenario, in order."""


def headlines(book: Book) -> list[Headline]:
    """The results that scenarios are compared by, then every row of a table in its last year; each once."""
    lines, year = book.model.lines, len(book.model.ask_years) - 1
    found = [
        Headline(name=row.name, label=row.label, unit=row.unit, year=None, values=row.values)
        for row in compare(book.results.costed).rows
    ]
    names = dict.fromkeys(name for table in book.costing.tables.values() for name in table.rows)
    for name in names:
        line = lines[name]
        if line.shape.by_year:
            label = f"{line.label}, {book.year_headers()[year]}"
            values = tuple(float(run.cells(name)[0, year]) for run in book.runs)
            found.append(Headline(name=name, label=label, unit=line.unit, year=year, values=values))
    return found


def equal_area(book: Book) -> Area | None:
    """The cells that say whether each live figure is the one stored, as a reference from another sheet.

    The least of them is 1 in a workbook as it was made. None where nothing is compared.
    """
    last = FIRST + len(headlines(book)) - 1
    return cells((FIRST, _EQUAL), (last, _EQUAL), COMPARISON, held="row column") if last >= FIRST else None


class ScenarioComparison:
    """Writes the comparison of scenarios."""

    def __init__(self, book: Book) -> None:
        self.book, self.count = book, len(book.runs)
        self._after = _FIRST_STORED + 2 * self.count - 1
        """The first column after the stored figures and their differences from base."""

    def add(self) -> None:
        """Add the sheet, where the proposal has results to compare."""
        rows = headlines(self.book)
        if not rows:
            return
        names = headings(self.book)
        columns = [
            SheetColumn("Label", 330),
            SheetColumn("Id", 470),
            SheetColumn("Unit", 240),
            SheetColumn("Live", 130, number=True),
            SheetColumn("Stored for the scenario selected", 130, number=True),
            SheetColumn("Equal", 75, number=True),
            *(SheetColumn(name, 120, number=True) for name in names),
            *(
                SheetColumn(f"{name} less {names[0]}", 120, number=True, new_page=place == 0)
                for place, name in enumerate(names[1:])
            ),
            SheetColumn("Type", 85, new_page=True),
            SheetColumn("Prices", 280),
            SheetColumn("Grade", 110),
            SheetColumn("Where it is illustrative", 430),
        ]
        legend = f"{LEGEND} {_HOW} Costs are positive {self.book.note(SIGN)}."
        title = "Comparison of scenarios"
        sheet = TableSheet(self.book, COMPARISON, "Outputs", title, _SAYS, columns, legend=legend)
        for at, row in enumerate(rows, start=FIRST):
            self._row(sheet, row, at)
        sheet.finish(FIRST + len(rows) - 1)

    def _row(self, sheet: TableSheet, row: Headline, at: int) -> None:
        book = self.book
        line = book.model.lines[row.name]
        role = "output" if row.name == book.costing.proposal.ask and row.year is None else "calculation"
        is_year = row.unit.is_year
        number = _NEVER if is_year else book.number_format(line)
        year = "" if row.year is None else f"@{book.model.years[row.year]}"
        sheet.text(at, LABEL, row.label)
        sheet.link(at, ID, *cell_in(book, row.name, row.year), f"{row.name}{year}")
        sheet.text(at, UNIT, str(row.unit))
        for column in (_LIVE, _STORED):
            sheet.make_room(at, column, row.values, number)
        sheet.formula(at, _LIVE, link_to(book, row.name, COMPARISON, row.year), number, role)
        for place_of, value in enumerate(row.values):
            sheet.number(at, _FIRST_STORED + place_of, value, number, "fixed")
        sheet.formula(at, _STORED, book.chosen(COMPARISON, at, COMPARISON, _FIRST_STORED), number)
        sheet.formula(at, _EQUAL, self._equal(at), "0", "check")
        for place_of in range(1, self.count):
            self._less_base(sheet, row, at, place_of, number)
        sheet.text(at, self._after, "Output")
        sheet.text(at, self._after + 1, prices_at(book, row.unit))
        sheet.grade(at, row.name)
        sheet.text(at, self._after + 3, self._illustrative(row.name))

    def _equal(self, at: int) -> Expression:
        """1 where live and stored differ by next to nothing, beside the largest of the row: what is left of figures
        that nearly cancel out can differ by more beside itself."""
        every = cells((at, _FIRST_STORED), (at, _FIRST_STORED + self.count - 1), held="column")
        apart = call("ABS", pair(cell(at, _LIVE), "-", cell(at, _STORED)))
        largest = call("MAX", every, Unary("-", call("MIN", every)))
        return call("IF", pair(apart, "<=", pair(WITHIN, "*", largest)), 1, 0)

    def _less_base(self, sheet: TableSheet, row: Headline, at: int, scenario: int, number: str) -> None:
        """How far a scenario's stored figure is from base; nothing for years, one of which may be never."""
        if row.unit.is_year:
            return
        own, base = cell(at, _FIRST_STORED + scenario), cell(at, _FIRST_STORED, held="column")
        sheet.formula(at, _FIRST_STORED + self.count - 1 + scenario, pair(own, "-", base), number)

    def _illustrative(self, name: str) -> str:
        """Says in words in which scenarios a stored figure rests on illustrative values."""
        weak = [run.scenario for run in self.book.runs if run.grading[name].grade == ILLUSTRATIVE]
        if not weak:
            return ""
        return f"Illustrative in {'every scenario' if len(weak) == self.count else ', '.join(weak)}"
