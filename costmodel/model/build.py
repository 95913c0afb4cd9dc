"""From lines as they are written to a model: names checked, formulas cut into steps, shapes and order found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from costmodel.errors import BadInput, Mistake, NameTaken
from costmodel.language.parser import parse
from costmodel.language.shape import Shape
from costmodel.language.tree import At, Name, Prior
from costmodel.language.units import FLAG, YEAR
from costmodel.model.line import Line, Model, PayTable, RowList
from costmodel.model.order import in_order
from costmodel.model.shapes import check_names, find_shapes
from costmodel.model.steps import Steps
from costmodel.model.unit_check import check_units
from costmodel.years import Year


def timeline(years: tuple[Year, ...], periods: Mapping[str, tuple[Year, ...]]) -> list[Line]:
    """The lines that every model has: the number of each year, and a flag for each period."""
    numbers = np.array([[[float(year.start) for year in years]]])
    what = "financial year starting on 1 April" if years[0].financial else "calendar year"
    lines = [
        Line(name="year", label=f"Year ({what})", unit=YEAR, values=numbers, shape=Shape("", True), section="timeline")
    ]
    for period, run in periods.items():
        label = period.replace("_", " ")
        for end, year in (("first", run[0]), ("last", run[-1])):
            lines.append(
                Line(
                    name=f"{period}_{end}_year",
                    label=f"{label.capitalize()}: {end} year",
                    unit=YEAR,
                    values=np.full((1, 1, 1), float(year.start)),
                    section="timeline",
                )
            )
        text = f"year >= {period}_first_year and year <= {period}_last_year"
        formula, _ = parse(text)
        lines.append(
            Line(
                name=f"in_{period}",
                label=f"In the {label} period",
                unit=FLAG,
                formula=formula,
                written=text,
                section="timeline",
            )
        )
    return lines


def build_model(
    *,
    years: tuple[Year, ...],
    scenarios: tuple[str, ...],
    lines: Iterable[Line],
    lists: Iterable[RowList] = (),
    periods: Mapping[str, tuple[Year, ...]] | None = None,
    profiles: Mapping[str, tuple[str, ...]] | None = None,
    pay: PayTable | None = None,
) -> Model:
    """Make a model of lines.

    Args:
        lines: inputs (with ``values`` and their ``shape``) and formulas, in the order in which they are to be shown.
        profiles: assumptions by age, each as the names of its inputs, youngest first.

    Raises:
        BadInput: with every mistake in names, arguments, units, lists and loops.
    """
    periods, profiles = periods or {}, profiles or {}
    named: dict[str, Line] = {}
    mistakes: list[Mistake] = []
    for line in [*timeline(years, periods), *lines]:
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
    steps = Steps(named, shapes, years, periods, profiles)
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
        scenarios=scenarios,
        lines=shaped,
        lists={rows.name: rows for rows in lists},
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
    nodes = [node for root in (line.formula, line.opening) if root for node in root.walk()]
    return {node.name for node in nodes if isinstance(node, Name | Prior | At)}
