"""Scenarios side by side as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

from costmodel.analysis.comparison import Compared, SideBySide
from costmodel.analysis.figures import figure_text
from costmodel.pages.tables import markdown_text, safe_text


def _cell(row: Compared, at: int) -> str:
    """A figure, and how far it is from base."""
    if row.unit.is_year:
        return f"{row.values[at]:.0f}" if row.values[at] else "never"
    text = figure_text(row.values[at], row.unit)
    change = row.incremental[at]
    return text if not at or not change else f"{text} ({figure_text(change, row.unit, signed=True)})"


def as_markdown(found: SideBySide) -> str:
    """A row a scenario, a column a result, with the difference from base in brackets."""
    head = ["Scenario", *(markdown_text(row.label) for row in found.rows)]
    lines = [f"# Scenarios of {found.proposal} side by side", ""]
    if found.counterfactual:
        lines += [
            f"Do nothing: {found.counterfactual} Every figure is incremental to that, so doing nothing comes to 0.",
            "",
        ]
    lines += [
        "In brackets: the difference from base.",
        "",
        f"| {' | '.join(head)} |",
        "| :-- |" + " --: |" * len(found.rows),
    ]
    for at, scenario in enumerate(found.scenarios):
        cells = [f"{markdown_text(found.titles[at])} (`{scenario}`)", *(_cell(row, at) for row in found.rows)]
        lines.append(f"| {' | '.join(cells)} |")
    weakest = [", ".join(sorted({str(grade) for grade in row.grades if grade})) for row in found.rows]
    lines += [
        "",
        "Grades:",
        "",
        *(f"- {row.label}: {grades}" for row, grades in zip(found.rows, weakest, strict=True) if grades),
    ]
    return "\n".join(lines) + "\n"


def as_text(found: SideBySide) -> str:
    """A block a result, a line a scenario."""
    width = max(len(scenario) for scenario in found.scenarios)
    lines = [f"Do nothing: {found.counterfactual}", ""] if found.counterfactual else []
    for row in found.rows:
        cells = [figure_text(value, row.unit) if not row.unit.is_year else f"{value:.0f}" for value in row.values]
        changes = ["" if not change else figure_text(change, row.unit, signed=True) for change in row.incremental]
        widest, gap = max(map(len, cells)), max(map(len, changes))
        lines.append(f"{row.label} ({row.unit})")
        for at, scenario in enumerate(found.scenarios):
            grade = row.grades[at] or ""
            lines.append(
                f"  {scenario.ljust(width)}  {cells[at].rjust(widest)}  {changes[at].rjust(gap)}  {grade}".rstrip()
            )
        lines.append("")
    return "\n".join(lines).rstrip()


def as_csv(found: SideBySide) -> str:
    """A line a result and scenario, unrounded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "label", "unit", "scenario", "value", "difference from base", "grade"])
    for row in found.rows:
        for at, scenario in enumerate(found.scenarios):
            figures = [f"{figure:.15g}" for figure in (row.values[at], row.incremental[at])]
            writer.writerow(
                [row.name, safe_text(row.label), safe_text(str(row.unit)), scenario, *figures, row.grades[at] or ""]
            )
    return out.getvalue()


def as_json(found: SideBySide) -> str:
    """Everything, unrounded."""
    rows = {
        row.name: {
            "label": row.label,
            "unit": str(row.unit),
            "values": dict(zip(found.scenarios, row.values, strict=True)),
            "grades": dict(zip(found.scenarios, row.grades, strict=True)),
        }
        for row in found.rows
    }
    return json.dumps(
        {"proposal": found.proposal, "counterfactual": found.counterfactual, "results": rows},
        indent=1,
        ensure_ascii=False,
    )
