"""What each line runs over: scalar, years, the rows of a list, or both; worked out from the formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard, assert_never

from costmodel.errors import Mistake, MixedLists, UnknownName, WrongKind, did_you_mean
from costmodel.language.arguments import Takes
from costmodel.language.shape import SCALAR, Shape
from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pay,
    Prior,
    Text,
)
from costmodel.model.horizon_names import written_now
from costmodel.model.line import Line


def shape_of(node: Node, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of a formula, given the shapes of the names in it.

    Raises:
        MixedRows: where it works along two lists at once.
    """
    match node:
        case Name(name):
            return shapes.get(name, SCALAR)
        case Prior(name):
            return Shape(shapes.get(name, SCALAR).rows, True)
        case At(name, year):
            return Shape(shapes.get(name, SCALAR).rows or shapes.get(year, SCALAR).rows, False)
        case Pay(column, year, experience):
            by_year = shapes.get(year, SCALAR).by_year or shapes.get(experience, SCALAR).by_year
            return Shape(shapes.get(column, SCALAR).rows, by_year)
        case Call(function, _):
            return function.shape(_together(node, shapes))
        case Constant() | Text() | Negative() | Arithmetic() | Comparison() | Logic() | Not() | Choice():
            return _together(node, shapes)
    assert_never(node)


def _together(node: Node, shapes: Mapping[str, Shape]) -> Shape:
    """What the parts of a node run over together."""
    found = [shape_of(part, shapes) for part in node.parts]
    lists = list(dict.fromkeys(shape.rows for shape in found if shape.rows))
    if len(lists) > 1:
        raise MixedRows(lists)
    return Shape(lists[0] if lists else "", any(shape.by_year for shape in found))


class MixedRows(Exception):
    """Two lists in one formula; carries their names."""

    def __init__(self, lists: list[str]) -> None:
        super().__init__(" and ".join(lists))


def find_shapes(lines: Mapping[str, Line]) -> tuple[dict[str, Shape], list[Mistake]]:
    """The shape of every line: grown from nothing until no line changes, since lines may read each other's past."""
    shapes = {name: line.shape for name, line in lines.items()}
    mistakes: dict[str, Mistake] = {}
    changed = True
    while changed:
        changed = False
        for name, line in lines.items():
            if line.formula is None or name in mistakes:
                continue
            try:
                found = shape_of(line.formula, shapes)
                opening = shape_of(line.opening, shapes) if line.opening is not None else SCALAR
            except MixedRows as lists:
                mistakes[name] = _mixed(name, line, str(lists))
                continue
            before = shapes[name]
            rows = dict.fromkeys(name for name in (found.rows, opening.rows, before.rows) if name)
            if len(rows) > 1:
                mistakes[name] = _mixed(name, line, " and ".join(rows))
                continue
            after = Shape(next(iter(rows), ""), found.by_year or before.by_year)
            if after != before:
                shapes[name], changed = after, True
    return shapes, list(mistakes.values())


def _mixed(name: str, line: Line, lists: str) -> MixedLists:
    return MixedLists(
        where=line.where,
        path=f"lines.{line.step_of or name}",
        says=f"the formula works along two lists at once: {lists}",
        hint="Add one of them up first, with sum(list.column).",
    )


def check_names(line: Line, lines: Mapping[str, Line], profiles: Mapping[str, object]) -> list[Mistake]:
    """Every name that a formula uses is there, and text is used only where text can be."""
    path = f"lines.{line.name}"
    mistakes: list[Mistake] = []
    for root in (line.formula, line.opening):
        for misplaced in _misplaced(root, lines) if root else ():
            what = misplaced.name if isinstance(misplaced, Name) else repr(misplaced.value)
            says = f"{what} is text, and stands where a number is needed"
            hint = "Text can be compared (list.column == 'text'), and a band looked up with pay(...)."
            mistakes.append(WrongKind(where=line.where, path=path, says=says, hint=hint))
        for node in root.walk() if root else ():
            if isinstance(node, Name) and node.name not in lines and node.name not in profiles:
                known = "Names are those of assumptions, lines and list.columns."
                every = [*lines, *profiles]
                hint = written_now(node.name, every) or did_you_mean(node.name, every) or known
                says = f"the formula uses {node.name!r}, and nothing has that name"
                mistakes.append(UnknownName(where=line.where, path=path, says=says, hint=hint))
    return mistakes


def _misplaced(root: Node, lines: Mapping[str, Line]) -> Iterator[Text | Name]:
    """The texts of a formula that stand where a number is needed."""
    if _is_text(root, lines):
        yield root
    for node in root.walk():
        texts = [part for part in node.parts if _is_text(part, lines)]
        match node:
            case Comparison("==" | "!=", _, _) if len(texts) == len(node.parts):
                pass
            case Call(function, of) if texts:
                quoted = [of[place] for place in range(len(of)) if function.kind(place) in (*_QUOTED, Takes.BANDS)]
                yield from (text for text in texts if text not in quoted)
            case _:
                yield from texts


_QUOTED = tuple(kind for kind in Takes if kind.is_text)


def _is_text(node: Node, lines: Mapping[str, Line]) -> TypeGuard[Text | Name]:
    if isinstance(node, Name):
        return node.name in lines and lines[node.name].texts is not None
    return isinstance(node, Text)
