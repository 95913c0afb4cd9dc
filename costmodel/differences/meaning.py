"""What a formula says, wherever it stands: each reference by the name of its row and column, and not by its address.

So a formula that only moved, because rows or columns were put in before what it reads, says the same as before. A year
is written as seen from the year of the formula's own cell, unless its column is marked with $: the formulas of a row
that were copied across the years say the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from costmodel.audit.grids import Grid
from costmodel.differences.side import CONSTANT, MatchedRow, Side
from costmodel.spreadsheets.cells import Box, Cell, Sheet
from costmodel.spreadsheets.formulas import Reference
from costmodel.spreadsheets.parsing import Token, parsed

_WORD = re.compile(r"^[\w.]+$")
_EVERY_ROW = "every row"
_NAMES_IN_QUOTES = re.compile(r"^(?:'[^']*'|[\w.]+)(?:\[.*\])?$")


class Meaning:
    """Says what the formulas of a workbook mean."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._known: dict[tuple[Reference, str, int, int], str] = {}
        self._whole: dict[tuple[str, int, int], bool] = {}

    def of(self, cell: Cell) -> str:
        """The formula of a cell, with names in place of addresses."""
        tokens = parsed(cell.formula).tokens
        if not tokens:
            return cell.formula
        return "=" + "".join(self._said(token, cell) for token in tokens)

    def _said(self, token: Token, cell: Cell) -> str:
        text = token.text.strip()
        if token.kind == "OPERAND" and token.part == "RANGE":
            found, name = self.side.reader.refers(text, cell)
            if len(found) == 1 and not name:
                return self._reference(found[0], cell)
            return name or text.replace("'", "")
        if token.kind == "OPERAND" and token.part == "NUMBER":
            return f"{float(text):.15g}"
        if token.kind == "OPERAND":
            return text if token.part == "TEXT" else text.upper()
        if token.kind == "SEP" and token.part == "ARG":
            return ", "
        if token.kind == "OPERATOR-INFIX":
            return f" {text} "
        return text.upper().replace("_XLFN.", "")

    def _reference(self, reference: Reference, cell: Cell) -> str:
        key = (reference, cell.sheet, cell.row, cell.column)
        if key not in self._known:
            self._known[key] = self._named(reference, cell)
        return self._known[key]

    def _named(self, reference: Reference, cell: Cell) -> str:
        sheet = self.side.book.sheet(reference.sheet)
        assert sheet is not None
        grid = self._grid(sheet, reference.box)
        columns = self._columns(reference, grid, cell)
        down = self._rows(sheet, reference.box, grid, cell)
        first = self.side.spots.get((sheet.name, reference.box.top))
        is_line = bool(self.side.is_ours and first and first.is_line) and down != _EVERY_ROW
        where = "" if is_line or sheet.name == cell.sheet else f"{_quoted(sheet.name)}!"
        return f"{where}{down}{columns}" or "this cell"

    def _grid(self, sheet: Sheet, box: Box) -> Grid | None:
        """The table in which a range lies, its header with it."""
        return next(
            (
                grid
                for grid in self.side.grids(sheet)
                if grid.header <= box.top and box.bottom <= grid.box.bottom and box.left <= grid.box.right
            ),
            None,
        )

    # Rows

    def _rows(self, sheet: Sheet, box: Box, grid: Grid | None, cell: Cell) -> str:
        if box.top == box.bottom:
            if sheet.name == cell.sheet and box.top == cell.row:
                return ""
            return self._row(sheet, box.top, grid)
        if grid is None:
            return f"{self._row(sheet, box.top, None)} to {self._row(sheet, box.bottom, None)}"
        if grid.rows and box.top <= grid.rows[0] and box.bottom >= grid.rows[-1]:
            return _EVERY_ROW
        places = self._places.get(sheet.name, [])
        first, end = bisect_left(places, box.top), bisect_right(places, box.bottom)
        own = self.side.spots.get((cell.sheet, cell.row))
        if first < end:
            top, bottom = self._at(sheet.name, first), self._at(sheet.name, end - 1)
            is_up_to_here = own is not None and "[" in own.name and _item(bottom) == _item(own)
            if is_up_to_here and _item(top) == self._first_item(top):
                return f"{top.base}[first row to this row]"  # a running total down a list
            if self._is_whole(sheet.name, first, end):
                return f"{top.base}[every row]"
        return f"{self._row(sheet, box.top, grid)} to {self._row(sheet, box.bottom, grid)}"

    def _is_whole(self, sheet: str, first: int, end: int) -> bool:
        """Whether a run of rows is of one line, and all of its rows."""
        key = (sheet, first, end)
        if key not in self._whole:
            whole = False
            if end - first == len(self._groups.get((sheet, self._at(sheet, first).base), ())):
                rows = (self._at(sheet, place) for place in range(first, end))
                whole = len({row.base for row in rows if "[" in row.name}) == 1
            self._whole[key] = whole
        return self._whole[key]

    def _at(self, sheet: str, place: int) -> MatchedRow:
        """A row by its place among those of its sheet."""
        return self.side.spots[sheet, self._places[sheet][place]]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The rows of each sheet, in order."""
        found: dict[str, list[int]] = {}
        for sheet, at in sorted(self.side.spots):
            found.setdefault(sheet, []).append(at)
        return found

    @cached_property
    def _groups(self) -> dict[tuple[str, str], list[MatchedRow]]:
        """The rows of each line that has several, by sheet and the line's id."""
        found: dict[tuple[str, str], list[MatchedRow]] = {}
        for (sheet, _), row in self.side.spots.items():
            if "[" in row.name:
                found.setdefault((sheet, row.base), []).append(row)
        return found

    def _first_item(self, row: MatchedRow) -> str:
        """The first row of the list that a line goes through."""
        group = self._groups.get((row.sheet.name, row.base))
        return _item(group[0]) if group else ""

    def _row(self, sheet: Sheet, at: int, grid: Grid | None) -> str:
        row = self.side.spots.get((sheet.name, at))
        if row is not None and row.name:
            return row.name if row.id else _quoted(row.name)
        return "header" if grid and at == grid.header else f"row {at}"

    # Columns

    def _columns(self, reference: Reference, grid: Grid | None, cell: Cell) -> str:
        box, fixed = reference.box, reference.fixed
        if grid is None:
            from openpyxl.utils import get_column_letter

            ends = dict.fromkeys(get_column_letter(at) for at in (box.left, box.right))
            return f"[column {' to '.join(ends)}]"
        if box.left == box.right:
            said = self._column(grid, box.left, fixed[1], cell)
            return f"[{said}]" if said else ""
        inside = [at for at in grid.headers if box.left <= at <= box.right]
        if inside and set(inside) == set(grid.years):
            return "[every year]"
        by_scenario = [self.side.scenario_of(grid.headers[at]) for at in inside]
        if by_scenario and all(name for name, _ in by_scenario) and len({what for _, what in by_scenario}) == 1:
            what = by_scenario[0][1]
            if len(inside) == len(self.side.columns_by_scenario(grid, what)):
                return f"[every scenario{': ' * bool(what)}{what}]"
        first, last = (self._end(grid, at, mark, cell) for at, mark in ((box.left, fixed[1]), (box.right, fixed[3])))
        return f"[{first} to {last}]"

    def _end(self, grid: Grid, at: int, fixed: bool, cell: Cell) -> str:
        """The first or last column of a range."""
        years = list(grid.years)
        if at in grid.years and (fixed or self._year(cell) is None):
            if at == years[0]:
                return "first year"
            if at == years[-1]:
                return "last year"
        return self._column(grid, at, fixed, cell) or ("this year" if at in grid.years else "opening value")

    def _column(self, grid: Grid, at: int, fixed: bool, cell: Cell) -> str:
        own = None if fixed else self._year(cell)
        if own is not None and at in grid.years:
            return _years_from(grid.years[at] - own)
        is_before_first = at == grid.one_value and grid.years and at + 1 == min(grid.years)
        if own is not None and is_before_first and own == grid.years[at + 1]:
            return _years_from(-1)  # the opening value stands for the year before the first
        return self.side.column(grid, at) if at != grid.one_value else CONSTANT

    def _year(self, cell: Cell) -> int | None:
        """The year of the column in which a cell stands, where it has one."""
        grid = self.side.facts.grid_of(cell.sheet, cell.row, cell.column)
        return grid.years.get(cell.column) if grid else None


def _item(row: MatchedRow) -> str:
    """The row of a list that a row is for."""
    return row.name.partition("[")[2]


def _years_from(distance: int) -> str:
    """The year itself needs no word."""
    if not distance:
        return ""
    count = "" if abs(distance) == 1 else f"{abs(distance)} "
    return f"{count}{'year' if abs(distance) == 1 else 'years'} {'before' if distance < 0 else 'after'}"


def _quoted(name: str) -> str:
    return name if _WORD.match(name) or _NAMES_IN_QUOTES.match(name) else f"'{name}'"
