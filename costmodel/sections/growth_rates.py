"""Rates of growth that were written as something else: an index (1.03), or a percentage without its sign (3)."""

from __future__ import annotations

from costmodel.errors import OutOfRange
from costmodel.language.functions.by_year import Growth
from costmodel.language.tree import Call, Name
from costmodel.numbers import Number, round_half_up
from costmodel.sections.draft import Draft

_DOUBLED = 1.0
_HALF = 0.5


def refuse_index(draft: Draft, name: str) -> None:
    """Refuse an uplift that grows by half or more a year without a percentage sign, or doubles with one."""
    _refuse(draft, name, most=_HALF, most_in_percent=_DOUBLED)


def refuse_indices_in_growth(draft: Draft) -> None:
    """Refuse an input that ``growth(rate, 'YEAR')`` reads as doubling each year, and that has no percentage sign."""
    read = {
        node.of[0].name
        for line in draft.lines
        for node in (line.formula.walk() if line.formula else ())
        if isinstance(node, Call) and isinstance(node.function, Growth) and isinstance(node.of[0], Name)
    }
    for name in sorted(read):
        _refuse(draft, name, most=_DOUBLED, most_in_percent=float("inf"))


def _refuse(draft: Draft, name: str, *, most: float, most_in_percent: float) -> None:
    held = draft.assumptions.get(name)
    for ground in held.grounds if held else ():
        for number in ground.log.numbers if ground.log else ():
            if abs(number.value) >= (most_in_percent if number.percent else most):
                assert held is not None
                says = f"{_as_written(number)} is growth of {_percent(number.value)} a year"
                mistake = OutOfRange(where=ground.where, path=held.path, says=says, hint=_hint(number))
                if mistake not in draft.mistakes.found:
                    draft.mistakes.add(mistake)
                break


def _hint(number: Number) -> str:
    """What was likely meant: 1.03 and 103% are an index of 3% growth; 3 is 3%."""
    value = number.value
    near_one = 0.5 <= value < 2 and (value != 1 or number.percent)
    meant = _percent(value - 1) if near_one and (number.percent or number.decimals > 1) else _percent(value / 100)
    return f"Did you mean {meant}? A rate of growth is written 3%; an index such as 1.03 is not a rate."


def _as_written(number: Number) -> str:
    return _percent(number.value) if number.percent else f"{number.value:g}"


def _percent(value: float) -> str:
    return f"{round_half_up(value * 100, 6).normalize():f}%"
