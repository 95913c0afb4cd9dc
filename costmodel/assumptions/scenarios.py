"""Scenarios: files of changes to a proposal's values, laid over its document by name or path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from costmodel.assumptions.document import Mapping, Scalar, Sequence, Tree, find, position, read_path, replaced, spell
from costmodel.assumptions.kinds import GRADES, Given, is_years_mapping
from costmodel.assumptions.schema import Document, Programme, Scenario
from costmodel.assumptions.validate import keys_at, type_at
from costmodel.errors import (
    ChangesNothingThere,
    ChangesStructure,
    Mistakes,
    Position,
    UnknownScenario,
    did_you_mean,
)

BASE = "base"
_CHANGEABLE = ("assumptions", "workforce", "rollout", "programme_costs", "lists", "benefits", "appraisal")
_BASIS = ("source", "where", "reason", "grade", "status", "note", "range")
_STARTING, _OPERATING = ("rollout", "while_starting"), ("rollout", "when_operating")
_VALUE = ("value", "by_year", "by_age", "name")

NamesIn = Callable[[Mapping], dict[str, tuple[str | int, ...]]]
"""From a document to the names of its values and the paths at which they stand."""


@dataclass(frozen=True, kw_only=True)
class ScenarioFile:
    """A scenario as read."""

    name: str
    tree: Mapping
    read: Scenario


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


def changed(document: Mapping, file: ScenarioFile, names: NamesIn, mistakes: Mistakes) -> Mapping:
    """The document with a scenario's changes laid over it; changes to nothing there are added to the mistakes."""
    changes = file.tree.entries.get("changes")
    if not isinstance(changes, Mapping):
        return document
    for key, new in changes.entries.items():
        known = names(document)
        path = known.get(key) or read_path(key)
        where = changes.keys[key]
        if len(path) < 2 or path[0] not in _CHANGEABLE:
            document = _refuse(document, key, path, known, where, mistakes)
            continue
        old = find(document, path)
        if old is None and (find(document, path[:-1]) is None or not _may_add(document, path)):
            document = _refuse(document, key, path, known, where, mistakes)
            continue
        tree = replaced(document, path, _laid_over(old, new, path, file))
        assert isinstance(tree, Mapping)
        document = tree
    return document


def _may_add(document: Mapping, path: tuple[str | int, ...]) -> bool:
    """Whether a key that is not there yet may be given by a scenario: an optional value of a section."""
    above, key = path[:-1], str(path[-1])
    if above[:2] == ("benefits", "streams") and len(above) == 3:
        return type_at(Document, path) is Given and isinstance(find(document, above), Mapping)
    if path[0] not in ("workforce", "rollout") or not isinstance(find(document, above), Mapping):
        return False
    if above in (_STARTING, _OPERATING):
        return (above == _STARTING and key == "cost") or any(
            find(document, (*state, key)) for state in (_STARTING, _OPERATING)
        )
    return key in keys_at(Document, above)


def _refuse(
    document: Mapping,
    key: str,
    path: tuple[str | int, ...],
    known: dict[str, tuple[str | int, ...]],
    where: Position,
    mistakes: Mistakes,
) -> Mapping:
    root = str(path[0]) if path else ""
    lines = find(document, ("lines",))
    if root in ("proposal", "tables", "checks") or (
        isinstance(lines, Mapping) and (key in lines.entries or root == "lines")
    ):
        says = f"{key!r} is the proposal's own, and a scenario changes values"
        hint = "Change an assumption that it reads; or write another proposal."
        mistakes.add(ChangesStructure(where=where, path=f"changes.{key}", says=says, hint=hint))
        return document
    paths = [*known, *(spell(found) for found in known.values())]
    hint = did_you_mean(key, paths) or f"Names that can change are {', '.join(sorted(known))}."
    says = f"there is nothing called {key!r} to change"
    mistakes.add(ChangesNothingThere(where=where, path=f"changes.{key}", says=says, hint=hint))
    return document


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
    kept = fields.without([*_BASIS, *(key for key in _VALUE if set(given.entries) & set(_VALUE))])
    before = fields.entries.get("by_year")
    if isinstance(by_year, Mapping) and isinstance(before, Mapping):
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
    return type_at(Document, path) in (Given, Programme)


def _as_fields(tree: Tree) -> Mapping:
    if isinstance(tree, Mapping) and not is_years_mapping(dict(tree.entries)):
        return tree
    key = "by_year" if isinstance(tree, Mapping) else "value" if isinstance(tree, Scalar) else "by_age"
    return Mapping(tree.where, {key: tree}, {key: tree.where})
