"""The tree of a formula: its nodes, and how to walk them.

Nothing is ever evaluated as Python. Every reader of a formula (value, Excel, words, units, grades) walks the tree that
the parser returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=False)
class Node:
    """One step of a formula."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes directly below this one, left to right."""
        kept: tuple[Node, ...] | None = self.__dict__.get("_parts")
        if kept is None:
            found: list[Node] = []
            for value in vars(self).values():  # the fields, in their order
                if isinstance(value, Node):
                    found.append(value)
                elif isinstance(value, tuple):
                    found.extend(item for item in value if isinstance(item, Node))
            kept = self.__dict__["_parts"] = tuple(found)
        return kept

    @property
    def may_fail(self) -> bool:
        """Whether it may have no value: it divides, raises to a power, or takes what is out of a function's range."""
        failing = ("ln", "exp", "normal_quantile")
        return any(
            (isinstance(node, Arithmetic) and node.sign in ("/", "**"))
            or (isinstance(node, Call) and node.function in failing)
            for node in self.walk()
        )

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each once for each place where it stands."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Constant(Node):
    """0 or 1: the only numbers that a formula may hold."""

    value: int


@dataclass(frozen=True)
class Text(Node):
    """A text in quotes: a year, a period, or a value that a column of text is compared with."""

    value: str


@dataclass(frozen=True)
class Name(Node):
    """An assumption, a line, or a column of a list as ``list.column``."""

    name: str


@dataclass(frozen=True)
class Negative(Node):
    """``-x``"""

    of: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """``+ - * / **`` between two values."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Comparison(Node):
    """``== != < <= > >=``: 1 where it holds, else 0. Equal means to 1 part in 10^9."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Logic(Node):
    """``and``, ``or``: any value but 0 counts as true; the result is 1 or 0."""

    sign: str
    of: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    """``not x``"""

    of: Node


@dataclass(frozen=True)
class Choice(Node):
    """``a if condition else b``"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True)
class Call(Node):
    """A function of the vocabulary."""

    function: str
    of: tuple[Node, ...]
    start: Node | None = None
    """Only of ``prior``: the value before the first year."""


@dataclass(frozen=True)
class Prior(Node):
    """The value of a line in the year before; before the first year, the line's opening value."""

    name: str


@dataclass(frozen=True)
class At(Node):
    """The value of a line in one year, given as the structural line that holds the year's number."""

    name: str
    year: str


@dataclass(frozen=True)
class Pay(Node):
    """The look-up of a column of bands in a pay scale, at a year and a number of years of experience."""

    column: str
    year: str
    experience: str
