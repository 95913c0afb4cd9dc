"""Markdown as a Word document: real headings, lists and tables, figures with words for those who do not see them.

The same Markdown, figures and house style give the same bytes: there is no clock in them. Raw HTML in the Markdown is
shown as text, a rule across the page is left out, and a house style's own text, properties and links are not taken.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from costmodel.pages.drawing import Figure
from costmodel.pages.house_style import Blank, blank_document
from costmodel.pages.word_runs import SPACES, Runs, Span, spans_of
from costmodel.pages.word_styles import FIGURE, NORMAL, QUOTE, heading, indent, list_style
from costmodel.pages.word_tables import WordCell, word_table

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_AFTER_TABLE, _AFTER_LIST = 200, 160
"""Twentieths of a point below a table and a list, before what has no space of its own."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def word_of(
    markdown: str,
    *,
    title: str,
    language: str = "en-GB",
    drawings: Mapping[str, Figure] | None = None,
    house: Path | None = None,
) -> bytes:
    """The content of a .docx file with the text, and the drawings that it names, as in ``![words](figures/cost.svg)``.

    Raises:
        BadInput: where the house style cannot be read, is no Word document, or has macros.
    """
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    blank = blank_document(title, language, house)
    body = _Body(blank, drawings or {}).of(SyntaxTreeNode(reader.parse(markdown)))
    _fill(blank, body)
    return _packed(blank)


class _Body:
    """Writes the blocks of a text, one after another."""

    def __init__(self, blank: Blank, drawings: Mapping[str, Figure]) -> None:
        self.blank, self.drawings, self.runs = blank, drawings, Runs(blank)
        self._heading = ""
        self._before = 0
        """Twentieths of a point that the next plain paragraph is set off by."""

    def of(self, root: SyntaxTreeNode) -> str:
        """All blocks as WordprocessingML."""
        return "".join(self._block(node, NORMAL) for node in root.children)

    def _block(self, node: SyntaxTreeNode, style: str) -> str:
        if node.type == "heading":
            self._heading = node.children[0].content
            return self._paragraph(self._spans(node), heading(int(node.tag[1])))
        if node.type == "paragraph":
            spans = self._spans(node)
            alone = all(span.picture for span in spans) and style == NORMAL
            return self._paragraph(spans, FIGURE if alone else style)
        if node.type in ("bullet_list", "ordered_list"):
            items = self._list(node, 1)
            self._before = _AFTER_LIST
            return items
        if node.type == "table":
            return self._table(node)
        if node.type in ("fence", "code_block"):
            return self._paragraph([Span(text=node.content.rstrip("\n"), code=True)], style)
        inside = QUOTE if node.type == "blockquote" else style
        return "".join(self._block(child, inside) for child in node.children)

    def _spans(self, node: SyntaxTreeNode) -> list[Span]:
        return [span for inline in node.children for span in spans_of(inline, self.drawings)]

    def _paragraph(self, spans: Sequence[Span], style: str, place: str = "") -> str:
        """A paragraph; nothing where there is nothing in it."""
        if not any(span.picture or span.text.strip() for span in spans):
            return ""
        apart = f'<w:spacing w:before="{self._before}"/>' if self._before and style in (NORMAL, FIGURE) else ""
        self._before = 0
        look = f'<w:pPr><w:pStyle w:val="{self.blank.style(style)}"/>{apart}{place}</w:pPr>'
        return f"<w:p>{look}{self.runs.of(spans)}</w:p>"

    def _list(self, node: SyntaxTreeNode, depth: int) -> str:
        """The items of a list, and of those inside it; numbers start again in each list."""
        ordered = node.type == "ordered_list"
        style = list_style(ordered=ordered, depth=depth)
        start = int(node.attrs.get("start", 1)) if ordered else 1
        number = f'<w:numId w:val="{self.blank.restarted(style, start)}"/>' if ordered else ""
        found = []
        for item in node.children:
            name, place = style, f'<w:numPr><w:ilvl w:val="0"/>{number}</w:numPr>' if ordered else ""
            for child in item.children:
                if child.type == "paragraph":
                    found.append(self._paragraph(self._spans(child), name, place))
                elif child.type in ("bullet_list", "ordered_list"):
                    found.append(self._list(child, depth + 1))
                else:
                    found.append(self._block(child, NORMAL))
                name, place = NORMAL, f'<w:ind w:left="{indent(depth)}"/>'
        return "".join(found)

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [
            [WordCell(spans=tuple(self._spans(cell)), align=_aligned(cell)) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        # Two tables with nothing between them are one to Word: an empty paragraph, which is otherwise never written.
        apart = "<w:p/>" if self._before == _AFTER_TABLE else ""
        self._before = _AFTER_TABLE
        return apart + word_table(rows, self.runs, self._heading)


def _aligned(cell: SyntaxTreeNode) -> str:
    return str(cell.attrs.get("style", "")).removeprefix("text-align:") or "left"


def _fill(blank: Blank, content: str) -> None:
    from docx.oxml import parse_xml

    body = blank.document.element.body
    for at, block in enumerate(parse_xml(f"<w:body {SPACES}>{content}</w:body>")):
        body.insert(at, block)


def _packed(blank: Blank) -> bytes:
    """The document as a file, whose parts all have the same date."""
    saved, packed = io.BytesIO(), io.BytesIO()
    blank.document.save(saved)
    with zipfile.ZipFile(saved) as written, zipfile.ZipFile(packed, "w") as archive:
        for name in written.namelist():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), written.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
