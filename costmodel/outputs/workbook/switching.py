"""Switching values: what each assumption would have to be for net present social value to be nothing, with proof."""

from __future__ import annotations

from costmodel.analysis.switching import RESULT, Switch
from costmodel.outputs.figures import how_to_show
from costmodel.outputs.workbook.book import NOT_APPLICABLE, Book
from costmodel.outputs.workbook.layout import FIRST, ID, LABEL, SWITCHING, UNIT
from costmodel.outputs.workbook.sheet import LEGEND, Column, TableSheet

_NOW, _SWITCH, _SLOPE, _PROOF, _LIVE = "Value now", "Switching value", "Slope", "Result then", "Live proof"
_SAYS = (
    "The value of each assumption, all others held, at which net present social value is nothing. "
    "Switching values were worked out when this workbook was made."
)
_HOW = (
    "Result then: net present social value with the switching value put in. Live proof, for a straight line: 1 "
    "where net present social value now, plus the slope times the way there, is less than a pound."
)


class SwitchingValues:
    """Writes the switching values of a proposal that has an appraisal."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self) -> None:
        """Add the sheet, where there is a net present social value and something moves it."""
        book = self.book
        if RESULT not in book.costing.model.lines:
            return
        found = book.results.switching
        if not found.switches:
            return
        columns = [
            Column("Label", 330),
            Column("Id", 250),
            Column("Unit", 170),
            Column(_NOW, 130, number=True),
            Column(_SWITCH, 130, number=True),
            Column("Times", 90, number=True),
            Column(_SLOPE, 150, number=True),
            Column(_PROOF, 130, number=True),
            Column(_LIVE, 150, number=True),
            Column("In its range", 110),
            Column("Grade", 110),
            Column("Type", 85),
        ]
        title = "Switching values"
        sheet = TableSheet(book, SWITCHING, "Outputs", title, _SAYS, columns, legend=f"{LEGEND} {_HOW}")
        money = book.number_format(book.results.line(RESULT))
        for at, switch in enumerate(found.switches, start=FIRST):
            self._row(sheet, switch, found.own, money, at)
        sheet.finish(FIRST + len(found.switches) - 1)

    def _row(self, sheet: TableSheet, switch: Switch, result: float, money: str, at: int) -> None:
        book = self.book
        sheet.text(at, LABEL, switch.label)
        sheet.link(at, ID, *book.cell_of(switch.name), switch.name)
        sheet.text(at, UNIT, "multiple of each value" if switch.multiple else switch.unit)
        look = how_to_show("ratio" if switch.multiple else switch.unit, [switch.own]).excel
        if switch.multiple:
            sheet.number(at, _NOW, switch.own, look, "calculation")
        else:
            sheet.formula(at, _NOW, "=" + book.writer.cell(switch.name, SWITCHING), switch.own, look)
        sheet.text(at, "Grade", switch.grade or NOT_APPLICABLE)
        sheet.text(at, "Type", "Output")
        inside = {True: "yes", False: "no", None: NOT_APPLICABLE}[switch.in_range]
        sheet.text(at, "In its range", inside)
        if switch.value is None or switch.proof is None:
            for column in (_SWITCH, "Times", _SLOPE, _PROOF, _LIVE):
                sheet.text(at, column, "none" if column == _SWITCH else NOT_APPLICABLE)
            return
        shown = how_to_show("ratio" if switch.multiple else switch.unit, [switch.value]).excel
        sheet.number(at, _SWITCH, switch.value, shown, "output")
        if switch.times is None:
            sheet.text(at, "Times", NOT_APPLICABLE)
        else:
            sheet.number(at, "Times", switch.times, "#,##0.00", "calculation")
        sheet.number(at, _PROOF, switch.proof, money, "calculation")
        if not switch.linear or switch.value == switch.own:
            sheet.text(at, _SLOPE, NOT_APPLICABLE)
            sheet.text(at, _LIVE, NOT_APPLICABLE)
            return
        slope = -result / (switch.value - switch.own)
        sheet.number(at, _SLOPE, slope, "#,##0.00", "calculation")
        row = at + 1
        now = book.writer.cell(RESULT, SWITCHING)
        sheet.formula(at, _LIVE, f"=IF(ABS({now}+(E{row}-D{row})*G{row})<1,1,0)", 1, "0", "check")
