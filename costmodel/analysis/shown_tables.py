"""A proposal's tables as they are shown: rounded half up, totals as rounded sums of unrounded figures, with a note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from costmodel.analysis.figures import Shown, how_to_show
from costmodel.analysis.results import Results
from costmodel.language.tree import Arithmetic, Name, Node
from costmodel.language.units import Unit
from costmodel.numbers import round_half_up
from costmodel.sections.set_tables import TableOf
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
    place: int | None = None
    """The place in its list of the row that it is, from 0."""

    @property
    def id(self) -> str:
        return self.name if self.place is None else f"{self.name}[{self.place + 1}]"

    @property
    def unit_words(self) -> str:
        """The unit in which its figures are shown: £ million."""
        return self.shown.unit(str(self.unit))


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


def show_table(results: Results, name: str | None = None, *, every_row: bool = False) -> ShownTable:
    """A table of the proposal, by name or the first.

    Args:
        every_row: whether a table of a list has the rows of all scenarios, and not only those of this one.
    """
    table, costing = results.table_of(name), results.costing
    style = costing.proposal.year_style
    columns = [styled(year, style) for year in costing.model.ask_years]
    columns += [f"Total {run_of_years(costing.run_of(period))}" for period in table.totals]
    rows = [_shown_row(results, table, row) for row in table.rows]
    each: list[ShownRow] = []
    if table.each:
        rows_of = table.each.split(".")[0]
        places = range(len(costing.model.lists[rows_of].rows)) if every_row else results.own_rows(rows_of)
        each = [_shown_row(results, table, table.each, place, of_list=True) for place in places]
    notes = [note for note in (table.note, rounding_note(results, table, rows, each)) if note]
    return ShownTable(title=table.title, columns=tuple(columns), rows=(*each, *rows), notes=tuple(notes))


def _shown_row(results: Results, table: TableOf, name: str, place: int = 0, *, of_list: bool = False) -> ShownRow:
    """A line as a row of a table; or one row of its list."""
    line, years = results.line(name), len(results.costing.model.ask_years)
    own = results.row(name, place)
    figures: list[float | None] = [*own] if line.shape.by_year else [None] * years
    figures += [results.row(found, place)[0] if found else None for found in table.totals_of(name)]
    constant = None if line.shape.by_year else own[0]
    known = [figure for figure in (constant, *figures) if figure is not None]
    return ShownRow(
        name=name,
        label=results.costing.model.row_names(line)[place] if of_list else line.label,
        unit=line.unit,
        grade=results.grading[name].grade or "",
        constant=constant,
        values=tuple(figures),
        shown=_look_of(results, table, name, known),
        place=place if of_list else None,
    )


def _look_of(results: Results, table: TableOf, name: str, values: list[float]) -> Shown:
    """How a table shows a line: as the line says, else as the table does, else as its unit and figures need."""
    line, own = results.line(name), results.costing.files.base.document.lines.get(name)
    scale = table.scale if line.unit.is_amount else 0
    usual = how_to_show(line.unit, values)
    if scale:
        decimals = _DECIMALS[scale] if table.decimals is None else table.decimals
        usual = Shown(decimals=decimals, scale=scale, said=True)
    elif table.decimals is not None and not table.scale:
        usual = replace(usual, decimals=table.decimals, said=True)
    return usual if own is None or own.decimals is None else replace(usual, decimals=own.decimals, said=True)


_DECIMALS = {3: 0, 6: 1}
"""Decimals of money in thousands and in millions, where nothing else is said."""


def styled(year: Year, style: str) -> str:
    """A year as the proposal writes it in tables."""
    text = str(year)
    return {"22/23": text[2:], "2022-23": text.replace("/", "-")}.get(style, text) if year.financial else text


def rounding_note(results: Results, table: TableOf, rows: list[ShownRow], each: list[ShownRow]) -> str:
    """Says where shown figures do not add to a shown total, or nothing.

    Args:
        each: the rows of a list, which add to the first row.
    """
    by_name = {row.name: row for row in rows}
    years = [str(year) for year in results.costing.model.ask_years]
    apart: list[str] = []
    for row in rows:
        formula = results.line(row.name).formula
        parts = parts_of(formula) if formula is not None else None
        if parts and len(parts) > 1 and all(part in by_name for part in parts):
            for place, year in enumerate(years):
                if _gap(row, row.values[place], [(by_name[part], by_name[part].values[place]) for part in parts]):
                    apart.append(year)
    columns = [*years, *(f"the total for {run_of_years(results.costing.run_of(period))}" for period in table.totals)]
    for place, heading in enumerate(columns if each and rows else ()):
        if _gap(rows[0], rows[0].values[place], [(row, row.values[place]) for row in each]):
            apart.append(heading)
    for at, period in enumerate(table.totals):
        run = results.costing.run_of(period)
        inside = [place for place, year in enumerate(results.costing.model.ask_years) if year in run]
        for row in (*each, *rows):
            if table.totals_of(row.name)[at] and _gap(
                row, row.values[len(years) + at], [(row, row.values[p]) for p in inside]
            ):
                apart.append(f"the total for {run_of_years(run)}")
    if not apart:
        return ""
    if table.name not in results.costing.files.base.document.tables or each or table.scale:
        apart = [heading for heading in columns if heading in apart]
    listed = apart[0] if len(apart) == 1 else f"{', '.join(apart[:-1])} and {apart[-1]}"
    return f"{ROUNDING} So the figures shown for {listed} do not add exactly."


def _gap(total: ShownRow, value: float | None, parts: list[tuple[ShownRow, float | None]]) -> bool:
    """Whether what is shown of parts does not add to what is shown of their total."""
    added = sum((row.shown.rounded(part or 0.0) for row, part in parts), Decimal(0))
    decimals = total.shown.decimals + 2 if total.shown.percent else total.shown.decimals
    return total.shown.rounded(value or 0.0) != round_half_up(float(added), decimals)


def parts_of(node: Node) -> list[str] | None:
    """The names that a formula adds up, or None where it does anything else."""
    if isinstance(node, Name):
        return [node.name]
    if isinstance(node, Arithmetic) and node.sign == "+":
        left, right = parts_of(node.left), parts_of(node.right)
        return [*left, *right] if left is not None and right is not None else None
    return None
