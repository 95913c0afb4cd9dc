"""The table of 2021 as it was printed: every cell of it comes out of the text files, to the pound."""

import csv
import json
from typing import Any

import pytest
from helpers import SHIPPED, TEAMS, costmodel_cli

YEARS = ["2022/23", "2023/24", "2024/25", "2025/26"]
PRINTED = {
    "teams_operating": (40, 80, 135, 202),
    "labour_operating": (9_507_392, 19_585_227, 34_041_572, 52_464_367),
    "teams_starting": (40, 55, 67, 0),
    "labour_starting": (4_753_696, 6_732_422, 8_447_353, 0),
    "training": (443_100, 808_763, 1_016_505, 334_163),
    "development_programme": (500_000, 1_000_000, 1_000_000, 0),  # the last cell is blank in print
    "total": (15_204_187, 28_126_411, 44_505_430, 52_798_529),
    "children": (8_000, 14_750, 23_600, 30_300),
}
PRINTED_TOTAL = 87_836_029
COSTS = ["labour_operating", "labour_starting", "training", "development_programme"]
NOTE = "So the figures shown for 2022/23, 2023/24, 2025/26 and the total for 2022/23 to 2024/25 do not add exactly."


def show(*words: str) -> str:
    ran = costmodel_cli("show", TEAMS, "--assumptions", SHIPPED, *words)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def table() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(show("--format", "csv").splitlines())}


def as_json(*words: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(show("--format", "json", *words))
    return read


@pytest.mark.parametrize("row", PRINTED)
def test_every_cell_of_a_row_is_as_printed(row: str) -> None:
    assert tuple(int(table()[row][year]) for year in YEARS) == PRINTED[row]


def test_the_table_has_the_printed_rows_in_their_order_and_no_others() -> None:
    assert list(table()) == list(PRINTED)


def test_the_total_of_the_spending_review_is_as_printed() -> None:
    totals = {name: row["Total 2022/23 to 2024/25"] for name, row in table().items()}
    assert totals.pop("total") == str(PRINTED_TOTAL)
    assert set(totals.values()) == {""}


def test_training_is_rounded_half_up() -> None:
    training = as_json()["lines"]["training"]["values"]
    assert training[1] == pytest.approx(808_762.5, abs=1e-6)
    assert training[3] == pytest.approx(334_162.5, abs=1e-6)
    assert [table()["training"][year] for year in ("2023/24", "2025/26")] == ["808763", "334163"]


def test_the_years_that_do_not_add_as_printed_are_those_that_the_note_names() -> None:
    apart = [
        year
        for at, year in enumerate(YEARS)
        if sum(PRINTED[row][at] for row in COSTS) != PRINTED["total"][at]  # the check is on what is typed in above
    ]
    assert apart == ["2022/23", "2023/24", "2025/26"]
    assert sum(PRINTED["total"][:3]) == PRINTED_TOTAL - 1
    for form in ("text", "markdown"):
        assert show("--format", form).rstrip().endswith(NOTE)


def test_unrounded_figures_add_exactly_enough() -> None:
    lines = as_json()["lines"]
    for at in range(4):
        assert sum(lines[row]["values"][at] for row in COSTS) == pytest.approx(lines["total"]["values"][at], rel=1e-14)


def test_json_is_unrounded() -> None:
    lines = as_json()["lines"]
    assert lines["total_spending_review"]["value"] == pytest.approx(87_836_028.58, abs=0.005)
    assert lines["team_salaries"]["values"][0] == pytest.approx(208_495.43, abs=0.005)
    assert lines["team_cost"]["values"][0] == pytest.approx(237_684.7902, abs=5e-5)


def test_the_shape_of_the_json() -> None:
    read = as_json()
    assert list(read) == ["proposal", "scenario", "years", "lines"]
    assert (read["proposal"], read["scenario"], read["years"]) == (TEAMS, "base", YEARS)
    for name, line in read["lines"].items():
        keys = list(line)
        assert keys[:3] == ["label", "unit", "grade"], name
        assert keys[3:] in (["values"], ["value"], ["rows"]), name
        assert len(line.get("values", YEARS)) == len(YEARS), name
        assert isinstance(line.get("value", 0.0), float), name
    assert read["lines"]["total"]["unit"] == "£"
    assert read["lines"]["total"]["label"] == "Total each year"
    assert read["lines"]["total"]["grade"] == "calibrated"
    assert read["lines"]["teams_operating"]["grade"] == "published"


def test_text_has_every_figure_with_its_commas() -> None:
    lines = show().splitlines()
    assert lines[0] == "Costs per year, number of teams in operation and number of children seen"
    found = {line[:57].strip(): line[57:].split() for line in lines if line[:1] not in ("", "-", " ")}
    assert found["Total each year"] == [
        "£", "15,204,187", "28,126,411", "44,505,430", "52,798,529", "87,836,029", "calibrated"
    ]  # fmt: skip
    assert found["Children seen per year"] == ["children", "8,000", "14,750", "23,600", "30,300", "calibrated"]


def test_markdown_is_a_table_with_every_figure() -> None:
    lines = show("--format", "markdown").splitlines()
    assert lines[0] == "|  | 2022/23 | 2023/24 | 2024/25 | 2025/26 | Total 2022/23 to 2024/25 |"
    rows = [line.strip("|").split("|") for line in lines[2:10]]
    figures = [tuple(int(cell.replace(",", "")) for cell in row[1:5]) for row in rows]
    assert figures == list(PRINTED.values())
    assert rows[6][5].strip() == "87,836,029"


def test_a_scenario_and_a_table_are_chosen_by_name() -> None:
    assert as_json("--scenario", "realistic")["scenario"] == "realistic"
    assert show("--table", "value_for_money", "--format", "csv").splitlines()[1].startswith("present_value_costs,")
    missing = costmodel_cli("show", TEAMS, "--assumptions", SHIPPED, "--table", "submision")
    assert missing.code == 2
    assert "Did you mean submission?" in missing.err
