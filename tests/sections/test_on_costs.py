"""On-costs are built of parts: of a set in the evidence, and those that the proposal writes in its place."""

from pathlib import Path

import pytest
from helpers import write

import costmodel
from costmodel.analysis.results import Costed
from costmodel.errors import BadInput

SALARY = 36_800
PAY = 12 * SALARY


def costed(folder: Path, on_costs: str, years: str = "2025/26 to 2026/27", **changes: str) -> Costed:
    """Twelve workers at a stated salary, without uplift, as a note says."""
    text = f"""proposal: {{title: T, years: {years}}}
workforce:
  reason: made up
  team: [{{role: Worker, salary: £36,800, wte: 12}}]
  pay: {{year: 2025/26, note: The pay of the example stands still.}}
  on_costs: {on_costs}
tables: {{t: {{title: T, rows: [team_on_costs]}}}}
"""
    write(folder / "workers" / "proposal.yaml", text)
    for name, change in changes.items():
        heading = "scenario: {title: T, reason: R.}\nchanges:\n"
        write(folder / "workers" / "scenarios" / f"{name}.yaml", f"{heading}  {change}\n")
    return costmodel.load(str(folder / "workers"))


def refused(folder: Path, on_costs: str, years: str = "2025/26 to 2026/27") -> list[str]:
    with pytest.raises(BadInput) as caught:
        costed(folder, on_costs, years)
    return [str(mistake) for mistake in caught.value.mistakes]


def by_hand(pension: float, levy: float = 0.005, *, rate: float = 0.15, threshold: float = 5_000) -> float:
    return 12 * rate * (SALARY - threshold) + PAY * (pension + levy)


@pytest.mark.parametrize(
    ("rule", "pension", "grade"),
    [
        ("teachers-england", 0.2868, "derived"),
        ("civil-service", 0.2897, "judgement"),
        ("local-government", 0.21, "judgement"),
        ("police", 0.353, "judgement"),
        ("nhs-employer", 0.1438, "published"),
    ],
)
def test_each_kind_of_employer_has_its_set(rule: str, pension: float, grade: str, tmp_path: Path) -> None:
    run = costed(tmp_path, f"{{rule: {rule}}}").run()
    assert run.by_year("team_on_costs") == pytest.approx([by_hand(pension)] * 2)
    assert run.grading["pension_rate"].grade == grade
    assert run.grading["team_on_costs"].grade != "published"  # the levy is recalled in every set


def test_a_rate_that_each_fund_sets_has_a_range(tmp_path: Path) -> None:
    (ground,) = costed(tmp_path, "{rule: local-government}").costing.assumptions["pension_rate"].grounds
    assert (ground.low, ground.high) == (0.15, 0.25)
    assert ground.source == "local-government-pension-employer"


def test_what_is_recalled_is_said_by_year(tmp_path: Path) -> None:
    found = costed(tmp_path, "{rule: police}").costing
    assert found.assumptions["pension_rate"].grounds[0].note == "Recalled, not found in a source: 2025/26, 2026/27."


@pytest.mark.parametrize(
    ("on_costs", "expected"),
    [
        ("{national_insurance: {rate: 15%, threshold: £5,000}, pension: 22%}", by_hand(0.22, 0)),
        ("{national_insurance: {rate: 15%, threshold: £5,000}, pension: 22%, levy: 0.5%}", by_hand(0.22)),
        ("{national_insurance: {rate: 0%, threshold: £0}, pension: 0%, other: 3%}", PAY * 0.03),
        ("{rule: uk-employer, pension: 28.97%}", by_hand(0.2897)),
        ("{rule: uk-employer, pension: 28.97%, levy: 0%}", by_hand(0.2897, 0)),
        ("{rule: local-government, pension: 19.3%, other: 1%}", by_hand(0.193, 0.015)),
        ("{rule: nhs-employer, pension: in_full}", by_hand(0.2378)),
    ],
)
def test_parts_may_be_written_here_or_beside_a_set(on_costs: str, expected: float, tmp_path: Path) -> None:
    assert costed(tmp_path, on_costs).run().by_year("team_on_costs") == pytest.approx([expected] * 2)


def test_each_part_may_differ_by_year(tmp_path: Path) -> None:
    on_costs = "{rule: uk-employer, pension: {2024/25: 20%, 2025/26: 22%}}"
    run = costed(tmp_path, on_costs, "2024/25 to 2025/26").run()
    expected = [by_hand(0.2, rate=0.138, threshold=9_100), by_hand(0.22)]
    assert run.by_year("team_on_costs") == pytest.approx(expected)


def test_scenarios_change_a_part_by_its_id_or_path_or_work_on_costs_out_in_another_way(tmp_path: Path) -> None:
    changes = {
        "id": "pension_rate: 30%",
        "path": "workforce.on_costs.pension: 30%",
        "flat": "workforce.on_costs: {rate: 30%}",
        "rule": "workforce.on_costs: {rule: civil-service}",
        "insurance": "national_insurance_threshold: £9,100",
    }
    found = costed(tmp_path, "{rule: uk-employer, pension: 22%}", **changes)
    expected = {
        "base": by_hand(0.22),
        "id": by_hand(0.3),
        "path": by_hand(0.3),
        "flat": PAY * 0.3,
        "rule": by_hand(0.2897),
        "insurance": by_hand(0.22, threshold=9_100),
    }
    for scenario, value in expected.items():
        assert found.run(scenario).by_year("team_on_costs") == pytest.approx([value] * 2), scenario
    assert found.run("path").grading["pension_rate"].grade == "judgement"


def test_the_last_rates_go_on_where_that_is_said_and_are_a_judgement(tmp_path: Path) -> None:
    found = costed(tmp_path, "{rule: teachers-england, then: same}", "2025/26 to 2029/30")
    assert found.run().by_year("pension_rate") == [0.2868] * 5
    (ground,) = found.costing.assumptions["pension_rate"].grounds
    assert (ground.grade, ground.note) == ("judgement", "Those of 2026/27 are taken to go on from 2027/28.")
    assert found.costing.assumptions["national_insurance_rate"].grounds[0].note is not None


@pytest.mark.parametrize(
    ("on_costs", "says", "hint"),
    [
        ("{rule: teachers-england}", "teachers-england has no rates for 2027/28", "Write pension: with a value"),
        ("{rule: uk-employer}", "uk-employer has no employer pension", "Write pension: with its value, or 0"),
        ("{pension: 22%}", "these on-costs have no employer national insurance rate", "Write national_insurance.rate:"),
        ("{rule: teacher-england}", "no on-cost rule 'teacher-england'", "Did you mean teachers-england?"),
        ("{rule: teachers-england, pension: in_full}", "teachers-england has no employer pension contribution", ""),
        ("{rate: 25%, pension: 22%}", "on-costs are a rate, or a rule or parts", ""),
        ("{pension: in_full}", "go with a rule", ""),
        ("{rule: uk-employer, pension: 22%, then: same, year: 2025/26}", "leave then out", ""),
        ("{rule: uk-employer, pension: 22}", "2200% is not a share", "Did you mean 22%?"),
        ("{rule: uk-employer, pension: £22}", "money was given", ""),
        ("{rule: uk-employer, pensions: 22%}", "no key 'pensions'", "Did you mean pension?"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said(on_costs: str, says: str, hint: str, tmp_path: Path) -> None:
    said = refused(tmp_path, on_costs, "2025/26 to 2027/28")
    assert any(says in message and hint.lower() in message.lower() for message in said), said
    assert all("proposal.yaml:6:" in message for message in said)
