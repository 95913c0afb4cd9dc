"""The live workbook of one scenario: formulas in every calculated cell, with the engine's value cached beside each."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from costmodel.analysis.results import Results
from costmodel.model.excel import Writer
from costmodel.outputs.workbook.layout import lay_out
from costmodel.outputs.workbook.lines import Sheets
from costmodel.outputs.workbook.pages import Pages
from costmodel.outputs.workbook.styles import Styles

_DATED = datetime(2000, 1, 1)
"""Workbooks bear no clock time, so that the same inputs give the same bytes."""


def workbook_bytes(results: Results) -> bytes:
    """The workbook of a scenario as the content of an .xlsx file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    proposal = results.costing.proposal
    book.set_properties(
        {
            "title": f"{proposal.title}: {results.costing.case(results.scenario).heading.title}",
            "author": proposal.by or "costmodel",
            "comments": f"Made by costmodel from the assumptions of {results.costing.name}, scenario {results.scenario}.",
            "created": _DATED,
        }
    )
    book.set_calc_mode("auto")
    layout = lay_out(results)
    sheets = Sheets(book, results, layout, Writer(results.costing.model, layout.places, layout.pay), Styles(book))
    pages = Pages(sheets)
    pages.cover()
    sheets.inputs()
    sheets.pay_scale()
    sheets.calculations()
    sheets.summaries()
    sheets.checks()
    pages.assumptions()
    pages.notes()
    pages.sources()
    pages.finish_cover()
    book.close()
    return out.getvalue()
