"""The package of every workbook is one that Excel opens without an offer to repair it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import PROPOSALS, SHIPPED
from openxml_audit import OpenXmlValidator
from package_parts import Package
from package_rules import CHECKS, faults

import costmodel
from costmodel.analysis.results import Costed
from costmodel.workbook.write import workbook_bytes

HUBS = "family-hubs-2025"
REPORT = (("W1", "Essential", "What a rule asks", "Holds", "What was seen: =1+1, 14% & <more>."),)
"""What stands in the place of an audit's report, so that its sheet is there."""
EVERY = [file.parent for root in (SHIPPED, PROPOSALS) for file in sorted(root.glob("*/proposal.yaml"))]
BY_NAME = pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)


@functools.cache
def costed(folder: Path) -> Costed:
    return costmodel.load(folder, SHIPPED)


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("package") / "workbook.xlsx"
    file.write_bytes(workbook_bytes(costed(SHIPPED / HUBS).run("base"), REPORT))
    return file


def schema_faults(file: Path) -> list[str]:
    """What the schema of ECMA-376, as the Open XML SDK has it, does not allow in any part of a workbook."""
    return [f"{found.part_uri}: {found.description}" for found in OpenXmlValidator().validate(file).errors]


@BY_NAME
def test_every_part_is_as_the_schema_has_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "workbook.xlsx"
    file.write_bytes(workbook_bytes(costed(folder).run("base"), REPORT))
    assert schema_faults(file) == []


@BY_NAME
def test_nothing_in_any_workbook_would_be_repaired(folder: Path, tmp_path: Path) -> None:
    found = {}
    for scenario in costed(folder).scenarios:
        file = tmp_path / f"{scenario}.xlsx"
        file.write_bytes(workbook_bytes(costed(folder).run(scenario), REPORT))
        found[scenario] = faults(Package.read(file))
    assert {scenario: lines for scenario, lines in found.items() if lines} == {}


# Faults that are planted, and the check that has to find each

COVER, VALUES, CALCULATIONS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet5.xml", "xl/worksheets/sheet12.xml"
WORKBOOK, STYLES, STRINGS, TABLE = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/tables/table1.xml"
TYPES = "[Content_Types].xml"
A_FORMULA = r"<f>[^<]*</f>"
LONG = "x" * 300


def nested(levels: int) -> str:
    return f"<f>{'ABS(' * levels}1{')' * levels}</f>"


FAULTS: list[tuple[str, str, str, str]] = [
    ("parts_are_xml", COVER, "</sheetData>", ""),
    ("parts_are_xml", STRINGS, r"<t>([^<])", r"<t>_x0001_\1"),
    ("parts_have_types", TYPES, r'<Override PartName="/xl/tables/table1.xml"[^>]*/>', ""),
    ("parts_have_types", TYPES, r'PartName="/xl/styles.xml"', 'PartName="/xl/looks.xml"'),
    ("parts_have_types", TYPES, r'<Default Extension="rels"[^>]*/>', ""),
    ("parts_are_reached", "xl/worksheets/_rels/sheet1.xml.rels", "table1.xml", "table999.xml"),
    ("parts_are_reached", "xl/worksheets/_rels/sheet1.xml.rels", r'Id="rId1"', 'Id="rId9"'),
    ("properties_are_whole", "docProps/app.xml", r"<vt:lpstr>Scenarios</vt:lpstr>", "<vt:lpstr>Other</vt:lpstr>"),
    ("properties_are_whole", "docProps/core.xml", "2000-01-01T00:00:00Z", "1 January 2000"),
    ("cells_are_in_order", COVER, r'<row r="7"', '<row r="3"'),
    ("cells_are_in_order", COVER, r'r="B6"', 'r="A1"'),
    ("cells_are_in_order", COVER, r'r="B6"', 'r="XFE6"'),
    ("cells_hold_values", COVER, r't="s"><v>\d+</v>', 't="s"><v>99999</v>'),
    ("cells_hold_values", VALUES, r"<v>[\d.]+</v></c><c", "<v>nan</v></c><c"),
    ("cells_hold_values", VALUES, r"<v>[\d.]+</v></c><c", "<v>1e999</v></c><c"),
    ("texts_fit", STRINGS, r"<t>[^<]+</t>", f"<t>{'x' * 32_768}</t>"),
    ("texts_fit", STRINGS, r'uniqueCount="\d+"', 'uniqueCount="1"'),
    ("formulas_fit", CALCULATIONS, A_FORMULA, f"<f>{'1+' * 4_100}1</f>"),
    ("formulas_fit", CALCULATIONS, A_FORMULA, nested(65)),
    ("formulas_fit", CALCULATIONS, A_FORMULA, f"<f>SUM({'1,' * 255}1)</f>"),
    ("formulas_fit", CALCULATIONS, A_FORMULA, f'<f>IF(1,"{LONG}",0)</f>'),
    ("formulas_fit", CALCULATIONS, A_FORMULA, "<f>=1+1</f>"),
    ("formulas_fit", CALCULATIONS, A_FORMULA, "<f>(1+1</f>"),
    ("formulas_refer_to_sheets", CALCULATIONS, A_FORMULA, "<f>Nowhere!A1</f>"),
    ("formulas_refer_to_sheets", CALCULATIONS, A_FORMULA, "<f>'No where'!A1</f>"),
    ("formulas_refer_to_sheets", CALCULATIONS, A_FORMULA, "<f>A1+XFE1</f>"),
    ("formulas_refer_to_sheets", CALCULATIONS, A_FORMULA, "<f>A1+#REF!</f>"),
    ("formulas_refer_to_sheets", WORKBOOK, r"Inputs!\$D\$14", "Nowhere!$D$14"),
    ("styles_are_there", COVER, r'<c r="B6" s="\d+"', '<c r="B6" s="999"'),
    ("styles_are_there", STYLES, r'(<cellXfs.*?<xf[^>]*fontId=)"\d+"', r'\1"99"'),
    ("styles_are_there", STYLES, r'(<cellXfs.*)numFmtId="1\d\d"', r'\1numFmtId="999"'),
    ("styles_are_there", STYLES, r'<cellXfs count="\d+"', '<cellXfs count="1"'),
    ("sizes_fit", COVER, r'<col min="1" max="1" width="[^"]*"', '<col min="1" max="1" width="256"'),
    ("sizes_fit", COVER, r'<col min="1" max="1"', '<col min="1" max="2"'),
    ("sizes_fit", COVER, r' ht="[^"]*"', ' ht="410"'),
    ("sheets_are_named", WORKBOOK, 'name="Scenarios"', f'name="{"S" * 32}"'),
    ("sheets_are_named", WORKBOOK, 'name="Scenarios"', 'name="Cost/benefit"'),
    ("sheets_are_named", WORKBOOK, 'name="Scenarios"', 'name="COVER"'),
    ("sheets_are_named", WORKBOOK, 'sheetId="2"', 'sheetId="1"'),
    ("names_are_legal", WORKBOOK, 'definedName name="[^"]*"', 'definedName name="A1"'),
    ("names_are_legal", WORKBOOK, 'definedName name="[^"]*"', 'definedName name="two words"'),
    ("names_are_legal", WORKBOOK, 'definedName name="[^"]*"', 'definedName name="Cover_table"'),
    ("tables_fit", TABLE, '<tableColumn id="1" name="[^"]*"', '<tableColumn id="1" name="Other"'),
    ("tables_fit", TABLE, '<tableColumn id="2"', '<tableColumn id="1"'),
    ("tables_fit", TABLE, 'tableColumns count="2"', 'tableColumns count="3"'),
    ("tables_fit", TABLE, 'ref="A5:B', 'ref="A5:C'),
    ("tables_fit", TABLE, r'ref="A5:B\d+"', 'ref="A5:B5"'),
    ("tables_fit", TABLE, r' id="1" name="C', ' id="2" name="C'),
    ("tables_fit", TABLE, 'displayName="[^"]*"', 'displayName="Scenarios_table"'),
    ("validations_fit", COVER, 'promptTitle="[^"]*"', f'promptTitle="{"x" * 33}"'),
    ("validations_fit", COVER, ' prompt="[^"]*"', f' prompt="{LONG}"'),
    ("validations_fit", COVER, ' error="[^"]*"', f' error="{LONG}"'),
    ("validations_fit", COVER, "<formula1>[^<]*</formula1>", f'<formula1>"{LONG}"</formula1>'),
    ("validations_fit", COVER, "<formula1>[^<]*</formula1>", ""),
    ("validations_fit", COVER, 'sqref="B6"', 'sqref="B6 A1:B9"'),
    ("links_lead_somewhere", COVER, 'location="[^"]*"', """location="'Nowhere'!A1" """),
    ("links_lead_somewhere", COVER, 'location="[^"]*"', """location="'Cover'!A0" """),
    ("breaks_fit", CALCULATIONS, r'<brk id="\d+"', '<brk id="3"/><brk id="3"'),
    ("charts_show_cells", "xl/charts/chart1.xml", r"<c:f>Summary!\$E\$6:\$G\$6", "<c:f>Summary!$E$6:$H$6"),
    ("charts_show_cells", "xl/charts/chart1.xml", r"<c:f>Summary!\$E\$6:\$G\$6", "<c:f>Summary!E"),
    ("charts_show_cells", "xl/charts/chart1.xml", r'crossAx val="\d+"', 'crossAx val="1"'),
]


@pytest.mark.parametrize(("check", "part", "old", "new"), FAULTS)
def test_a_planted_fault_is_found(check: str, part: str, old: str, new: str, hubs: Path) -> None:
    package = Package.read(hubs)
    text, count = re.subn(old, new, package.parts[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1, f"{part} has no {old}"
    package.parts[part] = text.encode()
    assert list(by_name()[check](package)), f"{check} did not find it"


def by_name() -> dict[str, Callable[[Package], Iterator[str]]]:
    return {check.__name__: check for check in CHECKS}


def test_a_part_that_nothing_reaches_is_found(hubs: Path) -> None:
    package = Package.read(hubs)
    package.parts["xl/left-over.xml"] = b"<x/>"
    assert any("is reached by nothing" in fault for fault in faults(package))


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert {check for check, *_ in FAULTS} == set(by_name())


SCHEMA_FAULTS = [
    (COVER, r"(<sheetProtection[^>]*/>)(<dataValidations.*?</dataValidations>)", r"\2\1"),
    (COVER, r"(<hyperlinks.*?</hyperlinks>)(<pageMargins[^>]*/>)", r"\2\1"),
    (COVER, 'orientation="portrait"', 'orientation="wide"'),
    (COVER, "<pageMargins ", "<pageMargin/><pageMargins "),
    ("xl/charts/chart1.xml", r"(<c:lang [^>]*/>)(.*)(</c:chartSpace>)", r"\2\1\3"),
    (STYLES, r"(<fonts.*?</fonts>)(<fills.*?</fills>)", r"\2\1"),
    (TABLE, r"(<tableColumns.*?</tableColumns>)(<tableStyleInfo[^>]*/>)", r"\2\1"),
]


@pytest.mark.parametrize(("part", "old", "new"), SCHEMA_FAULTS)
def test_what_the_schema_does_not_allow_is_found(part: str, old: str, new: str, hubs: Path, tmp_path: Path) -> None:
    package = Package.read(hubs)
    text, count = re.subn(old, new, package.parts[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1, f"{part} has no {old}"
    package.parts[part] = text.encode()
    assert schema_faults(package.write(tmp_path / "planted.xlsx")) != []
