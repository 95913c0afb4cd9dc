"""The sheets of formulas: every step from inputs to results, and the checks with the master check below them."""

from __future__ import annotations

from dataclasses import replace

from costmodel.language.tree import Constant, Name
from costmodel.model.excel import column_name
from costmodel.model.explain import words
from costmodel.model.line import Line
from costmodel.workbook.book import Book
from costmodel.workbook.differing import Each, of_each
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
from costmodel.workbook.own_checks import MOST_ARGUMENTS
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
            *fixed_columns(book),
            SheetColumn("Total", 120, number=True),
            SheetColumn("Type", 105),
            *self._in_words(spec),
            SheetColumn("Grade", 110),
            SheetColumn("Grade set by", 290),
        ]
        sign = book.note(SIGN)
        legend = f"{LEGEND} The first year reads the opening value as the year before. Costs are positive {sign}."
        sheet = TableSheet(book, spec.name, "Calculations", spec.name, spec.says, columns, legend=legend)
        for line in spec.lines:
            self._line(sheet, line)
        sheet.raw.freeze_panes(FIRST, 1)
        sheet.finish(FIRST + sum(self.model.rows_of(line) for line in spec.lines) - 1)

    def _in_words(self, spec: YearSheet) -> list[SheetColumn]:
        """The columns that say what a row does, and link to what it reads."""
        most = max((len(self.book.reads(line)) for line in spec.lines), default=0)
        return [SheetColumn("What it does", 430, new_page=True), *link_columns("Reads", most)]

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
        assert line.formula is not None
        writer = self.book.writer
        cells = self.book.cells(line.name)
        values = cells[min(row, len(cells) - 1)]
        if row == 0:
            first, count = (FIRST_YEAR, self.book.years) if line.shape.by_year else (CONSTANT, 1)
            for column in range(first, first + count):
                sheet.make_room(at, column, self.book.extremes(line.name), number)
        if not line.shape.by_year:
            role = "check" if line.section == "checks" and not line.step_of else "calculation"
            sheet.formula(at, CONSTANT, writer.formula(line.formula, sheet.name, row), values[0], number, role)
            return
        if isinstance(line.opening, Constant):
            sheet.number(at, CONSTANT, float(line.opening.value), number, "fixed")
        elif isinstance(line.opening, Name):
            opening = self.book.cells(line.opening.name)
            value = opening[min(row, len(opening) - 1)][0]
            sheet.formula(at, CONSTANT, writer.formula(line.opening, sheet.name, row), value, number)
        elif line.name in self.book.read_as_past:
            sheet.number(at, CONSTANT, 0, number, "fixed")
        for year in range(self.book.years):
            text = writer.formula(line.formula, sheet.name, row, year)
            sheet.formula(at, FIRST_YEAR + year, text, values[year], number)
        if line.unit.is_amount:
            total_of_years(self.book, sheet, line, at, row, number)

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
            SheetColumn("Total", 120, number=True),
            SheetColumn("Type", 105),
            SheetColumn("Result", 140),
            *self._in_words(spec),
        ]
        sheet = TableSheet(self.book, spec.name, "Checks", spec.name, spec.says, columns)
        results: list[str] = []
        for line in spec.lines:
            self._line(sheet, line)
            if not line.step_of:
                at = self.book.layout.places[line.name].row
                self._result(sheet, at, of_each(lambda value: value == 1, self.book.value(line.name)))
                results.append(f"{column_name(CONSTANT)}{at + 1}")
        own, master = self.book.plan.own_checks, self.book.plan.master_row
        for at, check in enumerate(own, start=master - len(own)):
            self._own_row(sheet, at, check.name, check.says, check.does, check.formula, check.holds)
            results.append(f"{column_name(CONSTANT)}{at + 1}")
        does = "The least of the checks above, 0 where one is an error: 1 where all hold."
        formula = f"=IFERROR(MIN({_joined(results)}),0)" if results else "=1"
        self._own_row(sheet, master, "every_check", "Every check holds", does, formula, self.book.plan.all_hold)
        sheet.finish(master)

    def _own_row(self, sheet: TableSheet, at: int, name: str, says: str, does: str, formula: str, holds: Each) -> None:
        sheet.text(at, LABEL, says)
        sheet.text(at, ID, name)
        sheet.text(at, UNIT, "flag")
        sheet.formula(at, CONSTANT, formula, of_each(int, holds), "0", "check")
        sheet.text(at, "Type", "Check")
        sheet.text(at, "What it does", does)
        self._result(sheet, at, holds)

    def _result(self, sheet: TableSheet, at: int, holds: Each) -> None:
        text = f'=IF({column_name(CONSTANT)}{at + 1}=1,"Holds","Does not hold")'
        shown = of_each(lambda one: "Holds" if one else "Does not hold", holds)
        sheet.formula(at, "Result", text, shown, role="check_text")


SIGN = (
    "Costs are positive in tables of costs, and benefits in tables of benefits; a net figure is benefits less costs. "
    "Money is in pounds."
)


def _spoken(line: Line) -> Line:
    """A line as sentences call it: a step that is too long for words is called by its number."""
    if not (line.step_of and line.label.endswith(": a step")):
        return line
    return replace(line, label=f": step {line.name.rpartition('_')[2]}")


def _joined(cells: list[str]) -> str:
    """Cells as the arguments of one function, a few hundred to a range of their own."""
    groups = [cells[start : start + MOST_ARGUMENTS] for start in range(0, len(cells), MOST_ARGUMENTS)]
    return ",".join(groups[0]) if len(groups) == 1 else ",".join(f"MIN({','.join(group)})" for group in groups)
