"""Workbooks with planted faults: copies of ours, and one that somebody else made."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter

from costmodel.audit.report import audit
from costmodel.audit.rule import Audit

Found = set[tuple[str, str, str]]
"""Failures, as rule, sheet and cell."""


def failures(found: Audit) -> Found:
    return {(o.rule.id, f.sheet, f.cell) for o in found.of("fails") for f in o.failures}


def audited(folder: Path, content: bytes, name: str = "workbook.xlsx") -> Audit:
    file = folder / name
    file.write_bytes(content)
    return audit(file)


class Ours:
    """A workbook of ours that faults are planted in, as XML: so cached values stay as they are."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def part(self, sheet: str) -> str:
        return f"xl/worksheets/sheet{self.book.sheetnames.index(sheet) + 1}.xml"

    def row(self, sheet: str, id: str) -> int:  # noqa: A002
        return next(row for row in range(6, 2000) if self.book[sheet].cell(row, 2).value == id)

    def packed(self, changed: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**self.parts, **changed}.items():
                archive.writestr(name, content)
        return out.getvalue()

    def edited(self, part: str, pattern: str, new: str) -> bytes:
        """The workbook with the one match of a pattern in a part put otherwise."""
        text, count = re.subn(pattern, new, self.parts[part].decode(), count=1, flags=re.DOTALL)
        assert count == 1, (part, pattern)
        return self.packed({part: text.encode()})

    def cell(self, sheet: str, address: str, change: Callable[[str], str]) -> bytes:
        """The workbook with a cell's XML changed."""
        part = self.part(sheet)
        text = self.parts[part].decode()
        found = re.search(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)', text, re.DOTALL)
        assert found, (sheet, address)
        new = change(found[0])
        assert new != found[0]
        return self.packed({part: text.replace(found[0], new).encode()})


def as_text_cell(xml: str) -> str:
    value = re.search(r"<v>(.*?)</v>", xml)
    assert value
    head = xml.partition("><")[0]
    return f'{head} t="inlineStr"><is><t>{value[1]}</t></is></c>'


def formula(old: str, new: str) -> Callable[[str], str]:
    return lambda xml: re.sub(f"<f>{old}</f>", f"<f>{new}</f>", xml)


def calculation_row(ours: Ours) -> int:
    """A row of short formulas by year on the sheet of calculations."""
    sheet = ours.book["Calculations"]
    for row in range(6, sheet.max_row + 1):
        text = str(sheet.cell(row, 6).value)
        if text.startswith("=") and sum(text.count(mark) for mark in "+-*/") == 1 and "(" not in text:
            return row
    raise AssertionError


def constant_input(ours: Ours) -> tuple[str, str]:
    """The sheet and cell of a number that may be changed and that has a name."""
    where = next(iter(ours.book.defined_names.values())).attr_text
    sheet, _, cell = where.rpartition("!")
    return sheet.strip("'"), cell.replace("$", "")


def plant_on_ours(ours: Ours, fault: str) -> tuple[bytes, Found]:
    """A copy of our workbook with a fault, and what should be found."""
    row = calculation_row(ours)
    inputs, cell = constant_input(ours)
    calc, number = "Calculations", int(cell[1:])
    match fault:
        case "a number over a formula":
            return ours.cell(calc, f"F{row}", lambda xml: re.sub("<f>.*?</f>", "", xml)), {("W05", calc, f"F{row}")}
        case "an inconsistent formula":
            return ours.cell(calc, f"F{row}", formula("(.*?)", r"\1+0")), {("W05", calc, f"F{row}")}
        case "a constant in every year":
            text, part = ours.parts[ours.part(calc)].decode(), ours.part(calc)
            years = [at for at in "EFGHIJKL" if str(ours.book[calc][f"{at}{row}"].value).startswith("=")]
            years = [at for at in years if not str(ours.book[calc][f"{at}{row}"].value).startswith("=SUM(")]
            for at in years:
                text = re.sub(rf'(<c r="{at}{row}"[^>]*><f>)(.*?)</f>', r"\1\2*100%</f>", text)
            return ours.packed({part: text.encode()}), {("W07", calc, f"{at}{row}") for at in years}
        case "a hidden sheet":
            name = ours.book.sheetnames[-1]
            return ours.edited("xl/workbook.xml", f'<sheet name="{name}"', rf'<sheet name="{name}" state="hidden"'), {
                ("W11", name, "A1")
            }
        case "a hidden row":
            return ours.edited(ours.part(inputs), f'<row r="{number}"', f'<row r="{number}" hidden="1"'), {
                ("W11", inputs, f"A{number}")
            }
        case "a hidden column":
            return ours.edited(ours.part(inputs), '<col min="2" max="2"', '<col min="2" max="2" hidden="1"'), {
                ("W11", inputs, "B1")
            }
        case "an external link":
            return ours.packed({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), {("W11", "", "")}
        case "macros":
            types = ours.parts["[Content_Types].xml"].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
            types = types.replace(
                b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.macro", b"vnd.ms-excel.sheet.macro"
            )
            return ours.packed({"xl/vbaProject.bin": b"macros", "[Content_Types].xml": types}), {("W11", "", "")}
        case "a name that does not resolve":
            return ours.edited("xl/workbook.xml", r"(<definedName name=\"[a-z][^>]*>)[^<]*<", r"\1#REF!<"), {
                ("W20", "", "")
            }
        case "an input without validation":
            part = ours.part(inputs)
            text = ours.parts[part].decode()
            rule = re.search(rf'<dataValidation [^>]*sqref="{cell}".*?</dataValidation>', text, re.DOTALL)
            assert rule
            return ours.packed({part: text.replace(rule[0], "").encode()}), {("W21", inputs, cell)}
        case "a merged header":
            return ours.edited(
                ours.part("Notes"), "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
            ), {("A01", "Notes", "A1:B1")}
        case "no title":
            return ours.cell("Notes", "A1", lambda _: ""), {("A02", "Notes", "A1")}
        case "headers that are the same":
            last = ours.book["Sources"].max_column
            letter = get_column_letter(last)
            same = lambda xml: f'{xml.partition(" t=")[0]} t="inlineStr"><is><t>Title</t></is></c>'  # noqa: E731
            return ours.cell("Sources", f"{letter}5", same), {("A01", "Sources", f"{letter}5")}
        case "frozen panes on a sheet of inputs":
            pane = '<pane ySplit="5" topLeftCell="A6" activePane="bottomLeft" state="frozen"/>'
            part = ours.part(inputs)
            text = re.sub(r"(<sheetView [^>]*?)(/>|>)", rf"\1>{pane}</sheetView>", ours.parts[part].decode(), count=1)
            return ours.packed({part: text.encode()}), {("A07", inputs, "A6")}
        case "a number kept as text":
            log = next(c for (c,) in ours.book["Assumptions log"]["D6:D200"] if str(c.value).endswith(f"$D${number}"))
            shown = ("W17", "Assumptions log", log.coordinate)  # what links to it shows a text, and was a number
            return ours.cell(inputs, cell, as_text_cell), {("W16", inputs, cell), shown}
        case "an error value":
            error = lambda xml: re.sub(r"<v>.*?</v>", "<v>#DIV/0!</v>", xml.replace('"><f>', '" t="e"><f>'))  # noqa: E731
            return ours.cell(calc, f"F{row}", error), {("W16", calc, f"F{row}"), ("W17", calc, f"F{row}")}
        case "an empty precedent":
            new = formula("(.*?)", r"\1+Notes!Z99")
            return ours.cell("Cover", master(ours), new), {("W16", "Cover", master(ours))}
    raise AssertionError(fault)


def master(ours: Ours) -> str:
    return next(str(c.coordinate) for (c,) in ours.book["Cover"]["B6:B60"] if str(c.value).startswith("=Calc"))


OUR_FAULTS = (
    "a number over a formula",
    "an inconsistent formula",
    "a constant in every year",
    "a hidden sheet",
    "a hidden row",
    "a hidden column",
    "an external link",
    "macros",
    "a name that does not resolve",
    "an input without validation",
    "a merged header",
    "no title",
    "headers that are the same",
    "frozen panes on a sheet of inputs",
    "a number kept as text",
    "an error value",
    "an empty precedent",
)


class Foreign:
    """A small model as people make them, with something changed; its cached values are those of an engine."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], Any] = {
            **{("Assumptions", f"A{row}"): text for row, text in ((1, "Assumptions"), (3, "Item"), (4, "Posts"))},
            **{("Assumptions", f"A{row}"): text for row, text in ((5, "Salary"), (6, "Rent"))},
            **{("Assumptions", f"B{row}"): value for row, value in ((3, "Value"), (4, 10), (5, 40000), (6, 9500.5))},
            **{("Assumptions", f"C{row}"): text for row, text in ((3, "Unit"), (4, "posts"), (5, "£"), (6, "£"))},
            **{("Model", f"A{row}"): text for row, text in ((1, "Costs by year"), (3, "Item"), (4, "Posts"))},
            **{("Model", f"A{row}"): text for row, text in ((5, "Pay"), (6, "Rent"), (7, "Training"), (8, "Total"))},
            **{("Model", f"B{row}"): text for row, text in ((3, "Unit"), (4, "posts"), (5, "£"), (6, "£"))},
            **{("Model", f"B{row}"): "£" for row in (7, 8)},
            ("Model", "G3"): "Total",
        }
        for place, column in enumerate("CDEF"):
            self.cells["Model", f"{column}3"] = f"{2025 + place}/{26 + place}"
        self.years(4, "=Assumptions!$B$4")
        self.years(5, "={}4*Assumptions!$B$5")
        self.years(6, "=Assumptions!$B$6")
        self.years(7, "={}4*Assumptions!$B$6")
        self.years(8, "=SUM({0}5:{0}7)")
        for row in (5, 6, 7, 8):
            self.cells["Model", f"G{row}"] = f"=SUM(C{row}:F{row})"
        self.values: dict[tuple[str, str], Any] = {}
        self.more: Callable[[xlsxwriter.Workbook], None] = lambda _: None

    def years(self, row: int, text: str) -> None:
        for column in "CDEF":
            self.cells["Model", f"{column}{row}"] = text.format(column)

    def write(self, folder: Path) -> Path:
        import ironcalc

        file = folder / "foreign.xlsx"
        self._write(file)
        engine = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
        engine.evaluate()
        for sheet, cell in (key for key, value in self.cells.items() if str(value).startswith("=")):
            if (sheet, cell) not in self.values:
                self.values[sheet, cell] = engine.get_cell_value_by_ref(f"{sheet}!{cell}")
        self._write(file)
        return file

    def _write(self, file: Path) -> None:
        with xlsxwriter.Workbook(file, {"default_format_properties": {"font_name": "Arial", "font_size": 12}}) as book:
            sheets = {name: book.add_worksheet(name) for name in ("Assumptions", "Model")}
            for (sheet, cell), value in self.cells.items():
                if isinstance(value, str) and value.startswith("="):
                    sheets[sheet].write_formula(cell, value, None, self.values.get((sheet, cell), 0))
                elif value is not None:
                    sheets[sheet].write(cell, value)
            sheets["Model"].set_column("A:A", 30)
            self.more(book)


def in_years(rule: str, row: int, columns: str = "CDEF") -> Found:
    return {(rule, "Model", f"{column}{row}") for column in columns}


def plant(fault: str) -> tuple[Foreign, Found]:
    """A foreign workbook with a fault, and what should be found beyond what fails anyway."""
    made = Foreign()
    match fault:
        case "a number over a formula":
            made.cells["Model", "D5"] = 400000
            return made, {("W05", "Model", "D5")}
        case "an inconsistent formula":
            made.cells["Model", "E5"] = "=E4*Assumptions!$B$5+0"
            return made, {("W05", "Model", "E5")}
        case "a total of rows that misses its last":
            made.years(8, "=SUM({0}5:{0}6)")
            return made, in_years("W15", 8)
        case "a total of years that misses its last":
            made.cells["Model", "G5"] = "=SUM(C5:E5)"
            return made, {("W15", "Model", "G5")}
        case "a row that stops too soon":
            made.cells["Model", "F7"] = None
            return made, {("W15", "Model", "F7"), ("A03", "Model", "F7")}
        case "a number kept as text":
            made.cells["Assumptions", "B5"] = "40000"
            return made, {("W16", "Assumptions", "B5")}
        case "n/a for a figure":
            made.cells["Assumptions", "B6"] = "n/a"
            made.years(6, "=0*Assumptions!$B$4")
            made.years(7, "=0*{0}4")
            return made, {("W16", "Assumptions", "B6")}
        case "ranges of two sizes":
            made.cells["Model", "C7"] = "=SUMPRODUCT(C4:C6,C4:C5)"
            made.values |= {("Model", "C7"): 0}
            return made, {("W15", "Model", "C7"), ("W05", "Model", "C7")}
        case "a very hidden sheet":
            made.more = lambda book: book.add_worksheet("Notes").very_hidden()
            return made, {("W11", "Notes", "A1"), ("A05", "Notes", "A1")}
        case "an error value":
            made.years(7, "={0}4/0")
            return made, in_years("W16", 7, "CDEFG") | in_years("W16", 8, "CDEFG")
        case "an empty precedent":
            made.years(7, "={0}4*Assumptions!$B$9")
            return made, in_years("W16", 7)
        case "a reference to what is gone":
            made.years(7, "=#REF!*{0}4")
            return made, in_years("W16", 7, "CDEFG") | in_years("W16", 8, "CDEFG")
        case "a constant in a formula":
            made.years(7, "={0}4*1.05")
            return made, in_years("W07", 7)
        case "a percentage in a formula":
            made.years(7, "={0}4*5%")
            return made, in_years("W07", 7)
        case "OFFSET" | "INDIRECT" | "NPV" | "LET" | "TODAY":
            arguments = {
                "OFFSET": "Assumptions!$B$6,0,0",
                "INDIRECT": '"Assumptions!B6"',
                "NPV": "0,{0}4",
                "LET": "x,1,x",
                "TODAY": "",
            }
            made.years(7, f"=0*{'_xlfn.' if fault == 'LET' else ''}{fault}({arguments[fault]})")
            made.values |= {("Model", f"{column}7"): 0 for column in "CDEF"}
            made.values |= {("Model", "G7"): 0}
            return made, in_years("W09", 7)
        case "an array formula":
            made.more = lambda book: book.get_worksheet_by_name("Model").write_array_formula(
                "C7:C7", "{=C4*Assumptions!$B$6}", None, 95005
            )
            return made, {("W09", "Model", "C7")}
        case "a circle":
            made.years(7, "={0}7+{0}4")
            return made, in_years("W06", 7)
        case "a later year":
            made.cells["Model", "G4"] = 40
            for column, after in zip("CDEF", "DEFG", strict=True):
                made.cells["Model", f"{column}7"] = f"={after}4*1"
            return made, in_years("W06", 7, "CDE")
        case "a reference upwards":
            made.years(4, "=Assumptions!$B$4+0*{0}7")
            made.years(7, "=Assumptions!$B$6")
            return made, in_years("W06", 4)
        case "an external link":
            made.years(7, "='[Other.xlsx]Sheet1'!{0}4")
            made.values |= {("Model", f"{column}7"): 0 for column in "CDEFG"}
            made.values |= {("Model", f"{column}8"): 409500.5 for column in "CDEF"} | {("Model", "G8"): 1638002.0}
            return made, in_years("W11", 7)
        case "a hidden sheet":
            made.more = lambda book: book.add_worksheet("Old").hide()
            return made, {("W11", "Old", "A1"), ("A05", "Old", "A1")}
        case "a hidden row":
            made.more = lambda book: book.get_worksheet_by_name("Model").set_row(6, None, None, {"hidden": True})
            return made, {("W11", "Model", "A7")}
        case "a hidden column":
            made.more = lambda book: book.get_worksheet_by_name("Model").set_column("E:E", 9, None, {"hidden": True})
            return made, {("W11", "Model", "E1")}
        case "a format that hides":
            made.more = lambda book: book.get_worksheet_by_name("Assumptions").write_number(
                "B6", 9500.5, book.add_format({"num_format": ";;;"})
            )
            return made, {("W11", "Assumptions", "B6")}
        case "a merged header":
            made.more = lambda book: book.get_worksheet_by_name("Model").merge_range("A1:B1", "Costs by year")
            return made, {("A01", "Model", "A1:B1")}
        case "a blank sheet":
            made.more = lambda book: book.add_worksheet("Notes")
            return made, {("A05", "Notes", "A1")}
        case "no title":
            made.cells["Model", "A1"] = None
            return made, {("A02", "Model", "A1")}
        case "a name that does not resolve":
            made.more = lambda book: book.define_name("rate", "=#REF!$B$4")
            return made, {("W20", "", "")}
        case "frozen panes on a sheet of inputs":
            made.more = lambda book: book.get_worksheet_by_name("Assumptions").freeze_panes(3, 1)
            return made, {("A07", "Assumptions", "B4")}
        case "a filter":
            made.more = lambda book: book.get_worksheet_by_name("Assumptions").autofilter("A3:C6")
            return made, {("A07", "Assumptions", "A3")}
        case "a header on paper":
            made.more = lambda book: book.get_worksheet_by_name("Model").set_header("&CDraft")
            return made, {("A07", "Model", "A1")}
        case "a floating box":
            made.more = lambda book: book.get_worksheet_by_name("Model").insert_textbox("C12", "Look here")
            return made, {("A07", "Model", "C12"), ("A06", "Model", "C12")}
        case "a comment":
            made.more = lambda book: book.get_worksheet_by_name("Model").write_comment("C5", "Why?")
            return made, {("A07", "Model", "C5")}
        case "a password":
            made.more = lambda book: book.get_worksheet_by_name("Model").protect("secret")
            return made, {("W21", "Model", "A1")}
        case "words that are faint":
            made.more = lambda book: book.get_worksheet_by_name("Model").write(
                "A5", "Pay", book.add_format({"font_color": "#BBBBBB"})
            )
            return made, {("A06", "Model", "A5")}
        case "a column that is too narrow":
            made.more = lambda book: book.get_worksheet_by_name("Model").set_column("G:G", 3)
            return made, {("A06", "Model", "G5")}
        case "rounding":
            made.years(7, "=ROUND({0}4,0)")
            return made, in_years("W10", 7)
        case "a daisy chain":
            made.years(7, "={0}4")
            return made, in_years("W12", 7)
        case "two rows that are the same":
            made.years(7, "={0}4*Assumptions!$B$5")
            return made, {("W13", "Model", "C7")}
        case "a long formula":
            made.years(7, "={0}4+{0}5+{0}6+{0}4+{0}5")
            return made, {("W08", "Model", "C7")}
        case "years that are out of step":
            made.cells["Model", "E3"] = "2028/29"
            return made, {("W03", "Model", "E3"), ("W03", "Model", "F3")}
        case "a row without a unit":
            made.cells["Model", "B7"] = None
            return made, {("W04", "Model", "B7"), ("A03", "Model", "B7")}
        case "a note that is not there":
            made.cells["Model", "A7"] = "Training [note 3]"
            return made, {("A04", "Model", "A7")}
        case "a raised digit":
            made.cells["Model", "A7"] = "Training¹"
            return made, {("A04", "Model", "A7")}
        case "shorthand without a legend":
            made.cells["Model", "G5"] = "[x]"
            return made, {("A03", "Model", "G5")}
    raise AssertionError(fault)


FAULTS = (
    "a number over a formula",
    "an inconsistent formula",
    "a total of rows that misses its last",
    "a total of years that misses its last",
    "a row that stops too soon",
    "a number kept as text",
    "n/a for a figure",
    "ranges of two sizes",
    "a very hidden sheet",
    "an error value",
    "an empty precedent",
    "a reference to what is gone",
    "a constant in a formula",
    "a percentage in a formula",
    "an array formula",
    "a circle",
    "a later year",
    "a reference upwards",
    "an external link",
    "a hidden sheet",
    "a hidden row",
    "a hidden column",
    "a format that hides",
    "a merged header",
    "a blank sheet",
    "no title",
    "a name that does not resolve",
    "frozen panes on a sheet of inputs",
    "a filter",
    "a header on paper",
    "a floating box",
    "a comment",
    "a password",
    "words that are faint",
    "a column that is too narrow",
    "rounding",
    "a daisy chain",
    "two rows that are the same",
    "a long formula",
    "years that are out of step",
    "a row without a unit",
    "a note that is not there",
    "a raised digit",
    "shorthand without a legend",
    "OFFSET",
    "INDIRECT",
    "NPV",
    "LET",
    "TODAY",
)
