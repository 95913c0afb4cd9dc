"""Finding and loading proposals: the root of assumptions, the evidence beside it, and all mistakes together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from costmodel.analysis.printed import check_printed
from costmodel.analysis.results import Costed, work_out
from costmodel.assumptions.evidence import Evidence, read_evidence
from costmodel.assumptions.names import same_name
from costmodel.assumptions.proposal import find_folder, find_proposals, read_proposal
from costmodel.assumptions.roots import EVIDENCE, evidence_of, root_of, shipped
from costmodel.errors import BadInput, FileMissing, Mistake, Mistakes, NameTaken, Position, UnknownProposal, shown_path
from costmodel.sections.costing import build_costing

if TYPE_CHECKING:
    from costmodel.analysis.ledger import Ledger

SHIPPED = "shipped evidence"
"""What digests call the evidence that ships, where a root has its own over it."""


def shared_evidence(root: Path, mistakes: Mistakes) -> Evidence:
    """The evidence that every proposal of a root has: the root's own, over what ships."""
    own, below = evidence_of(root), shipped() / EVIDENCE
    if own.resolve() == below.resolve():
        return read_evidence(own, mistakes)
    return read_evidence(own, mistakes, below=read_evidence(below, mistakes, name=SHIPPED))


def evidence_for(folder: Path, shared: Evidence, mistakes: Mistakes) -> Evidence:
    """The evidence of a proposal: its own, where it has any, over what it shares with others."""
    own = folder / EVIDENCE
    if not own.is_dir():
        return shared
    return read_evidence(own, mistakes, below=shared, name=f"{folder.resolve().name}/{EVIDENCE}", own=True)


def load_proposal(proposal: str, given: Path | None = None) -> Costed:
    """Read one proposal and work it out.

    Raises:
        BadInput: with every mistake in its files.
    """
    root = root_of(given)
    folder = _folder(proposal, root)
    mistakes = Mistakes()
    beside = folder.parent  # a proposal that is given by its path may stand in a root of its own
    shared = shared_evidence(beside if given is None and (beside / EVIDENCE).is_dir() else root, mistakes)
    return _load(folder, evidence_for(folder, shared, mistakes), mistakes)


def load_folder(folder: Path, evidence: Evidence) -> Costed:
    """Read a proposal's folder, over evidence that was read before.

    Raises:
        BadInput: with every mistake in its files.
    """
    return _load(folder, evidence, Mistakes())


def load_all(proposals: tuple[str, ...], given: Path | None = None) -> list[Costed]:
    """Read several proposals, or all below the root where none is named.

    Raises:
        BadInput: with every mistake in all of them.
    """
    root = root_of(given)
    names = proposals or tuple(find_proposals(root))
    if not names:
        hint = "A proposal is a folder with a file proposal.yaml."
        raise BadInput([UnknownProposal(says=f"there are no proposals in {shown_path(root)}", hint=hint)])
    found: list[Mistake] = []
    costed: list[Costed] = []
    in_evidence = Mistakes()
    shared = shared_evidence(root, in_evidence)
    folders: dict[str, Path] = {}
    for name in names:
        try:
            folder = _folder(name, root)
            first = folders.setdefault(same_name(folder.resolve().name), folder)
            if first is folder:
                mistakes = Mistakes(in_evidence.found)
                costed.append(_load(folder, evidence_for(folder, shared, mistakes), mistakes))
            elif first.resolve() != folder.resolve():
                found.append(_of_one_name(folder, first))
        except BadInput as bad:
            found.extend(bad.mistakes)
    if found:
        raise BadInput(found)
    return costed


def _of_one_name(folder: Path, first: Path) -> NameTaken:
    says = f"the proposal {folder.name} has the name of {shown_path(first)}: their outputs would be one folder"
    hint = "Rename one of the two folders; or run each by itself, with --outputs."
    return NameTaken(where=Position(shown_path(folder)), says=says, hint=hint)


def _folder(proposal: str, root: Path) -> Path:
    mistakes = Mistakes()
    folder = find_folder(proposal, root, mistakes)
    mistakes.stop_if_any()
    assert folder is not None
    return folder


def _load(folder: Path, evidence: Evidence, mistakes: Mistakes) -> Costed:
    files = read_proposal(folder, evidence, mistakes)
    if files is None:
        mistakes.stop_if_any()
        raise BadInput([FileMissing(says=f"nothing could be read in {shown_path(folder)}")])
    costing = build_costing(files, mistakes)
    check_printed(costing, mistakes)
    mistakes.stop_if_any()
    return work_out(costing)


def load_ledger(given: Path | None = None) -> Ledger:
    """The ledger of :func:`load_with_ledger`."""
    return load_with_ledger(given)[1]


def load_with_ledger(given: Path | None = None) -> tuple[list[Costed], Ledger]:
    """Read every proposal of the root and beside the evidence, and hold what their sources print against them.

    Where the root has no evidence of its own, a proposal of the root stands in for one of its name that ships.

    Raises:
        BadInput: with every mistake in the proposals and the ledger.
    """
    root = root_of(given)
    evidence = evidence_of(root)
    costeds: dict[str, Costed] = {}
    for folder in dict.fromkeys((evidence.parent.resolve(), root.resolve())):  # a root's own come after what ships
        if find_proposals(folder):
            costeds |= {costed.costing.name: costed for costed in load_all((), folder)}
    return list(costeds.values()), ledger_of(evidence, costeds)


def ledger_for(costings: list[Costed], given: Path | None = None) -> Ledger | None:
    """The ledger of proposals that are loaded already: all those below a root that has its own evidence."""
    root = root_of(given)
    evidence = evidence_of(root)
    names = {costed.costing.name for costed in costings}
    if evidence.parent.resolve() != root.resolve() or not set(find_proposals(root)) <= names:
        return None
    return ledger_of(evidence, {costed.costing.name: costed for costed in costings})


def ledger_of(evidence: Path, costeds: dict[str, Costed]) -> Ledger:
    """The ledger of a folder of evidence, given the proposals beside it, worked out."""
    from costmodel.analysis.ledger import build_ledger
    from costmodel.assumptions.claims import read_claims

    mistakes = Mistakes()
    register = read_claims(evidence, mistakes)
    mistakes.stop_if_any()
    return build_ledger(register, costeds, mistakes)
