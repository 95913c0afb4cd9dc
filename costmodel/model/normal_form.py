"""The normal form of a formula: two that say the same in Excel's words and in the language's come to one tree.

What is taken for the same, and nothing else:

- ``-x`` and ``0 - x``
- ``x + (y - z)`` and ``x + y - z``, ``x * (y / z)`` and ``x * y / z``: the same but for the last digit
- ``1 if c else 0`` and ``c``, and ``c != 0`` and ``c``, where c is a condition; and x as a condition and ``x != 0``
- ``a and (b and c)`` and ``a and b and c``; likewise ``or``
- a text beside what a function works out, which says no more than words, and none
- ``a == b``, and that a and b differ by no more than the tolerance's share of the larger; likewise ``a != b``
"""

from __future__ import annotations

from typing import assert_never

from costmodel.language.functions.cell_by_cell import ABS, MAX
from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pay,
    Prior,
    Text,
)
from costmodel.model.line import TOLERANCE

_NIL, _ONE = Constant(0), Constant(1)


def normal(node: Node) -> Node:
    """The normal form of a formula that is cut."""
    match node:
        case Constant() | Text() | Name() | Prior() | At() | Pay():
            return node
        case Negative(of):
            return Arithmetic("-", _NIL, normal(of))
        case Arithmetic(sign, left, right):
            return _from_the_left(sign, normal(left), normal(right))
        case Comparison(sign, left, right):
            return _compared(sign, normal(left), normal(right))
        case Logic(sign, of):
            parts = [_condition(normal(part)) for part in of]
            alike = [part.of if isinstance(part, Logic) and part.sign == sign else (part,) for part in parts]
            return Logic(sign, tuple(part for inside in alike for part in inside))
        case Not(of):
            return Not(_condition(normal(of)))
        case Choice(condition, yes, no):
            truth, chosen = _condition(normal(condition)), (normal(yes), normal(no))
            return truth if chosen == (_ONE, _NIL) else Choice(truth, *chosen)
        case Call(function, of, start):
            return Call(function, tuple(normal(part) for part in of if not isinstance(part, Text)), start)
    assert_never(node)


def _from_the_left(sign: str, left: Node, right: Node) -> Node:
    """Sums, and products, as they are worked out without brackets."""
    alike = {"+": "+-", "*": "*/"}.get(sign, "")
    if isinstance(right, Arithmetic) and right.sign in tuple(alike):
        return Arithmetic(right.sign, _from_the_left(sign, left, right.left), right.right)
    return Arithmetic(sign, left, right)


def _condition(node: Node) -> Node:
    return node if isinstance(node, Comparison | Logic | Not) else Comparison("!=", node, _NIL)


def _compared(sign: str, left: Node, right: Node) -> Node:
    if sign == "!=" and right == _NIL:
        return _condition(left)
    match left, right:
        case (
            Call(size, (Arithmetic("-", one, other),)),
            Arithmetic("*", Name(tolerance), Call(most, (Call(of_one, (first,)), Call(of_other, (second,))))),
        ) if (
            sign in ("<=", ">")
            and tolerance == TOLERANCE
            and (size, most, of_one, of_other) == (ABS, MAX, ABS, ABS)
            and (one, other) == (first, second)
        ):
            return Comparison("==" if sign == "<=" else "!=", one, other)
    return Comparison(sign, left, right)
