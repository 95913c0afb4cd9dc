"""The types of programme costs and of income, which are worked out in the same ways."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

import re
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.budget_schema import BudgetKind, Path, Spending
from costmodel.assumptions.kinds import Amount, AYear, Basis, Given, Then, Words, is_years_mapping


class CostUplift(Basis):
    """Growth of a cost after a year: by a rate, or as an index of the evidence does."""

    rate: Given | None = None
    follow: Words | None = Field(None, description="The id of an index or deflator: cpi, average-earnings.")
    from_: AYear | None = Field(
        None, alias="from", description="The year in whose prices the cost is stated; the first year if not given."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.rate is None) == (self.follow is None):
            raise PydanticCustomError("one_value", "the uplift of a cost has a rate or follows an index")
        return self


def _is_kind(value: object) -> str:
    """Whether a budget is named by a word, such as RDEL, or is an amount."""
    return "[kind]" if isinstance(value, str) and re.fullmatch(r"[A-Za-z -]+", value) else "[amount]"


class Programme(Basis, Spending):
    """A programme cost: per site or per unit, fixed by year, or an existing budget scaled."""

    label: Words | None = None
    unit: Words = "£"
    per_site: Given | None = Field(None, description="Cost of a site by years since it started, the first year first.")
    per_operating_site: Given | None = Field(None, description="Cost a year of each site that operates in full.")
    by_year: dict[str, Amount] | None = None
    then: Then | None = Field(None, description="After the last year of by_year: 0, same, or 2% a year.")
    value: Amount | None = Field(None, description="The same amount in each year.")
    budget: (
        Annotated[Annotated[Given, Tag("[amount]")] | Annotated[BudgetKind, Tag("[kind]")], Discriminator(_is_kind)]
        | None
    ) = Field(None, description="Which budget bears it: RDEL, CDEL, AME or none; or an existing budget, to be scaled.")
    scale: Given | None = None
    per: Words | None = Field(None, description="A line, or a column of a list: how many units there are to pay for.")
    rate: Given | None = Field(None, description="Cost of one unit of what per names.")
    once: AYear | None = Field(None, description="The one year in which it falls.")
    uplift: CostUplift | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"value": value}
        if is_years_mapping(value):
            return {"by_year": value}
        if isinstance(value, dict) and "scale" in value and _is_kind(value.get("budget")) == "[kind]":
            return {**value, "budget": {"name": value["budget"]}}
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [
            way
            for way in ("per_site", "per_operating_site", "by_year", "value", "budget", "per")
            if getattr(self, "existing_budget" if way == "budget" else way) is not None
        ]
        if len(ways) != 1:
            found = " and ".join(ways) or "none of them"
            raise PydanticCustomError(
                "one_value",
                f"one of per_site, per_operating_site, by_year, value, budget and per is needed, and {found} was given",
            )
        for one, other, says in (
            ("existing_budget", "scale", "budget and scale go together: the budget times the scale is the cost"),
            ("per", "rate", "per and rate go together: the number of units times the rate of one is the cost"),
        ):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                raise PydanticCustomError("one_value", says)
        if self.then is not None and self.by_year is None:
            raise PydanticCustomError("not_read", "then says what follows the last year of by_year: take it out")
        if self.once is not None and self.by_year is not None:
            raise PydanticCustomError("one_value", "by_year says what falls in each year, and once in which: write one")
        return self

    @property
    def existing_budget(self) -> Given | None:
        return self.budget if isinstance(self.budget, Given) else None

    @property
    def amount(self) -> Given:
        """The fixed amount, as a value with what it rests on."""
        basis = {key: getattr(self, key) for key in Basis.model_fields}
        return Given.model_validate(
            dict(basis, label=self.label, unit=self.unit, value=self.value, by_year=self.by_year, then=self.then)
        )

    def named(self, name: str, site: str) -> dict[str, Path]:
        """Names of this programme's values, with their paths in it; a site is what the rollout calls one."""
        ways: dict[str, Path] = {
            f"{name}_per_{site}": ("per_site",),
            f"{name}_per_operating_{site}": ("per_operating_site",),
            f"{name}_budget": ("existing_budget",),
            f"{name}_scale": ("scale",),
            f"{name}_rate": ("rate",),
            f"{name}_uplift_rate": ("uplift", "rate"),
        }
        found = {key: path for key, path in ways.items() if _there(self, path)}
        return {key: ("budget",) if path == ("existing_budget",) else path for key, path in found.items()}


class Income(Programme):
    """Income or a grant, worked out as a programme cost is, which is taken off spending."""


def _there(record: object, path: Path) -> bool:
    for step in path:
        record = getattr(record, str(step), None)
    return record is not None
