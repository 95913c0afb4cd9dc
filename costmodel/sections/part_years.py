"""Parts of a year as people write them: from October, 3 months, 12 weeks."""

from __future__ import annotations

import re

from costmodel.errors import did_you_mean

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TIME = re.compile(r"^(\d+(?:\.\d+)?)\s+(month|week)s?$")


def months_left(month: str, *, financial: bool) -> int:
    """How many of the 12 months of a year are left from the first day of a month.

    Raises:
        ValueError: with a sentence that says what is wrong, and one that says what to do.
    """
    found = [place for place, name in enumerate(MONTHS) if month.lower() in (name.lower(), name[:3].lower())]
    if not found:
        hint = did_you_mean(month, MONTHS) or "Write the name of a month, such as October."
        raise ValueError(f"{month!r} is not a month. {hint}")
    return 12 - (found[0] - 3) % 12 if financial else 12 - found[0]


def share_of_year(text: str) -> float:
    """A length of time as a share of a year.

    Raises:
        ValueError: with a sentence that says what is wrong, and one that says what to do.
    """
    found = _TIME.match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a length of time. Write 3 months, or 12 weeks.")
    share = float(found[1]) / (12 if found[2] == "month" else 52)
    if share > 1:
        raise ValueError(f"{text!r} is longer than a year. Write vacancies: with the share of posts that are empty.")
    return share
