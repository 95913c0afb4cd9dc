"""Rules that follow ranges: circles, checks and weak values that are reached through a part of a long column."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter
from audit_helpers import Found, audited, failures

from costmodel.audit.rule import Audit

Rows = list[list[Any]]
Written = dict[str, Rows]


def audit_of(folder: Path, sheets: Written) -> Audit:
    """The audit of a workbook with some sheets, each of rows of numbers, texts and formulas."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
    return audited(folder, content.getvalue())


def of_rule(found: Audit, id: str, says: str) -> Found:  # noqa: A002
    outcome = next(outcome for outcome in found.outcomes if outcome.rule.id == id)
    told = {(id, failure.sheet, failure.cell) for failure in outcome.failures if says in failure.says}
    return told & failures(found)


def test_a_circle_through_long_ranges_is_found_and_running_totals_are_none(tmp_path: Path) -> None:
    running: Rows = [[at, f"=SUM(A$2:A{at + 1})"] for at in range(1, 101)]
    sheets: Written = {"Workings": [["Number", "Total"], *running, [None, "=SUM(B2:B101)"]]}
    assert of_rule(audit_of(tmp_path, sheets), "W06", "depends on itself") == set()
    sheets["Workings"][50][0] = "=B102"  # A51, which the totals from row 51 on read
    circle = {"A51", "B102", *(f"B{row}" for row in range(51, 102))}
    assert of_rule(audit_of(tmp_path, sheets), "W06", "") >= {("W06", "Workings", cell) for cell in circle}
    found = of_rule(audit_of(tmp_path, sheets), "W06", "depends on itself")
    assert found == {("W06", "Workings", cell) for cell in circle}


def test_a_formula_within_its_own_range_depends_on_itself(tmp_path: Path) -> None:
    sheets: Written = {"Workings": [["Number", "Total"], [1, "=B2+1"], [2, "=SUM(A1:C9)"], [3, "=A4"]]}
    found = of_rule(audit_of(tmp_path, sheets), "W06", "depends on itself")
    assert found == {("W06", "Workings", "B2"), ("W06", "Workings", "B3")}


def test_an_empty_range_is_found_and_one_with_a_cell_in_it_is_not(tmp_path: Path) -> None:
    sheets: Written = {"Workings": [["Number", "Total"], [1, "=SUM(D1:F500)"], [2, "=SUM(A3:F500)"]]}
    assert of_rule(audit_of(tmp_path, sheets), "W16", "empty") == {("W16", "Workings", "B2")}


def test_an_illustrative_value_is_followed_through_ranges_down_and_across(tmp_path: Path) -> None:
    rows: Rows = [[f"Item {at}", at, "published"] for at in range(1, 41)]
    rows[29][2] = "illustrative"  # row 31 of the sheet
    sheets: Written = {
        "Inputs": [["Label", "Value", "Grade"], *rows],
        "Workings": [
            ["Label", "Value"],
            ["Up to row 30", "=SUM(Inputs!B2:B30)"],
            ["Up to row 31", "=SUM(Inputs!B2:B31)"],
            ["Of row 31, across", "=SUM(Inputs!A31:C31)"],
            ["Below row 31", "=SUM(Inputs!B32:B41)"],
            ["Of the second", "=SUM(B3:B3)"],
        ],
    }
    found = of_rule(audit_of(tmp_path, sheets), "W22", "illustrative")
    assert found == {("W22", "Workings", "B3"), ("W22", "Workings", "B4"), ("W22", "Workings", "B6")}


def test_numbers_kept_as_text_are_known_however_they_are_spaced(tmp_path: Path) -> None:
    texts = [" £ 1,200.50 ", "(7)", "12 %", ".5", "1,2x", " " * 30_000, "1" * 30_000 + "x", "1.2.3"]
    rows: Rows = [[f"Item {at}", 5] for at in range(20)]
    sheets: Written = {"Inputs": [["Label", "Value"], *rows, *([text[:3], text] for text in texts)]}
    found = of_rule(audit_of(tmp_path, sheets), "W16", "kept as text")
    assert found == {("W16", "Inputs", f"B{row}") for row in (22, 23, 24, 25)}


def test_a_sum_of_rows_of_two_units_is_found_wherever_the_second_starts(tmp_path: Path) -> None:
    units = ["£", "£", "", "£", "£", "people", "people"]  # from row 2 of the sheet
    header = ["Label", "Unit", "2024/25", "2025/26"]
    sheets: Written = {
        "Inputs": [header, *([f"Row {at}", unit, at, at] for at, unit in enumerate(units))],
        "Workings": [header, *([f"Sum {at}", "£", f"=SUM(Inputs!C{at}:C6)"] for at in range(2, 7))],
    }
    assert of_rule(audit_of(tmp_path, sheets), "W18", "different units") == set()
    sheets["Workings"][2][2] = "=SUM(Inputs!C4:C7)"  # from a row without a unit to the first of people
    sheets["Workings"][3][2] = "=SUM(Inputs!C7:C8)"
    assert of_rule(audit_of(tmp_path, sheets), "W18", "different units") == {("W18", "Workings", "C3")}
