"""The tree of a formula: its nodes, and what a function that stands in one says of itself.

Nothing is ever evaluated as Python. Every reader of a formula (value, Excel, words, units, steps, trace) is a ``match``
over the nodes, and asks a function what it alone can know. What a function may ask back of a reader, the protocols say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Protocol

from costmodel.language.arguments import Takes
from costmodel.language.shape import Shape, Values
from costmodel.language.units import Unit


class _Step:
    """What every node of a formula has."""

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        """The nodes directly below this one, left to right."""
        found: list[Node] = []
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            found.extend(part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Node))
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """The lines that this node itself reads."""
        return ()

    def mapped(self, change: Callable[[Node], Node]) -> Node:
        """This node with each node directly below it changed."""
        changed: dict[str, Node | tuple[Node, ...]] = {}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, Node):
                changed[field.name] = change(value)
            elif isinstance(value, tuple):
                changed[field.name] = tuple(change(part) for part in value)
        return replace(self, **changed) if changed else self  # type: ignore[type-var, return-value]

    @cached_property
    def may_fail(self) -> bool:
        """Whether it may have no value: it divides, raises to a power, or takes what is out of a function's range."""
        return self._fails or any(part.may_fail for part in self.parts)

    @property
    def _fails(self) -> bool:
        return False

    @cached_property
    def size(self) -> int:
        """How many nodes there are from here down, each counted wherever it stands."""
        return 1 + sum(part.size for part in self.parts)

    @cached_property
    def height(self) -> int:
        """How many nodes lie one below the other."""
        return 1 + max((part.height for part in self.parts), default=0)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each once for each place where it stands."""
        yield self  # type: ignore[misc]
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Constant(_Step):
    """0 or 1: the only numbers that a formula may hold."""

    value: int


@dataclass(frozen=True)
class Text(_Step):
    """A text in quotes: a year, a period, or a value that a column of text is compared with."""

    value: str


@dataclass(frozen=True)
class Name(_Step):
    """An assumption, a line, or a column of a list as ``list.column``."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Negative(_Step):
    """``-x``"""

    of: Node


@dataclass(frozen=True)
class Arithmetic(_Step):
    """``+ - * / **`` between two values."""

    sign: str
    left: Node
    right: Node

    @property
    def _fails(self) -> bool:
        return self.sign in ("/", "**")


@dataclass(frozen=True)
class Comparison(_Step):
    """``== != < <= > >=``: 1 where it holds, else 0. Equal means to 1 part in 10^9."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Logic(_Step):
    """``and``, ``or``: any value but 0 counts as true; the result is 1 or 0."""

    sign: str
    of: tuple[Node, ...]


@dataclass(frozen=True)
class Not(_Step):
    """``not x``"""

    of: Node


@dataclass(frozen=True)
class Choice(_Step):
    """``a if condition else b``"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True)
class Call(_Step):
    """A function of the vocabulary, and what it is given."""

    function: Function
    of: tuple[Node, ...]
    start: Node | None = None
    """The value before the first year, of a function that takes one."""

    @property
    def _fails(self) -> bool:
        return self.function.may_fail


@dataclass(frozen=True)
class Prior(_Step):
    """The value of a line in the year before; before the first year, the line's opening value."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class At(_Step):
    """The value of a line in one year, given as the structural line that holds the year's number."""

    name: str
    year: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.year)


@dataclass(frozen=True)
class Pay(_Step):
    """The look-up of a column of bands in a pay scale, at a year and a number of years of experience."""

    column: str
    year: str
    experience: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column, self.year, self.experience)


Node = (
    Constant
    | Text
    | Name
    | Negative
    | Arithmetic
    | Comparison
    | Logic
    | Not
    | Choice
    | Call
    | Prior
    | At
    | Pay
)  # fmt: skip
"""One step of a formula. A reader treats each, and ends in ``assert_never``."""


# What a function may ask of those who read the tree
Cell = tuple[str, int, int | None]
"""A line's name, the place of a row from 0, and the place of a year; None where the line has one value."""
Say = Callable[[Node, int], str]
"""A node in words, and how tightly what stands around it binds, for brackets."""


class ValueReader(Protocol):
    """Works values out, in one year where ``year`` is given, else in all."""

    def node(self, node: Node, year: int | None) -> Values: ...
    def all_years(self, node: Node) -> Values: ...


class ExcelWriter(Protocol):
    """Writes one cell; where it stands decides how others are referred to."""

    def number(self, node: Node) -> str: ...
    def all_rows(self, node: Node) -> str: ...
    def rows_to_here(self, node: Node) -> str: ...
    def whole_row(self, node: Node) -> str: ...
    def row_to_here(self, node: Node) -> str: ...


class ExcelReader(Protocol):
    """Reads one cell's Excel text back; where it stands decides to which lines references lead.

    What is no such thing raises :class:`NotReadBack`. Parts of the text are the reader's own: a function only hands
    them back.
    """

    def number(self, part: object) -> Node: ...
    def condition(self, part: object) -> Node: ...
    def call(self, part: object) -> tuple[str, tuple[object, ...]]: ...
    def factors(self, part: object) -> tuple[object, object]: ...
    def all_rows(self, part: object) -> Name: ...
    def rows_to_here(self, part: object) -> Name: ...
    def whole_row(self, part: object) -> Name: ...
    def row_to_here(self, part: object) -> Name: ...


class UnitReader(Protocol):
    """Finds the unit of a node, and gathers what is not alike."""

    @property
    def pay(self) -> Unit: ...
    def node(self, node: Node) -> Unit | None: ...
    def alike(self, terms: list[tuple[str, Node]], says: str) -> Unit | None: ...
    def wants(self, node: Node, wanted: Unit, says: str) -> None: ...


class Cutter(Protocol):
    """Cuts a formula into steps that a spreadsheet can hold, one formula a row."""

    @property
    def year_count(self) -> int: ...
    @property
    def profiles(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def lasting(self) -> Container[str]: ...

    def node(self, node: Node) -> Node: ...
    def fit(self, parts: Sequence[Node]) -> tuple[Node, ...]: ...
    def arithmetic(self, sign: str, left: Node, right: Node) -> Node: ...
    def named(self, node: Node, *, by_year: bool = False) -> Name: ...
    def guarded(self, node: Node) -> Node: ...
    def past(self, of: Name, opening: Node | None) -> Node: ...
    def grown(self, rate: Node, year: str, year_text: str) -> Node: ...
    def year(self, node: Node) -> str | None: ...
    def period(self, node: Node) -> Node: ...
    def ask(self) -> Node | None: ...
    def cohorts(self) -> Name: ...
    def has(self, name: str) -> bool: ...
    def is_text(self, node: Node) -> bool: ...
    def shape(self, node: Node) -> Shape: ...
    def words(self, node: Node) -> str: ...
    def wrong(self, says: str, hint: str = "") -> Node: ...


class Tracer(Protocol):
    """Finds the cells that a figure is worked out from, in one scenario."""

    @property
    def year_count(self) -> int: ...

    def cells(self, node: Node, row: int, year: int | None) -> Iterator[Cell]: ...
    def cell(self, node: Node, row: int, year: int | None) -> Cell: ...
    def row_count(self, node: Node) -> int: ...
    def value(self, name: str, row: int, year: int | None) -> float: ...


# What a function says of itself


@dataclass(frozen=True, kw_only=True, eq=False)
class Function(ABC):
    """A function of the vocabulary, declared once with what it means to every reader.

    A family of functions (:mod:`costmodel.language.functions`) says what its members share. Every reader is an abstract
    method: a function that forgets one cannot be declared, and Python says which by name. So a further reader, such as
    the JavaScript of a page, is one more abstract method here.
    """

    name: str
    form: str
    """How it is written."""
    words: str
    """What it says, with {} for its arguments."""
    takes: tuple[Takes, ...] = (Takes.VALUE,)
    least: int | None = None
    """How many arguments must be given; None where all must."""
    endless: bool = False
    """Whether its last argument may be given any number of times."""
    takes_start: bool = False
    """Whether it takes ``start=``, the value before the first year."""
    may_fail: bool = False
    """Whether there are numbers for which it has no value."""
    cell_by_cell: bool = False
    """Whether its value in a row and a year depends on that row and year alone."""
    every_year_at_once: bool = False
    """Whether its value in any year needs the whole run of them."""
    carries_unit: bool = False
    """Whether its unit is that of its arguments multiplied."""
    choices: int = 0
    """How many IFs it has in Excel."""

    def __post_init__(self) -> None:
        _DECLARED[type(self).__name__, self.name] = self

    def __reduce__(self) -> tuple[Callable[[str, str], Function], tuple[str, str]]:
        """By its name, as it is declared once: so that a tree can be handed from one process to another."""
        return _declared, (type(self).__name__, self.name)

    @property
    def at_least(self) -> int:
        """How many arguments it takes at the least."""
        return len(self.takes) if self.least is None else self.least

    @property
    def at_most(self) -> int | None:
        """How many arguments it takes at the most; None where there is no end."""
        return None if self.endless else len(self.takes)

    @property
    def excel_functions(self) -> frozenset[str]:
        """The functions of Excel that it declares, as fields whose names begin with in_excel."""
        return frozenset(getattr(self, field.name) for field in fields(self) if field.name.startswith("in_excel"))

    def kind(self, place: int) -> Takes:
        """What stands at the place of an argument, from 0."""
        return self.takes[min(place, len(self.takes) - 1)]

    @abstractmethod
    def shape(self, of: Shape) -> Shape:
        """What it runs over, where its arguments together run over ``of``."""

    @abstractmethod
    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        """The unit that it yields; None where that is not known."""

    @abstractmethod
    def cut(self, steps: Cutter, call: Call) -> Node:
        """What stands in its place once its arguments are steps that a spreadsheet can hold."""

    @abstractmethod
    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        """Its values, of arguments that are cut."""

    @abstractmethod
    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        """Its Excel text, of arguments that are cut; only with functions older than 2010."""

    @abstractmethod
    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        """What it was given where an Excel function of a name, with arguments, is how it is written.

        Raises:
            NotReadBack: where it is not.
        """

    @abstractmethod
    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        """The cells from which a figure is worked out, of arguments that are cut."""

    def said(self, say: Say, of: Sequence[Node]) -> str:
        """What it says in plain English."""
        parts = [say(part, 1) for part in of]
        return self.words.format(" and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0])


_DECLARED: dict[tuple[str, str], Function] = {}
"""Every function by its family and name."""


def _declared(family: str, name: str) -> Function:
    return _DECLARED[family, name]
