"""Costs that grow: at a rate, or as an index of the evidence does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benefits_helpers import MADE_UP, TRIAL, Part, as_yaml, scenario, write_trial
from helpers import HERE, costmodel_cli, edit, write
from recalculation import assert_recalculates

import costmodel
from costmodel.analysis.results import Results
from costmodel.workbook.write import workbook_bytes

CASES = Path(__file__).resolve().parent.parent / "cases"
YEARS = ["2024/25", "2025/26", "2026/27"]
CPI = {2022: 0.0907, 2023: 0.0730, 2024: 0.0253, 2025: 0.0345, 2026: 0.0248, 2027: 0.0202}


def cpi(year: int) -> float:
    """The index of a calendar year, by the growth that is printed."""
    level = 100.0
    for at in range(2022, year + 1):
        level *= 1 + CPI[at]
    return level


def average(year: int) -> float:
    """The index of the financial year that starts in a year."""
    return 0.75 * cpi(year) + 0.25 * cpi(year + 1)


def document(uplift: Part, years: list[str] | None = None, **more: Any) -> Part:
    run = years or YEARS
    return {
        "proposal": {"title": "T", "years": f"{run[0]} to {run[-1]}", **more.pop("proposal", {})},
        "programme_costs": {"rent": {"label": "Rent", "value": "£1,000", **MADE_UP, "uplift": uplift, **more}},
        "lines": {"total": {"label": "Total", "unit": more.get("unit", "£"), "formula": "rent"}},
        "tables": {"t": {"title": "T", "rows": ["total"]}},
    }


def worked(folder: Path, written: Part) -> Results:
    return costmodel.load(TRIAL, write_trial(folder, written)).run()


def refused(folder: Path, written: Part, key: str = "uplift") -> str:
    root = write_trial(folder, written)
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert "proposal.yaml:" in ran.err
    assert key in ran.err
    return ran.err


def test_a_cost_follows_an_index_from_the_year_of_its_prices(tmp_path: Path) -> None:
    results = worked(tmp_path, document({"follow": "cpi", "from": "2024/25"}))
    expected = [1_000 * average(year) / average(2024) for year in (2024, 2025, 2026)]
    assert results.by_year("total") == pytest.approx(expected, rel=1e-12)
    assert results.by_year("cpi_index") == pytest.approx([average(year) for year in (2024, 2025, 2026)], rel=1e-12)
    ground = results.costing.assumptions["cpi_index"].grounds[0]
    assert (ground.source, ground.grade) == ("obr-outlook-2025-11", "derived")
    assert "3/4 of the calendar year in which it starts" in (ground.place or "")


def test_prices_of_an_earlier_year_than_the_first_are_brought_up_to_it(tmp_path: Path) -> None:
    results = worked(tmp_path, document({"follow": "cpi", "from": "2022/23"}))
    assert results.by_year("total")[0] == pytest.approx(1_000 * average(2024) / average(2022), rel=1e-12)


def test_a_deflator_can_be_followed_and_two_costs_share_its_lines(tmp_path: Path) -> None:
    written = document({"follow": "gdp-deflator-2025-11-financial", "from": "2024/25"})
    written["programme_costs"]["heat"] = {**written["programme_costs"]["rent"], "label": "Heat", "value": "£10"}
    written["lines"]["total"]["formula"] = "rent + heat"
    results = worked(tmp_path, written)
    assert results.by_year("total") == pytest.approx([1_010, 1_010 * 1.029431, 1_010 * 1.052387], rel=1e-12)
    names = [name for name in results.costing.model.lines if name.endswith("growth_from_2024_25")]
    assert names == ["gdp_deflator_2025_11_financial_growth_from_2024_25"]


def test_a_line_of_ones_own_follows_an_index_too(tmp_path: Path) -> None:
    written = document({"rate": "0%"})
    written["lines"]["total"]["uplift"] = {"follow": "cpi", "from": "2024/25"}
    results = worked(tmp_path, written)
    assert results.by_year("total_before_uplift") == pytest.approx([1_000] * 3)
    assert results.by_year("total")[2] == pytest.approx(1_000 * average(2026) / average(2024), rel=1e-12)


def test_after_its_end_an_index_grows_at_its_long_run_rate_in_the_workbook_too(tmp_path: Path) -> None:
    late = ["2032/33", "2033/34"]
    results = worked(tmp_path, document({"follow": "cpi", "from": "2024/25"}, late))
    last = results.value("cpi_index_last")
    assert results.by_year("cpi_index_level") == pytest.approx([last * 1.02**3, last * 1.02**4], rel=1e-12)
    (tmp_path / "late.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "late.xlsx")


@pytest.mark.parametrize(
    ("uplift", "says"),
    [
        ({"follow": "cpx"}, "there is no index 'cpx' in the evidence\n  Did you mean cpi?"),
        ({"follow": "published-awards"}, "published-awards are of pay, and this is no pay"),
        ({"follow": "cpi", "from": "1999/00"}, "the index cpi has no year 1999/00"),
        ({"follow": "cpi", "rate": "2%"}, "the uplift of a cost has a rate or follows an index"),
        ({"from": "2024/25"}, "the uplift of a cost has a rate or follows an index"),
        ({"rate": "cpi"}, "cpi is an index, and a rate of growth belongs here\n  Write follow: cpi."),
        ({"rate": "104.2"}, "it looks like an index, or lacks its %\n  Did you mean 4.2%?"),
    ],
)
def test_an_uplift_that_cannot_be_is_refused(uplift: Part, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, document(uplift))


def test_what_is_followed_is_refused_at_its_place(tmp_path: Path) -> None:
    root = write_trial(tmp_path, document({"follow": "cpi"}))
    place = edit(root / TRIAL / "proposal.yaml", "follow: cpi", f"follow: {HERE}published-awards")
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert f"proposal.yaml:{place}: programme_costs.rent.uplift.follow: " in ran.err
    name = "uplift-follow-does-nothing"
    assert costmodel_cli("check", name, "--assumptions", CASES / name / "assumptions").code == 2


def test_real_money_cannot_follow_an_index_of_cash(tmp_path: Path) -> None:
    written = document({"follow": "cpi"}, proposal={"prices": "2025/26 prices"})
    said = refused(tmp_path / "real", written)
    assert "rent is in £ (2025/26 prices), and what follows an index is in cash" in said
    assert "Give it the unit £ (cash)" in said
    cash = document({"follow": "cpi", "from": "2024/25"}, proposal={"prices": "2025/26 prices"}, unit="£ (cash)")
    assert worked(tmp_path, cash).line("total").unit.written == "£ (cash)"


def test_an_index_by_years_of_another_kind_needs_a_rule(tmp_path: Path) -> None:
    written = document({"follow": "mine"})
    root = write_trial(tmp_path, written)
    text = "indices: {mine: {title: M, source: x, status: V, values: {2024: 1, 2025: 2, 2026: 3, 2027: 4}}}\n"
    write(root / TRIAL / "evidence" / "mine.yaml", text)
    write(root / TRIAL / "evidence" / "sources.yaml", "sources: {x: {title: X}}\n")
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "the index mine is by calendar year, and the proposal is by financial year" in ran.err
    assert "Add convert: average" in ran.err
    write(root / TRIAL / "evidence" / "mine.yaml", text.replace("status: V", "status: V, convert: average"))
    assert costmodel.load(TRIAL, root).run().by_year("mine_index") == [1.25, 2.25, 3.25]


def test_an_index_that_ends_without_a_rule_is_refused(tmp_path: Path) -> None:
    written = document({"follow": "gdp-deflator-2025-11-financial", "from": "2024/25"}, ["2030/31", "2031/32"])
    said = refused(tmp_path, written)
    assert "ends in 2030/31, and the proposal in 2031/32" in said
    assert "Add long_run: " in said


@pytest.mark.parametrize(
    "change", [{"programme_costs.rent.uplift.follow": "rpi"}, {"programme_costs.rent.uplift.from": "2023/24"}]
)
def test_scenarios_follow_one_index_from_one_year(change: Part, tmp_path: Path) -> None:
    root = write_trial(tmp_path, document({"follow": "cpi", "from": "2024/25"}))
    write(root / TRIAL / "scenarios" / "other.yaml", as_yaml(scenario(change)))
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "other.yaml:" in ran.err


def test_a_scenario_changes_the_rate_of_an_uplift(tmp_path: Path) -> None:
    written = document({"rate": "2%", "from": "2024/25"})
    written["lines"]["total"]["uplift"] = {"rate": {"value": "1%", **MADE_UP}, "from": "2024/25"}
    changes = {"programme_costs.rent.uplift.rate": "4%", "total_uplift_rate": "3%"}
    costed = costmodel.load(TRIAL, write_trial(tmp_path, written, {"other": changes}))
    assert costed.run().by_year("total")[2] == pytest.approx(1_000 * 1.02**2 * 1.01**2)
    assert costed.run("other").by_year("total")[2] == pytest.approx(1_000 * 1.04**2 * 1.03**2)
