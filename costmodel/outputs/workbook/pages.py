"""Sheets of words: the cover, the assumptions with their grounds, notes and sources."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from costmodel import __version__
from costmodel.outputs.tables import show_table
from costmodel.outputs.workbook.layout import ASSUMPTIONS, COVER, FIRST, NOTES, SOURCES
from costmodel.outputs.workbook.lines import Sheets
from costmodel.years import run_of_years

_HOW = (
    "Change a cell of type Input on the sheets Inputs, Pay and on-costs, Rollout or a list, and everything below it "
    "recalculates. Calculated cells hold formulas. To keep a change, make it in the text files and run costmodel again."
)
_CELLS = (
    ("Input", "input", "A value that may be changed, blue on cream."),
    ("Calculation", "calculation", "A formula."),
    ("Output", "output", "A formula whose figure is asked for or shown, in bold."),
    ("Check", "check", "1 where it holds and 0 where it does not, in bold."),
)


class Pages:
    """Writes the sheets of words; the cover is made first and filled last, when every other sheet is known."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets, self.styles, self.results = sheets, sheets.styles, sheets.results
        self.costing = sheets.results.costing
        self.at = self.costing.scenarios.index(self.results.scenario)
        self._cover: Worksheet | None = None

    def _texts(self, sheet: Worksheet, name: str, headers: list[str], rows: list[list[str]], widths: list[int]) -> None:
        for at, row in enumerate(rows, start=FIRST):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text, self.styles.of("text"))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.styles.of("text"))
        self.sheets.table(sheet, name, FIRST + len(rows) - 1, headers)

    def cover(self) -> None:
        """Put the cover first."""
        self._cover = self.sheets.add(COVER, self.costing.proposal.title, "What this workbook is and how to use it.")
        self.sheets.described.clear()

    def finish_cover(self) -> None:
        """Write the cover's table, with a link to every sheet."""
        sheet = self._cover
        assert sheet is not None
        proposal, case = self.costing.proposal, self.costing.case(self.results.scenario)
        sheet.set_column(0, 0, 30, self.styles.of("text"))
        sheet.set_column(1, 1, 110, self.styles.of("text"))
        facts = [
            ("Title", proposal.title),
            (
                "Purpose",
                f"The cost of the proposal in {run_of_years(self.costing.model.years)}, in {proposal.prices} prices, worked out live from its inputs.",
            ),
            ("Author of the proposal", proposal.by or "[x] not given"),
            ("Asked of", proposal.asked_of or "[x] not given"),
            ("Version", f"costmodel {__version__}; status of the proposal: {proposal.status}"),
            ("Scenario", f"{case.heading.title} ({self.results.scenario})"),
            ("Why this scenario", case.heading.reason),
            ("Edition of guidance", "Costs are in the proposal's own prices and are not discounted."),
            ("How to use", _HOW),
            (
                "Limitations",
                "; ".join(["It does not cover", *proposal.does_not_cover]).replace("cover; ", "cover: ", 1)
                if proposal.does_not_cover
                else "[x] none are stated",
            ),
        ]
        for at, (what, text) in enumerate(facts, start=FIRST):
            sheet.write_string(at, 0, what, self.styles.of("text"))
            sheet.write_string(at, 1, text, self.styles.of("text"))
        at = FIRST + len(facts)
        sheet.write_string(at, 0, "Master check", self.styles.of("text"))
        holds, fails = "Every check holds.", "A check does not hold: see the sheet Checks."
        value = holds if all(check.holds for check in self.results.checks) else fails
        sheet.write_formula(at, 1, f'=IF({self.sheets.master}=1,"{holds}","{fails}")', self.styles.of("check"), value)
        for kind, role, text in _CELLS:
            at += 1
            sheet.write_string(at, 0, f"Cells of type {kind}", self.styles.of(role))
            sheet.write_string(at, 1, text, self.styles.of("text"))
        for name, says in self.sheets.described:
            at += 1
            sheet.write_url(at, 0, f"internal:'{name}'!A1", self.styles.of("link"), f"Go to {name}")
            sheet.write_string(at, 1, says, self.styles.of("text"))
        self.sheets.table(sheet, COVER, at, ["What", "Description"])
        sheet.activate()

    def assumptions(self) -> None:
        """Every assumption with its live value, grade, source or reason, range and note."""
        sheet = self.sheets.add(
            ASSUMPTIONS, "Assumptions", "What each input rests on. Values are on the sheets of inputs."
        )
        sheet.write_string(
            3,
            0,
            "[z] not applicable. Grades, strongest first: published, derived, calibrated, judgement, illustrative.",
            self.styles.of("says"),
        )
        rows = []
        lines = self.costing.model.lines
        for name, held in self.costing.assumptions.items():
            ground = held.grounds[self.at]
            changed = "yes" if ground != held.grounds[0] else "no"
            rows.append(
                [
                    lines[name].label,
                    name,
                    lines[name].unit,
                    ground.grade or "[z]",
                    ground.source or "[z]",
                    ground.place or "[z]",
                    ground.reason or "[z]",
                    "[z]" if ground.low is None else f"{ground.low:g} to {ground.high:g}",
                    changed,
                    ground.note or "[z]",
                ]
            )
        headers = [
            "Label",
            "Id",
            "Unit",
            "Grade",
            "Source",
            "Where in the source",
            "Reason",
            "Range",
            "Changed by this scenario",
            "Note",
        ]
        self._texts(sheet, ASSUMPTIONS, headers, rows, [52, 34, 22, 16, 34, 40, 50, 20, 16, 60])

    def notes(self) -> None:
        """Conventions, rounding, and what a reader should look at."""
        sheet = self.sheets.add(NOTES, "Notes", "Conventions, and what a reader should look at.")
        texts = [
            "Costs are positive. Money is in pounds, in the proposal's own prices.",
            "Nothing is rounded inside the model but up or down to whole things where a line says so. Figures are rounded half up when shown.",
            "A grade says how far a figure can be relied on; a result carries the weakest grade of all that it rests on.",
        ]
        for name in self.costing.tables:
            texts.extend(show_table(self.results, name).notes)
        texts.extend(
            f"{caution.path}: {caution.says}. {caution.hint}"
            for caution in self.costing.cautions_of(self.results.scenario)
        )
        rows = [[f"[note {number}]", text] for number, text in enumerate(texts, start=1)]
        self._texts(sheet, NOTES, ["Note", "What it says"], rows, [14, 130])
        sheet.set_column(0, 0, 30, self.styles.of("text"))

    def sources(self) -> None:
        """The sources that this scenario's assumptions rest on."""
        sheet = self.sheets.add(SOURCES, "Sources", "Documents and data that the assumptions rest on.")
        used: dict[str, list[str]] = {}
        for name, held in self.costing.assumptions.items():
            if source := held.grounds[self.at].source:
                used.setdefault(source, []).append(name)
        rows = []
        for source, names in sorted(used.items()):
            entry = self.costing.files.evidence.sources[source]
            by = entry.publisher or entry.authors or "[x] not given"
            rows.append(
                [
                    entry.title,
                    source,
                    by,
                    entry.date or "[x] not given",
                    entry.read,
                    entry.address or "[x] not given",
                    ", ".join(names),
                    entry.note or "[z]",
                ]
            )
        headers = ["Title", "Id", "Publisher or authors", "Date", "How it was read", "Address", "Rests on it", "Note"]
        self._texts(sheet, SOURCES, headers, rows, [52, 34, 30, 14, 16, 40, 60, 60])
