"""A drawing as an enhanced metafile (EMF), which Word and LibreOffice draw as lines and text at any size.

The format is that of [MS-EMF]: records of a kind, a size and whole numbers. Only polygons, lines and text are used.
Text is set in Arial, letter by letter, so that it is as long as the drawing says wherever it is opened.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from costmodel.pages.drawing import PAPER, Caption, Figure, Mark, Patch, Places, Stroke, box
from costmodel.pages.letters import advance, printable

_FINE = 20
"""Units of a metafile in one pixel of a drawing."""
_INCH = 96
"""Pixels of a drawing in an inch."""
_DEVICE = (1920, 1080)
"""Pixels of the screen that the metafile is said to be made for."""
_HEADER, _POLYGON, _POLYLINE, _WINDOW, _VIEW, _END = 1, 3, 4, 9, 11, 14
_MAP_MODE, _BACKGROUND, _ALIGN, _TEXT_COLOUR = 17, 18, 22, 24
_SELECT, _PEN, _BRUSH, _FONT, _TEXT = 37, 38, 39, 82, 84
_ANISOTROPIC, _TRANSPARENT, _BASE_LINE = 8, 1, 24
_NO_PEN = 0x80000008
_BOLD, _REGULAR = 700, 400
_TYPEFACE = "Arial"
_TEXT_STARTS = 76
"""Bytes of a record of text before the text itself."""


@dataclass(frozen=True)
class _Tool:
    """A pen, a brush or a font: its kind of record and what the record holds after the number of the tool."""

    kind: int
    content: bytes


def metafile(figure: Figure) -> bytes:
    """The drawing as the content of an .emf file: the same bytes for the same drawing."""
    tools: dict[_Tool, int] = {}
    marks: tuple[Mark, ...] = (box(0, 0, figure.width, figure.height, PAPER), *figure.marks)
    drawn = [record for mark in marks for record in _mark(mark, tools)]
    records = [
        _record(_MAP_MODE, _ANISOTROPIC),
        _record(_WINDOW, figure.width * _FINE, figure.height * _FINE),
        _record(_VIEW, figure.width, figure.height),
        _record(_BACKGROUND, _TRANSPARENT),
        _record(_ALIGN, _BASE_LINE),
        *(_packed(tool.kind, struct.pack("<I", number) + tool.content) for tool, number in tools.items()),
        *drawn,
        _record(_END, 0, 16, 20),
    ]
    body = b"".join(records)
    return _header(figure, len(body), len(records), len(tools)) + body


def _header(figure: Figure, size: int, records: int, tools: int) -> bytes:
    """What the whole is: its bounds in pixels, its frame in hundredths of a millimetre, its size, its device."""
    wide, high = figure.width, figure.height
    frame = [length * 2540 // _INCH for length in (wide, high)]
    millimetres = [length * 254 // (_INCH * 10) for length in _DEVICE]
    micrometres = [length * 25400 // _INCH for length in _DEVICE]
    content = struct.pack("<8i", 0, 0, wide - 1, high - 1, 0, 0, *frame)
    content += struct.pack("<4s3I2H3I", b" EMF", 0x10000, size + 108, records + 1, tools + 1, 0, 0, 0, 0)
    content += struct.pack("<4i3I2i", *_DEVICE, *millimetres, 0, 0, 0, *micrometres)
    return _packed(_HEADER, content)


def _mark(mark: Mark, tools: dict[_Tool, int]) -> Iterable[bytes]:
    """The records of one mark; the tools that it needs are numbered from 1 as they are first used."""

    def select(tool: _Tool) -> bytes:
        return _record(_SELECT, tools.setdefault(tool, len(tools) + 1))

    match mark:
        case Patch():
            yield select(_Tool(_BRUSH, struct.pack("<3I", 0, _colour(mark.fill), 0)))
            yield select(_pen(mark.outline, 1)) if mark.outline else _record(_SELECT, _NO_PEN)
            yield _through(_POLYGON, mark.corners)
        case Stroke():
            yield select(_pen(mark.colour, mark.width))
            yield _through(_POLYLINE, mark.through)
        case Caption():
            yield select(_font(mark.size, bold=mark.bold))
            yield _record(_TEXT_COLOUR, _colour(mark.colour))
            yield _caption(mark)


def _pen(colour: str, width: float) -> _Tool:
    return _Tool(_PEN, struct.pack("<I2iI", 0, int(width * _FINE), 0, _colour(colour)))


def _font(size: int, *, bold: bool) -> _Tool:
    look = struct.pack("<5i8B", -size * _FINE, 0, 0, 0, _BOLD if bold else _REGULAR, 0, 0, 0, 0, 0, 0, 0, 0)
    return _Tool(_FONT, (look + _TYPEFACE.encode("utf-16-le")).ljust(320, b"\0"))


def _caption(caption: Caption) -> bytes:
    """A record of text: where it starts, its letters, and how far each is from the next."""
    letters = printable(caption.text)
    steps = [advance(letter, bold=caption.bold) * caption.size * _FINE // 1000 for letter in letters]
    before = {"start": 0.0, "middle": sum(steps) / 2, "end": float(sum(steps))}[caption.anchor]
    encoded = [letter.encode("utf-16-le") for letter in letters]
    text = b"".join(encoded)
    spaces = [part for step, code in zip(steps, encoded, strict=True) for part in (step, 0)[: len(code) // 2]]
    padded = text + b"\0" * (-len(text) % 4)
    scale = 2540 / _INCH / _FINE
    content = struct.pack("<4iI2f", 0, 0, -1, -1, 1, scale, scale)
    content += struct.pack(
        "<2i3I", int(caption.x * _FINE - before), int(caption.y * _FINE), len(text) // 2, _TEXT_STARTS, 0
    )
    content += struct.pack("<4iI", 0, 0, -1, -1, _TEXT_STARTS + len(padded))
    return _packed(_TEXT, content + padded + struct.pack(f"<{len(spaces)}I", *spaces))


def _through(kind: int, places: Places) -> bytes:
    points = [(int(x * _FINE), int(y * _FINE)) for x, y in places]
    across, down = zip(*points, strict=True)
    flat = [value for point in points for value in point]
    return _record(kind, min(across), min(down), max(across), max(down), len(points), *flat)


def _colour(colour: str) -> int:
    """Red is the lowest byte."""
    return int.from_bytes(bytes.fromhex(colour.removeprefix("#")), "little")


def _record(kind: int, *numbers: int) -> bytes:
    return _packed(kind, struct.pack(f"<{len(numbers)}I", *(number & 0xFFFFFFFF for number in numbers)))


def _packed(kind: int, content: bytes) -> bytes:
    return struct.pack("<2I", kind, len(content) + 8) + content
