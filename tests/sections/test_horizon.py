"""One axis of years: what is counted, how values go on after the ask, and lines that are costs, benefits or income."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benefits_helpers import (
    MADE_UP,
    TRIAL,
    Part,
    along,
    bottom_up,
    costed_trial,
    road,
    top_down,
    trial,
    value,
    worked_out,
    write_trial,
)
from helpers import costmodel_cli

YEARS = ["2024/25", "2025/26"]
HORIZON = "2024/25 to 2029/30"
SIX = [f"{year}/{year % 100 + 1}" for year in range(2024, 2030)]
FACTORS = 1.035 ** -np.arange(6)


def by_year(numbers: list[object], years: list[str] = YEARS, **more: Any) -> Part:
    return {"by_year": dict(zip(years, numbers, strict=True)), **MADE_UP, **more}


def line(label: str, unit: str, formula: str) -> Part:
    return {"label": label, "unit": unit, "formula": formula}


# How a value goes on after the years of the ask


@pytest.mark.parametrize(
    ("unit", "then", "after"),
    [
        ("£", None, [0, 0, 0, 0]),
        ("teams", None, [0, 0, 0, 0]),
        ("WTE", None, [0, 0, 0, 0]),
        ("share of need", None, [0.2] * 4),
        ("rate a year", None, [0.2] * 4),
        ("index", None, [0.2] * 4),
        ("£ per team", None, [0.2] * 4),
        ("£", "same", [0.2] * 4),
        ("share of need", "0", [0, 0, 0, 0]),
        ("£", "10% a year", [0.2 * 1.1**year for year in range(1, 5)]),
        ("£", "-50% a year", [0.1, 0.05, 0.025, 0.0125]),
    ],
)
def test_an_amount_stops_after_its_last_year_and_a_rate_stays_unless_it_says(
    unit: str, then: str | None, after: list[float], tmp_path: Path
) -> None:
    given = by_year([0.1, 0.2], label="Given", unit=unit) | ({"then": then} if then else {})
    document = trial(YEARS, horizon=HORIZON, assumptions={"given": given}, lines={"used": line("Used", unit, "given")})
    results = worked_out(tmp_path, document)
    assert along(results, "used") == pytest.approx([0.1, 0.2, *after])
    assert results.by_year("used") == [0.1, 0.2]
    note = results.costing.assumptions["given"].grounds[0].note or ""
    assert "After 2025/26" in note


def test_a_value_may_name_years_after_the_ask_and_goes_on_from_the_last_that_it_names(tmp_path: Path) -> None:
    spend = by_year([10, 20, 30], SIX[:3], label="Spend", unit="£", then="same")
    spend["by_year"]["2028/29"] = 50
    document = trial(YEARS, horizon=HORIZON, assumptions={"given": spend}, lines={"used": line("Used", "£", "given")})
    results = worked_out(tmp_path, document)
    assert along(results, "used") == pytest.approx([10, 20, 30, 30, 50, 50])


def test_a_column_of_a_list_by_year_goes_on_as_its_unit_says(tmp_path: Path) -> None:
    rows = [{"name": "A", "cost": {"2024/25": 5, "2025/26": 7}, "rate": {"2024/25": 0.1, "2025/26": 0.3}}]
    columns = {"cost": {"unit": "£", **MADE_UP}, "rate": {"unit": "rate a year", **MADE_UP}}
    document = trial(
        YEARS,
        horizon=HORIZON,
        lists={"areas": {"label": "Areas", "rows": rows, "columns": columns}},
        lines={"cost": line("Cost", "£", "sum(areas.cost)"), "rate": line("Rate", "rate a year", "sum(areas.rate)")},
    )
    results = worked_out(tmp_path, document)
    assert along(results, "cost") == pytest.approx([5, 7, 0, 0, 0, 0])
    assert along(results, "rate") == pytest.approx([0.1, 0.3, 0.3, 0.3, 0.3, 0.3])


def test_totals_are_of_the_ask_or_of_the_horizon(tmp_path: Path) -> None:
    lines = {
        "ask": line("Ask", "£", "total(spend)"),
        "all_of_it": line("All", "£", "total(spend, 'horizon')"),
        "later": line("Later", "£", "at(spend, '2029/30')"),
    }
    document = trial(YEARS, costs=[100, 200], horizon=HORIZON, lines=lines)
    document["assumptions"]["spend"]["then"] = "same"
    results = worked_out(tmp_path, document)
    assert [results.value(name) for name in lines] == [300, 1_100, 200]


# Which years are counted


@pytest.mark.parametrize(
    ("counts", "years"),
    [
        (None, [1, 1, 0, 0, 0, 0]),
        ("ask", [1, 1, 0, 0, 0, 0]),
        ("horizon", [1] * 6),
        ("2025/26 to 2027/28", [0, 1, 1, 1, 0, 0]),
        ("first", [1, 0, 0, 0, 0, 0]),
    ],
)
def test_costs_and_people_are_counted_in_the_years_that_the_appraisal_says(
    counts: str | None, years: list[int], tmp_path: Path
) -> None:
    document = trial(YEARS, costs=[1_000, 1_000], horizon=HORIZON, streams={"good": bottom_up(30)})
    document["assumptions"]["spend"]["then"] = "same"
    document["proposal"]["periods"] = {"first": "2024/25"}
    if counts:
        document["appraisal"]["counts"] = counts
    results = worked_out(tmp_path, document)
    assert list(along(results, "counted")) == years
    assert along(results, "cost_appraised") == pytest.approx([1_000 * flag for flag in years])
    assert along(results, "good_by_year") == pytest.approx([3_000 * flag for flag in years])
    if 0 in years:
        assert results.value("cost_not_counted") == pytest.approx(1_000 * years.count(0))


def test_a_scenario_may_count_the_years_in_which_the_programme_goes_on(tmp_path: Path) -> None:
    document = trial(YEARS, costs=[1_000, 1_000], horizon=HORIZON, streams={"good": bottom_up(30, duration=value(2))})
    document["assumptions"]["spend"]["then"] = "same"
    costed = costed_trial(tmp_path, document, {"goes-on": {"appraisal.counts": "horizon"}})
    short, long = costed.run(), costed.run("goes-on")
    assert along(short, "good_by_year") == pytest.approx([3_000, 6_000, 3_000, 0, 0, 0])
    assert along(long, "good_by_year") == pytest.approx([3_000, *[6_000] * 5])
    assert (short.value("benefits_after_horizon"), long.value("benefits_after_horizon")) == pytest.approx((0, 3_000))
    ran = costmodel_cli("check", TRIAL, "--assumptions", tmp_path / "assumptions")
    assert "In the scenario goes-on, £3,000 of benefit falls after 2029/30 and is not counted." in ran.out


# Lines that are costs, benefits or income as they stand


def test_plain_lines_by_year_are_costs_benefits_and_income(tmp_path: Path) -> None:
    results = worked_out(tmp_path, road())
    real = 1.02 ** -np.arange(6)
    costs = np.array([60, 20, 5, 5, 5, 5]) * real - np.array([0, 0, 2, 2, 2, 2]) * real + np.array([0, 0, 0, 0, 0, 4])
    benefits = np.array([0, 0, 40, 41, 42, 43 + 10])
    assert along(results, "cost_appraised") == pytest.approx(costs)
    assert along(results, "benefits") == pytest.approx(benefits)
    assert results.value("net_present_social_value") == pytest.approx(((benefits - costs) * FACTORS).sum())
    assert results.value("time_present_value") == pytest.approx((np.array([0, 0, 40, 41, 42, 43]) * FACTORS).sum())
    assert results.value("present_value_agency_users") == results.value("time_present_value")
    assert results.value("present_value_cashable") == 0


@pytest.mark.parametrize(("when", "late"), [("start of year", 0), ("mid-year", 0.5), ("end of year", 1)])
def test_flows_fall_when_the_appraisal_says_and_units_name_it(when: str, late: float, tmp_path: Path) -> None:
    document = road()
    document["appraisal"]["discounting"] = when
    results = worked_out(tmp_path, document)
    assert along(results, "discount_factor") == pytest.approx(1.035 ** -(np.arange(6) + late))
    named = {0: "", 0.5: " from the middle of each year", 1: " from the end of each year"}[late]
    unit = f"£ (2024 prices, discounted to 2024/25{named})"
    assert str(results.line("net_present_social_value").unit) == unit


def test_an_equivalent_annual_cost_is_over_the_years_of_cost_or_over_a_life(tmp_path: Path) -> None:
    document = road()
    found = worked_out(tmp_path / "all", document)
    worth = found.value("present_value_costs")
    assert found.value("equivalent_annual_cost") == pytest.approx(worth / FACTORS.sum())
    document["appraisal"]["life"] = value("3.5")
    found = worked_out(tmp_path / "life", document)
    assert found.value("equivalent_annual_cost") == pytest.approx(worth / (FACTORS[:3].sum() + FACTORS[3] / 2))


# Streams along the axis


def test_a_stream_may_run_over_the_rows_of_a_list(tmp_path: Path) -> None:
    rows = [{"name": name, "people": {"2024/25": one, "2025/26": two}} for name, one, two in (("A", 3, 4), ("B", 7, 6))]
    columns = {"people": {"unit": "people", **MADE_UP}}
    streams = {
        "good": bottom_up(100, reached="reached_by_area", duration=value(2)),
        "national": top_down(1_000, reached="reached_by_area"),
    }
    document = trial(
        YEARS,
        horizon=HORIZON,
        streams=streams,
        lists={"areas": {"label": "Areas", "rows": rows, "columns": columns}},
        lines={"reached_by_area": line("Reached", "people", "areas.people")},
    )
    results = worked_out(tmp_path, document)
    assert along(results, "good_by_year") == pytest.approx([1_000, 2_000, 1_000, 0, 0, 0])
    assert along(results, "national_by_year") == pytest.approx([100, 100, 0, 0, 0, 0])


def test_a_profile_by_age_stands_in_place_of_lag_and_duration(tmp_path: Path) -> None:
    profile = {"by_age": ["0%", "100%", "50%", "25%", "25%", "10%", "10%"], **MADE_UP}
    document = trial(YEARS, horizon=HORIZON, streams={"good": bottom_up(100, profile=profile)})
    results = worked_out(tmp_path, document)
    assert along(results, "good_by_year") == pytest.approx([0, 10_000, 15_000, 7_500, 5_000, 3_500])
    assert results.value("good_years_in_all") == pytest.approx(2.2)
    assert results.value("good_after_horizon") == pytest.approx(44_000 - 41_000)


def test_a_share_that_lasts_and_a_value_that_grows(tmp_path: Path) -> None:
    stream = bottom_up(100, duration=value(9), drop_off=value("50%"), lasting=value("20%"), value_growth=value("2%"))
    results = worked_out(tmp_path, trial(YEARS, horizon=HORIZON, streams={"good": stream}))
    left = 0.2 + 0.8 * 0.5 ** np.arange(9)
    whole = np.zeros(10)
    for cohort in (0, 1):
        whole[cohort : cohort + 9] += 10_000 * left
    whole *= 1.02 ** np.arange(10)
    assert along(results, "good_by_year") == pytest.approx(whole[:6])
    assert results.value("good_after_horizon") == pytest.approx(whole[6:].sum())


@pytest.mark.parametrize("lag", [0, 1, 0.25, 2.5])
@pytest.mark.parametrize("duration", [0.5, 1, 3, 7.75])
@pytest.mark.parametrize("drop", ["0%", "30%", "100%"])
@pytest.mark.parametrize("growth", [None, "0%", "3%", "-2%"])
def test_all_of_a_benefit_is_the_sum_of_its_profile_wherever_the_horizon_ends(
    lag: float, duration: float, drop: str, growth: str | None, tmp_path: Path
) -> None:
    more = {"value_growth": value(growth)} if growth else {}
    stream = bottom_up(100, lag=value(lag), duration=value(duration), drop_off=value(drop), **more)
    far = worked_out(tmp_path / "far", trial(YEARS, horizon="2024/25 to 2044/45", streams={"good": stream}))
    near = worked_out(tmp_path / "near", trial(YEARS, horizon=HORIZON, streams={"good": stream}))
    every = along(far, "good_by_year")
    assert far.value("good_after_horizon") == pytest.approx(0, abs=1e-6)
    assert far.value("good_in_all") == pytest.approx(every.sum())
    assert near.value("good_after_horizon") == pytest.approx(every[6:].sum(), abs=1e-6)
    assert along(near, "good_by_year") == pytest.approx(every[:6])


def test_starts_may_carry_a_profile_that_is_a_line_by_year(tmp_path: Path) -> None:
    lines = {
        "left": line("Left", "share of a full year", "growth(fall, '2024/25')"),
        "carried": line("Carried", "£", "spread(spend, left)"),
    }
    fall = {"fall": {"label": "Fall", "unit": "rate a year", **value("-50%")}}
    document = trial(YEARS, costs=[100, 200], horizon=HORIZON, lines=lines, assumptions=fall)
    results = worked_out(tmp_path, document)
    assert along(results, "carried") == pytest.approx([100, 250, 125, 62.5, 31.25, 15.625])


@pytest.mark.parametrize(("then", "after"), [(None, 0), ("0", 0), ("same", 30)])
def test_a_profile_by_age_says_what_comes_after_its_last_age(then: str | None, after: float, tmp_path: Path) -> None:
    each = {"label": "Each", "unit": "£ per person", "by_age": [10, 30], **MADE_UP, **({"then": then} if then else {})}
    starts = by_year([1, 2], label="Starts", unit="people")
    document = trial(
        YEARS,
        horizon=HORIZON,
        assumptions={"each": each, "starts": starts},
        lines={"carried": line("Carried", "£", "spread(starts, each)")},
    )
    results = worked_out(tmp_path, document)
    assert along(results, "carried") == pytest.approx([10, 50, 60 + after, *[3 * after] * 3])
    note = results.costing.assumptions["each_year_2"].grounds[0].note or ""
    assert ("The same in later years." if after else "Nothing in later years.") in note


# What is refused


def refused(folder: Path, document: Part) -> str:
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(folder, document))
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert "proposal.yaml:" in ran.err
    return ran.err


@pytest.mark.parametrize(
    ("appraisal", "says"),
    [
        ({"horizon": "2023/24 to 2029/30"}, "begins in 2023/24, before the first year of the proposal, 2024/25"),
        ({"horizon": "2024/25"}, "leaves out years of the proposal\n  Write horizon: 2024/25 to 2025/26."),
        ({"horizon": "2024 to 2029"}, "years of two kinds, financial and calendar"),
        ({"counts": "2024/25 to 2035/36"}, "the year 2030/31 is not in the horizon"),
        ({"counts": "always"}, "Write ask, horizon, a period, or years from 2024/25 to 2029/30."),
        ({"discounting": "now"}, "mid-year"),
        ({"costs": ["spend", "spend"]}, "'spend' is counted twice"),
        ({"income": ["spend"]}, "'spend' is counted as a cost and as income"),
        ({"benefits": ["spend"]}, "'spend' is counted as a cost and as a benefit"),
        ({"costs": ["all_costs", "spend"]}, "'all_costs' adds 'spend', which is counted as a cost by itself too"),
        ({"costs": ["all_costs", "rent"]}, "'all_costs' adds 'rent'"),
        ({"costs": ["all_costs", "with_spend"]}, "both add 'spend', which is so counted twice"),
        ({"income": ["net_of_rent"], "costs": ["rent"]}, "'net_of_rent' adds 'rent'"),
        ({"costs": ["spent_so_far"]}, "'spent_so_far' is a stock, carried from year to year"),
        ({"costs": ["debt"]}, "'debt' is a stock, carried from year to year"),
        ({"costs": ["people"]}, "'people' is in people, and no money"),
        ({"benefits": ["in_all"]}, "'in_all' has no figure for each year"),
        ({"benefits": ["nobody"]}, "there is no line 'nobody'"),
    ],
)
def test_an_appraisal_that_counts_amiss_is_refused_where_it_does(appraisal: Part, says: str, tmp_path: Path) -> None:
    lines = {
        "all_costs": line("All costs", "£", "spend + rent"),
        "with_spend": line("With spending", "£", "spend + 0 * rent"),
        "net_of_rent": line("Net", "£", "spend - rent"),
        "spent_so_far": line("So far", "£", "cumulative(spend)"),
        "debt": line("Debt", "£", "prior(debt) + spend"),
        "in_all": line("In all", "£", "total(spend)"),
    }
    rent = {"rent": {"label": "Rent", "unit": "£", **by_year([1, 2])}}
    document = trial(YEARS, horizon=HORIZON, lines=lines, assumptions=rent, appraisal=appraisal)
    assert says in refused(tmp_path, document)


@pytest.mark.parametrize(
    ("formula", "unit", "says"),
    [
        ("total(at(spend, '2024/25'))", "£", "is one figure for all years"),
        ("total(present_value(spend))", "£", "is one figure for all years"),
        ("total(sites)", "teams", "sites is a stock, carried from year to year, and has no total over years"),
        ("total(sites, 'first')", "teams", "sites is a stock"),
        ("total(share)", "share of need", "share is in share of need, which does not add up over years"),
        ("total(price)", "£ per person", "price is in £ per person, which does not add up over years"),
        ("total(spend / people_seen)", "£ per person", "does not add up over years"),
    ],
)
def test_what_has_no_total_over_years_is_refused(formula: str, unit: str, says: str, tmp_path: Path) -> None:
    given = {
        "share": {"label": "Share", "unit": "share of need", **by_year([0.1, 0.2])},
        "price": {"label": "Price", "unit": "£ per person", **by_year([1, 2])},
        "starts": {"label": "Starts", "unit": "teams", **by_year([1, 2])},
    }
    lines = {"sites": line("Sites", "teams", "prior(sites) + starts"), "wrong": line("Wrong", unit, formula)}
    document = trial(YEARS, horizon=HORIZON, lines=lines, assumptions=given)
    document["proposal"]["periods"] = {"first": "2024/25"}
    assert says in refused(tmp_path, document)


def test_a_stock_in_the_totals_of_a_table_is_refused_where_it_stands(tmp_path: Path) -> None:
    starts = {"starts": {"label": "Starts", "unit": "teams", **by_year([1, 2])}}
    document = trial(YEARS, assumptions=starts, lines={"sites": line("Sites", "teams", "prior(sites) + starts")})
    document["proposal"]["periods"] = {"both": "2024/25 to 2025/26"}
    document["tables"] = {"sites": {"title": "Sites", "rows": ["sites"], "totals": {"both": ["sites"]}}}
    assert "sites is a stock" in refused(tmp_path, document)


def test_what_rises_by_so_much_a_year_is_no_stock_where_its_unit_says_so(tmp_path: Path) -> None:
    lines = {
        "rising": line("Rising", "£ a year", "prior(rising) + spend"),
        "sum_of_it": line("Sum", "£", "total(rising)"),
    }
    results = worked_out(tmp_path, trial(YEARS, costs=[10, 20], lines=lines, appraisal={"costs": ["rising"]}))
    assert results.value("sum_of_it") == 10 + 30


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"2026/27": 1, "2027/28": 2}, "there is no value for 2024/25, 2025/26"),
        (
            {"2024/25": 1, "2025/26": 2, "2031/32": 2},
            "Its years are 2024/25 to 2025/26, and its horizon ends in 2029/30.",
        ),
        ({"2024/25": 1, "2025/26": 2, "2028/29": 2, "2027/28": 1}, "the year 2027/28 is out of order"),
    ],
)
def test_a_value_by_year_has_all_years_of_the_ask_and_none_after_the_horizon(
    given: Part, says: str, tmp_path: Path
) -> None:
    used = {"given": {"label": "Given", "unit": "£", "by_year": given, **MADE_UP}}
    document = trial(YEARS, horizon=HORIZON, assumptions=used, lines={"used": line("Used", "£", "given")})
    assert says in refused(tmp_path, document)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"value": 3, "then": "same"}, "then says what follows the last of by_year or by_age"),
        ({"by_year": {"2024/25": 1, "2025/26": 2}, "then": "more"}, "write 0, same or 2% a year"),
        ({"by_age": [1, 2], "then": "2% a year"}, "after the last age a value is 0 or the same"),
    ],
)
def test_a_rule_for_later_years_that_means_nothing_is_refused(given: Part, says: str, tmp_path: Path) -> None:
    used = {"given": {"label": "Given", "unit": "£", **given, **MADE_UP}}
    assert says in refused(tmp_path, trial(YEARS, horizon=HORIZON, assumptions=used))


@pytest.mark.parametrize("name", ["ask", "horizon", "counted"])
def test_a_period_has_no_name_that_means_something_already(name: str, tmp_path: Path) -> None:
    document = trial(YEARS)
    document["proposal"]["periods"] = {name: "2024/25"}
    assert f"{name!r} already means" in refused(tmp_path, document)


def test_what_stops_after_the_ask_and_is_divided_by_is_answered_with_the_rule(tmp_path: Path) -> None:
    seen = {"seen": {"label": "Seen", "unit": "people", **by_year([1, 2])}}
    lines = {"each": line("Each", "£ per person", "spend / seen")}
    said = refused(tmp_path, trial(YEARS, horizon=HORIZON, lines=lines, assumptions=seen))
    assert "'each' divides by zero in 2026/27: seen is 0" in said
    assert "After 2025/26 an amount by year stops unless it says then: same." in said


def test_a_name_of_the_horizons_old_list_is_answered_with_what_to_write(tmp_path: Path) -> None:
    lines = {"old": line("Old", "£ (2024 prices)", "sum(horizon.good)")}
    document = trial(YEARS, horizon=HORIZON, streams={"good": bottom_up()}, lines=lines)
    assert "write good_by_year, and total(good_by_year, 'horizon') for its sum" in refused(tmp_path, document)
