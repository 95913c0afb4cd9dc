"""Sheets of switching values and of sensitivity, and the charts: the same in every file, true for any selection."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from benefits_helpers import HUBS, TEAMS, Part, bottom_up, costed_trial, shipped, top_down, trial, value
from recalculation import assert_recalculates, cached_values, select_scenario

from costmodel.analysis.results import Costed
from costmodel.analysis.sensitivity import sensitivity
from costmodel.analysis.switching import switching_of
from costmodel.audit.report import audit
from costmodel.workbook.write import workbook_bytes

NPSV = "net_present_social_value"
TRIAL = "trial"
SHEETS = ("Tests by scenario", "Switching values", "Sensitivity")
Table = dict[str, dict[str, Any]]


@functools.cache
def written(proposal: str, scenario: str) -> bytes:
    return workbook_bytes(shipped(proposal).run(scenario))


def table(content: bytes, sheet: str) -> Table:
    """The cached values of a sheet's table, by id and header."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = list(book[sheet].iter_rows(min_row=5, values_only=True))
    return {str(row[1]): dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]}


def charts(content: bytes) -> list[str]:
    """The charts, and the drawing that places them with their alternative text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if re.match("xl/(charts|drawings)/[^/]+xml$", name))
        return [archive.read(name).decode() for name in names]


def small(folder: Path) -> Costed:
    """A proposal whose scenarios rest on different assumptions, with values that some cannot bear."""
    stream = bottom_up(20, counterfactual_rate=value("40%"), effect={"risk_ratio": value("0.5", range="0.2 to 4")})
    years = ["2024/25", "2025/26"]
    document = trial(years, streams={"good": stream, "flat": top_down(1_500)}, horizon="2024/25 to 2027/28")
    changes: dict[str, Part] = {
        "no-harm": {"benefits.streams.good.counterfactual_rate": "0%"},
        "cheap": {"spend": dict.fromkeys(years, 1)},
    }
    return costed_trial(folder, document, changes)


@pytest.mark.parametrize(
    ("proposal", "scenario"),
    [(HUBS, "base"), (HUBS, "published-links"), (HUBS, "benefits-high"), (TEAMS, "realistic"), (TEAMS, "base")],
)
def test_each_row_is_what_the_library_finds_in_the_scenario_selected(proposal: str, scenario: str) -> None:
    run, content = shipped(proposal).run(scenario), written(proposal, scenario)
    shown = table(content, "Sensitivity")
    for one in sensitivity(run, NPSV).ranges:
        row = shown.pop(one.name)
        assert (row["Low"], row["Value now"], row["High"]) == pytest.approx((one.low, one.own, one.high))
        assert (row["Result at low"], row["Result at high"]) == pytest.approx((one.at_low, one.at_high))
        assert one.at_high is not None
        assert row["Swing"] == pytest.approx(one.swing)
        assert row["Change at high"] == pytest.approx(one.at_high - run.value(NPSV))
        assert row["As when made"] == 1
    assert all((row["Low"], row["Swing"], row["Change at low"]) == ("[z]",) * 3 for row in shown.values())
    shown = table(content, "Switching values")
    for switch in switching_of(run).switches:
        row = shown.pop(switch.name)
        assert row["Value now"] == pytest.approx(switch.own)
        assert row["Switching value"] == ("none" if switch.value is None else pytest.approx(switch.value))
        assert row["Times"] == (pytest.approx(switch.times) if switch.times is not None else "[z]")
        assert row["Straight line"] == ("yes" if switch.linear else "no")
        assert row["Live proof"] == (1 if switch.linear and switch.value is not None else "[z]")
        assert row["In its range"] == {True: "yes", False: "no", None: "[z]"}[switch.in_range]
        assert row["Grade"] == switch.grade
    assert all((row["Switching value"], row["Live proof"]) == ("[z]", "[z]") for row in shown.values())


@pytest.mark.parametrize("proposal", [HUBS, TEAMS])
def test_rows_are_those_of_any_scenario_in_the_order_of_base(proposal: str) -> None:
    costed, content = shipped(proposal), written(proposal, "base")
    first = [switch.name for switch in switching_of(costed.run()).switches]
    every = {switch.name for run in costed.runs for switch in switching_of(run).switches}
    assert list(table(content, "Switching values"))[: len(first)] == first
    assert set(table(content, "Switching values")) == every
    ranged = [one.name for one in sensitivity(costed.run(), NPSV).ranges]
    assert list(table(content, "Sensitivity"))[: len(ranged)] == ranged


def test_every_selection_recalculates_where_scenarios_rest_on_different_assumptions(tmp_path: Path) -> None:
    costed, files = small(tmp_path), {}
    for scenario in costed.scenarios:
        files[scenario] = tmp_path / f"{scenario}.xlsx"
        files[scenario].write_bytes(workbook_bytes(costed.run(scenario)))
    shown = {name: table(file.read_bytes(), "Switching values") for name, file in files.items()}
    assert shown["base"]["good_risk_ratio"]["Switching value"] not in ("none", "[z]")
    assert shown["no-harm"]["good_risk_ratio"]["Switching value"] == "[z]"
    assert table(files["base"].read_bytes(), "Sensitivity")["good_risk_ratio"]["Result at high"] == "none"
    for scenario, file in files.items():
        expected, selected = cached_values(file), tmp_path / "selected.xlsx"
        select_scenario(files["base"], selected, scenario)
        assert_recalculates(selected, expected)
        assert {sheet for sheet, _ in expected} >= set(SHEETS)


@pytest.mark.parametrize("name", ["babies_reached_2028_29", "discount_rate_standard_1"])
def test_the_live_proof_is_0_once_another_input_has_changed(name: str, tmp_path: Path) -> None:
    file = tmp_path / "base.xlsx"
    file.write_bytes(written(HUBS, "base"))
    book = openpyxl.load_workbook(file)
    sheet, cell = book.defined_names[name].attr_text.replace("'", "").replace("$", "").split("!")
    model = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
    sheets = {properties["name"]: at for at, properties in enumerate(model.get_worksheets_properties())}
    row, column = int(cell.lstrip("ABCDEFGH")), ironcalc.column_number_from_name(cell.rstrip("0123456789"))
    model.set_user_input(sheets[sheet], row, column, repr(float(book[sheet][cell].value) * 1.1))
    model.evaluate()
    headers = {str(one.value): at for at, one in enumerate(book["Switching values"][5], start=1)}
    proofs = {
        str(one[1].value): model.get_cell_value(sheets["Switching values"], at, headers["Live proof"])
        for at, one in enumerate(book["Switching values"].iter_rows(min_row=6), start=6)
    }
    assert proofs["problems_avoided_unit_value"] == 0
    same = [str(one.value) for one in book["Sensitivity"][5]].index("As when made") + 1
    assert model.get_cell_value(sheets["Sensitivity"], 6, same) == 0


@pytest.mark.parametrize("proposal", [HUBS, TEAMS])
def test_charts_and_stored_figures_are_the_same_in_every_file(proposal: str) -> None:
    of_base = charts(written(proposal, "base"))
    for scenario in shipped(proposal).scenarios:
        content = written(proposal, scenario)
        assert [_without_caches(chart) for chart in charts(content)] == [_without_caches(chart) for chart in of_base]
        stored = [table(made, "Tests by scenario") for made in (content, written(proposal, "base"))]
        assert stored[0].keys() == stored[1].keys()


def _without_caches(chart: str) -> str:
    return re.sub(r"<c:(num|str)Cache>.*?</c:\1Cache>", "", chart, flags=re.DOTALL)


@pytest.mark.parametrize("proposal", [HUBS, TEAMS])
def test_charts_say_what_they_show_and_draw_cells(proposal: str) -> None:
    drawn = charts(written(proposal, "base"))
    texts = re.findall(r'descr="([^"]*)"', "".join(drawn))
    assert len(texts) == 4
    assert all("It follows the scenario selected." in text for text in texts)
    assert all("In base, when made" in text for text in texts[:3])
    tornado = next(chart for chart in drawn if 'barDir val="bar"' in chart)
    assert re.findall(r"<c:f>(Sensitivity![^<]*)</c:f>", tornado)
    assert 'orientation val="maxMin"' in tornado  # the first row on top
    assert all("<c:f>" in series for chart in drawn for series in re.findall(r"<c:val>.*?</c:val>", chart))


def test_a_part_below_0_in_any_scenario_is_not_stacked(tmp_path: Path) -> None:
    document = trial(
        lines={
            "rest": {"label": "The rest", "unit": "£", "formula": "more * flag('all')"},
            "all_of_it": {"label": "All of it", "unit": "£", "formula": "spend + rest"},
        },
        assumptions={"more": {"label": "More", "unit": "£", **value(5)}},
        tables={"one": {"title": "One", "rows": ["spend", "rest", "all_of_it"]}},
    )
    document["proposal"]["periods"] = {"all": "2024/25 to 2024/25"}
    del document["appraisal"]
    plain = costed_trial(tmp_path / "plain", document, {"more": {"more": 7}})
    assert len([chart for chart in charts(workbook_bytes(plain.run())) if "stacked" in chart]) == 1
    costed = costed_trial(tmp_path, document, {"less": {"more": -5}})
    assert [chart for name in costed.scenarios for chart in charts(workbook_bytes(costed.run(name)))] == []


@pytest.mark.parametrize(("proposal", "scenario"), [(HUBS, "base"), (HUBS, "teams-only"), (TEAMS, "realistic")])
def test_the_sheets_hold_the_rules_of_a_workbook(proposal: str, scenario: str, tmp_path: Path) -> None:
    file = tmp_path / "workbook.xlsx"
    file.write_bytes(written(proposal, scenario))
    wrong = [
        (finding.rule.id, failure.sheet, failure.cell, failure.says)
        for finding in audit(file).outcomes
        for failure in finding.failures
        if failure.sheet in (*SHEETS, "Charts") or finding.rule.id in ("G06", "G09", "W07", "W16", "W17")
    ]
    assert wrong == []
