"""Sheets of inputs: values by name and by year, lists, and the pay scale. Only their cells may be changed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from costmodel.model.line import EQUAL, Line
from costmodel.spreadsheets.building import call, cell, cells, pair
from costmodel.spreadsheets.expressions import Expression
from costmodel.workbook.book import Book
from costmodel.workbook.layout import (
    CONSTANT,
    FIRST,
    FIRST_YEAR,
    GRADES,
    ID,
    LABEL,
    NUMBER_ROW,
    PAY_SCALE,
    SCENARIOS,
    SELECTOR,
    TIMELINE,
    UNIT,
    VALUES,
    WITHIN_ROW,
    ListSheet,
    YearSheet,
)
from costmodel.workbook.scenario_sheets import link_columns, links, source, used_by
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.validation import Rules
from costmodel.years import Year

ROLE = "Inputs"
_STATUS = {"V": "Read in a source", "D": "Derived from what was read", "R": "Recalled, not found in a source"}


class Inputs:
    """Writes the sheets of inputs."""

    def __init__(self, book: Book) -> None:
        self.book, self.model, self.rules = book, book.model, Rules(book)

    def add_timeline(self) -> None:
        """Add the sheet with the axis of years, which all others read."""
        self._year_sheet(self.book.layout.inputs[0])

    def add(self) -> None:
        """Add the other sheets with the time axis, then the lists, then the pay scale."""
        for year_sheet in self.book.layout.inputs[1:]:
            self._year_sheet(year_sheet)
        for list_sheet in self.book.layout.lists:
            self._list_sheet(list_sheet)
        self._pay_scale()

    # Values by name and by year

    def _year_sheet(self, spec: YearSheet) -> None:
        columns = [
            *fixed_columns(self.book),
            SheetColumn(self.book.total_header, 120, number=True),
            SheetColumn("Type", 85),
        ]
        most = max((len(self.book.used_by(line)) for line in spec.lines), default=0)
        legend = LEGEND
        if any(line.name in self.book.read_as_past for line in spec.lines):
            legend += " The first year reads the opening value as the year before."
        if spec.name == TIMELINE:
            legend += " Type Fixed: set by the proposal, and not to be changed here."
        else:
            columns += [
                SheetColumn("Low", 80, number=True, new_page=True),
                SheetColumn("High", 80, number=True),
                SheetColumn("Grade", 110),
                SheetColumn("Source", 180),
                SheetColumn("Where in the source, or reason", 220),
                SheetColumn("Note", 260),
                SheetColumn("By scenario", 230, on_screen=True),
            ]
        columns += link_columns("Used by", most)
        sheet = TableSheet(self.book, spec.name, ROLE, spec.name, spec.says, columns, legend=legend)
        if spec.name == TIMELINE:
            self._selected(sheet)
        for line in spec.lines:
            self._line(sheet, line)
        last = spec.lines[-1]
        sheet.finish(self.book.layout.rows[last.name].row + self.model.rows_of(last) - 1)

    def _selected(self, sheet: TableSheet) -> None:
        """The number of the selected scenario, which every choice reads, and how near equal figures are."""
        last = FIRST + len(self.book.runs) - 1
        ids = cells((FIRST, 0), (last, 0), SCENARIOS, held="row column")
        sheet.text(NUMBER_ROW, LABEL, "Number of the scenario selected on the cover")
        sheet.text(NUMBER_ROW, ID, "scenario_number")
        sheet.text(NUMBER_ROW, UNIT, "number")
        sheet.formula(NUMBER_ROW, CONSTANT, call("MATCH", SELECTOR, ids, 0), "0")
        sheet.text(NUMBER_ROW, "Type", "Link")
        sheet.text(WITHIN_ROW, LABEL, "Share by which figures that count as equal may differ")
        sheet.text(WITHIN_ROW, ID, "equal_within")
        sheet.text(WITHIN_ROW, UNIT, "share of the larger figure")
        sheet.number(WITHIN_ROW, CONSTANT, EQUAL, "0E+00", "fixed")
        sheet.text(WITHIN_ROW, "Type", "Fixed")

    def _line(self, sheet: TableSheet, line: Line) -> None:
        """The rows of an input: its values, or where scenarios differ in them, links to the live ones."""
        book, place, rows = self.book, self.book.layout.rows[line.name], self.model.rows_of(line)
        is_input, differs = line.name in book.costing.assumptions, line.name in book.layout.by_scenario
        values, number = book.results.cells(line.name), book.number_format(line, is_input=is_input)
        may_change = book.may_change(line.name)
        role, kind = ("input", "Choice" if line.switch else "Input") if may_change else ("fixed", "Fixed")
        for row in range(rows):
            at = place.row + row
            identify(book, sheet, line, row, at)
            first, count = (FIRST_YEAR, book.years) if line.shape.by_year else (CONSTANT, 1)
            if line.shape.by_year and line.name in book.read_as_past:
                sheet.number(at, CONSTANT, 0, "0", "fixed")
            for year in range(count):
                if differs:
                    sheet.make_room(at, first + year, book.extremes(line.name), number)
                    sheet.formula(at, first + year, live_cell(book, line, row, year), number)
                else:
                    sheet.number(at, first + year, values[row, year], number, role)
            if line.shape.by_year and line.unit.is_amount:
                total_of_years(book, sheet, line, at, number)
            sheet.text(at, "Type", "Link" if differs else kind)
            links(sheet, at, "Used by", used_by(book, line), linked=row == 0)
            if is_input:
                self._basis(sheet, line, at, differs=differs)
        if is_input and not differs:
            first, width = (FIRST_YEAR, book.years) if line.shape.by_year else (CONSTANT, 1)
            if may_change:
                sheet.allow(place.row, first, self.rules.of(line), rows, width)
            if not line.shape.by_year and not line.shape.rows:
                book.name_input(line)

    def _basis(self, sheet: TableSheet, line: Line, at: int, *, differs: bool) -> None:
        """What an input rests on; where scenarios differ in it, that stands beside their values."""
        book, ground = self.book, self.book.ground(line.name)
        if ground is None:
            return
        if differs:
            sheet.link(
                at, "By scenario", VALUES, f"A{book.layout.by_scenario[line.name] + 1}", "Differs: see its values"
            )
        else:
            sheet.text(at, "By scenario", "The same in every scenario")
        for column, bound in (("Low", ground.low), ("High", ground.high)):
            if bound is not None and not differs:
                sheet.number(at, column, bound, book.number_format(line, is_input=True), "fixed")
        sheet.grade(at, line.name)
        if not differs:
            source(book, sheet, ground.source, at)
            sheet.text(at, "Where in the source, or reason", book.basis(line.name))
            sheet.text(at, "Note", ground.note or "")

    # Lists

    def _list_sheet(self, spec: ListSheet) -> None:
        book, rows = self.book, self.model.lists[spec.rows_of]
        columns = []
        for line in spec.columns:
            header = line.label if line.texts else f"{line.label} ({line.unit})"
            width = 330 if line is spec.columns[0] else max(130, min(300, 10 * _longest(line))) if line.texts else 190
            columns.append(SheetColumn(header, width, number=line.texts is None))
        columns += [SheetColumn("Type", 130), SheetColumn("Part of the scenario selected", 220)]
        says = f"The list {spec.rows_of}: {len(rows.rows)} rows. {self._grades(spec)}".strip()
        sheet = TableSheet(book, spec.name, ROLE, spec.title, says, columns)
        rules = [self._column(sheet, line, at, len(rows.rows)) for at, line in enumerate(spec.columns)]
        at = 0
        for rule, same in groupby(rules):  # neighbours share a rule: LibreOffice draws them apart otherwise
            wide = len(list(same))
            if rule:
                sheet.allow(FIRST, at, rule, len(rows.rows), wide)
            at += wide
        numbers = [at for at, line in enumerate(spec.columns) if line.texts is None]
        chosen = all(spec.columns[at].name in book.layout.by_scenario for at in numbers)
        fixed = not any(book.may_change(line.name) for line in spec.columns)
        kind = "Fixed" if fixed else "Link" if chosen else "Input"
        for row in range(len(rows.rows)):
            sheet.text(FIRST + row, len(columns) - 2, kind)
            self._part(sheet, [spec.columns[at] for at in numbers], numbers, row)
        sheet.finish(FIRST + len(rows.rows) - 1)

    def _part(self, sheet: TableSheet, lines: list[Line], columns: list[int], row: int) -> None:
        """Whether a row has a part in the scenario selected: not all its figures are 0 that others use."""
        book = self.book
        in_each = [any((run.cells(line.name)[row] != 0).any() for line in lines) for run in book.runs]
        if all(in_each) or not any(in_each):
            sheet.text(FIRST + row, "Part of the scenario selected", "Yes")
            return
        figures = [pair(cell(FIRST + row, at), "<>", 0) for at in columns]
        which = figures[0] if len(figures) == 1 else call("OR", *figures)
        sheet.formula(FIRST + row, "Part of the scenario selected", call("IF", which, "Yes", "No"), role="text")

    def _column(self, sheet: TableSheet, line: Line, at: int, rows: int) -> dict[str, Any]:
        """Write a column of a list, and return the rule of its cells: none for a text that is only a label."""
        if line.texts:
            is_read = bool(self.book.readers(line))
            for row, text in enumerate(line.texts):
                sheet.text(FIRST + row, at, text, "input_text" if is_read else "text")
            if any(_looks_like_number(text) for text in line.texts):
                sheet.numbers_as_text(FIRST, FIRST + rows - 1, at)
            return self.rules.of_texts(line) if is_read else {}
        number, differs = self.book.number_format(line, is_input=True), line.name in self.book.layout.by_scenario
        may_change = self.book.may_change(line.name)
        for row, value in enumerate(self.book.results.cells(line.name)[:, 0]):
            if differs:
                sheet.formula(FIRST + row, at, live_cell(self.book, line, row, 0), number)
            else:
                sheet.number(FIRST + row, at, value, number, "input" if may_change else "fixed")
        return self.rules.of(line) if may_change and not differs else {}

    def _grades(self, spec: ListSheet) -> str:
        """The grade of each column of figures, in words; the sheet of grades has those that scenarios differ in."""
        if any(line.name in self.book.graded for line in spec.columns):
            return f"Grades differ by scenario: see the sheet {GRADES}."
        grounds = [(line, self.book.ground(line.name)) for line in spec.columns]
        graded = {ground.grade for _, ground in grounds if ground and ground.grade}
        if len(graded) == 1:
            return f"Grade: {graded.pop()}."
        return " ".join(f"{line.label}: {ground.grade}." for line, ground in grounds if ground and ground.grade)

    # The pay scale

    def _pay_scale(self) -> None:
        """The whole pay scale of each year that a scenario uses, with the status of each point."""
        pay, place = self.model.pay, self.book.layout.pay
        if pay is None or place is None:
            return
        columns = [
            SheetColumn("Pay point", 300),
            SheetColumn("Year starting 1 April", 110, number=True),
            SheetColumn("Band", 90),
            SheetColumn("From years of experience", 130, number=True),
            SheetColumn("Before years of experience", 130, number=True),
            SheetColumn("Pay (£ per WTE)", 130, number=True),
            SheetColumn("Type", 110),
            SheetColumn("Status", 290),
        ]
        scales = [self.book.costing.files.evidence.pay.get(name, {}) for name in pay.scales]
        titles = [next((year.title for year in scale.values()), pay.name) for scale in scales]
        title = "; ".join(titles)
        says = "Full-time pay a year of every band, in each year that a scenario uses."
        legend = "99 years of experience: the last step of a band has no end. Pay is evidence, and changed with it."
        sheet = TableSheet(self.book, PAY_SCALE, ROLE, f"Pay scale: {title}", says, columns, legend=legend)
        for row, point in enumerate(pay.points, start=place.first):
            step = f"from {point.from_years:g} years" if point.from_years else "starting pay"
            sheet.text(row, 0, f"Band {point.band}, {Year(point.year)}, {step}")
            sheet.number(row, place.year, point.year, "0", "fixed")
            sheet.text(row, place.band, point.band)
            sheet.number(row, place.from_years, point.from_years, "0", "fixed")
            sheet.number(row, place.before_years, point.before_years, "0", "fixed")
            sheet.number(row, place.pay, point.pay, "#,##0", "fixed")
            sheet.text(row, "Type", "Fixed")
            sheet.text(row, "Status", _STATUS.get(point.status, point.status))
        sheet.numbers_as_text(place.first, place.last, place.band)
        sheet.finish(place.last)


def live_cell(book: Book, line: Line, row: int, year: int) -> Expression:
    """What shows a cell of an input that scenarios change: a link to its live value among theirs.

    Years run across here and down there, so that a year's place picks it.
    """
    first = book.layout.by_scenario[line.name]
    if not line.shape.by_year:
        return cell(first + row, CONSTANT, VALUES, held="row column")
    top = first + row * book.years
    axis = book.layout.places["year"]
    now = cell(axis.row, axis.first_year + year, TIMELINE, held="row")
    start = cell(axis.row, axis.first_year, TIMELINE, held="row column")
    values = cells((top, CONSTANT), (top + book.years - 1, CONSTANT), VALUES, held="row column")
    return call("INDEX", values, pair(pair(now, "-", start), "+", 1))


def total_of_years(book: Book, sheet: TableSheet, line: Line, at: int, number: str) -> None:
    """The sum of a row's years, after them."""
    most = [end * book.years for end in book.extremes(line.name)]
    sheet.make_room(at, book.total, most, number)
    sheet.formula(at, book.total, call("SUM", cells((at, FIRST_YEAR), (at, book.total - 1))), number)


def fixed_columns(
    book: Book,
    constant: str = "Constant or opening value",
    years_shown: int | None = None,
    label: int = 360,
    id_: int = 270,
    unit: int = 220,
) -> list[SheetColumn]:
    """The columns that every sheet with years begins with: label, id, unit, constant, and each year of the axis.

    Args:
        years_shown: how many of the years stand there, from the first: so the same year has the same column everywhere.
        label: the pixels of the label at the most; and so of the id and the unit.
    """
    years = [SheetColumn(year, 80, number=True) for year in book.year_headers()[:years_shown]]
    return [
        SheetColumn("Label", label),
        SheetColumn("Id", id_),
        SheetColumn("Unit", unit),
        SheetColumn(constant, 120, number=True),
        *years,
    ]


def identify(book: Book, sheet: TableSheet, line: Line, row: int, at: int) -> None:
    """A row's label, id and unit."""
    sheet.text(at, LABEL, book.row_label(line, row))
    sheet.text(at, ID, book.row_name(line, row))
    sheet.text(at, UNIT, str(line.unit))


def _longest(line: Line) -> int:
    return max(map(len, line.texts or ()), default=0)


def _looks_like_number(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").isdigit()
