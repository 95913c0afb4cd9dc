"""Scenarios: changes laid over a proposal, chains of them, what changed values rest on, and all of them at once."""

from pathlib import Path

import numpy as np
import pytest
from helpers import HERE, PROPOSALS, SHIPPED, TEAMS, copy_of_teams, write, write_proposal

import costmodel
from costmodel.analysis.results import Results
from costmodel.errors import BadInput

PROPOSAL = """
proposal: {title: A trial, years: 2024/25 to 2026/27}
assumptions:
  price: {label: Price, unit: £ per meal, value: £3, source: ons-mid-2021-population, grade: published, range: £2 to £4}
  meals: {label: Meals, unit: meals, by_year: {2024/25: 10, 2025/26: 20, 2026/27: 30}, reason: A test., grade: derived}
lines:
  cost: {label: Cost, unit: £, formula: price * meals}
  all: {label: All, unit: £, formula: total(cost)}
"""


def run(folder: Path, scenario: str = "low", **scenarios: str) -> Results:
    """A scenario of the trial, given the changes of each; a heading is made where a text has none."""
    files = {"trial/proposal.yaml": PROPOSAL}
    for name, text in scenarios.items():
        heading = "" if "scenario:" in text else "scenario: {title: T, reason: Why not.}\nchanges:\n"
        files[f"trial/scenarios/{name}.yaml"] = heading + text
    write_proposal(folder / "assumptions", files)
    return costmodel.load("trial", folder / "assumptions").run(scenario)


def test_a_value_that_a_scenario_does_not_change_stays(tmp_path: Path) -> None:
    found = run(tmp_path, low="  price: £2\n")
    assert found.by_year("cost") == [20, 40, 60]
    assert found.costed.run("base").by_year("cost") == [30, 60, 90]


def test_years_that_are_given_replace_those_years(tmp_path: Path) -> None:
    assert run(tmp_path, low="  meals: {2025/26: 7}\n").by_year("meals") == [10, 7, 30]


def test_one_value_replaces_all_years_and_years_replace_one_value(tmp_path: Path) -> None:
    changes = "  meals: 5\n  price: {2024/25: £1, 2025/26: £2, 2026/27: £3}\n"
    assert run(tmp_path, low=changes).by_year("cost") == [5, 10, 15]


def test_a_chain_is_laid_over_from_its_start(tmp_path: Path) -> None:
    first = "  price: £2\n  meals: {2024/25: 1, 2025/26: 1}\n"
    second = "scenario: {title: T, reason: R, from: first}\nchanges:\n  meals: {2025/26: 2}\n"
    third = "scenario: {title: T, reason: R, from: second}\nchanges:\n  price: £10\n"
    found = run(tmp_path, "third", first=first, second=second, third=third)
    assert found.by_year("meals") == [1, 2, 30]
    assert found.by_year("cost") == [10, 20, 300]
    assert found.costed.run("second").by_year("cost") == [2, 4, 60]
    assert found.costed.scenarios == ("base", "first", "second", "third")


@pytest.mark.parametrize(
    ("change", "grade"),
    [
        ("  price: £2\n", "judgement"),
        ("  price: {value: £2, source: ons-mid-2021-population}\n", "published"),
        ("  price: {value: £2, reason: A guess., grade: illustrative}\n", "illustrative"),
        ("scenario: {title: T, reason: R, grade: calibrated}\nchanges:\n  price: £2\n", "calibrated"),
        ("scenario: {title: T, reason: R, source: ons-mid-2021-population}\nchanges:\n  price: £2\n", "published"),
    ],
)
def test_a_changed_value_rests_on_the_scenario_and_no_more_on_its_old_source(
    change: str, grade: str, tmp_path: Path
) -> None:
    found = run(tmp_path, low=change)
    assert found.grading["price"].grade == grade
    assert found.costed.run("base").grading["price"].grade == "published"


def test_a_result_has_the_weakest_grade_that_it_rests_on(tmp_path: Path) -> None:
    found = run(tmp_path, low="  price: {value: £2, reason: A guess., grade: illustrative}\n")
    assert (found.grading["cost"].grade, found.grading["all"].grade) == ("illustrative", "illustrative")
    assert found.costed.run("base").grading["all"].grade == "derived"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"  {HERE}prise: £2\n", "nothing called 'prise' to change\n  Did you mean price?"),
        (f"  {HERE}cost: £2\n", "'cost' is the proposal's own"),
        (f"  {HERE}lines.cost.formula: price\n", "is the proposal's own"),
        (f"  {HERE}proposal.years: 2024/25\n", "is the proposal's own"),
        (f"  price: {HERE}two\n", "two"),
        (f"  price: {{value: {HERE}about £2}}\n", "'about £2' is not a number"),
        (f"  {HERE}price: £1\n  price: £2\n", "'price' stands twice"),
        (f"scenario: {{title: T, {HERE}reson: R}}\nchanges: {{price: £2}}\n", "Did you mean reason?"),
        (f"scenario: {{title: T, reason: R, from: {HERE}bse}}\nchanges: {{price: £2}}\n", "Did you mean base?"),
        (f"scenario: {{title: T, reason: R, from: {HERE}low}}\nchanges: {{price: £2}}\n", "starts from itself"),
    ],
)
def test_what_a_scenario_cannot_do(text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "assumptions" / "trial" / "scenarios" / "low.yaml"
    heading = "" if "scenario:" in text else "scenario: {title: T, reason: Why not.}\nchanges:\n"
    with pytest.raises(BadInput) as caught:
        run(tmp_path, low=text.replace(HERE, ""))
    place = write(file, heading + text)
    said = [str(mistake) for mistake in caught.value.mistakes]
    assert any(says in message for message in said), said
    if "twice" not in says:
        assert any(message.startswith(f"assumptions/trial/scenarios/low.yaml:{place}") for message in said), said


@pytest.mark.parametrize(
    ("proposal", "root"), [(TEAMS, SHIPPED), ("150-areas", PROPOSALS), ("free-school-meals", PROPOSALS)]
)
def test_all_scenarios_at_once_are_each_of_them_alone(proposal: str, root: Path, tmp_path: Path) -> None:
    import shutil

    together = costmodel.load(proposal, root)
    for scenario in together.scenarios[1:]:
        folder = tmp_path / scenario
        shutil.copytree(root / proposal, folder / proposal)
        chain = {scenario}
        while True:
            text = {s: (root / proposal / "scenarios" / f"{s}.yaml").read_text(encoding="utf-8") for s in chain}
            more = {other for other in together.scenarios for t in text.values() if f"from: {other}\n" in t} - {"base"}
            if more <= chain:
                break
            chain |= more
        for file in (folder / proposal / "scenarios").glob("*.yaml"):
            if file.stem not in chain:
                file.unlink()
        alone = costmodel.load(proposal, folder).run(scenario)
        for line in together.run(scenario).shown_lines:
            if line.name in alone.costing.model.lines and not line.shape.rows:
                one, other = together.run(scenario).cells(line.name), alone.cells(line.name)
                assert np.allclose(one, other, rtol=1e-14, atol=0), f"{scenario}: {line.name}"


def test_a_row_of_a_team_is_changed_by_its_place(tmp_path: Path) -> None:
    teams = copy_of_teams(tmp_path)
    write(
        teams / "scenarios" / "more.yaml",
        "scenario: {title: T, reason: R.}\nchanges:\n  workforce.team[5].wte: 2\n  workforce.team[6].band: 5\n",
    )
    costed = costmodel.load(TEAMS, tmp_path / "assumptions")
    more, base = costed.run("more"), costed.run("base")
    assert more.value("team_wte") == pytest.approx(6.13)
    assert more.by_year("team_salaries")[0] > base.by_year("team_salaries")[0] + 33_176
