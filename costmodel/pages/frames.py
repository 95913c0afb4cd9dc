"""What every chart has around it: its title, its unit, a key where there is no room for names, and notes below.

A chart is plain values. What it shows is said in words too, for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from costmodel.pages.drawing import INK, PAPER, QUIET, SMALL, TEXT, TITLE, Caption, Figure, Mark, box, marker
from costmodel.pages.letters import ELLIPSIS, length, one_line, wrapped
from costmodel.workbook.styles import PALETTE

MOST_SERIES = 12
LEAST_WIDTH = 320
WIDTH = 640
NARROW = 480
"""Pixels below which there is no room for names beside a chart."""
SIDE = 8
"""Pixels that are free at the left and the right."""
LINE = 17
"""Pixels from one line of text to the next."""
SWATCH = 10
_TITLE_LINE, _NOTE_LINE = 23, 16


@dataclass(frozen=True, kw_only=True)
class ChartSeries:
    """Values of one kind: one a year, or one an option."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart says of itself."""

    title: str
    unit: str
    """£, teams, share: the axis adds thousand, million or billion. Shares and rates are shown as percentages."""
    figure: Callable[[float], str]
    """A value as text, in full: £87.8 million, 202 teams."""
    kind: str = ""
    """What kind of figures they are, after the unit: cash prices."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The marks above a chart, and where it starts."""

    chart: Chart
    width: int
    marks: tuple[Mark, ...]
    top: float

    def finished(self, marks: Sequence[Mark], bottom: float, description: str, *notes: str) -> Figure:
        """The whole figure: the chart's own marks, which end at a height, and notes below them."""
        drawn, y = [*self.marks, *marks], bottom
        for note in (*notes, *self.chart.notes):
            found = lines_of_text(
                one_line(note),
                SIDE,
                y + _NOTE_LINE,
                self.width - 2 * SIDE,
                4,
                size=SMALL,
                line=_NOTE_LINE,
                colour=QUIET,
            )
            drawn += found
            y += _NOTE_LINE * len(found)
        words = " ".join([sentence(description), *(sentence(one_line(note)) for note in (*notes, *self.chart.notes))])
        title = one_line(self.chart.title)
        return Figure(title=title, description=words, width=self.width, height=int(y) + 13, marks=tuple(drawn))


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What a series is known by: its name, and a square of its fill or the marker of its line."""

    label: str
    at: int
    """Its place among the series."""
    line: bool = False

    def mark(self, x: float, y: float) -> Mark:
        """The square or marker about a place."""
        fill, outline = colours(self.at)
        if self.line:
            return marker(self.at, x, y, fill, outline)
        half = SWATCH / 2
        return box(x - half, y - half, SWATCH, SWATCH, fill, "" if outline == PAPER else outline)


def framed(chart: Chart, unit: str, width: int, key: Sequence[Sign] = ()) -> Frame:
    """The title and the unit above a chart, and a key with a line for each series that is named there.

    Raises:
        ValueError: where a figure would be narrower than a telephone.
    """
    if width < LEAST_WIDTH:
        raise ValueError(f"a figure is at least {LEAST_WIDTH} pixels wide")
    room = width - 2 * SIDE
    says = ", ".join(text for text in (unit, chart.kind) if text)
    title = lines_of_text(one_line(chart.title), SIDE, 23, room, 3, size=TITLE, line=_TITLE_LINE, bold=True)
    y = 4.0 + _TITLE_LINE * len(title)
    below = lines_of_text(one_line(says), SIDE, y + LINE - 1, room, 2, line=LINE, colour=QUIET) if says else []
    y += LINE * len(below)
    marks = [*title, *below]
    y += 6
    for sign in key:
        marks.append(sign.mark(SIDE + SWATCH / 2, y + LINE - 3))
        named = lines_of_text(sign.label, SIDE + SWATCH + 6, y + LINE + 2, room - SWATCH - 6, 2)
        marks += named
        y += LINE * len(named) + 2
    return Frame(chart=chart, width=width, marks=tuple(marks), top=y + (8 if key else 0))


def colours(at: int) -> tuple[str, str]:
    """The fill and the outline of a series: the palette, and then its tints within outlines of the colour itself."""
    colour = PALETTE[at % len(PALETTE)]
    return (colour, PAPER) if at < len(PALETTE) else (_tint(colour), colour)


def _tint(colour: str) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) * 2 // 5:02X}" for part in parts)


def lines_of_text(
    text: str,
    x: float,
    y: float,
    room: float,
    most: int,
    *,
    size: int = TEXT,
    line: float = LINE,
    anchor: str = "start",
    bold: bool = False,
    colour: str = INK,
) -> list[Mark]:
    """A text on at most so many lines, the first on a base line."""
    lines = wrapped(text, room, size, most, bold=bold)
    whole = text if any(part.endswith(ELLIPSIS) for part in lines) else ""
    return [
        Caption(text=part, x=x, y=y + at * line, size=size, anchor=anchor, bold=bold, colour=colour, whole=whole)
        for at, part in enumerate(lines)
    ]


def apart(middles: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Middles of labels as near as may be to those wanted, in the same order, none over another, within two heights."""
    order = sorted(range(len(middles)), key=lambda at: middles[at])
    placed = dict(enumerate(middles))
    for at, height in enumerate(heights):
        placed[at] = min(max(placed[at], top + height / 2), bottom - height / 2)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + (heights[above] + heights[below]) / 2)
    floor = bottom
    for at in reversed(order):
        placed[at] = min(placed[at], floor - heights[at] / 2)
        floor = placed[at] - heights[at] / 2
    return [placed[at] for at in range(len(middles))]


def check_series(series: Sequence[ChartSeries], count: int) -> None:
    """Raise ValueError where there is nothing to draw, too much, or not one value for each year or option."""
    if not 0 < len(series) <= MOST_SERIES:
        raise ValueError(f"a chart shows 1 to {MOST_SERIES} series")
    if not count or any(len(one.values) != count for one in series):
        raise ValueError("a series has one value for each year or option, and there is at least one")
    check_values([value for one in series for value in one.values])


def check_values(values: Sequence[float]) -> None:
    """Raise ValueError where there is no value, or one is not finite."""
    if not values or not all(isfinite(value) for value in values):
        raise ValueError("a chart shows finite values, and has at least one")


def widest(texts: Sequence[str], size: float) -> float:
    """The room that the longest of some texts takes on one line."""
    return max((length(text, size) for text in texts), default=0.0)


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def joined(texts: Sequence[str]) -> str:
    """A list in a sentence."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
