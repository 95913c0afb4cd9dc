"""The types of the workforce section: roles, pay, on-costs and uplift; and of how a growing cost is uplifted."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

import re
from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import GRADES, Amount, AYear, Basis, Given, Grade, Words

Path = tuple[str | int, ...]


class Paid(Basis):
    """Whoever is paid by a grade of a pay scale, or a salary as stated."""

    band: Words | None = Field(None, description="The grade of a pay scale.")
    grade: Grade | None = Field(
        None,
        description="The general name of band; or a grade of evidence, which says how far the rest can be relied on.",
        json_schema_extra={"anyOf": [{"type": "string"}, {"type": "null"}]},
    )
    scale: Words | None = Field(None, description="The pay scale of the grade; that of pay where it is not given.")
    area: Words | None = Field(None, description="The area of the scale, where its pay differs by area.")
    salary: Given | None = Field(None, description="Full-time pay a year as stated, where no scale is looked in.")

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
        if self.band is not None and self.salary is not None:
            says = "a grade of a pay scale (band), or a salary: one of the two is needed"
            raise PydanticCustomError("one_value", says)
        if self.salary is not None and (self.scale is not None or self.area is not None):
            raise PydanticCustomError("one_value", "a salary is looked up in no pay scale: leave scale and area out")
        return self


class Role(Paid):
    """A role in a team."""

    role: Words
    duty: Words | None = None
    wte: Given = Field(description="Whole-time equivalent posts in one team.")
    headcount: Given | None = Field(None, description="People in one team; the WTE rounded up where it is not given.")
    shared_by: Amount | None = Field(None, description="How many teams share the people of the role.")

    @model_validator(mode="after")
    def _paid_and_counted(self) -> Self:
        if self.band is None and self.salary is None:
            raise PydanticCustomError(
                "one_value", "a role has a grade of a pay scale (band), or a salary: one of the two is needed"
            )
        if self.headcount is not None and self.shared_by is not None:
            raise PydanticCustomError("one_value", "headcount and shared_by both say how many people: write one")
        return self


class PayChoice(Basis):
    """Which pay scale, year and experience the team is paid at."""

    scale: Words | None = Field(None, description="The pay scale of grades that name none of their own.")
    area: Words | None = Field(None, description="The area of the scale, where its pay differs by area.")
    year: AYear | None = Field(None, description="The year of the scale, or of the salaries, on which pay is based.")
    experience_years: Given | None = Field(None, description="Not needed where no grade that is used has steps.")


class Pension(Given):
    """The employer's pension contribution; or, of that in a rule, which counts where a part is paid centrally."""

    counts: Literal["paid_by_employer", "in_full"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _which_counts(cls, value: Any) -> Any:
        words = value.get("value") if isinstance(value, dict) else value
        if words not in ("paid_by_employer", "in_full"):
            return value
        beside = {key: held for key, held in value.items() if key != "value"} if isinstance(value, dict) else {}
        return {**beside, "counts": words}

    def check_one_value(self) -> None:
        """Hold the value to being given in one way; or a word says which of a rule's counts."""
        if self.counts is None or self.numbers:
            super().check_one_value()


class NationalInsurance(Basis):
    """Employer national insurance: a rate on the pay of each person over a threshold."""

    rate: Given
    threshold: Given = Field(description="Pounds a year for each person.")


class OnCosts(Basis):
    """On-costs as a flat rate; or built of parts: those of a set in the evidence, and those written here."""

    rate: Given | None = None
    rule: Words | None = Field(None, description="A set of on-costs, such as nhs-employer or teachers-england.")
    national_insurance: NationalInsurance | None = None
    pension: Pension | None = Field(None, description="The employer's contribution as a share of pay.")
    levy: Given | None = Field(None, description="The apprenticeship levy as a share of pay.")
    other: Given | None = Field(None, description="Whatever else is paid as a share of pay.")
    year: AYear | None = Field(
        None, description="The one year whose rates apply throughout; each year's own if not given."
    )
    then: Literal["same"] | None = Field(None, description="After the rule's last year, its rates go on.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        parts = [key for key in ("national_insurance", "pension", "levy", "other") if getattr(self, key) is not None]
        if (self.rate is None) == (self.rule is None and not parts):
            raise PydanticCustomError(
                "one_value", "on-costs are a rate, or a rule or parts: one of the two ways is needed"
            )
        if self.rule is None and (self.year or self.then or (self.pension and self.pension.counts)):
            raise PydanticCustomError("one_value", "year, then and which pension contribution counts go with a rule")
        if self.year and self.then:
            raise PydanticCustomError("one_value", "year is the one whose rates apply throughout: leave then out")
        return self

    def named(self) -> dict[str, Path]:
        """Names of the parts that are written here, with their paths."""
        parts: dict[str, tuple[Given | None, Path]] = {
            "pension_rate": (self.pension if self.pension and not self.pension.counts else None, ("pension",)),
            "apprenticeship_levy_rate": (self.levy, ("levy",)),
            "other_on_cost_rate": (self.other, ("other",)),
        }
        if self.national_insurance:
            insurance = self.national_insurance
            parts["national_insurance_rate"] = insurance.rate, ("national_insurance", "rate")
            parts["national_insurance_threshold"] = insurance.threshold, ("national_insurance", "threshold")
        return {name: path for name, (given, path) in parts.items() if given is not None}


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


def name_of_supply(grade: str) -> str:
    """The name in formulas of the supply of a band or grade."""
    return f"grade_{re.sub('[^a-z0-9]+', '_', grade.lower())}_supply"


class Workforce(Basis):
    """What one team costs: who is in it, at what pay, with what on-costs and uplift."""

    team: list[Role]
    stated_wte: Given | None = Field(None, description="The team's total as the source states it.")
    pay: PayChoice
    on_costs: OnCosts
    uplift: Uplift | None = None
    high_cost_area: HighCost | None = None
    supply: dict[str, Given] = Field(
        default_factory=dict, description="By band or grade, the whole-time posts that people can be found for."
    )

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
        names |= {f"{name_of_supply(grade)}": ("supply", grade) for grade in self.supply}
        return names | {name: ("on_costs", *path) for name, path in self.on_costs.named().items()}
