"""Switching values: the value of each assumption, others held, at which a result meets a target.

For net present social value and a target of 0 this is the Green Book's switching value. Where the result is linear in
an assumption the value is exact; elsewhere it is bracketed, and the bracket narrowed on a grid to the last digit. Each
comes with its proof: the result when that value is put in.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from costmodel.analysis.explanation import read_cell
from costmodel.analysis.moves import Floats, Moves, Trial, Tried
from costmodel.analysis.results import Costed, Results
from costmodel.assumptions.kinds import Grade
from costmodel.errors import BadInput, UnknownName, WrongArguments, YearMistake
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import COUNTED
from costmodel.language.units import Unit
from costmodel.model.line import Line
from costmodel.years import run_of_years

RESULT = "net_present_social_value"
_LINEAR = 1e-10
_NEAR = 1e-9
"""How near a result is to its target, as a share of the larger of the two, to have met it."""
_WIDEST = 1e4
"""How many times its own value an assumption is tried at, up and down."""
_GRID = 65
"""Points at which a root is looked for at once."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The value of one assumption at which a result meets its target."""

    name: str
    label: str
    unit: Unit
    grade: Grade | None
    own: float
    """The value in the scenario; of an assumption by year or by row, 1, since its values move as a multiple."""
    multiple: bool
    value: float | None
    """The switching value; None where no value that it can have meets the target."""
    proof: float | None
    """The result when the switching value is put in."""
    linear: bool
    slope: float | None
    """What one unit more of it adds to the result, where that is a straight line."""
    low: float | None
    high: float | None

    @property
    def times(self) -> float | None:
        """The switching value as a multiple of the scenario's own."""
        return self.value / self.own if self.value is not None and self.own else None

    @property
    def in_range(self) -> bool | None:
        """Whether it lies in the assumption's declared range; None where it has none, or there is no value."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return self.low <= self.value <= self.high


@dataclass(frozen=True, kw_only=True)
class Switching:
    """All switching values of one result."""

    result: str
    label: str
    unit: Unit
    own: float
    target: float
    switches: tuple[Switch, ...]


class Meeting(NamedTuple):
    """What would have to be true for a headline that stands beside a chain."""

    headline: str
    """The headline's label."""
    switching: tuple[Switching, ...]
    """In every scenario, the values at which the chain comes to the headline's figure of the last year."""


def switching_values(results: Results, result: str = RESULT, target: float = 0.0) -> Switching:
    """The switching value of every assumption that moves a result.

    Args:
        result: a line, with its year where it has one: problems_avoided_cohort_present_value@2028/29.

    Raises:
        BadInput: where there is no such result, or it has a figure for each year or row and none is chosen.
    """
    return _in_scenarios(results.costed, [results.costing.scenarios.index(results.scenario)], result, [target])[0]


def switching_in_each_scenario(costed: Costed) -> tuple[Switching, ...]:
    """The switching values of net present social value in every scenario, in order, worked out at once.

    Raises:
        BadInput: where the proposal has no appraisal.
    """
    every = range(len(costed.runs))
    return tuple(_in_scenarios(costed, every, RESULT, [0.0] * len(every)))


def switching_of(results: Results) -> Switching:
    """The switching values of net present social value in one scenario.

    Raises:
        BadInput: where the proposal has no appraisal.
    """
    return results.costed.once(switching_in_each_scenario)[results.costing.scenarios.index(results.scenario)]


def meeting_headlines(costed: Costed) -> tuple[Meeting, ...]:
    """What each assumption of a chain would have to be for it to come to a headline that stands beside it.

    Returns:
        One for each headline and chain, in order of the proposal's streams.
    """
    benefits = costed.costing.files.base.document.benefits
    streams = benefits.streams if benefits else {}
    last, every = costed.costing.model.ask_years[-1], range(len(costed.runs))
    found = []
    for name, headline in streams.items():
        for other, chain in streams.items():
            if headline.method == "top-down" and not headline.in_headline and chain.method == "bottom-up":
                targets = [run.by_year(f"{name}_by_year")[-1] for run in costed.runs]
                switching = _in_scenarios(costed, every, f"{other}_cohort_present_value@{last}", targets)
                found.append(Meeting(headline.label, tuple(switching)))
    return tuple(found)


def _in_scenarios(costed: Costed, scenarios: Sequence[int], result: str, targets: Sequence[float]) -> list[Switching]:
    line, row, year = one_figure(costed.runs[0], result)
    moves = Moves(costed, line.name, row, year)
    searches = {
        (name, scenario): _search(moves, name, scenario, target)
        for scenario, target in zip(scenarios, targets, strict=True)
        for name in moves.assumptions(scenario)
    }
    found: dict[int, list[Switch]] = {}
    for (_, scenario), switch in _all_at_once(moves, searches).items():
        if switch is not None:
            found.setdefault(scenario, []).append(switch)
    switchings = []
    for scenario, target in zip(scenarios, targets, strict=True):
        switchings.append(
            Switching(
                result=result,
                label=line.label,
                unit=line.unit,
                own=moves.own(scenario),
                target=target,
                switches=tuple(sorted(found.get(scenario, ()), key=_distance)),
            )
        )
    return switchings


def one_figure(results: Results, result: str) -> tuple[Line, int, int]:
    """The line, row and place of the year of a result that is one figure.

    Raises:
        BadInput: where there is no such result, or it has a figure for each year or row and none is chosen.
    """
    if result == RESULT and RESULT not in results.costing.model.lines:
        says = f"{results.costing.name} has no benefits in an appraisal, and so no net present social value"
        hint = "Name another result, such as the line that is asked for; or add the sections benefits and appraisal."
        raise BadInput([UnknownName(says=says, hint=hint)])
    line, row, year = read_cell(results, result)
    if line.shape.by_year and year is None:
        years = results.costing.model.years
        raise BadInput(
            [
                YearMistake(
                    says=f"{line.name} has a figure for each year",
                    hint=f"Say which of {run_of_years(years)}: {line.name}@{results.costing.model.ask_years[-1]}.",
                )
            ]
        )
    if line.shape.rows and "[" not in result:
        names = results.costing.model.row_names(line)
        says = f"{line.name} has a figure for each row of {line.shape.rows}"
        hint = f"Say which: {line.name}[{names[0]}]. The last of {len(names)} is {line.name}[{names[-1]}]."
        raise BadInput([WrongArguments(says=says, hint=hint)])
    if line.is_input:
        hint = "Name a result, such as net_present_social_value or total_spending_review."
        raise BadInput([WrongArguments(says=f"{line.name} is an assumption, and no result", hint=hint)])
    return line, row, year or 0


def _distance(switch: Switch) -> tuple[bool, float]:
    """The nearest first: what needs to change least for the result to change its sign."""
    if switch.times is None or switch.times <= 0:
        return switch.value is None, float("inf")
    return False, abs(np.log(switch.times))


# A search says which values it wants tried, one round after another, and is told what the result is there.

_Search = Generator[Floats, Tried, Switch | None]
_Roots = Generator[Floats, Tried, tuple[float, float] | None]


def _all_at_once(moves: Moves, searches: dict[tuple[str, int], _Search]) -> dict[tuple[str, int], Switch | None]:
    """What each search finds; every round, the values that are tried of one assumption in all scenarios go together."""
    order = {name: place for place, name in enumerate(moves.model.lines)}
    found: dict[tuple[str, int], Switch | None] = dict.fromkeys(searches)
    wanted = {key: next(search) for key, search in searches.items()}
    while wanted:
        trials = [Trial(*key, values) for key, values in sorted(wanted.items(), key=lambda one: order[one[0][0]])]
        following: dict[tuple[str, int], Floats] = {}
        for trial, answer in zip(trials, moves.tried(trials), strict=True):
            key = trial.name, trial.scenario
            try:
                following[key] = searches[key].send(answer)
            except StopIteration as done:
                found[key] = done.value
        wanted = following
    return found


def _search(moves: Moves, name: str, scenario: int, target: float) -> _Search:
    """The switch of one assumption in one scenario; None where it does not move the result."""
    line, own = moves.model.lines[name], moves.value(name, scenario)
    lowest, highest = moves.domain(name, scenario)
    steps = [(1.0, 0.0), (0.9, 0.01), (1.05, 0.02), (0.8, 0.03)]
    trials = np.clip([own * times + (more if own == 0 else 0) for times, more in steps], lowest, highest)
    found = (yield trials).results
    if np.isnan(found).any():
        return None
    scale = max(float(np.abs(found).max()), abs(target), 1e-12)
    if float(np.ptp(found)) <= 1e-12 * scale:
        return None  # it does not move the result
    slope = float((found[3] - found[0]) / (trials[3] - trials[0]))
    linear = bool(np.abs(found - (found[0] + slope * (trials - trials[0]))).max() <= _LINEAR * scale)
    near = _NEAR * max(abs(moves.own(scenario)), abs(target), 1.0)
    met: tuple[float, float] | None = None
    if linear and lowest - 1e-12 <= (value := own + (target - float(found[0])) / slope) <= highest + 1e-12:
        met = yield from _meets(value, target, near)
    if met is None:
        # Not linear, or only nearby; what looks like a root may be a step across the target, or not possible.
        met = yield from _roots(own, lowest, highest, target, near)
        linear = linear and met is None
    if linear and met is not None and met[0] != own:
        slope = (target - moves.own(scenario)) / (met[0] - own)  # over the whole way, and so to more digits
    low, high = moves.declared(name, scenario)
    return Switch(
        name=name,
        label=line.label,
        unit=line.unit,
        grade=moves.grounds(name, scenario).grade,
        own=own,
        multiple=moves.is_multiple(name),
        value=met[0] if met else None,
        proof=met[1] if met else None,
        linear=linear,
        slope=slope if linear else None,
        low=low,
        high=high,
    )


def _meets(value: float, target: float, near: float) -> _Roots:
    """The value and the result there, where that is the target, and what is a share of people or of need is one."""
    tried = yield np.array([value])
    proof = float(tried.results[0])
    return (float(value), proof) if abs(proof - target) <= near and tried.sensible[0] else None


def _roots(own: float, lowest: float, highest: float, target: float, near: float) -> _Roots:
    """Where the result crosses its target and meets it, nearest to the own value, by bracketing outwards."""
    size = abs(own) or 0.01
    steps = size * np.concatenate([-np.geomspace(_WIDEST, 1e-4, 60), [0.0], np.geomspace(1e-4, _WIDEST, 60)])
    inside = np.unique(
        np.clip(
            own + steps,
            lowest + 1e-9 if np.isfinite(lowest) else -np.inf,
            highest - 1e-9 if np.isfinite(highest) else np.inf,
        )
    )
    points, gaps = _possible(inside, (yield inside), target)
    crossings = [at for at in range(len(points) - 1) if gaps[at] == 0 or _apart(gaps[at], gaps[at + 1])]
    for at in sorted(crossings, key=lambda at: min(abs(points[at] - own), abs(points[at + 1] - own))):
        root = float(points[at]) if gaps[at] == 0 else (yield from _root(points[at : at + 2], target))
        met = yield from _meets(root, target, near)
        if met is not None:
            return met
    return None


def _apart(one: float, other: float, *, or_at: bool = False) -> bool:
    """Whether two figures lie on either side of 0, or at it: their product could be too large to be a figure."""
    return bool(one < 0 < other or other < 0 < one or (or_at and not (one and other)))


def _root(ends: Floats, target: float) -> Generator[Floats, Tried, float]:
    """The root between two points on either side of the target, to the last digit.

    Each round tries a grid of points at once, which takes little longer than one, and keeps the step with the root.
    """
    while True:
        grid = np.unique(np.linspace(ends[0], ends[1], _GRID))
        points, gaps = _possible(grid, (yield grid), target)
        between = (
            at for at in range(len(points) - 1) if not gaps[at] or not gaps[at + 1] or _apart(gaps[at], gaps[at + 1])
        )
        at = next(between, None)
        if at is None:  # the last digit of a power can differ by how many are worked out at once
            return float(points[np.argmin(np.abs(gaps))])
        nearest = at if abs(gaps[at]) <= abs(gaps[at + 1]) else at + 1
        if gaps[nearest] == 0 or len(grid) < _GRID or len(points) == 2:
            return float(points[nearest])
        ends = points[at : at + 2]


def _possible(points: Floats, tried: Tried, target: float) -> tuple[Floats, Floats]:
    """The points at which the result can be worked out, and how far it is from its target there."""
    fine = ~np.isnan(tried.results)
    return points[fine], tried.results[fine] - target


def internal_rate_of_return(results: Results) -> float | None:
    """The rate at which the real flows of the horizon have no net present value; None where there is none."""
    from numpy_financial import irr

    name = "social_net"
    if name not in results.costing.model.lines:
        return None
    found = float(irr(np.array(results.along_axis(name))))
    return found if np.isfinite(found) else None


def one_in(results: Results, stream: str) -> float | None:
    """How many people reached there are for each who must avoid one year of the stream's problem, to cover the costs.

    ``6`` reads: breaks even if 1 in 6 people reached avoids one year of the problem. Below 1, not even all are enough.
    None where the proposal has no such stream.
    """
    lines = results.costing.model.lines
    spec = results.costing.files.base.document.benefits
    found = spec.streams.get(stream) if spec else None
    if found is None or found.reached is None or f"{stream}_value_each" not in lines:
        return None
    reached = np.array(results.along_axis(f"{found.reached}_{COUNTED}"))
    own = f"discount_{found.schedule}"
    factors = np.array(results.along_axis(own if own in lines else DISCOUNT_FACTOR))
    worth = float((reached * factors).sum()) * float(results.cells(f"{stream}_value_each")[0, 0])
    costs = results.value("present_value_costs")
    return worth / costs if costs else None
