"""What the workbooks of a proposal's scenarios have in common, worked out once for all of them.

The workbooks differ in the scenario that is selected, and so in values: not in places, formulas or what reads what.
"""

from __future__ import annotations

from functools import cached_property

from costmodel.analysis.results import Costed
from costmodel.model.excel import Writer
from costmodel.model.line import Line
from costmodel.model.reads import names_read, prior_names
from costmodel.sections.grounds import Grounds
from costmodel.spreadsheets.building import cell
from costmodel.workbook.differing import Each
from costmodel.workbook.layout import CHECKS, CONSTANT, FIRST, PAY_SCALE, lay_out
from costmodel.workbook.own_checks import OwnChecks
from costmodel.workbook.proof import Proof
from costmodel.workbook.reading_back import OPENING


class Plan:
    """The place of every line, its formulas, who reads what, and what assumptions rest on."""

    def __init__(self, costed: Costed) -> None:
        self.costing, self.model, self.runs = costed.costing, costed.costing.model, costed.runs
        self.layout = lay_out(self.costing)
        self._writer = Writer(self.model, self.layout.places, self.layout.pay)
        self.proof = Proof(self.model, self.layout)
        self._formulas: dict[tuple[str, int, int | None], str] = {}
        self.own_checks = OwnChecks(self.model, self.layout).found
        """Checks of the workbook itself, below those of the proposal."""
        rows = sum(self.model.rows_of(line) for line in self.layout.checks.lines)
        self.master_row = FIRST + rows + len(self.own_checks)
        self.master = cell(self.master_row, CONSTANT, CHECKS, held="row column")
        """The cell of the master check: whether every check holds."""
        self.readers = self._who_reads()
        """By name, the lines that read a line."""
        self.read_as_past = {
            name
            for line in self.model.lines.values()
            for root in (line.formula, line.opening)
            if root
            for name in prior_names(root)
        }
        self.sources = self._who_rests_on()
        self.graded = self._grades_that_differ()
        """By line, the row of the sheet of grades, where scenarios differ in its grade or in what sets it."""
        self.formats: dict[tuple[str, bool], str] = {}
        """By line, and whether it is shown as an input, its number format, as far as anyone has asked."""
        self.worked_out: dict[tuple[str, str], Each] = {}
        """By sheet and text, what formulas over cells come to: a workbook is written twice, and audited between."""
        self._grounds: dict[str, list[tuple[str, Grounds]]] = {}

    def formula(self, line: Line, row: int, year: int | None) -> str:
        """The Excel formula of a line's cell, written and proven once.

        Args:
            row: the place in the line's list, from 0.
            year: the place of the year, from 0; None for a line of one value, :data:`OPENING` for an opening value.

        Raises:
            NotProven: where it does not read back as the line's own formula: a fault of this program.
        """
        key = line.name, row, year
        if key not in self._formulas:
            opening = year == OPENING
            tree = line.opening if opening else line.formula
            assert tree is not None, key
            text = self._writer.formula(tree, self.layout.rows[line.name].sheet, row, None if opening else year)
            self.proof.holds(line, row, year, text)
            self._formulas[key] = text
        return self._formulas[key]

    def grounds_of(self, name: str) -> list[tuple[str, Grounds]]:
        """What an assumption rests on, each once, with the scenarios that share it; as one where all do."""
        if name not in self._grounds:
            found: dict[tuple[object, ...], tuple[Grounds, list[str]]] = {}
            for scenario, ground in zip(self.costing.scenarios, self.costing.assumptions[name].grounds, strict=True):
                found.setdefault(_basis_of(ground), (ground, []))[1].append(scenario)
            self._grounds[name] = [
                ("base and every other scenario" if "base" in names and len(names) > 1 else ", ".join(names), ground)
                for ground, names in found.values()
            ]
        return self._grounds[name]

    def _who_reads(self) -> dict[str, list[Line]]:
        readers: dict[str, list[Line]] = {}
        for line in self.layout.calculations.lines + self.layout.checks.lines:
            now, past = names_read(line, self.model.lines)
            for name in (now | past) - {line.name}:
                readers.setdefault(name, []).append(line)
        return readers

    def results_on(self, name: str) -> set[str]:
        """What is asked for, and the rows of the tables, that rest on a line, at any remove."""
        marks = self._marks.get(name, 0)
        return {result for place, result in enumerate(self._results) if marks >> place & 1}

    @cached_property
    def _results(self) -> list[str]:
        asked = self.costing.proposal.ask
        rows = [row for table in self.costing.tables.values() for row in table.rows]
        return list(dict.fromkeys([*([asked] if asked else []), *rows]))

    @cached_property
    def _marks(self) -> dict[str, int]:
        """For each line, a bit for each of the results that rest on it: from the last block to the first."""
        own = {result: 1 << place for place, result in enumerate(self._results)}
        found: dict[str, int] = {}
        for block in reversed(self.model.blocks):
            marks = 0
            for reader in (reader.name for line in block.lines for reader in self.readers.get(line, ())):
                marks |= own.get(reader, 0) | found.get(reader, 0)
            found |= dict.fromkeys(block.lines, marks)
        return found

    def _who_rests_on(self) -> dict[str, list[str]]:
        """By source, in order of id, the assumptions that rest on it in any scenario."""
        used: dict[str, list[str]] = {}
        for name, held in self.costing.assumptions.items():
            for source in dict.fromkeys(ground.source for ground in held.grounds if ground.source):
                used.setdefault(source, []).append(name)
        pay = self.model.pay
        for source in dict.fromkeys([pay.source, *(point.source for point in pay.points)] if pay else ()):
            if source:
                used.setdefault(source, []).append(PAY_SCALE)
        return dict(sorted(used.items()))

    def _grades_that_differ(self) -> dict[str, int]:
        names = [
            line.name
            for line in self.model.lines.values()
            if line.texts is None
            and len({(run.grading[line.name].grade, run.grading[line.name].set_by) for run in self.runs}) > 1
        ]
        return {name: at for at, name in enumerate(names, start=FIRST)}


def _basis_of(ground: Grounds) -> tuple[object, ...]:
    """What a reader is told of what a value rests on."""
    return ground.grade, ground.source, ground.place, ground.reason, ground.note, ground.low, ground.high
