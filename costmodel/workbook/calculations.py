"""The sheets of formulas: every step from inputs to results, and the checks with the master check below them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costmodel.language.tree import Constant, Name
from costmodel.model.excel import column_name, sheet_prefix
from costmodel.model.explain import words
from costmodel.model.line import Line
from costmodel.workbook.book import Book
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
from costmodel.workbook.scenario_sheets import link_columns, links
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet

_MOST_ARGUMENTS = 200
"""Ranges in one SUM or MIN: Excel allows 255."""


@dataclass(frozen=True, kw_only=True)
class OwnCheck:
    """A check of the workbook itself, beside those of the proposal."""

    name: str
    says: str
    does: str
    formula: str
    holds: bool


class Calculations:
    """Writes the formulas of lines, and the checks; places the master check before anything is written."""

    def __init__(self, book: Book) -> None:
        self.book, self.model = book, book.model
        self._spoken = {name: _spoken(line) for name, line in book.model.lines.items()}
        self.own = [*self._no_errors(), *self._shares_possible(), *self._pay_found()]
        rows = sum(self.model.rows_of(line) for line in book.layout.checks.lines)
        self._master_row = FIRST + rows + len(self.own)
        book.place_master(self._master_row)
        holds = [check.holds for check in book.results.checks] + [check.holds for check in self.own]
        book.all_hold = all(holds)

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
        cells = self.book.results.cells(line.name)
        values = cells[min(row, len(cells) - 1)]
        if row == 0:
            first, count = (FIRST_YEAR, self.book.years) if line.shape.by_year else (CONSTANT, 1)
            for column in range(first, first + count):
                sheet.make_room(at, column, self.book.extremes(line.name), number)
        if not line.shape.by_year:
            role = "check" if line.section == "checks" and not line.step_of else "calculation"
            sheet.formula(at, CONSTANT, writer.formula(line.formula, sheet.name, row), float(values[0]), number, role)
            return
        if isinstance(line.opening, Constant):
            sheet.number(at, CONSTANT, float(line.opening.value), number, "fixed")
        elif isinstance(line.opening, Name):
            opening = self.book.results.cells(line.opening.name)
            value = float(opening[min(row, len(opening) - 1), 0])
            sheet.formula(at, CONSTANT, writer.formula(line.opening, sheet.name, row), value, number)
        elif line.name in self.book.read_as_past:
            sheet.number(at, CONSTANT, 0, number, "fixed")
        for year in range(self.book.years):
            text = writer.formula(line.formula, sheet.name, row, year)
            sheet.formula(at, FIRST_YEAR + year, text, float(values[year]), number)
        if line.unit.is_amount:
            total_of_years(self.book, sheet, line, at, float(values.sum()), number)

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
                self._result(sheet, at, self.book.results.value(line.name) == 1)
                results.append(f"{column_name(CONSTANT)}{at + 1}")
        for at, check in enumerate(self.own, start=self._master_row - len(self.own)):
            self._own_row(sheet, at, check.name, check.says, check.does, check.formula, check.holds)
            results.append(f"{column_name(CONSTANT)}{at + 1}")
        does = "The least of the checks above, 0 where one is an error: 1 where all hold."
        formula = f"=IFERROR(MIN({_joined(results)}),0)" if results else "=1"
        self._own_row(sheet, self._master_row, "every_check", "Every check holds", does, formula, self.book.all_hold)
        sheet.finish(self._master_row)

    def _own_row(self, sheet: TableSheet, at: int, name: str, says: str, does: str, formula: str, holds: bool) -> None:
        sheet.text(at, LABEL, says)
        sheet.text(at, ID, name)
        sheet.text(at, UNIT, "flag")
        sheet.formula(at, CONSTANT, formula, int(holds), "0", "check")
        sheet.text(at, "Type", "Check")
        sheet.text(at, "What it does", does)
        self._result(sheet, at, holds)

    def _result(self, sheet: TableSheet, at: int, holds: bool) -> None:
        text = f'=IF({column_name(CONSTANT)}{at + 1}=1,"Holds","Does not hold")'
        sheet.formula(at, "Result", text, "Holds" if holds else "Does not hold", role="check_text")

    def _no_errors(self) -> list[OwnCheck]:
        rows = sum(self.model.rows_of(line) for line in self.book.layout.calculations.lines)
        if not rows:
            return []
        area = f"{CALCULATIONS}!${column_name(CONSTANT)}${FIRST + 1}:${column_name(self.book.total)}${FIRST + rows}"
        return [
            OwnCheck(
                name="no_errors",
                says="No cell of Calculations is an error",
                does="1, unless the sum of all figures on Calculations is an error.",
                formula=f"=IFERROR(1+0*SUM({area}),0)",
                holds=True,
            )
        ]

    def _shares_possible(self) -> list[OwnCheck]:
        """Ranges only warn when a value is typed, so what no share can be is checked here."""
        shares = [line for line in self.model.lines.values() if line.is_input and line.unit.is_share]
        if not shares:
            return []
        areas = [self._area(line) for line in shares]
        values = [self.book.results.cells(line.name) for line in shares]
        found = []
        for number, start in enumerate(range(0, len(areas), _MOST_ARGUMENTS)):
            some = ",".join(areas[start : start + _MOST_ARGUMENTS])
            found.append(
                OwnCheck(
                    name="shares_possible" if not number else f"shares_possible_{number + 1}",
                    says="Every input that is a share lies between 0% and 100%",
                    does="1 where the least of them is at least 0 and the largest at most 1.",
                    formula=f"=IF(AND(MIN({some})>=0,MAX({some})<=1),1,0)",
                    holds=all((cells >= 0).all() and (cells <= 1).all() for cells in values),
                )
            )
        return found

    def _pay_found(self) -> list[OwnCheck]:
        line = self.model.lines.get("team.salary")
        if not self.model.pay or line is None:
            return []
        return [
            OwnCheck(
                name="pay_found",
                says="Every role's pay is found in the pay scale",
                does="1 where the least salary is above 0.",
                formula=f"=IF(MIN({self._area(line)})>0,1,0)",
                holds=bool((self.book.results.cells(line.name) > 0).all()),
            )
        ]

    def _area(self, line: Line) -> str:
        """All cells of a line, as a reference from another sheet."""
        place, rows = self.book.layout.places[line.name], self.model.rows_of(line)
        first = place.first_year if line.shape.by_year else place.constant
        last = first + (self.book.years - 1 if line.shape.by_year else 0)
        start = f"${column_name(first)}${place.row + 1}"
        end = f"${column_name(last)}${place.row + rows}"
        return sheet_prefix(place.sheet) + (start if start == end else f"{start}:{end}")


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
    groups = [cells[start : start + _MOST_ARGUMENTS] for start in range(0, len(cells), _MOST_ARGUMENTS)]
    return ",".join(groups[0]) if len(groups) == 1 else ",".join(f"MIN({','.join(group)})" for group in groups)
