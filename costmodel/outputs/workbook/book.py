"""What every sheet of a workbook shares: the results, the place of every line, who reads what, notes and sources."""

from __future__ import annotations

import re

import xlsxwriter

from costmodel.analysis.results import Results
from costmodel.model.excel import Writer, column_name, sheet_prefix
from costmodel.model.formula import Node
from costmodel.model.line import Line
from costmodel.model.order import names_read, prior_names, same_year_names
from costmodel.outputs.figures import how_to_show, year_number
from costmodel.outputs.tables import styled
from costmodel.outputs.workbook.layout import CHECKS, CONSTANT, FIRST_YEAR, PAY_SCALE, lay_out
from costmodel.outputs.workbook.styles import Styles
from costmodel.sections.grounds import Grounds

_CELL_LIKE = re.compile(r"^([a-z]{1,3}\d+|r\d*c?\d*|c\d*|true|false)$")
NOT_APPLICABLE, NOT_AVAILABLE = "[z]", "[x]"


def is_money(unit: str) -> bool:
    """Whether a unit is an amount of money, and not money per something: it adds up over years."""
    return unit.startswith("£") and " per " not in unit


class Book:
    """A workbook in the making."""

    def __init__(self, file: xlsxwriter.Workbook, results: Results) -> None:
        self.file, self.results = file, results
        self.costing, self.model = results.costing, results.costing.model
        self.at = self.costing.scenarios.index(results.scenario)
        self.styles = Styles(file)
        self.layout = lay_out(results)
        self.writer = Writer(self.model, self.layout.places, self.layout.pay)
        self.years = len(self.model.years)
        self.total = FIRST_YEAR + self.years
        """The column of the total, after the years."""
        self.master = ""
        """The cell of the master check, known once the checks are counted."""
        self.all_hold = True
        self.described: list[tuple[str, str, str]] = []
        """Each sheet that was added: its name, role and what is on it, for the cover."""
        self.notes: list[str] = []
        self._readers = self._who_reads()
        self._used_rows: dict[str, list[bool]] = {}
        self.read_as_past = {
            name
            for line in self.model.lines.values()
            for root in (line.formula, line.opening)
            if root
            for name in prior_names(root)
        }
        self.sources = self._who_rests_on()
        self._taken = {name.lower() for name in self.costing.assumptions}

    def year_headers(self) -> list[str]:
        """The years as the proposal writes them in tables."""
        return [styled(year, self.costing.proposal.year_style) for year in self.model.years]

    def note(self, text: str) -> str:
        """The mark of a note, which then stands on the sheet Notes."""
        if text not in self.notes:
            self.notes.append(text)
        return f"[note {self.notes.index(text) + 1}]"

    # Lines

    def ground(self, name: str) -> Grounds | None:
        """What an assumption rests on in this scenario; None for what the proposal's own years and periods set."""
        held = self.costing.assumptions.get(name)
        return held.grounds[self.at] if held else None

    def readers(self, line: Line) -> list[Line]:
        """The lines that read a line."""
        return self._readers.get(line.name, [])

    def used_by(self, line: Line) -> list[str]:
        """The names of the lines that read a line, a step under the name of what it is a step of."""
        return list(dict.fromkeys(reader.step_of or reader.name for reader in self.readers(line)))

    def reads(self, line: Line) -> list[str]:
        """The names that a line reads, in the order of its formula."""
        roots: list[Node] = [root for root in (line.formula, line.opening) if root is not None]
        names = [name for root in roots for name in (*same_year_names(root), *prior_names(root)) if name != line.name]
        return list(dict.fromkeys(names))

    def reached(self, line: Line) -> set[str]:
        """The names of all lines that rest on a line, at any remove."""
        found: set[str] = set()
        wanted = [line]
        while wanted:
            for reader in self.readers(wanted.pop()):
                if reader.name not in found:
                    found.add(reader.name)
                    wanted.append(reader)
        return found

    def cell_of(self, name: str, row: int = 0) -> tuple[str, str]:
        """The sheet and address of a line's first cell."""
        place, line = self.layout.places[name], self.model.lines[name]
        column = place.first_year if line.shape.by_year else place.constant
        return place.sheet, f"{column_name(column)}{place.row + row + 1}"

    def row_label(self, line: Line, row: int = 0) -> str:
        """A line's label, with its row's name where it runs over a list, and which step of what where it is one."""
        label = line.label
        if line.step_of:
            owner = self.model.lines[line.step_of].label
            label = f"{owner}: step {line.name.rpartition('_')[2]}"
        if not line.shape.rows:
            return label
        suffix = "" if self.row_is_used(line.shape.rows, row) else " (only in other scenarios)"
        return f"{label}: {self.model.row_names(line)[row]}{suffix}"

    def row_is_used(self, rows_of: str, row: int) -> bool:
        """Whether a list's row has a part in this scenario: not all its figures are 0 that other scenarios use."""
        if rows_of not in self._used_rows:
            columns = [f"{rows_of}.{column}" for column in self.model.lists[rows_of].columns]
            numbers = [name for name in columns if self.model.lines[name].texts is None]
            here = sum((self.results.cells(name) != 0).any(axis=1) for name in numbers)
            anywhere = sum((self.results.costed.values[name] != 0).any(axis=(0, 2)) for name in numbers)
            self._used_rows[rows_of] = list((here > 0) | (anywhere == 0)) if numbers else []
        used = self._used_rows[rows_of]
        return bool(used[row]) if used else True

    def row_name(self, line: Line, row: int) -> str:
        """The id of a line's row."""
        return f"{line.name}[{row + 1}]" if line.shape.rows else line.name

    def number_format(self, line: Line, *, is_input: bool = False) -> str:
        """The number format of a line's cells; inputs show the decimals that a person may type."""
        if year_number(line.unit):
            return "0"
        if line.texts is not None:
            return ""
        if is_input and line.unit.startswith(("share", "rate")):
            return "0.00%"
        values = [float(value) for value in self.results.cells(line.name).flat]
        largest = max(map(abs, values), default=0.0)
        if 0 < largest < 1e-4:
            return "0E+00"
        if is_input and line.unit.startswith("WTE"):
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
        cell = f"${column_name(place.constant)}${place.row + 1}"
        self.file.define_name(name, f"={sheet_prefix(place.sheet)}{cell}")

    def table_name(self, sheet: str) -> str:
        """A name for a sheet's table that no input has."""
        name = f"{sheet.replace(' ', '_').replace('-', '_')}_table"
        while name.lower() in self._taken:
            name += "_"
        self._taken.add(name.lower())
        return name

    # Before any sheet is written

    def _who_reads(self) -> dict[str, list[Line]]:
        readers: dict[str, list[Line]] = {}
        for line in self.layout.calculations.lines + self.layout.checks.lines:
            now, past = names_read(line, self.model.lines)
            for name in (now | past) - {line.name}:
                readers.setdefault(name, []).append(line)
        return readers

    def _who_rests_on(self) -> dict[str, list[str]]:
        """By source, in order of id, the assumptions that rest on it in this scenario."""
        used: dict[str, list[str]] = {}
        for name in self.costing.assumptions:
            ground = self.ground(name)
            if ground and ground.source:
                used.setdefault(ground.source, []).append(name)
        if self.model.pay and self.model.pay.source:
            used.setdefault(self.model.pay.source, []).append(PAY_SCALE)
        return dict(sorted(used.items()))

    def place_master(self, row: int) -> None:
        """Say where the master check stands."""
        self.master = f"{CHECKS}!${column_name(CONSTANT)}${row + 1}"
