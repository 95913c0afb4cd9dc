"""Costings of other fields, in text alone: worked out here a second time in plain Python, from the same figures."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path

import pytest
from helpers import PROPOSALS, costmodel_cli

import costmodel
from costmodel.analysis.results import Costed

MEALS, AREAS = "free-school-meals", "150-areas"

# Free school meals: pupils by year group in 2026/27 to 2029/30, and the year in which each group begins to be served.
YEARS = [2026, 2027, 2028, 2029]
PUPILS = {
    "Reception": (2025, [601_200, 589_400, 580_100, 577_300]),
    "Year 1": (2025, [620_900, 603_000, 591_100, 581_900]),
    "Year 2": (2025, [633_000, 622_400, 604_600, 592_500]),
    "Year 3": (2026, [641_700, 634_600, 624_100, 606_000]),
    "Year 4": (2027, [655_200, 643_100, 636_200, 625_600]),
    "Year 5": (2028, [668_400, 656_500, 644_500, 637_800]),
    "Year 6": (2029, [672_000, 669_700, 657_800, 645_900]),
}
TAKE_UP = {"base": 0.85, "low-take-up": 0.775, "dearer-food": 0.775}
UPLIFTS = {
    "base": [0, 0.031, 0.024, 0.02],
    "low-take-up": [0, 0.031, 0.024, 0.02],
    "dearer-food": [0, 0.031, 0.075, 0.02],
}
SCHOOL_DAYS, PRICE = 190, 2.61


@cache
def costed(proposal: str) -> Costed:
    return costmodel.load(proposal, assumptions=PROPOSALS)


def meals_cost(scenario: str) -> list[float]:
    """The cost of meals in each year, by a loop over year groups."""
    costs, price = [], PRICE
    for place, year in enumerate(YEARS):
        if place:
            price *= 1 + UPLIFTS[scenario][place]
        served = sum(pupils[place] for starts, pupils in PUPILS.values() if year >= starts)
        costs.append(served * TAKE_UP[scenario] * SCHOOL_DAYS * price)
    return costs


@pytest.mark.parametrize("scenario", TAKE_UP)
def test_meals_cost_pupils_served_by_take_up_by_days_by_price(scenario: str) -> None:
    results = costed(MEALS).run(scenario)
    assert results.by_year("cost") == pytest.approx(meals_cost(scenario), rel=1e-12)
    assert results.value("cost_first_three") == pytest.approx(sum(meals_cost(scenario)[:3]), rel=1e-12)


def test_year_groups_are_phased_in_one_after_another() -> None:
    served = [
        sum(pupils[place] for starts, pupils in PUPILS.values() if year >= starts) for place, year in enumerate(YEARS)
    ]
    assert costed(MEALS).run().by_year("pupils_reached") == served == [2_496_800, 3_092_500, 3_680_600, 4_267_000]


def test_meals_in_base_cost_4_billion_over_three_years() -> None:
    """By hand: 403,233,200 × £2.61 + 499,438,750 × £2.69091 + 594,416,900 × £2.75549."""
    ran = costmodel_cli("show", MEALS, "--assumptions", PROPOSALS, "--format", "csv")
    rows = {row["id"]: row for row in csv.DictReader(ran.out.splitlines())}
    assert ran.code == 0
    assert [rows["cost"][year] for year in ("2026/27", "2027/28", "2028/29")] == [
        "1052438652",
        "1343944727",
        "1637910918",
    ]
    assert rows["cost"]["Total 2026/27 to 2028/29"] == "4034294296"
    assert rows["meals"]["2026/27"] == "403233200"


# 150 areas: centres, as many as the people in need want and no more than the area can staff.
COUNT_OF_YEARS = 5
PEOPLE_PER_CENTRE, COST, COST_GROWTH, STAFF_GROWTH = 1150, 412_750, 0.0275, 0.06
STAFF_PER_CENTRE = {"base": 6.5, "easier-to-staff": 5}


def whole(value: float, round_to: float) -> int:
    """Up or down to whole things; what is whole but for the last digits of a double counts as whole."""
    nearest = round(value)
    if abs(value - nearest) < 1e-9 * max(1, abs(value)):
        return nearest
    return math.ceil(value) if round_to > 0 else math.floor(value)


def centres(scenario: str) -> list[list[int]]:
    """The centres of each area in each year, by loops over areas and years."""
    with (PROPOSALS / AREAS / "areas.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        population, staff = float(row["population"].replace(",", "")), float(row["staff"])
        growth, need = (float(row[key].rstrip("%")) / 100 for key in ("population_growth", "share_in_need"))
        found.append(
            [
                min(
                    whole(population * (1 + growth) ** year * need / PEOPLE_PER_CENTRE, +1),
                    whole(staff * (1 + STAFF_GROWTH) ** year / STAFF_PER_CENTRE[scenario], -1),
                )
                for year in range(COUNT_OF_YEARS)
            ]
        )
    return found


@pytest.mark.parametrize("scenario", STAFF_PER_CENTRE)
def test_an_area_has_the_centres_that_it_needs_and_can_staff(scenario: str) -> None:
    results = costed(AREAS).run(scenario)
    assert results.cells("areas.centres").tolist() == centres(scenario)
    assert len(centres(scenario)) == 150


@pytest.mark.parametrize("scenario", STAFF_PER_CENTRE)
def test_the_total_adds_over_areas_and_over_years(scenario: str) -> None:
    each = [COST * (1 + COST_GROWTH) ** year for year in range(COUNT_OF_YEARS)]
    by_area = [sum(number * cost for number, cost in zip(row, each, strict=True)) for row in centres(scenario)]
    by_year = [sum(row[year] for row in centres(scenario)) * each[year] for year in range(COUNT_OF_YEARS)]
    results = costed(AREAS).run(scenario)
    assert results.by_year("cost") == pytest.approx(by_year, rel=1e-12)
    assert results.cells("areas.cost_of_all_years")[:, 0].tolist() == pytest.approx(by_area, rel=1e-12)
    assert results.value("cost_of_all_years") == pytest.approx(sum(by_area), rel=1e-12)
    assert results.value("cost_of_all_years") == pytest.approx(sum(by_year), rel=1e-12)


def test_fewer_staff_a_centre_leave_fewer_areas_short() -> None:
    base, easier = (costed(AREAS).run(scenario).by_year("short") for scenario in STAFF_PER_CENTRE)
    assert base[0] == 73
    assert all(fewer < more for fewer, more in zip(easier, base, strict=True))


# Both, from the command line


def test_check_finds_every_costing_in_order() -> None:
    ran = costmodel_cli("check", MEALS, AREAS, "--assumptions", PROPOSALS)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == f"{MEALS}: 3 scenarios, 21 lines; the files are in order"
    assert ran.out.splitlines()[-1] == "Checks: 5 of 5 hold."


@pytest.mark.parametrize("form", ["text", "csv", "markdown"])
@pytest.mark.parametrize("proposal", [MEALS, AREAS])
def test_show_prints_the_table_in_every_form(proposal: str, form: str) -> None:
    ran = costmodel_cli("show", proposal, "--assumptions", PROPOSALS, "--format", form)
    label = {MEALS: "Cost of the meals", AREAS: "Areas with fewer centres than they need"}[proposal]
    assert ran.code == 0
    assert label in ran.out
    assert "illustrative" in ran.out or form == "markdown"


def test_json_has_every_row_of_a_list_by_name_and_year() -> None:
    ran = costmodel_cli("show", AREAS, "--assumptions", PROPOSALS, "--format", "json")
    rows = json.loads(ran.out)["lines"]["areas.centres"]["rows"]
    assert [row["row"] for row in rows[:2]] == ["Area 001", "Area 002"]
    assert [row["values"] for row in rows] == centres("base")


def test_run_writes_every_scenario_of_both(empty_folder: Path) -> None:
    ran = costmodel_cli("run", MEALS, AREAS, "--assumptions", PROPOSALS, "--outputs", "made")
    assert ran.code == 0, ran.err
    assert f"{MEALS}: 3 scenarios" in ran.out
    assert f"{AREAS}: 2 scenarios" in ran.out
