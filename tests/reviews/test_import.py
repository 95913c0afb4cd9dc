"""An edited workbook read back: its inputs become a scenario, and whatever else was changed is said by cell."""

import datetime
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, Ran, costmodel_cli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recalculation import by_ironcalc, cached_values

import costmodel
from costmodel.analysis.edits import inputs_of, own_rows
from costmodel.analysis.results import Results
from costmodel.errors import BadInput
from costmodel.reviews.importing import Imported, import_workbook
from costmodel.reviews.places import input_cells
from costmodel.workbook.write import workbook_bytes

Sheets = Any
Edit = Callable[[Sheets], None]


class Made:
    """A workbook of a proposal that is copied into a folder, to be edited and imported."""

    def __init__(self, folder: Path, scenario: str = "realistic", proposal: str = TEAMS, root: Path = SHIPPED) -> None:
        self.folder, self.proposal = folder, proposal
        self.assumptions, self.file = folder / "assumptions", folder / "workbook.xlsx"
        shutil.copytree(root / proposal, self.assumptions / proposal)
        self.start: Results = costmodel.load(proposal, self.assumptions).run(scenario)
        self.file.write_bytes(workbook_bytes(self.start))
        self.cells = {
            (held.name, held.row, held.year.start if held.year else None): key
            for key, held in input_cells(self.start.costing).items()
            if held.scenario in ("", scenario)
        }

    def cell(self, name: str, row: int | None = None, year: int | None = None) -> tuple[str, int, int]:
        return self.cells[name, row, year]

    def edit(self, edit: Edit) -> None:
        book = openpyxl.load_workbook(self.file)
        edit(book)
        book.save(self.file)

    def put(self, value: object, name: str, row: int | None = None, year: int | None = None) -> str:
        """Put a value into the cell of an input; returns the cell as messages name it."""
        sheet, at, column = self.cell(name, row, year)

        def edit(book: Sheets) -> None:
            book[sheet].cell(row=at, column=column).value = value

        self.edit(edit)
        return f"{sheet}!{openpyxl.utils.get_column_letter(column)}{at}"

    def get(self, name: str = "reviewed") -> Imported:
        return import_workbook(self.file, name, self.assumptions)

    def run_import(self, name: str = "reviewed", *more: object) -> Ran:
        return costmodel_cli("import", self.file, "--as", name, "--assumptions", self.assumptions, *more)

    def texts(self) -> dict[str, str]:
        return {str(file): file.read_text(encoding="utf-8") for file in self.assumptions.rglob("*") if file.is_file()}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.chdir(tmp_path)
    return Made(tmp_path)


def test_an_untouched_workbook_changes_nothing_and_says_so(made: Made) -> None:
    before = made.texts()
    ran = made.run_import()
    assert (ran.code, ran.out) == (
        0,
        f"No input of {TEAMS}, scenario realistic, differs. Nothing was written.\n",
    )
    assert made.texts() == before


def test_a_workbook_that_run_wrote_is_untouched_until_it_is_edited(made: Made) -> None:
    words = ("--scenario", "realistic", "--outputs", "written", "--assumptions", made.assumptions)
    assert costmodel_cli("run", TEAMS, *words).code == 0
    made.file = made.folder / "written" / TEAMS / "realistic" / "workbook.xlsx"
    ran = made.run_import()
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [f"No input of {TEAMS}, scenario realistic, differs. Nothing was written."],
    )
    made.put(0.15, "pension_rate", year=2023)
    assert [change.after for change in made.get().changes] == [0.15]


def test_export_edit_import_run_gives_the_edited_workbook(made: Made) -> None:
    made.put(57_000_000, "population_england")
    made.put(300_000, "people_per_team")
    made.put(66, "teams_starting", year=2023)
    made.put(0.1501, "pension_rate", year=2024)
    made.put(1.5, "team.wte", row=2)
    made.put(0.04, "discount_rate_standard_1")
    found = made.get()
    assert [(change.name, change.before, change.after) for change in found.changes] == [
        ("people_per_team", 280_000, 300_000),
        ("teams_starting", 55, 66),
        ("team.wte[3]", 1, 1.5),
        ("population_england", 56_550_000, 57_000_000),
        ("pension_rate", 0.1438, 0.1501),
        ("discount_rate_standard_1", 0.035, 0.04),
    ]
    after = costmodel.load(TEAMS, made.assumptions).run("reviewed")
    again = made.folder / "again.xlsx"
    again.write_bytes(workbook_bytes(after))
    edited, fresh = by_ironcalc(made.file), cached_values(again)
    figures = {key: value for key, value in edited.items() if key[0] in ("Calculations", "Checks", "Summary")}
    assert len(figures) > 200
    for key, value in figures.items():
        if isinstance(value, float) and not isinstance(value, bool):
            assert fresh[key] == pytest.approx(value, rel=1e-9), key
    assert found.written is not None
    assert found.written.costed.run("reviewed").value("total_spending_review") == after.value("total_spending_review")


def test_the_command_says_what_changed_what_was_written_and_what_is_next(made: Made) -> None:
    cell = made.put(0.15, "pension_rate", year=2023)
    ran = made.run_import("reviewed", "--title", "As reviewed", "--reason", "The reviewer's rate.")
    assert ran.code == 0, ran.err
    table = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert table[0] == f"1 input differs from {TEAMS}, realistic."
    assert f"{cell} pension_rate Employer pension contribution 2023/24 14.38% 15%" in table
    assert f"Written: assumptions/{TEAMS}/scenarios/reviewed.yaml" in table
    assert table[-1] == f"Next: costmodel run {TEAMS} --scenario reviewed"
    assert (made.assumptions / TEAMS / "scenarios" / "reviewed.yaml").read_text(encoding="utf-8") == (
        "scenario:\n  title: As reviewed\n  reason: The reviewer's rate.\n  from: realistic\n"
        "changes:\n  pension_rate: {2023/24: 15%}\n"
    )
    assert costmodel_cli("check", TEAMS, "--assumptions", made.assumptions).code == 0


def test_a_workbook_can_be_imported_again_after_what_it_wrote(made: Made) -> None:
    made.put(0.15, "pension_rate", year=2023)
    assert made.run_import("first").code == 0
    assert made.run_import("second").code == 0
    again = made.run_import("first")
    assert again.code == 2
    assert "there is a scenario first already" in again.err


def test_the_scenario_that_is_selected_is_the_one_that_is_edited(made: Made) -> None:
    held = input_cells(made.start.costing)
    key = next(key for key, cell in held.items() if (cell.name, cell.scenario) == ("people_per_team", "400-teams"))

    def edit(book: Sheets) -> None:
        book["Cover"]["B6"] = "400-teams"
        book[key[0]].cell(row=key[1], column=key[2]).value = 150_000

    other = made.put(1_000, "people_per_team")
    made.edit(edit)
    found = made.get()
    assert found.scenario == "400-teams"
    assert [change.after for change in found.changes] == [150_000]
    assert len(found.notes) == 1
    assert found.notes[0].startswith(f"{other}: people_per_team of the scenario realistic was changed from 280000")
    assert "select realistic on the cover" in found.notes[0]
    assert found.written is not None
    assert "from: 400-teams" in found.written.file.read_text(encoding="utf-8")


def test_the_workbook_of_a_scenario_updates_it_and_its_comments_stay(made: Made) -> None:
    file = made.assumptions / TEAMS / "scenarios" / "realistic.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# the end\n", encoding="utf-8")
    made.file.write_bytes(workbook_bytes(costmodel.load(TEAMS, made.assumptions).run("realistic")))
    before = file.read_text(encoding="utf-8")
    made.put(0.15, "pension_rate", year=2023)
    ran = made.run_import("realistic")
    assert "Updated: assumptions" in ran.out
    after = file.read_text(encoding="utf-8")
    assert "# the end" in after
    assert [line for line in before.splitlines() if line in after.splitlines()] == before.splitlines()
    assert "pension_rate: {2023/24: 15%}" in after


def test_what_is_not_imported_is_said(made: Made) -> None:
    def edit(book: Sheets) -> None:
        book["Inputs"]["A6"] = "Everyone"
        book["QA log"]["B6"] = "A reviewer"
        book["Inputs"]["AB40"] = "=D6*2"
        book.create_sheet("Workings")["A1"] = 3

    made.edit(edit)
    made.put(99_000, "people_per_team")
    ran = made.run_import()
    assert ran.code == 0, ran.err
    assert "Note: Inputs!A6, QA log!B6: the text differs, and is not imported." in ran.out
    assert "Note: Inputs!AB40: this was written beside the model, and is not imported." in ran.out
    assert "Note: Workings: this sheet was added, and is not imported." in ran.out
    assert "99,000 lies outside the declared range of people_per_team, 140,000 to 280,000." in ran.out


def test_a_rate_that_was_typed_without_its_percent_sign_is_pointed_out(made: Made) -> None:
    cell = made.put(4, "pay_uplift_rate")
    assert f"Note: {cell}: pay_uplift_rate is now 400%. If 4% is meant, type it with its %." in made.run_import().out


# What cannot be imported


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (14, "1400% is not a share: shares lie between 0% and 100%\n  Did you mean 14%?"),
        ("15%", "the cell holds the text '15%', and an input holds a number\n  Set the cell's format"),
        ("high", "the cell holds the text 'high'"),
        (None, "the cell is empty, and an input holds a number\n  Type 0 for none, or put back 0.1438."),
        ("=0.1*2", "a formula was typed over the input: =0.1*2"),
        ("#N/A", "the cell holds the error #N/A"),
        (datetime.datetime(2026, 4, 1), "a date or time was typed: 2026-04-01"),
        (True, "the cell holds TRUE"),
        (-0.1, "-10% is not a share"),
    ],
)
def test_what_no_input_can_hold_is_refused_by_cell(value: object, says: str, made: Made) -> None:
    before = made.texts()
    cell = made.put(value, "pension_rate", year=2023)
    ran = made.run_import()
    assert ran.code == 2
    assert f"workbook.xlsx: {cell}: " in ran.err
    assert says in ran.err
    assert "Nothing was written." in ran.err
    assert made.texts() == before


@pytest.mark.parametrize(
    ("name", "row", "year", "value", "says"),
    [
        ("year", None, 2023, 2030, "is set by proposal.years"),
        ("present_value_base_year", None, None, 2030, "change appraisal.present_value_base in "),
        ("horizon_last_year", None, None, 2030, "is set by appraisal.horizon"),
        ("team.wte", 7, None, 2, "has no part in the scenario realistic"),
        ("people_per_team", None, None, 0, "by zero"),
        ("experience_years", None, None, 100, "100 years of experience is not a step"),
    ],
)
def test_what_is_set_elsewhere_is_refused_with_where(
    name: str, row: int | None, year: int | None, value: float, says: str, made: Made
) -> None:
    before = made.texts()
    cell = made.put(value, name, row, year)
    ran = made.run_import()
    assert ran.code == 2
    assert says in ran.err
    if name != "people_per_team":  # which formula divides by zero is said, and not which input led to it
        assert cell in ran.err
    assert made.texts() == before


def _link(book: Sheets) -> None:
    book["Rollout"]["F7"] = 66


def _formula(book: Sheets) -> None:
    book["Calculations"]["E9"] = 5


def _pay(book: Sheets) -> None:
    book["Pay scale"]["F9"] = 99_999


def _band(book: Sheets) -> None:
    book["Team"]["C7"] = "9"


def _row_out(book: Sheets) -> None:
    book["Appraisal inputs"].delete_rows(8)


def _row_in(book: Sheets) -> None:
    book["Appraisal inputs"].insert_rows(8, 2)


def _last_row_out(book: Sheets) -> None:
    book["Inputs"].delete_rows(7)


def _column_in(book: Sheets) -> None:
    book["Appraisal inputs"].insert_cols(3)


def _sheet_renamed(book: Sheets) -> None:
    book["Rollout"].title = "Roll-out"


def _sheet_out(book: Sheets) -> None:
    del book["Appraisal inputs"]


def _about_out(book: Sheets) -> None:
    del book["About"]


def _about(what: str, value: str) -> Edit:
    def edit(book: Sheets) -> None:
        for label, cell in book["About"].iter_rows(min_row=6, max_col=2):
            if str(label.value).startswith(what):
                cell.value = value

    return edit


def _selector(value: str | None) -> Edit:
    def edit(book: Sheets) -> None:
        book["Cover"]["B6"] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (_formula, "Calculations!E9: a formula was overwritten: the cell holds 5\n  Put back ="),
        (_link, "To change this input in the scenario that is selected, type it in Scenario values!"),
        (_pay, "Pay scale!F9: pay is looked up in a published scale"),
        (_band, "Team!C7: a fixed value was changed: the cell holds '9'"),
        (_row_out, "Appraisal inputs, row 8: the row of"),
        (_row_in, "Appraisal inputs, row 8: the row of"),
        (_last_row_out, "Inputs, row 7: the row of"),
        (_column_in, "Appraisal inputs, column C: the column of Unit has moved to column D"),
        (_sheet_renamed, "the workbook has no sheet Rollout\n  If Roll-out was renamed, give it its old name back."),
        (_sheet_out, "the workbook has no sheet Appraisal inputs"),
        (_about_out, "the workbook has no sheet About that says how costmodel made it"),
        (_about("Version of costmodel", "0.0.1"), "was made by costmodel 0.0.1, and this is costmodel"),
        (_about("Proposal", "nobody-has-this"), "Say where the proposal is with --assumptions."),
        (_about("Proposal", "family-hubs-2025"), "there is no proposal 'family-hubs-2025'"),
        (_about(f"SHA-256 of {TEAMS}/team.yaml", "0" * 64), f"{TEAMS}/team.yaml has changed since the workbook"),
        (_selector("realstic"), "Cover!B6: 'realstic' is selected, and is no scenario\n  Did you mean realistic?"),
        (_selector(None), "Cover!B6: no scenario is selected"),
    ],
)
def test_whatever_else_was_changed_stops_the_import(edit: Edit, says: str, made: Made) -> None:
    before = made.texts()
    made.put(0.15, "pension_rate", year=2023)
    made.edit(edit)
    ran = made.run_import()
    assert ran.code == 2
    assert says in ran.err
    assert len(ran.err) < 3_000, "one mistake is not said a hundred times"
    assert made.texts() == before


def test_files_that_changed_since_are_named_and_templates_do_not_count(made: Made) -> None:
    made.put(0.15, "pension_rate", year=2023)
    team = made.assumptions / TEAMS / "team.yaml"
    text = team.read_text(encoding="utf-8")
    team.write_text(f"# Mended.\n{text}", encoding="utf-8")
    (made.assumptions / TEAMS / "scenarios" / "slower-rollout.yaml").unlink()
    (made.assumptions / TEAMS / "more.yaml").write_text("", encoding="utf-8")
    ran = made.run_import()
    assert f"{TEAMS}/team.yaml has changed since" in ran.err
    assert f"{TEAMS}/scenarios/slower-rollout.yaml was read when" in ran.err
    assert f"{TEAMS}/more.yaml was added since" in ran.err


def test_a_file_that_is_no_workbook_is_said(made: Made) -> None:
    for content, says in (
        (b"", "the file is empty\n  Save it as an Excel workbook (.xlsx) and import that."),
        (b"PK\x03\x04 cut short", "damaged"),
        (b"text", "no .xlsx workbook"),
    ):
        made.file.write_bytes(content)
        ran = made.run_import()
        assert (ran.code, says in ran.err) == (2, True), ran.err
    made.file.unlink()
    assert "there is no file" in made.run_import().err


def test_a_workbook_with_macros_is_refused(made: Made) -> None:
    with zipfile.ZipFile(made.file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert "the workbook has macros" in made.run_import().err


def test_every_cell_of_the_pay_scale_and_every_formula_that_is_wrong_is_named_at_once(made: Made) -> None:
    _cells = ("Calculations!E9", "Calculations!F9", "Pay scale!F9")

    def edit(book: Sheets) -> None:
        for cell in _cells:
            sheet, _, at = cell.partition("!")
            book[sheet][at] = 1

    made.edit(edit)
    found = made.run_import()
    assert all(f"{cell}: " in found.err for cell in _cells)
    assert "3 mistakes" in found.err


# Every input, and other programs


@pytest.mark.parametrize(
    ("proposal", "root"),
    [(TEAMS, SHIPPED), ("family-hubs-2025", SHIPPED), ("parent-infant-team-cost", SHIPPED), ("150-areas", PROPOSALS),
     ("free-school-meals", PROPOSALS), ("youth-hubs", PROPOSALS), ("early-help", PROPOSALS)],
)  # fmt: skip
def test_random_edits_of_workbooks_read_back_bit_for_bit(proposal: str, root: Path, tmp_path: Path) -> None:
    scenarios = costmodel.load(proposal, root).scenarios
    made = Made(tmp_path, scenarios[-1], proposal, root)
    original, start = made.file.read_bytes(), made.start
    costing, before = start.costing, inputs_of(start)
    keys = [
        key
        for key in made.cells
        if (held := costing.assumptions.get(key[0])) and not held.set_by
        and not costing.model.lines[key[0]].unit.is_year
        and (key[1] is None or key[1] in own_rows(start, costing.model.lines[key[0]]))
    ]  # fmt: skip
    scenario = tmp_path / "assumptions" / proposal / "scenarios" / "reviewed.yaml"
    refused: list[str] = []

    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def try_some(data: st.DataObject) -> None:
        made.file.write_bytes(original)
        scenario.unlink(missing_ok=True)
        wanted = {name: values.copy() for name, values in before.items()}
        typed: dict[tuple[str, int, int], float] = {}
        for name, row, year in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=6, unique=True)):
            line = costing.model.lines[name]
            own = own_rows(start, line).index(row) if row is not None else 0
            at = [found.start for found in costing.model.years].index(year) if year is not None else slice(None)
            old = float(before[name][own, 0 if year is None else at][()])
            # what a person types has 15 digits at most
            new = float(f"{old * data.draw(st.floats(0.8, 1.2)):.15g}") if old else 0.01
            value = float(not old) if line.unit.is_flag else min(new, 1.0) if line.unit.is_share else new
            wanted[name][own, at] = value
            typed[made.cell(name, row, year)] = value

        def edit(book: Sheets) -> None:
            for (sheet, at, column), value in typed.items():
                book[sheet].cell(row=at, column=column).value = value

        made.edit(edit)
        try:
            found = made.get()
        except BadInput as bad:
            refused.append(str(bad))
            assert not scenario.exists()
            return
        if found.written is None:
            assert all(np.array_equal(before[name], values) for name, values in wanted.items())
            return
        got = inputs_of(costmodel.load(proposal, made.assumptions).run("reviewed"))
        for name, values in wanted.items():
            assert np.array_equal(got[name], values), name

    try_some()
    assert all("one of the two is needed" in says for says in refused), "no other edit here is one that cannot be made"


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved_is_the_same_workbook(made: Made) -> None:
    made.put(0.15, "pension_rate", year=2023)
    command = ["soffice", f"-env:UserInstallation={(made.folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    saved = made.folder / "saved"
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(saved), str(made.file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    made.file = saved / "workbook.xlsx"
    found = made.get()
    assert [(change.name, change.after) for change in found.changes] == [("pension_rate", 0.15)]
    assert found.notes == ()
