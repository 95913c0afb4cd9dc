"""Series of prices by year, deflators and indices, and the rules by which years of one kind are read at another."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import Amount, AYear, Record, Status, Words
from costmodel.numbers import Number
from costmodel.years import Year, read_year

Rule = Literal["average", "start"]
_START, _REST = 0.75, 0.25
"""Nine months of a financial year lie in the calendar year in which it starts, and three in the next."""


class PriceSeries(Record):
    """An index by year, as levels or as growth on the year before; by calendar or by financial year."""

    title: Words
    source: Words
    basis: Words | None = Field(None, description="calendar years or financial years, as its keys are.")
    years: Literal["calendar", "financial"] | None = Field(None, description="Which years its keys are.")
    index_of: Words | None = Field(None, description="The year in which the index is 100.")
    edition: Words | None = None
    status: Status
    outturn_to: AYear | None = Field(None, description="The last year of outturn; later ones are a forecast.")
    convert: Rule | None = Field(None, description="How it is read at years of the other kind.")
    values: dict[str, Amount] | None = Field(None, description="The index of each year.")
    growth: dict[str, Amount] | None = Field(None, description="Growth on the year before, of each year.")
    long_run: Amount | None = Field(None, description="Growth a year after the series ends.")
    note: Words | None = None

    @field_validator("values", "growth")
    @classmethod
    def _years_follow(cls, found: dict[str, Number] | None, info: ValidationInfo) -> dict[str, Number] | None:
        before: Year | None = None
        for key, number in (found or {}).items():
            try:
                year = read_year(key)
            except ValueError as problem:
                raise PydanticCustomError("year", f"{problem}") from None
            if before and year.financial != before.financial:
                raise PydanticCustomError("year", f"{before} and {year} are years of two kinds: a series has one")
            if before and year.start != before.start + 1:
                wrong = "is out of order" if year <= before else "comes next: a series has no gaps"
                raise PydanticCustomError("year", f"after {before}, {year} {wrong}")
            if info.field_name == "values" and number.value <= 0:
                raise PydanticCustomError("wrong_value", f"the index of {year} is {number.value:g}, and is above 0")
            if info.field_name == "growth" and not -0.5 < number.value < 1:
                says = f"the growth of {year} is {number.value:.10g}: growth is written 2%, and an index is in values"
                raise PydanticCustomError("wrong_value", says)
            before = year
        return found

    @model_validator(mode="after")
    def _says_what_it_is(self) -> Self:
        if bool(self.values) == bool(self.growth):
            raise PydanticCustomError("one_value", "a series has values or growth: one of the two is needed")
        other = "calendar" if self.financial else "financial"
        if other in f"{self.years or ''} {self.basis or ''}":
            says = f"the series is said to be by {other} year, and its keys are {self.kind} years"
            raise PydanticCustomError("year", says)
        return self

    @cached_property
    def levels(self) -> dict[Year, float]:
        """The index of each year, in order; of a series of growth, that of the year before its first is 100."""
        if self.values:
            return {read_year(key): number.value for key, number in self.values.items()}
        growth = {read_year(key): number.value for key, number in (self.growth or {}).items()}
        first = next(iter(growth))
        levels = {Year(first.start - 1, first.financial): 100.0}
        for year, rate in growth.items():
            levels[year] = levels[Year(year.start - 1, year.financial)] * (1 + rate)
        return levels

    @property
    def financial(self) -> bool:
        """Whether it is by financial year."""
        return read_year(next(iter(self.values or self.growth or {}))).financial

    @property
    def kind(self) -> Literal["calendar", "financial"]:
        """The kind of its years."""
        return "financial" if self.financial else "calendar"

    def read_at(self, financial: bool, rule: Rule | None) -> dict[Year, float]:
        """The index by years of a kind; empty where they are not its own and there is no rule.

        A financial year is by average 3/4 of the calendar year in which it starts and 1/4 of the next. A calendar year
        is 1/4 of the financial year that ends in it and 3/4 of the one that starts in it.
        """
        if financial == self.financial:
            return self.levels
        if rule is None:
            return {}
        if rule == "start":
            return {Year(year.start, financial): level for year, level in self.levels.items()}
        earlier, later = (_START, _REST) if financial else (_REST, _START)
        found, own = {}, list(self.levels.items())
        for (first, before), (second, after) in pairwise(own):
            found[Year(first.start if financial else second.start, financial)] = earlier * before + later * after
        return found

    def place(self, financial: bool, rule: Rule | None) -> str:
        """Where in the source its values stand, and by what rule they are read at years of a kind."""
        says = f"{self.title}, {self.kind} years"
        if self.outturn_to:
            says += f", outturn to {self.outturn_to} and then forecast"
        return says if financial == self.financial else f"{says}; {_RULES[rule or 'start', financial]}"


_RULES: dict[tuple[Rule, bool], str] = {
    ("average", True): "a financial year is 3/4 of the calendar year in which it starts and 1/4 of the next",
    (
        "average",
        False,
    ): "a calendar year is 1/4 of the financial year that ends in it and 3/4 of the next",
    ("start", True): "a financial year is read at the calendar year in which it starts",
    ("start", False): "a calendar year is read at the financial year that starts in it",
}
