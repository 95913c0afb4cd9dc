"""Which costs and incomes count in budgets: what each says of the budget that bears it, and of who pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from costmodel.assumptions.budget_schema import Budget, Budgeted, BudgetKind
from costmodel.assumptions.costs_schema import Programme
from costmodel.assumptions.document import spell
from costmodel.assumptions.posts_schema import PostGroup
from costmodel.assumptions.schema import Document, LineText, Rollout
from costmodel.errors import ChangesStructure, MissingKey, UnknownKey
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path

DIMENSIONS: tuple[Literal["department", "programme", "paid_by"], ...] = ("department", "programme", "paid_by")
"""By what budgets are shown, beside the kind of budget."""
_KEYS = ("budget", *DIMENSIONS, "pay", "transfer")


@dataclass(frozen=True, kw_only=True)
class BudgetEntry:
    """A cost or an income that a budget bears: the line that holds it, and where it is written."""

    line: str
    path: Path
    kind: BudgetKind
    pay: bool | None
    """Whether it is pay; None where that is not said."""
    transfer: bool = False
    department: str | None = None
    programme: str | None = None
    paid_by: str | None = None

    @property
    def is_income(self) -> bool:
        return self.path[0] == "income"

    @property
    def is_own(self) -> bool:
        """Whether it is a line of the proposal's own."""
        return self.path[0] == "lines"


class _Written(NamedTuple):
    """A cost or an income as it is written, and the line that holds it."""

    line: str
    path: Path
    spec: Budgeted
    pay: bool | None

    @property
    def kind(self) -> BudgetKind | None:
        assert isinstance(self.spec, LineText | Rollout | Programme | PostGroup)
        found = self.spec.budget
        return found if isinstance(found, str) else None

    @property
    def beside(self) -> list[str]:
        """What it says of its budget beside which that is."""
        return [key for key in _KEYS[1:] if isinstance(found := getattr(self.spec, key, None), str | bool) and found]


def transfers_of(draft: Draft) -> tuple[str, ...]:
    """The lines of costs and incomes that only move money: they net to zero for society, and not for a payer."""
    return tuple(entry.line for entry in _entries(draft.files.base.document) if entry.spec.transfer)


def counted_in(draft: Draft) -> list[BudgetEntry]:
    """Every cost and income that counts in the budgets, with mistakes where which budget is not said; none at all
    where the proposal says nothing of budgets."""
    document = draft.files.base.document
    entries = list(_entries(document))
    if document.budget is None and not any(entry.kind for entry in entries):
        for entry in entries:
            _says_no_budget(draft, entry)
        return []
    usual = document.budget or Budget.model_construct()
    found = []
    for entry in entries:
        kind = entry.kind or (None if isinstance(entry.spec, LineText) else usual.default)
        if kind is None:
            _says_no_budget(draft, entry, needed=not isinstance(entry.spec, LineText))
            continue
        is_cost = entry.path[0] != "income"
        found.append(
            BudgetEntry(
                line=entry.line,
                path=entry.path,
                kind=kind,
                pay=entry.pay,
                transfer=entry.spec.transfer,
                department=entry.spec.department or usual.department,
                programme=entry.spec.programme or usual.programme,
                paid_by=entry.spec.paid_by or (usual.paid_by if is_cost else None),
            )
        )
    if document.budget is not None and all(entry.kind == "none" for entry in found) and not draft.mistakes.stopping:
        says = "no cost counts in a budget, so that there is nothing to show"
        hint = (
            "Costs are programme_costs, income, the labour of a rollout, and lines that say budget: RDEL, CDEL or AME."
        )
        draft.mistakes.add(MissingKey(where=draft.files.base.at("budget"), path="budget", says=says, hint=hint))
    _same_in_every_scenario(draft, entries)
    return found


def _entries(document: Document) -> Iterator[_Written]:
    for name, programme in document.programme_costs.items():
        yield _Written(name, ("programme_costs", name), programme, bool(programme.pay))
    if document.rollout and document.workforce:
        pay = document.rollout.pay is not False
        yield _Written("labour_operating", ("rollout",), document.rollout, pay)
        yield _Written("labour_starting", ("rollout",), document.rollout, pay)
    for name, group in document.posts.groups.items() if document.posts else ():
        for part, pay in _parts(group):
            yield _Written(f"{name}_{part}{_more(group)}", ("posts", "groups", name), group, pay)
    for name, income in document.income.items():
        yield _Written(name, ("income", name), income, income.pay)
    for name, line in document.lines.items():
        yield _Written(name, ("lines", name), line, line.pay)


def _parts(group: PostGroup) -> Iterator[tuple[str, bool]]:
    """What a group of posts costs, as the ends of lines' names, and whether it is pay."""
    if group.band is not None or group.salary is not None:
        yield "pay", True
    for items in (group.per_recruit, group.per_new_post, group.per_post):
        yield from ((item, False) for item in items)


def _more(group: PostGroup) -> str:
    """Beside what happens otherwise, what counts is the difference from it."""
    return "" if group.otherwise is None else "_more"


def same_money(document: Document) -> dict[str, str]:
    """Lines of groups of posts that hold the money of a line that counts, and that line."""
    found: dict[str, str] = {}
    for name, group in document.posts.groups.items() if document.posts else ():
        for part, _ in _parts(group):
            counts = f"{name}_{part}{_more(group)}"
            found |= dict.fromkeys((f"{name}_{part}", f"{name}_{part}_more"), counts)
            found |= {total: found.get(total, counts) for total in (f"{name}_cost", f"{name}_cost_more")}
    return found


def _says_no_budget(draft: Draft, entry: _Written, *, needed: bool = False) -> None:
    """A cost of which no budget is said, though it has to be, or though something is said beside it."""
    said = entry.beside
    if not needed and not said:
        return
    key = "budget" if needed else said[0]
    where = draft.files.base.at(*entry.path, *([] if needed else [key]))
    says = "no budget is said to bear it" if needed else f"{key} is said of a budget, and which budget it is is not"
    own = entry.path[0] == "lines"
    hint = "Write budget: RDEL, CDEL or AME here, or none where no public budget bears it"
    hint += "." if own else "; or budget: RDEL at the top of a file, for all."
    kind = MissingKey if needed else UnknownKey
    draft.mistakes.add(kind(where=where, path=spell((*entry.path, key)), says=says, hint=hint))


def _same_in_every_scenario(draft: Draft, entries: list[_Written]) -> None:
    base = draft.files.base.document
    for case in draft.cases:
        others = {entry.line: entry for entry in _entries(case.document)}
        changed = [
            (*entry.path, key)
            for entry in entries
            for key in _KEYS
            if entry.line in others and not _same(entry.spec, others[entry.line].spec, key)
        ]
        of_all = base.budget, case.document.budget
        changed += [("budget", key) for key in ("default", *DIMENSIONS) if not _same(*of_all, key)]
        for path in dict.fromkeys(changed):
            says = "a scenario changes which budget bears a cost"
            hint = "Which budget it is, and who pays, is the proposal's own in every scenario."
            draft.mistakes.add(ChangesStructure(where=case.at(*path), path=spell(path), says=says, hint=hint))


def _same(one: object, other: object, key: str) -> bool:
    said = [found if isinstance(found := getattr(spec, key, None), str | bool) else None for spec in (one, other)]
    return said[0] == said[1]
