"""Bars that lie, one below another, each with its name before it or above it and its figures at its ends.

Names are shortened where they are long; a figure never is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from costmodel.pages.axes import ValueAxis
from costmodel.pages.drawing import INK, PAPER, QUIET, SMALL, TEXT, Caption, Mark, Stroke, box
from costmodel.pages.frames import LINE, NARROW, SIDE, Frame, colours, lines_of_text, widest
from costmodel.pages.letters import length, wrapped

BAR = 20
"""Pixels of the height of a bar."""
_GAP = 8
_BESIDE = 12
"""Pixels between names and what is beside them."""
_END = 5
"""Pixels between a bar and its figure."""
_NAMES = 0.34
"""The part of a figure that names before bars may take."""
_LEAST = 100
"""Pixels that bars need at least."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """From one value to another, as the series that it belongs to."""

    start: float
    end: float
    kind: int


@dataclass(frozen=True, kw_only=True)
class BarRow:
    """A name, its bars, and the values whose figures stand left and right of them; a heading has no bars."""

    label: str
    bars: tuple[Bar, ...] = ()
    left: tuple[float, ...] = ()
    right: tuple[float, ...] = ()
    changes: bool = False
    """Whether its figures are changes, which are shown with their sign."""
    kept: bool = False
    """Whether it stands with the row above it, and needs no space between."""

    @property
    def least(self) -> float:
        return min(min(bar.start, bar.end) for bar in self.bars)

    @property
    def most(self) -> float:
        return max(max(bar.start, bar.end) for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class LaidBars:
    """The marks of the bars, where they end, and the place of each row and of each value."""

    marks: tuple[Mark, ...]
    bottom: float
    tops: tuple[float, ...]
    """The top of the bars of each row."""
    runs: tuple[tuple[float, float], ...]
    """Heights between which no name stands among the bars."""
    start: float
    scale: float
    first: float

    def at(self, value: float) -> float:
        """The place of a value."""
        return self.start + (value - self.first) * self.scale

    def line(self, value: float, width: float = 1) -> list[Mark]:
        """An upright line at a value, but where names stand."""
        x = self.at(value)
        return [Stroke(through=((x, top - 2), (x, bottom + 2)), colour=INK, width=width) for top, bottom in self.runs]

    def link(self, value: float, row: int) -> list[Mark]:
        """A line at a value from the bar of a row to that of the next, but where a name stands between."""
        top, bottom = self.tops[row] + BAR, self.tops[row + 1]
        among = any(above < top and bottom < below for above, below in self.runs)
        return [Stroke(through=((self.at(value), top), (self.at(value), bottom)), colour=INK)] if among else []


@dataclass(frozen=True, kw_only=True)
class _Room:
    """How rows are laid: names before bars, or above them where there is less room; figures in full or short."""

    names: float
    short: bool
    scale: float
    """Pixels of one unit."""
    left: float
    """Pixels that the figure furthest to the left reaches beyond the first value."""


def lay_bars(
    frame: Frame, rows: Sequence[BarRow], axis: ValueAxis, span: tuple[float, float], *, above: float = 8
) -> LaidBars:
    """Lay bars below the frame's title, for values within a span; some pixels above them are left free."""
    room = _room(frame, rows, axis, span)
    start = SIDE + room.names + room.left
    laid = LaidBars(marks=(), bottom=0, tops=(), runs=(), start=start, scale=room.scale, first=span[0])
    y = frame.top + above
    marks: list[Mark] = []
    tops: list[float] = []
    runs: list[tuple[float, float]] = []
    for at, row in enumerate(rows):
        y += 0 if row.kept or not at else _GAP
        named, lines = _name(row, y, room, frame.width)
        marks += named
        beside = room.names and row.bars
        high = max(lines * LINE, BAR) if beside else lines * LINE + (BAR + 4 if row.bars else 4)
        top = y + (high - BAR) / 2 if beside else y + high - BAR
        for bar in sorted(row.bars, key=lambda bar: -abs(bar.end - bar.start)):
            fill, outline = colours(bar.kind)
            if bar.end != bar.start:
                x, wide = laid.at(bar.start), (bar.end - bar.start) * room.scale
                marks.append(box(x, top, wide, BAR, fill, "" if outline == PAPER else outline))
        if row.bars:
            joins = beside and at and rows[at - 1].bars
            runs = [*runs[:-1], (runs[-1][0], top + BAR)] if joins else [*runs, (top, top + BAR)]
            marks += _figures(row, laid, top, frame, axis, short=room.short)
        tops.append(top)
        y += high + 2
    return replace(laid, marks=tuple(marks), bottom=y, tops=tuple(tops), runs=tuple(runs))


def _room(frame: Frame, rows: Sequence[BarRow], axis: ValueAxis, span: tuple[float, float]) -> _Room:
    """The first way of laying rows that leaves enough for the bars."""
    beside = min(widest([row.label for row in rows if row.bars], TEXT), frame.width * _NAMES) + _BESIDE
    ways = [(beside, False), (0.0, False), (beside, True), (0.0, True)]
    found = []
    for names, short in ways if frame.width >= NARROW else ways[1::2]:
        left, right = (
            [
                (row.least if side == "left" else row.most, length(text, SMALL) + _END)
                for row in rows
                if row.bars and (text := _text(row, side, frame, axis, short))
            ]
            for side in ("left", "right")
        )
        scale, reach = _fitted([*left, (span[0], 0.0)], [*right, (span[1], 0.0)], frame.width - 2 * SIDE - names)
        found.append(_Room(names=names, short=short, scale=scale, left=reach))
        if scale * (span[1] - span[0]) >= _LEAST or span[0] == span[1]:
            return found[-1]
    return found[-1]


def _fitted(
    left: Sequence[tuple[float, float]], right: Sequence[tuple[float, float]], room: float
) -> tuple[float, float]:
    """The most pixels of one unit at which values with figures left and right of them fit, and the room at the left.

    Each value comes with the pixels of its figure; the first value is the last of those at the left.
    """
    scale = min(
        ((room - before - after) / (most - least) for least, before in left for most, after in right if most > least),
        default=0.0,
    )
    first = left[-1][0]
    return max(scale, 0.0), max(before - (least - first) * max(scale, 0.0) for least, before in left)


def _text(row: BarRow, side: str, frame: Frame, axis: ValueAxis, short: bool) -> str:
    """The figures of one side of a row: of two, the low one comes first."""
    values = row.left if side == "left" else row.right
    texts = [(axis.text(value) or "about 0") if short else frame.chart.figure(value) for value in values]
    if row.changes:
        texts = [f"+{text}" if value > 0 else text for text, value in zip(texts, values, strict=True)]
    return ", ".join(texts) if len(texts) < 2 else f"low {texts[0]}, high {texts[1]}"


def _name(row: BarRow, y: float, room: _Room, width: int) -> tuple[list[Mark], int]:
    """The name of a row, and on how many lines it is."""
    if room.names and row.bars:
        lines = len(wrapped(row.label, room.names - _BESIDE, TEXT, 2))
        down = max(0, BAR - lines * LINE) / 2 + LINE - 4
        return lines_of_text(
            row.label, SIDE + room.names - _BESIDE, y + down, room.names - _BESIDE, 2, anchor="end"
        ), lines
    found = lines_of_text(row.label, SIDE, y + LINE - 4, width - 2 * SIDE, 2, bold=not row.bars)
    return found, len(found)


def _figures(row: BarRow, laid: LaidBars, top: float, frame: Frame, axis: ValueAxis, *, short: bool) -> list[Mark]:
    marks: list[Mark] = []
    for side, anchor, x in (("left", "end", laid.at(row.least) - _END), ("right", "start", laid.at(row.most) + _END)):
        if text := _text(row, side, frame, axis, short):
            marks.append(Caption(text=text, x=x, y=top + BAR - 6, size=SMALL, anchor=anchor, colour=QUIET))
    return marks
