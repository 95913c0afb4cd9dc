"""Switching values: what each assumption would have to be for net present social value to be nothing, with proof."""

from __future__ import annotations

from costmodel.analysis.figures import how_to_show
from costmodel.analysis.switching import RESULT
from costmodel.language.shape import SCALAR
from costmodel.spreadsheets.building import call, pair
from costmodel.workbook.book import NOT_APPLICABLE, Book, prices_at
from costmodel.workbook.layout import FIRST, ID, LABEL, SWITCHING, TESTS, UNIT
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.tests_by_scenario import (
    HIGH,
    LOW,
    MULTIPLE,
    PROOF,
    SLOPE,
    STRAIGHT,
    SWITCH,
    StoredTests,
    meets,
    widest,
)

_NOW, _TIMES, _LIVE, _INSIDE = "Value now", "Times", "Live proof", "In its range"
OF_RESULT = "Grade of the result"
_SAYS = "The value of each assumption, all others held, at which net present social value is nothing."
_MEETS = "Value for a headline: the one at which the chain beside it comes to the headline's figure of the last year."
_STORED = "Those of when this workbook was made: the live proof turns 0 once other inputs change"
_HOW = (
    f"Switching values are stored on the sheet {TESTS}. Result then is net present social value with the switching "
    "value put in. The live proof, where the result is a straight line in an assumption, is 1 where net present social "
    "value now, plus the slope times the way from the value now to the switching value, is less than a pound."
)


class SwitchingValues:
    """Writes the switching values of a proposal that has an appraisal."""

    def __init__(self, book: Book, tests: StoredTests) -> None:
        self.book, self.tests = book, tests

    def add(self) -> None:
        """Add the sheet, where there is a net present social value and something moves it in some scenario."""
        book, tests, names = self.book, self.tests, self.tests.switched
        if not names:
            return
        columns = [
            SheetColumn("Label", 330),
            SheetColumn("Id", 440),
            SheetColumn("Unit", 170),
            SheetColumn(_NOW, width_now(book, names, 120), number=True),
            SheetColumn(SWITCH, tests.widest(120, SWITCH), number=True),
            SheetColumn(_TIMES, self._width_of_times(), number=True),
            SheetColumn(_LIVE, 80, number=True),
            SheetColumn(_INSIDE, 90),
            SheetColumn("Grade", 110),
            SheetColumn(OF_RESULT, 110),
            SheetColumn(STRAIGHT, 90, new_page=True),
            SheetColumn(SLOPE, tests.widest(150, SLOPE), number=True),
            SheetColumn(PROOF, tests.widest(100, PROOF), number=True),
            SheetColumn(LOW, tests.widest(110, LOW), number=True),
            SheetColumn(HIGH, tests.widest(110, HIGH), number=True),
            *(SheetColumn(figure, tests.widest(260, figure), number=True) for figure in map(meets, tests.meeting)),
            SheetColumn("Prices", 330),
            SheetColumn("Type", 85),
        ]
        legend = f"{LEGEND} none: no value does it. {_STORED} {book.note(_HOW)}."
        if tests.meeting:
            legend += f" Values for headlines {book.note(_MEETS)}."
        sheet = TableSheet(book, SWITCHING, "Outputs", SWITCHING, _SAYS, columns, legend=legend)
        for at, name in enumerate(names, start=FIRST):
            self._row(sheet, name, at)
        sheet.finish(FIRST + len(names) - 1)

    def _width_of_times(self) -> int:
        """Pixels for the largest of any scenario."""
        times = [s.times for found in self.tests.switching for s in found.switches if s.times is not None]
        return widest(80, times, "#,##0.00")

    def _row(self, sheet: TableSheet, name: str, at: int) -> None:
        book, tests, line = self.book, self.tests, self.book.model.lines[name]
        sheet.text(at, LABEL, line.label)
        sheet.link(at, ID, *book.cell_of(name), name)
        value_now(sheet, tests, name, at, _NOW)
        tests.show(sheet, at, SWITCH, name, SWITCH, "output")
        tests.show(sheet, at, STRAIGHT, name, STRAIGHT, "text")
        for figure in (SLOPE, PROOF, LOW, HIGH, *map(meets, tests.meeting)):
            tests.show(sheet, at, figure, name, figure)
        self._live(sheet, name, at)
        sheet.grade(at, name)
        sheet.grade(at, RESULT, (OF_RESULT,))
        sheet.text(at, "Prices", prices_at(book, book.model.lines[RESULT].unit))
        sheet.text(at, "Type", "Output")

    def _live(self, sheet: TableSheet, name: str, at: int) -> None:
        """The formulas that follow from the figures beside them."""
        now, switch, slope = (sheet.cell(at, figure) for figure in (_NOW, SWITCH, SLOPE))
        sheet.formula(at, _TIMES, call("IFERROR", pair(switch, "/", now), NOT_APPLICABLE), "#,##0.00")
        if (name, LOW) in self.tests.stored:
            above = pair(pair(switch, "-", sheet.cell(at, LOW)), ">=", 0)
            below = pair(pair(sheet.cell(at, HIGH), "-", switch), ">=", 0)
            inside = call("IF", call("AND", above, below), "yes", "no")
            sheet.formula(at, _INSIDE, call("IFERROR", inside, NOT_APPLICABLE), role="text")
        way = pair(pair(switch, "-", now), "*", slope)
        there = call("ABS", pair(self.book.cell(RESULT, SWITCHING), "+", way))
        proof = call("IF", pair(there, "<", 1), 1, 0)
        sheet.formula(at, _LIVE, call("IFERROR", proof, NOT_APPLICABLE), "0", "check")


def value_now(sheet: TableSheet, tests: StoredTests, name: str, at: int, column: str) -> None:
    """Write an assumption's unit and live value: 1 where its values move together, as a multiple."""
    book, line = tests.book, tests.book.model.lines[name]
    several = line.shape != SCALAR
    sheet.text(at, UNIT, str(MULTIPLE if several else line.unit))
    if several:
        sheet.number(at, column, 1, "#,##0", "fixed")
        return
    number = how_to_show(line.unit, _in_all(book, name)).excel
    sheet.formula(at, column, book.cell(name, sheet.name), number)


def width_now(book: Book, names: list[str], least: int) -> int:
    """Pixels of the column of live values, in any scenario."""
    singles = [name for name in names if book.model.lines[name].shape == SCALAR]
    numbers = {name: how_to_show(book.model.lines[name].unit, _in_all(book, name)).excel for name in singles}
    return max([least, *(widest(0, _in_all(book, name), number) for name, number in numbers.items())])


def _in_all(book: Book, name: str) -> list[float]:
    """An input's value in every scenario."""
    return [float(value) for value in book.costed.values[name].flat]
