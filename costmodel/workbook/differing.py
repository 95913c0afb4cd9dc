"""Figures and texts that are not the same in every scenario, cell by cell.

A workbook holds every scenario, so the files of a proposal differ only in what cells show of the scenario selected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from costmodel.spreadsheets.package import Value

Each = Value | tuple[Value, ...]
"""What a cell holds: the same in every scenario, or, where they differ, a figure or text for each, in order."""


class Differing(NamedTuple):
    """A cell that does not show the same in every scenario."""

    sheet: str
    row: int
    column: int
    values: tuple[Value, ...]
    """In each scenario, in order."""
    string: int | None
    """Which of all texts written, in order, it is; None for what a formula shows."""


def of_each(work: Callable[..., Value], *given: Each) -> Each:
    """What comes of figures: scenario by scenario, where any of them is given so."""
    count = max((len(one) for one in given if isinstance(one, tuple)), default=0)
    if not count:
        return work(*given)
    columns = (one if isinstance(one, tuple) else (one,) * count for one in given)
    return as_one(tuple(work(*figures) for figures in zip(*columns, strict=True)))


def every(each: Each) -> tuple[Value, ...]:
    """All that a cell may show."""
    return each if isinstance(each, tuple) else (each,)


def as_one(values: tuple[Value, ...]) -> Each:
    """Figures or texts of each scenario; one where they are alike."""
    return values[0] if are_alike(values) else values


def in_common(each: Each) -> float:
    """A figure in which scenarios do not differ."""
    assert not isinstance(each, tuple), each
    return float(each)


def are_alike(values: tuple[Value, ...]) -> bool:
    """Whether figures or texts are the same as written: 0 and -0, or 1 and 1.0, are not."""
    first = values[0]
    if values.count(first) < len(values):
        return False
    if first:
        return all(type(value) is type(first) for value in values)
    return len({repr(value) for value in values}) == 1
