"""The pay of a team: looked up in a pay scale by year, band and experience, and uplifted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from costmodel.assumptions.evidence import PayScale
from costmodel.assumptions.kinds import GRADE_OF_STATUS
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import Workforce
from costmodel.errors import (
    ChangesStructure,
    MissingKey,
    Position,
    UnknownBand,
    UnknownPayYear,
    UnknownScale,
    UnknownStep,
    YearMistake,
    did_you_mean,
)
from costmodel.model.line import PayPoint, Shape
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, weakest_grade
from costmodel.sections.uplift import PayOf, PayUplift
from costmodel.years import Year

SECTION = "workforce"
_NO_END = 99.0
"""Years of experience at which the last step of a band ends: longer than anyone works."""


class PayLines:
    """What a full-time post is paid, and what the roles of one team are paid together."""

    def __init__(self, draft: Draft, specs: list[Workforce]) -> None:
        self.draft, self.specs = draft, specs
        self.cases, self.years = draft.cases, draft.years
        self._said: set[Position] = set()
        """Where a band was said to be missing; the other years and scenarios that lack it too are not listed."""

    def add(self, supplements: list[str]) -> None:
        """Add team.salary, team.pay and team_salaries; ``supplements`` are lines paid on top of a full-time salary."""
        growth = self._scale()
        draft = self.draft
        text = f"pay(team.band){growth}"
        draft.formula("team.salary", "Salary of a full-time post", "£ per WTE", text, section=SECTION)
        pay = f"team.wte * (team.salary + {' + '.join(supplements)})" if supplements else "team.wte * team.salary"
        draft.formula("team.pay", "Pay of the role in one team", f"£ {draft.per_team}", pay, section=SECTION)
        draft.formula("team_salaries", "Salaries of one team", f"£ {draft.per_team}", "sum(team.pay)", section=SECTION)

    def _scale(self) -> str:
        """Add what pay is looked up by; returns what it is multiplied by, as the end of a formula."""
        draft, base = self.draft, self.specs[0]
        scales = draft.evidence.pay
        for case, spec in zip(self.cases, self.specs, strict=True):
            if spec.pay.scale not in scales:
                hint = did_you_mean(spec.pay.scale, scales) or f"Pay scales are {', '.join(scales)}."
                says = f"there is no pay scale {spec.pay.scale!r}"
                draft.mistakes.add(
                    UnknownScale(
                        where=case.at("workforce", "pay", "scale"), path="workforce.pay.scale", says=says, hint=hint
                    )
                )
                return ""
            if spec.pay.scale != base.pay.scale:
                says = "a scenario looks pay up in another scale than the proposal"
                draft.mistakes.add(
                    ChangesStructure(where=case.at("workforce", "pay", "scale"), path="workforce.pay.scale", says=says)
                )
        scale = scales[base.pay.scale]
        rows = [self._pay_years(case, spec, scale) for case, spec in zip(self.cases, self.specs, strict=True)]
        draft.given(
            "experience_years",
            ("workforce", "pay", "experience_years"),
            "Years of experience at which pay is taken",
            "years",
            section=SECTION,
        )
        if any(row is None for row in rows):
            return ""
        years = np.array([[float(year.start) for year in row or ()] for row in rows])
        by_year = bool((years != years[:, :1]).any())
        steps = [
            self._steps_used(case, spec, scale, row or ())
            for case, spec, row in zip(self.cases, self.specs, rows, strict=True)
        ]
        grounds = [
            self._pay_grounds(case, spec, used) for case, spec, used in zip(self.cases, self.specs, steps, strict=True)
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
        used_years = sorted({year for row in rows for year in row or ()})
        draft.pay_name, draft.pay_source = base.pay.scale, scale[used_years[0]].source
        draft.pay_points = tuple(point for year in used_years for point in _points(scale[year]))
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

    def _pay_years(self, case: Case, spec: Workforce, scale: dict[Year, PayScale]) -> list[Year] | None:
        """The year of the scale that pays each year of the proposal."""
        known = ", ".join(str(year) for year in sorted(scale))
        if not self._of_one_kind(case, spec, next(iter(scale))):
            return None
        if spec.uplift and spec.uplift.follow:
            years = [max((y for y in scale if y <= year), default=None) for year in self.years]
            if None in years or (years[-1] != self.years[-1] and spec.uplift.rate is None):
                short = self.years[0] if None in years else self.years[-1]
                says = f"there is no published award for {short} in {spec.pay.scale}"
                hint = f"Its years are {known}. Give uplift a rate as well, for the years after the last."
                where = case.at("workforce", "uplift")
                self.draft.mistakes.add(UnknownPayYear(where=where, path="workforce.uplift", says=says, hint=hint))
                return None
            return [year for year in years if year is not None]
        if spec.pay.year is None:
            hint = "Add year: 2020/21, say, or let the uplift follow published-awards."
            where = case.at("workforce", "pay")
            self.draft.mistakes.add(
                MissingKey(
                    where=where, path="workforce.pay.year", says="the year of the pay scale is missing", hint=hint
                )
            )
            return None
        if spec.pay.year not in scale:
            where = case.at("workforce", "pay", "year")
            says = f"there is no year {spec.pay.year} in {spec.pay.scale}"
            self.draft.mistakes.add(
                UnknownPayYear(where=where, path="workforce.pay.year", says=says, hint=f"Its years are {known}.")
            )
            return None
        return [spec.pay.year] * len(self.years)

    def _of_one_kind(self, case: Case, spec: Workforce, paid: Year) -> bool:
        """Whether pay and the proposal have years of one kind: one is never read as the other."""
        if paid.financial == self.years[0].financial:
            return True
        kinds = {True: "financial", False: "calendar"}
        says = f"pay is by {kinds[paid.financial]} year, and the proposal by {kinds[not paid.financial]} year"
        hint = "Write the proposal's years as pay has them, such as 2026/27 to 2028/29 for financial years."
        where = case.at("workforce", "pay")
        self.draft.mistakes.add(YearMistake(where=where, path="workforce.pay", says=says, hint=hint))
        return False

    def _steps_used(
        self, case: Case, spec: Workforce, scale: dict[Year, PayScale], years: list[Year] | tuple[Year, ...]
    ) -> list[PayPoint]:
        """The pay points that the team is paid at; mistakes where a band or step is not there."""
        experience = spec.pay.experience_years.value
        used: list[PayPoint] = []
        if experience is not None and not 0 <= experience.value < _NO_END:
            where = case.at("workforce", "pay", "experience_years")
            says = f"{experience.value:g} years of experience is not a step of {spec.pay.scale}"
            hint = f"Steps start at 0 years, and the last of each band has no end; write from 0 to {_NO_END - 1:g}."
            self.draft.mistakes.add(
                UnknownStep(where=where, path="workforce.pay.experience_years", says=says, hint=hint)
            )
            return []
        for year in dict.fromkeys(years):
            bands, every = scale[year].bands, _points(scale[year])
            for place, role in enumerate(spec.team):
                if role.band not in bands:
                    self._no_band(case, spec, place, bands, year)
                    continue
                points = [point for point in every if point.band == role.band]
                at = experience.value if experience else 0.0
                used.extend(point for point in points if point.from_years <= at < point.before_years)
        return used

    def _no_band(self, case: Case, spec: Workforce, place: int, bands: Iterable[str], year: Year) -> None:
        where = case.at("workforce", "team", place, "band")
        if where in self._said:
            return
        self._said.add(where)
        band = spec.team[place].band
        likeliest = [role.band for role in spec.team if role.band in bands]  # of bands equally near, one in use
        hint = f"Bands are {', '.join(bands)}. {did_you_mean(band, [*likeliest, *bands])}".strip()
        says = f"there is no band {band!r} in {spec.pay.scale} {year}."
        self.draft.mistakes.add(UnknownBand(where=where, path=f"team[{place + 1}].band", says=says, hint=hint))

    def _pay_grounds(self, case: Case, spec: Workforce, used: list[PayPoint]) -> Grounds:
        """The pay points' own status counts beside the grade of choosing this year and step."""
        grounds = self.draft.grounds(case, ("workforce", "pay", "year"), spec.pay, "year")
        statuses = [GRADE_OF_STATUS[point.status] for point in used]
        recalled = [point for point in used if point.status == "R"]
        if recalled and spec.pay.grade == "published":
            self.draft.recalled(case.at("workforce", "pay"), "workforce.pay")
        note = "; ".join(f"band {point.band} in {Year(point.year)} is recalled" for point in recalled) or None
        follows = spec.uplift is not None and spec.uplift.follow is not None
        return Grounds(
            grade=weakest_grade([*statuses, *([] if follows else [grounds.grade])]),
            source=next(iter(self.draft.evidence.pay[spec.pay.scale].values())).source,
            place=None if follows else grounds.place,
            reason=None if follows else grounds.reason,
            note=note or (None if follows else grounds.note),
            where=grounds.where,
        )


def _points(scale: PayScale) -> list[PayPoint]:
    """A year of a pay scale as steps with both ends."""
    points = []
    for band, steps in scale.bands.items():
        ends = [step.from_.value for step in steps[1:]] + [_NO_END]
        for step, end in zip(steps, ends, strict=True):
            points.append(PayPoint(scale.year.start, band, step.from_.value, end, step.pay.value, step.status))
    return points
