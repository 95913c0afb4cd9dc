"""Counts whose names begin like those of shares and rates are counts wherever they are shown."""

import json
from pathlib import Path

import pytest
from helpers import costmodel_cli, write

COUNTED = """
proposal: {title: A levy, years: 2025/26 to 2026/27}
assumptions:
  payers: {label: Ratepayers, value: "1,200", unit: ratepayers, reason: R.}
  owners: {label: Shareholders, value: 500, unit: shareholders, reason: R.}
  classes: {label: Classes, value: 1, unit: classes, reason: R.}
lines:
  all: {label: Everyone, unit: ratepayers, formula: payers * owners / owners}
  some: {label: Owners, unit: shareholders, formula: owners}
  taught: {label: Taught, unit: classes, formula: classes}
tables:
  all: {title: All, rows: [all, some, taught]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "levy" / "proposal.yaml", COUNTED)
    write(tmp_path / "evidence" / "sources.yaml", "sources: {}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "shown"), [("all", "1,200 ratepayers"), ("some", "500 shareholders"), ("taught", "1 class")]
)
def test_a_count_is_shown_as_one(root: Path, name: str, shown: str) -> None:
    said = costmodel_cli("explain", "levy", name, "--assumptions", str(root))
    assert shown in said.out
    assert "%" not in said.out


def test_figures_keep_the_words_of_their_units(root: Path) -> None:
    said = costmodel_cli("show", "levy", "--assumptions", str(root), "--format", "json")
    lines = json.loads(said.out)["lines"]
    assert {name: (line["unit"], line["value"]) for name, line in lines.items() if name in ("payers", "owners")} == {
        "payers": ("ratepayers", 1200),
        "owners": ("shareholders", 500),
    }
