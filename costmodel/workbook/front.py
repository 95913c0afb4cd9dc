"""Sheets of words for every reader: the cover with links to every sheet, the notes, and the sources."""

from __future__ import annotations

from costmodel import __version__
from costmodel.spreadsheets.building import call, cells, pair
from costmodel.workbook.book import NOT_AVAILABLE, Book
from costmodel.workbook.comparison_sheet import equal_area
from costmodel.workbook.layout import (
    COMPARISON,
    COVER,
    FIRST,
    NOTES,
    SCENARIOS,
    SELECTED,
    SELECTOR_ROW,
    SOURCES,
)
from costmodel.workbook.sheet import SheetColumn, TableSheet
from costmodel.years import run_of_years

_HOW = (
    "Select a scenario in the first row of this table: every sheet then shows it.",
    "Change a cell of type Input on a sheet of inputs, and everything that rests on it recalculates.",
    "What differs between scenarios stands side by side on the sheet Scenario values.",
    "Cells of other types are protected, without a password: Review, Unprotect Sheet.",
    "To keep changes as a scenario, save the workbook and run: costmodel import FILE.xlsx --as NAME.",
)
_KEY = (
    (
        "Input",
        "input_key",
        "A value that may be changed, blue on cream. Its declared range warns; what cannot be stops.",
    ),
    ("Choice", "input_key", "An input of 1 or 0 that chooses between ways of calculating."),
    (
        "Fixed",
        "text",
        "A value that years, evidence or a stored result set, not to be changed here.",
    ),
    ("Link", "text", "A formula that takes the value of the scenario selected, or shows what stands elsewhere."),
    ("Calculation", "text", "A formula. A Step is a part of the calculation that it stands above."),
    ("Output", "strong", "A formula that links to the figure that it shows; what is asked for is in bold."),
    ("Check", "check_text", "A formula that is 1 where the check holds and 0 where it does not, in bold."),
)
_READ = {"read": "Read", "secondary": "Read where others quote it", "recalled": "Recalled, not read"}


class Front:
    """Writes the cover first and fills it last, when every other sheet is known; and the notes and sources."""

    def __init__(self, book: Book) -> None:
        self.book, self.costing = book, book.costing
        says = "What this workbook is, how to use it, and where to find what."
        columns = [SheetColumn("What", 300), SheetColumn("Description", 860)]
        legend = "[x] not available."
        self._cover = TableSheet(
            book, COVER, "Cover", self.costing.proposal.title, says, columns, legend=legend, described=False
        )
        self._row = FIRST
        book.holds(COVER, SELECTOR_ROW, 1, book.results.scenario)

    def finish_cover(self) -> None:
        """Write the cover's table."""
        self._selector()
        for what, text in self._facts():
            self._add(what, text)
        self._asked_for()
        sheet, holds = self._cover, "Every check holds."
        fails = "A check does not hold: see the sheet Checks."
        sheet.text(self._row, 0, "Master check", "strong")
        sheet.formula(self._row, 1, call("IF", pair(self.book.master, "=", 1), holds, fails), role="check_text")
        self._row += 1
        self._state()
        second_page = self._row
        for kind, role, text in _KEY:
            self._add(f"Cells of type {kind}", text, role)
        for name, role, says in self.book.described:
            sheet.link(self._row, 0, name, "A1", f"Go to {name}")
            sheet.text(self._row, 1, f"{role}. {says}")
            self._row += 1
        sheet.finish(self._row - 1, break_at=second_page)
        sheet.raw.activate()

    def _add(self, what: str, text: str, role: str = "strong") -> None:
        self._cover.text(self._row, 0, what, role)
        self._cover.text(self._row, 1, text)
        self._row += 1

    def _selector(self) -> None:
        """The cell in which a scenario is selected, and what that scenario is, live."""
        sheet, book, names = self._cover, self.book, self.costing.scenarios
        sheet.text(SELECTOR_ROW, 0, "Scenario: select one here", "strong")
        sheet.text(SELECTOR_ROW, 1, book.results.scenario, "input_text")
        rule = {
            "validate": "list",
            "source": f"={SCENARIOS}!$A${FIRST + 1}:$A${FIRST + len(names)}",
            "error_title": "Not a scenario",
            "error_message": "Choose one of the list: the sheet Scenarios says what each is.",
            "input_title": "Scenario",
            "input_message": "Choose one of the list. Every sheet then shows it.",
            "ignore_blank": False,
        }
        sheet.allow(SELECTOR_ROW, 1, rule)
        self._row = SELECTOR_ROW + 1
        headings = [self.costing.case(name).heading for name in names]
        for what, column, texts in (
            ("What it is", 2, [one.title for one in headings]),
            ("Why this scenario", 3, [one.reason for one in headings]),
        ):
            sheet.make_room(self._row, 1, texts)
            sheet.text(self._row, 0, what, "strong")
            every = cells((FIRST, column), (FIRST + len(names) - 1, column), SCENARIOS, held="row column")
            sheet.formula(self._row, 1, call("INDEX", every, SELECTED), role="text")
            self._row += 1

    def _state(self) -> None:
        """Whether the headline figures are those of when the workbook was made, live."""
        area = equal_area(self.book)
        if area is None:
            return
        made, changed = "As it was made.", f"Changed since it was made: see the sheet {COMPARISON}."
        self._cover.text(self._row, 0, "Headline figures", "strong")
        self._cover.formula(self._row, 1, call("IF", pair(call("MIN", area), "=", 1), made, changed), role="text")
        self._row += 1

    def _facts(self) -> list[tuple[str, str]]:
        proposal = self.costing.proposal
        years, prices = run_of_years(self.costing.model.ask_years), proposal.at_prices
        appraisal = self.costing.files.base.document.appraisal
        return [
            ("Title", proposal.title),
            ("Purpose", f"What the proposal costs in {years}, in {prices}, worked out live from its inputs."),
            ("Author of the proposal", proposal.by or f"{NOT_AVAILABLE} none is given"),
            ("Asked of", proposal.asked_of or f"{NOT_AVAILABLE} none is given"),
            ("What the money would buy", "\n".join(proposal.asks_for) or f"{NOT_AVAILABLE} none is given"),
            ("Version", f"Made by costmodel {__version__}. The proposal's status is {proposal.status}."),
            ("Edition of guidance", self._edition()),
            *([("Counterfactual", appraisal.counterfactual)] if appraisal else []),
            ("How to use", "\n".join(_HOW)),
            ("Limitations: it does not cover", _paragraphs(proposal.does_not_cover)),
        ]

    def _edition(self) -> str:
        """The guidance by which costs and benefits are brought together, where they are."""
        appraisal = self.costing.files.base.document.appraisal
        if appraisal is None:
            return f"None applies: costs are in {self.costing.proposal.at_prices} and are not discounted."
        return (
            f"{appraisal.edition}, schedule {appraisal.schedule}: present values of {appraisal.present_value_base} "
            f"at the prices of {appraisal.price_base}."
        )

    def _asked_for(self) -> None:
        """The figure that is asked for, live, with its grade in words."""
        name = self.costing.proposal.ask
        if not name or self.book.results.line(name).shape != ("", False):
            return
        line = self.book.results.line(name)
        number = self.book.number_format(line)
        number = f"£{number}" if line.unit.is_money else number
        self._cover.text(self._row, 0, "What is asked for", "strong")
        self._cover.formula(self._row, 1, self.book.cell(name, COVER), number, "output_text")
        self._row += 1
        self._add("What that figure is", f"{line.label} ({line.unit})")
        self._cover.text(self._row, 0, "Grade of that figure", "strong")
        self._cover.grade(self._row, name, ("Description",))
        self._row += 1

    # The back

    def notes(self) -> None:
        """Conventions, and what a reader should look at."""
        book, proposal = self.book, self.costing.proposal
        book.note(
            f"Money whose unit names no prices is in {proposal.at_prices}, and is not discounted. Other money says "
            "at which prices it is, and to which year it is discounted."
        )
        book.note(
            "Nothing is rounded inside the model but up or down to whole things, where a line says so. Figures are "
            "rounded half up when shown."
        )
        book.note(
            "A grade says how far a figure can be relied on, from the strongest: published, derived, calibrated, "
            "judgement, illustrative. A result carries the weakest grade of all that it rests on."
        )
        benefits = self.costing.files.base.document.benefits
        for effect in benefits.unmonetised if benefits else ():
            says = f"Unmonetised effect, with no value in pounds: {effect.says}."
            book.note(f"{says} Direction: {effect.direction}. Size: {effect.size}.")
        for caution in self.costing.cautions:
            scenario = f"Scenario {caution.scenario}: " if caution.scenario else ""
            book.note(f"{scenario}{caution.path}: {caution.says}. {caution.hint}".strip())
        says = "Conventions, and what a reader should look at."
        sheet = TableSheet(
            book, NOTES, "Notes", NOTES, says, [SheetColumn("Note", 150), SheetColumn("What it says", 950)]
        )
        for at, text in enumerate(book.notes, start=FIRST):
            sheet.text(at, 0, f"[note {at - FIRST + 1}]", "strong")
            sheet.text(at, 1, text)
        sheet.finish(FIRST + len(book.notes) - 1)

    def sources(self) -> None:
        """The sources that assumptions rest on, in any scenario."""
        book, register = self.book, self.costing.files.evidence.sources
        columns = [
            SheetColumn("Id", 270),
            SheetColumn("Title", 400),
            SheetColumn("Publisher or authors", 200),
            SheetColumn("Date", 110),
            SheetColumn("How it was read", 160),
            SheetColumn("Address", 250, new_page=True),
            SheetColumn("What rests on it", 400),
            SheetColumn("Note", 450),
        ]
        says = "Documents and data that assumptions rest on, in any scenario."
        sheet = TableSheet(
            book, SOURCES, "Notes", SOURCES, says, columns, legend="[x] not available. [z] not applicable."
        )
        for at, (source, names) in enumerate(book.sources.items(), start=FIRST):
            entry = register[source]
            texts = (
                source,
                entry.title,
                entry.publisher or entry.authors or NOT_AVAILABLE,
                entry.date or NOT_AVAILABLE,
                _READ[entry.read],
                entry.address or NOT_AVAILABLE,
                ", ".join(names),
                entry.note or "",
            )
            for column, text in enumerate(texts):
                sheet.text(at, column, text)
        sheet.finish(FIRST + max(len(book.sources), 1) - 1)


def _paragraphs(texts: list[str]) -> str:
    """One a line, each with a capital and a full stop."""
    if not texts:
        return f"{NOT_AVAILABLE} nothing is stated"
    return "\n".join(f"{text[0].upper()}{text[1:].rstrip('.')}." for text in texts)
