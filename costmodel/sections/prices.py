"""Prices of an appraisal: the deflator, what takes cash and the prices of other years to the price base, real costs.

Money is taken to the price base once: cash by the price level of its year, and real money of another year by the ratio
of the two years' deflators. Money at the price base stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from costmodel.assumptions.appraisal_schema import Appraisal
from costmodel.assumptions.kinds import GRADE_OF_STATUS
from costmodel.assumptions.price_series import PriceSeries, Rule
from costmodel.assumptions.proposal import Case
from costmodel.errors import (
    MissingKey,
    PayAtOtherPrices,
    UnknownEdition,
    WrongKind,
    YearMistake,
    YearsOfAnotherKind,
    did_you_mean,
)
from costmodel.language.functions.looked_up import REAL_FACTOR
from costmodel.language.shape import Shape
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path, weakest_grade
from costmodel.sections.inflation import Inflation
from costmodel.sections.money import CASH, Cash, at_prices_of, prices_of
from costmodel.sections.set_inputs import set_input
from costmodel.years import Year

SECTION = "appraisal"
_OF_CASH = re.compile(rf"\b(?:real\(|{REAL_FACTOR}\b|price_level\b|deflator\b|cost_cash\b)")
"""Formulas that need the price level of each year."""


def series_grounds(series: PriceSeries, financial: bool, rule: Rule | None) -> Grounds:
    """What a value of a series rests on, read at years of a kind."""
    grade = GRADE_OF_STATUS[series.status]
    grade = grade if financial == series.financial else weakest_grade([grade, "derived"]) or grade
    return Grounds(grade=grade, source=series.source, place=series.place(financial, rule))


def check_prices(draft: Draft) -> None:
    """Pay in a proposal at the prices of a year is pay at those prices: published awards are cash."""
    for case in draft.cases:
        proposal, workforce = case.document.proposal, case.document.workforce
        if workforce is None or proposal.price_year is None:
            continue
        if workforce.uplift and workforce.uplift.follow:
            where = case.at("workforce", "uplift", "follow")
            says = f"published awards are cash, and the proposal is in {proposal.prices}"
            hint = "Write rate: with the growth of pay over and above prices; or prices: cash in the proposal."
            draft.mistakes.add(WrongKind(where=where, path="workforce.uplift.follow", says=says, hint=hint))
        elif workforce.pay.year and workforce.pay.year != proposal.price_year:
            where = case.at("workforce", "pay", "year")
            says = f"pay of {workforce.pay.year} is taken as it is, and the proposal is in {proposal.prices}"
            hint = f"Choose the scale of {proposal.price_year}, or let the proposal be in other prices."
            draft.mistakes.add(PayAtOtherPrices(where=where, path="workforce.pay.year", says=says, hint=hint))


class PriceLines:
    """The lines by which money of every kind becomes real at the price base."""

    def __init__(self, draft: Draft, spec: Appraisal) -> None:
        self.draft, self.spec, self.years = draft, spec, draft.axis
        self.deflators = draft.evidence.deflators
        self.financial = self.years[0].financial

    @property
    def real(self) -> str:
        """The unit of real money."""
        return at_prices_of(self.spec.price_base)

    @property
    def cash(self) -> str:
        """The unit of cash."""
        return "£ (cash)" if self.draft.price_year else "£"

    @property
    def series(self) -> PriceSeries:
        """The deflator that the proposal names."""
        return self.deflators[self.spec.deflator]

    @property
    def rule(self) -> Rule | None:
        """How the deflator is read at years of the other kind: as the proposal says, or the evidence."""
        return self.spec.convert or self.series.convert

    def check(self) -> bool:
        """Whether the deflator that is named is there."""
        name = self.spec.deflator
        if name in self.deflators:
            return True
        hint = did_you_mean(name, self.deflators) or f"In the evidence: {', '.join(self.deflators) or 'none'}."
        if name in self.draft.evidence.indices:
            hint = f"{name} is an index that a cost can follow. Deflators are {', '.join(self.deflators)}."
        self._unknown(("appraisal", "deflator"), f"there is no deflator {name!r} in the evidence", hint)
        return False

    def add(self) -> bool:
        """Add the deflator of the price base, and the price level of each year where there is cash."""
        base = self.spec.price_base
        self.inflation = Inflation(self.draft, max(self.series.read_at(self.financial, self.rule or "start")))
        where: list[tuple[Case, Path]] = [(self.draft.files.base, ("appraisal", "price_base"))]
        if not self.can_be_read([base], where):
            return False
        label = f"Deflator of {base}, the price base"
        self.deflator("deflator_price_base", label, [base], where, section=SECTION)
        return self._levels() if self._has_cash() else True

    def can_be_read(self, years: Sequence[Year], where: Sequence[tuple[Case, Path]]) -> bool:
        """Whether there is a deflator for years of prices, with what to do where there is none."""
        for year, (case, path) in zip(years, where, strict=True):
            spelled = ".".join(map(str, path))
            if year.financial != self.series.financial and self.rule != "average":
                self.draft.mistakes.add(
                    YearMistake(where=case.at(*path), path=spelled, says=self._other_kind(year), hint=self._mend(year))
                )
                return False
            known = self.series.read_at(year.financial, self.rule)
            first, last = min(known), max(known)
            runs = f"It runs from {first} to {last}, by {self.series.kind} year."
            says = f"the deflator {self.spec.deflator} has no year {year}"
            if year < first:
                self._unknown(path, says, runs, case)
                return False
            if year > last and not self.inflation.reaches(year, last):
                hint = f"{runs} Write inflation_beyond: with the growth of prices a year after that."
                self._unknown(path, says, hint, case)
                return False
            if year > last and self.inflation.is_by_year and len(set(years)) > 1:
                hint = "Write inflation_beyond: as one rate, or let the scenarios have one price year."
                self._unknown(path, f"{says}, and scenarios have other price years", hint, case)
                return False
        return True

    def _other_kind(self, year: Year) -> str:
        kind = "financial" if year.financial else "calendar"
        return f"the deflator {self.spec.deflator} is by {self.series.kind} year, and {year} is a {kind} year"

    def _mend(self, year: Year) -> str:
        like = [name for name, series in self.deflators.items() if series.financial == year.financial]
        kind = "financial" if year.financial else "calendar"
        ways = [f"name a deflator by {kind} year ({', '.join(like)})"] * bool(like)
        ways += [f"write {year.start if year.financial else Year(year.start)}"]
        average = self.series.place(year.financial, "average").partition("; ")[2]
        ways += [f"write convert: average, by which {average}"]
        text = ", ".join(ways[:-1]) + f", or {ways[-1]}."
        return text[0].upper() + text[1:]

    def deflator(
        self,
        name: str,
        label: str,
        years: Sequence[Year],
        where: Sequence[tuple[Case, Path]],
        *,
        section: str,
        path: str = "appraisal",
        grounds: Sequence[Grounds] = (),
    ) -> None:
        """Add the deflator of a year: of one for all scenarios, or of one for each.

        Where it lies after the end of the series, it is the last one that is published, grown.
        """
        known = [self.series.read_at(year.financial, self.rule) for year in years]
        last = [max(levels) for levels in known]
        held = list(grounds) or [series_grounds(self.series, years[0].financial, self.rule)] * len(self.draft.cases)
        beyond = any(year > end for year, end in zip(years, last, strict=True))
        own, said = (f"{name}_known", f"{label}, or of {last[0]} where it is later") if beyond else (name, label)
        values = [levels[min(year, end)] for levels, year, end in zip(known, years, last, strict=True)]
        array = np.array(values).reshape(-1, 1, 1)
        set_input(self.draft, own, said, "index", array, section=section, grounds=held, path=path)
        if beyond:
            growth = self.inflation.growth(name, label, max(years), last, years, path)
            self.draft.formula(name, label, "index", f"{own} * {growth}", section=section)

    def _has_cash(self) -> bool:
        """Whether a cost is in cash, or a formula takes cash to real prices."""
        document = self.draft.files.base.document
        texts = [line.formula for line in document.lines.values()] + [check.holds for check in document.checks.values()]
        texts += [column.formula or "" for rows in document.lists.values() for column in rows.columns.values()]
        spec = self.spec
        named = [*spec.costs, *spec.income, *(benefit.line for benefit in spec.benefits)]
        return CASH in self.kinds(named) or any(_OF_CASH.search(text) for text in texts)

    def kinds(self, names: Sequence[str]) -> dict[Year | Cash, list[str]]:
        """Some lines by the prices that they are at; what is no money counts as cash, and is refused as such."""
        lines = self.draft.named_lines()
        found: dict[Year | Cash, list[str]] = {}
        for name in names:
            prices = prices_of(lines[name].unit) if name in lines else CASH
            found.setdefault(prices or CASH, []).append(name)
        return found

    def _levels(self) -> bool:
        """The price level of each year of the proposal, and the factor from its cash to real prices."""
        draft, series = self.draft, self.series
        rule: Rule = self.rule or "start"
        known = series.read_at(self.financial, rule)
        first, last = min(known), max(known)
        if self.years[0] < first:
            says = f"the deflator {self.spec.deflator} begins in {min(series.levels)}, and {self.years[0]} is before it"
            hint = "Name one that reaches back to it: no rule says what prices were before a series begins."
            self._unknown(("appraisal", "deflator"), says, hint)
            return False
        if self.financial != series.financial and self.rule is None:
            self._caution()
        if self.years[-1] > last and not self.inflation.reaches(self.years[-1], last):
            where = draft.files.base.at("appraisal")
            says = "the key 'inflation_beyond' is missing"
            hint = f"Say how prices grow after {max(series.levels)}, where the deflator ends, to {self.years[-1]}."
            draft.mistakes.add(MissingKey(where=where, path="appraisal.inflation_beyond", says=says, hint=hint))
            return False
        grounds = [series_grounds(series, self.financial, rule)] * len(draft.cases)
        ends = max(series.levels) if rule == "start" else last
        label, shape = "Deflator of the year, 0 where none is published", Shape("", True)
        each = np.array([[[known.get(year, 0.0) for year in self.years]]])
        end, before = f"Deflator of {ends}, the last that is published", np.full((1, 1, 1), known[last])
        set_input(draft, "deflator_last", end, "index", before, section=SECTION, grounds=grounds)
        set_input(draft, "deflator", label, "index", each, section=SECTION, grounds=grounds, shape=shape)
        self.inflation.levels(last)
        draft.formula(
            REAL_FACTOR,
            "From the cash of the year to real prices",
            f"{self.real} per {self.cash}",
            "deflator_price_base / price_level",
            section=SECTION,
        )
        return True

    def _caution(self) -> None:
        where = self.draft.files.base.at("appraisal", "deflator")
        says = f"{self._other_kind(self.years[0])}: {self.series.place(self.financial, 'start').partition('; ')[2]}"
        hint = self._mend(self.years[0]).partition(", write")[0]
        hint += "; or write convert: average, or convert: start to keep it so."
        self.draft.mistakes.add(YearsOfAnotherKind(where=where, path="appraisal.deflator", says=says, hint=hint))

    def factor(self, name: str, label: str, unit: str, deflator: str, *, section: str) -> None:
        """Add the factor from the prices of another year to the price base."""
        text = f"deflator_price_base / {deflator}"
        self.draft.formula(name, label, f"{self.real} per {unit}", text, section=section)

    def to_base(self, prices: Year | Cash, path: Path) -> str | None:
        """What takes money at some prices to the price base, as the end of a formula; None where nothing does.

        Args:
            path: where the line of that money is named.
        """
        if prices == CASH:
            return f" * {REAL_FACTOR}"
        if prices == self.spec.price_base or not isinstance(prices, Year):
            return ""
        slug = prices.name
        if f"price_factor_{slug}" not in {line.name for line in self.draft.lines}:
            where: list[tuple[Case, Path]] = [(self.draft.files.base, path)]
            if not self.can_be_read([prices], where):
                return None
            self.deflator(f"deflator_{slug}", f"Deflator of {prices}", [prices], where, section=SECTION)
            label = f"From {prices} prices to the price base"
            unit = at_prices_of(prices)
            self.factor(f"price_factor_{slug}", label, unit, f"deflator_{slug}", section=SECTION)
        return f" * price_factor_{slug}"

    def _unknown(self, path: Path, says: str, hint: str, case: Case | None = None) -> None:
        where = (case or self.draft.files.base).at(*path)
        self.draft.mistakes.add(UnknownEdition(where=where, path=".".join(map(str, path)), says=says, hint=hint))
