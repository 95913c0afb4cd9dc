"""Workbooks along one axis: worked out again by other engines, live whatever is typed in, short, and few on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from audit_helpers import audited, failures
from benefits_helpers import (
    MADE_UP,
    TEAMS,
    Part,
    bottom_up,
    copy_with_scenarios,
    costed_trial,
    road,
    shipped,
    top_down,
    trial,
    value,
)
from recalculation import (
    assert_recalculates,
    by_libreoffice_many,
    cached_values,
    converted_by_libreoffice,
    differences,
    plant_wrong_values,
)
from test_benefits_recalculate import NORMSDIST, Sheets

from costmodel.analysis.results import Results
from costmodel.workbook.layout import APPRAISAL, CALCULATIONS
from costmodel.workbook.write import workbook_bytes

YEARS = ["2024/25", "2025/26", "2026/27"]
STREAM = "benefits.streams.problems_avoided"


def long_run() -> Part:
    """Streams of every course in time, over the areas of a list, discounted from the middle of each year."""
    people = [
        {"name": name, "people": dict(zip(YEARS, each, strict=True))}
        for name, each in (("A", [3, 4, 5]), ("B", [7, 6, 5]))
    ]
    profile = {"by_age": ["0%", "100%", "50%", "25%"], **MADE_UP}
    streams = {
        "aged": bottom_up(100, reached="reached_by_area", profile=profile),
        "lasts": bottom_up(
            50,
            duration=value("7.5"),
            lag=value("1.25"),
            drop_off=value("30%"),
            lasting=value("20%"),
            value_growth=value("2%"),
        ),
        "growing": top_down(1_000, reached="reached_by_area", value_growth=value("-1%")),
    }
    each = {"label": "Each", "unit": "£ per person", "by_age": [10, 30], "then": "same", **MADE_UP}
    fall = {"label": "Fall", "unit": "rate a year", **value("-20%")}
    lines = {
        "reached_by_area": {"label": "Reached", "unit": "people", "formula": "areas.people"},
        "left": {"label": "Left", "unit": "share of a full year", "formula": "growth(fall, '2024/25')"},
        "carried": {"label": "Carried", "unit": "£", "formula": "spread(people, each) + spread(spend, left)"},
    }
    return trial(
        YEARS,
        costs=[900, 500, 400],
        horizon="2024/25 to 2033/34",
        streams=streams,
        lists={"areas": {"label": "Areas", "rows": people, "columns": {"people": {"unit": "people", **MADE_UP}}}},
        assumptions={"each": each, "fall": fall},
        lines=lines,
        appraisal={
            "costs": ["carried"],
            "discounting": "mid-year",
            "life": value("4.5"),
            "inflation_beyond": value("2%"),
        },
    )


SCENARIOS = {"goes-on": {"appraisal.counts": "horizon"}, "later": {"appraisal.counts": "2026/27 to 2028/29"}}


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbooks by name, written once."""
    folder = tmp_path_factory.mktemp("axis")
    many = costed_trial(folder / "many", long_run(), SCENARIOS)
    found: dict[str, Results] = {name: many.run(name) for name in many.scenarios}
    found["road"] = costed_trial(folder / "road", road()).run()
    for name, results in found.items():
        (folder / f"{name}.xlsx").write_bytes(workbook_bytes(results))
    return {name: folder / f"{name}.xlsx" for name in found}


@pytest.mark.parametrize("name", ["base", "goes-on", "later", "road"])
def test_other_engines_work_out_what_the_engine_did(name: str, workbooks: dict[str, Path]) -> None:
    assert_recalculates(workbooks[name])


@pytest.mark.libreoffice
def test_libreoffice_works_out_what_the_engine_did(workbooks: dict[str, Path]) -> None:
    planted = [path.with_name(f"planted-{path.name}") for path in workbooks.values()]
    for path, copy in zip(workbooks.values(), planted, strict=True):
        assert plant_wrong_values(path, copy) > 0
    apart = []
    for path, found in zip(workbooks.values(), by_libreoffice_many(planted, timeout=400), strict=True):
        apart += [f"{path.stem}: {line}" for line in differences(cached_values(path), found, label="LibreOffice")]
    assert not apart, "\n".join(apart[:20])


@pytest.mark.parametrize("name", ["base", "goes-on", "road"])
def test_the_same_year_has_the_same_column_and_formulas_are_short(name: str, workbooks: dict[str, Path]) -> None:
    found = failures(audited(workbooks[name].parent, workbooks[name].read_bytes(), f"audited-{name}.xlsx"))
    assert {rule for rule, *_ in found} & {"W03", "W04", "W07", "W08", "W09", "W15"} == set()


# What is typed into a workbook gives what YAML gives


@pytest.mark.parametrize(("lag", "duration"), [(4, 30), (6, 12), (10, 12), (0, 2.5), (4, 12), (18, 1), (25, 3)])
def test_a_lag_and_a_duration_typed_into_the_workbook_give_what_the_files_give(
    lag: float, duration: float, tmp_path: Path
) -> None:
    path = tmp_path / "teams.xlsx"
    path.write_bytes(workbook_bytes(shipped(TEAMS).run()))
    sheets = Sheets(path)
    sheets.put("problems_avoided_lag", lag)
    sheets.put("problems_avoided_duration", duration)
    changes: dict[str, Any] = {f"{STREAM}.lag": lag, f"{STREAM}.duration": duration}
    files = copy_with_scenarios(TEAMS, tmp_path, {"typed": changes}).run("typed")
    for name in ("net_present_social_value", "present_value_benefits", "benefits_after_horizon", "benefit_cost_ratio"):
        assert sheets.value(name) == pytest.approx(files.value(name), rel=NORMSDIST, abs=1e-6), name
    assert sheets.value("every_check") == 1
    after = files.value("benefits_after_horizon")
    assert (after > 1e6) == (lag + duration > 16)


# How long it is


def eight_lines() -> Part:
    """A building of thirty years: four lines of cost, three of benefit, and one of income."""
    horizon = [f"{year}/{(year + 1) % 100:02d}" for year in range(2024, 2054)]
    money = {
        name: {"label": name.capitalize(), "unit": unit, **each, **MADE_UP}
        for name, unit, each in (
            ("land", "£", {"by_year": {"2024/25": 900, "2025/26": 0}}),
            ("works", "£", {"by_year": {"2024/25": 2_000, "2025/26": 3_000}}),
            ("upkeep", "£", {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 70}, "then": "2% a year"}),
            ("staff", "£", {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 40}, "then": "3% a year"}),
            ("rents", "£", {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 90}, "then": "1% a year"}),
            (
                "time",
                "£ (2024 prices)",
                {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 300}, "then": "1.5% a year"},
            ),
            ("safety", "£ (2024 prices)", {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 50}, "then": "same"}),
            ("air", "£ (2024 prices)", {"by_year": {"2024/25": 0, "2025/26": 0, "2026/27": 20}, "then": "same"}),
        )
    }
    return trial(
        horizon[:2],
        horizon=f"{horizon[0]} to {horizon[-1]}",
        assumptions=money,
        appraisal={
            "costs": ["land", "works", "upkeep", "staff"],
            "income": ["rents"],
            "benefits": ["time", "safety", "air"],
            "counts": "horizon",
            "life": value(30),
        },
    )


def rows_of(results: Results) -> int:
    """How many rows Calculations has."""
    model = results.costing.model
    made = [line for line in model.lines.values() if not line.is_input and line.section != "checks"]
    return sum(model.rows_of(line) for line in made)


def test_an_appraisal_of_eight_lines_over_thirty_years_has_fewer_than_60_rows(tmp_path: Path) -> None:
    results = costed_trial(tmp_path, eight_lines()).run()
    assert rows_of(results) < 60
    assert results.value("net_present_social_value") > 0


def test_the_2021_proposal_has_fewer_than_150_rows_of_calculation() -> None:
    assert rows_of(shipped(TEAMS).run()) < 150


@pytest.mark.libreoffice
def test_the_2021_workbook_prints_on_40_pages_at_the_most(tmp_path: Path) -> None:
    path = tmp_path / "teams.xlsx"
    path.write_bytes(workbook_bytes(shipped(TEAMS).run()))
    pdf = converted_by_libreoffice([path], tmp_path, "pdf")[0].read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 40


def test_the_appraisal_stands_by_year_on_a_sheet_of_outputs(workbooks: dict[str, Path]) -> None:
    sheets = {sheet for sheet, _ in cached_values(workbooks["road"])}
    assert {APPRAISAL, CALCULATIONS} <= sheets
