"""Sheets of inputs: values by name and by year, lists, and the pay scale. Only their cells may be changed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from costmodel.model.line import Line
from costmodel.outputs.workbook.book import Book
from costmodel.outputs.workbook.layout import (
    CONSTANT,
    FIRST,
    FIRST_YEAR,
    ID,
    LABEL,
    PAY_SCALE,
    SOURCES,
    TIMELINE,
    UNIT,
    ListSheet,
    YearSheet,
)
from costmodel.outputs.workbook.sheet import LEGEND, Column, TableSheet
from costmodel.outputs.workbook.validation import Rules
from costmodel.years import Year

ROLE = "Inputs"
_STATUS = {"V": "Read in a source", "D": "Derived from what was read", "R": "Recalled, not found in a source"}


class Inputs:
    """Writes the sheets of inputs."""

    def __init__(self, book: Book) -> None:
        self.book, self.model, self.rules = book, book.model, Rules(book)

    def add(self) -> None:
        """Add the sheets with the time axis, then the lists, then the pay scale."""
        for year_sheet in self.book.layout.inputs:
            self._year_sheet(year_sheet)
        for list_sheet in self.book.layout.lists:
            self._list_sheet(list_sheet)
        self._pay_scale()

    # Values by name and by year

    def _year_sheet(self, spec: YearSheet) -> None:
        columns = [*fixed_columns(self.book), Column("Type", 85), Column("Used by", 360)]
        legend = LEGEND
        if any(line.name in self.book.read_as_past for line in spec.lines):
            legend += " The first year reads the opening value as the year before."
        if spec.name == TIMELINE:
            legend += " Type Fixed: set by the proposal, and not to be changed here."
        else:
            columns += [
                Column("Low", 100, number=True, new_page=True),
                Column("High", 100, number=True),
                Column("Grade", 110),
                Column("Source", 310),
                Column("Where in the source, or reason", 260),
                Column("Note", 400),
            ]
        sheet = TableSheet(self.book, spec.name, ROLE, spec.name, spec.says, columns, legend=legend)
        for line in spec.lines:
            self._line(sheet, line)
        sheet.finish(FIRST + sum(self.model.rows_of(line) for line in spec.lines) - 1)

    def _line(self, sheet: TableSheet, line: Line) -> None:
        """The rows of an input."""
        book, place, rows = self.book, self.book.layout.places[line.name], self.model.rows_of(line)
        ground, is_input = book.ground(line.name), line.name in book.costing.assumptions
        cells, number = book.results.cells(line.name), book.number_format(line, is_input=is_input)
        role = "input" if is_input else "fixed"
        for row in range(rows):
            at = place.row + row
            identify(book, sheet, line, row, at)
            if line.shape.by_year:
                if line.name in book.read_as_past:
                    sheet.number(at, CONSTANT, 0, "0", "fixed")
                for year in range(book.years):
                    sheet.number(at, FIRST_YEAR + year, cells[row, year], number, role)
            else:
                sheet.number(at, CONSTANT, cells[row, 0], number, role)
            sheet.text(at, "Type", "Choice" if line.switch else "Input" if is_input else "Fixed")
            self._used_by(sheet, line, at, linked=row == 0)
            if ground is None:
                continue
            for column, bound in (("Low", ground.low), ("High", ground.high)):
                if bound is not None:
                    sheet.number(at, column, bound, number, "fixed")
            sheet.text(at, "Grade", ground.grade or "")
            self._source(sheet, ground.source, at)
            sheet.text(at, "Where in the source, or reason", ground.place or ground.reason or "")
            sheet.text(at, "Note", ground.note or "")
        if is_input:
            first, width = (FIRST_YEAR, book.years) if line.shape.by_year else (CONSTANT, 1)
            sheet.allow(place.row, first, self.rules.of(line), rows, width)
            if not line.shape.by_year and not line.shape.rows:
                book.name_input(line)

    def _used_by(self, sheet: TableSheet, line: Line, at: int, *, linked: bool) -> None:
        """The first line that reads an input, with a link to it, and how many more do."""
        names = self.book.used_by(line)
        if not names:
            return
        text = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        if linked:
            sheet.link(at, "Used by", *self.book.cell_of(self.book.readers(line)[0].name), text)
        else:
            sheet.text(at, "Used by", text)

    def _source(self, sheet: TableSheet, source: str | None, at: int) -> None:
        if source in self.book.sources:
            row = FIRST + list(self.book.sources).index(source) + 1
            sheet.link(at, "Source", SOURCES, f"A{row}", source)

    # Lists

    def _list_sheet(self, spec: ListSheet) -> None:
        book, rows = self.book, self.model.lists[spec.rows_of]
        columns = []
        for line in spec.columns:
            header = line.label if line.texts else f"{line.label} ({line.unit})"
            width = 330 if line is spec.columns[0] else max(130, min(300, 10 * _longest(line))) if line.texts else 190
            columns.append(Column(header, width, number=line.texts is None))
        columns += [Column("Type", 130), Column("Part of this scenario", 220)]
        says = f"The list {spec.rows_of}: {len(rows.rows)} rows. {self._grades(spec)}".strip()
        sheet = TableSheet(book, spec.name, ROLE, spec.title, says, columns)
        rules = [self._column(sheet, line, at, len(rows.rows)) for at, line in enumerate(spec.columns)]
        at = 0
        for rule, same in groupby(rules):  # neighbours share a rule: LibreOffice draws them apart otherwise
            wide = len(list(same))
            if rule:
                sheet.allow(FIRST, at, rule, len(rows.rows), wide)
            at += wide
        for row in range(len(rows.rows)):
            used = book.row_is_used(spec.rows_of, row)
            sheet.text(FIRST + row, len(columns) - 2, "Input")
            sheet.text(FIRST + row, len(columns) - 1, "Yes" if used else "No: only in other scenarios")
        sheet.finish(FIRST + len(rows.rows) - 1)

    def _column(self, sheet: TableSheet, line: Line, at: int, rows: int) -> dict[str, Any]:
        """Write a column of a list, and return the rule of its cells: none for a text that is only a label."""
        if line.texts:
            is_read = bool(self.book.readers(line))
            for row, text in enumerate(line.texts):
                sheet.text(FIRST + row, at, text, "input_text" if is_read else "text")
            if any(_looks_like_number(text) for text in line.texts):
                sheet.numbers_as_text(FIRST, FIRST + rows - 1, at)
            return self.rules.of_texts(line) if is_read else {}
        number = self.book.number_format(line, is_input=True)
        for row, value in enumerate(self.book.results.cells(line.name)[:, 0]):
            sheet.number(FIRST + row, at, value, number, "input")
        return self.rules.of(line)

    def _grades(self, spec: ListSheet) -> str:
        """The grade of each column of figures, in words."""
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
            Column("Pay point", 300),
            Column("Year starting 1 April", 110, number=True),
            Column("Band", 90),
            Column("From years of experience", 130, number=True),
            Column("Before years of experience", 130, number=True),
            Column("Pay (£ per WTE)", 130, number=True),
            Column("Type", 110),
            Column("Status", 290),
        ]
        scale = self.book.costing.files.evidence.pay.get(pay.name, {})
        title = next((year.title for year in scale.values()), pay.name)
        says = "Full-time pay a year of every band, in each year that a scenario uses."
        legend = "99 years of experience: the last step of a band has no end."
        sheet = TableSheet(self.book, PAY_SCALE, ROLE, f"Pay scale: {title}", says, columns, legend=legend)
        for row, point in enumerate(pay.points, start=place.first):
            step = f"from {point.from_years:g} years" if point.from_years else "starting pay"
            sheet.text(row, 0, f"Band {point.band}, {Year(point.year)}, {step}")
            sheet.number(row, place.year, point.year, "0", "fixed")
            sheet.text(row, place.band, point.band)
            sheet.number(row, place.from_years, point.from_years, "0", "fixed")
            sheet.number(row, place.before_years, point.before_years, "0", "fixed")
            sheet.number(row, place.pay, point.pay, "#,##0", "input")
            sheet.text(row, "Type", "Input")
            sheet.text(row, "Status", _STATUS.get(point.status, point.status))
        rule = {"validate": "decimal", "criteria": ">", "value": 0, "error_message": "Pay is above £0."}
        sheet.allow(place.first, place.pay, rule, len(pay.points))
        sheet.numbers_as_text(place.first, place.last, place.band)
        sheet.finish(place.last)


def fixed_columns(book: Book, constant: str = "Constant or opening value") -> list[Column]:
    """The columns that every sheet with years begins with: label, id, unit, constant, and each year."""
    years = [Column(year, 105, number=True) for year in book.year_headers()]
    return [Column("Label", 280), Column("Id", 300), Column("Unit", 170), Column(constant, 120, number=True), *years]


def identify(book: Book, sheet: TableSheet, line: Line, row: int, at: int) -> None:
    """A row's label, id and unit."""
    sheet.text(at, LABEL, book.row_label(line, row))
    sheet.text(at, ID, book.row_name(line, row))
    sheet.text(at, UNIT, line.unit)


def _longest(line: Line) -> int:
    return max(map(len, line.texts or ()), default=0)


def _looks_like_number(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").isdigit()
