"""The workbook with another scenario selected, made from one that is written: the same bytes as writing it whole.

A proposal's workbooks differ in what some cells show, in what charts remember of those, and in their properties. So
those texts are cut out of the parts of the package once, and each scenario's own are put in. Other parts keep their
bytes.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from html import unescape
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from costmodel.spreadsheets.cells import column_letters, column_number
from costmodel.spreadsheets.package import Value
from costmodel.workbook.differing import Differing
from costmodel.workbook.packing import text_element

_TEXTS, _PROPERTIES = "xl/sharedStrings.xml", "docProps/core.xml"
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
"""Texts that XlsxWriter writes as errors where a formula shows them."""
_SERIES = re.compile(
    r"<c:(val|cat|tx)><c:(?:num|str)Ref><c:f>([^<]*)!([^<!]*)</c:f><c:(?:num|str)Cache>(.*?)</c:(?:num|str)Cache>", re.S
)
_POINT = re.compile(r'<c:pt idx="(\d+)"><c:v>([^<]*)</c:v>')
_CELL = re.compile(r"\$([A-Z]+)\$(\d+)")


class _Cut(NamedTuple):
    """A text that is cut out of a part: the cell that it shows, and what stands before and after the figure there."""

    cell: Differing
    before: str
    formula: str
    """The formula of a cell; empty for a text, and for a point of a chart."""
    is_point: bool = False

    def text(self, at: int, texts: dict[str, int]) -> str:
        """What stands there with a scenario selected, by its place."""
        value = self.cell.values[at]
        if self.is_point:
            return _number_of_point(value)
        if not self.formula:
            return f'{self.before} t="s"><v>{texts[str(value)]}</v></c>'
        return f"{self.before}{_kind(value)}>{self.formula}<v>{escape(_content(value))}</v></c>"


class _CutPart(NamedTuple):
    """A part of the package with texts cut out of it."""

    rest: list[str]
    """What stays: before the first cut, between cuts and after the last."""
    cuts: list[_Cut]

    def text(self, at: int, texts: dict[str, int]) -> str:
        """The part with a scenario selected."""
        found = [self.rest[0]]
        for cut, rest in zip(self.cuts, self.rest[1:], strict=True):
            found += (cut.text(at, texts), rest)
        return "".join(found)


class Selections:
    """A written workbook, from which those with other scenarios selected are made."""

    def __init__(
        self, content: bytes, sheets: Sequence[str], differing: Iterable[Differing], texts: Sequence[str]
    ) -> None:
        """
        Args:
            content: the workbook as it is written.
            sheets: the names of its sheets, in order.
            differing: the cells that do not show the same in every scenario.
            texts: every text that stands in a cell, as often as it does, in the order in which they were written.
        """
        self.content, self._texts = content, list(texts)
        cells = sorted(differing, key=lambda cell: (cell.row, cell.column))
        self._changed_texts = [cell for cell in cells if cell.string is not None]
        self._parts: dict[str, _CutPart] = {}
        self._alike = True
        """Whether nothing else differs; where it may, workbooks are written whole."""
        with zipfile.ZipFile(BytesIO(content)) as package:
            self._infos = package.infolist()
            for number, name in enumerate(sheets, start=1):
                here = [cell for cell in cells if cell.sheet == name]
                if here:
                    part = f"xl/worksheets/sheet{number}.xml"
                    self._parts[part] = _cut_cells(package.read(part).decode(), here)
            by_place = {cell[:3]: cell for cell in cells}
            for info in self._infos:
                if info.filename.startswith("xl/charts/chart"):
                    self._cut_chart(info.filename, package.read(info).decode(), by_place)
            self._shared = package.read(_TEXTS).decode()

    def of(self, at: int, properties: str) -> bytes | None:
        """The workbook with a scenario selected, by its place; None where it has to be written whole.

        Args:
            properties: the part of its package with the properties of the document.
        """
        shared = self._shared_texts(at) if self._alike else None
        if shared is None:
            return None
        texts, table = shared
        changed = {name: part.text(at, texts) for name, part in self._parts.items()}
        return self._packed({**changed, _TEXTS: table, _PROPERTIES: properties})

    def _cut_chart(self, name: str, text: str, by_place: dict[tuple[str, int, int], Differing]) -> None:
        rest, cuts, last = [], [], 0
        for series in _SERIES.finditer(text):
            places = _places(unescape(series[2]).strip("'").replace("''", "'"), series[3])
            for point in _POINT.finditer(text, series.start(4), series.end(4)):
                cell = by_place.get(places[int(point[1])])
                if cell is not None:
                    self._alike = self._alike and series[1] == "val"  # names could turn from texts into figures
                    rest.append(text[last : point.start(2)])
                    cuts.append(_Cut(cell, "", "", is_point=True))
                    last = point.end(2)
        if cuts:
            self._parts[name] = _CutPart([*rest, text[last:]], cuts)

    def _shared_texts(self, at: int) -> tuple[dict[str, int], str] | None:
        """The number of each text with a scenario selected, and the table of texts.

        None where texts that other cells have would have other numbers.
        """
        order = list(self._texts)
        for cell in self._changed_texts:
            assert cell.string is not None
            order[cell.string] = str(cell.values[at])
        before, now = list(dict.fromkeys(self._texts)), list(dict.fromkeys(order))
        numbers = {text: number for number, text in enumerate(now)}
        changed = [number for number, (old, new) in enumerate(zip(before, now, strict=False)) if old != new]
        if len(before) != len(now) or any(before[number] in numbers for number in changed):
            return None
        if not changed:
            return numbers, self._shared
        head, _, _ = self._shared.partition("<si>")
        elements = re.findall(r"<si>.*?</si>", self._shared, re.S)
        for number in changed:
            elements[number] = text_element(now[number])
        return numbers, f"{head}{''.join(elements)}</sst>"

    def _packed(self, changed: dict[str, str]) -> bytes:
        """The package with some parts changed; others are not compressed again."""
        found: list[bytes] = []
        directory: list[bytes] = []
        at = 0
        for info in self._infos:
            name = info.filename.encode()
            start = info.header_offset + 30 + sum(struct.unpack_from("<HH", self.content, info.header_offset + 26))
            head, data = self.content[info.header_offset : start], self.content[start : start + info.compress_size]
            check, size = info.CRC, info.file_size
            if info.filename in changed:
                text = changed[info.filename].encode()
                squeeze = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
                check, size, data = zlib.crc32(text), len(text), squeeze.compress(text) + squeeze.flush()
                head = head[:14] + struct.pack("<3L", check, len(data), size) + head[26:]
            entry = struct.pack(
                "<4s4B2H", b"PK\1\2", info.create_version, info.create_system, info.extract_version, info.reserved,
                info.flag_bits, info.compress_type,
            )  # fmt: skip
            sizes = (check, len(data), size, len(name), len(info.extra), len(info.comment), 0, info.internal_attr)
            entry += head[10:14] + struct.pack("<3L5H2L", *sizes, info.external_attr, at)
            directory.append(entry + name + info.extra + info.comment)
            found += (head, data)
            at += len(head) + len(data)
        index, count = b"".join(directory), len(directory)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(index), at, 0)
        return b"".join([*found, index, end])


def _cut_cells(text: str, cells: list[Differing]) -> _CutPart:
    """A sheet without its cells that differ, which are given in its own order."""
    rest, cuts, last = [], [], 0
    for cell in cells:
        start = text.index(f'<c r="{column_letters(cell.column + 1)}{cell.row + 1}"', last)
        end = text.index("</c>", start) + len("</c>")
        tag, _, inside = text[start:end].partition(">")
        formula, closed, _ = inside.partition("</f>")
        rest.append(text[last:start])
        cuts.append(_Cut(cell, tag.partition(' t="')[0], formula + closed if closed else ""))
        last = end
    return _CutPart([*rest, text[last:]], cuts)


def _places(sheet: str, area: str) -> list[tuple[str, int, int]]:
    """The sheet, row and column of each cell of an area, in order."""
    corners = [(int(row) - 1, column_number(letters) - 1) for letters, row in _CELL.findall(area)]
    (top, left), (bottom, right) = corners[0], corners[-1]
    return [(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _kind(value: Value) -> str:
    """The type of what a formula shows, as an attribute of its cell."""
    if isinstance(value, bool):
        return ' t="b"'
    if not isinstance(value, str) or not value:
        return ""
    return ' t="e"' if value in _ERRORS else ' t="str"'


def _content(value: Value) -> str:
    return str(int(value) if isinstance(value, bool) else value)


def _number_of_point(value: Value) -> str:
    """What a chart remembers of a figure: 0 for what is none."""
    try:
        float(value)
    except ValueError:
        return "0"
    return str(value)
