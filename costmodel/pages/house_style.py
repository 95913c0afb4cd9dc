"""The Word document that text is put into: costmodel's own, or one in a department's style.

From a department's document come its styles, its numbering, its theme, and the page of its first section with header
and footer. Its text, its properties and whatever else it refers to stay behind.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from costmodel.errors import BadInput, FileMissing, Mistake, NotAWordDocument, Position, shown_path
from costmodel.pages import word_styles
from costmodel.pages.letters import one_line

if TYPE_CHECKING:
    from docx.document import Document

MOST_BYTES = 50_000_000
"""Bytes of all parts of a house style, unpacked."""
_KEPT = ("styles", "numbering", "settings", "webSettings", "fontTable", "theme", "header", "footer")
"""What a document may refer to and keep, by the last word of the kind of reference."""
_LEFT_OUT = (
    "attachedTemplate", "mailMerge", "documentProtection", "writeProtection", "footnotePr", "endnotePr", "docVars",
    "savePreviewPicture",
)  # fmt: skip
"""Settings that point out of a document or at what is left behind, or that keep people from it."""
_TWIP = 635
"""English metric units in a twentieth of a point."""
_LEAST = 2880
"""Twentieths of a point of the smallest room for text that is believed: two inches."""
_DATE = datetime(1980, 1, 1)
_AS_DOCX = "Open it in Word, save it as a Word document (.docx), and name that."


@dataclass(kw_only=True)
class Blank:
    """A document with styles and a page, and no text yet."""

    document: Document
    room: int
    """Twentieths of a point of a line of text."""
    high: int
    """And of the height of a page's text."""
    arial: bool
    """Whether its text is in Arial, so that how long a text is is known."""
    names: dict[str, str] = field(default_factory=dict)
    """The id of each style by its name in small letters."""

    def style(self, name: str) -> str:
        """The id of a style."""
        return self.names[name.lower()]

    def restarted(self, style: str, start: int) -> int:
        """A new numbering like that of a style of numbered items, which starts at a number."""
        styles, numbering = self.document.styles.element, self.document.part.numbering_part.element
        own = _attribute(styles.xpath(f'w:style[@w:styleId="{self.style(style)}"]//w:numId')[0])
        kind = numbering.xpath(f'w:num[@w:numId="{own}"]/w:abstractNumId')[0]
        added = numbering.add_num(int(_attribute(kind)))
        added.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(added.numId)


def blank_document(title: str, language: str, house: Path | None) -> Blank:
    """A document without text, of a title and in a language.

    Raises:
        BadInput: where the house style cannot be read, is no Word document, or has macros.
    """
    document = _own() if house is None else _house(house)
    _add_styles(document)
    from docx.oxml.ns import qn

    for root in (document.styles.element, document.settings.element):
        for element in root.iter(qn("w:lang"), qn("w:themeFontLang")):
            element.set(qn("w:val"), language)
    _describe(document, title, language)
    section = document.sections[0]
    gutter = section.gutter or 0
    wide = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0) - gutter
    high = (section.page_height or 0) - abs(section.top_margin or 0) - abs(section.bottom_margin or 0)
    names = {_attribute(style.find(qn("w:name"))).lower(): style.get(qn("w:styleId")) for style in _styles(document)}
    room, high = max(wide // _TWIP, _LEAST), max(high // _TWIP, _LEAST)
    return Blank(document=document, room=room, high=high, arial=house is None, names=names)


def _own() -> Document:
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    _replace(document.styles.element, word_styles.styles())
    _replace(document.part.numbering_part.element, word_styles.numbering())
    _replace(document.settings.element, word_styles.settings())
    _keep_references(document)
    body = document.element.body
    body.remove(body.sectPr)
    body.append(parse_xml(word_styles.page()))
    foot = document.sections[0].footer
    foot.is_linked_to_previous = False
    _replace(foot._element, f'<w:ftr xmlns:w="{word_styles.W}">{word_styles.footer()}</w:ftr>')
    return document


def _house(file: Path) -> Document:
    """A department's document without its text."""
    import docx
    from docx.oxml.ns import qn

    name = shown_path(file)
    content = _content(file, name)
    try:
        _check_parts(content, name)
        document = docx.Document(io.BytesIO(content))
        section, settings = document.sections[0]._sectPr, document.settings.element
        document.styles.element.xpath("w:style")
    except (zipfile.BadZipFile, EOFError, zlib.error) as problem:
        raise _refused(name, f"the file is damaged or cut short ({problem})", "Fetch or save it again.") from None
    except (
        SyntaxError,
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as problem:
        hint = "Open it in Word, let it be repaired, and save it."
        raise _refused(name, f"a part of the file cannot be read ({problem})", hint) from None
    body = document.element.body
    for child in list(body):
        body.remove(child)
    for change in section.findall(qn("w:sectPrChange")):
        section.remove(change)
    body.append(section)
    for kind in _LEFT_OUT:
        for element in settings.findall(qn(f"w:{kind}")):
            settings.remove(element)
    _keep_references(document)
    return document


def _content(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _refused(name, "the file is over 50 MB", "Take out its pictures and text: only its styles are used.")
        content = file.read_bytes()
    except FileNotFoundError:
        hint = "Check its name and folder."
        raise BadInput([FileMissing(says=f"there is no file {name}", hint=hint)]) from None
    except OSError as problem:
        raise _refused(name, f"the file cannot be read ({problem.strerror})", "Name one Word document.") from None
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        says = "this is a document of Word 97 to 2003 (.doc), or one that is protected with a password"
        raise _refused(name, says, f"Take off the password if it has one. {_AS_DOCX}")
    if not content.startswith(b"PK"):
        raise _refused(name, "the file is empty" if not content else "this is no Word document", _AS_DOCX)
    return content


def _check_parts(content: bytes, name: str) -> None:
    """Refuse what is no document, has macros, or is too large, before it is read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise _refused(name, "the file is over 50 MB when unpacked", "Take out its pictures and text.")
        parts = {entry.filename for entry in entries}
        if "[Content_Types].xml" not in parts:
            raise _refused(name, "this is a packed file, and no Word document", _AS_DOCX)
        types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
        if "macroEnabled" in types or any("vba" in part.lower() or "activex" in part.lower() for part in parts):
            raise _refused(name, "this document has macros", f"A house style has none. {_AS_DOCX}")
        if "wordprocessingml.template.main" in types:
            raise _refused(name, "this is a Word template (.dotx)", _AS_DOCX)
        if "wordprocessingml.document.main" not in types:
            raise _refused(name, "this is a packed file, and no Word document", _AS_DOCX)
        if any(b"<!DOCTYPE" in archive.read(part)[:4096] for part in parts if part.endswith((".xml", ".rels"))):
            says = "a part of the file declares a document type, which no Word document does"
            raise _refused(name, says, "Do not open this file unless you trust who made it.")


def _refused(name: str, says: str, hint: str) -> BadInput:
    mistake: Mistake = NotAWordDocument(says=says, hint=hint, where=Position(name))
    return BadInput([mistake])


def _keep_references(document: Document) -> None:
    """Drop every reference of a document, but those to its look; what nothing refers to is not saved."""
    from docx.oxml.ns import qn

    shown = {reference.get(qn("r:id")) for reference in document.element.iter() if reference.get(qn("r:id"))}
    for key, relation in list(document.part.rels.items()):
        kind = relation.reltype.rpartition("/")[2]
        if kind not in _KEPT or (kind in ("header", "footer") and key not in shown):
            document.part.rels.pop(key)
        elif kind == "settings":
            relation.target_part.rels.clear()
    package = document.part.package.rels
    for key in [key for key, relation in package.items() if not relation.reltype.endswith("/officeDocument")]:
        package.pop(key)


def _describe(document: Document, title: str, language: str) -> None:
    """The document's properties: nothing of a house style's own, and no clock."""
    core = document.core_properties
    core.title, core.language, core.revision = one_line(title)[:255], language, 1
    core.author = core.last_modified_by = core.comments = ""
    core.created = core.modified = _DATE


def _add_styles(document: Document) -> None:
    """Add the styles that a document lacks, with their numbering."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.parts.numbering import NumberingPart

    held = {_attribute(style.find(qn("w:name"))).lower() for style in _styles(document)}
    keys = {style.get(qn("w:styleId")) for style in _styles(document)}
    missing = [style for style in parse_xml(word_styles.styles()) if style.tag == qn("w:style")]
    missing = [style for style in missing if _attribute(style.find(qn("w:name"))).lower() not in held]
    if not missing:
        return
    if not any(relation.reltype.endswith("/numbering") for relation in document.part.rels.values()):
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI

        empty = parse_xml(f'<w:numbering xmlns:w="{word_styles.W}"/>')
        package = document.part.package
        part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, empty, package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    numbering = document.part.numbering_part.element
    own = parse_xml(word_styles.numbering())
    for style in missing:
        added = copy.deepcopy(style)
        added.attrib.pop(qn("w:default"), None)
        while added.get(qn("w:styleId")) in keys:
            added.set(qn("w:styleId"), f"{added.get(qn('w:styleId'))}x")
        for number in added.iter(qn("w:numId")):
            number.set(qn("w:val"), str(_add_numbering(numbering, own, _attribute(number))))
        document.styles.element.append(added)


def _add_numbering(numbering: Any, own: Any, number: str) -> int:
    """Copy one of our kinds of numbering into a document, under ids that are free; return its number."""
    from docx.oxml.ns import qn

    kinds = numbering.findall(qn("w:abstractNum"))
    kind = copy.deepcopy(own.xpath(f'w:abstractNum[@w:abstractNumId="{int(number) - 1}"]')[0])
    free = max((int(other.get(qn("w:abstractNumId"))) for other in kinds), default=-1) + 1
    kind.set(qn("w:abstractNumId"), str(free))
    numbering.insert(numbering.index(kinds[-1]) + 1 if kinds else 0, kind)
    return int(numbering.add_num(free).numId)


def _styles(document: Document) -> list[Any]:
    from docx.oxml.ns import qn

    return [style for style in document.styles.element if style.tag == qn("w:style")]


def _attribute(element: Any) -> str:
    from docx.oxml.ns import qn

    return str(element.get(qn("w:val")))


def _replace(element: Any, content: str) -> None:
    """Put the children of some XML in place of an element's own."""
    from docx.oxml import parse_xml

    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(content)))
