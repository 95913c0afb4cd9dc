"""The evidence that every proposal may use: sources, pay scales, on-cost rules, high-cost-area supplements."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from costmodel.assumptions.document import Digests, Mapping, find, parse_yaml, position, read_text
from costmodel.assumptions.kinds import Amount, AYear, Record, Status, Words, empty
from costmodel.assumptions.validate import validate
from costmodel.errors import Mistakes, NameTaken, Position, YearMistake, shown_path
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
    """A step of a band: the years of experience at which it starts, and full-time pay a year."""

    from_: Amount = Field(alias="from")
    pay: Amount
    status: Status


class PayScale(Record):
    """One year of a pay scale."""

    name: Words
    year: AYear
    title: Words
    unit: Words
    source: Words
    read_in: list[Words] = Field(default_factory=empty)
    notes: list[Words] = Field(default_factory=empty)
    bands: dict[str, list[PayStep]]


class Dated(Record):
    """A value with its status."""

    value: Amount
    status: Status
    note: Words | None = None


class OnCostYear(Record):
    """The rates of one year; each may be missing, and then no model may ask for it."""

    national_insurance_rate: Dated
    national_insurance_threshold: Dated
    pension_rate_paid_by_employer: Dated
    pension_rate_in_full: Dated
    apprenticeship_levy_rate: Dated
    note: Words | None = None


class OnCostRule(Record):
    """On-costs by year: national insurance over a threshold a person, pension, levy."""

    name: Words
    title: Words
    source: Words
    read_in: list[Words] = Field(default_factory=empty)
    notes: list[Words] = Field(default_factory=empty)
    years: dict[str, OnCostYear]

    @cached_property
    def by_year(self) -> dict[Year, OnCostYear]:
        return {read_year(key): rates for key, rates in self.years.items()}


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


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was read from a folder of evidence."""

    folder: Path
    sources: dict[str, Source] = field(default_factory=dict)
    pay: dict[str, dict[Year, PayScale]] = field(default_factory=dict)
    on_costs: dict[str, OnCostRule] = field(default_factory=dict)
    supplements: dict[str, Supplement] = field(default_factory=dict)
    digests: Digests = field(default_factory=dict)
    """Every file, as it was read."""


_Named = TypeVar("_Named", OnCostRule, Supplement)
_USED = frozenset(_File.model_fields)
_MENTIONS = re.compile(rf"\b(?:{'|'.join(sorted(_USED))})\b[\"']?\s*:")


def read_evidence(folder: Path, mistakes: Mistakes) -> Evidence:
    """Read every YAML file of evidence below a folder.

    Files of evidence that no costing uses (other top-level keys) are left to what reads them, and not parsed.
    """
    evidence = Evidence(folder=folder)
    places: dict[tuple[str, str], Position] = {}
    for file in sorted(folder.rglob("*.yaml")):
        text = read_text(file, mistakes, evidence.digests)
        if text is None or not _MENTIONS.search(text):
            continue
        tree = parse_yaml(text, shown_path(file), mistakes)
        if tree is None or not _USED & set(tree.entries):
            continue
        read = validate(tree, _File, mistakes)
        if read is None:
            continue
        for name, source in (read.sources or {}).items():
            _keep(evidence.sources, name, source, position(tree, ("sources", name), of_key=True), places, mistakes)
        if read.pay_scale:
            scale = read.pay_scale
            _keep(evidence.pay.setdefault(scale.name, {}), scale.year, scale, tree.where, places, mistakes)
        if read.on_cost_rule:
            _check_years(tree, "on_cost_rule", mistakes)
            _keep(evidence.on_costs, read.on_cost_rule.name, read.on_cost_rule, tree.where, places, mistakes)
        if read.high_cost_area_supplement:
            _check_years(tree, "high_cost_area_supplement", mistakes)
            supplement = read.high_cost_area_supplement
            _keep(evidence.supplements, supplement.name, supplement, tree.where, places, mistakes)
    return evidence


def _keep(
    into: dict[Any, Any],
    name: object,
    value: object,
    where: Position,
    places: dict[tuple[str, str], Position],
    mistakes: Mistakes,
) -> None:
    key = (type(value).__name__, f"{getattr(value, 'name', '')} {name}")
    if name in into:
        says = f"the evidence {name} stands twice"
        mistakes.add(NameTaken(where=where, path=str(name), says=says, hint=f"It stands first at {places[key]}."))
    into[name] = value
    places[key] = where


def _check_years(tree: Mapping, key: str, mistakes: Mistakes) -> None:
    years = find(tree, (key, "years"))
    for year, where in (years.keys if isinstance(years, Mapping) else {}).items():
        try:
            read_year(year)
        except ValueError as problem:
            mistakes.add(YearMistake(where=where, path=f"{key}.years", says=str(problem)))
