"""The formulas of two workbooks: which say something else, and which lines were added and removed."""

from __future__ import annotations

from costmodel.differences.changed_inputs import cell_at
from costmodel.differences.found import ADDED, CHANGED, REMOVED, FormulaChange
from costmodel.differences.matching import Pair
from costmodel.differences.meaning import Meaning
from costmodel.differences.side import MatchedRow, Side, is_figure, is_said
from costmodel.spreadsheets.cells import Cell
from costmodel.workbook.layout import CALCULATIONS, CHECKS

_LINES = {CALCULATIONS.lower(), CHECKS.lower()}


def formula_changes(old: Side, new: Side, pairs: dict[str, list[Pair]]) -> list[FormulaChange]:
    """Rows whose formulas differ, sheet by sheet, then the lines that only one workbook has."""
    before, after = Meaning(old), Meaning(new)
    changed, alone = list[FormulaChange](), list[FormulaChange]()
    both_ours = old.is_ours and new.is_ours
    for sheet, matched in pairs.items():
        bases = ({row.base for row, _ in matched if row}, {row.base for _, row in matched if row})
        for was, now in matched:
            if was is not None and now is not None:
                changed += _of_row(was, now, (old, new), (before, after), ours=both_ours)
            elif not both_ours or sheet in _LINES:
                alone += _alone(was, now, bases, before if now is None else after)
    return [*changed, *sorted(alone, key=lambda change: change.kind != ADDED)]


def _of_row(
    old: MatchedRow, new: MatchedRow, sides: tuple[Side, Side], meanings: tuple[Meaning, Meaning], *, ours: bool
) -> list[FormulaChange]:
    """One change for all cells of the row that differ in the same way."""
    cells = [_by_column(row, side) for row, side in zip((old, new), sides, strict=True)]
    if ours and {old.type, new.type} in ({"Link", "Input"}, {"Link", "Choice"}):
        return []  # an input that scenarios change, in one of the two: its values are compared
    groups: dict[tuple[str, str], list[tuple[Cell | None, Cell | None]]] = {}
    for column in dict.fromkeys([*cells[1], *cells[0]]):
        was, now = cells[0].get(column), cells[1].get(column)
        if not _counts(was, now, new, column, ours=ours):
            continue
        said = (_said(was, meanings[0]), _said(now, meanings[1]))
        if said[0] != said[1]:
            groups.setdefault(said, []).append((was, now))
    return [
        FormulaChange(
            kind=CHANGED,
            id=new.id,
            label=new.label or new.name,
            sheet=new.sheet.name,
            cell=cell_at(found[0][1] or found[0][0]),  # type: ignore[arg-type]
            cells=len(found),
            old=said[0],
            new=said[1],
            old_text=_text(found[0][0]),
            new_text=_text(found[0][1]),
        )
        for said, found in groups.items()
    ]


def _by_column(row: MatchedRow, side: Side) -> dict[str, Cell]:
    if row.grid is None:
        return {cell.address.rstrip("0123456789"): cell for cell in row.cells()}
    return {side.column(row.grid, cell.column): cell for cell in row.cells()}


def _counts(old: Cell | None, new: Cell | None, row: MatchedRow, column: str, *, ours: bool) -> bool:
    """Whether a formula stands in one of two cells, and in the other a formula, a figure or what should be one."""
    if not (old and old.formula) and not (new and new.formula):
        return False
    if old and old.formula and new and new.formula:
        return True
    other = new if old and old.formula else old
    if other is None:
        return not ours and bool(row.grid and column in row.grid.headers.values() and not row.grid.years)
    is_in_figures = bool(row.grid and row.grid.one_value and other.column in row.grid.figures)
    return is_figure(other.value) or is_in_figures or (not ours and is_said(other.value))


def _said(cell: Cell | None, meaning: Meaning) -> str:
    if cell is None:
        return "nothing"
    if cell.formula:
        return meaning.of(cell)
    return f"{cell.value:.15g}, typed" if is_figure(cell.value) else f"{cell.value!r}, typed"


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.formula or (f"{cell.value:.15g}" if is_figure(cell.value) else str(cell.value))


def _alone(
    old: MatchedRow | None, new: MatchedRow | None, bases: tuple[set[str], set[str]], meaning: Meaning
) -> list[FormulaChange]:
    """A line that only one workbook has; one with a row for each of a list is told of once, by its first."""
    row = new or old
    assert row is not None
    own, other = bases if new is None else bases[::-1]
    if row.id and "[" in row.name:
        if row.base in other or row.base not in own:
            return []  # a row of a list was added or removed, which is told of once for all lines
        own.discard(row.base)
    first = next((cell for cell in row.cells() if cell.formula), None)
    if first is None:
        return []
    said, is_new = meaning.of(first), old is None
    return [
        FormulaChange(
            kind=ADDED if is_new else REMOVED,
            id=row.id,
            label=row.label or row.name,
            sheet=row.sheet.name,
            cell=cell_at(first),
            cells=sum(bool(cell.formula) for cell in row.cells()),
            old="" if is_new else said,
            new=said if is_new else "",
            old_text="" if is_new else first.formula,
            new_text=first.formula if is_new else "",
        )
    ]
