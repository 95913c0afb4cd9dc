"""On-costs of a team: a flat rate, or an employer's rule with national insurance over a threshold a person."""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.evidence import OnCostRule
from costmodel.assumptions.kinds import GRADE_OF_STATUS
from costmodel.assumptions.workforce_schema import OnCosts, Workforce
from costmodel.errors import UnknownPayYear, UnknownScale, did_you_mean
from costmodel.model.line import Shape, Values
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, weakest_grade

SECTION = "workforce"

_RULE_RATES = {
    "national_insurance_rate": (
        "national_insurance_rate",
        "Employer national insurance rate",
        "share of pay over the threshold",
    ),
    "national_insurance_threshold": ("national_insurance_threshold", "National insurance threshold", "£ per person"),
    "pension_rate": ("pension", "Employer pension contribution", "share of pay"),
    "apprenticeship_levy_rate": ("apprenticeship_levy_rate", "Apprenticeship levy", "share of pay"),
}
_RULE_LINES = (
    (
        "team.national_insurance",
        "National insurance of the role in one team",
        "national_insurance_rate * max(team.pay - team.headcount * national_insurance_threshold, 0)",
    ),
    ("team_national_insurance", "National insurance of one team", "sum(team.national_insurance)"),
    ("team_pension", "Pension contributions of one team", "team_salaries * pension_rate"),
    ("team_levy", "Apprenticeship levy of one team", "team_salaries * apprenticeship_levy_rate"),
)


class OnCostLines:
    """What an employer pays on top of a team's salaries."""

    def __init__(self, draft: Draft, specs: list[Workforce]) -> None:
        self.draft, self.specs = draft, specs
        self.cases, self.years = draft.cases, draft.years

    def add(self) -> None:
        """Add team_on_costs, and the parts that it is the sum of where a rule is used."""
        draft = self.draft
        unit = f"£ {draft.per_team}"
        choices = [spec.on_costs for spec in self.specs]
        flat = "team_salaries * on_cost_rate"
        rates = [choice.rate is not None for choice in choices]
        if any(rates):
            name = draft.given(
                "on_cost_rate",
                ("workforce", "on_costs", "rate"),
                "Employer on-costs as a share of salary",
                "share of salary",
                section=SECTION,
            )
            flat = f"team_salaries * {name}"
        if not all(rates):
            self._rule_inputs(choices)
            for name, label, text in _RULE_LINES:
                draft.formula(name, label, unit, text, section=SECTION)
        by_rule = "team_national_insurance + team_pension + team_levy"
        if any(rates) and not all(rates):
            draft.switch(
                "on_costs_by_rule", "On-costs follow the employer's rule", [not rate for rate in rates], section=SECTION
            )
            text = f"({by_rule}) if on_costs_by_rule else {flat}"
        else:
            text = flat if all(rates) else by_rule
        draft.formula("team_on_costs", "On-costs of one team", unit, text, section=SECTION)

    def _rule_inputs(self, choices: list[OnCosts]) -> None:
        draft = self.draft
        first = next(choice for choice in choices if choice.rule)
        values = {name: np.zeros((len(choices), 1, len(self.years))) for name in _RULE_RATES}
        held: dict[str, list[Grounds]] = {name: [] for name in _RULE_RATES}
        for at, (case, choice) in enumerate(zip(self.cases, choices, strict=True)):
            choice = choice if choice.rule else first
            where = case.at("workforce", "on_costs")
            rule = draft.evidence.on_costs.get(choice.rule or "")
            if rule is None:
                hint = (
                    did_you_mean(choice.rule or "", draft.evidence.on_costs)
                    or f"Rules are {', '.join(draft.evidence.on_costs)}."
                )
                says = f"there is no on-cost rule {choice.rule!r}"
                draft.mistakes.add(
                    UnknownScale(
                        where=case.at("workforce", "on_costs", "rule"),
                        path="workforce.on_costs.rule",
                        says=says,
                        hint=hint,
                    )
                )
                return
            missing = [year for year in self.years if (choice.year or year) not in rule.by_year]
            if missing:
                known = ", ".join(str(year) for year in rule.by_year)
                says = f"{rule.name} has no rates for {choice.year or missing[0]}"
                hint = f"Its years are {known}. Give year: to use one of them throughout."
                draft.mistakes.add(UnknownPayYear(where=where, path="workforce.on_costs", says=says, hint=hint))
                return
            self._rates_of(rule, choice, at, values, held)
        for name, (_, label, unit) in _RULE_RATES.items():
            draft.input(
                name,
                label,
                unit,
                values[name],
                section=SECTION,
                grounds=held[name],
                path="workforce.on_costs.rule",
                shape=Shape("", True),
                at_least=0,
            )

    def _rates_of(
        self, rule: OnCostRule, choice: OnCosts, at: int, values: dict[str, Values], held: dict[str, list[Grounds]]
    ) -> None:
        for name, (attribute, _, _) in _RULE_RATES.items():
            chosen = f"pension_rate_{choice.pension}" if attribute == "pension" else attribute
            dated = [getattr(rule.by_year[choice.year or year], chosen) for year in self.years]
            values[name][at, 0, :] = [entry.value.value for entry in dated]
            recalled = [str(year) for year, entry in zip(self.years, dated, strict=True) if entry.status == "R"]
            note = f"Recalled, not found in a source: {', '.join(recalled)}." if recalled else None
            grade = weakest_grade([GRADE_OF_STATUS[entry.status] for entry in dated])
            held[name].append(Grounds(grade=grade, source=rule.source, note=note))
