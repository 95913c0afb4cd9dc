"""Rules of what an appraisal counts and shows: optimism bias, weights, price bases, parts, effects, the brief."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from costmodel.audit.grids import CALCULATIONS, INPUTS, OUTPUTS, SHORTHAND, Facts, GridRow
from costmodel.audit.rule import Failure, Level, NotApplicable, Seen, rule
from costmodel.audit.rules.discounting import fails, needs_appraisal, rows
from costmodel.language.units import read_unit

_BIAS = r"optimism[ _]bias"


@rule(
    "G07",
    Level.E,
    "Optimism bias stands on its own line, can be turned on and off, and has a reason.",
    "present values",
)
def optimism_bias(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The switch is an input of 1 or 0 (Type Choice, or unit flag); the rate has a source or a reason."""
    needs_appraisal(facts)
    seen.one()
    lines, inputs = rows(facts, _BIAS, CALCULATIONS), rows(facts, _BIAS, INPUTS)
    if not lines:
        yield Failure(says="optimism bias has no line of its own")
    switches = [
        row for row in inputs if read_unit(row.unit).is_flag or row.grid.text(row.at, "type").lower() == "choice"
    ]
    if not switches:
        yield Failure(says="no input of 1 or 0 turns optimism bias on and off")
    rates = [row for row in inputs if row not in switches]
    if not rates:
        yield Failure(says="no input gives the rate of optimism bias")
    for row in rates:
        if not _has_reason(row):
            yield fails(row, "the rate of optimism bias has no source and no reason")


def _has_reason(row: GridRow) -> bool:
    for column, header in row.grid.headers.items():
        text = row.grid.sheet.text(row.at, column)
        if (
            re.search(r"\b(source|reason|basis|evidence|note)\b", header, re.IGNORECASE)
            and text
            and not SHORTHAND.match(text)
        ):
            return True
    return False


@rule("G08", Level.E, "Weighted results stand only beside unweighted ones.", "weighted results")
def weighted(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A row that speaks of distributional weights has a row of the same table that does not."""
    needs_appraisal(facts)
    for row in rows(facts, r"(?<!un)\bweighted\b|distributional", OUTPUTS):
        seen.one()
        plain = re.sub(r"[^a-z]", "", re.sub(r"\bdistributional(ly)?\b|\bweighted\b", "", row.label.lower()))
        others = [GridRow(row.grid, at).label.lower() for at in row.grid.rows if at != row.at]
        alike = [
            re.sub(r"[^a-z]", "", label.replace("unweighted", "")) for label in others if "distributional" not in label
        ]
        if plain not in alike:
            yield fails(row, f"{row.label!r} is weighted, and no unweighted row stands beside it")


@rule(
    "G09", Level.E, "Cash, real and discounted rows are labelled; spending-review years are in cash.", "rows of money"
)
def labelled(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """On sheets of outputs, a row in £ says its prices in its unit, its label, a column Prices or the table's title."""
    words = r"\bcash\b|\breal\b|\bprices\b|\bdiscounted\b|\bpresent value\b|\bprice year\b"
    for row in rows(facts, ".", OUTPUTS):
        if not read_unit(row.unit).is_money:
            continue
        seen.one()
        prices = row.grid.with_word("prices")
        beside = row.grid.sheet.text(row.at, prices) if prices else ""
        above = row.grid.words_above
        told = beside and not SHORTHAND.match(beside)
        if not told and not re.search(words, f"{row.unit} {row.label} {above}", re.IGNORECASE):
            yield fails(row, f"{row.label!r} is money, and does not say whether in cash, real or discounted")
    review = [
        grid
        for grid in facts.grids_of_role(OUTPUTS)
        if re.search(r"spending review", " ".join(grid.headers.values()), re.IGNORECASE)
    ]
    for grid in review:
        for at in grid.rows:
            row = GridRow(grid, at)
            if read_unit(row.unit).is_money and re.search(r"discounted|\d{4} prices", row.unit):
                yield fails(row, f"{row.label!r} is in a table of the spending review, and not in cash")


@rule("G10", Level.E, "Fiscal, economic and social parts add to the total.", "benefits by kind")
def parts_add(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Rows named for each kind, next to one another, against the total that they are parts of, in every column."""
    found: dict[tuple[str, str], dict[str, GridRow]] = {}
    for row in rows(facts, r"\b(fiscal|economic|social)\b(?! value)", CALCULATIONS, OUTPUTS):
        kinds = re.findall(r"\b(fiscal|economic|social)\b(?! value)", row.label.lower())
        if len(kinds) == 1:
            stem = re.sub(r"\b(fiscal|economic|social)\b|[^a-z ]", "", row.label.lower())
            found.setdefault((row.grid.sheet.name, " ".join(sorted(stem.split()))), {}).setdefault(kinds[0], row)
    totals_of: dict[tuple[str, str], list[GridRow]] = {}
    for row in rows(facts, ".", CALCULATIONS, OUTPUTS) if found else ():
        totals_of.setdefault((row.grid.sheet.name, _stem(row.label)), []).append(row)
    for (sheet, stem), parts in found.items():
        totals = [row for row in totals_of.get((sheet, stem), ()) if row not in parts.values()]
        if len(parts) < 2 or not totals:
            continue
        total = totals[0]
        for cell in total.figures:
            values = [part.grid.sheet.at(part.at, cell.column) for part in parts.values()]
            shown = [value.shown for value in values if value and isinstance(value.shown, int | float)]
            seen.one()
            if len(shown) < len(parts) or not isinstance(cell.shown, int | float):
                continue
            if abs(sum(shown) - cell.shown) > 1e-9 * max(1.0, abs(cell.shown)):
                says = f"the parts of {total.label!r} add to {sum(shown):,.10g}"
                yield Failure(sheet=sheet, cell=cell.address, says=says)


def _stem(label: str) -> str:
    words = re.sub(r"\b(total|all)\b|[^a-z ]", "", label.lower())
    return " ".join(sorted(words.split()))


@rule("G11", Level.E, "Effects without a money value are listed, with direction and size.", "present values")
def unmonetised(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A table that speaks of them has columns for direction and size; ``none`` may be stated."""
    needs_appraisal(facts)
    seen.one()
    pattern = re.compile(
        r"unmoneti[sz]ed|not moneti[sz]ed|no money value|without a money value|not valued", re.IGNORECASE
    )
    for grid in facts.grids:
        above = grid.words_above
        if pattern.search(" ".join([grid.sheet.name, above, *grid.headers.values()])):
            seen.one(len(grid.rows))
            for what in ("direction", "size"):
                column = grid.with_word(what)
                if column is None:
                    yield Failure(
                        sheet=grid.sheet.name, cell=grid.first_cell, says=f"there is no column for the {what}"
                    )
            return
    cell = facts.says(pattern.pattern)
    if cell is None:
        yield Failure(says="no effects without a money value are listed, and no text says that there are none")
        return
    sheet = facts.book.sheet(cell.sheet)
    text = " ".join(other.text for other in sheet.rows[cell.row]) if sheet else ""
    if not re.search(
        r"\bnone\b|\b(better|worse|either|positive|negative|direction|increase|decrease)", text, re.IGNORECASE
    ):
        yield Failure(sheet=cell.sheet, cell=cell.address, says="the effects have no direction and size")


_MONEY = re.compile(r"£(\d[\d,]*(?:\.\d+)?)(?:\s(billion|million|thousand))?(?![\d%])")
_SCALES = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}


@rule(
    "G12", Level.E, "Every figure in pounds of the brief is in the workbook, at the stated rounding.", "brief beside it"
)
def brief(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The brief is brief.md in the same folder, or the one given.

    Figures that its words quote from others, in links or as printed, count too: a reader should find each in the
    workbook, in a figure or in a text.
    """
    if facts.brief is None:
        raise NotApplicable("no brief.md stands beside the workbook")
    values = sorted(
        {
            abs(float(cell.shown))
            for sheet in facts.book.sheets
            for cell in sheet.cells.values()
            if isinstance(cell.shown, int | float) and not isinstance(cell.shown, bool)
        }
    )
    # A report of this rule that stands in the workbook quotes what it did not find: that is no place for a figure.
    texts = " ".join(cell.text for cell in facts.words if "audit" not in cell.sheet.lower())
    said: set[str] = set()
    for number, line in enumerate(facts.brief.splitlines(), start=1):
        for found in _MONEY.finditer(line):
            seen.one()
            scale = _SCALES[found[2] or ""]
            decimals = len(found[1].partition(".")[2])
            figure, half = float(found[1].replace(",", "")) * scale, scale * 10.0**-decimals / 2
            if found[0] in said or _is_near(values, figure, half * (1 + 1e-9)):
                continue
            if found[0] not in texts:
                said.add(found[0])
                yield Failure(says=f"{found[0]} stands in line {number} of brief.md, and nowhere in the workbook")


def _is_near(values: list[float], figure: float, slack: float) -> bool:
    """Whether one of some values in order is so near to a figure: if any is, then one of those on either side of it."""
    at = bisect_left(values, figure)
    return any(abs(value - figure) <= slack for value in values[max(at - 1, 0) : at + 1])
