"""What a run leaves: every file of every scenario, and the pages over them, each folder with its manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import costmodel
from costmodel.analysis.comparison import compare
from costmodel.analysis.ledger import Ledger
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.shown_tables import show_table
from costmodel.assumptions.scenarios import BASE
from costmodel.outputs.auditing import BRIEF, MANIFEST, REPORT, WORKBOOK, Report, digest, report_of
from costmodel.outputs.made_before import made_before
from costmodel.outputs.processes import each
from costmodel.outputs.spool import Spool
from costmodel.outputs.swap import Content, Kept, gone, put
from costmodel.pages import comparisons
from costmodel.pages import reconciliation_page as reconciliation
from costmodel.pages.brief import Briefs
from costmodel.pages.evidence_page import evidence_page
from costmodel.pages.results_json import as_json
from costmodel.pages.tables import as_csv


@dataclass(frozen=True, kw_only=True)
class WrittenProposal:
    """What a run wrote of one proposal."""

    proposal: str
    folder: Path
    scenarios: tuple[str, ...]
    files: int
    failing: tuple[str, ...]
    """The ids of the rules that the audit of its workbook found to fail."""
    up_to_date: bool
    """Whether every file was there already, so that none was made."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a run wrote, and what it kept of a person's."""

    written: tuple[WrittenProposal, ...]
    kept: tuple[Kept, ...]


def scenario_files(results: Results, briefs: Briefs, report: Report) -> Content:
    """Every file of one scenario.

    Args:
        report: what the audit of the proposal's workbook found.
    """
    is_base = results.scenario == BASE
    brief = report.brief if is_base else briefs.render(results)
    templates = report.templates if is_base else briefs.digests
    content = {
        WORKBOOK: report.workbooks.of(results),
        BRIEF: brief.encode(),
        REPORT: report.text.encode(),
        "results.json": as_json(results).encode(),
    }
    for name in results.costing.tables:
        content[f"tables/{name}.csv"] = as_csv(show_table(results, name)).encode()
    proposal, scenario = results.costing.name, results.scenario
    command = f"costmodel run {proposal} --scenario {scenario}"
    inputs = {**results.costing.files.digests, **templates}
    return _with_manifest(content, command, inputs, proposal=proposal, scenario=scenario)


def run(
    costings: Sequence[Costed],
    outputs: Path,
    scenarios: Sequence[str] = (),
    ledger: Ledger | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Published:
    """Write the outputs of proposals: everything is made first, and put in place at the end.

    A proposal of which every file is there already, as it would be made now, is left as it is.

    Args:
        scenarios: the scenarios to write; all of each proposal where none is named.
        ledger: the reconciliation and the register of evidence are written too, where it is given.

    Raises:
        BadInput: where a scenario does not exist, a template is wrong, the folder cannot be written or a person's files
            stand in the way; then nothing is written.
    """
    every = [_Wanted(costed, outputs, scenarios) for costed in costings]
    making = [wanted for wanted in every if not wanted.is_there()]
    with Spool() as spool:
        reports, folders = _made(making, spool, progress) if making else ({}, {})
        if not scenarios:
            folders.update((wanted.name, _comparison_pages(wanted.costed)) for wanted in making)
        if ledger:
            folders[""] = _ledger_pages(costings, ledger)
        kept = put(outputs, folders, whole=() if scenarios else reports)
        for wanted in making:
            made = {folder: folders[folder] for folder in wanted.folders}
            wanted.before = wanted.before.and_now(made, reports[wanted.name].failing)
    return Published(written=tuple(wanted.written(made=wanted in making) for wanted in every), kept=kept)


class _Wanted:
    """What a run is to write of one proposal, and what was made of it before."""

    def __init__(self, costed: Costed, outputs: Path, scenarios: Sequence[str]) -> None:
        self.costed, self.outputs, self.name = costed, outputs, costed.costing.name
        self.runs = [costed.run(name) for name in scenarios or costed.scenarios]
        self.of_scenarios = [f"{self.name}/{run.scenario}" for run in self.runs]
        self.folders = [*self.of_scenarios, *([] if scenarios else [self.name])]
        self.before = made_before(costed)

    def is_there(self) -> bool:
        """Whether all of it is there; and nothing of scenarios that are no more, where all are wanted."""
        whole = [self.name] if self.name in self.folders else []
        return self.before.are_in(self.outputs, self.folders) and not any(gone(self.outputs, self.folders, whole))

    def written(self, *, made: bool) -> WrittenProposal:
        """What the run says of it, once it is made or there."""
        return WrittenProposal(
            proposal=self.name,
            folder=self.outputs / self.name,
            scenarios=tuple(run.scenario for run in self.runs),
            files=sum(len(self.before.folders[folder]) for folder in self.of_scenarios),
            failing=self.before.failing,
            up_to_date=not made,
        )


def _made(
    making: list[_Wanted], spool: Spool, progress: Callable[[str], None]
) -> tuple[dict[str, Report], dict[str, Content]]:
    """The report of each proposal, and every file of every scenario that is wanted, by folder."""
    briefs = Briefs()
    found = each(lambda at: report_of(making[at].costed, briefs), len(making), fewest=2)
    reports = dict(zip((wanted.name for wanted in making), found, strict=True))
    runs = [run for wanted in making for run in wanted.runs]
    contents = each(lambda at: scenario_files(runs[at], briefs, reports[runs[at].costing.name]), len(runs))
    folders: dict[str, Content] = {}
    for number, (results, content) in enumerate(zip(runs, contents, strict=True), start=1):
        progress(f"{results.costing.name}: {results.scenario} ({number} of {len(runs)})")
        folders[f"{results.costing.name}/{results.scenario}"] = spool.folder(content)
    return reports, folders


def write_ledger(costings: Sequence[Costed], ledger: Ledger, outputs: Path) -> tuple[Kept, ...]:
    """Write the reconciliation, and the register of evidence.

    Returns:
        The pages that a person had changed, which are kept.

    Raises:
        BadInput: where the folder cannot be written; then nothing is written.
    """
    return put(outputs, {"": _ledger_pages(costings, ledger)})


def _comparison_pages(costed: Costed) -> Content:
    found, name = compare(costed), costed.costing.name
    pages = {"comparison.md": comparisons.as_markdown(found), "comparison.csv": comparisons.as_csv(found)}
    content = {page: text.encode() for page, text in pages.items()}
    return _with_manifest(content, f"costmodel run {name}", costed.costing.files.digests, proposal=name)


def _ledger_pages(costings: Sequence[Costed], ledger: Ledger) -> Content:
    pages = {
        "evidence.md": evidence_page(costings, ledger),
        "reconciliation.md": reconciliation.as_markdown(ledger),
        "reconciliation.csv": reconciliation.as_csv(ledger),
    }
    digests = {file: value for costed in costings for file, value in costed.costing.files.digests.items()}
    return _with_manifest({page: text.encode() for page, text in pages.items()}, "costmodel reconcile", digests)


def _with_manifest(content: Content, command: str, inputs: Mapping[str, str], **of: str) -> Content:
    """The files of a folder, and beside them the manifest: what they are of, how they were made and their digests."""
    manifest = {
        "costmodel": costmodel.__version__,
        **of,
        "command": command,
        "inputs": dict(sorted(inputs.items())),
        "outputs": {name: digest(content[name]) for name in sorted(content)},
    }
    return {**content, MANIFEST: (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()}
