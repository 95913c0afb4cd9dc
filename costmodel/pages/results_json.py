"""A scenario's results as JSON: unrounded values of every line, with label, unit and grade."""

from __future__ import annotations

import json
from typing import Any

from costmodel.analysis.results import Results


def results_dict(results: Results, *, all_years: bool = False) -> dict[str, Any]:
    """``{"proposal", "scenario", "years", "lines": {name: {"label", "unit", "grade", "values": [..] or "value": x}}}``.

    A line over the rows of a list has ``rows`` instead: each row's name with its value, or its values by year.
    Years are those of the ask, or with ``all_years`` those to the end of the horizon.
    """
    model = results.costing.model
    shown_years = slice(None) if all_years else model.ask
    lines: dict[str, Any] = {}
    for line in results.shown_lines:
        cells = results.cells(line.name)
        cells = cells[:, shown_years] if line.shape.by_year else cells
        entry: dict[str, Any] = {"label": line.label, "unit": str(line.unit), "grade": results.grading[line.name].grade}
        if line.shape.rows:
            names = model.row_names(line)
            shown = [cells[min(row, len(cells) - 1)].tolist() for row in range(len(names))]
            by_year = line.shape.by_year
            entry["rows"] = [
                {"row": name, **({"values": row} if by_year else {"value": row[0]})}
                for name, row in zip(names, shown, strict=True)
            ]
        elif line.shape.by_year:
            entry["values"] = [float(value) for value in cells[0]]
        else:
            entry["value"] = float(cells[0, 0])
        lines[line.name] = entry
    return {
        "proposal": results.costing.name,
        "scenario": results.scenario,
        "years": [str(year) for year in model.years[shown_years]],
        "lines": lines,
    }


def as_json(results: Results, *, all_years: bool = False) -> str:
    """The results as JSON text, one line a value."""
    return json.dumps(results_dict(results, all_years=all_years), indent=1, ensure_ascii=False) + "\n"
