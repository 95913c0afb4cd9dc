"""What an appraisal counts: the years whose costs and people count, and costs, income, risks and bias by year."""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.appraisal_schema import PlainBenefit
from costmodel.assumptions.proposal import Case
from costmodel.errors import ChangesStructure, UnknownName, YearMistake, did_you_mean
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import ASK, COUNTED, HORIZON
from costmodel.model.line import RowList
from costmodel.model.steps import COHORT_COLUMNS, cohort_columns
from costmodel.sections.appraisal import SECTION, AppraisalLines
from costmodel.sections.counted_once import check_counted_once, listed
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds
from costmodel.sections.money import CASH, at_prices_of
from costmodel.years import Year, read_years, run_of_years

COHORTS = "cohorts"
"""The list with a row for each year in which people are counted, in any scenario."""


class CountedLines:
    """The flag of the years that are counted, and all costs."""

    def __init__(self, draft: Draft, appraisal: AppraisalLines) -> None:
        self.draft, self.appraisal, self.spec = draft, appraisal, appraisal.spec
        self.runs: list[tuple[Year, ...]] = []
        """By scenario, the years that are counted."""

    def add(self) -> bool:
        """Add the flag and the costs; False where mistakes stop it."""
        if not self._counted() or not self._lines_are_there():
            return False
        check_counted_once(self.draft, self.spec)
        return self._costs()

    # Which years

    def _counted(self) -> bool:
        runs = [self._run(case) for case in self.draft.cases]
        if None in runs:
            return False
        self.runs = [run for run in runs if run]
        for end, at in (("first", 0), ("last", -1)):
            years = np.array([float(run[at].start) for run in self.runs]).reshape(-1, 1, 1)
            grounds = [
                Grounds(grade=None, reason=f"The years counted are {run_of_years(run)}.", where=case.at("appraisal"))
                for case, run in zip(self.draft.cases, self.runs, strict=True)
            ]
            label = f"Years whose costs and people are counted: {end} year"
            self.draft.input(
                f"{COUNTED}_{end}_year",
                label,
                "year",
                years,
                section=SECTION,
                grounds=grounds,
                path="appraisal.counts",
                set_by="appraisal.counts",
            )
        text = f"year >= {COUNTED}_first_year and year <= {COUNTED}_last_year"
        self.draft.formula(COUNTED, "Costs and people of the year are counted", "flag", text, section=SECTION)
        return True

    def _run(self, case: Case) -> tuple[Year, ...] | None:
        """The years that a scenario counts."""
        spec, axis = case.document.appraisal, self.draft.axis
        counts = spec.counts if spec else self.spec.counts
        known = {ASK: self.draft.years, HORIZON: axis, **case.document.proposal.periods}
        if counts in known:
            return known[counts]
        says, hint = "", f"Write ask, horizon, a period, or years from {run_of_years(axis)}."
        try:
            run = read_years(counts)
        except ValueError as problem:
            says = str(problem)
        else:
            if outside := [year for year in run if year not in axis]:
                says = f"the year {outside[0]} is not in the horizon, {run_of_years(axis)}"
        if not says:
            return run
        mistake = YearMistake(where=case.at("appraisal", "counts"), path="appraisal.counts", says=says, hint=hint)
        self.draft.mistakes.add(mistake)
        return None

    def cohorts(self) -> str:
        """The column of the years in which people are counted: a row a cohort."""
        name = f"{COHORTS}.year"
        if name not in {line.name for line in self.draft.lines}:
            held = [year for year in self.draft.axis if any(year in run for run in self.runs)]
            texts, label = tuple(map(str, held)), "Cohorts, by the year in which they are reached"
            self.draft.lists.append(RowList(name=COHORTS, label=label, rows=texts, columns=COHORT_COLUMNS))
            starts = np.array([float(year.start) for year in held]).reshape(1, -1, 1)
            self.draft.lines += cohort_columns(COHORTS, starts)
        return name

    def people(self, reached: str) -> str:
        """The line of those people reached who are counted."""
        name = f"{reached}_{COUNTED}"
        lines = self.draft.named_lines()
        if name not in lines:
            label = f"{lines[reached].label}, in the years counted"
            self.draft.formula(name, label, str(lines[reached].unit), f"{reached} * {COUNTED}", section="benefits")
        return name

    # Costs

    def _lines_are_there(self) -> bool:
        names, ok = self.draft.named_lines(), True
        for key, at, name in listed(self.spec):
            if name not in names:
                where, hint = self.draft.files.base.at("appraisal", key, at), did_you_mean(name, names)
                says = f"there is no line {name!r}"
                self.draft.mistakes.add(UnknownName(where=where, path=f"appraisal.{key}", says=says, hint=hint))
                ok = False
        for case in self.draft.cases:
            other = case.document.appraisal
            if other and _plain(other.benefits) != _plain(self.spec.benefits):
                says = "a scenario has other lines as benefits than the proposal"
                where = case.at("appraisal", "benefits")
                self.draft.mistakes.add(ChangesStructure(where=where, path="appraisal.benefits", says=says))
                ok = False
        return ok

    def _line(self, name: str, label: str, unit: str, text: str) -> str:
        self.draft.formula(name, label, unit, text, section=SECTION)
        return name

    def _in_real(self, names: list[str], stem: str, what: str, key: str) -> str | None:
        """The lines of some costs or income of the years counted: at the prices that they have, and in real prices."""
        prices, parts = self.appraisal.prices, []
        for at, kind in prices.kinds(names).items():
            factor = prices.to_base(at, ("appraisal", key, names.index(kind[0])))
            if factor is None:
                return None
            text = _times_counted(kind)
            if at == CASH:
                text = self._line(f"{stem}_cash", f"{what} in cash", prices.cash, text)
            elif factor and isinstance(at, Year):
                text = self._line(f"{stem}_at_{at.name}_prices", f"{what} at {at} prices", at_prices_of(at), text)
            parts.append(f"{text}{factor}")
        return self._line(f"{stem}_real", f"{what} in real prices", self.appraisal.real, " + ".join(parts))

    def _costs(self) -> bool:
        draft, spec, real = self.draft, self.spec, self.appraisal.real
        costs = self._in_real(spec.costs, "cost", "Costs", "costs")
        income = self._in_real(spec.income, "income", "Income that is taken off costs", "income") if spec.income else ""
        if costs is None or income is None:
            return False
        parts = [costs]
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
            text = f"cost_real * {rate} * {on}"
            parts.append(self._line("cost_optimism_bias", "Optimism bias on costs", real, text))
        parts += [self._risk(name) for name in spec.risks]
        parts += [self.residual(name) for name, residual in spec.residual.items() if residual.as_ == "cost"]
        text = " + ".join(parts) + (f" - {income}" if income else "")
        self._line("cost_appraised", "Costs as appraised", real, text)
        money = self.appraisal.discounted
        self._line("cost_discounted", "Costs as appraised, discounted", money, f"cost_appraised * {DISCOUNT_FACTOR}")
        text = f"total(cost_discounted, '{HORIZON}')"
        self._line("present_value_costs", "Present value of costs", money, text)
        if any(run != draft.axis for run in self.runs):
            self._not_counted()
        return True

    def _not_counted(self) -> None:
        """What the lines of cost come to in the years that are not counted."""
        prices, parts = self.appraisal.prices, []
        for at, names in prices.kinds(self.spec.costs).items():
            parts.append(f"({' + '.join(names)}) * (1 - {COUNTED}){prices.to_base(at, ('appraisal', 'costs'))}")
        label = "Costs of the years of the horizon that are not counted, in real prices"
        self._line("cost_not_counted", label, self.appraisal.real, f"total({' + '.join(parts)}, '{HORIZON}')")

    def residual(self, name: str) -> str:
        """The line of a residual value or cost: in the last year of the horizon alone."""
        residual, real = self.spec.residual[name], self.appraisal.real
        path = ("appraisal", "residual", name, "value")
        value = self.draft.given(f"residual_{name}", path, residual.label, real, section=SECTION)
        label = f"{residual.label}, in the last year of the horizon"
        return self._line(f"residual_{name}_by_year", label, real, f"{value} if year >= horizon_last_year else 0")

    def _risk(self, name: str) -> str:
        draft, risk, at = self.draft, self.spec.risks[name], ("appraisal", "risks", name)
        chance = draft.given(
            f"risk_{name}_probability",
            (*at, "probability"),
            f"{risk.label}: probability",
            "share of chances",
            section=SECTION,
        )
        impact = draft.given(
            f"risk_{name}_impact", (*at, "impact"), f"{risk.label}: impact", self.appraisal.real, section=SECTION
        )
        spelled = ".".join((*at, "year"))
        counted = [year for year in self.draft.axis if all(year in run for run in self.runs)]
        if risk.year.start not in {year.start for year in counted}:
            says = f"the risk falls in {risk.year}, and costs are those of {run_of_years(tuple(counted))}"
            where = draft.files.base.at(*at, "year")
            draft.mistakes.add(YearMistake(where=where, path=spelled, says=says))
        self.appraisal.fixed(
            f"risk_{name}_year", f"{risk.label}: year", "year", [float(risk.year.start)], set_by=spelled
        )
        text = f"{chance} * {impact} if year == risk_{name}_year else 0"
        return self._line(f"cost_risk_{name}", f"Risk: {risk.label}", self.appraisal.real, text)


def _times_counted(names: list[str]) -> str:
    text = " + ".join(names)
    return f"({text}) * {COUNTED}" if len(names) > 1 else f"{text} * {COUNTED}"


def _plain(benefits: list[PlainBenefit]) -> list[tuple[str, ...]]:
    return [(one.line, one.kind, one.agency, one.gains, one.schedule or "") for one in benefits]
