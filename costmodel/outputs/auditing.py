"""The audit that a run makes of each proposal's workbook, and that the workbook then holds.

The file of every scenario is one workbook with that scenario selected, so it is audited once, with base selected.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from costmodel.analysis.results import Costed
from costmodel.assumptions.scenarios import BASE
from costmodel.audit.rule import Audit, Outcome
from costmodel.pages.brief import Briefs
from costmodel.workbook.audit_sheet import Rows
from costmodel.workbook.write import workbook_bytes

WORKBOOK, BRIEF, REPORT, MANIFEST = "workbook.xlsx", "brief.md", "audit.md", "manifest.json"
AUDITED = (
    f"The file of every scenario is one workbook with that scenario selected. It was audited with {BASE} selected."
)
_MOST = 5
"""Places of a failure that the sheet names; the report beside the workbook has more."""
_NOT_AUDITED: Rows = (("", "", "Not audited yet", "", ""),)
_ROUNDS = 4
"""Rounds of audit after which a report is settled: the second confirms the first, unless the report itself fails."""


class Report(NamedTuple):
    """What the audit of a proposal's workbook found."""

    rows: Rows
    """What its sheet says."""
    text: str
    """The whole report, in Markdown."""
    failing: tuple[str, ...]
    """The ids of the rules that fail."""
    workbook: bytes
    """The workbook with base selected."""
    brief: str
    """The brief of base."""
    templates: dict[str, str]
    """The digest of each template that it came from."""


def report_of(costed: Costed, briefs: Briefs) -> Report:
    """Audit a proposal's workbook, with base selected.

    The report is written, audited and written again until it is true of the workbook that holds it.
    """
    from costmodel.audit.report import as_markdown, audited

    results = costed.run(BASE)
    brief, folder = briefs.render(results), results.costing.files.evidence.folder
    templates, rows = briefs.digests, _NOT_AUDITED
    for _ in range(_ROUNDS):
        content = workbook_bytes(results, rows)
        found = audited(content, brief, WORKBOOK, results.costing.proposal.as_of, folder)
        said, rows = rows, rows_of(found)
        if said == rows:
            break
    return Report(rows, as_markdown(found, AUDITED), found.failing, content, brief, templates)


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def rows_of(found: Audit) -> Rows:
    """What the sheet says of each rule: id, level, what it asks, verdict, and what was seen."""
    return tuple(
        (
            outcome.rule.id,
            "Essential" if outcome.rule.level.value == "E" else "Wanted",
            outcome.rule.title,
            outcome.verdict.capitalize(),
            _seen(outcome),
        )
        for outcome in found.outcomes
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _seen(outcome: Outcome) -> str:
    if outcome.reason:
        return _sentence(outcome.reason)
    if not outcome.failures:
        return f"Looked at: {outcome.rule.over}."
    places = [f"{found.sheet}!{found.cell}: {found.says}".removeprefix("!: ") for found in outcome.failures[:_MOST]]
    more = len(outcome.failures) - _MOST
    return "\n".join([*places, *([f"and {more:,} more"] if more > 0 else [])])
