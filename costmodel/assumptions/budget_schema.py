"""The types of the budget section, and what every cost and income may say of the budget that bears it."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import Basis, Decimals, Given, Record, Words

BudgetKind = Literal["RDEL", "CDEL", "AME", "none"]
"""Resource and capital departmental expenditure limits, annually managed expenditure; or no public budget."""
Display = Literal["£", "£ thousand", "£ million"]
Path = tuple[str | int, ...]
NATIONS = {"scotland": "Scotland", "wales": "Wales", "northern_ireland": "Northern Ireland"}


class Budgeted(Record):
    """What a cost or income says of the budget that bears it, beside which budget that is."""

    department: Words | None = Field(None, description="The department whose budget it is.")
    programme: Words | None = Field(None, description="The programme of which it is part.")
    paid_by: Words | None = Field(None, description="Who pays it; of income, who pays it in.")
    transfer: bool = Field(
        False, description="Whether it only moves money: from a budget to people, or to another public body."
    )


class Spending(Budgeted):
    """The same of what may be pay."""

    pay: bool | None = Field(None, description="Whether it is pay, with on-costs: RDEL is shown with pay apart.")


class Shares(Basis):
    """Populations of the devolved nations as shares of England's."""

    scotland: Given
    wales: Given
    northern_ireland: Given

    @model_validator(mode="before")
    @classmethod
    def _each_is_given(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise PydanticCustomError("shares", f"{value!r} gives no shares, and no evidence here has them")
        return value


class Needs(Basis):
    """By how much a nation's consequential is multiplied for its needs; 1 where it is not given."""

    scotland: Given | None = None
    wales: Given | None = None
    northern_ireland: Given | None = None


class Consequentials(Basis):
    """What the devolved administrations receive for spending in England: the Barnett formula."""

    comparability: Given = Field(description="The share of the spending that is on what is devolved.")
    shares: Shares
    needs: Needs | None = None


class Budget(Basis):
    """Which budget bears costs that say nothing of their own, and how the table of budgets is shown."""

    default: BudgetKind | None = Field(None, description="The budget of every cost and income that names none.")
    department: Words | None = Field(None, description="The department of every cost and income that names none.")
    programme: Words | None = Field(None, description="The programme of every cost and income that names none.")
    paid_by: Words | None = Field(None, description="Who pays every cost that does not say.")
    display: Display = Field("£ million", description="In what the table of budgets is shown.")
    decimals: Decimals | None = None
    consequentials: Consequentials | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {"default": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("one_value", "the section says nothing: write default: RDEL, CDEL or AME")
        return self

    def named(self) -> dict[str, Path]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path] = {"comparability": ("consequentials", "comparability")}
        for nation in NATIONS:
            names[f"population_share_{nation}"] = ("consequentials", "shares", nation)
            names[f"needs_based_factor_{nation}"] = ("consequentials", "needs", nation)
        return names
