"""A workbook read: openpyxl knows the format of each part, and cells are taken from the XML as they pass.

openpyxl keeps formulas or their cached values, not both, and makes an object of every cell. Here its parser of a sheet
reads what is not cells, and the cells that are unusual. Parts with the same bytes, as the workbooks of the scenarios of
a proposal have many, are read once.
"""

from __future__ import annotations

import functools
import io
import math
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.dimensions import SheetFormatProperties
from openpyxl.worksheet.table import Table as OpenpyxlTable

from costmodel.errors import BadInput, NotAWorkbook, Position, shown_path
from costmodel.outputs.audit.cells import Box, Cell, Look, Name, Sheet, Table, Validation, Workbook, address, box_of
from costmodel.outputs.audit.package import MAIN, Package, content_of, read_package

_VALUE, _FORMULA, _ROWS = f"{MAIN}v", f"{MAIN}f", f"{MAIN}sheetData"
_IGNORED = f"{MAIN}ignoredError"
_PLAIN = {"n", "s", "str", "b", "e"}
_SMALL = 500_000
"""Bytes of a part up to which what was read of it is kept for the next workbook."""
_MOST_LINKS = 1_000
"""Cells of a range that is one link."""


def read_workbook(file: Path) -> Workbook:
    """Read a workbook.

    Raises:
        BadInput: for a file that is no workbook, or is locked, damaged or too large.
    """
    return workbook_of(content_of(file), shown_path(file))


def workbook_of(content: bytes, name: str) -> Workbook:
    """Read the content of a workbook file.

    Raises:
        BadInput: for what is no workbook, or is locked, damaged or too large.
    """
    package = read_package(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out, which is read elsewhere
            return _read(package)
    except Exception as problem:  # openpyxl raises whatever it stumbles over in a file that breaks the standard
        says = f"the workbook does not follow the .xlsx standard ({type(problem).__name__}: {problem})"
        hint = "Open it in a spreadsheet program, let it be repaired, and save it as an Excel workbook (.xlsx)."
        raise BadInput([NotAWorkbook(says=says[:300], hint=hint, where=Position(package.name))]) from problem


def _read(package: Package) -> Workbook:
    reader: Any = ExcelReader(io.BytesIO(package.content), keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    reader.read_properties()
    styles = _styles(package.texts.get("xl/styles.xml", b""), package.theme)
    active = next((view.activeTab for view in reader.wb.views if view.activeTab is not None), 0)
    sheets: list[Sheet] = []
    for found, relation in reader.parser.find_sheets():
        if relation.target not in package.texts:
            continue
        sheet = Sheet(name=found.name, state=found.state, is_chart="chartsheet" in relation.Type)
        sheet.drawings = package.drawings(relation.target)
        if not sheet.is_chart:
            _fill(sheet, package, relation.target, styles, reader.wb.epoch)
        sheet.selected = sheet.selected or len(sheets) == active
        sheets.append(sheet)
    names: list[Name] = []
    for place, defined in reader.parser.defined_names.by_sheet().items():
        if place == "global":
            names = [_name(found) for found in defined.values()] + names
        elif place < len(sheets):
            names += [_name(found, sheets[place].name) for found in defined.values() if found.is_reserved is None]
    said = reader.wb.properties
    properties = {
        key: str(getattr(said, key) or "") for key in ("title", "creator", "language", "description", "subject")
    }
    return Workbook(package=package, sheets=sheets, names=names, properties=properties)


def _name(found: Any, sheet: str = "") -> Name:
    return Name(name=found.name, refers_to=found.attr_text or "", hidden=bool(found.hidden), sheet=sheet)


# Cells


class _Held(NamedTuple):
    """A cell as its XML has it: a text is still a place in the list of texts."""

    row: int
    column: int
    address: str
    is_text: bool
    value: Any
    formula: str
    is_array: bool
    style: int


class _Parser(WorkSheetParser):
    """openpyxl's parser of a sheet, which keeps the cached value of a formula too."""

    def parse_cell(self, element: Any) -> Any:
        """A cell as ``_Held``, or None for one that holds nothing."""
        where, kind, style = element.get("r"), element.get("t", "n"), int(element.get("s", 0))
        held: str | None = None
        formula = None
        for part in element:
            if part.tag == _VALUE:
                held = part.text
            elif part.tag == _FORMULA:
                formula = part
        if where is None or kind not in _PLAIN or (formula is None and style in self.date_formats):
            return self._unusual(element, kind, held, formula, style)
        letters = where.rstrip("0123456789")
        row, column = int(where[len(letters) :]), column_index_from_string(letters)
        self.col_counter = column
        if formula is None:
            return _Held(row, column, where, kind == "s", _typed(kind, held), "", False, style) if held else None
        text, is_array = self._formula(element, formula)
        return _Held(row, column, where, kind == "s" and bool(held), _cached(kind, held), text, is_array, style)

    def _formula(self, element: Any, formula: Any) -> tuple[str, bool]:
        if formula.get("t") is None:
            return f"={formula.text or ''}", False
        text: Any = self.parse_formula(element)  # type: ignore[no-untyped-call]
        if isinstance(text, str):
            return text, False
        return f"={str(getattr(text, 'text', '') or '').removeprefix('=')}", True

    def _unusual(self, element: Any, kind: str, held: str | None, formula: Any, style: int) -> _Held | None:
        """Dates, texts within the cell, and cells that do not say where they are."""
        read = super().parse_cell(element)
        row, column, value = read["row"], read["column"], read["value"]
        where = address(row, column)
        if formula is not None:
            text, is_array = self._formula(element, formula)
            return _Held(row, column, where, kind == "s" and bool(held), _cached(kind, held), text, is_array, style)
        if value is None:
            return None
        is_known = isinstance(value, str | int | float | bool) or hasattr(value, "year") or hasattr(value, "hour")
        return _Held(row, column, where, kind == "s", value if is_known else str(value), "", False, style)


def _typed(kind: str, held: str | None) -> Any:
    if held is None or kind in ("str", "e"):
        return held
    if kind == "b":
        return bool(int(held))
    return int(held) if kind == "s" or not set(held) & set(".Ee") else float(held)


def _cached(kind: str, held: str | None) -> Any:
    if kind == "str":
        return held or ""
    if not held:
        return None
    if kind == "b":
        return held in ("1", "true")
    return held if kind not in ("n", "s") else int(held) if kind == "s" else float(held)


class _Part(NamedTuple):
    """What was read of the part of a sheet."""

    parser: Any
    cells: list[_Held]
    meant_as_text: list[str]


def _part(content: bytes, epoch: Any, dates: frozenset[int], timed: frozenset[int]) -> _Part:
    return (_kept if len(content) < _SMALL else _parsed)(content, epoch, dates, timed)


def _parsed(content: bytes, epoch: Any, dates: frozenset[int], timed: frozenset[int]) -> _Part:
    root = ElementTree.fromstring(content)
    data = root.find(_ROWS)
    rows = list(data) if data is not None else []
    if data is not None:
        data.clear()
    rest, places = io.BytesIO(ElementTree.tostring(root)), _Places()
    parser: Any = _Parser(rest, places, False, epoch, dates, timed)  # type: ignore[arg-type]
    cells = [cell for row in rows for cell in parser.parse_row(row)[1] if cell]
    for _ in parser.parse():
        pass
    meant = [
        area
        for found in root.iter(_IGNORED)
        if found.get("numberStoredAsText") in ("1", "true")
        for area in found.get("sqref", "").split()
    ]
    return _Part(parser, cells, meant)


_kept = functools.lru_cache(maxsize=64)(_parsed)


class _Places:
    """Stands for the list of texts, so that a cell of openpyxl's keeps the place of its text in it."""

    def __getitem__(self, at: int) -> int:
        return at


# Sheets


def _fill(sheet: Sheet, package: Package, part: str, styles: _Styles, epoch: Any) -> None:
    parser, held, sheet.meant_as_text = _part(package.texts[part], epoch, styles.dates, styles.timed)
    strings, raised = package.strings
    name, looks, cells = sheet.name, styles.looks, sheet.cells
    for row, column, where, is_text, value, formula, is_array, style in held:
        if is_text:
            if value in raised:
                sheet.superscripts.append(where)
            value = strings[value]
        text = value if isinstance(value, str) else ""
        if formula:
            cell = Cell(name, row, column, None, formula, is_array, value, looks[style], where, value, text, False)
        else:
            is_number = not isinstance(value, str | bool)
            cell = Cell(name, row, column, value, "", False, None, looks[style], where, value, text, is_number)
        cells[row, column] = cell
    relations = package.relations(part)
    for found in parser.tables.tablePart:
        sheet.tables.append(_table(package.texts[relations[found.id][1]]))
    _properties(sheet, parser)
    sheet.notes = package.comments(part)


def _properties(sheet: Sheet, parser: Any) -> None:
    validations = getattr(parser, "data_validations", None)
    sheet.validations = [_validation(rule) for rule in validations.dataValidation] if validations else []
    sheet.merged = [str(area.ref) for area in parser.merged_cells.mergeCell] if parser.merged_cells else []
    filtered = getattr(parser, "auto_filter", None)
    sheet.filtered = (filtered.ref or "") if filtered else ""
    sheet.header_footer = _has_words_around(getattr(parser, "HeaderFooter", None))
    _hidden(parser, sheet)
    protection = getattr(parser, "protection", None)
    if protection is not None:
        sheet.protected = bool(protection.sheet)
        sheet.password = bool(protection.password or protection.hashValue)
    for link in parser.hyperlinks.hyperlink:
        box = box_of(link.ref)
        for row in range(box.top, min(box.bottom, box.top + _MOST_LINKS) + 1):
            for column in range(box.left, min(box.right, box.left + _MOST_LINKS // (row - box.top + 1)) + 1):
                sheet.links[address(row, column)] = link.location or ""
    views = getattr(parser, "views", None)
    if views is None or not views.sheetView:
        return
    view = views.sheetView[0]
    pane = view.pane.activePane if view.pane else None
    sheet.frozen = (view.pane.topLeftCell or "") if view.pane else ""
    active = [found.activeCell for found in view.selection if pane is None or found.pane == pane]
    sheet.active = (active[0] if active else None) or "A1"
    sheet.selected = bool(view.tabSelected)


@functools.lru_cache(maxsize=256)
def _table(content: bytes) -> Table:
    root: Any = ElementTree.fromstring(content)
    table: Any = OpenpyxlTable.from_tree(root)
    header = table.headerRowCount
    return Table(
        name=table.displayName or table.name or "",
        box=box_of(table.ref),
        header_rows=1 if header is None else int(header),
        filtered=table.autoFilter is not None,
    )


def _validation(rule: Any) -> Validation:
    return Validation(
        kind=rule.type or "",
        operator=rule.operator or "between",
        first=str(rule.formula1 or ""),
        second=str(rule.formula2 or ""),
        boxes=tuple(Box(area.min_row, area.min_col, area.max_row, area.max_col) for area in rule.sqref.ranges),
    )


def _has_words_around(found: Any) -> bool:
    if found is None:
        return False
    sides = (getattr(found, f"{which}{what}") for which in ("odd", "even", "first") for what in ("Header", "Footer"))
    return any(part.text for side in sides for part in (side.left, side.center, side.right))


def _hidden(parser: Any, sheet: Sheet) -> None:
    """Hidden rows and columns, or those of no height or width; and the widths of the others."""
    for letter, column in parser.column_dimensions.items():
        first, width = int(column["min"]), float(column.get("width", 13))
        if column.get("hidden") in ("1", "true") or not width:
            sheet.hidden_columns.append(letter)
        for at in range(first, min(int(column.get("max", first)), first + 500) + 1):
            sheet.widths[at] = width
    for number, row in parser.row_dimensions.items():
        if row.get("hidden") in ("1", "true") or float(row.get("ht", 1)) == 0:
            sheet.hidden_rows.append(int(number))
    form = getattr(parser, "sheet_format", None) or SheetFormatProperties()
    sheet.default_width = float(form.defaultColWidth or form.baseColWidth or 8.43)
    if form.zeroHeight:
        sheet.hidden_rows.append(0)


# Looks


class _Styles(NamedTuple):
    looks: tuple[Look, ...]
    dates: frozenset[int]
    timed: frozenset[int]


@functools.lru_cache(maxsize=4)
def _styles(content: bytes, theme: tuple[str, ...]) -> _Styles:
    """The look of each style, and the styles that make a number a date or a time."""
    import openpyxl
    from openpyxl.cell import Cell as OpenpyxlCell

    book: Any = openpyxl.Workbook()
    if content:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("xl/styles.xml", content)
        with zipfile.ZipFile(out) as archive:
            apply_stylesheet(archive, book)
    cells = [OpenpyxlCell(book.active, row=1, column=1, style_array=style) for style in book._cell_styles]
    looks = tuple(_look(cell, theme) for cell in cells)
    return _Styles(looks, frozenset(book._date_formats), frozenset(book._timedelta_formats))


def _look(cell: Any, theme: tuple[str, ...]) -> Look:
    font, fill = cell.font, cell.fill
    filled = fill.fgColor if fill.fill_type == "solid" else None
    return Look(
        font=font.name or "",
        size=float(font.sz or 11),
        bold=bool(font.b),
        colour=_colour(font.color, theme),
        fill=_colour(filled, theme),
        wrapped=bool(cell.alignment.wrap_text),
        locked=cell.protection.locked is not False,
        raised=font.vertAlign == "superscript",
        number=cell.number_format or "",
    )


def _colour(colour: Any, theme: tuple[str, ...]) -> str:
    """A colour as six digits; nothing where it is automatic or cannot be known."""
    if colour is None or colour.type == "auto":
        return ""
    if colour.type == "rgb":
        return str(colour.rgb)[-6:].upper()
    if colour.type == "indexed":
        return COLOR_INDEX[colour.indexed][-6:].upper() if colour.indexed < len(COLOR_INDEX) else ""
    if colour.type == "theme" and colour.theme < len(theme):
        return _tinted(theme[colour.theme], float(colour.tint or 0))
    return ""


def _tinted(colour: str, tint: float) -> str:
    """A theme colour made darker (below 0) or lighter (above 0)."""
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    mixed = [part * (1 + tint) if tint < 0 else part + (255 - part) * tint for part in parts]
    return "".join(f"{math.floor(part + 0.5):02X}" for part in mixed)
