"""What several families of functions share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from costmodel.language.arguments import NotReadBack
from costmodel.language.shape import Values
from costmodel.language.tree import (
    Call,
    Cell,
    ExcelReader,
    ExcelWriter,
    Function,
    Node,
    Tracer,
    UnitReader,
    ValueReader,
)
from costmodel.language.units import COUNT, Unit


@dataclass(frozen=True, kw_only=True, eq=False)
class Rewritten(Function):
    """Becomes steps of other formulas, so that nothing of it is left to be worked out."""

    def value(self, values: ValueReader, of: Sequence[Node], year: int | None) -> Values:
        self._gone()

    def excel(self, cell: ExcelWriter, of: Sequence[Node]) -> str:
        self._gone()

    def from_excel(self, cell: ExcelReader, name: str, of: Sequence[object]) -> tuple[Node, ...]:
        raise NotReadBack(name)

    def reads(self, trace: Tracer, of: Sequence[Node], row: int, year: int | None) -> Iterator[Cell]:
        self._gone()

    def _gone(self) -> NoReturn:
        raise AssertionError(f"{self.name}(...) is cut into steps before it is read")


class Added:
    """Adds its argument up, and keeps its unit."""

    def unit(self, units: UnitReader, call: Call) -> Unit | None:
        return counted(units.node(call.of[0]))


def added(values: Values, axis: int) -> Values:
    """Values added up along an axis, in the same order however they lie in memory: so to the same last digit."""
    return np.asarray(np.ascontiguousarray(values).sum(axis=axis, keepdims=True))


def counted(unit: Unit | None) -> Unit | None:
    """The unit of several values added up: how many flags are 1 is a count."""
    return COUNT if unit is not None and unit.is_flag else unit


def product(units: UnitReader, of: Sequence[Node]) -> Unit | None:
    """The unit of nodes multiplied."""
    found = units.node(of[0])
    for part in of[1:]:
        unit = units.node(part)
        found = None if found is None or unit is None else found * unit
    return found
