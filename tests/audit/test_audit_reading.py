"""What the audit reads: reports, bad files, odd workbooks, years, references and contrast."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from audit_helpers import Foreign, Ours, audited, failures
from helpers import PROPOSALS, costmodel_cli

from costmodel.analysis.loading import load_proposal
from costmodel.audit.report import as_json, as_markdown, as_text, audit
from costmodel.audit.rule import RULES
from costmodel.audit.rules.accessibility import contrast
from costmodel.audit.year_headers import year_of
from costmodel.errors import BadInput
from costmodel.spreadsheets import package
from costmodel.spreadsheets.cells import Box
from costmodel.spreadsheets.formulas import Reader
from costmodel.spreadsheets.parsing import as_place
from costmodel.spreadsheets.reading import read_workbook
from costmodel.workbook.write import workbook_bytes


@pytest.fixture(scope="module")
def ours() -> Ours:
    """Without an appraisal: what is planted is seen against a report in which nearly all holds."""
    return Ours(workbook_bytes(load_proposal("free-school-meals", PROPOSALS).run("base")))


def test_odd_workbooks_are_reported_and_never_a_traceback(tmp_path: Path) -> None:
    def chart_alone(book: xlsxwriter.Workbook) -> None:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Figures!$A$1:$A$3"})
        book.add_worksheet("Figures").write_column("A1", [1, 2, 3])
        book.add_chartsheet("Graph").set_chart(chart)

    def in_one_corner(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write("XFD1048576", 1)
        sheet.write_formula("A1", "=SUM(A:A)+SUM(1:1)+XFD1048576+'it''s'!A1+no_such_name+Sheet1!B2:B1")

    def broken_formulas(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("2025")
        for row, text in enumerate(
            ("=", "=(((", '="', "=SUM(", "=A1:B2:C3", "={1,2;3}", "=[1]x!A1", "=T[[#This Row],[a]]")
        ):
            sheet.write_formula(row, 0, text)

    def dates(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Dates")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, year in enumerate((2024, 2025, 2026)):
            sheet.write_datetime(0, column + 1, date(year, 4, 1), day)
            sheet.write_number(1, column + 1, year)

    for make in (chart_alone, in_one_corner, broken_formulas, dates):
        file = tmp_path / f"{make.__name__}.xlsx"
        with xlsxwriter.Workbook(file) as book:
            make(book)
        assert len(audit(file).outcomes) == len(RULES)


def test_a_circle_of_a_thousand_cells_and_a_chain_of_ten_thousand_are_followed(tmp_path: Path) -> None:
    file = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Calculations")
        for row in range(2, 10_002):
            sheet.write_formula(f"A{row}", f"=A{row - 1}+1", None, row)
        for row in range(1, 1001):
            sheet.write_formula(f"B{row}", f"=B{row % 1000 + 1}", None, 0)
    found = {failure for failure in failures(audit(file)) if failure[0] == "W06"}
    assert found == {("W06", "Calculations", f"B{row}") for row in range(1, 1001)}


# Reports and the command


def test_reports_hold_every_rule_and_every_failure(tmp_path: Path) -> None:
    file = Foreign().write(tmp_path)
    found = audit(file)
    told = json.loads(as_json(found))
    assert [rule["id"] for rule in told["rules"]] == [outcome.rule.id for outcome in found.outcomes]
    assert {rule["verdict"] for rule in told["rules"]} == {"holds", "fails", "not applicable"}
    assert all(rule["failures"] for rule in told["rules"] if rule["verdict"] == "fails")
    assert all(rule["reason"] for rule in told["rules"] if rule["verdict"] == "not applicable")
    for shown in (as_text(found), as_markdown(found)):
        assert all(outcome.rule.id in shown for outcome in found.outcomes)
    rows = [line for line in as_markdown(found).splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_the_command_ends_by_what_it_found(ours: Ours, tmp_path: Path) -> None:
    foreign = costmodel_cli("audit", Foreign().write(tmp_path))
    assert (foreign.code, foreign.err) == (1, "")
    assert "W02 E FAILS" in foreign.out
    assert json.loads(costmodel_cli("audit", tmp_path / "foreign.xlsx", "--format", "json").out)["passes"] is False
    file = tmp_path / "ours.xlsx"
    file.write_bytes(ours.content)
    assert costmodel_cli("audit", file).code == int(not audit(file).passes)


# What cannot be read


def old_or_locked(mark: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + mark.encode("utf-16-le") + b"\0" * 600


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "text": (b"a,b\n1,2\n", "this is no .xlsx workbook"),
    "password": (old_or_locked("EncryptedPackage"), "protected with a password"),
    "xls": (old_or_locked("Workbook"), "Excel 97 to 2003"),
    "another archive": (zipped({"word/document.xml": b"<x/>"}), "no .xlsx workbook"),
    "binary": (zipped({"xl/workbook.bin": b"x"}), ".xlsb"),
    "entities": (
        zipped({"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "xl/workbook.xml": b"<x/>"}),
        "declares a document type",
    ),
    "no sheets": (
        zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}),
        "does not follow the .xlsx standard",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_workbook_is_refused_with_what_to_do(kind: str, tmp_path: Path) -> None:
    content, says = BAD[kind]
    file = tmp_path / "bad.xlsx"
    file.write_bytes(content)
    ran = costmodel_cli("audit", file)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) >= 4  # what is wrong, what to do, and how many mistakes
    assert costmodel_cli("audit", tmp_path / "none.xlsx").code == 2
    assert costmodel_cli("audit", tmp_path).code == 2


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    ours: Ours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 2_000_000)
    big = ours.packed({"xl/worksheets/sheet1.xml": b" " * 3_000_000})
    assert len(big) < 200_000
    with pytest.raises(BadInput, match="unpacked"):
        audited(tmp_path, big)
    monkeypatch.undo()
    monkeypatch.setattr(package, "MOST_CELLS", 100)
    with pytest.raises(BadInput, match="over 100 cells"):
        audited(tmp_path, ours.content)


@pytest.mark.parametrize("at", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_a_file_that_is_cut_short_or_spoilt_is_refused(ours: Ours, at: float, tmp_path: Path) -> None:
    place = int(len(ours.content) * at)
    with pytest.raises(BadInput):
        audited(tmp_path, ours.content[:place])
    spoilt = bytearray(ours.content)
    spoilt[place : place + 40] = b"\xff" * 40
    with suppress(BadInput):  # a part that nothing reads may be spoilt
        assert len(audited(tmp_path, bytes(spoilt)).outcomes) == len(RULES)


def test_xml_that_breaks_off_is_refused(ours: Ours, tmp_path: Path) -> None:
    for part in ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", ours.part("Notes"), "[Content_Types].xml"):
        with pytest.raises(BadInput):
            audited(tmp_path, ours.packed({part: ours.parts[part][: len(ours.parts[part]) // 2]}))


# Parts of the reading


@pytest.mark.parametrize(
    ("header", "year"),
    [
        ("2025/26", 2025),
        ("2025-26", 2025),
        ("2025–26", 2025),
        ("2025 to 2026", 2025),
        ("25/26", 2025),
        ("FY25/26", 2025),
        ("FY 2025", 2025),
        ("FY26", 26),
        ("Year 3", 3),
        (2025, 2025),
        (2025.0, 2025),
        (date(2025, 4, 1), 2025),
        ("2025/27", None),
        ("25/27", None),
        ("Total 2025/26", None),
        ("2025.5", None),
        (12, None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_years_are_known_in_headers(header: object, year: int | None) -> None:
    assert year_of(header) == year


def test_references_are_read_as_excel_reads_them() -> None:
    assert as_place("$B2") == (Box(2, 2, 2, 2), (False, True, False, True))
    assert as_place("C5:$A$1") == (Box(1, 1, 5, 3), (True, True, False, False))
    assert as_place("B:C") == (Box(1, 2, 1_048_576, 3), (True, False, True, False))
    assert as_place("$3:4") == (Box(3, 1, 4, 16_384), (True, True, False, True))
    for text in ("A0", "ZZZ1", "A1048577", "name", "A1B", ""):
        assert as_place(text) is None


def test_formulas_read_by_place_are_the_same_where_they_were_copied(tmp_path: Path) -> None:
    file = Foreign().write(tmp_path)
    reader = Reader(read_workbook(file))
    assert {reader.all["Model", 5, column].r1c1 for column in (3, 4, 5, 6)} == {"R[-1]C*Assumptions!R5C2"}
    assert reader.all["Model", 8, 7].r1c1 == "SUM(RC[-4]:RC[-1])"


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("767676", "FFFFFF") == pytest.approx(4.54, abs=0.005)  # the lightest grey that passes on white
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.005)
