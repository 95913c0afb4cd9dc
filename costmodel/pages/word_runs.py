"""Text in a line of a Word document: what is bold, a link or a picture, as plain data and as WordprocessingML.

Text is only text: no field, no markup and no link but to the web and to an address of mail comes out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from costmodel.pages.drawing import Figure, safe
from costmodel.pages.house_style import Blank
from costmodel.pages.metafile import metafile
from costmodel.pages.word_styles import CODE, LINK, W

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_LINK = re.compile(
    r"https?://[a-z0-9.-]+(:\d{1,5})?([/?#][!-~]{0,1900})?|mailto:[a-z0-9.!#$%&'*+/=_`{|}~-]+@[a-z0-9.-]+",
    re.IGNORECASE,
)
"""An address that Word can follow; anything else stays text."""
_PIXEL = 9525
"""English metric units, in which Word measures pictures, of a pixel of a drawing."""
_TWIP = 635
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{_RELATIONS}" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Some text of one look, or a picture with its alternative text."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    picture: Figure | None = None


def spans_of(node: SyntaxTreeNode, drawings: Mapping[str, Figure], look: Span = Span(text="")) -> list[Span]:
    """What stands in a line of Markdown. A picture that there is no drawing of is shown as its words and its name."""
    found: list[Span] = []
    for child in node.children:
        if child.type in ("text", "code_inline"):
            found.append(replace(look, text=child.content, code=child.type == "code_inline"))
        elif child.type in ("softbreak", "hardbreak"):
            found.append(replace(look, text=" " if child.type == "softbreak" else "\n"))
        elif child.type == "image":
            found.append(_picture(child, drawings, look))
        elif child.type == "link":
            to = str(child.attrs.get("href", ""))
            inside = replace(look, link=to) if _LINK.fullmatch(to) else look
            found += spans_of(child, drawings, inside)
        else:
            strong, emphasis = child.type == "strong", child.type == "em"
            found += spans_of(child, drawings, replace(look, bold=look.bold or strong, italic=look.italic or emphasis))
    return [span for span in found if span.text or span.picture]


def _picture(node: SyntaxTreeNode, drawings: Mapping[str, Figure], look: Span) -> Span:
    source, words = str(node.attrs.get("src", "")), node.content
    if figure := drawings.get(source):
        return replace(look, text=words or figure.description, picture=figure)
    return replace(look, text=f"{words} ({source})" if words else source)


class Runs:
    """Writes spans into a document, which comes to hold their pictures and the addresses of their links."""

    def __init__(self, blank: Blank) -> None:
        self.blank = blank
        self._pictures: dict[Figure, str] = {}
        self._count = 0

    def of(self, spans: Iterable[Span], *, bold: bool = False, points: int | None = None) -> str:
        """Spans as runs, all of them bold where asked, in text of so many points where its style's own is too large."""
        return "".join(self._run(replace(span, bold=span.bold or bold), points) for span in spans)

    def _run(self, span: Span, points: int | None) -> str:
        if span.picture:
            return f"<w:r>{self._inline(span.picture, span.text)}</w:r>"
        kind = LINK if span.link else CODE if span.code else ""
        looks = [f'<w:rStyle w:val="{self.blank.style(kind)}"/>'] if kind else []
        looks += ["<w:b/><w:bCs/>"] if span.bold else []
        looks += ["<w:i/><w:iCs/>"] if span.italic else []
        looks += [f'<w:sz w:val="{points * 2}"/><w:szCs w:val="{points * 2}"/>'] if points else []
        look = f"<w:rPr>{''.join(looks)}</w:rPr>" if looks else ""
        lines = [f'<w:t xml:space="preserve">{safe(line)}</w:t>' if line else "" for line in span.text.split("\n")]
        run = f"<w:r>{look}{'<w:br/>'.join(lines)}</w:r>"
        if not span.link:
            return run
        from docx.opc.constants import RELATIONSHIP_TYPE

        key = self.blank.document.part.relate_to(span.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{key}" w:history="1">{run}</w:hyperlink>'

    def _inline(self, figure: Figure, words: str) -> str:
        """A picture in a line, no larger than the page's text."""
        self._count += 1
        size = min(
            1.0, self.blank.room * _TWIP / (figure.width * _PIXEL), self.blank.high * _TWIP / (figure.height * _PIXEL)
        )
        extent = f'cx="{int(figure.width * _PIXEL * size)}" cy="{int(figure.height * _PIXEL * size)}"'
        named = f'id="{self._count}" name="Figure {self._count}"'
        return (
            f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
            f'<wp:docPr {named} descr="{safe(words)}"/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr {named} descr="{safe(words)}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{self._embedded(figure)}"/>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )

    def _embedded(self, figure: Figure) -> str:
        """The reference to a picture, which is put into the document once."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        if figure not in self._pictures:
            part = self.blank.document.part
            name = PackURI(f"/word/media/figure{len(self._pictures) + 1}.emf")
            picture = Part(name, "image/x-emf", metafile(figure), part.package)
            self._pictures[figure] = part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
        return self._pictures[figure]


def plain(spans: Sequence[Span]) -> str:
    """The text of some spans alone."""
    return "".join(span.text for span in spans)
