"""The sheets of formulas: every step from inputs to results, and the checks with the master check below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costmodel.language.tree import Name
from costmodel.model.explain import words
from costmodel.model.line import Line
from costmodel.spreadsheets.building import call, cell, pair
from costmodel.spreadsheets.expressions import Area, Expression, Numeral
from costmodel.workbook.book import Book
from costmodel.workbook.differing import in_common
from costmodel.workbook.input_sheets import fixed_columns, identify, total_of_years
from costmodel.workbook.layout import (
    CALCULATIONS,
    CHECKS,
    CONSTANT,
    FIRST,
    FIRST_YEAR,
    ID,
    LABEL,
    UNIT,
    YearSheet,
)
from costmodel.workbook.own_checks import MOST_ARGUMENTS, OwnCheck
from costmodel.workbook.reading_back import OPENING
from costmodel.workbook.scenario_sheets import link_columns, links
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet


class Calculations:
    """Writes the formulas of lines, and the checks."""

    def __init__(self, book: Book) -> None:
        self.book, self.model = book, book.model
        self._spoken = {name: _spoken(line) for name, line in book.model.lines.items()}

    def add(self) -> None:
        """Add the sheet of calculations, every line in the order in which it is worked out."""
        book, spec = self.book, self.book.layout.calculations
        if not spec.lines:
            return
        columns = [
            *fixed_columns(
                book, label=540, id_=420, unit=320
            ),  # several pages across: with room for words there are fewer down
            SheetColumn(book.total_header, 120, number=True),
            SheetColumn("Type", 125),
            SheetColumn("What it does", 1250, new_page=True),
            SheetColumn("Grade", 110),
            SheetColumn("Grade set by", 420),
            *self._reads(spec),
        ]
        sign = book.note(SIGN)
        legend = f"{LEGEND} The first year reads the opening value as the year before. Costs are positive {sign}."
        sheet = TableSheet(book, spec.name, "Calculations", spec.name, spec.says, columns, legend=legend)
        for line in spec.lines:
            self._line(sheet, line)
        sheet.raw.freeze_panes(FIRST, 1)
        sheet.finish(FIRST + sum(self.model.rows_of(line) for line in spec.lines) - 1)

    def _reads(self, spec: YearSheet) -> list[SheetColumn]:
        """The columns that link to what a row reads."""
        return link_columns("Reads", max((len(self.book.reads(line)) for line in spec.lines), default=0))

    def _line(self, sheet: TableSheet, line: Line) -> None:
        """The rows of a line: its formula in each year, or once."""
        kind = "Step" if line.step_of else "Check" if sheet.name == CHECKS else "Calculation"
        what, number = self._words(line), self.book.number_format(line)
        reads = [(name, *self.book.cell_of(name)) for name in self.book.reads(line)]
        for row in range(self.model.rows_of(line)):
            at = self.book.layout.places[line.name].row + row
            identify(self.book, sheet, line, row, at)
            self._figures(sheet, line, row, at, number)
            sheet.text(at, "Type", kind)
            sheet.text(at, "What it does", what)
            links(sheet, at, "Reads", reads, linked=row == 0)
            if sheet.name == CALCULATIONS:
                sheet.grade(at, line.name, ("Grade", "Grade set by"))

    def _figures(self, sheet: TableSheet, line: Line, row: int, at: int, number: str) -> None:
        if row == 0:
            first, count = (FIRST_YEAR, self.book.years) if line.shape.by_year else (CONSTANT, 1)
            for column in range(first, first + count):
                sheet.make_room(at, column, self.book.extremes(line.name), number)
        if not line.shape.by_year:
            role = "check" if line.section == "checks" and not line.step_of else "calculation"
            sheet.figure_of(line, row, None, number, role)
            return
        if isinstance(line.opening, Name):
            sheet.figure_of(line, row, OPENING, number)
        elif line.opening is not None or line.name in self.book.read_as_past:
            sheet.number(at, CONSTANT, in_common(self.book.engine_value(line, row, OPENING)), number, "fixed")
        for year in range(self.book.years):
            sheet.figure_of(line, row, year, number)
        if line.unit.is_amount:
            total_of_years(self.book, sheet, line, at, number)

    def _words(self, line: Line) -> str:
        """What a line's formula does."""
        assert line.formula is not None
        what = words(line.formula, self._spoken)
        return f"{what[0].upper()}{what[1:]}.{f' {line.note}' if line.note else ''}"

    # Checks

    def add_checks(self) -> None:
        """Add the checks of the proposal and of the workbook, their steps, and the master check below them."""
        spec = self.book.layout.checks
        columns = [
            *fixed_columns(self.book),
            SheetColumn(self.book.total_header, 120, number=True),
            SheetColumn("Type", 125),
            SheetColumn("Result", 140),
            SheetColumn("What it does", 700, new_page=True),
            *self._reads(spec),
        ]
        sheet = TableSheet(self.book, spec.name, "Checks", spec.name, spec.says, columns)
        results: list[Area] = []
        for line in spec.lines:
            self._line(sheet, line)
            if not line.step_of:
                at = self.book.layout.places[line.name].row
                results.append(self._result(sheet, at))
        own, master_row = self.book.plan.own_checks, self.book.plan.master_row
        for at, check in enumerate(own, start=master_row - len(own)):
            results.append(self._own_row(sheet, at, check))
        does = "The least of the checks above, 0 where one is an error: 1 where all hold."
        formula = call("IFERROR", call("MIN", *_joined(results)), 0) if results else Numeral(1)
        master = OwnCheck(name="every_check", says="Every check holds", does=does, formula=formula)
        self._own_row(sheet, master_row, master)
        sheet.finish(master_row)

    def _own_row(self, sheet: TableSheet, at: int, check: OwnCheck) -> Area:
        sheet.text(at, LABEL, check.says)
        sheet.text(at, ID, check.name)
        sheet.text(at, UNIT, "flag")
        sheet.formula(at, CONSTANT, check.formula, "0", "check")
        sheet.text(at, "Type", "Check")
        sheet.text(at, "What it does", check.does)
        return self._result(sheet, at)

    def _result(self, sheet: TableSheet, at: int) -> Area:
        """Say in words whether a check holds; returns its cell."""
        check = cell(at, CONSTANT)
        says = call("IF", pair(check, "=", 1), "Holds", "Does not hold")
        sheet.formula(at, "Result", says, role="check_text")
        return check


SIGN = (
    "Costs are positive in tables of costs, and benefits in tables of benefits; a net figure is benefits less costs. "
    "Money is in pounds."
)


def _spoken(line: Line) -> Line:
    """A line as sentences call it: a step that is too long for words is called by its number."""
    if not (line.step_of and line.label.endswith(": a step")):
        return line
    return replace(line, label=f": step {line.name.rpartition('_')[2]}")


def _joined(checks: list[Area]) -> Sequence[Expression]:
    """Cells as the arguments of a MIN, a few hundred to one of their own."""
    groups = [checks[start : start + MOST_ARGUMENTS] for start in range(0, len(checks), MOST_ARGUMENTS)]
    return groups[0] if len(groups) == 1 else [call("MIN", *group) for group in groups]
