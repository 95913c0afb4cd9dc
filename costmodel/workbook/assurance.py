"""Sheets for those who assure the model: the assumptions log, the log of reviews, and how the file was made."""

from __future__ import annotations

import xlsxwriter

from costmodel import __version__
from costmodel.assumptions.kinds import Grade
from costmodel.model.line import Line
from costmodel.sections.grounds import Grounds
from costmodel.spreadsheets.building import call, pair
from costmodel.spreadsheets.expressions import Expression, Quoted
from costmodel.workbook.book import NOT_APPLICABLE, NOT_AVAILABLE, Book
from costmodel.workbook.layout import ABOUT, ASSUMPTIONS, FIRST, QA, VALUES
from costmodel.workbook.sheet import SheetColumn, TableSheet
from costmodel.workbook.validation import shown_in_words

_QUALITY: dict[Grade, str] = {
    "published": "Green",
    "derived": "Green",
    "calibrated": "Amber",
    "judgement": "Amber",
    "illustrative": "Red",
}
_LEGEND = "[x] not available. [z] not applicable."
_REVIEW = (
    "Owner",
    "Last review",
    "Reviewed by",
    "Date of review",
    "External review",
    "Date of external review",
    "Next review due",
)
_QA_COLUMNS = (
    ("Round", 100),
    ("Type", 160),
    ("Reviewer", 180),
    ("Contact", 180),
    ("Start", 110),
    ("End", 110),
    ("Summary of findings", 400),
    ("Link", 180),
    ("Signed off by", 180),
)
_QA_TYPES = ["Developer testing", "Peer review", "Expert review", "Internal audit", "External audit"]
_QA_ROWS = 5


class Assurance:
    """Writes the sheets of assurance."""

    def __init__(self, book: Book) -> None:
        self.book, self.costing = book, book.costing

    # What each input rests on

    def assumptions(self) -> None:
        """Every assumption with the columns that the AQuA Book asks for; what nobody knows yet is marked."""
        columns = [
            SheetColumn("Description", 280),
            SheetColumn("Id", 250),
            SheetColumn("Unit", 170),
            SheetColumn("Live value", 120, number=True),
            SheetColumn("Value in base", 170, number=True),
            SheetColumn("Range of uncertainty", 140),
            SheetColumn("Grade", 110),
            SheetColumn("Used by", 200),
            SheetColumn("Evidence or basis", 330, new_page=True),
            SheetColumn("Note", 300),
            SheetColumn("Depends on", 100),
            SheetColumn("Likely impact if wrong", 200),
            SheetColumn("Links", 150),
            *(SheetColumn(header, 115, new_page=header == _REVIEW[0], to_fill=True) for header in _REVIEW),
            SheetColumn("Quality rating", 110, to_fill=True),
            SheetColumn("Impact rating", 110, to_fill=True),
        ]
        says = "What each input rests on, how uncertain it is, and when it was reviewed."
        legend = (
            f"{_LEGEND} Where none is given, quality follows the grade: published and derived green, calibrated and "
            "judgement amber, illustrative red."
        )
        sheet = TableSheet(self.book, ASSUMPTIONS, "Notes", ASSUMPTIONS, says, columns, legend=legend, protected=False)
        for at, name in enumerate(self.costing.assumptions, start=FIRST):
            ground = self.book.ground(name)
            assert ground is not None
            self._assumption(sheet, self.costing.model.lines[name], ground, at)
        sheet.finish(FIRST + max(len(self.costing.assumptions), 1) - 1)

    def _assumption(self, sheet: TableSheet, line: Line, ground: Grounds, at: int) -> None:
        book = self.book
        place, cell = book.cell_of(line.name)
        sheet.text(at, "Description", line.label)
        sheet.text(at, "Id", line.name)
        sheet.text(at, "Unit", str(line.unit))
        base = book.results.costed.run("base").cells(line.name)
        if line.shape == ("", False):
            number = book.number_format(line, is_input=True)
            sheet.formula(at, "Live value", book.cell(line.name, ASSUMPTIONS), number)
            sheet.number(at, "Value in base", float(base[0, 0]), number, "fixed")
        else:
            sheet.text(at, "Live value", "By row" if line.shape.rows else "By year", "words_right")
            few = base.size <= 6 and not line.shape.rows
            values = ", ".join(shown_in_words(float(value), line.unit) for value in base.flat)
            otherwise = f"See {VALUES}" if line.name in book.layout.by_scenario else "The same"
            sheet.text(at, "Value in base", values if few else otherwise, "words_right")
        if len(book.grounds_of(line.name)) > 1:
            sheet.text(at, "Range of uncertainty", "By scenario: see the basis")
        elif ground.low is not None and ground.high is not None:
            ends = [shown_in_words(end, line.unit) for end in (ground.low, ground.high)]
            sheet.text(at, "Range of uncertainty", " to ".join(ends))
        else:
            sheet.text(at, "Range of uncertainty", NOT_AVAILABLE if ground.grade else NOT_APPLICABLE)
        sheet.grade(at, line.name)
        sheet.text(at, "Used by", ", ".join(book.used_by(line)))
        grounds = book.grounds_of(line.name)
        links = ground.log.links if ground.log else []
        sources = dict.fromkeys(held.source for _, held in grounds if held.source)
        sheet.text(
            at,
            "Evidence or basis",
            "\n".join(part for part in (", ".join(sources), book.basis(line.name), *links) if part),
        )
        sheet.text(at, "Note", "\n".join(dict.fromkeys(held.note for _, held in grounds if held.note)))
        sheet.link(at, "Links", place, cell, f"{place} {cell}")
        for header, text in self._reviewed(line, ground).items():
            if header == "Quality rating" and line.name in book.graded and not (ground.log and ground.log.quality):
                self._quality(sheet, at)
            else:
                sheet.text(at, header, text)

    def _quality(self, sheet: TableSheet, at: int) -> None:
        """The rating that follows from a grade, live where scenarios differ in the grade."""
        kinds: dict[str, list[Expression]] = {}
        for kind, quality in _QUALITY.items():
            kinds.setdefault(quality, []).append(pair(sheet.cell(at, "Grade"), "=", kind))
        rating: Expression = Quoted(NOT_APPLICABLE)
        for quality, tests in kinds.items():
            rating = call("IF", call("OR", *tests), quality, rating)
        sheet.formula(at, "Quality rating", rating, role="text")

    def _reviewed(self, line: Line, ground: Grounds) -> dict[str, str]:
        """What the files say of an assumption's review, and what follows from its grade where they say nothing."""
        log = ground.log
        last, due = (log.last_review, log.review_by) if log else (None, None)
        external = log.external_review_date if log else None
        quality = (log.quality if log else None) or (_QUALITY[ground.grade] if ground.grade else NOT_APPLICABLE)
        return {
            "Depends on": ", ".join(log.depends_on) if log else "",
            "Likely impact if wrong": (log.likely_impact if log else None) or self._impact(line),
            "Owner": (log.owner if log else None) or NOT_AVAILABLE,
            "Last review": "Reviewed" if last else NOT_AVAILABLE,
            "Reviewed by": (log.reviewed_by if log else None) or NOT_AVAILABLE,
            "Date of review": last.isoformat() if last else NOT_AVAILABLE,
            "External review": (log.external_review if log else None) or NOT_AVAILABLE,
            "Date of external review": external.isoformat() if external else NOT_AVAILABLE,
            "Next review due": due.isoformat() if due else NOT_AVAILABLE,
            "Quality rating": quality.capitalize() if quality != NOT_APPLICABLE else quality,
            "Impact rating": ((log.impact if log else None) or "not tested").capitalize(),
        }

    def _impact(self, line: Line) -> str:
        """The results that rest on an assumption, at any remove: what is asked for, and rows of the tables."""
        asked = self.costing.proposal.ask or ""
        rows = {row for table in self.costing.tables.values() for row in table.rows}
        results = self.book.plan.results_on(line.name)
        moved = sorted((results | {line.name}) & rows)
        rows_of = f"{len(moved)} rows of the tables" if len(moved) > 2 else " and ".join(moved)
        if asked in results:
            return f"Changes what is asked for{f', and {rows_of}' if moved else ''}."
        return f"Changes {rows_of}." if moved else "None on what is asked for or on any table."

    # Reviews

    def reviews(self) -> None:
        """Rows for the reviewers to fill."""
        columns = [SheetColumn(header, width, to_fill=True) for header, width in _QA_COLUMNS]
        says = "Reviews of this model. None is recorded: put each in place of the marks of a row."
        sheet = TableSheet(self.book, QA, "Notes", QA, says, columns, legend=_LEGEND, protected=False)
        for row in range(_QA_ROWS):
            sheet.text(FIRST + row, 0, f"Round {row + 1}")
            for header, _ in _QA_COLUMNS[1:]:
                sheet.text(FIRST + row, header, NOT_AVAILABLE)
        rule = {"validate": "list", "source": [NOT_AVAILABLE, *_QA_TYPES], "error_type": "warning"}
        sheet.allow(FIRST, "Type", {**rule, "error_title": "Another type of review"}, _QA_ROWS)
        sheet.finish(FIRST + _QA_ROWS - 1)

    # How the file was made

    def about(self) -> None:
        """The version, the command, and a digest of every file that was read."""
        columns = [SheetColumn("What", 560), SheetColumn("Value", 680)]
        says = "What made this file, and from what: the same inputs give the same bytes."
        sheet = TableSheet(self.book, ABOUT, "Notes", ABOUT, says, columns, legend=_LEGEND)
        name, scenario = self.costing.name, self.book.results.scenario
        facts = [
            ("Version of costmodel", __version__),
            ("Version of XlsxWriter", xlsxwriter.__version__),
            ("Proposal", name),
            ("Scenario selected when it was made", scenario),
            ("Command", f"costmodel run {name} --scenario {scenario}"),
            ("Seed and number of draws", f"{NOT_APPLICABLE} nothing in this workbook is drawn at random"),
            ("Time of making", f"{NOT_APPLICABLE} not kept, so that the same inputs give the same bytes"),
            *((f"SHA-256 of {file}", digest) for file, digest in self.costing.files.digests.items()),
        ]
        for at, (what, value) in enumerate(facts, start=FIRST):
            sheet.text(at, 0, what)
            sheet.text(at, 1, value)
        sheet.finish(FIRST + len(facts) - 1)
