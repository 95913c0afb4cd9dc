"""Costs by unit, by list and in one year alone; and tables with a row for each row of a list."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import pytest
from benefits_helpers import MADE_UP, TRIAL, Part, value, write_trial
from helpers import PROPOSALS, costmodel_cli, write
from recalculation import assert_recalculates, cached_values

import costmodel
from costmodel.analysis.results import Results
from costmodel.analysis.shown_tables import show_table
from costmodel.numbers import round_half_up
from costmodel.workbook.write import workbook_bytes

YEARS = ["2026/27", "2027/28", "2028/29"]
TAKE_UP, JOINING = [0.30, 0.45, 0.55, 0.60], [0.40, 0.30, 0.20, 0.10]
CPI = {
    2022: 0.0907,
    2023: 0.0730,
    2024: 0.0253,
    2025: 0.0345,
    2026: 0.0248,
    2027: 0.0202,
    2028: 0.0204,
    2029: 0.0204,
    2030: 0.02,
}


def by_year(*texts: str) -> Part:
    return dict(zip(YEARS, texts, strict=True))


def proposal(**more: Any) -> Part:
    """Pupils of two regions by year, at a rate each."""
    return {
        "proposal": {"title": "T", "years": "2026/27 to 2028/29", **more.pop("proposal", {})},
        "assumptions": {"pupils": {"unit": "pupils", **value("1,000")}, **more.pop("assumptions", {})},
        "lists": {
            "regions": {
                "label": "Regions",
                "columns": {
                    "pupils": {"unit": "pupils", **MADE_UP},
                    "price": {"unit": "£ per pupil", **MADE_UP},
                    "take_up": {"unit": "share of pupils", **MADE_UP},
                    "fed": {"unit": "pupils", "formula": "regions.pupils * regions.take_up"},
                },
                "rows": [
                    {"name": "North", "pupils": "1,001", "price": "£2.50", "take_up": by_year("10%", "20%", "30%")},
                    {"name": "London", "pupils": "2,003", "price": "£3.50", "take_up": by_year("20%", "40%", "60%")},
                ],
            }
        },
        "programme_costs": {
            "meals": {"label": "Meals", "per": "regions.fed", "rate": "£2.50", **MADE_UP},
            **more.pop("costs", {}),
        },
        **more,
    }


def worked(folder: Path, written: Part, **scenarios: Part) -> Results:
    return costmodel.load(TRIAL, write_trial(folder, written, scenarios)).run()


def refused(folder: Path, written: Part) -> str:
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(folder, written))
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert "proposal.yaml:" in ran.err
    return ran.err


def cost(way: Part) -> Part:
    return proposal(costs={"books": {"label": "Books", **way, **MADE_UP}})


# By unit


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"per": "pupils", "rate": "£3"}, [3_000.0] * 3),
        ({"per": "pupils", "rate": "£3", "once": "2027/28"}, [0.0, 3_000.0, 0.0]),
        ({"per": "pupils", "rate": "£3", "uplift": {"rate": "10%"}}, [3_000.0, 3_300.0, 3_630.0]),
        ({"per": "pupils", "rate": by_year("£3", "£4", "£5")}, [3_000.0, 4_000.0, 5_000.0]),
        ({"value": "£700", "once": "2028/29"}, [0.0, 0.0, 700.0]),
        ({"value": "£700", "once": "2028/29", "uplift": {"rate": "10%"}}, [0.0, 0.0, 847.0]),
        ({"per": "regions.pupils", "rate": "regions.price"}, [1_001 * 2.5 + 2_003 * 3.5] * 3),
        ({"per": "regions.fed", "rate": "£2", "once": "2026/27"}, [2 * (100.1 + 400.6), 0.0, 0.0]),
    ],
)
def test_a_number_of_units_times_the_rate_of_one(way: Part, expected: list[float], tmp_path: Path) -> None:
    results = worked(tmp_path, cost(way))
    assert results.by_year("books") == pytest.approx(expected, rel=1e-12)


def test_the_rate_is_an_assumption_with_a_unit_and_grounds_of_its_own(tmp_path: Path) -> None:
    results = worked(
        tmp_path, cost({"per": "pupils", "rate": {"value": "£3", "reason": "As paid.", "range": "£2 to £4"}})
    )
    line, ground = results.line("books_rate"), results.costing.assumptions["books_rate"].grounds[0]
    assert (str(line.unit), ground.reason, ground.high) == ("£ per pupil", "As paid.", 4.0)


def test_a_line_of_ones_own_that_has_rows_can_be_paid_for_too(tmp_path: Path) -> None:
    written = cost({"per": "places", "rate": "£2"})
    written["lines"] = {"places": {"label": "Places", "unit": "pupils", "formula": "regions.pupils * regions.take_up"}}
    results = worked(tmp_path, written)
    expected = [2 * (1_001 * north + 2_003 * london) for north, london in ((0.1, 0.2), (0.2, 0.4), (0.3, 0.6))]
    assert results.by_year("books") == pytest.approx(expected)
    assert results.cells("regions.books")[1].tolist() == pytest.approx([2 * 2_003 * share for share in (0.2, 0.4, 0.6)])


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ({"per": "pupil", "rate": "£3"}, "no line and no column of a list called 'pupil'\n  Did you mean pupils?"),
        ({"per": "meals", "rate": "£3"}, "'meals' is in £, and a number of units is needed"),
        ({"per": "regions.name", "rate": "£3"}, "'regions.name' is text, and a number of units is needed"),
        ({"per": "pupils"}, "per and rate go together"),
        ({"per": "pupils", "rate": "£3", "value": "£5"}, "by_year, value, budget and per is needed"),
        ({"per": "pupils", "rate": "3%"}, "a percentage was given, and the unit is '£ per pupil'"),
        ({"per": "pupils", "rate": "regions.prices"}, "'regions.prices' is neither a number nor the name"),
        ({"value": "£5", "once": "2031/32"}, "the year 2031/32 is not in the proposal\n  Its years are 2026/27 to"),
        ({"by_year": dict.fromkeys(YEARS, "£5"), "once": "2026/27"}, "by_year says what falls in each year"),
    ],
)  # fmt: skip
def test_a_cost_by_unit_that_cannot_be_is_refused(way: Part, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, cost(way))


def test_a_scenario_may_move_what_falls_once_and_may_not_pay_for_something_else(tmp_path: Path) -> None:
    written = cost({"per": "pupils", "rate": "£3", "once": "2026/27"})
    root = write_trial(tmp_path, written, {"later": {"programme_costs.books.once": "2028/29"}})
    costed = costmodel.load(TRIAL, root)
    assert costed.run("later").by_year("books") == [0.0, 0.0, 3_000.0]
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(costed.run("later")))
    assert_recalculates(tmp_path / "book.xlsx")
    write_trial(tmp_path, written, {"later": {"programme_costs.books.per": "regions.pupils"}})
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert "a scenario works this programme's cost out in another way" in ran.err


# By list


def cpi(year: int) -> float:
    """The index of the financial year that starts in a year, by the growth that is printed for calendar years."""
    levels = {2021: 100.0}
    for at in range(2022, year + 2):
        levels[at] = levels[at - 1] * (1 + CPI[at])
    return 0.75 * levels[year] + 0.25 * levels[year + 1]


@pytest.mark.parametrize("scenario", ["base", "more-take-up", "primary-only", "london"])
def test_breakfast_clubs_by_region_add_to_england(scenario: str, tmp_path: Path) -> None:
    results = costmodel.load("breakfast-clubs", PROPOSALS).run(scenario)
    with (PROPOSALS / "breakfast-clubs" / "regions.csv").open(encoding="utf-8-sig") as file:
        read = list(csv.DictReader(file))
    rows: list[dict[str, Any]] = [
        {key: text if key == "name" else float(text.replace(",", "")) for key, text in row.items()} for row in read
    ]
    if scenario == "primary-only":
        rows = [{**row, "secondary_pupils": 0.0, "secondary_schools": 0.0} for row in rows]
    if scenario == "london":
        rows = [{**row, "primary_pupils": 800_000.0} if row["name"] == "London" else row for row in rows]
    primary = 1.06 * (1.1 if scenario == "london" else 1)
    found: Any = results.table("by_region")
    for row in rows:
        expected = []
        for at, year in enumerate(range(2026, 2030)):
            growth = cpi(year) / cpi(2025)
            taken = TAKE_UP[at] + (0.1 if scenario == "more-take-up" else 0)
            meals = 190 * taken * growth * (row["primary_pupils"] * primary + row["secondary_pupils"] * 1.21)
            expected.append(meals + 1_500 * JOINING[at] * (row["primary_schools"] + row["secondary_schools"]))
        expected.append(sum(expected))
        assert found.loc[row["name"]].tolist() == pytest.approx(expected, rel=1e-9)
    assert found.drop("cost").sum().tolist() == pytest.approx(found.loc["cost"].tolist(), rel=1e-12)
    assert all(check.holds for check in results.checks)
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "book.xlsx")


def of_areas(folder: Path, count: int) -> Path:
    """A root of assumptions with so many authorities, each with pupils of its own."""
    written = proposal(tables={"by_area": {"title": "By area", "rows_of": "regions", "line": "meals"}})
    written["lists"]["regions"].pop("rows")
    written["lists"]["regions"]["file"] = "areas.csv"
    root = write_trial(folder, written)
    header = f"name,pupils,price,{','.join(f'take_up {year}' for year in YEARS)}"
    rows = [f"Area {at},{1_000 + 37 * at},£1.50,{10 + at % 7}%,{20 + at % 11}%,{30 + at % 13}%" for at in range(count)]
    write(root / TRIAL / "areas.csv", "\n".join([header, *rows]))
    return root


def test_a_table_of_153_areas_adds_to_england_in_every_year_in_the_workbook_too(tmp_path: Path) -> None:
    root = of_areas(tmp_path, 153)
    started = time.process_time()
    results = costmodel.load(TRIAL, root).run()
    table = show_table(results, "by_area")
    content = workbook_bytes(results)
    assert time.process_time() - started < 2
    assert len(table.rows) == 154
    *areas, england = table.rows
    for place in range(4):
        total = sum(area.values[place] or 0.0 for area in areas)
        assert total == pytest.approx(england.values[place], rel=1e-12)
        gap = sum(round_half_up(area.values[place] or 0.0) for area in areas) - round_half_up(
            england.values[place] or 0
        )
        heading = table.columns[place].replace("Total ", "the total for ")
        assert not gap or heading in table.notes[-1]
        assert place == 3 or (heading in table.notes[-1].partition("the total")[0]) == bool(gap)
    (tmp_path / "book.xlsx").write_bytes(content)
    assert_recalculates(tmp_path / "book.xlsx")
    cells = cached_values(tmp_path / "book.xlsx")
    for place, column in enumerate("EFGH"):
        assert cells["Summary", f"{column}159"] == pytest.approx(england.values[place], rel=1e-9)
        rows = [cells["Summary", f"{column}{row}"] for row in range(6, 159)]
        assert sum(float(row) for row in rows) == pytest.approx(england.values[place], rel=1e-9)


def test_a_table_of_a_share_has_no_total(tmp_path: Path) -> None:
    results = worked(tmp_path, proposal(tables={"t": {"title": "T", "rows_of": "regions", "line": "take_up"}}))
    table = show_table(results, "t")
    assert [(row.label, table.texts(row)) for row in table.rows] == [
        ("North", ("10%", "20%", "30%")),
        ("London", ("20%", "40%", "60%")),
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"rows_of": "region", "line": "meals"}, "there is no list 'region'\n  Did you mean regions?"),
        ({"rows_of": "regions", "line": "meal"}, "'meal' has no figure for each row of regions\n  Did you mean"),
        ({"rows_of": "regions", "line": "name"}, "'name' has no figure for each row of regions"),
        ({"rows_of": "regions"}, "a table has rows; or rows_of, the name of a list, and line"),
        ({"rows_of": "regions", "line": "meals", "rows": ["meals"]}, "a table has rows; or rows_of"),
        ({"rows_of": "regions", "line": "meals", "totals": {"all_years": ["meals"]}}, "take totals out"),
        ({"rows_of": "regions", "line": "fed", "display": "£ million"}, "no row of the table is an amount of money"),
        ({"rows": ["pupils"], "display": "£ million"}, "no row of the table is an amount of money"),
        ({"rows": ["meals"], "display": "£million"}, "Did you mean £ million?"),
        ({"rows": ["meals"], "decimals": "9"}, "'9' is no number of decimals: write one from 0 to 6"),
        ({"rows": ["meals"], "totals": {"all_year": ["meals"]}}, "there is no period 'all_year'"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused(table: Part, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, proposal(tables={"t": {"title": "T", **table}}))


# In what it is shown


def test_money_is_shown_in_millions_rounded_half_up_and_the_note_is_of_what_is_shown(tmp_path: Path) -> None:
    costs: dict[str, Part] = {
        name: {"by_year": dict.fromkeys(YEARS, amount), **MADE_UP}
        for name, amount in (("one", "£1,250,000"), ("two", "£1,250,000"), ("three", "£450,000"))
    }
    written = proposal(
        costs=costs,
        lines={
            "all_costs": {"label": "All", "unit": "£", "formula": "one + two"},
            "each": {"label": "Each", "unit": "£ per pupil", "formula": "one / pupils", "decimals": "1"},
            "rest": {"label": "Rest", "unit": "£", "formula": "three + 0", "decimals": "3"},
        },
        tables={
            "t": {
                "title": "T",
                "rows": ["one", "two", "all_costs", "rest", "each", "pupils"],
                "display": "£ million",
                "totals": {"all_years": ["all_costs"]},
            },
        },
    )
    results = worked(tmp_path, written)
    table = show_table(results, "t")
    shown = {row.name: (row.unit_words, *table.texts(row)) for row in table.rows}
    assert shown["one"] == ("£ million", "", "1.3", "1.3", "1.3", "")
    assert shown["all_costs"] == ("£ million", "", "2.5", "2.5", "2.5", "7.5")
    assert shown["rest"] == ("£ million", "", "0.450", "0.450", "0.450", "")
    assert shown["each"][:3] == ("£ per pupil", "", "1,250.0")
    assert shown["pupils"] == ("pupils", "1,000", "", "", "", "")
    assert table.notes[-1].endswith("So the figures shown for 2026/27, 2027/28 and 2028/29 do not add exactly.")
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "book.xlsx")
    cells = cached_values(tmp_path / "book.xlsx")
    assert cells["Summary", "E8"] == pytest.approx(2.5, rel=1e-9)
    assert results.value("pounds_in_a_million") == 1_000_000


def test_in_real_prices_the_unit_says_so_beside_the_scale(tmp_path: Path) -> None:
    written = proposal(
        proposal={"prices": "2025/26 prices"},
        tables={"t": {"title": "T", "rows": ["meals"], "display": "£ thousand", "decimals": "2"}},
    )
    row = show_table(worked(tmp_path, written), "t").rows[0]
    assert row.unit_words == "£ thousand (2025/26 prices)"
    assert row.shown.text(1_234_565) == "1,234.57"
