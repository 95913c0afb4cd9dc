"""The rollout section: sites operating and starting, what they cost and deliver."""

from __future__ import annotations

from costmodel.errors import ChangesStructure
from costmodel.language.nouns import many
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import value_at

SECTION = "rollout"


def add_rollout(draft: Draft) -> None:
    """Lines, for a site called team: teams_starting, teams_operating, what they deliver, and their labour costs."""
    spec = draft.files.base.document.rollout
    if spec is None:
        return
    site, sites = spec.site, spec.plural
    for case in draft.cases:
        other = case.document.rollout
        if other is None or (other.site, other.plural) != (site, sites):
            says = "a scenario calls the sites by another name than the proposal"
            draft.mistakes.add(ChangesStructure(where=case.at("rollout", "site"), path="rollout.site", says=says))
            return
    unit = many(site)
    at_start = draft.given(
        f"{sites}_at_start",
        ("rollout", "operating_at_start"),
        f"{sites.capitalize()} operating at the start",
        unit,
        section=SECTION,
        at_least=0,
    )
    starting = draft.given(
        f"{sites}_starting",
        ("rollout", "starting"),
        f"Number of {sites} coming into operation over the year",
        unit,
        section=SECTION,
        at_least=0,
    )
    operating = f"{sites}_operating"
    draft.formula(
        operating,
        f"Number of {sites} operating fully from the start of the year",
        unit,
        f"prior({operating}, start={at_start}) + prior({starting})",
        section=SECTION,
    )
    if draft.files.base.document.workforce:
        _labour(draft, sites, operating, starting)
    for outcome in dict.fromkeys([*spec.when_operating, *spec.while_starting]):
        if outcome != "cost":
            _outcome(draft, outcome, site, {"operating": operating, "starting": starting})


def _labour(draft: Draft, sites: str, operating: str, starting: str) -> None:
    draft.formula(
        "labour_operating",
        f"Labour costs of {sites} fully operational",
        "£",
        f"{operating} * team_cost",
        section=SECTION,
    )
    text = f"{starting} * team_cost"
    path = ("rollout", "while_starting", "cost")
    if any(value_at(case.document, path) is not None for case in draft.cases):
        label = "Share of a year's cost in the year of starting"
        share = draft.given("starting_cost_share", path, label, "share of a year", section=SECTION)
        text += f" * {share}"
    draft.formula("labour_starting", f"Labour costs of {sites} coming into operation", "£", text, section=SECTION)


def _outcome(draft: Draft, outcome: str, site: str, counts: dict[str, str]) -> None:
    """What sites deliver, such as children: so many for each that operates, so many for each that starts."""
    noun = outcome.replace("_", " ")
    terms = []
    for state, holder in (("operating", "when_operating"), ("starting", "while_starting")):
        path = ("rollout", holder, outcome)
        if all(value_at(case.document, path) is None for case in draft.cases):
            continue
        when = "in full operation" if state == "operating" else "in the year of starting"
        name = draft.given(
            f"{outcome}_per_{site}_{state}",
            path,
            f"{noun.capitalize()} seen by a {site} {when}",
            f"{outcome} per {site}",
            section=SECTION,
            at_least=0,
        )
        terms.append(f"{counts[state]} * {name}")
    draft.formula(outcome, f"{noun.capitalize()} seen per year", outcome, " + ".join(terms), section=SECTION)
