"""A table in Word: columns as wide as what is in them, a header row that is repeated, rows that stay on one page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from costmodel.pages.drawing import safe
from costmodel.pages.letters import length, length_in_arial
from costmodel.pages.word_runs import Runs, Span, plain
from costmodel.pages.word_styles import TABLE, TABLE_HEADING, TABLE_TEXT

_TWIPS = 20
"""Twentieths of a point: the unit of widths in Word."""
_POINTS = (10, 9, 8)
"""Sizes of the text of a table: the first at which no word and no figure is broken."""
_MARGIN, _SMALL_MARGIN = 5.4, 3.0
"""Points that are free at either side of a cell, and those of a table in smaller text."""
_SPARE = 1.2
"""Points of a cell that its text may leave free besides."""
_WORD = 0.4
"""The part of a line that one word may ask for."""
_WRAPPED = 220.0
"""Points beyond which a cell's text is wrapped rather than its column widened."""


_WORDS = re.compile(r"\S+?-(?=\S)|\S+")
"""The pieces of a text between which Word may end a line: after a space or a hyphen."""


@dataclass(frozen=True, kw_only=True)
class WordCell:
    """What stands in a cell, and where it is aligned: left, center or right."""

    spans: tuple[Span, ...]
    align: str


@dataclass(frozen=True, kw_only=True)
class _Column:
    """The texts of a column, and whether each is bold; figures are those that stand at the right."""

    texts: tuple[tuple[str, bool], ...]
    figures: bool


def word_table(rows: Sequence[Sequence[WordCell]], runs: Runs, name: str) -> str:
    """The table as WordprocessingML; its first row is its header. The name is for those who hear it."""
    room, measure = runs.blank.room / _TWIPS, length_in_arial if runs.blank.arial else length
    needs = [(points, [_need(column, room, points, measure) for column in _columns(rows)]) for points in _POINTS]
    points, columns = next(
        ((points, found) for points, found in needs if sum(low for low, _ in found) <= room), needs[-1]
    )
    widths = [int(width * _TWIPS) for width in _widths(columns, room)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(_row(row, widths, runs, points, header=not at) for at, row in enumerate(rows))
    look = 'w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"'
    margin = "".join(f'<w:{side} w:w="{int(_margin(points) * _TWIPS)}" w:type="dxa"/>' for side in ("left", "right"))
    caption = f'<w:tblCaption w:val="{safe(name)}"/>' if name else ""
    style = runs.blank.style(TABLE)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="autofit"/><w:tblCellMar>{margin}</w:tblCellMar><w:tblLook {look}/>{caption}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _row(row: Sequence[WordCell], widths: Sequence[int], runs: Runs, points: int, *, header: bool) -> str:
    style = runs.blank.style(TABLE_HEADING if header else TABLE_TEXT)
    smaller = points if points < _POINTS[0] else None
    cells = []
    for cell, width in zip(row, widths, strict=True):
        align = f'<w:jc w:val="{cell.align}"/>' if cell.align != "left" else ""
        foot = '<w:vAlign w:val="bottom"/>' if header else ""
        text = runs.of(cell.spans, bold=header, points=smaller)
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{foot}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{align}</w:pPr>{text}</w:p></w:tc>'
        )
    repeated = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _widths(columns: Sequence[tuple[float, float]], room: float) -> list[float]:
    """What each column needs, and what is left shared by what each still wants; less for all where there is no room."""
    needed, wanted = (sum(widths) for widths in zip(*columns, strict=True))
    if wanted <= room:
        return [want for _, want in columns]
    if needed >= room:
        return [least * room / needed for least, _ in columns]
    share = (room - needed) / (wanted - needed)
    return [least + (want - least) * share for least, want in columns]


def _need(column: _Column, room: float, points: int, measure: Callable[..., float]) -> tuple[float, float]:
    """Points that a column needs, so that no word is broken nor a figure wrapped, and points that it wants."""
    padding = 2 * _margin(points) + _SPARE
    words = [(word, bold) for text, bold in column.texts for word in _WORDS.findall(text)]
    whole = [measure(text, points, bold=bold) for text, bold in column.texts]
    longest = max((measure(word, points, bold=bold) for word, bold in words), default=0.0)
    least = min(max([longest, *whole[1:]] if column.figures else [longest]), room * _WORD) + padding
    return least, max(least, min(max(whole) + padding, _WRAPPED))


def _margin(points: int) -> float:
    return _MARGIN if points == _POINTS[0] else _SMALL_MARGIN


def _columns(rows: Sequence[Sequence[WordCell]]) -> Iterator[_Column]:
    for cells in zip(*rows, strict=True):
        bold = (not at or any(span.bold for span in cell.spans) for at, cell in enumerate(cells))
        texts = tuple(zip((plain(cell.spans) for cell in cells), bold, strict=True))
        yield _Column(texts=texts, figures=cells[0].align == "right")
