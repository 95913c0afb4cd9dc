"""What assumptions rest on, and whether a number can be what its unit says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from costmodel.assumptions.kinds import GRADES, Given, Grade
from costmodel.errors import OutOfRange, Position, WrongKind
from costmodel.language.units import Unit
from costmodel.numbers import Number

Path = tuple[str | int, ...]
INDICES = "indices"
"""The part of a costing that holds the indices that its costs follow."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What an assumption's value rests on, in one scenario."""

    grade: Grade | None
    """None for a choice between ways of calculating, which has no uncertainty of its own."""
    source: str | None = None
    place: str | None = None
    """Where in the source."""
    reason: str | None = None
    note: str | None = None
    low: float | None = None
    high: float | None = None
    where: Position | None = None
    log: Given | None = None
    """The assumption as written, with its history, owner, review dates and ratings."""


@dataclass(frozen=True, kw_only=True)
class SectionCheck:
    """A statement that a section holds its own lines against."""

    name: str
    says: str
    holds: str
    since: str
    """The line that has the first year in which it does not hold, and 0 where there is none."""


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A named input: where it is written, and what it rests on in each scenario, in the model's order of scenarios."""

    name: str
    path: str
    grounds: tuple[Grounds, ...]
    at_least: float | None = None
    """What no value of it may lie below."""
    set_by: str = ""
    """The key of the proposal that sets it for every scenario alike; nothing where scenarios may change it."""


def with_note(ground: Grounds, note: str) -> Grounds:
    """The same grounds with one more sentence in their note."""
    return replace(ground, note=" ".join(part for part in (ground.note, note) if part)) if note else ground


def wrong_for(
    number: Number, unit: Unit, at_least: float | None
) -> tuple[type[OutOfRange] | type[WrongKind], str, str] | None:
    """What is wrong with a number for a value of this unit, if anything: the mistake, what it says, the hint."""
    value = number.value
    if number.money and not unit.has_money:
        return WrongKind, f"money was given, and the unit is {str(unit)!r}", "Take out the £, or mend the unit."
    if number.percent and (unit.is_money or unit.is_year):
        return WrongKind, f"a percentage was given, and the unit is {str(unit)!r}", "Take out the %, or mend the unit."
    if unit.is_share and not 0 <= value <= 1:
        says = f"{value * 100:g}% is not a share: shares lie between 0% and 100%"
        return (
            OutOfRange,
            says,
            f"Did you mean {value:g}%?"
            if 1 < value <= 100 and not number.percent
            else "A growth or ratio has the unit rate or ratio.",
        )
    if unit.is_flag and value not in (0, 1):
        return OutOfRange, f"{value:g} is not a flag: a flag is 0 or 1", ""
    if at_least is not None and value < at_least:
        return OutOfRange, f"{value:g} is below {at_least:g}", f"It is {at_least:g} or more."
    return None


def value_at(document: Any, path: Path) -> Any:
    """The part of a validated document at a path, or None."""
    here = document
    for step in path:
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list):
            here = here[step] if isinstance(step, int) and step < len(here) else None
        else:
            here = getattr(here, "from_" if step == "from" else str(step), None)
        if here is None:
            return None
    return here


def weakest_grade(grades: list[Grade | None] | list[Grade]) -> Grade | None:
    """The weakest of some grades; None where there are none."""
    return max((grade for grade in grades if grade), key=GRADES.index, default=None)
