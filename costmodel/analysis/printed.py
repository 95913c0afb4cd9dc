"""The cells of a proposal's printed tables: which line and year each prints, and whether they can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from costmodel.assumptions.schema import PublishedTable
from costmodel.errors import (
    Mistakes,
    MixedLists,
    Position,
    UnknownName,
    UnknownSource,
    WrongValue,
    YearMistake,
    did_you_mean,
)
from costmodel.numbers import Number
from costmodel.sections.costing import Costing
from costmodel.years import Year, run_to_horizon


@dataclass(frozen=True, kw_only=True)
class PrintedCell:
    """A figure of a printed table: the line whose value it is, and the year where it has one."""

    row: str
    year: Year | None
    number: Number
    rounds_to: float
    """What the figure is a multiple of."""

    @property
    def name(self) -> str:
        """The cell as a person asks for it: total@2024/25."""
        return f"{self.row}@{self.year}" if self.year else self.row


def cells_of(table: PublishedTable) -> Iterator[PrintedCell]:
    """Every cell of a printed table, by row and then by year; then its single values."""
    own = table.rounds_to.value if table.rounds_to else None
    for row, figures in table.rows.items():
        for year, number in zip(table.years, figures, strict=True):
            yield PrintedCell(row=row, year=year, number=number, rounds_to=own or last_digit(number))
    for row, number in table.values.items():
        yield PrintedCell(row=row, year=None, number=number, rounds_to=own or last_digit(number))


def last_digit(number: Number) -> float:
    """What one step of the last digit of a figure as printed comes to: 0.01 of 5.13, and 1 of 88,000,000."""
    return float(10.0**-number.decimals)


def check_printed(costing: Costing, mistakes: Mistakes) -> None:
    """Printed tables print lines that are there, in years of the proposal, a figure for each."""
    for name, table in costing.files.base.document.published.items():
        _Table(costing, name, table, mistakes).check()


class _Table:
    def __init__(self, costing: Costing, name: str, table: PublishedTable, mistakes: Mistakes) -> None:
        self.costing, self.name, self.table, self.mistakes = costing, name, table, mistakes
        self.lines = costing.model.lines

    def at(self, *path: str | int) -> tuple[Position, str]:
        """Where a part of the table stands, and how it is spelled."""
        place = self.costing.files.base.at("published", self.name, *path)
        return place, ".".join(["published", self.name, *(str(step) for step in path if isinstance(step, str))])

    def check(self) -> None:
        table, costing = self.table, self.costing
        sources = costing.files.evidence.sources
        if table.source not in sources:
            where, path = self.at("source")
            hint = did_you_mean(table.source, sources) or "Add it to the register of sources (evidence/sources.yaml)."
            says = f"there is no source {table.source!r} in the register"
            self.mistakes.add(UnknownSource(where=where, path=path, says=says, hint=hint))
        if table.rounds_to and table.rounds_to.value <= 0:
            where, path = self.at("rounds_to")
            self.mistakes.add(WrongValue(where=where, path=path, says="figures are rounded to more than nothing"))
        self._check_years()
        for row, figures in table.rows.items():
            self._check_line(row, ("rows", row))
            if len(figures) != len(table.years):
                where, path = self.at("rows", row)
                says = f"{len(figures)} figures are printed for {len(table.years)} years"
                hint = (
                    f"Its years are {', '.join(map(str, table.years)) or 'not given'}; a blank cell is written blank."
                )
                self.mistakes.add(WrongValue(where=where, path=path, says=says, hint=hint))
        for row in table.values:
            if self._check_line(row, ("values", row)) and self.lines[row].shape.by_year:
                where, path = self.at("values", row)
                says = f"{row!r} has a figure for each year, and one is printed"
                self.mistakes.add(WrongValue(where=where, path=path, says=says, hint="Print it under rows, by year."))
        for place, unknown in enumerate(table.solve_for):
            self._check_line(unknown, ("solve_for", place))

    def _check_years(self) -> None:
        years = self.costing.model.years
        for place, year in enumerate(self.table.years):
            where, path = self.at("years", place)
            if year not in years:
                run = run_to_horizon(self.costing.model.ask_years, years)
                says, hint = f"the year {year} is not in the proposal", f"Its years are {run}."
                self.mistakes.add(YearMistake(where=where, path=path, says=says, hint=hint))
            elif year in self.table.years[:place]:
                self.mistakes.add(YearMistake(where=where, path=path, says=f"the year {year} stands twice"))

    def _check_line(self, row: str, at: tuple[str | int, ...]) -> bool:
        """Whether the line is there, and has no rows of its own."""
        where, path = self.at(*at)
        if row not in self.lines:
            named = [name for name, line in self.lines.items() if not (line.step_of or line.section == "timeline")]
            says = f"there is no line {row!r} in {self.costing.name}"
            self.mistakes.add(UnknownName(where=where, path=path, says=says, hint=did_you_mean(row, named)))
            return False
        if rows := self.lines[row].shape.rows:
            says = f"{row!r} has a value for each row of {rows}"
            hint = "Add the rows up with sum(...) in a line of its own."
            self.mistakes.add(MixedLists(where=where, path=path, says=says, hint=hint))
            return False
        return True
