"""What each line runs over: scalar, years, the rows of a list, or both; worked out from the formulas."""

from __future__ import annotations

from collections.abc import Mapping

from costmodel.errors import Mistake, MixedLists, UnknownName, WrongKind
from costmodel.language.tree import At, Call, Comparison, Name, Node, Pay, Prior, Text
from costmodel.model.line import SCALAR, Line, Shape

_ONE_VALUE = {"total", "at", "present_value"}
_EVERY_YEAR = {"real", "prior", "cumulative", "growth", "flag", "spread"}


def shape_of(node: Node, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of a formula, given the shapes of the names in it.

    Raises:
        MixedRows: where it works along two lists at once.
    """
    if isinstance(node, Name):
        return shapes.get(node.name, Shape())
    if isinstance(node, Prior):
        return Shape(shapes.get(node.name, Shape()).rows, True)
    if isinstance(node, At):
        return Shape(shapes.get(node.name, Shape()).rows, False)
    if isinstance(node, Pay):
        by_year = shapes.get(node.year, Shape()).by_year or shapes.get(node.experience, Shape()).by_year
        return Shape(shapes.get(node.column, Shape()).rows, by_year)
    lists: list[str] = []
    by_year = False
    for part in node.parts:
        rows, years = shape_of(part, shapes)
        by_year = by_year or years
        if rows and rows not in lists:
            lists.append(rows)
    if len(lists) > 1:
        raise MixedRows(lists)
    rows = lists[0] if lists else ""
    if isinstance(node, Call):
        if node.function == "sum" or (node.function in ("min", "max") and len(node.of) == 1):
            rows = ""
        by_year = (by_year or node.function in _EVERY_YEAR) and node.function not in _ONE_VALUE
    return Shape(rows, by_year)


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
    from costmodel.errors import did_you_mean

    mistakes: list[Mistake] = []
    for root in (line.formula, line.opening):
        for node in root.walk() if root else ():
            for part in node.parts:
                allowed = isinstance(node, Comparison) or (isinstance(node, Call) and node.function == "pay")
                is_text = isinstance(part, Name) and part.name in lines and lines[part.name].texts is not None
                in_quotes = isinstance(part, Text) and not isinstance(node, Call | Comparison)
                if (is_text and not allowed) or in_quotes:
                    what = part.name if isinstance(part, Name) else repr(getattr(part, "value", ""))
                    mistakes.append(
                        WrongKind(
                            where=line.where,
                            path=f"lines.{line.name}",
                            says=f"{what} is text, and stands where a number is needed",
                            hint="Text can be compared (list.column == 'text'), and a band looked up with pay(...).",
                        )
                    )
            if isinstance(node, Name) and node.name not in lines and node.name not in profiles:
                mistakes.append(
                    UnknownName(
                        where=line.where,
                        path=f"lines.{line.name}",
                        says=f"the formula uses {node.name!r}, and nothing has that name",
                        hint=did_you_mean(node.name, [*lines, *profiles])
                        or "Names are those of assumptions, lines and list.columns.",
                    )
                )
    return mistakes
