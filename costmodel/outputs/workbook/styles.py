"""The cell styles of a workbook, by role: sans serif 12 point, contrast over 4.5:1, colour never the only sign."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

_FONT = {"font_name": "Arial", "font_size": 12, "valign": "top"}
_ROLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#12436D"},
    "says": {"text_wrap": False, "font_color": "#3D3D3D"},
    "text": {"text_wrap": True},
    "link": {"font_color": "#12436D", "underline": 1, "text_wrap": True},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D", "text_wrap": True, "border": 1},
    "number_header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#12436D",
        "align": "right",
        "border": 1,
        "text_wrap": True,
    },
    "input": {"font_color": "#12436D", "bg_color": "#FFF7E0", "border": 1, "border_color": "#8A8A8A", "locked": False},
    "input_text": {
        "font_color": "#12436D",
        "text_wrap": True,
        "bg_color": "#FFF7E0",
        "border": 1,
        "border_color": "#8A8A8A",
    },
    "calculation": {},
    "output": {"bold": True},
    "check": {"bold": True, "font_color": "#801650"},
}


class Styles:
    """Formats made once for each role and number format."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def of(self, role: str, number: str = "") -> Format:
        """The format of a role, with a number format where the cell holds a number."""
        key = (role, number)
        if key not in self._made:
            look = {**_FONT, **_ROLES[role]}
            if number:
                look["num_format"] = number
            self._made[key] = self._book.add_format(look)
        return self._made[key]
