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
from costmodel.outputs.processes import each
from costmodel.outputs.swap import Content, Kept, put
from costmodel.pages import comparisons
from costmodel.pages import reconciliation_page as reconciliation
from costmodel.pages.brief import Briefs, templates_folders
from costmodel.pages.evidence_page import evidence_page
from costmodel.pages.results_json import as_json
from costmodel.pages.tables import as_csv
from costmodel.workbook.write import workbook_bytes


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a run wrote of one proposal."""

    proposal: str
    folder: Path
    scenarios: tuple[str, ...]
    files: int
    failing: tuple[str, ...]
    """The ids of the rules that the audit of its workbook found to fail."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a run wrote, and what it kept of a person's."""

    written: tuple[Written, ...]
    kept: tuple[Kept, ...]


def scenario_files(results: Results, briefs: Briefs, report: Report, inputs: dict[str, str]) -> Content:
    """Every file of one scenario.

    Args:
        report: what the audit of the proposal's workbook found.
        inputs: the digest of each input file, for the manifest.
    """
    is_base = results.scenario == BASE
    content: Content = {
        WORKBOOK: report.workbook if is_base else workbook_bytes(results, report.rows),
        BRIEF: (report.brief if is_base else briefs.render(results)).encode(),
        REPORT: report.text.encode(),
        "results.json": as_json(results).encode(),
    }
    for name in results.costing.tables:
        content[f"tables/{name}.csv"] = as_csv(show_table(results, name)).encode()
    proposal, scenario = results.costing.name, results.scenario
    command = f"costmodel run {proposal} --scenario {scenario}"
    return _with_manifest(content, command, inputs, proposal=proposal, scenario=scenario)


def input_digests(costed: Costed) -> dict[str, str]:
    """The SHA-256 of every file that was read, the template of briefs included."""
    digests = dict(costed.costing.files.digests)
    folders = templates_folders()
    template = next((folder / "brief.md" for folder in folders if (folder / "brief.md").is_file()), None)
    if template:
        digests["templates/brief.md"] = digest(template.read_bytes())
    return dict(sorted(digests.items()))


def run(
    costings: Sequence[Costed],
    outputs: Path,
    scenarios: Sequence[str] = (),
    ledger: Ledger | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Published:
    """Write the outputs of proposals: everything is made first, and put in place at the end.

    Args:
        scenarios: the scenarios to write; all of each proposal where none is named.
        ledger: the reconciliation and the register of evidence are written too, where it is given.

    Raises:
        BadInput: where a scenario does not exist, a template is wrong, the folder cannot be written or a person's files
            stand in the way; then nothing is written.
    """
    briefs = Briefs()
    reports = dict(
        zip(
            (costed.costing.name for costed in costings),
            each(lambda at: report_of(costings[at], briefs, outputs), len(costings), fewest=2),
            strict=True,
        )
    )
    digests = {costed.costing.name: input_digests(costed) for costed in costings}
    wanted = [costed.run(name) for costed in costings for name in (scenarios or costed.scenarios)]
    made: dict[str, dict[str, Content]] = {}

    def files_of(at: int) -> Content:
        name = wanted[at].costing.name
        return scenario_files(wanted[at], briefs, reports[name], digests[name])

    contents = each(files_of, len(wanted))
    for number, (results, content) in enumerate(zip(wanted, contents, strict=True), start=1):
        progress(f"{results.costing.name}: {results.scenario} ({number} of {len(wanted)})")
        made.setdefault(results.costing.name, {})[results.scenario] = content
    folders = {f"{name}/{scenario}": content for name, found in made.items() for scenario, content in found.items()}
    if not scenarios:
        folders.update((costed.costing.name, _comparison_pages(costed)) for costed in costings)
    if ledger:
        folders[""] = _ledger_pages(costings, ledger)
    kept = put(outputs, folders, whole=() if scenarios else made)
    written = [
        Written(
            proposal=name,
            folder=outputs / name,
            scenarios=tuple(found),
            files=sum(map(len, found.values())),
            failing=reports[name].failing,
        )
        for name, found in made.items()
    ]
    return Published(written=tuple(written), kept=kept)


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
