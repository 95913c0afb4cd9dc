"""A scenario written from edits: it reads back as exactly the edited inputs, and leaves everything else as it was."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, copy_of_teams, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import costmodel
from costmodel.analysis.edits import Edit, inputs_of, own_rows
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.writing import write_scenario
from costmodel.errors import BadInput
from costmodel.years import Year

TRIED = [
    (TEAMS, SHIPPED),
    ("family-hubs-2025", SHIPPED),
    ("parent-infant-team-cost", SHIPPED),
    ("150-areas", PROPOSALS),
    ("free-school-meals", PROPOSALS),
]
LOADED: dict[str, Costed] = {}


def loaded(proposal: str, root: Path) -> Costed:
    if proposal not in LOADED:
        LOADED[proposal] = costmodel.load(proposal, root)
    return LOADED[proposal]


def teams(folder: Path, scenario: str) -> Results:
    return costmodel.load(TEAMS, folder / "assumptions").run(scenario)


def texts(folder: Path) -> dict[str, str]:
    return {str(file): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*")) if file.is_file()}


@st.composite
def edits_of(draw: st.DrawFn, results: Results) -> list[Edit]:
    """One to five edits of inputs that may be edited, each to a number that is near and can be."""
    costing, found = results.costing, []
    names = [
        name
        for name, held in costing.assumptions.items()
        if not held.set_by and not costing.model.lines[name].unit.is_year
    ]
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=5)):
        line = costing.model.lines[name]
        row = draw(st.sampled_from(own_rows(results, line))) if line.shape.rows else None
        year = draw(st.sampled_from(costing.model.years)) if line.shape.by_year else None
        place = costing.model.years.index(year) if year and results.cells(name).shape[1] > 1 else 0
        old = float(results.cells(name)[row if row is not None and len(results.cells(name)) > 1 else 0, place])
        factor = draw(st.floats(0.5, 1.5) | st.sampled_from([0.5, 0.9, 1.1, 1.25]))
        value = float(not old) if line.unit.is_flag else old * factor if old else factor / 10
        if line.unit.is_share:
            value = min(value, 1.0)
        found.append(Edit(name=name, row=row, year=year, value=value))
    return found


@pytest.mark.parametrize(("proposal", "root"), TRIED)
def test_random_edits_read_back_bit_for_bit(proposal: str, root: Path, tmp_path: Path) -> None:
    written = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def try_some(data: st.DataObject) -> None:
        shutil.rmtree(tmp_path / "assumptions", ignore_errors=True)
        shutil.copytree(root / proposal, tmp_path / "assumptions" / proposal)
        folder = tmp_path / "assumptions"
        costed = costmodel.load(proposal, folder)
        start = costed.run(data.draw(st.sampled_from(costed.scenarios)))
        edits = data.draw(edits_of(start))
        wanted = inputs_of(start)
        for edit in edits:
            rows = own_rows(start, costed.costing.model.lines[edit.name])
            row = rows.index(edit.row) if edit.row is not None else 0
            years = slice(None) if edit.year is None else costed.costing.model.years.index(edit.year)
            wanted[edit.name][row, years] = edit.value
        name = data.draw(st.sampled_from(["aa-first", "zz-last"] + [start.scenario] * (start.scenario != "base")))
        before = texts(folder)
        try:
            write_scenario(start, name, edits)
        except BadInput:
            assert texts(folder) == before
            return
        afresh = costmodel.load(proposal, folder)
        got = inputs_of(afresh.run(name))
        assert list(got) == list(wanted)
        for key, values in wanted.items():
            assert np.array_equal(got[key], values), key
        others = [other for other in costed.scenarios if other != name]
        from_it = {case.scenario for case in costed.costing.files.cases if case.heading.from_ == name}
        for other in set(others) - from_it:
            for key, values in inputs_of(costed.run(other)).items():
                assert np.array_equal(inputs_of(afresh.run(other))[key], values), (other, key)
        assert {k: v for k, v in texts(folder).items() if not k.endswith(f"/{name}.yaml")} == {
            k: v for k, v in before.items() if not k.endswith(f"/{name}.yaml")
        }
        written.append(name)

    try_some()
    assert len(written) > 25


def test_a_new_scenario_names_values_where_they_stand_and_starts_from_its_own(tmp_path: Path) -> None:
    copy_of_teams(tmp_path)
    edits = [
        Edit(name="pension_rate", value=0.151, year=Year(2023)),
        Edit(name="team.wte", row=2, value=1.5),
        Edit(name="problems_avoided_deadweight", value=0.1),
        Edit(name="training_per_team_year_1", value=12_000.0),
        Edit(name="teams_starting", value=70.0, year=Year(2024)),
        Edit(name="population_england", value=57_000_000.0),
    ]
    found = write_scenario(teams(tmp_path, "realistic"), "reviewed", edits, "As reviewed", "The reviewer's figures.")
    assert found.file == tmp_path / "assumptions" / TEAMS / "scenarios" / "reviewed.yaml"
    assert found.file.read_text(encoding="utf-8") == (
        "scenario:\n"
        "  title: As reviewed\n"
        "  reason: The reviewer's figures.\n"
        "  from: realistic\n"
        "changes:\n"
        "  population_england: 57,000,000\n"
        "  workforce.team[3].wte: 1.5 # Early attachment specialist, for example a health visitor\n"
        "  pension_rate: {2023/24: 15.1%}\n"
        "  teams_starting: {2024/25: 70}\n"
        "  training_per_team_year_1: £12,000\n"
        "  benefits.streams.problems_avoided.deadweight: 10%\n"
        "  workforce.team[3].headcount: 1 # Early attachment specialist, for example a health visitor\n"
    )
    assert not found.updated


def test_a_scenario_is_updated_in_place_with_its_comments(tmp_path: Path) -> None:
    file = copy_of_teams(tmp_path) / "scenarios" / "own.yaml"
    before = """# Ours.
scenario: {title: Own, reason: R., from: realistic} # of 2026

changes:
    # how many
    teams_starting: {2022/23: 10, 2023/24: 20} # by year
    people_per_team: {value: '141,375', reason: The population over 400 teams., grade: derived} # each
    development_programme: {2022/23: £500,000, 2023/24: £1,500,000}
    # the last
"""
    write(file, before)
    edits = [
        Edit(name="teams_starting", value=12.0, year=Year(2023)),
        Edit(name="people_per_team", value=150_000.0),
        Edit(name="children_per_team_operating", value=100.0),
    ]
    found = write_scenario(teams(tmp_path, "own"), "own", edits, reason="As reviewed.")
    assert found.updated
    assert (
        file.read_text(encoding="utf-8")
        == """# Ours.
scenario: {title: Own, reason: R., from: realistic} # of 2026

changes:
    # how many
    teams_starting: {2022/23: 10, 2023/24: 12} # by year
    people_per_team: {value: '150,000', reason: As reviewed.}                                   # each
    development_programme: {2022/23: '£500,000', 2023/24: '£1,500,000'}
    children_per_team_operating: 100
    # the last
"""
    )


def test_an_effect_that_a_reviewer_changes_is_illustrative(tmp_path: Path) -> None:
    copy_of_teams(tmp_path)
    edit = Edit(name="problems_avoided_odds_ratio", value=0.6)
    found = write_scenario(teams(tmp_path, "realistic"), "reviewed", [edit])
    assert "problems_avoided_odds_ratio: {value: 0.6, grade: illustrative}" in found.file.read_text(encoding="utf-8")
    more = write_scenario(teams(tmp_path, "reviewed"), "reviewed", [Edit(name=edit.name, value=0.7)], reason="More.")
    assert "{value: 0.7, reason: More., grade: illustrative}" in more.file.read_text(encoding="utf-8")


def test_what_starts_from_an_updated_scenario_is_said(tmp_path: Path) -> None:
    copy_of_teams(tmp_path)
    start = teams(tmp_path, "larger-team")
    found = write_scenario(start, "larger-team", [Edit(name="on_cost_rate", value=0.2)])
    assert found.from_it == ("larger-team-as-stated",)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("base", "base is the proposal as written"),
        ("Base", "base is the proposal as written"),
        ("larger-team", "there is a scenario larger-team already, and the workbook was made from realistic"),
        ("Larger-Team", "there is a scenario larger-team already"),
        ("../other", "is not a name for a scenario"),
        ("a b", "is not a name for a scenario"),
        ("", "is not a name for a scenario"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused(name: str, says: str, tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    before = texts(folder)
    with pytest.raises(BadInput, match=says):
        write_scenario(teams(tmp_path, "realistic"), name, [Edit(name="on_cost_rate", value=0.2)])
    assert texts(folder) == before


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Edit(name="on_cost_rate", value=14.0, cell="Pay!D7"), "Pay!D7: on_cost_rate: 1400% is not a share.*Did you"),
        (Edit(name="on_costs_by_rule", value=2.0), "a flag is 0 or 1"),
        (Edit(name="team.wte", row=0, value=-1.0), r"team.wte\[1\]: -1 is below 0"),
        (Edit(name="team.wte", row=7, value=1.0), "has no part in the scenario realistic.*Put back 0"),
        (Edit(name="horizon_first_year", value=1.0), "set by appraisal.horizon.*Put back 2022"),
        (Edit(name="year", year=Year(2023), value=1.0), "set by proposal.years"),
        (Edit(name="total", value=1.0), "no input 'total'"),
        (Edit(name="people_per_team", value=float("inf")), "inf is no number"),
        (Edit(name="people_per_team", value=0.0, cell="Inputs!D7"), "by zero"),
        (Edit(name="experience_years", value=120.0, cell="Pay!D9"), "Pay!D9: 120 years of experience is not a step"),
        (
            Edit(name="pay_year", year=Year(2023), value=1999.0, cell="Pay!F4"),
            "Pay!F4: pay cannot be looked up in 1999.*are 2020, 2022",
        ),
    ],
)
def test_an_edit_that_cannot_be_made_writes_nothing(edit: Edit, says: str, tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    before = texts(folder)
    with pytest.raises(BadInput) as caught:
        write_scenario(teams(tmp_path, "realistic"), "edited", [edit])
    assert re.search(says, str(caught.value), re.DOTALL), str(caught.value)
    assert str(tmp_path) in str(caught.value) or "/tmp" not in str(caught.value)
    assert texts(folder) == before


def test_what_is_installed_is_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of_teams(tmp_path)
    start, before = teams(tmp_path, "realistic"), texts(folder)
    monkeypatch.setattr("costmodel.assumptions.roots.__file__", str(tmp_path / "assumptions" / "analysis" / "x.py"))
    with pytest.raises(BadInput, match="part of the installed costmodel"):
        write_scenario(start, "edited", [Edit(name="on_cost_rate", value=0.2)])
    assert texts(folder) == before


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of_teams(tmp_path)
    start = teams(tmp_path, "realistic")
    before = texts(folder)

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("costmodel.analysis.writing.os.replace", full)
    with pytest.raises(BadInput, match="No space left on device"):
        write_scenario(start, "edited", [Edit(name="on_cost_rate", value=0.2)])
    assert texts(folder) == before
