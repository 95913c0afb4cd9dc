"""What a printed table says of its unknowns, as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import Any

from costmodel.analysis.figures import brief_text
from costmodel.analysis.solving import Combination, Interval, PayYear, Solution
from costmodel.language.units import NUMBER
from costmodel.numbers import round_half_up

_HEAD = ("unknown", "unit", "at least", "at most", "in the model", "inside")


def _decimals(interval: Interval) -> int:
    """Enough decimals to tell the two ends apart, and two more."""
    width = interval.high - interval.low
    decimals = 2
    while decimals < 10 and width < 100 * 10.0**-decimals:
        decimals += 1
    return decimals


def _row(interval: Interval) -> tuple[str, ...]:
    decimals = _decimals(interval)
    when = f" in {interval.year}" if interval.year else ""
    ends = (f"{round_half_up(value, decimals):,f}" for value in (interval.low, interval.high, interval.model))
    return (f"{interval.name}{when}", str(interval.unit), *ends, "yes" if interval.holds else "no")


def _heading(solution: Solution) -> str:
    if not solution.out:
        return f"Every one of the {solution.cells} printed cells of {solution.table} comes out when:"
    cells = ", ".join(f"{cell} by {brief_text(by, NUMBER)}" for cell, by in solution.out)
    return (
        f"No values of the unknowns give all {solution.cells} printed cells of {solution.table}. "
        f"Past the last digit at the least: {cells}. The others come out when:"
    )


def _points(found: Combination) -> str:
    return ", ".join(f"{band} £{pay:,.0f}" for band, pay in found.points)


def _year(found: PayYear) -> str:
    if not found.inside:
        return f"{found.year}: none of {found.tried:,}"
    count = "one" if len(found.inside) == 1 else f"{len(found.inside)}"
    return f"{found.year}: {count} of {found.tried:,}: " + "; or ".join(_points(one) for one in found.inside[:5])


def as_text(solution: Solution) -> str:
    """The intervals as columns, then the pay points of each year."""
    rows = [_HEAD, *map(_row, solution.intervals)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    lines = [_heading(solution), ""]
    for row in rows:
        cells = (row[at].rjust(widths[at]) if 2 <= at <= 4 else row[at].ljust(widths[at]) for at in range(len(_HEAD)))
        lines.append("  ".join(cells).rstrip())
    if solution.pay_years:
        lines += ["", "Pay points, one for each role, whose salaries lie between those ends:"]
        lines += [f"  {_year(found)}" for found in solution.pay_years]
    return "\n".join(lines)


def as_markdown(solution: Solution) -> str:
    """The intervals as a table, then the pay points of each year as a list."""
    lines = [_heading(solution), "", f"| {' | '.join(_HEAD)} |", "| :-- | :-- | --: | --: | --: | :-- |"]
    lines += [f"| {' | '.join(_row(interval))} |" for interval in solution.intervals]
    if solution.pay_years:
        lines += ["", "Pay points, one for each role, whose salaries lie between those ends:", ""]
        lines += [f"- {_year(found)}" for found in solution.pay_years]
    return "\n".join(lines)


def as_json(solution: Solution) -> str:
    """Everything, unrounded."""
    entry: dict[str, Any] = {
        "table": solution.table,
        "cells": solution.cells,
        "out": dict(solution.out),
        "unknowns": {
            interval.name: {
                "unit": str(interval.unit),
                "year": str(interval.year) if interval.year else None,
                "low": interval.low,
                "high": interval.high,
                "model": interval.model,
                "inside": interval.holds,
            }
            for interval in solution.intervals
        },
        "pay_points": {
            str(found.year): {
                "tried": found.tried,
                "inside": [
                    {"points": [list(point) for point in one.points], "salaries": one.salaries} for one in found.inside
                ],
            }
            for found in solution.pay_years
        },
    }
    return json.dumps(entry, indent=1, ensure_ascii=False)
