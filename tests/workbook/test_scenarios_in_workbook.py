"""The sheets that hold every scenario's results and every printed figure, in each position of the selector."""

from __future__ import annotations

import functools
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import ENGINES, cached_values, contents, differences, plant_wrong_values, select_scenario

import costmodel
from costmodel.analysis.comparison import compare
from costmodel.analysis.results import Costed
from costmodel.analysis.verdicts import DIFFERS, table_verdicts, verdict_on
from costmodel.numbers import Number
from costmodel.workbook.layout import COMPARISON, RECONCILIATION
from costmodel.workbook.reconciliation_sheet import agrees_between
from costmodel.workbook.write import workbook_bytes

ROOT = Path(__file__).resolve().parents[2] / "assumptions"
TEAMS, HUBS, COST = "parent-infant-teams-2021", "family-hubs-2025", "parent-infant-team-cost"
SHEETS = (COMPARISON, RECONCILIATION)
FIRST_ROW = 6


@functools.cache
def costed(proposal: str) -> Costed:
    return costmodel.load(ROOT / proposal).run().costed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbooks")


def workbook(folder: Path, proposal: str, scenario: str = "base") -> Path:
    """The workbook of a scenario, written once."""
    path = folder / f"{proposal}--{scenario}.xlsx"
    if not path.exists():
        path.write_bytes(workbook_bytes(costed(proposal).run(scenario)))
    return path


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet's table by header."""
    header, *rows = sheet.iter_rows(min_row=FIRST_ROW - 1, values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    return rows_of(openpyxl.load_workbook(path, data_only=True)[sheet])


def on_our_sheets(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(tuple(f"{sheet}!" for sheet in SHEETS))]


SOME = [
    *((TEAMS, scenario) for scenario in ("400-teams", "published-links", "illustrative-upper", "realistic")),
    *((HUBS, scenario) for scenario in ("benefits-high", "per-authority", "uplifted")),
    (COST, "pension-in-full"),
]


@pytest.mark.parametrize(("proposal", "scenario"), SOME)
def test_the_sheets_are_the_same_whichever_scenario_is_selected(proposal: str, scenario: str, folder: Path) -> None:
    of_base, here = (contents(workbook(folder, proposal, name)) for name in ("base", scenario))
    assert {sheet for sheet, _ in here} >= {COMPARISON}
    differ = [place for place in {**of_base, **here} if of_base.get(place) != here.get(place) and place[0] in SHEETS]
    assert differ == []


@pytest.mark.parametrize(("proposal", "scenario"), SOME)
def test_the_sheets_recalculate_when_another_scenario_is_selected(
    proposal: str, scenario: str, folder: Path, tmp_path: Path
) -> None:
    selected, planted = tmp_path / "selected.xlsx", tmp_path / "planted.xlsx"
    select_scenario(workbook(folder, proposal), selected, scenario)
    expected = cached_values(workbook(folder, proposal, scenario))
    assert on_our_sheets(differences(expected, cached_values(selected)))
    plant_wrong_values(selected, planted)
    # IronCalc's NORMSDIST is good to about 1e-10 absolute, which a benefit stream of a small effect makes larger.
    for engine, relative in (("ironcalc", 1e-7), ("cellrune", 1e-9)):
        assert on_our_sheets(differences(expected, ENGINES[engine](planted), relative)) == []


@pytest.mark.parametrize("proposal", [TEAMS, HUBS, COST])
def test_every_result_of_every_scenario_stands_beside_its_difference_from_base(proposal: str, folder: Path) -> None:
    found = {str(row["Id"]): row for row in table(workbook(folder, proposal), COMPARISON)}
    compared = compare(costed(proposal))
    assert {row.name for row in compared.rows} <= set(found)
    for result in compared.rows:
        row = found[result.name]
        for place, scenario in enumerate(compared.scenarios):
            assert row[scenario] == result.values[place]
            if place and not result.unit.is_year:
                assert row[f"{scenario} less base"] == result.incremental[place]
    assert all(row["Equal"] == 1 for row in found.values())


def test_the_last_year_of_every_row_of_a_table_is_compared(folder: Path) -> None:
    found = {str(row["Id"]): row for row in table(workbook(folder, TEAMS, "400-teams"), COMPARISON)}
    assert found["total@2025/26"]["Label"] == "Total each year, 2025/26"
    assert found["total@2025/26"]["Live"] == costed(TEAMS).run("400-teams").by_year("total")[-1]
    assert found["total@2025/26"]["base"] == costed(TEAMS).run().by_year("total")[-1]


def test_a_payback_that_never_comes_reads_never_and_is_no_number_of_years_from_one_that_does(folder: Path) -> None:
    sheet = openpyxl.load_workbook(workbook(folder, TEAMS))[COMPARISON]
    at = next(at for at, row in enumerate(rows_of(sheet), start=FIRST_ROW) if row["Id"] == "payback_year_social")
    row = rows_of(sheet)[at - FIRST_ROW]
    assert (row["base"], row["illustrative-upper"]) == (0, 2029)
    assert {row[header] for header in row if header.endswith(" less base")} == {"[z]"}
    assert sheet.cell(at, 4).number_format == '0;0;"never"'


def test_each_result_says_in_which_scenarios_it_is_illustrative(folder: Path) -> None:
    found = {str(row["Id"]): row["Where it is illustrative"] for row in table(workbook(folder, HUBS), COMPARISON)}
    assert found["benefit_cost_ratio"] == "Illustrative in every scenario"
    assert found["problems_avoided_extra_chance_of_a_problem"] == "Illustrative in illustrative-upper"
    assert found["total_spending_review"] == "[z]"


def test_a_changed_input_is_seen_as_no_longer_equal(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "edited.xlsx"
    book = openpyxl.load_workbook(workbook(folder, TEAMS))
    sheet = book["Programme costs"]
    row = next(row for row in sheet.iter_rows(min_row=FIRST_ROW) if row[1].value == "development_programme")
    assert isinstance(row[4].value, int)
    row[4].value += 1
    book.save(path)
    values = ENGINES["ironcalc"](path)
    equal = {row["Id"]: values[COMPARISON, f"F{at}"] for at, row in enumerate(rows_of(book[COMPARISON]), FIRST_ROW)}
    assert equal["total_spending_review"] == 0
    assert equal["net_present_social_value"] == 0
    assert equal["teams_operating@2025/26"] == 1


@pytest.mark.parametrize("proposal", [TEAMS, HUBS])
def test_every_printed_cell_has_its_verdict_and_whether_the_live_figure_agrees(proposal: str, folder: Path) -> None:
    verdicts = table_verdicts(costed(proposal).run())
    rows = table(workbook(folder, proposal), RECONCILIATION)
    assert len(rows) == len(verdicts) > 0
    for row, verdict in zip(rows, verdicts, strict=True):
        assert verdict.id.endswith(f".{row['Id']}")
        assert (row["Verdict"], row["Model figure"]) == (verdict.verdict, verdict.figures[0])
        assert row["Difference"] == verdict.differences[0]
        assert row["Live agrees"] == (verdict.verdict != DIFFERS)


def test_live_figures_of_another_scenario_need_not_agree_and_fail_no_check(folder: Path) -> None:
    path = workbook(folder, TEAMS, "400-teams")
    found = {row["Id"]: row for row in table(path, RECONCILIATION)}
    assert found["total@2025/26"]["Live agrees"] == 0
    assert found["teams_operating@2022/23"]["Live agrees"] == 1
    assert found["total@2025/26"]["Model figure"] == costed(TEAMS).run().by_year("total")[-1]
    assert cached_values(path)[RECONCILIATION, "A4"] == "Checks: every check holds."


def test_a_proposal_without_published_tables_has_no_sheet_of_them(folder: Path) -> None:
    assert RECONCILIATION not in openpyxl.load_workbook(workbook(folder, COST), read_only=True).sheetnames


def test_the_ends_between_which_a_figure_agrees_are_those_of_the_verdict() -> None:
    draw = random.Random(7)
    for _ in range(4000):
        step = draw.choice([0.01, 0.1, 1.0, 5.0, 1e6])
        printed = float(f"{draw.randrange(-400, 400) * step:.12g}") + draw.choice([0.0, 0.0, 0.0, step / 3])
        low, high = agrees_between(printed, step)
        tie = draw.choice([-0.5, 0.5]) * step
        for value in (printed, printed + tie, printed + tie * 0.999, printed + tie * 1.001, printed - tie * 0.4):
            verdict = verdict_on(value, Number(printed, False, False, 0), Number(step, False, False, 0))
            assert (low <= value < high) == (verdict != DIFFERS), (value, printed, step)
