"""Charts with a name in each row: options side by side, the largest of a list, a bridge, a tornado."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from costmodel.numbers import read_number
from costmodel.pages.axes import ValueAxis, value_axis
from costmodel.pages.bars import Bar, BarRow, lay_bars
from costmodel.pages.drawing import SMALL, Caption, Figure
from costmodel.pages.frames import SIDE, WIDTH, Chart, ChartSeries, Sign, check_series, check_values, framed, joined
from costmodel.pages.letters import length, one_line, shortened
from costmodel.workbook.styles import PALETTE

_TOTAL, _DOWN, _UP = 0, 1, 3
"""The colours of what a bridge starts and ends with, of steps down, and of steps up."""
_HIGH_END, _LOW_END = 0, len(PALETTE)
"""A colour, and its own tint within an outline."""
_CENTRAL = 26
"""Pixels above a tornado for the name of where the result stands."""
_EXACT = 1e-9


@dataclass(frozen=True, kw_only=True)
class NamedValue:
    """A value and its name."""

    label: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Options(Chart):
    """The same few measures of several options: a series has one value an option."""

    options: tuple[str, ...]
    series: tuple[ChartSeries, ...]


@dataclass(frozen=True, kw_only=True)
class Largest(Chart):
    """The rows of a list by size, with how many more there are where they are many."""

    rows: tuple[NamedValue, ...]
    noun: str
    """What the rows are: authorities."""
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class Bridge(Chart):
    """The steps that lead from one value to another, and add to it."""

    start: NamedValue
    steps: tuple[NamedValue, ...]
    """Changes, with their sign."""
    end: NamedValue


@dataclass(frozen=True, kw_only=True)
class Swing:
    """What a result comes to at the low and the high end of one assumption's range."""

    label: str
    low: float
    high: float
    ends: str = ""
    """The ends themselves: 14% to 38%."""


@dataclass(frozen=True, kw_only=True)
class Tornado(Chart):
    """How far each assumption moves a result from where it stands."""

    central: NamedValue
    swings: tuple[Swing, ...]
    most: int = 10


def options_side_by_side(chart: Options, width: int = WIDTH) -> Figure:
    """Each option with a bar for each series.

    Raises:
        ValueError: where values are not finite, or not one an option, or there are none.
    """
    check_series(chart.series, len(chart.options))
    rows = []
    for at, option in enumerate(chart.options):
        rows.append(BarRow(label=one_line(option)))
        for kind, one in enumerate(chart.series):
            rows.append(_from_zero(one_line(one.label), one.values[at], kind, kept=True))
    words = [
        f"Bars of {joined([one_line(one.label) for one in chart.series])} for each of {len(chart.options)} options."
    ]
    for at, option in enumerate(chart.options):
        figures = joined([f"{one_line(one.label)} {chart.figure(one.values[at])}" for one in chart.series])
        words.append(f"{one_line(option)}: {figures}.")
    return _bars(chart, rows, width, " ".join(words))


def largest_rows(chart: Largest, width: int = WIDTH) -> Figure:
    """A bar for each of the largest rows, the largest on top.

    Raises:
        ValueError: where values are not finite, or there are none.
    """
    check_values([row.value for row in chart.rows])
    ordered = sorted(chart.rows, key=lambda row: -row.value)
    shown, rest = ordered[: chart.most], ordered[chart.most :]
    first, last = (f"{one_line(row.label)}, {chart.figure(row.value)}" for row in (shown[0], shown[-1]))
    count = f"the {len(shown)} largest of {len(ordered)} {chart.noun}" if rest else f"{len(shown)} {chart.noun}"
    words = f"Bars of {count}, the largest on top: from {first}, to {last}."
    if len(shown) == 1:
        words = f"A bar: {first}."
    notes = [f"And {len(rest)} more {chart.noun}, of {chart.figure(rest[0].value)} or less each."] if rest else []
    rows = [_from_zero(one_line(row.label), row.value, 0) for row in shown]
    return _bars(chart, rows, width, words, *notes)


def bridge(chart: Bridge, width: int = WIDTH) -> Figure:
    """What a value was, a bar for each step up or down, and what it is then.

    Raises:
        ValueError: where the steps do not lead from the start to the end, or values are not finite.
    """
    reached = list(accumulate((step.value for step in chart.steps), initial=chart.start.value))
    check_values([*reached, chart.end.value])
    size = max(map(abs, [*reached, chart.end.value]))
    if abs(reached[-1] - chart.end.value) > _EXACT * size:
        raise ValueError(f"the steps lead to {reached[-1]!r}, and the end is {chart.end.value!r}")
    rows = [_from_zero(one_line(chart.start.label), chart.start.value, _TOTAL)]
    for before, step in zip(reached, chart.steps, strict=False):
        kind, value = (_UP if step.value > 0 else _DOWN), (step.value,)
        bars = (Bar(start=before, end=before + step.value, kind=kind),)
        left, right = (value, ()) if step.value < 0 else ((), value)
        rows.append(BarRow(label=one_line(step.label), bars=bars, left=left, right=right, changes=True))
    rows.append(_from_zero(one_line(chart.end.label), chart.end.value, _TOTAL))
    axis = value_axis([*reached, chart.end.value], chart.unit)
    frame = framed(chart, axis.unit, width)
    laid = lay_bars(frame, rows, axis, _span([*reached, chart.end.value, 0]))
    links = [link for at, value in enumerate(reached) for link in laid.link(value, at)]
    notes = (
        [] if _adds_as_shown(chart) else ["Figures are rounded, so those of the steps do not add exactly to the end."]
    )
    marks = [*laid.marks, *links, *laid.line(0)]
    return frame.finished(marks, laid.bottom, _bridge_words(chart), *notes)


def tornado(chart: Tornado, width: int = WIDTH) -> Figure:
    """For each assumption a bar from the low to the high end of its range, the widest on top.

    Raises:
        ValueError: where values are not finite, or there are none.
    """
    check_values([value for swing in chart.swings for value in (chart.central.value, swing.low, swing.high)])
    ordered = sorted(chart.swings, key=lambda swing: -_reach(swing, chart.central.value))
    shown, rest, centre = ordered[: chart.most], ordered[chart.most :], chart.central.value
    values = [centre, *(value for swing in shown for value in (swing.low, swing.high))]
    axis = value_axis(values, chart.unit)
    key = (
        Sign(label="At the low end of its range", at=_LOW_END),
        Sign(label="At the high end of its range", at=_HIGH_END),
    )
    frame = framed(chart, axis.unit, width, key)
    laid = lay_bars(frame, [_swing(swing, centre) for swing in shown], axis, _span(values), above=_CENTRAL)
    whole, figure = one_line(chart.central.label), f": {chart.figure(centre)}"
    room = width - 2 * SIDE - length(figure, SMALL, bold=True)
    text = shortened(whole, room, SMALL, bold=True) + figure
    half = length(text, SMALL, bold=True) / 2
    x, y = min(max(laid.at(centre), SIDE + half), width - SIDE - half), frame.top + _CENTRAL - 8
    named = Caption(text=text, x=x, y=y, size=SMALL, anchor="middle", bold=True, whole=f"{whole}{figure}")
    notes = [f"And {len(rest)} more, which move it by less."] if rest else []
    marks = [*laid.marks, *laid.line(centre, width=2), named]
    return frame.finished(marks, laid.bottom, _tornado_words(chart, shown), *notes)


# What they share


def _from_zero(label: str, value: float, kind: int, *, kept: bool = False) -> BarRow:
    bars = (Bar(start=0, end=value, kind=kind),)
    left, right = ((value,), ()) if value < 0 else ((), (value,))
    return BarRow(label=label, bars=bars, left=left, right=right, kept=kept)


def _bars(chart: Chart, rows: list[BarRow], width: int, words: str, *notes: str) -> Figure:
    """Bars from 0."""
    values = [bar.end for row in rows for bar in row.bars]
    axis: ValueAxis = value_axis(values, chart.unit)
    frame = framed(chart, axis.unit, width)
    laid = lay_bars(frame, rows, axis, _span([0, *values]))
    return frame.finished([*laid.marks, *laid.line(0)], laid.bottom, words, *notes)


def _span(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def _swing(swing: Swing, centre: float) -> BarRow:
    """The bars of a swing, and its figures: on both sides, or both on the one to which both ends lead."""
    bars = (Bar(start=centre, end=swing.low, kind=_LOW_END), Bar(start=centre, end=swing.high, kind=_HIGH_END))
    low, high = (swing.low,), (swing.high,)
    left: tuple[float, ...] = ()
    right: tuple[float, ...] = ()
    if swing.low <= centre <= swing.high:
        left, right = low, high
    elif swing.high <= centre <= swing.low:
        left, right = high, low
    elif swing.low < centre:
        left = (*low, *high)
    else:
        right = (*low, *high)
    label = f"{swing.label} ({swing.ends})" if swing.ends else swing.label
    return BarRow(label=one_line(label), bars=bars, left=left, right=right)


def _reach(swing: Swing, centre: float) -> float:
    return max(swing.low, swing.high, centre) - min(swing.low, swing.high, centre)


def _adds_as_shown(chart: Bridge) -> bool:
    """Whether the figures add as they are shown; those that are no numbers are not judged."""
    try:
        values = [chart.start.value, *(step.value for step in chart.steps), -chart.end.value]
        figures = [read_number(chart.figure(value)).value for value in values]
    except ValueError:
        return True
    return abs(sum(figures)) <= _EXACT * max(map(abs, figures))


def _bridge_words(chart: Bridge) -> str:
    ends = [f"{one_line(end.label)}, {chart.figure(end.value)}" for end in (chart.start, chart.end)]
    said = []
    for step in chart.steps:
        how = "adds" if step.value > 0 else "takes away" if step.value < 0 else "changes nothing"
        said.append(f"{one_line(step.label)} {how}{f' {chart.figure(abs(step.value))}' if step.value else ''}")
    count = f"in {len(said)} steps: {'; '.join(said)}" if len(said) > 1 else f"in one step: {said[0]}" if said else ""
    largest = max(chart.steps, key=lambda step: abs(step.value), default=None)
    more = f" The largest step is {one_line(largest.label)}." if largest and len(said) > 1 else ""
    return f"A bridge from {ends[0]}, to {ends[1]}{f', {count}' if count else ''}.{more}"


def _tornado_words(chart: Tornado, shown: list[Swing]) -> str:
    said = []
    for swing in shown:
        ends = f" ({one_line(swing.ends)})" if swing.ends else ""
        low, high = chart.figure(swing.low), chart.figure(swing.high)
        said.append(f"{one_line(swing.label)}{ends}: {low} at the low end, {high} at the high end")
    about = f"{one_line(chart.central.label)}, {chart.figure(chart.central.value)}"
    what = "what it comes to at the ends of the range of each assumption, the widest on top"
    return f"Bars about {about}: {what}. {'; '.join(said)}."
