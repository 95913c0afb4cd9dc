"""The workbook of a scenario made from that of base is, to the byte, the one that is written whole."""

import io
import pickle
import shutil
import zipfile
from pathlib import Path

import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, write

import costmodel
from costmodel.analysis.results import Costed
from costmodel.workbook.differing import Differing, are_alike, of_each
from costmodel.workbook.packing import British
from costmodel.workbook.selection import Selections
from costmodel.workbook.write import Workbooks, workbook_bytes

REPORT = (("W01", "Essential", "It opens", "Holds", "Looked at: the file."),)
ODD = """scenario: {title: '"1 & <2>" ', reason: '#N/A'}
changes: {people_per_team: {value: '140,000', reason: 'To see a check fail.', grade: illustrative}}
"""


def teams(folder: Path, *scenarios: str, **added: str) -> Costed:
    """The shipped proposal with base, some of its scenarios, and others."""
    shutil.copytree(SHIPPED / TEAMS, folder / TEAMS)
    for file in (folder / TEAMS / "scenarios").iterdir():
        if file.stem not in ("base", *scenarios):
            file.unlink()
    for name, text in added.items():
        write(folder / TEAMS / "scenarios" / f"{name}.yaml", text)
    return costmodel.load(TEAMS, folder)


def parts_apart(one: bytes, other: bytes) -> list[str]:
    """The parts of two packages that differ."""
    first, second = (zipfile.ZipFile(io.BytesIO(content)) for content in (one, other))
    names = dict.fromkeys([*first.namelist(), *second.namelist()])
    return [name for name in names if first.read(name) != second.read(name)]


def compared(costed: Costed) -> None:
    made = Workbooks(costed, REPORT)
    for results in costed.runs:
        one, whole = made.of(results), workbook_bytes(results, REPORT)
        assert parts_apart(one, whole) == [], results.scenario
        assert one == whole, results.scenario


def test_figures_texts_charts_checks_and_properties_are_those_of_the_scenario(tmp_path: Path) -> None:
    costed = teams(tmp_path, "400-teams", "published-links", "real-on-costs", odd=ODD)
    compared(costed)
    made = Workbooks(costed, REPORT)
    content = made.of(costed.run("odd"))
    cover = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b'<v>"1 &amp; &lt;2&gt;"</v>' in cover
    assert b' t="e"><f>INDEX(Scenarios!$D$6:$D$10,' in cover
    assert b"<v>A check does not hold: see the sheet Checks.</v>" in cover
    apart = set(parts_apart(made.of(costed.run("400-teams")), made.content))
    assert {"docProps/core.xml", "xl/sharedStrings.xml", "xl/charts/chart1.xml", "xl/worksheets/sheet1.xml"} < apart


@pytest.mark.parametrize("proposal", ["150-areas", "free-school-meals"])
def test_lists_and_other_fields(proposal: str) -> None:
    compared(costmodel.load(proposal, PROPOSALS))


def test_a_text_that_another_cell_has_too_moves_texts_and_the_workbook_is_written_whole(tmp_path: Path) -> None:
    reason = f"costmodel run {TEAMS} --scenario named"
    costed = teams(
        tmp_path, named=f"scenario: {{title: Named, reason: '{reason}'}}\nchanges: {{pay_uplift_rate: 1%}}\n"
    )
    compared(costed)


def test_what_one_process_made_another_takes_over() -> None:
    costed = costmodel.load("free-school-meals", PROPOSALS)
    made = Workbooks(costed, REPORT)
    handed = pickle.loads(pickle.dumps(made))
    assert [handed.of(results) for results in costed.runs] == [made.of(results) for results in costed.runs]


def chart_of(categories_differ: bool) -> tuple[bytes, list[Differing], list[str]]:
    out = io.BytesIO()
    file = British(out, {"in_memory": True})
    sheet = file.add_worksheet("Bert's & own")
    for row in range(3):
        sheet.write_string(row, 0, f"year {row}")
        sheet.write_formula(row, 1, "=1+1", None, row)
        sheet.write_formula(row, 2, "=1+1", None, "text")
    chart = file.add_chart({"type": "column"})
    categories = ["Bert's & own", 0, 2, 2, 2] if categories_differ else ["Bert's & own", 0, 0, 2, 0]
    chart.add_series({"categories": categories, "values": ["Bert's & own", 0, 1, 2, 1]})
    sheet.insert_chart(5, 0, chart)
    file.close()
    differing = [
        Differing("Bert's & own", 1, 1, (1, "none"), None),
        Differing("Bert's & own", 1, 2, ("text", 2.0), None),
        Differing("Bert's & own", 2, 2, ("text", True), None),
    ]
    return out.getvalue(), differing, file.str_table.order


def test_a_chart_remembers_figures_of_the_scenario_and_nothing_for_what_is_none() -> None:
    content, differing, texts = chart_of(categories_differ=False)
    made = Selections(content, ["Bert's & own"], differing, texts).of(1, "properties")
    assert made is not None
    archive = zipfile.ZipFile(io.BytesIO(made))
    chart, sheet = (archive.read(f"xl/{name}1.xml").decode() for name in ("charts/chart", "worksheets/sheet"))
    assert '<c:pt idx="1"><c:v>0</c:v></c:pt><c:pt idx="2"><c:v>2</c:v></c:pt>' in chart
    assert '<c:pt idx="1"><c:v>year 1</c:v></c:pt>' in chart
    assert '<c r="B2" t="str"><f>1+1</f><v>none</v></c><c r="C2"><f>1+1</f><v>2.0</v></c>' in sheet
    assert '<c r="C3" t="b"><f>1+1</f><v>1</v></c>' in sheet
    assert archive.read("docProps/core.xml") == b"properties"
    assert archive.testzip() is None


def test_names_below_a_chart_that_differ_are_left_to_a_workbook_that_is_written_whole() -> None:
    content, differing, texts = chart_of(categories_differ=True)
    assert Selections(content, ["Bert's & own"], differing, texts).of(1, "") is None


def test_what_is_written_alike_is_alike_and_nothing_else() -> None:
    for alike in ((1.5, 1.5), ("a", "a"), (0.0, 0.0), (0, 0), ("", "")):
        assert are_alike(alike)
    for apart in ((1.0, 2.0), (1.0, 1), (0.0, -0.0), (1, True), ("a", 1), (float("nan"), float("nan"))):
        assert not are_alike(apart)


def test_what_comes_of_figures_differs_where_any_of_them_does() -> None:
    assert of_each(lambda a, b: a + b, 1, 2) == 3
    assert of_each(lambda a, b: a + b, (1, 2), 10) == (11, 12)
    assert of_each(lambda a, b: a + b, (1, 2), (10, 20)) == (11, 22)
    with pytest.raises(ValueError):
        of_each(lambda a, b: a + b, (1, 2), (1, 2, 3))
