"""The audit of a workbook file, and its report as text, JSON and Markdown."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from costmodel.audit.rule import Audit, Failure, Outcome

_MOST = 10
"""Failures of one rule that a report of words shows."""


def audit(file: Path, as_of: date | None = None) -> Audit:
    """Check a workbook, whoever made it, against every rule.

    Args:
        as_of: the day that review dates are held against; they are not checked where it is not given.

    Raises:
        BadInput: for what is no .xlsx workbook, or is locked, damaged or too large.
    """
    from costmodel.assumptions.roots import EVIDENCE, evidence_of, root_of, shipped
    from costmodel.audit.checking import check_all
    from costmodel.audit.facts import Facts
    from costmodel.spreadsheets.formulas import Reader
    from costmodel.spreadsheets.reading import read_workbook

    with _without_collecting():
        book = read_workbook(file)
        beside = file.parent / "brief.md"
        brief = beside.read_text(encoding="utf-8", errors="replace") if beside.is_file() else None
        evidence = evidence_of(root_of(None)), shipped() / EVIDENCE
        return check_all(Facts(book=book, reader=Reader(book), brief=brief, evidence=evidence), as_of)


def audited(
    content: bytes, brief: str | None, name: str, as_of: date | None = None, evidence: tuple[Path, ...] = ()
) -> Audit:
    """Check the content of a workbook, with a result that is the same on every machine.

    No engine recalculates values, whatever is installed: W17 does not apply, and switching values are not put in.

    Args:
        brief: the text of the brief that goes with it; None where there is none.
        name: what the report calls the workbook.
        as_of: the day that review dates are held against; they are not checked where it is not given.
        evidence: the folders of evidence whose editions of the guidance count; none for what ships.

    Raises:
        BadInput: for what is no .xlsx workbook, or is locked, damaged or too large.
    """
    from costmodel.audit.checking import check_all
    from costmodel.audit.facts import Facts
    from costmodel.spreadsheets.formulas import Reader
    from costmodel.spreadsheets.reading import workbook_of

    with _without_collecting():
        book = workbook_of(content, name)
        facts = Facts(book=book, reader=Reader(book), brief=brief, evidence=evidence, engines=False)
        return check_all(facts, as_of)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the collector of cycles out: an audit makes a hundred thousand cells, none of them in a cycle.

    Each of its rounds looks through every cell again, which takes as long as the rules.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _place(failure: Failure) -> str:
    return f"{failure.sheet}!{failure.cell}" if failure.sheet and failure.cell else failure.sheet or "workbook"


def _looked(outcome: Outcome) -> str:
    return f"{outcome.looked_at:,} looked at: {outcome.rule.over}"


def summary(found: Audit) -> str:
    """One sentence: how many rules hold, fail and do not apply."""
    holds, fails, not_applicable = (len(found.of(verdict)) for verdict in ("holds", "fails", "not applicable"))
    essential = sum(outcome.rule.level.value == "E" for outcome in found.of("fails"))
    return f"{holds} rules hold, {fails} fail ({essential} essential), {not_applicable} do not apply."


def as_text(found: Audit) -> str:
    """A line a rule, with the cells below those that fail."""
    lines = [found.name, ""]
    for outcome in found.outcomes:
        rule = outcome.rule
        verdict = {"holds": "holds", "fails": "FAILS", "not applicable": "n/a  "}[outcome.verdict]
        lines.append(f"{rule.id} {rule.level} {verdict}  {rule.title}")
        if outcome.reason:
            lines.append(f"              {outcome.reason}")
        lines += [f"              {_place(failure)}: {failure.says}" for failure in outcome.failures[:_MOST]]
        if (more := len(outcome.failures) - _MOST) > 0:
            lines.append(f"              and {more:,} more; --format json lists all")
    return "\n".join([*lines, "", summary(found)])


def as_json(found: Audit) -> str:
    """Every rule with all its failures."""
    rules: list[dict[str, Any]] = [
        {
            "id": outcome.rule.id,
            "level": outcome.rule.level.value,
            "title": outcome.rule.title,
            "verdict": outcome.verdict,
            "looked_at": outcome.looked_at,
            **({"reason": outcome.reason} if outcome.reason else {}),
            "failures": [{"sheet": f.sheet, "cell": f.cell, "says": f.says} for f in outcome.failures],
        }
        for outcome in found.outcomes
    ]
    return json.dumps({"file": found.name, "passes": found.passes, "rules": rules}, indent=1, ensure_ascii=False)


def as_markdown(found: Audit, says: str = "") -> str:
    """A table of every rule, then what fails; ``says`` is what a reader should know of the workbook first."""
    lines = [f"# Audit of {Path(found.name).name}", "", summary(found), "", *([says, ""] if says else [])]
    lines += ["| Rule | Level | Verdict | What it asks | What was seen |", "|---|---|---|---|---|"]
    for outcome in found.outcomes:
        rule = outcome.rule
        level = "essential" if rule.level.value == "E" else "wanted"
        count = len(outcome.failures)
        seen = outcome.reason or (f"{count:,} {'place' if count == 1 else 'places'}" if count else _looked(outcome))
        lines.append(f"| {rule.id} | {level} | {outcome.verdict} | {_cell(rule.title)} | {_cell(seen)} |")
    for outcome in found.of("fails"):
        lines += ["", f"## {outcome.rule.id}: {outcome.rule.title}", ""]
        lines += [f"- {_cell(_place(failure))}: {_cell(failure.says)}" for failure in outcome.failures[:_MOST]]
        if (more := len(outcome.failures) - _MOST) > 0:
            lines.append(f"- and {more:,} more")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    """A text that breaks no table and starts no markup."""
    for mark in ("\\", "|", "*", "_", "<", "`", "["):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
