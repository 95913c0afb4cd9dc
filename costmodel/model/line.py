"""Lines, the lists whose rows they may run over, and the model that they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from costmodel.errors import Position
from costmodel.language.shape import SCALAR, Shape, Values
from costmodel.language.tree import Node
from costmodel.language.units import Unit
from costmodel.years import Year

EQUAL = 1e-9
"""Two figures are equal when they differ by no more than this share of the larger."""
TOLERANCE = "tolerance"
"""The name of the line that holds :data:`EQUAL`, in models whose formulas test for equality."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A name, a label, a unit, and a formula; or, for an input, values.

    ``values`` has the axes of :data:`Values`. ``texts`` is for a column of text: one a row, the same in every scenario.
    """

    name: str
    label: str
    unit: Unit
    formula: Node | None = None
    values: Values | None = None
    texts: tuple[str, ...] | None = None
    shape: Shape = SCALAR
    opening: Node | None = None
    """The value that a line reading this one's past sees before the first year; 0 where there is none."""
    section: str = ""
    """The part of the costing that it belongs to; names the sheet on which it stands."""
    step_of: str = ""
    """The line of which this is a step, where its formula was cut into rows of their own."""
    switch: bool = False
    """Whether it chooses between ways of calculating: 1 or 0 throughout a scenario, with no uncertainty of its own."""
    note: str = ""
    as_written: Node | None = None
    """The formula as a person or a section wrote it, beside what is left of it once it is cut into steps."""
    where: Position | None = None

    @property
    def is_input(self) -> bool:
        return self.formula is None

    @property
    def is_switch(self) -> bool:
        """A scalar flag that is an input is the same throughout a scenario, so only one way is ever taken."""
        return self.is_input and self.unit.is_flag and self.shape == SCALAR


@dataclass(frozen=True, kw_only=True)
class RowList:
    """A list: its rows' names, in order. Its columns are lines named ``list.column``."""

    name: str
    label: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    """The columns that were given, in order, without the list's name."""


class PayPoint(NamedTuple):
    """A step of a pay scale: a year's pay for a band between two numbers of years of experience."""

    year: int
    band: str
    from_years: float
    before_years: float
    pay: float
    status: str
    """V read in a public source, D derived from what was read, R recalled."""
    scale: str = ""
    """The pay scale, and its source, where they are not those of the table."""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class PayTable:
    """The pay points that a model may look up."""

    name: str
    points: tuple[PayPoint, ...]
    source: str = ""

    @property
    def scales(self) -> list[str]:
        """The names of the scales, the table's own first."""
        return list(dict.fromkeys([self.name, *(point.scale for point in self.points if point.scale)]))


class Block(NamedTuple):
    """Lines that are worked out together: one line over all years, or several year by year."""

    lines: tuple[str, ...]
    year_by_year: bool


@dataclass(frozen=True, kw_only=True)
class Model:
    """Lines in the order in which they are worked out, over years and scenarios."""

    years: tuple[Year, ...]
    """The axis: the years of the ask, and those after them to the end of the horizon of an appraisal."""
    ask: slice
    """Where the years of the ask stand on the axis: they are its first."""
    scenarios: tuple[str, ...]
    lines: Mapping[str, Line]
    lists: Mapping[str, RowList]
    blocks: tuple[Block, ...]
    periods: Mapping[str, tuple[Year, ...]] = field(default_factory=dict)
    pay: PayTable | None = None

    @property
    def ask_years(self) -> tuple[Year, ...]:
        """The years of the ask, which tables and totals show."""
        return self.years[self.ask]

    def rows_of(self, line: Line) -> int:
        """How many rows the line has: those of its list, or one."""
        return len(self.lists[line.shape.rows].rows) if line.shape.rows else 1

    def row_names(self, line: Line) -> tuple[str, ...]:
        return self.lists[line.shape.rows].rows if line.shape.rows else ("",)

    @property
    def in_order(self) -> list[Line]:
        """Every line, each after those that it reads (but for what it reads of their past)."""
        return [self.lines[name] for block in self.blocks for name in block.lines]
