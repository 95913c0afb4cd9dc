"""High-cost-area supplement: a share of pay with a floor and a ceiling, by the share of sites in each zone."""

from __future__ import annotations

import numpy as np

from costmodel.assumptions.evidence import ZONES, Supplement
from costmodel.assumptions.kinds import GRADE_OF_STATUS, Grade
from costmodel.assumptions.workforce_schema import Workforce
from costmodel.errors import OutOfRange, UnknownPayYear, UnknownScale, did_you_mean
from costmodel.language.shape import Shape
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, weakest_grade
from costmodel.years import Year

SECTION = "workforce"


class SupplementLines:
    """What a full-time post is paid on top of salary, on average over the sites."""

    def __init__(self, draft: Draft, specs: list[Workforce]) -> None:
        self.draft, self.specs = draft, specs
        self.cases, self.years = draft.cases, draft.years

    def add(self) -> list[str]:
        """Add the supplement of each zone, where any scenario pays one; the names of the lines."""
        draft = self.draft
        if not any(spec.high_cost_area for spec in self.specs):
            return []
        shares: dict[str, list[float]] = {zone: [] for zone in ZONES}
        held: list[Grounds] = []
        tables: list[tuple[Supplement | None, Year | None]] = []
        for case, spec in zip(self.cases, self.specs, strict=True):
            choice = spec.high_cost_area
            found = draft.evidence.supplements.get(choice.supplement) if choice else None
            if choice and found is None:
                known = draft.evidence.supplements
                says = f"there is no high-cost-area supplement {choice.supplement!r}"
                hint = did_you_mean(choice.supplement, known) or f"Supplements are {', '.join(known)}."
                where = case.at("workforce", "high_cost_area", "supplement")
                draft.mistakes.add(
                    UnknownScale(where=where, path="workforce.high_cost_area.supplement", says=says, hint=hint)
                )
            tables.append((found, choice.year if choice else None))
            held.append(
                draft.bases.grounds(case, ("workforce", "high_cost_area"), choice, "share")
                if choice
                else Grounds(grade=None, reason="No supplement is paid.")
            )
            for zone in ZONES:
                given = getattr(choice, zone) if choice else None
                path = ("workforce", "high_cost_area", zone)
                if given is not None:
                    draft.check([[given.value]], [case], path, "share of sites", 0)
                shares[zone].append(given.value.value if given and given.value else 0.0)
            if sum(shares[zone][-1] for zone in ZONES) > 1 + 1e-12:
                where = case.at("workforce", "high_cost_area")
                draft.mistakes.add(
                    OutOfRange(
                        where=where,
                        path="workforce.high_cost_area",
                        says="the shares of sites in the zones add to more than 100%",
                    )
                )
        for zone in ZONES:
            values = np.array(shares[zone]).reshape(-1, 1, 1)
            label = f"Share of sites in {zone.replace('_', ' ')}"
            draft.input(
                f"share_of_sites_{zone}",
                label,
                "share of sites",
                values,
                section=SECTION,
                grounds=held,
                path=f"workforce.high_cost_area.{zone}",
                at_least=0,
            )
        self._amounts(tables)
        for zone in ZONES:
            term = (
                f"share_of_sites_{zone} * "
                f"min(max(supplement_rate_{zone} * team.salary, supplement_floor_{zone}), supplement_ceiling_{zone})"
            )
            label = f"High-cost-area supplement of a full-time post, {zone.replace('_', ' ')} share"
            draft.formula(f"team.supplement_{zone}", label, "£ per WTE", term, section=SECTION)
        return [f"team.supplement_{zone}" for zone in ZONES]

    def _amounts(self, tables: list[tuple[Supplement | None, Year | None]]) -> None:
        draft, count, width = self.draft, len(self.cases), len(self.years)
        floors = {zone: np.zeros((count, 1, width)) for zone in ZONES}
        ceilings = {zone: np.zeros((count, 1, width)) for zone in ZONES}
        rates = {zone: np.zeros((count, 1, 1)) for zone in ZONES}
        held: list[Grounds] = []
        for at, (case, (table, one_year)) in enumerate(zip(self.cases, tables, strict=True)):
            statuses: list[Grade | None] = []
            if table is None:
                held.append(Grounds(grade=None, reason="No supplement is paid."))
                continue
            by_year = table.by_year
            for place, year in enumerate(self.years):
                bounds = by_year.get(one_year or year)
                if bounds is None:
                    known = ", ".join(str(y) for y in by_year)
                    says = f"there is no high-cost-area supplement for {one_year or year}"
                    hint = f"Its years are {known}. Give year: to use one of them throughout."
                    where = case.at("workforce", "high_cost_area")
                    draft.mistakes.add(
                        UnknownPayYear(where=where, path="workforce.high_cost_area", says=says, hint=hint)
                    )
                    break
                statuses.append(GRADE_OF_STATUS[bounds.status])
                for zone in ZONES:
                    floors[zone][at, 0, place] = getattr(bounds, zone).floor.value
                    ceilings[zone][at, 0, place] = getattr(bounds, zone).ceiling.value
                    rates[zone][at, 0, 0] = table.zones[zone].rate.value  # type: ignore[index]
            held.append(Grounds(grade=weakest_grade(statuses), source=table.source))
        for zone in ZONES:
            place_name = zone.replace("_", " ")
            for kind, unit, values, shape in (
                ("rate", "share of pay", rates[zone], Shape()),
                ("floor", "£ per WTE", floors[zone], Shape("", True)),
                ("ceiling", "£ per WTE", ceilings[zone], Shape("", True)),
            ):
                draft.input(
                    f"supplement_{kind}_{zone}",
                    f"Supplement {kind}, {place_name}",
                    unit,
                    values,
                    section=SECTION,
                    grounds=held,
                    shape=shape,
                    at_least=0,
                )
