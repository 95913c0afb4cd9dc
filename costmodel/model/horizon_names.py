"""Names of a list of the horizon's years, which there is no more: every line has the years of the horizon."""

from __future__ import annotations

from collections.abc import Collection

_LIST = "horizon."
_NOW = {"cost": "cost_appraised", "discount_standard": "discount_factor", "next_year": "year + 1"}


def written_now(name: str, known: Collection[str]) -> str:
    """What to write in place of a column of the horizon, as a hint; nothing for any other name."""
    if not name.startswith(_LIST):
        return ""
    own = name.removeprefix(_LIST)
    now = _NOW.get(own) or next((other for other in (f"{own}_by_year", own) if other in known), "")
    if not now:
        return ""
    return f"Every line runs to the end of the horizon now: write {now}, and total({now}, 'horizon') for its sum."
