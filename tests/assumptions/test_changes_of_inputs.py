"""Changes of inputs that sections work out: by the names that the workbook shows, in one scenario and no other."""

from pathlib import Path

import numpy as np
import pytest
from helpers import HERE, PROPOSALS, TEAMS, copy_of_teams, write

import costmodel
from costmodel.analysis.results import Results
from costmodel.errors import BadInput

HEADING = "scenario: {title: T, reason: Why not., from: realistic}\nchanges:\n"


def run(folder: Path, changes: str, scenario: str = "edited", **others: str) -> Results:
    """A scenario of the shipped proposal that changes inputs of the scenario ``realistic``, which follows a rule."""
    teams = copy_of_teams(folder)
    write(teams / "scenarios" / "edited.yaml", HEADING + changes)
    for name, text in others.items():
        write(teams / "scenarios" / f"{name}.yaml", text)
    return costmodel.load(TEAMS, folder / "assumptions").run(scenario)


def test_an_input_from_evidence_is_changed_by_its_name_in_the_years_that_are_given(tmp_path: Path) -> None:
    edited = run(tmp_path, "  pension_rate: {2023/24: 15%}\n  apprenticeship_levy_rate: 1%\n")
    before = edited.costed.run("realistic")
    assert before.by_year("pension_rate") == [0.1438] * 4
    assert edited.by_year("pension_rate") == [0.1438, 0.15, 0.1438, 0.1438]
    assert edited.by_year("apprenticeship_levy_rate") == [0.01] * 4
    assert edited.by_year("team_pension")[1] == pytest.approx(before.by_year("team_pension")[1] * 0.15 / 0.1438)


def test_nothing_else_changes_and_no_other_scenario_does(tmp_path: Path) -> None:
    shipped = costmodel.load(TEAMS)
    edited = run(tmp_path, "  discount_rate_standard_1: 5%\n")
    numbers = {name: line for name, line in edited.costing.model.lines.items() if line.texts is None}
    for name, line in numbers.items():
        for scenario in shipped.scenarios:
            assert np.array_equal(edited.costed.run(scenario).cells(name), shipped.run(scenario).cells(name)), name
        if line.is_input and name != "discount_rate_standard_1":
            assert np.array_equal(edited.cells(name), shipped.run("realistic").cells(name)), name
    assert edited.value("present_value_costs") < shipped.run("realistic").value("present_value_costs")


def test_one_year_of_a_profile_is_changed_and_the_other_is_not(tmp_path: Path) -> None:
    edited = run(tmp_path, "  training_per_team_year_1: £12,000\n")
    assert (edited.value("training_per_team_year_1"), edited.value("training_per_team_year_2")) == (12000, 4987.5)


def test_a_choice_between_ways_of_calculating_is_changed_like_any_input(tmp_path: Path) -> None:
    edited = run(tmp_path, "  on_costs_by_rule: 0\n")
    assert edited.by_year("team_on_costs") == [0.14 * pay for pay in edited.by_year("team_salaries")]
    assert edited.grading["on_costs_by_rule"].grade is None


def test_a_changed_input_rests_on_the_scenario(tmp_path: Path) -> None:
    changes = "  pension_rate: 15%\n  deflator: {value: 100, source: hmt-gdp-deflators-2025-12, grade: derived}\n"
    edited = run(tmp_path, changes)
    assert edited.grading["pension_rate"].grade == "judgement"
    assert edited.grading["deflator"].grade == "derived"
    held = edited.costing.assumptions["pension_rate"].grounds[edited.costing.scenarios.index("edited")]
    assert held.reason == "Scenario edited: Why not."


def test_a_change_carries_over_to_scenarios_that_start_from_it(tmp_path: Path) -> None:
    later = HEADING.replace("realistic", "edited") + "  pension_rate: {2024/25: 16%}\n"
    found = run(tmp_path, "  pension_rate: 15%\n", "later", later=later)
    assert found.by_year("pension_rate") == [0.15, 0.15, 0.16, 0.15]


def test_a_row_of_the_team_is_changed_by_the_id_that_the_workbook_shows(tmp_path: Path) -> None:
    edited = run(tmp_path, "  team.wte[3]: 1.5\n  team.headcount[3]: 1\n")
    assert list(edited.cells("team.wte")[:6, 0]) == [0.33, 1, 1.5, 1, 1, 0.8]
    assert list(edited.cells("team.headcount")[:6, 0]) == [0.33, 1, 1, 1, 1, 1]


def test_a_row_counts_in_the_list_of_its_own_scenario(tmp_path: Path) -> None:
    rows = "rows: [{name: Year 1, starts: 2026/27, pupils: 1}, {name: Year 9, starts: 2026/27, pupils: 5}]"
    folder = tmp_path / "meals"
    text = (PROPOSALS / "free-school-meals" / "proposal.yaml").read_text(encoding="utf-8")
    write(folder / "proposal.yaml", text)
    heading = "scenario: {title: T, reason: R.}\nchanges:\n"
    write(folder / "scenarios" / "b.yaml", f"{heading}  lists.year_groups.{rows}\n  year_groups.pupils[2]: 7\n")
    write(folder / "scenarios" / "a.yaml", f"{heading}  year_groups.pupils[2]: {{2027/28: 600,000}}\n")
    costed = costmodel.load(str(folder))
    names = costed.costing.model.lists["year_groups"].rows
    ninth = costed.run("b").cells("year_groups.pupils")[names.index("Year 9")]
    assert list(ninth) == [7] * 4
    before, after = costed.run("base").cells("year_groups.pupils"), costed.run("a").cells("year_groups.pupils")
    assert after[1, 1] == 600_000
    assert (before != after).sum() == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (f"  {HERE}pensin_rate: 15%\n", "nothing called 'pensin_rate' to change\n  Did you mean pension_rate?"),
        (f"  {HERE}horizon_last_year: 2030\n", "set by appraisal.horizon for every scenario alike"),
        (f"  {HERE}schedule_start_year: 2020\n", "Change appraisal.schedule_starts in the proposal."),
        (f"  {HERE}year: 2020\n", "'year' is set by proposal.years"),
        (f"  {HERE}team_cost: 5\n", "'team_cost' is worked out"),
        (f"  {HERE}team.wte: 5\n", "Say which row, counting from 1: team.wte[1] to team.wte[6]."),
        (f"  {HERE}team.wte[9]: 5\n", "the list team has 6 rows in this scenario"),
        (f"  {HERE}team.band[2]: 7\n", "'team.band[2]' is a text of the list team"),
        (f"  {HERE}discount_rate_standard_1: {{2022/23: 5%}}\n", "and a value by year was given"),
        (f"  {HERE}discount_rate_standard_1: [5%, 4%]\n", "and a value by age was given"),
        (f"  {HERE}deflator[2]: 5\n", "and a row of a list was given"),
        (f"  deflator: {{2051/52: {HERE}5}}\n", "the year 2051/52 is not in the proposal"),
        (f"  pension_rate: {HERE}14\n", "Did you mean 14%?"),
        (f"  pension_rate: {HERE}£14\n", "Take out the £"),
        (f"  on_costs_by_rule: {HERE}2\n", "2 is not a flag"),
        (f"  deflator: {HERE}-2\n", "-2 is below 0"),
        (f"  pension_rate: {HERE}fifteen per cent\n", "'fifteen per cent' is not a number"),
        (f"  pension_rate: {{value: 15%, source: {HERE}nhs}}\n", "no source 'nhs'"),
    ],
)
def test_what_cannot_be_changed_is_said_where_it_stands(
    change: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as caught:
        run(tmp_path, change.replace(HERE, ""))
    place = write(tmp_path / "assumptions" / TEAMS / "scenarios" / "edited.yaml", HEADING + change)
    said = [str(mistake) for mistake in caught.value.mistakes]
    at = f"assumptions/{TEAMS}/scenarios/edited.yaml:{place}:"
    assert any(message.startswith(at) and says in message for message in said), said
