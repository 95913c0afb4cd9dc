"""Checks of the workbook itself, beside those of the proposal."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.model.line import Line, Model
from costmodel.spreadsheets.building import call, cell, cells, pair
from costmodel.spreadsheets.expressions import Area, Expression
from costmodel.workbook.layout import CALCULATIONS, CONSTANT, FIRST, FIRST_YEAR, Layout

MOST_ARGUMENTS = 200
"""Ranges in one SUM or MIN: Excel allows 255."""


@dataclass(frozen=True, kw_only=True)
class OwnCheck:
    """A check of the workbook itself."""

    name: str
    says: str
    does: str
    formula: Expression


class OwnChecks:
    """Finds the checks that a workbook needs."""

    def __init__(self, model: Model, layout: Layout) -> None:
        self.model, self.layout = model, layout
        self.years = len(self.model.years)
        self.found = (*self._no_errors(), *self._shares_possible(), *self._pay_found())

    def _no_errors(self) -> list[OwnCheck]:
        rows = sum(self.model.rows_of(line) for line in self.layout.calculations.lines)
        if not rows:
            return []
        ends = (FIRST, CONSTANT), (FIRST + rows - 1, FIRST_YEAR + self.years)
        total = call("SUM", cells(*ends, CALCULATIONS, held="row column"))
        return [
            OwnCheck(
                name="no_errors",
                says="No cell of Calculations is an error",
                does="1, unless the sum of all figures on Calculations is an error.",
                formula=call("IFERROR", pair(1, "+", pair(0, "*", total)), 0),
            )
        ]

    def _shares_possible(self) -> list[OwnCheck]:
        """Ranges only warn when a value is typed, so what no share can be is checked here."""
        shares = [line for line in self.model.lines.values() if line.is_input and line.unit.is_share]
        if not shares:
            return []
        areas = [self._area(line) for line in shares]
        found = []
        for number, start in enumerate(range(0, len(areas), MOST_ARGUMENTS)):
            some = areas[start : start + MOST_ARGUMENTS]
            least, most = pair(call("MIN", *some), ">=", 0), pair(call("MAX", *some), "<=", 1)
            found.append(
                OwnCheck(
                    name="shares_possible" if not number else f"shares_possible_{number + 1}",
                    says="Every input that is a share lies between 0% and 100%",
                    does="1 where the least of them is at least 0 and the largest at most 1.",
                    formula=call("IF", call("AND", least, most), 1, 0),
                )
            )
        return found

    def _pay_found(self) -> list[OwnCheck]:
        line = self.model.lines.get("team.salary")
        if not self.model.pay or line is None:
            return []
        return [
            OwnCheck(
                name="pay_found",
                says="Every role's pay is found in the pay scale",
                does="1 where the least salary is above 0.",
                formula=call("IF", pair(call("MIN", self._area(line)), ">", 0), 1, 0),
            )
        ]

    def _area(self, line: Line) -> Area:
        """All cells of a line, as a reference from another sheet."""
        place, rows = self.layout.places[line.name], self.model.rows_of(line)
        first = place.first_year if line.shape.by_year else place.constant
        last = first + (self.years - 1 if line.shape.by_year else 0)
        ends = (place.row, first), (place.row + rows - 1, last)
        if ends[0] == ends[1]:
            return cell(*ends[0], place.sheet, held="row column")
        return cells(*ends, place.sheet, held="row column")
