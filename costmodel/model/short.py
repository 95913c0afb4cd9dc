"""How long a formula is as a spreadsheet shows it, and which of its parts are cut off so that it stays short.

A formula that a reviewer can read at a glance has at most three operators and one IF (the FAST standard asks for no
less); longer ones become lines of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, assert_never

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


class Size(NamedTuple):
    """How many operators and how many IFs a formula has."""

    operators: int = 0
    choices: int = 0

    def plus(self, other: Size) -> Size:
        return Size(self.operators + other.operators, self.choices + other.choices)


NOTHING, MOST = Size(), Size(3, 1)
EQUALITY = Size(2, 1)
"""What a test of equality has beside its sides: a difference, and a share of the larger."""


def size_of(node: Node) -> Size:
    """The size of a formula's node, where a condition counts as the number that it shows."""
    match node:
        case Negative(of):
            return Size(1).plus(size_of(of))
        case Not(of):
            return size_of(of)
        case Arithmetic(_, left, right):
            return Size(1).plus(size_of(left)).plus(size_of(right))
        case Comparison(sign, left, right):
            return own_size(sign, left, right).plus(size_of(left)).plus(size_of(right))
        case Logic(_, of):
            total = Size(0, 1 + sum(part.may_fail for part in of[1:]))
            for part in of:
                total = total.plus(condition_size(part))
            return total
        case Choice(condition, yes, no):
            return condition_size(condition).plus(size_of(yes)).plus(size_of(no)).plus(Size(0, 1))
        case Call(function, of):
            total = Size(0, function.choices)
            for part in of:
                total = total.plus(size_of(part))
            return total
        case Constant() | Text() | Name() | Prior() | At() | Pay():
            return Size()
    assert_never(node)


def own_size(sign: str, left: Node, right: Node) -> Size:
    """What a comparison has beside its sides."""
    near = sign in ("==", "!=") and Constant(0) not in (left, right)
    texts = isinstance(left, Text) or isinstance(right, Text)
    return EQUALITY if near and not texts else Size(0, 1)


def condition_size(node: Node) -> Size:
    """The size of a node where a condition stands as one, and not as the number that it shows."""
    found = size_of(node)
    return Size(found.operators, max(found.choices - 1, 0)) if isinstance(node, Comparison | Logic | Not) else found


def fitted(
    parts: Sequence[Node], own: Size, name: Callable[[int, Node], Name], conditions: Sequence[int] = ()
) -> tuple[Node, ...]:
    """Parts of a formula that has ``own`` beside them, the longest named until the whole is short.

    Args:
        name: makes a line of the part at a place, and gives its name.
        conditions: the places at which a condition stands as one.
    """
    found = list(parts)
    while True:
        sizes = [(condition_size if at in conditions else size_of)(part) for at, part in enumerate(found)]
        operators = own.operators + sum(size.operators for size in sizes)
        choices = own.choices + sum(size.choices for size in sizes)
        if operators <= MOST.operators and choices <= MOST.choices:
            return tuple(found)
        by = 1 if choices > MOST.choices else 0
        at = max(range(len(found)), key=lambda place: sizes[place][by])
        if sizes[at][by] == 0:
            return tuple(found)
        found[at] = name(at, found[at])
