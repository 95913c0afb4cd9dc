"""Excel's expressions as trees: what each part is, and how it is written.

A tree is what Excel takes a formula for, so brackets are no part of it: :func:`as_text` writes those that it needs, and
:func:`costmodel.spreadsheets.syntax.read_expression` reads the text back to the same tree.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import assert_never

from costmodel.spreadsheets.cells import Box, column_letters
from costmodel.spreadsheets.parsing import LAST_COLUMN, LAST_ROW, Fixed


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that is written out: finite, and not below 0, which is a sign before one."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that is written out."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """``TRUE`` or ``FALSE``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that is written out, such as ``#N/A``."""

    code: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An argument between two commas with nothing in it."""


@dataclass(frozen=True, slots=True)
class Area:
    """A reference to one cell, or to a range."""

    box: Box
    fixed: Fixed
    """Whether the top, left, bottom and right are marked with $."""
    sheet: str = ""
    """Nothing where the reference names no sheet, and so means the formula's own."""
    is_range: bool = False
    """Whether it is written with a colon, as a range of one cell is too."""


@dataclass(frozen=True, slots=True)
class Named:
    """A defined name."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``+x``, which bind more tightly than any sign between two: ``-2^2`` is 4."""

    sign: str
    of: Expression


@dataclass(frozen=True, slots=True)
class Percent:
    """``x%``"""

    of: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``^ * / + - & = <> < > <= >=`` between two, each taken from the left: ``2^3^2`` is 64."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Applied:
    """A function, its name in capitals, and what it is given."""

    function: str
    of: tuple[Expression, ...]


Expression = Numeral | Quoted | Truth | Fault | LeftOut | Area | Named | Unary | Percent | Binary | Applied
"""A part of a formula."""

BINDS = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 5,
}
"""How tightly each sign between two binds."""
_PERCENT, _UNARY, _ALONE = 6, 7, 8
_PLAIN = re.compile(r"[^\W\d]\w*")
_LIKE_A_CELL = re.compile(r"[a-z]{1,3}\d+|r\d*c?\d*|c\d*|true|false", re.IGNORECASE)


def as_text(expression: Expression, binds: int = 0) -> str:
    """An expression as Excel writes it, without the = of a formula.

    Args:
        binds: how tightly what stands around it binds: brackets stand where it binds less tightly itself.
    """
    match expression:
        case Numeral(value):
            return _digits(value)
        case Quoted(value):
            return '"{}"'.format(value.replace('"', '""'))
        case Truth(value):
            return "TRUE" if value else "FALSE"
        case Fault(code):
            return code
        case LeftOut():
            return ""
        case Area():
            return _sheet(expression.sheet) + _cells(expression)
        case Named(name):
            return name
        case Unary(sign, of):
            return _bracketed(f"{sign}{as_text(of, _UNARY)}", _UNARY, binds)
        case Percent(of):
            return _bracketed(f"{as_text(of, _PERCENT)}%", _PERCENT, binds)
        case Binary(sign, left, right):
            mine = BINDS[sign]
            return _bracketed(f"{as_text(left, mine)}{sign}{as_text(right, mine + 1)}", mine, binds)
        case Applied(function, of):
            return f"{function}({','.join([as_text(part) for part in of])})"
    assert_never(expression)


def _bracketed(text: str, mine: int, binds: int) -> str:
    return f"({text})" if mine < binds else text


def _digits(value: int | float) -> str:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{value!r} cannot be written out in a formula")
    return str(int(value)) if value == int(value) and value < 1e15 else repr(float(value)).upper()


def _sheet(name: str) -> str:
    """A sheet's name before a reference: in quotes where it could be taken for anything else."""
    if not name:
        return ""
    plain = _PLAIN.fullmatch(name) and not _LIKE_A_CELL.fullmatch(name)
    return f"{name}!" if plain else "'{}'!".format(name.replace("'", "''"))


def _cells(area: Area) -> str:
    (top, left, bottom, right), fixed = area.box, area.fixed
    above, before, below, after = ("$" if mark else "" for mark in fixed)
    if area.is_range and (top, bottom) == (1, LAST_ROW) and fixed[0] and fixed[2]:
        return f"{before}{column_letters(left)}:{after}{column_letters(right)}"
    if area.is_range and (left, right) == (1, LAST_COLUMN) and fixed[1] and fixed[3]:
        return f"{above}{top}:{below}{bottom}"
    first = f"{before}{column_letters(left)}{above}{top}"
    return f"{first}:{after}{column_letters(right)}{below}{bottom}" if area.is_range else first
