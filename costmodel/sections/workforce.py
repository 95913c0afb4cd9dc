"""The workforce section: what one team costs, from its roles, a pay scale, on-costs and uplift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from costmodel.assumptions.kinds import GRADES
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import PayChoice, Role, Workforce
from costmodel.errors import OutOfRange, TeamDoesNotAdd, WrongKind
from costmodel.language.shape import Shape, Values
from costmodel.model.line import RowList
from costmodel.numbers import round_half_up
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds
from costmodel.sections.lists import add_texts
from costmodel.sections.on_costs import add_team_on_costs
from costmodel.sections.pay import PayLines, usual_scale
from costmodel.sections.pay_scales import band_of
from costmodel.sections.people import people_of, say_odd_headcounts, typed_salary
from costmodel.sections.supplement import SupplementLines

SECTION = "workforce"
LIST = "team"


def add_workforce(draft: Draft) -> None:
    """Lines: team_wte, team.salary, team.pay, team_salaries, team_on_costs, team_cost, and what they rest on."""
    specs = [case.document.workforce for case in draft.cases if case.document.workforce]
    if not specs:
        return
    _Team(draft, specs).add()
    PayLines(draft, specs).add(SupplementLines(draft, specs).add())
    add_team_on_costs(draft, specs)
    say_odd_headcounts(draft, specs)
    draft.formula(
        "team_cost", "Labour cost of one team", f"£ {draft.per_team}", "team_salaries + team_on_costs", section=SECTION
    )


@dataclass(frozen=True)
class _Row:
    """What tells a role from the others; the last is its place among equals."""

    role: str
    duty: str
    band: str
    number: int


class _Team:
    """The roles of one team: posts and people, and whether they add to what the source states."""

    def __init__(self, draft: Draft, specs: list[Workforce]) -> None:
        self.draft, self.specs = draft, specs
        self.cases, self.years = draft.cases, draft.years
        self.usual = usual_scale(specs)

    def add(self) -> None:
        draft = self.draft
        keyed = [self._keyed(spec.team, spec.pay) for spec in self.specs]
        every = list(dict.fromkeys(key for rows in keyed for key in rows))
        wte, people, salary = np.zeros((3, len(self.cases), len(every), 1))
        grounds: list[list[Grounds]] = []
        of_salary: list[list[Grounds]] = []
        for at, (case, rows) in enumerate(zip(self.cases, keyed, strict=True)):
            grounds.append([])
            of_salary.append([])
            for place, (key, role) in enumerate(rows.items()):
                row = every.index(key)
                wte[at, row, 0] = self._posts(case, role, place, "wte")
                stated = self._posts(case, role, place, "headcount") if role.headcount is not None else None
                people[at, row, 0] = people_of(draft, case, role, place, wte[at, row, 0], stated)
                if role.salary is not None:
                    path = ("workforce", "team", place, "salary")
                    typed = typed_salary(draft, case, path, role.salary)
                    salary[:, row, 0] = np.where(salary[:, row, 0] == 0, typed, salary[:, row, 0])
                    salary[at, row, 0] = typed  # a scenario without the role shows the salary of one that has it
                    of_salary[-1].append(draft.bases.grounds(case, path, role.salary, "£ per WTE"))
                if wte[at, row, 0]:
                    grounds[-1].append(draft.bases.grounds(case, ("workforce", "team", place, "wte"), role.wte, "WTE"))
        draft.rows_of[LIST] = tuple(tuple(every.index(key) for key in rows) for rows in keyed)
        names = tuple(f"{row.role}, {row.duty}" if row.duty else row.role for row in every)
        numbers = ("wte", "headcount", "stated_salary") if any(of_salary) else ("wte", "headcount")
        draft.lists.append(RowList(name=LIST, label="The team", rows=names, columns=("role", "duty", "band", *numbers)))
        for column in ("role", "duty", "band"):
            add_texts(draft, LIST, column, [getattr(row, column) for row in every], section=LIST)
        held = [_weakest(found) for found in grounds]
        for column, label, unit, values in (
            ("wte", "Whole-time equivalent posts", f"WTE {draft.per_team}", wte),
            ("headcount", "People", f"people {draft.per_team}", people),
        ):
            draft.input(
                f"{LIST}.{column}",
                label,
                unit,
                values,
                section=LIST,
                grounds=held,
                path="workforce.team",
                shape=Shape(LIST),
                at_least=0,
            )
        if any(of_salary):
            draft.input(
                f"{LIST}.stated_salary",
                "Stated salary of a full-time post; 0 where a pay scale has it",
                "£ per WTE",
                salary,
                section=LIST,
                grounds=[_weakest(found) for found in of_salary],
                path="workforce.team",
                shape=Shape(LIST),
                at_least=0,
            )
        draft.formula(
            "team_wte",
            "Whole-time equivalent posts in one team",
            f"WTE {draft.per_team}",
            "sum(team.wte)",
            section=SECTION,
        )
        self._stated_total(wte)

    def _keyed(self, team: list[Role], pay: PayChoice) -> dict[_Row, Role]:
        rows: dict[_Row, Role] = {}
        for role in team:
            number = 0
            while (key := _Row(role.role, role.duty or "", band_of(role, pay, self.usual), number)) in rows:
                number += 1
            rows[key] = role
        return rows

    def _posts(self, case: Case, role: Role, place: int, column: str) -> float:
        given = getattr(role, column)
        path = ("workforce", "team", place, column)
        if given.value is None:
            found = repr(given.name) if given.name else "a value by age" if given.by_age else "a value by year"
            says = f"{column} is one number, the same in every year, and {found} was given"
            self.draft.mistakes.add(WrongKind(where=case.at(*path), path=f"team[{place + 1}].{column}", says=says))
            return 0.0
        number = given.value
        if number.value < 0 or number.money or number.percent:
            found = f"{number.value * 100:g}%" if number.percent else f"{'£' * number.money}{number.value:g}"
            says = f"a role has {column} of 0 or more, and {found} was given"
            self.draft.mistakes.add(OutOfRange(where=case.at(*path), path=f"team[{place + 1}].{column}", says=says))
        return float(given.value.value)

    def _stated_total(self, wte: Values) -> None:
        for at, (case, spec) in enumerate(zip(self.cases, self.specs, strict=True)):
            if spec.stated_wte is None:
                continue
            if spec.stated_wte.value is None:
                where = case.at("workforce", "stated_wte")
                says = "the team's stated total is one number, and something else was given"
                self.draft.mistakes.add(WrongKind(where=where, path="workforce.stated_wte", says=says))
                continue
            stated, added = spec.stated_wte.value.value, float(wte[at].sum())
            gap = round_half_up(added - stated, 2)
            if gap:
                sums_to = round_half_up(added, 2).normalize()
                says = (
                    f"the team's stated total is {stated:g} WTE, and its lines add to {sums_to:f}:"
                    f" {abs(gap):f} {'more' if gap > 0 else 'less'}"
                )
                hint = "The model costs the lines. Ask the source which is right."
                where = case.at("workforce", "stated_wte")
                self.draft.mistakes.add(
                    TeamDoesNotAdd(
                        where=where, path="workforce.stated_wte", says=says, hint=hint, scenario=case.scenario
                    )
                )


def _weakest(found: list[Grounds]) -> Grounds:
    """The weakest ground stands for a column whose rows rest on several."""
    return max(
        found, key=lambda ground: GRADES.index(ground.grade) if ground.grade else -1, default=Grounds(grade=None)
    )
