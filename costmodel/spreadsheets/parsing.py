"""The text of a formula, read: its tokens, and the boxes that references in it are; each distinct text once a process.

A copied formula differs from its neighbours in its references only. So openpyxl's tokenizer reads each shape, which is
a formula with a mark in place of every reference, once, and the references are put back.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from costmodel.spreadsheets.cells import Box, column_number

Fixed = tuple[bool, bool, bool, bool]
Place = tuple[Box, Fixed]

_CELLS = re.compile(r"^(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?::(\$?)([A-Z]{1,3})(\$?)(\d{1,7}))?$", re.IGNORECASE)
_COLUMNS = re.compile(r"^(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})$", re.IGNORECASE)
_ROWS = re.compile(r"^(\$?)(\d{1,7}):(\$?)(\d{1,7})$")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MARK = "\ue000"
_ADDRESS = re.compile(
    r""""[^"]*"|'[^']*'|(?<![\w.$\\])(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![\w.(!\[])"""
)
"""An address outside quotes, as the group; or something in quotes, without one."""


class Token(NamedTuple):
    """A token, with openpyxl's words for what it is."""

    text: str
    kind: str
    part: str
    """OPEN, CLOSE, NUMBER, RANGE and so on."""


class Parsed(NamedTuple):
    """What the text of a formula says, wherever it stands."""

    tokens: tuple[Token, ...]
    """Without white space; none where it cannot be read."""
    functions: tuple[str, ...]
    numbers: tuple[str, ...]
    """The numbers in it, as written, but 0 and 1."""
    operands: tuple[str, ...]
    """What refers to something, in order."""
    within: tuple[str, ...]
    """The function in which each operand stands, or nothing."""
    errors: tuple[str, ...]
    operators: int
    is_alone: bool
    """Whether it is nothing but one operand."""


@functools.lru_cache(maxsize=60_000)
def parsed(text: str) -> Parsed:
    """Read the text of a formula, with its =."""
    tokens = _tokens(text)
    functions: list[str] = []
    numbers: list[str] = []
    operands: list[str] = []
    within: list[str] = []
    errors: list[str] = []
    inside = [""]
    operators = 0
    for at, (word, kind, part) in enumerate(tokens):
        if part == "OPEN":
            inside.append(word.rstrip("(").upper() if kind == "FUNC" else inside[-1])
            if kind == "FUNC":
                functions.append(inside[-1])
        elif part == "CLOSE":
            if len(inside) > 1:
                inside.pop()
        elif kind == "OPERATOR-INFIX":
            operators += word in "+-*/^"
        elif kind == "OPERAND" and part == "RANGE":
            operands.append(word)
            within.append(inside[-1])
        elif kind == "OPERAND" and part == "NUMBER":
            is_percent = at + 1 < len(tokens) and tokens[at + 1].kind == "OPERATOR-POSTFIX"
            if is_percent or float(word) not in (0, 1):
                numbers.append(word + ("%" if is_percent else ""))
        elif kind == "OPERAND" and part == "ERROR":
            errors.append(word)
    is_alone = len(tokens) == 1 and len(operands) == 1
    return Parsed(
        tokens, tuple(functions), tuple(numbers), tuple(operands), tuple(within), tuple(errors), operators, is_alone
    )


def _tokens(text: str) -> tuple[Token, ...]:
    if _MARK in text:
        return _read(text)
    shape, addresses = shaped(text)
    put_back = iter(addresses)
    return tuple(
        Token(re.sub(_MARK, lambda _: next(put_back), token.text), token.kind, token.part)
        if _MARK in token.text
        else token
        for token in _read(shape)
    )


def shaped(text: str) -> tuple[str, list[str]]:
    """A formula with a mark in place of every address outside quotes, and those addresses in order."""
    addresses: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        addresses.append(found[1])
        return _MARK

    return _ADDRESS.sub(mark, text), addresses


@functools.lru_cache(maxsize=10_000)
def _read(text: str) -> tuple[Token, ...]:
    from openpyxl.formula import Tokenizer

    try:
        items = Tokenizer(text).items
    except Exception:  # the tokenizer raises what it likes on a broken formula
        return ()
    return tuple(Token(item.value, item.type, item.subtype) for item in items if item.type != "WHITE-SPACE")


@functools.lru_cache(maxsize=60_000)
def as_place(text: str) -> Place | None:
    """The box of ``A1``, ``$A1:B$2``, ``A:B`` or ``1:2``, and which ends are fixed; None for anything else."""
    if found := _CELLS.match(text):
        left_fixed, left, top_fixed, top, right_fixed, right, bottom_fixed, bottom = found.groups()
        if right is None:
            right_fixed, right, bottom_fixed, bottom = left_fixed, left, top_fixed, top
        columns = [column_number(letters) for letters in (left, right)]
        rows = [int(top), int(bottom)]
        fixed = (bool(top_fixed), bool(left_fixed), bool(bottom_fixed), bool(right_fixed))
        return _ordered(Box(rows[0], columns[0], rows[1], columns[1]), fixed)
    if found := _COLUMNS.match(text):
        first, last = column_number(found[2]), column_number(found[4])
        return _ordered(Box(1, first, LAST_ROW, last), (True, bool(found[1]), True, bool(found[3])))
    if found := _ROWS.match(text):
        return _ordered(Box(int(found[2]), 1, int(found[4]), LAST_COLUMN), (bool(found[1]), True, bool(found[3]), True))
    return None


def _ordered(box: Box, fixed: Fixed) -> Place | None:
    """The same with its first cell at the top left, as Excel reads it; None outside any sheet."""
    top, left, bottom, right = box
    a, b, c, d = fixed
    if top > bottom:
        top, bottom, a, c = bottom, top, c, a
    if left > right:
        left, right, b, d = right, left, d, b
    if top < 1 or left < 1 or bottom > LAST_ROW or right > LAST_COLUMN:
        return None
    return Box(top, left, bottom, right), (a, b, c, d)


def arguments(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """The arguments of a call, which is a token that opens, tokens, and one that closes."""
    depth = 0
    found: list[Token] = []
    for token in tokens[1:-1]:
        depth += {"OPEN": 1, "CLOSE": -1}.get(token.part, 0)
        if token.kind == "SEP" and token.part == "ARG" and depth == 0:
            yield tuple(found)
            found = []
        else:
            found.append(token)
    yield tuple(found)


def call_end(tokens: tuple[Token, ...], start: int) -> int:
    """The place after the one that closes what opens at a place; the end where nothing does."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += {"OPEN": 1, "CLOSE": -1}.get(tokens[at].part, 0)
        if depth == 0:
            return at + 1
    return len(tokens)
