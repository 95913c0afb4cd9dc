"""Formulas in their cells: what they refer to, and the same written by R1C1."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from costmodel.spreadsheets.cells import Box, Cell, DefinedName, Workbook
from costmodel.spreadsheets.parsing import Fixed, Parsed, as_place, parsed
from costmodel.spreadsheets.ranges import Extent, Node, Ranges, Spot, Stretch

_MOST_KEPT = 60_000
"""Formulas kept for the next workbook."""


class Reference(NamedTuple):
    """What a formula refers to: a box of cells on a sheet."""

    sheet: str
    box: Box
    fixed: Fixed
    """Whether the top, left, bottom and right are marked with $."""

    @property
    def node(self) -> Spot | Extent:
        """The cell, or else the range, whatever is marked with $."""
        top, left, bottom, right = self.box
        return (self.sheet, top, left) if top == bottom and left == right else Extent(self.sheet, self.box)

    @property
    def is_cell(self) -> bool:
        return self.box.top == self.box.bottom and self.box.left == self.box.right


class Formula(NamedTuple):
    """A formula, read."""

    cell: Cell
    parsed: Parsed
    references: tuple[Reference, ...]
    within: tuple[str, ...]
    """The function in which each reference stands, or nothing."""
    names: tuple[str, ...]
    """The defined names that it uses."""
    unknown: tuple[str, ...]
    """Names that nothing defines, and references to what is gone."""
    external: bool
    r1c1: str
    """The formula as it reads from its own cell: the same in every cell that it was copied to."""
    link: Reference | None
    """What it shows, where it is nothing but one reference."""

    @property
    def functions(self) -> tuple[str, ...]:
        return self.parsed.functions

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers in it, as written, but 0 and 1."""
        return self.parsed.numbers

    @property
    def operators(self) -> int:
        """How many signs of arithmetic between two things; a comparison belongs to its IF."""
        return self.parsed.operators

    def inside(self, *functions: str) -> Iterator[Reference]:
        """The references that stand directly in some functions."""
        return (found for found, own in zip(self.references, self.within, strict=True) if own in functions)


@functools.lru_cache(maxsize=4)
def _read_before(
    sheets: tuple[str, ...], names: tuple[DefinedName, ...], tables: tuple[tuple[str, str, Box], ...]
) -> dict[tuple[str, int, int, str], Formula]:
    """The formulas read in workbooks of the same sheets, names and tables, by their place and text."""
    return {}


class Reader:
    """Reads the formulas of a workbook once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._names = {(name.name.lower(), name.sheet.lower()): name.refers_to for name in book.names}
        self._tables = {table.name.lower(): (sheet, table) for sheet in book.sheets for table in sheet.tables}
        self._known: dict[tuple[str, str], tuple[list[Reference], str]] = {}
        self.ranges = Ranges({sheet.name: sheet.cells for sheet in book.sheets})
        tables = tuple((sheet.name, table.name, table.box) for sheet in book.sheets for table in sheet.tables)
        self._read = _read_before(tuple(sheet.name for sheet in book.sheets), tuple(book.names), tables)

    @cached_property
    def all(self) -> dict[Spot, Formula]:
        """Every formula by sheet, row and column."""
        found = {}
        for cell in self.book.formulas:
            spot = cell[:3]
            key = (*spot, cell.formula)
            before = self._read.get(key)
            if before is None:
                before = self.read(cell)
                if "[" not in cell.formula and len(self._read) < _MOST_KEPT:  # headers of tables are not in the key
                    self._read[key] = before
            found[spot] = before._replace(cell=cell)
        return found

    def reads(self, node: Node) -> Iterable[Node]:
        """What a formula cell refers to; what a range or a stretch of cells is made of; nothing for another cell."""
        if isinstance(node, Extent):
            return self.ranges.made_of(node)
        if isinstance(node, Stretch):
            return self.ranges.halves(node)
        found = self.all.get(node)
        return [reference.node for reference in found.references] if found else ()

    def read(self, cell: Cell) -> Formula:
        """Read one formula; what cannot be read stands under ``unknown``."""
        said = parsed(cell.formula)
        references: list[Reference] = []
        within: list[str] = []
        names: list[str] = []
        unknown = list(said.errors) if said.tokens else [cell.formula]
        by_place: list[str] = []
        external = False
        for text, function in zip(said.operands, said.within, strict=True):
            outside = "[" in text and "!" in text and "[" in text.split("!")[0]
            external = external or outside
            found, name = self.refers(text, cell)
            references += found
            within += [function] * len(found)
            if name:
                names.append(name)
            if not found and not name and not external:
                unknown.append(text)
            if outside and (place := as_place(text.rpartition("!")[2])):
                by_place.append(_by_place(Reference(text.rpartition("!")[0], *place), cell))
            else:
                by_place.append(_by_place(found[0], cell) if len(found) == 1 and not name else text.upper())
        if any(function.endswith(("LET", "LAMBDA")) for function in said.functions):  # they define names of their own
            unknown = [text for text in unknown if not text.isidentifier()]
        operands = iter(by_place)
        written = [
            next(operands) if part == "RANGE" and kind == "OPERAND" else text for text, kind, part in said.tokens
        ]
        return Formula(
            cell, said, tuple(references), tuple(within), tuple(names), tuple(unknown), external, "".join(written),
            references[0] if said.is_alone and len(references) == 1 else None,
        )  # fmt: skip

    def refers(self, text: str, cell: Cell) -> tuple[list[Reference], str]:
        """The boxes that an operand refers to, and the defined name by which it does."""
        if "[" in text:
            return self._refers(text, cell)
        key = (text, cell.sheet)
        if key not in self._known:
            self._known[key] = self._refers(text, cell)
        return self._known[key]

    def _refers(self, text: str, cell: Cell) -> tuple[list[Reference], str]:
        sheet, mark, rest = text.rpartition("!")
        sheet = sheet.strip("'").replace("''", "'") if mark else cell.sheet
        if "[" in sheet:
            return [], text
        if "[" in rest:
            found = self._in_table(rest, cell)
            return ([found], "") if found else ([], "")
        target = self.book.sheet(sheet)
        place = as_place(rest)
        if place is not None:
            return ([Reference(target.name, *place)], "") if target else ([], "")
        key = rest.lower()
        meaning = self._names.get((key, sheet.lower()), self._names.get((key, "")))
        if meaning is None:
            return (
                ([Reference(cell.sheet, self._tables[key][1].box, (True,) * 4)], key)
                if key in self._tables
                else ([], "")
            )
        return self.of_name(meaning), rest

    def of_name(self, meaning: str) -> list[Reference]:
        """The boxes of a defined name's meaning, where it is nothing but references."""
        found = []
        for part in _split(meaning):
            sheet, _, rest = part.rpartition("!")
            target, place = self.book.sheet(sheet.strip("'").replace("''", "'")), as_place(rest)
            if target is None or place is None:
                return []
            found.append(Reference(target.name, *place))
        return found

    def _in_table(self, text: str, cell: Cell) -> Reference | None:
        """A reference such as ``Table[Column]`` or ``[@Column]``."""
        name, _, rest = text.partition("[")
        for sheet in self.book.sheets:
            for table in sheet.tables:
                inside = sheet.name == cell.sheet and table.box.holds(cell.row, cell.column)
                if table.name.lower() == name.lower() or (not name and inside):
                    box = table.box
                    words = re.findall(r"[^\[\]@,]+", rest)
                    this_row = "@" in rest or any(word.strip() == "#This Row" for word in words)
                    asked = [word.strip().lower() for word in words if not word.strip().startswith("#")]
                    columns = [
                        column
                        for column in range(box.left, box.right + 1)
                        if sheet.text(box.top, column).strip().lower() in asked
                    ]
                    if asked and not columns:
                        return None
                    first, last = (min(columns), max(columns)) if columns else (box.left, box.right)
                    top, bottom = (cell.row, cell.row) if this_row else (box.top + table.header_rows, box.bottom)
                    return Reference(
                        sheet.name, Box(top, first, bottom, last), (not this_row, True, not this_row, True)
                    )
        return None

    def is_filled(self, reference: Reference) -> bool:
        """Whether something stands in any cell of a reference."""
        node = reference.node
        if isinstance(node, Extent):
            return self.ranges.holds_any(node)
        sheet = self.book.sheet(reference.sheet)
        return sheet is not None and node[1:] in sheet.cells

    def filled(self, reference: Reference) -> list[Spot]:
        """The cells of a reference that hold something, row by row."""
        found: list[Spot] = []
        wanted: list[Node] = [reference.node] if self.is_filled(reference) else []
        while wanted:
            node = wanted.pop()
            if isinstance(node, Extent | Stretch):
                wanted.extend(self.reads(node))
            else:
                found.append(node)
        return sorted(found)


def _by_place(reference: Reference, cell: Cell) -> str:
    """A reference as it reads from a cell: R[-1]C is the cell above, R6C4 is always D6."""
    box, fixed = reference.box, reference.fixed
    first = _end(box.top, box.left, fixed[0], fixed[1], cell)
    last = (
        first if reference.is_cell and fixed[:2] == fixed[2:] else _end(box.bottom, box.right, fixed[2], fixed[3], cell)
    )
    where = "" if reference.sheet == cell.sheet else f"{reference.sheet}!"
    return where + (first if first == last else f"{first}:{last}")


def _end(row: int, column: int, row_fixed: bool, column_fixed: bool, cell: Cell) -> str:
    down, right = row - cell.row, column - cell.column
    across = f"C{column}" if column_fixed else f"C[{right}]" if right else "C"
    return (f"R{row}" if row_fixed else f"R[{down}]" if down else "R") + across


def _split(meaning: str) -> list[str]:
    """The parts of a union, cut at commas that stand in no quotes."""
    return re.findall(r"(?:'(?:[^']|'')*'|[^,'])+", meaning.removeprefix("="))
