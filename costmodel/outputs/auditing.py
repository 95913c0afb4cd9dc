"""The audit that a run makes of each proposal's workbook, and that the workbook then holds.

The file of every scenario is one workbook with that scenario selected, so it is audited once, with base selected.
"""

from __future__ import annotations

import gc
import hashlib
from typing import NamedTuple

from costmodel.analysis.results import Costed
from costmodel.assumptions.scenarios import BASE
from costmodel.audit.rule import Audit, Outcome, Rule, Verdict
from costmodel.pages.brief import Briefs
from costmodel.workbook.audit_sheet import Rows
from costmodel.workbook.write import Workbooks, workbook_bytes

WORKBOOK, BRIEF, REPORT, MANIFEST = "workbook.xlsx", "brief.md", "audit.md", "manifest.json"
AUDITED = (
    f"The file of every scenario is one workbook with that scenario selected. It was audited with {BASE} selected."
)
_MANY = 60
"""Scenarios above which a workbook takes hundreds of megabytes to write and to audit."""
_MOST = 5
"""Places of a failure that the sheet names; the report beside the workbook has more."""


class Report(NamedTuple):
    """What the audit of a proposal's workbook found."""

    text: str
    """The whole report, in Markdown."""
    failing: tuple[str, ...]
    """The ids of the rules that fail."""
    workbooks: Workbooks
    """The workbooks that hold it."""
    brief: str
    """The brief of base."""
    templates: dict[str, str]
    """The digest of each template that it came from."""


def report_of(costed: Costed, briefs: Briefs) -> Report:
    """Audit a proposal's workbook, with base selected, and put the report in it.

    What is audited holds a report in which every rule holds. No rule looks at more of the report than its shape, and
    that is the same whatever it says; so the report is true of the workbook that holds it.
    """
    from costmodel.audit.checking import every_rule
    from costmodel.audit.report import as_markdown, audited

    results = costed.run(BASE)
    brief, folders = briefs.render(results), results.costing.files.evidence.folders
    templates = briefs.digests
    content = workbook_bytes(results, tuple(_row(rule, "holds", f"Looked at: {rule.over}.") for rule in every_rule()))
    _collect(costed)
    found = audited(content, brief, WORKBOOK, results.costing.proposal.as_of, folders)
    _collect(costed)
    workbooks = Workbooks(costed, rows_of(found))
    _collect(costed)
    return Report(as_markdown(found, AUDITED), found.failing, workbooks, brief, templates)


def _collect(costed: Costed) -> None:
    """Free what a large workbook took: its cells are in cycles, and commands run without the collector."""
    if len(costed.runs) > _MANY:
        gc.collect()


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def rows_of(found: Audit) -> Rows:
    """What the sheet says of each rule: id, level, what it asks, verdict, and what was seen."""
    return tuple(_row(outcome.rule, outcome.verdict, _seen(outcome)) for outcome in found.outcomes)


def _row(rule: Rule, verdict: Verdict, seen: str) -> tuple[str, str, str, str, str]:
    level = "Essential" if rule.level.value == "E" else "Wanted"
    return rule.id, level, rule.title, verdict.capitalize(), seen


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
