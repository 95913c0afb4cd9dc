"""The live workbook of a proposal, with a scenario selected: formulas, and the engine's values cached beside them."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from costmodel.analysis.results import Costed, Results
from costmodel.workbook.appraisal_sheet import AppraisalByYear
from costmodel.workbook.assurance import Assurance
from costmodel.workbook.audit_sheet import AuditReport, Rows
from costmodel.workbook.book import Book
from costmodel.workbook.calculations import Calculations
from costmodel.workbook.charts import Charts
from costmodel.workbook.comparison_sheet import ScenarioComparison
from costmodel.workbook.differing import Differing
from costmodel.workbook.front import Back, Cover
from costmodel.workbook.input_sheets import Inputs
from costmodel.workbook.packing import British, properties
from costmodel.workbook.reconciliation_sheet import Reconciliation
from costmodel.workbook.scenario_sheets import Scenarios
from costmodel.workbook.selection import Selections
from costmodel.workbook.sensitivity_sheet import SensitivityTable
from costmodel.workbook.styles import FONT
from costmodel.workbook.summary import Summaries
from costmodel.workbook.switching_sheet import SwitchingValues
from costmodel.workbook.tests_by_scenario import StoredTests

_DATED = datetime(2000, 1, 1)
"""Workbooks bear no clock time, so that the same inputs give the same bytes."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_column_width": 80,  # pixels of a column of 8 digits of the font
}


def workbook_bytes(results: Results, audit: Rows = ()) -> bytes:
    """The workbook with a scenario selected, as the content of an .xlsx file; it holds every scenario.

    Args:
        audit: what the sheet with the audit's report says; there is no such sheet where it says nothing.
    """
    return _written(results, audit).content


class Workbooks:
    """The workbooks of a proposal, one a scenario: that of base is written, and the others are made from it.

    They hold nothing of the costing, so that a process can hand them to another.
    """

    def __init__(self, costed: Costed, audit: Rows = ()) -> None:
        self.audit = audit
        made = _written(costed.runs[0], audit)
        self.content = made.content
        """The workbook with base selected."""
        self._selections = Selections(made.content, made.sheets, made.differing, made.texts)

    def of(self, results: Results) -> bytes:
        """The workbook with a scenario selected."""
        at = results.costing.scenarios.index(results.scenario)
        if not at:
            return self.content
        return self._selections.of(at, properties(_described(results))) or workbook_bytes(results, self.audit)


class _WrittenBook(NamedTuple):
    """A workbook that is written, and what others are made from it with."""

    content: bytes
    sheets: list[str]
    differing: list[Differing]
    texts: list[str]


def _written(results: Results, audit: Rows) -> _WrittenBook:
    with _without_collecting():
        out = io.BytesIO()
        file = British(out, {**_OPTIONS, "default_format_properties": dict(FONT)})  # a copy: XlsxWriter adds to it
        file.set_calc_mode("auto")
        file.set_properties(_described(results))
        book = Book(file, results.costed, results.scenario)
        cover = Cover(book)
        for add in _others(book, audit):
            add()
        cover.fill(book.described)
        book.finish()
        file.close()
        sheets = [sheet.name for sheet in file.worksheets()]
        return _WrittenBook(out.getvalue(), sheets, book.differing, file.str_table.order)


def _others(book: Book, audit: Rows) -> tuple[Callable[[], None], ...]:
    """What adds each sheet below the cover, in their order."""
    scenarios, inputs, calculations, tests = Scenarios(book), Inputs(book), Calculations(book), StoredTests(book)
    assurance, back = Assurance(book), Back(book)
    return (
        scenarios.add_list,
        scenarios.add_grades,
        inputs.add_timeline,
        scenarios.add_values,
        inputs.add,
        calculations.add,
        Summaries(book).add,
        AppraisalByYear(book).add,
        ScenarioComparison(book).add,
        tests.add,
        SwitchingValues(book, tests).add,
        SensitivityTable(book, tests).add,
        Charts(book, tests).add,
        Reconciliation(book).add,
        calculations.add_checks,
        assurance.assumptions,
        assurance.reviews,
        AuditReport(book, audit).add,
        back.notes,
        back.sources,
        assurance.about,
    )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the collector of cycles out: a workbook is tens of thousands of cells, which it would look at again and
    again, and they are gone when the file is written."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _described(results: Results) -> dict[str, object]:
    """The properties of the document."""
    proposal, title = results.costing.proposal, results.costing.case(results.scenario).heading.title
    made = (
        f"Made by costmodel from the assumptions of {results.costing.name}, with scenario {results.scenario} selected."
    )
    return {
        "title": f"{proposal.title}: {title}",
        "subject": "Cost model",
        "author": proposal.by or "costmodel",
        "comments": made,
        "status": proposal.status,
        "created": _DATED,
    }
