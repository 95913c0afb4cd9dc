"""What a run leaves: every file of every scenario, written beside the old ones and swapped at the end."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import costmodel
from costmodel.analysis.comparison import compare
from costmodel.analysis.ledger import Ledger
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.shown_tables import show_table
from costmodel.assumptions.scenarios import BASE
from costmodel.errors import BadInput, CannotWrite, shown_path
from costmodel.outputs.auditing import BRIEF, MANIFEST, REPORT, WORKBOOK, Report, digest, report_of
from costmodel.outputs.processes import each
from costmodel.pages import comparisons
from costmodel.pages import reconciliation_page as reconciliation
from costmodel.pages.brief import Briefs, templates_folders
from costmodel.pages.evidence_page import evidence_page
from costmodel.pages.results_json import as_json
from costmodel.pages.tables import as_csv
from costmodel.workbook.write import workbook_bytes

_NEW, _OLD = ".costmodel-new", ".costmodel-old"

Content = dict[str, bytes]
"""The files of one scenario, by path below its folder."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a run wrote of one proposal."""

    proposal: str
    folder: Path
    scenarios: tuple[str, ...]
    files: int
    failing: tuple[str, ...]
    """The ids of the rules that the audit of its workbook found to fail."""


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
    manifest = {
        "costmodel": costmodel.__version__,
        "proposal": results.costing.name,
        "scenario": results.scenario,
        "command": f"costmodel run {results.costing.name} --scenario {results.scenario}",
        "inputs": inputs,
        "outputs": {name: digest(content[name]) for name in sorted(content)},
    }
    content[MANIFEST] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    return content


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
) -> list[Written]:
    """Write the outputs of proposals: everything is made first, and swapped in at the end.

    Args:
        scenarios: the scenarios to write; all of each proposal where none is named.
        ledger: the reconciliation and the register of evidence are written too, where it is given.

    Raises:
        BadInput: where a scenario does not exist, a template is wrong or the folder cannot be written; then nothing
            is written.
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
    try:
        _recover(outputs)
        _write(outputs, made, whole=not scenarios)
        if not scenarios:
            for costed in costings:
                _write_pages(outputs / costed.costing.name, _comparison_pages(costed))
        if ledger:
            _write_pages(outputs, _ledger_pages(costings, ledger))
    except OSError as problem:
        raise _cannot_write(outputs, problem) from None
    return [
        Written(
            proposal=name,
            folder=outputs / name,
            scenarios=tuple(contents),
            files=sum(len(content) for content in contents.values()),
            failing=reports[name].failing,
        )
        for name, contents in made.items()
    ]


def write_ledger(costings: Sequence[Costed], ledger: Ledger, outputs: Path) -> None:
    """Write the reconciliation, and the register of evidence.

    Raises:
        BadInput: where the folder cannot be written.
    """
    try:
        _write_pages(outputs, _ledger_pages(costings, ledger))
    except OSError as problem:
        raise _cannot_write(outputs, problem) from None


def _comparison_pages(costed: Costed) -> dict[str, str]:
    found = compare(costed)
    return {"comparison.md": comparisons.as_markdown(found), "comparison.csv": comparisons.as_csv(found)}


def _ledger_pages(costings: Sequence[Costed], ledger: Ledger) -> dict[str, str]:
    return {
        "evidence.md": evidence_page(costings, ledger),
        "reconciliation.md": reconciliation.as_markdown(ledger),
        "reconciliation.csv": reconciliation.as_csv(ledger),
    }


def _write_pages(outputs: Path, pages: dict[str, str]) -> None:
    """Write pages beside the old ones, and swap each at once."""
    outputs.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        new = outputs / f"{_NEW}-{name}"
        new.write_text(text, encoding="utf-8", newline="\n")
        os.replace(new, outputs / name)


def _cannot_write(outputs: Path, problem: OSError) -> BadInput:
    says = f"the outputs cannot be written to {shown_path(outputs)}: {problem.strerror}"
    return BadInput([CannotWrite(says=says, hint="Name another folder with --outputs.")])


def _write(outputs: Path, made: dict[str, dict[str, Content]], whole: bool) -> None:
    new, old = outputs / _NEW, outputs / _OLD
    for proposal, contents in made.items():
        for scenario, content in contents.items():
            for name, data in content.items():
                file = new / proposal / scenario / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
    for proposal, contents in made.items():
        for scenario in contents:
            _swap(new / proposal / scenario, outputs / proposal / scenario, old / proposal / scenario)
        if whole:
            _drop_others(outputs / proposal, contents)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _swap(new: Path, target: Path, old: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        os.rename(target, old)
    os.rename(new, target)


def _drop_others(folder: Path, kept: Iterable[str]) -> None:
    """Folders of scenarios that are no more: only those that a run wrote."""
    for other in folder.iterdir():
        if other.is_dir() and other.name not in set(kept) and (other / MANIFEST).is_file():
            shutil.rmtree(other)


def _recover(outputs: Path) -> None:
    """Put back what a killed run had moved aside, and clear what it had not finished."""
    old = outputs / _OLD
    for folder in old.glob("*/*") if old.is_dir() else ():
        target = outputs / folder.relative_to(old)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(folder, target)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(outputs / _NEW, ignore_errors=True)
