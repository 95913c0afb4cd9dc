"""Rules of an appraisal: discounting, real prices, the ratio, what it is compared with, switching values.

A workbook has an appraisal where a row of figures is a discount factor, or speaks of a present value. Rows are known
by the words of their label and id.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from pathlib import Path

from costmodel.audit.facts import CALCULATIONS, COVER, INPUTS, NOTES, OUTPUTS, Facts
from costmodel.audit.grids import Grid, GridRow
from costmodel.audit.rule import Failure, Level, NotApplicable, Seen, at, rule
from costmodel.audit.year_headers import year_of
from costmodel.language.units import read_unit
from costmodel.spreadsheets.cells import Cell, address
from costmodel.spreadsheets.ranges import Extent, Ranges

FACTOR = r"discount[ _]factor"
PRESENT = r"\bpresent[ _](social[ _])?value|\bnpsv\b|\bnpv\b|net[ _]present"
HEALTH = r"\bqaly|quality[- ]adjusted|\blife[- ]years?\b"
_SENTENCE = 40
"""Letters of a text that says something."""
Steps = list[tuple[int, float]]
"""From which year of an appraisal on, and the rate."""
RATIO = r"benefit[- _]cost[ _]ratio|\bbcr\b"


def fails(row: GridRow, says: str) -> Failure:
    """A failure of a row as a whole, at its first cell."""
    return Failure(sheet=row.grid.sheet.name, cell=address(row.at, row.grid.box.left), says=says)


def rows(facts: Facts, pattern: str, *roles: str) -> list[GridRow]:
    """The rows of figures whose label or id speaks of something."""
    return facts.rows_that_say(pattern, *roles)


def needs_appraisal(facts: Facts) -> None:
    """Raise that a rule is not applicable where the workbook has no appraisal."""
    if not rows(facts, f"{FACTOR}|{PRESENT}"):
        raise NotApplicable("the workbook has no appraisal: no discount factors and no present values")


def _factors(facts: Facts) -> list[GridRow]:
    return rows(facts, FACTOR, CALCULATIONS, INPUTS)


def _by_year(row: GridRow) -> dict[int, Cell]:
    """The figures of a row by year: of its columns, or the one that its label ends with."""
    found = {row.grid.years[cell.column]: cell for cell in row.figures if cell.column in row.grid.years}
    if not found and (year := year_of(row.label.rpartition(":")[2].strip())) is not None:
        found = {year: row.figures[0]}
    return found


def _series(facts: Facts) -> dict[str, dict[int, Cell]]:
    """Discount factors by the name of their schedule and by year."""
    found: dict[str, dict[int, Cell]] = {}
    for row in _factors(facts):
        if re.search(r"\bstep\b", row.label):
            continue
        name = "health" if re.search("health", row.words, re.IGNORECASE) else "standard"
        name = "reduced" if re.search("reduced", row.words, re.IGNORECASE) else name
        for year, cell in _by_year(row).items():
            found.setdefault(name, {}).setdefault(year, cell)
    return found


@rule(
    "G01", Level.E, "Year 0 is undiscounted, and factors equal the schedule of the named edition.", "discount factors"
)
def discounted(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Factors are compared with the schedule of the edition that a text names, from the evidence that ships."""
    needs_appraisal(facts)
    named = facts.says(r"green[- ]book|\bedition\b.*\bdiscount")
    series = _series(facts)
    if not series:
        yield Failure(says="no row of discount factors is shown")
        return
    if named is None:
        yield Failure(says="no text names the edition of the guidance that sets the discount rates")
    for name, factors in series.items():
        years = sorted(factors)
        first = factors[years[0]]
        seen.one(len(years))
        undiscounted = [year for year in years if _number(factors[year]) == 1.0]
        if not undiscounted:
            yield at(first, f"no year of the {name} schedule is undiscounted")
            continue
        schedule = _schedule(facts, name)
        for year in years if schedule else ():
            expected = 1.0
            for step in range(1, year - undiscounted[0] + 1):
                expected /= 1 + _rate(schedule, step)
            if year >= undiscounted[0] and abs(_number(factors[year]) - expected) > 1e-9:
                says = f"the factor of {year} is {_number(factors[year]):.10g}, and {expected:.10g} by the schedule"
                yield at(factors[year], says)


def _number(cell: Cell) -> float:
    value = cell.shown
    return float(value) if isinstance(value, int | float) else float("nan")


def _schedule(facts: Facts, name: str) -> Steps:
    """The steps of a schedule, each from its year on, of the edition that the workbook names, or of the newest."""
    editions = _editions(facts.evidence)
    named = [edition for name_of, edition in editions.items() if facts.says(re.escape(name_of))]
    return (named or list(editions.values()) or [{}])[-1].get(name, [])


@functools.cache
def _editions(evidence: tuple[Path, ...]) -> dict[str, dict[str, Steps]]:
    """The schedules of each edition of the guidance in folders of evidence, the nearest first."""
    from costmodel.assumptions.evidence import EDITIONS, Evidence, read_evidence
    from costmodel.assumptions.roots import EVIDENCE, shipped
    from costmodel.errors import Mistakes

    found: Evidence | None = None
    for folder in reversed(evidence or (shipped() / EVIDENCE,)):
        found = read_evidence(folder, Mistakes(), below=found, keys=EDITIONS)
    return {
        name: {
            schedule: [(math.floor(step.from_.value + 0.5), step.rate.value) for step in steps]
            for schedule, steps in edition.schedules.items()
        }
        for name, edition in (found.editions if found else {}).items()
    }


def _rate(schedule: Steps, year: int) -> float:
    return [rate for start, rate in schedule if start <= year][-1]


@rule("G02", Level.E, "The discount rate is per line: health effects at the health schedule.", "health effects")
def rate_per_line(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Health effects are rows in QALYs, or that speak of life years; other benefits to health budgets are money."""
    needs_appraisal(facts)
    health = rows(facts, HEALTH, CALCULATIONS)
    health += [row for row in rows(facts, ".", CALCULATIONS) if re.search(r"\bqaly", row.unit, re.IGNORECASE)]
    seen.one(len(health))
    if health and "health" not in _series(facts):
        yield fails(health[0], "there are health effects, and no discount factors of the health schedule")
    factors = [row for row in _factors(facts) if re.search("health", row.words, re.IGNORECASE)]
    said: set[tuple[str, int]] = set()
    for found, row in _multiplied_by(facts, factors):
        spot = row.grid.sheet.name, row.at
        if (
            spot not in said
            and read_unit(row.unit).is_money
            and not re.search(HEALTH, f"{row.words} {row.unit}", re.IGNORECASE)
        ):
            seen.one()
            said.add(spot)
            yield at(found, f"{row.label!r} is money, and is discounted at the health schedule")


def _multiplied_by(facts: Facts, factors: list[GridRow]) -> Iterator[tuple[Cell, GridRow]]:
    """Rows that formulas of calculations read beside discount factors, with the cells that do."""
    cells = {(cell.sheet, cell.row, cell.column) for row in factors for cell in row.figures}
    by_sheet: dict[str, set[tuple[int, int]]] = {}
    for name, row_of, column in cells:
        by_sheet.setdefault(name, set()).add((row_of, column))
    ranges = Ranges(by_sheet)
    calculations = {sheet.name for sheet in facts.of_role(CALCULATIONS)}
    for found in facts.reader.all.values():
        if found.cell.sheet not in calculations:
            continue
        grid = facts.grid_at(found.cell)
        nodes = [reference.node for reference in found.references]
        if not any(ranges.holds_any(node) if isinstance(node, Extent) else node in cells for node in nodes):
            continue
        if grid is None or re.search(FACTOR, GridRow(grid, found.cell.row).words):
            continue
        for spot in (spot for reference in found.references for spot in facts.reader.filled(reference)):
            row = _row_at(facts, spot)
            if spot not in cells and row is not None:
                yield found.cell, row


@rule(
    "G03",
    Level.E,
    "Real before discounting, with the deflator named and dated; no cash row enters a present value.",
    "present values",
)
def real_first(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A row multiplied by discount factors is money in real prices, as its unit or label says, or no money at all."""
    needs_appraisal(facts)
    said: set[tuple[str, int]] = set()
    for found, row in _multiplied_by(facts, _factors(facts)):
        if (spot := (row.grid.sheet.name, row.at)) in said:
            continue
        seen.one()
        said_cash = re.search(r"\bcash\b|\bnominal\b", f"{row.label} {row.unit}", re.IGNORECASE)
        if row.unit.strip() == "£" or (read_unit(row.unit).is_money and said_cash):
            said.add(spot)
            yield at(found, f"{row.label!r} is in cash, and enters a present value")
    if not seen.count:
        seen.one(len(rows(facts, PRESENT)))
    deflators = rows(facts, r"\bdeflator", INPUTS)
    if not deflators:
        yield Failure(says="no deflator is named among the inputs")
    elif not any(re.search(r"\b(19|20)\d\d\b", row.texts) for row in deflators):
        yield fails(deflators[0], "the deflator is not dated")


def _row_at(facts: Facts, spot: tuple[str, int, int]) -> GridRow | None:
    grid = facts.grid_of(*spot)
    return GridRow(grid, spot[1]) if grid else None


@rule("G04", Level.E, "The benefit-cost ratio names its denominator, the same for every option.", "benefit-cost ratios")
def ratio(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The label, unit or words of the row say what benefits are divided by; a row that links to it need not."""
    needs_appraisal(facts)
    found: dict[str, GridRow] = {}
    for row in rows(facts, RATIO, CALCULATIONS, OUTPUTS):
        seen.one()
        links = [facts.reader.all.get((cell.sheet, cell.row, cell.column)) for cell in row.figures]
        words = re.sub(RATIO, "", row.texts, flags=re.IGNORECASE)
        is_link = all(found_link and found_link.link for found_link in links)
        if not is_link and not re.search(r"\b(costs?|budget|spending|ask)\b", words, re.IGNORECASE):
            yield fails(row, "the ratio does not name its denominator")
        denominator = re.search(r"÷\s*([^.×÷;]+)", row.texts)
        if denominator:
            found.setdefault(denominator[1].strip().lower(), row)
    if len(found) > 1:
        yield fails(list(found.values())[1], f"ratios have different denominators: {'; '.join(found)}")


@rule("G05", Level.E, "Everything is incremental to a stated counterfactual.", "present values")
def incremental(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A row of the cover or of notes, or a long text anywhere, speaks of the counterfactual or of business as usual."""
    needs_appraisal(facts)
    seen.one()
    words = re.compile(
        r"\bcounterfactual\b|business as usual|do[- ](nothing|minimum)|\bincremental\b|"
        r"without the (proposal|programme|ask)",
        re.IGNORECASE,
    )
    of_words = {sheet.name for sheet in facts.of_role(COVER, NOTES)}
    for cell in facts.words:
        sheet = facts.book.sheet(cell.sheet)
        if words.search(cell.text) and sheet:
            row = sheet.rows[cell.row] if cell.sheet in of_words else [cell]
            if sum(len(other.text) for other in row) > _SENTENCE:
                return
    yield Failure(says="no text states the counterfactual: what happens without the proposal")


@rule(
    "G06",
    Level.E,
    "Sensitivity and switching values for each key assumption; at one, net present value is zero.",
    "present values",
)
def switching(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Values under a header Switching value, beside ids of inputs, are put in one at a time, given an engine.

    Where engines are left out, the tables are looked for and no value is put in.
    """
    needs_appraisal(facts)
    seen.one()
    grids = [
        (grid, column) for grid in facts.grids if (column := grid.with_word("switching value", "switching values"))
    ]
    if not grids:
        yield Failure(says="no table shows switching values")
    if not any(
        re.search(r"sensitivity|tornado|\blow\b.*\bhigh\b", " ".join(g.headers.values()) + g.sheet.name, re.IGNORECASE)
        for g, _ in grids
    ):
        yield Failure(says="no table shows the sensitivity of the result to its assumptions")
    for grid, column in grids:
        yield from _zero(facts, grid, column, seen)


def _zero(facts: Facts, grid: Grid, column: int, seen: Seen) -> Iterator[Failure]:
    """Put each switching value into its input, and see whether net present value becomes zero."""
    from costmodel.spreadsheets.recalculation import Unable, load

    places = {name.name.lower(): facts.reader.of_name(name.refers_to) for name in facts.book.names}
    nets = rows(facts, r"net[ _]present|\bnpsv\b|\bnpv\b", CALCULATIONS)
    scales = rows(facts, r"present[ _]value[ _](of[ _])?costs?", CALCULATIONS)
    values = [(row, cell, grid.text(row, "id").lower()) for row in grid.rows if (cell := grid.sheet.at(row, column))]
    known = [
        (cell, places[own][0]) for _, cell, own in values if places.get(own) and isinstance(cell.shown, float | int)
    ]
    if not nets or not known or not facts.engines:
        return
    try:
        model = load(facts.book)
    except Unable:
        return
    sheets = {properties["name"]: place for place, properties in enumerate(model.get_worksheets_properties())}
    net = nets[0].figures[0]
    scale = abs(_number(scales[0].figures[0])) if scales else 1.0
    for cell, place in known:
        seen.one()
        spot = (sheets[place.sheet], place.box.top, place.box.left)
        before = model.get_cell_content(*spot)
        model.set_user_input(*spot, f"{cell.shown!r}")
        model.evaluate()
        value = model.get_cell_value(sheets[net.sheet], net.row, net.column)
        model.set_user_input(*spot, before)
        if not isinstance(value, float | int) or abs(value) > 1e-6 * max(1.0, scale):
            yield at(cell, f"with this value, net present value is {value:,.6g} and not 0")
