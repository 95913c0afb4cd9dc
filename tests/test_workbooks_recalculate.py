"""Every workbook of every proposal and scenario, worked out again by engines that share no code with costmodel."""

import functools
import zipfile
from collections.abc import Mapping
from pathlib import Path

import ironcalc  # type: ignore[import-untyped,unused-ignore]
import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, copy_of_teams, write
from openpyxl.utils import get_column_letter as column_letter  # type: ignore[import-untyped,unused-ignore]
from recalculation import (
    Cells,
    assert_recalculates,
    by_ironcalc,
    by_libreoffice_many,
    cached_values,
    contents,
    differences,
    layouts,
    plant_wrong_values,
    select_scenario,
)

import costmodel
from costmodel.analysis.loading import load_all
from costmodel.analysis.results import Costed, Results
from costmodel.workbook.write import workbook_bytes

ROOTS = (SHIPPED, PROPOSALS)


@functools.cache
def costings() -> dict[str, Costed]:
    """Every proposal that ships and every fixture, worked out."""
    return {costed.costing.name: costed for root in ROOTS for costed in load_all((), root)}


def scenarios() -> list[tuple[str, str]]:
    """Every proposal and scenario, by the files alone, so that collecting tests loads nothing."""
    return [
        (file.parent.name, scenario)
        for root in ROOTS
        for file in sorted(root.glob("*/proposal.yaml"))
        for scenario in sorted({"base", *(found.stem for found in file.parent.glob("scenarios/*.yaml"))})
    ]


EVERY = pytest.mark.parametrize(("proposal", "scenario"), scenarios())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbooks")


def workbook(folder: Path, proposal: str, scenario: str) -> Path:
    """The workbook of a scenario, written once."""
    path = folder / f"{proposal}--{scenario}.xlsx"
    if not path.exists():
        path.write_bytes(workbook_bytes(costings()[proposal].run(scenario)))
    return path


Where = dict[str, tuple[str, int, dict[str, str]]]
"""Where each line stands: its sheet, its row, and the column letter of each heading."""


@functools.cache
def tables_by_id(path: Path) -> Where:
    """Where each line stands on the sheets of inputs and calculations."""
    found: Where = {}
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book:
        rows = sheet.iter_rows(min_row=5, values_only=True)
        headings = {str(value): column_letter(at) for at, value in enumerate(next(rows, ()), start=1)}
        if headings.get("Id") != "B" or sheet.title.startswith("Summary"):
            continue
        for number, row in enumerate(rows, start=6):
            if len(row) > 1 and row[1]:
                found.setdefault(str(row[1]), (sheet.title, number, headings))
    book.close()
    return found


def uses_normsdist(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(b"NORMSDIST" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_every_scenario_that_a_proposal_has_is_tested() -> None:
    assert {(name, scenario) for name, costed in costings().items() for scenario in costed.scenarios} == set(
        scenarios()
    )
    assert len(scenarios()) >= 20


@EVERY
def test_the_workbook_works_out_what_the_engine_did_whichever_scenario_is_selected(
    proposal: str, scenario: str, folder: Path, tmp_path: Path
) -> None:
    path, expected = tmp_path / "selected.xlsx", cached_values(workbook(folder, proposal, scenario))
    select_scenario(workbook(folder, proposal, "base"), path, scenario)
    assert (cached_values(path) != expected) == (scenario != "base")
    # IronCalc's NORMSDIST is good to about 1e-10 absolute, which a benefit stream of a small effect makes larger.
    relative = 1e-7 if uses_normsdist(path) else 1e-9
    assert_recalculates(path, expected, engines=("ironcalc",), relative=relative)
    assert_recalculates(path, expected, engines=("cellrune",))


@EVERY
def test_the_files_of_all_scenarios_are_one_workbook(proposal: str, scenario: str, folder: Path) -> None:
    """They differ in what is selected and in cached values: what holds of one file with any selection holds of all."""
    base, own = (workbook(folder, proposal, name) for name in ("base", scenario))
    assert layouts(own) == layouts(base)
    of_base, here = contents(base), contents(own)
    differ = {place for place in {**of_base, **here} if of_base.get(place) != here.get(place)}
    made = [(sheet, cell) for sheet, cell in differ if sheet != "About"]
    assert made == ([("Cover", "B6")] if scenario != "base" else [])
    assert {here[place][1] for place in differ if place[0] == "About"} <= {
        scenario,
        f"costmodel run {proposal} --scenario {scenario}",
    }


@pytest.mark.libreoffice
def test_libreoffice_works_out_what_the_engine_did(folder: Path) -> None:
    paths = [workbook(folder, *each) for each in scenarios()]
    planted = [path.with_name(f"planted-{path.name}") for path in paths]
    for path, copy in zip(paths, planted, strict=True):
        assert plant_wrong_values(path, copy) > 0
    apart = []
    for path, found in zip(paths, by_libreoffice_many(planted, timeout=500), strict=True):
        apart += [f"{path.stem}: {line}" for line in differences(cached_values(path), found, label="LibreOffice")]
    assert not apart, "\n".join(apart[:20])


@EVERY
def test_cells_hold_the_values_of_the_engine(proposal: str, scenario: str, folder: Path) -> None:
    results = costings()[proposal].run(scenario)
    path = workbook(folder, proposal, scenario)
    cached, where = cached_values(path), tables_by_id(path)
    compared = 0
    for line in results.shown_lines:
        if line.is_input or line.shape.rows:
            continue
        sheet, row, headings = where[line.name]
        if line.shape.by_year:
            for year, value in zip(results.costing.model.years, results.cells(line.name)[0], strict=True):
                assert cached[sheet, f"{headings[str(year)]}{row}"] == pytest.approx(value, rel=1e-12), line.name
        else:
            assert cached[sheet, f"D{row}"] == pytest.approx(results.value(line.name), rel=1e-12), line.name
        compared += 1
    assert compared > 0


def test_the_summary_has_the_total_that_is_asked_for(folder: Path) -> None:
    cached = cached_values(workbook(folder, TEAMS, "base"))
    assert any(
        sheet == "Summary" and isinstance(value, float) and abs(value - 87_836_028.58295) < 1e-4
        for (sheet, _), value in cached.items()
    )


# A change in the workbook and the same change in a scenario file come to the same figures.


def edited(path: Path, cells: Mapping[tuple[str, str], str]) -> Cells:
    """What IronCalc makes of the workbook after a person types into some of its cells."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    sheets = {properties["name"]: at for at, properties in enumerate(model.get_worksheets_properties())}
    for (sheet, address), typed in cells.items():
        column = address.rstrip("0123456789")
        row = int(address.removeprefix(column))
        model.set_user_input(sheets[sheet], row, ironcalc.column_number_from_name(column), typed)
    model.evaluate()
    found: Cells = {}
    for sheet, address in cached_values(path):
        column = address.rstrip("0123456789")
        row = int(address.removeprefix(column))
        value = model.get_cell_value(sheets[sheet], row, ironcalc.column_number_from_name(column))
        found[sheet, address] = "" if value is None else value
    return found


def with_change(folder: Path, change: str) -> Results:
    proposal = copy_of_teams(folder)
    write(
        proposal / "scenarios" / "edited.yaml",
        f"scenario: {{title: Edited, reason: A change made for a test.}}\nchanges:\n  {change}\n",
    )
    return costmodel.load(TEAMS, folder / "assumptions").run("edited")


@pytest.mark.parametrize(
    ("cell", "typed", "change"),
    [
        (("team.wte[4]", "base"), "2.5", "workforce.team[4].wte: 2.5"),
        (("team.wte[1]", "base"), "0.5", "workforce.team[1].wte: 0.5"),
        (("on_cost_rate", "Constant or opening value"), "0.262", "on_cost_rate: 26.2%"),
        (("pay_uplift_rate", "Constant or opening value"), "0.045", "pay_uplift_rate: 4.5%"),
        (("teams_starting[2023/24]", "base"), "50", "rollout.starting: {2023/24: 50}"),
        (("teams_at_start", "Constant or opening value"), "41", "rollout.operating_at_start: 41"),
        (("starting_cost_share", "Constant or opening value"), "0.6", "rollout.while_starting.cost: 60% of a year"),
        (("development_programme", "2025/26"), "750000", "development_programme: {2025/26: '£750,000'}"),
    ],
)
def test_a_change_of_one_cell_flows_to_the_total(
    cell: tuple[str, str], typed: str, change: str, folder: Path, tmp_path: Path
) -> None:
    path = workbook(folder, TEAMS, "base")
    where = tables_by_id(path)
    name, heading = cell
    sheet, row, headings = where[name]
    address = f"{headings[heading]}{row}"
    found, results = edited(path, {(sheet, address): typed}), with_change(tmp_path, change)
    base = costings()[TEAMS].run()
    assert results.by_year("total") != base.by_year("total")
    for line in ("labour_operating", "labour_starting", "training", "total", "children"):
        at, row, headings = where[line]
        shown = [found[at, f"{headings[str(year)]}{row}"] for year in base.costing.model.years]
        assert shown == pytest.approx(list(results.cells(line)[0]), rel=1e-9), line
    at, row, _ = where["total_spending_review"]
    assert found[at, f"D{row}"] == pytest.approx(results.value("total_spending_review"), rel=1e-9)


def test_a_workbook_with_one_wrong_formula_is_caught(folder: Path, tmp_path: Path) -> None:
    path = workbook(folder, TEAMS, "base")
    sheet, row, headings = tables_by_id(path)["total"]
    book = openpyxl.load_workbook(path)
    cell = book[sheet][f"{headings['2023/24']}{row}"]
    cell.value = f"{cell.value}+1"
    book.save(tmp_path / "wrong.xlsx")
    apart = differences(cached_values(path), by_ironcalc(tmp_path / "wrong.xlsx"))
    assert any(line.startswith(f"{sheet}!{headings['2023/24']}{row}:") for line in apart)
