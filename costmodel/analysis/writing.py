"""Writing a scenario from edits: the file is read back before it is put in place, and holds the edits exactly."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from costmodel.analysis.edits import Cells, ChangesOf, Edit, Inputs, cells_that_differ, edited, inputs_of, mistakes_in
from costmodel.analysis.loading import load_folder
from costmodel.analysis.results import Costed, Results
from costmodel.assumptions.document import read_text
from costmodel.assumptions.names import NAME_HINT, problem_of_scenario_name, same_name
from costmodel.assumptions.roots import shipped_inside
from costmodel.assumptions.scenario_text import Change, new_text, updated_text
from costmodel.assumptions.scenarios import BASE
from costmodel.assumptions.texts import check_text
from costmodel.errors import (
    BadInput,
    BadName,
    CannotWrite,
    Mistake,
    Mistakes,
    NotExact,
    Position,
    ScenarioTaken,
    shown_path,
)

_FOLDER = "scenarios"
_REASON = "Inputs that were changed in a workbook."
_ROUNDS = 3
"""Values of the document, what those bring with them, and then every input by its own name."""


@dataclass(frozen=True, kw_only=True)
class WrittenScenario:
    """A scenario that was written, and what it comes to."""

    name: str
    file: Path
    updated: bool
    """Whether the file was there before."""
    changes: tuple[Change, ...]
    costed: Costed
    """The proposal read afresh, with the scenario."""
    from_it: tuple[str, ...]
    """Scenarios that start from one that was updated, and changed with it."""


def check_name(costed: Costed, start: str, name: str) -> None:
    """Whether a scenario of this name can be written from edits of the scenario ``start``.

    Raises:
        BadInput: where the name is taken, or is none.
    """
    if problem := problem_of_scenario_name(name):
        says = f"{name!r} is not a name for a scenario: {problem}"
        raise BadInput([BadName(path="--as", says=says, hint=NAME_HINT)])
    if same_name(name) == BASE:
        says = "base is the proposal as written, and no import changes it"
        raise BadInput([ScenarioTaken(path="--as", says=says, hint="Give the scenario a name of its own.")])
    file = _file(costed, name)
    there = next((found for found in file.parent.glob("*.yaml") if same_name(found.stem) == same_name(name)), None)
    if there and name != start:
        says = f"there is a scenario {there.stem} already, and the workbook was made from {start}"
        hint = f"Give another name. A scenario is updated by a workbook with it selected: {name}."
        where = Position(shown_path(there))
        raise BadInput([ScenarioTaken(path="--as", where=where, says=says, hint=hint)])
    if shipped_inside(costed.costing.files.folder):
        says = "this proposal is part of the installed costmodel, and no file of yours"
        hint = f"Copy {shown_path(costed.costing.files.folder)} into a folder assumptions here, and import again."
        raise BadInput([CannotWrite(says=says, hint=hint)])


def write_scenario(
    start: Results, name: str, edits: Sequence[Edit], title: str | None = None, reason: str | None = None
) -> WrittenScenario:
    """Write the scenario ``name``: ``start`` with edits. A file of that name is updated where it is ``start`` itself.

    Args:
        edits: the last of two for one number counts.
        title: the scenario's title; made from that of ``start`` where it is new and none is given.
        reason: why the values are as they are now.

    Raises:
        BadInput: for a name that is taken, an edit that cannot be made, a model that cannot be worked out with the
            edits, or a folder that cannot be written to. Then nothing is written.
    """
    check_name(start.costed, start.scenario, name)
    typed = Mistakes()
    for option, text in (("--title", title), ("--reason", reason)):
        check_text(text or "", Position(option), typed)
    typed.stop_if_any()
    if wrong := mistakes_in(start, edits):
        raise BadInput(wrong)
    writing = _Writing(start, name, edits, title, reason)
    text, changes, costed = writing.text()
    file = _file(start.costed, name)
    _put(file, text)
    after = tuple(case.scenario for case in start.costing.files.cases if writing.before and case.heading.from_ == name)
    return WrittenScenario(
        name=name, file=file, updated=bool(writing.before), changes=tuple(changes), costed=costed, from_it=after
    )


def _file(costed: Costed, name: str) -> Path:
    return costed.costing.files.folder / _FOLDER / f"{name}.yaml"


class _Writing:
    """Tries keys until the file, read afresh, gives the wanted inputs and leaves all others as they were."""

    def __init__(self, start: Results, name: str, edits: Sequence[Edit], title: str | None, reason: str | None) -> None:
        self.start, self.name, self.edits = start, name, edits
        self.title, self.reason = title, reason or _REASON
        self.wanted: Inputs = edited(start, edits)
        self.finder = ChangesOf(start)
        file = _file(start.costed, name)
        self.before = (read_text(file, Mistakes()) or "") if file.is_file() else ""

    def text(self) -> tuple[str, list[Change], Costed]:
        """The file's text, its changes, and the proposal read with it."""
        before = inputs_of(self.start)
        todo = cells_that_differ(self.wanted, before) or {}
        keys: dict[tuple[str, int], Change] = {}
        for _ in range(_ROUNDS):
            self._add(keys, todo, before)
            text = self._render(list(keys.values()))
            costed = self._read(text, keys)
            left = cells_that_differ(self.wanted, inputs_of(costed.run(self.name)))
            if left == {}:
                return text, list(keys.values()), costed
            if left is None:
                break
            todo = left
        raise BadInput([self._not_exact(todo)])

    def _add(self, keys: dict[tuple[str, int], Change], todo: Cells, before: Inputs) -> None:
        for (name, row), years in todo.items():
            again = (name, row) in keys
            wanted = self.wanted[name][row]
            since = [at for at in range(len(wanted)) if wanted[at] != before[name][row][at]]
            change = self.finder.change(name, row, sorted({*years, *since}), wanted, by_id=again)
            keys.pop((name, row), None)
            keys[name, row] = change

    def _render(self, changes: list[Change]) -> str:
        heading = self.start.costing.case(self.start.scenario).heading
        if not self.before:
            return new_text(self.title or f"{heading.title}, edited", self.reason, self.start.scenario, changes)
        return updated_text(self.before, changes, self.finder.same, self.reason, self.title)

    def _read(self, text: str, keys: dict[tuple[str, int], Change]) -> Costed:
        """The proposal with the new file beside its own, read afresh from a folder that is thrown away."""
        files = self.start.costing.files
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / files.name
            shutil.copytree(files.folder, folder)
            file = folder / _FOLDER / f"{self.name}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            try:
                return load_folder(folder, files.evidence)
            except BadInput as bad:
                said = [self._in_place(mistake, file, folder, text) for mistake in bad.mistakes]
                raise BadInput(said) from None

    def _in_place(self, mistake: Mistake, file: Path, folder: Path, text: str) -> Mistake:
        """A mistake as one of the edits that led to it, where it is of the new file; else where it really stands."""
        if mistake.where is None:
            return mistake
        if mistake.where.file == shown_path(file):
            line = text.splitlines()[mistake.where.line - 1].strip() if mistake.where.line else ""
            cells = [edit.cell for edit in self.edits if edit.cell and edit.name in f"{mistake.path} {line}"]
            return replace(mistake, where=None, path=", ".join(dict.fromkeys(cells)) or mistake.path)
        real = mistake.where.file.replace(shown_path(folder), shown_path(self.start.costing.files.folder))
        return replace(mistake, where=mistake.where._replace(file=real))

    def _not_exact(self, left: Cells) -> NotExact:
        names = ", ".join(dict.fromkeys(name for name, _ in left))
        says = f"the scenario {self.name} cannot be given exactly these inputs: {names or 'its rows differ'}"
        hint = "Its file has more than one change of them. Make the change in the file itself."
        return NotExact(says=says, hint=hint)


def _put(file: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    new = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(exist_ok=True)
        new.write_text(text, encoding="utf-8", newline="\n")
        os.replace(new, file)
    except OSError as problem:
        new.unlink(missing_ok=True)
        says = f"the scenario cannot be written to {shown_path(file)}: {problem.strerror}"
        raise BadInput([CannotWrite(says=says, hint="Check who may write there.")]) from None
