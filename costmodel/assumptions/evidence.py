"""The evidence that a proposal may use: sources, pay scales, on-costs, supplements, discount rates, prices.

It stands in layers: a proposal's own folder of evidence lies over that of its root, and that over what ships.
"""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from costmodel.assumptions.appraisal_schema import Edition
from costmodel.assumptions.document import Mapping, find, parse_yaml, position, read_text
from costmodel.assumptions.kinds import Amount, AYear, Range, Record, Status, Words, empty
from costmodel.assumptions.price_series import PriceSeries
from costmodel.assumptions.validate import validate
from costmodel.errors import Mistakes, NameTaken, Position, YearMistake, shown_path
from costmodel.numbers import Number
from costmodel.years import Year, read_year

ZONES = ("inner_london", "outer_london", "fringe")


class Source(Record):
    """A document or data set that values were read in."""

    title: Words
    publisher: Words | None = None
    authors: Words | None = None
    date: Words | None = None
    address: Words | None = None
    read: Literal["read", "secondary", "recalled"] = "read"
    note: Words | None = None


class PayStep(Record):
    """A step of a grade: the years of experience at which it starts, and full-time pay a year."""

    from_: Amount = Field(Number(0.0, False, False, 0), alias="from")
    pay: Amount
    status: Status


def _as_steps(value: Any) -> Any:
    """A grade with one rate of pay may be written without a list."""
    return [value] if isinstance(value, dict) else value


def _in_order(steps: list[PayStep]) -> list[PayStep]:
    starts = [step.from_.value for step in steps]
    if not steps or starts != sorted(set(starts)) or starts[0] != 0:
        raise PydanticCustomError("steps", "the steps of a grade run from 0 years of experience to later ones")
    return steps


Grades = dict[str, Annotated[list[PayStep], BeforeValidator(_as_steps), AfterValidator(_in_order)]]


class PayScale(Record):
    """One year of a pay scale."""

    name: Words
    year: AYear
    title: Words
    unit: Words
    source: Words
    read_in: list[Words] = Field(default_factory=empty)
    notes: list[Words] = Field(default_factory=empty)
    bands: Grades = Field(default_factory=dict)
    grades: Grades = Field(default_factory=dict, description="The general name of bands.")
    areas: dict[str, Grades] = Field(
        default_factory=dict, description="The grades of each area, such as inner_london, where pay differs by area."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.bands, self.grades, self.areas))) != 1:
            raise PydanticCustomError("one_value", "a pay scale has bands, grades or areas: one of the three")
        return self

    def steps_of(self, area: str) -> dict[str, list[PayStep]]:
        """The steps of each grade in an area; of a scale without areas where that is empty."""
        return self.areas.get(area, {}) if self.areas else self.bands or self.grades


class Dated(Record):
    """A value with its status."""

    value: Amount
    status: Status
    range: Range | None = None
    note: Words | None = None


class OnCostYear(Record):
    """The rates of one year; each may be missing, and then no model may ask for it."""

    national_insurance_rate: Dated | None = None
    national_insurance_threshold: Dated | None = None
    pension_rate_paid_by_employer: Dated | None = None
    pension_rate_in_full: Dated | None = None
    apprenticeship_levy_rate: Dated | None = None
    other_on_cost_rate: Dated | None = None
    note: Words | None = None

    def part(self, name: str) -> Dated | None:
        """The value of a part by its name here."""
        found = getattr(self, name)
        return found if isinstance(found, Dated) else None


class OnCostRule(Record):
    """On-costs by year: national insurance over a threshold a person, pension, levy; any of them may be missing.

    What a set has not in any year is that of another, which ``beside`` names.
    """

    name: Words
    title: Words
    source: Words
    read_in: list[Words] = Field(default_factory=empty)
    notes: list[Words] = Field(default_factory=empty)
    beside: Words | None = Field(None, description="The set that has the parts which this one has in no year.")
    years: dict[str, OnCostYear]

    @cached_property
    def by_year(self) -> dict[Year, OnCostYear]:
        return {read_year(key): rates for key, rates in self.years.items()}


_PARTS = tuple(key for key in OnCostYear.model_fields if key != "note")


class Zone(Record):
    label: Words
    rate: Amount


class Bounds(Record):
    """The least and the most that a full-time post is paid on top, in pounds a year."""

    floor: Amount
    ceiling: Amount


class SupplementYear(Record):
    status: Status
    source_note: Words | None = None
    inner_london: Bounds
    outer_london: Bounds
    fringe: Bounds


class Supplement(Record):
    """A high-cost-area supplement: a share of pay with a floor and a ceiling, by zone and year."""

    name: Words
    title: Words
    source: Words
    read_in: list[Words] = Field(default_factory=empty)
    notes: list[Words] = Field(default_factory=empty)
    zones: dict[Literal["inner_london", "outer_london", "fringe"], Zone]
    years: dict[str, SupplementYear]

    @cached_property
    def by_year(self) -> dict[Year, SupplementYear]:
        return {read_year(key): bounds for key, bounds in self.years.items()}


class _File(BaseModel):
    """A file of evidence has one of these keys; other evidence is read by what uses it."""

    model_config = ConfigDict(extra="allow")
    sources: dict[str, Source] | None = None
    pay_scale: PayScale | None = None
    on_cost_rule: OnCostRule | None = None
    high_cost_area_supplement: Supplement | None = None
    appraisal_editions: dict[str, Edition] | None = None
    deflators: dict[str, PriceSeries] | None = None
    indices: dict[str, PriceSeries] | None = None


class Layer(NamedTuple):
    """A folder of evidence, and the name by which digests and pages call it on every machine."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    own: bool = False
    """Whether it is of one proposal alone."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was read from folders of evidence, the nearest of which has the last word on each id."""

    layers: tuple[Layer, ...]
    """The nearest first."""
    sources: dict[str, Source] = field(default_factory=dict)
    pay: dict[str, dict[Year, PayScale]] = field(default_factory=dict)
    on_costs: dict[str, OnCostRule] = field(default_factory=dict)
    supplements: dict[str, Supplement] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    deflators: dict[str, PriceSeries] = field(default_factory=dict)
    indices: dict[str, PriceSeries] = field(default_factory=dict)
    below: "Evidence | None" = None
    """What it lies over."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of its layers, the nearest first."""
        return tuple(layer.folder for layer in self.layers)

    @property
    def shared(self) -> "Evidence":
        """What every proposal of the root has: all but a proposal's own."""
        return self.below if self.layers[0].own and self.below else self

    @property
    def series(self) -> dict[str, PriceSeries]:
        """Everything that a cost can follow: indices and deflators."""
        return {**self.deflators, **self.indices}

    def replaced(self) -> list[tuple[str, str, str]]:
        """Entries that stand in place of others further off that differ: what each is, its id, and its layer."""
        if self.below is None:
            return []
        found = [
            (what, str(name), self.layers[0].name)
            for what, key in _KEPT.items()
            for name, value in getattr(self, key).items()
            if getattr(self.below, key).get(name, value) != value
        ]
        return [*found, *self.below.replaced()]

    def holder_of(self, rule: OnCostRule, part: str) -> OnCostRule | None:
        """The set of on-costs that has a part: the rule itself, or the one beside it; None where neither has."""
        keys = [key for key in _PARTS if key.startswith(part)]
        for held in (rule, self.on_costs.get(rule.beside or "")):
            if held and any(year.part(key) for year in held.by_year.values() for key in keys):
                return held
        return None


_KEPT = {
    "source": "sources",
    "pay scale": "pay",
    "on-cost rule": "on_costs",
    "high-cost-area supplement": "supplements",
    "edition of guidance": "editions",
    "deflator": "deflators",
    "index": "indices",
}
_USED = frozenset(_File.model_fields)
EDITIONS = frozenset({"appraisal_editions"})


def read_evidence(
    folder: Path,
    mistakes: Mistakes,
    *,
    below: Evidence | None = None,
    name: str = "evidence",
    own: bool = False,
    keys: frozenset[str] = _USED,
) -> Evidence:
    """Read every YAML file of evidence below a folder, to lie over what was read before.

    Files of evidence that no costing uses (other top-level keys) are left to what reads them, and not parsed.

    Args:
        name: what digests call the folder.
        own: whether it is one proposal's.
        keys: the kinds of evidence that are wanted.
    """
    layer = Layer(name, folder, tuple(sorted(folder.rglob("*.yaml"))), own)
    here = Evidence(layers=(layer,))
    mentions = re.compile(rf"\b(?:{'|'.join(sorted(keys))})\b[\"']?\s*:")
    places: dict[tuple[str, str], Position] = {}
    for file in layer.files:
        text = read_text(file, mistakes)
        if text is None or not mentions.search(text):
            continue
        tree = parse_yaml(text, shown_path(file), mistakes)
        if tree is None or not keys & set(tree.entries):
            continue
        read = validate(tree, _File, mistakes)
        if read is not None:
            _keep_all(here, read, tree, places, mistakes)
    return _over(here, below) if below else here


def _keep_all(
    into: Evidence, read: _File, tree: Mapping, places: dict[tuple[str, str], Position], mistakes: Mistakes
) -> None:
    kept: tuple[tuple[str, dict[str, Any], dict[str, Any] | None], ...] = (
        ("sources", into.sources, read.sources),
        ("appraisal_editions", into.editions, read.appraisal_editions),
        ("deflators", into.deflators, read.deflators),
        ("indices", into.indices, read.indices),
    )
    for key, known, found in kept:
        for name, value in (found or {}).items():
            _keep(known, name, value, position(tree, (key, name), of_key=True), places, mistakes)
    if read.pay_scale:
        scale = read.pay_scale
        _keep(into.pay.setdefault(scale.name, {}), scale.year, scale, tree.where, places, mistakes)
    if read.on_cost_rule:
        _check_years(tree, "on_cost_rule", mistakes)
        _keep(into.on_costs, read.on_cost_rule.name, read.on_cost_rule, tree.where, places, mistakes)
    if read.high_cost_area_supplement:
        _check_years(tree, "high_cost_area_supplement", mistakes)
        supplement = read.high_cost_area_supplement
        _keep(into.supplements, supplement.name, supplement, tree.where, places, mistakes)


def _over(near: Evidence, below: Evidence) -> Evidence:
    """What is near, with what it does not have from below; of a pay scale, year by year."""
    both = {key: {**getattr(below, key), **getattr(near, key)} for key in _KEPT.values()}
    pay = {scale: {**below.pay.get(scale, {}), **near.pay.get(scale, {})} for scale in both.pop("pay")}
    return Evidence(layers=(*near.layers, *below.layers), below=below, pay=pay, **both)


def _keep(
    into: dict[Any, Any],
    name: object,
    value: object,
    where: Position,
    places: dict[tuple[str, str], Position],
    mistakes: Mistakes,
) -> None:
    key = (type(value).__name__, f"{getattr(value, 'name', '')} {name}")
    if key in places:
        says = f"the evidence {name} stands twice"
        hint = f"It stands first at {places[key]}. Give the new one a name of its own."
        mistakes.add(NameTaken(where=where, path=str(name), says=says, hint=hint))
    into[name] = value
    places[key] = where


def _check_years(tree: Mapping, key: str, mistakes: Mistakes) -> None:
    years = find(tree, (key, "years"))
    for year, where in (years.keys if isinstance(years, Mapping) else {}).items():
        try:
            read_year(year)
        except ValueError as problem:
            mistakes.add(YearMistake(where=where, path=f"{key}.years", says=str(problem)))
