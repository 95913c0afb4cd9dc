"""Faults that a hostile reviewer would plant in our own workbook: each is found at its cell, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from audit_helpers import Found, Ours, as_text_cell, audited, failures
from openpyxl.utils import get_column_letter

from costmodel.analysis.loading import load_proposal
from costmodel.audit import report
from costmodel.workbook.write import workbook_bytes

CALC, VALUES = "Calculations", "Scenario values"


@pytest.fixture(scope="module")
def ours() -> Ours:
    return Ours(workbook_bytes(load_proposal("family-hubs-2025").run("base")))


def seen(content: bytes) -> Found:
    return failures(report.audited(content, None, "workbook.xlsx"))


Planted = tuple[bytes, Found]
PLANTS: dict[str, Callable[[Ours], Planted]] = {}


def fault(name: str) -> Callable[[Callable[[Ours], Planted]], Callable[[Ours], Planted]]:
    def register(plant: Callable[[Ours], Planted]) -> Callable[[Ours], Planted]:
        PLANTS[name] = plant
        return plant

    return register


def said(ours: Ours, sheet: str, cell: str) -> str:
    return str(ours.book[sheet][cell].value)


def with_formula(ours: Ours, sheet: str, cell: str, new: str) -> bytes:
    """The workbook with another formula in a cell, and the same cached value."""
    text = escape(new.removeprefix("="))
    return ours.cell(sheet, cell, lambda xml: re.sub("<f>.*?</f>", lambda _: f"<f>{text}</f>", xml))


def replaced(ours: Ours, sheet: str, cell: str, old: str, new: str) -> bytes:
    before = said(ours, sheet, cell)
    assert old in before, before
    return with_formula(ours, sheet, cell, before.replace(old, new))


def typed(xml: str) -> str:
    return re.sub("<f>.*?</f>", "", xml)


def as_word(word: str) -> Callable[[str], str]:
    def change(xml: str) -> str:
        style = re.search(r' s="\d+"', xml)
        place = re.search(r'r="[A-Z]+\d+"', xml)
        assert place
        return f'<c {place[0]}{style[0] if style else ""} t="inlineStr"><is><t>{word}</t></is></c>'

    return change


def column(ours: Ours, sheet: str, header: str) -> str:
    return next(get_column_letter(at) for at, cell in enumerate(ours.book[sheet][5], start=1) if cell.value == header)


def years(ours: Ours) -> list[str]:
    return [
        get_column_letter(at)
        for at, cell in enumerate(ours.book[CALC][5], start=1)
        if re.fullmatch(r"\d{4}/\d\d", str(cell.value))
    ]


def all_years(ours: Ours, row: int, change: Callable[[str], str]) -> bytes:
    """The workbook with every year's formula of a row changed."""
    part = ours.part(CALC)
    text = ours.parts[part].decode()
    for letter in years(ours):
        pattern = rf'(<c r="{letter}{row}"[^>]*><f>)(.*?)(</f>)'
        text, count = re.subn(pattern, lambda found: found[1] + change(found[2]) + found[3], text)
        assert count == 1
    return ours.packed({part: text.encode()})


@fault("a formula overwritten by its value in one year")
def _(ours: Ours) -> Planted:
    cell = f"F{ours.row(CALC, 'parent_infant_a_year')}"
    return ours.cell(CALC, cell, typed), {("W05", CALC, cell)}


@fault("a discount factor typed over")
def _(ours: Ours) -> Planted:
    cell = f"F{ours.row(CALC, 'discount_factor')}"
    change = lambda xml: re.sub("<v>.*?</v>", "<v>0.97</v>", typed(xml))  # noqa: E731
    return ours.cell(CALC, cell, change), {("W05", CALC, cell), ("G01", CALC, cell)}


@fault("an inconsistent formula in a row")
def _(ours: Ours) -> Planted:
    cell = f"G{ours.row(CALC, 'parent_infant_a_year')}"
    return with_formula(ours, CALC, cell, said(ours, CALC, cell) + "+0"), {("W05", CALC, cell)}


@fault("a hidden sheet")
def _(ours: Ours) -> Planted:
    new = r'<sheet name="Sources" state="hidden"'
    return ours.edited("xl/workbook.xml", '<sheet name="Sources"', new), {("W11", "Sources", "A1")}


@fault("a very hidden sheet")
def _(ours: Ours) -> Planted:
    new = r'<sheet name="Notes" state="veryHidden"'
    return ours.edited("xl/workbook.xml", '<sheet name="Notes"', new), {("W11", "Notes", "A1")}


@fault("a hidden column")
def _(ours: Ours) -> Planted:
    new = '<col min="2" max="2" hidden="1"'
    return ours.edited(ours.part(CALC), '<col min="2" max="2"', new), {("W11", CALC, "B1")}


@fault("a column of no width")
def _(ours: Ours) -> Planted:
    new = '<col min="2" max="2" width="0"'
    found = ours.edited(ours.part(CALC), r'<col min="2" max="2" width="[^"]*"', new)
    return found, {("W11", CALC, "B1")}


@fault("an external link")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'team_wte')}"
    content = replaced(ours, CALC, cell, "Team!", "'[Other.xlsx]Team'!")
    return content, {("W11", CALC, cell)}


@fault("a merged header")
def _(ours: Ours) -> Planted:
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A5:B5"/></mergeCells>'
    part = ours.part("Sources")
    text = ours.parts[part].decode()
    protection = re.search(r"</sheetData>(<sheetProtection[^>]*/>)?", text)
    assert protection
    new = merge.replace("</sheetData>", protection[0])
    return ours.packed({part: text.replace(protection[0], new).encode()}), {("A01", "Sources", "A5:B5")}


@fault("a circular reference")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'headline_present_value')}"
    return with_formula(ours, CALC, cell, f"{said(ours, CALC, cell)}+0*{cell}"), {("W06", CALC, cell)}


@fault("a circle of two cells")
def _(ours: Ours) -> Planted:
    one, other = (ours.row(CALC, name) for name in ("total_spending_review", "discounted_years"))
    assert one > other
    content = with_formula(ours, CALC, f"D{other}", f"{said(ours, CALC, f'D{other}')}+0*D{one}")
    back = Ours(content)
    content = with_formula(back, CALC, f"D{one}", f"{said(back, CALC, f'D{one}')}+0*D{other}")
    return content, {("W06", CALC, f"D{one}"), ("W06", CALC, f"D{other}")}


@fault("a total of a list that misses its last row")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'team_wte')}"
    last = re.findall(r"\d+", said(ours, CALC, cell))[-1]
    return replaced(ours, CALC, cell, f"${last}", f"${int(last) - 1}"), {("W15", CALC, cell)}


@fault("a total in every year that misses its last row")
def _(ours: Ours) -> Planted:
    row = ours.row(CALC, "team_salaries")
    content = all_years(ours, row, lambda text: re.sub(r"(\d+)\)$", lambda found: f"{int(found[1]) - 1})", text))
    return content, {("W15", CALC, f"{letter}{row}") for letter in years(ours)}


@fault("a range one row short in SUMPRODUCT")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'total_spending_review')}"
    last = re.findall(r":\$([A-Z]+)", said(ours, CALC, cell))[-1]
    short = said(ours, CALC, cell).replace(f":${last}", f":${chr(ord(last) - 1)}")
    return with_formula(ours, CALC, cell, short), {("W15", CALC, cell)}


@fault("ranges of two sizes in SUMPRODUCT")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'total_spending_review')}"
    range_ = said(ours, CALC, cell).rpartition(",")[2]
    last = re.findall(r":\$([A-Z]+)", range_)[-1]
    return replaced(ours, CALC, cell, range_, range_.replace(f":${last}", f":${chr(ord(last) - 1)}")), {
        ("W15", CALC, cell)
    }


@fault("a total of years that misses the last")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row(CALC, 'headline_present_value')}"
    last = re.findall(r":\$([A-Z]+)", said(ours, CALC, cell))[-1]
    return replaced(ours, CALC, cell, f":${last}", f":${chr(ord(last) - 1)}"), {("W15", CALC, cell)}


@fault("a number stored as text")
def _(ours: Ours) -> Planted:
    return ours.cell("Inputs", "D6", as_text_cell), {("W16", "Inputs", "D6")}


@fault("n/a in a row of numbers")
def _(ours: Ours) -> Planted:
    cell = f"F{ours.row(CALC, 'parent_infant_a_year')}"
    return ours.cell(CALC, cell, as_word("n/a")), {("W15", CALC, cell), ("W16", CALC, cell)}


def chosen(ours: Ours) -> int:
    """The row of a value that scenarios choose, among neighbours that do."""
    sheet = ours.book[VALUES]
    rows = [row for row in range(6, sheet.max_row + 1) if str(sheet.cell(row, 4).value).startswith("=INDEX(")]
    return rows[len(rows) // 2]


@fault("a choice among scenarios that is one column off")
def _(ours: Ours) -> Planted:
    cell = f"D{chosen(ours)}"
    ends = re.findall(r"\$([A-Z]+)\d", said(ours, VALUES, cell))
    off = said(ours, VALUES, cell)
    for end in sorted(set(ends), reverse=True):
        off = re.sub(rf"\${end}(\d)", rf"${chr(ord(end) + 1)}\1", off)
    return with_formula(ours, VALUES, cell, off), {("W23", VALUES, cell), ("W05", VALUES, cell)}


@fault("a choice of the scenario after the one selected")
def _(ours: Ours) -> Planted:
    cell = f"D{chosen(ours)}"
    new = said(ours, VALUES, cell).removesuffix(")") + "+1)"
    return with_formula(ours, VALUES, cell, new), {("W23", VALUES, cell), ("W05", VALUES, cell)}


@fault("a link to one scenario, whichever is selected")
def _(ours: Ours) -> Planted:
    cell = f"D{ours.row('Inputs', 'scale')}"
    assert said(ours, "Inputs", cell).startswith("='Scenario values'!$D$")
    return replaced(ours, "Inputs", cell, "$D$", "$F$"), {("W23", "Inputs", cell)}


@fault("an input without validation")
def _(ours: Ours) -> Planted:
    part = ours.part("Inputs")
    text, count = re.subn(r'<dataValidation [^>]*sqref="D6".*?</dataValidation>', "", ours.parts[part].decode())
    assert count == 1
    return ours.packed({part: text.encode()}), {("W21", "Inputs", "D6")}


@fault("an input that is locked")
def _(ours: Ours) -> Planted:
    book: Any = ours.book
    style = book["Inputs"]["D6"]._style
    locked = next(
        place
        for place, found in enumerate(book._cell_styles)
        if found.fontId == style.fontId and found.fillId == style.fillId and not found.protectionId
    )
    change = lambda xml: re.sub(r' s="\d+"', f' s="{locked}"', xml)  # noqa: E731
    return ours.cell("Inputs", "D6", change), {("W21", "Inputs", "D6")}


@fault("a unit deleted")
def _(ours: Ours) -> Planted:
    cell = f"C{ours.row(CALC, 'parent_infant_a_year')}"
    return ours.cell(CALC, cell, lambda _: ""), {("W04", CALC, cell), ("A03", CALC, cell)}


@fault("an id that stands twice")
def _(ours: Ours) -> Planted:
    row = ours.row(CALC, "discount_factor")
    return ours.cell(CALC, f"B{row}", as_word("team_wte")), {("W04", CALC, f"B{row}")}


@fault("a name that refers to nothing")
def _(ours: Ours) -> Planted:
    return ours.edited("xl/workbook.xml", r"(<definedName name=\"[a-z][^>]*>)[^<]*<", r"\1#REF!<"), {("W20", "", "")}


@fault("a check whose formula is replaced by 1")
def _(ours: Ours) -> Planted:
    row = ours.row("Checks", "check_programme_adds")
    of_type, result = (f"{column(ours, 'Checks', header)}{row}" for header in ("Type", "Result"))
    found = {("W19", "Checks", of_type), ("W15", "Checks", result)}  # no formula is left that reads what the row says
    return ours.cell("Checks", f"D{row}", typed), found


@fault("a check that the master check leaves out")
def _(ours: Ours) -> Planted:
    row, master = ours.row("Checks", "check_programme_adds"), f"D{ours.row('Checks', 'every_check')}"
    content = replaced(ours, "Checks", master, f"D{row},", "")
    return content, {("W14", "Checks", f"D{row}")}


def test_nothing_fails_where_nothing_is_planted(ours: Ours) -> None:
    assert seen(ours.content) == set()


@pytest.mark.parametrize("name", PLANTS)
def test_a_fault_is_found_at_its_cell_and_nothing_else(ours: Ours, name: str) -> None:
    content, expected = PLANTS[name](ours)
    assert expected
    assert seen(content) == expected


def test_sheets_in_another_order_are_found(ours: Ours) -> None:
    text = ours.parts["xl/workbook.xml"].decode()
    sheets = re.findall(r"<sheet [^>]*/>", text)
    inputs, calculations = (next(s for s in sheets if f'name="{name}"' in s) for name in ("Inputs", CALC))
    text = text.replace(inputs, "@").replace(calculations, inputs).replace("@", calculations)
    found = seen(ours.packed({"xl/workbook.xml": text.encode()}))
    assert ("W01", "Inputs", "A1") in found
    assert {rule for rule, _, _ in found} <= {"W01", "W06"}


def test_a_stale_cached_value_is_found(ours: Ours, tmp_path: Path) -> None:
    cell = f"D{ours.row(CALC, 'team_wte')}"
    content = ours.cell(CALC, cell, lambda xml: re.sub("<v>.*?</v>", "<v>5.14</v>", xml))
    assert ("W17", CALC, cell) in failures(audited(tmp_path, content))
