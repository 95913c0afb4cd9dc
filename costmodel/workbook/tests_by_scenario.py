"""What was worked out for each scenario when the workbook was made: switching values, and results at ends of ranges.

No formula can find them, so they are stored side by side, and the sheets that show them choose the scenario selected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from costmodel.analysis.figures import how_to_show
from costmodel.analysis.sensitivity import Sensitivity, headline, sensitivity_in_each_scenario
from costmodel.analysis.switching import (
    RESULT,
    Meeting,
    Switch,
    Switching,
    meeting_headlines,
    switching_in_each_scenario,
)
from costmodel.language.units import RATIO, Unit, read_unit
from costmodel.spreadsheets.building import cell
from costmodel.spreadsheets.expressions import Area
from costmodel.workbook.book import NOT_APPLICABLE, Book, prices_at
from costmodel.workbook.layout import FIRST, ID, LABEL, TESTS, UNIT
from costmodel.workbook.measure import figure_width
from costmodel.workbook.scenario_sheets import headings
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet

SWITCH, SLOPE, PROOF, STRAIGHT = "Switching value", "Slope", "Result then", "Straight line"
LOW, HIGH, AT_LOW, AT_HIGH = "Low", "High", "Result at low", "Result at high"
MADE = "Result when made"
NONE = "none"
"""Stands where no value does it, or the model cannot bear one."""
MULTIPLE = read_unit("multiple of each value")
"""The unit of an assumption whose values move together."""
Figure = float | str
_FIGURE, _SELECTED = 3, 4
"""Columns of what a row holds, and of the scenario selected; a column for each scenario follows."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A figure of one assumption, or of the result, in every scenario."""

    name: str
    label: str
    unit: Unit
    figure: str
    values: tuple[Figure, ...]
    number: str
    """The number format."""


class StoredTests:
    """Works out the tests of a proposal in all its scenarios, and holds them on a sheet."""

    def __init__(self, book: Book) -> None:
        self.book = book
        costed = book.results.costed
        self.result = headline(book.costing)
        """The result that is tested; None where the proposal has no single one."""
        self.switching: tuple[Switching, ...] = costed.once(switching_in_each_scenario) if self.result == RESULT else ()
        self.ranges: tuple[Sensitivity, ...] = (
            sensitivity_in_each_scenario(costed, self.result) if self.result is not None else ()
        )
        self.meeting = costed.once(meeting_headlines) if self.switching else ()
        """For each headline that stands beside a chain, the switching values at which the chain comes to it."""
        every = (self.switching, *(found.switching for found in self.meeting))
        self.switched = list(dict.fromkeys(s.name for one in every for found in one for s in found.switches))
        """Assumptions that move any of these results in any scenario, the nearest in base first."""
        self.ranged = list(dict.fromkeys(one.name for found in self.ranges for one in found.ranges))
        """Assumptions with a declared range in any scenario, the widest swing in base first."""
        self.stored: dict[tuple[str, str], Stored] = {}
        if self.ranged or self.switched:
            self._keep_result()
        for name in self.switched:
            self._keep_switch(name)
        for meeting in self.meeting:
            for name in self.switched:
                self._keep_meeting(name, meeting)
        for name in self.ranged:
            self._keep_range(name)
        self._rows = {key: at for at, key in enumerate(self.stored, start=FIRST)}

    # What is kept

    def _keep_result(self) -> None:
        assert self.result is not None
        line = self.book.model.lines[self.result]
        own = tuple(found.own for found in self.ranges)
        self._keep(self.result, line.label, line.unit, MADE, own, self.book.number_format(line))

    def _keep_switch(self, name: str) -> None:
        found = [_of(every, name) for every in self.switching]
        one = next((switch for switch in found if switch is not None), None)
        if one is None:
            return
        unit, result = MULTIPLE if one.multiple else one.unit, self.book.model.lines[RESULT].unit
        absent = NOT_APPLICABLE
        values = tuple(absent if s is None else NONE if s.value is None else s.value for s in found)
        self._keep(name, one.label, unit, SWITCH, values, number_of(one.unit, one.multiple, values))
        slopes = tuple(absent if s is None or s.slope is None else s.slope for s in found)
        self._keep(name, one.label, read_unit(f"{result} for each unit"), SLOPE, slopes, "#,##0.00")
        proofs = tuple(absent if s is None or s.proof is None else s.proof for s in found)
        self._keep(name, one.label, result, PROOF, proofs, self.book.number_format(self.book.model.lines[RESULT]))
        straight = tuple(absent if s is None else "yes" if s.linear else "no" for s in found)
        self._keep(name, one.label, read_unit("text"), STRAIGHT, straight, "")

    def _keep_meeting(self, name: str, meeting: Meeting) -> None:
        found = [_of(every, name) for every in meeting.switching]
        one = next((switch for switch in found if switch is not None), None)
        if one is not None:
            values = tuple(NOT_APPLICABLE if s is None else NONE if s.value is None else s.value for s in found)
            unit = MULTIPLE if one.multiple else one.unit
            self._keep(name, one.label, unit, meets(meeting), values, number_of(one.unit, one.multiple, values))

    def _keep_range(self, name: str) -> None:
        assert self.result is not None
        line = self.book.model.lines[self.result]
        found = [next((one for one in every.ranges if one.name == name), None) for every in self.ranges]
        first = next(one for one in found if one is not None)
        ends = [tuple(NOT_APPLICABLE if one is None else getattr(one, end) for one in found) for end in ("low", "high")]
        number = number_of(first.unit, first.multiple, [*ends[0], *ends[1]])
        unit = MULTIPLE if first.multiple else first.unit
        self._keep(name, first.label, unit, LOW, ends[0], number)
        self._keep(name, first.label, unit, HIGH, ends[1], number)
        for figure, results in (
            (AT_LOW, [NOT_APPLICABLE if one is None else one.at_low for one in found]),
            (AT_HIGH, [NOT_APPLICABLE if one is None else one.at_high for one in found]),
        ):
            values = tuple(NONE if value is None else value for value in results)
            self._keep(name, first.label, line.unit, figure, values, self.book.number_format(line))

    def _keep(self, name: str, label: str, unit: Unit, figure: str, values: tuple[Figure, ...], number: str) -> None:
        made = Stored(name=name, label=label, unit=unit, figure=figure, values=values, number=number)
        self.stored[name, figure] = made

    # What others take

    def cell(self, name: str, figure: str) -> Area:
        """The cell in which it stands, as a reference from another sheet."""
        return cell(self._rows[name, figure], _SELECTED, TESTS)

    def show(self, sheet: TableSheet, at: int, column: str, name: str, figure: str, role: str = "calculation") -> None:
        """Write the figure of the scenario selected, live; or that there is none in any."""
        found = self.stored.get((name, figure))
        if found is None:
            sheet.text(at, column, NOT_APPLICABLE, "quiet_number")
        else:
            sheet.formula(at, column, self.cell(name, figure), found.number, role)

    def widest(self, least: int, *figures: str) -> int:
        """Pixels of a column that holds any of some figures, in any scenario."""
        return max([least, *(_width(stored) for stored in self.stored.values() if stored.figure in figures)])

    # The sheet

    def add(self) -> None:
        """Add the sheet of stored figures, a row a figure and a column a scenario, where there is any."""
        if not self.stored:
            return
        columns = [
            SheetColumn("Label", 410),
            SheetColumn("Id", 300),
            SheetColumn("Unit", 320),
            SheetColumn("Figure", 150),
            SheetColumn("Scenario selected", 130, number=True),
            *(SheetColumn(heading, 130, number=True) for heading in headings(self.book)),
            SheetColumn("Prices", 300),
            SheetColumn("Type", 85),
        ]
        shown = "Sensitivity" if not self.switched else "Switching values and Sensitivity"
        says = f"What the sheets {shown} show, for every scenario, as worked out when this workbook was made."
        legend = f"{LEGEND} {NONE}: no value does it, or the model cannot bear it."
        sheet = TableSheet(self.book, TESTS, "Outputs", TESTS, says, columns, legend=legend)
        for at, stored in enumerate(self.stored.values(), start=FIRST):
            self._row(sheet, at, stored)
        sheet.finish(FIRST + len(self.stored) - 1)

    def _row(self, sheet: TableSheet, at: int, stored: Stored) -> None:
        sheet.text(at, LABEL, stored.label)
        sheet.text(at, ID, stored.name)
        sheet.text(at, UNIT, str(stored.unit))
        sheet.text(at, _FIGURE, stored.figure)
        sheet.make_room(at, _SELECTED, stored.values, stored.number)
        for place, value in enumerate(stored.values, start=_SELECTED + 1):
            if isinstance(value, str):
                sheet.text(at, place, value, "quiet_number")
            else:
                sheet.number(at, place, value, stored.number, "fixed")
        sheet.formula(at, _SELECTED, self.book.chosen(TESTS, at, TESTS, _SELECTED + 1), stored.number)
        sheet.text(at, "Prices", prices_at(self.book, stored.unit))
        sheet.text(at, "Type", "Link")


def meets(meeting: Meeting) -> str:
    """What the values are called at which a chain comes to a headline."""
    return f"Value for {meeting.headline.lower()}: {meeting.switching[0].label.lower()}"


def _of(found: Switching, name: str) -> Switch | None:
    return next((switch for switch in found.switches if switch.name == name), None)


def _width(stored: Stored) -> int:
    return widest(0, [value for value in stored.values if not isinstance(value, str)], stored.number)


def widest(least: int, values: Iterable[float], number: str) -> int:
    """Pixels of a column that holds any of some values, and at least so many."""
    return max([least, *(figure_width(value, number) for value in values)])


def number_of(unit: Unit, multiple: bool, values: tuple[Figure, ...] | list[Figure]) -> str:
    """The number format of some values of an assumption."""
    numbers = [value for value in values if not isinstance(value, str)]
    return how_to_show(RATIO if multiple else unit, numbers).excel
