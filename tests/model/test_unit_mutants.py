"""Errors of units planted in every formula that ships are caught.

Whether a mutant changes the dimension is not asked of the check itself: each formula is worked out with made-up
numbers, and again after every base but years is measured in another unit (pence for pounds, dozens for teams). A sound
formula comes out as its line's unit says; one that does not has changed its dimension.
"""

from __future__ import annotations

import itertools
import math
import operator
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from helpers import SHIPPED

import costmodel
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR, REAL_FACTOR
from costmodel.language.spelling import written
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Text,
)
from costmodel.language.units import PAY, Unit
from costmodel.model.line import Line
from costmodel.model.unit_check import unit_mistakes, units_of

PROPOSALS = ["parent-infant-teams-2021", "family-hubs-2025"]
LEAST_CAUGHT = 0.95


@dataclass(frozen=True)
class Formulas:
    """A proposal's lines with their formulas as written, and the unit of every name."""

    lines: Mapping[str, Line]
    units: Mapping[str, Unit | None]


def formulas_of(proposal: str) -> Formulas:
    model = costmodel.load(proposal, SHIPPED).costing.model
    lines = {name: line for name, line in model.lines.items() if not line.step_of}
    for name, line in lines.items():
        if line.formula is not None:
            lines[name] = replace(line, formula=line.as_written)
    profiles = {name.rpartition("_year_1")[0]: (name,) for name in lines if name.endswith("_year_1")}
    return Formulas(lines, units_of(lines, profiles))


# Mutants: one step of a formula changed

Change = Callable[[Node], Iterator[Node]]


def mutants(node: Any, change: Change) -> Iterator[Node]:
    """The formulas in which one node is changed."""
    yield from change(node)
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield from (replace(node, **{field.name: other}) for other in mutants(value, change))
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                others = mutants(part, change) if isinstance(part, Node) else ()
                yield from (replace(node, **{field.name: (*value[:place], o, *value[place + 1 :])}) for o in others)


def swapped(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.sign in "-/":
        yield Arithmetic(node.sign, node.right, node.left)


def dropped(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.sign in "*/":
        yield from (node.left, node.right)


def added_for_multiplied(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.sign == "*":
        yield Arithmetic("+", node.left, node.right)


def divided_for_multiplied(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.sign in "*/":
        yield Arithmetic("/" if node.sign == "*" else "*", node.left, node.right)


def other_names(found: Formulas) -> Change:
    """Each name replaced by one of each of three other units."""
    by_unit: dict[Unit, str] = {}
    for name, unit in found.units.items():
        if unit is not None and name in found.lines:
            by_unit.setdefault(unit, name)

    def change(node: Node) -> Iterator[Node]:
        if isinstance(node, Name) and node.name in found.units:
            others = [name for unit, name in by_unit.items() if unit != found.units[node.name]]
            yield from map(Name, random.Random(node.name).sample(others, k=min(3, len(others))))

    return change


def unlike_added(found: Formulas) -> Change:
    """Something of another unit added to each name."""
    renamed = other_names(found)
    return lambda node: (Arithmetic("+", node, other) for other in itertools.islice(renamed(node), 1))


def kinds_of_mutants(found: Formulas) -> dict[str, Change]:
    return {
        "operands swapped": swapped,
        "a factor dropped": dropped,
        "added, not multiplied": added_for_multiplied,
        "divided, not multiplied": divided_for_multiplied,
        "another name": other_names(found),
        "something unlike added": unlike_added(found),
    }


# What a formula comes to in other units


SIGNS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": lambda base, power: abs(base) ** power,
}


class Numbers:
    """Works formulas out with made-up numbers, where each base is measured in units of some size."""

    def __init__(self, found: Formulas, sizes: Mapping[str, float]) -> None:
        self.units, self.sizes = found.units, sizes

    def scale(self, unit: Unit | None) -> float:
        return math.prod(self.sizes[base] ** power for base, power in unit.powers) if unit else 1.0

    def value(self, name: str) -> float:
        return random.Random(name).uniform(0.3, 0.9) * self.scale(self.units.get(name))

    def node(self, node: Node) -> float:
        """A number that is in proportion to the size of the formula's unit if, and only if, its operands are alike."""
        match node:
            case Constant(value):
                return float(value)
            case Name(name):
                return self.value(name)
            case Negative(of) | Not(of):
                return -self.node(of)
            case Arithmetic(sign, left, right):
                return SIGNS[sign](self.node(left), self.node(right))
            case Comparison(_, left, right):
                texts = any(isinstance(side, Text) for side in (left, right))
                a, b = (0.0, 0.0) if texts else (self.node(left), self.node(right))
                return a / b if a and b else 1.0
            case Logic(_, of):
                return math.prod(self.node(part) for part in of)
            case Choice(condition, yes, no):
                held = self.node(condition) if isinstance(condition, Comparison | Logic | Not) else 1.0
                return (2 * self.node(yes) + 3 * self.node(no)) * held
            case Call(function, of, start):
                return self.call(function.name, of, start)
        raise TypeError(node)

    def call(self, function: str, of: tuple[Node, ...], start: Node | None) -> float:
        if function == "pay":
            return 0.7 * self.scale(PAY)
        if function == "flag":
            return 1.0
        parts = [self.node(part) for part in of if not isinstance(part, Text)]
        if function in ("exp", "ln", "normal_cdf", "normal_quantile", "growth"):
            return math.exp(parts[0])
        if function in ("spread", "cohort"):
            return parts[0] * parts[1]
        if function in ("real", "present_value"):
            return parts[0] * self.value(REAL_FACTOR if function == "real" else DISCOUNT_FACTOR)
        begins = self.node(start) if start is not None else 0.0
        return sum((2 + place) * part for place, part in enumerate(parts)) + 3 * begins


def keeps_its_dimension(formula: Node, line: Line, found: Formulas) -> bool:
    """Whether a formula comes out, in units of other sizes, as its line's unit says."""
    bases = {base for unit in found.units.values() if unit for base, _ in unit.powers}
    before = Numbers(found, dict.fromkeys(bases, 1.0))
    after = Numbers(found, {base: 1.0 if base == "year" else 1.2 + random.Random(base).random() for base in bases})
    try:
        grown = after.node(formula) / before.node(formula)
    except (ZeroDivisionError, OverflowError):
        return True
    unit = found.units[line.name]
    expected = [after.scale(unit), *([1.0] if unit and unit.is_conversion else [])]
    return math.isnan(grown) or any(math.isclose(grown, size, rel_tol=1e-9) for size in expected)


@pytest.mark.parametrize("proposal", [*PROPOSALS, "parent-infant-team-cost"])
def test_no_formula_that_ships_is_flagged_and_each_keeps_its_dimension(proposal: str) -> None:
    found = formulas_of(proposal)
    for line in found.lines.values():
        assert not unit_mistakes(line, found.lines, found.units)
        assert line.formula is None or keeps_its_dimension(line.formula, line, found), line.name


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_mutants_that_change_a_dimension_are_caught(proposal: str) -> None:
    found = formulas_of(proposal)
    caught: Counter[str] = Counter()
    every: Counter[str] = Counter()
    missed = []
    for kind, change in kinds_of_mutants(found).items():
        for line in found.lines.values():
            for mutant in mutants(line.formula, change) if line.formula is not None else ():
                if mutant == line.formula or keeps_its_dimension(mutant, line, found):
                    continue
                every[kind] += 1
                if unit_mistakes(replace(line, formula=mutant), found.lines, found.units):
                    caught[kind] += 1
                else:
                    missed.append(f"{line.name} = {written(mutant)}")
    shares = {kind: caught[kind] / count for kind, count in every.items()}
    assert len(every) == len(kinds_of_mutants(found)), "each kind of mutant changes some dimension"
    assert sum(every.values()) >= 100
    assert min(shares.values()) >= LEAST_CAUGHT, (shares, missed[:20])
