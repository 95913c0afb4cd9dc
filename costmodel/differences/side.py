"""One of two workbooks that are compared: its rows and columns by what they are called, wherever they stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from costmodel.audit.grids import INPUTS, SHORTHAND, Facts, Grid
from costmodel.spreadsheets.cells import Cell, Sheet, Workbook
from costmodel.spreadsheets.formulas import Reader
from costmodel.workbook.layout import ABOUT, ASSUMPTIONS, GRADES, SCENARIOS, SELECTOR_ROW, VALUES

CONSTANT = ""
"""The name of the column with the one value of a line, whatever its header says."""
_LIST = re.compile(r"^The list (\w+): \d+ rows?\.")
_PLACED = re.compile(r"^(.*)\[(\d+)(?:, (.*))?\]$")
_NAMING = 4
"""Columns at the left, of which the texts tell one row from another of the same id."""


@dataclass(kw_only=True, eq=False)
class MatchedRow:
    """A row of a sheet, with what it is called."""

    sheet: Sheet
    at: int
    grid: Grid | None
    """None for what stands in no table."""
    id: str
    """Its id, with the name of a list's row in place of its number."""
    label: str
    unit: str
    texts: tuple[str, ...]
    """What is typed in it that is no number."""
    name: str = ""
    """What both workbooks call it, once their rows are matched."""

    @property
    def is_line(self) -> bool:
        """Whether it is the row of a line: one with an id and a column for its one value."""
        return bool(self.id and self.grid and self.grid.one_value)

    @property
    def type(self) -> str:
        """Input, Choice, Link, Calculation and so on, where the table says."""
        return self.grid.text(self.at, "type") if self.grid else ""

    @property
    def base(self) -> str:
        """The name without the row of a list or the year that it is for."""
        return self.name.partition("[")[0]

    def cells(self) -> list[Cell]:
        if self.grid:
            return self.grid.cells(self.at)
        return self.sheet.rows.get(self.at, [])


@dataclass(kw_only=True, eq=False)
class Side:
    """A workbook that is compared with another."""

    book: Workbook
    facts: Facts
    reader: Reader
    items: dict[str, list[str]] = field(default_factory=dict)
    """For each list, what its rows are called."""
    spots: dict[tuple[str, int], MatchedRow] = field(default_factory=dict)
    """By sheet and row: the row."""
    _columns: dict[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def about(self) -> dict[str, str]:
        """What the workbook says of how it was made, where costmodel made it."""
        sheet = self.book.sheet(ABOUT)
        if sheet is None:
            return {}
        said = {cells[0].text: str(shown_of(sheet, row, 2) or "") for row, cells in sheet.rows.items() if cells}
        return said if "Version of costmodel" in said and "Proposal" in said else {}

    @property
    def is_ours(self) -> bool:
        return bool(self.about)

    @cached_property
    def scenarios(self) -> list[str]:
        """The ids of the scenarios whose values it holds."""
        sheet = self.book.sheet(SCENARIOS) if self.is_ours else None
        grids = self.grids(sheet) if sheet else []
        return [text for grid in grids for row in grid.rows if (text := grid.sheet.text(row, grid.box.left))]

    @property
    def selected(self) -> str:
        """The scenario that is selected on the cover."""
        if not self.is_ours:
            return ""
        cover = next((sheet for sheet in self.book.sheets if self.facts.roles[sheet.name] == "cover"), None)
        return cover.text(SELECTOR_ROW + 1, 2) if cover else ""

    def grids(self, sheet: Sheet) -> list[Grid]:
        return self._grids.get(id(sheet), [])

    @cached_property
    def _grids(self) -> dict[int, list[Grid]]:
        """The tables of each sheet; two sheets of a damaged workbook may have one name."""
        found: dict[int, list[Grid]] = {}
        for grid in self.facts.grids:
            found.setdefault(id(grid.sheet), []).append(grid)
        return found

    @cached_property
    def lists(self) -> dict[str, Grid]:
        """The tables of lists, by the list's name."""
        found = {}
        for sheet in self.book.sheets if self.is_ours else ():
            said = _LIST.match(sheet.text(2, 1))
            grids = self.grids(sheet)
            if said and grids:
                found[said[1]] = grids[0]
        return found

    @cached_property
    def list_of(self) -> dict[str, str]:
        """For each sheet of a list, the list."""
        return {grid.sheet.name: name for name, grid in self.lists.items()}

    @cached_property
    def columns_of_lists(self) -> dict[tuple[str, str], str]:
        """For each list and header of a column, the column's id; the log of assumptions has it."""
        log = self.book.sheet(ASSUMPTIONS) if self.is_ours else None
        found: dict[tuple[str, str], str] = {}
        for grid in self.grids(log) if log else ():
            label, unit = grid.column("label"), grid.column("unit")
            for row in grid.rows:
                name = grid.text(row, "id")
                if label and unit and "." in name:
                    header = f"{grid.sheet.text(row, label)} ({grid.sheet.text(row, unit)})"
                    found[name.partition(".")[0], header] = name
        return found

    @cached_property
    def rows(self) -> dict[str, list[MatchedRow]]:
        """The rows of each sheet, from top to bottom, by the sheet's name in small letters."""
        return {sheet.name.lower(): self._rows(sheet) for sheet in self.book.sheets if not sheet.is_chart}

    def _rows(self, sheet: Sheet) -> list[MatchedRow]:
        within: dict[int, Grid] = {}
        headers = set()
        for grid in self.grids(sheet):
            headers.add(grid.header)
            within.update((row, grid) for row in range(grid.box.top, grid.box.bottom + 1))
        found = []
        for at, cells in sheet.rows.items():
            if at in headers:
                continue
            row = self._row(sheet, at, cells, within.get(at))
            found.append(row)
            self.spots[sheet.name, at] = row
        return found

    def _row(self, sheet: Sheet, at: int, cells: list[Cell], grid: Grid | None) -> MatchedRow:
        texts = tuple(cell.text for cell in cells[:_NAMING] if cell.text and not cell.formula)
        if grid is None:
            return MatchedRow(sheet=sheet, at=at, grid=None, id="", label=next(iter(texts), ""), unit="", texts=texts)
        label = self.label_in(grid, at)
        return MatchedRow(
            sheet=sheet,
            at=at,
            grid=grid,
            id=self._named(_typed(grid, at, "id")),
            label=label,
            unit=_typed(grid, at, "unit"),
            texts=texts,
        )

    def label_in(self, grid: Grid, at: int) -> str:
        """What a row is called: a list's by its name, others by their label."""
        name = self.list_of.get(grid.sheet.name)
        if name and name in self.items and grid is self.lists[name] and at in self._places_in_lists[name]:
            return self.items[name][self._places_in_lists[name][at]]
        if grid.column("id"):
            return grid.label(at)
        return next((cell.text for cell in grid.cells(at) if cell.text and not cell.formula), "")

    @cached_property
    def _places_in_lists(self) -> dict[str, dict[int, int]]:
        """The place of each row of the sheet among the rows of its list, by the list's name."""
        return {name: {row: place for place, row in enumerate(grid.rows)} for name, grid in self.lists.items()}

    def _named(self, name: str) -> str:
        """``team.wte[8]`` by the name of the row, which stays when rows are put in before it."""
        found = _PLACED.match(name)
        if not found:
            return name
        items = self._items_of(found[1], int(found[2]))
        if items is None:
            return name
        return f"{found[1]}[{', '.join(filter(None, (items, found[3])))}]"

    def _items_of(self, base: str, number: int) -> str | None:
        """The name of a row of the list that a line goes through: its own, or the only one with as many rows."""
        own = self.items.get(base.partition(".")[0])
        if own is None:
            count = self._counts[base]
            others = [items for items in self.items.values() if len(items) == count]
            own = others[0] if len(others) == 1 else None
        return own[number - 1] if own and number <= len(own) else None

    @cached_property
    def _counts(self) -> Counter[str]:
        """How many numbered rows each line has on the sheet where it is worked out."""
        found: dict[str, set[str]] = {}
        for grid in self.facts.grids if self.is_ours else ():
            if grid.column("id"):
                for row in grid.rows:
                    if said := _PLACED.match(grid.text(row, "id")):
                        found.setdefault(said[1], set()).add(said[2])
        return Counter({base: len(numbers) for base, numbers in found.items()})

    # Columns

    def column(self, grid: Grid, at: int) -> str:
        """What a column is called: nothing for the one value of a line, the year of a year, else its header."""
        key = (id(grid), at)
        if key not in self._columns:
            self._columns[key] = self._column(grid, at)
        return self._columns[key]

    def _column(self, grid: Grid, at: int) -> str:
        if at == grid.one_value:
            return CONSTANT
        header = " ".join(grid.headers.get(at, "").split())
        if at in grid.years:
            return year_name(header, grid.years[at])
        same = [column for column, text in grid.headers.items() if " ".join(text.split()) == header and header]
        return f"{header} #{same.index(at) + 1}" if len(same) > 1 else header or f"column {at}"

    @cached_property
    def _headings(self) -> dict[str, str]:
        """For each header of a column of a scenario, the scenario: its id, or Scenario and its id."""
        return {name: name for name in self.scenarios} | {f"Scenario {name}": name for name in self.scenarios}

    def scenario_of(self, header: str) -> tuple[str, str]:
        """The scenario whose column a header heads, and what it says of it: base, and grade, for ``base: grade``."""
        if header in self._headings:
            return self._headings[header], ""
        name, mark, what = header.partition(": ")
        if mark and name in self._headings:
            return self._headings[name], what
        name, mark, what = header.partition(" less ")
        return (self._headings[name], f"less {what}") if mark and name in self._headings else ("", "")

    def columns_by_scenario(self, grid: Grid, what: str = "") -> dict[int, str]:
        """The columns of scenarios that say the same of them."""
        found = {at: self.scenario_of(header) for at, header in grid.headers.items()}
        return {at: scenario for at, (scenario, said) in found.items() if scenario and said == what}

    # What the cells hold

    @property
    def has_values(self) -> bool:
        """Whether its formulas have values beside them; openpyxl leaves them out."""
        formulas = self.book.formulas
        return not formulas or any(cell.cached not in (None, "") for cell in formulas)

    def is_input_sheet(self, sheet: Sheet) -> bool:
        return self.facts.roles[sheet.name] == INPUTS and sheet.name not in (SCENARIOS, GRADES)

    @cached_property
    def years(self) -> list[str]:
        """Every year that heads a column, in order."""
        found = {name: year for grid in self.facts.grids for at, year in grid.years.items()
                 for name in [self.column(grid, at)]}  # fmt: skip
        return sorted(found, key=found.__getitem__)

    @cached_property
    def values_sheet(self) -> Sheet | None:
        """The sheet with the values of every scenario."""
        return self.book.sheet(VALUES) if self.is_ours else None


def side_of(book: Workbook) -> Side:
    """A workbook, ready to be compared."""
    reader = Reader(book)
    return Side(book=book, facts=Facts(book=book, reader=reader, engines=False), reader=reader)


def shown_of(sheet: Sheet, row: int, column: int) -> Any:
    """What stands in a cell, or None."""
    cell = sheet.at(row, column)
    return cell.shown if cell else None


def year_name(header: str, year: int) -> str:
    """A year by one name, however its header writes it."""
    if year < 1900:
        return header
    return f"{year}/{(year + 1) % 100:02}" if re.search(r"[/–-]|to", header) else str(year)


def is_figure(value: Any) -> bool:
    """Whether a value is a number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_said(value: Any) -> bool:
    """Whether a value says something: a mark such as [z] does not."""
    return value not in (None, "") and not (isinstance(value, str) and SHORTHAND.match(value))


def _typed(grid: Grid, at: int, word: str) -> str:
    column = grid.column(word)
    return " ".join(grid.sheet.text(at, column).split()) if column else ""
