"""What is put in place: all or nothing whatever fails, whole after any kill, and nothing of a person's lost."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers import content, environment, untrue

from costmodel.errors import BadInput, CannotWrite, Mistake, NotPutBack
from costmodel.outputs import lock
from costmodel.outputs.swap import Content, put

CALLS = ("rename", "replace", "mkdir", "unlink", "rmdir")


class Killed(BaseException):
    """Stands for the end of a process: nothing catches it, and nothing is done after it."""


def sealed(*, of: tuple[str, str] = ("hv", "base"), **files: str) -> Content:
    """Files with their manifest; ``__`` stands for a dot in a name, and ``___`` for a slash."""
    made = {name.replace("___", "/").replace("__", "."): text.encode() for name, text in files.items()}
    named = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    manifest = {"costmodel": "0.1.0", "proposal": of[0], "scenario": of[1], "outputs": named}
    return {**made, "manifest.json": json.dumps(manifest).encode()}


def proposal(mark: str, *scenarios: str) -> dict[str, Content]:
    """A proposal of which every file says the mark."""
    each = {f"hv/{name}": sealed(of=("hv", name), brief__md=mark, tables___a__csv=mark) for name in scenarios}
    return {**each, "hv": sealed(of=("hv", ""), comparison__md=mark), "": sealed(of=("", ""), evidence__md=mark)}


def everything(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder."""
    there = {file.relative_to(folder).as_posix(): None for file in folder.rglob("*")}
    return {**there, **content(folder)}


@contextmanager
def failing_at(number: int, problem: BaseException, *, ever_after: bool) -> Iterator[list[str]]:
    """Let one call of the file system fail, counted from 0, and every later one too if so asked.

    Yields:
        What was called.
    """
    called: list[str] = []

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            called.append(name)
            if len(called) - 1 == number or (ever_after and len(called) > number):
                if name == "write_bytes" and len(called) - 1 == number:
                    real(args[0], args[1][: len(args[1]) // 2])  # a file that is half written
                raise problem
            return real(*args, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, wrapped(name, getattr(os, name)))
        patch.setattr(Path, "write_bytes", wrapped("write_bytes", Path.write_bytes))
        yield called


def prepared(folder: Path) -> dict[str, bytes | None]:
    """Outputs of an earlier run, of which a person changed one file, added one, and made a folder."""
    put(folder, proposal("old", "base", "gone"), ["hv"])
    (folder / "hv" / "base" / "brief.md").write_bytes(b"edited")
    (folder / "hv" / "gone" / "tables" / "mine.csv").write_bytes(b"mine")
    (folder / "hv" / "base" / "drafts").mkdir()
    return everything(folder)


NEW = proposal("new", "base", "added")
FULL = "No space left on device"


def put_and_fail(folder: Path, number: int) -> tuple[list[str], tuple[Mistake, ...]]:
    """Put the new outputs in place while one call fails; returns what was called, and what it led to."""
    with failing_at(number, OSError(28, FULL), ever_after=False) as called:
        try:
            put(folder, NEW, ["hv"])
        except BadInput as bad:
            return called, bad.mistakes
    return called, ()


def test_whichever_call_fails_nothing_has_changed(tmp_path: Path) -> None:
    for number in range(1000):
        folder = tmp_path / str(number)
        before = prepared(folder)
        called, mistakes = put_and_fail(folder, number)
        if mistakes:
            assert [(type(mistake), mistake.says.rpartition(": ")[2]) for mistake in mistakes] == [(CannotWrite, FULL)]
            assert everything(folder) == before, called
            continue
        left = {Path(name).parts[0] for name in everything(folder)}
        put(folder, {})  # where all is in place and the old files cannot be removed, the next run removes them
        assert left <= {*everything(folder), lock.LOCK, ".costmodel-work"}
        assert untrue(folder) == []
        assert (folder / "hv" / "added" / "brief.md").read_bytes() == b"new"
        if len(called) <= number:
            break
    assert number > 40
    assert not any(name.startswith(".costmodel") for name in left)


def test_whichever_call_fails_a_new_folder_is_not_left(tmp_path: Path) -> None:
    for number in range(1000):
        called, mistakes = put_and_fail(tmp_path / str(number) / "outputs", number)
        if mistakes:
            assert everything(tmp_path / str(number)) == {}
        if len(called) <= number:
            break
    assert number > 40


def test_wherever_a_run_is_killed_the_next_makes_it_whole(tmp_path: Path) -> None:
    for number in range(1000):
        folder = tmp_path / str(number)
        before = prepared(folder)
        try:
            with failing_at(number, Killed(), ever_after=True):
                put(folder, NEW, ["hv"])
        except Killed:
            # A run of another proposal, so that all of this one is what the kill left of it.
            put(folder, {"other/base": sealed(of=("other", "base"), brief__md="other")})
            after = {name: data for name, data in everything(folder).items() if not name.startswith("other")}
            marks = {data for name, data in after.items() if name in ("hv/comparison.md", "evidence.md")}
            assert len(marks) == 1, "part old, part new"
            assert after == before if marks == {b"old"} else untrue(folder) == []
            assert b"edited" in after.values()
            assert b"mine" in after.values()
            assert [name for name in after if "costmodel" in name] == []
        else:
            break
    assert number > 40


def test_what_cannot_be_put_back_is_said_and_is_put_back_by_the_next_run(tmp_path: Path) -> None:
    before = prepared(tmp_path)
    with failing_at(-1, OSError(), ever_after=False) as called:
        put(tmp_path / "another", NEW)
    shutil.rmtree(tmp_path / "another")
    second_move = called.index("rename") + 2
    with failing_at(second_move, OSError(5, "Input/output error"), ever_after=True), pytest.raises(BadInput) as caught:
        put(tmp_path, NEW, ["hv"])
    assert [type(mistake) for mistake in caught.value.mistakes] == [NotPutBack]
    put(tmp_path, {})
    assert everything(tmp_path) == before


def test_what_no_manifest_names_stays(tmp_path: Path) -> None:
    put(tmp_path, proposal("old", "base"), ["hv"])
    (tmp_path / "hv" / "base" / "my-notes.md").write_bytes(b"mine")
    assert put(tmp_path, proposal("new", "base"), ["hv"]) == ()
    assert (tmp_path / "hv" / "base" / "my-notes.md").read_bytes() == b"mine"


@pytest.mark.parametrize("manifest", [None, "{}", "[1]", "<<<<<<< ours", '{"costmodel": "0.1.0", "outputs": [1]}'])
def test_files_that_no_manifest_names_are_not_written_over(manifest: str | None, tmp_path: Path) -> None:
    (tmp_path / "hv" / "base").mkdir(parents=True)
    (tmp_path / "hv" / "base" / "brief.md").write_bytes(b"mine")
    if manifest is not None:
        (tmp_path / "hv" / "base" / "manifest.json").write_bytes(manifest.encode())
    before = everything(tmp_path)
    with pytest.raises(BadInput, match="no manifest of a run names this file") as caught:
        put(tmp_path, NEW, ["hv"])
    assert len(caught.value.mistakes) == (1 if manifest is None else 2)
    assert everything(tmp_path) == before


def test_a_folder_for_a_file_and_a_file_for_a_folder_are_both_said(tmp_path: Path) -> None:
    (tmp_path / "hv" / "comparison.md").mkdir(parents=True)
    (tmp_path / "hv" / "base").write_bytes(b"mine")
    before = everything(tmp_path)
    with pytest.raises(BadInput) as caught:
        put(tmp_path, NEW, ["hv"])
    assert sorted(mistake.says.partition(",")[0] for mistake in caught.value.mistakes) == [
        "this is no file",
        "this is no folder",
    ]
    assert everything(tmp_path) == before


def test_what_a_person_changed_is_kept_each_time(tmp_path: Path) -> None:
    base = tmp_path / "hv" / "base"
    for mark in ("one", "two"):
        put(tmp_path, proposal(mark, "base"), ["hv"])
        (base / "brief.md").write_bytes(f"edited {mark}".encode())
    (kept,) = put(tmp_path, proposal("three", "base"), ["hv"])
    assert kept == (base / "brief.md", base / "brief.edited-2.md")
    assert [(base / f"brief{ending}.md").read_bytes() for ending in ("", ".edited", ".edited-2")] == [
        b"three",
        b"edited one",
        b"edited two",
    ]


def test_ends_of_lines_that_git_changed_are_no_edit(tmp_path: Path) -> None:
    put(tmp_path, {"hv/base": sealed(brief__md="one\ntwo\n")})
    (tmp_path / "hv" / "base" / "brief.md").write_bytes(b"one\r\ntwo\r\n")
    assert put(tmp_path, {"hv/base": sealed(brief__md="one\ntwo\n")}) == ()
    assert (tmp_path / "hv" / "base" / "brief.md").read_bytes() == b"one\ntwo\n"


def test_what_has_not_changed_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, proposal("old", "base"), ["hv"])
    with failing_at(-1, OSError(), ever_after=False) as called:
        put(tmp_path, proposal("old", "base"), ["hv"])
    assert "rename" not in called


def test_scenarios_that_are_no_more_go_and_copies_of_them_stay(tmp_path: Path) -> None:
    put(tmp_path, proposal("old", "base", "high", "low"), ["hv"])
    copy = tmp_path / "hv" / "high as submitted"
    copy.mkdir()
    for name in ("brief.md", "manifest.json"):
        (copy / name).write_bytes((tmp_path / "hv" / "high" / name).read_bytes())
    (tmp_path / "hv" / "low" / "brief.md").write_bytes(b"edited")
    put(tmp_path, proposal("old", "base"))
    assert (tmp_path / "hv" / "high").is_dir()  # not all scenarios were made
    put(tmp_path, proposal("old", "base"), ["hv"])
    assert not (tmp_path / "hv" / "high").exists()
    assert content(copy).keys() == {"brief.md", "manifest.json"}
    assert content(tmp_path / "hv" / "low") == {"brief.edited.md": b"edited"}


@pytest.mark.parametrize("elsewhere", ["../mine.txt", "/mine.txt", "base/../../mine.txt"])
def test_a_manifest_and_a_list_of_moves_lead_nowhere_else(elsewhere: str, tmp_path: Path) -> None:
    outputs, mine = tmp_path / "outputs", tmp_path / "mine.txt"
    name = str(mine) if elsewhere.startswith("/") else elsewhere
    mine.write_bytes(b"mine")
    (outputs / ".costmodel-work").mkdir(parents=True)
    moves = {"moves": [["stolen.txt", name]], "folders": []}
    (outputs / ".costmodel-work" / "moves.json").write_bytes(json.dumps(moves).encode())
    made = sealed(of=("hv", "gone"), brief__md="old")
    manifest = json.loads(made["manifest.json"])
    manifest["outputs"][f"../{name}" if name.startswith("..") else name] = hashlib.sha256(b"mine").hexdigest()
    (outputs / "hv" / "gone").mkdir(parents=True)
    (outputs / "hv" / "gone" / "manifest.json").write_bytes(json.dumps(manifest).encode())
    put(outputs, NEW, ["hv"])
    assert mine.read_bytes() == b"mine"
    assert not (outputs / "stolen.txt").exists()
    assert not (outputs / ".costmodel-work").exists()


def test_processes_that_write_at_once_leave_all_of_one_or_all_of_the_other(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    code = (
        "import sys\nfrom pathlib import Path\n"
        f"sys.path.insert(0, {here!r})\nfrom test_swap import lock, proposal, put\n"
        "name, lock._PATIENCE = sys.argv[1], 60\nfor turn in range(30):\n"
        "    put(Path('outputs'), proposal(f'{name} {turn}', 'base', name), ['hv'])\n"
    )
    tests = environment(PYTHONPATH=os.pathsep.join([str(Path(here).parent), str(Path(here).parents[1])]))
    started = [
        subprocess.Popen([sys.executable, "-c", code, name], cwd=tmp_path, env=tests)
        for name in ("high", "low", "added")
    ]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    assert untrue(tmp_path) == []
    made = {data for name, data in content(tmp_path).items() if not name.endswith("manifest.json")}
    assert len(made) == 1, made
    assert not list(tmp_path.rglob(".costmodel*"))
