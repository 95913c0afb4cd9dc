"""Functions that stand for other formulas by year: of the past, of one year, of a period, of growth and of cohorts."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.errors import did_you_mean
from costmodel.language.arguments import Takes
from costmodel.language.functions.family import Rewritten, product
from costmodel.language.shape import Shape
from costmodel.language.tree import Arithmetic, At, Call, Constant, Cutter, Function, Name, Node, Text, UnitReader
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
    """Each year's starts carry a profile by years since start: one row an age, added up."""

    carries_unit: bool = True

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return product(units, call.of)

    def cut(self, steps: Cutter, call: Call) -> Node:
        profile = call.of[1].name if isinstance(call.of[1], Name) else ""
        if profile not in steps.profiles:
            known = ", ".join(steps.profiles) or "none: give an assumption by_age"
            hint = did_you_mean(profile, steps.profiles) or f"Profiles are assumptions with by_age: {known}."
            return steps.wrong(f"the second argument of {self.name}(...) is not a profile by age", hint)
        aged = steps.named(steps.node(call.of[0]), by_year=True)
        result: Node | None = None
        for age, value in enumerate(steps.profiles[profile][: steps.year_count]):
            if age:
                aged = steps.named(steps.past(aged, None))
            carried = steps.named(Arithmetic("*", aged, Name(value)))
            result = carried if result is None else steps.arithmetic("+", result, carried)
        return result or Constant(0)


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
