"""Verdicts: how a figure of the model meets a printed one, and the printed tables of a proposal cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.printed import PrintedCell, cells_of, last_digit
from costmodel.analysis.results import Results
from costmodel.assumptions.kinds import Grade
from costmodel.assumptions.schema import PublishedTable
from costmodel.language.units import Unit
from costmodel.model.line import EQUAL
from costmodel.numbers import Number, round_half_up, shown

EXACT, ROUNDS, WITHIN, BOUND = "exact", "rounds to it", "within its tolerance", "holds as a bound"
DIFFERS, NOT_DERIVABLE, FACT = "differs", "not derivable", "plain fact"
VERDICTS = (EXACT, ROUNDS, WITHIN, BOUND, DIFFERS, NOT_DERIVABLE, FACT)
"""From the strongest to what says nothing."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A printed figure, what the model makes of it, and whether that is as the ledger says."""

    id: str
    source: str
    place: str
    says: str
    printed: str
    unit: Unit
    figures: tuple[float, ...] = ()
    """What the model makes of each printed figure; empty where no formula meets the claim."""
    differences: tuple[float, ...] = ()
    """Model less printed."""
    verdict: str
    reason: str = ""
    finding: str = ""
    grade: Grade | None = None
    proposal: str = ""
    as_expected: bool = True
    """False where a claim that should hold does not, or one that is said to differ holds."""


def verdict_on(value: float, printed: Number, rounds_to: Number | None, within: Number | None = None) -> str:
    """How a figure meets a printed one: exactly, rounded half up, within a tolerance, or not."""
    if abs(value - printed.value) <= EQUAL * max(abs(value), abs(printed.value)):
        return EXACT
    unit = rounds_to.value if rounds_to else last_digit(printed)
    if round_half_up(value / unit) == round_half_up(printed.value / unit) and _is_multiple(printed.value, unit):
        return ROUNDS
    if within and abs(value - printed.value) <= within.value * abs(printed.value) * (1 + EQUAL):
        return WITHIN
    return DIFFERS


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - float(round_half_up(value / unit))) <= 1e-9 * max(1.0, abs(value / unit))


def table_verdicts(results: Results) -> list[Verdict]:
    """Every cell of a proposal's printed tables, held against a scenario."""
    published = results.costing.files.base.document.published
    return [_cell(results, name, table, cell) for name, table in published.items() for cell in cells_of(table)]


def _cell(results: Results, name: str, table: PublishedTable, cell: PrintedCell) -> Verdict:
    line, years = results.line(cell.row), results.costing.model.years
    value = results.along_axis(cell.row)[years.index(cell.year)] if cell.year else results.value(cell.row)
    verdict = verdict_on(value, cell.number, table.rounds_to)
    return Verdict(
        id=f"{name}.{cell.name}",
        source=table.source,
        place=table.where or "",
        says=f"{line.label}, {cell.year}" if cell.year else line.label,
        printed=_as_printed(cell.number, line.unit),
        unit=line.unit,
        figures=(value,),
        differences=(value - cell.number.value,),
        verdict=verdict,
        reason="It should hold, and does not." if verdict == DIFFERS else "",
        grade=results.grading[cell.row].grade,
        proposal=results.costing.name,
        as_expected=verdict != DIFFERS,
    )


def _as_printed(number: Number, unit: Unit) -> str:
    """A figure of a printed table in the unit of its line: £9,507,392, 14% or 5.13."""
    if number.percent:
        return f"{shown(number.value * 100, max(number.decimals - 2, 0))}%"
    return shown(number.value, number.decimals, money=unit.is_money)
