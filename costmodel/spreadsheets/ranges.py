"""What ranges hold, without a list of cells for each: running totals down 6,000 rows hold 18 million cells.

The filled cells of each column, and of each row, are cut into stretches of two, four, eight and so on. A range is made
of a few stretches, and a cell lies in one of each size. Who goes along references goes through each stretch once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from costmodel.spreadsheets.cells import Box

Spot = tuple[str, int, int]
"""A cell by sheet, row and column."""


class Extent(NamedTuple):
    """A box of cells on a sheet."""

    sheet: str
    box: Box


class Stretch(NamedTuple):
    """Some filled cells of one column or row, next to one another: as many as a power of two, and more than one."""

    sheet: str
    down: bool
    """Whether of a column, and not of a row."""
    line: int
    first: int
    """The place of the first among the filled cells of the column or row."""
    size: int


Node = Spot | Extent | Stretch


@dataclass(frozen=True, kw_only=True)
class _Filled:
    """The cells of a sheet: the rows of each column and the columns of each row, in order."""

    columns: dict[int, list[int]]
    rows: dict[int, list[int]]
    order_of_columns: list[int]
    order_of_rows: list[int]


class Ranges:
    """Which of some cells lie in ranges.

    Args:
        cells: the row and column of each, by sheet.
    """

    def __init__(self, cells: Mapping[str, Iterable[tuple[int, int]]]) -> None:
        self._cells = cells
        self._filled: dict[str, _Filled | None] = {}
        self._holds_any: dict[Extent, bool] = {}

    def holds_any(self, extent: Extent) -> bool:
        """Whether any of the cells lies in a range."""
        if extent not in self._holds_any:
            self._holds_any[extent] = next(self.made_of(extent), None) is not None
        return self._holds_any[extent]

    def made_of(self, extent: Extent) -> Iterator[Spot | Stretch]:
        """The stretches and cells that a range is made of; none of it twice, and nothing of what is empty."""
        filled, box = self._of(extent.sheet), extent.box
        if filled is None:
            return
        columns = _between(filled.order_of_columns, box.left, box.right)
        rows = _between(filled.order_of_rows, box.top, box.bottom)
        down = len(columns) <= len(rows)
        for at in columns if down else rows:
            line = filled.order_of_columns[at] if down else filled.order_of_rows[at]
            places = filled.columns[line] if down else filled.rows[line]
            inside = _between(places, *((box.top, box.bottom) if down else (box.left, box.right)))
            first, end = inside.start, inside.stop
            while first < end:
                size = first & -first or 1 << (end - first).bit_length()
                while first + size > end:
                    size //= 2
                yield self._stretch(extent.sheet, down, line, first, size)
                first += size

    def halves(self, stretch: Stretch) -> tuple[Spot | Stretch, Spot | Stretch]:
        """The two stretches or cells that a stretch is made of."""
        sheet, down, line, first, size = stretch
        half = size // 2
        return self._stretch(sheet, down, line, first, half), self._stretch(sheet, down, line, first + half, half)

    def above(self, spot: Spot) -> Iterator[Iterator[Stretch]]:
        """The stretches that hold a filled cell: those of its column, and those of its row, the smallest first."""
        sheet, row, column = spot
        filled = self._of(sheet)
        if filled is not None:
            yield self._holding(sheet, True, column, filled.columns[column], row)
            yield self._holding(sheet, False, row, filled.rows[row], column)

    def _holding(self, sheet: str, down: bool, line: int, places: list[int], place: int) -> Iterator[Stretch]:
        at, size = bisect_left(places, place), 2
        while at - at % size + size <= len(places):
            yield Stretch(sheet, down, line, at - at % size, size)
            size *= 2

    def _stretch(self, sheet: str, down: bool, line: int, first: int, size: int) -> Spot | Stretch:
        if size > 1:
            return Stretch(sheet, down, line, first, size)
        filled = self._of(sheet)
        assert filled is not None
        return (sheet, filled.columns[line][first], line) if down else (sheet, line, filled.rows[line][first])

    def _of(self, name: str) -> _Filled | None:
        if name not in self._filled:
            self._filled[name] = _filled(self._cells[name]) if name in self._cells else None
        return self._filled[name]


def _filled(cells: Iterable[tuple[int, int]]) -> _Filled:
    columns: dict[int, list[int]] = {}
    rows: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        columns.setdefault(column, []).append(row)
        rows.setdefault(row, []).append(column)
    return _Filled(columns=columns, rows=rows, order_of_columns=sorted(columns), order_of_rows=list(rows))


def _between(lines: list[int], first: int, last: int) -> range:
    """Where those from a first to a last stand in a list that is in order."""
    return range(bisect_left(lines, first), bisect_right(lines, last))
