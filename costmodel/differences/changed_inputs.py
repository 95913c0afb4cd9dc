"""The inputs of two workbooks: which values differ, in which scenarios, and what they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from costmodel.audit.grids import Grid
from costmodel.audit.year_headers import year_of
from costmodel.differences.found import ADDED, CHANGED, REMOVED, TextChange, ValueChange
from costmodel.differences.matching import Pair
from costmodel.differences.side import MatchedRow, Side, is_figure, is_said, year_name
from costmodel.language.units import read_unit
from costmodel.spreadsheets.cells import Cell, Sheet
from costmodel.workbook.layout import ASSUMPTIONS

Key = tuple[str, str]
"""An input's id and its year or row; in a workbook that costmodel did not make, a sheet's row and a column."""
_EQUAL = 1e-9
"""The share by which figures may differ that count as equal."""
_BASIS = ("Low", "High", "Grade", "Source", "Where in the source, or reason", "Note")
_LOG = (
    *("Range of uncertainty", "Grade", "Evidence or basis", "Note", "Owner", "Last review", "Reviewed by"),
    *("Date of review", "External review", "Date of external review", "Next review due"),
    *("Quality rating", "Impact rating"),
)
_BY_SCENARIO = "By scenario"
_SAID_BY = {
    "Range of uncertainty": {"Low", "High"},
    "Evidence or basis": {"Source", "Where in the source, or reason"},
    "Grade": {"Grade"},
    "Note": {"Note"},
    "Quality rating": {"Grade"},
}
"""Columns of the log of assumptions, and those beside the input that say the same."""


@dataclass(kw_only=True)
class Input:
    """An input's values; one for each scenario, or one for all, under nothing."""

    id: str
    label: str
    unit: str
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    is_fixed: bool = False

    def value(self, scenario: str) -> Any:
        return self.values.get(scenario, self.values.get(""))

    def cell(self, scenario: str) -> str:
        return self.cells.get(scenario) or self.cells.get("", "")

    def add(self, scenario: str, cell: Cell) -> None:
        self.values[scenario] = cell.value
        self.cells[scenario] = cell_at(cell)


def cell_at(cell: Cell) -> str:
    """``Inputs!D7``, as a person finds the cell."""
    return f"{cell.sheet}!{cell.address}"


def same_value(old: Any, new: Any, within: float = 0.0) -> bool:
    """Whether two values are equal: figures to one part in a thousand million, texts but for white space."""
    if is_figure(old) and is_figure(new):
        return math.isclose(old, new, rel_tol=_EQUAL, abs_tol=within)
    if isinstance(old, str) and isinstance(new, str):
        return old.split() == new.split()
    return bool(old == new)


# Which values are inputs


def inputs_of(side: Side) -> dict[Key, Input]:
    """Every input of a workbook, in the order of its sheets."""
    found: dict[Key, Input] = {}
    if not side.is_ours:
        for rows in side.rows.values():
            for row in rows:
                _any_figures(side, row, found)
        return found
    for sheet in side.book.sheets:
        if side.is_input_sheet(sheet) and sheet is not side.values_sheet:
            _of_sheet(side, sheet, found)
    if side.values_sheet is not None:
        _by_scenario(side, side.values_sheet, found)
    return found


def _any_figures(side: Side, row: MatchedRow, found: dict[Key, Input]) -> None:
    """Every number that was typed."""
    for cell in row.cells():
        if cell.is_number and not cell.formula:
            where = side.column(row.grid, cell.column) if row.grid else cell.address.rstrip("0123456789")
            one = Input(id=row.id, label=row.label or row.name, unit=row.unit)
            one.add("", cell)
            found[f"{cell.sheet.lower()}!{row.name}", where] = one


def _of_sheet(side: Side, sheet: Sheet, found: dict[Key, Input]) -> None:
    for row in side.rows[sheet.name.lower()]:
        grid = row.grid
        if grid is None:
            continue
        if grid.one_value:
            columns = {grid.one_value, *grid.years}
        else:
            last = grid.column("type") or grid.box.right + 1
            columns = set(range(grid.box.left, last))
        for cell in grid.cells(row.at):
            if cell.column in columns and not cell.formula and is_said(cell.value):
                if isinstance(cell.value, str) and (row.id or row.name.startswith(cell.value)):
                    continue  # a text that only says what the row is
                key, one = _input(side, row, grid, cell)
                one.add("", cell)
                found[key] = one


def _input(side: Side, row: MatchedRow, grid: Grid, cell: Cell) -> tuple[Key, Input]:
    """A cell of a table with a column a year, or of a list."""
    column, is_fixed = side.column(grid, cell.column), row.type == "Fixed"
    if row.id:
        name, where = _split(row.name)
        where = ", ".join(filter(None, (where, column)))
        return (name, where), Input(id=name, label=_plain_label(row.label, where), unit=row.unit, is_fixed=is_fixed)
    name_of = side.list_of.get(grid.sheet.name)
    label, unit = _label_and_unit(column)
    name = side.columns_of_lists.get((name_of, column), f"{name_of}.{label}") if name_of else grid.sheet.name
    key = (name, row.name) if name_of else (f"{name}: {label}", row.name)
    return key, Input(id=name, label=label, unit=unit, is_fixed=is_fixed)


def _by_scenario(side: Side, sheet: Sheet, found: dict[Key, Input]) -> None:
    """The values of inputs that differ between scenarios."""
    labels = {one.id: one.label for one in found.values()}
    for name, grid in side.lists.items():
        for header in grid.headers.values():
            named = side.columns_of_lists.get((name, header))
            if named:
                labels[named] = _label_and_unit(header)[0]
    labels |= {row.id: row.label for rows in side.rows.values() for row in rows if row.type == "Link" and row.id}
    for row in side.rows[sheet.name.lower()]:
        if row.grid is None or not row.id:
            continue
        name, where = _split(row.name)
        one = Input(id=name, label=labels.get(name) or _plain_label(row.label, where), unit=row.unit)
        for column, scenario in side.columns_by_scenario(row.grid).items():
            cell = row.sheet.at(row.at, column)
            if cell is not None and not cell.formula:
                one.add(scenario, cell)
        found[name, where] = one


def _split(name: str) -> Key:
    """``teams_starting[2022/23]`` as the line and where."""
    line, mark, rest = name.partition("[")
    where = rest.removesuffix("]") if mark else ""
    year = year_of(where.rpartition(", ")[2])
    if year is not None and year >= 1900:
        before, _, text = where.rpartition(", ")
        where = ", ".join(filter(None, (before, year_name(text, year))))
    return line, where


def _plain_label(label: str, where: str) -> str:
    """A label without the row and year that it ends with."""
    for part in reversed(where.split(", ")):
        label = label.removesuffix(f", {part}")
    return label.removesuffix(f": {where}")


def _label_and_unit(header: str) -> tuple[str, str]:
    label, mark, unit = header.rpartition(" (")
    return (label, unit.removesuffix(")")) if mark and header.endswith(")") else (header, "")


# What differs


def input_changes(old: Side, new: Side) -> list[ValueChange]:
    """Inputs with another value, then those that were added and removed."""
    before, after = inputs_of(old), inputs_of(new)
    both = [name for name in old.scenarios if name in new.scenarios]
    changed, added = list[ValueChange](), list[ValueChange]()
    for key, one in after.items():
        was = before.get(key)
        if was is None:
            added += _alone(ADDED, key, one)
        else:
            changed += _changes(key, was, one, both)
    removed = [change for key, one in before.items() if key not in after for change in _alone(REMOVED, key, one)]
    return [*changed, *added, *removed]


def _changes(key: Key, old: Input, new: Input, both: list[str]) -> list[ValueChange]:
    """One change for all scenarios in which the old value and the new are the same."""
    is_common = set(old.values) == {""} and set(new.values) == {""}
    groups: dict[tuple[str, str], list[str]] = {}
    for scenario in [""] if is_common or not both else both:
        was, now = old.value(scenario), new.value(scenario)
        if not same_value(was, now):
            groups.setdefault((repr(was), repr(now)), []).append(scenario)
    return [
        ValueChange(
            kind=CHANGED,
            id=new.id,
            label=new.label,
            where=key[1],
            scenarios=() if is_common or len(names) == len(both) else tuple(names),
            unit=read_unit(new.unit),
            old=old.value(names[0]),
            new=new.value(names[0]),
            cell=new.cell(names[0]),
        )
        for names in groups.values()
    ]


def _alone(kind: str, key: Key, one: Input) -> list[ValueChange]:
    """An input of one workbook: its value in each scenario, those that have the same together."""
    if one.is_fixed:  # years and periods: they are told of as such
        return []
    groups: dict[str, list[str]] = {}
    for scenario, value in one.values.items():
        groups.setdefault(repr(value), []).append(scenario)
    found = []
    for names in groups.values():
        value, everywhere = one.values[names[0]], len(groups) == 1
        was, now = (None, value) if kind == ADDED else (value, None)
        found.append(
            ValueChange(
                kind=kind,
                id=one.id,
                label=one.label,
                where=key[1],
                scenarios=() if everywhere else tuple(names),
                unit=read_unit(one.unit),
                old=was,
                new=now,
                cell=one.cells[names[0]],
            )
        )
    return found


def differ_from_base(side: Side, scenarios: list[str]) -> dict[str, int]:
    """How many values of inputs each of some scenarios has that base has not."""
    found = inputs_of(side).values() if scenarios else ()
    values = [one.values for one in found if "" not in one.values]
    return {name: sum(not same_value(held.get("base"), held.get(name)) for held in values) for name in scenarios}


# What inputs rest on


def basis_changes(old: Side, new: Side, pairs: dict[str, list[Pair]]) -> list[TextChange]:
    """Source, grade, range, note and reviews of each input that both workbooks have, where the texts differ."""
    if not (old.is_ours and new.is_ours):
        return []
    found: list[TextChange] = []
    said: dict[str, set[str]] = {}
    alone = {*old.scenarios} ^ {*new.scenarios}
    for sheet, matched in pairs.items():
        there = new.book.sheet(sheet)
        if there is None or not new.is_input_sheet(there):
            continue
        for was, now in matched:
            if was and now and now.id and was.type == now.type:
                for change in _texts(was, now, _BASIS, alone):
                    said.setdefault(now.base, set()).add(change.what)
                    found.append(change)
    for was, now in pairs.get(ASSUMPTIONS.lower(), ()):
        if was and now and now.id:
            same = said.get(now.base, set())
            found += [change for change in _texts(was, now, _LOG, alone) if not _SAID_BY.get(change.what, set()) & same]
    return found


def _texts(old: MatchedRow, new: MatchedRow, headers: tuple[str, ...], alone: set[str]) -> list[TextChange]:
    """The texts of an input that differ, without what they say of scenarios that only one workbook has."""
    found = []
    for header in headers:
        cells = [_typed(row, header) for row in (old, new)]
        if any(cell is not None and cell.formula for cell in cells):
            continue  # it shows that of the scenario selected
        texts = [_as_text(cell, row.unit) for cell, row in zip(cells, (old, new), strict=True)]
        if texts[0].split() == texts[1].split() or all(text.startswith("As for ") for text in texts):
            continue
        was, now = _without_common(texts[0], texts[1], alone)
        if was == now or any(text.startswith(_BY_SCENARIO) for text in texts):
            continue
        where = next(cell_at(cell) for cell in reversed(cells) if cell is not None)
        found.append(TextChange(id=new.name, label=new.label, what=header, old=was, new=now, cell=where))
    return found


def _typed(row: MatchedRow, header: str) -> Cell | None:
    column = row.grid.column(header.lower()) if row.grid else None
    return row.sheet.at(row.at, column) if column else None


def _as_text(cell: Cell | None, unit: str) -> str:
    from costmodel.analysis.figures import figure_text

    if cell is None or not is_said(cell.value):
        return ""
    return figure_text(cell.value, read_unit(unit)) if is_figure(cell.value) else str(cell.value)


def _without_common(old: str, new: str, alone: set[str]) -> tuple[str, str]:
    """The lines that differ, of texts with a line a scenario; nothing where all that differs is which have one."""
    before, after = old.split("\n"), new.split("\n")
    if len(before) < 2 and len(after) < 2:
        return old, new
    first = "\n".join(line for line in before if line not in after and line.partition(": ")[0] not in alone)
    second = "\n".join(line for line in after if line not in before and line.partition(": ")[0] not in alone)
    if alone and (first in second or second in first):
        return "", ""
    return first, second
