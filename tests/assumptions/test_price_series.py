"""Series of prices: what years they have, and by what rule years of the other kind are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from benefits_helpers import TRIAL, trial, write_trial
from helpers import HERE, SHIPPED, costmodel_cli, write

from costmodel.assumptions.evidence import read_evidence
from costmodel.assumptions.price_series import PriceSeries
from costmodel.errors import Mistakes
from costmodel.years import Year, read_year


def series(**more: object) -> PriceSeries:
    return PriceSeries.model_validate({"title": "Prices", "source": "a-source", "status": "V", **more})


def test_a_financial_year_is_by_average_nine_months_of_one_year_and_three_of_the_next() -> None:
    found = series(values={"2023": "100", "2024": "104", "2025": "112"}).read_at(True, "average")
    assert found == {Year(2023): pytest.approx(101), Year(2024): pytest.approx(106)}


def test_a_calendar_year_is_by_average_the_end_of_one_financial_year_and_most_of_the_next() -> None:
    found = series(values={"2023/24": "100", "2024/25": "104", "2025/26": "112"}).read_at(False, "average")
    assert found == {Year(2024, False): pytest.approx(103), Year(2025, False): pytest.approx(110)}


def test_years_are_never_read_as_years_of_the_other_kind_without_a_rule() -> None:
    found = series(values={"2023": "100", "2024": "104"})
    assert found.read_at(True, None) == {}
    assert found.read_at(False, None) == {Year(2023, False): 100, Year(2024, False): 104}
    assert found.read_at(True, "start") == {Year(2023): 100, Year(2024): 104}


def test_growth_makes_levels_from_100_in_the_year_before_its_first() -> None:
    found = series(growth={"2024": "10%", "2025": "50%"})
    assert found.levels == {
        Year(2023, False): 100,
        Year(2024, False): pytest.approx(110),
        Year(2025, False): pytest.approx(165),
    }
    assert found.kind == "calendar"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (f"values: {HERE}{{2022: 102, 2024: 106}}", "after 2022, 2024 comes next: a series has no gaps"),
        (f"values: {HERE}{{2022: 102, 2021: 101}}", "after 2022, 2021 is out of order"),
        (f"values: {HERE}{{2022/23: 102, 2023: 101}}", "2022/23 and 2023 are years of two kinds"),
        (f"values: {HERE}{{soon: 102}}", "'soon' is not a year"),
        (f"values: {HERE}{{2022: 0}}", "the index of 2022 is 0, and is above 0"),
        (f"growth: {HERE}{{2022: 102.4}}", "growth is written 2%, and an index is in values"),
        (
            f"{HERE}years: financial, values: {{2022: 102}}",
            "is said to be by financial year, and its keys are calendar years",
        ),
        (
            f"{HERE}basis: calendar years, values: {{2022/23: 102}}",
            "is said to be by calendar year, and its keys are financial years",
        ),
        (f"{HERE}values: {{2022: 102}}, growth: {{2023: 2%}}", "a series has values or growth"),
    ],
)
def test_a_series_that_is_none_is_refused_at_its_place(given: str, says: str, tmp_path: Path) -> None:
    root = write_trial(tmp_path, trial())
    text = f"deflators:\n  mine: {{title: M, source: hmt-optimism-bias, status: V, {given}}}\n"
    place = write(root / "evidence" / "mine.yaml", text)
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert says in ran.err
    at = f"mine.yaml:{place}: " if "values: " + HERE in given or "growth: " + HERE in given else "mine.yaml:2:"
    assert at in ran.err


def test_the_deflator_by_financial_year_is_as_the_outlook_prints_it() -> None:
    """Growth and index are printed beside one another: each growth is that of the index, to its last digit."""
    found = read_evidence(SHIPPED / "evidence", Mistakes()).deflators["gdp-deflator-2025-11-financial"]
    assert (min(found.levels), max(found.levels)) == (Year(2008), Year(2030))
    assert found.levels[Year(2024)] == 100
    printed = {"2020/21": 5.2120, "2021/22": 0.2519, "2024/25": 3.7175, "2025/26": 2.9431, "2030/31": 1.9520}
    for year, growth in printed.items():
        at = read_year(year)
        before = found.levels[Year(at.start - 1)]
        assert (found.levels[at] / before - 1) * 100 == pytest.approx(growth, abs=2e-4)
    assert found.outturn_to == Year(2024)


def test_every_index_that_ships_reaches_2030_and_says_how_it_goes_on() -> None:
    indices = read_evidence(SHIPPED / "evidence", Mistakes()).indices
    assert set(indices) == {"cpi", "cpih", "rpi", "average-earnings"}
    for found in indices.values():
        assert max(found.levels) >= Year(2030, False)
        assert found.long_run is not None
        assert found.convert == "average"
    assert indices["cpi"].levels[Year(2023, False)] == pytest.approx(100 * 1.0907 * 1.073)
