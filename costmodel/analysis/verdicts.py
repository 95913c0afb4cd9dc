"""Verdicts: how a figure of the model meets a printed one, and the printed tables of a proposal cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.results import Results
from costmodel.assumptions.kinds import Grade
from costmodel.assumptions.schema import PublishedTable
from costmodel.model.line import EQUAL
from costmodel.numbers import Number, round_half_up
from costmodel.sections.costing import Costing

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
    unit: str
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
    unit = rounds_to.value if rounds_to else 10.0**-printed.decimals
    if round_half_up(value / unit) == round_half_up(printed.value / unit) and _is_multiple(printed.value, unit):
        return ROUNDS
    if within and abs(value - printed.value) <= within.value * abs(printed.value) * (1 + EQUAL):
        return WITHIN
    return DIFFERS


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - float(round_half_up(value / unit))) <= 1e-9 * max(1.0, abs(value / unit))


def table_verdicts(results: Results) -> list[Verdict]:
    """Every cell of a proposal's printed tables, held against a scenario."""
    document = results.costing.files.base.document
    found: list[Verdict] = []
    for name, table in document.published.items():
        for row, printed in table.rows.items():
            figures = results.by_year(row)
            years = [str(year) for year in results.costing.model.years]
            for year, number in zip(table.years, printed, strict=True):
                value = figures[years.index(str(year))]
                found.append(_cell(results.costing, name, table, f"{row}@{year}", row, value, number))
        for row, number in table.values.items():
            found.append(_cell(results.costing, name, table, row, row, results.value(row), number))
    return found


def _cell(
    costing: Costing, name: str, table: PublishedTable, cell: str, row: str, value: float, printed: Number
) -> Verdict:
    line = costing.model.lines[row]
    verdict = verdict_on(value, printed, table.rounds_to)
    year = f", {cell.split('@')[1]}" if "@" in cell else ""
    return Verdict(
        id=f"{name}.{cell}",
        source=table.source,
        place=table.where or "",
        says=f"{line.label}{year}",
        printed=f"{printed.value:,.15g}",
        unit=line.unit,
        figures=(value,),
        differences=(value - printed.value,),
        verdict=verdict,
        reason="It should hold, and does not." if verdict == DIFFERS else "",
        proposal=costing.name,
        as_expected=verdict != DIFFERS,
    )
