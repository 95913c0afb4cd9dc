"""Switching values: the value of each assumption, others held, at which a result meets a target.

For net present social value and a target of 0 this is the Green Book's switching value. Where the result is linear in
an assumption the value is exact; elsewhere it is found by bracketing and Brent's method. Each comes with its proof: the
result when that value is put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costmodel.analysis.explanation import read_cell, results_at
from costmodel.analysis.results import Results
from costmodel.assumptions.kinds import Grade
from costmodel.errors import BadInput, UnknownName, WrongArguments, YearMistake
from costmodel.model.evaluate import reevaluate
from costmodel.model.line import DISCOUNT_FACTOR, Block, Values
from costmodel.model.order import names_read
from costmodel.years import run_of_years

RESULT = "net_present_social_value"
_LINEAR = 1e-10
_NEAR = 1e-9
"""How near a result is to its target, as a share of the larger of the two, to have met it."""
_SHARES = ("treated_rate", "coverage")
"""Lines of a stream that mean nothing below 0% or above 100%."""
_WIDEST = 1e4
"""How many times its own value an assumption is tried at, up and down."""
_GRID = 65
"""Points at which a root is looked for at once."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The value of one assumption at which a result meets its target."""

    name: str
    label: str
    unit: str
    grade: Grade | None
    own: float
    """The value in the scenario; of an assumption by year or by row, 1, since its values move as a multiple."""
    multiple: bool
    value: float | None
    """The switching value; None where no value that it can have meets the target."""
    proof: float | None
    """The result when the switching value is put in."""
    linear: bool
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
    unit: str
    own: float
    target: float
    switches: tuple[Switch, ...]


def switching_values(results: Results, result: str = RESULT, target: float = 0.0) -> Switching:
    """The switching value of every assumption that moves a result.

    Args:
        result: a line, with its year where it has one: problems_avoided_cohort_present_value@2028/29.

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
                    hint=f"Say which of {run_of_years(years)}: {line.name}@{years[-1]}.",
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
    model = _Moves(results, line.name, row, year or 0)
    switches = [found for name in model.assumptions() if (found := _switch(model, name, target)) is not None]
    switches.sort(key=_distance)
    return Switching(
        result=result, label=line.label, unit=line.unit, own=model.own, target=target, switches=tuple(switches)
    )


def _distance(switch: Switch) -> tuple[bool, float]:
    """The nearest first: what needs to change least for the result to change its sign."""
    if switch.times is None or switch.times <= 0:
        return switch.value is None, float("inf")
    return False, abs(np.log(switch.times))


class _Moves:
    """A result as a function of one assumption at a time."""

    def __init__(self, results: Results, name: str, row: int, year: int) -> None:
        self.results, self.name, self.row, self.year = results, name, row, year
        self.model = results.costing.model
        own = results.costed.values
        self.inputs: dict[str, Values] = {
            line.name: own[line.name][(at := results_at(results, line.name)) : at + 1]
            for line in self.model.lines.values()
            if line.is_input and line.texts is None
        }
        cells = results.cells(name)
        self.own = float(cells[row, min(year, cells.shape[1] - 1)])
        own_at = {other: own[other][(at := results_at(results, other)) : at + 1] for other in own}
        self.known: dict[str, Values] = own_at
        self.reads = {
            line.name: frozenset().union(*names_read(line, self.model.lines)) for line in self.model.lines.values()
        }
        self.needed = self._needed()
        self._paths: dict[str, list[Block]] = {}

    def _needed(self) -> set[str]:
        """The lines that the result rests on."""
        needed: set[str] = set()
        wanted = [self.name]
        while wanted:
            here = wanted.pop()
            if here not in needed:
                needed.add(here)
                wanted.extend(self.reads[here])
        return needed

    def _between(self, name: str) -> list[Block]:
        """The blocks from an assumption to the result."""
        moved = {name}
        for _ in range(2):  # the second time round finds what lines of one block read of each other's past
            for block in self.model.blocks:
                if any(self.reads[line] & moved for line in block.lines):
                    moved.update(block.lines)
        return [block for block in self.model.blocks if any(line in moved & self.needed for line in block.lines)]

    def assumptions(self) -> list[str]:
        """Graded inputs that the result rests on, in the model's order; the indices of the deflator itself are data."""
        reached = self.results.rests_on(self.name)
        held = self.results.costing.assumptions
        at = self.results.costing.scenarios.index(self.results.scenario)
        return [
            name
            for name, line in self.model.lines.items()
            if name in reached
            and name in held
            and held[name].grounds[at].grade
            and line.unit not in ("flag", "year")
            and not (line.unit == "index" and held[name].path == "appraisal")
        ]

    def is_multiple(self, name: str) -> bool:
        """Whether an assumption has several values, which move together."""
        shape = self.model.lines[name].shape
        return shape.by_year or bool(shape.rows)

    def domain(self, name: str) -> tuple[float, float]:
        """Where an assumption's values can lie, or a multiple of them."""
        line = self.model.lines[name]
        if self.is_multiple(name):
            largest = float(self.inputs[name].max())
            return 0.0, 1 / largest if line.unit.startswith("share") and largest > 0 else np.inf
        if line.unit.startswith("share"):
            return 0.0, 1.0
        if line.unit.startswith("rate") and line.unit != "rate of cost":
            return (0.0 if line.name.startswith("discount_rate") else -0.99), np.inf
        return (-np.inf if _is_signed(self.results, name) else 0.0), self._room(name)

    def _room(self, name: str) -> float:
        """How long a benefit can last, or wait, before it runs past the horizon; endless for anything else."""
        stream, _, key = name.rpartition("_")
        other = {"lag": f"{stream}_duration", "duration": f"{stream}_lag"}.get(key, "")
        spec = self.results.costing.files.base.document.appraisal
        if other not in self.inputs or spec is None or f"{stream}_share_left" not in self.model.lines:
            return np.inf
        return spec.horizon[-1].start - self.model.years[-1].start + 1 - float(self.inputs[other].max())

    def at(self, name: str, values: Floats) -> Floats:
        """The result at some values of an assumption: of one by year, at some multiples of it."""
        found = self._again(name, values)[self.name]
        return np.broadcast_to(found[:, self.row, min(self.year, found.shape[2] - 1)], len(values)).astype(float)

    def _again(self, name: str, values: Floats) -> dict[str, Values]:
        own = self.inputs[name]
        moved = values.reshape(-1, 1, 1) * (own if self.is_multiple(name) else np.ones_like(own))
        if name not in self._paths:
            self._paths[name] = self._between(name)
        return reevaluate(self.model, self.known, {name: moved}, self._paths[name])

    def meets(self, name: str, value: float, target: float) -> bool:
        """Whether the result is the target at a value, and what is a share of people or of need is still one there."""
        values = self._again(name, np.array([value]))
        found = values[self.name]
        proof = float(found[0, self.row, min(self.year, found.shape[2] - 1)])
        if abs(proof - target) > _NEAR * max(abs(self.own), abs(target), 1.0):
            return False
        benefits = self.results.costing.files.base.document.benefits
        shares = [f"{stream}_{part}" for stream in (benefits.streams if benefits else ()) for part in _SHARES]
        return all(_is_share(values[share]) for share in shares if share in values and _is_share(self.known[share]))


def _is_share(values: Values) -> bool:
    return bool(values.min() >= -1e-9 and values.max() <= 1 + 1e-9)


def _is_signed(results: Results, name: str) -> bool:
    """Whether an assumption can be below 0: a standardised effect can, and what is below 0 already."""
    path = results.costing.assumptions[name].path
    return path.endswith(".standardised") or float(results.cells(name).min()) < 0


def _switch(model: _Moves, name: str, target: float) -> Switch | None:
    line = model.model.lines[name]
    several = model.is_multiple(name)
    own = 1.0 if several else float(model.inputs[name].flat[0])
    lowest, highest = model.domain(name)
    trials = np.array(
        [
            own,
            own * 0.9 + (0.01 if own == 0 else 0),
            own * 1.05 + (0.02 if own == 0 else 0),
            own * 0.8 + (0.03 if own == 0 else 0),
        ]
    )
    trials = np.clip(trials, lowest, highest)
    try:
        found = model.at(name, trials)
    except BadInput:
        return None
    scale = max(float(np.abs(found).max()), abs(target), 1e-12)
    if float(np.ptp(found)) <= 1e-12 * scale:
        return None  # it does not move the result
    slope = (found[3] - found[0]) / (trials[3] - trials[0])
    linear = bool(np.abs(found - (found[0] + slope * (trials - trials[0]))).max() <= _LINEAR * scale)
    value = _linear(own, found[0], slope, target, lowest, highest) if linear else None
    if value is None or not model.meets(name, value, target):
        # Not linear, or only nearby; what looks like a root may be a step across the target, or not possible.
        roots = _roots(lambda x: model.at(name, x) - target, own, lowest, highest)
        value = next((root for root in roots if model.meets(name, root, target)), None)
        linear = linear and value is None
    proof = float(model.at(name, np.array([value]))[0]) if value is not None else None
    at = model.results.costing.scenarios.index(model.results.scenario)
    grounds = model.results.costing.assumptions[name].grounds[at]
    low, high = grounds.low, grounds.high
    if several and low is not None and high is not None:  # of values that move together, the range of their multiple
        least, most = float(model.inputs[name].min()), float(model.inputs[name].max())
        low, high = (low / least, high / most) if least > 0 else (None, None)
    return Switch(
        name=name,
        label=line.label,
        unit=line.unit,
        grade=grounds.grade,
        own=own,
        multiple=several,
        value=value,
        proof=proof,
        linear=linear,
        low=low,
        high=high,
    )


def _linear(own: float, result: float, slope: float, target: float, lowest: float, highest: float) -> float | None:
    value = own + (target - result) / slope
    return float(value) if lowest - 1e-12 <= value <= highest + 1e-12 else None


def _roots(gap: Callable[[Floats], Floats], own: float, lowest: float, highest: float) -> Iterator[float]:
    """Where the gap crosses 0, the nearest to the own value first, by bracketing outwards."""
    size = abs(own) or 0.01
    steps = size * np.concatenate([-np.geomspace(_WIDEST, 1e-4, 60), [0.0], np.geomspace(1e-4, _WIDEST, 60)])
    inside = np.unique(
        np.clip(
            own + steps,
            lowest + 1e-9 if np.isfinite(lowest) else -np.inf,
            highest - 1e-9 if np.isfinite(highest) else np.inf,
        )
    )
    points, gaps = _finite(gap, inside)
    crossings = [at for at in range(len(points) - 1) if gaps[at] == 0 or gaps[at] * gaps[at + 1] < 0]
    for at in sorted(crossings, key=lambda at: min(abs(points[at] - own), abs(points[at + 1] - own))):
        yield float(points[at]) if gaps[at] == 0 else _root(gap, points[at : at + 2])


def _root(gap: Callable[[Floats], Floats], ends: Floats) -> float:
    """The root between two points whose gaps have unlike signs, to the last digit.

    Each round works out a grid of points at once, which takes little longer than one, and keeps the step with the root.
    """
    while True:
        grid = np.unique(np.linspace(ends[0], ends[1], _GRID))
        points, gaps = _finite(gap, grid)
        at = next(at for at in range(len(points) - 1) if gaps[at] * gaps[at + 1] <= 0)
        nearest = at if abs(gaps[at]) <= abs(gaps[at + 1]) else at + 1
        if gaps[nearest] == 0 or len(grid) < _GRID or len(points) == 2:
            return float(points[nearest])
        ends = points[at : at + 2]


def _finite(gap: Callable[[Floats], Floats], points: Floats) -> tuple[Floats, Floats]:
    """The points at which the result can be worked out: all at once, or one by one where some cannot be."""
    try:
        return points, gap(points)
    except BadInput:
        pass
    kept, gaps = [], []
    for point in points:
        try:
            gaps.append(float(gap(np.array([point]))[0]))
        except BadInput:
            continue
        kept.append(float(point))
    return np.array(kept), np.array(gaps)


def internal_rate_of_return(results: Results) -> float | None:
    """The rate at which the real flows of the horizon have no net present value; None where there is none."""
    from numpy_financial import irr

    name = "horizon.social_net"
    if name not in results.costing.model.lines:
        return None
    found = float(irr(results.cells(name)[:, 0]))
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
    reached = np.array(results.by_year(found.reached))
    own = f"discount_{found.schedule}"
    factors = np.array(results.by_year(own if own in lines else DISCOUNT_FACTOR))
    worth = float((reached * factors).sum()) * float(results.cells(f"{stream}_value_each")[0, 0])
    costs = results.value("present_value_costs")
    return worth / costs if costs else None
