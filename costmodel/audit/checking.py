"""Every rule held against one workbook."""

from __future__ import annotations

from datetime import date

from costmodel.audit.facts import Facts
from costmodel.audit.rule import RULES, Audit, Failure, NotApplicable, Outcome, Rule, Seen
from costmodel.audit.rules import (  # noqa: F401  each module registers its rules
    accessibility,
    discounting,
    effects,
    flow,
    marked_inputs,
    records,
    register,
    single_formulas,
    totals,
    whole_workbook,
)


def outcome_of(rule: Rule, facts: Facts, as_of: date | None = None) -> Outcome:
    """Check one rule."""
    seen, reason = Seen(as_of=as_of), ""
    found: dict[Failure, None] = {}
    try:
        for failure in rule.check(facts, seen):
            found[failure] = None
    except NotApplicable as why:
        reason = str(why)
    failures = list(found)
    if failures:
        order = {sheet.name: place for place, sheet in enumerate(facts.book.sheets)}
        failures.sort(key=lambda failure: (order.get(failure.sheet, -1), *_row_and_column(failure.cell)))
        return Outcome(rule=rule, verdict="fails", failures=tuple(failures), looked_at=seen.count)
    if reason or not seen.count:
        return Outcome(rule=rule, verdict="not applicable", reason=reason or f"the workbook has no {rule.over}")
    return Outcome(rule=rule, verdict="holds", looked_at=seen.count)


def _row_and_column(cell: str) -> tuple[int, int, str]:
    letters = cell.partition(":")[0].rstrip("0123456789")
    digits = cell.partition(":")[0][len(letters) :]
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (int(digits or 0), column, cell)


def check_all(facts: Facts, as_of: date | None = None) -> Audit:
    """Check every rule of a workbook."""
    outcomes = tuple(outcome_of(rule, facts, as_of) for rule in every_rule())
    return Audit(name=facts.book.package.name, outcomes=outcomes)


def every_rule() -> list[Rule]:
    """Every rule, in the order in which reports have them."""
    return [RULES[id] for id in sorted(RULES, key=_order)]  # noqa: A001


def _order(id: str) -> tuple[int, str]:  # noqa: A002
    return "WAQG".index(id[0]), id
