"""The report of the audit: in the workbook that it is of, and beside it, the same and true."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from helpers import OUTPUTS, PROPOSALS, TEAMS, copy_of_teams, costmodel_cli, edit

from costmodel.analysis.loading import load_proposal
from costmodel.analysis.results import Results
from costmodel.audit.report import as_markdown, audited
from costmodel.outputs.auditing import AUDITED, report_of, rows_of
from costmodel.pages.brief import Briefs

EVERY = sorted(file.parent for file in OUTPUTS.glob("*/*/workbook.xlsx"))


def sheet_rows(workbook: Path) -> tuple[tuple[str, ...], ...]:
    """What the sheet Audit says, rule by rule."""
    book = openpyxl.load_workbook(workbook, read_only=True)
    rows = tuple(tuple(str(value) for value in row) for row in book["Audit"].iter_rows(min_row=6, values_only=True))
    book.close()
    return rows


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_every_shipped_workbook_passes_its_audit_and_holds_the_true_report(folder: Path) -> None:
    """Each with its own scenario selected, and beside its own brief, though a run audits each with base selected."""
    workbook, brief = folder / "workbook.xlsx", (folder / "brief.md").read_text(encoding="utf-8")
    found = audited(workbook.read_bytes(), brief, "workbook.xlsx")
    assert found.failing == ()
    assert sheet_rows(workbook) == rows_of(found)
    report = (folder / "audit.md").read_text(encoding="utf-8")
    if folder.name == "base":
        assert report == as_markdown(found, AUDITED)
    assert report == (folder.parent / "base" / "audit.md").read_text(encoding="utf-8")


def test_a_rule_that_fails_is_told_in_the_workbook_and_beside_it(tmp_path: Path) -> None:
    proposal = copy_of_teams(tmp_path)
    benefits = (proposal / "benefits.yaml").read_text(encoding="utf-8")
    edit(proposal / "benefits.yaml", benefits[benefits.index("  optimism_bias:") :], "")
    ran = costmodel_cli(
        "run", TEAMS, "-s", "base", "--assumptions", tmp_path / "assumptions", "--outputs", tmp_path / "outputs"
    )
    folder = tmp_path / "outputs" / TEAMS / "base"
    assert ran.code == 0, ran.err
    assert "G07" in ran.out
    told = {row[0]: row for row in sheet_rows(folder / "workbook.xlsx")}
    assert told["G07"][3] == "Fails"
    assert "optimism bias has no line of its own" in told["G07"][4]
    report = (folder / "audit.md").read_text(encoding="utf-8")
    assert "## G07" in report
    found = audited((folder / "workbook.xlsx").read_bytes(), (folder / "brief.md").read_text("utf-8"), "workbook.xlsx")
    assert as_markdown(found, AUDITED) == report


def test_a_figure_that_only_the_report_quotes_counts_as_missing() -> None:
    class Wrong(Briefs):
        def render(self, results: Results) -> str:
            return "It costs £123,456,789.12 or thereabouts."

    report = report_of(load_proposal(TEAMS), Wrong())
    assert report.failing == ("G12",)
    again = audited(report.workbooks.content, report.brief, "workbook.xlsx")
    assert as_markdown(again, AUDITED) == report.text, "the report is not true of the workbook that holds it"
    assert "£123,456,789.12" in report.text


@pytest.mark.parametrize("proposal", sorted(folder.name for folder in PROPOSALS.iterdir() if folder.name != "evidence"))
def test_a_proposal_without_scenarios_passes_its_audit(proposal: str, tmp_path: Path) -> None:
    """Its sheet of what differs between scenarios is empty, and stands in no row's way."""
    shutil.copytree(PROPOSALS / proposal, tmp_path / "assumptions" / proposal)
    shutil.rmtree(tmp_path / "assumptions" / proposal / "scenarios")
    costed = load_proposal(proposal, tmp_path / "assumptions")
    assert costed.scenarios == ("base",)
    report = report_of(costed, Briefs())
    assert report.failing == ()
    evidence = costed.costing.files.evidence.folders
    again = audited(report.workbooks.content, report.brief, "workbook.xlsx", evidence=evidence)
    assert as_markdown(again, AUDITED) == report.text
