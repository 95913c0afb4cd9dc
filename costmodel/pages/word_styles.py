"""The look of a Word document where no department's own is given: styles, numbering and settings, as XML.

Sizes are those of accessible documents: 11 point sans serif text, left-aligned, with space between paragraphs.
"""

from __future__ import annotations

from costmodel.workbook.styles import FONT, PALETTE

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACE = f'xmlns:w="{W}"'
_BLUE, _RULE = PALETTE[0].removeprefix("#"), "8A8A8A"
_DEPTHS = (1, 2, 3)
_INDENT = 360
"""Twentieths of a point by which each level of a list goes in."""
NORMAL, TABLE_TEXT, TABLE_HEADING, TABLE, FIGURE, QUOTE, CODE, LINK = (
    "Normal", "Table Text", "Table Heading", "Table Grid", "Figure", "Quote", "Code", "Hyperlink",
)  # fmt: skip
_HEADINGS = ((40, 0, 240), (30, 360, 120), (24, 280, 80), (22, 240, 80), (22, 240, 80), (22, 240, 80))
"""For each level of heading: half points of its text, and twentieths of a point before and after it."""


def heading(level: int) -> str:
    """The name of a style of heading, as Word stores it."""
    return f"heading {min(level, len(_HEADINGS))}"


def list_style(*, ordered: bool, depth: int) -> str:
    """The name of the style of an item at a depth of 1 or more; beyond the third it is as the third."""
    level = min(depth, _DEPTHS[-1])
    return f"List {'Number' if ordered else 'Bullet'}{f' {level}' if level > 1 else ''}"


def indent(depth: int) -> int:
    """Twentieths of a point by which the text of an item goes in."""
    return _INDENT * min(depth, _DEPTHS[-1])


def styles() -> str:
    """Every style that a document uses."""
    size = 22
    font = FONT["font_name"]
    fonts = " ".join(f'w:{kind}="{font}"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))
    text = f'<w:rFonts {fonts}/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:lang w:val="en-GB"/>'
    spacing = '<w:spacing w:after="160" w:line="276" w:lineRule="auto"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{text}</w:rPr></w:rPrDefault>"
        f"<w:pPrDefault><w:pPr>{spacing}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    rule = f'w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"'
    borders = "".join(f"<w:{side} {rule}/>" for side in ("top", "bottom", "insideH"))
    margins = '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    found = [
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
        (
            '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
            '<w:name w:val="Default Paragraph Font"/></w:style>'
        ),
        (
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
            f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>'
        ),
        (
            f'<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/>'
            f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style>"
        ),
        *(_heading(level, *look) for level, look in enumerate(_HEADINGS, start=1)),
        *(_item(ordered=ordered, depth=depth) for ordered in (False, True) for depth in _DEPTHS),
        _paragraph(
            QUOTE,
            f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{_BLUE}"/></w:pBdr><w:ind w:left="240"/>',
        ),
        _paragraph(TABLE_TEXT, '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>', _size(20)),
        _paragraph(TABLE_HEADING, "<w:keepNext/>", "<w:b/><w:bCs/>", based="TableText"),
        _paragraph(FIGURE, '<w:spacing w:before="120" w:after="240" w:line="240" w:lineRule="auto"/>'),
        _paragraph("footer", "", _size(18)),
        _character(CODE, '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'),
        _character(LINK, f'<w:color w:val="{_BLUE}"/><w:u w:val="single"/>'),
    ]
    return f"<w:styles {_SPACE}>{defaults}{''.join(found)}</w:styles>"


def numbering() -> str:
    """A kind of numbering for each style of list: bullets first, then numbers."""
    kinds, numbers = [], []
    for at, (ordered, depth) in enumerate((ordered, depth) for ordered in (False, True) for depth in _DEPTHS):
        sign, shape = ("%1.", "decimal") if ordered else ("•" if depth % 2 else "–", "bullet")
        kinds.append(
            f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
            f'<w:start w:val="1"/><w:numFmt w:val="{shape}"/>'
            f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{_INDENT * depth}" w:hanging="{_INDENT}"/></w:pPr></w:lvl></w:abstractNum>'
        )
        numbers.append(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>')
    return f"<w:numbering {_SPACE}>{''.join(kinds)}{''.join(numbers)}</w:numbering>"


def settings() -> str:
    """Those of a document of today's Word, without which it opens as one of an older."""
    compatible = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {_SPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat>'
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{compatible}" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def footer() -> str:
    """The content of a footer with the number of the page."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    words = '<w:r><w:t xml:space="preserve">Page </w:t></w:r>'
    return f'<w:p {_SPACE}><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="right"/></w:pPr>{words}{field}</w:p>'


def page() -> str:
    """A4, with margins of an inch."""
    sides = " ".join(f'w:{side}="1440"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr {_SPACE}><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar {sides} w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    )


def _heading(level: int, size: int, before: int, after: int) -> str:
    place = (
        f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'
        f'<w:outlineLvl w:val="{level - 1}"/>'
    )
    return _paragraph(heading(level), place, f'<w:b/><w:bCs/><w:color w:val="{_BLUE}"/>{_size(size)}', then=NORMAL)


def _item(*, ordered: bool, depth: int) -> str:
    number = depth + (len(_DEPTHS) if ordered else 0)
    place = f'<w:numPr><w:numId w:val="{number}"/></w:numPr><w:spacing w:after="80"/>'
    return _paragraph(list_style(ordered=ordered, depth=depth), place)


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _paragraph(name: str, place: str, text: str = "", *, based: str = NORMAL, then: str = "") -> str:
    after = f'<w:next w:val="{then}"/>' if then else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{_key(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based}"/>{after}<w:qFormat/>'
        f"<w:pPr>{place}</w:pPr><w:rPr>{text}</w:rPr></w:style>"
    )


def _character(name: str, text: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{_key(name)}"><w:name w:val="{name}"/>'
        f"<w:qFormat/><w:rPr>{text}</w:rPr></w:style>"
    )


def _key(name: str) -> str:
    """The id of a style, as Word has it: heading 1 is Heading1."""
    return name.title().replace(" ", "")
