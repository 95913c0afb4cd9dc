"""One team at published pay and the real rule of on-costs, in each year, against figures worked out elsewhere."""

import functools
from pathlib import Path

import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS

import costmodel
from costmodel.analysis.results import Costed
from costmodel.numbers import round_half_up

YEARS = ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26"]
SALARIES = [208_495, 214_753, 222_505, 233_628, 252_003, 261_075]
PAID_BY_EMPLOYER = [261_828, 269_842, 280_896, 293_940, 317_584, 335_086]
PENSION_IN_FULL = [274_963, 283_371, 294_914, 308_658, 341_272, 359_627]
SHARES = ["25.6", "25.7", "26.2", "25.8", "26.0", "28.3"]


@functools.cache
def costed(proposal: str, root: Path) -> Costed:
    return costmodel.load(proposal, root)


def to_the_pound(values: list[float]) -> list[int]:
    return [int(round_half_up(value)) for value in values]


@pytest.mark.parametrize(("scenario", "expected"), [("base", PAID_BY_EMPLOYER), ("pension-in-full", PENSION_IN_FULL)])
def test_the_cost_of_a_team_in_every_year(scenario: str, expected: list[int]) -> None:
    results = costed("team-cost-2020-to-2025", PROPOSALS).run(scenario)
    assert [str(year) for year in results.costing.model.years] == YEARS
    assert to_the_pound(results.by_year("team_salaries")) == SALARIES
    assert to_the_pound(results.by_year("team_cost")) == expected


def test_on_costs_as_a_share_of_salaries() -> None:
    results = costed("team-cost-2020-to-2025", PROPOSALS).run()
    assert [f"{round_half_up(share * 100, 1)}" for share in results.by_year("team_on_cost_share")] == SHARES


def test_the_realistic_scenario_has_the_same_costs_in_its_own_years() -> None:
    results = costed(TEAMS, SHIPPED).run("realistic")
    assert to_the_pound(results.by_year("team_cost")) == PAID_BY_EMPLOYER[2:]


def test_published_pay_with_the_flat_rate_is_salaries_and_14_per_cent() -> None:
    results = costed(TEAMS, SHIPPED).run("published-pay")
    assert to_the_pound(results.by_year("team_salaries")) == SALARIES[2:]
    expected = [salaries * 1.14 for salaries in results.by_year("team_salaries")]
    assert results.by_year("team_cost") == pytest.approx(expected, rel=1e-14)


def test_the_proposal_has_the_2020_21_scale_and_3_per_cent_a_year() -> None:
    assert to_the_pound(costed(TEAMS, SHIPPED).run().by_year("team_cost")) == [237_685, 244_815, 252_160, 259_725]


def test_2020_21_worked_out_by_hand() -> None:
    # pay point, whole-time equivalent, people in the post
    team = [(63_751, 0.33, 0.33), (53_168, 1, 1), (40_894, 1, 1), (40_894, 1, 1), (33_176, 1, 1), (24_157, 0.8, 1)]
    salaries = sum(pay * wte for pay, wte, _ in team)
    insurance = sum(0.138 * (pay * wte - 8_788 * people) for pay, wte, people in team)
    by_hand = salaries + insurance + 0.1438 * salaries + 0.005 * salaries
    assert by_hand == pytest.approx(261_828, abs=0.5)
    results = costed("team-cost-2020-to-2025", PROPOSALS).run()
    assert results.by_year("team_national_insurance")[0] == pytest.approx(insurance, rel=1e-12)
    assert results.by_year("team_cost")[0] == pytest.approx(by_hand, rel=1e-12)


def test_a_threshold_is_one_a_person_and_not_one_a_post() -> None:
    results = costed("team-cost-2020-to-2025", PROPOSALS).run()
    salaries, insurance = results.by_year("team_salaries"), results.by_year("team_national_insurance")
    people = 0.33 + 1 + 1 + 1 + 1 + 1  # not the 5.13 whole-time equivalents
    assert insurance[5] == pytest.approx(0.15 * (salaries[5] - people * 5_000), rel=1e-12)
