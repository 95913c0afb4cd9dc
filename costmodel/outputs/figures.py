"""How a line's figures are shown: by its unit, the same in the terminal, the brief and the workbook."""

from __future__ import annotations

import math
from dataclasses import dataclass

from costmodel.numbers import plain, shown

_PERCENT = ("share", "rate")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Decimals and kind of a figure."""

    decimals: int = 0
    percent: bool = False
    year: bool = False

    def text(self, value: float) -> str:
        """The figure as a table shows it; a year has no commas, and 0 is no year."""
        if self.year:
            return f"{value:.0f}" if value else "none"
        return shown(value, self.decimals, percent=self.percent)

    def plain(self, value: float) -> str:
        """The figure for CSV: rounded as shown, with no commas; shares as fractions."""
        return plain(value, self.decimals + 2 if self.percent else self.decimals)

    @property
    def excel(self) -> str:
        """The number format of a cell."""
        if self.year:
            return "0"
        if self.percent:
            return f"0.{'0' * self.decimals}%" if self.decimals else "0%"
        return f"#,##0.{'0' * self.decimals}" if self.decimals else "#,##0"


def how_to_show(unit: str, values: list[float]) -> Shown:
    """Pounds and whole things to the unit; shares and rates as percentages; the rest to as few decimals as it needs."""
    if year_number(unit):
        return Shown(year=True)
    if unit.startswith(_PERCENT):
        return Shown(decimals=_needed([value * 100 for value in values], 2), percent=True)
    if unit.startswith("£") and " per " not in unit:
        return Shown()
    if unit == "index" or (unit.startswith("£") and " per £" in unit):
        return Shown(decimals=4)
    if unit.startswith("£"):
        return Shown(decimals=0 if _needed(values, 2) == 0 else 2)
    largest = max((abs(value) for value in values), default=0)
    return Shown(decimals=_needed(values, 4 if largest < 1 else 2 if largest < 10_000 else 0))


def year_number(unit: str) -> bool:
    """Whether figures of a unit are years, which have no commas."""
    return unit == "year"


def _is_whole(value: float) -> bool:
    return abs(value - math.floor(value + 0.5)) <= 1e-9 * max(1.0, abs(value))


def _needed(values: list[float], most: int) -> int:
    """The fewest decimals, up to a most, that show the values as they are."""
    for decimals in range(most):
        if all(_is_whole(value * 10**decimals) for value in values):
            return decimals
    return most
