"""The Excel formula of one cell read back into a formula over the lines of the model.

Nothing here knows how formulas are written: a reference is the line, row and year that the layout has at its cell, and
a function of Excel's is what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from costmodel.language.arguments import NotReadBack
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
from costmodel.language.vocabulary import EVERY_FUNCTION
from costmodel.model.line import Line, Model
from costmodel.spreadsheets.cells import Box
from costmodel.spreadsheets.expressions import (
    Applied,
    Area,
    Binary,
    Expression,
    Numeral,
    Quoted,
    Truth,
    Unary,
    as_text,
)
from costmodel.spreadsheets.parsing import Fixed
from costmodel.spreadsheets.ranges import Spot
from costmodel.workbook.layout import Layout

OPENING = -1
"""The place of the year before the first: of a line's opening value."""
_FREE, _HELD = (False,) * 4, (True,) * 4
_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "/", "^": "**"}
_COMPARED = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Stands(NamedTuple):
    """What the layout has at a cell: a line, the place of a row of it, and that of a year, where it has any."""

    line: Line
    row: int
    year: int | None


class Ground:
    """What stands at every cell that formulas may refer to."""

    def __init__(self, model: Model, layout: Layout) -> None:
        self.model, self.layout = model, layout
        self.years = len(model.years)
        self.cells = dict(self._cells())

    def _cells(self) -> Iterator[tuple[Spot, Stands]]:
        for name, place in self.layout.places.items():
            line = self.model.lines[name]
            for row in range(self.model.rows_of(line)):
                at = place.row + 1 + row
                if not line.shape.by_year:
                    yield (place.sheet, at, place.constant + 1), Stands(line, row, None)
                    continue
                yield (place.sheet, at, place.constant + 1), Stands(line, row, OPENING)
                for year in range(self.years):
                    yield (place.sheet, at, place.first_year + 1 + year), Stands(line, row, year)

    def at(self, area: Area, own: str) -> tuple[Stands, Stands]:
        """What stands at the first and at the last cell of a reference in a formula on a sheet."""
        sheet, (top, left, bottom, right) = area.sheet or own, area.box
        first, last = self.cells.get((sheet, top, left)), self.cells.get((sheet, bottom, right))
        if first is None or last is None or first.line is not last.line:
            raise NotReadBack(f"{as_text(area)} is no line of the model, or more than one")
        return first, last


class CellReader:
    """Reads the formula of one cell: of a line, in a row and in a year, or in the column of its one or opening value.

    Raises:
        NotReadBack: where a part of it is nothing that the model has.
    """

    def __init__(self, ground: Ground, line: Line, row: int, year: int | None, sheet: str) -> None:
        self.ground, self.line, self.row, self.year, self.sheet = ground, line, row, year, sheet

    # References

    def _line(self, part: object, *, is_range: bool) -> tuple[Area, Stands, Stands]:
        """A reference to cells of one line, which has no rows or those of this cell's own line."""
        if not isinstance(part, Area) or part.is_range != is_range:
            raise NotReadBack(f"{_text(part)} is no {'range' if is_range else 'cell'}")
        return part, *self.ground.at(part, self.sheet)

    def _of_this_row(self, part: Area, *found: Stands) -> None:
        for stands in found:
            rows = stands.line.shape.rows
            if (rows, stands.row) != (self.line.shape.rows if rows else "", self.row if rows else 0):
                raise NotReadBack(f"{as_text(part)} is another row of {stands.line.name}")

    def _want(self, part: Area, found: object, wanted: object, fixed: Fixed, says: str) -> None:
        if found != wanted:
            raise NotReadBack(f"{as_text(part)} is not {says}")
        if part.fixed != fixed:
            raise NotReadBack(f"{as_text(part)} has a $ too many or too few")

    def _cell(self, part: Area) -> Node:
        area, stands, _ = self._line(part, is_range=False)
        self._of_this_row(area, stands)
        name, shape = stands.line.name, stands.line.shape
        if not shape.by_year:
            down = not shape.rows
            self._want(area, stands.year, None, (down, True, down, True), "one value")
            return Name(name)
        if self.year is None or stands.year is None:
            raise NotReadBack(f"{as_text(area)} is a value of a year, where none is worked out")
        before = stands.year == self.year - 1
        self._want(area, before or stands.year == self.year, True, _FREE, "of this year or of the year before")
        return Prior(name) if before else Name(name)

    def whole_row(self, part: object) -> Name:
        area, first, last = self._line(part, is_range=True)
        self._of_this_row(area, first, last)
        wanted = (0, self.ground.years - 1)
        self._want(area, (first.year, last.year), wanted, (False, True, False, True), "a line in all years")
        return Name(first.line.name)

    def row_to_here(self, part: object) -> Name:
        area, first, last = self._line(part, is_range=True)
        self._of_this_row(area, first, last)
        self._want(area, (first.year, last.year), (0, self.year), (False, True, False, False), "a line up to this year")
        return Name(first.line.name)

    def all_rows(self, part: object) -> Name:
        area, first, last = self._line(part, is_range=True)
        rows = (0, self.ground.model.rows_of(first.line) - 1)
        self._down(area, first, last, rows, _FREE if first.line.shape.by_year else _HELD)
        return Name(first.line.name)

    def rows_to_here(self, part: object) -> Name:
        area, first, last = self._line(part, is_range=True)
        held = not first.line.shape.by_year
        self._of_this_row(area, last)
        self._down(area, first, last, (0, self.row), (True, held, False, held))
        return Name(first.line.name)

    def _down(self, area: Area, first: Stands, last: Stands, rows: tuple[int, int], fixed: Fixed) -> None:
        year = self.year if first.line.shape.by_year else None
        wanted = (bool(first.line.shape.rows), *rows, year, year)
        found = (True, first.row, last.row, first.year, last.year)
        self._want(area, found, wanted, fixed, "a line down those of its rows")

    # What is worked out

    def call(self, part: object) -> tuple[str, tuple[object, ...]]:
        if not isinstance(part, Applied):
            raise NotReadBack(f"{_text(part)} is no call of a function")
        return part.function, part.of

    def factors(self, part: object) -> tuple[object, object]:
        if not (isinstance(part, Binary) and part.sign == "*"):
            raise NotReadBack(f"{_text(part)} is no product")
        return part.left, part.right

    def number(self, part: object) -> Node:
        match part:
            case Numeral(0 | 1 as value):
                return Constant(int(value))
            case Area():
                return self._cell(part)
            case Unary("-", of):
                return Negative(self.number(of))
            case Binary(sign, left, right) if sign in _ARITHMETIC:
                return Arithmetic(_ARITHMETIC[sign], self.number(left), self.number(right))
            case Applied("INDEX", (row, Applied("MATCH", (year, years, Numeral(0))))):
                return self._in_year(row, year, years)
            case Applied("SUMIFS", of):
                return self._pay(of)
            case Applied(name, of):
                return self._function(part, name, of)
        raise NotReadBack(f"{_text(part)} is no number that the model has")

    def _function(self, part: Applied, name: str, of: tuple[Expression, ...]) -> Node:
        why = [f"{as_text(part)} is no function of the language"]
        for function in EVERY_FUNCTION:
            try:
                return Call(function, function.from_excel(self, name, of))
            except NotReadBack as problem:
                why.append(str(problem))
        if name == "IF" and len(of) == 3:
            return Choice(self.condition(of[0]), self.number(of[1]), self.number(of[2]))
        raise NotReadBack("; ".join(says for says in dict.fromkeys(why) if says != name))

    def _in_year(self, row: Expression, year: Expression, years: Expression) -> Node:
        of, at, axis = self.whole_row(row), self.number(year), self.whole_row(years)
        if axis != Name("year") or not isinstance(at, Name):
            raise NotReadBack(f"{as_text(years)} is not the row of years, or {as_text(year)} not a year")
        return At(of.name, at.name)

    def _pay(self, of: tuple[Expression, ...]) -> Node:
        """The pay of one point: that of a year and a band, from some years of experience and before others."""
        place = self.ground.layout.pay
        if place is None or len(of) != 9:
            raise NotReadBack("SUMIFS looks nothing up that the model has")
        columns = (place.pay, place.year, place.band, place.from_years, place.before_years)
        wanted = [
            Area(Box(place.first + 1, column + 1, place.last + 1, column + 1), _HELD, place.sheet, True)
            for column in columns
        ]
        match of[6], of[8]:
            case Binary("&", Quoted("<="), since), Binary("&", Quoted(">"), before) if since == before:
                found = [self.number(part) for part in (of[4], of[2], since)]
                if [of[0], *of[1::2]] == wanted and all(isinstance(one, Name) for one in found):
                    return Pay(*(one.name for one in found if isinstance(one, Name)))
        raise NotReadBack("SUMIFS does not look pay up by year, band and experience")

    # Conditions

    def condition(self, part: object) -> Node:
        match part:
            case Binary(sign, left, right) if sign in _COMPARED:
                return self._compared(_COMPARED[sign], left, right)
            case Applied("AND" | "OR" as name, (_, _, *_) as of):
                found = tuple(self.condition(one) for one in of)
                if any(one.may_fail for one in found[1:]):
                    raise NotReadBack(f"{_text(part)} works out what may have no value, and is not needed")
                return Logic(name.lower(), found)
            case Applied("NOT", (of,)):
                return Not(self.condition(of))
            case Applied("IF", (one, other, Truth(False))):
                return Logic("and", (self.condition(one), self.condition(other)))
            case Applied("IF", (one, Truth(True), other)):
                return Logic("or", (self.condition(one), self.condition(other)))
        raise NotReadBack(f"{_text(part)} is no condition")

    def _compared(self, sign: str, left: Expression, right: Expression) -> Node:
        """Excel compares texts and 0 as the language does; other figures are equal there to the last digit alone."""
        sides = [Text(side.value) if isinstance(side, Quoted) else self.number(side) for side in (left, right)]
        texts = [isinstance(side, Text) or self._is_text(side) for side in sides]
        equality = sign in ("==", "!=")
        if any(texts) if not equality else not (all(texts) or (not any(texts) and Constant(0) in sides)):
            raise NotReadBack(f"{as_text(left)} and {as_text(right)} are not compared so")
        return Comparison(sign, *sides)

    def _is_text(self, node: Node) -> bool:
        return isinstance(node, Name) and self.ground.model.lines[node.name].texts is not None


def _text(part: object) -> str:
    return as_text(part) if isinstance(part, Expression) else repr(part)
