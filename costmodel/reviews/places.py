"""Where each input stands in a workbook: by sheet, row and column, the number that a cell holds."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.model.line import Line, Model
from costmodel.model.reads import names_read
from costmodel.sections.costing import Costing
from costmodel.spreadsheets.cells import address
from costmodel.workbook.layout import CONSTANT, FIRST, FIRST_SCENARIO, SCENARIOS, VALUES, Layout, lay_out
from costmodel.years import Year

Key = tuple[str, int, int]
"""A sheet, and a row and column that count from 1."""


@dataclass(frozen=True, kw_only=True)
class InputCell:
    """What a cell of an input holds."""

    name: str
    row: int | None
    """The place among the rows of all scenarios, from 0; None where the input has no rows."""
    year: Year | None
    scenario: str
    """The scenario whose value it is; nothing for a value that all have in common."""


def cell_name(key: Key) -> str:
    """``Inputs!D7``, as a person finds the cell."""
    return f"{key[0]}!{address(key[1], key[2])}"


def input_cells(costing: Costing) -> dict[Key, InputCell]:
    """The cells of every input of numbers, those of the proposal's years and periods included."""
    layout, found = lay_out(costing), dict[Key, InputCell]()
    for line in costing.model.lines.values():
        if line.is_input and line.texts is None:
            found |= _cells(costing, layout, line)
    return found


def _cells(costing: Costing, layout: Layout, line: Line) -> dict[Key, InputCell]:
    model, found = costing.model, dict[Key, InputCell]()
    years = model.years if line.shape.by_year else (None,)
    place, first = layout.rows[line.name], layout.by_scenario.get(line.name)
    for row in range(model.rows_of(line)):
        of_list = row if line.shape.rows else None
        for at, year in enumerate(years):
            if first is None:
                column = place.first_year + at if line.shape.by_year else place.constant
                key = (place.sheet, place.row + row + 1, column + 1)
                found[key] = InputCell(name=line.name, row=of_list, year=year, scenario="")
                continue
            for number, scenario in enumerate(costing.scenarios):
                key = (VALUES, first + row * len(years) + at + 1, FIRST_SCENARIO + number + 1)
                found[key] = InputCell(name=line.name, row=of_list, year=year, scenario=scenario)
    return found


def link_cells(costing: Costing, scenario: str) -> dict[Key, Key]:
    """The cells that show the live value of an input that scenarios change, and where this scenario's value stands."""
    layout, model, found = lay_out(costing), costing.model, dict[Key, Key]()
    number = costing.scenarios.index(scenario)
    for name, first in layout.by_scenario.items():
        line, place = model.lines[name], layout.rows[name]
        years = len(model.years) if line.shape.by_year else 1
        for cell in range(model.rows_of(line) * years):
            row, year = divmod(cell, years)
            column = place.first_year + year if line.shape.by_year else place.constant
            value = (VALUES, first + cell + 1, FIRST_SCENARIO + number + 1)
            found[place.sheet, place.row + row + 1, column + 1] = value
            found[VALUES, first + cell + 1, CONSTANT + 1] = value
    return found


def pay_cells(costing: Costing) -> set[Key]:
    """The cells of pay in the pay scale."""
    place = lay_out(costing).pay
    if place is None:
        return set()
    return {(place.sheet, row + 1, place.pay + 1) for row in range(place.first, place.last + 1)}


def texts_that_count(costing: Costing) -> set[Key]:
    """The cells of texts that formulas read: the bands of a team, and the ids of scenarios."""
    layout, model = lay_out(costing), costing.model
    found = {(SCENARIOS, FIRST + at + 1, 1) for at in range(len(costing.scenarios))}
    for line in _read_texts(model):
        place = layout.places[line.name]
        found |= {(place.sheet, place.row + row + 1, place.constant + 1) for row in range(model.rows_of(line))}
    if layout.pay:
        rows = range(layout.pay.first, layout.pay.last + 1)
        found |= {(layout.pay.sheet, row + 1, layout.pay.band + 1) for row in rows}
    return found


def _read_texts(model: Model) -> list[Line]:
    read: set[str] = set()
    for line in model.lines.values():
        now, past = names_read(line, model.lines)
        read |= now | past
    return [line for line in model.lines.values() if line.texts is not None and line.name in read]
