"""Functions that stand for other formulas by year: of the past, of one year, of a period, of growth and of cohorts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from costmodel.errors import did_you_mean
from costmodel.language.arguments import NotReadBack, Takes
from costmodel.language.functions.family import Rewritten, product
from costmodel.language.functions.over_rows import SUM
from costmodel.language.functions.over_years import CUMULATIVE
from costmodel.language.shape import Shape, Values
from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Cell,
    Comparison,
    Constant,
    Cutter,
    ExcelReader,
    ExcelWriter,
    Function,
    Name,
    Node,
    Say,
    Text,
    Tracer,
    UnitReader,
    ValueReader,
)
from costmodel.language.units import FLAG, PLAIN, Unit


@dataclass(frozen=True, kw_only=True, eq=False)
class ByYear(Rewritten):
    """A value in each year."""

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, True)


@dataclass(frozen=True, kw_only=True, eq=False)
class Before(ByYear):
    """The value some years before: 0, or the start, before the first."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        if call.start is None:
            return units.node(call.of[0])
        return units.alike([("", call.of[0]), ("", call.start)], "carries {0} on from {1}")

    def cut(self, steps: Cutter, call: Call) -> Node:
        opening = steps.node(call.start) if call.start is not None else None
        if opening == Constant(0):
            opening = None
        if opening is not None and steps.shape(opening).by_year:
            return steps.wrong(f"the start of {self.name}(...) is one value, and a value for each year was given")
        if opening is not None and not isinstance(opening, Constant):
            opening = steps.named(opening)
        return steps.past(steps.named(steps.node(call.of[0]), by_year=True), opening)


@dataclass(frozen=True, kw_only=True, eq=False)
class Growth(ByYear):
    """1 up to a year, and then times 1 more than the rate of each later year."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        units.wants(call.of[0], PLAIN, f"takes {self.name} of {{}}")
        return PLAIN

    def cut(self, steps: Cutter, call: Call) -> Node:
        rate, year = steps.node(call.of[0]), steps.year(call.of[1])
        text = call.of[1].value if isinstance(call.of[1], Text) else ""
        return Constant(0) if year is None else steps.grown(rate, year, text)


@dataclass(frozen=True, kw_only=True, eq=False)
class InPeriod(ByYear):
    """The row of a period's flags."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return FLAG

    def cut(self, steps: Cutter, call: Call) -> Node:
        return steps.period(call.of[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread(ByYear):
    """Each year's starts carry a profile by years since start, added up.

    A profile by age has a row an age. One that is a line by year is read by years since the start, with a row a cohort.
    """

    carries_unit: bool = True

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return product(units, call.of)

    def cut(self, steps: Cutter, call: Call) -> Node:
        profile = call.of[1].name if isinstance(call.of[1], Name) else ""
        if profile in steps.profiles:
            return self._by_age(steps, call.of[0], steps.profiles[profile], lasts=profile in steps.lasting)
        if not steps.has(profile) or steps.shape(call.of[1]) != Shape("", True):
            known = ", ".join(steps.profiles) or "none: give an assumption by_age"
            hint = did_you_mean(profile, steps.profiles) or f"Profiles by age are assumptions with by_age: {known}."
            says = f"the second argument of {self.name}(...) is neither a profile by age nor a line by year"
            return steps.wrong(says, hint)
        if steps.shape(call.of[0]).rows:
            return steps.wrong(
                f"{self.name}(...) has a row for each year of starts, and {steps.words(call.of[0])} has rows already",
                "Add its rows up first, with sum(...).",
            )
        cohorts = cohorts_of(call.of[0], call.of[1], steps.cohorts().name)
        return Call(SUM, (steps.named(COHORT.cut(steps, cohorts)),))

    def _by_age(self, steps: Cutter, starts: Node, ages: Sequence[str], *, lasts: bool) -> Node:
        aged = steps.named(steps.node(starts), by_year=True)
        result: Node | None = None
        for age, value in enumerate(ages[: steps.year_count]):
            if age:
                aged = steps.named(steps.past(aged, None))
            carried = steps.named(Arithmetic("*", aged, Name(value)))
            result = carried if result is None else steps.arithmetic("+", result, carried)
        if lasts and result is not None and len(ages) < steps.year_count:
            older = steps.named(Call(CUMULATIVE, (steps.named(steps.past(aged, None)),)))
            result = steps.arithmetic("+", result, steps.named(Arithmetic("*", older, Name(ages[-1]))))
        return result or Constant(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort(Function):
    """What started in one year, times a profile by years since then: a row a cohort, and nothing before its year.

    Its arguments are the starts by year, the profile as a line by year whose first year is the first since the start,
    the columns of the cohorts' years and of the years before, and the row of years. No person writes it.
    """

    every_year_at_once: bool = True
    choices: int = 1

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, True)

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return product(units, call.of[:2])

    def cut(self, steps: Cutter, call: Call) -> Node:
        cohort = call.of[2]
        assert isinstance(cohort, Name)
        starts = At(steps.named(steps.node(call.of[0]), by_year=True).name, cohort.name)
        return Call(self, (steps.named(starts), steps.named(steps.node(call.of[1]), by_year=True), *call.of[2:]))

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        profile, years = values.all_years(of[1])[:, 0, :], values.node(of[4], None)[0, 0, :]
        since = (years - values.node(of[2], None)[0]).astype(int)  # rows by years
        carried = values.node(of[0], None) * profile[:, np.maximum(since, 0)]
        found = np.where(since < 0, 0.0, carried)
        return found if year is None else found[:, :, year : year + 1]

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        year, starts = cell.number(of[4]), cell.number(of[0])
        place = f"{year}-{cell.number(of[3])}"  # from 1, in the first year since the start
        return f"IF({year}<{cell.number(of[2])},0,{starts}*INDEX({cell.whole_row(of[1])},{place}))"

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        if name != "IF" or len(of) != 3:
            raise NotReadBack(name)
        early, nothing, (starts, picked) = cell.condition(of[0]), cell.number(of[1]), cell.factors(of[2])
        index, of_index = cell.call(picked)
        if (index, len(of_index), nothing) != ("INDEX", 2, Constant(0)):
            raise NotReadBack(name)
        place = cell.number(of_index[1])
        if not (isinstance(early, Comparison) and early.sign == "<" and isinstance(place, Arithmetic)):
            raise NotReadBack(name)
        if place.sign != "-" or place.left != early.left:
            raise NotReadBack(name)
        return cell.number(starts), cell.whole_row(of_index[0]), early.right, place.right, early.left

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        since = int(trace.value(*trace.cell(of[4], 0, year)) - trace.value(*trace.cell(of[2], row, None)))
        if since >= 0:
            yield trace.cell(of[0], row, None)
            yield trace.cell(of[1], 0, since)

    def said(self, say: Say, of: Sequence[Node]) -> str:
        return self.words.format(say(of[0], 2), say(of[1], 2))


COHORT = Cohort(
    name="cohort",
    form="spread(starts, profile)",
    words="{} × {} so many years after the cohort's own",
    takes=(Takes.VALUE,) * 5,
)


def cohorts_of(starts: Node, profile: Node, year: str) -> Call:
    """A row a cohort; ``year`` is the column of their years, beside which is that of the years before."""
    return Call(COHORT, (starts, profile, Name(year), Name(f"{year}_before"), Name("year")))


@dataclass(frozen=True, kw_only=True, eq=False)
class InOneYear(Rewritten):
    """The value in one year."""

    carries_unit: bool = True

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, False)

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.node(call.of[0])

    def cut(self, steps: Cutter, call: Call) -> Node:
        year, of = steps.year(call.of[1]), steps.node(call.of[0])
        if year is None or not steps.shape(of).by_year:
            return of
        return At(steps.named(of, by_year=True).name, year)


FUNCTIONS: tuple[Function, ...] = (
    Before(
        name="prior",
        form="prior(x), prior(x, n) or prior(x, start=y)",
        words="{} a year before",
        takes=(Takes.VALUE, Takes.TIMES),
        least=1,
        takes_start=True,
    ),
    Growth(
        name="growth",
        form="growth(rate, '2022/23')",
        words="growth by {}",
        takes=(Takes.VALUE, Takes.YEAR),
    ),
    InOneYear(name="at", form="at(x, '2022/23')", words="at of {}", takes=(Takes.VALUE, Takes.YEAR)),
    InPeriod(name="flag", form="flag('period')", words="1 in the period {}, else 0", takes=(Takes.PERIOD,)),
    Spread(
        name="spread",
        form="spread(starts, profile)",
        words="{} by years since start",
        takes=(Takes.VALUE, Takes.PROFILE),
    ),
)
