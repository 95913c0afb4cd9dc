"""What a person should look at stops nothing, and shows wherever the figures do."""

from __future__ import annotations

from pathlib import Path

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from helpers import HERE, TEAMS, Ran, copy_of_teams, costmodel_cli, edit

RANGE = "    range: 140,000 to 280,000\n"


def everywhere(folder: Path, scenario: str = "base") -> list[str]:
    """What the terminal, the brief and the workbook of a scenario say, each as one text."""
    assert costmodel_cli("run", TEAMS, "--scenario", scenario).code == 0
    made = folder / "outputs" / TEAMS / scenario
    book = openpyxl.load_workbook(made / "workbook.xlsx", read_only=True)
    cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    brief = (made / "brief.md").read_text(encoding="utf-8")
    return [costmodel_cli("show", TEAMS, "--scenario", scenario).out, brief, "\n".join(cells)]


def test_a_team_that_does_not_add_shows_in_the_terminal_the_brief_and_the_workbook(empty_folder: Path) -> None:
    edit(copy_of_teams(empty_folder) / "team.yaml", "stated_wte: 5.13", "stated_wte: 6.13")
    says = "eam's stated total is 6.13 WTE, and its lines add to 5.13: 1.00 less"
    assert [says in text for text in everywhere(empty_folder)] == [True, True, True]


def test_a_team_of_a_scenario_that_does_not_add_shows_in_that_scenario_alone(empty_folder: Path) -> None:
    copy_of_teams(empty_folder)
    says = "lines add to 6.33: 1.00 less"
    terminal, brief, workbook = everywhere(empty_folder, "larger-team")
    assert (says in terminal, says in brief) == (True, True)
    named = next(text for text in workbook.splitlines() if says in text)
    assert named.startswith("Scenario larger-team: ")  # the workbook holds every scenario
    terminal, brief, workbook = everywhere(empty_folder, "larger-team-as-stated")
    assert (says in terminal, says in brief) == (False, False)
    assert named in workbook


def test_values_of_a_section_that_rest_on_nothing_count_as_illustrative(empty_folder: Path) -> None:
    """The proposal's source stands in for those of its sections: without either, the values are named in one note."""
    folder = copy_of_teams(empty_folder)
    edit(folder / "proposal.yaml", "  source: pif-spending-review-2021\n  ask:", "  ask:")
    at = edit(
        folder / "rollout.yaml",
        "  source: pif-spending-review-2021\n  where: table of costs\n  grade: published\n  operating_at_start: 40",
        f"  operating_at_start: {HERE}40",
    )
    ran = costmodel_cli("check", TEAMS)
    assert ran.code == 0
    note = next(line for line in ran.err.splitlines() if "neither a source nor a reason" in line)
    assert f"rollout.yaml:{at}: rollout" in note
    assert "teams_at_start" in note or "rollout.operating_at_start" in note
    graded = costmodel_cli("show", TEAMS, "--grades", "--format", "csv").out
    assert next(line for line in graded.splitlines() if line.startswith("teams_operating,")).count("illustrative")


def test_an_assumption_that_nothing_uses_is_said_and_where_it_stands(empty_folder: Path) -> None:
    more = f"  spare:\n    label: Spare\n    value: {HERE}5\n    unit: teams\n    reason: Nobody knows.\n"
    file = copy_of_teams(empty_folder) / "proposal.yaml"
    at = edit(file, "\nassumptions:\n", f"\nassumptions:\n{more}").split(":")[0]
    ran = costmodel_cli("check", TEAMS)
    assert ran.code == 0
    note = next(line for line in ran.err.splitlines() if "no line, table or check uses this assumption" in line)
    assert note.startswith("Note: assumptions/parent-infant-teams-2021/proposal.yaml:")
    assert abs(int(note.split(":")[2]) - int(at)) <= 2


@pytest.mark.parametrize(
    ("status", "as_of", "code", "begins"),
    [
        ("draft", "2026-03-31", 0, ""),
        ("draft", "2026-04-01", 0, ""),
        ("draft", "2026-04-02", 0, "Note: "),
        ("final", "2026-04-01", 0, ""),
        ("final", "2026-04-02", 1, "Does not hold: "),
    ],
)
def test_a_review_that_is_late_is_a_note_and_of_a_final_proposal_a_check_that_fails(
    status: str, as_of: str, code: int, begins: str, empty_folder: Path
) -> None:
    file = copy_of_teams(empty_folder) / "proposal.yaml"
    edit(file, RANGE, f"{RANGE}    review_by: 2026-04-01\n    owner: the analyst\n")
    edit(file, "  prices: cash\n", f"  prices: cash\n  status: {status}\n")
    ran: Ran = costmodel_cli("check", TEAMS, "--as-of", as_of)
    late = [line for line in ran.err.splitlines() if "the review of people_per_team was due by 2026-04-01" in line]
    assert ran.code == code
    assert [line.startswith(begins) for line in late] == ([True] if begins else [])
