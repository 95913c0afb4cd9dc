"""Working back from a printed table: the values of unknowns that give every printed cell, and no others."""

import json
import time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from evidence_helpers import HUBS, TEAM_COST, copy_of_all, shipped
from helpers import SHIPPED, TEAMS, copy_of_teams, costmodel_cli, edit, in_own_process, write, write_proposal
from hypothesis import given, settings
from hypothesis import strategies as st

import costmodel
from costmodel.analysis.solving import solve
from costmodel.analysis.verdicts import DIFFERS, table_verdicts
from costmodel.errors import BadInput


def solved(*words: object) -> dict[str, Any]:
    """What ``costmodel solve`` prints of the proposal of 2021, unrounded."""
    ran = costmodel_cli("solve", TEAMS, *words, "--format", "json", "--assumptions", SHIPPED)
    assert ran.code == 0, ran.err
    read: dict[str, Any] = json.loads(ran.out)
    return read


# The table of 2021


def test_exactly_one_combination_of_pay_points_gives_the_printed_table_and_it_is_of_2020_21() -> None:
    years = solved()["pay_points"]
    assert {year: len(found["inside"]) for year, found in years.items() if found["inside"]} == {"2020/21": 1}
    assert set(years) >= {"2018/19", "2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26", "2026/27"}
    assert {year: found["tried"] for year, found in years.items() if year in ("2020/21", "2021/22", "2022/23")} == {
        "2020/21": 512,
        "2021/22": 216,
        "2022/23": 216,
    }
    only = years["2020/21"]["inside"][0]
    assert only["points"] == [
        ["4", 24_157],
        ["6", 33_176],
        ["7", 40_894],
        ["7", 40_894],
        ["8b", 53_168],
        ["8c", 63_751],
    ]
    assert only["salaries"] == pytest.approx(0.8 * 24_157 + 33_176 + 2 * 40_894 + 53_168 + 0.33 * 63_751, abs=1e-9)


def test_the_labour_rows_alone_put_the_salaries_of_a_team_within_a_third_of_a_penny() -> None:
    found = solved("team_salaries", "--row", "labour_operating", "--row", "labour_starting")
    assert found["cells"] == 8
    assert round(found["unknowns"]["team_salaries"]["low"], 4) == 208_495.4291
    assert round(found["unknowns"]["team_salaries"]["high"], 4) == 208_495.4320
    assert found["unknowns"]["team_salaries"]["inside"] is True


def test_the_split_of_training_and_the_children_of_a_team_are_recovered_from_the_table_alone() -> None:
    unknowns = solved()["unknowns"]
    for name, value, near in (
        ("training_per_team_year_1", 11_077.50, 0.01),
        ("training_per_team_year_2", 4_987.50, 0.01),
        ("children_per_team_operating", 150, 0.02),
        ("children_per_team_starting", 50, 0.02),
    ):
        found = unknowns[name]
        assert found["low"] - 1e-6 <= value <= found["high"] + 1e-6
        assert found["low"] > value - near
        assert found["high"] < value + near


def test_the_answer_does_not_depend_on_what_the_model_assumes_of_the_unknowns(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    edit(folder / "team.yaml", "year: 2020/21", "year: 2022/23")
    edit(folder / "costs.yaml", "['£11,077.50', '£4,987.50']", "['£8,000', '£8,000']")
    edit(folder / "rollout.yaml", "value: 50\n", "value: 75\n")
    ran = costmodel_cli("solve", TEAMS, "--format", "json", "--assumptions", tmp_path / "assumptions")
    assert ran.code == 0
    moved, own = json.loads(ran.out), solved()
    for name, found in own["unknowns"].items():
        assert moved["unknowns"][name]["low"] == pytest.approx(found["low"], abs=1e-4)
        assert moved["unknowns"][name]["high"] == pytest.approx(found["high"], abs=1e-4)
    assert [name for name, found in moved["unknowns"].items() if not found["inside"]] == [
        "team_salaries",
        "training_per_team_year_1",
        "training_per_team_year_2",
        "children_per_team_starting",
    ]
    assert moved["pay_points"] == own["pay_points"]


def test_a_person_waits_less_than_10_seconds_for_all_of_it(tmp_path: Path) -> None:
    start = time.monotonic()
    ran = in_own_process("solve", TEAMS, "--assumptions", SHIPPED, cwd=tmp_path)
    assert time.monotonic() - start < 10
    assert ran.code == 0
    assert "2020/21: one of 512: 4 £24,157, 6 £33,176, 7 £40,894, 7 £40,894, 8b £53,168, 8c £63,751" in ran.out
    assert "2021/22: none of 216" in ran.out


def test_text_and_markdown_say_the_same_intervals_and_whether_the_model_is_inside() -> None:
    words = ("solve", TEAMS, "children_per_team_operating", "--row", "children", "--assumptions", SHIPPED)
    text = costmodel_cli(*words).out
    markdown = costmodel_cli(*words, "--format", "markdown").out
    for form in (text, markdown):
        assert "Every one of the 4 printed cells of submission comes out when:" in form
        assert "children_per_team_operating" in form
        assert "149.99752" in form  # 202 teams see 30,299.5 children
        assert "150.00248" in form
        assert "yes" in form
    assert "| children_per_team_operating | children per team |" in markdown


def test_two_posts_alike_that_swap_their_pay_points_are_one_combination(tmp_path: Path) -> None:
    text = """
proposal: {title: Two posts, years: 2020/21, source: pif-spending-review-2021}
workforce:
  team: [{role: First, band: 7, wte: 1}, {role: Second, band: 7, wte: 1}, {role: Third, band: 7, wte: 0.5}]
  pay: {scale: agenda-for-change-england, year: 2020/21, experience_years: 0}
  on_costs: {rate: 0%}
published:
  t: {title: T, source: pif-spending-review-2021, values: {team_cost: TOTAL}, solve_for: [team_salaries]}
"""
    total = 38_890 + 44_503 + 0.5 * 40_894
    write(tmp_path / "two-posts" / "proposal.yaml", text.replace("TOTAL", f"{total:.0f}"))
    years = {str(found.year): found for found in solve(costmodel.load("two-posts", tmp_path).run("base")).pay_years}
    assert years["2020/21"].tried == 4**3
    assert [found.salaries for found in years["2020/21"].inside] == [total]
    assert sorted(pay for _, pay in years["2020/21"].inside[0].points) == [38_890, 40_894, 44_503]


def test_an_end_is_where_a_printed_cell_breaks(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    found = solved("on_cost_rate")["unknowns"]["on_cost_rate"]
    low, high = found["low"], found["high"]
    hair = (high - low) / 1_000
    rates = {
        "below": low - hair,
        "low": low + hair,
        "middle": (low + high) / 2,
        "high": high - hair,
        "above": high + hair,
    }
    for name, rate in rates.items():
        text = f"scenario: {{title: T, reason: R.}}\nchanges: {{on_cost_rate: '{Decimal(rate):.18f}'}}\n"
        write(folder / "scenarios" / f"end-{name}.yaml", text)
    teams = costmodel.load(TEAMS, tmp_path / "assumptions")
    holds = {name: all(v.verdict != DIFFERS for v in table_verdicts(teams.run(f"end-{name}"))) for name in rates}
    assert holds == {"below": False, "low": True, "middle": True, "high": True, "above": False}


def test_what_the_doubling_was_of_can_be_worked_back_from_the_ask_of_2025() -> None:
    ran = costmodel_cli(
        "solve", HUBS, "scale", "--row", "parent_infant_a_year", "--format", "json", "--assumptions", SHIPPED
    )
    found = json.loads(ran.out)["unknowns"]["scale"]
    assert found["low"] == pytest.approx(72.5 / 36.5, abs=1e-8)
    assert found["high"] == pytest.approx(73.5 / 36.5, abs=1e-8)


# Any table, and any unknowns that enter it linearly


def half_up(value: Fraction, unit: Fraction) -> Fraction:
    """The nearest multiple of a unit, halves away from zero."""
    steps = value / unit
    whole = (Decimal(steps.numerator) / Decimal(steps.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(whole) * unit


def exact_intervals(
    rows: list[list[Fraction]], gaps: list[Fraction], half: Fraction
) -> list[tuple[Fraction, Fraction]] | None:
    """The least and greatest of each unknown where every row is within half a unit of its gap, by visiting each corner.

    Returns None where the rows do not hold the unknowns together.
    """
    count = len(rows[0])
    corners: list[list[Fraction]] = []
    for chosen in combinations(range(len(rows)), count):
        for signs in product((-1, 1), repeat=count):
            matrix = [[*rows[at], gaps[at] + sign * half] for at, sign in zip(chosen, signs, strict=True)]
            point = gauss(matrix)
            if point is None:
                continue
            apart = [
                abs(sum(a * x for a, x in zip(row, point, strict=True)) - gap)
                for row, gap in zip(rows, gaps, strict=True)
            ]
            if all(by <= half for by in apart):
                corners.append(point)
    if not corners:
        return None
    return [(min(corner[at] for corner in corners), max(corner[at] for corner in corners)) for at in range(count)]


def gauss(matrix: list[list[Fraction]]) -> list[Fraction] | None:
    """Solve a square system exactly; None where it has no one solution."""
    size = len(matrix)
    for column in range(size):
        pivot = next((row for row in range(column, size) if matrix[row][column]), None)
        if pivot is None:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        for row in range(size):
            if row != column and matrix[row][column]:
                share = matrix[row][column] / matrix[column][column]
                matrix[row] = [a - share * b for a, b in zip(matrix[row], matrix[column], strict=True)]
    return [matrix[row][size] / matrix[row][row] for row in range(size)]


EVIDENCE = {"evidence/sources.yaml": "sources:\n  report: {title: A report}\n"}

coefficients = st.integers(-6, 6)
amounts = st.integers(-9_000, 9_000).map(lambda thousandths: Fraction(thousandths, 1_000))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """A linear table: values of the unknowns, a coefficient of each in each row and year, and what it is rounded to."""
    count = draw(st.integers(1, 3))
    rows = draw(st.integers(1, 3))
    return {
        "values": [draw(amounts) for _ in range(count)],
        "guesses": [draw(amounts) for _ in range(count)],
        "slopes": [[[draw(coefficients) for _ in range(count)] for _ in range(2)] for _ in range(rows)],
        "constants": [draw(amounts) for _ in range(rows)],
        "unit": draw(st.sampled_from([Fraction(1), Fraction(1, 100), Fraction(10)])),
    }


def text_of(value: Fraction) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


def proposal_of(table: dict[str, Any]) -> tuple[dict[str, str], list[list[Fraction]], list[Fraction]]:
    """The table as a proposal that holds guesses; its rows of coefficients; and what is printed, less the constants."""
    names = [f"x{at}" for at in range(len(table["values"]))]
    assumptions = [
        f"  {n}: {{label: {n}, value: '{text_of(g)}', unit: number, reason: R.}}"
        for n, g in zip(names, table["guesses"], strict=True)
    ]
    lines, printed, rows, gaps = [], [], [], []
    for row, (years, constant) in enumerate(zip(table["slopes"], table["constants"], strict=True)):
        terms = [f"c{row}"]
        assumptions.append(f"  c{row}: {{label: C, value: '{text_of(constant)}', unit: number, reason: R.}}")
        for at, name in enumerate(names):
            by_year = ", ".join(f"{year}: {years[place][at]}" for place, year in enumerate(("2025/26", "2026/27")))
            assumptions.append(f"  k{row}{at}: {{label: K, by_year: {{{by_year}}}, unit: number, reason: R.}}")
            terms.append(f"k{row}{at} * {name}")
        lines.append(f"  row{row}: {{label: Row, unit: number, formula: {' + '.join(terms)}}}")
        figures = []
        for place in range(2):
            slopes = [Fraction(slope) for slope in years[place]]
            true = constant + sum(a * x for a, x in zip(slopes, table["values"], strict=True))
            figures.append(half_up(true, table["unit"]))
            rows.append(slopes)
            gaps.append(figures[-1] - constant)
        printed.append(f"      row{row}: [{', '.join(repr(text_of(figure)) for figure in figures)}]")
    text = "\n".join(
        [
            "proposal: {title: T, years: 2025/26 to 2026/27}",
            "assumptions:",
            *assumptions,
            "lines:",
            *lines,
            f"published:\n  t:\n    title: T\n    source: report\n    rounds_to: '{text_of(table['unit'])}'",
            f"    years: [2025/26, 2026/27]\n    solve_for: [{', '.join(names)}]\n    rows:",
            *printed,
        ]
    )
    return {**EVIDENCE, "t/proposal.yaml": text}, rows, gaps


@settings(max_examples=60)
@given(table=tables())
def test_the_true_values_lie_inside_and_the_ends_are_where_exact_arithmetic_puts_them(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    files, rows, gaps = proposal_of(table)
    results = costmodel.load("t", write_proposal(tmp_path_factory.mktemp("table"), files)).run("base")
    rank_is_full = any(
        gauss([[*rows[at], Fraction(0)] for at in chosen]) is not None
        for chosen in combinations(range(len(rows)), len(table["values"]))
    )
    if not rank_is_full:
        with pytest.raises(BadInput, match=r"cannot tell these apart|reaches no figure"):
            solve(results)
        return
    found = solve(results)
    expected = exact_intervals(rows, gaps, table["unit"] / 2)
    assert expected is not None
    assert found.out == ()
    for interval, value, (low, high) in zip(found.intervals, table["values"], expected, strict=True):
        hair = 1e-6 * max(1.0, float(high - low))
        assert interval.low == pytest.approx(float(low), abs=hair)
        assert interval.high == pytest.approx(float(high), abs=hair)
        assert interval.low - hair <= float(value) <= interval.high + hair


def small(folder: Path, lines: str, printed: str, assumptions: str = "", years: str = "2025/26 to 2026/27") -> Path:
    """A proposal with two amounts, these lines and this printed table, to the whole number."""
    text = f"""
proposal: {{title: T, years: {years}}}
assumptions:
  a: {{label: A, value: 3, unit: number, reason: R.}}
  b: {{label: B, value: 4, unit: number, reason: R.}}
  c: {{label: C, value: 5, unit: number, reason: R.}}
{assumptions}
lines:
{lines}
published:
  t:
    title: T
    source: report
{printed}
"""
    write_proposal(folder, {**EVIDENCE, "t/proposal.yaml": text})
    return folder


def ran_solve(folder: Path, *words: object) -> tuple[int, str]:
    ran = costmodel_cli("solve", "t", *words, "--assumptions", folder)
    return ran.code, ran.out + ran.err


BOTH = "  both: {label: Both, unit: number, formula: a + b}\n  own: {label: Own, unit: number, formula: c}"
VALUES = "    values: {both: 7, own: 5}"


def test_unknowns_that_the_table_cannot_tell_apart_are_named_and_no_others(tmp_path: Path) -> None:
    code, said = ran_solve(small(tmp_path, BOTH, VALUES), "a", "b", "c")
    assert code == 2
    assert "the printed table cannot tell these apart: a, b\n" in said
    assert "Take one of them as known." in said


def test_more_unknowns_than_cells_cannot_be_told_apart(tmp_path: Path) -> None:
    lines = "  both: {label: Both, unit: number, formula: a + b * c}"
    code, said = ran_solve(small(tmp_path, lines, "    values: {both: 23}"), "a", "b")
    assert code == 2
    assert "the printed table cannot tell these apart: a, b" in said


def test_an_unknown_that_reaches_nothing_that_is_printed_is_refused(tmp_path: Path) -> None:
    code, said = ran_solve(small(tmp_path, BOTH, "    values: {both: 7}"), "a", "c")
    assert code == 2
    assert "c reaches no figure of the printed table\n  Leave it out." in said


@pytest.mark.parametrize(
    ("formula", "unknowns"),
    [("a * b", ("a", "b")), ("a * a + b", ("a", "b")), ("exp(a)", ("a",)), ("c / a", ("a",)), ("max(a, b)", ("a",))],
)
def test_an_unknown_that_does_not_enter_linearly_is_refused(
    tmp_path: Path, formula: str, unknowns: tuple[str, ...]
) -> None:
    lines = (
        f"  both: {{label: Both, unit: number, formula: '{formula}'}}\n  own: {{label: Own, unit: number, formula: b}}"
    )
    code, said = ran_solve(small(tmp_path, lines, "    values: {both: 7, own: 5}"), *unknowns)
    assert code == 2
    assert "does not enter the printed figures linearly" in said
    assert "Traceback" not in said


def test_what_multiplies_is_found_though_two_products_cancel(tmp_path: Path) -> None:
    more = "  d: {label: D, value: 3, unit: number, reason: R.}"
    names = ("a", "b", "d")
    lines = "\n".join(f"  own_{name}: {{label: Own, unit: number, formula: {name}}}" for name in names)
    lines += "\n  both: {label: Both, unit: number, formula: a * b - d * b}"
    root = small(tmp_path, lines, "    values: {both: 0, own_a: 3, own_b: 4, own_d: 3}", more)
    code, said = ran_solve(root, *names)
    assert code == 2
    assert "a or b or d does not enter the printed figures linearly" in said


def test_growth_at_a_rate_and_what_multiplies_another_unknown_are_not_linear() -> None:
    for unknowns in (["pay_uplift_rate"], ["team_salaries", "starting_cost_share"]):
        ran = costmodel_cli("solve", TEAMS, *unknowns, "--assumptions", SHIPPED)
        assert ran.code == 2
        assert f"{' or '.join(unknowns)} does not enter the printed figures linearly" in ran.err
        assert "Take as known what they multiply" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            (TEAMS, "--table", "submision"),
            "there is no printed table 'submision' in parent-infant-teams-2021\n  Did you mean submission?",
        ),
        (
            (TEAMS, "--row", "labor_operating"),
            "there is no row 'labor_operating' in the printed table submission\n  Did you mean labour_operating?",
        ),
        (
            (TEAMS, "team_salarys"),
            "there is no line 'team_salarys' in parent-infant-teams-2021\n  Did you mean team_salaries?",
        ),
        ((TEAMS, "team.wte"), "team.wte has a value for each row of team"),
        ((TEAMS, "team.band"), "team.band has a value for each row of team"),
        ((TEAM_COST,), "parent-infant-team-cost has no printed table to work back from\n  Add one under published"),
        ((HUBS,), "no unknown is named\n  Name assumptions, or list them under solve_for in the printed table."),
        (("parent-infant-team-2021",), "there is no proposal 'parent-infant-team-2021'"),
    ],
)
def test_what_is_not_there_is_an_error_that_suggests_the_nearest(words: tuple[str, ...], says: str) -> None:
    ran = costmodel_cli("solve", *words, "--assumptions", SHIPPED)
    assert ran.code == 2
    assert says in ran.err
    assert ran.out == ""


# Where nothing fits


def test_a_table_that_no_value_fits_says_by_how_much_and_exits_1(tmp_path: Path) -> None:
    lines = "  own: {label: Own, unit: number, formula: a * year / year}"
    root = small(tmp_path, lines, "    years: [2025/26, 2026/27]\n    rows: {own: [10, 20]}")
    code, said = ran_solve(root, "a")
    assert code == 1
    assert "No values of the unknowns give all 2 printed cells of t." in said
    assert "Past the last digit at the least: own@" in said
    assert " by 9." in said  # 10.5 from below and 19.5 from above are 9 apart
    code, said = ran_solve(root, "a", "--format", "json")
    assert code == 1
    assert list(json.loads(said)["out"].values()) == pytest.approx([9])


def test_a_misprinted_cell_is_the_one_that_is_named(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / TEAMS / "published.yaml", "['9,507,392',", "['9,507,492',")
    ran = costmodel_cli("solve", TEAMS, "--format", "json", "--assumptions", root)
    assert ran.code == 1
    read = json.loads(ran.out)
    assert list(read["out"]) == ["labour_operating@2022/23"]
    assert read["out"]["labour_operating@2022/23"] == pytest.approx(100 - 0.5 + 0.39, abs=0.2)
    assert read["unknowns"]["team_salaries"]["low"] == pytest.approx(208_495.43, abs=0.01)
    assert read["unknowns"]["team_salaries"]["inside"] is True
    assert read["pay_points"] == {}
    text = costmodel_cli("solve", TEAMS, "--assumptions", root).out
    assert "Past the last digit at the least: labour_operating@2022/23 by 99." in text


def test_the_table_itself_then_does_not_reconcile(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / TEAMS / "published.yaml", "['9,507,392',", "['9,507,492',")
    ran = costmodel_cli("reconcile", "submission.labour_operating@2022/23", "--assumptions", root)
    assert ran.code == 1
    assert "Does not hold: submission.labour_operating@2022/23" in ran.err


# Unknowns by year


@pytest.mark.parametrize(
    ("values", "year", "low", "high"), [("2, 4", "2025/26", 1.75, 2.25), ("0, 4", "2026/27", 3.5, 4.5)]
)
def test_an_unknown_by_year_keeps_its_profile_from_its_first_year_that_is_not_0(
    tmp_path: Path, values: str, year: str, low: float, high: float
) -> None:
    first, second = values.split(", ")
    more = f"  d: {{label: D, by_year: {{2025/26: {first}, 2026/27: {second}}}, unit: number, reason: R.}}"
    lines = "  own: {label: Own, unit: number, formula: d}"
    printed = f"    years: [2025/26, 2026/27]\n    rows: {{own: [{first}, {second}]}}"
    ran = costmodel_cli("solve", "t", "d", "--format", "json", "--assumptions", small(tmp_path, lines, printed, more))
    found = json.loads(ran.out)["unknowns"]["d"]
    assert found["year"] == year
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=1e-8)


def test_an_unknown_that_the_model_holds_at_0_is_solved_for_all_the_same(tmp_path: Path) -> None:
    more = "  d: {label: D, value: 0, unit: number, reason: R.}"
    root = small(tmp_path, "  own: {label: Own, unit: number, formula: a * d + b}", "    values: {own: 19}", more)
    found = solve(costmodel.load("t", root).run("base"), unknowns=["d"]).intervals[0]
    assert (found.low, found.high) == pytest.approx((14.5 / 3, 15.5 / 3), abs=1e-8)
    assert not found.holds


def test_a_line_may_be_unknown_though_it_is_worked_out() -> None:
    found = solve(shipped(TEAMS).run("base"), unknowns=["team_cost"], rows=["labour_operating"]).intervals[0]
    assert found.model == pytest.approx(208_495.43 * 1.14)
    assert found.holds
    assert found.high - found.low < 0.004
