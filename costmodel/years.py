"""Financial and calendar years, and periods of them."""

from __future__ import annotations

import re
from typing import NamedTuple

_FINANCIAL = re.compile(r"^(\d{4}|\d{2})\s*[/-]\s*(\d{4}|\d{2})$")
TO = re.compile(r"(?<!\s)\s+to\s+")
"""What stands between the ends of a run or a range; the first mark keeps it from trying each of many spaces in turn."""
_CALENDAR = re.compile(r"^(\d{4})$")


class Year(NamedTuple):
    """A year, by the calendar year in which it starts; a financial year runs from 1 April."""

    start: int
    financial: bool = True

    def __str__(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}" if self.financial else str(self.start)

    @property
    def prose(self) -> str:
        """The year in a sentence: 2022 to 2023."""
        return f"{self.start} to {self.start + 1}" if self.financial else str(self.start)

    @property
    def name(self) -> str:
        """The year as part of a name: 2022_23."""
        return str(self).replace("/", "_")


def read_year(text: str) -> Year:
    """Read ``2022/23``, ``22/23``, ``2022-23``, ``2022/2023`` or a calendar year ``2022``.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    text = text.strip()
    if found := _CALENDAR.match(text):
        return Year(int(found[1]), financial=False)
    found = _FINANCIAL.match(text)
    if not found:
        raise ValueError(f"{text!r} is not a year: write 2022/23 or 2022")
    start = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
    end = int(found[2])
    if (start + 1) % (10000 if len(found[2]) == 4 else 100) != end:
        raise ValueError(f"{text!r} is not a year: the second part should be the year after the first")
    return Year(start)


def read_years(text: str) -> tuple[Year, ...]:
    """Read ``2022/23 to 2025/26``, or one year, as the years from first to last.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    parts = TO.split(text.strip())
    if len(parts) > 2:
        raise ValueError(f"{text!r} is not a run of years: write 2022/23 to 2025/26")
    first, last = read_year(parts[0]), read_year(parts[-1])
    if first.financial != last.financial:
        raise ValueError(f"{text!r} mixes a financial year and a calendar year")
    if last < first:
        raise ValueError(f"the years are out of order: {last} is before {first}")
    if last.start - first.start > 300:
        raise ValueError(f"{text!r} is a run of over 300 years")
    return tuple(Year(start, first.financial) for start in range(first.start, last.start + 1))


def run_of_years(years: tuple[Year, ...]) -> str:
    """Years as a person writes them: 2022/23 to 2025/26."""
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def run_to_horizon(ask: tuple[Year, ...], axis: tuple[Year, ...]) -> str:
    """The years of a proposal in a message, and where its horizon ends if that is later."""
    return run_of_years(ask) + (f", and its horizon ends in {axis[-1]}" if ask != axis else "")
