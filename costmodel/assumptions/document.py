"""YAML as a tree of texts with positions: every scalar is read as the text that a person wrote.

YAML's own guesses (``no`` is false, ``12:30`` is 750, ``010`` is 8, ``2022/23`` a text but ``2022`` a number) never
happen, because what a text means is decided by the schema, which knows what is asked for.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from costmodel.assumptions.texts import LONGEST_TEXT, check_text, is_text, may_be_unfit
from costmodel.errors import (
    AliasExplosion,
    DuplicateKey,
    FileMissing,
    Mistakes,
    NotUtf8,
    NotYaml,
    Position,
    WrongKind,
    shown_path,
)

_LARGEST = 200_000
"""Nodes in one file once its aliases are written out: forty times the largest proposal that ships."""
_DEEPEST = 50

Path_ = tuple[str | int, ...]
Digests = dict[Path, str]
"""The SHA-256 of files as they were read: a file may be another one by the time that outputs name it."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written, or nothing."""

    where: Position
    text: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    where: Position
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    where: Position
    entries: dict[str, Tree]
    keys: dict[str, Position]

    def with_entry(self, key: str, tree: Tree, where: Position) -> Mapping:
        """A copy in which one entry is set."""
        return Mapping(self.where, {**self.entries, key: tree}, {**self.keys, key: self.keys.get(key, where)})

    def without(self, names: Iterable[str]) -> Mapping:
        """A copy that lacks these entries."""
        kept = {key: tree for key, tree in self.entries.items() if key not in names}
        return Mapping(self.where, kept, {key: self.keys[key] for key in kept})


Tree = Scalar | Sequence | Mapping

_FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FASTEST):  # type: ignore[misc]
    """Composes nodes without YAML's guesses at what a text means, which take half the time and are never looked at."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return "tag:yaml.org,2002:str"


_EMPTY = {"", "~", "null", "Null", "NULL"}


def read_yaml(file: Path, mistakes: Mistakes, digests: Digests | None = None) -> Mapping | None:
    """Read one YAML file as a mapping; an empty file is an empty mapping. Its digest is put to those given.

    Returns None, with the mistakes added, where the file cannot be read.
    """
    text = read_text(file, mistakes, digests)
    return None if text is None else parse_yaml(text, shown_path(file), mistakes)


def read_text(file: Path, mistakes: Mistakes, digests: Digests | None = None) -> str | None:
    """Read a UTF-8 text file, with or without a byte order mark; None, with the mistakes added, where it is none.

    Its digest is put to those given.
    """
    name = shown_path(file)
    try:
        content = file.read_bytes()
    except OSError as problem:
        mistakes.add(FileMissing(where=Position(name), says=f"the file cannot be read: {problem.strerror}"))
        return None
    if digests is not None:
        digests[file] = sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        where = Position(name, before.count(b"\n") + 1, problem.start - before.rfind(b"\n"))
        says = f"the file is not UTF-8: byte 0x{content[problem.start]:02x} is no part of a character"
        mistakes.add(NotUtf8(where=where, says=says, hint="Save it as UTF-8 (in Excel: CSV UTF-8)."))
        return None
    return text if is_text(text, name, mistakes) else None


def parse_yaml(text: str, name: str, mistakes: Mistakes) -> Mapping | None:
    """Read YAML text as a mapping; ``name`` stands in for the file in messages."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        where = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name)
        reason = getattr(problem, "problem", None) or "it cannot be read"
        mistakes.add(NotYaml(where=where, says=f"this is not YAML: {reason}", hint=_yaml_hint(str(reason))))
        return None
    except RecursionError:
        mistakes.add(AliasExplosion(where=Position(name), says=f"the file is nested over {_DEEPEST} deep"))
        return None
    if root is None:
        return Mapping(Position(name, 1, 1), {}, {})
    try:
        tree = _DocumentReader(name, mistakes, unfit=may_be_unfit(text)).read(root, 0)
    except _TooMuch as much:
        hint = "Write the values out, without YAML's & and *."
        mistakes.add(AliasExplosion(where=Position(name), says=str(much), hint=hint))
        return None
    if isinstance(tree, Mapping):
        return tree
    mistakes.add(WrongKind(where=tree.where, says="a file of assumptions is a mapping of keys to values"))
    return None


def _yaml_hint(reason: str) -> str:
    if "\\t" in reason or "tab" in reason:
        return "Indent with spaces: YAML has no tabs."
    if "single document" in reason:
        return "A file holds one document: take out the line of three dashes."
    if "mapping values are not allowed" in reason:
        return "A text with a colon in it stands in quotes."
    return "Look at the quotes, brackets and indents here and in the line above."


class _TooMuch(Exception):
    pass


class _DocumentReader:
    def __init__(self, name: str, mistakes: Mistakes, *, unfit: bool) -> None:
        self.name, self.mistakes, self.unfit, self.count = name, mistakes, unfit, 0

    def read(self, node: yaml.Node, depth: int) -> Tree:
        self.count += 1
        if self.count > _LARGEST:
            raise _TooMuch(f"the file's aliases expand to over {_LARGEST:,} values")
        if depth > _DEEPEST:
            raise _TooMuch(f"the file is nested over {_DEEPEST} deep")
        where = self.at(node)
        if isinstance(node, yaml.ScalarNode):
            self._check(node.value, where)
            empty = not node.style and node.value in _EMPTY  # plain: '' in the C loader, None in the other
            return Scalar(where, "" if empty else node.value, empty)
        if isinstance(node, yaml.SequenceNode):
            items = _items_of(node)
            return Sequence(where, tuple(self.read(item, depth + 1) for item in items))
        entries: dict[str, Tree] = {}
        keys: dict[str, Position] = {}
        assert isinstance(node, yaml.MappingNode)
        for key, value in _pairs_of(node):
            place = self.at(key)
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.add(WrongKind(where=place, says="a key is a word, and not a list or a mapping"))
                continue
            self._check(key.value, place)
            if key.value in keys:
                says = f"the key {key.value!r} stands twice"
                hint = f"It stands first in line {keys[key.value].line}. Keep one of them."
                self.mistakes.add(DuplicateKey(where=place, path=key.value, says=says, hint=hint))
                continue
            entries[key.value] = self.read(value, depth + 1)
            keys[key.value] = place
        return Mapping(where, entries, keys)

    def _check(self, text: str, where: Position) -> None:
        if self.unfit or len(text) > LONGEST_TEXT // 2:
            check_text(text, where, self.mistakes)

    def at(self, node: yaml.Node) -> Position:
        return Position(self.name, node.start_mark.line + 1, node.start_mark.column + 1)


# Between braces and brackets a comma ends a value, so that {2022/23: £500,000} is £500 and a key 000 to YAML. What was
# meant is plain where nothing else could be: three digits that follow a number and a comma with no space between.
_BEFORE_COMMA = re.compile(r"^[-£]*\d{1,3}(,\d{3})*$")
_AFTER_COMMA = re.compile(r"^\d{3}(\.\d+)?(\s*(%|k|m|bn|thousand|million|billion|of a year|a year))?$")


def _joins(before: yaml.Node, after: yaml.Node) -> bool:
    """Whether a value and what follows it are one number, cut at the comma between thousands."""
    return (
        isinstance(before, yaml.ScalarNode)
        and isinstance(after, yaml.ScalarNode)
        and not before.style
        and not after.style
        and before.end_mark.line == after.start_mark.line
        and before.end_mark.column + 1 == after.start_mark.column
        and bool(_BEFORE_COMMA.match(before.value))
        and bool(_AFTER_COMMA.match(after.value))
    )


def _joined(before: yaml.Node, after: yaml.Node) -> yaml.Node:
    text = f"{before.value},{after.value}"
    return yaml.ScalarNode(before.tag, text, before.start_mark, after.end_mark, style=None)


def _pairs_of(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    """The keys and values of a mapping, with numbers whose thousands were cut put together again."""
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        empty = isinstance(value, yaml.ScalarNode) and not value.style and value.value == ""
        if node.flow_style and pairs and empty and _joins(pairs[-1][1], key):
            pairs[-1] = (pairs[-1][0], _joined(pairs[-1][1], key))
        else:
            pairs.append((key, value))
    return pairs


def _items_of(node: yaml.SequenceNode) -> list[yaml.Node]:
    """The items of a list, likewise; but [100,200,300] is three numbers, since nothing says that it is one."""
    items: list[yaml.Node] = []
    spaced = any(
        first.end_mark.column + 1 < then.start_mark.column or first.end_mark.line != then.start_mark.line
        for first, then in itertools.pairwise(node.value)
    )
    for item in node.value:
        if node.flow_style and items and _joins(items[-1], item) and (spaced or "£" in str(items[-1].value)):
            items[-1] = _joined(items[-1], item)
        else:
            items.append(item)
    return items


def quoted(text: str) -> str:
    """YAML text in which every number whose thousands YAML would cut stands in quotes, so that any reader sees it."""
    found: list[yaml.Node] = []

    def walk(node: yaml.Node) -> None:
        below = _items_of(node) if isinstance(node, yaml.SequenceNode) else []
        if isinstance(node, yaml.MappingNode):
            below = [value for _, value in _pairs_of(node)]
        for part in below:
            flow = isinstance(node, yaml.CollectionNode) and node.flow_style
            if flow and isinstance(part, yaml.ScalarNode) and not part.style and "," in part.value:
                found.append(part)
            walk(part)

    root = yaml.compose(text, Loader=_Loader)
    if root is not None:
        walk(root)
    lines = text.split("\n")
    for node in sorted(found, key=lambda node: (node.start_mark.line, node.start_mark.column), reverse=True):
        line, start, end = node.start_mark.line, node.start_mark.column, node.end_mark.column
        if lines[line][start:end] == node.value and _AFTER_COMMA.match(node.value.rpartition(",")[2]):
            lines[line] = f"{lines[line][:start]}'{node.value}'{lines[line][end:]}"
    return "\n".join(lines)


def plain(tree: Tree) -> Any:
    """The tree as dicts, lists, texts and None, for validation."""
    if isinstance(tree, Scalar):
        return None if tree.empty else tree.text
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return {key: plain(value) for key, value in tree.entries.items()}


def find(tree: Tree, path: Iterable[str | int]) -> Tree | None:
    """The part of the tree at a path of keys and (from 0) places, or None."""
    here: Tree = tree
    for step in path:
        if isinstance(here, Mapping) and str(step) in here.entries:
            here = here.entries[str(step)]
        elif isinstance(here, Sequence) and isinstance(step, int) and 0 <= step < len(here.items):
            here = here.items[step]
        else:
            return None
    return here


def position(tree: Tree, path: Iterable[str | int], *, of_key: bool = False) -> Position:
    """Where the value at a path stands, or the nearest value above it that there is."""
    here, where = tree, tree.where
    for step in path:
        if isinstance(here, Mapping) and str(step) in here.entries:
            key_at = here.keys[str(step)]
            here = here.entries[str(step)]
            where = key_at if of_key or (isinstance(here, Scalar) and here.empty) else here.where
        elif isinstance(here, Sequence) and isinstance(step, int) and 0 <= step < len(here.items):
            here = here.items[step]
            where = here.where
        else:
            break
    return where


def spell(path: Iterable[str | int]) -> str:
    """A path as a person reads it, rows counting from 1: workforce.team[3].band."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def read_path(text: str) -> tuple[str | int, ...]:
    """The path that a person wrote; the opposite of :func:`spell`."""
    return tuple(int(found[2]) - 1 if found[2] else found[1] for found in _STEP.finditer(text))


def replaced(tree: Tree, path: Path_, new: Tree) -> Tree:
    """A copy of the tree in which the part at a path is another; the path exists but for its last key."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(tree, Mapping):
        key = str(step)
        below = tree.entries.get(key)
        return tree.with_entry(key, replaced(below, rest, new) if below is not None else new, new.where)
    if isinstance(tree, Sequence) and isinstance(step, int):
        items = list(tree.items)
        items[step] = replaced(items[step], rest, new)
        return Sequence(tree.where, tuple(items))
    raise KeyError(step)


def leaves(tree: Tree, path: Path_ = ()) -> Iterator[tuple[Path_, Scalar]]:
    """Every scalar with its path."""
    if isinstance(tree, Scalar):
        yield path, tree
    elif isinstance(tree, Sequence):
        for place, item in enumerate(tree.items):
            yield from leaves(item, (*path, place))
    else:
        for key, value in tree.entries.items():
            yield from leaves(value, (*path, key))
