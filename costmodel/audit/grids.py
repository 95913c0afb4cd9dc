"""What a sheet is for, where its tables lie, and which columns are years: known from marks, or guessed from words.

Marked-up tables are taken as they stand. Elsewhere a grid begins at a row of years (two or more side by side, each one
more than the last), or else at the first row of two or more texts side by side with figures or formulas below it, and
ends above the next such row or at the last row that holds something. Columns are known by their header words. A sheet's
role is what the cover says of it, else what its name says, else what it holds: figures alone are inputs, words alone
are notes, links alone are outputs, other formulas are calculations.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from costmodel.audit.year_headers import year_of, years_in
from costmodel.spreadsheets.cells import Box, Cell, Sheet, Workbook, address, place_of
from costmodel.spreadsheets.formulas import Reader

COVER, INPUTS, CALCULATIONS, OUTPUTS, CHECKS, NOTES = "cover", "inputs", "calculations", "outputs", "checks", "notes"
ROLES = (COVER, INPUTS, CALCULATIONS, OUTPUTS, CHECKS, NOTES)

_NAMES = (
    (NOTES, ("log", "note", "source", "about", "change", "history", "glossary", "reconciliation", "version")),
    (COVER, ("cover", "front", "readme", "read me", "contents", "introduction", "start here")),
    (CHECKS, ("check", "error", "integrity")),
    (OUTPUTS, ("output", "summary", "result", "report", "dashboard", "chart", "comparison", "headline", "sensitivity")),
    (CALCULATIONS, ("calc", "working", "engine", "model", "workings")),
    (INPUTS, ("input", "assumption", "parameter", "timeline", "data", "drivers", "selector", "scenario")),
)
_ONE_VALUE = ("constant or opening value", "constant", "live value", "live")
_HEADERS = {
    "label": ("label", "item", "line", "line item", "description", "name", "what"),
    "id": ("id", "identifier", "code", "ref", "reference", "name of line"),
    "unit": ("unit", "units"),
    "constant": ("constant", "constant or opening value", "value", "live value", "input", "amount"),
    "type": ("type", "cell type", "type of cell"),
    "reads": ("reads",),
    "also reads": ("also reads",),
    "does": ("what it does", "in words", "calculation in words"),
    "grade": ("grade",),
}
SHORTHAND = re.compile(r"^\[[a-z]{1,2}\]")
"""A mark such as [z] in place of a value."""
OF_LIST = re.compile(r"^(.*)\[(\d+)\]$")
"""The id of a line's row for a row of a list, such as ``name[3]``."""


@dataclass(kw_only=True)
class Grid:
    """A table of a sheet, marked up or not."""

    sheet: Sheet
    header: int
    box: Box
    """The rows below the header, and all columns."""
    marked: bool
    headers: dict[int, str]
    years: dict[int, int] = field(default_factory=dict)
    """The year of each column that has one."""
    _places: dict[str, int | None] = field(default_factory=dict)

    def column(self, word: str) -> int | None:
        """The column whose header is one of the words for something, the first of them."""
        if word not in self._places:
            found = (self._columns.get(wanted) for wanted in _HEADERS.get(word, (word,)))
            self._places[word] = next((at for at in found if at), None)
        return self._places[word]

    @cached_property
    def _columns(self) -> dict[str, int]:
        """The first column of each header."""
        found: dict[str, int] = {}
        for at, header in self.headers.items():
            found.setdefault(header.strip().lower(), at)
        return found

    @cached_property
    def one_value(self) -> int | None:
        """The column of the one value of each line, in a table of lines."""
        found = next((self._columns[word] for word in _ONE_VALUE if word in self._columns), None)
        return found if self.column("id") else None

    def with_word(self, *words: str) -> int | None:
        """The first column whose header has one of some words in it."""
        for at, header in self.headers.items():
            if any(re.search(rf"\b{word}\b", header.lower()) for word in words):
                return at
        return None

    @cached_property
    def rows(self) -> list[int]:
        """The rows of the body that hold something."""
        return [row for row in range(self.box.top, self.box.bottom + 1) if self.cells(row)]

    @cached_property
    def columns(self) -> dict[int, list[Cell]]:
        """The cells of each column of the body, from top to bottom; none for one that is empty."""
        found: dict[int, list[Cell]] = {column: [] for column in range(self.box.left, self.box.right + 1)}
        for row in self.rows:
            for cell in self.cells(row):
                found[cell.column].append(cell)
        return found

    @cached_property
    def rows_of_figures(self) -> dict[int, list[int]]:
        """The rows of the body in which each column has a number or a formula."""
        return {
            column: [cell.row for cell in cells if cell.is_number or cell.formula]
            for column, cells in self.columns.items()
        }

    @cached_property
    def rows_of_lists(self) -> dict[str, list[int]]:
        """The rows of the body that have ids such as ``name[3]``, by the name."""
        found: dict[str, list[int]] = {}
        for row in self.rows if self.column("id") else ():
            if own := OF_LIST.match(self.text(row, "id")):
                found.setdefault(own[1], []).append(row)
        return found

    @cached_property
    def columns_of_formulas(self) -> dict[int, set[int]]:
        """The columns in which each row of the body has a formula."""
        return {row: {cell.column for cell in self.cells(row) if cell.formula} for row in self.rows}

    @cached_property
    def columns_with_formulas(self) -> set[int]:
        """The columns of the body in which a formula stands."""
        return set().union(*self.columns_of_formulas.values())

    @cached_property
    def open_columns(self) -> set[int]:
        """The columns of the body of which most numbers may be changed."""
        found = set()
        for column, cells in self.columns.items():
            locked = [cell.look.locked for cell in cells if cell.is_number]
            if locked.count(False) * 2 > len(locked):
                found.add(column)
        return found

    @cached_property
    def words_above(self) -> str:
        """What is said on the sheet above the header."""
        return " ".join(cell.text for row in range(1, self.header) for cell in self.sheet.rows.get(row, ()))

    def units_between(self, top: int, bottom: int) -> set[str]:
        """The units of some rows of the sheet, as they are written."""
        firsts, lasts, units = self._runs_of_units
        return set(units[bisect_left(lasts, top) : bisect_right(firsts, bottom)])

    @cached_property
    def _runs_of_units(self) -> tuple[list[int], list[int], list[str]]:
        """The first and last row of each run of one unit, from the body down, and the unit."""
        firsts, lasts, units = list[int](), list[int](), list[str]()
        for row in self.sheet.rows if self.column("unit") else ():
            unit = self.text(row, "unit") if row >= self.box.top else ""
            if unit and units[-1:] == [unit]:
                lasts[-1] = row
            elif unit:
                firsts.append(row)
                lasts.append(row)
                units.append(unit)
        return firsts, lasts, units

    def cells(self, row: int) -> list[Cell]:
        found = self.sheet.rows.get(row, [])
        if found and self.box.left <= found[0].column and found[-1].column <= self.box.right:
            return found
        return [cell for cell in found if self.box.left <= cell.column <= self.box.right]

    def text(self, row: int, word: str) -> str:
        """The text of a row in the column of a word, or nothing."""
        column = self.column(word)
        return self.sheet.text(row, column) if column else ""

    def label(self, row: int) -> str:
        """What a row is called: its label, else its first text."""
        return self.text(row, "label") or next((cell.text for cell in self.cells(row) if cell.text), "")

    @cached_property
    def totals(self) -> dict[int, str]:
        """The columns after the years whose header begins with Total."""
        last = max(self.years, default=0)
        return {
            at: text for at, text in self.headers.items() if at > last and text.lower().startswith(("total", "sum"))
        }

    @cached_property
    def figures(self) -> list[int]:
        """The columns of figures that a model works with: the constant, the years and the totals."""
        constant = self.column("constant")
        return [*([constant] if constant else []), *self.years, *self.totals]

    @property
    def first_cell(self) -> str:
        return address(self.header, self.box.left)


class GridRow(NamedTuple):
    """A row of a table with figures."""

    grid: Grid
    at: int

    @property
    def label(self) -> str:
        return self.grid.label(self.at)

    @property
    def words(self) -> str:
        """Label and id."""
        return f"{self.label} {self.grid.text(self.at, 'id').replace('_', ' ')}"

    @property
    def unit(self) -> str:
        return self.grid.text(self.at, "unit")

    @property
    def texts(self) -> str:
        return " ".join(cell.text for cell in self.grid.cells(self.at) if not cell.formula)

    @property
    def figures(self) -> list[Cell]:
        figures = self.grid.figures
        cells = [cell for cell in self.grid.cells(self.at) if cell.formula or cell.is_number]
        return [cell for cell in cells if not figures or cell.column in figures]


@functools.lru_cache(maxsize=100_000)
def speaks_of(pattern: str, words: str) -> bool:
    """Whether a pattern stands in words, in capitals or not; workbooks of one run say much the same."""
    return bool(re.search(pattern, words, re.IGNORECASE))


@dataclass(kw_only=True)
class Facts:
    """A workbook with what rules ask of it, worked out once."""

    book: Workbook
    reader: Reader
    engines: bool = True
    """Whether values may be recalculated by an engine, where one is installed."""
    brief: str | None = None
    """The text of the brief that the workbook goes with; None where there is none."""
    evidence: Path | None = None
    """The folder of evidence whose editions of the guidance count; None for the one that ships."""
    _said: dict[tuple[str, ...], list[GridRow]] = field(default_factory=dict)

    @cached_property
    def roles(self) -> dict[str, str]:
        """The role of each sheet."""
        declared = self._declared()
        return {sheet.name: declared.get(sheet.name) or _role(sheet, self.reader) for sheet in self.book.sheets}

    @cached_property
    def grids(self) -> list[Grid]:
        return [grid for sheet in self.book.sheets for grid in sheet.once(grids_of)]

    @cached_property
    def grids_with_years(self) -> list[Grid]:
        return [grid for grid in self.grids if grid.years]

    @cached_property
    def words(self) -> list[Cell]:
        """Every cell that shows a text."""
        return [cell for sheet in self.book.sheets for cell in sheet.cells.values() if cell.text]

    def rows_that_say(self, pattern: str, *roles: str) -> list[GridRow]:
        """The rows of figures whose label or id speaks of something, on sheets of some roles or of all."""
        key = (pattern, *roles)
        if key not in self._said:
            found = [row for row, words in self.rows_of_figures if speaks_of(pattern, words)]
            self._said[key] = [row for row in found if not roles or self.roles[row.grid.sheet.name] in roles]
        return self._said[key]

    @cached_property
    def rows_of_figures(self) -> list[tuple[GridRow, str]]:
        """Every row with figures on a sheet of inputs, calculations or outputs, with its label and id."""
        found = [GridRow(grid, at) for grid in self.grids_of_role(INPUTS, CALCULATIONS, OUTPUTS) for at in grid.rows]
        return [(row, row.words) for row in found if row.figures]

    def of_role(self, *roles: str) -> list[Sheet]:
        """The sheets of a role, in order."""
        return [sheet for sheet in self.book.sheets if self.roles[sheet.name] in roles]

    def grids_of_role(self, *roles: str) -> list[Grid]:
        return [grid for grid in self.grids if self.roles[grid.sheet.name] in roles]

    def grid_at(self, cell: Cell) -> Grid | None:
        """The grid in whose body a cell lies."""
        return self.grid_of(cell.sheet, cell.row, cell.column)

    def grid_of(self, sheet: str, row: int, column: int) -> Grid | None:
        """The grid in whose body a place lies."""
        tops, grids = self._grids_by_sheet.get(sheet, ([], []))
        if tops:
            below = bisect_right(tops, row)
            grids = grids[max(below - 1, 0) : below]
        return next((grid for grid in grids if grid.box.holds(row, column)), None)

    @cached_property
    def _grids_by_sheet(self) -> dict[str, tuple[list[int], list[Grid]]]:
        """The grids of each sheet, with the first row of each where every one lies below the one before."""
        found: dict[str, tuple[list[int], list[Grid]]] = {}
        for grid in self.grids:
            found.setdefault(grid.sheet.name, ([], []))[1].append(grid)
        for tops, grids in found.values():
            if all(one.box.bottom < other.box.top for one, other in itertools.pairwise(grids)):
                tops += [grid.box.top for grid in grids]
        return found

    def says(self, *patterns: str) -> Cell | None:
        """The first cell whose text matches a pattern."""
        wanted = re.compile("|".join(patterns), re.IGNORECASE)
        return next((cell for text, cell in self._first_to_say.items() if wanted.search(text)), None)

    @cached_property
    def _first_to_say(self) -> dict[str, Cell]:
        """The first cell of each text."""
        found: dict[str, Cell] = {}
        for cell in self.words:
            found.setdefault(cell.text, cell)
        return found

    def _declared(self) -> dict[str, str]:
        """Roles that a list of sheets with links states, such as ``Inputs. What it costs.``"""
        found: dict[str, str] = {}
        for sheet in self.book.sheets:
            for at, location in sheet.links.items():
                target = self.book.sheet(location.rpartition("!")[0].strip("'").replace("''", "'"))
                cell = sheet.at(*place_of(at))
                beside = sheet.text(cell.row, cell.column + 1) if cell else ""
                word = beside.partition(".")[0].strip().lower()
                if target is not None and word in ROLES:
                    found.setdefault(target.name, word)
        return found


def _role(sheet: Sheet, reader: Reader) -> str:
    name = sheet.name.lower()
    for role, words in _NAMES:
        if any(re.search(rf"\b{word}", name) for word in words):
            return role
    if sheet.is_chart:
        return OUTPUTS
    below = [reader.all[sheet.name, *at] for at in sheet.formulas]
    if not below:
        return INPUTS if any(cell.is_number for cell in sheet.cells.values()) else NOTES
    return OUTPUTS if all(found.link for found in below) else CALCULATIONS


# Grids


def grids_of(sheet: Sheet) -> list[Grid]:
    """The tables of a sheet: those that are marked up, or else those that its words suggest."""
    if sheet.tables:
        return [_marked(sheet, at) for at in range(len(sheet.tables))]
    starts = [row for row in sheet.rows if years_in(sheet, row)]
    starts = starts or _first_header(sheet)
    grids = []
    for place, header in enumerate(starts):
        last = starts[place + 1] - 1 if place + 1 < len(starts) else max(sheet.rows)
        cells = [cell for row in range(header, last + 1) for cell in sheet.rows.get(row, ())]
        columns = [cell.column for cell in cells]
        if last > header and any(cell.row > header for cell in cells):
            box = Box(header + 1, min(columns), last, max(columns))
            grids.append(_grid(sheet, header, box, marked=False, years=years_in(sheet, header)))
    return grids


def _marked(sheet: Sheet, at: int) -> Grid:
    table = sheet.tables[at]
    body = Box(table.box.top + table.header_rows, table.box.left, table.box.bottom, table.box.right)
    header = table.box.top if table.header_rows else table.box.top - 1
    years = {
        column: year
        for column in range(body.left, body.right + 1)
        if (cell := sheet.at(header, column)) and (year := year_of(cell.shown)) is not None
    }
    return _grid(sheet, header, body, marked=True, years=years)


def _grid(sheet: Sheet, header: int, box: Box, *, marked: bool, years: dict[int, int]) -> Grid:
    headers = {
        cell.column: str(cell.shown)
        for cell in sheet.rows.get(header, ())
        if box.left <= cell.column <= box.right and cell.shown is not None
    }
    return Grid(sheet=sheet, header=header, box=box, marked=marked, headers=headers, years=years)


def _first_header(sheet: Sheet) -> list[int]:
    """The first row of texts side by side that has figures or formulas below it."""
    for row, cells in sheet.rows.items():
        texts = [cell for cell in cells if cell.text and not cell.formula]
        beside = any(b.column - a.column == 1 for a, b in itertools.pairwise(texts))
        below = sheet.rows.get(row + 1, ())
        if beside and len(texts) == len(cells) and any(cell.formula or cell.is_number for cell in below):
            return [row]
    return []
