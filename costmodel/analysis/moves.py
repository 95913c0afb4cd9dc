"""One result as a function of one assumption at a time, in many scenarios at once.

Every question of the form "and if this were so much instead?" is asked here: switching values and sensitivity. The
values to try, in whatever scenarios, are draws of one evaluation of the lines between the assumption and the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costmodel.analysis.results import Costed
from costmodel.language.shape import Values
from costmodel.model.evaluate import reevaluate_where_possible
from costmodel.model.line import Block
from costmodel.model.order import names_read
from costmodel.sections.grounds import Grounds

Floats = NDArray[np.float64]
_SHARES = ("treated_rate", "coverage")
"""Lines of a stream that mean nothing below 0% or above 100%."""
_MOST_DRAWS = 5_000
"""How many values are tried at once, so that memory does not grow with the number of scenarios."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the result is at some values of an assumption, in one scenario."""

    results: Floats
    """Not a number where the model cannot bear the value."""
    sensible: NDArray[np.bool_]
    """Whether what is a share of people or of need in the scenario is still one there."""


class Moves:
    """A result, and the assumptions that it rests on."""

    def __init__(self, costed: Costed, result: str, row: int = 0, year: int = 0) -> None:
        self.costed, self.costing, self.model = costed, costed.costing, costed.costing.model
        self.result, self.row, self.year = result, row, year
        self._same = {name: values for name, values in costed.values.items() if len(values) == 1}
        lines = self.model.lines
        self._reads = {line.name: frozenset().union(*names_read(line, lines)) for line in lines.values()}
        self._needed = self._lines_below()
        self._paths: dict[str, tuple[list[Block], list[str]]] = {}
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
            and line.unit not in ("flag", "year")
            and not (line.unit == "index" and held[name].path == "appraisal")
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
            return 0.0, 1 / largest if line.unit.startswith("share") and largest > 0 else np.inf
        if line.unit.startswith("share"):
            return 0.0, 1.0
        if line.unit.startswith("rate") and line.unit != "rate of cost":
            return (0.0 if line.name.startswith("discount_rate") else -0.99), np.inf
        return (-np.inf if self._is_signed(name, scenario) else 0.0), np.inf

    def _is_signed(self, name: str, scenario: int) -> bool:
        """Whether an assumption can be below 0: a standardised effect can, and what is below 0 already."""
        path = self.costing.assumptions[name].path
        return path.endswith(".standardised") or float(self._in(name, scenario).min()) < 0

    # Moving it

    def tried(self, name: str, wanted: Sequence[tuple[int, Floats]]) -> list[Tried]:
        """The result at some values of an assumption, in some scenarios: of values that move together, at multiples.

        Args:
            wanted: scenarios, each with the values to try there.
        """
        found: list[Tried] = []
        for some in _in_parts(wanted):
            scenarios = np.repeat([scenario for scenario, _ in some], [len(values) for _, values in some])
            results, sensible = self._at(name, scenarios, np.concatenate([values for _, values in some]))
            ends = np.cumsum([len(values) for _, values in some])[:-1]
            parts = zip(np.split(results, ends), np.split(sensible, ends), strict=True)
            found += [Tried(results=result, sensible=fine) for result, fine in parts]
        return found

    def _at(self, name: str, scenarios: NDArray[np.int_], values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        own = self.costed.values[name]
        own = own[scenarios] if len(own) > 1 else own
        moved = values.reshape(-1, 1, 1) * (own if self.is_multiple(name) else np.ones_like(own))
        blocks, beside = self._path(name)
        known = self._same | {other: self.costed.values[other][scenarios] for other in beside}
        again, possible = reevaluate_where_possible(self.model, known, {name: moved}, blocks)
        found = again[self.result]
        results = np.broadcast_to(found[:, self.row, min(self.year, found.shape[2] - 1)], len(values))
        sensible = np.ones(len(values), dtype=bool)
        reached = {line for block in blocks for line in block.lines}
        for share, were in self._shares.items():
            if share in reached:
                now = (again[share].min(axis=(1, 2)) >= -1e-9) & (again[share].max(axis=(1, 2)) <= 1 + 1e-9)
                sensible &= now | ~were[scenarios if len(were) > 1 else 0]
        return np.where(possible, results, np.nan), sensible

    def _path(self, name: str) -> tuple[list[Block], list[str]]:
        """The blocks from an assumption to the result, and what they read that scenarios differ in."""
        if name not in self._paths:
            moved = {name}
            for _ in range(2):  # the second time round finds what lines of one block read of each other's past
                for block in self.model.blocks:
                    if any(self._reads[line] & moved for line in block.lines):
                        moved.update(block.lines)
            reached = moved & self._needed
            blocks = [block for block in self.model.blocks if any(line in reached for line in block.lines)]
            inside = {line for block in blocks for line in block.lines}
            read = set().union(*(self._reads[line] for line in inside)) | {self.result}
            beside = [line for line in read - inside - {name} if len(self.costed.values.get(line, ())) > 1]
            self._paths[name] = blocks, beside
        return self._paths[name]

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


def _in_parts(wanted: Sequence[tuple[int, Floats]]) -> Iterator[list[tuple[int, Floats]]]:
    """So many scenarios at a time that their values are not too many."""
    some: list[tuple[int, Floats]] = []
    draws = 0
    for scenario, values in wanted:
        if some and draws + len(values) > _MOST_DRAWS:
            yield some
            some, draws = [], 0
        some.append((scenario, values))
        draws += len(values)
    if some:
        yield some
