"""Rules of inputs and of how figures are marked: units, styles, names, validation, grades, the register."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from costmodel.audit.choices import rests_on
from costmodel.audit.grids import CALCULATIONS, CHECKS, COVER, INPUTS, OUTPUTS, SHORTHAND, Facts, Grid
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.spreadsheets.cells import Cell, Look, Sheet, Validation, address
from costmodel.spreadsheets.ranges import Extent, Node, Spot, Stretch

_SIGN = (
    r"\bsign convention\b",
    r"\b(costs?|benefits?|spending|income)\b[^.]{0,40}\b(are|is)\b[^.]{0,20}\b(positive|negative)\b",
)
_UNIT_IN_HEADER = re.compile(
    r"\(.+\)|[£%€$]|\b(year|years|number|count|rate|share|ratio|index|flag|rank|people|wte|headcount|factor)\b",
    re.IGNORECASE,
)
_MANY = 1_000
"""Cells of one validation, of which a sheet has few or all."""
_INPUT_TYPES, _FORMULA_TYPES = ("input", "choice"), ("calculation", "step", "output", "check", "total", "link")
_TYPES = (*_INPUT_TYPES, *_FORMULA_TYPES, "fixed", "heading")


@rule("W18", Level.E, "Every figure has a unit, and one sign convention is stated.", "figures")
def units_and_signs(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Figures in tables without years have their unit in a column, or in the header; sums are of rows of one unit."""
    for grid in facts.grids_of_role(INPUTS, CALCULATIONS, OUTPUTS):
        if not grid.years and not grid.column("unit"):
            yield from _unit_headers(grid, seen)
    if not (seen.count or facts.grids_with_years):
        return
    seen.one()
    if not facts.says(*_SIGN):
        yield Failure(says="no sheet states the sign convention, such as: costs are positive in tables of costs")
    for found in facts.reader.all.values():
        for reference in found.inside("SUM"):
            box = reference.box
            summed = facts.grid_of(reference.sheet, box.top, box.left)
            if summed and summed.column("unit") and facts.roles[found.cell.sheet] != CHECKS and box.area < 10_000:
                units = summed.units_between(box.top, box.bottom)
                if len(units) > 1:
                    yield at(found.cell, f"this sums rows of different units ({', '.join(sorted(units))})")


def _unit_headers(grid: Grid, seen: Seen) -> Iterator[Failure]:
    for column in range(grid.box.left, grid.box.right + 1):
        cells = [cell for row in grid.rows if (cell := grid.sheet.at(row, column))]
        figures = [cell for cell in cells if cell.is_number or (cell.formula and not cell.text)]
        marked = all(re.search("[%£€$]", cell.look.number) for cell in figures)
        if figures and len(figures) * 2 > len(cells):
            seen.one()
            header = grid.headers.get(column, "")
            if not _UNIT_IN_HEADER.search(header) and not marked:
                says = f"the figures under {header!r} have no unit" if header else "these figures have no unit"
                yield Failure(sheet=grid.sheet.name, cell=address(grid.header, column), says=says)


@rule("W19", Level.E, "Cells are styled by role, and a Type column says the role in words.", "tables of figures")
def types_and_styles(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A row's Type is what its cells are, and cells of inputs look like no cells of formulas."""
    looks: dict[str, dict[Look, Cell]] = {"input": {}, "formula": {}}
    for grid in facts.grids_of_role(INPUTS, CALCULATIONS, OUTPUTS, CHECKS):
        figures = [cell for row in grid.rows for cell in grid.cells(row) if cell.formula or cell.is_number]
        if not figures:
            continue
        seen.one()
        column = grid.column("type")
        if column is None:
            yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says="there is no column Type")
            continue
        for row in grid.rows:
            word = grid.sheet.text(row, column).strip()
            cells = [cell for cell in grid.cells(row) if not grid.figures or cell.column in grid.figures]
            yield from _row_type(grid, row, column, word, cells)
            for cell in cells:
                if facts.roles[grid.sheet.name] == INPUTS and is_input(grid, cell):
                    looks["input"].setdefault(_plain(cell.look), cell)
                elif cell.formula and word.lower() in _FORMULA_TYPES:
                    looks["formula"].setdefault(_plain(cell.look), cell)
    for look in looks["input"].keys() & looks["formula"].keys():
        cell, other = looks["input"][look], looks["formula"][look]
        yield at(cell, f"this input looks the same as the formula in {other.sheet}!{other.address}")


def _plain(look: Look) -> Look:
    """What the eye sees of a style, without the number format."""
    return Look(
        font=look.font, size=look.size, bold=look.bold, colour=look.colour, fill=look.fill,
        wrapped=False, locked=True, raised=False, number="",
    )  # fmt: skip


def _row_type(grid: Grid, row: int, column: int, word: str, cells: list[Cell]) -> Iterator[Failure]:
    where, cell = grid.sheet.name, address(row, column)
    if not word or SHORTHAND.match(word):
        yield Failure(sheet=where, cell=cell, says=f"{grid.label(row)!r} has no Type")
    elif word.lower() not in _TYPES:
        yield Failure(sheet=where, cell=cell, says=f"{word!r} is no type of cell: {', '.join(_TYPES)}")
    elif word.lower() in _FORMULA_TYPES and cells and not any(found.formula for found in cells):
        yield Failure(sheet=where, cell=cell, says=f"the Type is {word}, and the row has no formula")
    elif word.lower() in _INPUT_TYPES and cells and not any(found.shown not in (None, "") for found in cells):
        yield Failure(sheet=where, cell=cell, says=f"the Type is {word}, and the row has no value")
    elif word.lower() in _INPUT_TYPES:
        figures = [found for found in grid.cells(row) if found.is_number or (found.formula and not found.text)]
        if figures and all(found.formula for found in figures):
            yield Failure(sheet=where, cell=cell, says=f"the Type is {word}, and all figures of the row are formulas")


@rule("W20", Level.E, "Names are for single inputs, from the register, and all resolve.", "defined names")
def names(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A name is the id of its row, where rows have ids; a _ at its end keeps it apart from a cell's address."""
    for name in facts.book.names:
        if name.name.startswith(("_xlnm", "_xlchart")):
            continue
        seen.one()
        if "#REF!" in name.refers_to or not name.refers_to:
            yield Failure(says=f"the name {name.name} does not resolve: {name.refers_to}")
            continue
        found = facts.reader.of_name(name.refers_to)
        sheet = facts.book.sheet(found[0].sheet) if found else None
        if sheet is None:
            yield Failure(says=f"the name {name.name} does not resolve to cells: {name.refers_to}")
            continue
        box = found[0].box
        where = address(box.top, box.left)
        if len(found) > 1 or box.area > 1:
            yield Failure(sheet=sheet.name, cell=where, says=f"the name {name.name} is of more than one cell")
        elif sheet.at(box.top, box.left) is None:
            yield Failure(sheet=sheet.name, cell=where, says=f"the name {name.name} is of an empty cell")
        elif facts.roles[sheet.name] not in (INPUTS, COVER):
            yield Failure(sheet=sheet.name, cell=where, says=f"the name {name.name} is not of an input")
        else:
            grid = facts.grid_at(sheet.cells[box.top, box.left])
            id = grid.text(box.top, "id") if grid else ""  # noqa: A001
            if id and id.lower() != name.name.rstrip("_").lower() and id.lower() != name.name.lower():
                yield Failure(sheet=sheet.name, cell=where, says=f"the name {name.name} is not the id {id}")


@rule(
    "W21", Level.D, "Every input is validated by its declared range; formulas are locked, without a password.", "inputs"
)
def validated(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Inputs are numbers typed on sheets of inputs, in rows of Type Input or Choice where there is a Type column."""
    for sheet in facts.of_role(INPUTS):
        validations = _Validations(sheet)
        for cell in sheet.cells.values():
            grid = facts.grid_at(cell)
            if grid and is_input(grid, cell):
                seen.one()
                rules = validations.of(cell)
                if not any(found.kind and found.kind != "none" for found in rules):
                    yield at(cell, "the input has no data validation")
                else:
                    yield from _admits_range(grid, cell, rules[0])
                if sheet.protected and cell.look.locked and grid.column("type"):
                    yield at(cell, "the input is locked, on a sheet that is protected: it cannot be changed")
    if not seen.count:
        return
    for sheet in facts.book.sheets:
        if sheet.password:
            yield Failure(sheet=sheet.name, cell="A1", says="the sheet is protected with a password")
        formulas = sheet.formulas if facts.roles[sheet.name] in (INPUTS, CALCULATIONS, OUTPUTS, CHECKS) else {}
        if formulas and not sheet.protected:
            first = sheet.cells[min(formulas)]
            yield at(first, f"the sheet is not protected, so its {len(formulas)} formulas can be typed over")
        for cell in formulas.values():
            if sheet.protected and not cell.look.locked:
                yield at(cell, "the formula is not locked")


class _Validations:
    """The validations of a sheet's cells: those of few cells are held by cell, and those of many are looked through."""

    def __init__(self, sheet: Sheet) -> None:
        self._rules = sheet.validations
        self._small: dict[tuple[int, int], list[int]] = {}
        self._large: list[int] = []
        for place, found in enumerate(sheet.validations):
            if sum(box.area for box in found.boxes) > _MANY:
                self._large.append(place)
                continue
            for box in found.boxes:
                for row in range(box.top, box.bottom + 1):
                    for column in range(box.left, box.right + 1):
                        self._small.setdefault((row, column), []).append(place)

    def of(self, cell: Cell) -> list[Validation]:
        """The validations of a cell, in the sheet's order."""
        at = cell.row, cell.column
        large = (place for place in self._large if any(box.holds(*at) for box in self._rules[place].boxes))
        return [self._rules[place] for place in sorted({*self._small.get(at, ()), *large})]


def is_input(grid: Grid, cell: Cell) -> bool:
    """Whether a cell is a number that may be changed."""
    word = grid.text(cell.row, "type").lower()
    if not cell.is_number or (grid.column("type") and word not in _INPUT_TYPES):
        return False
    if grid.years:
        in_years = any(_is_figure(grid, cell.row, column) for column in grid.years)
        is_opening = cell.column not in grid.years and cell.value in (0, 1) and in_years
        may_be_changed = grid.sheet.protected and not cell.look.locked  # a scenario's value beside the live one
        return may_be_changed or (cell.column in grid.figures and not is_opening)
    if not cell.look.locked or not grid.column("type"):
        return True
    return cell.column in grid.open_columns


def _is_figure(grid: Grid, row: int, column: int) -> bool:
    cell = grid.sheet.at(row, column)
    return cell is not None and (cell.is_number or bool(cell.formula))


def _admits_range(grid: Grid, cell: Cell, rule: Validation) -> Iterator[Failure]:
    """Values between the Low and High of a row may be typed."""
    ends = [grid.sheet.at(cell.row, column) for word in ("low", "high") if (column := grid.column(word))]
    try:
        least, most = float(rule.first), float(rule.second)
    except ValueError:
        return
    if rule.kind not in ("decimal", "whole") or rule.operator != "between":
        return
    slack = 1e-9 * max(1.0, abs(least), abs(most))
    for end in ends:
        if end and end.is_number and not least - slack <= end.value <= most + slack:
            yield at(cell, f"the validation ({least:g} to {most:g}) leaves out {end.value} in {end.address}")


_WEAK = re.compile(r"\b(illustrative|placeholder|dummy|made up|to be confirmed|tbc)\b", re.IGNORECASE)


@functools.lru_cache(maxsize=20_000)
def _is_weak(text: str) -> bool:
    return bool(_WEAK.search(text))


@rule(
    "W22", Level.E, "Illustrative values are marked, in words, wherever a result depends on one.", "illustrative values"
)
def illustrative(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Values are followed along the references; a row of results that they reach says so in one of its texts,
    or the words above its table say that all of them do."""
    weak: set[tuple[str, int, int]] = set()
    for grid in facts.grids_of_role(INPUTS):
        above = grid.words_above
        whole = bool(re.search(r"grade: (illustrative|placeholder)", above, re.IGNORECASE))
        columns = {at for at, header in grid.headers.items() if _says_weak(above, header.partition(" (")[0])}
        for row in grid.rows:
            cells = grid.cells(row)
            marked = whole or any(_is_weak(cell.text) for cell in _grade_cells(grid, cells))
            for cell in cells:
                if marked or cell.column in columns:
                    weak.add((cell.sheet, cell.row, cell.column))
    weak = {spot for spot in weak if not _word_only(facts, spot)}
    seen.one(len(weak))
    reached = _reached(facts, weak)
    said: set[tuple[str, int]] = set()
    for name, row, column in sorted(reached):
        sheet = facts.book.sheet(name)
        if sheet is None or (name, row) in said or facts.roles[name] not in (CALCULATIONS, OUTPUTS):
            continue
        grid_here = facts.grid_at(sheet.cells[row, column])
        if grid_here is None:
            continue
        said.add((name, row))
        if not any(_is_weak(cell.text) for cell in sheet.rows[row]) and not _all_said(grid_here.words_above):
            yield at(sheet.cells[row, column], "this rests on an illustrative value, and the row does not say so")


def _says_weak(above: str, header: str) -> bool:
    """Whether the words above a table say that what stands under a header is weak."""
    return (
        bool(header) and ": " in above and bool(re.search(rf"{re.escape(header)}: (illustrative|placeholder)", above))
    )


@functools.lru_cache(maxsize=1_000)
def _all_said(above: str) -> bool:
    """Whether the words above a table say that every figure of it rests on illustrative values."""
    return bool(re.search(r"\b(every|all|each)\b[^.]*\billustrative\b", above, re.IGNORECASE))


def _grade_cells(grid: Grid, cells: list[Cell]) -> list[Cell]:
    """The cells of a row that say how good a value is: the grade where there is a column, else any text."""
    column = grid.column("grade")
    return [cell for cell in cells if cell.column == column or (column is None and not cell.formula)]


def _word_only(facts: Facts, spot: tuple[str, int, int]) -> bool:
    sheet = facts.book.sheet(spot[0])
    return sheet is None or not (sheet.cells[spot[1:]].is_number or sheet.cells[spot[1:]].formula)


def _reached(facts: Facts, start: set[Spot]) -> set[Spot]:
    """The formula cells that rest on some cells, at any remove; what a choice leaves out now is not rested on."""
    readers: dict[Node, list[Spot]] = {}
    for spot, found_here in facts.reader.all.items():
        for reference in rests_on(facts.reader, found_here):
            readers.setdefault(reference.node, []).append(spot)
    ranges = facts.reader.ranges
    holders: dict[Node, list[Node]] = {}
    for read in readers:
        for node in ranges.made_of(read) if isinstance(read, Extent) else ():
            holders.setdefault(node, []).append(read)
    found: set[Spot] = set()
    known: set[Node] = set()
    wanted = list(start)
    while wanted:
        spot = wanted.pop()
        nodes: list[Node] = [spot]
        for stretches in ranges.above(spot):
            nodes += _not_yet(stretches, known)
        read_as = [nodes[:1], *(holders.pop(node, []) for node in nodes)]
        new = {reader for some in read_as for node in some for reader in readers.pop(node, ())} - found
        found |= new
        wanted.extend(new)
    return found


def _not_yet(stretches: Iterator[Stretch], known: set[Node]) -> Iterator[Stretch]:
    """Stretches of cells, each within the next, up to the first that is known; now known themselves."""
    for stretch in stretches:
        if stretch in known:
            return
        known.add(stretch)
        yield stretch
