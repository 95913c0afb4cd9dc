"""The types of the workforce section: roles, pay, on-costs and uplift; and of how a growing cost is uplifted."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import GRADES, Amount, AYear, Basis, Given, Grade, Words

Path = tuple[str | int, ...]


class Role(Basis):
    """A role in a team."""

    role: Words
    duty: Words | None = None
    band: Words | None = Field(None, description="The grade of a pay scale.")
    grade: Grade | None = Field(
        None,
        description="The general name of band; or a grade of evidence, which says how far the role can be relied on.",
        json_schema_extra={"anyOf": [{"type": "string"}, {"type": "null"}]},
    )
    scale: Words | None = Field(None, description="The pay scale of the grade; that of pay where it is not given.")
    area: Words | None = Field(None, description="The area of the scale, where its pay differs by area.")
    salary: Given | None = Field(None, description="Full-time pay a year as stated, where no scale is looked in.")
    wte: Given = Field(description="Whole-time equivalent posts in one team.")
    headcount: Given | None = Field(None, description="People in one team; the WTE rounded up where it is not given.")
    shared_by: Amount | None = Field(None, description="How many teams share the people of the role.")

    @model_validator(mode="before")
    @classmethod
    def _grade_of_pay(cls, value: Any) -> Any:
        """``grade`` names a grade of pay where it is none of the grades of evidence."""
        if not isinstance(value, dict) or not isinstance(value.get("grade"), str) or value["grade"] in GRADES:
            return value
        if "band" in value:
            raise PydanticCustomError("one_value", "band and grade are two names of one thing: write one of them")
        return {**{key: held for key, held in value.items() if key != "grade"}, "band": value["grade"]}

    @model_validator(mode="after")
    def _paid_in_one_way(self) -> Self:
        if (self.band is None) == (self.salary is None):
            raise PydanticCustomError(
                "one_value", "a role has a grade of a pay scale (band), or a salary: one of the two is needed"
            )
        if self.salary is not None and (self.scale is not None or self.area is not None):
            raise PydanticCustomError("one_value", "a salary is looked up in no pay scale: leave scale and area out")
        if self.headcount is not None and self.shared_by is not None:
            raise PydanticCustomError(
                "one_value", "headcount and shared_by both say how many people: write one of them"
            )
        return self


class PayChoice(Basis):
    """Which pay scale, year and experience the team is paid at."""

    scale: Words | None = Field(None, description="The pay scale of grades that name none of their own.")
    area: Words | None = Field(None, description="The area of the scale, where its pay differs by area.")
    year: AYear | None = Field(None, description="The year of the scale, or of the salaries, on which pay is based.")
    experience_years: Given | None = Field(None, description="Not needed where no grade that is used has steps.")


class OnCosts(Basis):
    """On-costs as a flat rate, or by the rule of an employer."""

    rate: Given | None = None
    rule: Words | None = None
    pension: Literal["paid_by_employer", "in_full"] = "paid_by_employer"
    year: AYear | None = Field(
        None, description="The one year whose rates apply throughout; each year's own if not given."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.rate is None) == (self.rule is None):
            raise PydanticCustomError("one_value", "on-costs are a rate or a rule: one of the two is needed")
        return self


class Uplift(Basis):
    """Growth by a rate after a year; or, for pay, each year's published award."""

    rate: Given | None = None
    from_: AYear | None = Field(
        None, alias="from", description="The last year at the price base: growth starts after it."
    )
    follow: Literal["published-awards"] | None = None

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if self.rate is None and self.follow is None:
            raise PydanticCustomError("one_value", "an uplift has a rate, or follows published-awards")
        if self.follow is not None and self.from_ is not None:
            raise PydanticCustomError(
                "one_value", "pay that follows published-awards runs from no year: leave from out"
            )
        return self


class HighCost(Basis):
    """High-cost-area supplement, by the share of sites in each zone."""

    supplement: Words = "agenda-for-change-high-cost-areas"
    inner_london: Given | None = None
    outer_london: Given | None = None
    fringe: Given | None = None
    year: AYear | None = Field(
        None, description="The one year whose amounts apply throughout; each year's own if not given."
    )


class Workforce(Basis):
    """What one team costs: who is in it, at what pay, with what on-costs and uplift."""

    team: list[Role]
    stated_wte: Given | None = Field(None, description="The team's total as the source states it.")
    pay: PayChoice
    on_costs: OnCosts
    uplift: Uplift | None = None
    high_cost_area: HighCost | None = None

    def named(self) -> dict[str, Path]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path] = {
            "experience_years": ("pay", "experience_years"),
            "stated_wte": ("stated_wte",),
            "on_cost_rate": ("on_costs", "rate"),
            "pay_uplift_rate": ("uplift", "rate"),
        }
        for zone in ("inner_london", "outer_london", "fringe"):
            names[f"share_of_sites_{zone}"] = ("high_cost_area", zone)
        return names
