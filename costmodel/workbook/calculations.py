"""The sheets of formulas: every step from inputs to results, and the checks with the master check below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from costmodel.language.tree import Name
from costmodel.model.explain import words
from costmodel.model.line import Line
from costmodel.spreadsheets.building import call, cell, cells, pair
from costmodel.spreadsheets.expressions import Area, Expression, Numeral
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
from costmodel.workbook.reading_back import OPENING
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
    formula: Expression


class Calculations:
    """Writes the formulas of lines, and the checks; places the master check before anything is written."""

    def __init__(self, book: Book) -> None:
        self.book, self.model = book, book.model
        self._spoken = {name: _spoken(line) for name, line in book.model.lines.items()}
        self.own = [*self._no_errors(), *self._shares_possible(), *self._pay_found()]
        rows = sum(self.model.rows_of(line) for line in book.layout.checks.lines)
        self._master_row = FIRST + rows + len(self.own)
        book.place_master(self._master_row)

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
            sheet.number(at, CONSTANT, self.book.engine_value(line, row, OPENING), number, "fixed")
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
        for at, check in enumerate(self.own, start=self._master_row - len(self.own)):
            results.append(self._own_row(sheet, at, check))
        does = "The least of the checks above, 0 where one is an error: 1 where all hold."
        formula = call("IFERROR", call("MIN", *_joined(results)), 0) if results else Numeral(1)
        master = OwnCheck(name="every_check", says="Every check holds", does=does, formula=formula)
        self._own_row(sheet, self._master_row, master)
        sheet.finish(self._master_row)

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

    def _no_errors(self) -> list[OwnCheck]:
        rows = sum(self.model.rows_of(line) for line in self.book.layout.calculations.lines)
        if not rows:
            return []
        ends = (FIRST, CONSTANT), (FIRST + rows - 1, self.book.total)
        total = call("SUM", cells(*ends, CALCULATIONS, held="row column"))
        return [
            OwnCheck(
                name="no_errors",
                says="No cell of Calculations is an error",
                does="1, unless the sum of all figures on Calculations is an error.",
                formula=call("IFERROR", pair(1, "+", pair(0, "*", total)), 0),
            )
        ]

    def _shares_possible(self) -> list[OwnCheck]:
        """Ranges only warn when a value is typed, so what no share can be is checked here."""
        shares = [line for line in self.model.lines.values() if line.is_input and line.unit.is_share]
        if not shares:
            return []
        areas = [self._area(line) for line in shares]
        found = []
        for number, start in enumerate(range(0, len(areas), _MOST_ARGUMENTS)):
            some = areas[start : start + _MOST_ARGUMENTS]
            least, most = pair(call("MIN", *some), ">=", 0), pair(call("MAX", *some), "<=", 1)
            found.append(
                OwnCheck(
                    name="shares_possible" if not number else f"shares_possible_{number + 1}",
                    says="Every input that is a share lies between 0% and 100%",
                    does="1 where the least of them is at least 0 and the largest at most 1.",
                    formula=call("IF", call("AND", least, most), 1, 0),
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
                formula=call("IF", pair(call("MIN", self._area(line)), ">", 0), 1, 0),
            )
        ]

    def _area(self, line: Line) -> Area:
        """All cells of a line, as a reference from another sheet."""
        place, rows = self.book.layout.places[line.name], self.model.rows_of(line)
        first = place.first_year if line.shape.by_year else place.constant
        last = first + (self.book.years - 1 if line.shape.by_year else 0)
        ends = (place.row, first), (place.row + rows - 1, last)
        if ends[0] == ends[1]:
            return cell(*ends[0], place.sheet, held="row column")
        return cells(*ends, place.sheet, held="row column")


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
    groups = [checks[start : start + _MOST_ARGUMENTS] for start in range(0, len(checks), _MOST_ARGUMENTS)]
    return groups[0] if len(groups) == 1 else [call("MIN", *group) for group in groups]
