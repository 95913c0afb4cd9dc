"""Formulas cut into steps that a spreadsheet can hold, one formula a row.

``growth``, ``spread``, ``prior`` of an expression and the like become lines of their own, so that engine and workbook
work out the same rows. A function says itself how it is cut; what is left in a formula afterwards is constants, names,
arithmetic, comparisons, logic, choices, :class:`Prior`, :class:`At`, :class:`Pay`, and functions with plain names where
a range is needed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np

from costmodel.errors import Mistake, WrongArguments, YearMistake, did_you_mean
from costmodel.language.shape import ASK, COUNTED, Shape, Values
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
from costmodel.language.units import INDEX, NUMBER, RATIO, YEAR, Unit, read_unit
from costmodel.model.explain import words
from costmodel.model.line import EQUAL, TOLERANCE, Line, RowList
from costmodel.model.shapes import shape_of
from costmodel.model.short import NOTHING, Size, fitted, own_size
from costmodel.model.unit_check import unit_of
from costmodel.years import Year, read_year, run_of_years


class Steps:
    """Cuts each formula, adding the lines that it needs; equal steps are shared between lines."""

    def __init__(
        self,
        lines: dict[str, Line],
        shapes: dict[str, Shape],
        years: tuple[Year, ...],
        periods: Mapping[str, tuple[Year, ...]],
        profiles: Mapping[str, tuple[str, ...]],
        lasting: Container[str],
    ) -> None:
        self.lines, self.shapes, self.years = lines, shapes, years
        self.periods, self.profiles, self.lasting = periods, profiles, lasting
        self.lists: list[RowList] = []
        """Lists that steps run over and no one wrote."""
        self.mistakes: list[Mistake] = []
        self._steps: dict[tuple[Node, Node | None, bool], str] = {}
        self._past: dict[str, Node | None] = {}
        """The opening value of each line whose past is read, settled by the first reader."""
        self._line: Line = next(iter(lines.values()))
        self._needed: Node | None = None
        """Where what is being cut is needed, as a condition in the same row and year; None where it always is."""

    def cut(self) -> dict[str, Line]:
        """All lines with their formulas cut, and the steps among them, each before the line that it serves."""
        for line in list(self.lines.values()):
            if line.formula is not None:
                self._line = line
                formula = self.node(line.formula)
                self.lines[line.name] = replace(self.lines[line.name], formula=formula, as_written=line.formula)
        steps_of: dict[str, list[str]] = {}
        for name, line in self.lines.items():
            if line.step_of:
                steps_of.setdefault(line.step_of, []).append(name)
        ordered: dict[str, Line] = {}
        for name, line in self.lines.items():
            if not line.step_of:
                for step in steps_of.get(name, ()):
                    ordered[step] = self.lines[step]
                ordered[name] = line
        return ordered

    def node(self, node: Node) -> Node:
        """A formula's node with all below it cut."""
        match node:
            case Constant() | Name() | Text() | Prior() | At() | Pay():
                return node
            case Negative(of):
                return Negative(*self.fit([self.node(of)], Size(1)))
            case Not(of):
                return Not(self.node(of))
            case Arithmetic(sign, left, right):
                return self.arithmetic(sign, self.node(left), self.node(right))
            case Comparison(sign, left, right):
                return self.comparison(sign, self.node(left), self.node(right))
            case Logic(sign, of):
                return Logic(sign, self.logic(sign, of))
            case Choice(condition, yes, no):
                condition = self.node(condition)
                parts = [condition, self.where(condition, yes), self.where(Not(condition), no)]
                return Choice(*self.fit(parts, Size(0, 1), (None, condition, Not(condition)), (0,)))
            case Call():
                if node.function.cell_by_cell:
                    return node.function.cut(self, node)
                needed, self._needed = self._needed, None
                found = node.function.cut(self, node)
                self._needed = needed
                return found
        assert_never(node)

    def logic(self, sign: str, of: tuple[Node, ...]) -> tuple[Node, ...]:
        """``and`` and ``or``: each part is needed only where those before it do not settle it."""
        found = [self.node(of[0])]
        needed: list[Node | None] = [None]
        for part in of[1:]:
            before = found[0] if len(found) == 1 else Logic(sign, tuple(found))
            here = before if sign == "and" else Not(before)
            needed.append(here)
            found.append(self.where(here, part))
        fails = sum(part.may_fail for part in found[1:])
        return self.fit(found, Size(0, 1 + fails), needed, range(len(found)))

    def arithmetic(self, sign: str, left: Node, right: Node) -> Node:
        """Two parts that are cut already, joined by an operator."""
        return Arithmetic(sign, *self.fit([left, right], Size(1)))

    def fit(
        self,
        parts: Sequence[Node],
        own: Size = NOTHING,
        needed: Sequence[Node | None] = (),
        conditions: Sequence[int] = (),
    ) -> tuple[Node, ...]:
        """Parts of a formula, the longest cut off as steps until the whole is short.

        Args:
            needed: where each part is needed, as a condition, beside where the whole is.
            conditions: the places at which a condition stands as one.
        """

        def name(at: int, part: Node) -> Name:
            outer, here = self._needed, needed[at] if needed else None
            if here is not None:
                self._needed = here if outer is None else Logic("and", (outer, here))
            found = self.named(self.guarded(part))
            self._needed = outer
            return found

        return fitted(parts, own, name, conditions)

    def where(self, condition: Node, node: Node) -> Node:
        """A node cut where it is needed only where a condition holds."""
        needed = self._needed
        self._needed = condition if needed is None else Logic("and", (needed, condition))
        found = self.node(node)
        self._needed = needed
        return found

    def comparison(self, sign: str, left: Node, right: Node) -> Node:
        """Equality is to 1 part in 10^9, which names each side more than once: so each side is a name."""
        texts = any(isinstance(side, Text) or self.is_text(side) for side in (left, right))
        if sign in ("==", "!=") and not texts and Constant(0) not in (left, right):
            left, right = (
                side if isinstance(side, Constant) else self.named(self.guarded(side)) for side in (left, right)
            )
            if TOLERANCE not in self.lines:
                label = "Two figures are equal when they differ by no more than this share of the larger"
                values = np.full((1, 1, 1), EQUAL)
                self.lines[TOLERANCE] = Line(name=TOLERANCE, label=label, unit=RATIO, values=values, section="timeline")
                self.shapes[TOLERANCE] = Shape()
        return Comparison(sign, *self.fit([left, right], Size() if texts else own_size(sign, left, right)))

    def guarded(self, node: Node) -> Node:
        """What becomes a row of its own has a value in every cell: 0 where it is not needed and might have none."""
        return Choice(self._needed, node, Constant(0)) if self._needed is not None and node.may_fail else node

    def named(self, node: Node, *, by_year: bool = False, opening: Node | None = None) -> Name:
        """The name of a line whose value is the node's: the node itself where it is one, else a step."""
        if isinstance(node, Name) and opening is None and (not by_year or self.shapes[node.name].by_year):
            return node
        key = (node, opening, by_year)
        if key not in self._steps:
            self._steps[key] = self._add(node, by_year, opening)
        return Name(self._steps[key])

    def _add(self, node: Node, by_year: bool, opening: Node | None) -> str:
        owner = self._line.step_of or self._line.name
        number = 1
        while (name := f"{owner.replace('.', '_')}_step_{number}") in self.lines:
            number += 1
        shape = self.shape(node)
        rows = shape.rows or (self.shape(opening).rows if opening is not None else "")
        self.shapes[name] = Shape(rows, shape.by_year or by_year)
        self.lines[name] = Line(
            name=name,
            label=_label(self.lines[owner].label, self.words(node)),
            unit=self._unit(node),
            formula=node,
            opening=opening,
            shape=self.shapes[name],
            section=self._line.section,
            step_of=owner,
            where=self._line.where,
        )
        return name

    def _unit(self, node: Node) -> Unit:
        """The unit to print beside a step: in the words of a line where the step has that line's unit."""
        match node:
            case Name(name) | Prior(name) | At(name, _):
                return self.lines[name].unit
            case Constant():
                return NUMBER
        read = (other.name for other in node.walk() if isinstance(other, Name | Prior | At))
        units = {name: self.lines[name].unit.known for name in read}
        unit = unit_of(node, units)
        if unit is None:
            return NUMBER
        scaled = any(isinstance(other, Arithmetic) and other.sign in "*/" for other in node.walk())
        named = (self.lines[name].unit for name, other in units.items() if other == unit)
        return read_unit(unit.plainly) if unit.is_plain and (unit.sort or scaled) else next(named, read_unit(str(unit)))

    # What functions ask for

    @property
    def year_count(self) -> int:
        return len(self.years)

    def has(self, name: str) -> bool:
        return name in self.lines

    def is_text(self, node: Node) -> bool:
        return isinstance(node, Name) and self.lines[node.name].texts is not None

    def shape(self, node: Node) -> Shape:
        return shape_of(node, self.shapes)

    def words(self, node: Node) -> str:
        return words(node, self.lines)

    def past(self, of: Name, opening: Node | None) -> Node:
        """The value a year before of a line whose past begins with an opening value: one for all that read it so."""
        if opening is not None and self.shape(opening).rows and not self.shapes[of.name].rows:
            return Prior(self.named(of, by_year=True, opening=opening).name)  # each row has a past of its own
        settled = self._past.setdefault(of.name, opening)
        if settled == opening and not (opening is not None and self.lines[of.name].is_input):
            self.lines[of.name] = replace(self.lines[of.name], opening=opening)
            return Prior(of.name)
        return Prior(self.named(of, by_year=True, opening=opening or Constant(0)).name)

    def grown(self, rate: Node, year: str, year_text: str) -> Node:
        """A row that is 1 up to a year, and grows by a rate after: one for all that grow alike."""
        after = self.named(Comparison(">", Name("year"), Name(year)))
        formula = Arithmetic("+", Constant(1), Arithmetic("*", rate, after))
        key = (formula, Constant(1), True)
        if key not in self._steps:
            name = self._add(Arithmetic("*", rate, Name("year")), True, Constant(1))
            self._past[name] = Constant(1)
            label = _label(self.lines[self._line.name].label, f"growth by {self.words(rate)} after {year_text}")
            formula = Arithmetic("*", Prior(name), formula)
            self.lines[name] = replace(self.lines[name], formula=formula, label=label, unit=INDEX)
            self._steps[key] = name
        return Name(self._steps[key])

    def period(self, node: Node) -> Node:
        """The row of a period's flags."""
        period = node.value if isinstance(node, Text) else ""
        if period == COUNTED and COUNTED in self.lines:
            return Name(COUNTED)
        if period not in self.periods:
            known = ", ".join(self.periods) or "none: add periods under proposal"
            hint = did_you_mean(period, self.periods) or f"Periods are {known}."
            return self.wrong(f"there is no period {period!r}", hint)
        return Name(f"in_{period}")

    def ask(self) -> Node | None:
        """The row that flags the years of the ask; None where the axis has no others."""
        name = f"in_{ASK}"
        return Name(name) if name in self.lines else None

    def cohorts(self) -> Name:
        """The column of the years of all cohorts: a row for each year of the axis."""
        name = f"{_COHORTS}.year"
        if name not in self.lines:
            texts = tuple(str(year) for year in self.years)
            self.lists.append(
                RowList(name=_COHORTS, label="Cohorts, by the year of their start", rows=texts, columns=COHORT_COLUMNS)
            )
            starts = np.array([float(year.start) for year in self.years]).reshape(1, -1, 1)
            for line in cohort_columns(_COHORTS, starts):
                self.lines[line.name], self.shapes[line.name] = line, line.shape
        return Name(name)

    def year(self, node: Node) -> str | None:
        """The structural line that holds a year's number, made where there is none."""
        text = node.value if isinstance(node, Text) else ""
        try:
            year = read_year(text)
        except ValueError as problem:
            self.wrong(str(problem), kind=YearMistake)
            return None
        if year not in self.years:
            run = run_of_years(self.years)
            says = f"the year {year} is not in the proposal"
            self.wrong(says, f"Its years{self._to_horizon()} are {run}.", kind=YearMistake)
            return None
        name = f"year_{year.name}"
        if name not in self.lines:
            self.lines[name] = Line(
                name=name,
                label=f"The year {year}",
                unit=YEAR,
                values=np.full((1, 1, 1), float(year.start)),
                section="timeline",
            )
            self.shapes[name] = Shape()
        return name

    def _to_horizon(self) -> str:
        return ", to the end of the horizon," if self.ask() else ""

    def wrong(self, says: str, hint: str = "", kind: type[Mistake] = WrongArguments) -> Node:
        """A mistake in the line that is being cut, and something to stand where it is."""
        owner = self._line
        self.mistakes.append(kind(where=owner.where, path=f"lines.{owner.name}", says=says, hint=hint))
        return Constant(0)


_COHORTS = "cohorts_of_all_years"
COHORT_COLUMNS = ("year", "year_before")


def cohort_columns(name: str, starts: Values) -> list[Line]:
    """The columns of a list of cohorts: the year in which each starts, and the year before."""
    made = (("Year in which the cohort starts", starts), ("The year before the cohort starts", starts - 1))
    return [
        Line(name=f"{name}.{column}", label=label, unit=YEAR, values=values, shape=Shape(name), section="timeline")
        for column, (label, values) in zip(COHORT_COLUMNS, made, strict=True)
    ]


def _label(owner: str, step: str) -> str:
    return f"{owner}: {step}" if len(step) <= 120 else f"{owner}: a step"
