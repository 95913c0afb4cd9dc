"""The tables of a proposal: the lines that are their rows, and the lines that hold their totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from costmodel.assumptions.budget_schema import Display
from costmodel.assumptions.schema import Table
from costmodel.errors import Position, UnknownName, WrongKind, did_you_mean
from costmodel.language.functions.over_rows import SUM
from costmodel.language.functions.over_years import TOTAL
from costmodel.language.shape import Shape
from costmodel.language.tree import Call, Name, Text
from costmodel.language.units import Unit, read_unit
from costmodel.model.line import Line
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path

ALL_YEARS = "all_years"
"""Totals over the years of the proposal, where it names no periods or a table asks for them."""
SCALES: dict[Display, int] = {"£": 0, "£ thousand": 3, "£ million": 6}
"""By how a table shows money, the power of ten that it is divided by."""


@dataclass(frozen=True, kw_only=True)
class TableOf:
    """A table of a proposal: its lines, and the line that holds each total."""

    name: str
    title: str
    rows: tuple[str, ...]
    totals: Mapping[str, Mapping[str, str]]
    """By period, or for all years, each row's name and the name of the line that is its total."""
    note: str = ""
    display: Display = "£"
    decimals: int | None = None
    """Those of money where it is shown in thousands or millions, else of every row; as each needs if not given."""
    each: str = ""
    """The column of a list that has a row here for each row of the list, above the other rows."""
    totals_of_each: Mapping[str, str] = field(default_factory=dict)
    """By period, the column that holds the totals of those rows."""

    @property
    def scale(self) -> int:
        return SCALES[self.display]

    def totals_of(self, row: str) -> list[str]:
        """The lines that are a row's totals, one a period; nothing where there is none."""
        return [
            self.totals_of_each[period] if row == self.each else totals.get(row, "")
            for period, totals in self.totals.items()
        ]

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line that it shows, the column of a list first."""
        return (self.each, *self.rows) if self.each else self.rows


def pounds_in(display: Display) -> str:
    """The name of the line that holds how many pounds a table's unit of money is."""
    return f"pounds_in_a_{display.removeprefix('£ ')}"


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Lines that are totals of others over years, each made once for all tables."""

    draft: Draft
    made: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def usual(self) -> tuple[str, ...]:
        """The periods of the proposal; all years where it names none."""
        return tuple(self.draft.files.base.document.proposal.periods) or (ALL_YEARS,)

    def of(self, rows: Iterable[str], where: Position | None = None) -> dict[str, dict[str, str]]:
        """The totals of some lines over every period, or over all years where there are none."""
        return {period: {row: self.over(row, period, where) for row in rows} for period in self.usual}

    def over(self, row: str, period: str, where: Position | None = None) -> str:
        """The line that is the total of another over a period, or over all years."""
        known = period in self.draft.files.base.document.proposal.periods
        found = self.made.get((row, period)) or self._own(row, period, known)
        if found is None:
            found = self.made[row, period] = f"{row}_{period}"
            line = _line(self.draft, row)
            assert line is not None, row
            whole = f"total for the {period.replace('_', ' ')} period" if known else "total of all years"
            label = whole.capitalize() if line.label.startswith("Total") else f"{line.label}: {whole}"
            text = f"total({row}, '{period}')" if known else f"total({row})"
            at = line.section if "." in row else "lines"
            rows = Shape(row.split(".")[0] if "." in row else "")
            self.draft.formula(found, label, str(line.unit), text, section=at, where=where, shape=rows)
        return found

    def _own(self, row: str, period: str, known: bool) -> str | None:
        """A line of the proposal's own that is this total already."""
        total = Call(TOTAL, (Name(row), Text(period)) if known else (Name(row),))
        own = self.draft.files.base.document.lines
        return next((line.name for line in self.draft.lines if line.name in own and line.formula == total), None)


def set_tables(draft: Draft, totals: Totals) -> dict[str, TableOf]:
    """The tables that the proposal sets, in its order, with mistakes in what they name."""
    tables: dict[str, TableOf] = {}
    for name, table in draft.files.base.document.tables.items():
        tables[name] = _of_list(draft, totals, name, table) if table.rows_of else _of_lines(draft, totals, name, table)
    if ask := draft.files.base.document.proposal.ask:
        _check_row(draft, ask, ("proposal", "ask"))
    return tables


def add_scales(draft: Draft, tables: Iterable[TableOf]) -> None:
    """The lines that say how many pounds a million or a thousand is, where a table shows money in them."""
    from numpy import full

    for display in dict.fromkeys(table.display for table in tables if table.scale):
        size = display.removeprefix("£ ")
        draft.lines.append(
            Line(
                name=pounds_in(display),
                label=f"Pounds in £1 {size}",
                unit=read_unit(f"pounds per {display}"),
                values=full((1, 1, 1), float(10 ** SCALES[display])),
                section="timeline",
                note=f"Tables that show money in {display} divide by it.",
            )
        )


def _of_lines(draft: Draft, totals: Totals, name: str, table: Table) -> TableOf:
    sound = [_check_row(draft, row, ("tables", name, "rows", place)) for place, row in enumerate(table.rows)]
    found: dict[str, dict[str, str]] = {}
    for period, rows in table.totals.items():
        where = draft.files.base.at("tables", name, "totals", period)
        if not _is_period(draft, name, period, where):
            continue
        for place, row in enumerate(rows):
            path = ("tables", name, "totals", period, place)
            if not _check_row(draft, row, path):
                continue
            if row not in table.rows:
                says = f"{row!r} is totalled, and is no row of the table"
                _unknown(draft, path, f"tables.{name}.totals", says, "Add it to rows.")
                continue
            found.setdefault(period, {})[row] = totals.over(row, period, where)
    made = TableOf(
        name=name,
        title=table.title,
        rows=tuple(table.rows),
        totals=found,
        note=table.note or "",
        display=table.display,
        decimals=table.decimals,
    )
    if made.scale and all(sound) and not any(_unit(draft, row).is_amount for row in made.rows):
        _no_money(draft, name)
    return made


def _is_period(draft: Draft, name: str, period: str, where: Position) -> bool:
    known = draft.files.base.document.proposal.periods
    if period in known or period == ALL_YEARS:
        return True
    says = f"there is no period {period!r}"
    hint = did_you_mean(period, known) or f"Periods are {', '.join(known) or 'none'}."
    draft.mistakes.add(UnknownName(where=where, path=f"tables.{name}.totals", says=says, hint=hint))
    return False


# A row for each row of a list


def _of_list(draft: Draft, totals: Totals, name: str, table: Table) -> TableOf:
    """A table with a row for each row of a list, and their sum below them where the column's figures add up."""
    each = _column(draft, name, table)
    where = draft.files.base.at("tables", name, "line")
    line = _line(draft, each)
    rows: tuple[str, ...] = ()
    found: dict[str, dict[str, str]] = {}
    of_each: dict[str, str] = {}
    if line is not None:
        if line.unit.is_amount or line.unit.is_count:
            rows = (_sum_of(draft, line, where),)
        if line.unit.is_amount:
            found = totals.of(rows, where)
            of_each = {period: totals.over(each, period, where) for period in found}
        elif table.display != "£":
            _no_money(draft, name)
    return TableOf(
        name=name,
        title=table.title,
        rows=rows,
        totals=found,
        note=table.note or "",
        display=table.display,
        decimals=table.decimals,
        each=each if line is not None else "",
        totals_of_each=of_each,
    )


def _column(draft: Draft, name: str, table: Table) -> str:
    """The column that a table shows: named whole, or without its list; nothing, with the mistake added, if none."""
    lists, rows_of, given = draft.files.base.document.lists, table.rows_of or "", table.line or ""
    known = [column for column in _columns(draft, rows_of) if not _unit(draft, column).is_text]
    if rows_of not in lists:
        says = f"there is no list {rows_of!r}"
        hint = did_you_mean(rows_of, lists) or f"Lists are {', '.join(lists) or 'none'}."
        _unknown(draft, ("tables", name, "rows_of"), f"tables.{name}.rows_of", says, hint)
    elif (each := given if "." in given else f"{rows_of}.{given}") in known:
        return each
    elif not draft.mistakes.stopping:
        says = f"{given!r} has no figure for each row of {rows_of}"
        hint = did_you_mean(each, known) or f"Columns of figures are {', '.join(known) or 'none'}."
        _unknown(draft, ("tables", name, "line"), f"tables.{name}.line", says, hint)
    return ""


def _sum_of(draft: Draft, column: Line, where: Position) -> str:
    """The line that is the sum of a column over its rows; the first that there is, or one that is made."""
    total = Call(SUM, (Name(column.name),))
    found = next((line.name for line in draft.lines if line.formula == total), None)
    if found is None:
        found = f"{column.name.replace('.', '_')}_in_all"
        label, unit = f"{column.label}: all rows", str(column.unit)
        draft.formula(found, label, unit, f"sum({column.name})", section="lines", where=where)
    return found


# What a table names


def _check_row(draft: Draft, row: str, path: Path) -> bool:
    known = [line.name for line in draft.lines]
    if row in known:
        return True
    if not (row in draft.files.base.document.lines or (draft.mistakes.stopping and comes_from_section(draft, row))):
        says, hint = f"there is no line {row!r}", did_you_mean(row, known)
        _unknown(draft, path, ".".join(str(step) for step in path[:3]), says, hint)
    return False


def comes_from_section(draft: Draft, name: str) -> bool:
    """Whether a section that could not be built may have been going to make this name."""
    document = draft.files.base.document
    sections = (
        ("team", document.workforce),
        ("on_cost", document.workforce),
        ("pay_", document.workforce),
        ("experience", document.workforce),
    )
    if any(name.startswith(start) and section for start, section in sections):
        return True
    if document.posts and name.startswith(("posts_", *document.posts.groups)):
        return True
    return (
        bool(document.rollout)
        or name.split("_per_")[0] in {**document.programme_costs, **document.income}
        or name.startswith(("budget_", "consequential_"))
        or name.split(".")[0] in document.lists
    )


def _line(draft: Draft, name: str) -> Line | None:
    return next((line for line in draft.lines if line.name == name), None)


def _columns(draft: Draft, rows_of: str) -> Iterator[str]:
    return (line.name for line in draft.lines if line.name.startswith(f"{rows_of}."))


def _unit(draft: Draft, name: str) -> Unit:
    line = _line(draft, name)
    assert line is not None, name
    return line.unit


def _no_money(draft: Draft, name: str) -> None:
    where = draft.files.base.at("tables", name, "display")
    says = "no row of the table is an amount of money, so that there is nothing to show in it"
    hint = "Take display: out. Pounds per something are always shown in pounds."
    draft.mistakes.add(WrongKind(where=where, path=f"tables.{name}.display", says=says, hint=hint))


def _unknown(draft: Draft, path: Path, spelled: str, says: str, hint: str) -> None:
    draft.mistakes.add(UnknownName(where=draft.files.base.at(*path), path=spelled, says=says, hint=hint))
