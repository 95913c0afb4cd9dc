"""Functions that read what a section adds: the pay scale, and the appraisal's rows of prices and discount factors."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.language.arguments import Takes
from costmodel.language.functions.family import Rewritten, product
from costmodel.language.functions.over_years import TOTAL
from costmodel.language.shape import HORIZON, Shape
from costmodel.language.tree import Call, Cutter, Function, Name, Node, Pay, Text, UnitReader
from costmodel.language.units import Unit

REAL_FACTOR, DISCOUNT_FACTOR = "real_factor", "discount_factor"
"""The names of an appraisal's rows of prices and of its main schedule's factors, by year."""
PAY_YEAR, EXPERIENCE = "pay_year", "experience_years"
"""The names of the year and of the years of experience at which pay is looked up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PayLookUp(Rewritten):
    """The pay of each row's band."""

    def shape(self, of: Shape) -> Shape:
        return of

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return units.pay

    def cut(self, steps: Cutter, call: Call) -> Node:
        column = call.of[0]
        if not (isinstance(column, Name) and steps.is_text(column)):
            return steps.wrong(f"{self.name}(...) looks up a column of bands", f"It is written {self.form}.")
        if not (steps.has(PAY_YEAR) and steps.has(EXPERIENCE)):
            hint = "Add workforce.pay with a scale, a year and years of experience."
            return steps.wrong(f"{self.name}(...) has no pay scale to look in", hint)
        return Pay(column.name, PAY_YEAR, EXPERIENCE)


@dataclass(frozen=True, kw_only=True, eq=False)
class Appraised(Rewritten):
    """A value in each year, times the appraisal's factor of that year."""

    row: str

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, True)

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return product(units, (*call.of, Name(self.row)))

    def cut(self, steps: Cutter, call: Call) -> Node:
        if not steps.has(self.row):
            return steps.wrong(
                f"{self.name}(...) needs an appraisal", "Add an appraisal section: edition, prices, horizon."
            )
        return steps.arithmetic("*", steps.node(call.of[0]), Name(self.row))


@dataclass(frozen=True, kw_only=True, eq=False)
class AppraisedInAll(Appraised):
    """The sum over all years of the axis of a value times the appraisal's factor."""

    def shape(self, of: Shape) -> Shape:
        return Shape(of.rows, False)

    def cut(self, steps: Cutter, call: Call) -> Node:
        if not steps.has(self.row):
            return super().cut(steps, call)
        return Call(TOTAL, (steps.named(super().cut(steps, call), by_year=True), Text(HORIZON)))


FUNCTIONS: tuple[Function, ...] = (
    PayLookUp(name="pay", form="pay(team.band)", words="pay at {}", takes=(Takes.BANDS,)),
    AppraisedInAll(
        name="present_value",
        form="present_value(x)",
        words="the present value of {}",
        row=DISCOUNT_FACTOR,
    ),
    Appraised(name="real", form="real(x)", words="{} in real prices", row=REAL_FACTOR),
)
