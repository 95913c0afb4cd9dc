"""A text in Markdown is a Word document that people can edit, hear and print, and nothing in it is more than text."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from chart_examples import COST, SWINGS
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, Twips
from openxml_audit import OpenXmlValidator
from recalculation import converted_by_libreoffice

from costmodel.pages.charts_by_year import columns_by_year
from costmodel.pages.charts_of_rows import tornado
from costmodel.pages.metafile import metafile
from costmodel.pages.word import word_of

DRAWINGS = {"figures/cost.svg": columns_by_year(COST), "figures/moves.svg": tornado(SWINGS)}
BRIEF = """# Teams in every area

The ask is **£87.8 million**, *in cash*, by `total`. See [the review](https://www.gov.uk/review?a=1&b=2).

![Cost by year, in words.](figures/cost.svg)

## Costs per year

|  | 2022/23 | 2023/24 | Grade |
| :-- | --: | --: | :-- |
| Number of teams operating fully from the start of the year | 40 | 80 | published |
| Labour costs of teams fully operational (£) | 9,507,392 | 19,585,227 | calibrated |

What follows the table.

### What is bought

- Teams
  - with psychologists
    - in every area
      - and one level more
- Training

1. First
2. Second

   and more of it

Between.

4. Fourth
5. Fifth

> **Look at this first.**

![](figures/moves.svg)
"""


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def made(markdown: str = BRIEF) -> Document:
    return opened(word_of(markdown, title="Teams", drawings=DRAWINGS))


def number(document: Document, text: str) -> str:
    """The id of the numbering of an item."""
    paragraph = next(paragraph for paragraph in document.paragraphs if paragraph.text == text)
    return str(paragraph._p.xpath("w:pPr/w:numPr/w:numId/@w:val")[0])


def faults(content: bytes, folder: Path) -> list[str]:
    """What the schema of ECMA-376, as the Open XML SDK has it, does not allow."""
    file = folder / "document.docx"
    file.write_bytes(content)
    return [f"{found.part_uri}: {found.description}" for found in OpenXmlValidator().validate(file).errors]


def test_headings_paragraphs_and_lists_are_those_of_word() -> None:
    found = [(paragraph.style.name, paragraph.text) for paragraph in made().paragraphs if paragraph.style]
    assert found == [
        ("Heading 1", "Teams in every area"),
        ("Normal", "The ask is £87.8 million, in cash, by total. See the review."),
        ("Figure", ""),
        ("Heading 2", "Costs per year"),
        ("Normal", "What follows the table."),
        ("Heading 3", "What is bought"),
        ("List Bullet", "Teams"),
        ("List Bullet 2", "with psychologists"),
        ("List Bullet 3", "in every area"),
        ("List Bullet 3", "and one level more"),
        ("List Bullet", "Training"),
        ("List Number", "First"),
        ("List Number", "Second"),
        ("Normal", "and more of it"),
        ("Normal", "Between."),
        ("List Number", "Fourth"),
        ("List Number", "Fifth"),
        ("Quote", "Look at this first."),
        ("Figure", ""),
    ]


def test_text_keeps_its_look_and_a_link_its_address() -> None:
    paragraph = made().paragraphs[1]
    looks = {run.text: (bool(run.bold), bool(run.italic), run.style.name) for run in paragraph.runs}
    assert looks["£87.8 million"][:2] == (True, False)
    assert looks["in cash"][:2] == (False, True)
    assert looks["total"][2] == "Code"
    (link,) = paragraph.hyperlinks
    assert (link.text, link.address) == ("the review", "https://www.gov.uk/review?a=1&b=2")


def test_numbers_start_again_in_each_list_and_where_the_text_says() -> None:
    document = made()
    assert number(document, "First") == number(document, "Second")
    assert number(document, "Second") != number(document, "Fourth")
    starts = document.part.numbering_part.element.xpath(
        f'w:num[@w:numId="{number(document, "Fourth")}"]//w:startOverride/@w:val'
    )
    assert starts == ["4"]


def test_a_table_has_a_header_row_that_is_repeated_and_rows_that_stay_whole() -> None:
    (table,) = made().tables
    header, *others = table.rows
    assert [cell.text for cell in header.cells] == ["", "2022/23", "2023/24", "Grade"]
    assert header._tr.xpath("w:trPr/w:tblHeader")
    assert not any(row._tr.xpath("w:trPr/w:tblHeader") for row in others)
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Costs per year"
    alignments = [[str(cell.paragraphs[0].alignment or "left")[:5] for cell in row.cells] for row in table.rows]
    assert {tuple(row) for row in alignments} == {("left", "RIGHT", "RIGHT", "left")}


def test_columns_are_as_wide_as_what_is_in_them_and_the_table_as_wide_as_the_page_at_most() -> None:
    narrow, wide = made().tables[0], made("| a | b |\n|--|--:|\n| x | 1 |\n").tables[0]
    widths = [column.width or 0 for column in narrow.columns]
    assert widths[0] > widths[2] > widths[1]
    assert sum(widths) <= Cm(15.93)
    assert sum(column.width or 0 for column in wide.columns) < Cm(4)


def test_many_figures_are_in_smaller_text_rather_than_broken() -> None:
    cells = " | ".join(["98,765,432"] * 9)
    header = f"| Row | {' | '.join(['2022/23'] * 9)} |\n|:--|{'--:|' * 9}"
    (table,) = made(f"{header}\n| Total each year | {cells} |\n").tables
    assert table.cell(1, 1).paragraphs[0].runs[0].font.size in (Pt(8), Pt(9))
    assert sum(column.width or 0 for column in table.columns) <= Cm(15.93)


def test_a_figure_has_words_and_is_no_wider_than_the_text() -> None:
    document = made()
    first, second = document.inline_shapes
    assert first._inline.docPr.get("descr") == "Cost by year, in words."
    assert second._inline.docPr.get("descr") == DRAWINGS["figures/moves.svg"].description
    assert first.width <= Cm(15.93)
    assert first.height / first.width == pytest.approx(columns_by_year(COST).height / 640, rel=1e-3)
    blips = [shape._inline.graphic.graphicData.pic.blipFill.blip.embed for shape in (first, second)]
    assert [document.part.related_parts[key].blob for key in blips] == [
        metafile(figure) for figure in DRAWINGS.values()
    ]


def test_a_figure_that_is_shown_twice_is_held_once() -> None:
    content = word_of("![a](figures/cost.svg)\n\n![b](figures/cost.svg)", title="", drawings=DRAWINGS)
    assert [shape._inline.docPr.get("descr") for shape in opened(content).inline_shapes] == ["a", "b"]
    assert sum(name.endswith(".emf") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()) == 1


def test_a_picture_that_there_is_no_drawing_of_is_named_and_never_fetched() -> None:
    document = made("![what it shows](https://example.org/x.png) and ![](figures/none.svg)")
    assert document.paragraphs[0].text == "what it shows (https://example.org/x.png) and figures/none.svg"
    assert len(document.inline_shapes) == 0


def test_the_page_is_a4_with_its_number_and_the_text_large_enough() -> None:
    document = made()
    section = document.sections[0]
    assert (section.page_width, section.page_height) == (Twips(11906), Twips(16838))
    assert section.left_margin == section.right_margin == Cm(2.54)
    footer = section.footer._element
    assert [field.get(qn("w:instr")) for field in footer.iter(qn("w:fldSimple"))] == [" PAGE "]
    sizes = [int(size.get(qn("w:val"))) for size in document.styles.element.iter(qn("w:sz"))]
    assert min(sizes) >= 18
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:sz"))).get(qn("w:val")) == "22"
    assert next(defaults.iter(qn("w:rFonts"))).get(qn("w:ascii")) == "Arial"


def test_a_document_says_its_title_and_language_and_holds_no_clock() -> None:
    core = opened(word_of(BRIEF, title="Teams\n  in England", language="cy-GB")).core_properties
    assert (core.title, core.language, core.author, core.last_modified_by) == ("Teams in England", "cy-GB", "", "")
    assert core.created == core.modified == datetime(1980, 1, 1, tzinfo=UTC)
    languages = opened(word_of(BRIEF, title="")).styles.element.iter(qn("w:lang"))
    assert {language.get(qn("w:val")) for language in languages} == {"en-GB"}


def test_the_same_text_gives_the_same_bytes_with_no_date_in_them() -> None:
    content = word_of(BRIEF, title="Teams", drawings=DRAWINGS)
    assert word_of(BRIEF, title="Teams", drawings=DRAWINGS) == content
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("markdown", [BRIEF, "", "text", "| a |\n|--|\n| b |", "- \n- a\n", "***\n\n<!-- -->"])
def test_every_part_is_as_the_schema_has_it(markdown: str, tmp_path: Path) -> None:
    assert faults(word_of(markdown, title="Teams", drawings=DRAWINGS), tmp_path) == []


def test_there_is_no_empty_paragraph_but_between_two_tables() -> None:
    table = "| a |\n|--|\n| b |\n"
    found = made(f"{BRIEF}\n- \n\n&#32;\n\n***\n").paragraphs
    assert all(paragraph.text or paragraph._p.xpath(".//w:drawing") for paragraph in found)
    assert [p.text for p in made(f"{table}\n{table}").paragraphs] == [""]
    assert len(made(f"{table}\n{table}").tables) == 2


# Hostile text

NASTY = [
    "<b>bold</b> <script>alert(1)</script> <!-- hidden -->",
    "<div>\n<w:p/>\n</div>",
    "{ HYPERLINK \"file://c/x\" } {\\field} =cmd|' /C calc'!A0",
    ']]> </w:t></w:r></w:p> &amp; "quoted"',
    "a\x0bb\x1f \ufffe \u202e back",
]


@pytest.mark.parametrize("text", NASTY)
def test_text_is_only_text(text: str, tmp_path: Path) -> None:
    content = word_of(f"# {text}\n\n{text}\n\n| {text.replace('|', '')} |\n|--|\n| b |\n", title=text)
    document = opened(content)
    assert document.paragraphs[-1].text
    names = {element.tag for element in document.element.body.iter()}
    never = ("fldSimple", "instrText", "fldChar", "object", "pict", "altChunk", "txbxContent", "hyperlink")
    assert not names & {qn(f"w:{name}") for name in never}
    assert faults(content, tmp_path) == []


def test_raw_html_is_shown_as_it_is_written() -> None:
    assert made("<b>bold</b>").paragraphs[0].text == "<b>bold</b>"
    assert made("<div>\nx\n</div>").paragraphs[0].text == "<div> x </div>"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.org/", "//evil.org/x", "data:text/html,x", "x.docx", "#top",
     "https://", "http://a b.org/", "https://user:pass@x.org/", "mailto:", "mailto:a@b@c", "vbscript:x", "\\\\host\\x"],
)  # fmt: skip
def test_only_addresses_of_the_web_and_of_mail_are_links(address: str) -> None:
    document = made(f"[words](<{address}>)")
    assert "words" in document.paragraphs[0].text
    assert [relation.target_ref for relation in document.part.rels.values() if relation.is_external] == []


@pytest.mark.parametrize("address", ["https://www.gov.uk", "HTTP://x.org:80/a?b#c", "mailto:team.one+x@dept.gov.uk"])
def test_addresses_of_the_web_and_of_mail_are_links(address: str) -> None:
    (link,) = made(f"[words]({address})").paragraphs[0].hyperlinks
    assert link.address.lower().rstrip("/") == address.lower().partition("#")[0] or "#" in address


@pytest.mark.libreoffice("sw")
def test_another_word_processor_reads_the_same_headings_tables_and_words(tmp_path: Path) -> None:
    file = tmp_path / "brief.docx"
    file.write_bytes(word_of(BRIEF, title="Teams", drawings=DRAWINGS))
    (resaved,) = converted_by_libreoffice([file], tmp_path, "docx")
    document, own = docx.Document(str(resaved)), made()

    def headings(of: Document) -> list[tuple[str, str]]:
        named = [(paragraph.style.name or "", paragraph.text) for paragraph in of.paragraphs if paragraph.style]
        return [(name, text) for name, text in named if name.startswith("Heading")]

    assert headings(document) == headings(own)
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        [cell.text for cell in row.cells] for row in own.tables[0].rows
    ]
    assert document.tables[0].rows[0]._tr.xpath("w:trPr/w:tblHeader")
    words = [element.get("descr") for element in document.element.body.iter(qn("wp:docPr"))]
    assert words == ["Cost by year, in words.", DRAWINGS["figures/moves.svg"].description]
    assert document.core_properties.title == "Teams"
