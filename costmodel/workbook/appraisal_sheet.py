"""The appraisal by year: costs, benefits, factors and present values, year by year to the end of the horizon."""

from __future__ import annotations

from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import COUNTED
from costmodel.model.line import Line
from costmodel.sections.value_for_money import AFTER_HORIZON
from costmodel.spreadsheets.building import call, cell, pair
from costmodel.workbook.book import Book
from costmodel.workbook.calculations import SIGN
from costmodel.workbook.input_sheets import fixed_columns, total_of_years
from costmodel.workbook.layout import APPRAISAL, CONSTANT, FIRST, FIRST_YEAR, ID, LABEL, UNIT
from costmodel.workbook.sheet import LEGEND, SheetColumn, TableSheet
from costmodel.workbook.summary import link_to

_RESULTS = (
    *("present_value_costs", "present_value_benefits", "net_present_social_value", "benefit_cost_ratio"),
    *("equivalent_annual_cost", "payback_year_social", "cost_not_counted", AFTER_HORIZON),
)
_SECTIONS = ("appraisal", "benefits")
_FACTORS = ("price_level", "real_factor", DISCOUNT_FACTOR)


class AppraisalByYear:
    """Writes the sheet of the appraisal by year."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self) -> None:
        """Add the sheet, where the proposal has an appraisal."""
        book, lines = self.book, self.book.model.lines
        if COUNTED not in lines:
            return
        columns = [
            *fixed_columns(book, "Constant"),
            SheetColumn(book.total_header, 120, number=True),
            SheetColumn("Type", 85),
            SheetColumn("Grade", 110),
            SheetColumn("In words", 330),
        ]
        says = "Costs and benefits of each year, what discounts them, and what they come to: each figure a link."
        appraisal = book.costing.files.base.document.appraisal
        flows = f" Flows of a year are discounted from: {appraisal.discounting}." if appraisal else ""
        legend = f"{LEGEND}{flows} Costs are positive {book.note(SIGN)}."
        sheet = TableSheet(book, APPRAISAL, "Outputs", "Appraisal by year", says, columns, legend=legend)
        rows = [*self._by_year(), *(lines[name] for name in _RESULTS if name in lines)]
        for at, line in enumerate(rows, start=FIRST):
            self._row(sheet, line, at)
        sheet.finish(FIRST + len(rows) - 1)

    def _by_year(self) -> list[Line]:
        """Costs, then benefits and what is net of costs, then factors, then all of it discounted."""
        lines = [
            line
            for line in self.book.model.lines.values()
            if line.section in _SECTIONS and line.shape == ("", True) and not line.step_of and not line.is_input
        ]
        money = [line for line in lines if line.unit.is_amount]
        discounted = [line for line in money if line.name.endswith("_discounted")]
        costs = [line for line in money if line.name.startswith(("cost_", "income_")) and line not in discounted]
        sums = [line for line in money if line.name in ("benefits", "fiscal_benefits") or "_net" in line.name]
        benefits = [line for line in money if line.name.endswith("_by_year") and line not in costs]
        names = {*_FACTORS, COUNTED}
        factors = [line for line in lines if line.name in names or line.name.startswith("discount_")]
        return [*costs, *benefits, *sums, *factors, *discounted]

    def _row(self, sheet: TableSheet, line: Line, at: int) -> None:
        book, number = self.book, self.book.number_format(line)
        sheet.text(at, LABEL, line.label)
        sheet.link(at, ID, *book.cell_of(line.name), line.name)
        sheet.text(at, UNIT, str(line.unit))
        first, years = (FIRST_YEAR, range(book.years)) if line.shape.by_year else (CONSTANT, range(1))
        for year in years:
            sheet.make_room(at, first + year, book.extremes(line.name), number)
            figure = link_to(book, line.name, sheet.name, year if line.shape.by_year else None)
            sheet.formula(at, first + year, figure, number)
        if line.shape.by_year and line.unit.is_amount and not line.name.endswith("_running"):
            total_of_years(book, sheet, line, at, number)
        sheet.text(at, "Type", "Output")
        sheet.grade(at, line.name)
        if line.name == AFTER_HORIZON:
            self._said(sheet, at)

    def _said(self, sheet: TableSheet, at: int) -> None:
        """Whether anything falls after the horizon, in words that follow the figure."""
        last = self.book.model.years[-1]
        none, found = f"No benefit falls after {last}.", f"Benefit falls after {last}, and is not counted."
        sheet.make_room(at, "In words", [none, found])
        said = call("IF", pair(cell(at, CONSTANT), ">=", 1), found, none)
        sheet.formula(at, "In words", said, role="text")
