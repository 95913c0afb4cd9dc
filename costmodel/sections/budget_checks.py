"""What would make a wrong figure of a budget: a cost counted twice, income added to costs, pay that is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costmodel.assumptions.document import spell
from costmodel.errors import CountedTwice, IncomeAsCost, MissingKey, Mistake, NameTaken, TransferCounted, WrongKind
from costmodel.language.functions.over_rows import SUM
from costmodel.language.tree import Arithmetic, Call, Name, Negative, Node
from costmodel.language.units import read_unit
from costmodel.model.line import Line, Model
from costmodel.model.reads import names_in
from costmodel.sections.counted import DIMENSIONS, BudgetEntry, same_money, transfers_of
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path

_OF_PEOPLE = ("workforce", "posts")
"""Sections whose money is pay."""


def slug(text: str) -> str:
    """The words of a department, programme or payer as part of a line's name."""
    return "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def check_counted(draft: Draft, counted: list[BudgetEntry]) -> None:
    """Add what is wrong with what counts, before there is a model."""
    _Checks(draft, counted).all()


def check_shapes(draft: Draft, counted: list[BudgetEntry], model: Model) -> None:
    """Add what counts as more or less than one figure a year."""
    for entry in counted:
        shape = model.lines[entry.line].shape
        if shape.rows:
            says = f"{entry.line!r} has a value for each row of {shape.rows}, and a budget has one a year"
            hint = f"Say it of a line of its own, with sum({entry.line})."
        elif entry.is_own and not shape.by_year:
            says = f"{entry.line!r} has no figure for each year, so that it would count in full in every year"
            hint = "Say it of the line that has the cost of each year."
        else:
            continue
        where = draft.files.base.at(*entry.path, "budget")
        draft.mistakes.add(WrongKind(where=where, path=spell((*entry.path, "budget")), says=says, hint=hint))


class _Checks:
    def __init__(self, draft: Draft, counted: list[BudgetEntry]) -> None:
        self.draft, self.counted = draft, counted
        self.lines: Mapping[str, Line] = {line.name: line for line in draft.lines}
        self.by_line = {entry.line: entry for entry in counted}
        self.document = draft.files.base.document
        self.same = same_money(self.document)

    def all(self) -> None:
        self._units()
        self._spellings()
        for name in self.document.lines:
            if name in self.lines:
                self._adds(name)
        for entry in self.counted:
            if entry.is_income and entry.pay:
                self._wrong(WrongKind, (*entry.path, "pay"), "income is no pay", "Take pay: out.")
            if entry.is_own and entry.kind == "RDEL" and entry.pay is None and self._is_of_people(entry.line):
                says = f"{entry.line!r} rests on what people are paid, and whether it is pay is not said"
                hint = "Write pay: yes, or pay: no: RDEL is shown with pay apart."
                self._wrong(MissingKey, (*entry.path, "budget"), says, hint)
        self._appraised()

    def _wrong(self, kind: type[Mistake], path: Path, says: str, hint: str = "") -> None:
        where = self.draft.files.base.at(*path)
        self.draft.mistakes.add(kind(where=where, path=spell(path), says=says, hint=hint))

    def _units(self) -> None:
        money = read_unit(self.draft.with_prices("£"))
        for entry in self.counted:
            line = self.lines.get(entry.line)
            if line is not None and line.unit.powers != money.powers:
                says = f"{entry.line!r} is in {line.unit}, and budgets are in {money}"
                key = "budget" if entry.path[0] in ("rollout", "posts") else "unit"
                hint = "Only an amount of the proposal's own money can count in a budget."
                self._wrong(WrongKind, (*entry.path, key), says, hint)

    def _spellings(self) -> None:
        """One department, programme or payer is spelled in one way."""
        for key in DIMENSIONS:
            first: dict[str, str] = {}
            for entry in self.counted:
                text = getattr(entry, key)
                if text and (other := first.setdefault(slug(text), text)) != text:
                    says = f"{text!r} and {other!r} are one {key.replace('paid_by', 'payer')} in two spellings"
                    self._wrong(NameTaken, (*entry.path, key), says, f"Write {other} throughout.")

    def _adds(self, name: str) -> None:
        """What a line of the proposal's own adds up: nothing twice, and no income as a cost."""
        added = list(self._added(name, 1, set()))
        own = self.by_line.get(name)
        if own and own.kind != "none":
            for _, part in added:
                if self.by_line[part].kind != "none":
                    says = f"{name!r} adds {part!r} up, which a budget bears already: it would count twice"
                    hint = f"Take budget: out of {name}; or write budget: none for {part}."
                    self._wrong(CountedTwice, (*own.path, "budget"), says, hint)
                    return
        for sign, part in added:
            costs = [other for side, other in added if side == sign and not self.by_line[other].is_income]
            if self.by_line[part].is_income and costs:
                says = f"{name!r} adds the income {part!r} to the cost {costs[0]!r}"
                hint = f"Take it off: {costs[0]} - {part}."
                self._wrong(IncomeAsCost, ("lines", name, "formula"), says, hint)
                return

    def _added(self, name: str, sign: int, seen: set[str]) -> Iterator[tuple[int, str]]:
        """The costs and incomes that a line adds up, at any remove, each with its sign."""
        line = self.lines.get(name)
        if line is None or line.formula is None or name in seen:
            return
        for side, part in _terms(line.formula, sign):
            counts = part if part in self.by_line else self.same.get(part, "")
            if counts in self.by_line and counts != name:
                yield side, counts
            elif part in self.document.lines:
                yield from self._added(part, side, {*seen, name})

    def _is_of_people(self, name: str) -> bool:
        """Whether a line rests on the pay of people, but for what is counted on its own."""
        wanted, seen = [name], {name}
        while wanted:
            line = self.lines.get(wanted.pop())
            if line is None:
                continue
            if line.section in _OF_PEOPLE and line.unit.has_money:
                return True
            more = {other for other in names_in(line.formula) if other not in seen and other not in self.by_line}
            seen |= more
            wanted += more
        return False

    def _appraised(self) -> None:
        """What an appraisal calls a cost: no income, and no transfer without a word."""
        appraisal, transfers = self.document.appraisal, transfers_of(self.draft)
        for place, name in enumerate(appraisal.costs if appraisal else ()):
            path: Path = ("appraisal", "costs", place)
            parts = [name, *(part for _, part in self._added(name, 1, set()))]
            if name in self.document.income:
                self._wrong(IncomeAsCost, path, f"{name!r} is income, and no cost of an appraisal", "Take it out.")
            for part in parts:
                if part in transfers:
                    says = f"{part!r} is a transfer, which nets to zero for society, and it is counted as a cost"
                    self._wrong(TransferCounted, path, says, "Name costs without it.")


def _terms(node: Node, sign: int) -> Iterator[tuple[int, str]]:
    """The names that a formula adds up or takes off, whole; of a sum over rows, the line that is the sum."""
    match node:
        case Name(name):
            yield sign, name
        case Negative(of):
            yield from _terms(of, -sign)
        case Arithmetic("+" | "-" as operator, left, right):
            yield from _terms(left, sign)
            yield from _terms(right, sign if operator == "+" else -sign)
        case Call(function, (Name(name),)) if function is SUM:
            yield sign, name.partition(".")[2]
