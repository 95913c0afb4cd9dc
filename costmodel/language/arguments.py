"""What a function declares of its arguments, and what is said where an Excel formula is no formula of the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum


class NotReadBack(Exception):
    """An Excel formula says nothing that a formula of the language says."""


class Takes(Enum):
    """What stands as an argument of a function."""

    VALUE = "a value"
    YEAR = "a year in quotes"
    PERIOD = "a period in quotes"
    PROFILE = "the name of a profile by age"
    BANDS = "a column of bands"
    TIMES = "a whole number of times that the function is taken"

    @property
    def is_text(self) -> bool:
        return self in (Takes.YEAR, Takes.PERIOD)


@dataclass(frozen=True, kw_only=True, eq=False)
class Signature:
    """How a function is written and said, what it takes, and what holds of it whatever its arguments are."""

    name: str
    form: str
    """How it is written."""
    words: str
    """What it says, with {} for its arguments."""
    takes: tuple[Takes, ...] = (Takes.VALUE,)
    least: int | None = None
    """How many arguments must be given; None where all must."""
    endless: bool = False
    """Whether its last argument may be given any number of times."""
    takes_start: bool = False
    """Whether it takes ``start=``, the value before the first year."""
    may_fail: bool = False
    """Whether there are numbers for which it has no value."""
    cell_by_cell: bool = False
    """Whether its value in a row and a year depends on that row and year alone."""
    every_year_at_once: bool = False
    """Whether its value in any year needs the whole run of them."""
    carries_unit: bool = False
    """Whether its unit is that of its arguments multiplied."""
    choices: int = 0
    """How many IFs it has in Excel."""

    def __post_init__(self) -> None:
        _DECLARED[type(self).__name__, self.name] = self

    def __reduce__(self) -> tuple[Callable[[str, str], Signature], tuple[str, str]]:
        """By its name, as it is declared once: so that a tree can be handed from one process to another."""
        return _declared, (type(self).__name__, self.name)

    @property
    def at_least(self) -> int:
        """How many arguments it takes at the least."""
        return len(self.takes) if self.least is None else self.least

    @property
    def at_most(self) -> int | None:
        """How many arguments it takes at the most; None where there is no end."""
        return None if self.endless else len(self.takes)

    @property
    def excel_functions(self) -> frozenset[str]:
        """The functions of Excel that it declares, as fields whose names begin with in_excel."""
        return frozenset(getattr(self, field.name) for field in fields(self) if field.name.startswith("in_excel"))

    def kind(self, place: int) -> Takes:
        """What stands at the place of an argument, from 0."""
        return self.takes[min(place, len(self.takes) - 1)]


_DECLARED: dict[tuple[str, str], Signature] = {}
"""Every function by its family and name."""


def _declared(family: str, name: str) -> Signature:
    return _DECLARED[family, name]
