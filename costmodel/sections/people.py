"""Typed salaries, and the people behind the posts of a team, whom national insurance counts one by one."""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.document import spell
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import Role, Workforce
from costmodel.errors import Caution, HoursDiffer, NoBasis, OutOfRange, TooFewPeople, WrongKind
from costmodel.sections.cautions import say_cautions
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path
from costmodel.sections.pay_scales import paid_by

_SLACK = 1e-9
"""Three times a third of a post is one post."""


def typed_salary(draft: Draft, case: Case, path: Path, given: Given) -> float:
    """A typed salary: one number above 0, which rests on a source or a reason, its own or of what is around it."""
    spelled, where = spell(path), case.at(*path)
    number = given.value
    if number is None:
        says = "a salary is one number, that of the year of the pay, and something else was given"
        hint = "Write the salary of that year; uplift: says how it goes on."
        draft.mistakes.add(WrongKind(where=where, path=spelled, says=says, hint=hint))
        return 0.0
    if number.percent or number.value <= 0:
        shown = f"{number.value * 100:g}%" if number.percent else f"{number.value:g}"
        hint = "Write full-time pay a year, such as £36,800."
        draft.mistakes.add(OutOfRange(where=where, path=spelled, says=f"{shown} is not a salary", hint=hint))
    if not draft.bases.has_basis(case, path, given):
        says = "a typed salary has neither a source nor a reason"
        hint = "Add source: with the id of a source, or reason: with why this salary; or look it up in a pay scale."
        draft.mistakes.add(NoBasis(where=where, path=spelled, says=says, hint=hint))
    return number.value


def people_of(draft: Draft, case: Case, role: Role, place: int, wte: float, headcount: float | None) -> float:
    """The people of a role in one team: those stated, or as few as can fill its posts, in all teams that share them."""
    if headcount is not None:
        return headcount
    if role.shared_by is None:
        return float(np.ceil(wte))
    teams = role.shared_by.value
    if teams < 1 or role.shared_by.money or role.shared_by.percent:
        says = f"a role is shared by 1 team or more, and {teams:g} was given"
        where = case.at("workforce", "team", place, "shared_by")
        draft.mistakes.add(OutOfRange(where=where, path=f"team[{place + 1}].shared_by", says=says))
        return 0.0
    return float(np.ceil(wte * teams - _SLACK)) / teams


def say_odd_headcounts(draft: Draft, specs: list[Workforce]) -> None:
    """Roles with fewer people than posts, and those whose people may work unequal hours where that matters."""
    found = [
        [caution for place in range(len(spec.team)) for caution in _odd(draft, case, spec, place)]
        for case, spec in zip(draft.cases, specs, strict=True)
    ]
    say_cautions(draft, found)


def _odd(draft: Draft, case: Case, spec: Workforce, place: int) -> list[Caution]:
    role = spec.team[place]
    wte = role.wte.value.value if role.wte.value else 0.0
    if role.headcount is not None:
        people = role.headcount.value.value if role.headcount.value else wte
        if people >= wte - _SLACK:
            return []
        says = f"{people:g} people cannot fill {wte:g} whole-time posts: national insurance counts too few"
        hint = f"headcount counts people, and nobody fills more than one post: write {wte:g} or more."
        where = case.at("workforce", "team", place, "headcount")
        return [TooFewPeople(where=where, path=f"team[{place + 1}].headcount", says=says, hint=hint)]
    rest = wte - float(np.floor(wte + _SLACK))
    if role.shared_by is not None or wte <= 1 or rest <= _SLACK:
        return []
    if not 0 < rest * _least_pay(draft, role, spec) < _highest_threshold(draft, case):
        return []
    says = (
        f"{wte:g} WTE counts as {np.ceil(wte):g} people of equal hours, and pay for {rest:.2g} of a post alone is"
        " below the national insurance threshold"
    )
    hint = "Write headcount: for people of equal hours, and a row of its own for those of other hours."
    where = case.at("workforce", "team", place, "wte")
    return [HoursDiffer(where=where, path=f"team[{place + 1}].wte", says=says, hint=hint)]


def _least_pay(draft: Draft, role: Role, spec: Workforce) -> float:
    """The least that a full-time post of the role may be paid."""
    if role.salary is not None:
        return role.salary.value.value if role.salary.value else 0.0
    by = paid_by(role, spec.pay)
    scale = draft.evidence.pay.get(by.scale, {})
    years = [scale[spec.pay.year]] if spec.pay.year in scale else list(scale.values())
    grades = [year.steps_of(by.area).get(role.band or "", []) for year in years]
    return min((step.pay.value for steps in grades for step in steps), default=0)


def _highest_threshold(draft: Draft, case: Case) -> float:
    """The threshold of national insurance in the year that has the highest; 0 where none counts."""
    line = next((line for line in draft.lines if line.name == "national_insurance_threshold"), None)
    if line is None or line.values is None:
        return 0.0
    return float(line.values[draft.cases.index(case) if len(line.values) > 1 else 0].max())
