"""The cell styles of a workbook, by role: sans serif 12 point, contrast over 4.5:1, colour never the only sign."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""The colours of charts, in the order in which they are used."""
FONT = {"font_name": "Arial", "font_size": 12}

_BLUE, _GREY, _PLUM = PALETTE[0], "#595959", PALETTE[2]
_ROW = {"valign": "top", "bottom": 1, "bottom_color": "#D0D0D0"}
_TEXT = {**_ROW, "text_wrap": True, "align": "left", "indent": 1}
_NUMBER = {**_ROW, "align": "right", "indent": 1}
_CREAM = {"font_color": _BLUE, "bg_color": "#FFF7E0", "border": 1, "border_color": "#8A8A8A"}
_CHANGED_HERE = {**_CREAM, "locked": False}
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "text_wrap": True, "valign": "bottom"}

_ROLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _BLUE},
    "says": {"font_color": "#3D3D3D"},
    "says_check": {"bold": True, "font_color": _PLUM},
    "header": {**_HEADER, "align": "left", "indent": 1},
    "number_header": {**_HEADER, "align": "right", "indent": 1},
    "text": _TEXT,
    "strong": {**_TEXT, "bold": True},
    "quiet": {**_TEXT, "font_color": _GREY},
    "quiet_number": {**_NUMBER, "font_color": _GREY},
    "words_right": {**_TEXT, "align": "right"},
    "link": {**_TEXT, "font_color": _BLUE, "underline": 1},
    "input": {**_NUMBER, **_CHANGED_HERE},
    "input_text": {**_TEXT, **_CHANGED_HERE},
    "input_key": {**_TEXT, **_CREAM},
    "fixed": _NUMBER,
    "calculation": _NUMBER,
    "output": {**_NUMBER, "bold": True},
    "output_text": {**_TEXT, "bold": True},
    "check": {**_NUMBER, "bold": True, "font_color": _PLUM},
    "check_text": {**_TEXT, "bold": True, "font_color": _PLUM},
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
            look = {**FONT, **_ROLES[role]}
            if number:
                look["num_format"] = number
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def is_bold(role: str) -> bool:
    """Whether a role's text is bold, which takes more room."""
    return bool(_ROLES[role].get("bold"))
