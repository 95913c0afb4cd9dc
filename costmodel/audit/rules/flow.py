"""Rules of what formulas refer to: the flow of the calculation, totals, errors, and values recalculated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from costmodel.audit.facts import CALCULATIONS, INPUTS, OUTPUTS, Facts
from costmodel.audit.grids import SHORTHAND, Grid
from costmodel.audit.rule import Failure, Level, NotApplicable, Seen, at, rule
from costmodel.spreadsheets.cells import Cell, address
from costmodel.spreadsheets.formulas import Reader, Reference
from costmodel.spreadsheets.ranges import Node, Spot


@rule(
    "W06", Level.E, "The calculation flows down and to the right; nothing refers to itself or a later year.", "formulas"
)
def flow(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Within inputs, calculations and outputs. Words, such as a grade, and totals may refer to anything.

    A row may read another row below it in an earlier year: a stock that carries forward. A later year passes where a
    text of the row says ``later year``. A range of all years, fixed with $, is no reference to a later year.
    """
    circles = _circles(facts.reader)
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


def _circles(reader: Reader) -> set[Spot]:
    """Formula cells on a circle of references (Tarjan's strongly connected components, without recursion)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    held: set[Node] = set()
    work: list[tuple[Node, Iterator[Node]]] = []
    found: set[Spot] = set()

    def enter(node: Node) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        held.add(node)
        work.append((node, iter(reader.reads(node))))

    for root in reader.all:
        if root not in index:
            enter(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in index:
                    enter(other)
                    break
                if other in held:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part: list[Node] = []
                    while part[-1:] != [node]:
                        part.append(stack.pop())
                        held.discard(part[-1])
                    if len(part) > 1 or node in reader.reads(node):
                        found.update(reader.all.keys() & part)
    return found


@rule("W16", Level.E, "No error values, no empty precedents, no numbers kept as text.", "figures")
def no_errors(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A text that reads as a number fails among figures, or where most of its column are numbers; so does n/a there."""
    for sheet in facts.book.sheets:
        for cell in sheet.cells.values():
            seen.one(1 if cell.formula or cell.is_number else 0)
            if cell.is_error:
                yield at(cell, f"the cell is the error {cell.text}")
    for found in facts.reader.all.values():
        for what in dict.fromkeys(found.unknown):
            yield at(found.cell, f"the formula refers to {what}, which is not there: {found.cell.formula}")
        for reference in found.references:
            if not facts.reader.is_filled(reference):
                where = address(reference.box.top, reference.box.left)
                yield at(found.cell, f"the formula refers to the empty cell {reference.sheet}!{where}")
    yield from _numbers_as_text(facts)
    yield from _words_for_nothing(facts)


_NUMBER = re.compile(r"^\s*[-+(]?\s*£?\s*(\d[\d,]*(\.\d*)?|\.\d+)\s*%?\s*\)?\s*$")


def _is_number(text: str) -> bool:
    return bool(_NUMBER.match(" ".join(text.split())))  # a run of spaces as one: the pattern may try each of them


def _numbers_as_text(facts: Facts) -> Iterator[Failure]:
    from costmodel.spreadsheets.cells import box_of

    for grid in facts.grids:
        meant = [box_of(area) for area in grid.sheet.meant_as_text]
        for column, cells in grid.columns.items():
            texts = [cell for cell in cells if cell.text and not cell.formula and _is_number(cell.text)]
            if not texts:
                continue
            numbers = sum(1 for cell in cells if cell.is_number or cell.formula)
            others = sum(1 for cell in cells if cell.text and not SHORTHAND.match(cell.text)) - len(texts)
            for cell in texts:
                is_meant = any(box.holds(cell.row, cell.column) for box in meant)
                among = column in grid.figures or numbers > len(texts) + others
                if among and not is_meant:
                    yield at(cell, f"the number {cell.text} is kept as text")


_MISSING = re.compile(r"^(n/?a|n\.a\.?|tb[acd]|nil|none|-+|[–—]|\?+|\.\.+|…|x)$", re.IGNORECASE)


def _words_for_nothing(facts: Facts) -> Iterator[Failure]:
    """Words such as n/a where figures stand: what reads them fails, or leaves them out and does not say so."""
    for grid in facts.grids_of_role(INPUTS, CALCULATIONS, OUTPUTS):
        for column in grid.figures:
            for cell in grid.columns.get(column, ()):
                if cell.text and not cell.formula and _MISSING.match(cell.text.strip()):
                    yield at(cell, f"{cell.text.strip()!r} stands in place of a figure")


@rule("W17", Level.E, "Cached values are those that a recalculation gives, to 1 part in 10⁹.", "formulas")
def recalculated(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Every formula cell has a cached value, and an engine works out the same: one of two that are independent."""
    from costmodel.spreadsheets.recalculation import Unable, agree, recalculate, second_opinion

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
