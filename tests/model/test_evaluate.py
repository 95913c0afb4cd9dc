<<<<<<< ours
"""Values of formulas, against plain Python; draws, stocks, loops and divisions by zero."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from costmodel.errors import BadInput, DividesByZero, Loop, Mistake, NotANumber
from costmodel.model.build import build_model
from costmodel.model.evaluate import evaluate
from costmodel.model.formula import parse
from costmodel.model.line import DISCOUNT_FACTOR, REAL_FACTOR, Line, Model, RowList, Shape
from costmodel.years import read_years

YEARS = read_years("2022/23 to 2025/26")
SCALAR, BY_YEAR, ROWS, BOTH = Shape(), Shape("", True), Shape("r", False), Shape("r", True)
NAMES = ("north", "south", "east")


def given_line(name: str, values: float | Sequence[float] | Sequence[Sequence[float]], unit: str = "number") -> Line:
    """An input: a number, one a year (four), one a row (three), or rows by years."""
    array = np.array(values, dtype=float)
    if array.ndim == 0:
        return Line(name=name, label=name, unit=unit, values=array.reshape(1, 1, 1), shape=SCALAR)
    if array.ndim == 1 and len(array) == len(YEARS):
        return Line(name=name, label=name, unit=unit, values=array.reshape(1, 1, -1), shape=BY_YEAR)
    if array.ndim == 1:
        return Line(name=name, label=name, unit=unit, values=array.reshape(1, -1, 1), shape=ROWS)
    return Line(name=name, label=name, unit=unit, values=array[np.newaxis], shape=BOTH)


def made(
    formulas: Mapping[str, str], *inputs: Line, scenarios: Sequence[str] = ("base",), unit: str = "number"
) -> Model:
    lines = []
    for name, text in formulas.items():
        node, mistakes = parse(text)
        assert not mistakes, mistakes
        lines.append(Line(name=name, label=name, unit=unit, formula=node, written=text))
    rows = RowList(name="r", label="R", rows=NAMES, columns=())
    periods = {"review": YEARS[:3]}
    return build_model(years=YEARS, scenarios=tuple(scenarios), lines=[*inputs, *lines], lists=[rows], periods=periods)


X = [3.0, 5.0, 8.0, 2.0]
INPUTS = [
    given_line("x", X),
    given_line("k", 7.0),
    given_line("rate", 0.03),
    given_line("rates", [0.01, 0.02, 0.03, 0.04]),
    given_line("r.v", [2.0, 9.0, 4.0]),
    given_line("r.w", [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]),
]


def value(text: str) -> NDArray[np.float64]:
    """A formula's values, rows by years."""
    found = evaluate(made({"y": text}, *INPUTS))["y"]
    assert found.shape[0] == 1
    return np.asarray(found[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + k", [10, 12, 15, 9]),
        ("x - k / x", [3 - 7 / 3, 5 - 7 / 5, 8 - 7 / 8, 2 - 7 / 2]),
        ("-x ** (1 + 1)", [-9, -25, -64, -4]),
        ("1 if x >= 5 / 1 else 0".replace("5 / 1", "k - 1 - 1"), [0, 1, 1, 0]),
        ("x > k or x < 1 + 1 + 1", [0, 0, 1, 1]),
        ("not x > k and k > 0", [1, 1, 0, 1]),
        ("min(x, k)", [3, 5, 7, 2]),
        ("max(x, k, 1)", [7, 7, 8, 7]),
        ("abs(x - k)", [4, 2, 1, 5]),
        ("prior(x)", [0, 3, 5, 8]),
        ("prior(x, start=k)", [7, 3, 5, 8]),
        ("prior(x, 1 + 1)".replace("1 + 1", "2"), [0, 0, 3, 5]),
        ("prior(x, 3, start=k)", [7, 7, 7, 3]),
        ("cumulative(x)", [3, 8, 16, 18]),
        ("growth(rate, '2022/23')", [1, 1.03, 1.03**2, 1.03**3]),
        ("growth(rate, '2024/25')", [1, 1, 1, 1.03]),
        ("growth(rates, '2022/23')", [1, 1.02, 1.02 * 1.03, 1.02 * 1.03 * 1.04]),
        ("flag('review')", [1, 1, 1, 0]),
        ("x + total(x)", [21, 23, 26, 20]),
        ("x + total(x, 'review')", [19, 21, 24, 18]),
        ("x * at(x, '2024/25')", [24, 40, 64, 16]),
        ("ceil(x / k)", [1, 1, 2, 1]),
        ("floor(x / k)", [0, 0, 1, 0]),
        ("ln(exp(x))", X),
        ("normal_quantile(normal_cdf(x / k))", [v / 7 for v in X]),
        ("x + sum(r.v)", [18, 20, 23, 17]),
        ("sum(r.v * r.w)", [2 + 45 + 36, 4 + 54 + 40, 6 + 63 + 44, 8 + 72 + 48]),
        ("x + min(r.v) + max(r.v)", [14, 16, 19, 13]),
        ("max(r.w)", [9, 10, 11, 12]),
    ],
)
def test_a_formula_by_year(text: str, expected: list[float]) -> None:
    assert value(text)[0].tolist() == pytest.approx(expected, rel=1e-12)


def test_formulas_over_rows_and_over_both() -> None:
    assert value("r.v * k")[:, 0].tolist() == [14, 63, 28]
    assert value("running(r.v)")[:, 0].tolist() == [2, 11, 15]
    assert value("total(r.w)")[:, 0].tolist() == [10, 26, 42]
    assert value("r.w * x").tolist() == [[3, 10, 24, 8], [15, 30, 56, 16], [27, 50, 88, 24]]
    assert value("prior(r.w)").tolist() == [[0, 1, 2, 3], [0, 5, 6, 7], [0, 9, 10, 11]]
    assert value("running(r.w)")[2].tolist() == [15, 18, 21, 24]
    assert value("cumulative(r.w)")[1].tolist() == [5, 11, 18, 26]
    assert value("total(x)").tolist() == [[18]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ceil(a * b)", 11),
        ("floor(c / d)", 3),
        ("a * b == e", 1),
        ("a * b > e", 0),
        ("a * b <= e", 1),
        ("a * b < e", 0),
    ],
)
def test_whole_things_and_comparisons_are_those_of_a_spreadsheet(text: str, expected: float) -> None:
    assert 1.1 * 10 != 11.000000000000001 or 0.3 / 0.1 < 3  # what plain doubles would make of them
    inputs = [given_line(n, v) for n, v in {"a": 1.1, "b": 10.0, "c": 0.3, "d": 0.1, "e": 11.0}.items()]
    assert evaluate(made({"y": text}, *inputs))["y"].item() == expected


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: float(f"{number:.6g}"))


@given(st.lists(NUMBERS, min_size=4, max_size=4), st.floats(0, 1), NUMBERS)
def test_a_stock_carries_forward(recruits: list[float], leaving: float, opening: float) -> None:
    inputs = [given_line("recruits", recruits), given_line("leaving", leaving), given_line("opening", opening)]
    found = evaluate(made({"stock": "prior(stock, start=opening) * (1 - leaving) + recruits"}, *inputs))["stock"]
    expected = list(accumulate(recruits, lambda before, more: before * (1 - leaving) + more, initial=opening))[1:]
    assert found[0, 0].tolist() == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_two_stocks_that_read_each_others_past() -> None:
    formulas = {"a": "prior(b, start=k) + x", "b": "a - prior(a)"}
    found = evaluate(made(formulas, *INPUTS))
    a, b = [10.0], [10.0]
    for at in range(1, 4):
        a.append(b[-1] + X[at])
        b.append(a[-1] - a[-2])
    assert found["a"][0, 0].tolist() == a
    assert found["b"][0, 0].tolist() == b


DRAWN = {
    "share": "x / (x + k)",
    "stock": "prior(stock, start=k) * (1 - rate) + x",
    "whole": "ceil(stock / k)",
    "rows": "r.v * whole",
    "all": "sum(rows) + total(stock)",
    "grown": "growth(rate, '2022/23') * all",
}


def test_many_draws_are_each_of_them_alone() -> None:
    random = np.random.default_rng(20)
    model, draws = made(DRAWN, *INPUTS), 50
    inputs = {
        "x": random.uniform(1, 9, (draws, 1, 4)),
        "k": random.uniform(1, 9, (draws, 1, 1)),
        "rate": random.uniform(0, 0.2, (draws, 1, 1)),
        "r.v": random.uniform(0, 5, (draws, 3, 1)),
    }
    together = evaluate(model, inputs)
    for draw in range(draws):
        alone = evaluate(model, {name: values[draw : draw + 1] for name, values in inputs.items()})
        for name in DRAWN:
            assert np.array_equal(together[name][min(draw, len(together[name]) - 1)], alone[name][0]), name


def test_present_value_and_real_use_the_appraisals_own_rows() -> None:
    factors = [
        given_line(REAL_FACTOR, [1.02, 1.0, 0.98, 0.96], "£ (2024 prices) per £"),
        given_line(DISCOUNT_FACTOR, [1.0, 0.966, 0.933, 0.901], "£ (2024 prices, discounted) per £ (2024 prices)"),
        given_line("cash", [100.0, 200.0, 300.0, 400.0], "£"),
    ]
    real = [Line(name="y", label="y", unit="£ (2024 prices)", formula=parse("real(cash)")[0])]
    model = build_model(years=YEARS, scenarios=("base",), lines=[*factors, *real])
    assert evaluate(model)["y"][0, 0].tolist() == pytest.approx([102, 200, 294, 384])
    worth = [
        Line(name="y", label="y", unit="£ (2024 prices, discounted)", formula=parse("present_value(real(cash))")[0])
    ]
    model = build_model(years=YEARS, scenarios=("base",), lines=[*factors, *worth])
    assert evaluate(model)["y"].item() == pytest.approx(102 + 200 * 0.966 + 294 * 0.933 + 384 * 0.901)


def refused(formulas: Mapping[str, str], *inputs: Line, scenarios: Sequence[str] = ("base",)) -> list[Mistake]:
    with pytest.raises(BadInput) as caught:
        evaluate(made(formulas, *inputs, scenarios=scenarios))
    return list(caught.value.mistakes)


@pytest.mark.parametrize(
    ("formulas", "chain"),
    [
        ({"a": "a + 1"}, "a needs a"),
        ({"a": "b", "b": "c", "c": "a"}, "a needs b needs c needs a"),
        ({"a": "prior(b)", "b": "total(a)"}, "needs"),
        ({"a": "prior(b) + b", "b": "a"}, "a needs b needs a"),
    ],
)
def test_a_loop_within_one_year_is_printed(formulas: Mapping[str, str], chain: str) -> None:
    found = refused(formulas)
    assert [type(mistake) for mistake in found] == [Loop]
    assert chain in str(found[0])


def test_a_division_by_zero_names_the_year_the_row_and_the_scenario() -> None:
    zero = given_line("z", [1.0, 2.0, 0.0, 0.0])
    found = refused({"y": "k / z", "after": "y + 1"}, zero, *INPUTS)
    assert [type(mistake) for mistake in found] == [DividesByZero]
    assert "'y' divides by zero in 2024/25: z is 0" in str(found[0])
    rows = given_line("r.z", [[1.0] * 4, [1.0, 0.0, 1.0, 1.0], [1.0] * 4])
    assert "divides by zero in 2023/24 for south" in str(refused({"y": "k / r.z"}, rows, *INPUTS)[0])
    two = Line(name="z", label="z", unit="number", values=np.array([[[1.0]], [[0.0]]]), shape=SCALAR)
    found = refused({"y": "k / z"}, two, *INPUTS, scenarios=("base", "low"))
    assert "in scenario low" in str(found[0])


@pytest.mark.parametrize("text", ["ln(k - k)", "ln(-k)", "normal_quantile(k)", "exp(exp(k))", "(-k) ** rate"])
def test_what_yields_no_finite_number_is_a_mistake(text: str) -> None:
    assert [type(mistake) for mistake in refused({"y": text}, *INPUTS)] == [NotANumber]


def test_a_choice_is_not_spoilt_by_the_way_it_does_not_take() -> None:
    zero = given_line("z", [1.0, 2.0, 0.0, 4.0])
    found = evaluate(made({"y": "k / z if z != 0 else 0"}, zero, *INPUTS))["y"]
    assert found[0, 0].tolist() == [7, 3.5, 0, 1.75]
=======
"""One evaluator for one scenario, twenty, or a million draws; stocks year by year; and what is no number is said."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, copy_of_teams, write, write_proposal
from random_models import random_model

import costmodel
from costmodel.analysis.results import Costed, Results
from costmodel.errors import BadInput, DividesByZero, Loop, Mistake, MixedLists, NotANumber
from costmodel.model.evaluate import evaluate
from costmodel.model.line import Values

MADE_UP = "unit: number, reason: Made up., grade: illustrative"


@cache
def costed(proposal: str, root: Path = SHIPPED) -> Costed:
    return costmodel.load(proposal, assumptions=root)


def model(
    folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "", years: str = "2024 to 2027"
) -> str:
    """Write a proposal of a few lines; returns its folder."""
    text = "".join(f'  {name}: {{label: {name}, unit: number, formula: "{text}"}}\n' for name, text in lines.items())
    heading = f"proposal: {{title: A few lines, years: {years}}}\n"
    parts = {"assumptions": assumptions, "lists": lists, "lines": text}
    topics = "".join(f"{topic}:\n{part}" for topic, part in parts.items() if part)
    files = {"proposal.yaml": f"{heading}{topics}"}
    write(folder / "evidence" / "sources.yaml", "sources: {}\n")
    return str(write_proposal(folder / "few-lines", files))


def results(folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "") -> Results:
    return costmodel.load(model(folder, lines, assumptions, lists), assumptions=folder).run()


def refused(folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "") -> tuple[Mistake, ...]:
    with pytest.raises(BadInput) as raised:
        results(folder, lines, assumptions, lists)
    return raised.value.mistakes


STOCKS = (
    f"  leaving: {{label: Leaving, value: 20%, {MADE_UP}}}\n"
    f"  recruits: {{label: Recruits, by_year: {{2024: 10, 2025: 20, 2026: 5, 2027: 0}}, {MADE_UP}}}\n"
    f"  at_start: {{label: At the start, value: 50, {MADE_UP}}}\n"
)
ROWS = (
    "  areas:\n    label: Areas\n"
    "    columns: {people: {unit: number, reason: Made up.}, sites: {unit: number, reason: Made up.}}\n"
    "    rows:\n      - {name: North, people: 100, sites: 4}\n      - {name: South, people: 300, sites: 0}\n"
)
OTHERS = "  others:\n    label: Others\n    rows:\n      - {name: East}\n"


# Draws


@pytest.mark.parametrize(
    ("proposal", "root"), [(TEAMS, SHIPPED), ("family-hubs-2025", SHIPPED), ("150-areas", PROPOSALS)]
)
def test_many_draws_at_once_are_the_draws_one_by_one(proposal: str, root: Path) -> None:
    """Every scalar input at 7 random values about its own: as one evaluation, and as 7."""
    costing = costed(proposal, root).costing
    dice, draws = np.random.default_rng(2021), 7
    inputs: dict[str, Values] = {}
    for line in costing.model.lines.values():
        varies = line.is_input and line.values is not None and line.texts is None and line.shape == ("", False)
        if varies and not line.switch and line.unit not in ("year", "flag", "years") and line.section != "timeline":
            assert line.values is not None
            inputs[line.name] = line.values[:1] * dice.uniform(0.8, 1.1, (draws, 1, 1))
    assert len(inputs) >= 5
    fixed = {name: line.values[:1] for name, line in costing.model.lines.items() if line.values is not None}
    together = evaluate(costing.model, {**fixed, **inputs})
    for draw in range(draws):
        alone = evaluate(costing.model, {**fixed, **{name: values[draw : draw + 1] for name, values in inputs.items()}})
        for name, values in alone.items():
            found = together[name][draw if len(together[name]) > 1 else 0]
            np.testing.assert_allclose(found, values[0], rtol=1e-12, atol=1e-9, err_msg=name)


def test_the_ask_is_linear_in_the_rate_of_on_costs_over_many_draws() -> None:
    costing = costed(TEAMS).costing
    draws = np.random.default_rng(1).uniform(0.14, 0.38, (20_000, 1, 1))
    fixed = {name: line.values[:1] for name, line in costing.model.lines.items() if line.values is not None}
    totals = evaluate(costing.model, {**fixed, "on_cost_rate": draws})["total_spending_review"]
    assert totals.shape == (20_000, 1, 1)
    # The ask is linear in the rate: 14% gives the printed ask, and each point more adds the same.
    slope = (totals.max() - totals.min()) / (draws.max() - draws.min())
    np.testing.assert_allclose(totals, 87_836_028.58 + slope * (draws - 0.14), rtol=1e-9)


# Scenarios


@pytest.mark.parametrize("proposal", [TEAMS, "family-hubs-2025"])
def test_scenarios_worked_out_together_are_each_worked_out_alone(proposal: str, tmp_path: Path) -> None:
    """All other scenario files are taken away but those that a scenario starts from."""
    together = costed(proposal)
    folder = tmp_path / "assumptions" / proposal
    for scenario in together.scenarios[1:]:
        chain = {"base", scenario}
        while (start := together.costing.case(scenario).heading.from_) is not None:
            chain.add(start)
            scenario = start
        for file in (SHIPPED / proposal).rglob("*.yaml"):
            if file.parent.name != "scenarios" or file.stem in chain:
                write(folder / file.relative_to(SHIPPED / proposal), file.read_text(encoding="utf-8"))
        alone = costmodel.load(str(folder), assumptions=SHIPPED)
        for name in sorted(chain):
            for line in together.run(name).shown_lines:
                if line.name in alone.costing.model.lines and not line.shape.rows:
                    one, other = together.run(name).cells(line.name), alone.run(name).cells(line.name)
                    np.testing.assert_allclose(one[:, -1], other[:, -1], rtol=1e-12, err_msg=f"{name}: {line.name}")
        for file in folder.rglob("scenarios/*.yaml"):
            file.unlink()


@pytest.mark.parametrize("seed", range(300, 306))
def test_random_scenarios_together_are_each_as_if_written_into_base(seed: int, tmp_path: Path) -> None:
    made = random_model(seed)
    both = costmodel.load(made.write(tmp_path), assumptions=tmp_path)
    for scenario, reading in made.readings.items():
        for name, cells in made.cells.items():
            for row, year in cells:
                expected = reading.cell(name, row, year)
                assert not isinstance(expected, str)
                assert both.run(scenario).cells(name)[row, year] == pytest.approx(expected.value, rel=1e-9, abs=1e-9)


# Stocks


def test_a_stock_carries_forward(tmp_path: Path) -> None:
    found = results(tmp_path, {"in_post": "prior(in_post, start=at_start) * (1 - leaving) + recruits"}, STOCKS)
    assert found.by_year("in_post") == pytest.approx([50, 60, 53, 42.4])


def test_stocks_that_read_each_others_past_are_worked_out_year_by_year(tmp_path: Path) -> None:
    """Trainees become staff a year later; the places for trainees are a share of staff of the year before."""
    lines = {
        "trainees": "prior(staff, start=at_start) * leaving",
        "staff": "prior(staff, start=at_start) * (1 - leaving) + prior(trainees)",
    }
    found = results(tmp_path, lines, STOCKS)
    staff, trainees = [40.0], [10.0]
    for _ in range(3):
        staff, trainees = [*staff, staff[-1] * 0.8 + trainees[-1]], [*trainees, staff[-1] * 0.2]
    assert found.by_year("staff") == pytest.approx(staff)
    assert found.by_year("trainees") == pytest.approx(trainees)


def test_the_past_may_have_another_beginning_for_each_reader(tmp_path: Path) -> None:
    lines = {
        "from_nothing": "prior(recruits)",
        "from_one": "prior(recruits, start=1)",
        "from_some": "prior(recruits, start=at_start)",
        "two_back": "prior(recruits, 2, start=at_start)",
    }
    found = results(tmp_path, lines, STOCKS)
    assert found.by_year("from_nothing") == [0, 10, 20, 5]
    assert found.by_year("from_one") == [1, 10, 20, 5]
    assert found.by_year("from_some") == [50, 10, 20, 5]
    assert found.by_year("two_back") == [50, 50, 10, 20]


def test_each_row_may_have_a_past_of_its_own(tmp_path: Path) -> None:
    found = results(tmp_path, {"before": "prior(recruits, start=areas.people)"}, STOCKS, ROWS)
    assert found.cells("before").tolist() == [[100, 10, 20, 5], [300, 10, 20, 5]]


def test_growth_read_a_year_back_is_still_growth(tmp_path: Path) -> None:
    lines = {"index": "growth(leaving, '2025')", "before": "prior(growth(leaving, '2025'), start=1)"}
    found = results(tmp_path, lines, STOCKS)
    assert found.by_year("index") == pytest.approx([1, 1, 1.2, 1.44])
    assert found.by_year("before") == pytest.approx([1, 1, 1, 1.2])


def test_a_beginning_may_be_worked_out_from_the_line_itself(tmp_path: Path) -> None:
    """What the past began with is read by those that read the past: it is no loop."""
    found = results(tmp_path, {"all": "total(recruits)", "before": "prior(recruits, start=all)"}, STOCKS)
    assert found.by_year("before") == [35, 10, 20, 5]


def test_a_loop_within_a_year_is_printed_all_the_way_round(tmp_path: Path) -> None:
    lines = {"a": "b + 1", "b": "c * leaving", "c": "prior(a) + a", "far": "recruits"}
    (mistake,) = refused(tmp_path, lines, STOCKS)
    assert isinstance(mistake, Loop)
    assert mistake.says == "these lines go round in a loop within one year: a needs b needs c needs a"
    assert "prior(...)" in mistake.hint


def test_a_total_of_all_years_cannot_be_read_by_one_of_them(tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": "prior(b)", "b": "total(a)"}, STOCKS)
    assert isinstance(mistake, Loop)


# Rows


def test_a_column_that_reads_no_other_still_has_a_value_in_each_row(tmp_path: Path) -> None:
    lists = ROWS.replace("people: {", "each: {unit: number, formula: at_start}, people: {")
    found = results(tmp_path, {"sum_of_each": "sum(areas.each)"}, STOCKS, lists)
    assert found.value("sum_of_each") == 100


def test_text_is_compared_as_a_spreadsheet_does_whatever_its_capitals(tmp_path: Path) -> None:
    found = results(tmp_path, {"north": "sum(areas.people * (areas.name == 'NORTH'))"}, STOCKS, ROWS)
    assert found.value("north") == 100


def test_two_lists_do_not_go_in_one_formula(tmp_path: Path) -> None:
    lines = {"both": "areas.people * (others.name == 'East')"}
    (mistake,) = refused(tmp_path, lines, STOCKS, ROWS + OTHERS)
    assert isinstance(mistake, MixedLists)
    assert "areas and others" in mistake.says


def test_a_proposal_of_one_year_may_have_columns_by_year(tmp_path: Path) -> None:
    lists = (
        "  areas:\n    label: Areas\n    columns: {people: {unit: number, reason: Made up.}}\n"
        "    rows:\n      - {name: North, people: {2024: 100}}\n"
    )
    folder = model(tmp_path, {"people": "sum(areas.people)"}, "", lists, years="2024")
    assert costmodel.load(folder, assumptions=tmp_path).run().by_year("people") == [100]


# What is no number


def test_division_by_zero_names_the_year_the_row_and_what_is_zero(tmp_path: Path) -> None:
    by_year, by_row = refused(tmp_path, {"a": "at_start / recruits", "b": "areas.people / areas.sites"}, STOCKS, ROWS)
    assert isinstance(by_year, DividesByZero)
    assert by_year.says == "the formula of 'a' divides by zero in 2027: recruits is 0"
    assert isinstance(by_row, DividesByZero)
    assert by_row.says == "the formula of 'b' divides by zero for South: sites is 0"


def test_what_rests_on_a_broken_line_is_not_said_as_well(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, {"a": "at_start / recruits", "b": "a + 1", "c": "total(b)"}, STOCKS)
    assert len(mistakes) == 1


@pytest.mark.parametrize(
    "formula",
    [
        "ln(recruits)",
        "normal_quantile(1 - recruits)",
        "recruits ** recruits",
        "exp(at_start * at_start)",
        "(0 - 1) ** leaving",
    ],
)
def test_a_function_out_of_its_range_is_said(formula: str, tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": formula}, STOCKS)
    assert isinstance(mistake, NotANumber)
    assert mistake.says.startswith("the formula of 'a' yields no finite number")


@pytest.mark.parametrize(
    ("formula", "last"),
    [
        ("at_start / recruits if recruits != 0 else 0", 0),
        ("ceil(at_start / recruits) if recruits != 0 else 0", 0),
        ("0 if recruits == 0 else floor(at_start / recruits)", 0),
        ("(at_start / recruits == leaving) if recruits > 0 else 1", 1),
        ("recruits != 0 and at_start / recruits > 1", 0),
        ("recruits == 0 or at_start / recruits > 1", 1),
        ("ln(recruits) if recruits > 0 else 0", 0),
        ("not (recruits > 0 and ceil(at_start / recruits) > 1)", 1),
    ],
)
def test_what_is_not_needed_need_not_have_a_value(formula: str, last: float, tmp_path: Path) -> None:
    """As a person reads it, and as Python does: the way that is not taken is not worked out."""
    assert results(tmp_path, {"a": formula}, STOCKS).by_year("a")[-1] == last


def test_a_comparison_with_what_is_no_number_is_no_number(tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": "at_start / recruits > 1"}, STOCKS)
    assert isinstance(mistake, DividesByZero)


# Whole things and equal figures


@pytest.mark.parametrize(
    ("formula", "value"),
    [("ceil(x * ten)", 11), ("floor(y * ten * ten)", 29), ("ceil(z)", -2), ("floor(z)", -3), ("ceil(ten)", 10)],
)
def test_whole_things_do_not_turn_on_the_last_digit_of_a_double(formula: str, value: int, tmp_path: Path) -> None:
    numbers = {"x": 1.1, "y": 0.29, "z": -2.5, "ten": 10}
    assumptions = "".join(
        f"  {name}: {{label: {name}, value: {number}, {MADE_UP}}}\n" for name, number in numbers.items()
    )
    assert results(tmp_path, {"a": formula}, assumptions).value("a") == value


def test_equal_means_to_one_part_in_a_thousand_million(tmp_path: Path) -> None:
    numbers = {"x": "0.1", "y": "0.2", "z": "0.3", "near": "0.30000000001", "far": "0.300000001"}
    assumptions = "".join(
        f"  {name}: {{label: {name}, value: {number}, {MADE_UP}}}\n" for name, number in numbers.items()
    )
    lines = {"same": "x + y == z", "nearly": "z == near", "apart": "z != far", "below": "x + y < z"}
    found = results(tmp_path, lines, assumptions)
    assert [found.value(name) for name in lines] == [1, 1, 1, 0]


def test_a_copy_of_the_shipped_proposal_comes_to_the_same(tmp_path: Path) -> None:
    copied = costmodel.load(str(copy_of_teams(tmp_path)), assumptions=SHIPPED)
    assert copied.run().value("total_spending_review") == costed(TEAMS).run().value("total_spending_review")
>>>>>>> theirs
