"""A workbook read: openpyxl knows the format of each part, and cells are taken from the XML as they pass.

openpyxl keeps formulas or their cached values, not both, and makes an object of every cell. Here its parser of a sheet
reads what is not cells, and the cells that are unusual. Parts with the same bytes, as the workbooks of the scenarios of
a proposal have many, are read once: a sheet that has been read is never changed.
"""

from __future__ import annotations

import functools
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.dimensions import SheetFormatProperties
from openpyxl.worksheet.table import Table as OpenpyxlTable

from costmodel.errors import BadInput, NotAWorkbook, Position, shown_path
from costmodel.spreadsheets.cells import (
    Box,
    Cell,
    DefinedName,
    Sheet,
    TableRange,
    Validation,
    Workbook,
    address,
    box_of,
)
from costmodel.spreadsheets.looks import CellLooks, styles_of
from costmodel.spreadsheets.package import MAIN, Around, Package, Texts, content_of, read_package

_VALUE, _FORMULA, _ROWS = f"{MAIN}v", f"{MAIN}f", f"{MAIN}sheetData"
_IGNORED = f"{MAIN}ignoredError"
_PLAIN = {"n", "s", "str", "b", "e"}
_SMALL = 500_000
"""Bytes of a part up to which what was read of it is kept for the next workbook."""
_MOST_KEPT = 120
"""Sheets that are kept for the next workbook."""
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
    styles = styles_of(package.texts.get("xl/styles.xml", b""), package.theme)
    active = next((view.activeTab for view in reader.wb.views if view.activeTab is not None), 0)
    sheets: list[Sheet] = []
    for found, relation in reader.parser.find_sheets():
        if relation.target in package.texts:
            given = _Given(
                name=found.name,
                state=found.state,
                is_chart="chartsheet" in relation.Type,
                is_active=len(sheets) == active,
                part=relation.target,
                contents=package.around(relation.target),
                epoch=reader.wb.epoch,
            )
            sheets.append(_sheet_of(given, package.strings, styles))
    names: list[DefinedName] = []
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


def _name(found: Any, sheet: str = "") -> DefinedName:
    return DefinedName(name=found.name, refers_to=found.attr_text or "", hidden=bool(found.hidden), sheet=sheet)


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


@dataclass(frozen=True, eq=False)
class _Part:
    """What was read of the part of a sheet."""

    parser: Any
    cells: list[_Held]
    meant_as_text: list[str]
    texts: tuple[int, ...]
    """The places of the texts that cells refer to."""


def _part(content: bytes, epoch: Any, dates: frozenset[int], timed: frozenset[int]) -> _Part:
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
    return _Part(parser, cells, meant, tuple({cell.value for cell in cells if cell.is_text}))


_kept_part = functools.lru_cache(maxsize=_MOST_KEPT)(_part)


class _Places:
    """Stands for the list of texts, so that a cell of openpyxl's keeps the place of its text in it."""

    def __getitem__(self, at: int) -> int:
        return at


# Sheets


class _Given(NamedTuple):
    """All that the facts of a sheet are read from, but for texts and styles."""

    name: str
    state: str
    is_chart: bool
    is_active: bool
    part: str
    contents: tuple[tuple[str, bytes], ...]
    """The content of the part, and of those that it refers to, by name."""
    epoch: Any


def _sheet_of(given: _Given, texts: Texts, styles: CellLooks) -> Sheet:
    """A sheet, or the one that was read before where all that it says is the same."""
    if given.is_chart:
        return _sheet(given, None, (), frozenset(), styles)
    content = dict(given.contents)[given.part]
    is_small = sum(len(content) for _, content in given.contents) < _SMALL
    part = (_kept_part if is_small else _part)(content, given.epoch, styles.dates, styles.timed)
    said = tuple(texts.strings[at] for at in part.texts)
    return (_kept if is_small else _sheet)(given, part, said, texts.raised.intersection(part.texts), styles)


def _sheet(
    given: _Given, part: _Part | None, texts: tuple[str, ...], raised: frozenset[int], styles: CellLooks
) -> Sheet:
    sheet = Sheet(name=given.name, state=given.state, is_chart=given.is_chart, selected=given.is_active)
    around = Around(part=given.part, texts=dict(given.contents))
    sheet.drawings = around.drawings()
    if part is None:
        return sheet
    parser, sheet.meant_as_text = part.parser, part.meant_as_text
    name, looks, cells, said = sheet.name, styles.looks, sheet.cells, dict(zip(part.texts, texts, strict=True))
    for row, column, where, is_text, value, formula, is_array, style in part.cells:
        if is_text:
            if value in raised:
                sheet.superscripts.append(where)
            value = said[value]
        text = value if isinstance(value, str) else ""
        if formula:
            cell = Cell(name, row, column, None, formula, is_array, value, looks[style], where, value, text, False)
        else:
            is_number = not isinstance(value, str | bool)
            cell = Cell(name, row, column, value, "", False, None, looks[style], where, value, text, is_number)
        cells[row, column] = cell
    for found in parser.tables.tablePart:
        sheet.tables.append(_table(around.texts[around.relations[found.id][1]]))
    _properties(sheet, parser)
    sheet.notes = around.comments()
    return sheet


_kept = functools.lru_cache(maxsize=_MOST_KEPT)(_sheet)


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
    sheet.selected = sheet.selected or bool(view.tabSelected)


@functools.lru_cache(maxsize=256)
def _table(content: bytes) -> TableRange:
    root: Any = ElementTree.fromstring(content)
    table: Any = OpenpyxlTable.from_tree(root)
    header = table.headerRowCount
    return TableRange(
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
