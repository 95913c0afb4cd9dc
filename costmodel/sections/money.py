"""Money as units say it: cash, or real at the prices of a year."""

from __future__ import annotations

import re
from typing import Literal

from costmodel.language.units import MONEY, Unit, read_unit
from costmodel.years import Year, read_year

Cash = Literal["cash"]
CASH: Cash = "cash"
_YEAR = r"(\d{2,4}(?:\s*[/-]\s*\d{2,4})?)"
_AT_A_YEAR = re.compile(rf"£ ?\(\s*(?:real,? )?{_YEAR}(?: prices?)?\s*\)")
_BARE = re.compile(r"£(?! ?\()")
_SAYS_CASH = re.compile(r"\b(?:cash|nominal)\b", re.IGNORECASE)
_KIND = re.compile(rf"^£ \({_YEAR} prices\)$")


def at_prices_of(year: Year) -> str:
    """The unit of real money at the prices of a year."""
    return f"{MONEY} ({year} prices)"


def with_prices(unit: str, own: Year | None) -> str:
    """A unit with the year of its prices written one way, and bare £ as the proposal's own prices.

    Args:
        own: the year of the proposal's prices; None where they are cash.
    """
    unit = _AT_A_YEAR.sub(_one_way, unit)
    if own is None or _SAYS_CASH.search(unit) or not any(base == MONEY for base, _ in read_unit(unit).powers):
        return unit
    return _BARE.sub(at_prices_of(own), unit)


def _one_way(found: re.Match[str]) -> str:
    try:
        return at_prices_of(read_year(found[1]))
    except ValueError:
        return found[0]


def prices_of(unit: Unit) -> Year | Cash | None:
    """The year at whose prices an amount of money is, or cash; None for what is neither, such as pounds a team."""
    if len(unit.powers) != 1 or unit.powers[0][1] != 1:
        return None
    base = unit.powers[0][0]
    if base == MONEY:
        return CASH
    found = _KIND.match(base)
    return read_year(found[1]) if found else None
