"""A check with nothing changed says what it said before; with anything changed, what is true now."""

from pathlib import Path

import pytest
from helpers import TEAMS, copy_of_teams, costmodel_cli, edit

from costmodel.analysis import loading
from costmodel.outputs.said import Said, said_before


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was loaded, each time that anything was."""
    loads: list[object] = []
    load_all = loading.load_all

    def counted(*given: object) -> object:
        loads.append(given)
        return load_all(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "load_all", counted)
    return loads


def test_a_check_is_said_again_where_nothing_has_changed(empty_folder: Path, worked: list[object]) -> None:
    copy_of_teams(empty_folder)
    first, second = costmodel_cli("check"), costmodel_cli("check")
    assert first == second
    assert "the files are in order" in first.out
    assert first.err.startswith("Note: ")
    assert len(worked) == 1
    costmodel_cli("check", TEAMS)
    costmodel_cli("check", "--as-of", "2030-01-01")
    assert len(worked) == 3, "another question has another answer"


def test_a_failure_is_not_forgotten_and_does_not_stay(empty_folder: Path, worked: list[object]) -> None:
    proposal = copy_of_teams(empty_folder) / "proposal.yaml"
    edit(proposal, "value: 280,000", "value: 140,000")
    first, second = costmodel_cli("check"), costmodel_cli("check")
    assert first == second
    assert first.code == 1
    assert "Does not hold" in first.err
    edit(proposal, "value: 140,000", "value: 280,000")
    assert costmodel_cli("check").code == 0
    assert len(worked) == 2


def test_mistakes_are_told_each_time(empty_folder: Path, worked: list[object]) -> None:
    edit(copy_of_teams(empty_folder) / "team.yaml", "stated_wte: 5.13", "stated_wte: some")
    first, second = costmodel_cli("check"), costmodel_cli("check")
    assert first == second
    assert first.code == 2
    assert len(worked) == 2


def test_reviews_fall_due_with_the_day(empty_folder: Path) -> None:
    proposal = copy_of_teams(empty_folder) / "proposal.yaml"
    edit(proposal, "    value: 280,000\n", "    value: 280,000\n    review_by: 2026-03-31\n")

    def on(day: str) -> str:
        return costmodel_cli("check", "--as-of", day).err

    assert "2026-03-31" not in on("2026-03-31")
    assert "2026-03-31" in on("2026-04-01")
    assert "2026-03-31" not in on("2026-03-31")


def test_what_changes_while_it_is_read_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("before", encoding="utf-8")
    said = []

    def work() -> Said:
        said.append(tmp_path / "a.yaml")
        if len(said) == 1:
            said[0].write_text("after", encoding="utf-8")
        return Said(lines=((f"time {len(said)}", False),), code=0)

    assert said_before("it", [tmp_path], work).lines == (("time 1", False),)
    assert said_before("it", [tmp_path], work).lines == (("time 2", False),)
    assert said_before("it", [tmp_path], work).lines == (("time 2", False),)
