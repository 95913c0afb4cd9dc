"""Where every line stands in a workbook: sheets in the order of calculation, one time axis, fixed columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from costmodel.language.shape import SCALAR
from costmodel.model.excel import PayPlace, Place
from costmodel.model.line import Line, Model
from costmodel.sections.costing import Costing
from costmodel.spreadsheets.building import cell

# The fixed columns: label, id, unit, constant (or opening value), then a column a year, then the total.
LABEL, ID, UNIT, CONSTANT, FIRST_YEAR = range(5)
HEADER = 4
"""The row of the table's header, from 0: title, what is here, the legend and the checks stand above it."""
FIRST = HEADER + 1

COVER, TIMELINE, INPUTS, PAY, ROLLOUT = "Cover", "Timeline", "Inputs", "Pay and on-costs", "Rollout"
POSTS, INCOME, BUDGETS = "Posts", "Income", "Budgets"
PROGRAMMES, BENEFITS, APPRAISAL_INPUTS = "Programme costs", "Benefits", "Appraisal inputs"
PAY_SCALE, CALCULATIONS, SUMMARY, CHARTS, CHECKS = "Pay scale", "Calculations", "Summary", "Charts", "Checks"
SCENARIOS, VALUES, GRADES, COMPARISON = "Scenarios", "Scenario values", "Grades", "Comparison"
SENSITIVITY, SWITCHING, RECONCILIATION, AUDIT = "Sensitivity", "Switching values", "Reconciliation", "Audit"
TESTS, APPRAISAL = "Tests by scenario", "Appraisal"
ASSUMPTIONS, QA, NOTES, SOURCES, ABOUT = "Assumptions log", "QA log", "Notes", "Sources", "About"
_TAKEN = {
    *(COVER, TIMELINE, INPUTS, PAY, POSTS, ROLLOUT, PROGRAMMES, INCOME, BUDGETS, BENEFITS, APPRAISAL_INPUTS),
    *(APPRAISAL, PAY_SCALE),
    *(CALCULATIONS, SUMMARY, CHARTS, CHECKS, ASSUMPTIONS, QA, NOTES, SOURCES, ABOUT),
    *(SCENARIOS, VALUES, GRADES, COMPARISON, SENSITIVITY, SWITCHING, RECONCILIATION, AUDIT, TESTS),
    "History",  # Excel keeps this name for itself
}
_LIKE_A_CELL = re.compile(r"^([a-z]{1,3}\d+|r\d*c?\d*|c\d*|true|false)$", re.IGNORECASE)
_INPUT_SHEETS = {
    "timeline": TIMELINE,
    "workforce": PAY,
    "posts": POSTS,
    "rollout": ROLLOUT,
    "programme costs": PROGRAMMES,
    "income": INCOME,
    "budget": BUDGETS,
    "benefits": BENEFITS,
    "appraisal": APPRAISAL_INPUTS,
}
"""The sheet of each section's inputs; those of no section stand on Inputs."""
NUMBER_ROW, WITHIN_ROW = FIRST, FIRST + 1
"""The first rows of the timeline: the selected scenario's number, and how near figures are that count as equal."""
SELECTED = cell(NUMBER_ROW, CONSTANT, TIMELINE, held="row column")
"""The cell with the number of the selected scenario."""
WITHIN = cell(WITHIN_ROW, CONSTANT, TIMELINE, held="row column")
"""The cell with how near two figures are that count as equal."""
SELECTOR_ROW = FIRST
"""The row of the cover in which a scenario is selected."""
SELECTOR = cell(SELECTOR_ROW, 1, COVER, held="row column")
FIRST_SCENARIO = FIRST_YEAR
"""The column of the first scenario on sheets with a column a scenario."""


@dataclass(frozen=True, kw_only=True)
class YearSheet:
    """A sheet with the time axis: its lines from top to bottom."""

    name: str
    says: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ListSheet:
    """A sheet with a list: a row a row, a column a column."""

    name: str
    rows_of: str
    title: str
    columns: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The sheets that hold lines, and the place of every line."""

    inputs: list[YearSheet]
    lists: list[ListSheet]
    calculations: YearSheet
    checks: YearSheet
    places: dict[str, Place]
    """Where formulas find each line."""
    rows: dict[str, Place]
    """Where each line's own row stands: a single input that scenarios change is read from among their values."""
    by_scenario: dict[str, int]
    """The first row of each input that scenarios change, on the sheet of their values: a row a cell."""
    pay: PayPlace | None


def lay_out(costing: Costing) -> Layout:
    """Give every line of a model its place."""
    model = costing.model
    inputs = [
        YearSheet(
            name=TIMELINE,
            says="The scenario selected, and the years and periods: every other sheet reads them.",
        ),
        YearSheet(name=INPUTS, says="Assumptions that are set for this proposal."),
        YearSheet(name=PAY, says="What pay is looked up by, its uplift, and on-costs."),
        YearSheet(name=POSTS, says="People in post, who joins and who leaves, and what each costs."),
        YearSheet(name=ROLLOUT, says="Sites in place, sites that start, and what each costs and delivers."),
        YearSheet(name=PROGRAMMES, says="What is paid beside the teams' own staff."),
        YearSheet(name=INCOME, says="Income and grants, which are taken off spending."),
        YearSheet(name=BUDGETS, says="What the devolved administrations receive for spending in England."),
        YearSheet(name=BENEFITS, says="What each benefit is worth, and how much of it is counted."),
        YearSheet(name=APPRAISAL_INPUTS, says="How costs and benefits of different years are made comparable."),
    ]
    by_name = {sheet.name: sheet for sheet in inputs}
    calculations = YearSheet(name=CALCULATIONS, says="Every step from inputs to results, one formula a row.")
    checks = YearSheet(name=CHECKS, says="Statements that should hold: 1 where one does, 0 where it does not.")
    lists: dict[str, ListSheet] = {}
    for line in model.lines.values():  # any order does for inputs: the one in which they are written
        if line.is_input and line.shape.rows and not line.shape.by_year and line.section != "timeline":
            rows = model.lists[line.shape.rows]
            if rows.name not in lists:
                lists[rows.name] = ListSheet(name=_sheet_name(rows.name, lists), rows_of=rows.name, title=rows.label)
            lists[rows.name].columns.append(line)
        elif line.is_input:
            by_name[_INPUT_SHEETS.get(line.section, INPUTS)].lines.append(line)
    by_name[TIMELINE].lines.sort(key=_in_time)
    for line in model.in_order:
        if not line.is_input:
            (checks if line.section == "checks" else calculations).lines.append(line)
    for sheet in lists.values():
        order = [f"{sheet.rows_of}.{column}" for column in model.lists[sheet.rows_of].columns]
        sheet.columns.sort(key=lambda line: order.index(line.name))
    places: dict[str, Place] = {}
    for year_sheet in (*inputs, calculations, checks):
        places |= _places(year_sheet, model)
    for sheet in lists.values():
        for column, line in enumerate(sheet.columns):
            places[line.name] = Place(sheet=sheet.name, row=FIRST, constant=column, first_year=column)
    rows_of_lines = dict(places)
    by_scenario = _by_scenario([line for sheet in inputs for line in sheet.lines], list(lists.values()), model)
    for name, row in by_scenario.items():
        if model.lines[name].shape == SCALAR:
            places[name] = Place(sheet=VALUES, row=row, constant=CONSTANT, first_year=FIRST_YEAR)
    pay = None
    if model.pay:
        last = FIRST + len(model.pay.points) - 1
        pay = PayPlace(sheet=PAY_SCALE, first=FIRST, last=last, year=1, band=2, from_years=3, before_years=4, pay=5)
    return Layout(
        inputs=[sheet for sheet in inputs if sheet.lines],
        lists=list(lists.values()),
        calculations=calculations,
        checks=checks,
        places=places,
        rows=rows_of_lines,
        by_scenario=by_scenario,
        pay=pay,
    )


def _by_scenario(inputs: list[Line], lists: list[ListSheet], model: Model) -> dict[str, int]:
    """A row for each cell of an input that scenarios change, in the order of the sheets of inputs."""
    found: dict[str, int] = {}
    row = FIRST
    for line in (*inputs, *(column for sheet in lists for column in sheet.columns)):
        if line.values is not None and len(line.values) > 1:
            found[line.name] = row
            row += model.rows_of(line) * (len(model.years) if line.shape.by_year else 1)
    return found


def _places(sheet: YearSheet, model: Model) -> dict[str, Place]:
    """Lines below one another, each with as many rows as it has."""
    places: dict[str, Place] = {}
    row = FIRST + 2 if sheet.name == TIMELINE else FIRST
    for line in sheet.lines:
        places[line.name] = Place(sheet=sheet.name, row=row, constant=CONSTANT, first_year=FIRST_YEAR)
        row += model.rows_of(line)
    return places


def _in_time(line: Line) -> tuple[int, float]:
    """The axis of years first, then periods, then single years in order, then what is no year."""
    if not line.unit.is_year or line.values is None:
        return 3, 0
    if line.shape.by_year:
        return 0, 0
    return (2, float(line.values.flat[0])) if line.name.startswith("year_") else (1, 0)


def _sheet_name(name: str, lists: dict[str, ListSheet]) -> str:
    """A unique sheet name of at most 31 characters that Excel allows, and takes for no cell or value in a formula."""
    taken = {name.lower() for name in _TAKEN} | {sheet.name.lower() for sheet in lists.values()}
    base = name.replace("_", " ").capitalize()
    found, number = base[:31], 1
    while found.lower() in taken or found.startswith(f"{SUMMARY} ") or _LIKE_A_CELL.match(found):
        found = f"List {number} {base}"[:31].rstrip()
        number += 1
    return found
