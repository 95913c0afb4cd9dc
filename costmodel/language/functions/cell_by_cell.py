"""Functions whose value in a row and a year depends on that row and year alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np

from costmodel.language.arguments import NotReadBack
from costmodel.language.shape import Shape, Values
from costmodel.language.tree import (
    Call,
    Cell,
    Comparison,
    Constant,
    Cutter,
    ExcelReader,
    ExcelWriter,
    Function,
    Node,
    Tracer,
    UnitReader,
    ValueReader,
)
from costmodel.language.units import PLAIN, Unit
from costmodel.numbers import DIGITS_15


@dataclass(frozen=True, kw_only=True, eq=False)
class CellByCell(Function):
    """A function of numbers, of which Excel has one that does the same."""

    values: Callable[..., Values]
    in_excel: str
    cell_by_cell: bool = True

    def shape(self, of: Shape) -> Shape:
        return of

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.node(call.of[0])

    def cut(self, steps: Cutter, call: Call) -> Node:
        return Call(self, steps.fit([steps.node(part) for part in call.of]))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        return np.asarray(self.values(*(values.node(part, year) for part in of)))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({','.join(cell.number(part) for part in of)})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) < self.at_least or (self.at_most is not None and len(of) > self.at_most):
            raise NotReadBack(name)
        return tuple(cell.number(part) for part in of)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        for part in of:
            yield from trace.cells(part, row, year)


@dataclass(frozen=True, kw_only=True, eq=False)
class OneOfSeveral(CellByCell):
    """Takes one of several values, which are alike."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.alike([("", part) for part in call.of], f"takes the {self.name} of {{0}} and {{1}}")


@dataclass(frozen=True, kw_only=True, eq=False)
class OfPlainNumbers(CellByCell):
    """A plain number of a plain number."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        units.wants(call.of[0], PLAIN, f"takes {self.name} of {{}}")
        return PLAIN


@dataclass(frozen=True, kw_only=True, eq=False)
class Whole(CellByCell):
    """To whole things, up or down as on the number line; Excel's own go away from zero and towards it."""

    in_excel_below_zero: str
    carries_unit: bool = True
    choices: int = 1

    def cut(self, steps: Cutter, call: Call) -> Node:
        return Call(self, (steps.named(steps.guarded(steps.node(call.of[0]))),))  # Excel's text names it three times

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        value = cell.number(of[0])
        return f"IF({value}<0,{self.in_excel_below_zero}({value},0),{self.in_excel}({value},0))"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != "IF" or len(of) != 3:
            raise NotReadBack(name)
        (below, of_below), (above, of_above) = (cell.call(part) for part in of[1:])
        if (below, above) != (self.in_excel_below_zero, self.in_excel) or not of_above:
            raise NotReadBack(name)
        value, zero = cell.number(of_above[0]), Constant(0)
        given = [tuple(cell.number(part) for part in parts) for parts in (of_below, of_above)]
        if given != [(value, zero)] * 2 or cell.condition(of[0]) != Comparison("<", value, zero):
            raise NotReadBack(name)
        return (value,)


def _least(first: Values, *rest: Values) -> Values:
    for other in rest:
        first = np.minimum(first, other)
    return first


def _most(first: Values, *rest: Values) -> Values:
    for other in rest:
        first = np.maximum(first, other)
    return first


def _whole(values: Values, to: Callable[[Values], Values]) -> Values:
    """To whole things as a spreadsheet does it: on 15 significant digits, so that 1.1 × 10 is 11."""
    nearest = np.floor(values + 0.5)
    return np.where(np.abs(values - nearest) <= DIGITS_15 * np.abs(values), nearest, to(values))


def _exponential(values: Values) -> Values:
    found = np.exp(values)
    return np.where(np.isfinite(found), found, np.nan)


def _logarithm(values: Values) -> Values:
    return np.where(values > 0, np.log(values), np.nan)


def _normal_cdf(values: Values) -> Values:
    return np.asarray(np.vectorize(lambda z: 0.5 * erfc(-z / sqrt(2)), otypes=[float])(values))


def _normal_quantile(values: Values) -> Values:
    quantile = NormalDist().inv_cdf
    return np.asarray(np.vectorize(lambda p: quantile(p) if 0 < p < 1 else np.nan, otypes=[float])(values))


ABS = CellByCell(name="abs", form="abs(x)", words="the size of {}", values=np.abs, in_excel="ABS")
MAX = OneOfSeveral(
    name="max",
    form="max(a, b), or max(list.column)",
    words="the larger of {}",
    least=2,
    endless=True,
    values=_most,
    in_excel="MAX",
)
ABS = CellByCell(name="abs", form="abs(x)", words="the size of {}", values=np.abs, in_excel="ABS")
FUNCTIONS: tuple[Function, ...] = (
    OneOfSeveral(
        name="min",
        form="min(a, b), or min(list.column)",
        words="the smaller of {}",
        least=2,
        endless=True,
        values=_least,
        in_excel="MIN",
    ),
    MAX,
    ABS,
    Whole(
        name="ceil",
        form="ceil(x)",
        words="{}, rounded up to a whole number",
        values=lambda values: _whole(values, np.ceil),
        in_excel="ROUNDUP",
        in_excel_below_zero="ROUNDDOWN",
    ),
    Whole(
        name="floor",
        form="floor(x)",
        words="{}, rounded down to a whole number",
        values=lambda values: _whole(values, np.floor),
        in_excel="ROUNDDOWN",
        in_excel_below_zero="ROUNDUP",
    ),
    OfPlainNumbers(
        name="exp",
        form="exp(x)",
        words="e to the power of {}",
        values=_exponential,
        in_excel="EXP",
        may_fail=True,
    ),
    OfPlainNumbers(
        name="ln",
        form="ln(x)",
        words="the natural logarithm of {}",
        values=_logarithm,
        in_excel="LN",
        may_fail=True,
    ),
    OfPlainNumbers(
        name="normal_cdf",
        form="normal_cdf(x)",
        words="the standard normal probability below {}",
        values=_normal_cdf,
        in_excel="NORMSDIST",
    ),
    OfPlainNumbers(
        name="normal_quantile",
        form="normal_quantile(x)",
        words="the standard normal quantile of {}",
        values=_normal_quantile,
        in_excel="NORMSINV",
        may_fail=True,
    ),
)
