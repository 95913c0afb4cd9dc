"""Where a figure comes from, down to sourced assumptions; and what an assumption reaches, and how far it moves it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from costmodel.analysis.results import Results
from costmodel.assumptions.kinds import GRADE_OF_STATUS, Grade
from costmodel.errors import BadInput, UnknownName, WrongArguments, YearMistake, did_you_mean
from costmodel.language.shape import Values
from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Cell,
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
from costmodel.language.units import PAY, Unit
from costmodel.model.evaluate import evaluate
from costmodel.model.explain import label_of, words
from costmodel.model.line import Line
from costmodel.model.reads import live, way_taken
from costmodel.sections.grounds import Grounds
from costmodel.years import Year, read_year, run_to_horizon

_CELL = re.compile(r"^\s*(?P<name>[\w.]+)(?:\[(?P<row>[^\]]+)\])?(?:@(?P<year>.+))?\s*$")
DEEPEST = 200
"""Steps that a tree goes down at the most: a stock carried through two hundred years."""
_FEW = 12
"""Rows of a list that a message names."""
_MOST = 20_000
"""Nodes of a tree: past this, a figure is explained by a smaller part of it, or to a smaller depth."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A figure of the tree: which cell it is, what it comes to, how, and of what parts."""

    name: str
    row: int
    """The place in the line's list, from 0; 0 where it has none."""
    year: Year | None
    label: str
    unit: Unit
    value: float
    grade: Grade | None
    how: str
    """The formula in words; empty for an assumption."""
    grounds: Grounds | None
    parts: tuple[Part, ...] = ()
    cut: bool = False
    """Whether parts are left out because the depth ends here."""

    @property
    def cell(self) -> str:
        """The figure as a person asks for it: total@2024/25."""
        return f"{self.name}{f'@{self.year}' if self.year else ''}"

    def walk(self) -> Iterator[Part]:
        """This part and all below it, each once however often it is read."""
        waiting, seen = [self], {id(self)}
        while waiting:
            part = waiting.pop()
            yield part
            below = [child for child in part.parts if id(child) not in seen]
            seen.update(id(child) for child in below)
            waiting.extend(reversed(below))


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A line that an assumption reaches, and what a change of 1% in the assumption does to it."""

    name: str
    """With its row where the line has rows: team.pay[2]. The row, and the year, are those with the largest change."""
    label: str
    unit: Unit
    year: Year | None
    """None for a line without years."""
    before: float
    after: float | None
    """None where the assumption is a year or a flag, of which 1% means nothing."""

    @property
    def change(self) -> float | None:
        """How far the figure moves."""
        return None if self.after is None else self.after - self.before

    @property
    def share(self) -> float | None:
        """The change as a share of the figure; None where the figure is 0."""
        return None if self.change is None or not self.before else self.change / self.before


def read_cell(results: Results, text: str) -> tuple[Line, int, int | None]:
    """A figure as a person asks for it: a line, a row of it, and the place of the year.

    Raises:
        BadInput: where there is no such line, row or year.
    """
    found = _CELL.match(text)
    if found is None:
        says = f"{text!r} names no figure"
        raise BadInput([WrongArguments(says=says, hint="A figure is written total@2024/25, or total_spending_review.")])
    line = results.line(found["name"])
    model = results.costing.model
    row = 0
    if found["row"]:
        names = model.row_names(line)
        row = (
            int(found["row"]) - 1
            if found["row"].isdecimal()
            else names.index(found["row"])
            if found["row"] in names
            else -1
        )
        if not line.shape.rows or not 0 <= row < len(names):
            hint = did_you_mean(found["row"], names) or f"{line.name} has {len(names)} rows."
            raise BadInput([UnknownName(says=f"{line.name} has no row {found['row']!r}", hint=hint)])
    if not found["year"]:
        return line, row, None
    run = run_to_horizon(model.ask_years, model.years)
    try:
        year = read_year(found["year"])
    except ValueError as problem:
        raise BadInput([YearMistake(says=str(problem), hint=f"The proposal's years are {run}.")]) from None
    if year not in model.years:
        raise BadInput([YearMistake(says=f"the year {year} is not in the proposal", hint=f"Its years are {run}.")])
    return line, row, model.years.index(year) if line.shape.by_year else None


def explain(results: Results, text: str, depth: int = DEEPEST) -> Part:
    """The tree of a figure: its formula in words, then each part with its value, down to assumptions.

    Args:
        depth: how many steps down; parts below are left out.

    Raises:
        BadInput: where there is no such figure, or a line by year is asked for without its year.
    """
    line, row, year = read_cell(results, text)
    if line.shape.by_year and year is None:
        years = results.costing.model.years
        says = f"{line.name} has a figure for each year"
        raise BadInput(
            [
                YearMistake(
                    says=says,
                    hint=f"Say which: {line.name}@{results.costing.model.ask_years[-1]}. "
                    f"Its years are {run_to_horizon(results.costing.model.ask_years, years)}.",
                )
            ]
        )
    if line.shape.rows and "[" not in text:
        names = results.costing.model.row_names(line)
        rows = "; ".join(f"{place} {name}" for place, name in enumerate(names[:_FEW], start=1))
        says = f"{line.name} has a figure for each row of {line.shape.rows}"
        more = f"; and so on, to {len(names)}" if len(names) > _FEW else ""
        at = f"@{results.costing.model.ask_years[-1]}" if line.shape.by_year else ""
        raise BadInput([WrongArguments(says=says, hint=f"Say which: {line.name}[1]{at}. Its rows are {rows}{more}.")])
    return _Tree(results).part(line.name, row, year, depth)


class _Tree:
    def __init__(self, results: Results) -> None:
        self.results, self.model = results, results.costing.model
        self.at = results.costing.scenarios.index(results.scenario)
        self.count = 0
        self.whole: dict[Cell, tuple[Part, int]] = {}
        """Parts with nothing left out, and how many steps they go down: the same one wherever its cell is read."""

    def value(self, name: str, row: int, year: int | None) -> float:
        cells = self.results.cells(name)
        return float(cells[min(row, cells.shape[0] - 1), min(year or 0, cells.shape[1] - 1)])

    def part(self, name: str, row: int, year: int | None, depth: int) -> Part:
        return self.build(name, row, year, depth)[0]

    def build(self, name: str, row: int, year: int | None, depth: int) -> tuple[Part, int | None]:
        """A part, and how many steps it goes down; None where some are left out."""
        line = self.model.lines[name]
        year = year if line.shape.by_year else None
        if (name, row, year) in self.whole and self.whole[name, row, year][1] <= depth:
            return self.whole[name, row, year]
        self.count += 1
        below = self.below(line, row, year) if line.formula is not None else []
        stop = depth <= 0 or self.count > _MOST
        built = [] if stop else [self.build(*cell, depth - 1) for cell in below]
        points = [] if stop else self.pay_points(line, row, year)
        held = self.results.costing.assumptions.get(name)
        named = label_of(name, self.model.lines) if line.step_of else line.label
        label = named[:1].upper() + named[1:] if not line.shape.rows else f"{named}: {self.model.row_names(line)[row]}"
        part = Part(
            name=name if not line.shape.rows else f"{name}[{row + 1}]",
            row=row,
            year=self.model.years[year] if year is not None else None,
            label=label,
            unit=line.unit,
            value=self.value(name, row, year),
            grade=self.results.grading[name].grade,
            how=words(live_formula(self.results, line.formula), self.model.lines) if line.formula is not None else "",
            grounds=held.grounds[self.at] if held else None,
            parts=(*(child for child, _ in built), *points),
            cut=stop and bool(below),
        )
        steps = [height for _, height in built if height is not None]
        if part.cut or len(steps) < len(built):
            return part, None
        self.whole[name, row, year] = part, max((height + 1 for height in steps), default=1 if points else 0)
        return self.whole[name, row, year]

    def pay_points(self, line: Line, row: int, year: int | None) -> list[Part]:
        """The points of the pay scale that a formula looks up."""
        table, found = self.model.pay, []
        for node in line.formula.walk() if line.formula is not None else ():
            if not isinstance(node, Pay) or table is None:
                continue
            at, experience = (self.value(name, 0, year) for name in (node.year, node.experience))
            band = (self.model.lines[node.column].texts or ())[row]
            for point in table.points:
                if (point.year, point.band) == (at, band) and point.from_years <= experience < point.before_years:
                    scale_year = Year(point.year)
                    label = f"Pay of band {band} in {scale_year} from {point.from_years:g} years of experience"
                    grade = GRADE_OF_STATUS[point.status]
                    place = f"{point.scale or table.name}, status {point.status}"
                    grounds = Grounds(grade=grade, source=point.source or table.source, place=place)
                    found.append(
                        Part(
                            name="pay",
                            row=row,
                            year=scale_year,
                            label=label,
                            unit=PAY,
                            value=point.pay,
                            grade=grade,
                            how="",
                            grounds=grounds,
                        )
                    )
        return found

    def below(self, line: Line, row: int, year: int | None) -> list[Cell]:
        """The cells that a formula reads, each once, in its order."""
        assert line.formula is not None
        return list(dict.fromkeys(self.cells(line.formula, row, year)))

    def cells(self, node: Node, row: int, year: int | None) -> Iterator[Cell]:
        lines = self.model.lines
        match node:
            case Name(name):
                if lines[name].texts is None:
                    yield self.cell(node, row, year)
            case Prior(name):
                if year:
                    yield name, row if lines[name].shape.rows else 0, year - 1
                elif lines[name].opening is not None:
                    yield from self.cells(lines[name].opening or Constant(0), row, None)
            case At(name, at):
                place = int(self.value(at, row if lines[at].shape.rows else 0, None)) - self.model.years[0].start
                yield name, row if lines[name].shape.rows else 0, place
            case Pay(_, at, experience):
                yield self.cell(Name(at), 0, year)
                yield self.cell(Name(experience), 0, year)
            case Call(function, of):
                yield from function.reads(self, of, row, year)
            case Constant() | Text() | Negative() | Not() | Arithmetic() | Comparison() | Logic() | Choice():
                taken = way_taken(node, lines, lambda switch: bool(self.value(switch, 0, None)))
                for part in node.parts if taken is None else (node.parts[0], taken):
                    yield from self.cells(part, row, year)
            case _:
                assert_never(node)

    # What functions ask for

    @property
    def year_count(self) -> int:
        return len(self.model.years)

    def row_count(self, node: Node) -> int:
        assert isinstance(node, Name), node
        return self.model.rows_of(self.model.lines[node.name])

    def cell(self, node: Node, row: int, year: int | None) -> Cell:
        """A line's cell: without a row or a year where the line has none."""
        assert isinstance(node, Name), node
        shape = self.model.lines[node.name].shape
        return node.name, row if shape.rows else 0, year if shape.by_year else None


def reached_by(results: Results, text: str) -> list[Reached]:
    """Every figure that an assumption reaches in this scenario, and by how much a 1% change of it moves each.

    Args:
        text: the name of the assumption, and a row of it where that alone is to change: team.wte[2].

    Raises:
        BadInput: where there is no such assumption, or the change makes a formula divide by zero.
    """
    line, row, _ = read_cell(results, text)
    model, name = results.costing.model, line.name
    own = results.costed.values
    one = {
        line.name: own[line.name][(at := results_at(results, line.name)) : at + 1]
        for line in model.lines.values()
        if line.is_input and line.texts is None
    }
    if name not in one:
        what = "is text" if line.texts is not None else "is worked out"
        hint = f"Ask where it comes from: explain {results.costing.name} {name}@YEAR." if line.texts is None else ""
        raise BadInput([WrongArguments(says=f"{name} {what}, and is no assumption", hint=hint)])
    moved: Mapping[str, Values] | None = None
    if not line.unit.chooses:
        values = np.repeat(one[name], model.rows_of(line), axis=1) if one[name].shape[1] == 1 else one[name].copy()
        values[:, row if "[" in text else slice(None), :] *= 1.01
        moved = evaluate(model, {**one, name: values})
    reached = (model.lines[other] for other in _above(results, name))
    return [
        _reached(results, other, moved)
        for other in reached
        if not other.step_of and other.section != "checks" and other.texts is None
    ]


def _reached(results: Results, line: Line, moved: Mapping[str, Values] | None) -> Reached:
    """What a change does to the cell of a line that it moves most."""
    model = results.costing.model
    before = np.broadcast_to(
        results.cells(line.name), (model.rows_of(line), len(model.years) if line.shape.by_year else 1)
    )
    after = np.broadcast_to(moved[line.name][0], before.shape) if moved else None
    by = np.abs(after - before) if after is not None else np.zeros(before.shape)
    if line.shape.by_year and by[:, model.ask].any():
        by = by[:, model.ask]  # what tables show, where it moves at all there
    row, year = (int(place) for place in np.unravel_index(int(np.argmax(by)), by.shape))
    return Reached(
        name=f"{line.name}[{row + 1}]" if line.shape.rows else line.name,
        label=f"{line.label}: {model.row_names(line)[row]}" if line.shape.rows else line.label,
        unit=line.unit,
        year=model.years[year] if line.shape.by_year else None,
        before=float(before[row, year]),
        after=None if after is None else float(after[row, year]),
    )


def results_at(results: Results, name: str) -> int:
    """The place of a scenario along the leading axis of a line's values."""
    return results.costing.scenarios.index(results.scenario) if len(results.costed.values[name]) > 1 else 0


def _above(results: Results, name: str) -> list[str]:
    """The lines that rest on a line in this scenario, in the model's order."""
    reached = {name}
    changed = True
    model = results.costing.model
    while changed:
        more = {other for other, read in results.reads.items() if reached & set(read)} - reached
        changed = bool(more)
        reached |= more
    return [line.name for line in model.in_order if line.name in reached - {name}]


def live_formula(results: Results, node: Node) -> Node:
    """A formula with its switches settled as the scenario has them: what it does, and not what it could do."""
    return live(node, results.costing.model.lines, lambda switch: bool(results.cells(switch)[0, 0]))
