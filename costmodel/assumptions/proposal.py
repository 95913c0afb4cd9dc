"""A proposal's folder read whole: its document under each scenario, validated, with positions kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from costmodel.assumptions.appraisal_schema import Appraisal, Benefits
from costmodel.assumptions.budget_schema import Budget
from costmodel.assumptions.costs_schema import Programme
from costmodel.assumptions.document import Digests, Mapping, Scalar, Tree, find, position, read_yaml
from costmodel.assumptions.evidence import Evidence
from costmodel.assumptions.names import NAME_HINT, problem_of_name, problem_of_scenario_name, same_name
from costmodel.assumptions.posts_schema import Posts
from costmodel.assumptions.scenarios import BASE, InputChange, ScenarioFile, changed, lineage
from costmodel.assumptions.schema import Document, Rollout, Scenario, ScenarioHeading
from costmodel.assumptions.validate import validate
from costmodel.assumptions.workforce_schema import Workforce
from costmodel.errors import (
    BadName,
    ChangesStructure,
    DuplicateKey,
    FileMissing,
    Mistakes,
    NameTaken,
    Position,
    UnknownProposal,
    did_you_mean,
    shown_path,
)

Path_ = tuple[str | int, ...]

_AS_WRITTEN = {"title": "As written", "reason": "The proposal's own values."}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A proposal under one scenario."""

    scenario: str
    heading: ScenarioHeading
    document: Document
    tree: Mapping
    changed: tuple[str, ...] = ()
    """The keys that the scenario's own file changes."""
    of_inputs: tuple[InputChange, ...] = ()
    """Changes of inputs of the model by name, its own and those of the scenarios that it starts from, in order."""

    def at(self, *path: str | int) -> Position:
        """Where the value at a path was written: in the proposal, or in the scenario that changed it."""
        return position(self.tree, path)


@dataclass(frozen=True, kw_only=True)
class ProposalFiles:
    """A proposal as read: its folder, its cases (base first), and the evidence beside it."""

    name: str
    folder: Path
    cases: tuple[Case, ...]
    evidence: Evidence
    read: Digests
    """Its own files, as they were read; lists in files of their own are put to them while the costing is built."""

    @property
    def base(self) -> Case:
        return self.cases[0]

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file that was read, by a path that is the same on every machine, in its order."""
        own = [(self.name, self.folder, self.read)]
        own += [(layer.name, layer.folder, layer.digests) for layer in self.evidence.layers]
        return dict(
            sorted(
                (f"{name}/{file.relative_to(at).as_posix()}", digest)
                for name, at, digests in own
                for file, digest in digests.items()
            )
        )

    def case(self, scenario: str) -> Case | None:
        return next((case for case in self.cases if case.scenario == scenario), None)


class Names:
    """The names by which values can be changed, and the paths at which they stand.

    Scenarios share the parts of a document that they leave alone, so each part's names are worked out once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], tuple[Tree, dict[str, Path_]]] = {}

    def __call__(self, document: Mapping) -> dict[str, Path_]:
        names: dict[str, Path_] = {}
        for section in _SECTIONS:
            tree = find(document, (section,))
            if isinstance(tree, Mapping):
                names |= self._of(tree, section, "")
        site = find(document, ("rollout", "site"))
        noun = site.text if isinstance(site, Scalar) else "site"
        for section in ("programme_costs", "income"):
            programmes = find(document, (section,))
            for name, programme in (programmes.entries if isinstance(programmes, Mapping) else {}).items():
                found = self._of(programme, name, noun)
                names |= {name: (section, name)} | {given: (section, name, *path) for given, path in found.items()}
        assumptions = find(document, ("assumptions",))
        for name in assumptions.entries if isinstance(assumptions, Mapping) else ():
            names[name] = ("assumptions", name)
        return names

    def _of(self, tree: Tree, name: str, noun: str) -> dict[str, Path_]:
        """The names in a section; or, where sites are called by a noun, in a programme."""
        key = (id(tree), name, noun)  # the tree is kept beside its names, so that its id stays its own
        if key not in self._known:
            self._known[key] = tree, _names_in_programme(tree, name, noun) if noun else _names_in_section(tree, name)
        return self._known[key][1]


_Section = Workforce | Posts | Rollout | Benefits | Appraisal | Budget
_SECTIONS: dict[str, type[_Section]] = {
    "workforce": Workforce,
    "posts": Posts,
    "rollout": Rollout,
    "benefits": Benefits,
    "appraisal": Appraisal,
    "budget": Budget,
}


def _names_in_section(tree: Tree, section: str) -> dict[str, Path_]:
    read = validate(tree, _SECTIONS[section], Mistakes())
    named = read.named() if isinstance(read, _Section) else {}
    return {name: (section, *path) for name, path in named.items() if find(tree, path)}


def _names_in_programme(tree: Tree, name: str, noun: str) -> dict[str, Path_]:
    read = validate(tree, Programme, Mistakes())
    return dict(read.named(name, noun)) if read else {}


def read_folder(folder: Path, mistakes: Mistakes, digests: Digests) -> Mapping:
    """All YAML files of a folder as one mapping; each top-level key stands in one file only."""
    whole = Mapping(Position(shown_path(folder)), {}, {})
    for file in sorted(folder.glob("*.yaml")):
        tree = read_yaml(file, mistakes, digests)
        for key, value in tree.entries.items() if tree else ():
            assert tree is not None
            if key in whole.entries:
                says = f"the key {key!r} stands in two files"
                hint = f"It stands first at {whole.keys[key]}. A topic is written in one file."
                mistakes.add(DuplicateKey(where=tree.keys[key], path=key, says=says, hint=hint))
                continue
            whole = whole.with_entry(key, value, tree.keys[key])
    return whole


def find_proposals(root: Path) -> list[str]:
    """The names of the proposals below a folder of assumptions: folders with a proposal.yaml."""
    return sorted(file.parent.name for file in root.glob("*/proposal.yaml"))


def find_folder(proposal: str, root: Path, mistakes: Mistakes) -> Path | None:
    """The folder of a proposal given by name, or by path."""
    named = root / proposal
    for folder in (named, Path(proposal)):
        if (folder / "proposal.yaml").is_file():
            return folder
    known = find_proposals(root)
    if Path(proposal).is_dir():
        hint = "A proposal's folder has a file proposal.yaml."
    else:
        hint = did_you_mean(proposal, known) or (
            f"Proposals are {', '.join(known)}." if known else "There are none yet."
        )
    says = f"there is no proposal {proposal!r} in {shown_path(root)}"
    mistakes.add(UnknownProposal(says=says, hint=hint))
    return None


def read_proposal(folder: Path, evidence: Evidence, mistakes: Mistakes) -> ProposalFiles | None:
    """Read a proposal and its scenarios; None, with the mistakes added, where base cannot be read."""
    name = folder.resolve().name
    if problem := problem_of_name(name):
        says = f"{name!r} is not a name for a proposal: {problem}"
        hint = f"Rename the folder. {NAME_HINT}"
        mistakes.add(BadName(where=Position(shown_path(folder)), says=says, hint=hint))
    digests: Digests = {}
    tree = read_folder(folder, mistakes, digests)
    if "proposal" not in tree.entries and not mistakes.stopping:
        mistakes.add(FileMissing(where=tree.where, says="the folder has no key 'proposal' in any of its files"))
    files = _scenario_files(folder, mistakes, digests)
    base = _base(files.pop(BASE, None), tree, mistakes)
    cases = [base] if base else []
    names = Names()
    for scenario, file in files.items():
        chain = lineage(scenario, files, mistakes)
        here, before = tree, len(mistakes.found)
        of_inputs: list[InputChange] = []
        for step in chain:
            here, more = changed(here, step, names, mistakes if step is file else Mistakes())
            of_inputs += more
        if base is None or len(mistakes.found) > before or not chain:
            continue
        document = validate(here, Document, mistakes)
        if document:
            cases.append(
                Case(
                    scenario=scenario,
                    heading=file.read.scenario,
                    document=document,
                    tree=_with_changes(here, of_inputs),
                    changed=tuple(file.read.changes),
                    of_inputs=tuple(of_inputs),
                )
            )
    if base is None:
        return None
    return ProposalFiles(name=name, folder=folder, cases=tuple(cases), evidence=evidence, read=digests)


def _with_changes(tree: Mapping, of_inputs: list[InputChange]) -> Mapping:
    """The document's tree with changes of inputs beside it, so that what is wrong with one is said where it stands."""
    if not of_inputs:
        return tree
    entries = {change.key: change.tree for change in of_inputs}
    where = {change.key: change.where for change in of_inputs}
    return tree.with_entry("changes", Mapping(tree.where, dict(entries), where), tree.where)


def _base(file: ScenarioFile | None, tree: Mapping, mistakes: Mistakes) -> Case | None:
    if file and file.read.changes:
        where = position(file.tree, ("changes",), of_key=True)
        says = "the base scenario changes nothing: it is the proposal as written"
        mistakes.add(ChangesStructure(where=where, path="changes", says=says, hint="Change the proposal's own files."))
    heading = file.read.scenario if file else ScenarioHeading.model_validate(_AS_WRITTEN)
    document = validate(tree, Document, mistakes) if tree.entries else None
    return Case(scenario=BASE, heading=heading, document=document, tree=tree) if document else None


def _scenario_files(folder: Path, mistakes: Mistakes, digests: Digests) -> dict[str, ScenarioFile]:
    files: dict[str, ScenarioFile] = {}
    first = {BASE: BASE}
    for file in sorted((folder / "scenarios").glob("*.yaml")):
        name = file.name.removesuffix(".yaml")
        where = Position(shown_path(file))
        if problem := problem_of_scenario_name(name):
            says = f"{name!r} is not a name for a scenario: {problem}"
            mistakes.add(BadName(where=where, says=says, hint=f"Rename the file. {NAME_HINT}"))
        elif (other := first.setdefault(same_name(name), name)) != name:
            says = f"the scenarios {name} and {other} have one name to a workbook, to Windows and to macOS"
            hint = f"Rename the file: another name than {other} is needed, and not only other capitals."
            mistakes.add(NameTaken(where=where, says=says, hint=hint))
        tree = read_yaml(file, mistakes, digests)
        read = validate(tree, Scenario, mistakes) if tree else None
        if tree and read:
            files[name] = ScenarioFile(name=name, tree=tree, read=read)
    return files
