"""The results that two workbooks show, and which of their checks hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from costmodel.audit.grids import CALCULATIONS, CHECKS, COVER, OUTPUTS
from costmodel.differences.changed_inputs import cell_at, same_value
from costmodel.differences.found import ASKED, BY_SCENARIO, BY_YEAR, HEADLINE, TextChange, ValueChange
from costmodel.differences.matching import Pair
from costmodel.differences.side import MatchedRow, Side, is_figure, is_said
from costmodel.language.units import read_unit
from costmodel.spreadsheets.cells import Cell
from costmodel.workbook.layout import COMPARISON, SUMMARY

_WITHIN = 1e-9
"""How far from 0 a figure may be that counts as 0."""


class _Result(NamedTuple):
    row: MatchedRow
    cell: Cell


class _Key(NamedTuple):
    kind: str
    name: str
    where: str
    scenario: str = ""


def result_changes(old: Side, new: Side) -> list[ValueChange]:
    """Results with another value: what is asked for, headlines with the largest change first, then the tables."""
    before, after = (_ours(side) if side.is_ours else _of_outputs(side) for side in (old, new))
    if not (old.is_ours and new.is_ours):
        before, after = _of_outputs(old), _of_outputs(new)
    live = new.selected if old.selected == new.selected else ""
    groups: dict[tuple[str, ...], ValueChange] = {}
    for key, now in after.items():
        was = before.get(key)
        if was is None or same_value(was.cell.shown, now.cell.shown, _WITHIN) or (live and key.scenario == live):
            continue
        change = _change(key, was.cell.shown, now.cell.shown, now)
        same = (*key[:3], repr(change.old), repr(change.new))
        others = groups[same].scenarios if same in groups else ()
        groups[same] = replace(change, scenarios=(*others, *change.scenarios))
    found = list(groups.values())
    kinds = {kind: at for at, kind in enumerate((ASKED, HEADLINE, BY_YEAR, BY_SCENARIO))}
    return sorted(found, key=lambda change: (kinds[change.kind], _size(change)))


def _size(change: ValueChange) -> float:
    """Headlines come by size; tables stay in their order."""
    if change.kind not in (HEADLINE, BY_SCENARIO):
        return 0.0
    return -abs(change.share) if change.share is not None else 0.0


def _change(key: _Key, old: Any, new: Any, found: _Result) -> ValueChange:
    return ValueChange(
        kind=key.kind, id=found.row.id, label=found.row.label or found.row.name, where=key.where,
        scenarios=(key.scenario,) if key.scenario else (), unit=read_unit(found.row.unit), old=old, new=new,
        cell=cell_at(found.cell),
    )  # fmt: skip


def _ours(side: Side) -> dict[_Key, _Result]:
    """Headlines from the comparison of scenarios, and every row of the summaries once."""
    found: dict[_Key, _Result] = {}
    for row in side.rows.get(COMPARISON.lower(), ()):
        if row.grid is None or not row.id:
            continue
        for cell in row.cells():
            scenario, what = side.scenario_of(row.grid.headers.get(cell.column, ""))
            if not is_figure(cell.shown):
                continue
            if cell.column == row.grid.one_value:
                found[_Key(HEADLINE, row.name, "")] = _Result(row, cell)
            elif scenario and not what:
                found[_Key(BY_SCENARIO, row.name, "", scenario)] = _Result(row, cell)
    _mark_asked(side, found)
    headlines = {key.name for key in found}
    for sheet in side.book.sheets:
        if sheet.name == SUMMARY or sheet.name.startswith(f"{SUMMARY} "):
            for row in side.rows[sheet.name.lower()]:
                for cell in row.cells() if row.grid and row.id else ():
                    assert row.grid is not None
                    where = side.column(row.grid, cell.column)
                    key = _Key(BY_YEAR, row.name, where)
                    is_shown = key in found or (not where and row.name in headlines)
                    if cell.column in row.grid.figures and is_figure(cell.shown) and not is_shown:
                        found[key] = _Result(row, cell)
    return found


def _mark_asked(side: Side, found: dict[_Key, _Result]) -> None:
    """The headline that the cover shows as what is asked for comes first."""
    for sheet in side.facts.of_role(COVER):
        for row in side.rows.get(sheet.name.lower(), ()):
            if row.label == "What is asked for" and (cell := next((c for c in row.cells() if c.formula), None)):
                link = side.reader.all[cell.sheet, cell.row, cell.column].link
                line = side.spots.get((link.sheet, link.box.top)) if link else None
                held = found.pop(_Key(HEADLINE, line.name, ""), None) if line else None
                if line and held:
                    found[_Key(ASKED, line.name, "")] = held


def _of_outputs(side: Side) -> dict[_Key, _Result]:
    """The figures that formulas give on sheets of outputs, or where there are none, of calculations."""
    sheets = [sheet for sheet in side.facts.of_role(OUTPUTS) if not sheet.is_chart and sheet.formulas]
    found: dict[_Key, _Result] = {}
    for sheet in sheets or side.facts.of_role(CALCULATIONS):
        for row in side.rows.get(sheet.name.lower(), ()):
            for cell in row.cells():
                if cell.formula and is_figure(cell.cached):
                    where = side.column(row.grid, cell.column) if row.grid else cell.address.rstrip("0123456789")
                    found[_Key(BY_YEAR, f"{sheet.name.lower()}!{row.name}", where)] = _Result(row, cell)
    return found


# Checks


def check_changes(old: Side, new: Side, pairs: dict[str, list[Pair]]) -> list[TextChange]:
    """Checks that hold in one workbook and not in the other, and new ones that do not hold."""
    found = []
    for sheet, matched in pairs.items():
        there = new.book.sheet(sheet) or old.book.sheet(sheet)
        side = new if new.book.sheet(sheet) else old
        if there is None or side.facts.roles[there.name] != CHECKS:
            continue
        for was, now in matched:
            if now is None:
                continue
            cell = _verdict_cell(now)
            verdict = _verdict(cell)
            before = _verdict(_verdict_cell(was)) if was else "not there"
            if cell and verdict and before and verdict != before and (was or verdict not in _HOLDS):
                label = now.label or now.name
                found.append(
                    TextChange(id=now.id, label=label, what="Check", old=before, new=verdict, cell=cell_at(cell))
                )
    return found


_HOLDS = ("Holds", "TRUE", "1")


def _verdict_cell(row: MatchedRow) -> Cell | None:
    """The cell that says whether a check holds: that under Result, or the last that a formula fills."""
    if row.grid and row.grid.column("result") and row.type not in ("", "Check"):
        return None
    column = row.grid.column("result") if row.grid else None
    if column:
        return row.sheet.at(row.at, column)
    if row.grid is None and row.at < 5 and row.sheet.tables:
        return None  # what stands above a table says the same of all checks
    formulas = [cell for cell in row.cells() if cell.formula]
    return formulas[-1] if formulas else None


def _verdict(cell: Cell | None) -> str:
    """A word, or whether a flag is set; nothing for a figure."""
    if cell is None or not is_said(cell.shown):
        return ""
    if isinstance(cell.shown, bool):
        return str(cell.shown).upper()
    if is_figure(cell.shown):
        return f"{cell.shown:.0f}" if cell.shown in (0, 1) else ""
    return str(cell.shown)
