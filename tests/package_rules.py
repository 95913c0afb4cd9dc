"""What Excel offers to repair where it does not hold: limits, references and order that no schema states.

Sources: ECMA-376 part 1, clause 18; Microsoft's "Excel specifications and limits".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from package_parts import (
    LAST_COLUMN,
    LAST_ROW,
    MAIN,
    Area,
    Package,
    area_of,
    column_number,
    parts_are_reached,
    parts_are_xml,
    parts_have_types,
    properties_are_whole,
)

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_STRING = re.compile(r'"(?:[^"]|"")*"')
_QUOTED_SHEET = re.compile(r"'((?:[^']|'')+)'!")
_PLAIN_SHEET = re.compile(r"(?<![\w'.])([A-Za-z_][\w.]*)!")
_CELL = re.compile(r"(?<![\w.!'(])\$?([A-Z]{1,3})\$?(\d+)(?![\w(.])")
_LEGAL_NAME = re.compile(r"^[A-Za-z_\\][\w.\\]{0,254}$")
_LIKE_A_CELL = re.compile(r"^([a-z]{1,3}\d+|r\d*c?\d*|c\d*|true|false)$", re.IGNORECASE)
_MOST_TEXT, _MOST_FORMULA, _MOST_LEVELS, _MOST_ARGUMENTS, _MOST_QUOTED = 32_767, 8_192, 64, 255, 255
_MOST_LINKS, _MOST_BREAKS, _MOST_STYLES = 65_530, 1_026, 64_000
_WIDEST, _HIGHEST = 255, 409.5


def _rows(package: Package, part: str) -> list[Element]:
    return package.tree(part).findall(f"{MAIN}sheetData/{MAIN}row")


def _formulas(package: Package) -> Iterator[tuple[str, str]]:
    """Every formula, with where it stands: of cells, validations, names and charts."""
    for name, part in package.sheets.items():
        for cell in package.tree(part).iter(f"{MAIN}c"):
            found = cell.find(f"{MAIN}f")
            if found is not None:
                yield f"{name}!{cell.attrib['r']}", found.text or ""
        for rule in package.tree(part).iter(f"{MAIN}dataValidation"):
            for end in ("formula1", "formula2"):
                yield f"{name}!{rule.attrib['sqref']}", rule.findtext(f"{MAIN}{end}", "0")
    for given in package.tree("xl/workbook.xml").iter(f"{MAIN}definedName"):
        yield given.attrib["name"], given.text or ""
    for part in package.parts:
        if part.startswith("xl/charts/chart"):
            yield from ((part, found.text or "") for found in package.tree(part).iter(f"{_CHART}f"))


def cells_are_in_order(package: Package) -> Iterator[str]:
    """Rows and the cells of each stand in order, within the sheet."""
    for name, part in package.sheets.items():
        last = 0
        for row in _rows(package, part):
            at, before = int(row.attrib["r"]), 0
            if not last < at <= LAST_ROW:
                yield f"{name}: row {at} after row {last}"
            last = at
            for cell in row:
                area = area_of(cell.attrib["r"])
                if area is None or area.top != at or area.left <= before:
                    yield f"{name}: cell {cell.attrib['r']} in row {at}, after column {before}"
                before = area.left if area else before


def cells_hold_values(package: Package) -> Iterator[str]:
    """Numbers are finite, flags 0 or 1, and shared texts there."""
    for name, part in package.sheets.items():
        for cell in package.tree(part).iter(f"{MAIN}c"):
            kind, text = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
            if text is None:
                continue
            try:
                whole = kind in ("str", "e") or math.isfinite(float(text))
            except ValueError:
                whole = False
            shared = kind != "s" or (text.isdigit() and int(text) < len(package.strings))
            if not whole or not shared or kind not in ("n", "s", "str", "b", "e") or (kind == "b" and text not in "01"):
                yield f"{name}!{cell.attrib['r']}: {text!r} of kind {kind}"


def texts_fit(package: Package) -> Iterator[str]:
    """No text is longer than a cell holds, and as many are counted as there are."""
    yield from (f"a text of {len(text)} letters" for text in package.strings if len(text) > _MOST_TEXT)
    table = package.tree("xl/sharedStrings.xml")
    if int(table.attrib["uniqueCount"]) != len(package.strings):
        yield f"{table.attrib['uniqueCount']} texts are counted, and {len(package.strings)} there"


def formulas_fit(package: Package) -> Iterator[str]:
    """No formula is longer, deeper or wider than Excel takes, and each is closed."""
    for where, text in _formulas(package):
        bare = _STRING.sub('""', text)
        levels, most, commas = 0, 0, [0]
        quoted = False
        for letter in bare:
            quoted ^= letter == "'"
            if quoted:
                continue
            if letter == "(":
                levels += 1
                commas.append(0)
            elif letter == ")":
                levels -= 1
                commas.pop()
            elif letter == ",":
                commas[-1] += 1
            most = max(most, levels)
            if levels < 0 or commas[-1] >= _MOST_ARGUMENTS:
                break
        longest = max((len(found) - 2 for found in _STRING.findall(text)), default=0)
        if len(text) > _MOST_FORMULA or text.startswith("=") or not text or longest > _MOST_QUOTED:
            yield f"{where}: a formula of {len(text)} letters, with a text of {longest}"
        if levels or quoted or most > _MOST_LEVELS or commas[-1] >= _MOST_ARGUMENTS:
            yield f"{where}: brackets {most} deep, {levels} not closed, or too many arguments"


def formulas_refer_to_sheets(package: Package) -> Iterator[str]:
    """Every sheet that a formula names is there, and every cell within a sheet; nothing refers to what is gone."""
    for where, text in _formulas(package):
        bare = _STRING.sub('""', text)
        sheets = [found.replace("''", "'") for found in _QUOTED_SHEET.findall(bare)]
        sheets += _PLAIN_SHEET.findall(_QUOTED_SHEET.sub("", bare))
        yield from (f"{where}: no sheet {sheet}" for sheet in sheets if sheet not in package.sheets)
        for column, row in _CELL.findall(bare):
            if column_number(column) > LAST_COLUMN or not 1 <= int(row) <= LAST_ROW:
                yield f"{where}: no cell {column}{row}"
        if "#REF!" in bare or "[" in bare:
            yield f"{where}: refers to what is not here"


def styles_are_there(package: Package) -> Iterator[str]:
    """Every style that a cell, row or column has is there, and so are the parts of each."""
    styles = package.tree("xl/styles.xml")
    for group in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "numFmts"):
        found = styles.find(f"{MAIN}{group}")
        if found is not None and int(found.attrib["count"]) != len(found):
            yield f"{group}: {found.attrib['count']} are counted, and {len(found)} there"
    formats = [int(found.attrib["numFmtId"]) for found in styles.iter(f"{MAIN}numFmt")]
    looks = styles.find(f"{MAIN}cellXfs")
    assert looks is not None
    if len(looks) > _MOST_STYLES or len(set(formats)) != len(formats):
        yield "too many styles, or two number formats of one id"
    for look in looks:
        for key, group in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(look.get(key, "0")) >= len(styles.find(f"{MAIN}{group}") or ()):
                yield f"a style has {key} {look.get(key)}, which is not there"
        if int(look.get("numFmtId", "0")) >= 164 and int(look.get("numFmtId", "0")) not in formats:
            yield f"a style has number format {look.get('numFmtId')}, which is not there"
    for name, part in package.sheets.items():
        for found in package.tree(part).iter():
            style = found.get("s" if found.tag in (f"{MAIN}c", f"{MAIN}row") else "style", "0")
            if found.tag in (f"{MAIN}c", f"{MAIN}row", f"{MAIN}col") and int(style) >= len(looks):
                yield f"{name}: {found.get('r', 'a column')} has style {style}, which is not there"


def sizes_fit(package: Package) -> Iterator[str]:
    """Columns stand in order and are no wider, rows no higher, than Excel allows."""
    for name, part in package.sheets.items():
        last = 0
        for column in package.tree(part).iter(f"{MAIN}col"):
            first, end, width = int(column.attrib["min"]), int(column.attrib["max"]), float(column.attrib["width"])
            if not last < first <= end <= LAST_COLUMN or not 0 <= width <= _WIDEST:
                yield f"{name}: columns {first} to {end}, {width} wide"
            last = end
        for row in _rows(package, part):
            if not 0 <= float(row.get("ht", "0")) <= _HIGHEST:
                yield f"{name}: row {row.attrib['r']} is {row.get('ht')} points high"


def sheets_are_named(package: Package) -> Iterator[str]:
    """Sheets have legal names, each once, and ids, each once; one can be seen, and the one that opens is there."""
    sheets = list(package.tree("xl/workbook.xml").iter(f"{MAIN}sheet"))
    names = [sheet.attrib["name"].lower() for sheet in sheets]
    for name in names:
        if not 1 <= len(name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name) or name == "history":
            yield f"a sheet is named {name}"
    if len(set(names)) != len(names) or len({sheet.attrib["sheetId"] for sheet in sheets}) != len(sheets):
        yield "two sheets have one name or one id"
    if all(sheet.get("state") for sheet in sheets):
        yield "no sheet can be seen"
    for view in package.tree("xl/workbook.xml").iter(f"{MAIN}workbookView"):
        if int(view.get("activeTab", "0")) >= len(sheets) or int(view.get("firstSheet", "0")) > len(sheets):
            yield "the sheet that opens is not there"


def names_are_legal(package: Package) -> Iterator[str]:
    """Defined names are legal, each once in its scope, like no cell, and of no table."""
    taken: set[tuple[str, str]] = {
        (table.attrib["displayName"].lower(), "") for sheet in package.sheets for table in package.tables(sheet)
    }
    for given in package.tree("xl/workbook.xml").iter(f"{MAIN}definedName"):
        name, scope = given.attrib["name"], given.get("localSheetId", "")
        if not _LEGAL_NAME.match(name) or _LIKE_A_CELL.match(name) or (name.lower(), scope) in taken:
            yield f"{name} is not legal, or taken"
        if scope and int(scope) >= len(package.sheets):
            yield f"{name} is of a sheet that is not there"
        taken.add((name.lower(), scope))


def tables_fit(package: Package) -> Iterator[str]:
    """Tables have names, ids and columns of their own, headers that say the same as their cells, and room."""
    names: list[str] = []
    ids: list[str] = []
    for sheet in package.sheets:
        areas: list[Area] = []
        for table in package.tables(sheet):
            name, area = table.attrib["displayName"], area_of(table.attrib["ref"])
            names.append(name.lower())
            ids.append(table.attrib["id"])
            if area is None or area.bottom == area.top or any(area.overlaps(other) for other in areas):
                yield f"{name} at {table.attrib['ref']} has no rows, or overlaps another"
                continue
            areas.append(area)
            if not _LEGAL_NAME.match(name) or _LIKE_A_CELL.match(name):
                yield f"a table is named {name}"
            yield from _columns_fit(package, sheet, table, area)
    for kind, found in (("name", names), ("id", ids)):
        if len(set(found)) != len(found):
            yield f"two tables have one {kind}"


def _columns_fit(package: Package, sheet: str, table: Element, area: Area) -> Iterator[str]:
    columns = list(table.iter(f"{MAIN}tableColumn"))
    headers = [column.attrib["name"] for column in columns]
    count = table.find(f"{MAIN}tableColumns")
    assert count is not None
    if int(count.attrib["count"]) != len(columns) or len(columns) != area.right - area.left + 1:
        yield f"{table.attrib['displayName']} has {len(columns)} columns, and not as many as it says or covers"
    if len({header.lower() for header in headers}) != len(headers) or len({c.attrib["id"] for c in columns}) != len(
        columns
    ):
        yield f"{table.attrib['displayName']} has two columns of one name or id"
    for at, header in enumerate(headers):
        text = package.texts.get((sheet, f"{_column(area.left + at)}{area.top}"))
        # A line's end in a header is written in a table as Office writes it.
        if text != header.replace("_x000a_", "\n") or len(header) > 255:
            yield f"{table.attrib['displayName']}: column {header!r} has a header of {text!r}"


def _column(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def validations_fit(package: Package) -> Iterator[str]:
    """Rules of what may be typed are as short as Excel takes, whole, and no cell has two."""
    for name, part in package.sheets.items():
        areas: list[Area] = []
        for group in package.tree(part).iter(f"{MAIN}dataValidations"):
            if int(group.attrib["count"]) != len(group):
                yield f"{name}: {group.attrib['count']} rules are counted, and {len(group)} there"
        for rule in package.tree(part).iter(f"{MAIN}dataValidation"):
            where = f"{name}!{rule.attrib['sqref']}"
            first, second = rule.findtext(f"{MAIN}formula1"), rule.findtext(f"{MAIN}formula2")
            titles = [len(rule.get(key, "")) for key in ("errorTitle", "promptTitle")]
            texts = [len(rule.get(key, "")) for key in ("error", "prompt")]
            if max(titles) > 32 or max(texts) > 255 or len(first or "") > 257:
                yield f"{where}: titles of {titles} letters, texts of {texts}, a list of {len(first or '')}"
            ends = rule.get("operator", "between") in ("between", "notBetween") and rule.get("type") not in (
                "list",
                "custom",
            )
            if first is None or (ends and second is None):
                yield f"{where}: no end"
            for reference in rule.attrib["sqref"].split():
                area = area_of(reference)
                if area is None or any(area.overlaps(other) for other in areas):
                    yield f"{where}: outside the sheet, or a second rule of a cell"
                areas += [area] if area else []


def links_lead_somewhere(package: Package) -> Iterator[str]:
    """No sheet has too many links, and each leads to a cell of a sheet that is there."""
    for name, part in package.sheets.items():
        links = list(package.tree(part).iter(f"{MAIN}hyperlink"))
        if len(links) > _MOST_LINKS:
            yield f"{name}: {len(links)} links"
        for link in links:
            sheet, _, cell = link.get("location", "").rpartition("!")
            sheet = sheet.removeprefix("'").removesuffix("'").replace("''", "'")
            if sheet not in package.sheets or area_of(cell) is None or area_of(link.attrib["ref"]) is None:
                yield f"{name}!{link.attrib['ref']} leads to {link.get('location')}"


def breaks_fit(package: Package) -> Iterator[str]:
    """Page breaks are few enough, in order, and as many as are counted."""
    for name, part in package.sheets.items():
        for group in (*package.tree(part).iter(f"{MAIN}rowBreaks"), *package.tree(part).iter(f"{MAIN}colBreaks")):
            places = [int(found.attrib["id"]) for found in group]
            counted = {int(group.attrib["count"]), int(group.attrib["manualBreakCount"]), len(places)}
            if len(places) > _MOST_BREAKS or places != sorted(set(places)) or len(counted) != 1:
                yield f"{name}: breaks at {places[:5]}"


def charts_show_cells(package: Package) -> Iterator[str]:
    """Every series of a chart shows cells that are there, as many as it keeps, on axes that it has."""
    for part in package.parts:
        if not part.startswith("xl/charts/chart"):
            continue
        chart = package.tree(part)
        for source in (*chart.iter(f"{_CHART}numRef"), *chart.iter(f"{_CHART}strRef")):
            sheet, _, cells = source.findtext(f"{_CHART}f", "").rpartition("!")
            area = area_of(cells)
            if area is None or not sheet:
                yield f"{part}: {source.findtext(f'{_CHART}f')} is no area"
                continue
            size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
            for count in source.iter(f"{_CHART}ptCount"):
                if int(count.attrib["val"]) != size:
                    yield f"{part}: keeps {count.attrib['val']} points of {size}"
        axes = {
            found.attrib["val"]
            for axis in chart.iter()
            if axis.tag.endswith("Ax")
            for found in axis.findall(f"{_CHART}axId")
        }
        used = {found.attrib["val"] for found in chart.iter(f"{_CHART}axId")} | {
            found.attrib["val"] for found in chart.iter(f"{_CHART}crossAx")
        }
        if used - axes:
            yield f"{part}: no axis {sorted(used - axes)}"


CHECKS: tuple[Callable[[Package], Iterator[str]], ...] = (
    parts_are_xml,
    parts_have_types,
    parts_are_reached,
    properties_are_whole,
    cells_are_in_order,
    cells_hold_values,
    texts_fit,
    formulas_fit,
    formulas_refer_to_sheets,
    styles_are_there,
    sizes_fit,
    sheets_are_named,
    names_are_legal,
    tables_fit,
    validations_fit,
    links_lead_somewhere,
    breaks_fit,
    charts_show_cells,
)


def faults(package: Package) -> list[str]:
    """What Excel might offer to repair, each with the check that found it."""
    return [f"{check.__name__}: {found}" for check in CHECKS for found in check(package)]
