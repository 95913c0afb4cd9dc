"""Every line with its grade, the assumption that sets it, and the path between them."""

from __future__ import annotations

import csv
import io
import json

from costmodel.analysis.results import Results
from costmodel.pages.tables import safe_text

_HEAD = ("line", "grade", "set by", "through")


def _rows(results: Results) -> list[tuple[str, str, str, str]]:
    lines = results.costing.model.lines
    rows = []
    for line in results.shown_lines:
        grading = results.grading[line.name]
        if grading.grade:
            through = " < ".join(name for name in grading.path[1:-1] if not lines[name].step_of)
            rows.append((line.name, str(grading.grade), grading.set_by, through))
    return rows


def as_text(results: Results) -> str:
    """The grades as columns."""
    rows = [_HEAD, *_rows(results)]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_csv(results: Results) -> str:
    """The grades for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_HEAD, *(tuple(map(safe_text, row)) for row in _rows(results))])
    return out.getvalue().rstrip("\n")


def as_json(results: Results) -> str:
    """The grades by line."""
    grades = results.grading
    lines = {
        line.name: {"grade": grades[line.name].grade, "path": list(grades[line.name].path)}
        for line in results.shown_lines
    }
    entry = {"proposal": results.costing.name, "scenario": results.scenario, "lines": lines}
    return json.dumps(entry, indent=1, ensure_ascii=False)
