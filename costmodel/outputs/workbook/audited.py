"""The sheet with the audit's report: every rule that a workbook should satisfy, and whether this one does."""

from __future__ import annotations

import re

from costmodel.outputs.audit.rules import Audit, Outcome
from costmodel.outputs.workbook.book import Book
from costmodel.outputs.workbook.layout import AUDIT, FIRST
from costmodel.outputs.workbook.sheet import Column, TableSheet

_MOST = 5
"""Places of a failure that the sheet names; the report beside the workbook has more."""

Rows = tuple[tuple[str, str, str, str, str], ...]


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


class AuditReport:
    """Writes the report of the audit."""

    def __init__(self, book: Book, rows: Rows) -> None:
        self.book, self.rows = book, rows

    def add(self) -> None:
        """Add the sheet."""
        columns = [
            Column("Rule", 90),
            Column("Level", 120),
            Column("What it asks", 560),
            Column("Verdict", 150),
            Column("What was seen", 620),
        ]
        says = "What costmodel audit found when this workbook was made, with base selected: rule by rule."
        legend = "To audit the workbook as it is now, run: costmodel audit FILE.xlsx."
        sheet = TableSheet(self.book, AUDIT, "Notes", AUDIT, says, columns, legend=legend)
        for at, texts in enumerate(self.rows, start=FIRST):
            for column, text in enumerate(texts):
                sheet.text(at, column, text)
        sheet.finish(FIRST + max(len(self.rows), 1) - 1)
