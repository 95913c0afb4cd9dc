"""Putting what a run made in place: all of it or nothing, and never at the cost of what a person wrote.

New files are made beside the old ones first. Then every move is written down, and made. A move that fails takes back
those before it; a run that is killed leaves the list, and the next run takes them back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from costmodel.errors import BadInput, CannotWrite, NotPutBack, Position, shown_path
from costmodel.outputs.auditing import MANIFEST, digest
from costmodel.outputs.lock import locked

Content = Mapping[str, bytes]
"""The files of one folder, by path below it; its manifest, which names the others, is one of them."""

WORK = ".costmodel-work"
_MOVES = "moves.json"
_MOVE_AWAY = "Move it away, or name another folder with --outputs."


class Kept(NamedTuple):
    """A file that a person changed after a run wrote it."""

    file: Path
    now: Path
    """Where it is kept."""

    def __str__(self) -> str:
        imported = f" To use its values: costmodel import {shown_path(self.now)} --as NAME."
        return (
            f"{shown_path(self.file)} was changed after a run wrote it. It is kept as {shown_path(self.now)}."
            f"{imported if self.now.suffix == '.xlsx' else ''}"
        )


def put(outputs: Path, made: Mapping[str, Content], whole: Collection[str] = ()) -> tuple[Kept, ...]:
    """Put files in place of what earlier runs wrote.

    Only what a manifest names is replaced or removed. Such a file is kept beside the new one where a person changed it.

    Args:
        made: the content of each folder, by its path below ``outputs``; that of ``outputs`` itself by ``""``.
        whole: proposals of which all scenarios are there: what a run wrote of any other is removed.

    Raises:
        BadInput: where another run is writing there, where files of a person stand in the way, or where the folder
            cannot be written to. Then everything is as it was.
    """
    try:
        with locked(outputs):
            _put_back(outputs)
            plan = _planned(outputs, {**{folder: {} for folder in gone(outputs, made, whole)}, **made})
            try:
                _carry_out(outputs, plan, made)
            except BaseException:
                _put_back(outputs)
                raise
    except OSError as problem:
        says = f"the outputs cannot be written to {shown_path(outputs)}: {problem.strerror}"
        if (outputs / WORK / _MOVES).exists():
            hint = f"Files of earlier runs are in {shown_path(outputs / WORK)}. Run again to put them back."
            raise BadInput([NotPutBack(says=says, hint=hint)]) from None
        hint = "Name another folder with --outputs."
        if isinstance(problem, PermissionError):  # Windows moves no file that Excel has open
            hint = f"Close its files in other programs. {hint}"
        raise BadInput([CannotWrite(says=says, hint=hint)]) from None
    return tuple(plan.kept)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What is to be done; paths are below the folder of outputs."""

    new: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The folder and name under which each new file was made."""
    old: list[str] = field(default_factory=list)
    """Files of earlier runs that are replaced or removed."""
    kept: list[Kept] = field(default_factory=list)


def _planned(outputs: Path, made: Mapping[str, Content]) -> _Plan:
    """What has to change in each folder, once it is sure that nothing stands in the way."""
    plan, mistakes = _Plan(), []
    for folder, content in made.items():
        named = _named(outputs / folder)
        for name in sorted({*content, *named}):
            path = Path(folder, name).as_posix()
            file, new = outputs / path, content.get(name)
            if file.is_file():
                data = file.read_bytes()
                if data == new:
                    continue
                if name not in named:
                    says = "no manifest of a run names this file, and this run would write over it"
                    mistakes.append(CannotWrite(where=Position(shown_path(file)), says=says, hint=_MOVE_AWAY))
                elif not _is_as_written(data, named[name]):
                    plan.kept.append(Kept(file, _free(file)))
                else:
                    plan.old.append(path)
            elif os.path.lexists(file) and new is not None:
                says = "this is no file, and a run writes a file of this name"
                mistakes.append(CannotWrite(where=Position(shown_path(file)), says=says, hint=_MOVE_AWAY))
            if new is not None:
                plan.new[path] = folder, name
    for folder in _folders(plan.new):
        if os.path.lexists(outputs / folder) and not (outputs / folder).is_dir():
            says = "this is no folder, and a run writes a folder of this name"
            mistakes.append(CannotWrite(where=Position(shown_path(outputs / folder)), says=says, hint=_MOVE_AWAY))
    if mistakes:
        raise BadInput(mistakes)
    return plan


def _carry_out(outputs: Path, plan: _Plan, made: Mapping[str, Content]) -> None:
    work, new, old = outputs / WORK, f"{WORK}/new", f"{WORK}/old"
    for path, (folder, name) in plan.new.items():
        file = outputs / new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made[folder][name])
    moves = [(_below(outputs, kept.file), _below(outputs, kept.now)) for kept in plan.kept]
    moves += [(path, f"{old}/{path}") for path in plan.old]
    moves += [(f"{new}/{path}", path) for path in plan.new]
    folders = [folder for folder in _folders(plan.new) if not (outputs / folder).exists()]
    work.mkdir(exist_ok=True)
    (work / "moves").write_bytes(json.dumps({"moves": moves, "folders": folders}).encode())
    os.replace(work / "moves", work / _MOVES)  # from here on, moves are taken back
    for source, target in moves:
        _move(outputs / source, outputs / target)
    _remove_empty(outputs, _folders(plan.old))
    (work / _MOVES).unlink()  # from here on, they stand
    shutil.rmtree(work, ignore_errors=True)


def _put_back(outputs: Path) -> None:
    """Take back the moves of a run that did not end, and clear what it made."""
    work = outputs / WORK
    if (work / _MOVES).is_file():
        moves, folders = _read_moves((work / _MOVES).read_bytes())
        for source, target in reversed(moves):
            if os.path.lexists(outputs / target) and not os.path.lexists(outputs / source):
                _move(outputs / target, outputs / source)
        _remove_empty(outputs, folders)
        (work / _MOVES).unlink()
    shutil.rmtree(work, ignore_errors=True)


def _read_moves(written: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """Moves, and the folders made for them; none where the list is not as a run leaves it, or leads elsewhere."""
    try:
        read = json.loads(written)
        moves = [(str(source), str(target)) for source, target in read["moves"]]
        folders = [str(folder) for folder in read["folders"]]
    except (ValueError, KeyError, TypeError):
        return [], []
    inside = all(map(_is_inside, [path for move in moves for path in move] + folders))
    return (moves, folders) if inside else ([], [])


def _named(folder: Path) -> dict[str, str]:
    """The digest of each file that a run left in a folder, by its name; that of the manifest is as it stands.

    A manifest that no run wrote, or that names files elsewhere, names nothing.
    """
    manifest = _manifest(folder)
    outputs = manifest.get("outputs")
    if not isinstance(outputs, dict) or "costmodel" not in manifest or not all(map(_is_inside, outputs)):
        return {}
    return {**{name: str(value) for name, value in outputs.items()}, MANIFEST: digest((folder / MANIFEST).read_bytes())}


def _manifest(folder: Path) -> dict[str, object]:
    try:
        read = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def gone(outputs: Path, made: Collection[str], whole: Collection[str]) -> Iterator[str]:
    """Folders of scenarios that are no more. A copy of one under another name is a person's."""
    for proposal in whole:
        for folder in sorted((outputs / proposal).iterdir()) if (outputs / proposal).is_dir() else ():
            path, manifest = f"{proposal}/{folder.name}", _manifest(folder)
            if path not in made and (manifest.get("proposal"), manifest.get("scenario")) == (proposal, folder.name):
                yield path


def _is_as_written(data: bytes, written: str) -> bool:
    """Whether a file has the digest that its manifest says; git may have changed the ends of its lines."""
    return written in (digest(data), digest(data.replace(b"\r\n", b"\n")))


def _is_inside(name: str) -> bool:
    """Whether a path that was read in a file stays below the folder that it is meant for."""
    path = Path(name)
    return bool(path.parts) and not path.anchor and ".." not in path.parts


def _free(file: Path) -> Path:
    """A name beside a file that nothing has: ``workbook.edited.xlsx``, ``workbook.edited-2.xlsx``."""
    number, free = 1, file.with_name(f"{file.stem}.edited{file.suffix}")
    while os.path.lexists(free):
        number += 1
        free = file.with_name(f"{file.stem}.edited-{number}{file.suffix}")
    return free


def _folders(paths: Collection[str]) -> list[str]:
    """Every folder above paths, an outer one before those in it."""
    return sorted({folder.as_posix() for path in paths for folder in Path(path).parents if folder.parts})


def _below(outputs: Path, file: Path) -> str:
    return file.relative_to(outputs).as_posix()


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(source, target)


def _remove_empty(outputs: Path, folders: list[str]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):  # it holds something
            (outputs / folder).rmdir()
