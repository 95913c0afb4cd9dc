"""Rules of single formulas: the same in every year, few constants and functions, short, no chains or doubles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from costmodel.audit.facts import CALCULATIONS, INPUTS, OUTPUTS, Facts
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.language.vocabulary import VOCABULARY
from costmodel.spreadsheets.cells import Cell, Sheet
from costmodel.spreadsheets.formulas import Formula

ALLOWED = {
    *("SUM", "SUMPRODUCT", "SUMIFS", "INDEX", "MATCH", "CHOOSE", "IF", "AND", "OR", "NOT", "MIN", "MAX", "ABS"),
    *("ROUND", "IFERROR"),
    *(name for alike in VOCABULARY.values() for function in alike for name in function.excel_functions),
}
"""Functions older than Excel 2010 that every engine reads alike."""
_WHY_NOT = {
    "NPV": "it discounts the first year too: one year off",
    "OFFSET": "what it refers to cannot be traced",
    "INDIRECT": "what it refers to cannot be traced",
    "LET": "engines before Excel 2021 do not read it",
    "XLOOKUP": "engines before Excel 2021 do not read it",
}
_ROUNDS = {"ROUND", "MROUND", "TRUNC", "INT", "FIXED", "TEXT", "CEILING", "FLOOR", "EVEN", "ODD"}
_MOST_OPERATORS = 3
_FEW = 3
"""Cells in a run before one of them can be called unlike the others."""


@rule("W05", Level.E, "One formula a row: the same in every year.", "rows of formulas")
def one_formula(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Formulas are compared by R1C1, so that a copied formula is the same in every column.

    In a row of years, a typed number among formulas fails too. Where no years are known, a run of three or more
    neighbours in a row, or four or more of one Type in a column, is held to the formula that most of them have; a cell
    that is like its neighbours the other way is left.
    """
    in_years = {grid.sheet.name for grid in facts.grids_with_years}
    for grid in facts.grids_with_years:
        for row in grid.rows:
            cells = [cell for cell in grid.cells(row) if cell.column in grid.years]
            if any(cell.formula for cell in cells):
                seen.one()
                yield from _unlike(facts, cells, grid.label(row))
    for sheet in facts.book.sheets:
        has_years = sheet.name in in_years
        for run in () if has_years else _runs(sheet):
            across = len(run) > 1 and run[0].row == run[1].row
            for part in [run] if across else _by_type(facts, run):
                if len(part) >= (_FEW if across else _FEW + 1):
                    found = list(_unlike(facts, part, "", across=across))
                    seen.one(1 if found else 0)
                    yield from found


def _by_type(facts: Facts, run: list[Cell]) -> list[list[Cell]]:
    """A run down a column, cut by what the rows of its table are, where a Type column says so."""
    parts: dict[str, list[Cell]] = {}
    for cell in run:
        grid = facts.grid_at(cell)
        parts.setdefault(grid.text(cell.row, "type").lower() if grid else "", []).append(cell)
    return list(parts.values())


def _unlike(facts: Facts, cells: Sequence[Cell], label: str, *, across: bool | None = None) -> Iterator[Failure]:
    """Cells that differ from the formula that most of them have.

    Of a run, which is given with whether it runs across, only where nearly all have it.
    """
    written = {cell: _read(facts, cell).r1c1 for cell in cells if cell.formula}
    if not written:
        return
    usual, count = Counter(written.values()).most_common(1)[0]
    if across is not None and (count < _FEW or len(cells) - count > max(1, len(cells) // 5)):
        return
    row = f" of {label!r}" if label else ""
    for cell in cells:
        if cell.formula and written[cell] != usual and (across is None or not _like_neighbours(facts, cell, across)):
            yield at(cell, f"the formula differs from the others{row}: {cell.formula}")
        elif cell.is_number:
            yield at(cell, f"{cell.value} is typed over a formula{row}")


def _like_neighbours(facts: Facts, cell: Cell, across: bool) -> bool:
    """Whether the cell above or below, or to the left or right of a run down a column, has the same formula."""
    down, right = (1, 0) if across else (0, 1)
    beside = [facts.reader.all.get((cell.sheet, cell.row + down * s, cell.column + right * s)) for s in (-1, 1)]
    return any(found is not None and found.r1c1 == _read(facts, cell).r1c1 for found in beside)


def _read(facts: Facts, cell: Cell) -> Formula:
    return facts.reader.all[cell.sheet, cell.row, cell.column]


def _runs(sheet: Sheet) -> Iterator[list[Cell]]:
    """Neighbours that are formulas or numbers, with a formula among them: along rows, then down columns.

    A last cell that sums the others is left out: it is their total.
    """
    for across in (True, False):
        order = sorted(sheet.cells, key=lambda at: at if across else (at[1], at[0]))
        run: list[Cell] = []
        for place in [*order, (0, 0)]:
            cell = sheet.cells.get(place)
            step = (0, 1) if across else (1, 0)
            follows = run and cell and (run[-1].row + step[0], run[-1].column + step[1]) == place
            if cell and (cell.formula or cell.is_number) and (follows or not run):
                run.append(cell)
                continue
            if run and any(found.formula for found in run):
                yield run[:-1] if run[-1].formula.upper().startswith(("=SUM(", "=SUBTOTAL(")) else run
            run = [cell] if cell and (cell.formula or cell.is_number) else []


@rule("W07", Level.E, "No constants in formulas but 0 and 1.", "formulas")
def no_constants(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A percentage is a constant too. Text in quotes is not."""
    for found in facts.reader.all.values():
        seen.one()
        if found.numbers:
            yield at(found.cell, f"the formula holds {', '.join(dict.fromkeys(found.numbers))}: {found.cell.formula}")


@rule("W08", Level.D, "Short formulas: at most three operators and one IF.", "formulas")
def short(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Signs of arithmetic count, comparisons do not. The first cell of a row is named for all its years.

    Formulas that show a text, such as a rating, are left out: they are no part of the calculation.
    """
    said: set[tuple[str, int, str]] = set()
    for found in facts.reader.all.values():
        seen.one()
        ifs = found.functions.count("IF")
        key = (found.cell.sheet, found.cell.row, found.r1c1)
        if found.cell.text and not found.cell.is_error:
            continue
        if (found.operators > _MOST_OPERATORS or ifs > 1) and key not in said:
            said.add(key)
            long = f"{found.operators} operators" if found.operators > _MOST_OPERATORS else f"{ifs} IFs"
            yield at(found.cell, f"the formula has {long}: {found.cell.formula[:120]}")


@rule("W09", Level.E, "Only functions that every engine reads alike; no array formulas.", "formulas")
def known_functions(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The list is that of functions older than Excel 2010 which this project's workbooks use."""
    for found in facts.reader.all.values():
        seen.one()
        if found.cell.is_array:
            yield at(found.cell, "this is an array formula")
        for function in dict.fromkeys(found.functions):
            name = re.sub(r"^(_XLFN\.|_XLWS\.)+", "", function)
            if name not in ALLOWED:
                why = f": {_WHY_NOT[name]}" if name in _WHY_NOT else ""
                yield at(found.cell, f"{name} is not among the functions that may be used{why}")


@rule("W10", Level.E, "No rounding in calculations, but to whole things where the line says so.", "formulas")
def no_rounding(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """ROUNDUP and ROUNDDOWN to 0 places pass where a text of the row speaks of whole things or of rounding."""
    for sheet in facts.of_role(INPUTS, CALCULATIONS, OUTPUTS):
        for cell in sheet.formulas.values():
            found = _read(facts, cell)
            seen.one()
            if bad := _ROUNDS & set(found.functions):
                yield at(cell, f"{', '.join(sorted(bad))} rounds inside the model: {cell.formula}")
            elif {"ROUNDUP", "ROUNDDOWN"} & set(found.functions):
                texts = " ".join(other.text for other in sheet.rows[cell.row] if not other.formula)
                if not re.search(r"\b(whole|round)", texts, re.IGNORECASE):
                    yield at(cell, f"the line does not say that it rounds: {cell.formula}")


@rule("W12", Level.D, "No daisy chains: a link points at its source.", "links")
def no_chains(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A link is a formula that is one reference to one cell; its target should not be another.

    What a row of years takes from the column before its own is carried on from the year before, and has no other place.
    """
    for found in facts.reader.all.values():
        if found.link is None or not found.link.is_cell:
            continue
        seen.one()
        box = found.link.box
        target = facts.reader.all.get((found.link.sheet, box.top, box.left))
        if target is not None and target.link is not None and target.link.is_cell:
            grid = facts.grid_at(found.cell)
            in_years = grid is not None and found.cell.column in grid.years and target.cell.sheet == found.cell.sheet
            if in_years and target.cell.column == found.cell.column - 1:
                continue
            where = f"{target.cell.sheet}!{target.cell.address}"
            yield at(found.cell, f"this links to {where}, which is itself a link: {target.cell.formula}")


@rule("W13", Level.D, "No two rows with the same formula and inputs.", "rows of calculations")
def no_doubles(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Rows of a sheet of calculations whose formulas refer to the very same cells; links and totals are left out."""
    rows: dict[tuple[str, ...], tuple[Sheet, int]] = {}
    for sheet in facts.of_role(CALCULATIONS):
        own = [grid for grid in reversed(facts.grids) if grid.sheet is sheet]
        grids = {row: grid for grid in own for row in range(grid.box.top, grid.box.bottom + 1) if row in sheet.rows}
        for row, cells in sheet.rows.items():
            grid = grids.get(row)
            if grid is None:
                continue
            formulas = [_read(facts, cell) for cell in cells if cell.formula and cell.column not in grid.totals]
            if not formulas or all(found.link or not found.references for found in formulas):
                continue
            seen.one()
            key = tuple(f"{found.cell.column}:{_absolute(found)}" for found in formulas)
            key += tuple(str(cell.value) for cell in cells if cell.is_number)
            if key in rows:
                other = rows[key]
                yield at(formulas[0].cell, f"the row works out the same as row {other[1]} of {other[0].name}")
            else:
                rows[key] = (sheet, row)


def _absolute(found: Formula) -> str:
    """A formula with the sheet of every reference and no marks of $."""
    boxes = ";".join(f"{reference.sheet}{tuple(reference.box)}" for reference in found.references)
    shape = re.sub(r"\$?[A-Z]{1,3}\$?\d+", "x", found.cell.formula)
    return f"{shape}|{boxes}"
