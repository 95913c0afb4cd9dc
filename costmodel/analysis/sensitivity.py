"""Sensitivity: what a result is when each assumption is put at either end of its declared range, others held.

An assumption by year or by row moves as a multiple of its values: at the low end its smallest value is the low of the
range, and at the high end its largest is the high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from costmodel.analysis.moves import Moves, Trial, Tried
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.switching import RESULT, one_figure
from costmodel.assumptions.kinds import Grade
from costmodel.language.shape import SCALAR
from costmodel.language.units import Unit
from costmodel.sections.costing import Costing


@dataclass(frozen=True, kw_only=True)
class Range:
    """What one assumption's declared range does to a result."""

    name: str
    label: str
    unit: Unit
    grade: Grade | None
    own: float
    """The value in the scenario; of an assumption by year or by row, 1, since its values move as a multiple."""
    multiple: bool
    low: float
    high: float
    at_low: float | None
    """The result at the low end; None where the model cannot bear it, or a share would not be one."""
    at_high: float | None

    @property
    def swing(self) -> float | None:
        """How far apart the results at both ends are."""
        return None if self.at_low is None or self.at_high is None else abs(self.at_high - self.at_low)


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """What each declared range does to one result, the widest swing first."""

    result: str
    label: str
    unit: Unit
    own: float
    ranges: tuple[Range, ...]


def headline(costing: Costing) -> str | None:
    """The result by which a proposal is judged, one figure: its net present social value, or what is asked for.

    Where neither is, the total of the last row of a table that has one; None where there is none.
    """
    lines, ask = costing.model.lines, costing.proposal.ask
    if RESULT in lines:
        return RESULT
    totals = [row for table in costing.tables.values() for row in table.totals.values()]
    if ask and lines[ask].shape == SCALAR and not lines[ask].is_input:
        return ask
    of_ask = [found[ask] for found in totals if ask and ask in found]
    return next(iter([*of_ask, *(list(found.values())[-1] for found in totals if found)]), None)


def sensitivity(results: Results, result: str) -> Sensitivity:
    """What each declared range of a scenario does to a result.

    Args:
        result: a line, with its year where it has one: total@2028/29.

    Raises:
        BadInput: where there is no such result, or it has a figure for each year or row and none is chosen.
    """
    return _in_scenarios(results.costed, [results.costing.scenarios.index(results.scenario)], result)[0]


def sensitivity_in_each_scenario(costed: Costed, result: str) -> tuple[Sensitivity, ...]:
    """What declared ranges do to a result in every scenario, in order, worked out at once.

    Raises:
        BadInput: as :func:`sensitivity`.
    """
    return tuple(_in_scenarios(costed, range(len(costed.runs)), result))


def _in_scenarios(costed: Costed, scenarios: Sequence[int], result: str) -> list[Sensitivity]:
    line, row, year = one_figure(costed.runs[0], result)
    moves = Moves(costed, line.name, row, year)
    ranged: dict[str, list[tuple[int, float, float]]] = {}
    for scenario in scenarios:
        for name in moves.assumptions(scenario):
            low, high = moves.declared(name, scenario)
            if low is not None and high is not None:
                ranged.setdefault(name, []).append((scenario, low, high))
    ends = [(name, *end) for name in moves.model.lines if name in ranged for end in ranged[name]]
    tried = moves.tried([Trial(name, scenario, np.array([low, high])) for name, scenario, low, high in ends])
    found: dict[int, list[Range]] = {scenario: [] for scenario in scenarios}
    for (name, scenario, low, high), there in zip(ends, tried, strict=True):
        found[scenario].append(_range(moves, name, scenario, (low, high), there))
    return [
        Sensitivity(
            result=result,
            label=line.label,
            unit=line.unit,
            own=moves.own(scenario),
            ranges=tuple(
                sorted(found[scenario], key=lambda one: -1.0 if one.swing is None else one.swing, reverse=True)
            ),
        )
        for scenario in scenarios
    ]


def _range(moves: Moves, name: str, scenario: int, ends: tuple[float, float], there: Tried) -> Range:
    """What an assumption's range does in a scenario."""
    line = moves.model.lines[name]
    least, most = moves.domain(name, scenario)
    at_low, at_high = (
        float(result) if fine and np.isfinite(result) and least - 1e-12 <= end <= most + 1e-12 else None
        for end, result, fine in zip(ends, there.results, there.sensible, strict=True)
    )
    return Range(
        name=name,
        label=line.label,
        unit=line.unit,
        grade=moves.grounds(name, scenario).grade,
        own=moves.value(name, scenario),
        multiple=moves.is_multiple(name),
        low=ends[0],
        high=ends[1],
        at_low=at_low,
        at_high=at_high,
    )
