"""How prices grow after a series of them ends: one rate, or one for each year, as the proposal says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.errors import OutOfRange, YearMistake
from costmodel.language.shape import Shape
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path, value_at
from costmodel.sections.later_years import later_times
from costmodel.sections.set_inputs import set_input
from costmodel.years import Year, read_year, run_of_years

SECTION = "appraisal"
PATH: Path = ("appraisal", "inflation_beyond")
NAME = "inflation_beyond"
_LABEL = "Growth of prices after the deflator ends"


class Inflation:
    """The growth of prices after the last year of a series, in years of the proposal's kind."""

    def __init__(self, draft: Draft, last: Year) -> None:
        self.draft, self.years, self.last = draft, draft.axis, last
        self.name = NAME
        """The rate, in formulas, once it is added."""
        found_in = [(case, value_at(case.document, PATH)) for case in draft.cases]
        self.given: list[tuple[Case, Given]] = [(case, found) for case, found in found_in if found is not None]
        for case, found in self.given:
            check_growth(draft, case, PATH, found)
        self._rates: list[dict[Year, float]] = []
        """By scenario and year, where some scenario has a rate for each year."""
        self._by_year: dict[Year, str] = {}
        """By year, its rate in formulas, where there is one for each year."""
        self._added = False
        named = draft.files.base.document.assumptions.get(self.given[0][1].name or "") if self.given else None
        if any(found.by_year for _, found in self.given):
            self._rates = [self._read(case) for case in draft.cases]
            years = sorted(set(self._rates[0]).intersection(*self._rates))
            self._by_year = {year: self._rate_of(year) for year in years}
        elif named and named.by_year:
            self._by_year = {year: f"at({self.given[0][1].name}, '{year}')" for year in self.years}

    @property
    def is_by_year(self) -> bool:
        """Whether there is a rate for each year."""
        return bool(self._by_year)

    def reaches(self, year: Year, last: Year) -> bool:
        """Whether it says how prices grow from the last year of a series to another."""
        if not self._by_year:
            return bool(self.given)
        return year.financial == self.years[0].financial and all(
            Year(start, year.financial) in self._by_year for start in range(last.start + 1, year.start + 1)
        )

    def levels(self, last: Year) -> None:
        """Add the price level of each year: that of the series, and after it what has grown from its last."""
        draft = self.draft
        if not self.given:
            draft.formula("price_level", "Price level of the year", "index", "deflator", section=SECTION)
            return
        gap = range(last.start + 1, self.years[0].start)
        if self._by_year:
            self._add()
            between = [self._by_year[Year(start, last.financial)] for start in gap]
            text = " * ".join(["deflator_last", *(f"(1 + {rate})" for rate in between)])
        else:
            label = "Years between the last deflator and the first year"
            self._years_since("deflator_years_before", label, [len(gap)], "proposal.years", SECTION)
            self._add()
            text = f"deflator_last * (1 + {self.name}) ** deflator_years_before"
        draft.formula("price_level_before", "Price level before the first year", "index", text, section=SECTION)
        text = f"deflator if deflator > 0 else prior(price_level, start=price_level_before) * (1 + {self.name})"
        draft.formula("price_level", "Price level of the year", "index", text, section=SECTION)

    def growth(self, name: str, label: str, year: Year, last: Sequence[Year], years: Sequence[Year], path: str) -> str:
        """The growth of prices from the end of a series to a later year, as a formula.

        Args:
            years: the later year of each scenario, or one for all; ``last`` is where the series ends, for each.
            path: what sets the years.
        """
        self._add()
        if self._by_year:
            rates = (self._by_year[Year(start, year.financial)] for start in range(last[0].start + 1, year.start + 1))
            return " * ".join(f"(1 + {rate})" for rate in rates)
        since = [max(one.start - end.start, 0) for one, end in zip(years, last, strict=True)]
        self._years_since(f"{name}_years_beyond", f"{label}: years after the series ends", since, path, "")
        return f"(1 + {self.name}) ** {name}_years_beyond"

    def _years_since(self, name: str, label: str, counts: Sequence[int], set_by: str, section: str) -> None:
        values = np.array(counts, dtype=float).reshape(-1, 1, 1)
        set_input(self.draft, name, label, "years", values, section=section or SECTION, set_by=set_by)

    def _rate_of(self, year: Year) -> str:
        return f"at({NAME}, '{year}')" if year in self.years else f"inflation_{year.name}"

    def _add(self) -> None:
        """Add the rate, or those of the proposal's years as one line and each that lies before them as its own."""
        draft = self.draft
        if self._added:
            return
        self._added = True
        if not self._rates:
            self.name = draft.given(NAME, PATH, _LABEL, "rate a year", section=SECTION)
            return
        grounds = [
            draft.bases.grounds(case, PATH, value_at(case.document, PATH), "rate a year") for case in draft.cases
        ]
        lines = {NAME: (_LABEL, [[rates.get(year, 0.0) for year in self.years] for rates in self._rates], True)}
        for year in self._by_year:
            if year not in self.years:
                column = [[rates[year]] for rates in self._rates]
                lines[f"inflation_{year.name}"] = f"Growth of prices in {year}", column, False
        for name, (label, values, by_year) in lines.items():
            draft.input(
                name,
                label,
                "rate a year",
                np.array(values, dtype=float)[:, np.newaxis, :],
                section=SECTION,
                grounds=grounds,
                path=".".join(map(str, PATH)),
                shape=Shape("", by_year),
            )

    def _read(self, case: Case) -> dict[Year, float]:
        """The rates of a scenario by year; one rate is that of every year after the series."""
        given: Given = value_at(case.document, PATH)
        if given.value is not None:
            start, end = self.last.start + 1, self.years[-1].start
            return {Year(at, self.last.financial): given.value.value for at in range(start, end + 1)}
        found: dict[Year, float] = {}
        for key, number in (given.by_year or {}).items():
            says, hint = "", f"Rates are those of years after {self.last}, up to the last that is needed."
            try:
                year = read_year(key)
            except ValueError as problem:
                year, says = self.last, str(problem)
            if not says and year.financial != self.last.financial:
                kind = "financial" if self.last.financial else "calendar"
                says = f"{year} is no {kind} year, as the proposal's are"
                hint = f"Its years are {run_of_years(self.years)}."
            if not says and year <= self.last and year not in self.years:
                says = f"the deflator has the year {year} itself"
            if not says and found and year <= max(found):
                says = f"the year {year} is out of order or stands twice"
            if says:
                where, path = case.at(*PATH, "by_year", key), ".".join(map(str, PATH))
                self.draft.mistakes.add(YearMistake(where=where, path=path, says=says, hint=hint))
            found[year] = number.value
        if found and max(found) >= self.draft.years[-1]:
            for year in self.years[self.years.index(max(found)) + 1 :] if max(found) in self.years else ():
                before = found[year._replace(start=year.start - 1)]
                found[year] = before * later_times(given.then, "rate a year")
        return found


def check_growth(draft: Draft, case: Case, path: Path, given: Given) -> None:
    """Growth a year is a rate: an index that stands in its place would make prices double and more."""
    for number in given.numbers:
        if number.value < 1:
            continue
        value = number.value * 100
        says = f"growth of {value:.10g}% a year is no rate of growth: it looks like an index, or lacks its %"
        rate = value - 100 if value < 200 else number.value if number.value < 100 else number.value - 100
        where, hint = case.at(*path), f"Did you mean {rate:.6g}%? An index stands in a series of the evidence."
        draft.mistakes.add(OutOfRange(where=where, path=".".join(map(str, path)), says=says, hint=hint))
