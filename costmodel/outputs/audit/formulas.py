"""Formulas read: what they refer to, which functions and constants they use, and the same written by R1C1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from costmodel.outputs.audit.reading import Box, Cell, Sheet, Workbook

_CELLS = re.compile(r"^(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?::(\$?)([A-Z]{1,3})(\$?)(\d{1,7}))?$", re.IGNORECASE)
_COLUMNS = re.compile(r"^(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})$", re.IGNORECASE)
_ROWS = re.compile(r"^(\$?)(\d{1,7}):(\$?)(\d{1,7})$")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_AS_IT_IS = 20_000
"""The largest range whose cells are looked up one by one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What a formula refers to: a box of cells on a sheet."""

    sheet: str
    box: Box
    fixed: tuple[bool, bool, bool, bool]
    """Whether the top, left, bottom and right are marked with $."""

    @property
    def is_cell(self) -> bool:
        return self.box.area == 1


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula, read."""

    cell: Cell
    references: tuple[Reference, ...]
    functions: tuple[str, ...]
    numbers: tuple[str, ...]
    """The numbers in it, as written, but 0 and 1."""
    names: tuple[str, ...]
    """The defined names that it uses."""
    unknown: tuple[str, ...]
    """Names that nothing defines, and references to what is gone."""
    external: bool
    operators: int
    """How many signs of arithmetic between two things; a comparison belongs to its IF."""
    r1c1: str
    """The formula as it reads from its own cell: the same in every cell that it was copied to."""
    link: Reference | None
    """What it shows, where it is nothing but one reference."""


class Reader:
    """Reads the formulas of a workbook once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._names = {(name.name.lower(), name.sheet.lower()): name.refers_to for name in book.names}
        self._tables = {table.name.lower(): (sheet, table) for sheet in book.sheets for table in sheet.tables}

    @cached_property
    def all(self) -> dict[tuple[str, int, int], Formula]:
        """Every formula by sheet, row and column."""
        return {(cell.sheet, cell.row, cell.column): self.read(cell) for cell in self.book.formulas}

    @cached_property
    def precedents(self) -> dict[tuple[str, int, int], list[tuple[str, int, int]]]:
        """For each formula cell, the filled cells that it refers to."""
        return {key: [spot for ref in found.references for spot in self.filled(ref)] for key, found in self.all.items()}

    def read(self, cell: Cell) -> Formula:
        """Read one formula; what cannot be read stands under ``unknown``."""
        from openpyxl.formula import Tokenizer

        try:
            tokens = Tokenizer(cell.formula).items
        except Exception:  # the tokenizer raises what it likes on a broken formula
            tokens = []
        references: list[Reference] = []
        functions: list[str] = []
        numbers: list[str] = []
        names: list[str] = []
        unknown: list[str] = [] if tokens else [cell.formula]
        written: list[str] = []
        external, operators, meant = False, 0, 0
        for at, token in enumerate(tokens):
            text = token.value
            if token.type == "FUNC" and token.subtype == "OPEN":
                functions.append(text.rstrip("(").upper())
            elif token.type == "OPERATOR-INFIX" and text in "+-*/^":
                operators += 1
            elif token.type == "OPERAND" and token.subtype == "NUMBER":
                is_percent = at + 1 < len(tokens) and tokens[at + 1].type == "OPERATOR-POSTFIX"
                if is_percent or float(text) not in (0, 1):
                    numbers.append(text + ("%" if is_percent else ""))
            elif token.type == "OPERAND" and token.subtype == "ERROR":
                unknown.append(text)
            elif token.type == "OPERAND" and token.subtype == "RANGE":
                external = external or ("[" in text.split("!")[0] and "!" in text)
                found, name = self._refers(text, cell)
                references += found
                meant += 1
                if name:
                    names.append(name)
                if not found and not name and not external:
                    unknown.append(text)
                if "[" in text.split("!")[0] and (place := as_place(text.rpartition("!")[2])):
                    text = _by_place(Reference(sheet=text.rpartition("!")[0], box=place[0], fixed=place[1]), cell)
                else:
                    text = _by_place(found[0], cell) if len(found) == 1 and not name else text.upper()
            if token.type != "WHITE-SPACE":
                written.append(text)
        if any(function.endswith(("LET", "LAMBDA")) for function in functions):  # their own names are defined in them
            unknown = [text for text in unknown if not text.isidentifier()]
        alone = meant == 1 and [token.type for token in tokens if token.type != "WHITE-SPACE"] == ["OPERAND"]
        return Formula(
            cell=cell,
            references=tuple(references),
            functions=tuple(functions),
            numbers=tuple(numbers),
            names=tuple(names),
            unknown=tuple(unknown),
            external=external,
            operators=operators,
            r1c1="".join(written),
            link=references[0] if alone and len(references) == 1 else None,
        )

    def taken(self, cell: Cell) -> Formula:
        """A formula without the branch that a choice leaves out now, where it is ``IF(choice<>0, one, other)``."""
        from openpyxl.formula import Tokenizer

        whole = self.all[cell.sheet, cell.row, cell.column]
        if "IF" not in whole.functions or not whole.references:
            return whole
        tokens = Tokenizer(cell.formula).items
        parts, depth = [""], 0
        for token in tokens:
            depth += {"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0)
            if token.type == "SEP" and depth == 1:
                parts.append("")
            elif depth and token is not tokens[0]:
                parts[-1] += token.value
        is_whole = tokens[0].value.upper() == "IF(" and depth == 0 and tokens[-1].subtype == "CLOSE"
        if not is_whole or len(parts) != 3 or not parts[0].endswith("<>0"):
            return whole
        choice = self.read(replace(cell, formula=f"={parts[0].removesuffix('<>0')}")).link
        spots = list(self.filled(choice)) if choice and choice.is_cell else []
        sheet = self.book.sheet(spots[0][0]) if spots else None
        if sheet is None:
            return whole
        return self.read(replace(cell, formula=f"={parts[1 if sheet.cells[spots[0][1:]].shown else 2]}"))

    def _refers(self, text: str, cell: Cell) -> tuple[list[Reference], str]:
        """The boxes that an operand refers to, and the defined name by which it does."""
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
            return ([Reference(sheet=target.name, box=place[0], fixed=place[1])], "") if target else ([], "")
        key = rest.lower()
        meaning = self._names.get((key, sheet.lower()), self._names.get((key, "")))
        if meaning is None:
            return (
                ([Reference(sheet=cell.sheet, box=self._tables[key][1].box, fixed=(True,) * 4)], key)
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
            found.append(Reference(sheet=target.name, box=place[0], fixed=place[1]))
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
                        sheet=sheet.name, box=Box(top, first, bottom, last), fixed=(not this_row, True) * 2
                    )
        return None

    def filled(self, reference: Reference) -> Iterator[tuple[str, int, int]]:
        """The cells of a reference that hold something."""
        sheet = self.book.sheet(reference.sheet)
        if sheet is None:
            return
        yield from ((sheet.name, *at) for at in _inside(sheet, reference.box))


def _inside(sheet: Sheet, box: Box) -> Iterator[tuple[int, int]]:
    if box.area <= min(_AS_IT_IS, max(len(sheet.cells), 1)):
        for row in range(box.top, box.bottom + 1):
            for column in range(box.left, box.right + 1):
                if (row, column) in sheet.cells:
                    yield row, column
    else:
        yield from (at for at in sheet.cells if box.holds(*at))


def as_place(text: str) -> tuple[Box, tuple[bool, bool, bool, bool]] | None:
    """The box of ``A1``, ``$A1:B$2``, ``A:B`` or ``1:2``, and which ends are fixed; None for anything else."""
    from openpyxl.utils import column_index_from_string

    if found := _CELLS.match(text):
        left_fixed, left, top_fixed, top, right_fixed, right, bottom_fixed, bottom = found.groups()
        if right is None:
            right_fixed, right, bottom_fixed, bottom = left_fixed, left, top_fixed, top
        try:
            columns = [column_index_from_string(letters.upper()) for letters in (left, right)]
        except ValueError:
            return None
        rows = [int(top), int(bottom)]
        fixed = (bool(top_fixed), bool(left_fixed), bool(bottom_fixed), bool(right_fixed))
        return _ordered(Box(rows[0], columns[0], rows[1], columns[1]), fixed)
    if found := _COLUMNS.match(text):
        try:
            first, last = (column_index_from_string(found[at].upper()) for at in (2, 4))
        except ValueError:
            return None
        return _ordered(Box(1, first, _LAST_ROW, last), (True, bool(found[1]), True, bool(found[3])))
    if found := _ROWS.match(text):
        return _ordered(
            Box(int(found[2]), 1, int(found[4]), _LAST_COLUMN), (bool(found[1]), True, bool(found[3]), True)
        )
    return None


def _ordered(box: Box, fixed: tuple[bool, bool, bool, bool]) -> tuple[Box, tuple[bool, bool, bool, bool]] | None:
    """The same with its first cell at the top left, as Excel reads it; None outside any sheet."""
    top, left, bottom, right = box
    a, b, c, d = fixed
    if top > bottom:
        top, bottom, a, c = bottom, top, c, a
    if left > right:
        left, right, b, d = right, left, d, b
    if top < 1 or left < 1 or bottom > _LAST_ROW or right > _LAST_COLUMN:
        return None
    return Box(top, left, bottom, right), (a, b, c, d)


def _by_place(reference: Reference, cell: Cell) -> str:
    """A reference as it reads from a cell: R[-1]C is the cell above, R6C4 is always D6."""
    box, fixed = reference.box, reference.fixed
    ends = [
        ("R", box.top, cell.row, fixed[0]),
        ("C", box.left, cell.column, fixed[1]),
        ("R", box.bottom, cell.row, fixed[2]),
        ("C", box.right, cell.column, fixed[3]),
    ]
    words = [f"{mark}{at}" if fix else f"{mark}[{at - own}]" if at != own else mark for mark, at, own, fix in ends]
    where = "" if reference.sheet == cell.sheet else f"{reference.sheet}!"
    first, last = "".join(words[:2]), "".join(words[2:])
    return where + (first if first == last else f"{first}:{last}")


def _split(meaning: str) -> list[str]:
    """The parts of a union, cut at commas that stand in no quotes."""
    return re.findall(r"(?:'(?:[^']|'')*'|[^,'])+", meaning.removeprefix("="))
