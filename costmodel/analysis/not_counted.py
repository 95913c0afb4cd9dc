"""What an appraisal leaves out, in words: benefits after its horizon, and costs of years that are not counted."""

from __future__ import annotations

from costmodel.analysis.results import Costed, Results
from costmodel.language.shape import COUNTED
from costmodel.numbers import in_prose
from costmodel.sections.value_for_money import AFTER_HORIZON
from costmodel.years import Year, run_of_years

_LEAST = 0.5
"""Pounds that are shown as none."""


def after_horizon(results: Results) -> str:
    """What of the benefits falls after the horizon; nothing where none does."""
    value = _value(results, AFTER_HORIZON)
    last = results.costing.model.years[-1]
    return f"{in_prose(value)} of benefit falls after {last} and is not counted." if value >= _LEAST else ""


def costs_not_counted(results: Results) -> str:
    """Which years' costs and people are counted, where the lines of cost go on in others; nothing where they do not."""
    value = _value(results, "cost_not_counted")
    if value < _LEAST:
        return ""
    counted = _years_counted(results)
    return (
        f"Costs and people are counted in {run_of_years(counted)}. In other years to {results.costing.model.years[-1]} "
        f"the same lines come to {in_prose(value)} more of cost in real prices, which is not counted."
    )


def after_horizon_in_each(costed: Costed) -> list[str]:
    """What falls after the horizon in base, and in each scenario in which that is something else."""
    found: list[str] = []
    base = after_horizon(costed.run())
    for name, run in zip(costed.scenarios, costed.runs, strict=True):
        said = after_horizon(run)
        if said and (name == "base" or said != base):
            found.append(said if name == "base" else f"In the scenario {name}, {said}")
    return found


def _years_counted(results: Results) -> tuple[Year, ...]:
    flags = results.along_axis(COUNTED)
    return tuple(year for year, flag in zip(results.costing.model.years, flags, strict=True) if flag)


def _value(results: Results, name: str) -> float:
    return results.value(name) if name in results.costing.model.lines else 0.0
