"""Formulas as live Excel text, read off the same tree as their values.

Only functions older than Excel 2010 are used, so that no name needs a prefix and every engine reads them. References
to years are relative along the row, so that a row has one formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

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
from costmodel.model.line import TOLERANCE, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a line stands: its sheet, first row, and the columns of its constant and its first year (all from 0)."""

    sheet: str
    row: int
    constant: int
    first_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPlace:
    """Where the pay points stand: a sheet, the first and last row, and the columns of what identifies a point."""

    sheet: str
    first: int
    last: int
    year: int
    band: int
    from_years: int
    before_years: int
    pay: int


def column_name(column: int) -> str:
    """0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_prefix(sheet: str) -> str:
    plain = sheet.replace("_", "a").isalnum() and not sheet[0].isdigit()
    return f"{sheet}!" if plain else "'{}'!".format(sheet.replace("'", "''"))


class Writer:
    """Writes the formula of any cell, once the place of every line is known."""

    def __init__(self, model: Model, places: Mapping[str, Place], pay: PayPlace | None) -> None:
        self.model, self.places, self.pay = model, places, pay
        self.years = len(model.years)

    def formula(self, node: Node, sheet: str, row: int = 0, year: int | None = None) -> str:
        """The Excel formula of a node.

        Args:
            sheet: the sheet on which it will stand; references to other sheets name them.
            row: the place in the line's list, from 0.
            year: the place of the year, from 0; None in the constant column.
        """
        return "=" + _Cell(self, sheet, row, year).number(node)

    def cell(self, name: str, sheet: str, row: int = 0, year: int | None = None) -> str:
        """A reference to one cell of a line."""
        return _Cell(self, sheet, row, year).name(name)


class _Cell:
    """One cell's point of view: where it stands decides how others are referred to."""

    def __init__(self, writer: Writer, sheet: str, row: int, year: int | None) -> None:
        self.writer, self.sheet, self.row, self.year = writer, sheet, row, year

    # References

    def on(self, place: Place | PayPlace, reference: str) -> str:
        return reference if place.sheet == self.sheet else sheet_prefix(place.sheet) + reference

    def at(self, name: str) -> tuple[Place, int]:
        """A line's place and the (1-based) row of it that this cell reads."""
        place = self.writer.places[name]
        has_rows = bool(self.writer.model.lines[name].shape.rows)
        return place, place.row + 1 + (self.row if has_rows else 0)

    def name(self, name: str) -> str:
        line = self.writer.model.lines[name]
        place, row = self.at(name)
        if line.shape.by_year:
            assert self.year is not None, name
            return self.on(place, f"{column_name(place.first_year + self.year)}{row}")
        mark = "" if line.shape.rows else "$"
        return self.on(place, f"${column_name(place.constant)}{mark}{row}")

    def prior(self, name: str) -> str:
        place, row = self.at(name)
        assert self.year is not None
        before = place.first_year + self.year - 1 if self.year else place.constant
        return self.on(place, f"{column_name(before)}{row}")

    def whole_row(self, of: Node) -> str:
        place, row = self.at(_named(of))
        first, last = column_name(place.first_year), column_name(place.first_year + self.writer.years - 1)
        return self.on(place, f"${first}{row}:${last}{row}")

    def row_to_here(self, of: Node) -> str:
        place, row = self.at(_named(of))
        assert self.year is not None
        first, now = column_name(place.first_year), column_name(place.first_year + self.year)
        return self.on(place, f"${first}{row}:{now}{row}")

    def all_rows(self, of: Node) -> str:
        column, by_year = self._column(of)
        place = self.writer.places[_named(of)]
        first, last = place.row + 1, place.row + self.writer.model.rows_of(self.writer.model.lines[_named(of)])
        return self.on(place, f"{column}{first}:{column}{last}" if by_year else f"{column}${first}:{column}${last}")

    def rows_to_here(self, of: Node) -> str:
        column, _ = self._column(of)
        place, last = self.at(_named(of))
        return self.on(place, f"{column}${place.row + 1}:{column}{last}")

    def _column(self, of: Node) -> tuple[str, bool]:
        """The column of a line in this cell's year; or that of its constant, anchored."""
        place = self.writer.places[_named(of)]
        if not self.writer.model.lines[_named(of)].shape.by_year:
            return f"${column_name(place.constant)}", False
        assert self.year is not None
        return column_name(place.first_year + self.year), True

    # Formulas; what each returns stands as an operand of what is around it when `binds` is lower

    def number(self, node: Node, binds: int = 0) -> str:
        match node:
            case Comparison() | Logic() | Not():
                return f"IF({self.condition(node)},1,0)"
            case Constant(value):
                return str(value)
            case Name(name):
                return self.name(name)
            case Prior(name):
                return self.prior(name)
            case At(name, year):
                index = self.name(year)
                return f"INDEX({self.whole_row(Name(name))},MATCH({index},{self.whole_row(Name('year'))},0))"
            case Negative(Arithmetic("+" | "-" | "*" | "/") as of) if _has_power(of):
                # Some engines drop the brackets of -(a^b/c), and a sign that then binds to a alone changes the value.
                return self._bracketed(f"0-{self.number(of, 2)}", 1, binds)
            case Negative(of):
                return f"(-{self.number(of, 9)})"
            case Arithmetic("**", left, right):
                return self._bracketed(f"{self.number(left, 9)}^{self.number(right, 9)}", 3, binds)
            case Arithmetic(sign, left, right):
                mine = 1 if sign in "+-" else 2
                text = f"{self.number(left, mine)}{sign}{self.number(right, mine + (sign in '-/'))}"
                return self._bracketed(text, mine, binds)
            case Choice(condition, yes, no):
                return f"IF({self.condition(condition)},{self.number(yes)},{self.number(no)})"
            case Call(function, of):
                return function.excel(self, of)
            case Pay():
                return self.pay(node)
            case Text():
                no_number(node)
        assert_never(node)

    def condition(self, node: Node) -> str:
        match node:
            case Comparison("==" | "!=" as sign, left, right):
                return self._equal(sign, left, right)
            case Comparison(sign, left, right):
                return f"{self.number(left, 1)}{sign}{self.number(right, 1)}"
            case Logic(sign, (first, *rest)) if any(part.may_fail for part in rest):
                # AND and OR work all their parts out, where those before it settle what a part would be.
                then = self.condition(rest[0] if len(rest) == 1 else Logic(sign, tuple(rest)))
                return f"IF({self.condition(first)},{f'{then},FALSE' if sign == 'and' else f'TRUE,{then}'})"
            case Logic(sign, of):
                return f"{sign.upper()}({','.join(self.condition(part) for part in of)})"
            case Not(of):
                return f"NOT({self.condition(of)})"
        return f"{self.number(node, 1)}<>0"

    def _equal(self, sign: str, left: Node, right: Node) -> str:
        texts = [self._text(side) for side in (left, right)]
        if any(texts):
            return f"{texts[0]}{'=' if sign == '==' else '<>'}{texts[1]}"
        sides = [self.number(left, 1), self.number(right, 2)]
        if Constant(0) in (left, right):
            return f"{sides[0]}{'=' if sign == '==' else '<>'}{sides[1]}"
        near = "<=" if sign == "==" else ">"
        size = f"MAX(ABS({sides[0]}),ABS({sides[1]}))"
        return f"ABS({sides[0]}-{sides[1]}){near}{self.writer.cell(TOLERANCE, self.sheet)}*{size}"

    def _text(self, node: Node) -> str:
        if isinstance(node, Text):
            return '"{}"'.format(node.value.replace('"', '""'))
        if isinstance(node, Name) and self.writer.model.lines[node.name].texts is not None:
            return self.name(node.name)
        return ""

    def pay(self, node: Pay) -> str:
        place = self.writer.pay
        assert place is not None

        def column(index: int) -> str:
            letter = column_name(index)
            return self.on(place, f"${letter}${place.first + 1}:${letter}${place.last + 1}")

        year, band, experience = self.name(node.year), self.name(node.column), self.name(node.experience)
        return (
            f"SUMIFS({column(place.pay)},{column(place.year)},{year},{column(place.band)},{band},"
            f'{column(place.from_years)},"<="&{experience},{column(place.before_years)},">"&{experience})'
        )

    def _bracketed(self, text: str, mine: int, binds: int) -> str:
        return f"({text})" if mine < binds else text


def _has_power(node: Node) -> bool:
    return any(isinstance(part, Arithmetic) and part.sign == "**" for part in node.walk())


def _named(node: Node) -> str:
    """The name of a range: what stands for one once a formula is cut."""
    assert isinstance(node, Name), node
    return node.name
