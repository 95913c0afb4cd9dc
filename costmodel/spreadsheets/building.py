"""Expressions put together in the words of Python, with rows and columns counted from 0."""

from __future__ import annotations

from dataclasses import replace

from costmodel.spreadsheets.cells import Box
from costmodel.spreadsheets.expressions import Applied, Area, Binary, Expression, Numeral, Quoted

Part = Expression | str | int
"""A part of an expression, or a text or a number to be written out."""


def cell(row: int, column: int, sheet: str = "", *, held: str = "") -> Area:
    """A reference to one cell.

    Args:
        sheet: nothing for the formula's own.
        held: which of ``row`` and ``column`` are marked with $, such as ``"row column"``.
    """
    fixed = ("row" in held, "column" in held)
    return Area(Box(row + 1, column + 1, row + 1, column + 1), (*fixed, *fixed), sheet)


def cells(first: tuple[int, int], last: tuple[int, int], sheet: str = "", *, held: str = "") -> Area:
    """A reference to a range, by the row and column of its first and of its last cell."""
    fixed = ("row" in held, "column" in held)
    return Area(Box(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1), (*fixed, *fixed), sheet, True)


def seen_from(sheet: str, area: Area) -> Area:
    """A reference as a formula on a sheet writes it: without the sheet where it is that one."""
    return replace(area, sheet="") if area.sheet == sheet else area


def call(function: str, *of: Part) -> Applied:
    """A function of some parts."""
    return Applied(function, tuple(_part(one) for one in of))


def pair(left: Part, sign: str, right: Part) -> Binary:
    """Two parts with a sign between them."""
    return Binary(sign, _part(left), _part(right))


def _part(of: Part) -> Expression:
    if isinstance(of, str):
        return Quoted(of)
    return Numeral(of) if isinstance(of, int) else of
