"""What the lines of every stream of benefits are made with: its values, defaults, prices and present value."""

from __future__ import annotations

import re

import numpy as np

from costmodel.assumptions.appraisal_schema import UNKNOWN, Stream
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.errors import (
    ChangesStructure,
    MissingKey,
    MoneyAtHealthRates,
    OutOfRange,
    UnknownName,
    YearMistake,
    did_you_mean,
)
from costmodel.language.tree import Node
from costmodel.sections.appraisal import HEALTH
from costmodel.sections.counting import CountedLines
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, value_at
from costmodel.sections.money import with_prices
from costmodel.sections.prices import series_grounds
from costmodel.years import Year, read_year

SECTION = "benefits"
HEALTH_EFFECT = re.compile(r"\bqalys?\b|\bquality[- ]adjusted\b|\blife[- ]years?\b", re.IGNORECASE)
"""What an effect is valued in that the health schedule is for."""
_SAYS = {
    "deadweight": "share that would have happened anyway",
    "attribution": "share that others bring about",
    "displacement": "share that is moved from elsewhere",
    "retention": "share who stay to the end",
    "drop_off": "share of the benefit lost each year",
    "lag": "years before the benefit starts",
    "duration": "years that the benefit lasts",
    "ramp": "share of the full effect in the year",
    "cashable": "share that can be taken out of a budget",
}
_UNITS = {"lag": "years", "duration": "years"}
_STRUCTURE = (*("method", "reached", "schedule", "price_year", "kind", "agency", "gains", "in_headline", "evidence"),)
NEUTRAL = {"retention": 1.0, "duration": 1.0, "ramp": 1.0}


class StreamLines:
    """One stream's lines, all named after it."""

    def __init__(self, draft: Draft, counted: CountedLines, name: str, spec: Stream) -> None:
        self.draft, self.counted, self.appraisal = draft, counted, counted.appraisal
        self.name, self.spec = name, spec
        self.path: tuple[str | int, ...] = ("benefits", "streams", name)
        self.spelled = f"benefits.streams.{name}"

    def _same_way(self) -> bool:
        for case in self.draft.cases:
            other = value_at(case.document, self.path)
            ways = _shape(other) if isinstance(other, Stream) else {}
            changed = [key for key, way in _shape(self.spec).items() if ways.get(key) != way]
            if changed:
                says = "a scenario works this stream out in another way than the proposal"
                hint = f"A scenario changes values. Take out the change of {changed[0]}; or add a stream of its own."
                where = case.at(*self.path, changed[0])
                self.draft.mistakes.add(ChangesStructure(where=where, path=self.spelled, says=says, hint=hint))
                return False
        return True

    def _check_health(self) -> None:
        """Money on the health schedule, unless the stream says that it values QALYs or life years."""
        if self.spec.schedule != HEALTH:
            return
        values = (self.spec.unit_value, self.spec.national_annual)
        said = [self.spec.label, *(f"{value.label} {value.unit}" for value in values if value)]
        if not any(HEALTH_EFFECT.search(text) for text in [*said, self._unit_of(self.spec.reached or "")]):
            where, path = self.draft.files.base.at(*self.path, "schedule"), f"{self.spelled}.schedule"
            says = f"{self.name} is discounted at the health schedule, and is not said to be QALYs or life years"
            hint = "Leave schedule: out for money; or say in its label or unit what it values, such as £ per QALY."
            self.draft.mistakes.add(MoneyAtHealthRates(where=where, path=path, says=says, hint=hint))

    def _line(self, part: str, label: str, unit: str, text: str | Node) -> str:
        name = f"{self.name}_{part}"
        where = self.draft.files.base.at(*self.path)
        self.draft.formula(name, label, unit, text, section=SECTION, where=where)
        return name

    def _given(
        self,
        key: str,
        label: str,
        unit: str,
        path: tuple[str | int, ...] | None = None,
        at_least: float | None = None,
        otherwise: Given | None = None,
        stays: bool | None = None,
    ) -> str:
        return self.draft.given(
            f"{self.name}_{key}",
            path or (*self.path, key),
            f"{self.spec.label}: {label}",
            unit,
            section=SECTION,
            at_least=at_least,
            money=self.money if self.spec.price_year else "£",
            otherwise=otherwise,
            stays=stays,
        )

    def _optional(self, key: str) -> str:
        """A value that may be left out: then it is what changes nothing, shown, and graded illustrative."""
        unit = _UNITS.get(key, "share of benefit")
        value = NEUTRAL.get(key, 0.0)
        shown = f"{value:g}" if key in _UNITS else f"{value:.0%}"
        reason = f"No value was found, and {shown} is taken."
        nothing = Given.model_validate({"value": f"{value:g}", "reason": reason, "grade": "illustrative"})
        if any(value_at(case.document, (*self.path, key)) is not None for case in self.draft.cases):
            return self._own_name(key, self._given(key, _SAYS[key], unit, at_least=0, otherwise=nothing), unit)
        grounds = Grounds(
            grade="illustrative",
            reason=reason,
            where=self.draft.files.base.at(*self.path),
        )
        self.draft.input(
            f"{self.name}_{key}",
            f"{self.spec.label}: {_SAYS[key]}",
            unit,
            np.full((1, 1, 1), value),
            section=SECTION,
            grounds=[grounds] * len(self.draft.cases),
            path=f"{self.spelled}.{key}",
            at_least=0,
        )
        return f"{self.name}_{key}"

    def _own_name(self, key: str, name: str, unit: str) -> str:
        """What is given as the name of another value is a line of the stream's own, which results read by its name."""
        if name != f"{self.name}_{key}":
            self._line(key, f"{self.spec.label}: {_SAYS[key]}", unit, name)
        return f"{self.name}_{key}"

    def _unit_of(self, line: str) -> str:
        found = next((str(made.unit) for made in self.draft.lines if made.name == line), None)
        written = self.draft.files.base.document.lines.get(line)
        return found or (written.unit if written else "people")

    def _reached(self) -> str | None:
        name = self.spec.reached or ""
        known = {line.name for line in self.draft.lines} | set(self.draft.files.base.document.lines)
        if name in known:
            return name
        where = self.draft.files.base.at(*self.path, "reached")
        says = f"there is no line {name!r} of people reached"
        self.draft.mistakes.add(
            UnknownName(where=where, path=f"{self.spelled}.reached", says=says, hint=did_you_mean(name, known))
        )
        return None

    # Prices

    def _price_factor(self) -> bool:
        """From the prices of the unit value to the price base."""
        spec, appraisal = self.spec, self.appraisal
        if spec.price_year is None:
            where = self.draft.files.base.at(*self.path)
            hint = "Write price_year: 2024, or price_year: unknown with taken_as: 2024."
            self.draft.mistakes.add(
                MissingKey(where=where, path=f"{self.spelled}.price_year", says="the price year is missing", hint=hint)
            )
            return False
        if spec.price_year == UNKNOWN and spec.taken_as is None:
            where = self.draft.files.base.at(*self.path, "price_year")
            says = "the price year is unknown, and its value cannot be added to values that have one"
            hint = "Write taken_as: with the year that is assumed. The result is then illustrative."
            self.draft.mistakes.add(MissingKey(where=where, path=f"{self.spelled}.taken_as", says=says, hint=hint))
            return False
        years: list[Year] = []
        places: list[tuple[Case, tuple[str | int, ...]]] = []
        grounds: list[Grounds] = []
        for case in self.draft.cases:
            other = value_at(case.document, self.path)
            at = "taken_as" if other.price_year == UNKNOWN else "price_year"
            try:
                year = read_year(getattr(other, at) or "")
            except ValueError as problem:
                mistake = YearMistake(where=case.at(*self.path, at), path=f"{self.spelled}.{at}", says=str(problem))
                self.draft.mistakes.add(mistake)
                return False
            years.append(year)
            places.append((case, (*self.path, at)))
            prices = appraisal.prices
            held = series_grounds(prices.series, year.financial, prices.rule)
            if other.price_year == UNKNOWN:
                held = Grounds(
                    grade="illustrative",
                    reason=f"The price year is unknown; {year} is taken.",
                    where=case.at(*self.path, "taken_as"),
                )
            grounds.append(held)
        if not appraisal.prices.can_be_read(years, places):
            return False
        name, path = f"{self.name}_deflator", f"{self.spelled}.price_year"
        label = f"{spec.label}: deflator of the price year"
        appraisal.prices.deflator(name, label, years, places, section=SECTION, path=path, grounds=grounds)
        label = f"{spec.label}: from its prices to the price base"
        appraisal.prices.factor(f"{self.name}_price_factor", label, self.money, name, section=SECTION)
        return True

    @property
    def money(self) -> str:
        """The unit of the money that the unit value is stated in."""
        year = self.spec.price_year or ""
        return "£ (price year unknown)" if year == UNKNOWN else with_prices(f"£ ({year} prices)", None)

    def _growth(self) -> None:
        """The real growth of its value, and the index that a year's benefit is multiplied by; where it is given."""
        if self.spec.value_growth is None:
            return
        first = self.draft.axis[0]
        rate = self._given("value_growth", f"real growth of its value after {first}", "rate a year")
        text, label = f"growth({rate}, '{first}')", f"{self.spec.label}: value of the year, as of {first}"
        self._line("value_index", label, "index", text)

    def _present_value(self) -> None:
        """The present value of the benefit by year."""
        self.appraisal.present_value(self.name, self.spec.label, self.spec.schedule)

    def _out_of_range(self, case: Case, path: tuple[str | int, ...], says: str, hint: str) -> None:
        mistake = OutOfRange(where=case.at(*path, "value"), path=".".join(map(str, path)), says=says, hint=hint)
        self.draft.mistakes.add(mistake)


def _shape(stream: Stream) -> dict[str, object]:
    """What of a stream decides which lines it becomes."""
    found: dict[str, object] = {key: getattr(stream, key) for key in _STRUCTURE}
    for key in ("value_growth", "lasting", "profile"):
        found[key] = getattr(stream, key) is None
    return {**found, "effect": stream.effect.ways if stream.effect else [], "links": list(stream.links)}
