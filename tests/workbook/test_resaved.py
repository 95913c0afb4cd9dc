"""A workbook that openpyxl or LibreOffice opens and saves again is the same workbook, and its selector still works.

What LibreOffice loses when it converts a file is its own doing, and is left out of what it is held to: without a
window it keeps no views, so gridlines show again and panes are not frozen; and it drops the colours of tabs.
It writes out what is so anyway: black for the automatic colour, general and bottom for how a cell is aligned, an
operator and a second end for a rule that is a list, one page across, and a stroke before a sign in a number format.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import SHIPPED
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import (
    Cells,
    by_cellrune,
    by_ironcalc,
    cached_values,
    differences,
    plant_wrong_values,
    saved_by_libreoffice,
    select_scenario,
)

import costmodel
from costmodel.analysis.results import Costed
from costmodel.workbook.write import workbook_bytes

CASES = (("family-hubs-2025", "uplifted"), ("parent-infant-teams-2021", "realistic"))
"""Proposals, each with a scenario to select in the workbook that was saved again."""
PROGRAMS = ("openpyxl", pytest.param("libreoffice", marks=pytest.mark.libreoffice))
EACH = pytest.mark.parametrize("program", PROGRAMS)
OF_EACH = pytest.mark.parametrize(("proposal", "other"), CASES)
BLACK = "FF000000"
Facts = dict[str, Any]


@functools.cache
def costed(proposal: str) -> Costed:
    return costmodel.load(SHIPPED / proposal)


class Saved:
    """The workbooks as they were made, and as each program saved them again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._again: dict[str, dict[str, Path]] = {}
        self.made = {proposal: folder / f"{proposal}.xlsx" for proposal, _ in CASES}
        for proposal, file in self.made.items():
            file.write_bytes(workbook_bytes(costed(proposal).run("base")))

    def by(self, program: str, proposal: str) -> Path:
        if program not in self._again:
            files = list(self.made.values())
            if program == "libreoffice":
                (self.folder / program).mkdir()
                again = saved_by_libreoffice(files, self.folder / program)
            else:
                again = [self.folder / f"again-{file.name}" for file in files]
                for file, to in zip(files, again, strict=True):
                    openpyxl.load_workbook(file).save(to)
            self._again[program] = dict(zip(self.made, again, strict=True))
        return self._again[program][proposal]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("resaved"))


@functools.cache
def opened(file: Path, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(file, data_only=values)


def both(saved: Saved, program: str, proposal: str) -> Iterator[tuple[Worksheet, Worksheet]]:
    """Each sheet as it was made, and as it was saved again."""
    made, again = opened(saved.made[proposal]), opened(saved.by(program, proposal))
    assert made.sheetnames == again.sheetnames
    yield from ((made[name], again[name]) for name in made.sheetnames)


def cells_of(sheet: Worksheet) -> Iterator[Cell]:
    """Every cell with something in it."""
    return (cell for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell) and cell.value is not None)


def values_of(file: Path) -> Cells:
    """The value of every cell with something in it."""
    found: Cells = {}
    for sheet in opened(file, values=True):
        for cell in cells_of(sheet):
            value = cell.value
            found[sheet.title, cell.coordinate] = value if isinstance(value, bool | int | float) else str(value)
    return found


@EACH
@OF_EACH
def test_every_cell_has_the_same_value(program: str, proposal: str, other: str, saved: Saved) -> None:
    files = saved.made[proposal], saved.by(program, proposal)
    made, again = values_of(files[0]), values_of(files[1])
    if program == "openpyxl":  # it writes formulas, and leaves their values to whoever opens the file next
        formulas = cached_values(files[0])
        made = {place: value for place, value in made.items() if place not in formulas}
        again = {place: value for place, value in again.items() if place not in formulas}
    assert len(made) > 5_000
    assert differences(made, again, label=program) == []


@EACH
@OF_EACH
def test_every_formula_is_the_same(program: str, proposal: str, other: str, saved: Saved) -> None:
    found = {}
    for made, again in both(saved, program, proposal):
        for cell in cells_of(made):
            if cell.data_type == "f" and cell.value != again[cell.coordinate].value:
                found[made.title, cell.coordinate] = cell.value, again[cell.coordinate].value
    assert found == {}


@EACH
@OF_EACH
def test_defined_names_and_tables_are_the_same(program: str, proposal: str, other: str, saved: Saved) -> None:
    made, again = (opened(file).defined_names for file in (saved.made[proposal], saved.by(program, proposal)))
    assert {name: made[name].attr_text for name in made} == {name: again[name].attr_text for name in again}
    assert len(made) > 10
    for one, two in both(saved, program, proposal):
        tables = [
            {table.displayName: (table.ref, table.column_names) for table in sheet.tables.values()}
            for sheet in (one, two)
        ]
        assert tables[0] == tables[1]


def rules_of(sheet: Worksheet) -> list[Facts]:
    """The rules of what may be typed, without what counts only for a rule of another kind."""
    found = []
    for rule in sheet.data_validations.dataValidation:
        ends = rule.type not in ("list", "custom")
        operator = rule.operator or "between"
        found.append(
            {
                "cells": sorted(str(rule.sqref).split()),
                "kind": (rule.type, rule.errorStyle or "stop", bool(rule.allow_blank), operator if ends else ""),
                "from": _end(rule.formula1),
                "to": _end(rule.formula2) if ends and operator in ("between", "notBetween") else "",
                "texts": (rule.errorTitle, rule.error, rule.promptTitle, rule.prompt),
                "shown": (rule.showErrorMessage, rule.showInputMessage, bool(rule.showDropDown)),
            }
        )
    return sorted(found, key=lambda rule: str(rule["cells"]))


def _end(text: str | None) -> str | float:
    """An end of a rule: a number, however many digits it is written with, or a formula."""
    try:
        return float(text or "")
    except ValueError:
        return text or ""


@EACH
@OF_EACH
def test_what_may_be_typed_is_the_same(program: str, proposal: str, other: str, saved: Saved) -> None:
    count = 0
    for made, again in both(saved, program, proposal):
        assert rules_of(made) == rules_of(again), made.title
        count += len(rules_of(made))
    assert count > 20


def look_of(cell: Cell) -> Facts:
    """How a cell looks, with what is so anyway left out."""
    font, line = cell.font, cell.alignment
    colour = font.color.rgb if font.color is not None and font.color.type == "rgb" else BLACK
    return {
        "number": cell.number_format.replace("\\£", "£"),
        "font": (font.name, font.sz, bool(font.b), bool(font.i), font.u, colour),
        "fill": (cell.fill.fill_type, cell.fill.fgColor.rgb if cell.fill.fill_type else ""),
        "edges": [getattr(cell.border, side).style for side in ("left", "right", "top", "bottom")],
        "aligned": (line.horizontal or "general", line.vertical or "bottom", bool(line.wrap_text), int(line.indent)),
        "locked": cell.protection.locked,
    }


@EACH
@OF_EACH
def test_every_cell_looks_the_same(program: str, proposal: str, other: str, saved: Saved) -> None:
    found = {}
    for made, again in both(saved, program, proposal):
        for cell in cells_of(made):
            looks = look_of(cell), look_of(again[cell.coordinate])
            if looks[0] != looks[1]:
                found[made.title, cell.coordinate] = looks
    assert found == {}


def widths_of(sheet: Worksheet) -> dict[int, float]:
    """The width of every column, in letters."""
    groups = sheet.column_dimensions.values()
    return {column: group.width for group in groups for column in range(group.min or 0, (group.max or 0) + 1)}


@EACH
@OF_EACH
def test_columns_and_rows_are_as_large(program: str, proposal: str, other: str, saved: Saved) -> None:
    for made, again in both(saved, program, proposal):
        widths, usual = (widths_of(made), widths_of(again)), again.sheet_format.defaultColWidth or 0
        assert {at: width for at, width in widths[0].items() if abs(width - widths[1].get(at, usual)) > 0.2} == {}, (
            made.title
        )
        heights = {at: row.height for at, row in made.row_dimensions.items() if row.height}
        assert {
            at for at, height in heights.items() if abs(height - (again.row_dimensions[at].height or 0)) > 1
        } == set()


@EACH
@OF_EACH
def test_links_lead_to_the_same_cells(program: str, proposal: str, other: str, saved: Saved) -> None:
    count = 0
    for made, again in both(saved, program, proposal):
        links = [
            {cell.coordinate: cell.hyperlink.location for cell in cells_of(sheet) if cell.hyperlink}
            for sheet in (made, again)
        ]
        assert links[0] == links[1], made.title
        count += len(links[0])
    assert count > 100


def protection_of(sheet: Worksheet) -> Facts:
    on = ("sheet", "objects", "scenarios", "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows")
    return {name: getattr(sheet.protection, name) for name in (*on, "password")}


def print_of(sheet: Worksheet) -> Facts:
    page, edges, fit = sheet.page_setup, sheet.page_margins, sheet.sheet_properties.pageSetUpPr
    return {
        "page": (page.orientation, int(page.paperSize or 0), int(page.scale or 100), bool(fit and fit.fitToPage)),
        "edges": [round(getattr(edges, side), 3) for side in ("left", "right", "top", "bottom")],
        "titles": (sheet.print_title_rows, sheet.print_title_cols),
        "area": sheet.print_area,
        "breaks": ([found.id for found in sheet.row_breaks.brk], [found.id for found in sheet.col_breaks.brk]),
    }


@EACH
@OF_EACH
def test_sheets_are_protected_and_printed_in_the_same_way(
    program: str, proposal: str, other: str, saved: Saved
) -> None:
    for made, again in both(saved, program, proposal):
        assert protection_of(made) == protection_of(again), made.title
        assert print_of(made) == print_of(again), made.title
        if program == "openpyxl":
            assert made.freeze_panes == again.freeze_panes
            assert made.sheet_view.showGridLines == again.sheet_view.showGridLines
            assert made.sheet_properties.tabColor == again.sheet_properties.tabColor


@EACH
@OF_EACH
def test_the_selector_still_works(program: str, proposal: str, other: str, saved: Saved, tmp_path: Path) -> None:
    asked, planted, expected = (tmp_path / name for name in ("asked.xlsx", "planted.xlsx", "expected.xlsx"))
    expected.write_bytes(workbook_bytes(costed(proposal).run(other)))
    if program == "openpyxl":  # it writes texts into their cells, so a person's way is taken
        book = openpyxl.load_workbook(saved.by(program, proposal))
        book["Cover"]["B6"] = other
        book.save(planted)
    else:
        select_scenario(saved.by(program, proposal), asked, other)
        plant_wrong_values(asked, planted)
    values = cached_values(expected)
    near = 1e-7  # openpyxl writes 16 digits and LibreOffice 15, and differences of large figures have fewer
    assert differences(values, by_ironcalc(planted), near, label="ironcalc") == []
    assert differences(values, by_cellrune(planted), near, label="cellrune") == []
