"""Formulas in plain English, with the labels of lines in place of their names."""

from __future__ import annotations

from collections.abc import Mapping

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
_CALLS = {
    "max": "the larger of {}",
    "min": "the smaller of {}",
    "abs": "the size of {}",
    "sum": "the sum over its rows of {}",
    "cumulative": "the running total of {}",
    "running": "the running total down the rows of {}",
    "ceil": "{}, rounded up to a whole number",
    "floor": "{}, rounded down to a whole number",
    "exp": "e to the power of {}",
    "ln": "the natural logarithm of {}",
    "normal_cdf": "the standard normal probability below {}",
    "normal_quantile": "the standard normal quantile of {}",
    "growth": "growth by {}",
    "flag": "1 in the period {}, else 0",
    "spread": "{} by years since start",
    "pay": "pay at {}",
    "prior": "{} a year before",
    "real": "{} in real prices",
    "present_value": "the present value of {}",
}


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
            return f"{label_of(name, lines)} in {year.removeprefix('year_').replace('_', '/')}"
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
        case Call("total", of):
            period = of[1] if len(of) > 1 else None
            named = (
                period.value
                if isinstance(period, Text)
                else label_of(period.name, lines)
                if isinstance(period, Name)
                else ""
            )
            return (
                f"the total of {words(of[0], lines)} over {named.replace('_', ' ').removeprefix('in ') or 'all years'}"
            )
        case Call("min" | "max" as function, of) if len(of) == 1:
            return f"the {'smallest' if function == 'min' else 'largest'} over its rows of {words(of[0], lines, 1)}"
        case Call("sum", of) if len(of) > 1:
            return _CALLS["sum"].format(" × ".join(words(part, lines, 2) for part in of))
        case Call(function, of):
            inside = [words(part, lines, 1) for part in of]
            joined = " and ".join([", ".join(inside[:-1]), inside[-1]]) if len(inside) > 1 else inside[0]
            return _CALLS.get(function, function + " of {}").format(joined)
    raise TypeError(node)
