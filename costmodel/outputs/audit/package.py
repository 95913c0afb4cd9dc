"""An .xlsx file as a package of parts: what may be opened, and what openpyxl leaves out of it.

openpyxl keeps formulas or their cached values, not both, and drops alternative text, macros and external links.
These are read here from the XML itself.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from costmodel.errors import BadInput, FileMissing, Mistake, NotAWorkbook, Position, WorkbookLocked, WorkbookTooLarge
from costmodel.errors import shown_path as _shown

Value = float | str | bool

MOST_BYTES = 150_000_000
"""Bytes of all parts, unpacked."""
MOST_PARTS = 5_000
MOST_CELLS = 500_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_AS_XLSX = "Save it as an Excel workbook (.xlsx) and audit that."


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Something that floats over a sheet: a chart, a picture or a shape."""

    kind: str
    alternative: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class Raw:
    """What the XML of one sheet says that openpyxl does not."""

    cached: dict[str, Value] = field(default_factory=dict)
    """The cached value of each formula cell that has one."""
    superscripts: list[str] = field(default_factory=list)
    """Cells whose text has a raised part."""
    meant_as_text: list[str] = field(default_factory=list)
    """Ranges whose texts that look like numbers are said to be meant."""
    drawings: list[Drawing] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Package:
    """The parts of a workbook file."""

    name: str
    content: bytes
    parts: tuple[str, ...]
    types: str
    """The text of the list of content types."""
    sheets: dict[str, Raw]
    theme: tuple[str, ...]
    """The theme's colours, in the order in which cells refer to them."""


def read_package(file: Path) -> Package:
    """Open a workbook file, within limits.

    Raises:
        BadInput: for what is no workbook, is locked, damaged or too large; the message says what to do.
    """
    name = _shown(file)
    content = _content(file, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, name, content)
    except (zipfile.BadZipFile, EOFError, zlib.error) as problem:
        says = f"the file is damaged or cut short ({problem})"
        raise _bad(NotAWorkbook, name, says, "Fetch or save it again.") from None
    except (ElementTree.ParseError, KeyError, ValueError, IndexError, NotImplementedError, RuntimeError) as problem:
        says = f"a part of the file cannot be read ({problem})"
        raise _bad(
            NotAWorkbook, name, says, "Open it in a spreadsheet program, let it be repaired, and save it."
        ) from None


def _content(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _bad(WorkbookTooLarge, name, "the file is over 150 MB", "Take out what is no part of the model.")
        content = file.read_bytes()
    except FileNotFoundError:
        raise _bad(FileMissing, "", f"there is no file {name}", "Check its name and folder.") from None
    except IsADirectoryError:
        raise _bad(NotAWorkbook, name, "this is a folder", "Name one .xlsx file.") from None
    except (OSError, ValueError) as problem:
        says = f"the file cannot be read ({getattr(problem, 'strerror', problem)})"
        raise _bad(NotAWorkbook, name, says, "Check who may read it.") from None
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            hint = "Open it with its password, take the password off (File, Info, Protect Workbook), and save it."
            raise _bad(WorkbookLocked, name, "the workbook is protected with a password", hint)
        raise _bad(NotAWorkbook, name, "this is a workbook of Excel 97 to 2003 (.xls)", _AS_XLSX)
    if not content.startswith(_ZIP):
        found = "the file is empty" if not content else "this is no .xlsx workbook"
        raise _bad(NotAWorkbook, name, found, _AS_XLSX)
    return content


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
    for part in parts:
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:4096]:
            says = f"the part {part} declares a document type, which no workbook does"
            raise _bad(NotAWorkbook, name, says, "Do not open this file unless you trust who made it.")
    strings, raised = _shared_strings(archive, parts)
    sheets, cells = {}, 0
    for sheet, part in _sheet_parts(archive):
        raw, count = _sheet(archive, part, strings, raised, MOST_CELLS - cells)
        cells += count
        if cells > MOST_CELLS:
            says = f"the workbook has over {MOST_CELLS:,} cells"
            raise _bad(WorkbookTooLarge, name, says, "Take out what is no part of the model.")
        raw.drawings.extend(_drawings(archive, part, parts))
        sheets[sheet] = raw
    return Package(
        name=name,
        content=content,
        parts=parts,
        types=archive.read("[Content_Types].xml").decode("utf-8", "replace"),
        sheets=sheets,
        theme=_theme(archive, parts),
    )


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: for each id, the last word of its type and the part."""
    folder, _, file = part.rpartition("/")
    try:
        tree = ElementTree.fromstring(archive.read(f"{folder}/_rels/{file}.rels"))
    except KeyError:
        return {}
    found = {}
    for relation in tree:
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = _relations(archive, "xl/workbook.xml")
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        _, part = relations.get(sheet.get(f"{{{_OFFICE}}}id", ""), ("", ""))
        if part:
            yield sheet.get("name", ""), part


def _shared_strings(archive: zipfile.ZipFile, parts: tuple[str, ...]) -> tuple[list[str], set[int]]:
    """The texts that cells refer to, and the places of those with a raised part."""
    if "xl/sharedStrings.xml" not in parts:
        return [], set()
    texts, raised = [], set()
    for at, item in enumerate(ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{_MAIN}si")):
        texts.append("".join(text.text or "" for text in item.iter(f"{_MAIN}t")))
        if any(mark.get("val") == "superscript" for mark in item.iter(f"{_MAIN}vertAlign")):
            raised.add(at)
    return texts, raised


def _sheet(archive: zipfile.ZipFile, part: str, strings: list[str], raised: set[int], most: int) -> tuple[Raw, int]:
    raw, count = Raw(), 0
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == f"{_MAIN}c":
                count += 1
                _cell(element, raw, strings, raised)
                if count > most:
                    break
            elif element.tag == f"{_MAIN}row":
                element.clear()
            elif element.tag == f"{_MAIN}ignoredError" and element.get("numberStoredAsText") in ("1", "true"):
                raw.meant_as_text.extend(element.get("sqref", "").split())
    return raw, count


def _cell(element: ElementTree.Element, raw: Raw, strings: list[str], raised: set[int]) -> None:
    kind, address = element.get("t", "n"), element.get("r", "")
    held = element.find(f"{_MAIN}v")
    text = (held.text or "") if held is not None else None
    if kind == "s" and text is not None and int(text) in raised:
        raw.superscripts.append(address)
    if element.find(f"{_MAIN}f") is None:
        return
    if kind == "str":
        raw.cached[address] = text or ""
    elif text:
        if kind == "s":
            raw.cached[address] = strings[int(text)]
        else:
            raw.cached[address] = text in ("1", "true") if kind == "b" else text if kind == "e" else float(text)


def _drawings(archive: zipfile.ZipFile, part: str, parts: tuple[str, ...]) -> Iterator[Drawing]:
    for kind, target in _relations(archive, part).values():
        if kind == "drawing" and target in parts:
            for anchor in ElementTree.fromstring(archive.read(target)):
                start = anchor.find(f"{_DRAWING}from")
                column, row = (
                    int(start.findtext(f"{_DRAWING}{at}", "0")) if start is not None else 0 for at in ("col", "row")
                )
                for tag, what in (("graphicFrame", "chart"), ("pic", "picture"), ("sp", "shape")):
                    for element in anchor.iter(f"{_DRAWING}{tag}"):
                        named = element.find(f".//{_DRAWING}cNvPr")
                        text = (named.get("descr") or named.get("title") or "") if named is not None else ""
                        yield Drawing(kind=what, alternative=text, cell=f"{_letters(column + 1)}{row + 1}")


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def _theme(archive: zipfile.ZipFile, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Light and dark come in pairs, which cells count the other way round than the theme lists them."""
    if "xl/theme/theme1.xml" not in parts:
        return ()
    tree = ElementTree.fromstring(archive.read("xl/theme/theme1.xml"))
    scheme = next((element for element in tree.iter() if element.tag.endswith("}clrScheme")), None)
    found = [next(iter(colour)) for colour in scheme] if scheme is not None else []
    colours = [colour.get("lastClr") or colour.get("val") or "000000" for colour in found]
    if len(colours) >= 4:
        colours[:4] = [colours[1], colours[0], colours[3], colours[2]]
    return tuple(colours)
