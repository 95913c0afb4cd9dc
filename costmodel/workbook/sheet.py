"""A sheet with one table: words above it in column A, columns and rows as large as their text, print set-up."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import ceil
from typing import Any, NamedTuple

from costmodel.assumptions.texts import cut
from costmodel.model.line import Line
from costmodel.spreadsheets.building import call, cell, cells, pair
from costmodel.spreadsheets.expressions import Area, Expression, as_text
from costmodel.spreadsheets.package import Value
from costmodel.workbook.book import NOT_APPLICABLE, Book
from costmodel.workbook.differing import Each, as_one, every, of_each
from costmodel.workbook.layout import FIRST, GRADES, HEADER, NOTES, SOURCES
from costmodel.workbook.measure import figure_width, height_of, lines_of, room_of, text_width, width_of
from costmodel.workbook.reading_back import OPENING
from costmodel.workbook.styles import is_bold

_SMALLEST, _LARGEST = 42, 90
"""Print is never smaller than this percentage of full size, by which 12 points become 5; nor larger than this."""
TAB = {"Inputs": "#F46A25", "Calculations": "#12436D", "Outputs": "#28A197", "Checks": "#801650"}
LEGEND = "[z] not applicable."


class _Paper(NamedTuple):
    """What goes on a page at full size between its margins: pixels across, and points down."""

    width: int
    height: int


_PAPER = 8
"""A3, which a row with a column a year needs."""
_ON_ITS_SIDE, _UPRIGHT = _Paper(1510, 765), _Paper(1045, 1118)


class SheetColumn(NamedTuple):
    """A column of a table: its header, its width in pixels, and whether it holds numbers."""

    header: str
    width: int
    number: bool = False
    new_page: bool = False
    """Whether a printed page may start here, with the first column repeated."""
    on_screen: bool = False
    """Whether it only leads elsewhere: such columns stand last, and are not printed."""
    to_fill: bool = False
    """Whether people will write in it, so that it keeps its width whatever stands in it now."""


class TableSheet:
    """Adds a sheet to a book, and writes its cells; call :meth:`finish` when every row is written."""

    def __init__(
        self,
        book: Book,
        name: str,
        role: str,
        title: str,
        says: str,
        columns: list[SheetColumn],
        *,
        legend: str = LEGEND,
        described: bool = True,
        protected: bool = True,
    ) -> None:
        self.book, self.name, self.columns = book, name, _unique(columns)
        self.column = {column.header: at for at, column in enumerate(self.columns)}
        self.raw = book.file.add_worksheet(name)
        self._protected = protected
        self._lines: dict[int, int] = {HEADER: 1}
        self._needed: dict[int, int] = {}
        self._written: set[tuple[int, int]] = set()
        self._meant_as_text: list[str] = []
        self._above = [title, f"{says} This sheet has 1 table.", _where_else(name, legend)]
        if described:
            book.described.append((name, role, says))
        if role in TAB:
            self.raw.set_tab_color(TAB[role])
        for row, (text, style) in enumerate(zip(self._above, ("title", "says", "says"), strict=True)):
            self.raw.write_string(row, 0, text, book.styles.of(style))
        self.raw.set_default_row(height_of(1))
        self.raw.set_row(0, 24)
        master_line(book, self.raw)

    # Cells

    def text(self, row: int, column: int | str, text: str | tuple[str, ...], role: str = "text") -> None:
        """Write a text, or one for each scenario, which is never taken for a formula; nothing where there is none."""
        if text:
            at = self._at(column)
            each = as_one(tuple(map(cut, text))) if isinstance(text, tuple) else cut(text)
            self.make_room(row, at, every(each), role=role)
            shown = self.book.shown(self.name, row, at, each, is_text=True)
            self.raw.write_string(row, at, shown, self.book.styles.of(role))
            self.book.holds(self.name, row, at, each)

    def number(self, row: int, column: int | str, value: float, number: str, role: str) -> None:
        """Write a number."""
        at = self._figure(row, column, value, number)
        self.raw.write_number(row, at, value, self.book.styles.of(role, number))
        self.book.holds(self.name, row, at, float(value))

    def formula(
        self, row: int, column: int | str, expression: Expression, number: str = "", role: str = "calculation"
    ) -> None:
        """Write a live formula, with what it comes to over the cells that it reads."""
        each = self.book.worked_out(expression, self.name)
        if role == "check":
            each = of_each(_flag, each)
        self._live(row, self._at(column), as_text(expression), each, number, role)

    def figure_of(self, line: Line, row: int, year: int | None, number: str, role: str = "calculation") -> None:
        """Write the formula of a line's cell where it stands, proven, with the engine's value.

        Args:
            row: the place in the line's list, from 0.
            year: the place of the year, from 0; None for a line of one value, ``OPENING`` for an opening value.
        """
        place = self.book.layout.rows[line.name]
        at = place.constant if year in (None, OPENING) else place.first_year + (year or 0)
        text, each = self.book.plan.formula(line, row, year), self.book.engine_value(line, row, year)
        self._live(place.row + row, at, text, each, number, role)

    def _live(self, row: int, column: int, text: str, each: Each, number: str, role: str) -> None:
        self.make_room(row, column, every(each), number, role)
        shown = self.book.shown(self.name, row, column, each)
        self.raw.write_formula(row, column, text, self.book.styles.of(role, number), shown)
        self.book.holds(self.name, row, column, each)

    def make_room(
        self, row: int, column: int | str, shown: Iterable[Value], number: str = "", role: str = "text"
    ) -> None:
        """Give a cell room for all that it may show."""
        figures = []
        for value in dict.fromkeys(shown):
            if isinstance(value, str):
                self._note(row, column, value, role)
            else:
                figures.append(value)
        for end in {min(figures), max(figures)} if figures else ():  # none between takes more room than both of these
            self._figure(row, column, end, number)

    def link(self, row: int, column: int | str, sheet: str, cell: str, text: str) -> None:
        """Write a short text that leads to a cell: LibreOffice does not wrap the text of a link."""
        at = self._note(row, column, text, "link")
        self.raw.write_url(row, at, f"internal:'{sheet}'!{cell}", self.book.styles.of("link"), text)
        self.book.holds(self.name, row, at, text)

    def allow(self, row: int, column: int | str, rule: dict[str, Any], rows: int = 1, columns: int = 1) -> None:
        """Say what may be typed into cells."""
        at = self._at(column)
        self.raw.data_validation(row, at, row + rows - 1, at + columns - 1, rule)

    def grade(self, row: int, name: str, columns: tuple[str, ...] = ("Grade",)) -> None:
        """A line's grade, and what sets it where that column is named too: live where scenarios differ in it."""
        book = self.book
        grading = book.runs[0].grading[name]
        texts = (grading.grade or NOT_APPLICABLE, grading.set_by if grading.grade else NOT_APPLICABLE)
        for place, (column, text) in enumerate(zip(columns, texts, strict=False)):
            if name in book.graded:
                first = 2 + place * len(book.runs)
                self.formula(row, column, book.chosen(GRADES, book.graded[name], self.name, first), role="text")
            else:
                self.text(row, column, text)

    def cell(self, row: int, column: str) -> Area:
        """A cell of this sheet, as its formulas refer to it."""
        return cell(row, self.column[column])

    def numbers_as_text(self, first: int, last: int, column: int) -> None:
        """Say that texts such as band 7 are meant, so that Excel puts no warning mark on them."""
        self._meant_as_text.append(as_text(cells((first, column), (last, column))))

    def _at(self, column: int | str) -> int:
        return column if isinstance(column, int) else self.column[column]

    def _note(self, row: int, column: int | str, text: str, role: str) -> int:
        at = self._at(column)
        self._written.add((row, at))
        needed, lines = room_of(text, self.columns[at].width, bold=is_bold(role))
        self._needed[at] = max(needed, self._needed.get(at, 0))
        self._lines[row] = max(lines, self._lines.get(row, 1))
        return at

    def _figure(self, row: int, column: int | str, value: float, number: str) -> int:
        at = self._at(column)
        self._written.add((row, at))
        self._needed[at] = max(figure_width(value, number), self._needed.get(at, 0))
        return at

    # The table as a whole

    def finish(self, last: int, *, break_at: int | None = None) -> None:
        """Mark up the rows from the header down to the last as a table, and set up widths, heights and print.

        Args:
            break_at: the row at which a second page starts, where one does not hold all.
        """
        styles, widths = self.book.styles, self._widths()
        columns = []
        for at, column in enumerate(self.columns):
            lines = lines_of(column.header, widths[at], bold=True)
            self._lines[HEADER] = max(lines, self._lines[HEADER])
            look = styles.of("number_header" if column.number else "header")
            columns.append({"header": column.header, "header_format": look})
            for row in range(FIRST, last + 1):
                if (row, at) not in self._written:
                    self.raw.write_string(
                        row, at, NOT_APPLICABLE, styles.of("quiet_number" if column.number else "quiet")
                    )
                    self.book.holds(self.name, row, at, NOT_APPLICABLE)
        look = {"name": self.book.table_name(self.name), "columns": columns, "autofilter": False, "style": None}
        self.raw.add_table(HEADER, 0, last, len(columns) - 1, look)
        for row in range(HEADER, last + 1):
            if self._lines.get(row, 1) > 1:
                self.raw.set_row(row, height_of(self._lines[row]))
        if self._meant_as_text:
            self.raw.ignore_errors({"number_stored_as_text": " ".join(self._meant_as_text)})
        for at, width in enumerate(widths):
            self.raw.set_column_pixels(at, at, width)
        self._print(widths, last, break_at)
        if self._protected:
            self.raw.protect("", {"format_cells": False, "format_columns": True, "format_rows": True})

    def _widths(self) -> list[int]:
        """Widths that cut no figure off and waste none on short texts, with room for the words above the table."""
        widths: list[int] = []
        for at, column in enumerate(self.columns):
            needed = self._needed.get(at, 0)
            if column.number:
                widths.append(max(column.width, needed))
            elif column.to_fill:
                widths.append(column.width)
            else:
                header = max(text_width(word, bold=True) for word in column.header.split())
                widths.append(min(column.width, max(needed, header)))
        if not any(column.new_page for column in self.columns):
            above = max(width_of(text) for text in self._above[1:])
            widths[-1] += max(0, int(above) - sum(widths))
        return widths

    def _print(self, widths: list[int], last: int, break_at: int | None) -> None:
        """A3, on as few pages as it goes, and on those as large as it goes.

        Where columns go on to a second page, the first column comes with them.
        """
        page_set_up(self.book, self.raw)
        self.raw.repeat_rows(HEADER)
        widths = widths[: 1 + max(at for at, column in enumerate(self.columns) if not column.on_screen)]
        self.raw.print_area(0, 0, last, len(widths) - 1)
        columns, height, header = self.columns[: len(widths)], self._height(last), height_of(self._lines[HEADER])

        def pages(way: tuple[int, _Paper]) -> tuple[int, int]:
            percent, paper = way
            across = len(_page_starts(columns, widths, 100 * paper.width // percent))
            down = ceil((height - header) / (100 * paper.height / percent - header))
            return across * down, -percent

        percent, paper = min(product(range(_SMALLEST, _LARGEST + 1), (_ON_ITS_SIDE, _UPRIGHT)), key=pages)
        if paper is _UPRIGHT:
            self.raw.set_portrait()
        starts = _page_starts(columns, widths, 100 * paper.width // percent)
        if len(starts) > 1:
            self.raw.repeat_columns(0)
            self.raw.set_v_pagebreaks(starts[1:])
        if break_at is not None and height * percent > 100 * paper.height:
            self.raw.set_h_pagebreaks([break_at])
        self.raw.set_print_scale(percent)

    def _height(self, last: int) -> float:
        """Points of the sheet down to a row."""
        above = 24 + (HEADER - 1) * height_of(1)
        return above + sum(height_of(self._lines.get(row, 1)) for row in range(HEADER, last + 1))


def page_set_up(book: Book, raw: Any) -> None:
    """What every sheet has: A3 on its side, narrow margins, no gridlines."""
    raw.hide_gridlines(2)
    raw.set_landscape()
    raw.set_paper(_PAPER)
    raw.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def master_line(book: Book, raw: Any) -> None:
    """Whether every check holds, live, in the last line above a table; written once the checks are."""
    holds, fails = "Checks: every check holds.", "Checks: a check does not hold. See the sheet Checks."
    look = book.styles.of("says_check")

    def write() -> None:
        says = call("IF", pair(book.plan.master, "=", 1), holds, fails)
        shown = book.shown(raw.name, HEADER - 1, 0, book.worked_out(says, raw.name))
        raw.write_formula(HEADER - 1, 0, as_text(says), look, shown)

    book.when_checked.append(write)


def _flag(value: Value) -> Value:
    """A check is 1 or 0, or a text where it cannot be told."""
    return value if isinstance(value, str) else int(value)


def _where_else(name: str, legend: str) -> str:
    """The legend, and on which sheets notes and sources are."""
    others = [f"{sheet.lower()} on the sheet {sheet}" for sheet in (NOTES, SOURCES) if sheet != name]
    return f"{legend} See {' and '.join(others)}."


def _page_starts(columns: list[SheetColumn], widths: list[int], room: int) -> list[int]:
    """The first column of each page across, given the pixels of a page: where a page may start, if that is enough."""
    starts, used, may = [0], 0, 0
    for at, (column, width) in enumerate(zip(columns, widths, strict=True)):
        may = at if column.new_page else may
        if at and used + width > room:
            starts.append(may if may > starts[-1] else at)
            used = widths[0] + sum(widths[starts[-1] : at])
        used += width
    return starts


def _unique(columns: list[SheetColumn]) -> list[SheetColumn]:
    """Headers that Excel can tell apart, whatever a proposal calls its columns."""
    found: list[SheetColumn] = []
    taken: set[str] = set()
    for column in columns:
        header, number = column.header[:250], 2
        while header.lower() in taken:
            header, number = f"{column.header[:240]} ({number})", number + 1
        taken.add(header.lower())
        found.append(column._replace(header=header))
    return found
