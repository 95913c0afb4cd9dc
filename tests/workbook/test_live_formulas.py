"""Formulas beside the model: one tree gives both the text and the value of each, and no sheet can write another."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers import SHIPPED

import costmodel
from costmodel.analysis.results import Costed
from costmodel.model.line import Line
from costmodel.spreadsheets.expressions import as_text
from costmodel.spreadsheets.package import Value
from costmodel.spreadsheets.ranges import Spot
from costmodel.spreadsheets.reading import workbook_of
from costmodel.spreadsheets.syntax import read_expression
from costmodel.spreadsheets.working_out import Look, value_of
from costmodel.workbook import layout
from costmodel.workbook.book import Book
from costmodel.workbook.plan import Plan
from costmodel.workbook.proof import NotProven
from costmodel.workbook.sheet import TableSheet
from costmodel.workbook.write import workbook_bytes

TEAM = "parent-infant-team-cost"
ROOM = Path(layout.__file__).parent


@pytest.fixture
def team() -> Costed:
    return costmodel.load(TEAM, SHIPPED)


def looked_up(cells: Mapping[Spot, Value], own: str) -> Look:
    return lambda sheet, row, column: cells[sheet or own, row, column]


@pytest.mark.parametrize("proposal", [file.parent.name for file in sorted(SHIPPED.glob("*/proposal.yaml"))])
def test_every_formula_beside_the_model_reads_back_and_comes_to_what_is_cached(proposal: str) -> None:
    costed = costmodel.load(proposal, SHIPPED)
    places = costed.once(Plan).proof.ground.cells
    for scenario in (costed.scenarios[0], costed.scenarios[-1]):
        book = workbook_of(workbook_bytes(costed.run(scenario)), scenario)
        cells = {(sheet.name, *at): cell.shown for sheet in book.sheets for at, cell in sheet.cells.items()}
        beside = [cell for cell in book.formulas if cell[:3] not in places or places[cell[:3]].line.formula is None]
        assert len(beside) > 50
        wrong = []
        for cell in beside:
            tree = read_expression(cell.formula)
            assert f"={as_text(tree)}" == cell.formula
            found = value_of(tree, looked_up(cells, cell.sheet))
            if found != cell.shown:
                wrong.append(f"{cell.sheet}!{cell.address}: {cell.formula} is {found!r}, and {cell.shown!r} is cached")
        assert wrong == []


def test_a_formula_is_given_no_value_of_its_own() -> None:
    given = inspect.signature(TableSheet.formula).parameters
    assert list(given) == ["self", "row", "column", "expression", "number", "role"]
    assert given["expression"].annotation == "Expression"


def test_no_sheet_writes_a_formula_past_the_one_way_to_write_it() -> None:
    found = []
    for file in sorted(ROOM.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                calls = [node for node in ast.walk(function) if isinstance(node, ast.Attribute)]
                if any(call.attr.startswith(("write_formula", "write_array", "write_dynamic")) for call in calls):
                    found.append((file.name, function.name))
    assert set(found) == {("sheet.py", "_live"), ("sheet.py", "master_line"), ("sheet.py", "write")}


def test_a_cell_of_a_line_that_holds_anything_but_the_engines_value_stops_the_writing(
    team: Costed, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = TableSheet.number

    def shifted(sheet: TableSheet, row: int, column: int | str, value: float, *words: str) -> None:
        number(sheet, row, column, value + (sheet.name == layout.PAY), *words)

    monkeypatch.setattr(TableSheet, "number", shifted)
    with pytest.raises(NotProven, match=r"Pay and on-costs!.*, of .*, holds .*, and not"):
        workbook_bytes(team.run())


def test_a_cell_that_a_formula_reads_and_that_is_not_written_stops_the_writing(
    team: Costed, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure_of = TableSheet.figure_of

    def some(sheet: TableSheet, line: Line, row: int, year: int | None, *words: str) -> None:
        if year != 1:
            figure_of(sheet, line, row, year, *words)

    monkeypatch.setattr(TableSheet, "figure_of", some)
    with pytest.raises(NotProven, match=r"a formula on the sheet .*, reads Calculations!.*, which is empty"):
        workbook_bytes(team.run())


def test_an_opening_value_that_is_not_written_stops_the_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    number = TableSheet.number

    def some(sheet: TableSheet, row: int, column: int | str, *words: Any) -> None:
        if (sheet.name, column) != (layout.CALCULATIONS, layout.CONSTANT):
            number(sheet, row, column, *words)

    monkeypatch.setattr(TableSheet, "number", some)
    with pytest.raises(NotProven, match=r"Calculations!D.*, holds '\[z\]', and not 1\.0"):
        workbook_bytes(costmodel.load("parent-infant-teams-2021", SHIPPED).run())


def test_what_is_read_before_it_is_written_must_be_written_so(team: Costed, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = Book.holds

    def other_selector(book: Book, sheet: str, row: int, column: int, value: Value) -> None:
        is_selector = (sheet, row, column) == (layout.COVER, layout.SELECTOR_ROW, 1)
        first = is_selector and (sheet, row + 1, column + 1) not in book.cells
        holds(book, sheet, row, column, team.scenarios[1] if first else value)

    monkeypatch.setattr(Book, "holds", other_selector)
    with pytest.raises(AssertionError, match="Cover!B6 holds"):
        workbook_bytes(team.run("base"))
