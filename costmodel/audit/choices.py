"""What formulas rest on now: a choice (IF, CHOOSE, INDEX) takes one of several things, and leaves the others out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from costmodel.spreadsheets.cells import Box, Cell
from costmodel.spreadsheets.formulas import Formula, Reader, Reference
from costmodel.spreadsheets.parsing import Token, arguments, call_end
from costmodel.spreadsheets.ranges import Spot

Tokens = tuple[Token, ...]
_CHOOSE = {"IF", "CHOOSE", "INDEX"}


def rests_on(reader: Reader, found: Formula) -> tuple[Reference, ...]:
    """The references of a formula, less what its choices leave out as the cached values stand.

    A choice that cannot be followed leaves nothing out. Of ``IF(switch<>0, one, other)`` the switch is left out too.
    """
    if not _CHOOSE & set(found.functions):
        return found.references
    return tuple(_taken(reader, found.cell, found.parsed.tokens))


def _taken(reader: Reader, cell: Cell, tokens: Tokens) -> Iterator[Reference]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "FUNC" and token.part == "OPEN" and token.text.upper() in ("IF(", "CHOOSE(", "INDEX("):
            end = call_end(tokens, at)
            yield from _call(reader, cell, token.text.upper(), tokens[at:end])
            at = end
            continue
        if token.kind == "OPERAND" and token.part == "RANGE":
            yield from reader.refers(token.text, cell)[0]
        at += 1


def _call(reader: Reader, cell: Cell, name: str, tokens: Tokens) -> Iterator[Reference]:
    given = list(arguments(tokens))
    if name == "INDEX(" and len(given) in (2, 3) and (one := _cell_of_index(reader, cell, given)):
        yield one
        given = given[1:]
    elif name == "CHOOSE(" and len(given) > 1:
        place = value_of(reader, cell, given[0])
        if isinstance(place, int | float) and 1 <= place < len(given):
            given = [given[0], given[int(place)]]
    elif name == "IF(" and len(given) in (2, 3):
        is_true = value_of(reader, cell, given[0])
        if is_true is not None and not isinstance(is_true, str):
            taken = given[1:2] if is_true else given[2:]
            is_switch = len(given[0]) == 3 and given[0][1].text == "<>" and given[0][2].text == "0"
            given = taken if is_switch else [given[0], *taken]
    for argument in given:
        yield from _taken(reader, cell, argument)


def _cell_of_index(reader: Reader, cell: Cell, given: list[Tokens]) -> Reference | None:
    """The one cell that ``INDEX(range, row, column)`` takes."""
    if len(given[0]) != 1 or given[0][0].part != "RANGE":
        return None
    ranges = reader.refers(given[0][0].text, cell)[0]
    places = [value_of(reader, cell, argument) for argument in given[1:]]
    if len(ranges) != 1 or not all(isinstance(place, int | float) and place >= 1 for place in places):
        return None
    sheet, box, fixed = ranges[0]
    row, column = int(places[0]), int(places[1]) if len(places) > 1 else 1
    if len(places) == 1:
        if box.top == box.bottom:
            row, column = 1, row
        elif box.left != box.right:
            return None
    row, column = box.top + row - 1, box.left + column - 1
    return Reference(sheet, Box(row, column, row, column), fixed) if box.holds(row, column) else None


def value_of(reader: Reader, cell: Cell, tokens: Tokens) -> Any:
    """The value of a plain expression by cached values; None for what is not plain.

    Plain is a number, a text, one cell, MATCH with a last argument of 0, sums and differences of these, and one
    comparison.
    """
    for at, token in enumerate(tokens):
        is_outside = not any(other.part == "OPEN" for other in tokens[:at])
        if token.kind == "OPERATOR-INFIX" and token.text in _COMPARE and is_outside:
            one, other = value_of(reader, cell, tokens[:at]), value_of(reader, cell, tokens[at + 1 :])
            if one is None or other is None or isinstance(one, str) != isinstance(other, str):
                return None
            return _COMPARE[token.text](one, other)
    total: Any = None
    sign, at = "+", 0
    while at < len(tokens):
        token = tokens[at]
        end = call_end(tokens, at) if token.part == "OPEN" else at + 1
        value = _plain(reader, cell, tokens[at:end])
        if value is None or (isinstance(value, str) and len(tokens) > 1):
            return None
        total = value if total is None else total + value if sign == "+" else total - value
        if end < len(tokens) and (tokens[end].kind != "OPERATOR-INFIX" or tokens[end].text not in "+-"):
            return None
        sign, at = tokens[end].text if end < len(tokens) else "", end + 1
    return total


_COMPARE: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _plain(reader: Reader, cell: Cell, tokens: Tokens) -> Any:
    token = tokens[0]
    if token.kind == "FUNC":
        return _match(reader, cell, list(arguments(tokens))) if token.text.upper() == "MATCH(" else None
    if token.kind == "PAREN":
        return value_of(reader, cell, tokens[1:-1])
    if token.kind != "OPERAND":
        return None
    if token.part == "NUMBER":
        return float(token.text)
    if token.part == "TEXT":
        return token.text.strip('"')
    spots = _spots(reader, cell, token)
    return _shown(reader, spots[0]) if spots is not None and len(spots) == 1 else None


def _match(reader: Reader, cell: Cell, given: list[Tokens]) -> int | None:
    if len(given) != 3 or len(given[1]) != 1 or value_of(reader, cell, given[2]) != 0:
        return None
    wanted, spots = value_of(reader, cell, given[0]), _spots(reader, cell, given[1][0])
    folded = wanted.lower() if isinstance(wanted, str) else wanted
    for place, spot in enumerate(spots or (), start=1):
        shown = _shown(reader, spot)
        if wanted is not None and (shown.lower() if isinstance(shown, str) else shown) == folded:
            return place
    return None


_MOST = 5_000


def _spots(reader: Reader, cell: Cell, token: Token) -> list[Spot] | None:
    """Every cell that an operand refers to, empty ones too."""
    found = reader.refers(token.text, cell)[0] if token.part == "RANGE" else []
    if len(found) != 1 or found[0].box.area > _MOST:
        return None
    sheet, box, _ = found[0]
    return [(sheet, row, column) for row in range(box.top, box.bottom + 1) for column in range(box.left, box.right + 1)]


def _shown(reader: Reader, spot: Spot) -> Any:
    sheet = reader.book.sheet(spot[0])
    held = sheet.at(*spot[1:]) if sheet else None
    return held.shown if held else None


class ChoiceTaken(NamedTuple):
    """An INDEX into a range, in a cell."""

    cell: Cell
    among: Reference
    chooser: tuple[Any, ...]
    """The last argument, wherever it stands: what it refers to and its signs."""


def choices_of(reader: Reader) -> Iterator[ChoiceTaken]:
    """Every INDEX into one range, by the argument that chooses the column, or the place where there is no other."""
    for found in reader.all.values():
        if "INDEX" not in found.functions:
            continue
        tokens = found.parsed.tokens
        for at, token in enumerate(tokens):
            if token.kind != "FUNC" or token.text.upper() != "INDEX(":
                continue
            given = list(arguments(tokens[at : call_end(tokens, at)]))
            ranges = reader.refers(given[0][0].text, found.cell)[0] if len(given[0]) == 1 else []
            if len(ranges) == 1 and len(given) in (2, 3):
                yield ChoiceTaken(found.cell, ranges[0], tuple(_meant(reader, found.cell, word) for word in given[-1]))


def _meant(reader: Reader, cell: Cell, token: Token) -> Any:
    found = reader.refers(token.text, cell)[0] if token.part == "RANGE" else []
    return tuple((reference.sheet, reference.box) for reference in found) or token.text
