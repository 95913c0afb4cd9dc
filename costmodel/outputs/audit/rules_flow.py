"""Rules of what formulas refer to: the flow of the calculation, totals, errors, and values recalculated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from costmodel.outputs.audit.cells import Cell, address
from costmodel.outputs.audit.formulas import Formula, Reference
from costmodel.outputs.audit.grids import CALCULATIONS, INPUTS, OUTPUTS, SHORTHAND, Facts, Grid, year_of
from costmodel.outputs.audit.rules import Failure, Level, NotApplicable, Seen, at, rule

Spot = tuple[str, int, int]


@rule(
    "W06", Level.E, "The calculation flows down and to the right; nothing refers to itself or a later year.", "formulas"
)
def flow(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Within inputs, calculations and outputs. Words, such as a grade, and totals may refer to anything.

    A row may read another row below it in an earlier year: a stock that carries forward. A later year passes where a
    text of the row says ``later year``. A range of all years, fixed with $, is no reference to a later year.
    """
    circles = _circles(facts.reader.precedents)
    for key, found in facts.reader.all.items():
        seen.one()
        if key in circles:
            yield at(found.cell, f"the formula depends on itself: {found.cell.formula}")
    order = {sheet.name: place for place, sheet in enumerate(facts.book.sheets)}
    for sheet in facts.of_role(INPUTS, CALCULATIONS, OUTPUTS):
        for cell in sheet.formulas.values():
            grid = facts.grid_at(cell)
            if grid is None or (cell.text and not cell.is_error):
                continue
            found = facts.reader.all[cell.sheet, cell.row, cell.column]
            for reference in found.references:
                if says := _against(facts, grid, cell, reference, order):
                    yield at(cell, f"the formula {says}: {cell.formula}")
                    break


def _against(facts: Facts, grid: Grid, cell: Cell, reference: Reference, order: dict[str, int]) -> str:
    """How a reference runs against the flow, or nothing."""
    box = reference.box
    target = facts.roles[reference.sheet]
    if target in (INPUTS, CALCULATIONS, OUTPUTS) and order[reference.sheet] > order[cell.sheet]:
        return f"refers to {reference.sheet}, a sheet to its right"
    if reference.sheet == cell.sheet and grid.years and box.top > cell.row and box.top <= grid.box.bottom:
        earlier = cell.column in grid.years and box.right < cell.column and box.right in (*grid.years, cell.column - 1)
        if not earlier:
            return f"refers to row {box.top}, which is below it"
    if cell.column in grid.years and _later(grid, cell, reference):
        texts = " ".join(other.text for other in grid.cells(cell.row)).lower()
        if "later year" not in texts:
            return "refers to a later year"
    return ""


def _later(grid: Grid, cell: Cell, reference: Reference) -> bool:
    """Whether a reference moves along the years and reaches a later one; only sheets with the same axis count."""
    box, fixed = reference.box, reference.fixed
    last_year = max(grid.years)
    if reference.sheet != cell.sheet and not grid.marked:
        return False
    reaches = cell.column < box.right <= last_year
    return reaches and not (fixed[1] and fixed[3])


def _circles(precedents: dict[Spot, list[Spot]]) -> set[Spot]:
    """Formula cells on a circle of references (Tarjan's strongly connected components, without recursion)."""
    index: dict[Spot, int] = {}
    low: dict[Spot, int] = {}
    stack: list[Spot] = []
    held: set[Spot] = set()
    found: set[Spot] = set()
    for root in precedents:
        if root in index:
            continue
        work = [(root, iter(precedents[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while work:
            spot, others = work[-1]
            for other in others:
                if other not in precedents:
                    continue
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    held.add(other)
                    work.append((other, iter(precedents[other])))
                    break
                if other in held:
                    low[spot] = min(low[spot], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[spot])
                if low[spot] == index[spot]:
                    part: list[Spot] = []
                    while part[-1:] != [spot]:
                        part.append(stack.pop())
                        held.discard(part[-1])
                    if len(part) > 1 or spot in precedents[spot]:
                        found.update(part)
    return found


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


_OF_LIST = re.compile(r"^(.*)\[(\d+)\]$")


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
    first = _OF_LIST.match(grid.text(box.top, "id")) if grid else None
    if grid and first:
        rows = [row for row in grid.rows if (own := _OF_LIST.match(grid.text(row, "id"))) and own[1] == first[1]]
        missed = [row for row in rows if not box.top <= row <= box.bottom]
        if missed:
            where = address(missed[-1], box.left)
            yield at(cell, f"the total leaves out {where}, {grid.label(missed[-1])!r}: {cell.formula}")
        return
    if grid and grid.marked and sheet.name != cell.sheet and not grid.years:
        column = [row for row in grid.rows if (one := sheet.at(row, box.left)) and (one.is_number or one.formula)]
        missed = [row for row in column if not box.top <= row <= box.bottom]
        if missed:
            where = f"{sheet.name}!{address(missed[-1], box.left)}"
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


def _reads_what_it_says(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Where a row names the lines that it reads, its formulas refer to each of them."""
    ids: dict[str, dict[str, list[int]]] = {}
    for grid in facts.grids:
        for row in grid.rows if grid.column("id") and facts.roles[grid.sheet.name] in (INPUTS, CALCULATIONS) else ():
            name = grid.text(row, "id")
            own = _OF_LIST.match(name)
            ids.setdefault(own[1] if own else name, {}).setdefault(grid.sheet.name, []).append(row)
    for grid in facts.grids:
        for row in grid.rows if grid.column("reads") else ():
            words = f"{grid.text(row, 'reads')}, {grid.text(row, 'also reads')}"
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


@rule("W16", Level.E, "No error values, no empty precedents, no numbers kept as text.", "figures")
def no_errors(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A text that reads as a number fails among figures, or where most of its column are numbers."""
    for sheet in facts.book.sheets:
        for cell in sheet.cells.values():
            seen.one(1 if cell.formula or cell.is_number else 0)
            if cell.is_error:
                yield at(cell, f"the cell is the error {cell.text}")
    for found in facts.reader.all.values():
        for what in dict.fromkeys(found.unknown):
            yield at(found.cell, f"the formula refers to {what}, which is not there: {found.cell.formula}")
        for reference in found.references:
            if not facts.reader.filled(reference):
                where = address(reference.box.top, reference.box.left)
                yield at(found.cell, f"the formula refers to the empty cell {reference.sheet}!{where}")
    yield from _numbers_as_text(facts)


_NUMBER = re.compile(r"^\s*[-+(]?\s*£?\s*(\d[\d,]*\.?\d*|\.\d+)\s*%?\s*\)?\s*$")


def _numbers_as_text(facts: Facts) -> Iterator[Failure]:
    from costmodel.outputs.audit.cells import box_of

    for grid in facts.grids:
        meant = [box_of(area) for area in grid.sheet.meant_as_text]
        for column, cells in grid.columns.items():
            texts = [cell for cell in cells if cell.text and not cell.formula and _NUMBER.match(cell.text)]
            if not texts:
                continue
            numbers = sum(1 for cell in cells if cell.is_number or cell.formula)
            others = sum(1 for cell in cells if cell.text and not SHORTHAND.match(cell.text)) - len(texts)
            for cell in texts:
                is_meant = any(box.holds(cell.row, cell.column) for box in meant)
                among = column in grid.figures or numbers > len(texts) + others
                if among and not is_meant:
                    yield at(cell, f"the number {cell.text} is kept as text")


@rule("W17", Level.E, "Cached values are those that a recalculation gives, to 1 part in 10⁹.", "formulas")
def recalculated(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Every formula cell has a cached value, and an engine works out the same: one of two that are independent."""
    from costmodel.outputs.audit.recalculation import Unable, agree, recalculate, second_opinion

    missing = [found.cell for found in facts.reader.all.values() if found.cell.cached is None]
    for cell in missing:
        yield at(cell, f"the formula has no cached value: {cell.formula}")
    if not facts.book.formulas:
        return
    if not facts.engines:
        raise NotApplicable(
            "values are recalculated by costmodel audit, where an engine is installed, and by the tests of costmodel"
        )
    if any(found.external for found in facts.reader.all.values()):
        raise NotApplicable("formulas refer to other workbooks, which are not read")
    try:
        values = recalculate(facts.book)
    except Unable as why:
        raise NotApplicable(str(why)) from None
    seen.one(len(facts.book.formulas))
    here = {(cell.sheet, cell.address): cell for cell in facts.book.formulas if cell.cached is not None}
    apart = [key for key, cell in here.items() if cell.cached is None or not agree(cell.cached, values[key])]
    others = second_opinion(facts.book) if apart else {}
    for key in apart:
        cell = here[key]
        if cell.cached is not None and (key not in others or not agree(cell.cached, others[key])):
            yield at(cell, f"the cached value is {_said(cell.cached)}, and {_said(values[key])} when recalculated")


def _said(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else repr(value)
