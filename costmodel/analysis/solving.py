"""Working back from a printed table: the values of unknown assumptions that make every printed cell come out.

Each printed cell says that a figure lies within half of its last digit. Where unknowns enter linearly, these are linear
constraints, and the least and greatest value of each unknown follow by linear programming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from costmodel.analysis.printed import cells_of
from costmodel.analysis.results import Results
from costmodel.assumptions.schema import PublishedTable
from costmodel.errors import BadInput, CannotSolve, UnknownName, WrongArguments, did_you_mean
from costmodel.language.units import Unit
from costmodel.model.evaluate import evaluate
from costmodel.model.line import Line, Model
from costmodel.model.order import in_order
from costmodel.years import Year

Floats = NDArray[np.float64]
_LINEAR = 1e-9
"""How far a figure may be from linear in the unknowns, as a share of the largest printed figure."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The values of an unknown for which some values of the others make every printed cell come out."""

    name: str
    label: str
    unit: Unit
    low: float
    high: float
    model: float
    """The model's own value: of a line by year, that of its first year that is not 0, the others moving with it."""
    year: Year | None

    @property
    def holds(self) -> bool:
        """Whether the model's own value lies inside."""
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        return bool(self.low - slack <= self.model <= self.high + slack)


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Pay points, one for each role, whose salaries fall in an interval."""

    points: tuple[tuple[str, float], ...]
    """The role's band and its pay, in the order of the team."""
    salaries: float


@dataclass(frozen=True, kw_only=True)
class PayYear:
    """A year of the pay scale: how many combinations of pay points there are, and which fall inside."""

    year: Year
    tried: int
    inside: tuple[Combination, ...]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What a printed table says of the unknowns."""

    table: str
    cells: int
    intervals: tuple[Interval, ...]
    pay_years: tuple[PayYear, ...]
    """Where the salaries of a team are among the unknowns: which pay points would give them."""
    out: tuple[tuple[str, float], ...]
    """Where no values give every cell: those that are out when as little as can be is out, and how far past their last
    digit. The intervals are then of the values that give the others."""


def solve(
    results: Results, table: str | None = None, unknowns: Sequence[str] = (), rows: Sequence[str] = ()
) -> Solution:
    """Work back from a printed table of the proposal.

    Args:
        table: the name of a printed table; the first where it is not given.
        unknowns: names of assumptions or lines; those that the table lists where none are given. A line that varies
            by year keeps its profile, and the value in its first year that is not 0 is what is sought.
        rows: the rows of the table to work back from; all where none are named.

    Raises:
        BadInput: where a name is not there, an unknown does not enter linearly, or unknowns cannot be told apart.
    """
    name, printed = _printed(results, table)
    printed = _only(printed, name, rows)
    names = tuple(dict.fromkeys(unknowns or printed.solve_for))
    if not names:
        says = "no unknown is named"
        raise BadInput(
            [WrongArguments(says=says, hint="Name assumptions, or list them under solve_for in the printed table.")]
        )
    lines = [_unknown(results, unknown) for unknown in names]
    cells, targets, halves = _cells(results, printed)
    problem = _Problem(results, lines, cells)
    problem.check()
    low, high, excess = problem.intervals(targets, halves)
    intervals = tuple(
        Interval(
            name=line.name,
            label=line.label,
            unit=line.unit,
            low=low[at],
            high=high[at],
            model=problem.own[at],
            year=results.costing.model.years[problem.first[at]] if line.shape.by_year else None,
        )
        for at, line in enumerate(lines)
    )
    salaries = next((interval for interval in intervals if interval.name == "team_salaries"), None)
    out = tuple((cell.name, float(by)) for cell, by in zip(cells_of(printed), excess, strict=True) if by)
    years = pay_points(results, salaries) if salaries and not out else ()
    return Solution(table=name, cells=len(cells), intervals=intervals, pay_years=years, out=out)


def _printed(results: Results, table: str | None) -> tuple[str, PublishedTable]:
    published = results.costing.files.base.document.published
    if not published:
        says = f"{results.costing.name} has no printed table to work back from"
        raise BadInput([UnknownName(says=says, hint="Add one under published: its rows by line, as they are printed.")])
    name = table or next(iter(published))
    if name not in published:
        hint = did_you_mean(name, published) or f"Printed tables are {', '.join(published)}."
        raise BadInput([UnknownName(says=f"there is no printed table {name!r} in {results.costing.name}", hint=hint)])
    return name, published[name]


def _only(printed: PublishedTable, name: str, rows: Sequence[str]) -> PublishedTable:
    known = {**printed.rows, **printed.values}
    for row in rows:
        if row not in known:
            hint = did_you_mean(row, known) or f"Its rows are {', '.join(known)}."
            raise BadInput([UnknownName(says=f"there is no row {row!r} in the printed table {name}", hint=hint)])
    if not rows:
        return printed
    kept = {"rows": {r: f for r, f in printed.rows.items() if r in rows}}
    return printed.model_copy(update={**kept, "values": {r: f for r, f in printed.values.items() if r in rows}})


def _unknown(results: Results, name: str) -> Line:
    line = results.line(name)
    if line.shape.rows or line.texts is not None:
        says = f"{name} has a value for each row of {line.shape.rows}"
        raise BadInput(
            [WrongArguments(says=says, hint="An unknown is one value, or one by year that moves as a whole.")]
        )
    return line


def _cells(results: Results, printed: PublishedTable) -> tuple[list[tuple[str, int]], Floats, Floats]:
    """The line and year of each printed cell, what is printed, and half of what it is rounded to."""
    found = list(cells_of(printed))
    years = results.costing.model.years
    cells = [(cell.row, years.index(cell.year) if cell.year else 0) for cell in found]
    targets = np.array([cell.number.value for cell in found])
    return cells, targets, np.array([cell.rounds_to for cell in found]) / 2


class _Problem:
    """The printed cells as linear functions of the unknowns."""

    def __init__(self, results: Results, lines: list[Line], cells: list[tuple[str, int]]) -> None:
        self.results, self.lines, self.cells = results, lines, cells
        self.model = _with_inputs(results.costing.model, [line.name for line in lines])
        self.first = [_first_year(results, line) for line in lines]
        self.own = np.array([results.cells(line.name)[0, at] for line, at in zip(lines, self.first, strict=True)])
        step = np.where(self.own == 0, 1.0, np.abs(self.own) / 2)
        count = len(lines)
        nudges = np.vstack([np.zeros(count), np.diag(step), self._mixtures(step)])
        figures = self.figures(self.own + nudges)
        self.at_own = figures[0]
        self.slopes = (figures[1 : count + 1] - self.at_own).T / step
        self.scale = max(float(np.abs(figures).max()), 1.0)
        expected = self.at_own + nudges @ self.slopes.T
        self.bends = np.abs(figures - expected).max(axis=1) / self.scale

    def _mixtures(self, step: Floats) -> Floats:
        """Points away from the axes, where what multiplies shows: each pair, all, and the other way."""
        count = len(step)
        pairs = [
            np.isin(np.arange(count), pair) * step for pair in product(range(count), repeat=2) if pair[0] < pair[1]
        ]
        return np.array([*pairs, step, -step / 3, 2 * step])

    def figures(self, points: Floats) -> Floats:
        """The printed cells at some values of the unknowns: a row a point."""
        own = {line.name: self.results.cells(line.name)[0] for line in self.lines}
        inputs = {}
        for line in self.model.lines.values():
            if line.is_input and line.texts is None:
                inputs[line.name] = self.results.cells(line.name)[np.newaxis]
        for at, line in enumerate(self.lines):
            first = own[line.name][self.first[at]]
            profile = own[line.name] / first if first else np.ones_like(own[line.name])
            inputs[line.name] = points[:, at, np.newaxis, np.newaxis] * profile
        values = evaluate(self.model, inputs)
        columns = []
        for name, year in self.cells:
            found = values[name][:, 0, :]
            columns.append(np.broadcast_to(found[:, min(year, found.shape[1] - 1)], len(points)))
        return np.array(columns).T

    def check(self) -> None:
        """Unknowns that the table says nothing of, cannot tell apart, or that do not enter linearly, are refused."""
        sizes = np.abs(self.slopes).max(axis=0)
        for line, size in zip(self.lines, sizes, strict=True):
            if size == 0:
                raise BadInput(
                    [CannotSolve(says=f"{line.name} reaches no figure of the printed table", hint="Leave it out.")]
                )
        _, singular, directions = np.linalg.svd(self.slopes / sizes)
        rank = int((singular > 1e-9 * singular[0]).sum())
        if rank < len(self.lines):
            mixed = np.abs(directions[rank:]).max(axis=0) > 1e-6
            names = [line.name for line, apart in zip(self.lines, mixed, strict=True) if apart]
            says = f"the printed table cannot tell these apart: {', '.join(names)}"
            raise BadInput(
                [CannotSolve(says=says, hint="It fixes only what they come to together. Take one of them as known.")]
            )
        if self.bends.max() > _LINEAR:
            together = " or ".join(line.name for line in self.lines)
            says = f"{together} does not enter the printed figures linearly"
            raise BadInput(
                [CannotSolve(says=says, hint="Take as known what they multiply, and solve for one of them.")]
            )

    def intervals(self, targets: Floats, halves: Floats) -> tuple[Floats, Floats, Floats]:
        """The least and greatest value of each unknown, and how far each printed cell is out of reach."""
        sizes = np.abs(self.slopes).max(axis=0)
        # One unit of an unknown moves some cell by one unit, and cells are measured in halves of their last digit, so
        # that what the solver takes for nothing is nothing beside either.
        slopes = self.slopes / sizes / halves[:, np.newaxis]
        gap = (targets - self.at_own) / halves
        cells, count = slopes.shape
        rows, limits = np.vstack([slopes, -slopes]), np.concatenate([gap, -gap]) + 1
        over = np.tile(np.eye(cells), (2, 1))
        least = _linear_program([0.0] * count + [1.0] * cells, np.hstack([rows, -over]), limits, free=count)
        excess = np.where(least[count:] > _NOTHING, least[count:], 0.0)
        kept = excess == 0
        if np.linalg.matrix_rank(slopes[kept]) < count:  # the others would not hold the unknowns together
            kept[:] = True
        limits = (limits + over @ excess + (_NOTHING if excess.any() else 0) + 1e-9)[np.tile(kept, 2)]
        rows = rows[np.tile(kept, 2)]
        ends = np.zeros((2, count))
        for at in range(count):
            for end, sign in enumerate((1.0, -1.0)):
                aim = np.zeros(count)
                aim[at] = sign
                ends[end, at] = _linear_program(aim, rows, limits, free=count)[at] / sizes[at]
        return self.own + ends[0], self.own + ends[1], excess * halves


_NOTHING = 1e-6
"""Of half a last digit: how far a cell may be out for the arithmetic's sake alone."""


def _linear_program(aim: Floats | list[float], rows: Floats, limits: Floats, *, free: int) -> Floats:
    """The point that makes the aim least within the limits; its first values are free, and the others at least 0."""
    from scipy.optimize import linprog

    bounds = [(None, None)] * free + [(0, None)] * (rows.shape[1] - free)
    found = linprog(aim, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    if found.x is None:
        says = f"no nearest values were found: {found.message}"
        raise BadInput([CannotSolve(says=says, hint="Solve for fewer unknowns.")])
    return np.asarray(found.x)


def _first_year(results: Results, line: Line) -> int:
    """The place of the first year in which a line is not 0."""
    return int(np.argmax(results.cells(line.name)[0] != 0))


def _with_inputs(model: Model, names: list[str]) -> Model:
    """A model in which some lines are inputs."""
    lines = {
        name: replace(line, formula=None, opening=None, values=np.zeros((1, 1, 1))) if name in names else line
        for name, line in model.lines.items()
    }
    blocks, _ = in_order(lines)
    return replace(model, lines=lines, blocks=blocks)


def pay_points(results: Results, salaries: Interval) -> tuple[PayYear, ...]:
    """Which combinations of pay points, one for each role, give a team's salaries; year by year of the pay scale.

    Roles in the same band may be at different points. Two roles of the same band and WTE that swap points are one
    combination.
    """
    costing = results.costing
    workforce = costing.files.base.document.workforce
    if workforce is None or workforce.pay.scale is None:
        return ()
    wte = results.cells("team.wte")[:, 0]
    bands = costing.model.lines["team.band"].texts or ()
    roles = sorted((bands[row], float(wte[row])) for row in range(len(bands)) if wte[row])
    found = []
    for year, scale in sorted(costing.files.evidence.pay[workforce.pay.scale].items()):
        steps = scale.steps_of(workforce.pay.area or "")
        if not all(band in steps for band, _ in roles):
            continue
        points = [[step.pay.value for step in steps[band]] for band, _ in roles]
        grids = np.meshgrid(*points, indexing="ij")
        sums = sum(grid * share for grid, (_, share) in zip(grids, roles, strict=True))
        assert isinstance(sums, np.ndarray)
        slack = 1e-9 * salaries.high
        inside: dict[tuple[tuple[str, float, float], ...], Combination] = {}
        for place in np.argwhere((sums >= salaries.low - slack) & (sums <= salaries.high + slack)):
            pays = [points[role][at] for role, at in enumerate(place)]
            key = tuple(sorted((band, share, pay) for (band, share), pay in zip(roles, pays, strict=True)))
            paid = tuple((band, pay) for (band, _), pay in zip(roles, pays, strict=True))
            inside[key] = Combination(points=paid, salaries=float(sums[tuple(place)]))
        found.append(PayYear(year=year, tried=int(sums.size), inside=tuple(inside.values())))
    return tuple(found)
