"""The types of a proposal's files, from which the JSON Schema comes too.

Each section's type says by what names its values are known in formulas and scenarios (``named``), as paths.
"""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.appraisal_schema import Appraisal, Benefits
from costmodel.assumptions.budget_schema import Budget, BudgetKind, Display, Path, Spending
from costmodel.assumptions.costs_schema import CostUplift, Income, Programme
from costmodel.assumptions.kinds import (
    ADate,
    Amount,
    AYear,
    Basis,
    Decimals,
    Given,
    Grade,
    NameText,
    PricesText,
    Record,
    Then,
    Words,
    Years,
    empty,
)
from costmodel.assumptions.posts_schema import Posts
from costmodel.assumptions.workforce_schema import Workforce
from costmodel.years import Year, read_year


def _list_of_text(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Paragraphs = Annotated[list[Words], BeforeValidator(_list_of_text)]


def _printed(value: Any) -> Any:
    """A printed figure; a cell that is printed blank is read as nothing."""
    return "0" if value in (None, "blank") else value


Printed = Annotated[Amount, BeforeValidator(_printed)]


class Proposal(Record):
    """What is asked for, by whom, of whom, over which years."""

    title: Words
    by: Words | None = None
    asked_of: Words | None = None
    years: Years
    periods: dict[NameText, Years] = Field(default_factory=dict)
    prices: PricesText = Field("cash", description="cash, or those of a year: 2025/26 prices. Money in £ is at these.")
    as_of: ADate | None = Field(None, description="The date of the submission, against which review dates are held.")
    status: Literal["draft", "final"] = "draft"
    source: Words | None = Field(None, description="Where values come from that name no source of their own.")
    ask: NameText | None = Field(None, description="The line whose value is what is asked for.")
    asks_for: Paragraphs = Field(
        default_factory=empty, description="What the money would buy, in the proposal's own words."
    )
    covers: Paragraphs = Field(default_factory=empty)
    does_not_cover: Paragraphs = Field(default_factory=empty)
    year_style: Literal["2022/23", "22/23", "2022-23"] = "2022/23"

    @property
    def price_year(self) -> Year | None:
        """The year of its prices; None where they are cash."""
        return None if self.prices == "cash" else read_year(self.prices.removesuffix(" prices"))

    @property
    def money(self) -> str:
        """The unit of its money, as results have it: £, or £ (2025/26 prices)."""
        return "£" if self.price_year is None else f"£ ({self.prices})"

    @property
    def at_prices(self) -> str:
        """At which prices its money is, as words: cash prices, or 2025/26 prices."""
        return "cash prices" if self.prices == "cash" else self.prices


class LineText(Spending):
    """A line of the model: a label, a unit and a formula; a cost where it says which budget bears it."""

    label: Words
    unit: Words
    formula: Words
    uplift: CostUplift | None = Field(None, description="How what the formula gives grows by year.")
    budget: BudgetKind | None = Field(None, description="Which budget bears it, where it is a cost: RDEL, CDEL or AME.")
    decimals: Decimals | None = Field(None, description="The decimals to which tables show it.")
    note: Words | None = None


class Table(Record):
    """A table of lines by year, or of the rows of a list, with totals over periods."""

    title: Words
    rows: list[NameText] = Field(default_factory=empty)
    rows_of: NameText | None = Field(None, description="A list, each of whose rows is a row of the table.")
    line: Words | None = Field(None, description="With rows_of, what is shown of each row of the list.")
    totals: dict[NameText, list[NameText]] = Field(
        default_factory=dict, description="By period, or for all_years, the rows that are added up."
    )
    display: Display = Field("£", description="In what amounts of money are shown.")
    decimals: Decimals | None = Field(
        None, description="The decimals of money where display says in what it is shown; else those of every row."
    )
    note: Words | None = None

    @model_validator(mode="after")
    def _one_kind_of_row(self) -> Self:
        if bool(self.rows) == bool(self.rows_of) or bool(self.rows_of) != bool(self.line):
            raise PydanticCustomError("one_value", "a table has rows; or rows_of, the name of a list, and line")
        if self.rows_of and self.totals:
            raise PydanticCustomError("not_read", "a table with rows_of adds its rows and years up: take totals out")
        return self


class Check(Record):
    """A statement about the model's values that should hold."""

    says: Words
    holds: Words


class PublishedTable(Record):
    """A table as a document prints it, which the base scenario is held against."""

    title: Words
    source: Words
    where: Words | None = None
    rounds_to: Amount | None = Field(
        None, description="What the printed figures are rounded to; their last digit if not given."
    )
    years: list[AYear] = Field(default_factory=empty)
    rows: dict[NameText, list[Printed]] = Field(
        default_factory=dict, description="By line, the printed figure of each year."
    )
    values: dict[NameText, Printed] = Field(default_factory=dict, description="By line, the one printed figure.")
    solve_for: list[NameText] = Field(
        default_factory=empty, description="What costmodel solve works back from the table."
    )


class Column(Basis):
    """A column of a list: its unit, and what its values rest on; or a formula."""

    label: Words | None = None
    unit: Words = "text"
    formula: Words | None = None
    then: Then | None = Field(None, description="After the last year that is given: 0, same, or 2% a year.")


class RowsOf(Record):
    """A list: rows with named columns, here or in a CSV file beside."""

    label: Words
    file: Words | None = None
    rows: list[dict[str, Any]] | None = None
    columns: dict[NameText, Column] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.file is None) == (self.rows is None):
            raise PydanticCustomError(
                "one_value", "a list has its rows here or in a file: one of rows and file is needed"
            )
        return self


class Rollout(Basis, Spending):
    """Sites operating at the start, and sites starting each year."""

    site: NameText
    sites: NameText | None = Field(None, description="The plural of site, where it is not site with an s.")
    operating_at_start: Given
    starting: Given
    budget: BudgetKind | None = Field(None, description="Which budget bears the labour costs: RDEL, CDEL or AME.")
    while_starting: dict[NameText, Given] = Field(default_factory=dict)
    when_operating: dict[NameText, Given] = Field(default_factory=dict)

    @property
    def plural(self) -> str:
        return self.sites or f"{self.site}s"

    def named(self) -> dict[str, Path]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path] = {
            f"{self.plural}_at_start": ("operating_at_start",),
            f"{self.plural}_starting": ("starting",),
            "starting_cost_share": ("while_starting", "cost"),
        }
        for state, outcomes in (("operating", self.when_operating), ("starting", self.while_starting)):
            for outcome in outcomes:
                if outcome != "cost":
                    names[f"{outcome}_per_{self.site}_{state}"] = (
                        f"{'when' if state == 'operating' else 'while'}_{state}",
                        outcome,
                    )
        return names


class Document(Record):
    """All files of a proposal's folder, as one document."""

    proposal: Proposal
    assumptions: dict[NameText, Given] = Field(default_factory=dict)
    lists: dict[NameText, RowsOf] = Field(default_factory=dict)
    workforce: Workforce | None = None
    posts: Posts | None = None
    rollout: Rollout | None = None
    programme_costs: dict[NameText, Programme] = Field(default_factory=dict)
    income: dict[NameText, Income] = Field(default_factory=dict)
    budget: Budget | None = None
    benefits: Benefits | None = None
    appraisal: Appraisal | None = None
    lines: dict[NameText, LineText] = Field(default_factory=dict)
    tables: dict[NameText, Table] = Field(default_factory=dict)
    checks: dict[NameText, Check] = Field(default_factory=dict)
    published: dict[NameText, PublishedTable] = Field(default_factory=dict)


class ScenarioHeading(Record):
    """A scenario's title, its reason, and the scenario that it starts from."""

    title: Words
    reason: Words
    from_: Words | None = Field(None, alias="from")
    source: Words | None = Field(None, description="Where the changed values come from, where one source gives them.")
    grade: Grade | None = Field(None, description="The grade of changed values that name none of their own.")


class Scenario(Record):
    """A scenario file: its heading, and changes by name or path."""

    scenario: ScenarioHeading
    changes: dict[str, Any] = Field(default_factory=dict)
