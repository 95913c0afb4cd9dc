"""The rule of totals: parts add to them, and they leave nothing out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from costmodel.audit.grids import CALCULATIONS, INPUTS, OF_LIST, SHORTHAND, Facts, Grid
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.audit.year_headers import year_of
from costmodel.spreadsheets.cells import Box, address
from costmodel.spreadsheets.formulas import Formula, Reference


@rule(
    "W15",
    Level.E,
    "Parts add to totals, every total covers what its label names, every row reaches the last year.",
    "totals",
)
def totals(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Totals of years by their column, totals of rows by the range that they sum, and rows that stop too soon."""
    for grid in facts.grids_with_years:
        for row in grid.rows:
            yield from _reaches_end(grid, row, seen)
            for column, header in grid.totals.items():
                yield from _year_total(facts, grid, row, column, header, seen)
    for found in facts.reader.all.values():
        for reference in found.inside("SUM"):
            yield from _row_total(facts, found, reference, seen)
        if "SUMPRODUCT" in found.functions:
            yield from _of_products(facts, found, seen)
        yield from _leaves_out_a_year(facts, found, seen)
    yield from _reads_what_it_says(facts, seen)


def _reaches_end(grid: Grid, row: int, seen: Seen) -> Iterator[Failure]:
    cells = {column: grid.sheet.at(row, column) for column in sorted(grid.years)}
    filled = [column for column, cell in cells.items() if cell and (cell.formula or cell.is_number)]
    if filled:
        seen.one()
        for column in cells:
            if column not in filled and (column > filled[0] or column < filled[-1]):
                says = f"{grid.label(row)!r} has no figure for {grid.headers[column]}"
                yield Failure(sheet=grid.sheet.name, cell=address(row, column), says=says)


def _year_total(facts: Facts, grid: Grid, row: int, column: int, header: str, seen: Seen) -> Iterator[Failure]:
    """A total over years sums exactly those that its header names, or all; and comes to their sum."""
    cell = grid.sheet.at(row, column)
    years = _named_years(grid, header)
    parts = [grid.sheet.at(row, at) for at in years]
    if (
        cell is None
        or not (cell.formula or cell.is_number)
        or not all(part and part.shown is not None for part in parts)
    ):
        return
    values = [part.shown for part in parts if part]
    seen.one()
    if cell.formula:
        found = facts.reader.all[cell.sheet, cell.row, cell.column]
        own = [ref.box for ref in found.references if ref.sheet == cell.sheet and ref.box.top == row]
        covered = {at for box in own for at in range(box.left, box.right + 1)}
        if own and "SUM" in found.functions and covered != set(years):
            names = [grid.headers[at] for at in sorted(set(years) ^ covered) if at in grid.headers]
            yield at(cell, f"the total is not of the years that its header names ({', '.join(names)}): {cell.formula}")
            return
    total = cell.shown
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in [*values, total]):
        return
    if abs(sum(values) - total) > 1e-9 * max(1.0, abs(total), *(abs(value) for value in values)):
        yield at(cell, f"the total is {total:,.10g}, and its years add to {sum(values):,.10g}")


def _named_years(grid: Grid, header: str) -> list[int]:
    """The columns of the years that a total's header names, such as ``Total 2022/23 to 2024/25``; all where none."""
    ends = [year for word in re.split(r"\bto\b|\s", header) if (year := year_of(word.strip())) is not None]
    if len(ends) < 2:
        return list(grid.years)
    return [column for column, year in grid.years.items() if min(ends) <= year <= max(ends)]


def _row_total(facts: Facts, found: Formula, reference: Reference, seen: Seen) -> Iterator[Failure]:
    """A sum down a column ends where its rows end.

    Where rows bear ids such as ``name[3]``, it covers all rows of that name. Elsewhere, a sum that stands below its
    range reaches the row above it, but for rows that are totals themselves. A running total (one end fixed) is neither.
    """
    box, cell = reference.box, found.cell
    sheet = facts.book.sheet(reference.sheet)
    is_running = reference.fixed[0] != reference.fixed[2]
    if sheet is None or is_running or box.top == box.bottom or box.left != box.right:
        return
    seen.one()
    grid = facts.grid_of(sheet.name, box.top, box.left)
    if grid and OF_LIST.match(grid.text(box.top, "id")):
        yield from _of_list(grid, found, reference)
        return
    if grid and grid.marked and sheet.name != cell.sheet and not grid.years:
        missed = _last_outside(grid.rows_of_figures.get(box.left, []), box)
        if missed:
            where = f"{sheet.name}!{address(missed, box.left)}"
            yield at(cell, f"the total leaves out {where}: {cell.formula}")
        return
    if sheet.name != cell.sheet or cell.column != box.left or cell.row <= box.bottom:
        return
    for row in range(box.bottom + 1, cell.row):
        between = sheet.at(row, box.left)
        is_figure = between and (between.formula or between.is_number)
        is_total = between and between.formula.upper().startswith(("=SUM(", "=SUBTOTAL("))
        if not is_figure or is_total:
            return
        assert between is not None
        label = grid.label(row) if grid else next((one.text for one in sheet.rows[row] if one.text), "")
        yield at(cell, f"the total leaves out {between.address}, {label!r}: {cell.formula}")


def _of_list(grid: Grid, found: Formula, reference: Reference) -> Iterator[Failure]:
    """A range that starts among rows with ids such as ``name[3]`` covers all rows of that name."""
    box = reference.box
    first = OF_LIST.match(grid.text(box.top, "id"))
    missed = _last_outside(grid.rows_of_lists.get(first[1], []), box) if first else None
    if missed:
        where = address(missed, box.left)
        yield at(found.cell, f"the total leaves out {where}, {grid.label(missed)!r}: {found.cell.formula}")


def _last_outside(rows: list[int], box: Box) -> int | None:
    """The last of some rows, in order, that lies above or below a box."""
    if rows and rows[-1] > box.bottom:
        return rows[-1]
    above = bisect_left(rows, box.top)
    return rows[above - 1] if above else None


def _of_products(facts: Facts, found: Formula, seen: Seen) -> Iterator[Failure]:
    """Ranges that are multiplied are of one size; those down rows of one name cover all of them."""
    ranges = [reference for reference in found.inside("SUMPRODUCT") if not reference.is_cell]
    sizes = {(box.bottom - box.top, box.right - box.left) for _, box, _ in ranges}
    seen.one(1 if ranges else 0)
    if len(sizes) > 1 and found.functions.count("SUMPRODUCT") == 1:
        yield at(found.cell, f"the ranges that are multiplied differ in size: {found.cell.formula}")
        return
    for reference in ranges:
        grid = facts.grid_of(reference.sheet, reference.box.top, reference.box.left)
        is_column = reference.box.left == reference.box.right and reference.fixed[0] == reference.fixed[2]
        if grid and is_column and (missed := list(_of_list(grid, found, reference))):
            yield missed[0]
            return


_SOME_YEARS = re.compile(
    r"\b(19|20)\d\d\b|\b\d\d/\d\d\b|\b(first|last|from|until|after|before|opening|closing|excluding|except|to date|"
    r"next|previous|earlier|later|initial|final)\b",
    re.IGNORECASE,
)


def _leaves_out_a_year(facts: Facts, found: Formula, seen: Seen) -> Iterator[Failure]:
    """A sum beside the years that stops one short of the first or last of them, where its label does not say why."""
    cell = found.cell
    for reference in found.inside("SUM", "SUMPRODUCT"):
        box = reference.box
        grid = facts.grid_of(reference.sheet, box.top, box.left)
        if grid is None or len(grid.years) < 3 or box.top != box.bottom or reference.fixed[1] != reference.fixed[3]:
            continue
        own = facts.grid_at(cell)
        years, covered = sorted(grid.years), [at for at in grid.years if box.left <= at <= box.right]
        is_beside = not (own and own.years and cell.column in (*own.years, *own.totals))
        if is_beside and len(covered) == len(years) - 1 and (box.left, box.right) == (min(covered), max(covered)):
            seen.one()
            missed = next(at for at in years if at not in covered)
            if not _SOME_YEARS.search(own.label(cell.row) if own else ""):
                yield at(cell, f"the total leaves out {grid.headers[missed]}: {cell.formula}")
                return


def _reads_what_it_says(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Where a row names the lines that it reads, its formulas refer to each of them."""
    ids: dict[str, dict[str, list[int]]] = {}
    for grid in facts.grids:
        for row in grid.rows if grid.column("id") and facts.roles[grid.sheet.name] in (INPUTS, CALCULATIONS) else ():
            name = grid.text(row, "id")
            if not SHORTHAND.match(name):
                own = OF_LIST.match(name)
                ids.setdefault(own[1] if own else name, {}).setdefault(grid.sheet.name, []).append(row)
    for grid in facts.grids:
        for row in grid.rows if grid.column("reads") else ():
            columns = [at for at, header in grid.headers.items() if re.match(r"(also )?reads\b", header, re.IGNORECASE)]
            words = ", ".join(grid.sheet.text(row, column) for column in columns)
            names = [name for name in (word.strip() for word in words.split(",")) if name in ids]
            formulas = [facts.reader.all[cell.sheet, cell.row, cell.column] for cell in grid.cells(row) if cell.formula]
            if not names or not formulas:
                continue
            seen.one()
            boxes = [reference for found in formulas for reference in found.references]
            for name in names:
                spans = {sheet: (min(rows), max(rows)) for sheet, rows in ids[name].items()}
                reads = any((span := spans.get(ref.sheet)) and _overlap(span, ref) for ref in boxes)
                if not reads and not any(_stands_for(facts, spans, ref) for ref in boxes):
                    yield at(formulas[0].cell, f"the row says that it reads {name}, and its formulas do not")


def _stands_for(facts: Facts, spans: dict[str, tuple[int, int]], reference: Reference) -> bool:
    """Whether a reference is to cells of inputs that link to, or choose among, some rows."""
    if facts.roles[reference.sheet] != INPUTS:
        return False
    links = (facts.reader.all.get(spot) for spot in facts.reader.filled(reference))
    return any(
        (span := spans.get(ref.sheet)) and _overlap(span, ref) for found in links if found for ref in found.references
    )


def _overlap(span: tuple[int, int], reference: Reference) -> bool:
    """Whether a reference reaches any of some rows below one another."""
    return reference.box.top <= span[1] and reference.box.bottom >= span[0]
