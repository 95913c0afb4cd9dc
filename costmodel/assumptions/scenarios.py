"""Scenarios: files of changes to a proposal's values, laid over its document by name or path.

What a key names is looked for in the document first. A name that is not there may be that of an input of the model that
a section works out, such as ``pension_rate`` or ``team.wte[3]``; those are laid over the model when it is drawn up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from costmodel.assumptions.costs_schema import Programme
from costmodel.assumptions.document import Mapping, Scalar, Sequence, Tree, find, position, read_path, replaced, spell
from costmodel.assumptions.kinds import GRADES, Given, Record, is_years_mapping
from costmodel.assumptions.relative import CannotChange, Relative, changed_by, is_relative
from costmodel.assumptions.schema import Document, Scenario
from costmodel.assumptions.validate import keys_at, type_at, validate
from costmodel.errors import (
    ChangesNothingThere,
    ChangesStructure,
    Mistakes,
    Position,
    UnknownScenario,
    WrongValue,
    did_you_mean,
)

BASE = "base"
_CHANGEABLE = (
    *("assumptions", "workforce", "posts", "rollout", "programme_costs", "income", "budget"),
    *("lists", "benefits", "appraisal"),
)
_BASIS = ("source", "where", "reason", "grade", "status", "note", "range")
_STARTING, _OPERATING = ("rollout", "while_starting"), ("rollout", "when_operating")
_VALUE = ("value", "by_year", "by_age", "name")
_INPUT = re.compile(r"^([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\[(?:(\d+)|(.+))\])?$")
_OF_TEAM = {("team", "wte"): "wte", ("team", "headcount"): "headcount", ("team", "stated_salary"): "salary"}
"""Columns of the team as the workbook names them, and the keys of a role that hold them."""

NamesIn = Callable[[Mapping], dict[str, tuple[str | int, ...]]]
"""From a document to the names of its values and the paths at which they stand."""


@dataclass(frozen=True, kw_only=True)
class ScenarioFile:
    """A scenario as read."""

    name: str
    tree: Mapping
    read: Scenario


@dataclass(frozen=True, kw_only=True)
class InputChange:
    """A change of an input of the model by its name, where no value of the document has that name."""

    key: str
    name: str
    row: int | None
    """The place in the scenario's own list, from 0; None where a name is given, or none."""
    row_name: str
    """The name of the row; nothing where a place is given, or none."""
    given: Given
    relative: Relative | None
    """By how much the value changes, in place of what it is."""
    tree: Mapping
    """The value in full, with what it rests on."""
    where: Position
    known: tuple[str, ...]
    """Names and paths of the document that could have been meant."""


class _Changes(Record):
    changes: dict[str, Given]


def lineage(name: str, files: dict[str, ScenarioFile], mistakes: Mistakes) -> list[ScenarioFile]:
    """The scenario and those it starts from, the first one first."""
    chain: list[ScenarioFile] = []
    here = name
    while here != BASE:
        file = files[here]
        if file in chain:
            where = position(file.tree, ("scenario", "from"))
            says = f"the scenario {name!r} starts from itself: {' from '.join(f.name for f in chain)} from {here}"
            mistakes.add(UnknownScenario(where=where, path="scenario.from", says=says))
            return []
        chain.insert(0, file)
        start = file.read.scenario.from_ or BASE
        if start != BASE and start not in files:
            where = position(file.tree, ("scenario", "from"))
            hint = did_you_mean(start, [*files, BASE]) or f"Scenarios are {', '.join([BASE, *files])}."
            mistakes.add(
                UnknownScenario(where=where, path="scenario.from", says=f"there is no scenario {start!r}", hint=hint)
            )
            return []
        here = start
    return chain


def changed(
    document: Mapping, file: ScenarioFile, names: NamesIn, mistakes: Mistakes
) -> tuple[Mapping, list[InputChange]]:
    """The document with a scenario's changes laid over it, and those that name inputs of the model.

    Changes to what cannot be there are added to the mistakes.
    """
    changes = file.tree.entries.get("changes")
    of_inputs: list[InputChange] = []
    if not isinstance(changes, Mapping):
        return document, of_inputs
    for key, new in changes.entries.items():
        known = names(document)
        path = known.get(key) or _in_document(document, read_path(key))
        where = changes.keys[key]
        if len(path) < 2 or path[0] not in _CHANGEABLE:
            of_inputs += _of_input(document, file, key, new, known, mistakes)
            continue
        old = find(document, path)
        if old is None and (find(document, path[:-1]) is None or not _may_add(document, path)):
            _refuse(document, key, path, known, where, mistakes)
            continue
        by = is_relative(new) if old is not None and _is_value(path) else None
        if by is not None and old is not None:
            try:
                new = changed_by(by, _as_fields(old), new, money=type_at(Document, path) is not Given)
            except CannotChange as wrong:
                spelled = f"changes.{key}"
                mistakes.add(WrongValue(where=new.where, path=spelled, says=wrong.says, hint=wrong.hint))
                continue
        tree = replaced(document, path, _laid_over(old, new, path, file))
        assert isinstance(tree, Mapping)
        document = tree
    return document, of_inputs


def _in_document(document: Mapping, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path as written; of a row that there is of the team, ``team.wte[3]``, where it stands in the document."""
    key = _OF_TEAM.get((str(path[0]), str(path[1]))) if len(path) == 3 else None
    role = ("workforce", "team", path[2]) if key else ()
    shared = key == "headcount" and find(document, (*role, "shared_by"))  # then the model works people out
    if key and find(document, role) and not shared:
        return (*role, key)
    return path


def _of_input(
    document: Mapping,
    file: ScenarioFile,
    key: str,
    new: Tree,
    known: dict[str, tuple[str | int, ...]],
    mistakes: Mistakes,
) -> list[InputChange]:
    """The change as one of an input, unless what it names can be none, or its value cannot be read."""
    changes = file.tree.entries["changes"]
    assert isinstance(changes, Mapping)
    where, found = changes.keys[key], _INPUT.match(key)
    if found is None or _is_structure(document, key, read_path(key)):
        _refuse(document, key, read_path(key), known, where, mistakes)
        return []
    fields, relative = _with_basis(_as_fields(new), file, new.where), is_relative(new)
    if relative is not None:
        fields = fields.with_entry("value", Scalar(new.where, "1"), new.where)  # changed once the value is known
    inside = Mapping(changes.where, {key: fields}, {key: where})
    read = validate(Mapping(changes.where, {"changes": inside}, {"changes": changes.where}), _Changes, mistakes)
    if read is None:
        return []
    near = (*known, *(spell(path) for path in known.values()))
    row = int(found[2]) - 1 if found[2] else None
    return [
        InputChange(
            key=key,
            name=found[1],
            row=row,
            row_name=found[3] or "",
            given=read.changes[key],
            relative=relative,
            tree=fields,
            where=where,
            known=near,
        )
    ]


def nothing_there(key: str, where: Position, known: Iterable[str], names: Iterable[str]) -> ChangesNothingThere:
    """The mistake of a change to what is not there; ``known`` are names and paths, of which ``names`` are listed."""
    hint = did_you_mean(key, known) or f"Names that can change are {', '.join(sorted(names))}."
    says = f"there is nothing called {key!r} to change"
    return ChangesNothingThere(where=where, path=f"changes.{key}", says=says, hint=hint)


def _may_add(document: Mapping, path: tuple[str | int, ...]) -> bool:
    """Whether a key that is not there yet may be given by a scenario: an optional value of a section."""
    above, key = path[:-1], str(path[-1])
    if above[:2] == ("benefits", "streams") and len(above) == 3:
        return type_at(Document, path) is Given and isinstance(find(document, above), Mapping)
    if path == ("appraisal", "counts"):
        return isinstance(find(document, above), Mapping)
    if path[0] not in ("workforce", "posts", "rollout") or not isinstance(find(document, above), Mapping):
        return False
    if above in (_STARTING, _OPERATING):
        return (above == _STARTING and key == "cost") or any(
            find(document, (*state, key)) for state in (_STARTING, _OPERATING)
        )
    return key in keys_at(Document, above)


def _is_structure(document: Mapping, key: str, path: tuple[str | int, ...]) -> bool:
    """Whether a key names what is the proposal's own in every scenario: its years, lines, tables and checks."""
    root = str(path[0]) if path else ""
    lines = find(document, ("lines",))
    named = isinstance(lines, Mapping) and (key in lines.entries or root == "lines")
    return named or root in ("proposal", "tables", "checks")


def _refuse(
    document: Mapping,
    key: str,
    path: tuple[str | int, ...],
    known: dict[str, tuple[str | int, ...]],
    where: Position,
    mistakes: Mistakes,
) -> None:
    if _is_structure(document, key, path):
        says = f"{key!r} is the proposal's own, and a scenario changes values"
        hint = "Change an assumption that it reads; or write another proposal."
        mistakes.add(ChangesStructure(where=where, path=f"changes.{key}", says=says, hint=hint))
        return
    mistakes.add(nothing_there(key, where, [*known, *(spell(found) for found in known.values())], known))


def _laid_over(old: Tree | None, new: Tree, path: tuple[str | int, ...], file: ScenarioFile) -> Tree:
    """A new value over an old one: years given replace those years.

    What the old value rested on does not carry over.
    """
    if not _is_value(path):
        if isinstance(new, Sequence):
            rows = (_with_basis(row, file, row.where) if isinstance(row, Mapping) else row for row in new.items)
            return Sequence(new.where, tuple(rows))
        return _with_basis(new, file, new.where) if isinstance(new, Mapping) else new
    fields = _as_fields(old) if old is not None else Mapping(new.where, {}, {})
    given = _as_fields(new)
    by_year = given.entries.get("by_year")
    replaced = [*_VALUE, *(["then"] if {"value", "name"} & set(given.entries) else [])]
    kept = fields.without([*_BASIS, *(replaced if set(given.entries) & set(_VALUE) else [])])
    before = fields.entries.get("by_year")
    if isinstance(by_year, Mapping) and isinstance(before, Mapping) and [*by_year.entries] != [*before.entries]:
        new_years = set(by_year.entries) - set(before.entries)
        for year, value in by_year.entries.items():
            before = before.with_entry(year, value, by_year.keys[year])
        if new_years:  # the old value lacks them, which is said where it stands; here they are in their place
            in_order = dict(sorted(before.entries.items(), key=lambda entry: entry[0]))
            before = Mapping(before.where, in_order, before.keys)
        given = given.with_entry("by_year", before, new.where)
    result = Mapping(new.where, kept.entries, kept.keys)
    for key, value in given.entries.items():
        result = result.with_entry(key, value, given.keys[key])
    return _with_basis(result, file, new.where)


def _with_basis(value: Mapping, file: ScenarioFile, where: Position) -> Mapping:
    heading = file.read.scenario
    if not {"source", "reason"} & set(value.entries):
        if heading.source:
            value = value.with_entry("source", Scalar(where, heading.source), where)
        else:
            value = value.with_entry("reason", Scalar(where, f"Scenario {file.name}: {heading.reason}"), where)
    if not {"grade", "status"} & set(value.entries):
        grade = heading.grade or ("published" if "source" in value.entries else GRADES[3])
        value = value.with_entry("grade", Scalar(where, grade), where)
    return value


def _is_value(path: tuple[str | int, ...]) -> bool:
    """Whether what stands at a path is a value with what it rests on, and not a word, a list of rows or a section."""
    kind = type_at(Document, path)
    return kind is not None and issubclass(kind, Given | Programme)


def _as_fields(tree: Tree) -> Mapping:
    if isinstance(tree, Mapping) and not is_years_mapping(dict(tree.entries)):
        return tree
    key = "by_year" if isinstance(tree, Mapping) else "value" if isinstance(tree, Scalar) else "by_age"
    return Mapping(tree.where, {key: tree}, {key: tree.where})
