"""What has no total over years: one figure for all of them, a stock, and a share or a price of something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from costmodel.errors import Mistake, WrongArguments
from costmodel.language.functions.by_year import Before
from costmodel.language.functions.over_years import CUMULATIVE, TOTAL
from costmodel.language.shape import Shape
from costmodel.language.spelling import written
from costmodel.language.tree import Arithmetic, Call, Name, Node
from costmodel.language.units import Unit
from costmodel.model.line import Line
from costmodel.model.shapes import shape_of
from costmodel.model.unit_check import unit_of


def check_totals(
    lines: Mapping[str, Line], shapes: Mapping[str, Shape], units: Mapping[str, Unit | None]
) -> list[Mistake]:
    """Every ``total(...)`` of what has none."""
    found: list[Mistake] = []
    for line in lines.values():
        for node in line.formula.walk() if line.formula is not None else ():
            wrong = _wrong(node.of[0], lines, shapes, units) if _is_total(node) else None
            if wrong is not None:
                says, path = f"{written(node)}: {wrong[0]}", f"lines.{line.name}"
                found.append(WrongArguments(where=line.where, path=path, says=says, hint=wrong[1]))
    return found


def _is_total(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function is TOTAL


def _wrong(
    of: Node, lines: Mapping[str, Line], shapes: Mapping[str, Shape], units: Mapping[str, Unit | None]
) -> tuple[str, str] | None:
    """What is wrong with the total of a node, and what to write."""
    text = written(of)
    if not shape_of(of, shapes).by_year and _is_one_figure(of, lines, shapes):
        return f"{text} is one figure for all years, and no figure of each", f"Write {text} without total(...)."
    unit = unit_of(of, units)
    if is_stock(of, lines) and not (unit is not None and unit.is_plain):
        return f"{text} is a stock, carried from year to year, and has no total over years", stock_hint(of, lines)
    if not _adds_up(of, lines, units):
        unit_text = lines[of.name].unit if isinstance(of, Name) else str(unit)
        hint = f"Its value in one year is at({text}, 'YEAR'). Over years, divide one total by another."
        return f"{text} is in {unit_text}, which does not add up over years", hint
    return None


def _is_one_figure(node: Node, lines: Mapping[str, Line], shapes: Mapping[str, Shape]) -> bool:
    """Whether a value without years was worked out from years; what is the same in each year is a flow all the same."""
    for part in node.walk():
        if isinstance(part, Call) and not part.function.shape(Shape("", True)).by_year:
            return True
        if isinstance(part, Name) and part.name in lines and not shapes[part.name].by_year:
            formula = lines[part.name].formula
            if formula is not None and _is_one_figure(formula, lines, shapes):
                return True
    return False


def is_stock(node: Node, lines: Mapping[str, Line]) -> bool:
    """Whether a value is carried from year to year: a running total, or a sum with its own value a year before.

    A line that is so much ``a year`` by its unit is none: what is spent may rise by so much each year.
    """
    if isinstance(node, Call):
        return node.function is CUMULATIVE
    line = lines.get(node.name) if isinstance(node, Name) else None
    if line is None or line.formula is None or line.unit.is_of_a_year or not line.unit.is_flow:
        return False
    if isinstance(formula := line.formula, Call) and formula.function is CUMULATIVE:
        return True
    sums = (part for part in formula.walk() if isinstance(part, Arithmetic) and part.sign in "+-")
    return any(_reads_past(side, line.name) for part in sums for side in part.parts)


def stock_hint(node: Node, lines: Mapping[str, Line]) -> str:
    """What to write in place of a stock, where a flow is wanted."""
    value = f"Its value in one year is at({written(node)}, 'YEAR')."
    if not isinstance(node, Name):
        return value
    return f"{value} If each year's figure is of that year alone, give it the unit {lines[node.name].unit} a year."


def _reads_past(node: Node, name: str) -> bool:
    calls = (part for part in node.walk() if isinstance(part, Call) and isinstance(part.function, Before))
    return any(Name(name) in call.of for call in calls)


def _adds_up(node: Node, lines: Mapping[str, Line], units: Mapping[str, Unit | None]) -> bool:
    if isinstance(node, Name):
        return node.name not in lines or lines[node.name].unit.adds_up
    unit = unit_of(node, units)
    return unit is None or unit.adds_up
