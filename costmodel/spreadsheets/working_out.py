"""What an expression comes to, over the values of the cells that it refers to, as a spreadsheet works it out.

Only what this project writes is known: other functions, and texts that would have to be read as numbers, are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeGuard, assert_never

import numpy as np

from costmodel.spreadsheets.expressions import (
    Applied,
    Area,
    Binary,
    Expression,
    Fault,
    LeftOut,
    Named,
    Numeral,
    Percent,
    Quoted,
    Truth,
    Unary,
    as_text,
)
from costmodel.spreadsheets.package import Value

Look = Callable[[str, int, int], Value]
"""The value of a cell by sheet, row and column, from 1; the sheet is nothing where a reference names none."""


class ErrorValue(Exception):
    """What an expression comes to is an error, such as ``#DIV/0!``."""


def value_of(expression: Expression, look: Look) -> Value:
    """What an expression comes to.

    Raises:
        ErrorValue: where that is an error, with its code.
        NotImplementedError: where it has what this project does not write.
    """
    match expression:
        case Numeral(number):
            return number
        case Quoted(text):
            return text
        case Truth(truth):
            return truth
        case Area():
            if expression.is_range:
                raise ErrorValue("#VALUE!")
            return look(expression.sheet, *expression.box[:2])
        case Unary(sign, of):
            return -_number(value_of(of, look)) if sign == "-" else value_of(of, look)
        case Percent(of):
            return _number(value_of(of, look)) / 100
        case Binary(sign, left, right):
            return _between(sign, value_of(left, look), value_of(right, look))
        case Applied("IF", (condition, yes, no)):
            return value_of(yes if _truth(value_of(condition, look)) else no, look)
        case Applied("IFERROR", (of, otherwise)):
            try:
                return value_of(of, look)
            except ErrorValue:
                return value_of(otherwise, look)
        case Applied("INDEX", (Area() as cells, place)):
            return _at(cells, _number(value_of(place, look)), look)
        case Applied("MATCH", (wanted, Area() as cells, Numeral(0))):
            return _place_of(value_of(wanted, look), _cells(cells, look))
        case Applied(name, of) if name in _FUNCTIONS:
            return _FUNCTIONS[name](list(_given(of, look)))
        case Fault(code):
            raise ErrorValue(code)
        case Applied() | Named() | LeftOut():
            raise NotImplementedError(f"{as_text(expression)} is not worked out here")
    assert_never(expression)


def _given(of: Sequence[Expression], look: Look) -> Iterator[Value]:
    """The values that a function is given: of a range, those that are numbers."""
    for part in of:
        if isinstance(part, Area) and part.is_range:
            yield from (found for found in _cells(part, look) if _is_number(found))
        else:
            yield _number(value_of(part, look))


def _cells(area: Area, look: Look) -> Iterator[Value]:
    (top, left, bottom, right), sheet = area.box, area.sheet
    return (look(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _is_number(value: Value) -> TypeGuard[int | float]:
    return not isinstance(value, str | bool)


def _number(value: Value) -> float:
    if isinstance(value, str):
        if value.strip()[:1].isdigit():
            raise NotImplementedError(f"the text {value!r} is not read as a number here")
        raise ErrorValue("#VALUE!")
    return int(value) if isinstance(value, bool) else value


def _truth(value: Value) -> bool:
    return bool(_number(value))


def _between(sign: str, left: Value, right: Value) -> Value:
    if sign == "&":
        raise NotImplementedError("texts are not put together here")
    if sign in _COMPARISONS:
        return _COMPARISONS[sign](_rank(left), _rank(right))
    try:
        return _ARITHMETIC[sign](_number(left), _number(right))
    except ZeroDivisionError:
        raise ErrorValue("#DIV/0!") from None


def _rank(value: Value) -> tuple[int, float | str]:
    """Numbers come before texts, which differ in no capitals, and texts before truth values."""
    if isinstance(value, bool):
        return 2, float(value)
    return (1, value.lower()) if isinstance(value, str) else (0, value)


_Rank = tuple[int, float | str]
_COMPARISONS: dict[str, Callable[[_Rank, _Rank], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "^": lambda left, right: left**right,
}
_Numbers = list[Value]
_FUNCTIONS: dict[str, Callable[[_Numbers], Value]] = {
    "ABS": lambda of: abs(_number(of[0])),
    "AND": lambda of: all(of),
    "OR": lambda of: any(of),
    "MIN": lambda of: min(map(_number, of), default=0),
    "MAX": lambda of: max(map(_number, of), default=0),
    "SUM": lambda of: float(np.array(of, dtype=float).sum()),  # added as the engine adds, to the last digit
}


def _at(area: Area, place: float, look: Look) -> Value:
    """The value at a place of an area; others are not looked at, which may be as many as there are scenarios."""
    top, left, bottom, right = area.box
    width = right - left + 1
    if not 1 <= place < (bottom - top + 1) * width + 1:
        raise ErrorValue("#REF!")
    down, across = divmod(int(place) - 1, width)
    return look(area.sheet, top + down, left + across)


def _place_of(wanted: Value, cells: Iterator[Value]) -> int:
    for place, found in enumerate(cells, start=1):
        if _rank(found) == _rank(wanted):
            return place
    raise ErrorValue("#N/A")
