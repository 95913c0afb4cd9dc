"""Checks of the workbook itself, beside those of the proposal."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.results import Costed
from costmodel.language.shape import Values
from costmodel.model.excel import column_name, sheet_prefix
from costmodel.model.line import Line
from costmodel.workbook.layout import CALCULATIONS, CONSTANT, FIRST, FIRST_YEAR, Layout

MOST_ARGUMENTS = 200
"""Ranges in one SUM or MIN: Excel allows 255."""


@dataclass(frozen=True, kw_only=True)
class OwnCheck:
    """A check of the workbook itself."""

    name: str
    says: str
    does: str
    formula: str
    holds: tuple[bool, ...]
    """In each scenario, in order."""


class OwnChecks:
    """Finds the checks that a workbook needs."""

    def __init__(self, costed: Costed, layout: Layout) -> None:
        self.model, self.layout, self.runs = costed.costing.model, layout, costed.runs
        self.years = len(self.model.years)
        self.found = (*self._no_errors(), *self._shares_possible(), *self._pay_found())

    def _no_errors(self) -> list[OwnCheck]:
        rows = sum(self.model.rows_of(line) for line in self.layout.calculations.lines)
        if not rows:
            return []
        total = column_name(FIRST_YEAR + self.years)
        area = f"{CALCULATIONS}!${column_name(CONSTANT)}${FIRST + 1}:${total}${FIRST + rows}"
        return [
            OwnCheck(
                name="no_errors",
                says="No cell of Calculations is an error",
                does="1, unless the sum of all figures on Calculations is an error.",
                formula=f"=IFERROR(1+0*SUM({area}),0)",
                holds=(True,) * len(self.runs),
            )
        ]

    def _shares_possible(self) -> list[OwnCheck]:
        """Ranges only warn when a value is typed, so what no share can be is checked here."""
        shares = [line for line in self.model.lines.values() if line.is_input and line.unit.is_share]
        if not shares:
            return []
        found = []
        for number, start in enumerate(range(0, len(shares), MOST_ARGUMENTS)):
            here = shares[start : start + MOST_ARGUMENTS]
            some = ",".join(self._area(line) for line in here)
            found.append(
                OwnCheck(
                    name="shares_possible" if not number else f"shares_possible_{number + 1}",
                    says="Every input that is a share lies between 0% and 100%",
                    does="1 where the least of them is at least 0 and the largest at most 1.",
                    formula=f"=IF(AND(MIN({some})>=0,MAX({some})<=1),1,0)",
                    holds=tuple(all(_is_share(run.cells(line.name)) for line in here) for run in self.runs),
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
                formula=f"=IF(MIN({self._area(line)})>0,1,0)",
                holds=tuple(bool((run.cells(line.name) > 0).all()) for run in self.runs),
            )
        ]

    def _area(self, line: Line) -> str:
        """All cells of a line, as a reference from another sheet."""
        place, rows = self.layout.places[line.name], self.model.rows_of(line)
        first = place.first_year if line.shape.by_year else place.constant
        last = first + (self.years - 1 if line.shape.by_year else 0)
        start = f"${column_name(first)}${place.row + 1}"
        end = f"${column_name(last)}${place.row + rows}"
        return sheet_prefix(place.sheet) + (start if start == end else f"{start}:{end}")


def _is_share(cells: Values) -> bool:
    return bool((cells >= 0).all() and (cells <= 1).all())
