"""Functions over the years of a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from costmodel.language.arguments import NotReadBack, Takes
from costmodel.language.functions.cell_by_cell import MAX
from costmodel.language.functions.family import Added, added
from costmodel.language.shape import HORIZON, Shape, Values
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Cell,
    Choice,
    Comparison,
    Constant,
    Cutter,
    ExcelReader,
    ExcelWriter,
    Function,
    Name,
    Negative,
    Node,
    Say,
    Text,
    Tracer,
    UnitReader,
    ValueReader,
)
from costmodel.language.units import RATE, Unit


@dataclass(frozen=True, kw_only=True, eq=False)
class OverYears(Function):
    """One figure of all years of a line, of which Excel has a function that does the same."""

    values: Callable[[Values], Values]
    """Takes values with an axis of years, and gives them with one year."""
    in_excel: str
    every_year_at_once: bool = True

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, False)

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.node(call.of[0])

    def cut(self, steps: Cutter, call: Call) -> Node:
        return Call(self, (steps.named(steps.node(call.of[0]), by_year=True),))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        return np.asarray(self.values(values.all_years(of[0])))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({cell.whole_row(of[0])})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) != 1:
            raise NotReadBack(name)
        return (cell.whole_row(of[0]),)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        return (trace.cell(of[0], row, place) for place in range(trace.year_count))


@dataclass(frozen=True, kw_only=True, eq=False)
class Total(Added, OverYears):
    """The sum over the years of the ask, of the whole axis, or of a period.

    Once cut, a second argument is the row of flags of some years of the axis; the whole of it has none.
    """

    in_excel_of_period: str
    carries_unit: bool = True

    def cut(self, steps: Cutter, call: Call) -> Node:
        of = steps.named(steps.node(call.of[0]), by_year=True)
        flag = steps.ask() if len(call.of) == 1 else None if call.of[1] == Text(HORIZON) else steps.period(call.of[1])
        if flag is None:
            return Call(self, (of, *call.of[1:]))
        if isinstance(flag, Name) and not steps.shape(of).rows:
            return Call(self, (of, flag))
        return Call(self, (steps.named(Arithmetic("*", of, flag), by_year=True),))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        found = values.all_years(of[0])
        return np.asarray(self.values(found * values.all_years(of[1]) if _has_flag(of) else found))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        if not _has_flag(of):
            return f"{self.in_excel}({cell.whole_row(of[0])})"
        return f"{self.in_excel_of_period}({','.join(map(cell.whole_row, of))})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if len(of) > 2 or name != (self.in_excel if len(of) == 1 else self.in_excel_of_period):
            raise NotReadBack(name)
        return tuple(cell.whole_row(part) for part in of)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        for place in range(trace.year_count):
            if not _has_flag(of) or trace.value(*trace.cell(of[1], 0, place)):
                yield trace.cell(of[0], row, place)

    def said(self, say: Say, of: Sequence[Node]) -> str:
        period = say(of[1], 0).replace("_", " ").removeprefix("in ") if len(of) > 1 else "all years"
        period = "all years of the horizon" if period == HORIZON else period
        return self.words.format(say(of[0], 0), period)


def _has_flag(of: Sequence[Node]) -> bool:
    return len(of) > 1 and not isinstance(of[1], Text)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cumulative(Added, OverYears):
    """A figure in each year, of the years up to it."""

    every_year_at_once: bool = False

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, True)

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        found = values.all_years(of[0])
        if year is not None:
            return np.asarray(found[:, :, : year + 1].sum(axis=2, keepdims=True))
        return np.asarray(self.values(found))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({cell.row_to_here(of[0])})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) != 1:
            raise NotReadBack(name)
        return (cell.row_to_here(of[0]),)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        return (trace.cell(of[0], row, place) for place in range((year or 0) + 1))


TOTAL = Total(
    name="total",
    form="total(x), total(x, 'period') or total(x, 'horizon')",
    words="the total of {} over {}",
    takes=(Takes.VALUE, Takes.PERIOD),
    least=1,
    values=lambda values: added(values, 2),
    in_excel="SUM",
    in_excel_of_period="SUMPRODUCT",
)
CUMULATIVE = Cumulative(
    name="cumulative",
    form="cumulative(x)",
    words="the running total of {}",
    values=lambda values: values.cumsum(axis=2),
    in_excel="SUM",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Return(OverYears):
    """A rate, of flows of any one unit: once cut, of a row of flows and of where a spreadsheet begins to look for it.

    A spreadsheet seeks the rate by trial from a first guess. From its own, of 10%, it finds few rates below 0; from
    the one that two flows would have, all gains at their mean time and all losses at theirs, it finds every rate that
    is given here.
    """

    may_fail: bool = True

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        units.node(call.of[0])
        return RATE

    def cut(self, steps: Cutter, call: Call) -> Node:
        flows = steps.named(steps.node(call.of[0]), by_year=True)
        gains, losses = Call(MAX, (flows, Constant(0))), Call(MAX, (Negative(flows), Constant(0)))
        gained, lost = Call(TOTAL, (gains,)), Call(TOTAL, (losses,))
        late, early = (Call(TOTAL, (Arithmetic("*", side, Name("year")),)) for side in (gains, losses))
        apart = Arithmetic("-", Arithmetic("*", late, lost), Arithmetic("*", early, gained))
        power = Arithmetic("/", Arithmetic("*", gained, lost), apart)
        guess = Arithmetic("-", Arithmetic("**", Arithmetic("/", gained, lost), power), Constant(1))
        there = Comparison("!=", apart, Constant(0))
        return Call(self, (flows, steps.named(steps.node(Choice(there, guess, Constant(0))))))

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        return f"{self.in_excel}({cell.whole_row(of[0])},{cell.number(of[1])})"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != self.in_excel or len(of) != 2:
            raise NotReadBack(name)
        return cell.whole_row(of[0]), cell.number(of[1])

    def said(self, say: Say, of: Sequence[Node]) -> str:
        return self.words.format(say(of[0], 1))


def _internal_rate(values: Values) -> Values:
    """The rate at which flows have no net present value, the first of them not discounted.

    There is one above -100%, and no other, where flows change sign once (Descartes' rule of signs); where they never
    do there is none. Where they do more often there may be several, of which a spreadsheet shows whichever it comes
    to first: so none is given. Nor is one below -40% or above 500%, which spreadsheets do not surely find.
    """
    from numpy_financial import irr

    def of_flows(flows: Values) -> float:
        signs = np.sign(flows[flows != 0])
        rate = float(irr(flows)) if (signs[1:] != signs[:-1]).sum() == 1 else np.nan
        return rate if _LEAST_RETURN <= rate <= _MOST_RETURN else np.nan

    return np.apply_along_axis(of_flows, 2, values)[:, :, np.newaxis]


_LEAST_RETURN, _MOST_RETURN = -0.4, 5.0
FUNCTIONS: tuple[Function, ...] = (
    TOTAL,
    Return(
        name="irr",
        form="irr(x)",
        words="the internal rate of return of {}",
        values=_internal_rate,
        in_excel="IRR",
    ),
    CUMULATIVE,
)
