"""Costings of other fields, from text alone, against the same sums in plain Python."""

import csv
import functools
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import PROPOSALS, costmodel_cli

import costmodel
from costmodel.analysis.results import Results

MEALS, AREAS = "free-school-meals", "150-areas"


@functools.cache
def results(proposal: str, scenario: str) -> Results:
    return costmodel.load(proposal, PROPOSALS).run(scenario)


def document(proposal: str) -> Any:
    return yaml.safe_load((PROPOSALS / proposal / "proposal.yaml").read_text(encoding="utf-8"))


def number(text: Any) -> Decimal:
    plain = str(text).replace(",", "").replace("£", "")
    return Decimal(plain[:-1]) / 100 if plain.endswith("%") else Decimal(plain)


SERVED_FROM = [2025, 2025, 2025, 2026, 2027, 2028, 2029]
"""The year in which each year group's meals start, from Reception to Year 6."""


@pytest.mark.parametrize(
    ("scenario", "take_up", "rises"),
    [
        ("base", "85%", ["0%", "3.1%", "2.4%", "2%"]),
        ("low-take-up", "77.5%", ["0%", "3.1%", "2.4%", "2%"]),
        ("dearer-food", "77.5%", ["0%", "3.1%", "7.5%", "2%"]),
    ],
)
def test_free_school_meals(scenario: str, take_up: str, rises: list[str]) -> None:
    groups = document(MEALS)["lists"]["year_groups"]["rows"]
    price, costs, meals = Decimal("2.61"), [], []
    for year, rise in zip(range(2026, 2030), rises, strict=True):
        key = f"{year}/{(year + 1) % 100}"
        pupils = sum(
            number(group["pupils"][key]) for group, start in zip(groups, SERVED_FROM, strict=True) if start <= year
        )
        price *= 1 + number(rise)
        meals.append(pupils * number(take_up) * 190)
        costs.append(meals[-1] * price)
    found = results(MEALS, scenario)
    assert found.by_year("meals") == pytest.approx([float(value) for value in meals], rel=1e-12)
    assert found.by_year("cost") == pytest.approx([float(value) for value in costs], rel=1e-12)
    assert found.value("cost_first_three") == pytest.approx(float(sum(costs[:3])), rel=1e-12)
    assert all(check.holds for check in found.checks)


@functools.cache
def areas() -> list[dict[str, str]]:
    with (PROPOSALS / AREAS / "areas.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("scenario", "staff_per_centre"), [("base", "6.5"), ("easier-to-staff", "5")])
def test_150_areas(scenario: str, staff_per_centre: str) -> None:
    assert len(areas()) == 150
    people, centres, short, cost = [0.0] * 5, [0] * 5, [0] * 5, [0.0] * 5
    for area in areas():
        for at in range(5):
            here = number(area["population"]) * (1 + number(area["population_growth"])) ** at
            needed = (here * number(area["share_in_need"]) / 1150).to_integral_value(ROUND_CEILING)
            staff = number(area["staff"]) * Decimal("1.06") ** at
            staffed = (staff / Decimal(staff_per_centre)).to_integral_value(ROUND_FLOOR)
            people[at] += float(here)
            centres[at] += int(min(needed, staffed))
            short[at] += staffed < needed
            cost[at] += float(min(needed, staffed) * 412_750 * Decimal("1.0275") ** at)
    found = results(AREAS, scenario)
    assert found.by_year("people") == pytest.approx(people, rel=1e-12)
    assert found.by_year("centres") == centres
    assert found.by_year("short") == short
    assert found.by_year("cost") == pytest.approx(cost, rel=1e-12)
    assert found.value("cost_of_all_years") == pytest.approx(sum(cost), rel=1e-12)
    assert 0 < sum(short) < 5 * 150
    assert all(check.holds for check in found.checks)


@pytest.mark.parametrize("proposal", [MEALS, AREAS])
def test_the_whole_job_works_on_them(proposal: str, empty_folder: Path) -> None:
    ran = costmodel_cli("run", proposal, "--scenario", "base", "--assumptions", PROPOSALS)
    assert ran.code == 0, ran.err
    made = empty_folder / "outputs" / proposal / "base"
    assert {file.name for file in made.iterdir()} >= {"workbook.xlsx", "brief.md", "results.json", "manifest.json"}
    assert "cost" in (made / "tables" / "summary.csv").read_text(encoding="utf-8")
