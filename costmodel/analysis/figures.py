"""How a line's figures are shown: by its unit, the same in the terminal, the brief and the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from costmodel.language.units import MONEY, POUNDS, Unit
from costmodel.numbers import plain, round_half_up, shown


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Decimals and kind of a figure."""

    decimals: int = 0
    percent: bool = False
    year: bool = False
    scale: int = 0
    """The power of ten that it is divided by: 6 for £ million."""
    said: bool = False
    """Whether the proposal says how it is shown, and not its unit and figures."""

    def rounded(self, value: float) -> Decimal:
        """The figure as shown, as a number: what a reader adds up."""
        if self.percent:
            return round_half_up(value, self.decimals + 2)
        return round_half_up(value, self.decimals - self.scale).scaleb(-self.scale)

    def unit(self, words: str) -> str:
        """A unit in words, with what money is shown in: £ million."""
        size = {3: " thousand", 6: " million"}.get(self.scale, "")
        return words.replace(MONEY, f"{MONEY}{size}", 1)

    def text(self, value: float) -> str:
        """The figure as a table shows it; a year has no commas, and 0 is no year."""
        if self.year:
            return f"{value:.0f}" if value else "none"
        if self.scale:
            return f"{self.rounded(value):,.{self.decimals}f}"
        return shown(value, self.decimals, percent=self.percent)

    def plain(self, value: float) -> str:
        """The figure for CSV: rounded as shown, with no commas; shares as fractions."""
        if self.scale:
            return f"{self.rounded(value):.{self.decimals}f}"
        return plain(value, self.decimals + 2 if self.percent else self.decimals)

    @property
    def excel(self) -> str:
        """The number format of a cell."""
        if self.year:
            return "0"
        if self.percent:
            return f"0.{'0' * self.decimals}%" if self.decimals else "0%"
        return f"#,##0.{'0' * self.decimals}" if self.decimals else "#,##0"


def how_to_show(unit: Unit, values: list[float]) -> Shown:
    """Pounds and whole things to the unit; shares and rates as percentages; the rest to as few decimals as it needs."""
    if unit.is_year:
        return Shown(year=True)
    if unit.is_percent:
        return Shown(decimals=_needed([value * 100 for value in values], 2), percent=True)
    if unit.is_amount:
        return Shown()
    if unit.is_index or unit.is_money_per_money:
        return Shown(decimals=4)
    if unit.is_money:
        return Shown(decimals=0 if _needed(values, 2) == 0 else 2)
    largest = max((abs(value) for value in values), default=0)
    return Shown(decimals=_needed(values, 4 if largest < 1 else 2 if largest < 10_000 else 0))


def _is_whole(value: float) -> bool:
    return abs(value - floor(value + 0.5)) <= 1e-9 * max(1.0, abs(value))


def _needed(values: list[float], most: int) -> int:
    """The fewest decimals, up to a most, that show the values as they are."""
    for decimals in range(most):
        if all(_is_whole(value * 10**decimals) for value in values):
            return decimals
    return most


def figure_text(value: float, unit: Unit, *, signed: bool = False) -> str:
    """A figure in its unit, to the decimals that it needs; money with its pound sign."""
    look = how_to_show(unit, [value])
    sign = "+" if signed and value > 0 else ""
    if unit == POUNDS and abs(value) < 1000 and value % 1 != 0:
        return f"{sign}{shown(value, 2, money=True)}"
    text = look.text(abs(value))
    if signed and look.percent:
        text = f"{text[:-1]} points"
    minus = "-" if value < 0 and text.strip("0.%") else ""
    return f"{sign}{minus}{'£' if unit.is_money else ''}{text}"


def brief_text(value: float, unit: Unit, *, signed: bool = False) -> str:
    """A figure to three figures, and no fewer than its whole digits: what a reader of the page takes in."""
    percent, money = unit.is_percent, unit.is_money
    points = percent and (signed or unit.in_points)
    size = abs(value) * (100 if percent else 1)
    figure = f"{round_half_up(size, _decimals(size, money=money, percent=percent)):,f}"
    figure = figure.rstrip("0").rstrip(".") if "." in figure and not money else figure
    sign = "" if not figure.strip("0.") else "-" if value < 0 else "+" if signed else ""
    return f"{sign}{'£' if money else ''}{figure}{' points' if points else '%' if percent else ''}"


def _decimals(size: float, *, money: bool, percent: bool) -> int:
    """Decimals for three figures; one more where they would make a whole number of what is none."""
    if abs(size - floor(size + 0.5)) <= 1e-9 * max(size, 1) or size >= 1000:
        return 0
    if money:
        return 0 if size >= 100 else 2
    most = 2 if percent else 6
    whole = len(str(int(size))) if size >= 1 else ceil(log10(size))  # 0.0033 has two zeros after its point
    decimals = min(max(1, 3 - whole), most)
    looks_whole = round_half_up(size, decimals) == round_half_up(size)
    return min(decimals + 1, most) if looks_whole else decimals
