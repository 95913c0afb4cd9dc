"""From lines as they are written to a model: names checked, formulas cut into steps, shapes and order found."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

import numpy as np

from costmodel.errors import BadInput, Mistake, NameTaken
from costmodel.language.parser import parse
from costmodel.language.shape import ASK, Shape
from costmodel.language.units import FLAG, YEAR
from costmodel.model.adding_up import check_totals
from costmodel.model.line import Line, Model, PayTable, RowList
from costmodel.model.order import in_order
from costmodel.model.reads import names_in
from costmodel.model.shapes import check_names, find_shapes
from costmodel.model.steps import Steps
from costmodel.model.unit_check import check_units, units_of
from costmodel.years import Year


def timeline(years: tuple[Year, ...], ask: tuple[Year, ...], periods: Mapping[str, tuple[Year, ...]]) -> list[Line]:
    """The lines that every model has: the number of each year, and a flag for each period.

    Where the axis goes on after the years of the ask, these have a flag too, and totals are of them.
    """
    numbers = np.array([[[float(year.start) for year in years]]])
    what = "financial year starting on 1 April" if years[0].financial else "calendar year"
    lines = [
        Line(name="year", label=f"Year ({what})", unit=YEAR, values=numbers, shape=Shape("", True), section="timeline")
    ]
    if ask != years:
        lines += [_end(ASK, "Years of the ask", "last", ask[-1]), _flag(ASK, "In the years of the ask", "year")]
    for period, run in periods.items():
        label = period.replace("_", " ")
        lines += [_end(period, label.capitalize(), end, year) for end, year in (("first", run[0]), ("last", run[-1]))]
        lines.append(_flag(period, f"In the {label} period", f"year >= {period}_first_year and year"))
    return lines


def _end(period: str, label: str, end: str, year: Year) -> Line:
    values = np.full((1, 1, 1), float(year.start))
    name, label = f"{period}_{end}_year", f"{label}: {end} year"
    return Line(name=name, label=label, unit=YEAR, values=values, section="timeline")


def _flag(period: str, label: str, text: str) -> Line:
    text = f"{text} <= {period}_last_year"
    formula, _ = parse(text)
    return Line(name=f"in_{period}", label=label, unit=FLAG, formula=formula, section="timeline")


def build_model(
    *,
    years: tuple[Year, ...],
    scenarios: tuple[str, ...],
    lines: Iterable[Line],
    ask: tuple[Year, ...] | None = None,
    lists: Iterable[RowList] = (),
    periods: Mapping[str, tuple[Year, ...]] | None = None,
    profiles: Mapping[str, tuple[str, ...]] | None = None,
    lasting: Container[str] = (),
    pay: PayTable | None = None,
) -> Model:
    """Make a model of lines.

    Args:
        years: the axis.
        lines: inputs (with ``values`` and their ``shape``) and formulas, in the order in which they are to be shown.
        ask: the years of the ask, which are the first of the axis; all of it where they are not given.
        profiles: assumptions by age, each as the names of its inputs, youngest first.
        lasting: the profiles that stay at their last value after their last age; others are 0 there.

    Raises:
        BadInput: with every mistake in names, arguments, units, lists and loops.
    """
    periods, profiles, ask = periods or {}, profiles or {}, ask or years
    named: dict[str, Line] = {}
    mistakes: list[Mistake] = []
    for line in [*timeline(years, ask, periods), *lines]:
        if line.name in named or line.name in profiles:
            mistakes.append(_taken(line, named.get(line.name)))
        named[line.name] = line
    for line in list(named.values()):
        mistakes.extend(check_names(line, named, profiles))
    named = _sound(named, mistakes)
    shapes, mixed = find_shapes(named)
    mistakes.extend(mixed)
    named = _sound(named, mixed)
    mistakes.extend(check_units(named, profiles))
    mistakes.extend(check_totals(named, shapes, units_of(named, profiles)))
    steps = Steps(named, shapes, years, periods, profiles, lasting)
    cut = steps.cut()
    mistakes.extend(steps.mistakes)
    cut = _sound(cut, steps.mistakes)
    shapes, mixed = find_shapes(cut)
    shaped = {
        name: line if line.shape == shapes[name] else replace(line, shape=shapes[name]) for name, line in cut.items()
    }
    blocks, loops = in_order(shaped)
    mistakes.extend([*mixed, *loops])
    if mistakes:
        raise BadInput(mistakes)
    return Model(
        years=years,
        ask=slice(0, len(ask)),
        scenarios=scenarios,
        lines=shaped,
        lists={rows.name: rows for rows in (*lists, *steps.lists)},
        blocks=blocks,
        periods=periods,
        pay=pay,
    )


def _taken(line: Line, other: Line | None) -> NameTaken:
    if line.where is None and other is not None and other.where is not None:
        line, other = other, line  # a section's own line stands in no file: what a person can rename is the other
    place = f" (at {other.where})" if other and other.where else ""
    return NameTaken(
        where=line.where,
        path=line.name,
        says=f"the name {line.name!r} is taken{place}",
        hint=f"It already means: {other.label if other else 'a profile by age'}. Choose another name.",
    )


def _sound(lines: dict[str, Line], mistakes: list[Mistake]) -> dict[str, Line]:
    """The lines that have no mistake and read none that has: what else is wrong among them can still be found."""
    broken = {mistake.path.removeprefix("lines.") for mistake in mistakes}
    if not broken:
        return lines
    sound, size = lines, len(lines) + 1
    while len(sound) < size:
        size = len(sound)
        sound = {
            name: line
            for name, line in sound.items()
            if not {name, line.step_of} & broken and all(other in sound for other in _reads(line) & lines.keys())
        }
    return sound


def _reads(line: Line) -> set[str]:
    return set(names_in(line.formula, line.opening))
