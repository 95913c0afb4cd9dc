"""The formula language read a second time, in the plainest way there is: one number at a time, straight off the text.

Nothing here is shared with costmodel, so that where the two agree, neither is likely to be wrong. Each number has a
bound on how far another program's may lie from it, by the usual rules of rounding errors. A formula whose value turns
on less than that (a comparison that is almost equal, a difference of two figures that are almost the same) is refused
with :class:`TooClose`: no two spreadsheets owe each other the same answer to it.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import NormalDist

ROUNDING = 2.0**-52
NORMAL_TABLES = 2e-10
"""How far the engines' own normal distributions may lie from the true one."""
ENGINES_OWN = 1e-10
"""How far a rate that an engine seeks by trial may lie from the true one."""
LARGEST = 1e8


class TooClose(Exception):
    """What a formula yields turns on rounding, or is no number."""


@dataclass(frozen=True)
class Figure:
    """A number, and how far another program's may lie from it."""

    value: float
    error: float = 0.0

    @property
    def is_sure(self) -> bool:
        """Whether every program should come to the same, to 1 part in 10^9."""
        return abs(self.value) < LARGEST and self.error <= 4e-10 * max(1.0, abs(self.value))

    @property
    def whole(self) -> bool:
        """Whether it is a whole number that every program holds exactly."""
        return self.error == 0 and self.value == int(self.value)


Cell = Figure | str
Sign = Callable[[float, float], bool]


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A model as text: years, periods, lists, inputs and formulas."""

    years: tuple[int, ...]
    """The axis."""
    ask: int
    """How many of the years, from the first, are those of the ask."""
    periods: Mapping[str, tuple[int, int]]
    """The first and last year of each."""
    rows: Mapping[str, int]
    """By list, how many rows it has."""
    profiles: Mapping[str, Sequence[float]]
    inputs: Mapping[str, Sequence[Sequence[float | str]]]
    """By name, a row for each row of its list (or one), each with a value for each year (or one)."""
    formulas: Mapping[str, str]
    over: Mapping[str, str]
    """By name of an input or line, the list that it runs over, or nothing."""


@dataclass
class Reading:
    """Works out one cell at a time, remembering what it has worked out."""

    model: Plain
    _known: dict[tuple[str, int, int], Cell] = field(default_factory=dict)
    _trees: dict[str, ast.expr] = field(default_factory=dict)

    def cell(self, name: str, row: int = 0, year: int = 0) -> Cell:
        """A name's value in a row and a year, both counted from 0."""
        key = (name, row, year)
        if key not in self._known:
            self._known[key] = self._work_out(name, row, year)
        return self._known[key]

    def forget(self, names: Sequence[str]) -> None:
        """Forget what was worked out for some names, which did not come to be lines."""
        for key in [key for key in self._known if key[0] in names]:
            del self._known[key]
        for name in names:
            self._trees.pop(name, None)

    def _work_out(self, name: str, row: int, year: int) -> Cell:
        if name == "year":
            return Figure(self.model.years[year])
        if name in self.model.inputs:
            rows = self.model.inputs[name]
            values = rows[row if len(rows) > 1 else 0]
            value = values[year if len(values) > 1 else 0]
            return value if isinstance(value, str) else Figure(value)
        if name not in self._trees:
            self._trees[name] = ast.parse(self.model.formulas[name], mode="eval").body
        return self.read(self._trees[name], row, year)

    def number(self, tree: ast.expr, row: int, year: int) -> Figure:
        found = self.read(tree, row, year)
        assert isinstance(found, Figure), ast.unparse(tree)
        return found

    def read(self, tree: ast.expr, row: int, year: int) -> Cell:
        found = self._read(tree, row, year)
        if isinstance(found, Figure) and not found.is_sure:
            raise TooClose(ast.unparse(tree))
        return found

    def _read(self, tree: ast.expr, row: int, year: int) -> Cell:
        match tree:
            case ast.Constant(value=str(text)):
                return text
            case ast.Constant(value=int(number)):
                return Figure(float(number))
            case ast.Name(id=name):
                return self.cell(name, row, year)
            case ast.Attribute(value=ast.Name(id=name), attr=column):
                return self.cell(f"{name}.{column}", row, year)
            case ast.UnaryOp(op=ast.USub(), operand=of):
                found = self.number(of, row, year)
                return Figure(-found.value, found.error)
            case ast.UnaryOp(op=ast.Not(), operand=of):
                return _flag(not _true(self.number(of, row, year)))
            case ast.BinOp(left=left, op=sign, right=right):
                return _arithmetic(sign, self.number(left, row, year), self.number(right, row, year))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                if ast.dump(left) == ast.dump(right):
                    self.read(left, row, year)  # a value that is no number is not even equal to itself
                    return _flag(isinstance(sign, ast.Eq | ast.LtE | ast.GtE))
                return _compared(sign, self.read(left, row, year), self.read(right, row, year))
            case ast.Compare(left=left, ops=signs, comparators=others):
                sides = [left, *others]
                pairs = (
                    ast.Compare(left=sides[at], ops=[sign], comparators=[sides[at + 1]])
                    for at, sign in enumerate(signs)
                )
                true = [_true(self.number(pair, row, year)) for pair in pairs]
                return _flag(all(true))
            case ast.BoolOp(op=sign, values=parts):
                settles = isinstance(sign, ast.Or)
                for part in parts:
                    if _true(self.number(part, row, year)) == settles:
                        return _flag(settles)
                return _flag(not settles)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.number(yes if _true(self.number(test, row, year)) else no, row, year)
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=keywords):
                start = keywords[0].value if keywords else None
                return self._call(function, arguments, start, row, year)
        raise TypeError(ast.unparse(tree))

    def _call(self, function: str, of: list[ast.expr], start: ast.expr | None, row: int, year: int) -> Figure:
        every = range(len(self.model.years))
        text = next(
            (str(part.value) for part in of if isinstance(part, ast.Constant) and isinstance(part.value, str)), ""
        )
        match function:
            case "prior":
                back = of[1].value if len(of) > 1 and isinstance(of[1], ast.Constant) else 1
                assert isinstance(back, int)
                if year >= back:
                    return self.number(of[0], row, year - back)
                return self.number(start, row, 0) if start is not None else Figure(0.0)
            case "cumulative":
                return _summed([self.number(of[0], row, at) for at in range(year + 1)])
            case "growth":
                grown = Figure(1.0)
                for at in range(year + 1):
                    if self.model.years[at] > _start(text):
                        grown = _times(grown, _plus(Figure(1.0), self.number(of[0], row, at)))
                return grown
            case "flag":
                return _flag(self._inside(text, year))
            case "total":
                run = every if text == "horizon" else every[: self.model.ask]
                return _summed(
                    [self.number(of[0], row, at) for at in run if text in ("", "horizon") or self._inside(text, at)]
                )
            case "at":
                return self.number(of[0], row, self.model.years.index(_start(text)))
            case "spread":
                assert isinstance(of[1], ast.Name)
                if of[1].id not in self.model.profiles:
                    each = (
                        (self.number(of[0], row, year - age), self.number(of[1], row, age)) for age in range(year + 1)
                    )
                    return _summed([_times(starts, left) for starts, left in each])
                profile = self.model.profiles[of[1].id]
                ages = range(min(year + 1, len(profile)))
                return _summed([_times(self.number(of[0], row, year - age), Figure(profile[age])) for age in ages])
            case "irr":
                return _internal_rate([self.number(of[0], row, at) for at in every])
            case "median":
                figures = [self.number(of[0], at, year) for at in range(self._rows_of(of[0]))]
                figures.sort(key=lambda figure: figure.value)
                middle = (figures[(len(figures) - 1) // 2], figures[len(figures) // 2])
                error = max(figure.error for figure in figures)
                return _rounded(middle[0].value / 2 + middle[1].value / 2, error, middle[0] is middle[1] and error == 0)
            case "sum":
                return _summed([self.number(of[0], at, year) for at in range(self._rows_of(of[0]))])
            case "running":
                return _summed([self.number(of[0], at, year) for at in range(row + 1)])
            case "min" | "max":
                if len(of) == 1:
                    figures = [self.number(of[0], at, year) for at in range(self._rows_of(of[0]))]
                else:
                    figures = [self.number(part, row, year) for part in of]
                best = (min if function == "min" else max)(figures, key=lambda figure: figure.value)
                return Figure(best.value, max(figure.error for figure in figures))
        return _of_one(function, self.number(of[0], row, year))

    def _inside(self, period: str, year: int) -> bool:
        first, last = self.model.periods[period]
        return first <= self.model.years[year] <= last

    def _rows_of(self, tree: ast.expr) -> int:
        names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)}
        lists = {self.model.over[name] for name in names if self.model.over.get(name)}
        assert len(lists) == 1, ast.unparse(tree)
        return self.model.rows[lists.pop()]


def _start(year: str) -> int:
    return int(year[:4])


def _flag(holds: bool) -> Figure:
    return Figure(1.0 if holds else 0.0)


def _rounded(value: float, error: float, exact: bool = False) -> Figure:
    return Figure(value, 0.0 if exact else error + ROUNDING * abs(value))


def _plus(one: Figure, other: Figure) -> Figure:
    return _rounded(one.value + other.value, one.error + other.error, one.whole and other.whole)


def _times(one: Figure, other: Figure) -> Figure:
    error = abs(one.value) * other.error + abs(other.value) * one.error + one.error * other.error
    return _rounded(one.value * other.value, error, one.whole and other.whole)


def _summed(figures: Sequence[Figure]) -> Figure:
    total = math.fsum(figure.value for figure in figures)
    size = sum(abs(figure.value) for figure in figures)
    error = sum(figure.error for figure in figures) + len(figures) * ROUNDING * size
    return Figure(total, 0.0 if all(figure.whole for figure in figures) else error)


def _arithmetic(sign: ast.operator, one: Figure, other: Figure) -> Figure:
    match sign:
        case ast.Add():
            return _plus(one, other)
        case ast.Sub():
            return _plus(one, Figure(-other.value, other.error))
        case ast.Mult():
            return _times(one, other)
        case ast.Div():
            if abs(other.value) < 1e-3:
                raise TooClose("a divisor is almost 0")
            value = one.value / other.value
            return _rounded(value, (one.error + abs(value) * other.error) / (abs(other.value) - other.error))
        case ast.Pow():
            if not 1e-3 < one.value < 1e3 or abs(other.value) > 20:
                raise TooClose("a power is out of the range where programs agree")
            value = one.value**other.value
            error = value * (abs(other.value) * one.error / one.value + abs(math.log(one.value)) * other.error)
            return _rounded(value, error + 8 * ROUNDING * value)
    raise TypeError(sign)


def _internal_rate(flows: Sequence[Figure]) -> Figure:
    """The rate at which flows have no worth, found by halving; refused where there is not one alone."""
    signs = [flow.value > 0 for flow in flows if _true(flow)]
    if sum(one != other for one, other in pairwise(signs)) != 1:
        raise TooClose("flows do not change sign once")

    def worth(rate: float) -> float:
        return math.fsum(flow.value / (1 + rate) ** at for at, flow in enumerate(flows))

    low, high = -0.39, 4.9
    if worth(low) * worth(high) >= 0:
        raise TooClose("a rate far from where spreadsheets look for it")
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(low) * worth(middle) > 0 else (low, middle)
    slope = abs(worth(low + 1e-6) - worth(low - 1e-6)) / 2e-6
    reach = math.fsum((flow.error + ROUNDING * abs(flow.value)) / (1 + low) ** at for at, flow in enumerate(flows))
    return Figure(low, reach / slope + ENGINES_OWN)


def _apart(one: Figure, other: Figure) -> float:
    """How far two figures lie apart; refused where that is within reach of rounding, or of the tolerance of ==."""
    apart = abs(one.value - other.value)
    reach = 1e3 * (one.error + other.error) + 1e-8 * max(abs(one.value), abs(other.value))
    if apart <= reach and not (apart == 0 and one.whole and other.whole):
        raise TooClose("two figures are almost equal")
    return apart


def _true(figure: Figure) -> bool:
    _apart(figure, Figure(0.0))
    return figure.value != 0


def _compared(sign: ast.cmpop, one: Cell, other: Cell) -> Figure:
    if isinstance(one, str) and isinstance(other, str):
        return _flag((one.lower() == other.lower()) == isinstance(sign, ast.Eq))
    assert isinstance(one, Figure)
    assert isinstance(other, Figure)
    _apart(one, other)
    holds: dict[type[ast.cmpop], Sign] = {
        ast.Eq: lambda a, b: a == b,
        ast.NotEq: lambda a, b: a != b,
        ast.Lt: lambda a, b: a < b,
        ast.LtE: lambda a, b: a <= b,
        ast.Gt: lambda a, b: a > b,
        ast.GtE: lambda a, b: a >= b,
    }
    return _flag(holds[type(sign)](one.value, other.value))


def _of_one(function: str, of: Figure) -> Figure:
    value, error = of.value, of.error
    match function:
        case "abs":
            return Figure(abs(value), error)
        case "ceil" | "floor":
            if not of.whole and abs(value - math.floor(value + 0.5)) <= 1e3 * error + 1e-8 * max(1.0, abs(value)):
                raise TooClose("a figure is almost whole")
            return Figure(float(math.ceil(value) if function == "ceil" else math.floor(value)))
        case "exp":
            if abs(value) > 12:
                raise TooClose("an exponential is very large or small")
            return _rounded(math.exp(value), math.exp(value) * (error + 4 * ROUNDING))
        case "ln":
            if value < 1e-3:
                raise TooClose("a logarithm of what is not above 0")
            return _rounded(math.log(value), error / value + 4 * ROUNDING)
        case "normal_cdf":
            return Figure(0.5 * math.erfc(-value / math.sqrt(2)), 0.4 * error + NORMAL_TABLES)
        case "normal_quantile":
            if not 0.01 < value < 0.99:
                raise TooClose("a quantile far out in the tail")
            found = NormalDist().inv_cdf(value)
            return Figure(found, error / NormalDist().pdf(found) + NORMAL_TABLES)
    raise TypeError(function)
