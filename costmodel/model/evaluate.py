"""Values of a model's lines: numpy over scenarios (or draws), rows and years at once.

One scenario, twenty scenarios and a million draws are the same code: they are the leading axis. Lines that read each
other's past are worked out year by year, still over all draws and rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

import numpy as np

from costmodel.errors import BadInput, DividesByZero, Mistake, NotANumber
from costmodel.language.shape import Values
from costmodel.language.spelling import no_number
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
from costmodel.model.explain import words
from costmodel.model.line import EQUAL, Block, Line, Model
from costmodel.model.reads import names_in
from costmodel.numbers import DIGITS_15


def evaluate(model: Model, inputs: Mapping[str, Values] | None = None) -> dict[str, Values]:
    """Work out every line.

    Args:
        inputs: values that stand in place of the model's own, by name: for draws, switching and sensitivity. Their
            leading axis is the number of draws.

    Returns:
        Each line's values with the axes scenarios (or draws), rows, years; an axis along which it does not vary may
        have length 1. Columns of text are left out.

    Raises:
        BadInput: where a formula divides by zero or yields no finite number, naming the scenario, row and year.
    """
    return _Evaluation(model, inputs or {}).run(model.blocks)


def reevaluate(
    model: Model, known: Mapping[str, Values], inputs: Mapping[str, Values], blocks: Iterable[Block]
) -> dict[str, Values]:
    """Work out some lines again, where a few inputs change and most of the model does not.

    Args:
        known: the values of every line before the change.
        inputs: the inputs that change; their leading axis is the number of draws.
        blocks: the blocks that rest on them, in the model's order.

    Raises:
        BadInput: as :func:`evaluate`.
    """
    again = _Evaluation(model, inputs, known)
    return again.run(blocks)


def reevaluate_where_possible(
    model: Model, known: Mapping[str, Values], inputs: Mapping[str, Values], blocks: Iterable[Block]
) -> tuple[dict[str, Values], np.typing.NDArray[np.bool_]]:
    """As :func:`reevaluate`, where some draws may be more than the model can bear.

    Returns:
        The values, and for each draw whether every line worked out again is a finite number there.
    """
    again = _Evaluation(model, inputs, known)
    again.work_out(blocks)
    possible = np.ones(again.draws, dtype=bool)
    for name in again.broken:
        possible &= np.isfinite(again.values[name]).all(axis=(1, 2))
    return again.values, possible


class _Evaluation:
    def __init__(self, model: Model, inputs: Mapping[str, Values], known: Mapping[str, Values] | None = None) -> None:
        self.model = model
        self.values: dict[str, Values] = dict(known or {})
        for line in model.lines.values() if known is None else ():
            if line.is_input and line.texts is None:
                assert line.values is not None, line.name
                self.values[line.name] = line.values
        self.values.update(inputs)
        self.draws = max((len(values) for values in self.values.values()), default=1)
        self.years = len(model.years)
        self.mistakes: list[Mistake] = []
        self.broken: set[str] = set()

    def run(self, blocks: Iterable[Block]) -> dict[str, Values]:
        self.work_out(blocks)
        if self.mistakes:
            raise BadInput(self.mistakes)
        return self.values

    def work_out(self, blocks: Iterable[Block]) -> None:
        """Work out every line of some blocks, and gather what is wrong."""
        with np.errstate(all="ignore"):
            for block in blocks:
                if block.year_by_year:
                    self._year_by_year([self.model.lines[name] for name in block.lines])
                else:
                    line = self.model.lines[block.lines[0]]
                    if line.formula is not None:
                        self._keep(line, self.node(line.formula, None))

    def _keep(self, line: Line, values: Values) -> None:
        years = self.years if line.shape.by_year else values.shape[2]
        values = np.broadcast_to(values, (len(values), max(values.shape[1], self.model.rows_of(line)), years))
        self.values[line.name] = values
        self._check(line)

    def _year_by_year(self, lines: list[Line]) -> None:
        for line in lines:
            self.values[line.name] = np.full((self.draws, self.model.rows_of(line), self.years), np.nan)
        for year in range(self.years):
            for line in lines:
                assert line.formula is not None
                self.values[line.name][:, :, year : year + 1] = self.node(line.formula, year)
        for line in lines:
            self._check(line)

    def node(self, node: Node, year: int | None) -> Values:
        """A formula's values: in one year where ``year`` is given, else in all."""
        match node:
            case Constant(value):
                return np.full((1, 1, 1), float(value))
            case Name(name):
                return self._in(self.values[name], year)
            case Prior(name):
                return self._prior(name, year)
            case At(name, at):
                places = self.values[at][0, :, 0].astype(int) - self.model.years[0].start
                values = self.values[name]
                rows = np.arange(values.shape[1]) if values.shape[1] > 1 else np.zeros(len(places), dtype=int)
                return np.asarray(values[:, rows, places, np.newaxis])
            case Negative(of):
                return -self.node(of, year)
            case Arithmetic(sign, left, right):
                return _ARITHMETIC[sign](self.node(left, year), self.node(right, year))
            case Comparison(sign, left, right):
                if isinstance(left, Text) or isinstance(right, Text) or self._is_text(left):
                    return self._compare_texts(sign, left, right)
                return _compare(sign, self.node(left, year), self.node(right, year))
            case Logic(sign, of):
                settles = float(sign == "or")
                joined = _true(self.node(of[0], year))
                for part in of[1:]:
                    joined = np.where(joined == 1 - settles, _true(self.node(part, year)), joined)
                return joined
            case Not(of):
                return 1 - _true(self.node(of, year))
            case Choice(condition, yes, no):
                true = _true(self.node(condition, year))
                chosen = np.where(true == 1, self.node(yes, year), self.node(no, year))
                return np.where(np.isnan(true), np.nan, chosen)
            case Call(function, of):
                return function.value(self, of, year)
            case Pay():
                return self._in(self._pay(node), year)
            case Text():
                no_number(node)
        assert_never(node)

    def _in(self, values: Values, year: int | None) -> Values:
        return values if year is None or values.shape[2] == 1 else values[:, :, year : year + 1]

    def _prior(self, name: str, year: int | None) -> Values:
        line = self.model.lines[name]
        opening = self.node(line.opening, None) if line.opening is not None else np.zeros((1, 1, 1))
        values = self.values[name]
        if year is not None:
            return opening if year == 0 else values[:, :, year - 1 : year]
        shape = np.broadcast_shapes((*values.shape[:2], 1), opening.shape)
        return np.concatenate(
            [np.broadcast_to(opening, shape), np.broadcast_to(values[:, :, :-1], (*shape[:2], self.years - 1))], axis=2
        )

    def all_years(self, node: Node) -> Values:
        values = self.node(node, None)
        return np.broadcast_to(values, (*values.shape[:2], self.years))

    def _pay(self, node: Pay) -> Values:
        table = self.model.pay
        bands = self.model.lines[node.column].texts
        assert table is not None
        assert bands is not None
        year, experience = self.values[node.year], self.values[node.experience]
        shape = np.broadcast_shapes(year.shape, experience.shape)
        pay = np.zeros((shape[0], len(bands), shape[2]))
        years = set(np.ravel(year).tolist())  # np.unique would bring in masked arrays, which take 12 ms to import
        for band in dict.fromkeys(bands):
            rows = [row for row, name in enumerate(bands) if name == band]
            for point in table.points:
                if point.band == band and point.year in years:
                    applies = (
                        (year == point.year) & (experience >= point.from_years) & (experience < point.before_years)
                    )
                    pay[:, rows, :] += point.pay * applies
        return pay

    def _is_text(self, node: Node) -> bool:
        return isinstance(node, Name) and self.model.lines[node.name].texts is not None

    def _compare_texts(self, sign: str, left: Node, right: Node) -> Values:
        sides = [self._texts(side) for side in (left, right)]
        equal = np.char.lower(sides[0]) == np.char.lower(sides[1])  # as a spreadsheet compares text
        return np.asarray(equal if sign == "==" else ~equal, dtype=float).reshape(1, -1, 1)

    def _texts(self, node: Node) -> np.typing.NDArray[np.str_]:
        if isinstance(node, Text):
            return np.array([node.value])
        return np.array(self.model.lines[node.name].texts if isinstance(node, Name) else [""])

    # What is wrong with a value that is not a number

    def _check(self, line: Line) -> None:
        values = self.values[line.name]
        if np.isfinite(values).all():
            return
        self.broken.add(line.name)
        assert line.formula is not None
        if (set(names_in(line.formula)) & self.broken) - {line.name}:
            return  # said once already, where it began
        bad = ~np.isfinite(values)
        if line.shape.by_year:
            bad = bad & (np.cumsum(bad, axis=2) == 1)  # the first year of each: later ones may only carry it on
        draw, row, year = (int(place) for place in np.argwhere(bad)[0])
        zero = next((n for n in line.formula.walk() if self._is_zero_division(n, draw, row, year)), None)
        owner = line.step_of or line.name
        place = self._place(line, draw, row, year)
        path = f"lines.{owner}"
        if zero is not None and isinstance(zero, Arithmetic):
            below = words(zero.right, self.model.lines)
            says = f"the formula of {owner!r} divides by zero{place}: {below} is 0"
            hint = "Write a if b != 0 else 0, or look at the value that is 0."
            if line.shape.by_year and year >= self.model.ask.stop:
                last = self.model.ask_years[-1]
                hint = f"After {last} an amount by year stops unless it says then: same. {hint}"
            self.mistakes.append(DividesByZero(where=line.where, path=path, says=says, hint=hint))
        else:
            says = f"the formula of {owner!r} yields no finite number{place}"
            hint = "A logarithm, a root or a quantile is out of its range, or a figure is too large."
            self.mistakes.append(NotANumber(where=line.where, path=path, says=says, hint=hint))

    def _is_zero_division(self, node: Node, draw: int, row: int, year: int) -> bool:
        if not (isinstance(node, Arithmetic) and node.sign == "/"):
            return False
        below = self.node(node.right, None)
        at = tuple(min(place, size - 1) for place, size in zip((draw, row, year), below.shape, strict=True))
        return bool(below[at] == 0)

    def _place(self, line: Line, draw: int, row: int, year: int) -> str:
        parts = []
        if line.shape.by_year:
            parts.append(f"in {self.model.years[year]}")
        if line.shape.rows:
            parts.append(f"for {self.model.row_names(line)[row]}")
        if 1 < len(self.model.scenarios) == len(self.values[line.name]):
            parts.append(f"in scenario {self.model.scenarios[draw]}")
        return "".join(f" {part}" for part in parts)


def _true(values: Values) -> Values:
    """1 for any value but 0; what is no number is neither true nor false."""
    return np.where(np.isnan(values), np.nan, (values != 0).astype(float))


def _divide(above: Values, below: Values) -> Values:
    return np.where(below == 0, np.nan, above / below)


def _power(base: Values, exponent: Values) -> Values:
    """A power as a spreadsheet has it: 0 to the power of 0 is no number."""
    found = np.power(base, exponent)
    return np.where(np.isfinite(found) & ((base != 0) | (exponent != 0)), found, np.nan)


def _compare(sign: str, left: Values, right: Values) -> Values:
    """Comparisons as a spreadsheet makes them: on 15 significant digits; equality to 1 part in 10^9."""
    size = np.maximum(np.abs(left), np.abs(right))
    apart = np.abs(left - right)
    found = {
        "==": lambda: apart <= EQUAL * size,
        "!=": lambda: apart > EQUAL * size,
        "<": lambda: (left < right) & (apart > DIGITS_15 * size),
        "<=": lambda: (left <= right) | (apart <= DIGITS_15 * size),
        ">": lambda: (left > right) & (apart > DIGITS_15 * size),
        ">=": lambda: (left >= right) | (apart <= DIGITS_15 * size),
    }[sign]()
    return np.where(np.isnan(left + right), np.nan, found.astype(float))


_ARITHMETIC: dict[str, Callable[[Values, Values], Values]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide,
    "**": _power,
}
