"""The audit that a run makes of each proposal's workbook, and that the workbook then holds.

The file of every scenario is one workbook with that scenario selected, so it is audited once, with base selected.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

import costmodel
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


def report_of(costed: Costed, briefs: Briefs, outputs: Path | None = None) -> Report:
    """Audit a proposal's workbook, with base selected.

    The report is written, audited and written again until it is true of the workbook that holds it.

    Args:
        outputs: where an earlier run may have left its files. A workbook with the same bytes beside the same brief is
            not audited again; and what was said then is a guess that mostly saves a round.
    """
    results = costed.run(BASE)
    brief, folders = briefs.render(results), results.costing.files.evidence.folders
    earlier = _Earlier(outputs / results.costing.name / BASE if outputs else None)
    rows = rows_in(earlier.text) or _NOT_AUDITED
    for _ in range(_ROUNDS):
        content = workbook_bytes(results, rows)
        if earlier.is_of(content, brief):
            return Report(rows, earlier.text, (), content, brief)
        from costmodel.audit.report import as_markdown, audited

        found = audited(content, brief, WORKBOOK, results.costing.proposal.as_of, folders)
        said, rows = rows, rows_of(found)
        if said == rows:
            break
    return Report(rows, as_markdown(found, AUDITED), found.failing, content, brief)


class _Earlier:
    """What an earlier run left of a scenario."""

    def __init__(self, folder: Path | None) -> None:
        self.text, self.digests = "", {}
        try:
            if folder:
                self.text = (folder / REPORT).read_text(encoding="utf-8")
                manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
                if manifest["costmodel"] == costmodel.__version__:
                    self.digests = dict(manifest["outputs"])
        except (OSError, ValueError, KeyError, TypeError):
            self.text = ""  # there is none, or it is not as a run leaves it

    def is_of(self, content: bytes, brief: str) -> bool:
        """Whether its report is of this workbook and brief, to the byte."""
        now = {WORKBOOK: content, BRIEF: brief.encode(), REPORT: self.text.encode()}
        return bool(self.text) and all(self.digests.get(name) == digest(data) for name, data in now.items())


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


_LINE = re.compile(r"^\| (\w+) \| (\w+) \| (holds|not applicable) \| (.*) \| (?:[\d,]+ looked at: )?(.*) \|$")


def rows_in(report: str) -> Rows:
    """What the sheet said when an earlier report was written, in Markdown; nothing where a rule failed then.

    It is a guess at what the sheet will say, which saves a round of audit where it is right.
    """
    found = []
    for line in report.splitlines():
        match = _LINE.match(line)
        if match:
            rule, level, verdict, title, seen = (re.sub(r"\\(.)", r"\1", text) for text in match.groups())
            seen = f"Looked at: {seen}." if verdict == "holds" else _sentence(seen)
            found.append((rule, level.capitalize(), title, verdict.capitalize(), seen))
    return tuple(found)


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
