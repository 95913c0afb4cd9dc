"""A department's own document gives its look and nothing else; what is no Word document, or has macros, is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from openxml_audit import OpenXmlValidator

from costmodel.errors import BadInput
from costmodel.pages.word import word_of

TEXT = """# Title

### Third

Text, `code` and [a link](https://www.gov.uk).

- one

1. two

> quote

| a |
|--|
| b |
"""
RED = RGBColor(0xB0, 0x00, 0x20)


def house(folder: Path, change: Callable[[Document], None] = lambda document: None) -> Path:
    """A department's document, with text, properties and a header of its own."""
    document = docx.Document()
    document.styles["Heading 1"].font.color.rgb = RED
    section = document.sections[0]
    section.page_width, section.page_height, section.left_margin = Cm(21), Cm(29.7), Pt(108)
    section.header.paragraphs[0].text = "DEPARTMENT FOR EXAMPLES"
    document.add_heading("A secret heading", 1)
    document.add_paragraph("A secret paragraph")
    document.add_picture(io.BytesIO(PICTURE))
    document.core_properties.author = document.core_properties.keywords = "A secret name"
    change(document)
    file = folder / "house.docx"
    document.save(str(file))
    return file


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
"""A PNG of one white pixel."""


def made(file: Path) -> Document:
    return docx.Document(io.BytesIO(word_of(TEXT, title="Title", house=file)))


def without(*names: str) -> Callable[[Document], None]:
    """Takes styles out, as Word leaves out those that were never used."""

    def change(document: Document) -> None:
        for style in list(document.styles.element):
            name = style.find(qn("w:name"))
            if name is not None and name.get(qn("w:val")) in names:
                document.styles.element.remove(style)

    return change


def edited(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The file with its parts changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def test_its_styles_page_and_header_are_taken(tmp_path: Path) -> None:
    document = made(house(tmp_path))
    heading = document.paragraphs[0].style
    assert heading is not None
    assert heading.font.color.rgb == RED
    assert document.sections[0].left_margin == Pt(108)
    assert document.sections[0].header.paragraphs[0].text == "DEPARTMENT FOR EXAMPLES"


def test_its_text_properties_and_pictures_stay_behind(tmp_path: Path) -> None:
    content = word_of(TEXT, title="Title", house=house(tmp_path))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, part in held.items() if b"secret" in part] == []
    assert not any(name.startswith("word/media") or "thumbnail" in name or "customXml" in name for name in held)
    assert docx.Document(io.BytesIO(content)).core_properties.author == ""


def test_styles_that_it_lacks_are_added_with_real_lists(tmp_path: Path) -> None:
    lacking = ("heading 3", "List Bullet", "List Number", "Quote", "Table Grid")
    file = house(tmp_path, without(*lacking))
    document = made(file)
    names = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert names == ["Heading 1", "Heading 3", "Normal", "List Bullet", "List Number", "Quote"]
    numbering = document.part.numbering_part.element
    for style in ("List Bullet", "List Number"):
        (number,) = document.styles[style].element.xpath(".//w:numId/@w:val")
        (kind,) = numbering.xpath(f'w:num[@w:numId="{number}"]/w:abstractNumId/@w:val')
        assert numbering.xpath(f'w:abstractNum[@w:abstractNumId="{kind}"]/w:lvl/w:lvlText/@w:val')
    result = tmp_path / "result.docx"
    result.write_bytes(word_of(TEXT, title="Title", house=file))
    assert [str(fault) for fault in OpenXmlValidator().validate(result).errors] == []


def test_a_document_without_any_numbering_is_given_some(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        without(*(f"List {kind}{level}" for kind in ("Bullet", "Number") for level in ("", " 2", " 3")))(document)
        for key in [key for key, relation in document.part.rels.items() if relation.reltype.endswith("/numbering")]:
            document.part.rels.pop(key)

    document = made(house(tmp_path, change))
    assert document.part.numbering_part.element.xpath("w:abstractNum/w:lvl/w:numFmt/@w:val").count("bullet") == 3


def test_settings_that_point_out_of_it_or_lock_it_are_left_out(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        part = document.settings._element
        key = next(
            relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith("/settings")
        ).relate_to("file:///c:/evil.dotm", "http://x/attachedTemplate", is_external=True)
        for name, attribute, value in (
            ("attachedTemplate", "r:id", key),
            ("documentProtection", "w:enforcement", "1"),
        ):
            element = OxmlElement(f"w:{name}")
            element.set(qn(attribute), value)
            part.insert(0, element)

    content = word_of(TEXT, title="Title", house=house(tmp_path, change))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"evil" in archive.read(name) for name in archive.namelist())
        assert b"documentProtection" not in archive.read("word/settings.xml")


def test_the_first_section_is_taken_where_there_are_more(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        document.add_section().left_margin = Pt(200)

    document = made(house(tmp_path, change))
    assert [section.left_margin for section in document.sections] == [Pt(108)]


def test_the_same_house_style_gives_the_same_bytes(tmp_path: Path) -> None:
    file = house(tmp_path)
    assert word_of(TEXT, title="Title", house=file) == word_of(TEXT, title="Title", house=file)


# What is refused


def macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"macro"


def macro_type(parts: dict[str, bytes]) -> None:
    types = parts["[Content_Types].xml"]
    old = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts["[Content_Types].xml"] = types.replace(old, b"application/vnd.ms-word.document.macroEnabled.main+xml")


def template(parts: dict[str, bytes]) -> None:
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"document.main", b"template.main")


def no_types(parts: dict[str, bytes]) -> None:
    parts.pop("[Content_Types].xml")


def no_text(parts: dict[str, bytes]) -> None:
    parts.pop("word/document.xml")


def broken(parts: dict[str, bytes]) -> None:
    parts["word/styles.xml"] = b"<w:styles"


def entities(parts: dict[str, bytes]) -> None:
    parts["word/styles.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["word/styles.xml"]


def workbook(parts: dict[str, bytes]) -> None:
    parts["[Content_Types].xml"] = b"<Types/>"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (macros, "this document has macros"),
        (macro_type, "this document has macros"),
        (template, "this is a Word template (.dotx)"),
        (no_types, "this is a packed file, and no Word document"),
        (workbook, "this is a packed file, and no Word document"),
        (no_text, "a part of the file cannot be read"),
        (broken, "a part of the file cannot be read"),
        (entities, "a part of the file declares a document type"),
    ],
)
def test_what_is_no_document_of_styles_is_refused(
    change: Callable[[dict[str, bytes]], None], says: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as refused:
        made(edited(house(tmp_path), change))
    (mistake,) = refused.value.mistakes
    assert (mistake.code, says in mistake.says) == ("NotAWordDocument", True), mistake
    assert mistake.where is not None
    assert mistake.hint


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"Dear minister", "this is no Word document"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "this is a document of Word 97 to 2003 (.doc), or one that is protected"),
        (b"PK\x03\x04 cut short", "the file is damaged or cut short"),
    ],
)
def test_what_is_no_packed_file_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "house.docx"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"house\.docx: ") as refused:
        made(file)
    assert refused.value.mistakes[0].says.startswith(says)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        made(tmp_path / "none.docx")
    with pytest.raises(BadInput, match="cannot be read"):
        made(tmp_path)


def test_a_file_that_unpacks_to_more_than_any_style_is_refused(tmp_path: Path) -> None:
    def bomb(parts: dict[str, bytes]) -> None:
        parts["word/media/bomb.png"] = b"\0" * 60_000_000

    file = edited(house(tmp_path), bomb)
    with zipfile.ZipFile(file) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in packed.items():
            archive.writestr(name, content)
    with pytest.raises(BadInput, match="over 50 MB when unpacked"):
        made(file)
