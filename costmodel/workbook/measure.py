"""How much room a text takes, so that no wrapped text is cut off: by the widths of the letters of Arial."""

from __future__ import annotations

import re
from functools import cache

LINE = 15.0
"""Points of a line of 12 point text."""
HIGHEST = 409.0
"""Points of the highest row that Excel allows."""
_PADDING = 24
"""Pixels of a cell that its text leaves free, indent included."""
_EM = 16
"""Pixels of 12 points."""
_SAFE = 1.05
"""Engines round each letter to whole pixels, so lines come out a little longer than the font's own widths."""
_BOLD = 1.08

_CLASSES = {
    222: "ijl'|",
    278: " !,./:;I[\\]ft",
    333: '()-`r"*',
    500: "ckvxyzsJ",
    584: "+<=>~×",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    944: "W%@—",
}
_WIDTHS = {letter: width for width, letters in _CLASSES.items() for letter in letters}
_OTHER = 556
_BREAKS = re.compile(r"[^ /-]*[ /-]+|[^ /-]+$")
"""The pieces of a text between which a line may end: after a space, a hyphen or a stroke."""


@cache
def width_of(text: str, *, bold: bool = False) -> float:
    """Pixels of a text on one line."""
    ems = sum(_WIDTHS.get(letter, _OTHER) for letter in text) / 1000
    return ems * _EM * _SAFE * (_BOLD if bold else 1)


def text_width(text: str, *, bold: bool = False) -> int:
    """Pixels that a column needs for a text on one line."""
    return int(width_of(text, bold=bold) + _PADDING) + 1


@cache
def lines_of(text: str, room: int, *, bold: bool = False) -> int:
    """How many lines a text takes when it is wrapped in a column of so many pixels."""
    room = max(room - _PADDING, _EM)
    count = 0
    for paragraph in text.split("\n"):
        count += 1
        at = 0.0
        for word in _BREAKS.findall(paragraph):
            long = width_of(word.rstrip(" "), bold=bold)
            if at and at + long > room:
                count, at = count + 1, 0.0
            if long > room:  # a word that is too long is broken anywhere
                count += int(long // room)
                long %= room
            at += long + width_of(" " * word.count(" "), bold=bold)
    return count


@cache
def room_of(text: str, room: int, *, bold: bool = False) -> tuple[int, int]:
    """Pixels that a column needs for the longest line of a text, and how many lines it takes in so many pixels."""
    return max(text_width(line, bold=bold) for line in text.split("\n")), lines_of(text, room, bold=bold)


def height_of(lines: int) -> float:
    """Points of a row that holds so many lines, with a little air."""
    return min(lines * LINE + 3, HIGHEST)


def figure_width(value: float, number: str) -> int:
    """Pixels that a column needs for a figure, with room for a figure that grows by a digit."""
    decimals = len(number.partition(".")[2].rstrip("%"))
    text = f"{value:.{decimals + 2}%}" if number.endswith("%") else f"{value:,.{decimals}f}"
    return int(width_of(f"0{text}") + _PADDING)
