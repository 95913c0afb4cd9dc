"""What many tests need: the folders of the repository, the command line in process, and edits with a place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from costmodel.cli import main

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = REPOSITORY / "assumptions"
OUTPUTS = REPOSITORY / "outputs"
PROPOSALS = Path(__file__).resolve().parent / "proposals"
"""Costings of other fields, and of a team alone: a root of assumptions without evidence of its own."""
CASES = Path(__file__).resolve().parent / "cases"
"""Small inputs with their right answers: a root of assumptions, each folder with a README that gives the answer."""

TEAMS = "parent-infant-teams-2021"
HERE = "«"
"""Stands in a text just before the place that a message should point at."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


def costmodel_cli(*words: object) -> Ran:
    """Run a command of costmodel in this process, in the current folder; only an exit may end it."""
    found = CliRunner().invoke(main, [str(word) for word in words])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Ran(code=found.exit_code, out=found.stdout, err=found.stderr)


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def untrue(folder: Path) -> list[str]:
    """The manifests below a folder that do not have the digest of every file beside them, or have one too many."""
    files, wrong = content(folder), []
    folders = {str(Path(name).parent) for name in files if Path(name).name == "manifest.json"}
    for place in sorted(folders):
        named = json.loads(files[Path(place, "manifest.json").as_posix()])["outputs"]
        found = {name: hashlib.sha256(files.get(Path(place, name).as_posix(), b"")).hexdigest() for name in named}
        if found != named:
            wrong.append(place)
    return wrong


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own that can import costmodel from this checkout."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "error", **more}


def in_own_process(*words: object, cwd: Path, env: Mapping[str, str] | None = None) -> Ran:
    """Run a command of costmodel as a program."""
    command = [sys.executable, "-m", "costmodel", *map(str, words)]
    found = subprocess.run(
        command, cwd=cwd, env=env or environment(), capture_output=True, timeout=120, encoding="utf-8", check=False
    )
    return Ran(code=found.returncode, out=found.stdout, err=found.stderr)


def copy_of_teams(folder: Path) -> Path:
    """Copy the shipped proposal into ``folder/assumptions``, without the evidence, which is then what ships."""
    to = folder / "assumptions" / TEAMS
    shutil.copytree(SHIPPED / TEAMS, to)
    return to


def edit(file: Path, old: str, new: str) -> str:
    """Put a new text in place of one that stands once in a file.

    Returns:
        The line and column of the mark :data:`HERE` in the new text, as ``14:10``, or nothing where it has none.
    """
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    return write(file, text.replace(old, new))


def write(file: Path, text: str) -> str:
    """Write a text, without the mark :data:`HERE`; returns the mark's line and column as ``14:10``, or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before, mark, after = text.partition(HERE)
    file.write_text(before + after, encoding="utf-8")
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}" if mark else ""


def write_proposal(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a proposal; returns its folder."""
    for name, text in files.items():
        write(folder / name, text)
    return folder
