"""A folder is held by one run at a time."""

from pathlib import Path

import pytest
from helpers import content

from costmodel.errors import BadInput
from costmodel.outputs import lock
from costmodel.outputs.lock import locked


def test_a_folder_that_another_run_holds_is_waited_for_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    with locked(tmp_path):
        with pytest.raises(BadInput, match="another run is writing to"), locked(tmp_path):
            pass
        assert content(tmp_path) == {lock.LOCK: b""}
    with locked(tmp_path):
        assert content(tmp_path) == {lock.LOCK: b""}
    assert content(tmp_path) == {}


def test_a_lock_that_was_removed_after_it_was_opened_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    lock_open, opened = lock._lock, []

    def removed_first(held: int) -> None:
        opened.append(held)
        if len(opened) == 1:  # the run that had it ends between the two
            (tmp_path / lock.LOCK).unlink()
        lock_open(held)

    monkeypatch.setattr(lock, "_lock", removed_first)
    with locked(tmp_path), pytest.raises(BadInput), locked(tmp_path):
        pass
    assert len(opened) > 2


def test_a_folder_that_was_made_to_be_held_is_gone_where_nothing_was_written(tmp_path: Path) -> None:
    with locked(tmp_path / "some" / "outputs"):
        pass
    assert not (tmp_path / "some").exists()
    with locked(tmp_path / "some" / "outputs"):
        (tmp_path / "some" / "outputs" / "brief.md").write_bytes(b"made")
    assert content(tmp_path) == {"some/outputs/brief.md": b"made"}
