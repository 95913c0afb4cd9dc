"""What ``costmodel show`` prints: a table in a format, or every line as JSON."""

from __future__ import annotations

from costmodel.analysis.results import Results
from costmodel.analysis.shown_tables import show_table
from costmodel.pages import results_json, tables


def shown_as(results: Results, table: str | None, form: str, *, all_years: bool = False) -> str:
    """A table of the proposal, by name or the first, as text, Markdown or CSV; or every line as JSON.

    Args:
        all_years: as JSON, to the end of the horizon.

    Raises:
        BadInput: where there is no such table.
    """
    if form == "json":
        if table:
            results.table_of(table)
        return results_json.as_json(results, all_years=all_years).rstrip("\n")
    shown = show_table(results, table)
    if form == "csv":
        return tables.as_csv(shown).rstrip("\n")
    if form == "markdown":
        return "\n".join([tables.as_markdown(shown), *(f"\n{note}" for note in shown.notes)])
    return tables.as_text(shown)
