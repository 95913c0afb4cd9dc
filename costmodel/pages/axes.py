"""The axis of figures of a chart, in thousands, millions or billions as suits, and the names of years along another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from costmodel.numbers import round_half_up, shown
from costmodel.pages.letters import length

_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"))
_THOUSANDS_FROM = {True: 4, False: 6}
"""Powers of ten from which money, and counts of things, are shown in thousands and more."""
_STEPS = (1, 2, 5, 10)
_INTERVALS = 5
_PERCENT = ("share", "rate")
_GAP = 8


@dataclass(frozen=True, kw_only=True)
class ValueAxis:
    """Round figures from below the least value to above the most, zero among them."""

    steps: tuple[int, ...]
    step: Decimal
    """Between two round figures, in the unit itself."""
    power: int
    """What figures are divided by before they are shown, as a power of ten."""
    decimals: int
    """Digits after the point of a figure on a mark, so that the largest has three."""
    unit: str
    """The words for what is shown: £ million."""
    percent: bool

    @property
    def ticks(self) -> tuple[float, ...]:
        """The round figures, in the unit itself."""
        return tuple(float(step * self.step) for step in self.steps)

    @property
    def texts(self) -> tuple[str, ...]:
        """The round figures as the axis shows them."""
        places = self.step.scaleb(-self.power).normalize().as_tuple().exponent
        decimals = max(0, -places) if isinstance(places, int) else 0
        return tuple(self._text(value, decimals) for value in self.ticks)

    def text(self, value: float) -> str:
        """A value as a figure of this axis; nothing where it would be shown as 0 and is not."""
        decimals = self.decimals if value else 0
        figure = round_half_up(value * 10.0**-self.power, decimals)
        return "" if value and not figure else self._text(value, decimals)

    def _text(self, value: float, decimals: int) -> str:
        return f"{shown(value * 10.0**-self.power, decimals)}{'%' if self.percent else ''}"

    def at(self, value: float, start: float, end: float) -> float:
        """The place of a value between the places of the first and the last round figure."""
        first, last = self.ticks[0], self.ticks[-1]
        return start + (value - first) / (last - first) * (end - start)


def value_axis(values: Iterable[float], unit: str) -> ValueAxis:
    """The axis on which some finite values of a unit lie."""
    held = [0.0, *values]
    least, most = min(held), max(held)
    largest, percent = max(-least, most), unit.startswith(_PERCENT)
    size = (floor(log10(largest)) if largest else 0) + (2 if percent else 0)
    scales = _SCALES if size >= _THOUSANDS_FROM[unit.startswith("£")] and not percent else ()
    power, word = next(((power, word) for power, word in scales if size >= power), (-2 if percent else 0, ""))
    whole = power == 0 and all(value == floor(value) for value in held)
    step = _step(most - least)
    return ValueAxis(
        steps=tuple(
            range(floor(least / float(step)), max(ceil(most / float(step)), floor(least / float(step)) + 1) + 1)
        ),
        step=step,
        power=power,
        decimals=0 if whole else max(0, 2 - size + max(power, 0)),
        unit=_words(unit, word),
        percent=percent,
    )


def _step(span: float) -> Decimal:
    """The least of 1, 2 and 5 times a power of ten that goes into a span some five times."""
    if not span:
        return Decimal(1)
    power = floor(log10(span / _INTERVALS))
    times = next(times for times in _STEPS if times * 10.0**power * _INTERVALS >= span * (1 - 1e-9))
    return Decimal(times).scaleb(power)


def _words(unit: str, scale: str) -> str:
    if unit.startswith("£"):
        return " ".join(word for word in ("£", scale, unit.removeprefix("£").strip()) if word)
    return f"{scale} {unit}" if scale else unit


def thinned(texts: tuple[str, ...], places: Sequence[float], size: float) -> tuple[bool, ...]:
    """Which names along an axis are shown, so that none touches another: every so many, and the last if it fits."""
    room = max((length(text, size) for text in texts), default=0) + _GAP
    last = len(texts) - 1
    step = next(
        step
        for step in (1, 2, 5, *range(10, last + 11, 10))
        if all(places[at] - places[at - step] >= room for at in range(step, last + 1, step))
    )
    fits = places[last] - places[last - last % step] >= room
    return tuple(at % step == 0 or (at == last and fits) for at in range(len(texts)))
