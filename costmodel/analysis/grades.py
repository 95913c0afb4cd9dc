"""Grades travel: a result carries the weakest grade among all that it rests on, with the path that makes it so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from costmodel.assumptions.kinds import GRADES, Grade
from costmodel.language.shape import SCALAR, Values
from costmodel.language.tree import Choice, Name, Node
from costmodel.model.line import Line
from costmodel.model.order import prior_names, same_year_names
from costmodel.sections.costing import Costing, values_of


class Grading(NamedTuple):
    """A line's grade, and the assumption that sets it; None where nothing that it rests on is graded."""

    grade: Grade | None
    path: tuple[str, ...]
    """From the line to the assumption that sets its grade, each read by the one before."""

    @property
    def set_by(self) -> str:
        """The assumption that sets the grade."""
        return self.path[-1]


def grade_lines(costing: Costing, scenario: str, values: Mapping[str, Values]) -> dict[str, Grading]:
    """The grade of every line in one scenario.

    A formula that chooses by a switch rests on the way that the scenario takes, and not on the other.
    """
    lines = costing.model.lines
    at = costing.scenarios.index(scenario)
    rests_on = {name: live_names(costing, scenario, values, name) for name in lines}
    grades = {
        name: Grading(costing.assumptions[name].grounds[at].grade if name in costing.assumptions else None, (name,))
        for name in lines
    }
    changed = True
    while changed:  # lines that read each other's past need more than one pass
        changed = False
        for block in costing.model.blocks:
            for name in block.lines:
                for other in rests_on[name]:
                    if _weakness(grades[other]) > _weakness(grades[name]):
                        grades[name] = Grading(grades[other].grade, (name, *grades[other].path))
                        changed = True
    return grades


def _weakness(grading: Grading) -> int:
    return GRADES.index(grading.grade) if grading.grade else -1


def live_names(costing: Costing, scenario: str, values: Mapping[str, Values], name: str) -> tuple[str, ...]:
    """The lines that a line rests on in a scenario, in the order of its formula."""
    lines = costing.model.lines
    root = lines[name].formula
    found: list[str] = []
    for node in _live(root, costing, scenario, values) if root is not None else ():
        found.extend(same_year_names(node))
        for past in prior_names(node):
            found.append(past)
            opening = lines[past].opening  # what stands before the first year belongs to who reads it, not to the line
            found.extend(same_year_names(opening) if opening is not None else ())
    return tuple(dict.fromkeys(found))


def _live(node: Node, costing: Costing, scenario: str, values: Mapping[str, Values]) -> list[Node]:
    """The leaves of a formula on the ways that its switches take."""
    if (
        isinstance(node, Choice)
        and isinstance(node.condition, Name)
        and is_switch(costing.model.lines[node.condition.name])
    ):
        on = values_of(costing, values, node.condition.name, scenario)[0, 0] != 0
        taken = node.yes if on else node.no
        return [node.condition, *_live(taken, costing, scenario, values)]
    if not node.parts:
        return [node]
    return [leaf for part in node.parts for leaf in _live(part, costing, scenario, values)]


def is_switch(line: Line) -> bool:
    """A scalar flag that is an input is the same throughout a scenario, so only one way is ever taken."""
    return line.is_input and line.unit.is_flag and line.shape == SCALAR
