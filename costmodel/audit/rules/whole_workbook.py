"""Rules of the workbook as a whole: sheets, cover, time axis, columns, hidden things, checks."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from costmodel.audit.grids import (
    CALCULATIONS,
    CHECKS,
    COVER,
    INPUTS,
    NOTES,
    OUTPUTS,
    ROLES,
    SHORTHAND,
    Facts,
    Grid,
)
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.spreadsheets.cells import Cell, Sheet, address
from costmodel.spreadsheets.formulas import Formula
from costmodel.spreadsheets.parsing import call_end
from costmodel.spreadsheets.ranges import Node

_PICKS = {"INDEX", "CHOOSE", "MATCH", "IF"}
"""What a live value may use to pick among a scenario's values, on a sheet of inputs."""


@rule("W01", Level.E, "Every sheet has one role, and their order follows the calculation.", "sheets with figures")
def one_role(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A sheet of inputs may pick among values or total them but not calculate; one of calculations has no inputs.

    Sheets of notes may stand anywhere. A constant of 0 or 1 among calculations is an opening value, not an input.
    """
    last = (0, "")
    for sheet in facts.book.sheets:
        if not sheet.cells and not sheet.is_chart:
            continue
        role = facts.roles[sheet.name]
        seen.one()
        if role != NOTES:
            rank = ROLES.index(role)
            if rank < last[0]:
                yield Failure(sheet=sheet.name, cell="A1", says=f"a sheet of {role} stands after {last[1]}")
            last = max(last, (rank, f"{sheet.name}, a sheet of {role}"))
        yield from _mixed(sheet, role, facts)


def _mixed(sheet: Sheet, role: str, facts: Facts) -> Iterator[Failure]:
    if role == INPUTS:
        for cell in sheet.formulas.values():
            found = facts.reader.all[cell.sheet, cell.row, cell.column]
            grid = facts.grid_at(cell)
            is_total = grid is not None and cell.column in grid.totals and found.functions == ("SUM",)
            if grid and not (found.link or is_total or _picks(found) or (cell.text and not cell.is_error)):
                yield at(cell, "this calculates, on a sheet of inputs")
    for cell in sheet.cells.values() if role in (CALCULATIONS, OUTPUTS) else ():
        grid = facts.grid_at(cell) if cell.is_number and cell.value not in (0, 1) else None
        if grid and not _beside_formulas(grid, cell):
            yield at(cell, f"{cell.value} is typed in a row of its own, on a sheet of {role}")


def _picks(found: Formula) -> bool:
    """Whether a formula takes one of several values; the place of what INDEX or CHOOSE takes may be worked out."""
    if not found.functions or not set(found.functions) <= _PICKS:
        return False
    tokens = found.parsed.tokens
    whole = tokens[0].text.upper() in ("INDEX(", "CHOOSE(") and call_end(tokens, 0) == len(tokens)
    return whole or found.operators <= 1


def _beside_formulas(grid: Grid, cell: Cell) -> bool:
    """Whether a typed number is no input of its own: the other years of its row, or its row or column, are formulas."""
    row = grid.columns_of_formulas.get(cell.row, set())
    if cell.column in grid.years:
        return any(column in grid.years for column in row)
    if grid.years:
        return cell.column not in grid.figures or bool(row)
    return bool(row) or cell.column in grid.columns_with_formulas


_ON_COVER = {
    "title": r"\btitle\b",
    "purpose": r"\bpurpose\b",
    "author": r"\bauthor|\bprepared by\b",
    "version": r"\bversion\b",
    "scenario": r"\bscenario",
    "edition of guidance": r"\bedition\b|\bguidance\b",
    "how to use": r"\bhow to use\b|\binstructions\b",
    "limitations": r"\blimitations?\b|\bdoes not cover\b",
    "key to cell types": r"\bcells of type\b|\bkey\b|\bcell types?\b",
    "master check": r"\bmaster check\b",
}


@rule("W02", Level.E, "The cover says what the workbook is, how to use it, and whether its checks hold.", "formulas")
def cover(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Each item is a text of the cover with something beside or below it; a workbook without formulas needs none."""
    if not facts.book.formulas:
        return
    seen.one()
    sheets = facts.of_role(COVER)
    if not sheets:
        yield Failure(says="there is no cover")
        return
    for item, pattern in _ON_COVER.items():
        found = [
            cell
            for sheet in sheets
            for cell in sheet.cells.values()
            if not cell.formula and len(cell.text) < 80 and re.search(pattern, cell.text, re.IGNORECASE)
        ]
        if item == "title" and not found:
            found = [cell for sheet in sheets if (cell := sheet.at(1, 1)) and cell.text]
        if not found:
            yield Failure(sheet=sheets[0].name, cell="A1", says=f"the cover has no {item}")
        elif not any(_is_answered(facts, cell) for cell in found):
            yield at(found[0], f"nothing stands beside {found[0].text!r}")


def _is_answered(facts: Facts, cell: Cell) -> bool:
    sheet = facts.book.sheet(cell.sheet)
    beside = sheet.at(cell.row, cell.column + 1) if sheet else None
    return (cell.row == 1 and cell.column == 1) or ":" in cell.text or bool(beside and beside.shown not in (None, ""))


@rule("W03", Level.E, "The same column is the same year on every sheet that has years.", "columns of years")
def one_axis(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Where sheets differ, the year that most of them have in a column is taken as meant."""
    columns: dict[int, Counter[int]] = {}
    for grid in facts.grids_with_years:
        for column, year in grid.years.items():
            columns.setdefault(column, Counter())[year] += 1
    usual = {column: years.most_common(1)[0][0] for column, years in columns.items()}
    for grid in facts.grids_with_years:
        seen.one(len(grid.years))
        found = list(grid.years.items())
        for column, year in found:
            if year != usual[column]:
                where = address(1, column)[:-1]
                says = f"column {where} is {grid.headers[column]} here, and {usual[column]} on most sheets"
                yield Failure(sheet=grid.sheet.name, cell=address(grid.header, column), says=says)
        for (one, before), (other, after) in itertools.pairwise(found):
            if after - before != 1 or other - one != 1:
                says = f"{grid.headers[other]} does not follow {grid.headers[one]} in the next column"
                yield Failure(sheet=grid.sheet.name, cell=address(grid.header, other), says=says)


@rule(
    "W04",
    Level.E,
    "Label, id, unit, constant, years, total: in this order; in every row a unit, and an id of its own.",
    "years",
)
def fixed_columns(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The first four are known by their header words; a total is a header after the years that begins with Total.

    Ids under a header Id or Identifier of inputs and calculations are all different in one table.
    """
    for grid in facts.grids_of_role(INPUTS, CALCULATIONS):
        yield from _ids(grid)
    for grid in facts.grids_with_years:
        seen.one()
        places = {word: grid.column(word) for word in ("label", "id", "unit", "constant")}
        for word, column in places.items():
            if column is None:
                yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says=f"there is no column for the {word}")
        known = [(column, word) for word, column in places.items() if column is not None]
        first_year = min(grid.years)
        for (one, _), (other, word) in zip(known, [*known[1:], (first_year, "first year")], strict=True):
            if other < one:
                says = f"the column of the {word} stands too far left"
                yield Failure(sheet=grid.sheet.name, cell=address(grid.header, other), says=says)
        for column, header in grid.headers.items():
            if column < first_year and header.lower().startswith("total"):
                says = f"{header} stands before the years"
                yield Failure(sheet=grid.sheet.name, cell=address(grid.header, column), says=says)
        yield from _units(grid, places["unit"])


def _ids(grid: Grid) -> Iterator[Failure]:
    column = next((at for at, header in grid.headers.items() if header.strip().lower() in ("id", "identifier")), None)
    taken: dict[str, int] = {}
    for row in grid.rows if column else ():
        id = grid.sheet.text(row, column or 0).strip()  # noqa: A001
        if id and not SHORTHAND.match(id) and taken.setdefault(id.lower(), row) != row:
            says = f"the id {id} is that of row {taken[id.lower()]} too"
            yield Failure(sheet=grid.sheet.name, cell=address(row, column or 0), says=says)


def _units(grid: Grid, column: int | None) -> Iterator[Failure]:
    for row in grid.rows if column else ():
        assert column is not None
        figures = [cell for cell in grid.cells(row) if cell.column in grid.figures and (cell.is_number or cell.formula)]
        text = grid.sheet.text(row, column)
        if figures and (not text.strip() or SHORTHAND.match(text)):
            yield Failure(sheet=grid.sheet.name, cell=address(row, column), says=f"{grid.label(row)!r} has no unit")


@rule("W11", Level.E, "No macros, external links, or hidden rows, columns or sheets.", "sheets")
def nothing_hidden(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Parts of the package show macros and links; a row of no height, or a format ;;; that shows nothing, is hidden."""
    seen.one(len(facts.book.sheets))
    package = facts.book.package
    for part in package.parts:
        if part.endswith("vbaProject.bin") or "/macrosheets/" in part:
            yield Failure(says=f"the file holds macros ({part})")
        elif part.startswith("xl/externalLinks/externalLink") or part == "xl/connections.xml":
            yield Failure(says=f"the file holds a link to something outside it ({part})")
    if "macroEnabled" in package.types:
        yield Failure(says="the file is of a kind that may hold macros (.xlsm)")
    for name in facts.book.names:
        if "[" in name.refers_to.split("!")[0] and "!" in name.refers_to:
            yield Failure(says=f"the name {name.name} refers to another workbook: {name.refers_to}")
        if name.hidden and not name.name.startswith("_xlnm"):
            yield Failure(says=f"the name {name.name} is hidden")
    for found in facts.reader.all.values():
        if found.external:
            yield at(found.cell, "the formula refers to another workbook")
    for sheet in facts.book.sheets:
        if sheet.state != "visible":
            yield Failure(sheet=sheet.name, cell="A1", says="the sheet is hidden")
        for row in sheet.hidden_rows:
            says = f"row {row} is hidden" if row else "every row is hidden unless it says otherwise"
            yield Failure(sheet=sheet.name, cell=f"A{row or 1}", says=says)
        for letter in sheet.hidden_columns:
            yield Failure(sheet=sheet.name, cell=f"{letter}1", says=f"column {letter} is hidden")
        for cell in sheet.cells.values():
            if cell.look.number.replace(" ", "") == ";;;":
                yield at(cell, "the number format hides what stands here")


@rule(
    "W14",
    Level.E,
    "Live checks on a sheet, and a master check on the cover and every sheet of calculations.",
    "formulas",
)
def checks(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The master check is the cell of the checks sheet that the cover shows; it rests on every other check there."""
    if not facts.book.formulas:
        return
    seen.one()
    sheets = facts.of_role(CHECKS)
    live = [cell for sheet in sheets for cell in sheet.formulas.values() if _is_check(facts, cell)]
    if not live:
        yield Failure(
            sheet=sheets[0].name if sheets else "", cell="A1" if sheets else "", says="there are no live checks"
        )
        return
    seen.one(len(live))
    names = {sheet.name for sheet in sheets}
    covers = facts.of_role(COVER)
    shown = [node for sheet in covers for node in _shown_above(facts, sheet, names, everywhere=True)]
    if not shown:
        yield Failure(sheet=covers[0].name if covers else "", says="the cover does not show a master check")
    for sheet in facts.of_role(CALCULATIONS):
        if not _shown_above(facts, sheet, names, everywhere=False):
            yield Failure(sheet=sheet.name, cell="A1", says="no master check stands above the calculations")
    reached = set(shown)
    wanted = list(shown)
    while wanted:
        for node in facts.reader.reads(wanted.pop()):
            if node[0] in names and node not in reached:
                reached.add(node)
                wanted.append(node)
    for cell in live if shown else ():
        if (cell.sheet, cell.row, cell.column) not in reached:
            yield at(cell, "the master check does not rest on this check")


def _is_check(facts: Facts, cell: Cell) -> bool:
    """A formula of 0 or 1, or of a truth value, in the body of a table."""
    return cell.cached in (0, 1) and facts.grid_at(cell) is not None


def _shown_above(facts: Facts, sheet: Sheet, checks: set[str], *, everywhere: bool) -> list[Node]:
    """Cells and ranges of the checks that formulas of a sheet refer to: those above its first table, or all."""
    headers = [grid.header for grid in facts.grids if grid.sheet is sheet]
    top = min(headers, default=10)
    return [
        reference.node
        for row, column in sheet.formulas
        if everywhere or row < top
        for reference in facts.reader.all[sheet.name, row, column].references
        if reference.sheet in checks and facts.reader.is_filled(reference)
    ]
