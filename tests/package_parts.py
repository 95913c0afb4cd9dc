"""A workbook's package as parts, and what holds of any package: types, relationships, and everything reached."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = {
    "officeDocument": f"{_SHEETML}.sheet.main+xml",
    "worksheet": f"{_SHEETML}.worksheet+xml",
    "styles": f"{_SHEETML}.styles+xml",
    "sharedStrings": f"{_SHEETML}.sharedStrings+xml",
    "table": f"{_SHEETML}.table+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    "drawing": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "chart": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "core-properties": "application/vnd.openxmlformats-package.core-properties+xml",
    "extended-properties": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
"""The content type of what a relationship of each kind leads to: a workbook of ours has no other kind."""
_TYPES_PART = "[Content_Types].xml"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$")
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x00[01][0-9A-Fa-f]_")
"""Characters that XML cannot hold, and the way in which Office writes them."""


class Area(NamedTuple):
    """A rectangle of cells, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def overlaps(self, other: Area) -> bool:
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom


class Relation(NamedTuple):
    """A relationship of a part: the last word of its kind, and the part it leads to."""

    kind: str
    target: str
    external: bool


def area_of(reference: str) -> Area | None:
    """The area of a reference such as B6 or $A$1:B6; None where it is none, or lies outside a sheet."""
    ends = [_REFERENCE.match(end) for end in reference.split(":")]
    if len(ends) > 2 or not all(ends):
        return None
    cells = [(int(end[2]), column_number(end[1])) for end in ends if end]
    (top, left), (bottom, right) = cells[0], cells[-1]
    fits = 1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN
    return Area(top, left, bottom, right) if fits else None


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - 64
    return number


@dataclass
class Package:
    """The parts of a workbook by name, each parsed once."""

    parts: dict[str, bytes]
    _trees: dict[str, Element] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Package:
        with zipfile.ZipFile(file) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def write(self, file: Path) -> Path:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return file

    def tree(self, part: str) -> Element:
        if part not in self._trees:
            self._trees[part] = ElementTree.fromstring(self.parts[part])
        return self._trees[part]

    def relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        file = posixpath.join(folder, "_rels", f"{name}.rels")
        if file not in self.parts:
            return {}
        return {
            relation.attrib["Id"]: Relation(
                relation.attrib["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.attrib["Target"])).lstrip("/"),
                relation.get("TargetMode") == "External",
            )
            for relation in self.tree(file).iter(_RELATION)
        }

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by name."""
        targets = self.relations("xl/workbook.xml")
        found = self.tree("xl/workbook.xml").iter(f"{MAIN}sheet")
        return {sheet.attrib["name"]: targets[sheet.attrib[f"{R}id"]].target for sheet in found}

    @cached_property
    def strings(self) -> list[str]:
        items = self.tree("xl/sharedStrings.xml").iter(f"{MAIN}si")
        return ["".join(part.text or "" for part in item.iter(f"{MAIN}t")) for item in items]

    @cached_property
    def texts(self) -> dict[tuple[str, str], str]:
        """The text of every cell that holds a shared one, by sheet and address."""
        found = {}
        for name, part in self.sheets.items():
            for cell in self.tree(part).iter(f"{MAIN}c"):
                at = int(cell.findtext(f"{MAIN}v", "-1")) if cell.get("t") == "s" else -1
                if 0 <= at < len(self.strings):
                    found[name, cell.attrib["r"]] = self.strings[at]
        return found

    def tables(self, sheet: str) -> list[Element]:
        """The tables of a sheet."""
        relations = self.relations(self.sheets[sheet]).values()
        return [self.tree(found.target) for found in relations if found.kind == "table"]


def parts_are_xml(package: Package) -> Iterator[str]:
    """Every part is XML that can be read, with no character that a text cannot hold."""
    for part, content in package.parts.items():
        try:
            package.tree(part)
        except ElementTree.ParseError as problem:
            yield f"{part}: {problem}"
        if found := _NOT_ALLOWED.search(content.decode("utf-8", errors="replace")):
            yield f"{part}: a character that no text can hold at {found.start()}"


def parts_have_types(package: Package) -> Iterator[str]:
    """Every part has the content type of what leads to it, and no type is of a part that is not there."""
    types = package.tree(_TYPES_PART)
    given = {
        found.attrib["PartName"].lstrip("/"): found.attrib["ContentType"] for found in types.iter(f"{_TYPES}Override")
    }
    yield from (f"{part} has a type and is not there" for part in given if part not in package.parts)
    ends = {found.attrib["Extension"] for found in types.iter(f"{_TYPES}Default")}
    yield from (f"no type for files that end in {end}" for end in {"rels", "xml"} - ends)
    for part in ("", *package.parts):
        for relation in package.relations(part).values():
            if given.get(relation.target) != TYPES.get(relation.kind, "a kind that no workbook of ours has"):
                yield f"{relation.target} is a {relation.kind} of type {given.get(relation.target)}"


def parts_are_reached(package: Package) -> Iterator[str]:
    """Every relationship leads to a part, every part is reached, and every id that is used is a relationship's."""
    reached = {_TYPES_PART}
    wanted = [""]
    while wanted:
        part = wanted.pop()
        folder, name = posixpath.split(part)
        relations = package.relations(part)
        if relations:
            reached.add(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in relations.values():
            if relation.external or relation.target not in package.parts:
                yield f"{part or 'the package'} leads to {relation.target}, which is no part"
            elif relation.target not in reached:
                reached.add(relation.target)
                wanted.append(relation.target)
        used = (
            [value for found in package.tree(part).iter() for key, value in found.items() if key.startswith(R)]
            if part
            else []
        )
        yield from (f"{part} uses {key}, which is no relationship" for key in used if key not in relations)
        if part and set(relations) - set(used) and not part.endswith("workbook.xml"):
            yield f"{part} has relationships that it does not use"
    yield from (f"{part} is reached by nothing" for part in package.parts if part not in reached)


def properties_are_whole(package: Package) -> Iterator[str]:
    """The properties name every sheet and defined name, and bear a date as Office reads it."""
    core = package.tree("docProps/core.xml")
    dates = [found.text or "" for found in core if found.tag.endswith(("}created", "}modified"))]
    yield from (f"a date of {date}" for date in dates if not re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", date))
    if len({found.tag for found in core}) != len(list(core)):
        yield "a property is given twice"
    vectors = [found for found in package.tree("docProps/app.xml").iter() if found.tag.endswith("}vector")]
    counts = [int(found.text or 0) for found in vectors[0].iter() if found.tag.endswith("}i4")]
    titles = [found.text for found in vectors[1]]
    if sum(counts) != len(titles) or titles[: len(package.sheets)] != list(package.sheets):
        yield "the titles of parts are not the sheets and names that there are"
