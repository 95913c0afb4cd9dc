"""How cells look: the styles of a workbook, as openpyxl reads them."""

from __future__ import annotations

import functools
import io
import math
import zipfile
from dataclasses import dataclass
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.stylesheet import apply_stylesheet

from costmodel.spreadsheets.cells import Look


@dataclass(frozen=True, eq=False)
class CellLooks:
    """The look of each style, and the styles that make a number a date or a time."""

    looks: tuple[Look, ...]
    dates: frozenset[int]
    timed: frozenset[int]


@functools.lru_cache(maxsize=4)
def styles_of(content: bytes, theme: tuple[str, ...]) -> CellLooks:
    """The styles of the part that holds them."""
    import openpyxl
    from openpyxl.cell import Cell as OpenpyxlCell

    book: Any = openpyxl.Workbook()
    if content:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("xl/styles.xml", content)
        with zipfile.ZipFile(out) as archive:
            apply_stylesheet(archive, book)
    cells = [OpenpyxlCell(book.active, row=1, column=1, style_array=style) for style in book._cell_styles]
    looks = tuple(_look(cell, theme) for cell in cells)
    return CellLooks(looks, frozenset(book._date_formats), frozenset(book._timedelta_formats))


def _look(cell: Any, theme: tuple[str, ...]) -> Look:
    font, fill = cell.font, cell.fill
    filled = fill.fgColor if fill.fill_type == "solid" else None
    return Look(
        font=font.name or "",
        size=float(font.sz or 11),
        bold=bool(font.b),
        colour=_colour(font.color, theme),
        fill=_colour(filled, theme),
        wrapped=bool(cell.alignment.wrap_text),
        locked=cell.protection.locked is not False,
        raised=font.vertAlign == "superscript",
        number=cell.number_format or "",
    )


def _colour(colour: Any, theme: tuple[str, ...]) -> str:
    """A colour as six digits; nothing where it is automatic or cannot be known."""
    if colour is None or colour.type == "auto":
        return ""
    if colour.type == "rgb":
        return str(colour.rgb)[-6:].upper()
    if colour.type == "indexed":
        return COLOR_INDEX[colour.indexed][-6:].upper() if colour.indexed < len(COLOR_INDEX) else ""
    if colour.type == "theme" and colour.theme < len(theme):
        return _tinted(theme[colour.theme], float(colour.tint or 0))
    return ""


def _tinted(colour: str, tint: float) -> str:
    """A theme colour made darker (below 0) or lighter (above 0)."""
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    mixed = [part * (1 + tint) if tint < 0 else part + (255 - part) * tint for part in parts]
    return "".join(f"{math.floor(part + 0.5):02X}" for part in mixed)
