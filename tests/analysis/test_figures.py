"""A line's figures are shown by its unit, the same in the terminal, the brief and the workbook."""

from __future__ import annotations

import pytest

from costmodel.analysis.figures import how_to_show
from costmodel.language.units import read_unit


@pytest.mark.parametrize(
    ("unit", "values", "texts", "excel"),
    [
        ("£", [9_507_391.608], ["9,507,392"], "#,##0"),
        ("£ per team", [237_684.7902], ["237,684.79"], "#,##0.00"),
        ("£ per WTE", [63_751.0], ["63,751"], "#,##0"),
        ("teams", [40, 202], ["40", "202"], "#,##0"),
        ("WTE per team", [0.33, 1], ["0.33", "1.00"], "#,##0.00"),
        ("people", [45_474_590.2, 81_595.65], ["45,474,590", "81,596"], "#,##0"),
        ("share of salary", [0.14, 0.1438], ["14%", "14.38%"], "0.00%"),
        ("rate a year", [0.03], ["3%"], "0%"),
        ("index", [1.0609], ["1.0609"], "#,##0.0000"),
        ("ratio", [0.0123, 0.5], ["0.0123", "0.5000"], "#,##0.0000"),
        ("year", [2022.0], ["2022"], "0"),
    ],
)
def test_figures_of_a_unit(unit: str, values: list[float], texts: list[str], excel: str) -> None:
    look = how_to_show(read_unit(unit), values)
    assert [look.text(value) for value in values] == texts
    assert look.excel == excel


def test_csv_has_no_commas_and_shares_as_fractions() -> None:
    assert how_to_show(read_unit("£"), [9_507_391.608]).plain(9_507_391.608) == "9507392"
    assert how_to_show(read_unit("share"), [0.1438]).plain(0.1438) == "0.1438"
