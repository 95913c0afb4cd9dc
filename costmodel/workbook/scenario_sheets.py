"""Sheets of what differs between scenarios, side by side: what they are, their values, and the grades of results."""

from __future__ import annotations

from itertools import groupby

from costmodel.model.line import Line
from costmodel.workbook.book import NOT_APPLICABLE, Book
from costmodel.workbook.layout import (
    CONSTANT,
    FIRST,
    FIRST_SCENARIO,
    GRADES,
    ID,
    LABEL,
    SCENARIOS,
    SOURCES,
    UNIT,
    VALUES,
)
from costmodel.workbook.sheet import SheetColumn, TableSheet
from costmodel.workbook.validation import Rules

ROLE = "Inputs"
_ABOVE = "Select a scenario on the cover"


class Scenarios:
    """Writes the sheets that hold what differs between scenarios, and selects among it."""

    def __init__(self, book: Book) -> None:
        self.book, self.model, self.rules = book, book.model, Rules(book)

    # What the scenarios are

    def add_list(self) -> None:
        """A row a scenario: its id, number, title and reason."""
        columns = [
            SheetColumn("Scenario", 250),
            SheetColumn("Number", 100, number=True),
            SheetColumn("Title", 360),
            SheetColumn("Reason", 520),
            SheetColumn("Starts from", 200),
            SheetColumn("Type", 85),
        ]
        says = "The scenarios of this proposal. The selector on the cover takes one of them."
        sheet = TableSheet(self.book, SCENARIOS, ROLE, SCENARIOS, says, columns)
        for at, scenario in enumerate(self.book.costing.scenarios, start=FIRST):
            heading = self.book.costing.case(scenario).heading
            sheet.text(at, 0, scenario, "strong")
            sheet.number(at, 1, at - FIRST + 1, "0", "fixed")
            sheet.text(at, "Title", heading.title)
            sheet.text(at, "Reason", heading.reason)
            sheet.text(at, "Starts from", heading.from_ or ("base" if scenario != "base" else NOT_APPLICABLE))
            sheet.text(at, "Type", "Fixed")
        sheet.finish(FIRST + len(self.book.costing.scenarios) - 1)

    # Values

    def add_values(self) -> None:
        """A row for each cell of an input that scenarios change, a column a scenario, and the one that is live."""
        book, lines = self.book, self.model.lines
        columns = [
            SheetColumn("Label", 300),
            SheetColumn("Id", 300),
            SheetColumn("Unit", 170),
            SheetColumn("Live value", 120, number=True),
            *(SheetColumn(scenario, 120, number=True) for scenario in headings(book)),
            SheetColumn("Type", 105, new_page=True),
            SheetColumn("Low", 80, number=True),
            SheetColumn("High", 80, number=True),
            SheetColumn("Grade", 110),
            SheetColumn("Source", 310),
            SheetColumn("Where in the source, or reason", 400, new_page=True),
            SheetColumn("Note", 300),
            *link_columns(
                "Used by", max((len(book.used_by(lines[name])) for name in book.layout.by_scenario), default=0)
            ),
        ]
        says = f"Every value that differs between scenarios, side by side. {_ABOVE}: its column is then live."
        sheet = TableSheet(book, VALUES, ROLE, VALUES, says, columns)
        last = FIRST
        if not book.layout.by_scenario:
            sheet.text(FIRST, LABEL, "Every value is the same in every scenario")
            sheet.text(FIRST, UNIT, NOT_APPLICABLE)
            sheet.text(FIRST, "Type", "Heading")
        for name, row in book.layout.by_scenario.items():
            last = self._input(sheet, self.model.lines[name], row)
        sheet.finish(last)

    def _input(self, sheet: TableSheet, line: Line, first: int) -> int:
        """The rows of an input: one for each row of its list, and each year; returns the last."""
        book, number = self.book, self.book.number_format(line, is_input=True)
        may_change = book.may_change(line.name)
        role, kind = ("input", "Choice" if line.switch else "Input") if may_change else ("fixed", "Fixed")
        rules = [self.rules.of(line, at) if may_change else {} for at in range(len(book.runs))]
        cells = [run.cells(line.name) for run in book.runs]
        years = book.years if line.shape.by_year else 1
        at = first
        for row in range(self.model.rows_of(line)):
            for year in range(years):
                sheet.text(at, LABEL, book.cell_label(line, row, year))
                sheet.text(at, ID, book.cell_id(line, row, year))
                sheet.text(at, UNIT, str(line.unit))
                values = [float(found[row, year]) for found in cells]
                for place, value in enumerate(values):
                    sheet.number(at, FIRST_SCENARIO + place, value, number, role)
                sheet.formula(at, CONSTANT, book.chosen(VALUES, at, VALUES), number)
                sheet.text(at, "Type", kind)
                links(sheet, at, "Used by", used_by(book, line), linked=at == first)
                self._basis(sheet, line, at, above="" if at == first else book.cell_id(line, 0, 0))
                at += 1
        place = FIRST_SCENARIO
        for rule, same in groupby(rules):
            wide = len(list(same))
            if rule:
                sheet.allow(first, place, rule, at - first, wide)
            place += wide
        if line.shape == ("", False):
            book.name_input(line)
        return at - 1

    def _basis(self, sheet: TableSheet, line: Line, at: int, above: str) -> None:
        """What an input's values rest on, scenario by scenario where that differs; said once for all its cells."""
        book = self.book
        grounds = book.grounds_of(line.name)
        for column, ends in (
            ("Low", {ground.low for _, ground in grounds}),
            ("High", {ground.high for _, ground in grounds}),
        ):
            end = next(iter(ends))
            if len(ends) == 1 and end is not None:
                sheet.number(at, column, end, book.number_format(line, is_input=True), "fixed")
        sheet.grade(at, line.name)
        sources = list(dict.fromkeys(ground.source for _, ground in grounds if ground.source))
        if len(sources) == 1:
            source(book, sheet, sources[0], at)
        else:
            sheet.text(at, "Source", ", ".join(sources))
        notes = "\n".join(dict.fromkeys(ground.note for _, ground in grounds if ground.note))
        sheet.text(at, "Where in the source, or reason", f"As for {above}" if above else book.basis(line.name))
        sheet.text(at, "Note", f"As for {above}" if above and notes else notes)

    # Grades

    def add_grades(self) -> None:
        """The grade of each line, and what sets it, where scenarios differ in that."""
        book, names = self.book, list(self.book.graded)
        columns = [
            SheetColumn("Line", 280),
            SheetColumn("What it is", 250),
            *(SheetColumn(f"{heading}: grade", 100) for heading in headings(book)),
            *(
                SheetColumn(f"{heading}: set by", 150, new_page=place == 0)
                for place, heading in enumerate(headings(book))
            ),
            SheetColumn("Type", 85),
        ]
        says = "How far each line can be relied on in each scenario, where scenarios differ in that; and what sets it."
        sheet = TableSheet(book, GRADES, ROLE, GRADES, says, columns)
        for name, at in book.graded.items():
            line = self.model.lines[name]
            sheet.text(at, 0, name)
            sheet.text(at, 1, book.row_label(line) if not line.shape.rows else line.label)
            for place, run in enumerate(book.runs):
                grading = run.grading[name]
                sheet.text(at, 2 + place, grading.grade or NOT_APPLICABLE)
                sheet.text(at, 2 + len(book.runs) + place, grading.set_by if grading.grade else NOT_APPLICABLE)
            sheet.text(at, "Type", "Fixed")
        if not names:
            sheet.text(FIRST, 0, "Every line has the same grade in every scenario")
            sheet.text(FIRST, "Type", "Fixed")
        sheet.finish(FIRST + max(len(names), 1) - 1)


def headings(book: Book) -> list[str]:
    """The header of each scenario's column: its id, unless another column has that name."""
    taken = {"label", "id", "unit", "live value", "type", "used by", "low", "high", "grade", "source", "note"}
    return [f"Scenario {name}" if name.lower() in taken else name for name in book.costing.scenarios]


_MOST_LINKS = 4
"""Links that a row has room for; what is more is named in words."""


def link_columns(header: str, most: int) -> list[SheetColumn]:
    """Columns of links, as many as a row has at most; and one for what is more."""
    count = max(1, min(most, _MOST_LINKS))
    headers = [header if not place else f"{header} ({place + 1})" for place in range(count)]
    columns = [SheetColumn(name, 400, on_screen=True) for name in headers]
    return [*columns, *([SheetColumn(f"Also {header.lower()}", 600, on_screen=True)] if most > _MOST_LINKS else [])]


def links(sheet: TableSheet, at: int, header: str, found: list[tuple[str, str, str]], *, linked: bool) -> None:
    """Names under such columns, each with a link to its cell; no links where a row is one of many alike."""
    for place, (name, there, cell) in enumerate(found[:_MOST_LINKS]):
        column = header if not place else f"{header} ({place + 1})"
        if linked:
            sheet.link(at, column, there, cell, name)
        else:
            sheet.text(at, column, name)
    if found[_MOST_LINKS:]:
        sheet.text(at, f"Also {header.lower()}", ", ".join(name for name, _, _ in found[_MOST_LINKS:]))


def used_by(book: Book, line: Line) -> list[tuple[str, str, str]]:
    """The lines that read an input, each once, with the sheet and address of the first that does."""
    found: dict[str, tuple[str, str, str]] = {}
    for reader in book.readers(line):
        found.setdefault(reader.step_of or reader.name, (reader.step_of or reader.name, *book.cell_of(reader.name)))
    return list(found.values())


def source(book: Book, sheet: TableSheet, name: str | None, at: int) -> None:
    """A source's id, with a link to its row on the sheet of sources."""
    if name in book.sources:
        row = FIRST + list(book.sources).index(name) + 1
        sheet.link(at, "Source", SOURCES, f"A{row}", name)
