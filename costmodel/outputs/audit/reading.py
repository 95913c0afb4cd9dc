"""A workbook as facts: sheets, cells with their formulas, cached values and looks, tables, names, validation."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from costmodel.errors import BadInput, NotAWorkbook, Position
from costmodel.outputs.audit.package import Drawing, Package, Raw, Value, read_package

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA")


class Box(NamedTuple):
    """A rectangle of cells, with both ends in it, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the box."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def area(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a cell looks; colours are six hexadecimal digits, and nothing where they are automatic."""

    font: str
    size: float
    bold: bool
    colour: str
    fill: str
    wrapped: bool
    locked: bool
    raised: bool
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell that holds something."""

    sheet: str
    row: int
    column: int
    value: Any
    """What was typed, or None for a formula."""
    formula: str
    """The formula with its =, or nothing."""
    is_array: bool
    cached: Value | None
    """The cached value of a formula; None where there is none."""
    look: Look

    @property
    def address(self) -> str:
        return address(self.row, self.column)

    @property
    def shown(self) -> Any:
        """The value that stands there: typed, or cached."""
        return self.cached if self.formula else self.value

    @property
    def is_number(self) -> bool:
        """Whether a number was typed; a date counts as one, a truth value does not."""
        return not self.formula and not isinstance(self.value, str | bool) and self.value is not None

    @property
    def text(self) -> str:
        """The text that stands there, or nothing."""
        shown = self.shown
        return shown if isinstance(shown, str) else ""

    @property
    def is_error(self) -> bool:
        return self.text.startswith(ERRORS)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A marked-up table."""

    name: str
    box: Box
    header_rows: int
    filtered: bool


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What may be typed into some cells."""

    kind: str
    operator: str
    first: str
    second: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class Name:
    """A defined name."""

    name: str
    refers_to: str
    hidden: bool
    sheet: str = ""


@dataclass(kw_only=True)
class Sheet:
    """A worksheet, or a sheet that is one chart."""

    name: str
    state: str = "visible"
    is_chart: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    frozen: str = ""
    filtered: str = ""
    header_footer: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    protected: bool = False
    password: bool = False
    links: dict[str, str] = field(default_factory=dict)
    """Where each cell's link leads; nothing for what is not in this workbook."""
    notes: list[str] = field(default_factory=list)
    active: str = "A1"
    selected: bool = False
    widths: dict[int, float] = field(default_factory=dict)
    default_width: float = 8.43
    raw: Raw = field(default_factory=Raw)

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        """The cells of each row, from left to right."""
        found: dict[int, list[Cell]] = {}
        for at in sorted(self.cells):
            found.setdefault(at[0], []).append(self.cells[at])
        return found

    @cached_property
    def formulas(self) -> dict[tuple[int, int], Cell]:
        return {at: cell for at, cell in self.cells.items() if cell.formula}

    @property
    def drawings(self) -> list[Drawing]:
        return self.raw.drawings

    def at(self, row: int, column: int) -> Cell | None:
        return self.cells.get((row, column))

    def text(self, row: int, column: int) -> str:
        """The text of a cell, or nothing."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""


@dataclass(kw_only=True)
class Workbook:
    """What was found in a file."""

    file: Path
    package: Package
    sheets: list[Sheet]
    names: list[Name]
    properties: dict[str, str]

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        return {sheet.name.lower(): sheet for sheet in self.sheets}

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name, as a formula may write it."""
        return self.by_name.get(name.lower())

    @cached_property
    def formulas(self) -> list[Cell]:
        """Every formula cell, in the order of the sheets."""
        return [cell for sheet in self.sheets for _, cell in sorted(sheet.formulas.items())]


def address(row: int, column: int) -> str:
    """``B3`` for the third row of the second column."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column)}{row}"


def read_workbook(file: Path) -> Workbook:
    """Read a workbook.

    Raises:
        BadInput: for a file that is no workbook, or is locked, damaged or too large.
    """
    import openpyxl

    package = read_package(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out, which is read elsewhere
            book = openpyxl.load_workbook(io.BytesIO(package.content), keep_links=False)
            sheets = [_sheet(book, found, package) for found in book._sheets]  # type: ignore[attr-defined]
    except Exception as problem:  # openpyxl raises whatever it stumbles over in a file that breaks the standard
        says = f"the workbook does not follow the .xlsx standard ({type(problem).__name__}: {problem})"
        hint = "Open it in a spreadsheet program, let it be repaired, and save it as an Excel workbook (.xlsx)."
        raise BadInput([NotAWorkbook(says=says[:300], hint=hint, where=Position(package.name))]) from problem
    names = [_name(found) for found in book.defined_names.values()]
    for sheet in book.worksheets:
        names += [_name(found, sheet.title) for found in sheet.defined_names.values()]
    said = book.properties
    properties = {
        key: str(getattr(said, key) or "") for key in ("title", "creator", "language", "description", "subject")
    }
    return Workbook(file=file, package=package, sheets=sheets, names=names, properties=properties)


def _name(found: Any, sheet: str = "") -> Name:
    return Name(name=found.name, refers_to=found.attr_text or "", hidden=bool(found.hidden), sheet=sheet)


def _sheet(book: Any, found: Any, package: Package) -> Sheet:
    raw = package.sheets.get(found.title, Raw())
    sheet = Sheet(name=found.title, state=found.sheet_state, raw=raw)
    if not hasattr(found, "iter_rows"):
        sheet.is_chart = True
        return sheet
    looks: dict[int, Look] = {}
    for cell in found._cells.values():
        if cell.value is not None:
            made = _cell(cell, sheet.name, raw, looks, package)
            sheet.cells[made.row, made.column] = made
    sheet.tables = [_table(table) for table in found.tables.values()]
    sheet.validations = [_validation(rule) for rule in found.data_validations.dataValidation]
    sheet.merged = [str(area) for area in found.merged_cells.ranges]
    sheet.frozen = found.freeze_panes or ""
    sheet.filtered = found.auto_filter.ref or ""
    sheet.header_footer = _has_words_around(found)
    _hidden(found, sheet)
    sheet.protected = bool(found.protection.sheet)
    sheet.password = bool(found.protection.password or found.protection.hashValue)
    for cell in found._cells.values():
        if cell.hyperlink:
            sheet.links[cell.coordinate] = cell.hyperlink.location or ""
        if cell.comment:
            sheet.notes.append(cell.coordinate)
    view = found.sheet_view
    pane = view.pane.activePane if view.pane else None
    active = [found.activeCell for found in view.selection if pane is None or found.pane == pane]
    sheet.active = (active[0] if active else None) or "A1"
    sheet.selected = bool(view.tabSelected) or book.active is found
    return sheet


def _cell(cell: Any, sheet: str, raw: Raw, looks: dict[int, Look], package: Package) -> Cell:
    style = cell.style_id
    if style not in looks:
        looks[style] = _look(cell, package)
    value, formula, is_array = cell.value, "", False
    if cell.data_type == "f":
        is_array = not isinstance(value, str)
        formula = value if isinstance(value, str) else f"={str(getattr(value, 'text', '') or '').removeprefix('=')}"
        value = None
    elif not isinstance(value, str | int | float | bool) and not hasattr(value, "year") and not hasattr(value, "hour"):
        value = str(value)
    return Cell(
        sheet=sheet,
        row=cell.row,
        column=cell.column,
        value=value,
        formula=formula,
        is_array=is_array,
        cached=raw.cached.get(cell.coordinate) if formula else None,
        look=looks[style],
    )


def _look(cell: Any, package: Package) -> Look:
    font, fill = cell.font, cell.fill
    filled = fill.fgColor if fill.fill_type == "solid" else None
    return Look(
        font=font.name or "",
        size=float(font.sz or 11),
        bold=bool(font.b),
        colour=_colour(font.color, package.theme),
        fill=_colour(filled, package.theme),
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
        from openpyxl.styles.colors import COLOR_INDEX

        return COLOR_INDEX[colour.indexed][-6:].upper() if colour.indexed < len(COLOR_INDEX) else ""
    if colour.type == "theme" and colour.theme < len(theme):
        return _tinted(theme[colour.theme], float(colour.tint or 0))
    return ""


def _tinted(colour: str, tint: float) -> str:
    """A theme colour made darker (below 0) or lighter (above 0)."""
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    mixed = [part * (1 + tint) if tint < 0 else part + (255 - part) * tint for part in parts]
    return "".join(f"{round(part):02X}" for part in mixed)


def _table(table: Any) -> Table:
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
        boxes=tuple(box_of(str(area)) for area in rule.sqref.ranges),
    )


def box_of(reference: str) -> Box:
    """The box of ``A1:B2`` or ``A1``."""
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return Box(top or 1, left or 1, bottom or 1_048_576, right or 16_384)


def _has_words_around(found: Any) -> bool:
    sides = (
        getattr(found.HeaderFooter, f"{which}{what}")
        for which in ("odd", "even", "first")
        for what in ("Header", "Footer")
    )
    return any(part.text for side in sides for part in (side.left, side.center, side.right))


def _hidden(found: Any, sheet: Sheet) -> None:
    """Hidden rows and columns, or those of no height or width; and the widths of the others."""
    for letter, column in found.column_dimensions.items():
        first, last = column.min or 0, column.max or 0
        if column.hidden or (column.width == 0 and column.customWidth):
            sheet.hidden_columns.append(letter)
        for at in range(first, min(last, first + 500) + 1):
            sheet.widths[at] = float(column.width or 0)
    sheet.hidden_rows = [
        number for number, row in found.row_dimensions.items() if row.hidden or (row.ht is not None and row.ht == 0)
    ]
    form = found.sheet_format
    sheet.default_width = float(form.defaultColWidth or form.baseColWidth or 8.43)
    if form.zeroHeight:
        sheet.hidden_rows.append(0)
