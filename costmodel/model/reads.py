"""What a formula reads: of the same year, of the past, and on the ways that its switches take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from costmodel.language.tree import At, Call, Choice, Name, Node, Prior
from costmodel.model.line import Line

IsOn = Callable[[str], bool]
"""Whether a switch is on, by its name."""


def same_year_names(node: Node) -> Iterator[str]:
    """Names whose value in the same year, or in every year, a formula needs."""
    return (name for step in node.walk() if not isinstance(step, Prior) for name in step.names)


def prior_names(node: Node) -> Iterator[str]:
    """Names whose past a formula reads."""
    return (step.name for step in node.walk() if isinstance(step, Prior))


def whole_run_names(node: Node) -> Iterator[str]:
    """Names of which a formula needs every year at once."""
    for step in node.walk():
        if isinstance(step, At):
            yield step.name
        elif isinstance(step, Call) and step.function.every_year_at_once:
            yield from (part.name for part in step.of if isinstance(part, Name))


def names_read(line: Line, lines: Mapping[str, Line]) -> tuple[set[str], set[str]]:
    """What a line reads of the same year (or of all years), and what it reads of the past."""
    if line.formula is None:
        return set(), set()
    now, past = set(same_year_names(line.formula)), set(prior_names(line.formula))
    for name in past:
        if opening := lines[name].opening:
            now.update(same_year_names(opening))  # read by those that read the past, and not by the line itself
    return now, past


def names_in(*roots: Node | None) -> list[str]:
    """Every name in some formulas, of whatever year, each once in their order."""
    return list(dict.fromkeys(name for root in roots if root for step in root.walk() for name in step.names))


def way_taken(node: Node, lines: Mapping[str, Line], is_on: IsOn) -> Node | None:
    """The way that a choice by a switch takes; None for any other node."""
    match node:
        case Choice(Name(name), yes, no) if lines[name].is_switch:
            return yes if is_on(name) else no
    return None


def live(node: Node, lines: Mapping[str, Line], is_on: IsOn) -> Node:
    """A formula with its switches settled: what it does, and not what it could do."""
    taken = way_taken(node, lines, is_on)
    return node.mapped(lambda part: live(part, lines, is_on)) if taken is None else live(taken, lines, is_on)


def live_walk(node: Node, lines: Mapping[str, Line], is_on: IsOn) -> Iterator[Node]:
    """A node and all below it, but for the ways that switches do not take."""
    yield node
    taken = way_taken(node, lines, is_on)
    for part in node.parts if taken is None else (node.parts[0], taken):
        yield from live_walk(part, lines, is_on)
