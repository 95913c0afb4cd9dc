"""Which year a header is, however it is written, and which rows are headers of years."""

from __future__ import annotations

import itertools
import re
from typing import Any

from costmodel.spreadsheets.cells import Sheet

_YEAR = re.compile(r"^(?:FY\s?)?((?:19|20|21)\d\d)(?:\s?(?:[/–-]|to)\s?(\d{2}|\d{4}))?$", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"^(?:FY\s?)?(\d\d)(?:\s?[/–-]\s?(\d\d))$", re.IGNORECASE)
_COUNTED_YEAR = re.compile(r"^(?:FY\s?(\d\d)|year\s?(\d{1,3}))$", re.IGNORECASE)


def year_of(value: Any) -> int | None:
    """The year in which a header's year starts: 2026 for 2026/27, 26/27, 2026 or a date in 2026; 3 for Year 3."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return int(value) if value == int(value) and 1950 <= value <= 2150 else None
    if not isinstance(value, str):
        return int(value.year) if hasattr(value, "year") else None
    text = value.strip()
    if found := _YEAR.match(text):
        start, end = int(found[1]), found[2]
        return start if end is None or int(end) % 100 in ((start + 1) % 100, start % 100) else None
    if found := _SHORT_YEAR.match(text):
        return 2000 + int(found[1]) if (int(found[1]) + 1) % 100 == int(found[2]) else None
    if found := _COUNTED_YEAR.match(text):
        return int(found[1] or found[2])
    return None


def years_in(sheet: Sheet, row: int) -> dict[int, int]:
    """The years of a row of headers, and nothing for other rows.

    Two or more stand side by side, each one more than the last; of three or more written as text, some may be wrong.
    """
    cells = sheet.rows[row]
    found = [(cell.column, year) for cell in cells if (year := year_of(cell.shown)) is not None]
    rises = [b[1] - a[1] == 1 and b[0] - a[0] == 1 for a, b in itertools.pairwise(found)]
    others = [cell for cell in cells if year_of(cell.shown) is None]
    are_words = all(isinstance(cell.shown, str) and not cell.formula for cell in others)
    are_texts = len(found) > 2 and all(sheet.text(row, column) for column, _ in found)
    is_axis = rises and are_words and (any(rises) if are_texts else all(rises))
    return dict(found) if is_axis else {}
