"""The types of the benefits and appraisal sections, and of the editions of guidance that they are worked out with."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.kinds import (
    Amount,
    AYear,
    Basis,
    Given,
    Grade,
    NameText,
    Record,
    Words,
    Years,
    empty,
)
from costmodel.assumptions.price_series import Rule
from costmodel.language.shape import ASK

Kind = Literal["fiscal", "economic", "social"]
Gains = Literal["participant", "taxpayer", "other"]
Direction = Literal["better", "worse", "either"]
Path_ = tuple[str | int, ...]
UNKNOWN = "unknown"


class Effect(Basis):
    """What an intervention changes: a ratio of rates or of odds, a difference, or a standardised effect."""

    risk_ratio: Given | None = None
    odds_ratio: Given | None = None
    absolute: Given | None = None
    standardised: Given | None = Field(None, description="Standard deviations, read through the base rate.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if len(self.ways) != 1:
            found = " and ".join(self.ways) or "none of them"
            raise PydanticCustomError(
                "one_value",
                f"one of risk_ratio, odds_ratio, absolute and standardised is needed, and {found} was given",
            )
        return self

    @property
    def ways(self) -> list[str]:
        return [
            way for way in ("risk_ratio", "odds_ratio", "absolute", "standardised") if getattr(self, way) is not None
        ]


class Link(Basis):
    """A further link of a chain: a share, or the extra chance that a standardised effect means at a base rate."""

    share: Given | None = None
    standardised: Given | None = None
    base_rate: Given | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.share is None) == (self.standardised is None) or (self.standardised is None) != (
            self.base_rate is None
        ):
            raise PydanticCustomError("one_value", "a link is a share, or a standardised effect with its base_rate")
        return self


class Stream(Basis):
    """A stream of benefits: top-down, bottom-up, or capacity."""

    label: Words
    method: Literal["top-down", "bottom-up", "capacity"]
    agency: Words = "not stated"
    kind: Kind
    gains: Gains = "participant"
    cashable: Given | None = None
    schedule: Words = "standard"
    price_year: Words | None = Field(None, description="The year of the unit value's prices, or unknown.")
    taken_as: Words | None = Field(None, description="The price year that is assumed where it is unknown.")
    value_growth: Given | None = Field(None, description="Real growth of its value a year, after the first year.")
    in_headline: bool = Field(True, description="Whether it counts in the results, or stands beside them.")
    reached: NameText | None = Field(None, description="The line of people reached each year.")
    # top-down
    national_annual: Given | None = None
    in_need: Given | None = None
    ramp: Given | None = None
    # bottom-up
    counterfactual_rate: Given | None = None
    effect: Effect | None = None
    links: dict[NameText, Link] = Field(default_factory=dict)
    unit_value: Given | None = None
    lag: Given | None = None
    duration: Given | None = None
    drop_off: Given | None = None
    lasting: Given | None = Field(None, description="The share of the benefit that does not drop off.")
    profile: Given | None = Field(
        None, description="The share of the benefit by years since the start, in place of lag, duration and drop_off."
    )
    deadweight: Given | None = None
    attribution: Given | None = Field(None, description="The share that others would take the credit for.")
    displacement: Given | None = None
    retention: Given | None = None
    evidence: Grade | None = Field(None, description="The grade of evidence, for optimism bias.")
    # capacity
    trained: Given | None = None
    caseload: Given | None = None

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        needed = {
            "top-down": ("reached", "national_annual", "in_need"),
            "bottom-up": ("reached", "counterfactual_rate", "effect", "unit_value"),
            "capacity": ("trained", "caseload"),
        }[self.method]
        missing = [key for key in needed if getattr(self, key) is None]
        if missing:
            raise PydanticCustomError("one_value", f"a {self.method} stream needs {' and '.join(missing)}")
        if self.profile is not None:
            beside = [key for key in ("lag", "duration", "drop_off", "lasting") if getattr(self, key) is not None]
            if beside:
                raise PydanticCustomError("not_read", f"a profile by age says all: take out {' and '.join(beside)}")
            if self.profile.by_age is None or self.profile.then:
                raise PydanticCustomError(
                    "wrong_kind", "a profile has a share for each year since the start, and an end: [100%, 80%, 50%]"
                )
        every = frozenset().union(*_ONLY.values())
        unread = sorted(key for key in every - _ONLY[self.method] if getattr(self, key))
        if unread:
            raise PydanticCustomError(
                "not_read", f"a {self.method} stream makes nothing of {' and '.join(unread)}: take out what is not read"
            )
        return self


_ONLY: dict[str, frozenset[str]] = {
    "top-down": frozenset({"reached", "national_annual", "in_need", "ramp"}),
    "bottom-up": frozenset(
        {
            *("reached", "counterfactual_rate", "effect", "links", "lag", "duration", "drop_off", "lasting", "profile"),
            *("deadweight", "attribution", "displacement", "retention"),
        }
    ),
    "capacity": frozenset({"trained", "caseload"}),
}
"""Keys that not every method reads. One that is not read is a mistake: it would look as if it counted."""


class Unmonetised(Record):
    """An effect that has no value in pounds."""

    says: Words
    direction: Direction
    size: Words
    reason: Words | None = None


class Benefits(Record):
    """Streams of benefits, optimism bias on them by grade of evidence, and effects that have no value in pounds."""

    streams: dict[NameText, Stream]
    optimism_bias: dict[Grade, Given] = Field(default_factory=dict)
    unmonetised: list[Unmonetised] = Field(default_factory=empty)

    def named(self) -> dict[str, Path_]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path_] = {f"benefit_bias_{grade}": ("optimism_bias", grade) for grade in self.optimism_bias}
        for stream, spec in self.streams.items():
            path = ("streams", stream)
            for key in Stream.model_fields:
                if isinstance(getattr(spec, key), Given):
                    names[f"{stream}_{key}"] = (*path, key)
            for way in spec.effect.ways if spec.effect else ():
                names[f"{stream}_{way}"] = (*path, "effect", way)
            for link, found in spec.links.items():
                if found.share is not None:
                    names[f"{stream}_{link}"] = (*path, "links", link, "share")
                else:
                    names[f"{stream}_{link}_effect"] = (*path, "links", link, "standardised")
                    names[f"{stream}_{link}_base_rate"] = (*path, "links", link, "base_rate")
        return names


class Risk(Basis):
    """A risk as a cost: its probability times its impact, in a year."""

    label: Words
    probability: Given
    impact: Given
    year: AYear


class OptimismBias(Basis):
    """Optimism bias on costs, on its own line."""

    rate: Given
    on: Given


class Distribution(Basis):
    """Weights by income, shown beside unweighted results."""

    median_income: Given
    participants_income: Given
    elasticity: Given


class PlainBenefit(Basis):
    """A line by year that is a benefit as it stands: money in cash, or at the price base."""

    line: NameText
    kind: Kind = "social"
    agency: Words = "not stated"
    gains: Gains = "participant"
    schedule: Words | None = None
    cashable: Given | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {"line": value} if isinstance(value, str) else value


class Residual(Basis):
    """What something is worth, or still costs, in the last year of the horizon; at the price base."""

    label: Words
    value: Given
    as_: Literal["benefit", "cost"] = Field("benefit", alias="as")
    kind: Kind = "economic"
    agency: Words = "not stated"
    gains: Gains = "taxpayer"


class Appraisal(Record):
    """How costs and benefits of different years and prices are brought together."""

    edition: Words
    schedule: Words = "standard"
    horizon: Years
    price_base: AYear = Field(description="The year in whose prices real figures are.")
    present_value_base: AYear = Field(description="The year to which present values are discounted.")
    schedule_starts: AYear = Field(description="Year 0 of the discount schedule.")
    deflator: Words
    convert: Rule | None = Field(
        None, description="How a deflator by calendar year is read at financial years, or the other way round."
    )
    inflation_beyond: Given | None = Field(
        None, description="Growth of prices a year after the deflator ends, where it ends too soon."
    )
    costs: list[NameText]
    income: list[NameText] = Field(default_factory=empty, description="Lines that are taken off the costs.")
    benefits: list[PlainBenefit] = Field(default_factory=empty, description="Lines by year that are benefits.")
    residual: dict[NameText, Residual] = Field(default_factory=dict)
    counts: Words = Field(
        ASK, description="The years whose costs and people are counted: ask, horizon, a period, or a run of years."
    )
    discounting: Literal["start of year", "mid-year", "end of year"] = Field(
        "start of year", description="When in its year a flow falls."
    )
    life: Given | None = Field(None, description="Years over which an equivalent annual cost is spread.")
    paid_by: Words = Field(
        "the public purse", description="Whose costs the benefit-cost ratio is over: its denominator."
    )
    counterfactual: Words = Field(description="What happens otherwise, to which everything is incremental.")
    optimism_bias: OptimismBias | None = None
    distribution: Distribution | None = None
    risks: dict[NameText, Risk] = Field(default_factory=dict)

    def named(self) -> dict[str, Path_]:
        """Names of this section's values, with their paths in it."""
        names: dict[str, Path_] = {"inflation_beyond": ("inflation_beyond",)} if self.inflation_beyond else {}
        if self.optimism_bias:
            names["optimism_bias_rate"] = ("optimism_bias", "rate")
            names["optimism_bias_on"] = ("optimism_bias", "on")
        for key in Distribution.model_fields if self.distribution else ():
            if isinstance(getattr(self.distribution, key), Given):
                names[key] = ("distribution", key)
        for risk in self.risks:
            names[f"risk_{risk}_probability"] = ("risks", risk, "probability")
            names[f"risk_{risk}_impact"] = ("risks", risk, "impact")
        names |= {f"residual_{name}": ("residual", name, "value") for name in self.residual}
        if self.life:
            names["life"] = ("life",)
        for place, benefit in enumerate(self.benefits):
            if benefit.cashable:
                names[f"{benefit.line}_cashable"] = ("benefits", place, "cashable")
        return names


class ScheduleStep(Record):
    """A step of a discount schedule: the years from the start that it covers, and its rate."""

    from_: Amount = Field(alias="from")
    to: Amount | None = None
    rate: Amount


class Edition(Record):
    """An edition of guidance: its discount schedules by name."""

    title: Words
    source: Words
    note: Words | None = None
    schedules: dict[NameText, list[ScheduleStep]]
    lower: dict[NameText, NameText] = Field(
        default_factory=dict, description="By schedule, the one whose rates it is tested at over a long horizon."
    )

    @field_validator("schedules")
    @classmethod
    def _steps_meet(cls, schedules: dict[str, list[ScheduleStep]]) -> dict[str, list[ScheduleStep]]:
        for name, steps in schedules.items():
            starts = [step.from_.value for step in steps]
            ends = [None if step.to is None else step.to.value for step in steps]
            meets = starts[:1] == [0.0] and ends[-1] is None
            for end, start in zip(ends[:-1], starts[1:], strict=True):
                meets = meets and end is not None and start == end + 1
            if not meets:
                raise PydanticCustomError(
                    "steps",
                    f"the steps of {name} do not meet: they start at 0, each a year after the last, with no end",
                )
        return schedules
