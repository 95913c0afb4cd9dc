"""Native charts with alternative text: what makes up costs, who is reached, costs and benefits, what moves a result.

Every series refers to cells that follow the scenario selected. What is drawn, titles, scales and alternative text are
the same whichever is selected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from costmodel.analysis.figures import how_to_show
from costmodel.analysis.shown_tables import parts_of
from costmodel.language.units import read_unit
from costmodel.model.line import Line
from costmodel.numbers import in_prose
from costmodel.workbook.book import Book
from costmodel.workbook.layout import (
    CALCULATIONS,
    CHARTS,
    FIRST,
    FIRST_YEAR,
    HEADER,
    LABEL,
    NOTES,
    SENSITIVITY,
    SOURCES,
    SUMMARY,
)
from costmodel.workbook.sensitivity_sheet import CHANGES
from costmodel.workbook.sheet import TAB, master_line, page_set_up
from costmodel.workbook.styles import FONT, PALETTE
from costmodel.workbook.tests_by_scenario import StoredTests

_WIDTH, _HEIGHT, _GAP = 760, 470, 20
"""Pixels of a chart, and between charts: two beside and below one another fill a page on its side."""
_TEXT = {"name": FONT["font_name"], "size": FONT["font_size"], "color": "#3D3D3D"}
_MOST_LABELS = 12
"""Columns that have room for their figures above them."""
_MOST_YEARS = 10
"""Years that have room for their names below them."""
_MOST_BARS = 10
_APPRAISED = ("cost_appraised", "benefits")
"""The lines of an appraisal's costs and benefits by year."""
_FOLLOWS = "It follows the scenario selected."


@dataclass(frozen=True, kw_only=True)
class Charted:
    """What tables have to show: the rows of the first that add to its total, and who is reached."""

    total: Line | None
    parts: tuple[Line, ...]
    outcome: Line | None
    places: dict[str, tuple[str, int]]
    """By name, the sheet and row on which each row of the tables stands first."""
    drawn: dict[str, tuple[str, int]]
    """The same, in pounds: where a table shows money in millions, the row that works it out."""


def charted(book: Book) -> Charted:
    """The parts of the first table that has a total in pounds whose parts are its rows too, and the outcome.

    Parts that are below 0 in any scenario cannot be stacked. The outcome is the row below the total that is no money,
    or else the first count of any table. Steps of a total are followed.
    """
    places: dict[str, tuple[str, int]] = {}
    drawn: dict[str, tuple[str, int]] = {}
    for number, table in enumerate(book.costing.tables.values(), start=1):
        sheet = SUMMARY if number == 1 else f"{SUMMARY} {number}"
        above = book.model.rows_of(book.model.lines[table.each]) if table.each else 0
        for at, name in enumerate(table.rows, start=FIRST + above):
            places.setdefault(name, (sheet, at))
            own = book.layout.rows[name]
            drawn.setdefault(name, (own.sheet, own.row) if table.scale else (sheet, at))
    by_name = {name: line for name in places if (line := book.model.lines[name]).shape.by_year}
    first = [line for name, line in by_name.items() if places[name][0] == SUMMARY]
    total, parts = _total(book, first)
    below = [line for line in first if total and places[line.name] > places[total.name] and not line.unit.has_money]
    counts = [line for line in by_name.values() if line.unit.counts_things]
    return Charted(total=total, parts=parts, outcome=next(iter([*below, *counts]), None), places=places, drawn=drawn)


def _total(book: Book, rows: list[Line]) -> tuple[Line | None, tuple[Line, ...]]:
    """The last of some rows that is the sum of others of them, and those."""
    by_name = {line.name: line for line in rows}
    for total in reversed([line for line in rows if line.unit == read_unit(book.costing.proposal.money)]):
        found = _added(book, total)
        if not 1 < len(found) <= len(PALETTE) or not all(name in by_name for name in found):
            continue
        if all(value >= 0 for name in found for value in _all_values(book, name)):
            return total, tuple(by_name[name] for name in found)
    return None, ()


def _added(book: Book, line: Line) -> list[str]:
    """The names of what a line adds up, through its own steps; none where it does anything else."""
    found: list[str] = []
    for name in (parts_of(line.formula) or ()) if line.formula is not None else ():
        part = book.model.lines[name]
        inside = _added(book, part) if part.step_of else [name]
        if not inside:
            return []
        found += inside
    return found


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A chart, what is said of it above the charts, and its alternative text."""

    chart: Any
    says: str
    alternative: str


class Charts:
    """Writes the sheet of charts."""

    def __init__(self, book: Book, tests: StoredTests) -> None:
        self.book, self.tests = book, tests

    def add(self) -> None:
        """Add the charts that the proposal has something for."""
        drawn = self._drawn()
        if not drawn:
            return
        book, sheet = self.book, self.book.file.add_worksheet(CHARTS)
        listed = [one.says for one in drawn]
        said = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else listed[0]
        says = f"{said[0].upper()}{said[1:]}, in the scenario selected."
        book.described.append((CHARTS, "Outputs", says))
        sheet.set_tab_color(TAB["Outputs"])
        sheet.write_string(0, 0, "Charts", book.styles.of("title"))
        sheet.set_row(0, 24)
        count = f"{len(drawn)} charts" if len(drawn) > 1 else "1 chart"
        where = f"See notes on the sheet {NOTES} and sources on the sheet {SOURCES}."
        follows = f"Charts draw cells of other sheets, and follow every change.{self._warning()} {where}"
        for row, text in enumerate((f"{says} This sheet has {count} and no table.", follows), start=1):
            sheet.write_string(row, 0, text, book.styles.of("says"))
        master_line(book, sheet)
        for at, one in enumerate(drawn):
            left, top = (_WIDTH + _GAP) * (at % 2), 8 + (_HEIGHT + _GAP) * (at // 2)
            options = {"x_offset": left, "y_offset": top, "object_position": 3, "description": one.alternative}
            sheet.insert_chart(HEADER, 0, one.chart, options)
        page_set_up(book, sheet)
        sheet.fit_to_pages(1, 1)
        sheet.protect("")

    def _drawn(self) -> list[_Drawn]:
        found = charted(self.book)
        drawn = [self._costs(found, found.total)] if found.total else []
        if found.outcome:
            drawn.append(self._reached(found.outcome, *found.drawn[found.outcome.name]))
        if {*_APPRAISED} <= self.book.model.lines.keys():
            drawn.append(self._costs_and_benefits())
        if self.tests.ranged:
            drawn.append(self._tornado())
        return drawn

    # The charts

    def _costs(self, found: Charted, total: Line) -> _Drawn:
        """What makes up the total of each year."""
        chart = self.book.file.add_chart({"type": "column", "subtype": "stacked"})
        for part, colour in zip(found.parts, PALETTE, strict=False):
            chart.add_series(self._of_summary(*found.drawn[part.name], colour))
        unit, number = _scale(self.book.runs[0].by_year(total.name))
        prices = self.book.costing.proposal.at_prices
        self._look(chart, f"{total.label}, by part ({unit}, {prices})")
        chart.set_x_axis(self._years(self.book.ask))
        chart.set_y_axis(_figures(number, least=0))
        parts = "; ".join(part.label for part in found.parts)
        what = f"Stacked columns of {total.label}, one column a year, made up of: {parts}."
        return _Drawn(chart=chart, says="cost by part", alternative=f"{what} {_FOLLOWS} {self._ends(total)}")

    def _reached(self, outcome: Line, sheet: str, at: int) -> _Drawn:
        """How many are reached each year."""
        chart = self.book.file.add_chart({"type": "column"})
        values = _all_values(self.book, outcome.name)
        number = how_to_show(outcome.unit, values).excel
        series = self._of_summary(sheet, at, PALETTE[0])
        if self.book.ask <= _MOST_LABELS:
            series["data_labels"] = {"value": True, "font": _TEXT, "num_format": number}
        chart.add_series(series)
        self._look(chart, outcome.label, legend=False)
        chart.set_x_axis(self._years(self.book.ask))
        chart.set_y_axis(_figures(number, least=0 if min(values) >= 0 else None))
        alternative = f"Columns of {outcome.label}, one a year. {_FOLLOWS} {self._ends(outcome)}"
        return _Drawn(chart=chart, says="what it reaches", alternative=alternative)

    def _costs_and_benefits(self) -> _Drawn:
        """Costs and benefits of each year of the appraisal, side by side, in real prices."""
        book = self.book
        chart, names = book.file.add_chart({"type": "column"}), _APPRAISED
        lowest = min(value for name in names for value in _all_values(book, name))
        for name, word, colour in zip(names, ("Costs", "Benefits"), PALETTE, strict=False):
            place = book.layout.places[name]
            series = {
                "name": word,
                "categories": [CALCULATIONS, HEADER, FIRST_YEAR, HEADER, book.total - 1],
                "values": [CALCULATIONS, place.row, FIRST_YEAR, place.row, book.total - 1],
            }
            chart.add_series({**series, **_filled(colour), "gap": 50, "overlap": 0})
        unit, number = _scale(value for name in names for value in book.runs[0].cells(name).flat)
        prices = book.model.lines[names[0]].unit.prices or book.costing.proposal.prices
        self._look(chart, f"Costs and benefits ({unit}, {prices})")
        chart.set_x_axis({**self._years(book.years), "label_position": "low"})
        chart.set_y_axis(_figures(number, least=0 if lowest >= 0 else None))
        run = book.model.years
        what = (
            f"Columns of costs and of benefits, side by side, for each year of the appraisal, "
            f"{run[0]} to {run[-1]}, in {prices} and not discounted."
        )
        totals = [in_prose(float(book.runs[0].cells(name).sum())) for name in names]
        base = f"In base, when made: costs of {totals[0]} and benefits of {totals[1]} in all."
        return _Drawn(chart=chart, says="costs and benefits", alternative=f"{what} {_FOLLOWS} {base}")

    def _tornado(self) -> _Drawn:
        """How far the ends of the widest ranges move the result, the widest on top."""
        book, tests = self.book, self.tests
        assert tests.result is not None
        line, names = book.model.lines[tests.result], tests.ranged[:_MOST_BARS]
        chart, last = book.file.add_chart({"type": "bar"}), FIRST + len(names) - 1
        for column, word, colour in zip(CHANGES, ("low", "high"), PALETTE, strict=False):
            series = {
                "name": f"With the {word} end of its range",
                "categories": [SENSITIVITY, FIRST, LABEL, last, LABEL],
                "values": [SENSITIVITY, FIRST, column, last, column],
            }
            chart.add_series({**series, **_filled(colour), "gap": 40, "overlap": 100})
        unit, number = _scale(self._changes()) if line.unit.is_money else (str(line.unit), book.number_format(line))
        self._look(chart, f"Change in {_lower(line.label)}, for each range ({unit})")
        axis = {"num_font": _TEXT, "line": {"color": "#8A8A8A"}, "reverse": True, "label_position": "low"}
        chart.set_y_axis({**axis, "major_tick_mark": "none", "major_gridlines": {"visible": False}})
        chart.set_x_axis({**_figures(number, least=None), "label_position": "high"})
        inside = {"x": 0.42, "y": 0.12, "width": 0.54, "height": 0.7}  # so much is left to the names of assumptions
        chart.set_plotarea({"layout": inside})
        what = (
            f"Bars of how far {_lower(line.label)} moves from what it was when made, as each assumption is put at the "
            f"low and the high end of its range, all others held. The {len(names)} widest in base, widest on top: "
            f"{'; '.join(book.model.lines[name].label for name in names)}."
        )
        return _Drawn(chart=chart, says="what moves the result most", alternative=f"{what} {_FOLLOWS}")

    def _changes(self) -> list[float]:
        """The changes that the tornado shows in base."""
        found = self.tests.ranges[0]
        return [end - found.own for one in found.ranges for end in (one.at_low, one.at_high) if end is not None]

    # What charts share

    def _of_summary(self, sheet: str, at: int, colour: str) -> dict[str, Any]:
        """A row of a table as a series: name, years and figures are all references to its sheet."""
        last = FIRST_YEAR + self.book.ask - 1
        series = {
            "name": [sheet, at, LABEL],
            "categories": [sheet, HEADER, FIRST_YEAR, HEADER, last],
            "values": [sheet, at, FIRST_YEAR, at, last],
        }
        return {**series, **_filled(colour), "gap": 60}

    def _years(self, count: int) -> dict[str, Any]:
        """The axis of so many years, with as many names as there is room for."""
        axis = {"num_font": _TEXT, "line": {"color": "#8A8A8A"}}
        return axis if count <= _MOST_YEARS else {**axis, "interval_unit": -(-count // _MOST_YEARS)}

    def _look(self, chart: Any, title: str, *, legend: bool = True) -> None:
        chart.set_title({"name": title, "name_font": {**_TEXT, "size": 14, "bold": True}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": _TEXT} if legend else {"none": True})
        chart.set_size({"width": _WIDTH, "height": _HEIGHT})
        chart.set_chartarea({"border": {"none": True}})

    def _ends(self, line: Line) -> str:
        """The first and last figures of base when the workbook was made."""
        years, values = self.book.year_headers()[: self.book.ask], self.book.runs[0].by_year(line.name)
        shown = how_to_show(line.unit, values)
        texts = [in_prose(value) if line.unit.is_amount else shown.text(value) for value in (values[0], values[-1])]
        return f"In base, when made: {texts[0]} in {years[0]} and {texts[1]} in {years[-1]}."

    def _warning(self) -> str:
        """Says in words that figures rest on illustrative values, where any does in any scenario."""
        found = charted(self.book)
        names = [line.name for line in (found.total, found.outcome) if line]
        names += [name for name in (_APPRAISED[1], self.tests.result or "") if name in self.book.model.lines]
        weak = any(run.grading[name].grade == "illustrative" for run in self.book.runs for name in names)
        return " Some rest on illustrative values: see Grade." if weak else ""


def _all_values(book: Book, name: str) -> list[float]:
    """A line's values in every scenario, row and year."""
    return [float(value) for value in book.costed.values[name].flat]


def _filled(colour: str) -> dict[str, Any]:
    return {"fill": {"color": colour}, "border": {"color": "#FFFFFF", "width": 1}}


def _figures(number: str, *, least: float | None) -> dict[str, Any]:
    """The axis of figures, from a least one where there is one."""
    grid = {"visible": True, "line": {"color": "#D0D0D0", "width": 0.75}}
    axis = {"num_font": _TEXT, "num_format": number, "line": {"none": True}, "major_gridlines": grid}
    return axis if least is None else {**axis, "min": least}


def _scale(values: Iterable[float]) -> tuple[str, str]:
    """The unit of an axis of money, and its number format, for such figures of either sign: those of base."""
    most = max((abs(value) for value in values), default=0.0)
    for size, unit, commas in ((1e9, "£ billion", ",,,"), (1e6, "£ million", ",,"), (1e3, "£ thousand", ",")):
        if most >= size:
            return unit, f"#,##0{'.0' if most < 10 * size else ''}{commas}"
    return "£", "#,##0"


def _lower(label: str) -> str:
    """A label inside a sentence; what begins with an acronym keeps its capitals."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
