"""What a text may hold, checked once where files are read: all of it may come to stand in a cell of a workbook.

Sources: XML 1.0, production 2 (Char); Microsoft, "Excel specifications and limits".
"""

from __future__ import annotations

import re

from costmodel.errors import BadText, Mistakes, Position

LONGEST_TEXT = 32_000
"""Units of UTF-16, as Excel counts: 32,767 fit in a cell, and the workbook puts some in front."""
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML has no place for, and other control characters, which show as nothing. Tabs and ends of lines are text."""
_CALLED = {
    0: "null",
    7: "bell",
    8: "backspace",
    11: "vertical tab",
    12: "form feed",
    13: "carriage return",
    27: "escape",
    127: "delete",
}
_HINT = "Take it out: it shows as nothing, and a workbook that holds it may not open."


def is_text(text: str, name: str, mistakes: Mistakes) -> bool:
    """Whether a file holds only characters that a text may; the first that is none is added, where it stands."""
    unfit = _UNFIT.search(text.replace("\r", "\n"))  # which may end lines
    if unfit is None:
        return True
    at = unfit.start()
    where = Position(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    mistakes.add(BadText(where=where, says=f"{_called(unfit[0])} stands here", hint=_HINT))
    return False


def may_be_unfit(text: str) -> bool:
    """Whether a value in YAML text may hold a character that no text may: one that stands there, or that it spells."""
    return "\\" in text or _UNFIT.search(text) is not None


def check_text(text: str, where: Position, mistakes: Mistakes) -> None:
    """Add what is wrong with one value's text: a character that none may hold, or more than fits in a cell."""
    if unfit := _UNFIT.search(text):
        says = f"{_called(unfit[0])} is character {unfit.start() + 1:,} of this text"
        mistakes.add(BadText(where=where, says=says, hint=_HINT))
    elif len(text) > LONGEST_TEXT // 2 and (units := len(text.encode("utf-16-le")) // 2) > LONGEST_TEXT:
        says = f"this text has {units:,} characters, and {LONGEST_TEXT:,} at most fit in a cell of a workbook"
        mistakes.add(BadText(where=where, says=says, hint="Shorten it."))


def cut(text: str) -> str:
    """The start of a text that was put together from others, as much of it as fits in a cell."""
    if len(text) <= LONGEST_TEXT // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def _called(letter: str) -> str:
    code = ord(letter)
    called = f" ({_CALLED[code]})" if code in _CALLED else ""
    return f"U+{code:04X}, which is no character," if code > 0x9F else f"the control character U+{code:04X}{called}"
