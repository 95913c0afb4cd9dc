"""An .xlsx file as a package of parts: what may be opened, and what openpyxl leaves out of it.

openpyxl drops alternative text, macros, external links and raised letters. These are read here from the XML itself.
"""

from __future__ import annotations

import functools
import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from costmodel.errors import BadInput, FileMissing, Mistake, NotAWorkbook, Position, WorkbookLocked, WorkbookTooLarge
from costmodel.errors import shown_path as _shown

Value = float | str | bool

MOST_BYTES = 150_000_000
"""Bytes of all parts, unpacked."""
MOST_PARTS = 5_000
MOST_CELLS = 500_000

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_AS_XLSX = "Save it as an Excel workbook (.xlsx) and audit that."


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Something that floats over a sheet: a chart, a picture or a shape."""

    kind: str
    alternative: str
    cell: str


Relations = dict[str, tuple[str, str]]
"""What a part refers to: for each id, the last word of its type and the part."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """The parts of a workbook file."""

    name: str
    content: bytes
    parts: tuple[str, ...]
    texts: dict[str, bytes]
    """The content of each part that is XML."""

    @property
    def types(self) -> str:
        """The text of the list of content types."""
        return self.texts["[Content_Types].xml"].decode("utf-8", "replace")

    @property
    def strings(self) -> Texts:
        """The texts that cells refer to."""
        return _shared_strings(self.texts.get("xl/sharedStrings.xml", b""))

    @property
    def theme(self) -> tuple[str, ...]:
        """The theme's colours, in the order in which cells refer to them."""
        return _theme(self.texts.get("xl/theme/theme1.xml", b""))

    def around(self, part: str) -> tuple[tuple[str, bytes], ...]:
        """The content of a part, of what says what it refers to, and of the parts that it does, by name."""
        names = [part, _relations_of(part)]
        found = Around(part=part, texts=self.texts).relations.values()
        names += [target for kind, target in found if kind in ("table", "drawing", "comments")]
        return tuple((name, self.texts[name]) for name in names if name in self.texts)


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts that cells refer to, and the places of those with a raised part."""

    strings: tuple[str, ...]
    raised: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Around:
    """A part of a sheet, with those that it refers to."""

    part: str
    texts: dict[str, bytes]

    @property
    def relations(self) -> Relations:
        content = self.texts.get(_relations_of(self.part))
        return _relations(self.part.rpartition("/")[0], content) if content else {}

    def drawings(self) -> list[Drawing]:
        """What floats over the sheet."""
        targets = [target for kind, target in self.relations.values() if kind == "drawing"]
        return [drawing for target in targets for drawing in _drawings(self.texts.get(target, b""))]

    def comments(self) -> list[str]:
        """The cells that have a comment."""
        targets = [target for kind, target in self.relations.values() if kind == "comments"]
        return [
            comment.get("ref", "")
            for target in targets
            if target in self.texts
            for comment in ElementTree.fromstring(self.texts[target]).iter(f"{MAIN}comment")
        ]


def _relations_of(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def content_of(file: Path) -> bytes:
    """The bytes of a workbook file.

    Raises:
        BadInput: where there is no such file, or it cannot be read or is too large.
    """
    name = _shown(file)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _bad(WorkbookTooLarge, name, "the file is over 150 MB", "Take out what is no part of the model.")
        return file.read_bytes()
    except FileNotFoundError:
        raise _bad(FileMissing, "", f"there is no file {name}", "Check its name and folder.") from None
    except IsADirectoryError:
        raise _bad(NotAWorkbook, name, "this is a folder", "Name one .xlsx file.") from None
    except (OSError, ValueError) as problem:
        says = f"the file cannot be read ({getattr(problem, 'strerror', problem)})"
        raise _bad(NotAWorkbook, name, says, "Check who may read it.") from None


def read_package(content: bytes, name: str) -> Package:
    """Open the content of a workbook file, within limits.

    Raises:
        BadInput: for what is no workbook, is locked, damaged or too large; the message says what to do.
    """
    _is_archive(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, name, content)
    except (zipfile.BadZipFile, EOFError, zlib.error) as problem:
        says = f"the file is damaged or cut short ({problem})"
        raise _bad(NotAWorkbook, name, says, "Fetch or save it again.") from None
    except (KeyError, ValueError, IndexError, NotImplementedError, RuntimeError) as problem:
        says = f"a part of the file cannot be read ({problem})"
        raise _bad(
            NotAWorkbook, name, says, "Open it in a spreadsheet program, let it be repaired, and save it."
        ) from None


def _is_archive(content: bytes, name: str) -> None:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            hint = "Open it with its password, take the password off (File, Info, Protect Workbook), and save it."
            raise _bad(WorkbookLocked, name, "the workbook is protected with a password", hint)
        raise _bad(NotAWorkbook, name, "this is a workbook of Excel 97 to 2003 (.xls)", _AS_XLSX)
    if not content.startswith(_ZIP):
        found = "the file is empty" if not content else "this is no .xlsx workbook"
        raise _bad(NotAWorkbook, name, found, _AS_XLSX)


def _bad(kind: type[Mistake], name: str, says: str, hint: str) -> BadInput:
    return BadInput([kind(says=says, hint=hint, where=Position(name) if name else None)])


def _read(archive: zipfile.ZipFile, name: str, content: bytes) -> Package:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        says = f"the file holds {len(entries):,} parts of {sum(e.file_size for e in entries) / 1e6:,.0f} MB unpacked"
        hint = "At most 5,000 parts of 150 MB are read. Take out what is no part of the model."
        raise _bad(WorkbookTooLarge, name, says, hint)
    parts = tuple(entry.filename for entry in entries)
    if "xl/workbook.bin" in parts:
        raise _bad(NotAWorkbook, name, "this is a binary workbook (.xlsb)", _AS_XLSX)
    if "xl/workbook.xml" not in parts or "[Content_Types].xml" not in parts:
        raise _bad(NotAWorkbook, name, "this is a packed file, and no .xlsx workbook", _AS_XLSX)
    texts = {part: archive.read(part) for part in parts if part.endswith((".xml", ".rels"))}
    for part, text in texts.items():
        if b"<!DOCTYPE" in text[:4096]:
            says = f"the part {part} declares a document type, which no workbook does"
            raise _bad(NotAWorkbook, name, says, "Do not open this file unless you trust who made it.")
    cells = sum(len(_CELL.findall(text)) for part, text in texts.items() if part.startswith("xl/worksheets/"))
    if cells > MOST_CELLS:
        says = f"the workbook has over {MOST_CELLS:,} cells"
        raise _bad(WorkbookTooLarge, name, says, "Take out what is no part of the model.")
    return Package(name=name, content=content, parts=parts, texts=texts)


_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


@functools.lru_cache(maxsize=256)
def _relations(folder: str, content: bytes) -> Relations:
    found = {}
    for relation in ElementTree.fromstring(content):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
    return found


@functools.lru_cache(maxsize=4)
def _shared_strings(content: bytes) -> Texts:
    """Without hints of how to pronounce them (rPh)."""
    texts, raised = [], set()
    for at, item in enumerate(ElementTree.fromstring(content).iter(f"{MAIN}si") if content else ()):
        text = item.findtext(f"{MAIN}t") or ""
        if len(item) > 1 or not text:
            text += "".join(run.findtext(f"{MAIN}t") or "" for run in item.iter(f"{MAIN}r"))
            if any(mark.get("val") == "superscript" for mark in item.iter(f"{MAIN}vertAlign")):
                raised.add(at)
        texts.append(text.replace("x005F_", ""))
    return Texts(tuple(texts), frozenset(raised))


def _drawings(content: bytes) -> tuple[Drawing, ...]:
    found = []
    for anchor in ElementTree.fromstring(content) if content else ():
        start = anchor.find(f"{_DRAWING}from")
        column, row = (int(start.findtext(f"{_DRAWING}{at}", "0")) if start is not None else 0 for at in ("col", "row"))
        for tag, what in (("graphicFrame", "chart"), ("pic", "picture"), ("sp", "shape")):
            for element in anchor.iter(f"{_DRAWING}{tag}"):
                named = element.find(f".//{_DRAWING}cNvPr")
                text = (named.get("descr") or named.get("title") or "") if named is not None else ""
                found.append(Drawing(kind=what, alternative=text, cell=f"{_letters(column + 1)}{row + 1}"))
    return tuple(found)


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


@functools.lru_cache(maxsize=4)
def _theme(content: bytes) -> tuple[str, ...]:
    """Light and dark come in pairs, which cells count the other way round than the theme lists them."""
    if not content:
        return ()
    scheme = next(
        (element for element in ElementTree.fromstring(content).iter() if element.tag.endswith("}clrScheme")), None
    )
    found = [next(iter(colour)) for colour in scheme] if scheme is not None else []
    colours = [colour.get("lastClr") or colour.get("val") or "000000" for colour in found]
    if len(colours) >= 4:
        colours[:4] = [colours[1], colours[0], colours[3], colours[2]]
    return tuple(colours)
