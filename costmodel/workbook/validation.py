"""What may be typed into an input: its declared range warns, and what cannot be stops."""

from __future__ import annotations

from typing import Any

from costmodel.language.tree import Pay
from costmodel.language.units import Unit
from costmodel.model.line import Line
from costmodel.workbook.book import Book

_MOST = 1e15


class Rules:
    """The rule of each input's cells."""

    def __init__(self, book: Book) -> None:
        self.book, self.pay = book, book.model.pay
        looks = [node for line in book.model.lines.values() if line.formula for node in line.formula.walk()]
        found = [node for node in looks if isinstance(node, Pay)]
        self._years = {node.year for node in found}
        self._experience = {node.experience for node in found}
        self._bands = {node.column for node in found}

    def of(self, line: Line, scenario: int = 0) -> dict[str, Any]:
        """The rule of a line of numbers, in base or the scenario at another place."""
        held = self.book.costing.assumptions.get(line.name)
        ground = held.grounds[scenario] if held else None
        if line.unit.is_flag:
            return _one_of(["0", "1"], "This is 1 for yes or 0 for no.")
        if self.pay and line.name in self._years:
            years = sorted({point.year for point in self.pay.points})
            return _one_of([str(year) for year in years], "This is a year that stands on the sheet Pay scale.")
        if self.pay and line.name in self._experience:
            most = max(point.before_years for point in self.pay.points)
            return _between(0, most - 1, "These are years of experience, 0 or more.")
        if ground and ground.low is not None and ground.high is not None and ground.low < ground.high:
            low, high = shown_in_words(ground.low, line.unit), shown_in_words(ground.high, line.unit)
            message = f"The declared range is {low} to {high}. Keep a value outside it only with a reason."
            return {
                **_between(ground.low, ground.high, message),
                "error_type": "warning",
                "error_title": "Outside its range",
            }
        if line.unit.is_share:
            return _between(0, 1, "A share lies between 0% and 100%.")
        if line.unit.is_year:
            return _between(1900, 2300, "This is a year, written as the year in which it starts.")
        if line.unit.counts_things:
            return _between(0, _MOST, "This is a number of 0 or more.")
        return _between(-_MOST, _MOST, "This is a number.")

    def of_texts(self, line: Line) -> dict[str, Any]:
        """The rule of a column of text that formulas read: one of the bands, or of the texts that stand in it."""
        texts = list(line.texts or ())
        if self.pay and line.name in self._bands:
            texts = [*(point.band for point in self.pay.points), *texts]
        texts = list(dict.fromkeys(texts))
        if len(",".join(texts)) <= 255 and not any(not text or set(text) & {",", '"'} for text in texts):
            return _one_of(texts, "Choose one of the list.")
        message = "This is a text of at most 250 letters."
        return {
            "validate": "length",
            "criteria": "<=",
            "value": 250,
            "error_message": message,
            "error_title": "Too long",
        }


def _between(low: float, high: float, message: str) -> dict[str, Any]:
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Not a value for this cell",
        "error_message": message[:255],
        "ignore_blank": False,
    }


def _one_of(texts: list[str], message: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": texts,
        "error_title": "Not a value for this cell",
        "error_message": message,
        "ignore_blank": False,
    }


def shown_in_words(value: float, unit: Unit) -> str:
    """A figure as a person writes it, with all its decimals."""
    if unit.is_year:
        return f"{value:.0f}"
    text = f"{value * 100:.10g}%" if unit.is_percent else f"{value:,.10g}"
    return f"£{text}" if unit.is_money else text
