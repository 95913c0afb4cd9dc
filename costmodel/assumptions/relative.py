"""Changes that say by how much a value changes, and not what it is: +10%, x0.9, +10 points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from costmodel.assumptions.document import Mapping, Scalar, Sequence, Tree
from costmodel.assumptions.kinds import is_years_mapping
from costmodel.language.units import Unit, read_unit
from costmodel.numbers import read_number

_FORM = re.compile(
    r"^(?:[x×]\s*(?P<times>\d+(?:\.\d+)?)"
    r"|(?P<sign>[+−-])\s*(?P<size>\d+(?:\.\d+)?)\s*(?P<kind>%|per\s?cent|(?:percentage\s)?points?))$"
)


class Relative(NamedTuple):
    """A change of a value: what it is multiplied by, and what is then added."""

    text: str
    times: Decimal
    plus: Decimal

    @property
    def is_percent(self) -> bool:
        """Whether it is written as so many per cent: of a share, it may mean points."""
        return self.text.endswith(("%", "cent"))

    @property
    def in_points(self) -> bool:
        return bool(self.plus)

    def is_value(self, unit: Unit | None) -> bool:
        """Whether it is a value after all: -2% is one of what is a plain number, or may be."""
        return self.is_percent and self.times < 1 and (unit is None or unit.is_plain)

    def of(self, value: Decimal) -> Decimal:
        return value * self.times + self.plus

    def wrong_for(self, *, percent: bool) -> tuple[str, str] | None:
        """What is wrong with such a change of a share or rate, or of what is neither: what is said, and the hint."""
        if percent and self.is_percent:
            says = f"{self.text} of a share or rate may be so much of it, or so many points"
            return says, f"Write x{self.times.normalize():f} for the one, or {self.text[0]}{self._size} points."
        if self.in_points and not percent:
            says = f"{self.text} is said of a share or rate, and this is neither"
            return says, f"Write {self.text[0]}{self._size}% for a change in proportion."
        return None

    @property
    def _size(self) -> str:
        found = re.search(r"\d+(?:\.\d+)?", self.text)
        return found[0] if found else ""


def read_relative(text: str) -> Relative | None:
    """The change that a text says; None where it is none."""
    found = _FORM.match(" ".join(text.split()).lower())
    if not found:
        return None
    if found["times"]:
        return Relative(text.strip(), Decimal(found["times"]), Decimal(0))
    size = Decimal(found["size"]).scaleb(-2) * (1 if found["sign"] == "+" else -1)
    in_points = found["kind"].endswith(("point", "points"))
    return Relative(text.strip(), Decimal(1) if in_points else 1 + size, size if in_points else Decimal(0))


class CannotChange(Exception):
    """A value cannot be changed so: what is wrong, and what to do."""

    def __init__(self, says: str, hint: str) -> None:
        super().__init__(says)
        self.says, self.hint = says, hint


def is_relative(new: Tree) -> Relative | None:
    """The relative change that a new value is, alone or as ``value`` of what stands in full."""
    inner = new.entries.get("value") if isinstance(new, Mapping) else new
    return read_relative(inner.text) if isinstance(inner, Scalar) else None


def changed_by(relative: Relative, old: Mapping, new: Tree, *, money: bool) -> Tree:
    """A new value worked out from an old one, which stands in full; each of its numbers is changed alike.

    Args:
        money: whether it is an amount of money whatever its text says.

    Raises:
        CannotChange: where the old value is no number, or the change may mean two things.
    """
    unit = old.entries.get("unit")
    held: dict[str, Tree] = {key: old.entries[key] for key in ("value", "by_year", "by_age") if key in old.entries}
    numbers = [scalar for tree in held.values() for scalar in _scalars(tree)]
    if not numbers:
        says = f"{relative.text} is of a number, and what stands there is none"
        raise CannotChange(says, "Change the value that it is worked out from, or takes its own from.")
    known = read_unit(unit.text) if isinstance(unit, Scalar) else None
    if known is None and (money or any("£" in scalar.text for scalar in numbers)):
        known = read_unit("£")
    if relative.is_value(known):
        return new
    percent = (known is not None and known.is_percent) or any("%" in scalar.text for scalar in numbers)
    if wrong := relative.wrong_for(percent=percent):
        raise CannotChange(*wrong)
    where = new.where
    found: dict[str, Tree] = {key: _changed(tree, relative, where_of=new) for key, tree in held.items()}
    beside = new.without(["value"]).entries if isinstance(new, Mapping) else {}
    return Mapping(where, {**found, **beside}, dict.fromkeys([*found, *beside], where))


def _scalars(tree: Tree) -> Iterable[Scalar]:
    if isinstance(tree, Scalar):
        return [tree] if _number(tree) is not None else []
    below = tree.items if isinstance(tree, Sequence) else tree.entries.values()
    return [scalar for part in below for scalar in _scalars(part)]


def _number(scalar: Scalar) -> Decimal | None:
    try:
        return Decimal(repr(read_number(scalar.text).value))
    except ValueError:
        return None


def _changed(tree: Tree, relative: Relative, where_of: Tree) -> Tree:
    """A value with every number in it changed, written as it was: with its £ or %."""
    if isinstance(tree, Sequence):
        return Sequence(where_of.where, tuple(_changed(item, relative, where_of) for item in tree.items))
    if isinstance(tree, Mapping):
        assert is_years_mapping(dict(tree.entries))
        entries = {key: _changed(item, relative, where_of) for key, item in tree.entries.items()}
        return Mapping(where_of.where, entries, dict.fromkeys(entries, where_of.where))
    number = _number(tree)
    if number is None:
        return tree
    after = relative.of(number)
    text = f"{after.scaleb(2):f}%" if "%" in tree.text else f"{'£' if '£' in tree.text else ''}{after:f}"
    return Scalar(where_of.where, text.replace("£-", "-£"))
