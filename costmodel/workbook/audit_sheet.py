"""The sheet with the audit's report: every rule that a workbook should satisfy, and whether this one does."""

from __future__ import annotations

from costmodel.workbook.book import Book
from costmodel.workbook.layout import AUDIT, FIRST
from costmodel.workbook.sheet import SheetColumn, TableSheet

Rows = tuple[tuple[str, str, str, str, str], ...]
"""What is said of each rule: its id, its level, what it asks, the verdict, and what was seen."""


class AuditReport:
    """Writes the report of the audit."""

    def __init__(self, book: Book, rows: Rows) -> None:
        self.book, self.rows = book, rows

    def add(self) -> None:
        """Add the sheet, where there is a report."""
        if not self.rows:
            return
        columns = [
            SheetColumn("Rule", 90),
            SheetColumn("Level", 120),
            SheetColumn("What it asks", 560),
            SheetColumn("Verdict", 150),
            SheetColumn("What was seen", 620),
        ]
        says = "What costmodel audit found when this workbook was made, with base selected: rule by rule."
        legend = "To audit the workbook as it is now, run: costmodel audit FILE.xlsx."
        sheet = TableSheet(self.book, AUDIT, "Notes", AUDIT, says, columns, legend=legend)
        for at, texts in enumerate(self.rows, start=FIRST):
            for column, text in enumerate(texts):
                sheet.text(at, column, text)
        sheet.finish(FIRST + len(self.rows) - 1)
