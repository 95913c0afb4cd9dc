"""What has changed between two workbooks: inputs, formulas, results and checks, and nothing that only moved."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, costmodel_cli, edit, write

from costmodel.analysis.loading import load_proposal
from costmodel.differences.found import BY_SCENARIO, Differences
from costmodel.differences.two_workbooks import compare_workbooks
from costmodel.errors import BadInput
from costmodel.pages.differences_page import as_text
from costmodel.workbook.write import workbook_bytes

Change = Callable[[Path], object]
Book = Any
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def made(folder: Path, name: str, change: Change | None = None, scenario: str = "base", proposal: str = TEAMS) -> Path:
    """The workbook of a proposal that is copied and changed."""
    root = SHIPPED if (SHIPPED / proposal).is_dir() else PROPOSALS
    to = folder / name / "assumptions" / proposal
    shutil.copytree(root / proposal, to)
    if change:
        change(to)
    file = folder / f"{name}.xlsx"
    file.write_bytes(workbook_bytes(load_proposal(str(to)).run(scenario)))
    return file


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("base"), "base")


def nothing_but_results(found: Differences) -> bool:
    return not (found.inputs or found.formulas or found.bases)


def typed(file: Path, to: Path, change: Callable[[Book], None]) -> Path:
    """A copy of a workbook that somebody edited, without values beside its formulas."""
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(to)
    return to


def through_libreoffice(file: Path, folder: Path) -> Path:
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), "--headless", profile, "--convert-to", "xlsx", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / file.name


# The same workbook


def test_a_workbook_does_not_differ_from_itself(base: Path) -> None:
    found = compare_workbooks(base, base)
    assert nothing_but_results(found)
    assert not found.results
    assert not found.checks
    assert not [fact for fact in found.facts if fact.differs]


def test_a_copy_that_another_program_saved_has_the_same_inputs_and_formulas(base: Path, tmp_path: Path) -> None:
    found = compare_workbooks(base, typed(base, tmp_path / "saved.xlsx", lambda book: None))
    assert nothing_but_results(found)
    assert any("open it in Excel or LibreOffice, save it" in note for note in found.notes)
    assert "No result differs" not in as_text(found)


@pytest.mark.libreoffice
def test_a_copy_that_libreoffice_saved_is_the_same(base: Path, tmp_path: Path) -> None:
    found = compare_workbooks(base, through_libreoffice(base, tmp_path / "saved"))
    assert nothing_but_results(found)
    assert not found.results
    assert not found.checks
    assert not found.notes


# What a proposal's authors change


def test_a_changed_assumption_is_an_input_with_what_it_does_to_results(base: Path, tmp_path: Path) -> None:
    new = made(tmp_path, "rate", lambda folder: edit(folder / "team.yaml", "value: 14%\n", "value: 15%\n"))
    found = compare_workbooks(base, new)
    [change] = found.inputs
    assert (change.id, change.where, change.scenarios, change.old, change.new) == ("on_cost_rate", "", (), 0.14, 0.15)
    assert change.cell == "Pay and on-costs!D10"
    assert not found.formulas
    assert not found.bases
    assert [fact.what for fact in found.facts if fact.differs] == [f"File {TEAMS}/team.yaml"]
    asked = found.results[0]
    assert (asked.kind, asked.id) == ("asked", "total_spending_review")
    assert asked.old == pytest.approx(87836028.58295083)
    assert asked.new == pytest.approx(88564692.48, abs=1)
    sizes = [abs(change.share or 0) for change in found.results if change.kind == "headline"]
    assert sizes == sorted(sizes, reverse=True)
    total = next(change for change in found.results if change.id == "total" and change.where == "2023/24")
    assert total.difference == pytest.approx(28357267.3 - 28126410.9, abs=1)
    assert "+£728,664" in as_text(found)


def test_the_value_of_one_year_is_one_change(base: Path, tmp_path: Path) -> None:
    new = made(
        tmp_path, "year", lambda folder: edit(folder / "costs.yaml", "2023/24: '£1,000,000'", "2023/24: '£1,250,000'")
    )
    [change] = compare_workbooks(base, new).inputs
    assert (change.id, change.where, change.difference) == ("development_programme", "2023/24", 250_000)
    assert change.share == pytest.approx(0.25)


def test_a_value_that_some_scenarios_override_names_those_that_take_the_new_one(base: Path, tmp_path: Path) -> None:
    new = made(tmp_path, "area", lambda folder: edit(folder / "proposal.yaml", "value: 280,000", "value: 270,000"))
    [change] = compare_workbooks(base, new).inputs
    assert (change.id, change.old, change.new) == ("people_per_team", 280_000, 270_000)
    assert "base" in change.scenarios
    assert "400-teams" not in change.scenarios


def test_a_new_basis_is_told_of_apart_from_values(base: Path, tmp_path: Path) -> None:
    old = "range: 14% to 38%\n      note: The employer"
    new = made(
        tmp_path,
        "basis",
        lambda folder: edit(folder / "team.yaml", old, "range: 12% to 38%\n      note: Now the employer"),
    )
    found = compare_workbooks(base, new)
    assert not found.inputs
    assert {(change.id, change.what) for change in found.bases} == {("on_cost_rate", "Low"), ("on_cost_rate", "Note")}
    low = next(change for change in found.bases if change.what == "Low")
    assert (low.old, low.new) == ("14%", "12%")


def test_a_changed_formula_is_one_change_for_all_its_years(base: Path, tmp_path: Path) -> None:
    old = "labour_operating + labour_starting + training + development_programme"
    new = made(
        tmp_path, "formula", lambda folder: edit(folder / "proposal.yaml", old, old.replace("+ training", "- training"))
    )
    found = compare_workbooks(base, new)
    assert not found.inputs
    change = next(change for change in found.formulas if change.id == "total")
    assert change.old == f"={old}"
    assert change.cells == 19, "the years of the horizon"
    assert change.old_text.startswith("=E")


def with_travel(folder: Path) -> None:
    proposal = folder / "proposal.yaml"
    line = "  travel:\n    label: Travel\n    unit: £\n    formula: teams_operating * travel_per_team\n"
    edit(proposal, "  total:\n    label: Total each year", f"{line}  total:\n    label: Total each year")
    value = "{label: Travel of a team, value: '£1,200', unit: £ per team, reason: Made up., grade: illustrative}"
    edit(proposal, "  population_england:\n", f"  travel_per_team: {value}\n  population_england:\n")
    edit(proposal, "+ development_programme", "+ development_programme + travel")


def test_lines_and_inputs_that_move_for_a_new_one_do_not_differ(base: Path, tmp_path: Path) -> None:
    new = made(tmp_path, "travel", with_travel)
    found = compare_workbooks(base, new)
    assert [(change.kind, change.id, change.new) for change in found.inputs] == [("added", "travel_per_team", 1200)]
    changed = {(change.kind, change.id) for change in found.formulas}
    assert {("changed", "total"), ("added", "travel")} <= changed
    assert {name for _, name in changed} <= {"total", "travel", "total_step_1"}
    back = compare_workbooks(new, base)
    assert [(change.kind, change.id) for change in back.inputs] == [("removed", "travel_per_team")]
    assert ("removed", "travel") in {(change.kind, change.id) for change in back.formulas}


def test_a_new_scenario_changes_no_input_and_no_formula(base: Path, tmp_path: Path) -> None:
    text = "scenario: {title: Cheaper, reason: Less money.}\nchanges:\n  on_cost_rate: 10%\n"
    new = made(tmp_path, "scenario", lambda folder: write(folder / "scenarios" / "cheaper.yaml", text))
    found = compare_workbooks(base, new)
    assert nothing_but_results(found)
    assert not found.results
    said = {fact.what: fact.new for fact in found.facts if fact.differs}
    assert said["Scenarios added"] == "cheaper (differs from base in 1 value)"


def test_a_new_role_of_the_team_is_its_own_inputs_only(base: Path, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        old = "    - {role: Social worker, band: 6, wte: 1}\n"
        edit(folder / "team.yaml", old, f"    - {{role: Dietitian, band: 6, wte: 0.5}}\n{old}")
        edit(folder / "team.yaml", "stated_wte: 5.13", "stated_wte: 5.63")

    found = compare_workbooks(base, made(tmp_path, "role", change))
    assert {change.kind for change in found.inputs} == {"added"}
    assert {change.where for change in found.inputs} == {"Dietitian"}
    assert not found.formulas


def test_a_new_year_changes_no_formula(tmp_path: Path) -> None:
    old = made(tmp_path, "old", proposal="parent-infant-team-cost")
    new = made(tmp_path, "new", with_a_year_less, proposal="parent-infant-team-cost")
    found = compare_workbooks(new, old)
    assert [fact.new for fact in found.facts if fact.what == "Years added"] == ["2026/27"]
    assert not [change for change in found.inputs if change.kind == "changed"]
    assert not [change for change in found.formulas if change.kind == "changed"]


def with_a_year_less(folder: Path) -> None:
    proposal = folder / "proposal.yaml"
    text = proposal.read_text(encoding="utf-8")
    proposal.write_text(text.replace("to 2026/27", "to 2025/26"), encoding="utf-8")


def test_another_scenario_selected_is_said_and_changes_no_input(base: Path, tmp_path: Path) -> None:
    new = made(tmp_path, "realistic", scenario="realistic")
    found = compare_workbooks(base, new)
    assert nothing_but_results(found)
    assert found.results
    assert not [change for change in found.results if change.kind == BY_SCENARIO]
    assert any("base in the old workbook, realistic in the new one" in note for note in found.notes)
    assert "What is stored for each scenario is the same in both." in as_text(found)


def test_a_check_that_no_longer_holds_is_named(base: Path, tmp_path: Path) -> None:
    new = made(
        tmp_path,
        "few",
        lambda folder: edit(folder / "rollout.yaml", "2024/25: 67, 2025/26: 0", "2024/25: 7, 2025/26: 0"),
    )
    checks = compare_workbooks(base, new).checks
    assert [check.id for check in checks] == ["check_england_covered", "every_check"]
    assert {(check.old, check.new) for check in checks} == {("Holds", "Does not hold")}


# What somebody edits in a workbook


def test_a_number_typed_over_a_formula_is_a_changed_formula(base: Path, tmp_path: Path) -> None:
    def type_over(book: Book) -> None:
        book["Calculations"]["F58"] = 28_000_000

    [change] = compare_workbooks(base, typed(base, tmp_path / "edited.xlsx", type_over)).formulas
    assert change.cell == "Calculations!F58"
    assert change.new == "28000000, typed"


def test_a_link_typed_over_is_a_changed_formula(base: Path, tmp_path: Path) -> None:
    def type_over(book: Book) -> None:
        book["Inputs"]["D7"] = 270_000

    found = compare_workbooks(base, typed(base, tmp_path / "edited.xlsx", type_over))
    assert [(change.id, change.new) for change in found.formulas] == [("people_per_team", "270000, typed")]


def test_a_formula_that_reads_another_row_is_a_change(base: Path, tmp_path: Path) -> None:
    def point_elsewhere(book: Book) -> None:
        book["Summary"]["F7"] = "=Calculations!F46"

    [change] = compare_workbooks(base, typed(base, tmp_path / "edited.xlsx", point_elsewhere)).formulas
    assert (change.old, change.new) == ("=labour_operating", "=labour_starting")


def test_a_row_put_in_and_an_edited_value_of_a_scenario(base: Path, tmp_path: Path) -> None:
    def change(book: Book) -> None:
        values = book["Scenario values"]
        values["F6"] = 140_000
        book["Notes"].insert_rows(8)

    [change_] = compare_workbooks(base, typed(base, tmp_path / "edited.xlsx", change)).inputs
    assert (change_.id, change_.scenarios, change_.old, change_.new) == (
        "people_per_team", ("400-teams",), 141_375, 140_000,
    )  # fmt: skip


# Workbooks of others


def foreign(file: Path, price: float, *, rent: bool = False, each: int = 100) -> Path:
    import xlsxwriter

    rows = [("Price", price), *([("Rent", 900)] if rent else []), ("Staff", 12)]
    price_row, staff_row = 2, len(rows) + 1
    made = xlsxwriter.Workbook(file)
    inputs, model, summary = (made.add_worksheet(name) for name in ("Inputs", "Model", "Summary"))
    inputs.write_row(0, 0, ("Item", "Value"))
    for at, row in enumerate(rows, start=1):
        inputs.write_row(at, 0, row)
    model.write_row(0, 0, ("Line", "2024", "2025", "2026"))
    model.write_row(1, 0, ("Volume", 10, 20, 30))
    model.write(2, 0, "Sales")
    for at, column in enumerate("BCD"):
        model.write_formula(2, at + 1, f"={column}2*Inputs!$B${price_row}", None, (at + 1) * 10 * price)
    summary.write_row(0, 0, ("Result", "Amount"))
    summary.write(1, 0, "Sales in all")
    summary.write_formula(1, 1, "=SUM(Model!B3:D3)", None, 60 * price)
    summary.write(2, 0, "Staff cost")
    summary.write_formula(2, 1, f"=Inputs!B{staff_row}*{each}", None, 12 * each)
    made.close()
    return file


def test_workbooks_of_others_are_matched_by_sheet_label_and_header(tmp_path: Path) -> None:
    found = compare_workbooks(foreign(tmp_path / "old.xlsx", 5), foreign(tmp_path / "new.xlsx", 6, rent=True, each=110))
    assert [(change.kind, change.label, change.old, change.new) for change in found.inputs] == [
        ("changed", "Price", 5, 6),
        ("added", "Rent", None, 900),
    ]
    [formula] = found.formulas
    assert (formula.label, formula.old, formula.new) == (
        "Staff cost", "=Inputs!Staff[Value] * 100", "=Inputs!Staff[Value] * 110",
    )  # fmt: skip
    assert [(change.label, change.new) for change in found.results] == [("Sales in all", 360), ("Staff cost", 1320)]


def test_one_of_ours_and_one_of_others_are_compared_all_the_same(base: Path, tmp_path: Path) -> None:
    found = compare_workbooks(base, foreign(tmp_path / "other.xlsx", 5))
    assert any("Only one of the two was made by costmodel" in note for note in found.notes)


# The command


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_every_format_says_what_has_changed(tmp_path: Path, form: str) -> None:
    old, new = foreign(tmp_path / "old.xlsx", 5), foreign(tmp_path / "new.xlsx", 6, each=110)
    ran = costmodel_cli("compare", old, new, "--format", form)
    assert ran.code == 0
    assert not ran.err
    if form == "json":
        said = json.loads(ran.out)
        assert said["inputs"][0]["new"] == 6
        assert said["inputs"][0]["difference"] == 1
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        assert {row["section"] for row in rows} == {"input", "formula", "result"}
        assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
    else:
        assert "Price" in ran.out
        assert "110" in ran.out


def test_long_sections_say_how_many_more_there_are(tmp_path: Path) -> None:
    import xlsxwriter

    for name, more in (("old", 0), ("new", 1)):
        book = xlsxwriter.Workbook(tmp_path / f"{name}.xlsx")
        sheet = book.add_worksheet("Inputs")
        sheet.write_row(0, 0, ("Item", "Value"))
        for row in range(100):
            sheet.write_row(row + 1, 0, (f"Thing {row}", row + more))
        book.close()
    ran = costmodel_cli("compare", tmp_path / "old.xlsx", tmp_path / "new.xlsx")
    assert "and 60 more; --format csv or json lists all" in ran.out
    assert len(ran.out.splitlines()) < 70


def test_one_proposal_still_has_its_scenarios_side_by_side() -> None:
    ran = costmodel_cli("compare", TEAMS)
    assert ran.code == 0
    assert "Net present social value" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("old.xlsx",), "two are compared"),
        (("old.xlsx", TEAMS), "this is no workbook"),
        ((TEAMS, "old.xlsx"), "this is no workbook"),
        (("old.xlsx", "absent.xlsx"), "there is no file absent.xlsx"),
        (("absent.xlsx",), "two are compared"),
        (("old.xlsx", "old.xlsx", "old.xlsx"), "3 names were given"),
        (("old.xlsx", "words.xlsx"), "compare that"),
        (("old.xlsx", "short.xlsx"), "damaged or cut short"),
        (("words.xlsx", "short.xlsx"), "2 mistakes"),
    ],
)
def test_what_is_no_pair_of_workbooks_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    content = foreign(tmp_path / "old.xlsx", 5).read_bytes()
    (tmp_path / "words.xlsx").write_text("no workbook", encoding="utf-8")
    (tmp_path / "short.xlsx").write_bytes(content[: len(content) // 2])
    ran = costmodel_cli("compare", *words)
    assert ran.code == 2
    assert said in ran.err


def test_both_files_that_are_wrong_are_told_of_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as bad:
        compare_workbooks(tmp_path / "one.xlsx", tmp_path / "two.xlsx")
    assert len(bad.value.mistakes) == 2
