"""The sheet of printed figures: each cell of the published tables beside what the model makes of it, then and live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import copysign, floor, log10

from costmodel.analysis.printed import PrintedCell, cells_of
from costmodel.analysis.verdicts import DIFFERS, Verdict, table_verdicts, verdict_on
from costmodel.assumptions.schema import PublishedTable
from costmodel.model.line import EQUAL, Line
from costmodel.numbers import Number
from costmodel.spreadsheets.building import call, pair
from costmodel.workbook.book import Book, prices_at
from costmodel.workbook.layout import FIRST, ID, LABEL, RECONCILIATION, UNIT
from costmodel.workbook.scenario_sheets import source
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.summary import cell_in, link_to

HELD_IN = "base"
"""The scenario that printed tables are held against."""
_PRINTED, _MODEL, _DIFFERENCE, _STEP = "Printed figure", "Model figure", "Difference", "Rounds to"
_LIVE, _FROM, _BELOW, _AGREES = "Live figure", "Agrees from", "Agrees below", "Live agrees"
_SAYS = (
    f"Every cell of the published tables, and what the model makes of it: in {HELD_IN}, stored when this workbook was "
    "made, and live. Claims in words are in reconciliation.md."
)
_HOW = "Live agrees is 1 where the live figure rounds half up to the printed one"
_NEED_NOT = (
    f"Printed tables are held against {HELD_IN}: live figures of other scenarios, or of changed inputs, need not "
    "agree with them. Figures in the words of documents rest on every proposal, so they are not in this workbook: "
    "costmodel reconcile writes them to reconciliation.md."
)


@dataclass(frozen=True, kw_only=True)
class HeldCell:
    """A printed cell, the table that it stands in, and the verdict on it."""

    table: PublishedTable
    cell: PrintedCell
    verdict: Verdict


class Reconciliation:
    """Writes the printed tables of a proposal, cell by cell."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self) -> None:
        """Add the sheet, where the proposal has published tables."""
        found = list(self._held())
        if not found:
            return
        columns = [
            SheetColumn("Label", 330),
            SheetColumn("Id", 470),
            SheetColumn("Unit", 150),
            SheetColumn(_PRINTED, 120, number=True),
            SheetColumn(_MODEL, 120, number=True),
            SheetColumn(_DIFFERENCE, 120, number=True),
            SheetColumn("Verdict", 120),
            SheetColumn("Reason", 230),
            SheetColumn(_STEP, 110, number=True),
            SheetColumn("Held in scenario", 110),
            SheetColumn(_LIVE, 120, number=True, new_page=True),
            SheetColumn(_FROM, 130, number=True),
            SheetColumn(_BELOW, 130, number=True),
            SheetColumn(_AGREES, 90, number=True),
            SheetColumn("Type", 85),
            SheetColumn("Source", 270),
            SheetColumn("Where it is printed", 340),
            SheetColumn("Prices", 110),
            SheetColumn("Grade", 110),
            SheetColumn(f"Grade in {HELD_IN}", 110),
        ]
        legend = f"{LEGEND} {_HOW} {self.book.note(_NEED_NOT)}."
        sheet = TableSheet(self.book, RECONCILIATION, "Outputs", RECONCILIATION, _SAYS, columns, legend=legend)
        for at, held in enumerate(found, start=FIRST):
            self._row(sheet, held, at)
        sheet.finish(FIRST + len(found) - 1)

    def _held(self) -> Iterator[HeldCell]:
        """Every printed cell with its verdict, in the order of the tables."""
        costing = self.book.costing
        published = costing.files.base.document.published.values()
        cells = [(table, cell) for table in published for cell in cells_of(table)]
        if not cells:
            return
        verdicts = table_verdicts(self.book.costed.run(HELD_IN))
        for (table, cell), verdict in zip(cells, verdicts, strict=True):
            yield HeldCell(table=table, cell=cell, verdict=verdict)

    def _row(self, sheet: TableSheet, held: HeldCell, at: int) -> None:
        book, cell, verdict = self.book, held.cell, held.verdict
        line = book.model.lines[cell.row]
        year = book.model.years.index(cell.year) if cell.year else None
        label = f"{line.label}, {book.year_headers()[year]}" if year is not None else line.label
        sheet.text(at, LABEL, label)
        sheet.link(at, ID, *cell_in(book, cell.row, year), cell.name)
        sheet.text(at, UNIT, str(line.unit))
        self._figures(sheet, held, at, year)
        sheet.text(at, "Verdict", verdict.verdict, "strong" if not verdict.as_expected else "text")
        sheet.text(at, "Reason", verdict.reason)
        sheet.text(at, "Held in scenario", HELD_IN)
        sheet.text(at, "Type", "Output")
        if held.table.source in book.sources:
            source(book, sheet, held.table.source, at)
        else:
            sheet.text(at, "Source", held.table.source)
        sheet.text(at, "Where it is printed", held.table.where or held.table.title)
        sheet.text(at, "Prices", prices_at(book, line.unit))
        sheet.grade(at, cell.row)
        sheet.text(at, f"Grade in {HELD_IN}", verdict.grade or "")

    def _figures(self, sheet: TableSheet, held: HeldCell, at: int, year: int | None) -> None:
        """What is printed, what the model made of it, and what it makes of it now."""
        book, cell, verdict = self.book, held.cell, held.verdict
        line, printed = book.model.lines[cell.row], held.cell.number.value
        number = book.number_format(line)
        sheet.number(at, _PRINTED, printed, _as_printed(cell), "fixed")
        sheet.number(at, _MODEL, verdict.figures[0], number, "fixed")
        apart = pair(sheet.cell(at, _MODEL), "-", sheet.cell(at, _PRINTED))
        sheet.formula(at, _DIFFERENCE, apart, _of_differences(book, line))
        sheet.number(at, _STEP, cell.rounds_to, _as_printed(cell), "fixed")
        sheet.make_room(at, _LIVE, book.extremes(cell.row), number)
        sheet.formula(at, _LIVE, link_to(book, cell.row, RECONCILIATION, year), number, "output")
        low, high = agrees_between(printed, cell.rounds_to)
        for column, end in ((_FROM, low), (_BELOW, high)):
            sheet.number(at, column, end, _as_printed(cell, more=1), "fixed")
        live = sheet.cell(at, _LIVE)
        agrees = call("AND", pair(live, ">=", sheet.cell(at, _FROM)), pair(live, "<", sheet.cell(at, _BELOW)))
        sheet.formula(at, _AGREES, call("IF", agrees, 1, 0), "0", "check")


def agrees_between(printed: float, rounds_to: float) -> tuple[float, float]:
    """From which figure, and below which, a figure is exactly a printed one or rounds half up to it.

    Both ends are those of :func:`costmodel.analysis.verdicts.verdict_on`: rounding is of the 15 digits that a
    spreadsheet shows, away from zero, and a printed figure that is no multiple is met exactly or not at all.
    """
    near, step = EQUAL * abs(printed), Number(rounds_to, False, False, 0)
    if verdict_on(printed + rounds_to / 4, Number(printed, False, False, 0), step) == DIFFERS:
        return printed - near, printed + near
    ends = (_shown_as(printed - rounds_to / 2), _shown_as(printed + rounds_to / 2))
    return min(ends[0], printed - near), max(ends[1], printed + near)


def _shown_as(tie: float) -> float:
    """The figure nearest to zero that a spreadsheet still shows as a tie between two roundings."""
    return tie if not tie else tie - copysign(5 * 10.0 ** (floor(log10(abs(tie))) - 15), tie)


def _as_printed(cell: PrintedCell, *, more: int = 0) -> str:
    """The number format that shows a figure with the decimals that are printed, and some more."""
    percent = cell.number.percent
    decimals = max(cell.number.decimals - 2, 0) if percent else cell.number.decimals
    decimals += more if cell.rounds_to < 10 else 0
    return f"{'0' if percent else '#,##0'}{'.' if decimals else ''}{'0' * decimals}{'%' if percent else ''}"


def _of_differences(book: Book, line: Line) -> str:
    """The number format of how far figures are apart: pence too, as a difference of less than a pound is one."""
    number = book.number_format(line)
    return f"{number}.00" if number == "#,##0" and line.unit.is_money else number
