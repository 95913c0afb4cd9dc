"""What every sheet of a workbook shares: the results, the place of every line, who reads what, notes and sources.

A workbook holds every scenario of a proposal: what differs between them stands side by side, and one is selected.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from costmodel.analysis.figures import how_to_show
from costmodel.analysis.results import Costed
from costmodel.analysis.shown_tables import styled
from costmodel.language.tree import Constant, Name, Node
from costmodel.language.units import Unit
from costmodel.model.line import Line
from costmodel.model.reads import prior_names, same_year_names
from costmodel.sections.grounds import Grounds
from costmodel.spreadsheets.building import call, cell, cells, seen_from
from costmodel.spreadsheets.cells import address
from costmodel.spreadsheets.expressions import Area, Expression, as_text
from costmodel.spreadsheets.package import Value
from costmodel.spreadsheets.ranges import Spot
from costmodel.spreadsheets.working_out import value_of
from costmodel.workbook.differing import Differing, Each, as_one
from costmodel.workbook.layout import (
    FIRST_SCENARIO,
    FIRST_YEAR,
    SCENARIOS,
    SELECTED,
)
from costmodel.workbook.packing import British
from costmodel.workbook.plan import Plan
from costmodel.workbook.proof import NotProven
from costmodel.workbook.reading_back import OPENING
from costmodel.workbook.styles import Styles
from costmodel.years import run_of_years

_CELL_LIKE = re.compile(r"^([a-z]{1,3}\d+|r\d*c?\d*|c\d*|true|false)$")
NOT_APPLICABLE, NOT_AVAILABLE = "[z]", "[x]"


def prices_at(book: Book, unit: Unit) -> str:
    """At which prices money is: those that its unit names, or the proposal's."""
    if not unit.is_money:
        return NOT_APPLICABLE
    return unit.prices or book.costing.proposal.prices


class Book:
    """A workbook in the making."""

    def __init__(self, file: British, costed: Costed, selected: str) -> None:
        self.file, self.costed = file, costed
        self.costing, self.model = costed.costing, costed.costing.model
        self.runs = costed.runs
        """The results of every scenario, in order."""
        self.at = self.costing.scenarios.index(selected)
        """The place of the scenario that is selected when the workbook is opened."""
        self.styles = Styles(file)
        self.plan = costed.once(Plan)
        self.layout = self.plan.layout
        self.sources, self.graded, self.read_as_past = self.plan.sources, self.plan.graded, self.plan.read_as_past
        self.years = len(self.model.years)
        """How many years the axis has, which every sheet of inputs and calculations shows."""
        self.ask = len(self.model.ask_years)
        """How many of them, from the first, are the years of the ask: sheets of outputs show these."""
        self.total = FIRST_YEAR + self.years
        """The column of the total, after the years of the axis."""
        self.cells: dict[Spot, Each] = {}
        """What every cell that is written holds, and the selector, which formulas read before it is."""
        self.differing: list[Differing] = []
        """Cells that do not show the same in every scenario, as they were written."""
        self.when_checked: list[Callable[[], None]] = []
        """What is written once the master check is."""
        self.described: list[tuple[str, str, str]] = []
        """Each sheet that was added: its name, role and what is on it, for the cover."""
        self.notes: list[str] = []
        self._engine: dict[str, list[list[Each]]] = {}
        self._taken = {name.lower() for name in self.costing.assumptions}

    def year_headers(self) -> list[str]:
        """The years as the proposal writes them in tables."""
        return [styled(year, self.costing.proposal.year_style) for year in self.model.years]

    @property
    def total_header(self) -> str:
        """What the total of a row adds up: said where the axis has more years than the ask."""
        return "Total" if self.ask == self.years else f"Total {run_of_years(self.model.years)}"

    def note(self, text: str) -> str:
        """The mark of a note, which then stands on the sheet Notes."""
        if text not in self.notes:
            self.notes.append(text)
        return f"[note {self.notes.index(text) + 1}]"

    # Lines

    def ground(self, name: str) -> Grounds | None:
        """What an assumption rests on in base; None for what the proposal's years and periods set."""
        held = self.costing.assumptions.get(name)
        return held.grounds[0] if held else None

    def may_change(self, name: str) -> bool:
        """Whether an input may be typed over: it is none that the proposal's years, periods or dates set."""
        held = self.costing.assumptions.get(name)
        return held is not None and not held.set_by

    def grounds_of(self, name: str) -> list[tuple[str, Grounds]]:
        """What an assumption rests on, each once, with the scenarios that share it; as one where all do."""
        return self.plan.grounds_of(name)

    def basis(self, name: str) -> str:
        """Where in its source an assumption stands, or the reason for it; by scenario where they differ."""
        grounds = self.grounds_of(name)
        if len(grounds) == 1:
            return grounds[0][1].place or grounds[0][1].reason or ""
        lines = []
        for scenarios, ground in grounds:
            reason = ground.place or ground.reason or ""
            if reason.startswith("Scenario "):  # of the scenario as a whole
                reason = f"the reason for the scenario, on the sheet {SCENARIOS}"
            parts = (ground.grade or "", ground.source or "", reason, _range_of(ground))
            lines.append(f"{scenarios}: {', '.join(part for part in parts if part)}")
        return "\n".join(lines)

    # What cells hold

    def holds(self, sheet: str, row: int, column: int, each: Each) -> None:
        """Keep what a cell holds, by row and column from 0, for the formulas that read it."""
        kept = self.cells.setdefault((sheet, row + 1, column + 1), each)
        assert kept == each, f"{sheet}!{address(row + 1, column + 1)} holds {kept!r}, and {each!r} is written there"

    def shown(self, sheet: str, row: int, column: int, each: Each, *, is_text: bool = False) -> Value:
        """What a cell shows in the scenario that is selected; what it shows in others is kept, where that differs.

        Args:
            is_text: whether it is a text that stands there, and not what a formula shows.
        """
        if not isinstance(each, tuple):
            return each
        string = len(self.file.str_table.order) if is_text else None
        self.differing.append(Differing(sheet, row, column, each, string))
        return each[self.at]

    def worked_out(self, expression: Expression, own: str) -> Each:
        """What a formula on a sheet comes to in each scenario, over the cells that it reads.

        Where it reads none in which scenarios differ, it comes to the same in all of them, and is worked out once.

        Raises:
            NotProven: where one of them is not written yet: a fault of this program.
        """
        text = as_text(expression)
        known = self.plan.worked_out.get((own, text))
        if known is not None:
            return known
        differs = False

        def value(at: int) -> Value:
            def look(sheet: str, row: int, column: int) -> Value:
                nonlocal differs
                found = self.cells.get((sheet or own, row, column))
                if found is None:
                    where = f"{sheet or own}!{address(row, column)}"
                    raise NotProven(f"a formula on the sheet {own}, {text}, reads {where}, which is empty")
                if isinstance(found, tuple):
                    differs = True
                    return found[at]
                return found

            return value_of(expression, look)

        first = value(0)
        found = as_one((first, *map(value, range(1, len(self.runs))))) if differs else first
        self.plan.worked_out[own, text] = found
        return found

    def finish(self) -> None:
        """Write what waits for the master check, and hold every line's cells against the engine's values.

        Raises:
            NotProven: where a cell of a line is missing, or holds anything else: a fault of this program.
        """
        for write in self.when_checked:
            write()
        self.plan.proof.stands(self.cells, self.engine_value, self.read_as_past)

    def engine(self, name: str) -> list[list[Each]]:
        """The engine's values of a line in each scenario, rows by years; length 1 where it does not vary."""
        if name not in self._engine:
            found = np.moveaxis(self.costed.values[name], 0, -1).tolist()
            self._engine[name] = [[as_one(tuple(each)) for each in row] for row in found]
        return self._engine[name]

    def engine_value(self, line: Line, row: int, year: int | None) -> Each:
        """The engine's values of a line's cell in each scenario: in a year, once, or before the years."""
        name = line.name
        if year == OPENING:
            if not isinstance(line.opening, Name):
                return float(line.opening.value) if isinstance(line.opening, Constant) else 0.0
            name, year = line.opening.name, 0
        values = self.engine(name)
        return values[min(row, len(values) - 1)][year or 0]

    def cell(self, name: str, own: str, year: int | None = None, row: int = 0) -> Area:
        """A reference to a line's figure in a year, or its one figure, as a formula on a sheet writes it."""
        place = self.layout.places[name]
        if self.model.lines[name].shape.by_year:
            assert year is not None, name
            return seen_from(own, cell(place.row + row, place.first_year + year, place.sheet))
        return seen_from(own, cell(place.row + row, place.constant, place.sheet, held="row column"))

    def chosen(self, sheet: str, row: int, own: str, first: int = FIRST_SCENARIO) -> Expression:
        """What takes the selected scenario's figure from a row with a column a scenario.

        Args:
            sheet: the sheet of that row.
            own: the sheet on which the formula will stand.
            first: the column of the first scenario.
        """
        values = cells((row, first), (row, first + len(self.runs) - 1), sheet, held="column")
        return call("INDEX", seen_from(own, values), seen_from(own, SELECTED))

    def readers(self, line: Line) -> list[Line]:
        """The lines that read a line."""
        return self.plan.readers.get(line.name, [])

    def used_by(self, line: Line) -> list[str]:
        """The names of the lines that read a line, a step under the name of what it is a step of."""
        return list(dict.fromkeys(reader.step_of or reader.name for reader in self.readers(line)))

    def reads(self, line: Line) -> list[str]:
        """The names that a line reads, in the order of its formula."""
        roots: list[Node] = [root for root in (line.formula, line.opening) if root is not None]
        names = [name for root in roots for name in (*same_year_names(root), *prior_names(root)) if name != line.name]
        return list(dict.fromkeys(names))

    def cell_of(self, name: str, row: int = 0) -> tuple[str, str]:
        """The sheet and address of a line's first cell."""
        place, line = self.layout.places[name], self.model.lines[name]
        column = place.first_year if line.shape.by_year else place.constant
        return place.sheet, address(place.row + row + 1, column + 1)

    def row_label(self, line: Line, row: int = 0) -> str:
        """A line's label, with its row's name where it runs over a list, and which step of what where it is one."""
        label = line.label
        if line.step_of:
            owner = self.model.lines[line.step_of].label
            label = f"{owner}: step {line.name.rpartition('_')[2]}"
        if not line.shape.rows:
            return label
        return f"{label}: {self.model.row_names(line)[row]}"

    def extremes(self, name: str) -> tuple[float, float]:
        """The least and the largest value of a line, in any scenario, row and year."""
        values = self.costed.values[name]
        return float(values.min()), float(values.max())

    def cell_label(self, line: Line, row: int, year: int) -> str:
        """The label of one cell of an input, with its year where it has one."""
        label = self.row_label(line, row)
        return f"{label}, {self.year_headers()[year]}" if line.shape.by_year else label

    def cell_id(self, line: Line, row: int, year: int) -> str:
        """The id of one cell of an input: teams_starting[2022/23], team.wte[3]."""
        places = [str(row + 1)] if line.shape.rows else []
        places += [str(self.model.years[year])] if line.shape.by_year else []
        return f"{line.name}[{', '.join(places)}]" if places else line.name

    def row_name(self, line: Line, row: int) -> str:
        """The id of a line's row."""
        return f"{line.name}[{row + 1}]" if line.shape.rows else line.name

    def number_format(self, line: Line, *, is_input: bool = False) -> str:
        """The number format of a line's cells; inputs show the decimals that a person may type."""
        if line.unit.is_year:
            return "0"
        if line.texts is not None:
            return ""
        if is_input and line.unit.is_percent:
            return "0.00%"
        if (line.name, is_input) not in self.plan.formats:
            self.plan.formats[line.name, is_input] = self._format_of(line, is_input=is_input)
        return self.plan.formats[line.name, is_input]

    def _format_of(self, line: Line, *, is_input: bool) -> str:
        values = [float(value) for value in self.costed.values[line.name].flat]
        largest = max(map(abs, values), default=0.0)
        if 0 < largest < 1e-4:
            return "0E+00"
        if is_input and line.unit.is_staff:
            return "#,##0.00"
        return how_to_show(line.unit, values).excel

    # Names

    def name_input(self, line: Line) -> None:
        """Give a scalar input its name."""
        place = self.layout.places[line.name]
        name = line.name
        while _CELL_LIKE.match(name) or (name != line.name and name in self._taken):
            name += "_"
        self._taken.add(name)
        refers_to = cell(place.row, place.constant, place.sheet, held="row column")
        self.file.define_name(name, f"={as_text(refers_to)}")

    def table_name(self, sheet: str) -> str:
        """A name for a sheet's table that no input has."""
        name = f"{sheet.replace(' ', '_').replace('-', '_')}_table"
        while name.lower() in self._taken:
            name += "_"
        self._taken.add(name.lower())
        return name


def _range_of(ground: Grounds) -> str:
    return (
        f"range {ground.low:.10g} to {ground.high:.10g}" if ground.low is not None and ground.high is not None else ""
    )
