"""Native charts of the first table: what makes up its total, and how many are reached, each with alternative text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from costmodel.numbers import in_prose
from costmodel.outputs.tables import Row, parts_of, show_table
from costmodel.outputs.workbook.book import Book
from costmodel.outputs.workbook.layout import CHARTS, FIRST, FIRST_YEAR, HEADER, LABEL, SUMMARY
from costmodel.outputs.workbook.sheet import TAB, master_line, page_set_up
from costmodel.outputs.workbook.styles import FONT, PALETTE

_WIDTH, _HEIGHT = 720, 520
_TEXT = {"name": FONT["font_name"], "size": FONT["font_size"], "color": "#3D3D3D"}
_MOST_LABELS = 12
"""Columns that have room for their figures above them."""


@dataclass(frozen=True, kw_only=True)
class Charted:
    """What a table has to show: the rows that add to its total, and who is reached."""

    total: Row
    parts: tuple[Row, ...]
    outcome: Row | None
    places: dict[str, int]
    """By name, the row of the sheet on which each row of the table stands."""


def charted(book: Book) -> Charted | None:
    """The parts and the outcome of the first table, where it has a total in pounds whose parts are its rows too."""
    if not book.costing.tables:
        return None
    rows = show_table(book.results).rows
    places = {row.name: at for at, row in enumerate(rows, start=FIRST)}
    by_name = {row.name: row for row in rows if row.constant is None}
    for total in reversed([row for row in by_name.values() if row.unit == "£"]):
        formula = book.results.line(total.name).formula
        names = parts_of(formula) if formula is not None else None
        if names and 1 < len(names) <= len(PALETTE) and all(name in by_name for name in names):
            parts = tuple(by_name[name] for name in names)
            if all(value is None or value >= 0 for part in parts for value in part.values):
                after = [row for row in by_name.values() if places[row.name] > places[total.name]]
                outcome = next((row for row in after if "£" not in row.unit), None)
                return Charted(total=total, parts=parts, outcome=outcome, places=places)
    return None


class Charts:
    """Writes the sheet of charts."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self) -> None:
        """Add the charts that the first table has something for."""
        found = charted(self.book)
        if found is None:
            return
        book, sheet = self.book, self.book.file.add_worksheet(CHARTS)
        says = f"{'Cost by part, and what it reaches' if found.outcome else 'Cost by part'}, year by year."
        book.described.append((CHARTS, "Outputs", says))
        sheet.set_tab_color(TAB["Outputs"])
        sheet.write_string(0, 0, "Charts", book.styles.of("title"))
        sheet.set_row(0, 24)
        count = "2 charts" if found.outcome else "1 chart"
        follows = f"Figures are those of the sheet {SUMMARY}, and follow every change.{_warning(found)}"
        for row, text in enumerate((f"{says} This sheet has {count} and no table.", follows), start=1):
            sheet.write_string(row, 0, text, book.styles.of("says"))
        master_line(book, sheet)
        self._insert(sheet, 0, self._costs(found), self._costs_in_words(found))
        if found.outcome:
            chart = self._reached(found.outcome, found.places[found.outcome.name])
            self._insert(sheet, _WIDTH + 20, chart, self._reached_in_words(found.outcome))
        page_set_up(book, sheet)
        sheet.fit_to_pages(1, 1)
        sheet.protect("")

    def _insert(self, sheet: Any, left: int, chart: Any, alternative: str) -> None:
        options = {"x_offset": left, "y_offset": 8, "object_position": 3, "description": alternative}
        sheet.insert_chart(HEADER, 0, chart, options)

    def _costs(self, found: Charted) -> Any:
        chart = self.book.file.add_chart({"type": "column", "subtype": "stacked"})
        for part, colour in zip(found.parts, PALETTE, strict=False):
            chart.add_series(self._series(found.places[part.name], colour))
        unit, number = _scale(max(value or 0.0 for value in found.total.values[: self.book.years]))
        prices = self.book.costing.proposal.prices
        self._look(chart, f"{found.total.label}, by part ({unit}, {prices} prices)", number, legend=True)
        return chart

    def _reached(self, outcome: Row, at: int) -> Any:
        chart = self.book.file.add_chart({"type": "column"})
        series = self._series(at, PALETTE[0])
        if self.book.years <= _MOST_LABELS:
            series["data_labels"] = {"value": True, "font": _TEXT, "num_format": outcome.shown.excel}
        chart.add_series(series)
        self._look(chart, outcome.label, outcome.shown.excel, legend=False)
        return chart

    def _series(self, at: int, colour: str) -> dict[str, Any]:
        """A row of the summary as a series: name, years and figures are all references to its sheet."""
        last = self.book.total - 1
        return {
            "name": [SUMMARY, at, LABEL],
            "categories": [SUMMARY, HEADER, FIRST_YEAR, HEADER, last],
            "values": [SUMMARY, at, FIRST_YEAR, at, last],
            "fill": {"color": colour},
            "border": {"color": "#FFFFFF", "width": 1},
            "gap": 60,
        }

    def _look(self, chart: Any, title: str, number: str, *, legend: bool) -> None:
        chart.set_title({"name": title, "name_font": {**_TEXT, "size": 14, "bold": True}, "overlay": False})
        chart.set_x_axis({"num_font": _TEXT, "line": {"color": "#8A8A8A"}})
        grid = {"visible": True, "line": {"color": "#D0D0D0", "width": 0.75}}
        axis = {"num_font": _TEXT, "num_format": number, "min": 0, "line": {"none": True}}
        chart.set_y_axis({**axis, "major_gridlines": grid})
        chart.set_legend({"position": "bottom", "font": _TEXT} if legend else {"none": True})
        chart.set_size({"width": _WIDTH, "height": _HEIGHT})
        chart.set_chartarea({"border": {"none": True}})

    # Alternative text

    def _costs_in_words(self, found: Charted) -> str:
        parts = "; ".join(part.label for part in found.parts)
        return (
            f"Stacked columns of {found.total.label}, one column a year, made up of: {parts}. {self._ends(found.total)}"
        )

    def _reached_in_words(self, outcome: Row) -> str:
        return f"Columns of {outcome.label}, one a year. {self._ends(outcome)}"

    def _ends(self, row: Row) -> str:
        """The first and last figures when the workbook was made."""
        years, money = self.book.year_headers(), row.unit == "£"
        first, last = (row.values[at] or 0.0 for at in (0, self.book.years - 1))
        texts = [in_prose(value) if money else row.shown.text(value) for value in (first, last)]
        return f"When made: {texts[0]} in {years[0]} and {texts[1]} in {years[-1]}."


def _scale(most: float) -> tuple[str, str]:
    """The unit of an axis of money, and its number format, for figures up to so much."""
    for size, unit, commas in ((1e9, "£ billion", ",,,"), (1e6, "£ million", ",,"), (1e3, "£ thousand", ",")):
        if most >= size:
            return unit, f"#,##0{'.0' if most < 10 * size else ''}{commas}"
    return "£", "#,##0"


def _warning(found: Charted) -> str:
    """Says in words that figures rest on illustrative values, where any does."""
    rows = [found.total, *([found.outcome] if found.outcome else [])]
    return " Some rest on illustrative values: see Grade." if any(row.grade == "illustrative" for row in rows) else ""
