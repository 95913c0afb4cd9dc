"""Lines of an appraisal are money of each year, and none is counted twice: by itself and within a total, say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from costmodel.assumptions.appraisal_schema import Appraisal
from costmodel.errors import CountedTwice, Position, WrongKind
from costmodel.language.tree import Arithmetic, Name, Node
from costmodel.model.adding_up import is_stock, stock_hint
from costmodel.model.line import Line
from costmodel.sections.draft import Draft
from costmodel.sections.money import prices_of


class _Listed(NamedTuple):
    key: str
    name: str
    where: Position


def listed(spec: Appraisal) -> list[tuple[str, int, str]]:
    """The lines that an appraisal names: under which key, at which place, and by what name."""
    found = [("costs", place, name) for place, name in enumerate(spec.costs)]
    found += [("income", place, name) for place, name in enumerate(spec.income)]
    return found + [("benefits", place, one.line) for place, one in enumerate(spec.benefits)]


def check_counted_once(draft: Draft, spec: Appraisal) -> None:
    """Add a mistake for each line that is no money of a year, or that is counted more than once."""
    lines = draft.named_lines()
    every = [_Listed(key, name, draft.files.base.at("appraisal", key, place)) for key, place, name in listed(spec)]
    for one in every:
        wrong = _no_money_of_a_year(lines[one.name], lines)
        if wrong is not None:
            draft.mistakes.add(WrongKind(where=one.where, path=f"appraisal.{one.key}", says=wrong[0], hint=wrong[1]))
    for one, other in combinations(every, 2):
        if says := _twice(one, other, lines):
            hint = "Keep the total or its parts, and each line in one place."
            mistake = CountedTwice(where=other.where, path=f"appraisal.{other.key}", says=says, hint=hint)
            draft.mistakes.add(mistake)


def _no_money_of_a_year(line: Line, lines: Mapping[str, Line]) -> tuple[str, str] | None:
    if prices_of(line.unit) is None:
        return f"{line.name!r} is in {line.unit}, and no money", "Name a line of the money of each year."
    if is_stock(Name(line.name), lines):
        return f"{line.name!r} is a stock, carried from year to year, and no money of one year", stock_hint(
            Name(line.name), lines
        )
    return None


_WORDS = {"costs": "a cost", "income": "income", "benefits": "a benefit"}


def _twice(one: _Listed, other: _Listed, lines: Mapping[str, Line]) -> str:
    """How two lines of the appraisal count the same money, or nothing."""
    if one.name == other.name:
        again = "twice" if one.key == other.key else f"as {_WORDS[one.key]} and as {_WORDS[other.key]}"
        return f"{one.name!r} is counted {again}"
    inside, beside = set(_added(one.name, lines)), set(_added(other.name, lines))
    for total, part, parts in ((one, other, inside), (other, one, beside)):
        if part.name in parts:
            return f"{total.name!r} adds {part.name!r}, which is counted as {_WORDS[part.key]} by itself too"
    both = sorted(inside & beside)
    return f"{one.name!r} and {other.name!r} both add {both[0]!r}, which is so counted twice" if both else ""


def _added(name: str, lines: Mapping[str, Line], above: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of what a line adds or takes off, and of what these do."""
    line = lines.get(name)
    for part in _terms(line.formula) if line is not None and line.formula is not None else ():
        if part not in (*above, name):
            yield part
            yield from _added(part, lines, (*above, name))


def _terms(node: Node) -> Iterator[str]:
    match node:
        case Name(name):
            yield name
        case Arithmetic("+" | "-", left, right):
            yield from _terms(left)
            yield from _terms(right)
