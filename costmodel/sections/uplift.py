"""The uplift of pay: what salaries are multiplied by, from the year whose pay they are to each year of the proposal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import PayChoice, Uplift
from costmodel.errors import OutOfRange, PayStands, UpliftWithoutYear
from costmodel.sections.cautions import say_cautions
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path
from costmodel.sections.growth_rates import refuse_index
from costmodel.years import Year, read_year, run_of_years

CASH = "cash"


@dataclass(frozen=True, kw_only=True)
class PayOf:
    """Whose pay salaries are in one scenario, and how they go on from there."""

    case: Case
    uplift: Uplift | None
    pay: PayChoice
    award: Year | None
    """The last published award up to the last year of the proposal, where pay follows the awards."""

    @property
    def follows(self) -> bool:
        return self.award is not None

    @property
    def start(self) -> Year:
        """The year from which a rate applies: the pay of a year has the awards up to it already."""
        if self.award is not None:
            return self.award
        assert self.pay.year is not None
        given = self.uplift.from_ if self.uplift else None
        return max(given, self.pay.year) if given else self.pay.year


class PayUplift:
    """The growth of pay, as the end of a formula, with the inputs that it reads."""

    def __init__(self, draft: Draft, held: list[PayOf], *, path: Path, name: str, section: str) -> None:
        """``path`` is that of the part of the document with the keys pay and uplift; ``name`` begins new lines."""
        self.draft, self.held, self.path, self.name, self.section = draft, held, path, name, section
        self.first, self.last = draft.years[0], draft.years[-1]

    def growth(self) -> str:
        """`` * growth(...)``, or nothing where no scenario uplifts pay by a rate."""
        say_cautions(self.draft, [self._what_stands(of) for of in self.held])
        rated = [of for of in self.held if of.uplift and of.uplift.rate]
        if not rated:
            return ""
        rate = self.draft.given(
            f"{self.name}_uplift_rate",
            (*self.path, "uplift", "rate"),
            "Pay uplift",
            "rate a year",
            section=self.section,
            from_year=min(of.start for of in rated),
        )
        refuse_index(self.draft, rate)
        plain, follows = [of for of in rated if not of.follows], [of.follows for of in self.held]
        late = next((of for of in plain if of.start > self.last), None)
        if late:
            where = late.case.at(*self.path, "uplift", "from")
            says = f"the uplift starts from {late.start}, after the proposal's last year"
            self.draft.mistakes.add(OutOfRange(where=where, path=self._spelled("uplift.from"), says=says))
            return ""
        starts = {of.start for of in plain}
        awards = {of.start for of in rated if of.follows and of.start != self.last}
        if len(starts) > 1 or len(awards) > 1 or (starts and awards and min(awards) < self.first):
            return f" * {self._from_each_year(rate)}"
        by_rate = self._switched(self._growth_from(min(starts), rate)) if starts else ""
        if not any(follows):
            return f" * {by_rate}"
        after = self._growth_from(min(awards), rate) if awards else "1"
        if all(follows):
            return f" * {after}" if after != "1" else ""
        label = "Pay follows each year's published award"
        self.draft.switch(f"{self.name}_follows_awards", label, follows, section=self.section)
        return f" * ({after} if {self.name}_follows_awards else {by_rate or '1'})"

    def _switched(self, text: str) -> str:
        """The growth where some scenarios have no uplift at all."""
        flat = [of.uplift is None for of in self.held]
        if not any(flat):
            return text
        uplifted = [not without for without in flat]
        self.draft.switch(f"{self.name}_is_uplifted", "Pay is uplifted", uplifted, section=self.section)
        return f"({text} if {self.name}_is_uplifted else 1)"

    def _growth_from(self, start: Year, rate: str) -> str:
        """Growth from one year in every scenario."""
        if start >= self.first:
            return f"growth({rate}, '{start}')"
        earlier = self._earlier_rates(start, rate)
        if earlier is not None:
            return " * ".join((f"growth({rate}, '{self.first}')", f"(1 + at({rate}, '{self.first}'))", *earlier))
        self._years_before([start] * len(self.held))
        before = f"{self._before}s_before_first_year"
        return f"growth({rate}, '{self.first}') * (1 + at({rate}, '{self.first}')) ** {before}"

    @property
    def _before(self) -> str:
        return "uplift" if self.name == "pay" else f"{self.name}_uplift"

    def _years_before(self, starts: list[Year], *, beside_first: bool = False) -> None:
        """How many awards lie between the year of pay and the first year; that of the first year may count apart."""
        counts = [float(max(self.first.start - start.start - beside_first, 0)) for start in starts]
        reasons = [f"From {start} to {self.first}." for start in starts]
        self.draft.input(
            f"{self._before}s_before_first_year",
            "Uplifts before the first year",
            "years",
            np.array(counts).reshape(-1, 1, 1),
            section=self.section,
            grounds=[Grounds(grade=None, reason=reason) for reason in reasons],
            path=self._spelled("uplift.from"),
            set_by=self._spelled("uplift.from"),
        )

    def _from_each_year(self, rate: str) -> str:
        """Growth from a year that each scenario sets: the line pay_growth."""
        draft, starts = self.draft, [of.start if of.uplift and of.uplift.rate else self.last for of in self.held]
        since, line = f"{self.name}_uplift_from", f"{self.name}_growth"
        draft.input(
            since,
            "Last year at the pay that salaries are stated at",
            "year",
            np.array([float(start.start) for start in starts]).reshape(-1, 1, 1),
            section=self.section,
            grounds=[Grounds(grade=None, reason="The year of the pay, or from which the uplift is said to run.")]
            * len(self.held),
            path=self._spelled("uplift.from"),
            set_by=self._spelled("pay.year"),
        )
        earliest = min(starts)
        opening = "1"
        if earliest < self.first:
            earlier = self._earlier_rates(earliest, rate)
            if earlier is None:
                self._years_before(starts, beside_first=True)
                opening = f"(1 + at({rate}, '{self.first}')) ** {self._before}s_before_first_year"
            else:
                opening = " * ".join(earlier) or "1"
        draft.formula(f"{line}_before", "Pay before the first year", "index", opening, section=self.section)
        text = f"prior({line}, start={line}_before) * (1 + {rate} if year > {since} else 1)"
        draft.formula(line, "Growth of pay", "index", text, section=self.section)
        return line

    def _earlier_rates(self, start: Year, rate: str) -> list[str] | None:
        """The factors of years before the first, where a rate is given year by year; None where one rate is given."""
        if self.draft.assumptions.get(rate) is None or not self._by_year(rate):
            return None
        years = [Year(at, self.first.financial) for at in range(start.start + 1, self.first.start)]
        found = [[self._award(of, year, rate) for year in years] for of in self.held]
        for place, year in enumerate(years):
            self.draft.input(
                f"{self.name}_uplift_rate_{year.name}",
                f"Pay uplift of {year}",
                "rate a year",
                np.array([row[place] for row in found]).reshape(-1, 1, 1),
                section=self.section,
                grounds=self.draft.assumptions[rate].grounds,
                path=self._spelled(f"uplift.rate.{year}"),
            )
        return [f"(1 + {self.name}_uplift_rate_{year.name})" for year in years]

    def _by_year(self, rate: str) -> bool:
        return any(line.shape.by_year for line in self.draft.lines if line.name == rate)

    def _award(self, of: PayOf, year: Year, rate: str) -> float:
        """The rate of a year before the proposal's first; 0 where the pay of this scenario has it already."""
        given = of.uplift.rate if of.uplift else None
        if given is not None and given.name:
            given = of.case.document.assumptions.get(given.name)
        if given is None or year <= of.start:
            return 0.0
        if given.value is not None:
            return given.value.value
        by_year = _years_of(given)
        if year in by_year:
            return by_year[year]
        known = run_of_years(tuple(by_year))
        says = f"pay is of {of.start}, and the award of {year} is not given: {rate} has {known}"
        hint = f"Add {year} to the rates, or take pay of a later year. Write 0% where there was no award."
        where = of.case.at(*self.path, "uplift", "rate")
        self.draft.mistakes.add(UpliftWithoutYear(where=where, path=self._spelled("uplift.rate"), says=says, hint=hint))
        return 0.0

    # What is not wrong, and may not be meant

    def _what_stands(self, of: PayOf) -> list[PayStands]:
        """Years that pay stands still though time passes, and awards that would have counted twice."""
        pay, uplift = of.pay, of.uplift
        if of.follows:
            return []
        assert pay.year is not None
        given = uplift.from_ if uplift else None
        says = hint = ""
        key = "uplift"
        if given and given < pay.year:
            says = f"the uplift is said to run from {given}, and pay is of {pay.year}, which has the awards up to then"
            hint = f"It runs from {pay.year}. Write from: {pay.year}, or leave from out."
        elif pay.year > self.first and self.draft.price_year is None:
            says = f"pay of {pay.year} stands in {self.first} too, which is before it"
            hint = f"Take pay of {self.first} or an earlier year, or start the proposal in {pay.year}."
            key = "pay"
        elif pay.note is None and given and given > pay.year and uplift and uplift.note is None:
            says = f"pay of {pay.year} stands still to {given}, from which the uplift is said to run"
            hint = f"Write from: {pay.year}, or leave from out; or say in a note: of pay why it stands still."
        elif pay.note is None and uplift is None and pay.year < self.last and self.draft.price_year is None:
            says = f"pay of {pay.year} stands in {self.last}, and there is no uplift"
            hint = "Add uplift: {rate: 3%}, which runs from the year of pay; or say in a note: of pay why it stands."
            key = "pay"
        where = of.case.at(*self.path, key)
        path = self._spelled("uplift.from" if key == "uplift" else "pay.year")
        return [PayStands(where=where, path=path, says=says, hint=hint)] if says else []

    def _spelled(self, key: str) -> str:
        return ".".join((*map(str, self.path), key))


def _years_of(given: Given) -> dict[Year, float]:
    """A rate's years that can be read; the others are said where the rate is."""
    found: dict[Year, float] = {}
    for key, number in (given.by_year or {}).items():
        try:
            found[read_year(key)] = number.value
        except ValueError:
            continue
    return found
