"""A drawing of a few plain marks, and the SVG of it: the same marks are drawn in Word.

No script, no style sheet and no font but the reader's own sans serif. Places are pixels from the top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from html import escape
from math import cos, pi, sin

from costmodel.pages.letters import printable

Places = tuple[tuple[float, float], ...]

INK, QUIET, GRID, PAPER = "#0B0C0C", "#3D3D3D", "#D0D0D0", "#FFFFFF"
TEXT, SMALL, TITLE = 14, 12, 18
"""Sizes of text in pixels; none is smaller than SMALL."""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A filled shape, with a line around it where one is named."""

    corners: Places
    fill: str
    outline: str = ""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line through some places."""

    through: Places
    colour: str
    width: float = 1


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A text on one line; its place is on its base line, at its start, middle or end."""

    text: str
    x: float
    y: float
    size: int = TEXT
    anchor: str = "start"
    bold: bool = False
    colour: str = INK
    whole: str = ""
    """The whole text, where what is shown is a part of it."""


Mark = Patch | Stroke | Caption


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A drawing with its title and what it shows in words."""

    title: str
    description: str
    width: int
    height: int
    marks: tuple[Mark, ...]

    def svg(self) -> str:
        """The drawing as SVG, which fills the width that it is given.

        The ids of its title and description are of its words, so that a page can hold many.
        """
        words = f"{self.title}\n{self.description}"
        key = sha256(words.encode("utf-8", "replace")).hexdigest()[:12]
        body = "\n".join([_patch(box(0, 0, self.width, self.height, PAPER)), *map(_mark, self.marks)])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" style="max-width:100%;height:auto" role="img" '
            f'aria-labelledby="title-{key} desc-{key}" font-family="sans-serif">\n'
            f'<title id="title-{key}">{safe(self.title)}</title>\n'
            f'<desc id="desc-{key}">{safe(self.description)}</desc>\n'
            f"{body}\n</svg>\n"
        )


def box(x: float, y: float, width: float, height: float, fill: str, outline: str = "") -> Patch:
    """A rectangle from its top left corner; a negative width or height goes the other way."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Patch(corners=corners, fill=fill, outline=outline)


def marker(kind: int, x: float, y: float, fill: str, outline: str, size: float = 4.5) -> Patch:
    """One of six shapes about a place, so that series are told apart without their colours."""
    sides, turn, scale = _MARKERS[kind % len(_MARKERS)]
    angles = [turn * pi + 2 * pi * at / sides for at in range(sides)]
    corners = tuple((x + size * scale * sin(angle), y - size * scale * cos(angle)) for angle in angles)
    return Patch(corners=corners, fill=fill, outline=outline)


_MARKERS = ((24, 0, 1), (4, 0.25, 1.25), (3, 0, 1.4), (4, 0, 1.3), (3, 1, 1.4), (6, 0, 1.15))
"""Disc, square, triangle, diamond, triangle on its point, hexagon: sides, first corner in half turns, and size."""


def safe(text: str) -> str:
    """A text that is only text in XML."""
    return escape(printable(text))


def fixed(value: float) -> str:
    """A place to a tenth of a pixel, written one way only."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _mark(mark: Mark) -> str:
    match mark:
        case Patch():
            return _patch(mark)
        case Stroke():
            points = " ".join(f"{fixed(x)},{fixed(y)}" for x, y in mark.through)
            return (
                f'<polyline points="{points}" fill="none" stroke="{mark.colour}" stroke-width="{fixed(mark.width)}" '
                'stroke-linejoin="round"/>'
            )
        case Caption():
            return _caption(mark)


def _patch(patch: Patch) -> str:
    outline = f' stroke="{patch.outline}"' if patch.outline else ""
    (left, top), *_, (_, last) = patch.corners
    right = patch.corners[1][0]
    if patch.corners == box(left, top, right - left, last - top, "").corners:
        x, wide = sorted((left, right))
        y, high = sorted((top, last))
        place = f'x="{fixed(x)}" y="{fixed(y)}" width="{fixed(wide - x)}" height="{fixed(high - y)}"'
        return f'<rect {place} fill="{patch.fill}"{outline}/>'
    points = " ".join(f"{fixed(x)},{fixed(y)}" for x, y in patch.corners)
    return f'<polygon points="{points}" fill="{patch.fill}"{outline}/>'


def _caption(caption: Caption) -> str:
    anchor = f' text-anchor="{caption.anchor}"' if caption.anchor != "start" else ""
    weight = ' font-weight="bold"' if caption.bold else ""
    whole = f"<title>{safe(caption.whole)}</title>" if caption.whole not in ("", caption.text) else ""
    return (
        f'<text x="{fixed(caption.x)}" y="{fixed(caption.y)}" font-size="{caption.size}" fill="{caption.colour}"'
        f"{anchor}{weight}>{whole}{safe(caption.text)}</text>"
    )
