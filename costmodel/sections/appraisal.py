"""The appraisal section: real and discounted costs and benefits, and what they come to.

Costs stand on the time axis of the proposal. Benefits come later, so they stand on the rows of a list, ``horizon``, one
row a year; a year's row is what all cohorts treated until then yield in it. Money of different kinds has different
units: cash, real at the price base, and discounted to the base year of present values.
"""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.appraisal_schema import Appraisal, Edition, ScheduleStep
from costmodel.assumptions.proposal import Case
from costmodel.errors import (
    ChangesStructure,
    MoneyAtHealthRates,
    UnknownEdition,
    UnknownName,
    YearMistake,
    did_you_mean,
)
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import Shape
from costmodel.model.line import RowList
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds
from costmodel.sections.lists import add_texts
from costmodel.sections.prices import PriceLines
from costmodel.sections.set_inputs import set_input
from costmodel.years import run_of_years

SECTION = "appraisal"
HORIZON = "horizon"
HEALTH = "health"
"""The schedule that is for effects in QALYs and life years."""


class AppraisalLines:
    """The lines that benefits and costs are brought together with; made before the streams, and finished after them."""

    def __init__(self, draft: Draft, spec: Appraisal) -> None:
        self.draft, self.spec = draft, spec
        self.years = draft.years
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
        """The unit of present values."""
        return f"£ ({self.spec.price_base} prices, discounted to {self.spec.present_value_base})"

    def start(self) -> bool:
        """Add the horizon, prices and costs; False where mistakes stop it."""
        return self._check() and self._horizon() and self.prices.add() and self._costs()

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
        run = self.spec.horizon
        for name in ("present_value_base", "schedule_starts"):
            year = getattr(self.spec, name)
            if year.start > run[0].start:
                says = f"{name} is {year}, after the first year of the horizon, {run[0]}"
                where = draft.files.base.at("appraisal", name)
                draft.mistakes.add(YearMistake(where=where, path=f"appraisal.{name}", says=says))
                ok = False
        if not set(self.years) <= set(run):
            says = f"the horizon, {run_of_years(run)}, leaves out years of the proposal"
            where = draft.files.base.at("appraisal", "horizon")
            draft.mistakes.add(YearMistake(where=where, path="appraisal.horizon", says=says))
            ok = False
        return ok

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
        by_year: bool = False,
        rows: str = "",
        set_by: str = "",
    ) -> None:
        """An input that the sections make the same in every scenario; what the proposal's own keys set stays so."""
        array = np.array(values, dtype=float).reshape((1, -1, 1) if rows else (1, 1, -1))
        held = [grounds] * len(self.draft.cases) if grounds else []
        where, shape = rows or SECTION, Shape(rows, by_year)
        set_input(self.draft, name, label, unit, array, section=where, grounds=held, shape=shape, set_by=set_by)

    def _horizon(self) -> bool:
        run = self.spec.horizon
        names = tuple(str(year) for year in run)
        columns = ("name", "year", "next_year")
        self.draft.lists.append(RowList(name=HORIZON, label="The years of the appraisal", rows=names, columns=columns))
        add_texts(self.draft, HORIZON, "name", names, section=HORIZON)
        for column, label, years in (
            ("year", "Year", [float(year.start) for year in run]),
            ("next_year", "The year after", [float(year.start + 1) for year in run]),
        ):
            self.fixed(f"{HORIZON}.{column}", label, "year", years, rows=HORIZON, set_by="appraisal.horizon")
        for name, label, key in (
            ("schedule_start_year", "Year 0 of the discount schedule", "schedule_starts"),
            ("present_value_base_year", "Year to which present values are discounted", "present_value_base"),
        ):
            self.fixed(name, label, "year", [float(getattr(self.spec, key).start)], set_by=f"appraisal.{key}")
        return self.use_schedule(self.spec.schedule, "appraisal.schedule")

    def use_schedule(self, schedule: str, path: str) -> bool:
        """Add the factors of a schedule, by year and by row of the horizon, unless they are there."""
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
        unit = f"{self.discounted} per {self.real}"
        for name, label, year in (
            (self.factor(schedule), f"Discount factor, {schedule} schedule", "year"),
            (f"{HORIZON}.discount_{schedule}", f"Discount factor, {schedule} schedule", f"{HORIZON}.year"),
        ):
            text = _factor(schedule, len(steps), f"({year} - schedule_start_year)")
            base = _factor(schedule, len(steps), "(present_value_base_year - schedule_start_year)")
            if self.spec.present_value_base != self.spec.schedule_starts:
                text = f"{text} / ({base})"
            self.draft.formula(name, label, unit, text, section=SECTION)
        return True

    def factor(self, schedule: str) -> str:
        """The line of a schedule's factors by year: the main schedule's is the discount factor."""
        return DISCOUNT_FACTOR if schedule == self.spec.schedule else f"discount_{schedule}"

    def _steps_reached(self, edition: Edition, schedule: str) -> list[ScheduleStep]:
        longest = self.spec.horizon[-1].start - self.spec.schedule_starts.start
        return [step for step in edition.schedules[schedule] if step.from_.value <= max(longest, 0)]

    # Costs

    def _costs(self) -> bool:
        draft, spec = self.draft, self.spec
        names = {line.name for line in draft.lines}
        for place, name in enumerate(spec.costs):
            if name not in names and name not in draft.files.base.document.lines:
                where = draft.files.base.at("appraisal", "costs", place)
                draft.mistakes.add(
                    UnknownName(
                        where=where,
                        path="appraisal.costs",
                        says=f"there is no line {name!r}",
                        hint=did_you_mean(name, names),
                    )
                )
                return False
        if not self.prices.add_costs():
            return False
        parts = ["cost_real"]
        if spec.optimism_bias:
            path = ("appraisal", "optimism_bias")
            rate = draft.given(
                "optimism_bias_rate",
                (*path, "rate"),
                "Optimism bias on costs",
                "rate of cost",  # not a share: published bounds reach 200%
                section=SECTION,
                at_least=0,
            )
            on = draft.given("optimism_bias_on", (*path, "on"), "Optimism bias is counted", "flag", section=SECTION)
            draft.formula(
                "cost_optimism_bias",
                "Optimism bias on costs",
                self.real,
                f"cost_real * {rate} * {on}",
                section=SECTION,
            )
            parts.append("cost_optimism_bias")
        for name, risk in spec.risks.items():
            at = ("appraisal", "risks", name)
            chance = draft.given(
                f"risk_{name}_probability",
                (*at, "probability"),
                f"{risk.label}: probability",
                "share of chances",
                section=SECTION,
            )
            impact = draft.given(
                f"risk_{name}_impact", (*at, "impact"), f"{risk.label}: impact", self.real, section=SECTION
            )
            if risk.year.start not in {year.start for year in self.years}:
                says = f"the risk falls in {risk.year}, and costs are those of {run_of_years(self.years)}"
                where = draft.files.base.at(*at, "year")
                draft.mistakes.add(YearMistake(where=where, path=".".join((*at, "year")), says=says))
            set_by = ".".join((*at, "year"))
            self.fixed(f"risk_{name}_year", f"{risk.label}: year", "year", [float(risk.year.start)], set_by=set_by)
            text = f"{chance} * {impact} if year == risk_{name}_year else 0"
            draft.formula(f"cost_risk_{name}", f"Risk: {risk.label}", self.real, text, section=SECTION)
            parts.append(f"cost_risk_{name}")
        draft.formula("cost_appraised", "Costs as appraised", self.real, " + ".join(parts), section=SECTION)
        draft.formula(
            "present_value_costs",
            "Present value of costs",
            self.discounted,
            f"total(cost_appraised * {DISCOUNT_FACTOR})",
            section=SECTION,
        )
        text = f"total(cost_appraised if {HORIZON}.year == year else 0)"
        draft.formula(f"{HORIZON}.cost", "Costs as appraised", self.real, text, section=SECTION)
        return True


_FIXED = (
    *("edition", "schedule", "horizon", "price_base", "present_value_base", "schedule_starts"),
    *("deflator", "convert", "costs"),
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
