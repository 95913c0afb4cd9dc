"""Sheets that hold lines: inputs, lists, the pay scale, calculations, summaries and checks."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from costmodel.analysis.results import Results
from costmodel.model.excel import Place, Writer, column_name, sheet_prefix
from costmodel.model.explain import words
from costmodel.model.formula import Constant, Name
from costmodel.model.line import Line
from costmodel.model.order import prior_names
from costmodel.outputs.figures import how_to_show, year_number
from costmodel.outputs.tables import show_table, styled
from costmodel.outputs.workbook.layout import (
    CALCULATIONS,
    CHECKS,
    CONSTANT,
    FIRST,
    FIRST_YEAR,
    HEADER,
    ID,
    LABEL,
    PAY_SCALE,
    SUMMARY,
    UNIT,
    Layout,
    YearSheet,
)
from costmodel.outputs.workbook.styles import Styles

EMPTY = "Empty cells: a constant has no value by year, a value by year has no constant, and what is no sum of money over years has no total."


class Sheets:
    """Writes the sheets of lines into a workbook."""

    def __init__(
        self, book: xlsxwriter.Workbook, results: Results, layout: Layout, writer: Writer, styles: Styles
    ) -> None:
        self.book, self.results, self.layout, self.writer, self.styles = book, results, layout, writer, styles
        self.model = results.costing.model
        self.years = len(self.model.years)
        self.total = FIRST_YEAR + self.years
        self.master = ""
        """The cell of the master check, known once the checks are laid out."""
        self.described: list[tuple[str, str]] = []
        """Each sheet that was added, with what is on it, for the cover."""
        self.read_as_past = {
            name
            for line in self.model.lines.values()
            for root in (line.formula, line.opening)
            if root
            for name in prior_names(root)
        }
        self._place_master()

    # Parts that every sheet has

    def add(self, name: str, title: str, says: str, tables: int = 1, checked: bool = False) -> Worksheet:
        """A sheet with its title, what is on it, and where notes are, in column A above the table."""
        sheet = self.book.add_worksheet(name)
        self.described.append((name, says))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 52, self.styles.of("text"))
        sheet.write_string(0, 0, title, self.styles.of("title"))
        count = "1 table" if tables == 1 else f"{tables} tables"
        sheet.write_string(
            1, 0, f"{says} This sheet has {count}. Notes are on the sheet Notes.", self.styles.of("says")
        )
        if checked:
            holds, fails = "Checks: every check holds.", "Checks: a check does not hold. See the sheet Checks."
            value = holds if all(check.holds for check in self.results.checks) else fails
            sheet.write_formula(2, 0, f'=IF({self.master}=1,"{holds}","{fails}")', self.styles.of("check"), value)
        return sheet

    def table(
        self, sheet: Worksheet, name: str, last_row: int, headers: list[str], numbers: range | None = None
    ) -> None:
        """Mark up the rows from the header down as a table with a name."""
        columns = []
        for at, header in enumerate(headers):
            style = "number_header" if numbers is not None and at in numbers else "header"
            columns.append({"header": header, "header_format": self.styles.of(style)})
        named = "".join(part.capitalize() for part in name.replace("-", " ").split())
        look = {"name": f"{named}_table", "columns": columns, "autofilter": False, "style": None}
        sheet.add_table(HEADER, 0, max(last_row, FIRST), len(headers) - 1, look)
        sheet.repeat_rows(HEADER)

    def year_headers(self) -> list[str]:
        style = self.results.costing.proposal.year_style
        return [styled(year, style) for year in self.model.years]

    # Inputs

    def inputs(self) -> None:
        """The inputs: values by name, by year, and lists."""
        for year_sheet in self.layout.year_sheets.values():
            if year_sheet.role == "Inputs":
                self._input_sheet(year_sheet)
        for list_sheet in self.layout.list_sheets.values():
            self._list_sheet(list_sheet.name)

    def _input_sheet(self, spec: YearSheet) -> None:
        sheet = self.add(spec.name, spec.title, spec.says)
        sheet.write_string(3, 0, EMPTY, self.styles.of("says"))
        headers = [
            "Label",
            "Id",
            "Unit",
            "Constant or opening value",
            *self.year_headers(),
            "Type",
            "Grade",
            "Source",
            "Note",
        ]
        at = self.results.costing.scenarios.index(self.results.scenario)
        last = FIRST
        for line in spec.lines:
            place = self.layout.places[line.name]
            held = self.results.costing.assumptions.get(line.name)
            ground = held.grounds[at] if held else None
            cells = self.results.cells(line.name)
            number = self._number_format(line)
            for row in range(self.model.rows_of(line)):
                last = place.row + row
                self._identify(sheet, line, row, last)
                if line.shape.by_year:
                    if line.name in self.read_as_past:
                        sheet.write_number(last, CONSTANT, 0, self.styles.of("calculation", "0"))
                    for year in range(self.years):
                        sheet.write_number(last, FIRST_YEAR + year, cells[row, year], self.styles.of("input", number))
                else:
                    sheet.write_number(last, CONSTANT, cells[row, 0], self.styles.of("input", number))
                self._validate(sheet, line, last)
                source = (ground.source or ground.reason or "") if ground else "The proposal's own years"
                texts = (
                    "Choice" if line.switch else "Input",
                    (ground.grade or "") if ground else "",
                    source,
                    line.note,
                )
                for column, text in enumerate(texts, start=FIRST_YEAR + self.years):
                    sheet.write_string(last, column, text, self.styles.of("text"))
            if not line.shape.by_year and not line.shape.rows:
                reference = f"${column_name(CONSTANT)}${place.row + 1}"
                self.book.define_name(_defined(line.name), f"={sheet_prefix(spec.name)}{reference}")
        self._columns(sheet, [16, 16, 44, 60], FIRST_YEAR + self.years)
        self.table(sheet, spec.name, last, headers, range(CONSTANT, FIRST_YEAR + self.years))

    def _validate(self, sheet: Worksheet, line: Line, row: int) -> None:
        """What may be typed into an input: by its unit."""
        first, last = (FIRST_YEAR, FIRST_YEAR + self.years - 1) if line.shape.by_year else (CONSTANT, CONSTANT)
        if line.unit == "flag":
            rule = {"validate": "list", "source": ["0", "1"], "error_message": "This is 0 or 1."}
        elif line.unit.startswith("share"):
            message = "A share lies between 0% and 100%."
            rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1, "error_message": message}
        else:
            message = "This is a number."
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -1e15,
                "maximum": 1e15,
                "error_message": message,
            }
        sheet.data_validation(row, first, row, last, rule)

    def _list_sheet(self, name: str) -> None:
        spec = next(found for found in self.layout.list_sheets.values() if found.name == name)
        rows = self.model.lists[spec.list]
        sheet = self.add(name, spec.title, f"The list {spec.list}: {len(rows.rows)} rows.")
        headers = []
        for column, line in enumerate(spec.columns):
            headers.append(line.label if line.texts else f"{line.label} ({line.unit})")
            cells = None if line.texts else self.results.cells(line.name)
            number = self._number_format(line)
            for row in range(len(rows.rows)):
                if line.texts:
                    sheet.write_string(FIRST + row, column, line.texts[row], self.styles.of("input_text"))
                elif cells is not None:
                    sheet.write_number(FIRST + row, column, cells[row, 0], self.styles.of("input", number))
            sheet.set_column(column, column, 44 if line.texts and column < 2 else 18, self.styles.of("text"))
            if cells is not None:
                rule = {
                    "validate": "decimal",
                    "criteria": "between",
                    "minimum": -1e15,
                    "maximum": 1e15,
                    "error_message": "This is a number.",
                }
                sheet.data_validation(FIRST, column, FIRST + len(rows.rows) - 1, column, rule)
        sheet.set_column(0, 0, 52, self.styles.of("text"))
        self.table(sheet, name, FIRST + len(rows.rows) - 1, headers)

    def pay_scale(self) -> None:
        """The points of the pay scale that are used, with the status of each."""
        pay, place = self.model.pay, self.layout.pay
        if pay is None or place is None:
            return
        title = f"Pay scale: {pay.name}"
        sheet = self.add(
            PAY_SCALE,
            title,
            "Full-time pay a year by year, band and years of experience, with the status of each value.",
        )
        sheet.write_string(
            3,
            0,
            "Status: V read in a public source, D derived from what was read, R recalled. Years of experience run from, and to just before.",
            self.styles.of("says"),
        )
        for row, point in enumerate(pay.points, start=place.first):
            label = f"Band {point.band}, {point.year}/{(point.year + 1) % 100:02d}, from {point.from_years:g} years"
            sheet.write_string(row, 0, label, self.styles.of("text"))
            sheet.write_number(row, place.year, point.year, self.styles.of("input", "0"))
            sheet.write_string(row, place.band, point.band, self.styles.of("input_text"))
            sheet.write_number(row, place.from_years, point.from_years, self.styles.of("input", "0"))
            sheet.write_number(row, place.before_years, point.before_years, self.styles.of("input", "0"))
            sheet.write_number(row, place.pay, point.pay, self.styles.of("input", "#,##0"))
            sheet.write_string(row, place.pay + 1, point.status, self.styles.of("text"))
        headers = [
            "Pay point",
            "Year starting",
            "Band",
            "From years of experience",
            "Before years of experience",
            "Pay (£ per WTE)",
            "Status",
        ]
        sheet.set_column(1, 6, 16, self.styles.of("text"))
        self.table(sheet, PAY_SCALE, place.last, headers, range(1, 6))

    # Calculations

    def calculations(self) -> None:
        """Every formula line in the order of calculation."""
        spec = self.layout.year_sheets.get(CALCULATIONS)
        if spec is None:
            return
        sheet = self.add(spec.name, spec.title, spec.says, checked=True)
        sheet.write_string(3, 0, EMPTY, self.styles.of("says"))
        last = FIRST
        for line in spec.lines:
            for row in range(self.model.rows_of(line)):
                last = self.layout.places[line.name].row + row
                self._formula_row(sheet, spec.name, line, row, last)
        headers = [
            "Label",
            "Id",
            "Unit",
            "Constant or opening value",
            *self.year_headers(),
            "Total",
            "Type",
            "What it does",
        ]
        self._columns(sheet, [20, 16, 80], self.total)
        sheet.freeze_panes(FIRST, CONSTANT)
        self.table(sheet, spec.name, last, headers, range(CONSTANT, self.total + 1))

    def _formula_row(self, sheet: Worksheet, name: str, line: Line, row: int, at: int) -> None:
        assert line.formula is not None
        self._identify(sheet, line, row, at)
        look = self.styles.of("calculation", self._number_format(line))
        cells = self.results.cells(line.name)
        row_cells = cells[min(row, len(cells) - 1)]
        if line.shape.by_year:
            if line.opening is not None:
                text, value = self.writer.formula(line.opening, name, row), self._opening(line, row)
                sheet.write_formula(at, CONSTANT, text, look, value)
            elif line.name in self.read_as_past:
                sheet.write_number(at, CONSTANT, 0, self.styles.of("calculation", "0"))
            for year in range(self.years):
                text = self.writer.formula(line.formula, name, row, year)
                sheet.write_formula(at, FIRST_YEAR + year, text, look, float(row_cells[year]))
            if line.unit == "£":
                first, last = column_name(FIRST_YEAR), column_name(self.total - 1)
                text = f"=SUM({first}{at + 1}:{last}{at + 1})"
                sheet.write_formula(at, self.total, text, look, float(row_cells.sum()))
        else:
            text = self.writer.formula(line.formula, name, row)
            sheet.write_formula(at, CONSTANT, text, look, float(row_cells[0]))
        what = words(line.formula, self.model.lines)
        kind = "Step" if line.step_of else "Check" if line.section == "checks" else "Calculation"
        sheet.write_string(at, self.total + 1, kind, self.styles.of("text"))
        sheet.write_string(
            at,
            self.total + 2,
            f"{what[0].upper()}{what[1:]}.{f' {line.note}' if line.note else ''}",
            self.styles.of("text"),
        )

    def _opening(self, line: Line, row: int) -> float:
        """The opening value: what the first year reads as the year before."""
        opening = line.opening
        if isinstance(opening, Constant):
            return float(opening.value)
        if isinstance(opening, Name):
            cells = self.results.cells(opening.name)
            return float(cells[min(row, len(cells) - 1), 0])
        raise TypeError(opening)

    # Outputs

    def summaries(self) -> None:
        """A sheet for each table of the proposal, as printed."""
        tables = self.results.costing.tables
        for number, name in enumerate(tables):
            shown = show_table(self.results, name)
            sheet_name = SUMMARY if number == 0 else f"{SUMMARY} {number + 1}"
            sheet = self.add(sheet_name, shown.title, f"The table {name}, as it is printed.", checked=True)
            sheet.write_string(3, 0, " ".join(shown.notes) or "Figures are rounded half up.", self.styles.of("says"))
            for at, row in enumerate(shown.rows, start=FIRST):
                line = self.results.line(row.name)
                self._identify(sheet, line, 0, at)
                look = self.styles.of(
                    "output" if row.name == results_ask(self.results) else "calculation", row.shown.excel
                )
                for year in range(self.years):
                    text = "=" + self.writer.cell(row.name, sheet_name, 0, year)
                    sheet.write_formula(at, FIRST_YEAR + year, text, look, row.values[year] or 0.0)
                for place, totals in enumerate(tables[name].totals.values()):
                    if row.name in totals:
                        text = "=" + self.writer.cell(totals[row.name], sheet_name)
                        bold = self.styles.of("output", row.shown.excel)
                        sheet.write_formula(at, self.total + place, text, bold, row.values[self.years + place] or 0.0)
                sheet.write_string(at, self.total + len(tables[name].totals), row.grade, self.styles.of("text"))
            headers = ["Label", "Id", "Unit", "Constant", *self.year_headers(), *shown.columns[self.years :], "Grade"]
            self._columns(sheet, [20] * len(tables[name].totals) + [16], self.total)
            self.table(
                sheet,
                sheet_name,
                FIRST + len(shown.rows) - 1,
                headers,
                range(CONSTANT, self.total + len(tables[name].totals)),
            )

    def _place_master(self) -> None:
        spec = self.layout.year_sheets[CHECKS]
        rows = sum(self.model.rows_of(line) for line in spec.lines)
        self.own_checks = self._workbook_checks()
        self.master_row = FIRST + rows + len(self.own_checks)
        self.master = f"{CHECKS}!${column_name(CONSTANT)}${self.master_row + 1}"

    def _workbook_checks(self) -> list[tuple[str, str, str]]:
        """Checks of the workbook itself: id, what it says, and the formula."""
        found = []
        if CALCULATIONS in self.layout.year_sheets:
            first, last = column_name(CONSTANT), column_name(self.total)
            rows = sum(self.model.rows_of(line) for line in self.layout.year_sheets[CALCULATIONS].lines)
            area = f"{CALCULATIONS}!${first}${FIRST + 1}:${last}${FIRST + rows}"
            found.append(
                ("no_errors", "No cell of Calculations is an error", f"=IFERROR(IF(SUM({area})=SUM({area}),1,0),0)")
            )
        if self.model.pay and "team.salary" in self.layout.places:
            place: Place = self.layout.places["team.salary"]
            first_year, last_year = (
                (FIRST_YEAR, self.total - 1) if self.model.lines["team.salary"].shape.by_year else (CONSTANT, CONSTANT)
            )
            rows = self.model.rows_of(self.model.lines["team.salary"])
            area = f"{CALCULATIONS}!${column_name(first_year)}${place.row + 1}:${column_name(last_year)}${place.row + rows}"
            found.append(("pay_found", "Every role's pay is found in the pay scale", f"=IF(MIN({area})>0,1,0)"))
        return found

    def checks(self) -> None:
        """The checks, their steps, and the master check below them."""
        spec = self.layout.year_sheets[CHECKS]
        sheet = self.add(spec.name, spec.title, spec.says)
        sheet.write_string(3, 0, EMPTY, self.styles.of("says"))
        at = FIRST
        results = []
        for line in spec.lines:
            for row in range(self.model.rows_of(line)):
                at = self.layout.places[line.name].row + row
                self._formula_row(sheet, spec.name, line, row, at)
                if not line.step_of:
                    results.append(f"{column_name(CONSTANT)}{at + 1}")
        look = self.styles.of("check", "0")
        at = self.master_row - len(self.own_checks)
        for name, says, formula in self.own_checks:
            for column, text in (
                (LABEL, says),
                (ID, name),
                (UNIT, "flag"),
                (self.total + 1, "Check"),
                (self.total + 2, "Holds for the workbook as it stands."),
            ):
                sheet.write_string(at, column, text, self.styles.of("text"))
            sheet.write_formula(at, CONSTANT, formula, look, 1)
            results.append(f"{column_name(CONSTANT)}{at + 1}")
            at += 1
        every = 1 if all(check.holds for check in self.results.checks) else 0
        for column, text in (
            (LABEL, "Every check holds"),
            (ID, "every_check"),
            (UNIT, "flag"),
            (self.total + 1, "Check"),
            (self.total + 2, "The least of the checks above: 1 where all hold."),
        ):
            sheet.write_string(at, column, text, self.styles.of("text"))
        sheet.write_formula(at, CONSTANT, f"=MIN({','.join(results)})" if results else "=1", look, every)
        headers = [
            "Label",
            "Id",
            "Unit",
            "Constant or opening value",
            *self.year_headers(),
            "Total",
            "Type",
            "What it does",
        ]
        self._columns(sheet, [20, 16, 80], self.total)
        self.table(sheet, spec.name, at, headers, range(CONSTANT, self.total + 1))

    # Parts of rows

    def _identify(self, sheet: Worksheet, line: Line, row: int, at: int) -> None:
        label, name = line.label, line.name
        if line.shape.rows:
            label, name = f"{label}: {self.model.row_names(line)[row]}", f"{name}[{row + 1}]"
        for column, text in ((LABEL, label), (ID, name), (UNIT, line.unit)):
            sheet.write_string(at, column, text, self.styles.of("text"))

    def _number_format(self, line: Line) -> str:
        if line.texts is not None:
            return ""
        values = [float(value) for value in self.results.cells(line.name).flat]
        return "0" if year_number(line.unit) else how_to_show(line.unit, values).excel

    def _columns(self, sheet: Worksheet, widths: list[int], first: int) -> None:
        sheet.set_column(ID, ID, 34, self.styles.of("text"))
        sheet.set_column(UNIT, UNIT, 20, self.styles.of("text"))
        sheet.set_column(CONSTANT, first - 1, 18, self.styles.of("text"))
        for column, width in enumerate(widths, start=first):
            sheet.set_column(column, column, width, self.styles.of("text"))


def results_ask(results: Results) -> str:
    """The line that is asked for, or nothing."""
    return results.costing.proposal.ask or ""


def _defined(name: str) -> str:
    """A name that Excel does not take for a cell reference."""
    letters = name.rstrip("0123456789")
    return f"{name}_" if letters.isalpha() and len(letters) <= 3 and letters != name else name
