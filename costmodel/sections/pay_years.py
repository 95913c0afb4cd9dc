"""Which year of a pay scale pays each year of the proposal."""

from __future__ import annotations

from costmodel.assumptions.document import spell
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import PayChoice, Uplift
from costmodel.errors import MissingKey, NotForPay, UnknownPayYear, YearMistake
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path
from costmodel.sections.pay_scales import PaidBy, Scale
from costmodel.years import Year


def years_of_pay(
    draft: Draft,
    case: Case,
    path: Path,
    pay: PayChoice,
    uplift: Uplift | None,
    scales: dict[PaidBy, Scale],
    *,
    typed: Path | None,
) -> list[Year] | None:
    """The year of the scales, or of typed salaries, for each year of the proposal; None with a mistake.

    Args:
        path: of the part of the document with the keys pay and uplift.
        typed: where a salary is typed, if any is.
    """
    if uplift and uplift.follow:
        return _awards(draft, case, path, uplift, scales, typed)
    at = case.at(*path, "pay")
    if pay.year is None:
        what = "the year of the pay scale is missing" if scales else "the year of the salaries is missing"
        hint = "Add year: 2020/21, say, or let the uplift follow published-awards."
        hint = hint if scales else "Add pay: {year: 2025/26}, say, with the year whose pay the salaries are."
        draft.mistakes.add(MissingKey(where=at, path=spell((*path, "pay", "year")), says=what, hint=hint))
        return None
    known = next(iter(next(iter(scales.values()))), pay.year) if scales else pay.year
    if not _of_one_kind(draft, case, path, known):
        return None
    for by, scale in scales.items():
        if pay.year not in scale:
            says = f"there is no year {pay.year} in {by.scale}"
            hint = f"Its years are {', '.join(str(year) for year in sorted(scale))}."
            place = (*path, "pay", "year")
            draft.mistakes.add(UnknownPayYear(where=case.at(*place), path=spell(place), says=says, hint=hint))
            return None
    return [pay.year] * len(draft.years)


def _awards(
    draft: Draft, case: Case, path: Path, uplift: Uplift, scales: dict[PaidBy, Scale], typed: Path | None
) -> list[Year] | None:
    """The last award that there is in each year, in every scale that is used."""
    if typed is not None:
        says = "a salary that is typed follows no published awards"
        hint = "Give the uplift a rate, or look the pay up in a scale."
        spelled = spell(typed).removeprefix("workforce.")
        draft.mistakes.add(NotForPay(where=case.at(*typed), path=spelled, says=says, hint=hint))
        return None
    known = sorted(set.intersection(*(set(scale) for scale in scales.values()))) if scales else []
    if known and not _of_one_kind(draft, case, path, known[0]):
        return None
    years = [max((year for year in known if year <= asked), default=None) for asked in draft.years]
    if None in years or (years[-1] != draft.years[-1] and uplift.rate is None):
        short = draft.years[0] if None in years else draft.years[-1]
        names = " and ".join(dict.fromkeys(by.scale for by in scales))
        says = f"there is no published award for {short} in {names}"
        shown = ", ".join(str(year) for year in known)
        hint = f"Its years are {shown}. Give uplift a rate as well, for the years after the last."
        place = (*path, "uplift")
        draft.mistakes.add(UnknownPayYear(where=case.at(*place), path=spell(place), says=says, hint=hint))
        return None
    return [year for year in years if year is not None]


def _of_one_kind(draft: Draft, case: Case, path: Path, paid: Year) -> bool:
    """Whether pay and the proposal have years of one kind: one is never read as the other."""
    if paid.financial == draft.years[0].financial:
        return True
    kinds = {True: "financial", False: "calendar"}
    says = f"pay is by {kinds[paid.financial]} year, and the proposal by {kinds[not paid.financial]} year"
    hint = "Write the proposal's years as pay has them, such as 2026/27 to 2028/29 for financial years."
    place = (*path, "pay")
    draft.mistakes.add(YearMistake(where=case.at(*place), path=spell(place), says=says, hint=hint))
    return False
