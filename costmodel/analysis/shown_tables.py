"""A proposal's tables as they are shown: rounded half up, totals as rounded sums of unrounded figures, with a note."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.figures import Shown, how_to_show
from costmodel.analysis.results import Results
from costmodel.language.tree import Arithmetic, Name, Node
from costmodel.language.units import Unit
from costmodel.numbers import round_half_up
from costmodel.sections.costing import TableOf
from costmodel.years import Year, run_of_years

ROUNDING = "Figures are rounded half up, and totals are rounded sums of unrounded figures."


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """A line of a table: a value for each column, or None where there is none."""

    name: str
    label: str
    unit: Unit
    grade: str
    constant: float | None
    """The one value of a line that does not vary by year."""
    values: tuple[float | None, ...]
    """A value for each year, then each period's total; None where there is none."""
    shown: Shown


@dataclass(frozen=True, kw_only=True)
class ShownTable:
    """A table ready to be shown."""

    title: str
    columns: tuple[str, ...]
    """Headings of the values: the years, then each period's total."""
    rows: tuple[ShownRow, ...]
    notes: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns that hold any figure: the one value, years and totals."""
        return tuple(heading for heading, used in zip(("Value", *self.columns), self._used, strict=True) if used)

    def figures(self, row: ShownRow) -> tuple[float | None, ...]:
        """A row's figures under the headings."""
        return tuple(figure for figure, used in zip((row.constant, *row.values), self._used, strict=True) if used)

    def texts(self, row: ShownRow) -> tuple[str, ...]:
        """A row's figures as shown."""
        return tuple("" if figure is None else row.shown.text(figure) for figure in self.figures(row))

    @property
    def _used(self) -> tuple[bool, ...]:
        columns = zip(*((row.constant, *row.values) for row in self.rows), strict=True)
        return tuple(any(figure is not None for figure in column) for column in columns)


def show_table(results: Results, name: str | None = None) -> ShownTable:
    """A table of the proposal, by name or the first."""
    table = results.table_of(name)
    years = results.costing.model.years
    style = results.costing.proposal.year_style
    periods = results.costing.proposal.periods
    columns = [styled(year, style) for year in years]
    columns += [f"Total {run_of_years(periods[period])}" for period in table.totals]
    rows = []
    for row in table.rows:
        line = results.line(row)
        varies = line.shape.by_year
        figures: list[float | None] = [*results.by_year(row)] if varies else [None] * len(years)
        figures += [results.value(totals[row]) if row in totals else None for totals in table.totals.values()]
        constant = None if varies else results.value(row)
        known = [figure for figure in (constant, *figures) if figure is not None]
        rows.append(
            ShownRow(
                name=row,
                label=line.label,
                unit=line.unit,
                grade=results.grading[row].grade or "",
                constant=constant,
                values=tuple(figures),
                shown=how_to_show(line.unit, known),
            )
        )
    notes = [note for note in (table.note, rounding_note(results, table, rows)) if note]
    return ShownTable(title=table.title, columns=tuple(columns), rows=tuple(rows), notes=tuple(notes))


def styled(year: Year, style: str) -> str:
    """A year as the proposal writes it in tables."""
    text = str(year)
    return {"22/23": text[2:], "2022-23": text.replace("/", "-")}.get(style, text) if year.financial else text


def rounding_note(results: Results, table: TableOf, rows: list[ShownRow]) -> str:
    """Says where shown figures do not add to a shown total, or nothing."""
    by_name = {row.name: row for row in rows}
    years = [str(year) for year in results.costing.model.years]
    apart: list[str] = []
    for row in rows:
        formula = results.line(row.name).formula
        parts = parts_of(formula) if formula is not None else None
        if parts and len(parts) > 1 and all(part in by_name for part in parts):
            for place, year in enumerate(years):
                figures = [by_name[part].values[place] or 0.0 for part in parts]
                if _gap(row.values[place] or 0.0, figures, row.shown):
                    apart.append(year)
    for period, totals in table.totals.items():
        run = results.costing.proposal.periods[period]
        inside = [place for place, year in enumerate(results.costing.model.years) if year in run]
        for name, total in totals.items():
            row_values = by_name[name].values
            if _gap(results.value(total), [row_values[place] or 0.0 for place in inside], by_name[name].shown):
                apart.append(f"the total for {run_of_years(run)}")
    if not apart:
        return ""
    listed = apart[0] if len(apart) == 1 else f"{', '.join(apart[:-1])} and {apart[-1]}"
    return f"{ROUNDING} So the figures shown for {listed} do not add exactly."


def _gap(total: float, parts: list[float], shown: Shown) -> bool:
    return round_half_up(total, shown.decimals) != sum(round_half_up(part, shown.decimals) for part in parts)


def parts_of(node: Node) -> list[str] | None:
    """The names that a formula adds up, or None where it does anything else."""
    if isinstance(node, Name):
        return [node.name]
    if isinstance(node, Arithmetic) and node.sign == "+":
        left, right = parts_of(node.left), parts_of(node.right)
        return [*left, *right] if left is not None and right is not None else None
    return None
