"""Rules of the records that reviewers need: assumptions, reviews, how the file was made, reconciliation, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from costmodel.audit.facts import COVER, NOTES, Facts
from costmodel.audit.grids import SHORTHAND, Grid
from costmodel.audit.rule import Failure, Level, NotApplicable, Seen, at, rule
from costmodel.spreadsheets.cells import Cell, address

_LOG = {
    "id": r"^id$|\bid\b",
    "depends on": r"\bdepend",
    "plain-English description": r"\bdescription\b",
    "evidence or basis": r"\bevidence\b|\bbasis\b",
    "likely impact if wrong": r"\bimpact if\b|\blikely impact\b",
    "range of uncertainty": r"\brange\b|\buncertainty\b",
    "links": r"\blinks?\b",
    "last review": r"^last review|\blast reviewed\b",
    "reviewed by": r"\breviewed by\b",
    "date": r"^date(?!.*external)|\breview date\b",
    "external review": r"^external review",
    "date of external review": r"\bdate of external\b|^external.*date\b|^date.*external\b",
    "next review due": r"\bnext review\b",
    "quality rating": r"\bquality\b",
    "impact rating": r"\bimpact rating\b|\brating of impact\b",
}
_RATINGS = {
    "quality rating": ("red", "amber", "green"),
    "impact rating": ("low", "medium", "high", "not tested"),
}
_QA = {
    "round": r"\bround\b",
    "type": r"\btype\b",
    "reviewer": r"\breviewer\b",
    "contact": r"\bcontact\b",
    "start": r"\bstart",
    "end": r"\bend\b|\bended\b",
    "summary of findings": r"\bfindings\b|\bsummary\b",
    "link": r"\blinks?\b",
    "signed off by": r"\bsigned off\b|\bsign-off\b",
}


def _log(facts: Facts, pattern: str) -> Grid | None:
    """The table of a sheet that is called something."""
    return next((grid for grid in facts.grids if re.search(pattern, grid.sheet.name, re.IGNORECASE)), None)


def _columns(grid: Grid, wanted: dict[str, str]) -> dict[str, int | None]:
    return {
        what: next((at for at, text in grid.headers.items() if re.search(pattern, text, re.IGNORECASE)), None)
        for what, pattern in wanted.items()
    }


@rule("Q01", Level.E, "A log of assumptions has the columns of the AQuA Book.", "formulas")
def assumptions_log(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The log is the table of a sheet that is named so; ratings are words of the scale, or marked as unknown."""
    if not facts.book.formulas:
        return
    grid = _log(facts, r"assumptions?.{0,3}(log|register)|\bassumptions log\b")
    seen.one()
    if grid is None:
        yield Failure(says="there is no log of assumptions")
        return
    columns = _columns(grid, _LOG)
    for what, column in columns.items():
        if column is None:
            yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says=f"the log has no column for {what}")
    for what, words in _RATINGS.items():
        column = columns[what]
        for row in grid.rows if column else ():
            seen.one()
            text = grid.sheet.text(row, column or 0)
            if text.strip().lower() not in words and not SHORTHAND.match(text):
                says = f"the {what} is {text!r}, and not {', '.join(words)}"
                yield Failure(sheet=grid.sheet.name, cell=address(row, column or 1), says=says)


@rule("Q02", Level.E, "A log of reviews has its columns, with rows for reviewers to fill.", "formulas")
def qa_log(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The log is the table of a sheet named QA log, review log or quality assurance."""
    if not facts.book.formulas:
        return
    grid = _log(facts, r"\bqa\b|review log|quality assurance")
    seen.one()
    if grid is None:
        yield Failure(says="there is no log of reviews (QA log)")
        return
    for what, column in _columns(grid, _QA).items():
        if column is None:
            yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says=f"the log has no column for {what}")


_MADE = {
    "the version of costmodel": r"\bversion of costmodel\b|\bcostmodel \d+\.\d+",
    "digests of the inputs": r"\b[0-9a-f]{64}\b",
    "the seed and draws": r"\b(seed|draws?)\b",
    "the command that made the file": r"\bcostmodel (run|simulate|[a-z]+ --)",
}


@rule(
    "Q03",
    Level.E,
    "The workbook says how it was made: version, digests of inputs, seed and draws, command.",
    "mark of its maker",
)
def how_made(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """For workbooks that costmodel made, as their properties or one of their texts say."""
    made = "made by costmodel" in facts.book.properties["description"].lower()
    if not made and facts.says(r"\bversion of costmodel\b|made by costmodel") is None:
        raise NotApplicable("costmodel did not make this workbook")
    seen.one()
    sheets = [sheet for sheet in facts.of_role(NOTES) if re.search("about", sheet.name, re.IGNORECASE)]
    text = "\n".join(cell.text for sheet in sheets for cell in sheet.cells.values())
    for what, pattern in _MADE.items():
        if not re.search(pattern, text, re.IGNORECASE):
            where = sheets[0].name if sheets else ""
            yield Failure(sheet=where, cell="A1" if where else "", says=f"no sheet About states {what}")


_RECONCILED = {
    "the printed figure": r"\b(printed|published|stated)\b",
    "the model's figure": r"\bmodel",
    "the difference": r"\bdifference\b",
    "the verdict": r"\bverdict\b|\bmatch|\bholds\b",
    "the reason": r"\breason\b|\bwhy\b|\bexplanation\b",
}


@rule("Q04", Level.E, "Printed figures are reconciled: printed, model, difference, verdict, reason.", "printed figures")
def reconciliation(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Where a table of printed figures was read, as a digest of published.yaml shows, or a sheet is named for it."""
    grid = _log(facts, r"\breconcil")
    if grid is None:
        found = facts.says(r"\bpublished\.yaml\b")
        if found is not None:
            seen.one()
            yield at(found, "printed figures were read, and no sheet reconciles them")
        return
    seen.one(len(grid.rows))
    columns = _columns(grid, _RECONCILED)
    for what, column in columns.items():
        if column is None:
            yield Failure(sheet=grid.sheet.name, cell=grid.first_cell, says=f"there is no column for {what}")
    for row in grid.rows:
        cells = [grid.sheet.at(row, columns[what] or 0) for what in ("the printed figure", "the model's figure")]
        difference = grid.sheet.at(row, columns["the difference"] or 0)
        shown = [_figure(cell) for cell in (*cells, difference)]
        if difference and None not in shown:
            printed, model, apart = (float(value or 0) for value in shown)
            if abs(abs(model - printed) - abs(apart)) > 1e-9 * max(1.0, abs(model), abs(printed)):
                yield at(difference, f"the difference of {model:,.10g} and {printed:,.10g} is not {apart:,.10g}")


def _figure(cell: Cell | None) -> float | None:
    value = cell.shown if cell else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@rule("Q05", Level.D, "No assumption is past its review date; none at all in a final proposal.", "review dates")
def review_dates(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Dates stand under a header that speaks of the next review; they are held against a day that is given."""
    final = any(
        re.search(r"\bstatus\b.{0,20}\bfinal\b", cell.text, re.IGNORECASE)
        for sheet in facts.of_role(COVER)
        for cell in sheet.cells.values()
    )
    for grid in facts.grids:
        columns = [at for at, text in grid.headers.items() if re.search(r"next review|review by", text, re.IGNORECASE)]
        for column in columns:
            for row in grid.rows:
                cell = grid.sheet.at(row, column)
                due = _date(cell.shown) if cell else None
                if cell is None or due is None:
                    continue
                if seen.as_of is None:
                    raise NotApplicable("no day is given to hold review dates against")
                seen.one()
                if due < seen.as_of:
                    late = "; the proposal is final, so its checks fail" if final else ""
                    yield at(cell, f"{grid.label(row)!r} was due for review on {due.isoformat()}{late}")


def _date(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip()[:10])
        except ValueError:
            return None
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return None
