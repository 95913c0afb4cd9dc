"""Programme costs: per site by age of site, per operating site, fixed by year, or an existing budget scaled."""

from __future__ import annotations

from costmodel.assumptions.schema import Programme
from costmodel.errors import ChangesStructure, MissingKey, NotForPay
from costmodel.sections.draft import Draft
from costmodel.sections.growth_rates import refuse_index

SECTION = "programme costs"
_WAYS = ("per_site", "per_operating_site", "by_year", "value", "budget")


def add_programmes(draft: Draft) -> None:
    """One line a programme, under its own name, with what it is worked out from."""
    for name, programme in draft.files.base.document.programme_costs.items():
        if _same_way(draft, name, programme) and not _follows(draft, name):
            _add(draft, name, programme)


def _way(programme: Programme) -> str:
    way = next(way for way in _WAYS if getattr(programme, way) is not None)
    return "amount" if way in ("by_year", "value") else way


def _same_way(draft: Draft, name: str, programme: Programme) -> bool:
    for case in draft.cases:
        other = case.document.programme_costs[name]
        if _way(other) != _way(programme) or (other.uplift is None) != (programme.uplift is None):
            where = case.at("programme_costs", name)
            says = "a scenario works this programme's cost out in another way than the proposal"
            draft.mistakes.add(ChangesStructure(where=where, path=f"programme_costs.{name}", says=says))
            return False
    return True


def _follows(draft: Draft, name: str) -> bool:
    """Whether a scenario makes the cost follow published awards, which is for pay."""
    found = False
    for case in draft.cases:
        uplift = case.document.programme_costs[name].uplift
        if uplift and uplift.follow:
            found = True
            hint = "Write uplift: {rate: 3%, from: 2026/27}, with the rate at which this cost rises."
            draft.mistakes.add(
                NotForPay(
                    where=case.at("programme_costs", name, "uplift", "follow"),
                    path=f"programme_costs.{name}.uplift.follow",
                    says="follow is for pay, which has published awards, and this is a programme cost",
                    hint=hint,
                )
            )
    return found


def _add(draft: Draft, name: str, programme: Programme) -> None:
    path = ("programme_costs", name)
    label = programme.label or name.replace("_", " ").capitalize()
    where = draft.files.base.at(*path)
    way = _way(programme)
    growth = _growth(draft, name, label)
    if way == "amount":
        own = f"{name}_before_uplift" if growth else name
        amount = draft.given(own, path, f"{label}, before uplift" if growth else label, programme.unit, section=SECTION)
        text = amount
        if not growth and amount == name:
            return
    elif way == "budget":
        budget = draft.given(
            f"{name}_budget", (*path, "budget"), f"{label}: existing budget", programme.unit, section=SECTION
        )
        scale = draft.given(f"{name}_scale", (*path, "scale"), f"{label}: scale", "ratio", section=SECTION)
        text = f"{budget} * {scale}"
    else:
        rollout = draft.files.base.document.rollout
        if rollout is None:
            hint = "Add a rollout section, with sites starting each year."
            says = f"{way} needs sites, and the proposal has no rollout"
            draft.mistakes.add(MissingKey(where=where, path=f"programme_costs.{name}.{way}", says=says, hint=hint))
            return
        unit = f"{programme.unit} per {rollout.site}"
        kind = "per" if way == "per_site" else "per_operating"
        each = draft.given(
            f"{name}_{kind}_{rollout.site}", (*path, way), f"{label} for a {rollout.site}", unit, section=SECTION
        )
        by_age = each in draft.profiles
        sites = f"{rollout.plural}_{'starting' if way == 'per_site' else 'operating'}"
        text = f"spread({sites}, {each})" if by_age else f"{sites} * {each}"
    draft.formula(
        name,
        label,
        programme.unit,
        f"{text}{growth}" if " + " not in text else f"({text}){growth}",
        section=SECTION,
        where=where,
    )


def _growth(draft: Draft, name: str, label: str) -> str:
    """What the cost is multiplied by, as the end of a formula."""
    uplift = draft.files.base.document.programme_costs[name].uplift
    if uplift is None:
        return ""
    path = ("programme_costs", name, "uplift", "rate")
    rate = draft.given(f"{name}_uplift_rate", path, f"{label}: uplift", "rate a year", section=SECTION)
    refuse_index(draft, rate)
    return f" * growth({rate}, '{uplift.from_ or draft.years[0]}')"
