"""Formulas cut into steps that a spreadsheet can hold, one formula a row.

``growth``, ``spread``, ``flag``, ``prior`` of an expression and the like become lines of their own, so that engine and
workbook work out the same rows. What is left in a formula afterwards is: constants, names, arithmetic, comparisons,
logic, choices, :class:`Prior`, :class:`At`, :class:`Pay`, and the functions min max abs sum total cumulative ceil floor
exp ln normal_cdf normal_quantile, with plain names where a range is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from costmodel.errors import Mistake, WrongArguments, YearMistake, did_you_mean
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
from costmodel.language.units import read_unit
from costmodel.language.vocabulary import Function
from costmodel.model.explain import words
from costmodel.model.line import DISCOUNT_FACTOR, EQUAL, REAL_FACTOR, TOLERANCE, Line, Shape
from costmodel.model.shapes import shape_of
from costmodel.model.short import Size, fitted, own_size
from costmodel.model.unit_check import unit_of
from costmodel.years import Year, read_year, run_of_years

_NEEDS_NAME = {"cumulative", "ceil", "floor", "running"}
_ALONG_ROWS = {"running", "min", "max"}
_CELL_BY_CELL = {"min", "max", "abs", "ceil", "floor", "exp", "ln", "normal_cdf", "normal_quantile"}
"""Functions whose value in a row and a year depends on that row and year alone."""


class Steps:
    """Cuts each formula, adding the lines that it needs; equal steps are shared between lines."""

    def __init__(
        self,
        lines: dict[str, Line],
        shapes: dict[str, Shape],
        years: tuple[Year, ...],
        periods: Mapping[str, tuple[Year, ...]],
        profiles: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.lines, self.shapes, self.years = lines, shapes, years
        self.periods, self.profiles = periods, profiles
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
                self.lines[line.name] = replace(self.lines[line.name], formula=formula)
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
                if node.function in _CELL_BY_CELL and not (node.function in _ALONG_ROWS and len(node.of) == 1):
                    return self.call(node)
                needed, self._needed = self._needed, None
                found = self.call(node)
                self._needed = needed
                return found
        raise TypeError(node)

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
        self, parts: Sequence[Node], own: Size, needed: Sequence[Node | None] = (), conditions: Sequence[int] = ()
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

    def call(self, node: Call) -> Node:
        match node.function:
            case "prior":
                return self.prior(node)
            case "growth":
                return self.growth(node)
            case "flag":
                return self.flag(node.of[0])
            case "at":
                return self.at(node)
            case "total":
                return self.total(node)
            case "spread":
                return self.spread(node)
            case "pay":
                return self.pay(node)
            case "real" | "present_value":
                return self.appraised(node)
            case "sum":
                return self.sum(node)
        of = tuple(self.node(part) for part in node.of)
        if node.function in _ALONG_ROWS and len(of) == 1:
            if not shape_of(of[0], self.shapes).rows:
                one = words(of[0], self.lines)
                says = f"{node.function}(...) of one value works along the rows of a list, and {one} has none"
                self._mistake(says, f"It is written {Function.VOCABULARY[node.function].form}.")
                return Constant(0)
            return Call(node.function, (self.named(of[0]),))
        if node.function in _NEEDS_NAME:
            of = tuple(self.named(self.guarded(part), by_year=node.function == "cumulative") for part in of)
        return Call(node.function, of if node.function in _NEEDS_NAME else self.fit(of, Size()))

    def comparison(self, sign: str, left: Node, right: Node) -> Node:
        """Equality is to 1 part in 10^9, which names each side more than once: so each side is a name."""
        texts = any(
            isinstance(side, Text) or (isinstance(side, Name) and self.lines[side.name].texts) for side in (left, right)
        )
        if sign in ("==", "!=") and not texts and Constant(0) not in (left, right):
            left, right = (
                side if isinstance(side, Constant) else self.named(self.guarded(side)) for side in (left, right)
            )
            if TOLERANCE not in self.lines:
                label = "Two figures are equal when they differ by no more than this share of the larger"
                values = np.full((1, 1, 1), EQUAL)
                self.lines[TOLERANCE] = Line(
                    name=TOLERANCE, label=label, unit="ratio", values=values, section="timeline"
                )
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
        shape = shape_of(node, self.shapes)
        rows = shape.rows or (shape_of(opening, self.shapes).rows if opening is not None else "")
        self.shapes[name] = Shape(rows, shape.by_year or by_year)
        self.lines[name] = Line(
            name=name,
            label=_label(self.lines[owner].label, words(node, self.lines)),
            unit=self._unit(node),
            formula=node,
            opening=opening,
            shape=self.shapes[name],
            section=self._line.section,
            step_of=owner,
            where=self._line.where,
        )
        return name

    def _unit(self, node: Node) -> str:
        """The unit to print beside a step: in the words of a line where the step has that line's unit."""
        match node:
            case Name(name) | Prior(name) | At(name, _):
                return self.lines[name].unit
            case Constant():
                return "number"
        read = (other.name for other in node.walk() if isinstance(other, Name | Prior | At))
        units = {name: read_unit(self.lines[name].unit) for name in read}
        unit = unit_of(node, units)
        if unit is None:
            return "number"
        scaled = any(isinstance(other, Arithmetic) and other.sign in "*/" for other in node.walk())
        if unit.is_plain and (unit.sort or scaled):
            return str(unit)
        return next((self.lines[name].unit for name, other in units.items() if other == unit), str(unit))

    # Each function of the vocabulary that becomes steps

    def prior(self, node: Call) -> Node:
        opening = self.node(node.start) if node.start is not None else None
        if opening == Constant(0):
            opening = None
        if opening is not None and shape_of(opening, self.shapes).by_year:
            self._mistake("the start of prior(...) is one value, and a value for each year was given")
            return Constant(0)
        if opening is not None and not isinstance(opening, Constant):
            opening = self.named(opening)
        of = self.named(self.node(node.of[0]), by_year=True)
        if opening is not None and shape_of(opening, self.shapes).rows and not self.shapes[of.name].rows:
            return Prior(self.named(of, by_year=True, opening=opening).name)  # each row has a past of its own
        settled = self._past.setdefault(of.name, opening)
        if settled == opening and not (opening is not None and self.lines[of.name].is_input):
            self.lines[of.name] = replace(self.lines[of.name], opening=opening)
            return Prior(of.name)
        return Prior(self.named(of, by_year=True, opening=opening or Constant(0)).name)

    def growth(self, node: Call) -> Node:
        rate, year = self.node(node.of[0]), self._year(node.of[1])
        if year is None:
            return Constant(0)
        after = self.named(Comparison(">", Name("year"), Name(year)))
        key: tuple[Node, Node | None, bool] = (Call("growth", (rate, after)), None, True)
        if key not in self._steps:
            name = self._add(Arithmetic("*", rate, Name("year")), True, Constant(1))
            self._past[name] = Constant(1)
            grow = Arithmetic("+", Constant(1), Arithmetic("*", rate, after))
            text = node.of[1].value if isinstance(node.of[1], Text) else ""
            self.lines[name] = replace(
                self.lines[name],
                formula=Arithmetic("*", Prior(name), grow),
                label=_label(self.lines[self._line.name].label, f"growth by {words(rate, self.lines)} after {text}"),
                unit="index",
            )
            self._steps[key] = name
        return Name(self._steps[key])

    def flag(self, node: Node) -> Node:
        period = node.value if isinstance(node, Text) else ""
        if period not in self.periods:
            known = ", ".join(self.periods) or "none: add periods under proposal"
            self._mistake(
                f"there is no period {period!r}", did_you_mean(period, self.periods) or f"Periods are {known}."
            )
            return Constant(0)
        return Name(f"in_{period}")

    def at(self, node: Call) -> Node:
        year = self._year(node.of[1])
        of = self.node(node.of[0])
        if year is None or not shape_of(of, self.shapes).by_year:
            return of
        return At(self.named(of, by_year=True).name, year)

    def total(self, node: Call) -> Node:
        of = self.named(self.node(node.of[0]), by_year=True)
        if len(node.of) == 1:
            return Call("total", (of,))
        flag = self.flag(node.of[1])
        if isinstance(flag, Name) and not self.shapes[of.name].rows:
            return Call("total", (of, flag))
        return Call("total", (self.named(Arithmetic("*", of, flag), by_year=True),))

    def spread(self, node: Call) -> Node:
        """Each year's starts carry a profile by years since start: one row an age, added up."""
        profile = node.of[1].name if isinstance(node.of[1], Name) else ""
        if profile not in self.profiles:
            known = ", ".join(self.profiles) or "none: give an assumption by_age"
            hint = did_you_mean(profile, self.profiles) or f"Profiles are assumptions with by_age: {known}."
            self._mistake("the second argument of spread(...) is not a profile by age", hint)
            return Constant(0)
        aged: Node = self.named(self.node(node.of[0]), by_year=True)
        result: Node | None = None
        for age, value in enumerate(self.profiles[profile]):
            if age >= len(self.years):
                break
            if age and isinstance(aged, Name):
                aged = self.named(self.prior(Call("prior", (aged,))))
            carried = self.named(Arithmetic("*", aged, Name(value)))
            result = carried if result is None else self.arithmetic("+", result, carried)
        return result or Constant(0)

    def appraised(self, node: Call) -> Node:
        """``real(x)`` and ``present_value(x)``: with the appraisal's own rows of prices and discount factors."""
        row = REAL_FACTOR if node.function == "real" else DISCOUNT_FACTOR
        if row not in self.lines:
            self._mistake(
                f"{node.function}(...) needs an appraisal", "Add an appraisal section: edition, prices, horizon."
            )
            return Constant(0)
        worth = self.arithmetic("*", self.node(node.of[0]), Name(row))
        return worth if node.function == "real" else Call("total", (self.named(worth, by_year=True),))

    def pay(self, node: Call) -> Node:
        column = node.of[0]
        if not (isinstance(column, Name) and self.lines[column.name].texts is not None):
            self._mistake("pay(...) looks up a column of bands", "It is written pay(team.band).")
            return Constant(0)
        if "pay_year" not in self.lines or "experience_years" not in self.lines:
            self._mistake(
                "pay(...) has no pay scale to look in",
                "Add workforce.pay with a scale, a year and years of experience.",
            )
            return Constant(0)
        return Pay(column.name, "pay_year", "experience_years")

    def sum(self, node: Call) -> Node:
        of = self.node(node.of[0])
        if not shape_of(of, self.shapes).rows:
            self._mistake(f"sum(...) adds up the rows of a list, and {words(of, self.lines)} has none")
            return Constant(0)
        factors = _factors(of)
        if all(isinstance(factor, Name) and self.shapes[factor.name].rows for factor in factors):
            return Call("sum", tuple(factors))
        return Call("sum", (self.named(of),))

    def _year(self, node: Node) -> str | None:
        """The structural line that holds a year's number, made where there is none."""
        text = node.value if isinstance(node, Text) else ""
        try:
            year = read_year(text)
        except ValueError as problem:
            self._mistake(str(problem), kind=YearMistake)
            return None
        if year not in self.years:
            run = run_of_years(self.years)
            self._mistake(f"the year {year} is not in the proposal", f"Its years are {run}.", kind=YearMistake)
            return None
        name = f"year_{year.name}"
        if name not in self.lines:
            self.lines[name] = Line(
                name=name,
                label=f"The year {year}",
                unit="year",
                values=np.full((1, 1, 1), float(year.start)),
                section="timeline",
            )
            self.shapes[name] = Shape()
        return name

    def _mistake(self, says: str, hint: str = "", kind: type[Mistake] = WrongArguments) -> None:
        owner = self._line
        self.mistakes.append(kind(where=owner.where, path=f"lines.{owner.name}", says=says, hint=hint))


def _label(owner: str, step: str) -> str:
    return f"{owner}: {step}" if len(step) <= 120 else f"{owner}: a step"


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Arithmetic) and node.sign == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]
