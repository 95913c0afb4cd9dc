"""The £756 million of 2025: every figure that the document prints, and what the money would buy in teams alone."""

import functools
import json
from math import floor
from pathlib import Path
from typing import Any

import pytest
from evidence_helpers import HUBS, copy_of_all
from helpers import SHIPPED, costmodel_cli, edit

YEARS = ["2026/27", "2027/28", "2028/29"]


@functools.cache
def shown(scenario: str = "base") -> dict[str, Any]:
    """The lines of a scenario, unrounded, as ``costmodel show`` prints them in JSON."""
    ran = costmodel_cli("show", HUBS, "--scenario", scenario, "--format", "json", "--assumptions", SHIPPED)
    assert ran.code == 0, ran.err
    read = json.loads(ran.out)
    assert read["years"] == YEARS
    lines: dict[str, Any] = read["lines"]
    return lines


def test_the_ask_is_756_million_in_three_years_of_252_million_exactly() -> None:
    assert shown()["total_spending_review"]["value"] == 756_000_000
    assert shown()["programme_a_year"]["values"] == [252_000_000] * 3


def test_73_million_a_year_is_for_perinatal_and_parent_infant_support_exactly() -> None:
    assert shown()["parent_infant_a_year"]["values"] == [73_000_000] * 3


def test_the_budget_of_2025_26_is_the_five_published_parts_which_add_to_57_69_and_126_million() -> None:
    parts = {
        "perinatal_and_parent_infant_2025_26": 36_500_000,
        "infant_feeding_2025_26": 18_500_000,
        "start_for_life_offer_2025_26": 2_000_000,
        "family_hub_grants_2025_26": 53_000_000,
        "family_hub_delivery_support_2025_26": 16_000_000,
    }
    assert {name: shown()[name]["value"] for name in parts} == parts
    assert shown()["start_for_life_2025_26"]["value"] == 57_000_000
    assert shown()["family_hubs_2025_26"]["value"] == 69_000_000
    assert shown()["programme_2025_26"]["value"] == 126_000_000


def test_each_part_of_the_ask_is_twice_that_of_2025_26() -> None:
    doubled = {
        "infant_feeding": 37_000_000,
        "start_for_life_offer": 4_000_000,
        "family_hub_grants": 106_000_000,
        "family_hub_delivery_support": 32_000_000,
    }
    assert {name: shown()[name]["values"] for name in doubled} == {name: [value] * 3 for name, value in doubled.items()}


def test_75_authorities_are_funded_and_78_are_outside_so_there_are_153() -> None:
    assert (shown()["authorities_funded"]["value"], shown()["authorities_outside"]["value"]) == (75, 78)
    assert (shown()["authorities"]["value"], shown()["authorities_paid_for"]["value"]) == (153, 150)


def test_39_200_babies_is_stated_and_no_money_follows_from_it() -> None:
    ran = costmodel_cli("explain", HUBS, "babies_reached_2028_29", "--format", "json", "--assumptions", SHIPPED)
    reached = {row["name"] for row in json.loads(ran.out)["reaches"]}
    assert shown()["babies_reached_2028_29"]["value"] == 39_200
    assert "implied_cost_per_baby" in reached
    assert not reached & {"programme_a_year", "total_spending_review", "parent_infant_a_year", "teams_affordable"}


def test_the_implied_cost_is_1862_pounds_a_baby() -> None:
    assert shown()["implied_cost_per_baby"]["value"] == pytest.approx(73_000_000 / 39_200, rel=1e-12)
    assert round(shown()["implied_cost_per_baby"]["value"]) == 1_862


def test_at_equal_money_for_each_authority_the_ask_is_short_by_5_04_million_a_year_and_15_12_million_in_all() -> None:
    assert shown()["short_of_equal_money_each_year"]["values"] == pytest.approx([5_040_000] * 3, abs=1e-6)
    assert shown()["short_of_equal_money_each_year_spending_review"]["value"] == pytest.approx(15_120_000, abs=1e-6)


def test_equal_money_for_153_authorities_is_771_12_million_and_short_of_nothing() -> None:
    equal = shown("per-authority")
    assert equal["total_spending_review"]["value"] == pytest.approx(771_120_000, abs=1e-6)
    assert equal["programme_a_year"]["values"] == pytest.approx([126_000_000 * 153 / 75] * 3, rel=1e-12)
    assert equal["short_of_equal_money_each_year_spending_review"]["value"] == pytest.approx(0, abs=1e-6)


def test_without_doubling_the_16_million_of_delivery_support_the_ask_is_708_million() -> None:
    single = shown("delivery-support-not-doubled")
    assert single["family_hub_delivery_support"]["values"] == [16_000_000] * 3
    assert (
        single["programme_a_year"]["values"]
        == [(36_500_000 + 18_500_000 + 2_000_000 + 53_000_000) * 2 + 16_000_000] * 3
    )
    assert single["total_spending_review"]["value"] == 708_000_000


@pytest.mark.parametrize(("scenario", "rate"), [("uplifted", 100 / 96.2507 - 1), ("uplifted-pay", 0.033)])
def test_an_uplift_grows_from_2025_26_so_the_first_year_has_one_year_of_it(scenario: str, rate: float) -> None:
    lines = shown(scenario)
    expected = [252_000_000 * (1 + rate) ** years for years in (1, 2, 3)]
    assert lines["programme_a_year"]["values"] == pytest.approx(expected, rel=1e-12)
    assert lines["total_spending_review"]["value"] == pytest.approx(sum(expected), rel=1e-12)


# The team of 5.13 posts, from the pay scale of 2026/27 at 3 years of experience and the rates that an employer pays:
# each role's posts, people and pay of a full-time post.
TEAM = [
    (0.33, 0.33, 84_346),
    (1, 1, 70_896),
    (1, 1, 51_932),
    (1, 1, 51_932),
    (1, 1, 42_170),
    (0.8, 1, 31_157),
]
NATIONAL_INSURANCE, THRESHOLD, PENSION, LEVY = 0.15, 5_000, 0.1438, 0.005


def team_cost(growth: float = 1) -> float:
    """A team's salaries with what its employer pays on top."""
    salaries = [posts * pay * growth for posts, _, pay in TEAM]
    insurance = sum(
        NATIONAL_INSURANCE * max(salary - people * THRESHOLD, 0)
        for salary, (_, people, _) in zip(salaries, TEAM, strict=True)
    )
    return sum(salaries) * (1 + PENSION + LEVY) + insurance


@pytest.mark.parametrize(("scenario", "babies_a_team"), [("base", 150), ("teams-only", 96), ("teams-only-high", 151)])
def test_73_million_buys_210_teams_at_published_pay_and_real_on_costs(scenario: str, babies_a_team: int) -> None:
    lines = shown(scenario)
    teams = floor(73_000_000 / team_cost())
    assert teams == 210
    assert lines["team_wte"]["value"] == pytest.approx(5.13, rel=1e-12)
    assert lines["team_cost"]["values"] == pytest.approx([team_cost()] * 3, rel=1e-12)
    assert lines["teams_affordable"]["values"] == [teams] * 3
    assert lines["babies_seen_by_teams"]["values"] == [teams * babies_a_team] * 3


def test_where_pay_and_prices_rise_together_the_money_buys_teams_at_the_pay_of_each_year() -> None:
    lines = shown("uplifted-pay")
    expected = [floor(73_000_000 * 1.033**n / team_cost(1.033 ** (n - 1))) for n in (1, 2, 3)]
    assert lines["teams_affordable"]["values"] == expected


def test_a_figure_that_rests_on_the_choice_of_pay_point_says_so_and_the_ask_is_published() -> None:
    assert shown()["total_spending_review"]["grade"] == "published"
    assert shown()["implied_cost_per_baby"]["grade"] == "published"
    assert shown()["teams_affordable"]["grade"] == "judgement"
    assert shown("per-authority")["total_spending_review"]["grade"] == "derived"
    assert shown("uplifted")["total_spending_review"]["grade"] == "judgement"


def test_a_part_that_no_longer_adds_to_what_was_announced_fails_the_check(empty_folder: Path) -> None:
    root = copy_of_all(empty_folder)
    edit(root / HUBS / "budget.yaml", "value: £18.5 million", "value: £18.6 million")
    ran = costmodel_cli("check", HUBS)
    assert ran.code == 1
    assert "add to the £57 million that was announced" in ran.err
    assert "add to the £126 million that was announced" in ran.err
    assert "£69 million" not in ran.err


def test_the_proposal_is_text_alone() -> None:
    assert {file.suffix for file in (SHIPPED / HUBS).rglob("*") if file.is_file()} == {".yaml"}
