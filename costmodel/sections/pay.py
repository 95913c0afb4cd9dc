"""The pay of a team: looked up in pay scales by year, grade and experience, or typed; and uplifted."""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.kinds import GRADE_OF_STATUS, Given
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import Role, Workforce
from costmodel.errors import (
    ChangesStructure,
    MissingKey,
    Position,
    UnknownStep,
)
from costmodel.language.shape import Shape
from costmodel.model.line import PayPoint
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, weakest_grade
from costmodel.sections.pay_scales import (
    NO_END,
    PaidBy,
    Scale,
    band_of,
    find_scale,
    key_of_grade,
    paid_by,
    points,
    say_no_grade,
)
from costmodel.sections.pay_years import years_of_pay
from costmodel.sections.uplift import PayOf, PayUplift
from costmodel.years import Year

SECTION = "workforce"


def usual_scale(specs: list[Workforce]) -> PaidBy:
    """The scale whose grades stand in the column of bands by their own names."""
    return PaidBy(specs[0].pay.scale or "", specs[0].pay.area or "")


class PayLines:
    """What a full-time post is paid, and what the roles of one team are paid together."""

    def __init__(self, draft: Draft, specs: list[Workforce]) -> None:
        self.draft, self.specs = draft, specs
        self.cases, self.years = draft.cases, draft.years
        self.usual = usual_scale(specs)
        self._said: set[Position] = set()
        """Where a band was said to be missing; the other years and scenarios that lack it too are not listed."""

    def add(self, supplements: list[str]) -> None:
        """Add team.salary, team.pay and team_salaries; ``supplements`` are lines paid on top of a full-time salary."""
        growth = self._pay()
        roles = [role for spec in self.specs for role in spec.team]
        of_scale = ["pay(team.band)"] if any(role.band is not None for role in roles) else []
        stated = ["team.stated_salary"] if any(role.salary is not None for role in roles) else []
        salary = " + ".join([*of_scale, *stated])
        draft = self.draft
        text = f"({salary}){growth}" if len([*of_scale, *stated]) > 1 else f"{salary}{growth}"
        draft.formula("team.salary", "Salary of a full-time post", "£ per WTE", text, section=SECTION)
        pay = f"team.wte * (team.salary + {' + '.join(supplements)})" if supplements else "team.wte * team.salary"
        draft.formula("team.pay", "Pay of the role in one team", f"£ {draft.per_team}", pay, section=SECTION)
        draft.formula("team_salaries", "Salaries of one team", f"£ {draft.per_team}", "sum(team.pay)", section=SECTION)

    def _pay(self) -> str:
        """Add what pay is looked up by; returns what it is multiplied by, as the end of a formula."""
        draft, base = self.draft, self.specs[0]
        for case, spec in zip(self.cases, self.specs, strict=True):
            if (spec.pay.scale or "", spec.pay.area or "") != self.usual:
                says = "a scenario looks pay up in another scale than the proposal"
                draft.mistakes.add(
                    ChangesStructure(where=case.at("workforce", "pay", "scale"), path="workforce.pay.scale", says=says)
                )
        scales = [self._scales(case, spec) for case, spec in zip(self.cases, self.specs, strict=True)]
        if any(found is None for found in scales):
            return ""
        used = [found or {} for found in scales]
        rows = [self._years(*of) for of in zip(self.cases, self.specs, used, strict=True)]
        if any(used):
            self._experience(used)
        if any(row is None for row in rows):
            return ""
        if any(used):
            self._look_up(used, [row or [] for row in rows], base)
        held = [
            PayOf(
                case=case,
                uplift=spec.uplift,
                pay=spec.pay,
                award=row[-1] if row and spec.uplift and spec.uplift.follow else None,
            )
            for case, spec, row in zip(self.cases, self.specs, rows, strict=True)
        ]
        return PayUplift(draft, held, path=("workforce",), name="pay", section=SECTION).growth()

    def _scales(self, case: Case, spec: Workforce) -> dict[PaidBy, Scale] | None:
        """The scales that pay a role, in the order of the team; None where one is not there."""
        found: dict[PaidBy, Scale] = {}
        for place, role in enumerate(spec.team):
            by = paid_by(role, spec.pay)
            if role.band is None or by in found:
                continue
            own = role.scale is not None or role.area is not None
            path = ("workforce", "team", place, "scale") if own else ("workforce", "pay", "scale")
            if not by.scale:
                says = "the pay scale of the grade is missing"
                hint = "Add pay: {scale: agenda-for-change-england}, or scale: to the role; or give it a salary."
                where = case.at("workforce", "team", place)
                self.draft.mistakes.add(MissingKey(where=where, path="workforce.pay.scale", says=says, hint=hint))
                return None
            scale = find_scale(self.draft, case, path, by)
            if scale is None:
                return None
            found[by] = scale
        return found

    def _years(self, case: Case, spec: Workforce, scales: dict[PaidBy, Scale]) -> list[Year] | None:
        typed = next((place for place, role in enumerate(spec.team) if role.salary is not None), None)
        at = ("workforce", "team", typed, "salary") if typed is not None else None
        return years_of_pay(self.draft, case, ("workforce",), spec.pay, spec.uplift, scales, typed=at)

    def _experience(self, used: list[dict[PaidBy, Scale]]) -> None:
        """The years of experience; where no grade in use has steps they need not be given, and count as none."""
        path = ("workforce", "pay", "experience_years")
        nothing = {"value": "0", "reason": "No grade that is used has steps.", "grade": "judgement"}
        given = [spec.pay.experience_years for spec in self.specs]
        if any(found is not None for found in given):
            label = "Years of experience at which pay is taken"
            otherwise = Given.model_validate(nothing)
            self.draft.given("experience_years", path, label, "years", section=SECTION, otherwise=otherwise)
        else:
            self.draft.input(
                "experience_years",
                "Years of experience at which pay is taken",
                "years",
                np.zeros((1, 1, 1)),
                section=SECTION,
                grounds=[Grounds(grade=None, reason=nothing["reason"])] * len(given),
                path="workforce.pay.experience_years",
            )

    def _look_up(self, used: list[dict[PaidBy, Scale]], rows: list[list[Year]], base: Workforce) -> None:
        """Add pay_year, and the points that pay is looked up in."""
        draft = self.draft
        first = next(years[0] for years, scales in zip(rows, used, strict=True) if scales)
        years = np.array(
            [[float((year if scales else first).start) for year in row] for row, scales in zip(rows, used, strict=True)]
        )
        by_year = bool((years != years[:, :1]).any())
        grounds = [
            self._pay_grounds(case, spec, scales, self._steps_used(case, spec, scales, row))
            for case, spec, scales, row in zip(self.cases, self.specs, used, rows, strict=True)
        ]
        draft.input(
            "pay_year",
            "Year of the pay scale (starting 1 April)",
            "year",
            (years if by_year else years[:, :1])[:, np.newaxis, :],
            section=SECTION,
            grounds=grounds,
            path="workforce.pay.year",
            shape=Shape("", by_year),
        )
        every = {by: scale for scales in used for by, scale in scales.items()}
        in_order = sorted(every, key=lambda by: by != self.usual)
        used_years = sorted({year for row, scales in zip(rows, used, strict=True) if scales for year in row})
        draft.pay_points = tuple(
            point
            for by in in_order
            for year in used_years
            if year in every[by]
            for point in points(every[by][year], by, self.usual)
        )
        scale = every[in_order[0]]
        draft.pay_name = in_order[0].scale
        draft.pay_source = next(scale[year].source for year in used_years if year in scale)

    def _steps_used(
        self, case: Case, spec: Workforce, scales: dict[PaidBy, Scale], years: list[Year]
    ) -> list[PayPoint]:
        """The pay points that the team is paid at; mistakes where a grade or step is not there."""
        experience = spec.pay.experience_years.value if spec.pay.experience_years else None
        used: list[PayPoint] = []
        if experience is not None and not 0 <= experience.value < NO_END:
            where = case.at("workforce", "pay", "experience_years")
            says = f"{experience.value:g} years of experience is not a step of {next(iter(scales)).scale}"
            hint = f"Steps start at 0 years, and the last of each band has no end; write from 0 to {NO_END - 1:g}."
            self.draft.mistakes.add(
                UnknownStep(where=where, path="workforce.pay.experience_years", says=says, hint=hint)
            )
            return []
        for year in dict.fromkeys(years if scales else ()):
            for place, role in enumerate(spec.team):
                if role.band is None:
                    continue
                by = paid_by(role, spec.pay)
                scale = scales[by][year]
                steps = scale.steps_of(by.area)
                if role.band not in steps:
                    self._no_grade(case, spec, place, scales, year)
                    continue
                if len(steps[role.band]) > 1 and spec.pay.experience_years is None:
                    self._no_experience(case, role)
                    return []
                at, band = experience.value if experience else 0.0, band_of(role, spec.pay, self.usual)
                every = points(scale, by, self.usual)
                used.extend(
                    point for point in every if point.band == band and point.from_years <= at < point.before_years
                )
        return used

    def _no_experience(self, case: Case, role: Role) -> None:
        says = f"the years of experience are missing, and {role.band!r} pays by them"
        hint = "Add experience_years: 3, say."
        where = case.at("workforce", "pay")
        self.draft.mistakes.add(MissingKey(where=where, path="workforce.pay.experience_years", says=says, hint=hint))

    def _no_grade(self, case: Case, spec: Workforce, place: int, scales: dict[PaidBy, Scale], year: Year) -> None:
        role = spec.team[place]
        role_at = ("workforce", "team", place)
        path = (*role_at, key_of_grade(case, role_at))
        where, by = case.at(*path), paid_by(role, spec.pay)
        if where in self._said:
            return
        self._said.add(where)
        scale = scales[by][year]
        beside = [other.band for other in spec.team if paid_by(other, spec.pay) == by]
        likeliest = [band for band in beside if band in scale.steps_of(by.area)]
        say_no_grade(self.draft, case, path, role.band or "", scale, by, [band for band in likeliest if band])

    def _pay_grounds(self, case: Case, spec: Workforce, scales: dict[PaidBy, Scale], used: list[PayPoint]) -> Grounds:
        """The pay points' own status counts beside the grade of choosing this year and step."""
        if not scales:
            return Grounds(grade=None, reason="No role is paid by a scale.")
        grounds = self.draft.bases.grounds(case, ("workforce", "pay", "year"), spec.pay, "year")
        statuses = [GRADE_OF_STATUS[point.status] for point in used]
        recalled = [point for point in used if point.status == "R"]
        if recalled and spec.pay.grade == "published":
            self.draft.bases.recalled(case.at("workforce", "pay"), "workforce.pay")
        note = "; ".join(f"band {point.band} in {Year(point.year)} is recalled" for point in recalled) or None
        follows = spec.uplift is not None and spec.uplift.follow is not None
        first = min(scales, key=lambda by: by != self.usual)
        return Grounds(
            grade=weakest_grade([*statuses, *([] if follows else [grounds.grade])]),
            source=next(iter(self.draft.evidence.pay[first.scale].values())).source,
            place=None if follows else grounds.place,
            reason=None if follows else grounds.reason,
            note=note or (None if follows else grounds.note),
            where=grounds.where,
        )
