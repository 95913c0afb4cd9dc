"""What a comparison of two workbooks found, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from costmodel.language.units import Unit

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
ASKED, HEADLINE, BY_SCENARIO, BY_YEAR = "asked", "headline", "scenario", "year"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that the two files say of themselves; the same twice where they agree."""

    what: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, kw_only=True)
class ValueChange:
    """An input or a result with its values in both workbooks; None where one has none."""

    kind: str
    """Whether an input is changed, added or removed; or what kind of result it is."""
    id: str
    label: str
    where: str
    """The year, or the row of a list; nothing for one value."""
    scenarios: tuple[str, ...]
    """The scenarios that it concerns; none where that is all of them, or the one that is selected."""
    unit: Unit
    old: Any
    new: Any
    cell: str
    """Where it stands: in the new workbook, or else in the old."""

    @property
    def difference(self) -> float | None:
        """The new figure less the old; None unless both are figures."""
        both = (self.old, self.new)
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in both):
            return None
        return float(self.new - self.old)

    @property
    def share(self) -> float | None:
        """The difference as a share of the old figure; None where that is 0, or the figure is a year or a flag."""
        if self.difference is None or not self.old or self.unit.chooses:
            return None
        return self.difference / abs(float(self.old))


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """What an input rests on, or whether a check holds, in both workbooks."""

    id: str
    label: str
    what: str
    old: str
    new: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class FormulaChange:
    """The formulas of a row, with names in place of addresses; or a line that only one workbook has."""

    kind: str
    id: str
    label: str
    sheet: str
    cell: str
    """The first of its cells: in the new workbook, or else in the old."""
    cells: int
    """How many cells of the row differ in this way."""
    old: str
    new: str
    old_text: str = ""
    """The formula of the first cell as it is written there."""
    new_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What differs between two workbooks."""

    old: str
    """The old file."""
    new: str
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    inputs: tuple[ValueChange, ...]
    bases: tuple[TextChange, ...]
    formulas: tuple[FormulaChange, ...]
    results: tuple[ValueChange, ...]
    checks: tuple[TextChange, ...]
    selected: tuple[str, str]
    """The scenario that is selected in each."""
