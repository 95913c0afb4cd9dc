"""On-costs: a flat rate; or parts by year, from a set in the evidence, or written in the proposal in its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from costmodel.assumptions.document import spell
from costmodel.assumptions.evidence import Dated, OnCostRule
from costmodel.assumptions.kinds import GRADE_OF_STATUS, Given
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import OnCosts, Workforce
from costmodel.errors import MissingKey, UnknownPayYear, UnknownScale, WrongKind, did_you_mean
from costmodel.language.shape import Shape, Values
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path, value_at, weakest_grade
from costmodel.sections.later_years import later_times
from costmodel.years import Year


@dataclass(frozen=True, kw_only=True)
class OnCostPart:
    """A part of what an employer pays on top of pay."""

    name: str
    key: Path
    """Where it is written under on_costs."""
    label: str
    unit: str
    needed: bool
    """Whether a set of parts without it is a mistake: where there is none, 0% says so."""


PARTS = (
    OnCostPart(
        name="national_insurance_rate",
        key=("national_insurance", "rate"),
        label="Employer national insurance rate",
        unit="share of pay over the threshold",
        needed=True,
    ),
    OnCostPart(
        name="national_insurance_threshold",
        key=("national_insurance", "threshold"),
        label="National insurance threshold",
        unit="£ per person",
        needed=True,
    ),
    OnCostPart(
        name="pension_rate",
        key=("pension",),
        label="Employer pension contribution",
        unit="share of pay",
        needed=True,
    ),
    OnCostPart(
        name="apprenticeship_levy_rate",
        key=("levy",),
        label="Apprenticeship levy",
        unit="share of pay",
        needed=False,
    ),
    OnCostPart(
        name="other_on_cost_rate",
        key=("other",),
        label="Other on-costs",
        unit="share of pay",
        needed=False,
    ),
)
_OF_TEAM = (
    (
        "pension_rate",
        (
            (
                "team.national_insurance",
                "National insurance of the role in one team",
                "national_insurance_rate * max(team.pay - team.headcount * national_insurance_threshold, 0)",
            ),
            ("team_national_insurance", "National insurance of one team", "sum(team.national_insurance)"),
            ("team_pension", "Pension contributions of one team", "team_salaries * pension_rate"),
        ),
    ),
    (
        "apprenticeship_levy_rate",
        (("team_levy", "Apprenticeship levy of one team", "team_salaries * apprenticeship_levy_rate"),),
    ),
    (
        "other_on_cost_rate",
        (("team_other_on_costs", "Other on-costs of one team", "team_salaries * other_on_cost_rate"),),
    ),
)
"""The lines of a team's on-costs, by the part that they need; the last of each is a term of their sum."""


def add_team_on_costs(draft: Draft, specs: list[Workforce]) -> None:
    """Add team_on_costs, and the parts that it is the sum of where it is built of parts."""
    section, unit = "workforce", f"£ {draft.per_team}"
    inputs = OnCostInputs(draft, [spec.on_costs for spec in specs], path=("workforce", "on_costs"), section=section)
    flat, parts = inputs.add()
    for part, lines in _OF_TEAM:
        for name, label, text in lines if part in parts else ():
            draft.formula(name, label, unit, text, section=section)
    by_part = ["team_national_insurance + team_pension"] if parts else []
    by_part += [lines[-1][0] for part, lines in _OF_TEAM[1:] if part in parts]
    text = inputs.chosen(f"team_salaries * {flat}" if flat else "", " + ".join(by_part))
    if text:
        draft.formula("team_on_costs", "On-costs of one team", unit, text, section=section)


class OnCostInputs:
    """The rates that on-costs are worked out with, as inputs by year."""

    def __init__(self, draft: Draft, choices: list[OnCosts], *, path: Path, section: str, begins: str = "") -> None:
        """``choices`` are those of each scenario at ``path``; ``begins`` is how the names of the inputs begin."""
        self.draft, self.choices, self.path, self.section, self.begins = draft, choices, path, section, begins
        self.built = [choice for choice in choices if choice.rate is None]
        """The choices that are built of parts."""

    def add(self) -> tuple[str, tuple[str, ...]]:
        """Add the inputs: the name of the flat rate, or nothing; and the parts that there are, by their own names."""
        draft, flat = self.draft, ""
        if len(self.built) < len(self.choices):
            label = "Employer on-costs as a share of salary"
            path = (*self.path, "rate")
            flat = draft.given(f"{self.begins}on_cost_rate", path, label, "share of salary", section=self.section)
        parts = [part.name for part in PARTS if self._add(part)] if self.built else []
        return flat, tuple(parts)

    def chosen(self, flat: str, by_part: str) -> str:
        """The formula of on-costs, with a switch where scenarios work them out in both ways."""
        if not (flat and by_part):
            return flat or by_part
        switch, label = f"{self.begins}on_costs_by_rule", "On-costs follow the employer's rule"
        if switch not in self.draft.assumptions:
            self.draft.switch(switch, label, [choice.rate is None for choice in self.choices], section=self.section)
        return f"({by_part}) if {switch} else {flat}"

    def _add(self, part: OnCostPart) -> bool:
        """Whether any scenario has the part; it is then an input by year."""
        draft, path = self.draft, (*self.path, *part.key)
        written = [_written(choice, part) for choice in self.choices]
        if all(given is not None for given in written):
            draft.given(f"{self.begins}{part.name}", path, part.label, part.unit, section=self.section, at_least=0)
            return True
        first = self.built[0]
        values: Values = np.zeros((len(self.choices), 1, len(draft.years)))
        held: list[Grounds] = []
        for at, (case, choice) in enumerate(zip(draft.cases, self.choices, strict=True)):
            choice = choice if choice.rate is None else first
            found = self._of_case(case, choice, part)
            if found is None:
                return False
            values[at, 0, :], grounds = found
            held.append(grounds)
        if all(ground.grade is None for ground in held):
            return False
        draft.input(
            f"{self.begins}{part.name}",
            part.label,
            part.unit,
            values,
            section=self.section,
            grounds=held,
            path=spell((*self.path, "rule")),
            shape=Shape("", True),
            at_least=0,
        )
        return True

    def _of_case(self, case: Case, choice: OnCosts, part: OnCostPart) -> tuple[list[float], Grounds] | None:
        """The values of a part by year, and what they rest on; None with a mistake where they cannot be had."""
        draft, path = self.draft, (*self.path, *part.key)
        given = _written(choice, part)
        if given is not None:
            if given.name or given.by_age is not None:
                says = f"{spell(path)} is a number, or one for each year, where other scenarios follow a rule"
                draft.mistakes.add(WrongKind(where=case.at(*path), path=spell(path), says=says))
                return None
            row = draft.axis_values.read(given, case, path, later_times(given.then, part.unit))[: len(draft.years)]
            draft.check([row], [case], path, part.unit, 0)
            return [number.value if number else 0.0 for number in row], draft.bases.grounds(
                case, path, given, part.unit
            )
        rule = self._rule(case, choice) if choice.rule else None
        if choice.rule and rule is None:
            return None
        holder = draft.evidence.holder_of(rule, part.name) if rule else None
        if holder is None:
            if not part.needed:
                return [0.0] * len(draft.years), Grounds(grade=None, reason="No such part is counted.")
            of = f"{rule.name} has" if rule else "these on-costs have"
            says = f"{of} no {part.label[0].lower()}{part.label[1:]}"
            hint = f"Write {spell(part.key)}: with its value, or 0 where there is none."
            where = case.at(*self.path)
            draft.mistakes.add(MissingKey(where=where, path=spell(self.path), says=says, hint=hint))
            return None
        return self._dated(case, choice, part, holder)

    def _rule(self, case: Case, choice: OnCosts) -> OnCostRule | None:
        rules = self.draft.evidence.on_costs
        rule = rules.get(choice.rule or "")
        if rule is None:
            hint = did_you_mean(choice.rule or "", rules) or f"Rules are {', '.join(rules)}."
            says = f"there is no on-cost rule {choice.rule!r}"
            path = (*self.path, "rule")
            mistake = UnknownScale(where=case.at(*path), path=spell(path), says=says, hint=hint)
            if mistake not in self.draft.mistakes.found:
                self.draft.mistakes.add(mistake)
        return rule

    def _dated(
        self, case: Case, choice: OnCosts, part: OnCostPart, rule: OnCostRule
    ) -> tuple[list[float], Grounds] | None:
        """The values that a set of the evidence has, each year's own, or those of one year."""
        attribute = _attribute(choice, part)
        known = {year: entry for year, of in rule.by_year.items() if (entry := of.part(attribute)) is not None}
        found: list[tuple[Year, Year, Dated]] = []
        for year in self.draft.years:
            asked = choice.year or year
            last = max((other for other in known if other <= asked), default=asked) if choice.then else asked
            if last not in known:
                self._no_year(case, part, rule, asked, list(known))
                return None
            found.append((asked, last, known[last]))
        entries = [entry for _, _, entry in found]
        notes, grades = [], [GRADE_OF_STATUS[entry.status] for entry in entries]
        recalled = [str(year) for year, entry in zip(self.draft.years, entries, strict=True) if entry.status == "R"]
        if recalled:
            notes.append(f"Recalled, not found in a source: {', '.join(recalled)}.")
        held_on = [asked for asked, last, _ in found if asked != last]
        if held_on:
            notes.append(f"Those of {found[-1][1]} are taken to go on from {held_on[0]}.")
            grades.append("judgement")
        ends = next((entry.range for entry in entries if entry.range), None)
        grounds = Grounds(
            grade=weakest_grade(grades),
            source=rule.source,
            note=" ".join(notes) or None,
            low=ends[0].value if ends else None,
            high=ends[1].value if ends else None,
        )
        return [entry.value.value for entry in entries], grounds

    def _no_year(self, case: Case, part: OnCostPart, rule: OnCostRule, year: Year, known: list[Year]) -> None:
        part_words = f"{part.label[0].lower()}{part.label[1:]}"
        what = "rates" if year not in rule.by_year else part_words
        says = f"{rule.name} has no {what} for {year}"
        shown = ", ".join(str(other) for other in known)
        hint = (
            f"Its years are {shown}. Give year: to use one of them throughout, or then: same to go on with the last;"
            f" or write {spell(part.key)}: with a value of your own."
        )
        mistake = UnknownPayYear(where=case.at(*self.path), path=spell(self.path), says=says, hint=hint)
        if not any(other.says == says and other.where == mistake.where for other in self.draft.mistakes.found):
            self.draft.mistakes.add(mistake)


def _written(choice: OnCosts, part: OnCostPart) -> Given | None:
    """The part as the proposal writes it, where it does."""
    given = value_at(choice, part.key)
    return given if isinstance(given, Given) and not getattr(given, "counts", None) else None


def _attribute(choice: OnCosts, part: OnCostPart) -> str:
    """How a set of the evidence calls the part: of the pension contribution there are two."""
    counts = choice.pension.counts if choice.pension else None
    return f"{part.name}_{counts or 'paid_by_employer'}" if part.key == ("pension",) else part.name
