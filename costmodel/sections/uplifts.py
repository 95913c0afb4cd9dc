"""Growth of costs by year: at a rate, or as an index of the evidence does."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from costmodel.assumptions.costs_schema import CostUplift
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.price_series import PriceSeries
from costmodel.assumptions.proposal import Case
from costmodel.errors import ChangesStructure, Mistake, UnknownEdition, WrongKind, YearMistake, did_you_mean
from costmodel.language.shape import Shape
from costmodel.language.units import read_unit
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import INDICES, Path, value_at
from costmodel.sections.inflation import check_growth
from costmodel.sections.money import CASH, prices_of
from costmodel.sections.prices import series_grounds
from costmodel.sections.set_inputs import set_input
from costmodel.years import Year


class Uplifted(NamedTuple):
    """A cost that grows: its name and label, where its uplift stands, and its unit."""

    name: str
    label: str
    path: Path
    unit: str


def same_uplift(draft: Draft, case: Case, path: Path, uplift: CostUplift | None, other: CostUplift | None) -> bool:
    """Whether a scenario uplifts a cost in the way that the proposal does: it may change the rate alone."""
    if (uplift is None) == (other is None):
        changed = [key for key in ("rate", "follow", "from_") if _way(uplift, key) != _way(other, key)]
    else:
        changed = [""]
    if not changed:
        return True
    where = case.at(*path, "uplift", *([changed[0].strip("_")] if other and changed[0] else []))
    says = "a scenario uplifts this cost in another way than the proposal"
    hint = "A scenario changes the rate of an uplift. What is followed, and from which year, is the proposal's."
    spelled = ".".join(map(str, (*path, "uplift")))
    draft.mistakes.add(ChangesStructure(where=where, path=spelled, says=says, hint=hint))
    return False


def _way(uplift: CostUplift | None, key: str) -> object:
    found = getattr(uplift, key, None)
    return found is None if key == "rate" else found


def growth_of(draft: Draft, cost: Uplifted, uplift: CostUplift) -> str:
    """The growth of a cost as the end of a formula, such as `` * growth(rent_uplift_rate, '2024/25')``."""
    since = uplift.from_ or draft.years[0]
    if uplift.follow is None:
        return _at_a_rate(draft, cost, uplift, since)
    return _Follow(draft, cost, uplift.follow, since).add()


def _at_a_rate(draft: Draft, cost: Uplifted, uplift: CostUplift, since: Year) -> str:
    path = (*cost.path, "rate")
    for case in draft.cases:
        given = value_at(case.document, path)
        if isinstance(given, Given):
            check_growth(draft, case, path, given)
    name = uplift.rate.name if uplift.rate else None
    if name and name in draft.evidence.series and name not in draft.files.base.document.assumptions:
        where, spelled = draft.files.base.at(*path), ".".join(map(str, path))
        says = f"{name} is an index, and a rate of growth belongs here"
        draft.mistakes.add(WrongKind(where=where, path=spelled, says=says, hint=f"Write follow: {name}."))
        return ""
    rate = draft.given(f"{cost.name}_uplift_rate", path, f"{cost.label}: uplift", "rate a year", section=_SECTION)
    return f" * growth({rate}, '{since}')"


_SECTION = "programme costs"


class _Follow:
    """An index of the evidence: its lines, which every cost that follows it shares."""

    def __init__(self, draft: Draft, cost: Uplifted, index: str, since: Year) -> None:
        self.draft, self.cost, self.index, self.since = draft, cost, index, since
        self.years = draft.years
        self.slug = re.sub(r"\W+", "_", index.lower()).strip("_")

    def add(self) -> str:
        """The growth since the year of the cost's prices; nothing, with the mistake added, where there is none."""
        draft, known = self.draft, self.draft.evidence.series
        unit = draft.with_prices(self.cost.unit)
        if self.index not in known:
            says = f"there is no index {self.index!r} in the evidence"
            hint = did_you_mean(self.index, known) or f"A cost can follow {', '.join(known) or 'none'}."
            if self.index == "published-awards":
                says, hint = "published-awards are of pay, and this is no pay", f"A cost can follow {', '.join(known)}."
            return self._refuse(UnknownEdition, "follow", says, hint)
        if prices_of(read_unit(unit)) not in (CASH, None):
            says = f"{self.cost.name} is in {unit}, and what follows an index is in cash"
            hint = "Give it the unit £ (cash), and add it to real money as real(...); or take the uplift out."
            return self._refuse(WrongKind, "follow", says, hint)
        return self._growth(known[self.index])

    def _growth(self, series: PriceSeries) -> str:
        years = series.read_at(self.years[0].financial, series.convert)
        since = series.read_at(self.since.financial, series.convert)
        if not years or not since:
            kind = "financial" if self.years[0].financial else "calendar"
            says = f"the index {self.index} is by {series.kind} year, and the proposal is by {kind} year"
            hint = "Add convert: average to the index, or name one by the proposal's kind of year."
            return self._refuse(YearMistake, "follow", says, hint)
        runs = f"It runs from {min(years)} to {max(years)}."
        if self.years[0] < min(years):
            return self._refuse(YearMistake, "follow", f"the index {self.index} has no year {self.years[0]}", runs)
        if self.since not in since:
            where = "from" if value_at(self.draft.files.base.document, (*self.cost.path, "from")) else "follow"
            runs = f"It runs from {min(since)} to {max(since)}. Write from: with the year of the prices."
            return self._refuse(YearMistake, where, f"the index {self.index} has no year {self.since}", runs)
        if self.years[-1] > max(years) and series.long_run is None:
            says = f"the index {self.index} ends in {max(years)}, and the proposal in {self.years[-1]}"
            return self._refuse(YearMistake, "follow", says, "Add long_run: to the index, its growth after it ends.")
        name = f"{self.slug}_growth_from_{self.since.name}"
        if all(line.name != name for line in self.draft.lines):
            level = self._levels(series, years)
            base = f"{self.slug}_index_{self.since.name}"
            self._input(series, base, f"{series.title} in {self.since}", "index", [since[self.since]], self.since)
            label = f"{series.title}: the year over {self.since}"
            self.draft.formula(name, label, "ratio", f"{level} / {base}", section=INDICES)
        return f" * {name}"

    def _levels(self, series: PriceSeries, years: dict[Year, float]) -> str:
        """The index of each year: as published, and after the series has ended grown by its long-run rate."""
        name, last, draft = f"{self.slug}_index", max(years), self.draft
        level = f"{name}_level" if self.years[-1] > last else name
        if any(line.name == level for line in draft.lines):
            return level
        says = f"{series.title}, 0 where none is published" if level != name else series.title
        self._input(series, name, says, "index", [years.get(year, 0.0) for year in self.years], last, by_year=True)
        if level == name or series.long_run is None:
            return name
        rate, end, gap = f"{self.slug}_long_run", f"{name}_last", f"{name}_years_before"
        self._input(series, rate, f"{series.title}: growth after {last}", "rate a year", [series.long_run.value], last)
        self._input(series, end, f"{series.title} in {last}, the last published", "index", [years[last]], last)
        between = np.full((1, 1, 1), float(max(self.years[0].start - last.start - 1, 0)))
        label = f"{series.title}: years between its last and the first year"
        set_input(draft, gap, label, "years", between, section=INDICES, path=INDICES, set_by="proposal.years")
        before = f"{end} * (1 + {rate}) ** {gap}"
        draft.formula(f"{name}_before", f"{series.title} before the first year", "index", before, section=INDICES)
        text = f"{name} if {name} > 0 else prior({level}, start={name}_before) * (1 + {rate})"
        draft.formula(level, f"{series.title} of the year", "index", text, section=INDICES)
        return level

    def _input(
        self,
        series: PriceSeries,
        name: str,
        label: str,
        unit: str,
        values: list[float],
        at: Year,
        by_year: bool = False,
    ) -> None:
        grounds = [series_grounds(series, at.financial, series.convert)] * len(self.draft.cases)
        array, shape = np.array([[values]]), Shape("", by_year)
        set_input(self.draft, name, label, unit, array, section=INDICES, grounds=grounds, path=INDICES, shape=shape)

    def _refuse(self, kind: type[Mistake], key: str, says: str, hint: str) -> str:
        path = (*self.cost.path, key)
        where = self.draft.files.base.at(*path)
        self.draft.mistakes.add(kind(where=where, path=".".join(map(str, path)), says=says, hint=hint))
        return ""
