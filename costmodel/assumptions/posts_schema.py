"""The types of the posts section: groups of people in post, who recruit, leave and cost."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.budget_schema import Budgeted, BudgetKind
from costmodel.assumptions.kinds import Basis, Given, NameText, Words
from costmodel.assumptions.workforce_schema import OnCosts, Paid, Path, PayChoice, Uplift


class Allowance(Basis):
    """What some of the posts are paid on top of salary; it rises with pay."""

    label: Words | None = None
    amount: Given = Field(description="Pounds a year for a full-time post.")
    share: Given | None = Field(None, description="The share of posts that have it; all where it is not given.")


class Otherwise(Basis):
    """What happens without the proposal; what is not here goes on as with it."""

    posts: Given | None = None
    leaving: Given | None = None
    recruits: Given | None = None


class PostGroup(Paid, Budgeted):
    """People in post: counted from a start with recruits and leavers, or as posts that are filled but for vacancies."""

    label: Words | None = None
    budget: BudgetKind | None = Field(None, description="Which budget bears its cost: RDEL, CDEL, AME or none.")
    in_post_at_start: Given | None = Field(None, description="Whole-time posts that are filled before the first year.")
    recruits: Given | None = Field(None, description="Whole-time posts that are filled anew in each year.")
    leaving: Given | None = Field(None, description="Of those in post, the share who leave in a year.")
    posts: Given | None = Field(None, description="Whole-time posts that there are, filled or not.")
    posts_at_start: Given | None = Field(None, description="Posts before the first year; 0 where it is not given.")
    vacancies: Given | None = Field(None, description="The share of posts that are empty.")
    time_to_recruit: Words | None = Field(None, description="How long a post is empty before it is filled: 3 months.")
    first_year: Given | None = Field(None, description="The share of the year in which they join that recruits work.")
    last_year: Given | None = Field(None, description="The share of the year in which they leave that leavers work.")
    from_: Words | None = Field(None, alias="from", description="The month in which recruits or new posts start.")
    wte_per_person: Given | None = Field(None, description="The share of full time that each person works.")
    allowances: dict[NameText, Allowance] = Field(default_factory=dict)
    per_recruit: dict[NameText, Given] = Field(default_factory=dict, description="Paid once for each recruit.")
    per_new_post: dict[NameText, Given] = Field(default_factory=dict, description="Paid once for each new post.")
    per_post: dict[NameText, Given] = Field(default_factory=dict, description="Paid each year for each filled post.")
    otherwise: Otherwise | None = None
    supply: Given | None = Field(None, description="The whole-time posts that people can be found for.")
    pay: PayChoice | None = None
    on_costs: OnCosts | None = None
    uplift: Uplift | None = None

    @property
    def once(self) -> dict[str, dict[str, Given]]:
        """What is paid once, for each recruit and for each new post."""
        return {"per_recruit": self.per_recruit, "per_new_post": self.per_new_post}

    @property
    def is_stock(self) -> bool:
        """Whether people are counted on from a start, and not filled posts."""
        return self.in_post_at_start is not None

    @model_validator(mode="after")
    def _counted_in_one_way(self) -> Self:
        wrong = next((says for says, holds in self._wrongs().items() if holds), None)
        if wrong:
            raise PydanticCustomError("one_value", wrong)
        return self

    def _wrongs(self) -> dict[str, bool]:
        """What may be wrong with how the group is counted, and whether it is."""
        stock = self.is_stock
        of_posts = ("vacancies", "time_to_recruit", "posts_at_start", "per_new_post")
        idle = [key for key in (of_posts if stock else ("recruits", "last_year")) if getattr(self, key)]
        way = "people counted on from in_post_at_start" if stock else "posts that are filled but for vacancies"
        uncounted = stock and (self.recruits is None or self.leaving is None)
        twice = self.vacancies is not None and self.time_to_recruit is not None
        return {
            f"{way} need recruits and leaving: write 0 where there are none": uncounted,
            "a group has in_post_at_start with recruits and leaving, or posts": not stock and self.posts is None,
            f"{' and '.join(idle)} does nothing for {way}": bool(idle),
            "vacancies are stated, or follow from time_to_recruit: write one": twice,
            "time_to_recruit needs leaving: a post is empty after someone leaves": bool(
                self.time_to_recruit and self.leaving is None
            ),
            "first_year and from both say when people start: write one": bool(self.first_year and self.from_),
        }

    def named(self, name: str) -> dict[str, Path]:
        """Names of the group's values, with their paths in it."""
        names: dict[str, Path] = {value: (key,) for key, value in names_of(name).items()}
        for allowance in self.allowances:
            names[f"{name}_{allowance}_amount"] = ("allowances", allowance, "amount")
            names[f"{name}_{allowance}_share"] = ("allowances", allowance, "share")
        for key in ("per_recruit", "per_new_post", "per_post"):
            names |= {f"{name}_{item}_{key}": (key, item) for item in getattr(self, key)}
        for key in Otherwise.model_fields:
            if key in names_of(name):
                names[f"{names_of(name)[key]}_otherwise"] = ("otherwise", key)
        names[f"{name}_pay_uplift_rate"] = ("uplift", "rate")
        names[f"{name}_on_cost_rate"] = ("on_costs", "rate")
        if self.on_costs is not None:
            names |= {f"{name}_{part}": ("on_costs", *path) for part, path in self.on_costs.named().items()}
        return names


def names_of(group: str) -> dict[str, str]:
    """By key of a group, the name of its value in formulas."""
    return {
        "in_post_at_start": f"{group}_at_start",
        "recruits": f"{group}_recruits",
        "leaving": f"{group}_leaving_rate",
        "posts": f"{group}_posts",
        "posts_at_start": f"{group}_posts_at_start",
        "vacancies": f"{group}_vacancy_rate",
        "first_year": f"{group}_first_year_share",
        "last_year": f"{group}_last_year_share",
        "wte_per_person": f"{group}_wte_per_person",
        "salary": f"{group}_salary",
        "supply": f"{group}_supply",
    }


class Posts(Basis):
    """Groups of people in post, with the pay, on-costs and uplift of those that have none of their own."""

    groups: dict[NameText, PostGroup]
    pay: PayChoice | None = None
    on_costs: OnCosts | None = None
    uplift: Uplift | None = None

    def named(self) -> dict[str, Path]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path] = {
            "posts_pay_uplift_rate": ("uplift", "rate"),
            "posts_on_cost_rate": ("on_costs", "rate"),
        }
        if self.on_costs is not None:
            names |= {f"posts_{part}": ("on_costs", *path) for part, path in self.on_costs.named().items()}
        for group, spec in self.groups.items():
            names |= {name: ("groups", group, *path) for name, path in spec.named(group).items()}
        return names
