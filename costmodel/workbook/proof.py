"""Every formula of a line is read back from its text, and is the line's own: agreement for all inputs.

The engine's values are those of a line's tree. So a formula that reads back to that tree agrees with them whatever is
typed into the workbook, and not only for the values with which it was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from costmodel.language.arguments import NotReadBack
from costmodel.language.spelling import written
from costmodel.language.tree import Node
from costmodel.model.line import Line, Model
from costmodel.model.normal_form import normal
from costmodel.spreadsheets.cells import address
from costmodel.spreadsheets.package import Value
from costmodel.spreadsheets.parsing import Place, as_place, shaped
from costmodel.spreadsheets.ranges import Spot
from costmodel.spreadsheets.syntax import Unreadable, read_expression
from costmodel.workbook.layout import Layout
from costmodel.workbook.reading_back import OPENING, CellReader, Ground

_Shape = tuple[str, int | None, tuple[object, ...]]
"""What a formula is like from its own cell; and its year, but that all after the first are as one."""


EngineValue = Callable[[Line, int, int | None], float]
"""The value of a line, in a row and in a year."""


class NotProven(Exception):
    """What was about to be written is not what the model says: a fault of this program, never of its input."""


class Proof:
    """Holds the formulas of a workbook against the model.

    Along a row, formulas that are alike from their own cells are read once: every reference to a value of a year moves
    with the cell, and every other stands still, which reading checks by the marks of each.
    """

    def __init__(self, model: Model, layout: Layout) -> None:
        self.ground, self.layout = Ground(model, layout), layout
        self._normal: dict[int, Node] = {}
        """By the identity of a tree, which the model keeps."""
        self._alike: set[tuple[str, int, _Shape]] = set()

    def holds(self, line: Line, row: int, year: int | None, text: str) -> None:
        """Read the formula of a line's cell back.

        Args:
            row: the place in the line's list, from 0.
            year: the place of the year, from 0; None for a line of one value, :data:`OPENING` for an opening value.

        Raises:
            NotProven: where it is not the line's formula, with the cell, the text and what each says.
        """
        place = self.layout.rows[line.name]
        at = place.row + row + 1, 1 + (place.constant if year in (None, OPENING) else place.first_year + (year or 0))
        shape = line.name, row, _shape(text, *at, year)
        if shape in self._alike:
            return
        tree = line.opening if year == OPENING else line.formula
        cell = f"{place.sheet}!{address(*at)}, of {line.name}, is {text}"
        if tree is None:
            raise NotProven(f"{cell}, and the line has no formula there")
        try:
            reader = CellReader(self.ground, line, row, None if year == OPENING else year, place.sheet)
            found = reader.number(read_expression(text))
        except (NotReadBack, Unreadable) as problem:
            raise NotProven(f"{cell}, which cannot be read back: {problem}. It should be {written(tree)}") from None
        if normal(found) != self._normal_of(tree):
            raise NotProven(f"{cell}, which reads back as {written(found)}, and should be {written(tree)}")
        self._alike.add(shape)

    def stands(
        self,
        cells: Mapping[Spot, Value],
        engine: Callable[[Line, int, int | None], float],
        read_as_past: Container[str],
    ) -> None:
        """Hold every cell that formulas may refer to against the engine: each holds the value of its line.

        Args:
            cells: the value of every cell that was written.
            read_as_past: the lines that have an opening value.

        Raises:
            NotProven: where a cell was not written, or holds anything else.
        """
        for spot, (line, row, year) in self.ground.cells.items():
            if line.texts is None and (year != OPENING or line.name in read_as_past):
                found, wanted = cells.get(spot), engine(line, row, year)
                if found != wanted:
                    sheet, *at = spot
                    raise NotProven(f"{sheet}!{address(*at)}, of {line.name}, holds {found!r}, and not {wanted!r}")

    def _normal_of(self, tree: Node) -> Node:
        if id(tree) not in self._normal:
            self._normal[id(tree)] = normal(tree)
        return self._normal[id(tree)]


def _shape(text: str, row: int, column: int, year: int | None) -> _Shape:
    words, addresses = shaped(text)
    return (
        words,
        None if year is None else min(year, 1),
        tuple(_from(as_place(found), row, column) for found in addresses),
    )


def _from(place: Place | None, row: int, column: int) -> object:
    """A reference as it is from a cell."""
    if place is None:
        return None
    (top, left, bottom, right), fixed = place
    ends = zip((top, left, bottom, right), fixed, (row, column) * 2, strict=True)
    return fixed, tuple(end if held else end - own for end, held, own in ends)
