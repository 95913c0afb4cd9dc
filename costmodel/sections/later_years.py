"""How values by year go on after the last year that is given."""

from __future__ import annotations

from collections.abc import Mapping

from costmodel.language.units import read_unit
from costmodel.numbers import Number
from costmodel.years import Year


def later_times(then: float | None, unit: str, stays: bool | None = None) -> float:
    """What each later value is times the one before: as is said; else an amount stops, and a rate or price stays."""
    return then if then is not None else float(not read_unit(unit).is_flow if stays is None else stays)


def filled(axis: tuple[Year, ...], read: Mapping[Year, Number], times: float) -> list[Number | None]:
    """A number for each year of the axis: as read, or so many times the one before; None before the first."""
    found: list[Number | None] = []
    for year in axis:
        before = found[-1] if found else None
        later = before._replace(value=before.value * times) if before is not None else None
        found.append(read.get(year, later))
    return found


def said_of_later(times: float, last: Year) -> str:
    """How values go on after the last year that is given, where each is so many times the one before."""
    if times in (0, 1):
        return f"After {last}, where the years given end: {'the same' if times else '0'}."
    more = f"{abs(times - 1) * 100:.6g}% {'more' if times > 1 else 'less'}"
    return f"After {last}, where the years given end: {more} each year."
