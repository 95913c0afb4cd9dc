"""Functions over the rows of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from costmodel.language.arguments import NotReadBack
from costmodel.language.functions.family import Added, added, counted, product
from costmodel.language.shape import Shape, Values
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Cell,
    Cutter,
    ExcelReader,
    ExcelWriter,
    Function,
    Name,
    Node,
    Say,
    Tracer,
    UnitReader,
    ValueReader,
)
from costmodel.language.units import Unit


@dataclass(frozen=True, kw_only=True, eq=False)
class OverRows(Function):
    """One figure of all rows of a column, of which Excel has a function that does the same."""

    values: Callable[[Values], Values]
    """Takes values with an axis of rows, and gives them with one row."""
    in_excel: str

    def shape(self, of: Shape) -> Shape:
        return Shape("", of.by_year)

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.node(call.of[0])

    def cut(self, steps: Cutter, call: Call) -> Node:
        of = steps.node(call.of[0])
        if not steps.shape(of).rows:
            says = f"{self.name}(...) of one value works along the rows of a list, and {steps.words(of)} has none"
            return steps.wrong(says, f"It is written {self.form}.")
        return Call(self, (steps.named(of),))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        return np.asarray(self.values(values.node(of[0], year)))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({cell.all_rows(of[0])})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) != 1:
            raise NotReadBack(name)
        return (cell.all_rows(of[0]),)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        return (trace.cell(of[0], place, year) for place in range(trace.row_count(of[0])))


@dataclass(frozen=True, kw_only=True, eq=False)
class Running(Added, OverRows):
    """A figure in each row, of the rows down to it."""

    def shape(self, of: Shape) -> Shape:
        return of

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({cell.rows_to_here(of[0])})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) != 1:
            raise NotReadBack(name)
        return (cell.rows_to_here(of[0]),)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        return (trace.cell(of[0], place, year) for place in range(row + 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Sum(OverRows):
    """The sum over rows of a column, or of columns multiplied."""

    in_excel_of_several: str
    carries_unit: bool = True

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return counted(product(units, call.of))

    def cut(self, steps: Cutter, call: Call) -> Node:
        of = steps.node(call.of[0])
        if not steps.shape(of).rows:
            return steps.wrong(f"{self.name}(...) adds up the rows of a list, and {steps.words(of)} has none")
        factors = _factors(of)
        if all(isinstance(factor, Name) and steps.shape(factor).rows for factor in factors):
            return Call(self, tuple(factors))
        return Call(self, (steps.named(of),))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        found = values.node(of[0], year)
        for part in of[1:]:
            found = found * values.node(part, year)
        return np.asarray(self.values(found))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel if len(of) == 1 else self.in_excel_of_several}({','.join(map(cell.all_rows, of))})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != (self.in_excel if len(of) == 1 else self.in_excel_of_several):
            raise NotReadBack(name)
        return tuple(cell.all_rows(part) for part in of)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        for place in range(trace.row_count(of[0])):
            cells = [trace.cell(part, place, year) for part in of]
            if all(trace.value(*cell) for cell in cells):  # a row of nothing adds nothing
                yield from cells

    def said(self, say: Say, of: Sequence[Node]) -> str:
        return self.words.format(" × ".join(say(part, 2 if len(of) > 1 else 1) for part in of))


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Arithmetic) and node.sign == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


SUM = Sum(
    name="sum",
    form="sum(list.column)",
    words="the sum over its rows of {}",
    values=lambda values: added(values, 1),
    in_excel="SUM",
    in_excel_of_several="SUMPRODUCT",
)
FUNCTIONS: tuple[Function, ...] = (
    OverRows(
        name="min",
        form="min(a, b), or min(list.column)",
        words="the smallest over its rows of {}",
        values=lambda values: np.min(values, axis=1, keepdims=True),
        in_excel="MIN",
    ),
    OverRows(
        name="max",
        form="max(a, b), or max(list.column)",
        words="the largest over its rows of {}",
        values=lambda values: np.max(values, axis=1, keepdims=True),
        in_excel="MAX",
    ),
    OverRows(
        name="median",
        form="median(list.column)",
        words="the middle one over its rows of {}",
        values=lambda values: np.median(values, axis=1, keepdims=True),
        in_excel="MEDIAN",
    ),
    SUM,
    Running(
        name="running",
        form="running(list.column)",
        words="the running total down the rows of {}",
        values=lambda values: np.cumsum(values, axis=1),
        in_excel="SUM",
    ),
)
