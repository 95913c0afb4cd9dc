"""At which prices money is: cash and real, the deflator of each year, and what takes one to the other, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benefits_helpers import (
    MADE_UP,
    TRIAL,
    Part,
    bottom_up,
    costed_trial,
    trial,
    value,
    worked_out,
    write_trial,
)
from helpers import HERE, costmodel_cli, edit
from recalculation import assert_recalculates

import costmodel
from costmodel.analysis.results import Results
from costmodel.workbook.write import workbook_bytes

CASES = Path(__file__).resolve().parent.parent / "cases"
YEARS = ["2024/25", "2025/26", "2026/27"]
FINANCIAL = "gdp-deflator-2025-11-financial"
FINANCIAL_INDEX = {"2023/24": 96.4158, "2024/25": 100.0, "2025/26": 102.9431, "2026/27": 105.2387, "2030/31": 113.5712}


def case(name: str) -> Results:
    return costmodel.load(name, CASES / name / "assumptions").run()


def refused_case(name: str) -> str:
    ran = costmodel_cli("check", name, "--assumptions", CASES / name / "assumptions")
    assert ran.code == 2
    assert "Traceback" not in ran.err
    return ran.err


def by_year(amounts: object, unit: str = "£", years: list[str] = YEARS) -> Part:
    return {"label": f"In {unit}", "unit": unit, "by_year": dict.fromkeys(years, amounts), **MADE_UP}


def real_trial(prices: str, *, costs: list[str] | None = None, deflator: str = FINANCIAL, **more: Any) -> Part:
    """A proposal at the prices of a year, whose deflator is by financial year."""
    appraisal = {
        "deflator": deflator,
        "price_base": "2025/26",
        "inflation_beyond": None,
        "costs": costs or ["spend"],
        **more.pop("appraisal", {}),
    }
    streams = {"good": bottom_up(10, price_year="2025/26")}
    document = trial(YEARS, costs=1_000, streams=streams, appraisal=appraisal, **more)
    document["appraisal"] = {key: given for key, given in document["appraisal"].items() if given is not None}
    document["proposal"]["prices"] = prices
    return document


def checked(folder: Path, document: Part) -> str:
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(folder, document))
    assert "Traceback" not in ran.err
    return f"{ran.code}: {ran.err}"


# Real prices


def test_real_costs_and_real_benefits_of_the_same_size_are_worth_nothing_together() -> None:
    results = case("real-prices-deflated-again")
    assert results.by_year("cost_real") == [100e6] * 3
    assert results.value("net_present_social_value") == pytest.approx(0, abs=1e-6)
    assert results.value("benefit_cost_ratio") == pytest.approx(1)
    assert "price_level" not in results.costing.model.lines


@pytest.mark.parametrize("prices", ["2025/26 prices", "2025/26", "real, 2025-26 prices", "Real terms 2025/26"])
def test_real_costs_at_the_price_base_stay_as_they_are(prices: str, tmp_path: Path) -> None:
    results = worked_out(tmp_path, real_trial(prices))
    assert results.by_year("cost_real") == [1_000] * 3
    assert results.line("spend").unit.written == "£ (2025/26 prices)"
    assert results.costing.proposal.prices == "2025/26 prices"


def test_real_costs_at_another_price_base_are_converted_once(tmp_path: Path) -> None:
    results = worked_out(tmp_path, real_trial("2023/24 prices"))
    ratio = FINANCIAL_INDEX["2025/26"] / FINANCIAL_INDEX["2023/24"]
    assert results.by_year("cost_real") == pytest.approx([1_000 * ratio] * 3, rel=1e-12)
    assert results.line("price_factor_2023_24").unit.written == "£ (2025/26 prices) per £ (2023/24 prices)"


def test_cash_and_money_at_two_prices_stand_side_by_side_each_taken_to_the_base(tmp_path: Path) -> None:
    more = {
        "rent": by_year(100, "£ (cash)"),
        "old": by_year(10, "£ (2023-24 prices)"),
        "same": by_year(1, "£ (2025/26 prices)"),
    }
    costs = ["spend", "rent", "old", "same"]
    results = worked_out(tmp_path, real_trial("2025/26 prices", costs=costs, assumptions=more))
    base = FINANCIAL_INDEX["2025/26"]
    expected = [1_001 + 100 * base / FINANCIAL_INDEX[year] + 10 * base / FINANCIAL_INDEX["2023/24"] for year in YEARS]
    assert results.by_year("cost_real") == pytest.approx(expected, rel=1e-12)
    assert results.by_year("cost_cash") == [100] * 3
    assert [results.line(name).unit.written for name in costs] == [
        *("£ (2025/26 prices)", "£ (cash)", "£ (2023/24 prices)", "£ (2025/26 prices)")
    ]


def test_a_cash_proposal_may_have_a_cost_at_the_prices_of_a_year(tmp_path: Path) -> None:
    document = real_trial("cash", costs=["spend", "old"], assumptions={"old": by_year(10, "£ (2025/26 prices)")})
    results = worked_out(tmp_path, document)
    base = FINANCIAL_INDEX["2025/26"]
    expected = [10 + 1_000 * base / FINANCIAL_INDEX[year] for year in YEARS]
    assert results.by_year("cost_real") == pytest.approx(expected, rel=1e-12)
    assert results.line("spend").unit.written == "£"


@pytest.mark.parametrize(
    ("prices", "formula", "unit", "says"),
    [
        ("2025/26 prices", "spend + rent", "£", "adds £ (2025/26 prices) (spend) and £ (rent)"),
        ("2025/26 prices", "spend + old", "£", "adds £ (2025/26 prices) (spend) and £ (2023/24 prices) (old)"),
        ("cash", "spend + old", "£", "adds £ (spend) and £ (2023/24 prices) (old)"),
        ("2025/26 prices", "real(spend)", "£", "yields £ (2025/26 prices) × £ (2025/26 prices) per £"),
    ],
)
def test_money_of_two_kinds_is_never_added_nor_real_money_deflated_again(
    prices: str, formula: str, unit: str, says: str, tmp_path: Path
) -> None:
    more = {"rent": by_year(100, "£ (cash)"), "old": by_year(10, "£ (2023/24 prices)")}
    lines = {"all": {"label": "All", "unit": unit, "formula": formula}}
    said = checked(tmp_path, real_trial(prices, assumptions=more, lines=lines))
    assert says in said
    assert said.startswith("2: ")


def test_the_fix_of_a_sum_of_cash_and_real_money_is_named_and_mends_it(tmp_path: Path) -> None:
    lines = {"all": {"label": "All", "unit": "£", "formula": "spend + rent"}}
    document = real_trial("2025/26 prices", assumptions={"rent": by_year(100, "£ (cash)")}, lines=lines)
    said = checked(tmp_path / "wrong", document)
    assert "Multiply rent by £ (2025/26 prices) per £" in said
    assert "write real(rent), where the appraisal is at those prices" in said
    document["lines"]["all"]["formula"] = "spend + real(rent)"
    results = worked_out(tmp_path, document)
    base = FINANCIAL_INDEX["2025/26"]
    assert results.by_year("all") == pytest.approx([1_000 + 100 * base / FINANCIAL_INDEX[year] for year in YEARS])


def test_prices_that_are_none_are_refused_with_what_to_write(tmp_path: Path) -> None:
    said = checked(tmp_path, real_trial("today's money"))
    assert '"today\'s money" are no prices' in said
    assert "prices: 2025/26 prices" in said


def team(uplift: Part | None, year: str) -> Part:
    return {
        **MADE_UP,
        "team": [{"role": "Visitor", "band": "5", "wte": 1}],
        "pay": {"scale": "agenda-for-change-england", "year": year, "experience_years": 3},
        "on_costs": {"rate": "20%"},
        **({"uplift": uplift} if uplift else {}),
    }


def test_pay_is_at_the_prices_of_the_proposal(tmp_path: Path) -> None:
    document = real_trial("2025/26 prices")
    document["workforce"] = team(None, "2025/26")
    results = worked_out(tmp_path, document)
    assert results.line("team_cost").unit.written == "£ (2025/26 prices) per team"
    assert results.costing.cautions == ()


def test_published_awards_are_cash_and_pay_of_another_year_is_said(tmp_path: Path) -> None:
    document = real_trial("2025/26 prices")
    document["workforce"] = team({"follow": "published-awards"}, "2025/26")
    assert "published awards are cash, and the proposal is in 2025/26 prices" in checked(tmp_path / "awards", document)
    document["workforce"] = team(None, "2024/25")
    said = checked(tmp_path / "year", document)
    assert said.startswith("0: ")
    assert "pay of 2024/25 is taken as it is, and the proposal is in 2025/26 prices" in said


def test_outputs_say_at_which_prices(tmp_path: Path) -> None:
    document = real_trial("2025/26 prices", tables={"t": {"title": "T", "rows": ["spend"]}})
    root = write_trial(tmp_path, document)
    ran = costmodel_cli("run", TRIAL, "--assumptions", root, "--outputs", tmp_path / "out")
    assert ran.code == 0, ran.err
    brief = (tmp_path / "out" / TRIAL / "base" / "brief.md").read_text(encoding="utf-8")
    assert "Money is in 2025/26 prices, which leave inflation out" in brief
    assert "(£, 2025/26 prices)" in brief
    assert "Prices are cash" not in brief
    audit = (tmp_path / "out" / TRIAL / "base" / "audit.md").read_text(encoding="utf-8")
    assert "| G03 | essential | holds |" in audit
    assert "| G09 | essential | holds |" in audit


# Years of the deflator


def test_a_deflator_by_financial_year_is_read_by_financial_year() -> None:
    assert case("deflator-financial-years").by_year("price_level") == [100, 104, 107]


def test_a_financial_price_base_is_not_read_off_a_series_by_calendar_year(tmp_path: Path) -> None:
    said = refused_case("price-base-financial")
    assert "proposal.yaml:23:15: appraisal.price_base: " in said
    assert "is by calendar year, and 2024/25 is a financial year" in said
    assert f"Name a deflator by financial year ({FINANCIAL})" in said
    appraisal = {"price_base": "2023/24", "convert": "average"}
    results = worked_out(tmp_path, trial(YEARS, appraisal=appraisal))
    average = 0.75 * 96.2507 + 0.25 * 100
    assert results.value("deflator_price_base") == pytest.approx(average, rel=1e-12)
    assert results.by_year("price_level") == pytest.approx([average] * 3, rel=1e-12)  # it ends in 2023/24, and is flat
    ground = results.costing.assumptions["deflator_price_base"].grounds[0]
    assert ground.grade == "derived"
    assert "3/4 of the calendar year in which it starts and 1/4 of the next" in (ground.place or "")


def test_a_rule_that_nobody_stated_is_said_once(tmp_path: Path) -> None:
    said = checked(tmp_path / "not", trial(YEARS))
    assert said.count("a financial year is read at the calendar year in which it starts") == 1
    assert "convert: start to keep it so" in said
    assert "calendar year" not in checked(tmp_path / "said", trial(YEARS, appraisal={"convert": "start"}))
    assert "calendar year" not in checked(tmp_path / "own", real_trial("cash"))


@pytest.mark.parametrize(("year", "says"), [("2024", "2024 is a calendar year"), ("2007/08", "has no year 2007/08")])
def test_a_price_year_is_read_off_a_series_of_its_own_kind(year: str, says: str, tmp_path: Path) -> None:
    document = real_trial("cash")
    document["benefits"]["streams"]["good"]["price_year"] = year
    said = checked(tmp_path, document)
    assert says in said
    assert "price_year: " in said


def test_there_is_no_rule_for_years_before_a_series_begins() -> None:
    said = refused_case("deflator-before-start")
    assert "proposal.yaml:26:13: appraisal.deflator: " in said
    assert "begins in 2004, and 2002/03 is before it" in said


# After the deflator ends


def test_prices_may_be_those_of_the_last_forecast_year(tmp_path: Path) -> None:
    document = real_trial("cash", appraisal={"price_base": "2030/31"})
    results = worked_out(tmp_path, document)
    expected = [1_000 * FINANCIAL_INDEX["2030/31"] / FINANCIAL_INDEX[year] for year in YEARS]
    assert results.by_year("cost_real") == pytest.approx(expected, rel=1e-12)
    assert results.grading["deflator_price_base"].grade == "published"


def test_what_lies_after_the_end_needs_a_rule_and_then_rests_on_it(tmp_path: Path) -> None:
    said = checked(tmp_path / "none", real_trial("cash", appraisal={"price_base": "2032/33"}))
    assert f"the deflator {FINANCIAL} has no year 2032/33" in said
    assert "Write inflation_beyond: " in said
    document = real_trial(
        "cash", appraisal={"price_base": "2032/33", "inflation_beyond": value("3%", grade="judgement")}
    )
    results = worked_out(tmp_path, document)
    assert results.value("deflator_price_base") == pytest.approx(113.5712 * 1.03**2, rel=1e-12)
    assert results.grading["deflator_price_base"].grade in ("judgement", "illustrative")


def test_a_proposal_that_the_deflator_does_not_reach_says_how_prices_grow(tmp_path: Path) -> None:
    document = trial(YEARS)
    del document["appraisal"]["inflation_beyond"]
    said = checked(tmp_path, document)
    assert "the key 'inflation_beyond' is missing" in said
    assert "after 2024, where the deflator ends, to 2026/27" in said


LATE = ["2027/28", "2028/29"]


def late(rates: Part, **appraisal: Any) -> Part:
    growth = {"by_year": rates, **MADE_UP}
    return trial(LATE, appraisal={"inflation_beyond": growth, "convert": "start", **appraisal})


def test_prices_may_grow_at_a_rate_of_each_year(tmp_path: Path) -> None:
    rates = {"2025/26": "3%", "2026/27": "2%", "2027/28": "1%", "2028/29": "4%"}
    results = worked_out(tmp_path, late(rates))
    first = 100 * 1.03 * 1.02 * 1.01
    assert results.by_year("price_level") == pytest.approx([first, first * 1.04], rel=1e-12)
    assert results.value("inflation_2025_26") == pytest.approx(0.03)
    content = workbook_bytes(results)
    (tmp_path / "late.xlsx").write_bytes(content)
    assert_recalculates(tmp_path / "late.xlsx")


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        ({"2026/27": "2%", "2027/28": "1%", "2028/29": "4%"}, "the key 'inflation_beyond' is missing"),
        ({"2024/25": "2%", "2025/26": "2%", "2026/27": "2%", "2027/28": "1%", "2028/29": "4%"}, "has the year 2024/25"),
        ({"2025": "2%", "2026/27": "2%", "2027/28": "1%", "2028/29": "4%"}, "2025 is no financial year"),
        ({"2025/26": "102", "2026/27": "2%", "2027/28": "1%", "2028/29": "4%"}, "it looks like an index"),
    ],
)
def test_rates_of_years_that_do_not_fit_are_refused(rates: Part, says: str, tmp_path: Path) -> None:
    said = checked(tmp_path, late(rates))
    assert says in said
    assert said.startswith("2: ")


@pytest.mark.parametrize(
    ("rate", "hint"), [("102", "Did you mean 2%?"), ("1.025", "Did you mean 2.5%?"), ("2", "Did you mean 2%?")]
)
def test_an_index_where_a_rate_belongs_is_refused(rate: str, hint: str, tmp_path: Path) -> None:
    root = write_trial(tmp_path, trial(YEARS, appraisal={"inflation_beyond": {"value": "RATE", **MADE_UP}}))
    place = edit(root / TRIAL / "proposal.yaml", "value: RATE", f"value: {HERE}{rate}")
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert f"proposal.yaml:{place.split(':')[0]}:" in ran.err or "inflation_beyond" in ran.err
    assert hint in ran.err


# The health schedule


def test_money_at_the_health_schedule_is_said() -> None:
    root = CASES / "health-rate-on-money" / "assumptions"
    ran = costmodel_cli("check", "health-rate-on-money", "--assumptions", root)
    assert ran.code == 0
    assert "proposal.yaml:21:13: appraisal.schedule: costs are money" in ran.err
    assert "total" in ran.err.split("appraisal.schedule: ")[1].splitlines()[0]


@pytest.mark.parametrize(("label", "said"), [("QALYs gained", False), ("Life years saved", False), ("Jobs", True)])
def test_a_stream_on_the_health_schedule_says_that_it_values_health(label: str, said: bool, tmp_path: Path) -> None:
    streams = {"good": bottom_up(10, schedule="health", label=label)}
    costed = costed_trial(tmp_path, trial(streams=streams))
    cautions = [caution.code for caution in costed.costing.cautions]
    assert ("MoneyAtHealthRates" in cautions) == said


def test_the_test_at_lower_rates_lowers_the_rate_of_each_stream(tmp_path: Path) -> None:
    streams = {"money": bottom_up(5, duration=value(60)), "health": bottom_up(5, duration=value(60), schedule="health")}
    results = worked_out(tmp_path, trial(costs=1_000, horizon="2024/25 to 2083/84", streams=streams))
    standard = [1 / (1.03 ** min(year, 30) * 1.0257 ** max(year - 30, 0)) for year in range(60)]
    health = [1 / (1.01 ** min(year, 30) * 1.0086 ** max(year - 30, 0)) for year in range(60)]
    expected = 500 * sum(standard) + 500 * sum(health) - 1_000
    assert results.value("net_present_social_value_reduced_rate") == pytest.approx(expected, rel=1e-9)


# The workbook


def test_a_workbook_of_every_kind_of_prices_works_out_the_same(tmp_path: Path) -> None:
    more = {
        "rent": by_year(100, "£ (cash)"),
        "old": by_year(10, "£ (2023/24 prices)"),
    }
    appraisal = {"price_base": "2032/33", "inflation_beyond": value("3%")}
    document = real_trial("2025/26 prices", costs=["spend", "rent", "old"], assumptions=more, appraisal=appraisal)
    document["benefits"]["streams"]["good"]["price_year"] = "2031/32"
    results = worked_out(tmp_path, document)
    (tmp_path / "prices.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "prices.xlsx")
