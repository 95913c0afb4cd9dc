"""Whether all that the ledger names is there: sources, proposals, scenarios, findings and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costmodel.analysis.results import Costed
from costmodel.assumptions.claims import Register
from costmodel.assumptions.document import Mapping as Tree
from costmodel.assumptions.document import position
from costmodel.assumptions.evidence import Source
from costmodel.assumptions.kinds import Given
from costmodel.errors import (
    Mistakes,
    NoBasis,
    RecalledAsPublished,
    UnknownName,
    UnknownProposal,
    UnknownScenario,
    UnknownSource,
    WrongValue,
    did_you_mean,
)


def sources_of(costeds: Iterable[Costed]) -> dict[str, Source]:
    """The sources of some proposals: those that they share, and each one's own that no other has."""
    found: dict[str, Source] = {}
    for costed in costeds:
        evidence = costed.costing.files.evidence
        found = {**evidence.sources, **found, **evidence.shared.sources}
    return found


def check_references(register: Register, costeds: Mapping[str, Costed], mistakes: Mistakes) -> None:
    """Add a mistake for each thing that the ledger names and is not there, and for each entry that says two things."""
    sources = sources_of(costeds.values())
    for name, figure in register.figures.items():
        _check_figure(name, figure, register, sources, mistakes)
    claims, findings = register.claims_tree, register.findings_tree
    for key, claim in register.claims.items():
        _check_source(claims, ("claims", key, "source"), claim.source, sources, mistakes)
        _check_case(claims, ("claims", key), claim.proposal, claim.scenario, costeds, mistakes)
        if claim.finding and claim.finding not in register.findings:
            where, hint = position(claims, ("claims", key, "finding")), did_you_mean(claim.finding, register.findings)
            says = f"there is no finding {claim.finding!r}"
            mistakes.add(UnknownName(where=where, path=f"claims.{key}.finding", says=says, hint=hint))
        for given, other in (("not_derivable", claim.formula), ("differs", not claim.formula)):
            if getattr(claim, given) and other:
                where = position(claims, ("claims", key, given), of_key=True)
                says = f"the claim has {given}, and {'no' if given == 'differs' else 'a'} formula"
                mistakes.add(WrongValue(where=where, path=f"claims.{key}.{given}", says=says))
    for key, finding in register.findings.items():
        _check_case(findings, ("findings", key), finding.proposal, "base", costeds, mistakes)
        for name, size in finding.size.items():
            _check_case(findings, ("findings", key), finding.proposal, size.scenario, costeds, mistakes, size=name)
        for place, claim_id in enumerate(finding.claims):
            if claim_id not in register.claims:
                where = position(findings, ("findings", key, "claims", place))
                says, hint = f"there is no claim {claim_id!r}", did_you_mean(claim_id, register.claims)
                mistakes.add(UnknownName(where=where, path=f"findings.{key}.claims", says=says, hint=hint))
        for name in finding.unit if isinstance(finding.unit, dict) else ():
            if name not in finding.size:
                where = position(findings, ("findings", key, "unit", name), of_key=True)
                says, hint = f"there is no size {name!r}", did_you_mean(name, finding.size)
                mistakes.add(UnknownName(where=where, path=f"findings.{key}.unit", says=says, hint=hint))


def _check_figure(
    name: str, figure: Given, register: Register, sources: Mapping[str, Source], mistakes: Mistakes
) -> None:
    """A figure is one value with a source or a reason, and is not published where it was only recalled."""
    tree, path = register.claims_tree, ("figures", name)
    where, spelled = position(tree, path, of_key=True), f"figures.{name}"
    if figure.value is None:
        says = "a figure of the ledger is one value"
        mistakes.add(WrongValue(where=where, path=spelled, says=says, hint="Write value: and the number."))
    if not figure.has_basis:
        hint = "Add source: with the id of a source, or reason: with why this value."
        mistakes.add(NoBasis(where=where, path=spelled, says="the figure has neither a source nor a reason", hint=hint))
    if figure.source:
        _check_source(tree, (*path, "source"), figure.source, sources, mistakes)
    entry = sources.get(figure.source or "")
    if figure.graded == "published" and (figure.status == "R" or (entry and entry.read == "recalled")):
        says = "a recalled value is graded published"
        mistakes.add(
            RecalledAsPublished(where=where, path=spelled, says=says, hint="Find it in print, or say judgement.")
        )


def _check_source(
    tree: Tree, path: tuple[str, ...], source: str, sources: Mapping[str, Source], mistakes: Mistakes
) -> None:
    if sources and source not in sources:
        hint = did_you_mean(source, sources) or "Add it to the register of sources."
        says = f"there is no source {source!r} in the register"
        mistakes.add(UnknownSource(where=position(tree, path), path=".".join(path), says=says, hint=hint))


def _check_case(
    tree: Tree,
    path: tuple[str, ...],
    proposal: str | None,
    scenario: str,
    costeds: Mapping[str, Costed],
    mistakes: Mistakes,
    size: str = "",
) -> None:
    """The proposal that a formula is of is there, and has the scenario."""
    if proposal is None:
        return
    if proposal not in costeds:
        hint = did_you_mean(proposal, costeds) or f"Proposals are {', '.join(costeds)}."
        at = (*path, "proposal")
        says = f"there is no proposal {proposal!r}"
        mistakes.add(UnknownProposal(where=position(tree, at), path=".".join(at), says=says, hint=hint))
    elif scenario not in costeds[proposal].scenarios:
        known = costeds[proposal].scenarios
        at = (*path, "size", size, "scenario") if size else (*path, "scenario")
        says = f"there is no scenario {scenario!r} in {proposal}"
        hint = did_you_mean(scenario, known) or f"Scenarios are {', '.join(known)}."
        mistakes.add(UnknownScenario(where=position(tree, at), path=".".join(at), says=says, hint=hint))
