"""Scenarios that say by how much a value changes, and of which row of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benefits_helpers import MADE_UP, TRIAL, Part, value, write_trial
from helpers import HERE, costmodel_cli, write
from recalculation import assert_recalculates

import costmodel
from costmodel.analysis.results import Results
from costmodel.workbook.write import workbook_bytes

YEARS = ["2026/27", "2027/28"]


def proposal() -> Part:
    return {
        "proposal": {"title": "T", "years": "2026/27 to 2027/28"},
        "assumptions": {
            "unit_cost": {"unit": "£ per pupil", **value("£16")},
            "take_up": {"unit": "share of pupils", "by_year": dict(zip(YEARS, ["30%", "45%"], strict=True)), **MADE_UP},
            "growth": {"unit": "rate a year", **value("2%")},
            "same": {"unit": "£ per pupil", "name": "unit_cost", **MADE_UP},
        },
        "lists": {
            "regions": {
                "label": "Regions",
                "columns": {
                    "pupils": {"unit": "pupils", **MADE_UP},
                    "share": {"unit": "share of pupils", **MADE_UP},
                },
                "rows": [
                    {"name": "St. Helens", "pupils": 100, "share": dict(zip(YEARS, ["10%", "20%"], strict=True))},
                    {"name": "London [inner]", "pupils": 300, "share": dict(zip(YEARS, ["20%", "90%"], strict=True))},
                ],
            }
        },
        "programme_costs": {"rent": {"value": "£1,000", **MADE_UP}},
        "lines": {
            "cost": {
                "label": "Cost",
                "unit": "£",
                "formula": "rent * (1 + growth) + take_up * unit_cost * sum(regions.pupils * regions.share)",
            }
        },
        "tables": {"t": {"title": "T", "rows": ["cost"]}},
    }


def run(folder: Path, changes: Part, **more: Part) -> Results:
    written = proposal()
    del written["assumptions"]["same"]
    written["lines"]["cost"]["formula"] = written["lines"]["cost"]["formula"].replace(
        "(unit_cost + 0 * same)", "unit_cost"
    )
    root = write_trial(folder, written, {"other": changes, **more})
    return costmodel.load(TRIAL, root).run("other")


def shown(results: Results, name: str) -> Any:
    return results.cells(name).tolist()


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({"unit_cost": "+10%"}, "unit_cost", [[17.6]]),
        ({"unit_cost": "-10%"}, "unit_cost", [[14.4]]),
        ({"unit_cost": "x0.9"}, "unit_cost", [[14.4]]),
        ({"unit_cost": "× 1.25"}, "unit_cost", [[20.0]]),
        ({"rent": "+5 per cent"}, "rent", [[1_050.0]]),
        ({"take_up": "+10 points"}, "take_up", [[0.4, 0.55]]),
        ({"take_up": "x1.1"}, "take_up", [[0.33, 0.495]]),
        ({"growth": "-2%"}, "growth", [[-0.02]]),
        ({"growth": "+1 point"}, "growth", [[0.03]]),
        ({"unit_cost": {"value": "+10%", "reason": "Dearer.", "range": "£15 to £20"}}, "unit_cost", [[17.6]]),
        ({"regions.pupils": "x1.1"}, "regions.pupils", [[110.0], [330.0]]),
        ({"regions.pupils": "50"}, "regions.pupils", [[50.0], [50.0]]),
        ({"regions.pupils[St. Helens]": "+10%"}, "regions.pupils", [[110.0], [300.0]]),
        ({"regions.pupils[2]": "-10%"}, "regions.pupils", [[100.0], [270.0]]),
        ({"regions.share[London [inner]]": "40%"}, "regions.share", [[0.1, 0.2], [0.4, 0.4]]),
        ({"regions.share[St. Helens]": {"2027/28": "40%"}}, "regions.share", [[0.1, 0.4], [0.2, 0.9]]),
        ({"regions.share": {"2027/28": "40%"}}, "regions.share", [[0.1, 0.4], [0.2, 0.4]]),
        ({"regions.share": "-5 points"}, "regions.share", [[0.05, 0.15], [0.15, 0.85]]),
    ],
)
def test_a_change_says_by_how_much_or_of_which_row(
    changes: Part, name: str, expected: list[list[float]], tmp_path: Path
) -> None:
    results = run(tmp_path, changes)
    assert shown(results, name) == [pytest.approx(row, rel=1e-12) for row in expected]
    assert shown(results.costed.run("base"), name) != shown(results, name)


def test_typed_figures_are_changed_exactly(tmp_path: Path) -> None:
    assert shown(run(tmp_path, {"unit_cost": "+10%"}), "unit_cost") == [[17.6]]
    assert shown(run(tmp_path, {"take_up": "+10 points"}), "take_up") == [[0.4, 0.55]]


def test_a_scenario_that_starts_from_another_changes_what_that_one_left(tmp_path: Path) -> None:
    run(tmp_path, {"unit_cost": "+10%", "regions.pupils": "x2"})
    root = tmp_path / "assumptions"
    text = (root / TRIAL / "scenarios" / "other.yaml").read_text("utf-8")
    write(root / TRIAL / "scenarios" / "then.yaml", text.replace("scenario:", "scenario:\n  from: other"))
    results = costmodel.load(TRIAL, root).run("then")
    assert shown(results, "unit_cost") == [[pytest.approx(16 * 1.21)]]
    assert shown(results, "regions.pupils") == [[400.0], [1_200.0]]
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "book.xlsx")


def test_what_was_changed_rests_on_the_scenario(tmp_path: Path) -> None:
    results = run(tmp_path, {"unit_cost": "+10%"})
    ground = results.costing.assumptions["unit_cost"].grounds[1]
    assert (ground.reason, ground.grade) == ("Scenario other: Made up for this test.", "illustrative")


SHARE = "+10% of a share or rate may be so much of it, or so many points\n  Write x1.1 for the one, or +10 points."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (f"take_up: {HERE}+10%", SHARE),
        (f"{HERE}regions.share: +10%", SHARE),
        (f"unit_cost: {HERE}+10 points", "+10 points is said of a share or rate, and this is neither\n  Write +10%"),
        (f"{HERE}regions.pupils: +10 points", "+10 points is said of a share or rate, and this is neither"),
        (f"same: {HERE}+10%", "+10% is of a number, and what stands there is none"),
        (f"take_up: {HERE}+60 points", "105% is not a share"),
        (f"regions.share[London [inner]]: {HERE}+20 points", "110% is not a share"),
        (f"{HERE}regions.pupils[London]: 5", "no row called 'London' in this scenario\n  Did you mean London [inner]?"),
        (f"{HERE}regions.pupils[Zzz]: 5", "Its rows are St. Helens, London [inner]."),
        (f"{HERE}regions.pupil[St. Helens]: 5", "there is nothing called 'regions.pupil[St. Helens]' to change"),
        (f"unit_cost: {HERE}+10", "'+10' is not a number"),
    ],
)
def test_a_change_that_may_mean_two_things_or_none_is_refused_at_its_place(
    change: str, says: str, tmp_path: Path
) -> None:
    root = write_trial(tmp_path, proposal())
    place = write(
        root / TRIAL / "scenarios" / "other.yaml", f"scenario: {{title: T, reason: R.}}\nchanges:\n  {change}\n"
    )
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2, ran.out
    assert says in ran.err
    assert f"other.yaml:{place}:" in ran.err
