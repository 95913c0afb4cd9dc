"""Charts with a year in each place: stacked columns, lines, and costs against benefits with what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from costmodel.pages.axes import ValueAxis, thinned, value_axis
from costmodel.pages.drawing import GRID, INK, PAPER, QUIET, SMALL, TEXT, Caption, Figure, Mark, Stroke, box, marker
from costmodel.pages.frames import (
    LINE,
    NARROW,
    SIDE,
    SWATCH,
    WIDTH,
    Chart,
    ChartSeries,
    Frame,
    Sign,
    apart,
    check_series,
    colours,
    framed,
    joined,
    lines_of_text,
    widest,
)
from costmodel.pages.letters import length, one_line, wrapped

_HIGH = 250
"""Pixels between the first and the last round figure."""
_ABOVE = 20
"""Pixels above the last round figure, for figures above columns."""
_FILLED, _WIDEST = 0.72, 96
"""The part of the room of a year that its column fills, and the most pixels that it is wide."""
_POINTER = 18
"""Pixels from the chart to the names beside it, for lines that lead there."""
_LEADER = "#8A8A8A"
_NAMES = 0.3
"""The part of a figure that names beside the chart may take."""


@dataclass(frozen=True, kw_only=True)
class SeriesByYear(Chart):
    """Series of values by year, one value a year each; years are texts as a reader sees them: 2022/23."""

    years: tuple[str, ...]
    series: tuple[ChartSeries, ...]


@dataclass(frozen=True, kw_only=True)
class CostsAndBenefits(Chart):
    """Costs and benefits of each year, both positive where they are what their names say."""

    years: tuple[str, ...]
    costs: tuple[float, ...]
    benefits: tuple[float, ...]


def columns_by_year(chart: SeriesByYear, width: int = WIDTH) -> Figure:
    """Columns of a series, or of several stacked: parts below 0 go down from it.

    Raises:
        ValueError: where values are not finite, or not one a year, or there are none.
    """
    check_series(chart.series, len(chart.years))
    values = [one.values for one in chart.series]
    totals = [sum(at) for at in zip(*values, strict=True)]
    if len(values) == 1:
        words = f"Columns of {one_line(chart.series[0].label)}, one a year: {_course(chart, totals)}"
    else:
        parts = joined([one_line(one.label) for one in chart.series])
        largest = max(chart.series, key=lambda one: abs(one.values[-1]))
        share = (
            f"In {chart.years[-1]} the largest part is {one_line(largest.label)}, {chart.figure(largest.values[-1])}."
        )
        words = f"Stacked columns, one a year, made up of {parts}. They add to: {_course(chart, totals)} {share}"
    return _stacked(chart, chart.years, chart.series, (), words, width)


def costs_and_benefits(chart: CostsAndBenefits, width: int = WIDTH) -> Figure:
    """Benefits above 0, costs below it, and a line of benefits less costs so far.

    Raises:
        ValueError: as for columns.
    """
    series = (
        ChartSeries(label="Benefits", values=chart.benefits),
        ChartSeries(label="Costs", values=tuple(0 - cost for cost in chart.costs)),
    )
    check_series(series, len(chart.years))
    net = tuple(accumulate(got - paid for got, paid in zip(chart.benefits, chart.costs, strict=True)))
    lasting = next((at for at in range(len(net)) if min(net[at:]) >= 0), None)
    turn = "It is below 0 in the last year." if lasting is None else f"It is 0 or above from {chart.years[lasting]} on."
    words = (
        f"Columns of benefits above 0 and of costs below it, one of each a year from {_span(chart.years)}: "
        f"benefits of {chart.figure(sum(chart.benefits))} and costs of {chart.figure(sum(chart.costs))} in all. "
        f"A line of benefits less costs to date ends at {chart.figure(net[-1])}. {turn}"
    )
    line = (ChartSeries(label="Benefits less costs, to date", values=net),)
    return _stacked(chart, chart.years, series, line, words, width)


def lines_by_year(chart: SeriesByYear, width: int = WIDTH) -> Figure:
    """A line for each series, with a marker of its own shape, named at its end.

    Raises:
        ValueError: as for columns.
    """
    check_series(chart.series, len(chart.years))
    values = [value for one in chart.series for value in one.values]
    plot = _plot(chart, chart.years, values, _signs((), chart.series), width)
    marks = [*plot.grid(), *plot.names([_End(y=plot.height(one.values[-1])) for one in chart.series])]
    for at, one in enumerate(chart.series):
        marks += plot.line(one.values, at)
    courses = (f"{one_line(one.label)}: {_course(chart, one.values)}" for one in chart.series)
    words = f"Lines of {len(chart.series)} series by year. {' '.join(courses)}"
    if len(chart.series) == 1:
        words = f"A line of {one_line(chart.series[0].label)} by year: {_course(chart, chart.series[0].values)}"
    return plot.finished(marks, words)


# What they share


@dataclass(frozen=True, kw_only=True)
class _End:
    """Where a series is in the last year, and whether there is anything of it there."""

    y: float
    drawn: bool = True


@dataclass(frozen=True, kw_only=True)
class _Plot:
    """Where years and values are."""

    frame: Frame
    axis: ValueAxis
    years: tuple[str, ...]
    signs: tuple[Sign, ...]
    """The names beside the chart; none where they are in a key above it."""
    left: float
    right: float

    @property
    def top(self) -> float:
        return self.frame.top + _ABOVE

    @property
    def bottom(self) -> float:
        return self.top + _HIGH

    @property
    def foot(self) -> float:
        """Below the names of years, which leave room for the figures of columns that go down."""
        return self.bottom + (22 if self.axis.ticks[0] >= 0 else 36)

    @property
    def spacing(self) -> float:
        """The room of one year."""
        return (self.right - self.left) / len(self.years)

    @property
    def shown_years(self) -> tuple[bool, ...]:
        """Which years are named."""
        return thinned(self.years, [self.named(at) for at in range(len(self.years))], SMALL)

    def named(self, at: int) -> float:
        """The middle of the name of a year: below it, within the figure."""
        half = length(self.years[at], SMALL) / 2
        return max(min(self.middle(at), self.frame.width - half), half)

    def middle(self, at: int) -> float:
        """The middle of a year."""
        return self.left + self.spacing * (at + 0.5)

    def height(self, value: float) -> float:
        """Where a value is."""
        return self.axis.at(value, self.bottom, self.top)

    def grid(self) -> list[Mark]:
        """Lines and names of the round figures, the line of 0, and the names of years."""
        marks: list[Mark] = []
        for value, text in zip(self.axis.ticks, self.axis.texts, strict=True):
            y = self.height(value)
            marks.append(Stroke(through=((self.left, y), (self.right, y)), colour=GRID if value else INK))
            marks.append(Caption(text=text, x=self.left - 6, y=y + 4, size=SMALL, anchor="end", colour=QUIET))
        for at, (year, shown) in enumerate(zip(self.years, self.shown_years, strict=True)):
            if shown:
                x, y = self.named(at), self.foot - 4
                marks.append(Caption(text=year, x=x, y=y, size=SMALL, anchor="middle", colour=QUIET))
        return marks

    @property
    def column(self) -> float:
        """The width of a column."""
        return min(self.spacing * _FILLED, _WIDEST)

    def columns(self, series: Sequence[ChartSeries]) -> tuple[list[Mark], list[_End]]:
        """A column a year of parts on one another, and where each part of the last year is."""
        marks: list[Mark] = []
        ends: list[_End] = []
        for year in range(len(self.years)):
            ends, above, below = [], 0.0, 0.0
            for at, one in enumerate(series):
                value = one.values[year]
                falls = value < 0 or (not value and sum(one.values) < 0)
                start = below if falls else above
                y, high = self.height(start), self.height(start + value) - self.height(start)
                fill, outline = colours(at)
                if value:
                    edge = outline if abs(high) > 3 else ""
                    marks.append(box(self.middle(year) - self.column / 2, y, self.column, high, fill, edge))
                below, above = (start + value, above) if falls else (below, start + value)
                ends.append(_End(y=y + high / 2, drawn=bool(value)))
        return marks, ends

    def figures(self, series: Sequence[ChartSeries]) -> list[Mark]:
        """What each column comes to, at its end, where there is room for all and no column has parts on both sides."""
        columns = list(zip(*(one.values for one in series), strict=True))
        texts = [self.axis.text(sum(values)) for values in columns]
        mixed = any(min(values) < 0 < max(values) for values in columns)
        if mixed or widest(texts, SMALL) > self.spacing - 4:
            return []
        marks: list[Mark] = []
        for at, (values, text) in enumerate(zip(columns, texts, strict=True)):
            total = sum(values)
            y = self.height(total) + (15 if total < 0 else -5)
            marks.append(Caption(text=text, x=self.middle(at), y=y, size=SMALL, anchor="middle"))
        return marks

    def line(self, values: Sequence[float], kind: int) -> list[Mark]:
        """A line with a marker at each year that is named and at the last."""
        fill, outline = colours(kind)
        places = [(self.middle(at), self.height(value)) for at, value in enumerate(values)]
        stroke = fill if outline == PAPER else outline
        marks: list[Mark] = [Stroke(through=tuple(places), colour=stroke, width=2.5)] if len(places) > 1 else []
        last = len(places) - 1
        named = [place for at, place in enumerate(places) if self.shown_years[at] or at == last]
        return [*marks, *(marker(kind, x, y, fill, outline) for x, y in named)]

    def names(self, ends: Sequence[_End]) -> list[Mark]:
        """The names of series beside the chart, each as near as may be to its mark in the last year."""
        if not self.signs:
            return []
        x = self.right + _POINTER + SWATCH + 5
        room = self.frame.width - SIDE - x
        lines = [len(wrapped(sign.label, room, TEXT, 2)) for sign in self.signs]
        most = 2 if sum(lines) * LINE + 2 * len(lines) <= _HIGH + _ABOVE else 1
        heights = [min(count, most) * LINE + 2.0 for count in lines]
        middles = apart([end.y for end in ends], heights, self.frame.top, self.bottom + 6)
        marks: list[Mark] = []
        for sign, end, middle, high in zip(self.signs, ends, middles, heights, strict=True):
            start = middle - high / 2 + LINE - 3
            marks += lines_of_text(sign.label, x, start, room, most)
            if end.drawn:
                edge = self.middle(len(self.years) - 1) + (7 if sign.line else self.column / 2 + 2)
                marks.append(Stroke(through=((edge, end.y), (self.right + _POINTER - 3, start - 5)), colour=_LEADER))
            marks.append(sign.mark(self.right + _POINTER + SWATCH / 2, start - 5))
        return marks

    def finished(self, marks: Sequence[Mark], words: str) -> Figure:
        """The figure, with what it shows in words."""
        return self.frame.finished(marks, self.foot, words)


def _plot(chart: Chart, years: tuple[str, ...], values: Sequence[float], signs: Sequence[Sign], width: int) -> _Plot:
    axis = value_axis(values, chart.unit)
    beside = width >= NARROW and len(signs) > 1
    key = () if beside or len(signs) < 2 else signs
    names = min(widest([sign.label for sign in signs], TEXT), width * _NAMES) + _POINTER + SWATCH + 6 if beside else 0
    return _Plot(
        frame=framed(chart, axis.unit, width, key),
        axis=axis,
        years=tuple(one_line(year) for year in years),
        signs=tuple(signs) if beside else (),
        left=SIDE + widest(axis.texts, SMALL) + 6,
        right=width - SIDE - names,
    )


def _signs(columns: Sequence[ChartSeries], lines: Sequence[ChartSeries]) -> list[Sign]:
    return [
        Sign(label=one_line(one.label), at=at, line=at >= len(columns)) for at, one in enumerate([*columns, *lines])
    ]


def _stacked(
    chart: Chart,
    years: tuple[str, ...],
    series: Sequence[ChartSeries],
    lines: Sequence[ChartSeries],
    words: str,
    width: int,
) -> Figure:
    """Stacked columns, and lines over them."""
    columns = list(zip(*(one.values for one in series), strict=True))
    reach = [sum(value for value in values if value * side > 0) for values in columns for side in (1, -1)]
    along = [value for one in lines for value in one.values]
    plot = _plot(chart, years, [*reach, *along], _signs(series, lines), width)
    drawn, ends = plot.columns(series)
    marks = [
        *plot.grid(),
        *drawn,
        Stroke(through=((plot.left, plot.height(0)), (plot.right, plot.height(0))), colour=INK),
    ]
    for at, one in enumerate(lines, start=len(series)):
        marks += plot.line(one.values, at)
        ends.append(_End(y=plot.height(one.values[-1])))
    return plot.finished([*marks, *plot.names(ends), *([] if lines else plot.figures(series))], words)


def _course(chart: SeriesByYear, values: Sequence[float]) -> str:
    """Where values by year begin and end, and the largest and the least where those are others, in words."""
    ends = [f"{chart.figure(values[at])} in {one_line(chart.years[at])}" for at in (0, -1)]
    text = ends[0] if len(values) == 1 else f"from {ends[0]} to {ends[1]}"
    for word, found in (("largest", max(values)), ("least", min(values))):
        if found not in (values[0], values[-1]):
            text += f"; the {word} is {chart.figure(found)} in {one_line(chart.years[list(values).index(found)])}"
    return f"{text}."


def _span(years: Sequence[str]) -> str:
    return one_line(years[0]) if len(years) == 1 else f"{one_line(years[0])} to {one_line(years[-1])}"
