"""The recalculating engines agree with the truth, and no workbook with a wrong value gets past them."""

import math
import subprocess
import zipfile
from pathlib import Path
from statistics import NormalDist

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
import recalculation
import xlsxwriter  # type: ignore[import-untyped,unused-ignore]
from recalculation import (
    ENGINES,
    PLANTED,
    Cells,
    Value,
    assert_recalculates,
    by_libreoffice,
    by_libreoffice_many,
    cached_values,
    differences,
    plant_wrong_values,
)

every_engine = pytest.mark.parametrize(
    "engine", ["ironcalc", "cellrune", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]
)

YEARS = [0, 1, 2, 3, 4]
AMOUNTS = [120.5, -30.25, 0.1, 1e6, 7.0]
WEIGHTS = [1.0, 0.5, 0.25, 0.125, 0.0625]
SHEET = "Costs & Sam's notes"
"""A sheet name that needs quotes, an escaped quote and an escaped ampersand."""

# Formulas over the years in column A, the amounts in B and the weights in C, with their true values. The
# named cells are Horizon = 3 and Rate = 0.035.
FORMULAS: list[tuple[str, Value]] = [
    ("B1+B2*B5/C2-A3", 120.5 - 30.25 * 7 / 0.5 - 2),
    ("1/(1+Rate)^Horizon", 1.035**-3),
    ("-2^2", 4.0),
    ("2^3^2", 64.0),
    ("-(2^2)", -4.0),
    ("50%*B1", 60.25),
    ("A2<A3", True),
    ("A2>=A3", False),
    ("A2<>A3", True),
    ('"a"&Horizon="A3"', True),
    ("0.1+0.2=0.3", True),
    ("SUM(B1:B5)", sum(AMOUNTS)),
    ("SUM($B1:B3)", sum(AMOUNTS[:3])),
    ("SUM(B1:B2,C1,4)", sum(AMOUNTS[:2]) + 5),
    ("SUMPRODUCT(B1:B5,C1:C5)", sum(b * c for b, c in zip(AMOUNTS, WEIGHTS, strict=True))),
    ("SUMPRODUCT((A1:A5<=Horizon)*(A1:A5>0)*B1:B5)", sum(AMOUNTS[1:4])),
    ("SUMPRODUCT(B1:B5*(1+Rate)^-A1:A5)", sum(b / 1.035**a for a, b in zip(YEARS, AMOUNTS, strict=True))),
    ('SUMIFS(B1:B5,A1:A5,"<="&Horizon)', sum(AMOUNTS[:4])),
    ('SUMIFS(B1:B5,A1:A5,">"&A2,A1:A5,"<="&Horizon)', sum(AMOUNTS[2:4])),
    ("SUMIFS(B1:B5,A1:A5,A3)", 0.1),
    ("INDEX(B1:B5,MATCH(Horizon,A1:A5,0))", 1e6),
    ("INDEX(A1:C5,2,3)", 0.5),
    ("SUM(INDEX(A1:C5,0,3))", sum(WEIGHTS)),
    ("MATCH(2.5,A1:A5)", 3.0),
    ("MATCH(99,A1:A5,0)", "#N/A"),
    ('CHOOSE(A3,"low","middle","high")', "middle"),
    ("IF(B1>100,B1,0)", 120.5),
    ('IF(B1>1000,B1,"")', ""),
    ("AND(B1>0,B2>0)", False),
    ("OR(B1>0,B2>0)", True),
    ("NOT(B1>0)", False),
    ("MIN(B1:B5)", -30.25),
    ("MEDIAN(B1:B5)", 7.0),
    ("MAX(B2,0)", 0.0),
    ("ABS(B2)", 30.25),
    ("ROUND(2.5,0)", 3.0),
    ("ROUND(-2.5,0)", -3.0),
    ("ROUND(1.005,2)", 1.01),
    ("ROUND(1234.5,-2)", 1200.0),
    ("ROUNDUP(7.01,0)", 8.0),
    ("ROUNDUP(-7.01,0)", -8.0),
    ("ROUNDUP(1.1*10,0)", 11.0),
    ("ROUNDDOWN(0.29*100,0)", 29.0),
    ("ROUNDDOWN(-7.99,0)", -7.0),
    ("EXP(1)", math.e),
    ("LN(10)", math.log(10)),
    ("NORMSDIST(1.96)", NormalDist().cdf(1.96)),
    ("NORMSINV(0.975)", NormalDist().inv_cdf(0.975)),
    ("IFERROR(1/0,-1)", -1.0),
    ("IFERROR(1/4,-1)", 0.25),
    ("1/0", "#DIV/0!"),
    ("E1*2", 2 * (120.5 - 30.25 * 7 / 0.5 - 2)),
    (f"'{SHEET.replace(chr(39), chr(39) * 2)}'!A1+1", 4.0),
]


def write_workbook(path: Path, formulas: list[tuple[str, Value]]) -> Cells:
    """Write a workbook with these formulas in column E and the given values cached beside them."""
    workbook = xlsxwriter.Workbook(path)
    model = workbook.add_worksheet("Model")
    notes = workbook.add_worksheet(SHEET)
    expected: Cells = {}
    for row, inputs in enumerate(zip(YEARS, AMOUNTS, WEIGHTS, strict=True)):
        model.write_row(row, 0, inputs)
    for row, (formula, value) in enumerate(formulas):
        model.write_formula(row, 4, f"={formula}", None, value)
        expected["Model", f"E{row + 1}"] = value
    notes.write_row(0, 0, [3, 0.035, "text & more"])
    workbook.define_name("Horizon", f"='{SHEET.replace(chr(39), chr(39) * 2)}'!$A$1")
    workbook.define_name("Rate", f"='{SHEET.replace(chr(39), chr(39) * 2)}'!$B$1")
    workbook.close()
    return expected


def write_one(path: Path, formula: str, value: Value) -> Path:
    write_workbook(path, [(formula, value)])
    return path


@every_engine
def test_engine_computes_every_function_the_project_uses(tmp_path: Path, engine: str) -> None:
    expected = write_workbook(tmp_path / "functions.xlsx", FORMULAS)
    assert_recalculates(tmp_path / "functions.xlsx", expected, engines=(engine,))
    assert_recalculates(tmp_path / "functions.xlsx", engines=(engine,))


@every_engine
def test_engine_follows_references_between_sheets_both_ways(tmp_path: Path, engine: str) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "sheets.xlsx")
    first, second = workbook.add_worksheet("Year 1"), workbook.add_worksheet("Sum")
    workbook.add_worksheet("Empty")
    first.write("B2", 5)
    first.write_formula("B3", "=Sum!C4*2", None, 20)
    second.write_formula("C4", "='Year 1'!B2*2", None, 10)
    second.write_formula("AA100", "='Year 1'!B3+C4", None, 30)
    workbook.close()
    expected: Cells = {("Year 1", "B3"): 20.0, ("Sum", "C4"): 10.0, ("Sum", "AA100"): 30.0}
    assert_recalculates(tmp_path / "sheets.xlsx", expected, engines=(engine,))


@pytest.mark.parametrize(
    ("engine", "accuracy"),
    [("ironcalc", 1e-10), ("cellrune", 1e-14), pytest.param("libreoffice", 1e-14, marks=pytest.mark.libreoffice)],
)
def test_engine_knows_the_normal_distribution_this_well(tmp_path: Path, engine: str, accuracy: float) -> None:
    normal = NormalDist()
    points = [step / 10 for step in range(-60, 61)]
    shares = [10.0**-power for power in range(12, 2, -1)] + [step / 100 for step in range(1, 100)]
    formulas: list[tuple[str, Value]] = [(f"NORMSDIST({x})", normal.cdf(x)) for x in points]
    formulas += [(f"NORMSINV({p})", normal.inv_cdf(p)) for p in shares]
    expected = write_workbook(tmp_path / "normal.xlsx", formulas)
    assert_recalculates(tmp_path / "normal.xlsx", expected, engines=(engine,), relative=accuracy)


@pytest.mark.parametrize(
    ("formula", "wrong"),
    [
        ("1000*3", 3000.00001),
        ("NORMSDIST(1.96)", 0.97500211),
        ("A2<A3", False),
        ('CHOOSE(A3,"low","high")', "low"),
        ("IFERROR(1/0,0)", "#DIV/0!"),
    ],
)
@pytest.mark.parametrize("engine", ["ironcalc", "cellrune"])
def test_wrong_cached_value_is_reported(tmp_path: Path, engine: str, formula: str, wrong: Value) -> None:
    path = write_one(tmp_path / "wrong.xlsx", formula, wrong)
    with pytest.raises(AssertionError, match=rf"1 recalculated .*\nModel!E1: expected .*, {engine} has "):
        assert_recalculates(path, engines=(engine,))


def test_report_stops_at_twenty_cells(tmp_path: Path) -> None:
    write_workbook(tmp_path / "wrong.xlsx", [("A2", 8.0)] * 25)
    with pytest.raises(AssertionError, match="25 recalculated values differ") as failure:
        assert_recalculates(tmp_path / "wrong.xlsx", engines=("ironcalc",))
    assert str(failure.value).count("expected 8.0, ironcalc has 1.0") == 20


def test_expected_values_must_cover_every_formula(tmp_path: Path) -> None:
    path = write_one(tmp_path / "one.xlsx", "A2+1", 2.0)
    with pytest.raises(AssertionError, match=r"Model!E1: expected nothing, ironcalc has 2\.0"):
        assert_recalculates(path, {})


def test_unsupported_function_is_reported_and_not_passed_over(tmp_path: Path) -> None:
    path = write_one(tmp_path / "unsupported.xlsx", "NOSUCHFUNCTION(1)", 1.0)
    for engine in ("ironcalc", "cellrune"):
        with pytest.raises(AssertionError, match=f"Model!E1: expected 1.0, {engine} has '#"):
            assert_recalculates(path, engines=(engine,))


def test_engine_that_echoes_the_cache_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_workbook(tmp_path / "right.xlsx", FORMULAS)
    monkeypatch.setitem(ENGINES, "echo", cached_values)
    with pytest.raises(AssertionError, match=f"echo echoed {len(FORMULAS)} planted values"):
        assert_recalculates(tmp_path / "right.xlsx", engines=("echo",))


@pytest.mark.libreoffice
def test_libreoffice_echoes_the_cache_without_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_one(tmp_path / "right.xlsx", "A2+1", 2.0)
    never = recalculation._ALWAYS_RECALCULATE.replace("<value>0</value>", "<value>1</value>")
    monkeypatch.setattr(recalculation, "_ALWAYS_RECALCULATE", never)
    with pytest.raises(AssertionError, match="libreoffice echoed 1 planted values"):
        assert_recalculates(path, engines=("libreoffice",))


def test_workbook_without_formulas_proves_nothing(tmp_path: Path) -> None:
    write_workbook(tmp_path / "empty.xlsx", [])
    with pytest.raises(AssertionError, match="has no formula cells"):
        assert_recalculates(tmp_path / "empty.xlsx")


def test_planting_changes_formula_cells_alone(tmp_path: Path) -> None:
    original, planted = tmp_path / "right.xlsx", tmp_path / "planted.xlsx"
    expected = write_workbook(original, FORMULAS)
    assert plant_wrong_values(original, planted) == len(FORMULAS)
    assert cached_values(original) == expected
    assert cached_values(planted) == dict.fromkeys(expected, PLANTED)
    before, after = openpyxl.load_workbook(original), openpyxl.load_workbook(planted)
    for sheet in before:
        assert list(sheet.values) == list(after[sheet.title].values)
    with zipfile.ZipFile(original) as one, zipfile.ZipFile(planted) as other:
        assert one.namelist() == other.namelist()
        changed = [part for part in one.namelist() if one.read(part) != other.read(part)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_cached_values_are_what_another_reader_finds(tmp_path: Path) -> None:
    write_workbook(tmp_path / "right.xlsx", FORMULAS)
    sheet = openpyxl.load_workbook(tmp_path / "right.xlsx", data_only=True)["Model"]
    for (_, address), value in cached_values(tmp_path / "right.xlsx").items():
        read = sheet[address].value
        assert value == ("" if read is None else read)


def test_cached_values_of_every_kind_of_cell(tmp_path: Path) -> None:
    """Other programs store values in ways XlsxWriter does not, so the sheet here is written by hand."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = {
        "A1": '<c r="A1"><v>1</v></c>',
        "B1": '<c r="B1" s="0"/>',
        "C1": '<c r="C1" s="0"><f t="shared" ref="C1:C2" si="0">A1&gt;0</f><v>2.5E-3</v></c>',
        "D1": '<c r="D1" t="n"><f t="shared" si="0"/><v>-7</v></c>',
        "E1": '<c r="E1" t="b"><f>TRUE</f><v>1</v></c>',
        "F1": '<c r="F1" t="s"><f>"a"</f><v>1</v></c>',
        "G1": '<c r="G1" t="inlineStr"><f>"b"</f><is><r><t>in</t></r><r><t>line</t></r></is></c>',
        "H1": '<c r="H1" t="str"><f>"c"</f><v>plain &amp; simple</v></c>',
        "I1": '<c r="I1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "J1": '<c r="J1"><f>""</f></c>',
        "K1": '<c r="K1" t="str"><f>""</f><v></v></c>',
    }
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>'
        '<sheet name="A &amp; B" sheetId="1" r:id="rId9"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {relations}>"
        '<Relationship Id="rId9" Type="t" Target="/xl/worksheets/first.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {main}><si><t>zero</t></si><si><r><t>on</t></r><r><t>e</t></r></si></sst>",
        "xl/worksheets/first.xml": f"<worksheet {main}><sheetData><row>{''.join(cells.values())}</row>"
        "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(tmp_path / "hand.xlsx", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    found = {address: value for (_, address), value in cached_values(tmp_path / "hand.xlsx").items()}
    assert found == {
        "C1": 0.0025,
        "D1": -7.0,
        "E1": True,
        "F1": "one",
        "G1": "inline",
        "H1": "plain & simple",
        "I1": "#DIV/0!",
        "J1": "",
        "K1": "",
    }
    assert found["E1"] is True
    assert plant_wrong_values(tmp_path / "hand.xlsx", tmp_path / "planted.xlsx") == 9
    assert set(cached_values(tmp_path / "planted.xlsx").values()) == {PLANTED}


def test_planting_refuses_a_sheet_it_cannot_edit(tmp_path: Path) -> None:
    write_workbook(tmp_path / "right.xlsx", [("A2", 1.0)])
    main = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    prefixed = f'<x:sheetData {main}><x:c r="A1"><x:f>1</x:f><x:v>1</x:v></x:c></x:sheetData>'
    right, other = tmp_path / "right.xlsx", tmp_path / "prefixed.xlsx"
    with zipfile.ZipFile(right) as source, zipfile.ZipFile(other, "w") as copy:
        for part in source.namelist():
            copy.writestr(part, prefixed if part.endswith("sheet1.xml") else source.read(part))
    with pytest.raises(ValueError, match="planted 0 wrong values for 1 formula cells"):
        plant_wrong_values(other, tmp_path / "planted.xlsx")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (1e6, 1e6 + 0.0009, True),
        (1e6, 1e6 + 0.0011, False),
        (0.0, 9e-10, True),
        (0.0, 1.1e-9, False),
        (3, 3.0, True),
        (5.0, -5.0, False),
        (float("nan"), float("nan"), False),
        (True, True, True),
        (True, 1.0, True),
        (False, 0.0, True),
        (True, 1.0 - 1e-12, False),
        ("Total", "Total", True),
        ("Total", "total", False),
        ("1", 1.0, False),
        ("", 0.0, False),
        ("", False, False),
    ],
)
def test_values_agree_to_one_part_in_a_thousand_million(one: Value, other: Value, agree: bool) -> None:
    for expected, found in ((one, other), (other, one)):
        assert (differences({("Sheet", "A1"): expected}, {("Sheet", "A1"): found}) == []) is agree


def test_differences_are_readable_and_name_cells_that_only_one_side_has() -> None:
    expected: Cells = {("Year 1", "A1"): 2.0, ("Year 1", "A2"): "low", ("Sum", "B1"): 3.0}
    found: Cells = {("Year 1", "A1"): 2.5, ("Year 1", "A2"): "low", ("Sum", "B2"): True}
    assert differences(expected, found, label="cellrune") == [
        "Year 1!A1: expected 2.0, cellrune has 2.5",
        "Sum!B1: expected 3.0, cellrune has nothing",
        "Sum!B2: expected nothing, cellrune has True",
    ]


@pytest.mark.libreoffice
def test_libreoffice_recalculates_several_workbooks_in_one_start(tmp_path: Path) -> None:
    for folder, formula in (("a", "A2+1"), ("b", "A3+1")):
        (tmp_path / folder).mkdir()
        write_one(tmp_path / folder / "same.xlsx", formula, PLANTED)
    paths = [tmp_path / "b" / "same.xlsx", tmp_path / "a" / "same.xlsx"]
    assert by_libreoffice_many(paths) == [{("Model", "E1"): 3.0}, {("Model", "E1"): 2.0}]
    assert by_libreoffice_many([]) == []


@pytest.mark.libreoffice
def test_libreoffice_failing_to_load_a_workbook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(RuntimeError, match="did not convert"):
        by_libreoffice(tmp_path / "broken.xlsx")


@pytest.mark.libreoffice
def test_libreoffice_running_out_of_time_is_an_error(tmp_path: Path) -> None:
    path = write_one(tmp_path / "right.xlsx", "A2+1", 2.0)
    with pytest.raises(subprocess.TimeoutExpired):
        by_libreoffice(path, timeout=0.1)
