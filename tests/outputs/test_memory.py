"""What is kept of earlier commands: found where nothing has changed, and in any other case as if it were not there."""

import os
from pathlib import Path

import pytest

from costmodel.outputs import memory


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "costmodel"


def test_what_is_kept_is_found_under_its_key_alone() -> None:
    key = memory.key_of("check", {"a.yaml": "1"})
    memory.keep(key, {"code": 1})
    assert memory.recall(memory.key_of("check", {"a.yaml": "1"})) == {"code": 1}
    assert memory.recall(memory.key_of("check", {"a.yaml": "2"})) is None
    assert memory.recall(memory.key_of("run", {"a.yaml": "1"})) is None


def test_what_is_not_as_it_was_kept_is_not_there(cache: Path) -> None:
    key = memory.key_of("check")
    memory.keep(key, {"code": 1})
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    for broken in (whole.replace(b'"code": 1', b'"code": 0'), whole[:-1], b"", b"\xff", b"[" * 9_999):
        file.write_bytes(broken)
        assert memory.recall(key) is None
    file.write_bytes(whole)
    assert memory.recall(key) == {"code": 1}


def test_where_nothing_can_be_kept_nothing_is_said(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_bytes(b"a file, and no folder")
    memory.keep(memory.key_of("check"), 1)
    assert memory.recall(memory.key_of("check")) is None


def test_the_newest_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST_KEPT", 2)
    for number in range(3):
        memory.keep(memory.key_of(number), number)
        os.utime(cache / f"{memory.key_of(number)}.json", (number, number))
    memory.keep(memory.key_of(3), 3)
    assert [memory.recall(memory.key_of(number)) for number in range(4)] == [None, None, 2, 3]


def test_code_that_changes_and_packages_that_are_put_in_change_every_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = memory.key_of("check")
    (tmp_path / "numpy-9.9.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    memory._maker.cache_clear()
    assert memory.key_of("check") != before
    monkeypatch.undo()
    memory._maker.cache_clear()
    assert memory.key_of("check") == before
    monkeypatch.setattr(memory, "digest_below", lambda folders: "of other code")
    memory._maker.cache_clear()
    assert memory.key_of("check") != before
    monkeypatch.setattr(memory, "digest_below", lambda folders: "")
    memory._maker.cache_clear()
    assert memory.key_of("check") == "", "where code cannot be told from other code, nothing is kept"
    monkeypatch.undo()
    memory._maker.cache_clear()


def test_everything_below_folders_counts(tmp_path: Path) -> None:
    folder = tmp_path / "assumptions"
    (folder / "one").mkdir(parents=True)
    digests = [memory.digest_below([folder])]

    def changed() -> bool:
        digests.append(memory.digest_below([folder]))
        return len(set(digests)) == len(digests) and bool(digests[-1])

    (folder / "one" / "a.yaml").write_bytes(b"a: 1")
    assert changed()
    (folder / "one" / "a.yaml").write_bytes(b"a: 2")
    assert changed()
    (folder / "one" / "a.yaml").rename(folder / "one" / "b.yaml")
    assert changed()
    (folder / "evidence").mkdir()
    assert changed(), "an empty folder of evidence stands in the way of what ships"


@pytest.mark.skipif(os.name == "nt", reason="needs leave to make links there")
def test_where_a_link_may_lead_anywhere_nothing_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("/etc/hostname")
    assert memory.digest_below([tmp_path]) == ""
    assert memory.digest_below([tmp_path / "nowhere"]) == ""
