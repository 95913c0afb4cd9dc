"""How long a text is in a drawing, and how it is made to fit: shortened with an ellipsis, or on a few lines.

Lengths are by the advance widths of Arial, which Helvetica and Liberation Sans share. A page that asks for any sans
serif may get a wider one, so room is judged for that.
"""

from __future__ import annotations

import re
from functools import cache

_REGULAR = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r“”{}",
    355: '"•',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    584: "+<=>~×÷−±",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm½",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl‘’·|",
    333: "!()-:;[]`ft",
    355: "•",
    389: "*r{}",
    474: '"',
    500: "z“”",
    584: "+<=>^~×÷−±",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M½",
    889: "%m",
    944: "W",
    975: "@",
    1000: "—…",
}
"""Letters by their width, in thousandths of the size of the text."""
_ADVANCES = tuple({letter: wide for wide, of in table.items() for letter in of} for table in (_REGULAR, _BOLD))
_OTHER = 556
_IDEOGRAPHS = "⺀"
"""The first letter of scripts whose letters are as wide as they are high."""
_WIDER = (1.15, 1.22)
"""DejaVu Sans, the widest of the usual sans serif fonts, against Arial; and the same in bold."""
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"\S+?[-/](?=\S)|\S+")
"""The pieces of a text between which a line may end: after a space, a hyphen or a stroke."""
ELLIPSIS = "…"


def printable(text: str) -> str:
    """A text without what no XML can hold: control characters and halves of letters are shown as such."""
    return _NO_TEXT.sub("\ufffd", text)


def one_line(text: str) -> str:
    """A printable text on one line, with single spaces."""
    return " ".join(printable(text).split())


def advance(letter: str, *, bold: bool = False) -> int:
    """The width of one letter, in thousandths of the size of the text."""
    return _ADVANCES[bold].get(letter, 1000 if letter >= _IDEOGRAPHS else _OTHER)


def length_in_arial(text: str, size: float, *, bold: bool = False) -> float:
    """The length of a text where its font is known, in what its size is in."""
    return sum(advance(letter, bold=bold) for letter in text) * size / 1000


@cache
def length(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text of a size may take, in the widest of the usual fonts."""
    return length_in_arial(text, size, bold=bold) * _WIDER[bold]


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """As much of a text as its room holds, with an ellipsis where something is left out."""
    if length(text, size, bold=bold) <= room:
        return text
    left = room - length(ELLIPSIS, size, bold=bold)
    kept = 0
    while kept < len(text) and (left := left - length(text[kept], size, bold=bold)) >= 0:
        kept += 1
    return text[:kept].rstrip(" ,;:-") + ELLIPSIS


def wrapped(text: str, room: float, size: float, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """A text on at most so many lines; the last is shortened where it is longer, and so is a word too long for one."""
    lines = [""]
    pieces = list(_BREAKS.finditer(text))
    for piece in pieces:
        spaced = " " if piece.start() and text[piece.start() - 1] == " " and lines[-1] else ""
        longer = f"{lines[-1]}{spaced}{piece[0]}"
        if not lines[-1] or length(longer, size, bold=bold) <= room:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(piece[0])
        else:
            lines[-1] = f"{lines[-1]} {text[piece.start() :]}"
            break
    return tuple(shortened(line, room, size, bold=bold) for line in lines)
