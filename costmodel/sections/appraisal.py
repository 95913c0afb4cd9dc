"""The appraisal section: the horizon, prices and discount factors that costs and benefits are brought together with.

Every line has one value a year along one axis, which runs to the end of the horizon. Money of different kinds has
different units: cash, real at the price base, and discounted to the base year of present values.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from costmodel.assumptions.appraisal_schema import Appraisal, Edition, ScheduleStep
from costmodel.assumptions.proposal import Case
from costmodel.errors import ChangesStructure, MoneyAtHealthRates, UnknownEdition, YearMistake, did_you_mean
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import HORIZON
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds
from costmodel.sections.prices import PriceLines
from costmodel.sections.set_inputs import set_input
from costmodel.years import run_of_years

SECTION = "appraisal"
HEALTH = "health"
"""The schedule that is for effects in QALYs and life years."""
_PART_OF_YEAR = {"start of year": 0.0, "mid-year": 0.5, "end of year": 1.0}


class AppraisalLines:
    """The lines that benefits and costs are brought together with; made before the streams, and finished after them."""

    def __init__(self, draft: Draft, spec: Appraisal) -> None:
        self.draft, self.spec = draft, spec
        self.years = draft.axis
        self.editions = draft.evidence.editions
        self.prices = PriceLines(draft, spec)
        self.schedules: list[str] = []

    @property
    def edition(self) -> Edition:
        """The edition of guidance that the proposal names."""
        return self.editions[self.spec.edition]

    @property
    def real(self) -> str:
        """The unit of real money."""
        return self.prices.real

    @property
    def discounted(self) -> str:
        """The unit of present values; it says when in their year flows fall, where that is not at its start."""
        when = "" if self.spec.discounting == "start of year" else f" from the {_WHEN[self.spec.discounting]}"
        return f"£ ({self.spec.price_base} prices, discounted to {self.spec.present_value_base}{when})"

    def start(self) -> bool:
        """Add the ends of the horizon, discount factors and prices; False where mistakes stop it."""
        return self._check() and self._horizon() and self.prices.add()

    # What everything else rests on

    def _check(self) -> bool:
        draft, ok = self.draft, True
        for case in draft.cases:
            other = case.document.appraisal
            if other is None or other.paid_by != self.spec.paid_by:
                says = "a scenario has its benefit-cost ratio over other costs than the proposal"
                hint = "Ratios with different denominators cannot be compared. Keep paid_by the same."
                where = case.at("appraisal", "paid_by")
                draft.mistakes.add(ChangesStructure(where=where, path="appraisal.paid_by", says=says, hint=hint))
                ok = False
            elif changed := [key for key in _FIXED if getattr(other, key) != getattr(self.spec, key)]:
                self._fixed_for_all(case, ("appraisal", changed[0]), "the horizon, prices or schedule of the appraisal")
                ok = False
            for name, risk in other.risks.items() if other else ():
                if name not in self.spec.risks or risk.year != self.spec.risks[name].year:
                    self._fixed_for_all(case, ("appraisal", "risks", name, "year"), "the year of a risk")
                    ok = False
        if self.spec.edition not in self.editions:
            key, known = self.spec.edition, self.editions
            hint = did_you_mean(key, known) or f"In the evidence: {', '.join(known) or 'none'}."
            where = draft.files.base.at("appraisal", "edition")
            says = f"there is no edition {key!r} in the evidence"
            draft.mistakes.add(UnknownEdition(where=where, path="appraisal.edition", says=says, hint=hint))
            ok = False
        ok = self.prices.check() and ok
        if self.spec.schedule == HEALTH:
            where = draft.files.base.at("appraisal", "schedule")
            says = f"costs are money, and are discounted at the health schedule: {', '.join(self.spec.costs)}"
            hint = "Leave schedule: out here, and write schedule: health for streams in QALYs or life years."
            draft.mistakes.add(MoneyAtHealthRates(where=where, path="appraisal.schedule", says=says, hint=hint))
        first = self.draft.years[0]
        for name in ("present_value_base", "schedule_starts"):
            year = getattr(self.spec, name)
            if year.start > first.start:
                self._year_mistake(name, f"{name} is {year}, after the first year of the horizon, {first}")
                ok = False
        return self._check_horizon() and ok

    def _check_horizon(self) -> bool:
        """The horizon begins with the ask, in years of its kind, and holds all of it."""
        run, ask = self.spec.horizon, self.draft.years
        if run[: len(ask)] == ask:
            return True
        says = f"the horizon, {run_of_years(run)}, leaves out years of the proposal"
        if run[0].financial != ask[0].financial:
            says = "the horizon and the proposal have years of two kinds, financial and calendar"
        elif run[0].start < ask[0].start:
            says = f"the horizon begins in {run[0]}, before the first year of the proposal, {ask[0]}"
        last = max(run[-1].start, ask[-1].start)
        hint = f"Write horizon: {ask[0]} to {ask[-1]._replace(start=last)}."
        self._year_mistake("horizon", says, hint)
        return False

    def _year_mistake(self, key: str, says: str, hint: str = "") -> None:
        where = self.draft.files.base.at("appraisal", key)
        self.draft.mistakes.add(YearMistake(where=where, path=f"appraisal.{key}", says=says, hint=hint))

    def _fixed_for_all(self, case: Case, path: tuple[str, ...], what: str) -> None:
        says = f"a scenario changes {what}"
        hint = "Options are compared over the same years and prices. Change it in the proposal."
        mistake = ChangesStructure(where=case.at(*path), path=".".join(path), says=says, hint=hint)
        self.draft.mistakes.add(mistake)

    def fixed(
        self,
        name: str,
        label: str,
        unit: str,
        values: list[float],
        *,
        grounds: Grounds | None = None,
        set_by: str = "",
    ) -> None:
        """An input that the sections make the same in every scenario; what the proposal's own keys set stays so."""
        array = np.array(values, dtype=float).reshape(1, 1, -1)
        held = [grounds] * len(self.draft.cases) if grounds else []
        set_input(self.draft, name, label, unit, array, section=SECTION, grounds=held, set_by=set_by)

    def _horizon(self) -> bool:
        spec, run = self.spec, self.years
        for name, label, year, key in (
            ("horizon_first_year", "First year of the horizon", run[0], "horizon"),
            ("horizon_last_year", "Last year of the horizon", run[-1], "horizon"),
            ("schedule_start_year", "Year 0 of the discount schedule", spec.schedule_starts, "schedule_starts"),
            (
                "present_value_base_year",
                "Year to which present values are discounted",
                spec.present_value_base,
                "present_value_base",
            ),
        ):
            self.fixed(name, label, "year", [float(year.start)], set_by=f"appraisal.{key}")
        self.fixed("one_year", "One year", "years", [1.0], set_by="appraisal.horizon")
        if spec.discounting != "start of year":
            label = f"Part of the year after which its flows fall: {spec.discounting}"
            part = [_PART_OF_YEAR[spec.discounting]]
            self.fixed("flows_fall_after", label, "years", part, set_by="appraisal.discounting")
        return self.use_schedule(spec.schedule, "appraisal.schedule")

    def use_schedule(self, schedule: str, path: str) -> bool:
        """Add the factors of a schedule, by year, unless they are there."""
        if schedule in self.schedules:
            return True
        edition = self.edition
        if schedule not in edition.schedules:
            hint = did_you_mean(schedule, edition.schedules) or f"Its schedules are {', '.join(edition.schedules)}."
            where = self.draft.files.base.at(*path.split("."))
            says = f"there is no schedule {schedule!r} in {self.spec.edition}"
            self.draft.mistakes.add(UnknownEdition(where=where, path=path, says=says, hint=hint))
            return False
        self.schedules.append(schedule)
        steps = self._steps_reached(edition, schedule)
        grounds = Grounds(grade="published", source=edition.source, place=f"{edition.title}, {schedule} schedule")
        for number, step in enumerate(steps, start=1):
            label = f"Discount rate, {schedule} schedule, step {number}"
            self.fixed(f"discount_rate_{schedule}_{number}", label, "rate a year", [step.rate.value], grounds=grounds)
            if step.to is not None and number < len(steps):
                self.fixed(
                    f"discount_until_{schedule}_{number}",
                    f"{label}: last year",
                    "years",
                    [step.to.value],
                    grounds=grounds,
                )
        late = "" if self.spec.discounting == "start of year" else " + flows_fall_after"
        text = _factor(schedule, len(steps), f"(year - schedule_start_year{late})")
        if self.spec.present_value_base != self.spec.schedule_starts:
            base = _factor(schedule, len(steps), "(present_value_base_year - schedule_start_year)")
            text = f"{text} / ({base})"
        label = f"Discount factor, {schedule} schedule{'' if not late else f', {self.spec.discounting}'}"
        unit = f"{self.discounted} per {self.real}"
        self.draft.formula(self.factor(schedule), label, unit, text, section=SECTION)
        return True

    def factor(self, schedule: str) -> str:
        """The line of a schedule's factors by year: the main schedule's is the discount factor."""
        return DISCOUNT_FACTOR if schedule == self.spec.schedule else f"discount_{schedule}"

    def present_value(self, name: str, label: str, schedule: str) -> None:
        """Add a benefit by year as discounted, and its present value."""
        money, factor = self.discounted, self.factor(schedule)
        text = f"{name}_by_year * {factor}"
        self.draft.formula(f"{name}_discounted", f"{label}, discounted", money, text, section="benefits")
        text = f"total({name}_discounted, '{HORIZON}')"
        self.draft.formula(f"{name}_present_value", f"Present value: {label}", money, text, section="benefits")

    def _steps_reached(self, edition: Edition, schedule: str) -> list[ScheduleStep]:
        longest = self.spec.horizon[-1].start - self.spec.schedule_starts.start
        longest += ceil(_PART_OF_YEAR[self.spec.discounting])
        return [step for step in edition.schedules[schedule] if step.from_.value <= max(longest, 0)]


_WHEN = {"mid-year": "middle of each year", "end of year": "end of each year"}
_FIXED = (
    *("edition", "schedule", "horizon", "price_base", "present_value_base", "schedule_starts"),
    *("deflator", "convert", "costs", "income", "discounting"),
)
"""What stands in one way for every scenario."""


def _factor(schedule: str, steps: int, years: str) -> str:
    """A discount factor as a formula: each step of the schedule on top of the ones before; year 0 is not discounted."""
    terms = []
    for number in range(1, steps + 1):
        inside = years if number == steps else f"min({years}, discount_until_{schedule}_{number})"
        if number > 1:
            inside = f"max({inside} - discount_until_{schedule}_{number - 1}, discount_none_{schedule})"
        terms.append(f"(1 + discount_rate_{schedule}_{number}) ** (-{inside})")
    return " * ".join(terms).replace(f"discount_none_{schedule}", "0")
