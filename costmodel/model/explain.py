"""Formulas in plain English, with the labels of lines in place of their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

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
from costmodel.model.line import Line

_SIGNS = {"+": "plus", "-": "minus", "*": "×", "/": "÷", "**": "to the power of"}
_COMPARISONS = {
    "==": "equals",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


def label_of(name: str, lines: Mapping[str, Line]) -> str:
    """A line's label as it stands inside a sentence: its first letter small, unless it is a name or initials."""
    label = lines[name].label if name in lines else name
    if name in lines and lines[name].step_of:
        return label.split(": ", 1)[-1]
    starts_plain = len(label) > 1 and label[0].isupper() and label[1].islower() and label.split()[0] not in _PROPER
    return label[0].lower() + label[1:] if starts_plain else label


_PROPER = {"England", "English", "London", "Scotland", "Wales", "Britain", "Agenda", "Treasury", "Family", "Start"}


def words(node: Node, lines: Mapping[str, Line], binds: int = 0) -> str:
    """A formula in words; ``binds`` is how tightly what stands around it binds, for brackets."""
    match node:
        case Constant(value):
            return str(value)
        case Text(value):
            return value
        case Name(name):
            return label_of(name, lines)
        case Prior(name):
            return f"{label_of(name, lines)} a year before"
        case At(name, year):
            when = year.removeprefix("year_").replace("_", "/") if year.startswith("year_") else ""
            return f"{label_of(name, lines)} in {when or f'the {label_of(year, lines)}'}"
        case Pay(column, _, _):
            return f"pay at {label_of(column, lines)}"
        case Negative(of):
            return f"minus {words(of, lines, 3)}"
        case Not(of):
            return f"not {words(of, lines, 3)}"
        case Arithmetic(sign, left, right):
            mine = _BINDS[sign]
            text = f"{words(left, lines, mine)} {_SIGNS[sign]} {words(right, lines, mine + (sign in '-/**'))}"
            return f"({text})" if mine < binds else text
        case Comparison(sign, left, right):
            return f"{words(left, lines, 1)} {_COMPARISONS[sign]} {words(right, lines, 1)}"
        case Logic(sign, of):
            text = f" {sign} ".join(words(part, lines, 1) for part in of)
            return f"({text})" if binds else text
        case Choice(condition, yes, no):
            text = f"{words(yes, lines)} where {words(condition, lines)}, otherwise {words(no, lines)}"
            return f"({text})" if binds else text
        case Call(function, of):
            return function.said(lambda part, held: words(part, lines, held), of)
    assert_never(node)
