"""What a rule is, how it is registered, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from costmodel.audit.facts import Facts
from costmodel.spreadsheets.cells import Cell

Verdict = Literal["holds", "fails", "not applicable"]


class Level(StrEnum):
    """How much a rule matters: an essential one that fails fails the workbook."""

    E = "E"
    D = "D"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A place where a rule does not hold; a failure of the workbook as a whole has no sheet or cell."""

    sheet: str = ""
    cell: str = ""
    says: str


class NotApplicable(Exception):
    """The workbook has nothing that a rule is about; the text says why."""


@dataclass(kw_only=True)
class Seen:
    """What a rule looks at; a rule that saw nothing is not applicable, and never holds."""

    count: int = 0
    as_of: date | None = None
    """The day that review dates are held against."""

    def one(self, number: int = 1) -> None:
        """Count things that were looked at."""
        self.count += number


Check = Callable[[Facts, Seen], Iterator[Failure]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule: its id, level and title, what it looks at, and how it is checked."""

    id: str
    level: Level
    title: str
    over: str
    """What it looks at, as in ``no <over>`` where a workbook has none."""
    check: Check


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a rule."""

    rule: Rule
    verdict: Verdict
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    """Why it is not applicable."""
    looked_at: int = 0


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Every rule's outcome for one workbook."""

    name: str
    outcomes: tuple[Outcome, ...]

    def of(self, verdict: Verdict) -> tuple[Outcome, ...]:
        return tuple(found for found in self.outcomes if found.verdict == verdict)

    @property
    def failing(self) -> tuple[str, ...]:
        """The ids of the rules that fail."""
        return tuple(found.rule.id for found in self.of("fails"))

    @property
    def passes(self) -> bool:
        """Whether no essential rule fails."""
        return all(found.rule.level is not Level.E for found in self.of("fails"))


RULES: dict[str, Rule] = {}


def rule(id: str, level: Level, title: str, over: str) -> Callable[[Check], Check]:  # noqa: A002
    """Register a rule."""

    def register(check: Check) -> Check:
        RULES[id] = Rule(id=id, level=level, title=title, over=over, check=check)
        return check

    return register


def at(cell: Cell, says: str) -> Failure:
    """A failure at a cell."""
    return Failure(sheet=cell.sheet, cell=cell.address, says=says)
