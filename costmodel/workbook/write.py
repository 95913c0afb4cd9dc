"""The live workbook of a proposal, with a scenario selected: formulas, and the engine's values cached beside them."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import xlsxwriter

from costmodel.analysis.results import Results
from costmodel.workbook.appraisal_sheet import AppraisalByYear
from costmodel.workbook.assurance import Assurance
from costmodel.workbook.audit_sheet import AuditReport, Rows
from costmodel.workbook.book import Book
from costmodel.workbook.calculations import Calculations
from costmodel.workbook.charts import Charts
from costmodel.workbook.comparison_sheet import ScenarioComparison
from costmodel.workbook.front import Front
from costmodel.workbook.input_sheets import Inputs
from costmodel.workbook.packing import British
from costmodel.workbook.reconciliation_sheet import Reconciliation
from costmodel.workbook.scenario_sheets import Scenarios
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
    with _without_collecting():
        return _written(results, audit)


def _written(results: Results, audit: Rows) -> bytes:
    out = io.BytesIO()
    file = British(out, {**_OPTIONS, "default_format_properties": dict(FONT)})  # a copy: XlsxWriter adds to it
    file.set_calc_mode("auto")
    _describe(file, results)
    book = Book(file, results)
    calculations, assurance = Calculations(book), Assurance(book)
    front = Front(book)
    scenarios = Scenarios(book)
    inputs = Inputs(book)
    scenarios.add_list()
    scenarios.add_grades()
    inputs.add_timeline()
    scenarios.add_values()
    inputs.add()
    calculations.add()
    Summaries(book).add()
    AppraisalByYear(book).add()
    ScenarioComparison(book).add()
    tests = StoredTests(book)
    tests.add()
    SwitchingValues(book, tests).add()
    SensitivityTable(book, tests).add()
    Charts(book, tests).add()
    Reconciliation(book).add()
    calculations.add_checks()
    assurance.assumptions()
    assurance.reviews()
    if audit:
        AuditReport(book, audit).add()
    front.notes()
    front.sources()
    assurance.about()
    front.finish_cover()
    book.finish()
    file.close()
    return out.getvalue()


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


def _describe(file: xlsxwriter.Workbook, results: Results) -> None:
    proposal, title = results.costing.proposal, results.costing.case(results.scenario).heading.title
    made = (
        f"Made by costmodel from the assumptions of {results.costing.name}, with scenario {results.scenario} selected."
    )
    file.set_properties(
        {
            "title": f"{proposal.title}: {title}",
            "subject": "Cost model",
            "author": proposal.by or "costmodel",
            "comments": made,
            "status": proposal.status,
            "created": _DATED,
        }
    )
