"""Sensitivity: the headline result when each assumption is put at either end of its declared range, others held."""

from __future__ import annotations

from costmodel.model.excel import column_name
from costmodel.workbook.book import NOT_APPLICABLE, Book, prices_at
from costmodel.workbook.differing import Figure, of_each
from costmodel.workbook.layout import FIRST, ID, LABEL, SENSITIVITY, TESTS, WITHIN
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.switching_sheet import OF_RESULT, value_now, width_now
from costmodel.workbook.tests_by_scenario import (
    AT_HIGH,
    AT_LOW,
    HIGH,
    LOW,
    MADE,
    StoredTests,
    as_number,
    or_none,
)

_NOW, _RESULT, _SWING, _SAME = "Value now", "Result now", "Swing", "As when made"
_CHANGE_AT_LOW, _CHANGE_AT_HIGH = "Change at low", "Change at high"
CHANGES = (11, 12)
"""The columns that the tornado shows: change at low, and change at high."""
_STORED = "Results at low and high are those of when this workbook was made: As when made is 0 once inputs change"


class SensitivityTable:
    """Writes the sensitivity of the headline result."""

    def __init__(self, book: Book, tests: StoredTests) -> None:
        self.book, self.tests = book, tests

    def add(self) -> None:
        """Add the sheet, where there is a single result and an assumption below it has a declared range."""
        book, tests = self.book, self.tests
        if not tests.ranged or tests.result is None:
            return
        line = book.model.lines[tests.result]
        money = tests.widest(115, MADE, AT_LOW, AT_HIGH)
        columns = [
            SheetColumn("Label", 280),
            SheetColumn("Id", 450),
            SheetColumn("Unit", 150),
            SheetColumn(LOW, tests.widest(95, LOW), number=True),
            SheetColumn(_NOW, width_now(book, tests.ranged, 95), number=True),
            SheetColumn(HIGH, tests.widest(95, HIGH), number=True),
            SheetColumn(AT_LOW, money, number=True),
            SheetColumn(_RESULT, money, number=True),
            SheetColumn(AT_HIGH, money, number=True),
            SheetColumn(_SWING, money, number=True),
            SheetColumn(_SAME, 80, number=True),
            SheetColumn(_CHANGE_AT_LOW, money, number=True, new_page=True),
            SheetColumn(_CHANGE_AT_HIGH, money, number=True),
            SheetColumn("Grade", 110),
            SheetColumn(OF_RESULT, 110),
            SheetColumn("Prices", 330),
            SheetColumn("Type", 85),
        ]
        result = f"{line.label} ({line.unit})"
        says = f"{result} with each assumption at either end of its declared range, all others held."
        how = book.note(
            f"Results at both ends of a range are stored on the sheet {TESTS}. Swing is how far apart they are; rows "
            "are in the order of that in base. Change at low and at high are how far each is from the result when the "
            "workbook was made. none: the model cannot bear the value, or a share of people would not be one."
        )
        legend = f"{LEGEND} {_STORED} {how}."
        sheet = TableSheet(book, SENSITIVITY, "Outputs", SENSITIVITY, says, columns, legend=legend)
        assert (sheet.column[_CHANGE_AT_LOW], sheet.column[_CHANGE_AT_HIGH]) == CHANGES
        for at, name in enumerate(tests.ranged, start=FIRST):
            self._row(sheet, name, tests.result, at)
        sheet.finish(FIRST + len(tests.ranged) - 1)

    def _row(self, sheet: TableSheet, name: str, result: str, at: int) -> None:
        book, tests, line = self.book, self.tests, self.book.model.lines[result]
        sheet.text(at, LABEL, book.model.lines[name].label)
        sheet.link(at, ID, *book.cell_of(name), name)
        value_now(sheet, tests, name, at, _NOW)
        for figure in (LOW, HIGH, AT_LOW, AT_HIGH):
            tests.show(sheet, at, figure, name, figure)
        money, own = book.number_format(line), book.value(result)
        ends = [v for end in (AT_LOW, AT_HIGH) for v in tests.stored[name, end].values if not isinstance(v, str)]
        sheet.make_room(at, _RESULT, book.extremes(result), money)
        for column in (_SWING, _CHANGE_AT_LOW, _CHANGE_AT_HIGH):
            sheet.make_room(at, column, (-max(ends, default=0.0), min(ends, default=0.0)), money)
        sheet.formula(at, _RESULT, "=" + book.writer.cell(result, SENSITIVITY), own, money)
        cell = {header: f"{column_name(sheet.column[header])}{at + 1}" for header in sheet.column}
        low, high = tests.values(name, AT_LOW), tests.values(name, AT_HIGH)
        formula = f'=IFERROR(ABS({cell[AT_HIGH]}-{cell[AT_LOW]}),"{NOT_APPLICABLE}")'
        sheet.formula(at, _SWING, formula, of_each(_apart, low, high), money, "output")
        made, then = tests.formula(result, MADE, SENSITIVITY).removeprefix("="), tests.values(result, MADE)
        for column, end, there in ((_CHANGE_AT_LOW, AT_LOW, low), (_CHANGE_AT_HIGH, AT_HIGH, high)):
            formula = f'=IFERROR({cell[end]}-{made},"{NOT_APPLICABLE}")'
            sheet.formula(at, column, formula, of_each(_change, there, then), money)
        least = "<1" if line.unit.is_amount else f"<={WITHIN}*ABS({cell[_RESULT]})"
        sheet.formula(at, _SAME, f"=IF(ABS({cell[_RESULT]}-{made}){least},1,0)", 1, "0", "check")
        sheet.grade(at, name)
        sheet.grade(at, result, (OF_RESULT,))
        sheet.text(at, "Prices", prices_at(book, line.unit))
        sheet.text(at, "Type", "Output")


def _apart(low: Figure, high: Figure) -> Figure:
    return or_none(abs(as_number(high) - as_number(low)))


def _change(there: Figure, then: Figure) -> Figure:
    return or_none(as_number(there) - as_number(then))
