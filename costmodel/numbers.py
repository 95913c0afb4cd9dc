"""Numbers as people write them, and as they are shown: reading, rounding half up, GOV.UK style.

Reading is exact (decimal) until the last step, so that 14% is the double nearest to 0.14. Rounding is half away
from zero on the 15 significant digits that a spreadsheet shows, so that a figure shown here and in Excel agree.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

DIGITS_15 = 5e-15
"""Figures nearer than this are one and the same to a spreadsheet, which compares and rounds on 15 digits."""
_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "b": 9, "billion": 9, "trillion": 12,
}  # fmt: skip
_NUMBER = re.compile(
    r"""^(?P<minus>[-−])?\s*(?P<pound>£)?\s*(?P<minus2>[-−])?
        (?P<digits>\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)(?P<fraction>\.\d+)?
        \s*(?P<scale>k|thousand|m|mn|million|bn|b|billion|trillion)?
        \s*(?P<percent>%|\s*per\s?cent)?(?P<rest>\s+of\s+.+|\s+a\s+year)?$""",
    re.VERBOSE | re.IGNORECASE,
)


class Number(NamedTuple):
    """A number that was read, and how it was written."""

    value: float
    money: bool
    percent: bool
    decimals: int
    """Digits after the point in the value as written (14.38% has 4)."""


@lru_cache(maxsize=10_000)
def read_number(text: str) -> Number:
    """Read ``14%``, ``£16,000``, ``£88m``, ``£1.2 billion``, ``10_600`` or ``50% of a year``.

    Raises:
        ValueError: with a sentence that says what is wrong, when the text is not one number.
    """
    found = _NUMBER.match(text.strip())
    if not found:
        raise ValueError(_why_not(text.strip()))
    if found["rest"] and not found["percent"]:
        raise ValueError(f"{text.strip()!r} is not a number")
    if found["minus"] and found["minus2"]:
        raise ValueError(f"{text.strip()!r} has two signs")
    if found["pound"] and found["percent"]:
        raise ValueError(f"{text.strip()!r} is both money and a percentage")
    exact = Decimal(found["digits"].replace(",", "").replace("_", "") + (found["fraction"] or ""))
    exact = exact.scaleb(_SCALES[found["scale"].lower()] if found["scale"] else 0)
    if found["percent"]:
        exact = exact.scaleb(-2)
    if found["minus"] or found["minus2"]:
        exact = -exact
    exponent = exact.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return Number(float(exact), bool(found["pound"]), bool(found["percent"]), decimals)


def _why_not(text: str) -> str:
    if not text:
        return "there is no value"
    if re.match(r"^£?\d+(,\d+)+(\.\d+)?\D*$", text):
        return f"{text!r} has commas that do not mark thousands"
    if re.match(r"^£?[\d.]+,\d{1,2}$", text):
        return f"{text!r} has a comma where a point is meant"
    return f"{text!r} is not a number"


def round_half_up(value: float, decimals: int = 0) -> Decimal:
    """Round half away from zero, on the 15 significant digits that a spreadsheet shows.

    ``decimals`` may be negative: -6 rounds to millions. This is the only rounding of money in costmodel, and it is
    used only when a figure is shown.
    """
    exact = Decimal(f"{value:.15g}")
    shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return shown.quantize(Decimal(1)) if decimals < 0 else shown + 0


def plain(value: float, decimals: int = 0) -> str:
    """The rounded figure with no commas or signs of its kind, for CSV."""
    return f"{round_half_up(value, decimals):f}"


def shown(value: float, decimals: int = 0, *, money: bool = False, percent: bool = False) -> str:
    """A figure as a table shows it: 9,507,392 or £250 or 14%."""
    if percent:
        return f"{_trimmed(round_half_up(value * 100, max(decimals, 0)))}%"
    figure = round_half_up(value, decimals)
    return f"{'-' if figure < 0 else ''}{'£' if money else ''}{abs(figure):,f}"


def _trimmed(figure: Decimal) -> str:
    text = f"{figure:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_prose(value: float, *, money: bool = True) -> str:
    """A figure in a sentence, GOV.UK style, to three figures: £87.8 million, £1.2 billion, £850,000."""
    sign, pound, size = ("-" if value < 0 else ""), ("£" if money else ""), abs(value)
    carried = False  # £999.9999 million is £1 billion
    for scale, word in ((6, "million"), (9, "billion"), (12, "trillion")):
        whole_digits = max(1, len(str(int(size / 10**scale))))
        figure = round_half_up(size / 10**scale, max(0, 3 - whole_digits))
        reached = carried or size >= 10**scale
        if reached and (figure < 1000 or scale == 12):
            return f"{sign}{pound}{_trimmed(figure)} {word}"
        carried = reached
    return f"{sign}{pound}{round_half_up(size, 0):,f}"
