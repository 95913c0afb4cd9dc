"""The supply of staff held against posts: how many are short, and from which year."""

from __future__ import annotations

from costmodel.assumptions.document import spell
from costmodel.assumptions.workforce_schema import Workforce, name_of_supply
from costmodel.errors import UnknownBand, did_you_mean
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import SectionCheck
from costmodel.sections.pay import usual_scale
from costmodel.sections.pay_scales import band_of

SECTION = "workforce"


def add_supply(draft: Draft, name: str, label: str, wanted: str, supply: str, *, section: str) -> None:
    """Lines that hold posts by year against a supply, and a check that says the first year in which it falls short.

    Args:
        wanted: the name of the line of posts, in WTE.
        supply: the name of the line of posts that people can be found for.
    """
    short, since = f"{name}_short", f"{name}_short_since"
    draft.formula(short, f"{label}: posts above supply", "WTE", f"max({wanted} - {supply}, 0)", section=section)
    text = f"prior({since}) if prior({since}) > 0 else year * ({short} > 0)"
    label_since = f"{label}: year from which posts are above supply, 0 if not yet"
    draft.formula(since, label_since, "year", text, section=section)
    first = f"{name}_first_year_short"
    text = f"at({since}, '{draft.years[-1]}')"
    draft.formula(first, f"{label}: first year with posts above supply, 0 if none", "year", text, section=section)
    says = f"{label}: people can be found for the posts of every year"
    draft.checks.append(SectionCheck(name=f"{name}_supply", says=says, holds=f"{first} == 0", since=first))


def add_supply_of_teams(draft: Draft) -> None:
    """The posts of all sites, by grade, held against the supply that the workforce states."""
    base = draft.files.base.document.workforce
    if base is None:
        return
    known = dict.fromkeys(role.band for role in base.team if role.band is not None)
    for grade in base.supply:
        path = ("workforce", "supply", grade)
        if grade not in known:
            says = f"no role of the team has the grade {grade!r}"
            hint = did_you_mean(grade, known) or f"Grades of the team are {', '.join(known)}."
            where = draft.files.base.at(*path)
            draft.mistakes.add(UnknownBand(where=where, path=spell(path), says=says, hint=hint))
            continue
        _of_grade(draft, base, grade)


def _of_grade(draft: Draft, base: Workforce, grade: str) -> None:
    rollout, supply = draft.files.base.document.rollout, name_of_supply(grade)
    name, label = supply.removesuffix("_supply"), f"Grade {grade}"
    bands = dict.fromkeys(band_of(role, base.pay, usual_scale([base])) for role in base.team if role.band == grade)
    in_team = " + ".join(f"sum(team.wte * (team.band == '{band}'))" for band in bands)
    unit = f"WTE {draft.per_team}"
    draft.formula(f"{name}_in_team", f"{label}: posts in one team", unit, in_team, section=SECTION)
    teams = ""
    if rollout is not None:
        starting, unit = rollout.starting.name or f"{rollout.plural}_starting", "WTE"
        teams = f" * ({rollout.plural}_operating + {starting})"
    text = f"{name}_in_team{teams}"
    draft.formula(f"{name}_posts", f"{label}: posts of all teams", unit, text, section=SECTION)
    what = f"{label}: posts that people can be found for"
    found = draft.given(supply, ("workforce", "supply", grade), what, unit, section=SECTION, at_least=0)
    add_supply(draft, name, label, f"{name}_posts", found, section=SECTION)
