"""What rules ask of a workbook, worked out once: the role of each sheet, its tables, its rows of figures and its words.

A sheet's role is what the cover says of it, else what its name says, else what it holds: figures alone are inputs,
words alone are notes, links alone are outputs, other formulas are calculations.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from costmodel.audit.grids import Grid, GridRow, grids_of
from costmodel.spreadsheets.cells import Cell, Sheet, Workbook, place_of
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
    evidence: tuple[Path, ...] = ()
    """The folders of evidence whose editions of the guidance count, the nearest first; none for what ships."""
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
