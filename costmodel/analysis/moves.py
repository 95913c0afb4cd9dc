"""One result as a function of one assumption at a time, in many scenarios at once.

Every question of the form "and if this were so much instead?" is asked here: switching values and sensitivity. The
values to try, in whatever scenarios, are draws of one evaluation of the lines between the assumption and the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from costmodel.analysis.results import Costed
from costmodel.language.shape import Values
from costmodel.model.evaluate import reevaluate_where_possible
from costmodel.model.line import Block
from costmodel.model.reads import names_read
from costmodel.sections.grounds import INDICES, Grounds

Floats = NDArray[np.float64]
_SHARES = ("treated_rate", "coverage")
"""Lines of a stream that mean nothing below 0% or above 100%."""
_ENOUGH = 4_000
"""Figures of a line that are worked out at once: with more, the next line waits longer for less."""
_MOST = 4_000_000
"""Figures of all lines that are worked out at once, so that memory does not grow with scenarios or lines."""


class Trial(NamedTuple):
    """Values to try of an assumption in one scenario; multiples, of an assumption whose values move together."""

    name: str
    scenario: int
    values: Floats


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the result is at the values of a trial."""

    results: Floats
    """Not a number where the model cannot bear the value."""
    sensible: NDArray[np.bool_]
    """Whether what is a share of people or of need in the scenario is still one there."""


class Moves:
    """A result, and the assumptions that it rests on."""

    def __init__(self, costed: Costed, result: str, row: int = 0, year: int = 0) -> None:
        self.costed, self.costing, self.model = costed, costed.costing, costed.costing.model
        self.result, self.row, self.year = result, row, year
        lines = self.model.lines
        self._reads = {line.name: frozenset().union(*names_read(line, lines)) for line in lines.values()}
        benefits = self.costing.files.base.document.benefits
        shares = [f"{stream}_{part}" for stream in (benefits.streams if benefits else ()) for part in _SHARES]
        self._shares = {name: self._are_shares(name) for name in shares if name in costed.values}

    # What can move

    def own(self, scenario: int) -> float:
        """The result as it is in a scenario."""
        cells = self._in(self.result, scenario)
        return float(cells[self.row, min(self.year, cells.shape[1] - 1)])

    def assumptions(self, scenario: int) -> list[str]:
        """Graded inputs that the result rests on, in the model's order; the indices of the deflator itself are data."""
        reached = self.costed.runs[scenario].rests_on(self.result)
        held = self.costing.assumptions
        return [
            name
            for name, line in self.model.lines.items()
            if name in reached
            and name in held
            and held[name].grounds[scenario].grade
            and not line.unit.chooses
            and not (line.unit.is_index and held[name].path in ("appraisal", INDICES))
        ]

    def grounds(self, name: str, scenario: int) -> Grounds:
        """What an assumption rests on in a scenario."""
        return self.costing.assumptions[name].grounds[scenario]

    def is_multiple(self, name: str) -> bool:
        """Whether an assumption has several values, which move together."""
        shape = self.model.lines[name].shape
        return shape.by_year or bool(shape.rows)

    def value(self, name: str, scenario: int) -> float:
        """An assumption's own value in a scenario: of several values that move together, the multiple 1."""
        return 1.0 if self.is_multiple(name) else float(self._in(name, scenario)[0, 0])

    def declared(self, name: str, scenario: int) -> tuple[float | None, float | None]:
        """An assumption's declared range; of values that move together, the range of their multiple."""
        ground = self.grounds(name, scenario)
        if ground.low is None or ground.high is None or not self.is_multiple(name):
            return ground.low, ground.high
        values = self._in(name, scenario)
        least, most = float(values.min()), float(values.max())
        return (ground.low / least, ground.high / most) if least > 0 else (None, None)

    def domain(self, name: str, scenario: int) -> tuple[float, float]:
        """Where an assumption's values can lie, or a multiple of them."""
        line = self.model.lines[name]
        if self.is_multiple(name):
            largest = float(self._in(name, scenario).max())
            return 0.0, 1 / largest if line.unit.is_share and largest > 0 else np.inf
        if line.unit.is_share:
            return 0.0, 1.0
        if line.unit.is_rate and str(line.unit) != "rate of cost":
            return (0.0 if line.name.startswith("discount_rate") else -0.99), np.inf
        return (-np.inf if self._is_signed(name, scenario) else 0.0), np.inf

    def _is_signed(self, name: str, scenario: int) -> bool:
        """Whether an assumption can be below 0: a standardised effect can, and what is below 0 already."""
        path = self.costing.assumptions[name].path
        return path.endswith(".standardised") or float(self._in(name, scenario).min()) < 0

    # Moving it

    def tried(self, wanted: Sequence[Trial]) -> list[Tried]:
        """The result at some values of some assumptions, each moved alone: what each trial finds, in order."""
        found: list[Tried] = []
        for some, blocks in self._in_parts(wanted):
            results, sensible = self._at(some, blocks)
            ends = np.cumsum([len(trial.values) for trial in some])[:-1]
            parts = zip(np.split(results, ends), np.split(sensible, ends), strict=True)
            found += [Tried(results=result, sensible=fine) for result, fine in parts]
        return found

    def _in_parts(self, wanted: Sequence[Trial]) -> Iterator[tuple[list[Trial], list[Block]]]:
        """So many trials at a time that their values are not too many, with the blocks from them to the result.

        Assumptions that share most of their way to the result go together: else a model in which each line adds to the
        one before would be gone through once for each of its assumptions.
        """
        some: list[Trial] = []
        reached: set[int] = set()
        draws = cells = 0
        for trial in wanted:
            new = self._blocks_above(trial.name, reached)
            reached |= new
            cells += sum(self._cells[at] for at in new)
            draws += len(trial.values)
            some.append(trial)
            if draws * cells >= min(_ENOUGH * len(reached), _MOST):
                yield some, [self.model.blocks[at] for at in sorted(reached)]
                some, reached, draws, cells = [], set(), 0, 0
        if some:
            yield some, [self.model.blocks[at] for at in sorted(reached)]

    def _at(self, some: list[Trial], blocks: list[Block]) -> tuple[Floats, NDArray[np.bool_]]:
        counts = [len(trial.values) for trial in some]
        scenarios = np.repeat([trial.scenario for trial in some], counts)
        ends = np.cumsum(counts)
        moved: dict[str, Values] = {}
        for trial, end in zip(some, ends, strict=True):
            if trial.name not in moved:
                own = self._of(trial.name, scenarios)
                moved[trial.name] = np.array(np.broadcast_to(own, (len(scenarios), *own.shape[1:])), order="C")
            held = moved[trial.name][end - len(trial.values) : end]
            held[:] = trial.values.reshape(-1, 1, 1) * (held if self.is_multiple(trial.name) else np.ones_like(held))
        inside = {line for block in blocks for line in block.lines}
        read = {self.result}.union(*(self._reads[line] for line in inside)) - inside - moved.keys()
        known = {name: self._of(name, scenarios) for name in read if name in self.costed.values}
        again, possible = reevaluate_where_possible(self.model, known, moved, blocks)
        found = again[self.result]
        results = np.broadcast_to(found[:, self.row, min(self.year, found.shape[2] - 1)], len(scenarios))
        sensible = np.ones(len(scenarios), dtype=bool)
        for share, were in self._shares.items():
            if share in inside:
                now = (again[share].min(axis=(1, 2)) >= -1e-9) & (again[share].max(axis=(1, 2)) <= 1 + 1e-9)
                sensible &= now | ~were[scenarios if len(were) > 1 else 0]
        return np.where(possible, results, np.nan), sensible

    def _of(self, name: str, scenarios: NDArray[np.int_]) -> Values:
        """A line's values in some scenarios, or in all where they do not differ."""
        values = self.costed.values[name]
        return np.ascontiguousarray(values[scenarios]) if len(values) > 1 else values

    def _blocks_above(self, name: str, known: set[int]) -> set[int]:
        """The places of the blocks between an assumption and the result, but those known; each moves as a whole."""
        found: set[int] = set()
        wanted = [name]
        while wanted:
            for at in self._readers.get(wanted.pop(), ()):
                if at not in known and at not in found:
                    found.add(at)
                    wanted.extend(self.model.blocks[at].lines)
        return found

    @cached_property
    def _readers(self) -> dict[str, list[int]]:
        """For each line, the places of the blocks that read it, of those that the result rests on."""
        needed = self._lines_below()
        found: dict[str, list[int]] = {}
        for at, block in enumerate(self.model.blocks):
            if not needed.isdisjoint(block.lines):
                for name in {name for line in block.lines for name in self._reads[line]}:
                    found.setdefault(name, []).append(at)
        return found

    @cached_property
    def _cells(self) -> list[int]:
        """How many figures each block has in one scenario."""
        years, lines = len(self.model.years), self.model.lines
        return [
            sum(self.model.rows_of(lines[name]) * (years if lines[name].shape.by_year else 1) for name in block.lines)
            for block in self.model.blocks
        ]

    def _lines_below(self) -> set[str]:
        """The lines that the result rests on."""
        needed: set[str] = set()
        wanted = [self.result]
        while wanted:
            here = wanted.pop()
            if here not in needed:
                needed.add(here)
                wanted.extend(self._reads[here])
        return needed

    def _are_shares(self, name: str) -> NDArray[np.bool_]:
        values = self.costed.values[name]
        return np.asarray((values.min(axis=(1, 2)) >= -1e-9) & (values.max(axis=(1, 2)) <= 1 + 1e-9))

    def _in(self, name: str, scenario: int) -> Values:
        """A line's values in one scenario: rows by years."""
        values = self.costed.values[name]
        return np.asarray(values[scenario if len(values) > 1 else 0])
