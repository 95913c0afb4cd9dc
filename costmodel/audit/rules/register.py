"""The rule of the register of assumptions, and of the choices among scenarios that it feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from costmodel.audit.choices import ChoiceTaken, choices_of
from costmodel.audit.grids import CALCULATIONS, INPUTS, NOTES, OUTPUTS, SHORTHAND, Facts, Grid
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.audit.rules.marked_inputs import is_input
from costmodel.audit.scenario_columns import columns_of, scenarios_of
from costmodel.spreadsheets.cells import address

_REGISTER = {
    "id": ("id",),
    "label": ("label", "description", "item", "assumption"),
    "unit": ("unit", "units"),
    "live value": ("live", "live value", "constant", "value"),
    "base": ("base",),
    "low": ("low",),
    "high": ("high",),
    "grade": ("grade",),
    "source": ("source", "sources", "evidence"),
    "note": ("note", "notes", "comment", "comments"),
}


_THE_SAME = re.compile(
    r"\b(same|constant|fixed|unchanged)\b.{0,20}\b(every|all|each|both)\b.{0,12}\bscenarios?\b", re.IGNORECASE
)


@rule("W23", Level.E, "Every assumption has its id, label, unit, values, range, grade, source and note.", "assumptions")
def register(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Columns of the sheets of inputs, and of a log of assumptions that names the same ids, are taken together.

    Where there is a selector, each input has a column for each scenario, in its own table or in one that has its id,
    or its row says that it is the same in every scenario.
    """
    grids = [grid for grid in facts.grids_of_role(INPUTS) if grid.column("id") and grid.rows]
    plain = [
        g for g in facts.grids_of_role(INPUTS) if any(is_input(g, cell) for row in g.rows for cell in g.cells(row))
    ]
    if not plain:
        return
    logs = [g for g in facts.grids_of_role(NOTES) if g.column("id") and "assumption" in g.sheet.name.lower()]
    logged = {grid.text(row, "id"): (grid, row) for grid in logs for row in grid.rows}
    if not grids:
        first = plain[0]
        yield Failure(sheet=first.sheet.name, cell=first.first_cell, says="the inputs have no ids")
    scenarios = scenarios_of(facts)
    wide = [grid for grid in facts.grids if scenarios and columns_of(grid, scenarios)]
    elsewhere = {stem(grid.text(row, "id")) for grid in wide for row in grid.rows} - {""}
    for grid in grids:
        inputs = [row for row in grid.rows if any(is_input(grid, cell) for cell in grid.cells(row))]
        seen.one(len(inputs))
        yield from _columns(grid, logs, scenarios if inputs and grid not in wide else [], bool(inputs), elsewhere)
        for row in inputs:
            id = grid.text(row, "id")  # noqa: A001
            known = logged.get(stem(id))
            if logs and known is None:
                yield Failure(
                    sheet=grid.sheet.name, cell=address(row, 2), says=f"{id} is not in the log of assumptions"
                )
            elif not _has_basis(grid, row, known):
                yield Failure(sheet=grid.sheet.name, cell=address(row, 1), says=f"{id} has no source and no reason")
    if grids and not scenarios and "scenario" not in " ".join(h for g in grids for h in g.headers.values()).lower():
        says = (
            "the values of each scenario do not stand side by side: there is no selector, and no column for a scenario"
        )
        yield Failure(sheet=grids[0].sheet.name, cell=grids[0].first_cell, says=says)
    yield from _choices(facts, wide, scenarios, seen)


def stem(id: str) -> str:  # noqa: A002
    """An id without what it has in brackets, such as a year."""
    return re.sub(r"\[[^\]]*\]$", "", id.strip())


def _columns(
    grid: Grid, logs: list[Grid], scenarios: list[str], has_inputs: bool, elsewhere: set[str]
) -> Iterator[Failure]:
    """What a table of assumptions has no column for.

    Args:
        scenarios: those that the table has no columns for.
        elsewhere: the ids of tables with a column for each scenario.
    """
    if not has_inputs:
        return
    headers = " | ".join([*grid.headers.values(), *(h for log in logs for h in log.headers.values())])
    wanted = {what: words for what, words in _REGISTER.items() if what != "base" or not (scenarios or elsewhere)}
    missing = [
        what
        for what, words in wanted.items()
        if not any(re.search(rf"\b{word}\b", headers, re.IGNORECASE) for word in words)
    ]
    above = grid.words_above
    inputs = [row for row in grid.rows if any(is_input(grid, cell) for cell in grid.cells(row))]
    if scenarios and not _THE_SAME.search(above):
        bare = [row for row in inputs if not any(_THE_SAME.search(cell.text) for cell in grid.cells(row))]
        bare = [row for row in bare if stem(grid.text(row, "id")) not in elsewhere]
        if len(bare) == len(inputs):
            missing += [f"scenario {name}" for name in scenarios]
        else:
            for row in bare:
                says = f"{grid.text(row, 'id')} has no value for each scenario, nor says that it is the same in all"
                yield Failure(sheet=grid.sheet.name, cell=address(row, grid.box.left), says=says)
    for what in missing:
        yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says=f"assumptions have no column for the {what}")


def _has_basis(grid: Grid, row: int, known: tuple[Grid, int] | None) -> bool:
    """Whether a row, or its row in the log, has a text under source, reason, evidence or basis."""
    for found, at_row in ((grid, row), known or (grid, row)):
        for column, header in found.headers.items():
            text = found.sheet.text(at_row, column)
            if (
                re.search(r"\b(source|reason|evidence|basis)\b", header, re.IGNORECASE)
                and text
                and not SHORTHAND.match(text)
            ):
                return True
    return False


def _choices(facts: Facts, wide: list[Grid], scenarios: list[str], seen: Seen) -> Iterator[Failure]:
    """A choice among scenarios covers all of their columns, of a row that is its own, by the selector of the others."""
    groups = [(grid, columns) for grid in wide for columns in columns_of(grid, scenarios)]
    found: list[tuple[ChoiceTaken, Grid, list[int]]] = []
    for choice in choices_of(facts.reader) if groups else ():
        box = choice.among.box
        for grid, columns in groups:
            over = range(max(box.left, columns[0]), min(box.right, columns[-1]) + 1)
            inside = grid.sheet.name == choice.among.sheet and grid.box.holds(box.top, grid.box.left)
            if inside and 2 * len(over) > len(columns) and box.left != box.right:
                found.append((choice, grid, columns))
    usual = Counter(choice.chooser for choice, _, _ in found).most_common(1)
    for choice, grid, columns in found:
        seen.one()
        box = choice.among.box
        cell, own = choice.cell, facts.grid_at(choice.cell)
        if [box.left, box.right] != [columns[0], columns[-1]]:
            headers = f"{grid.headers.get(box.left, 'nothing')!r} to {grid.headers.get(box.right, 'nothing')!r}"
            yield at(cell, f"the choice among scenarios is of {headers}, and not of all of them: {cell.formula}")
        elif choice.chooser != usual[0][0]:
            yield at(cell, f"the choice among scenarios is not by the selector that the others follow: {cell.formula}")
        else:
            ids = {stem(grid.text(row, "id")) for row in range(box.top, box.bottom + 1)}
            id = stem(own.text(cell.row, "id")) if own else ""  # noqa: A001
            is_figure = own is not None and cell.column in own.figures
            if is_figure and id and ids - {id, ""} and facts.roles[cell.sheet] not in (NOTES, OUTPUTS):
                yield at(cell, f"the choice among scenarios for {id} is of {', '.join(sorted(ids))}: {cell.formula}")
    yield from _of_one_scenario(facts, groups)


def _of_one_scenario(facts: Facts, groups: list[tuple[Grid, list[int]]]) -> Iterator[Failure]:
    """A reference of the model to one scenario's value stays where it is, whichever is selected."""
    held = {grid.sheet.name: (grid, columns) for grid, columns in groups if facts.roles[grid.sheet.name] == INPUTS}
    for formula in facts.reader.all.values() if held else ():
        cell = formula.cell
        if cell.sheet in held or facts.roles[cell.sheet] not in (INPUTS, CALCULATIONS):
            continue
        for reference, function in zip(formula.references, formula.within, strict=True):
            if reference.sheet not in held or not reference.is_cell or function in ("CHOOSE", "IF"):
                continue
            box, (grid, columns) = reference.box, held[reference.sheet]
            if box.left in columns and grid.box.holds(*box[:2]):
                where = f"{reference.sheet}!{address(*box[:2])}"
                yield at(cell, f"this takes {where}, of one scenario, whichever is selected: {cell.formula}")
