"""What a workbook is made of: sheets, cells with their formulas, cached values and looks, tables, names, validation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from costmodel.spreadsheets.package import Drawing, Package, Value

Found = TypeVar("Found")
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA")


class Box(NamedTuple):
    """A rectangle of cells, with both ends in it, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the box."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def area(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a cell looks; colours are six hexadecimal digits, and nothing where they are automatic."""

    font: str
    size: float
    bold: bool
    colour: str
    fill: str
    wrapped: bool
    locked: bool
    raised: bool
    number: str


class Cell(NamedTuple):
    """A cell that holds something; a tuple, since a workbook has thousands and rules read each of them often."""

    sheet: str
    row: int
    column: int
    value: Any
    """What was typed, or None for a formula."""
    formula: str
    """The formula with its =, or nothing."""
    is_array: bool
    cached: Value | None
    """The cached value of a formula; None where there is none."""
    look: Look
    address: str
    shown: Any
    """The value that stands there: typed, or cached."""
    text: str
    """The text that stands there, or nothing."""
    is_number: bool
    """Whether a number was typed; a date counts as one, a truth value does not."""

    @property
    def is_error(self) -> bool:
        return self.text.startswith(ERRORS)


@dataclass(frozen=True, kw_only=True)
class TableRange:
    """A marked-up table."""

    name: str
    box: Box
    header_rows: int
    filtered: bool


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What may be typed into some cells."""

    kind: str
    operator: str
    first: str
    second: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class DefinedName:
    """A defined name."""

    name: str
    refers_to: str
    hidden: bool
    sheet: str = ""


@dataclass(kw_only=True)
class Sheet:
    """A worksheet, or a sheet that is one chart."""

    name: str
    state: str = "visible"
    is_chart: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[TableRange] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    frozen: str = ""
    filtered: str = ""
    header_footer: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    protected: bool = False
    password: bool = False
    links: dict[str, str] = field(default_factory=dict)
    """Where each cell's link leads; nothing for what is not in this workbook."""
    notes: list[str] = field(default_factory=list)
    active: str = "A1"
    selected: bool = False
    widths: dict[int, float] = field(default_factory=dict)
    default_width: float = 8.43
    superscripts: list[str] = field(default_factory=list)
    """Cells whose text has a raised part."""
    meant_as_text: list[str] = field(default_factory=list)
    """Ranges whose texts that look like numbers are said to be meant."""
    drawings: list[Drawing] = field(default_factory=list)

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        """The cells of each row, from left to right."""
        found: dict[int, list[Cell]] = {}
        for at in sorted(self.cells):
            found.setdefault(at[0], []).append(self.cells[at])
        return found

    @cached_property
    def formulas(self) -> dict[tuple[int, int], Cell]:
        return {at: cell for at, cell in self.cells.items() if cell.formula}

    _known: dict[Any, Any] = field(default_factory=dict)

    def once(self, work: Callable[[Sheet], Found]) -> Found:
        """What some work finds in the sheet, which is done once for it."""
        if work not in self._known:
            self._known[work] = work(self)
        return cast(Found, self._known[work])

    def at(self, row: int, column: int) -> Cell | None:
        return self.cells.get((row, column))

    def text(self, row: int, column: int) -> str:
        """The text of a cell, or nothing."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""


@dataclass(kw_only=True)
class Workbook:
    """What was found in a file."""

    package: Package
    sheets: list[Sheet]
    names: list[DefinedName]
    properties: dict[str, str]

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        return {sheet.name.lower(): sheet for sheet in self.sheets}

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name, as a formula may write it."""
        return self.by_name.get(name.lower())

    @cached_property
    def formulas(self) -> list[Cell]:
        """Every formula cell, in the order of the sheets."""
        return [cell for sheet in self.sheets for _, cell in sorted(sheet.formulas.items())]


@functools.lru_cache(maxsize=20_000)
def address(row: int, column: int) -> str:
    """``B3`` for the third row of the second column."""
    return f"{column_letters(column)}{row}"


@functools.lru_cache(maxsize=20_000)
def column_letters(column: int) -> str:
    """``AA`` for the column at place 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """27 for the column ``AA``."""
    found = 0
    for letter in letters.upper():
        found = 26 * found + ord(letter) - 64
    return found


def place_of(reference: str) -> tuple[int, int]:
    """The row and column of ``B3``."""
    from openpyxl.utils.cell import coordinate_to_tuple

    return coordinate_to_tuple(reference)


def box_of(reference: str) -> Box:
    """The box of ``A1:B2`` or ``A1``."""
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return Box(top or 1, left or 1, bottom or 1_048_576, right or 16_384)
