"""Where every line stands in a workbook: sheets in the order of calculation, one time axis, fixed columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from costmodel.analysis.results import Results
from costmodel.model.excel import PayPlace, Place
from costmodel.model.line import Line

# The fixed columns: label, id, unit, constant (or opening value), then a column a year, then the total.
LABEL, ID, UNIT, CONSTANT, FIRST_YEAR = range(5)
HEADER = 4
"""The row of the table's header, from 0: title, what is here, the checks, and an empty row stand above it."""
FIRST = HEADER + 1

COVER, INPUTS, PAY, PAY_SCALE, ROLLOUT, CALCULATIONS = (
    "Cover",
    "Inputs",
    "Pay and on-costs",
    "Pay scale",
    "Rollout",
    "Calculations",
)
SUMMARY, CHECKS, ASSUMPTIONS, NOTES, SOURCES = "Summary", "Checks", "Assumptions", "Notes", "Sources"
_INPUT_SHEETS = {"workforce": PAY, "rollout": ROLLOUT}


@dataclass(frozen=True, kw_only=True)
class YearSheet:
    """A sheet with the time axis: its lines from top to bottom."""

    name: str
    role: str
    title: str
    says: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ListSheet:
    """A sheet with a list: a row a row, a column a column."""

    name: str
    list: str
    title: str
    columns: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The sheets that hold lines, and the place of every line."""

    year_sheets: dict[str, YearSheet]
    list_sheets: dict[str, ListSheet]
    places: dict[str, Place]
    pay: PayPlace | None


def lay_out(results: Results) -> Layout:
    """Give every line of a model its place."""
    model = results.costing.model
    year_sheets = {
        INPUTS: YearSheet(
            name=INPUTS, role="Inputs", title="Inputs", says="Assumptions that are set for this proposal."
        ),
        PAY: YearSheet(
            name=PAY, role="Inputs", title="Pay and on-costs", says="What pay is looked up by, uplift and on-costs."
        ),
        ROLLOUT: YearSheet(
            name=ROLLOUT, role="Inputs", title="Rollout", says="Sites in place, sites starting, and what each delivers."
        ),
        CALCULATIONS: YearSheet(
            name=CALCULATIONS,
            role="Calculations",
            title="Calculations",
            says="Every step from inputs to results, one formula a row.",
        ),
        CHECKS: YearSheet(
            name=CHECKS,
            role="Checks",
            title="Checks",
            says="Statements that should hold: 1 where they do, 0 where not.",
        ),
    }
    list_sheets: dict[str, ListSheet] = {}
    taken = {name.lower() for name in (*year_sheets, COVER, PAY_SCALE, SUMMARY, ASSUMPTIONS, NOTES, SOURCES)}
    for line in model.in_order:
        if line.is_input and line.shape.rows and not line.shape.by_year:
            rows = model.lists[line.shape.rows]
            if rows.name not in list_sheets:
                sheet = _sheet_name(rows.name, taken)
                list_sheets[rows.name] = ListSheet(name=sheet, list=rows.name, title=rows.label)
            list_sheets[rows.name].columns.append(line)
        elif line.is_input:
            year_sheets[_INPUT_SHEETS.get(line.section, INPUTS)].lines.append(line)
        else:
            year_sheets[CHECKS if line.section == "checks" else CALCULATIONS].lines.append(line)
    for sheet in list_sheets.values():
        order = [f"{sheet.list}.{column}" for column in model.lists[sheet.list].columns]
        sheet.columns.sort(key=lambda line: order.index(line.name))
    year_sheets = {name: sheet for name, sheet in year_sheets.items() if sheet.lines or name == CHECKS}
    places: dict[str, Place] = {}
    for sheet_ in year_sheets.values():
        row = FIRST
        for line in sheet_.lines:
            places[line.name] = Place(sheet=sheet_.name, row=row, constant=CONSTANT, first_year=FIRST_YEAR)
            row += model.rows_of(line)
    for sheet in list_sheets.values():
        for column, line in enumerate(sheet.columns):
            places[line.name] = Place(sheet=sheet.name, row=FIRST, constant=column, first_year=column)
    pay = None
    if model.pay:
        last = FIRST + len(model.pay.points) - 1
        pay = PayPlace(sheet=PAY_SCALE, first=FIRST, last=last, year=1, band=2, from_years=3, before_years=4, pay=5)
    return Layout(year_sheets=year_sheets, list_sheets=list_sheets, places=places, pay=pay)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A unique sheet name of at most 31 characters that Excel allows."""
    base = name.replace("_", " ").capitalize()[:28]
    found, number = base, 2
    while found.lower() in taken:
        found, number = f"{base} {number}", number + 1
    taken.add(found.lower())
    return found
