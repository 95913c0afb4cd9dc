from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from costmodel.errors import BadInput, DividesByZero, Loop, Mistake, NotANumber, WrongKind
from costmodel.language.functions.looked_up import DISCOUNT_FACTOR, REAL_FACTOR
from costmodel.language.parser import parse
from costmodel.language.shape import Shape
from costmodel.language.units import read_unit
from costmodel.model.build import build_model
from costmodel.model.evaluate import evaluate
from costmodel.model.line import Line, Model, RowList
from costmodel.years import read_years

YEARS = read_years("2022/23 to 2025/26")
SCALAR, BY_YEAR, ROWS, BOTH = Shape(), Shape("", True), Shape("r", False), Shape("r", True)
NAMES = ("north", "south", "east")


def given_line(name: str, values: float | Sequence[float] | Sequence[Sequence[float]], unit: str = "number") -> Line:
    """An input: a number, one a year (four), one a row (three), or rows by years."""
    array = np.array(values, dtype=float)
    if array.ndim == 0:
        return Line(name=name, label=name, unit=read_unit(unit), values=array.reshape(1, 1, 1), shape=SCALAR)
    if array.ndim == 1 and len(array) == len(YEARS):
        return Line(name=name, label=name, unit=read_unit(unit), values=array.reshape(1, 1, -1), shape=BY_YEAR)
    if array.ndim == 1:
        return Line(name=name, label=name, unit=read_unit(unit), values=array.reshape(1, -1, 1), shape=ROWS)
    return Line(name=name, label=name, unit=read_unit(unit), values=array[np.newaxis], shape=BOTH)


def made(
    formulas: Mapping[str, str], *inputs: Line, scenarios: Sequence[str] = ("base",), unit: str = "number"
) -> Model:
    lines = []
    for name, text in formulas.items():
        node, mistakes = parse(text)
        assert not mistakes, mistakes
        lines.append(Line(name=name, label=name, unit=read_unit(unit), formula=node))
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
        ("median(r.w)", [5, 6, 7, 8]),
        ("x + median(r.v)", [7, 9, 12, 6]),
    ],
)
def test_a_formula_by_year(text: str, expected: list[float]) -> None:
    assert value(text)[0].tolist() == pytest.approx(expected, rel=1e-12)


def test_a_return_is_the_rate_at_which_flows_are_worth_nothing() -> None:
    flows = "x - (x + k) * (1 - prior(1))"
    found = value(f"irr({flows})").item()
    assert sum(flow / (1 + found) ** at for at, flow in enumerate(value(flows)[0])) == pytest.approx(0, abs=1e-9)
    assert value("irr(r.w - (r.w + r.v * k) * (1 - prior(1)))").shape == (3, 1)


FAR_BELOW = "prior(1) - prior(prior(1)) - k * (1 - prior(1))"
"""-7 and then 1: a return of -86%, which spreadsheets do not find."""


@pytest.mark.parametrize(
    "flows", ["x", "x - x", "(x - k) * (1 if x == 8 / 1 else 1)".replace("8 / 1", "k + 1"), FAR_BELOW]
)
def test_flows_that_change_sign_never_or_more_than_once_or_return_next_to_nothing_have_no_rate(flows: str) -> None:
    (mistake,) = refused({"y": f"irr({flows})"}, *INPUTS)
    assert isinstance(mistake, NotANumber)


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
    real = [Line(name="y", label="y", unit=read_unit("£ (2024 prices)"), formula=parse("real(cash)")[0])]
    model = build_model(years=YEARS, scenarios=("base",), lines=[*factors, *real])
    assert evaluate(model)["y"][0, 0].tolist() == pytest.approx([102, 200, 294, 384])
    worth = [
        Line(
            name="y",
            label="y",
            unit=read_unit("£ (2024 prices, discounted)"),
            formula=parse("present_value(real(cash))")[0],
        )
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
    rows = given_line("r.z", [[1.0] * 4, [1.0, 0, 1, 1], [1.0] * 4])
    assert "divides by zero in 2023/24 for south" in str(refused({"y": "k / r.z"}, rows, *INPUTS)[0])
    two = Line(name="z", label="z", unit=read_unit("number"), values=np.array([[[1.0]], [[0.0]]]), shape=SCALAR)
    found = refused({"y": "k / z"}, two, *INPUTS, scenarios=("base", "low"))
    assert "in scenario low" in str(found[0])


@pytest.mark.parametrize("text", ["ln(k - k)", "ln(-k)", "normal_quantile(k)", "exp(exp(k))", "(-k) ** rate"])
def test_what_yields_no_finite_number_is_a_mistake(text: str) -> None:
    assert [type(mistake) for mistake in refused({"y": text}, *INPUTS)] == [NotANumber]


@pytest.mark.parametrize(
    "text", ["'x'", "k == 'x'", "r.kind", "sum(r.kind < 'x')", "sum(r.kind == 1)", "k + (not 'x')"]
)
def test_text_that_stands_where_a_number_is_needed_is_a_mistake(text: str) -> None:
    kinds = Line(name="r.kind", label="Kind", unit=read_unit("text"), texts=("x", "y", "x"), shape=ROWS)
    assert {type(mistake) for mistake in refused({"y": text}, kinds, *INPUTS)} == {WrongKind}


def test_a_tower_of_powers_takes_no_time() -> None:
    tower = 1.0
    for _ in range(25):
        tower = 0.03**tower
    assert value(" ** ".join(["rate"] * 25)).item() == pytest.approx(tower, rel=1e-12)


def test_a_choice_is_not_spoilt_by_the_way_it_does_not_take() -> None:
    zero = given_line("z", [1.0, 2.0, 0.0, 4.0])
    found = evaluate(made({"y": "k / z if z != 0 else 0"}, zero, *INPUTS))["y"]
    assert found[0, 0].tolist() == [7, 3.5, 0, 1.75]
