"""The types of the workforce section: roles, pay, on-costs and uplift; and of how a growing cost is uplifted."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import AYear, Basis, Given, Words

Path = tuple[str | int, ...]


class Role(Basis):
    """A role in a team."""

    role: Words
    duty: Words | None = None
    band: Words
    wte: Given = Field(description="Whole-time equivalent posts in one team.")
    headcount: Given | None = Field(None, description="People in one team; the WTE rounded up where it is not given.")


class PayChoice(Basis):
    """Which pay scale, year and experience the team is paid at."""

    scale: Words
    year: AYear | None = Field(None, description="The year of the scale on which pay is based.")
    experience_years: Given


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
