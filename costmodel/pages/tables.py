"""A table as text, Markdown and CSV, and texts that are safe in each."""

from __future__ import annotations

import csv
import io

from costmodel.analysis.shown_tables import ShownRow, ShownTable


def as_text(table: ShownTable) -> str:
    """The table for a terminal: figures to the right, in columns."""
    header = ["", "unit", *table.headings, "grade"]
    lines = [[row.label, row.unit_words, *table.texts(row), row.grade] for row in table.rows]
    widths = [max(len(line[place]) for line in [header, *lines]) for place in range(len(header))]
    figures = range(2, 2 + len(table.headings))

    def laid(line: list[str]) -> str:
        cells = (
            cell.rjust(width) if at in figures else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    rule = "-" * len(laid([width * "-" for width in widths]))
    return "\n".join([table.title, rule, laid(header), rule, *map(laid, lines), rule, *table.notes])


def as_markdown(table: ShownTable, *, grades: bool = False) -> str:
    """The table in Markdown, figures aligned to the right."""
    header = ["", *table.headings, *(["Grade"] if grades else [])]
    align = [":--", *("--:" for _ in table.headings), *([":--"] if grades else [])]
    lines = [
        [
            markdown_text(_with_money(row)),
            *table.texts(row),
            *([row.grade] if grades else []),
        ]
        for row in table.rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, align, *lines])


def _with_money(row: ShownRow) -> str:
    """The label, with the kind of money where it is money: (£), or (£, 2024 prices)."""
    if not row.unit.is_money:
        return row.label
    unit = ", ".join(part for part in (row.unit.without_prices, row.unit.prices) if part)
    return f"{row.label} ({row.shown.unit(unit)})"


def as_csv(table: ShownTable) -> str:
    """The table for a spreadsheet: rounded as shown, with no commas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "label", "unit", *table.headings, "grade"])
    for row in table.rows:
        figures = ["" if value is None else row.shown.plain(value) for value in table.figures(row)]
        writer.writerow([row.id, safe_text(row.label), safe_text(row.unit_words), *figures, row.grade])
    return out.getvalue()


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def markdown_text(text: str) -> str:
    """A text that does not break a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
