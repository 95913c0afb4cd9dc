"""The appraisal: what costs and benefits come to, each figure worked out again from the flows; and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial
import pytest
import yaml
from benefits_helpers import (
    HUBS,
    MADE_UP,
    TEAMS,
    TRIAL,
    Part,
    along,
    as_yaml,
    bottom_up,
    copy_with_scenarios,
    costed_trial,
    scenario,
    shipped,
    top_down,
    trial,
    value,
    with_evidence,
    worked_out,
    write_trial,
)
from helpers import HERE, SHIPPED, costmodel_cli, edit, write
from numpy.typing import NDArray

import costmodel
from costmodel.analysis.results import Results

YEARS = ["2024/25", "2025/26", "2026/27"]
EVERY_SHIPPED = [(name, case) for name in (HUBS, TEAMS) for case in ("base", "published-links", "benefits-high")]


def flows(results: Results, line: str) -> NDArray[np.float64]:
    """A line by year to the end of the horizon; a stream is called by its name alone."""
    lines = results.costing.model.lines
    return along(results, next(name for name in (f"{line}_by_year", line) if name in lines))


def many_streams() -> dict[str, Part]:
    """Streams of every kind, of three agencies, for each who gains; two of them partly cashable."""
    return {
        "nhs": bottom_up(30, kind="fiscal", agency="NHS", gains="taxpayer", cashable=value("40%"), duration=value(3)),
        "council": top_down(900, kind="fiscal", agency="Local authorities", gains="taxpayer", cashable=value("100%")),
        "work": bottom_up(20, kind="economic", agency="NHS", gains="participant", lag=value(2)),
        "lives": bottom_up(10, kind="social", agency="All", gains="participant", schedule="health", duration=value(4)),
        "others": top_down(250, kind="social", agency="All", gains="other"),
        "beside": top_down(1_000_000, kind="fiscal", agency="Nobody", in_headline=False),
    }


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Results:
    document = trial(YEARS, costs=[5_000, 4_000, 3_000], horizon="2024/25 to 2031/32", streams=many_streams())
    return worked_out(tmp_path_factory.mktemp("many"), document)


# What adds up


@pytest.mark.parametrize("part", ["kind", "agency", "gains"])
def test_parts_add_to_the_present_value_of_benefits(part: str, many: Results) -> None:
    parts = {name for name in many.costing.model.lines if name.startswith(f"present_value_{part}_")}
    assert len(parts) == 3
    assert sum(map(many.value, parts)) == pytest.approx(many.value("present_value_benefits"), rel=1e-12)


def test_each_part_is_the_streams_of_its_own(many: Results) -> None:
    worth = {name: many.value(f"{name}_present_value") for name in many_streams()}
    assert many.value("present_value_kind_fiscal") == pytest.approx(worth["nhs"] + worth["council"])
    assert many.value("present_value_agency_nhs") == pytest.approx(worth["nhs"] + worth["work"])
    assert many.value("present_value_agency_local_authorities") == pytest.approx(worth["council"])
    assert many.value("present_value_gains_participant") == pytest.approx(worth["work"] + worth["lives"])
    assert "present_value_agency_nobody" not in many.costing.model.lines
    assert worth["beside"] > 2_000_000 > many.value("present_value_benefits")


def test_cashable_and_not_cashable_add_to_the_whole(many: Results) -> None:
    cashable, rest = many.value("present_value_cashable"), many.value("present_value_not_cashable")
    assert cashable + rest == pytest.approx(many.value("present_value_benefits"), rel=1e-12)
    expected = 0.4 * many.value("nhs_present_value") + many.value("council_present_value")
    assert cashable == pytest.approx(expected, rel=1e-12)
    assert 0 < cashable < many.value("present_value_benefits")


def test_the_public_purse_counts_fiscal_benefits_alone(many: Results) -> None:
    fiscal, costs = many.value("present_value_kind_fiscal"), many.value("present_value_costs")
    assert flows(many, "fiscal_benefits") == pytest.approx(flows(many, "nhs") + flows(many, "council"), rel=1e-12)
    assert many.value("net_present_public_value") == pytest.approx(fiscal - costs, rel=1e-12)
    assert many.value("fiscal_return") == pytest.approx(fiscal / costs, rel=1e-12)
    assert many.value("benefit_cost_ratio") == pytest.approx(many.value("present_value_benefits") / costs, rel=1e-12)


def test_a_stream_on_the_health_schedule_is_discounted_on_it_within_the_total(many: Results) -> None:
    factors = 1.015 ** -np.arange(8)
    assert many.value("lives_present_value") == pytest.approx(float((flows(many, "lives") * factors).sum()), rel=1e-12)
    assert many.value("nhs_present_value") == pytest.approx(
        float((flows(many, "nhs") * 1.035 ** -np.arange(8)).sum()), rel=1e-12
    )


def test_an_equal_cost_in_each_year_of_cost_has_the_same_present_value(many: Results) -> None:
    each = many.value("equivalent_annual_cost")
    worth = sum(each / 1.035**year for year in range(3))
    assert worth == pytest.approx(many.value("present_value_costs"), rel=1e-12)
    pmt = -numpy_financial.pmt(0.035, 3, many.value("present_value_costs"), when="begin")
    assert each == pytest.approx(float(pmt), rel=1e-12)


# Against the flows, by another hand


@pytest.mark.parametrize(("proposal", "case"), EVERY_SHIPPED)
def test_net_present_value_is_that_of_the_flows_by_numpy_financial(proposal: str, case: str) -> None:
    results = shipped(proposal).run(case)
    net = flows(results, "social_net")
    assert net == pytest.approx(flows(results, "benefits") - flows(results, "cost_appraised"), rel=1e-12)
    found = float(numpy_financial.npv(0.035, net))
    assert results.value("net_present_social_value") == pytest.approx(found, rel=1e-9)
    rate = float(numpy_financial.irr(net))
    assert (rate > 0.035) == (results.value("net_present_social_value") > 0)
    assert float(numpy_financial.npv(rate, net)) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("proposal", "case"), EVERY_SHIPPED)
def test_benefits_of_the_horizon_are_those_of_every_cohort_in_its_years(proposal: str, case: str) -> None:
    results = shipped(proposal).run(case)
    first = results.costing.model.years[0].start
    each, people = results.value("problems_avoided_value_each"), results.by_year("problems_avoided_people")
    expected = np.zeros(len(flows(results, "problems_avoided")))
    for cohort, count in enumerate(people):
        expected[cohort + 4 : cohort + 16] += count * each
    years = flows(results, "year")
    assert years[0] == first
    assert flows(results, "problems_avoided") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", ["base", "uplifted", "published-links"])
def test_real_costs_are_cash_over_the_growth_of_prices_since_the_price_base(case: str) -> None:
    results = shipped(HUBS).run(case)
    cash = results.by_year("parent_infant_a_year")
    expected = [amount / 1.02 ** (2 + year) for year, amount in enumerate(cash)]  # the deflator ends in 2024
    assert results.by_year("cost_real") == pytest.approx(expected, rel=1e-12)


def test_real_costs_follow_the_published_deflator_where_there_is_one() -> None:
    results = shipped(TEAMS).run()
    cash = results.by_year("total")
    index = [90.5005, 96.2507, 100, 102]
    assert results.by_year("cost_real") == pytest.approx([c * 100 / i for c, i in zip(cash, index, strict=True)])


# Payback


def first_year_in_profit(results: Results, net: str) -> float:
    """The first year of the horizon from which costs are covered to the end; 0 where they are not."""
    running = np.cumsum(flows(results, net))
    if running[-1] < 0:
        return 0
    last_below = max((at for at, total in enumerate(running) if total < 0), default=-1)
    return float(flows(results, "year")[last_below + 1])


@pytest.mark.parametrize(("proposal", "case"), EVERY_SHIPPED)
def test_the_payback_year_of_what_ships_is_that_of_its_flows(proposal: str, case: str) -> None:
    results = shipped(proposal).run(case)
    assert results.value("payback_year_social") == first_year_in_profit(results, "social_net")
    assert results.value("pays_back_social") == (results.value("payback_year_social") > 0)


@pytest.mark.parametrize(
    ("social", "fiscal", "years"),
    [
        (5_000, 0, (2025, 0)),
        (0, 4_000, (2026, 2026)),
        (3_000, 2_500, (2025, 2027)),
        (0, 0, (0, 0)),
        (20_000, 20_000, (2024, 2024)),
        (5_999, 6_000, (2024, 2025)),
    ],
)
def test_payback_is_the_first_year_from_which_costs_are_covered(
    social: int, fiscal: int, years: tuple[int, int], tmp_path: Path
) -> None:
    streams = {
        "social": bottom_up(social / 100, duration=value(4)),
        "fiscal": bottom_up(fiscal / 100, kind="fiscal", duration=value(4)),
    }
    document = trial(
        costs=10_000, horizon="2024/25 to 2027/28", streams=streams, appraisal={"schedule_starts": "2020/21"}
    )
    document["appraisal"]["present_value_base"] = "2020/21"
    results = worked_out(tmp_path, document)
    assert (results.value("payback_year_social"), results.value("payback_year_fiscal")) == years
    assert (first_year_in_profit(results, "social_net"), first_year_in_profit(results, "fiscal_net")) == years
    assert (results.value("pays_back_social"), results.value("pays_back_fiscal")) == (years[0] > 0, years[1] > 0)


def test_a_later_cost_that_takes_the_gain_away_puts_payback_off(tmp_path: Path) -> None:
    document = trial(
        YEARS,
        costs=[1_000, 0, 5_000],
        horizon="2024/25 to 2028/29",
        streams={"good": top_down(2_000, ramp={"by_year": dict(zip(YEARS, (1, 1, 1), strict=True)), **MADE_UP})},
    )
    results = worked_out(tmp_path, document)
    assert list(np.cumsum(flows(results, "social_net"))) == [1_000, 3_000, 0, 0, 0]
    assert results.value("payback_year_social") == 2024
    document["assumptions"]["spend"]["by_year"]["2026/27"] = 5_001
    results = worked_out(tmp_path / "worse", document)
    assert (results.value("payback_year_social"), results.value("pays_back_social")) == (0, 0)


# Years, prices and schedules


def test_present_values_have_a_base_of_their_own(tmp_path: Path) -> None:
    horizon = "2024/25 to 2027/28"
    dates = {"present_value_base": "2022/23", "schedule_starts": "2020/21"}
    document = trial(YEARS, costs=[0, 0, 1_000], horizon=horizon, streams={"good": bottom_up(100)}, appraisal=dates)
    results = worked_out(tmp_path, document)
    expected = [1.035 ** -(year - 2022) for year in range(2024, 2028)]
    assert flows(results, "discount_factor") == pytest.approx(expected, rel=1e-12)
    assert results.value("present_value_costs") == pytest.approx(1_000 * 1.035**-4, rel=1e-12)
    assert str(results.line("present_value_costs").unit) == "£ (2024 prices, discounted to 2022/23)"


def test_the_schedule_steps_by_its_own_start_and_not_by_the_base(tmp_path: Path) -> None:
    dates = {"present_value_base": "2024/25", "schedule_starts": "1996/97"}
    document = trial(["2024/25"], horizon="2024/25 to 2030/31", streams={"good": bottom_up(100)}, appraisal=dates)
    found = flows(worked_out(tmp_path, document), "discount_factor")
    rates = found[:-1] / found[1:] - 1
    assert found[0] == pytest.approx(1, rel=1e-15)
    assert rates == pytest.approx([0.035, 0.035, 0.03, 0.03, 0.03, 0.03], rel=1e-9)  # year 30 is 2026/27


@pytest.mark.parametrize(("years", "tested"), [(50, False), (51, True), (60, True)])
def test_a_horizon_of_more_than_50_years_is_tested_at_the_reduced_rates(
    years: int, tested: bool, tmp_path: Path
) -> None:
    last = 2024 + years - 1
    streams = {"good": bottom_up(5, duration=value(years))}
    results = worked_out(tmp_path, trial(horizon=f"2024/25 to {last}/{(last + 1) % 100:02d}", streams=streams))
    name = "net_present_social_value_reduced_rate"
    assert (name in results.costing.model.lines) == tested
    if tested:
        factors = [1.0]
        for year in range(1, years):
            factors.append(factors[-1] / (1.03 if year <= 30 else 1.0257))
        net = flows(results, "social_net")
        assert results.value(name) == pytest.approx(float((net * factors).sum()), rel=1e-9)
        assert results.value(name) > results.value("net_present_social_value")


FLAT = """
appraisal_editions:
  flat-three:
    title: A flat 3.0%
    source: hmt-green-book-discounting-2026
    schedules:
      standard:
        - {from: 0, rate: 3.0%}
      gently:
        - {from: 0, to: 2, rate: 2%}
        - {from: 3, rate: 1%}
"""


@pytest.mark.parametrize("years", [5, 80])
def test_a_schedule_added_as_data_is_used_by_its_name(years: int, tmp_path: Path) -> None:
    with_evidence(tmp_path, FLAT)
    last = 2024 + years - 1
    streams = {"good": bottom_up(100), "gentle": bottom_up(100, schedule="gently")}
    document = trial(
        horizon=f"2024/25 to {last}/{(last + 1) % 100:02d}", streams=streams, appraisal={"edition": "flat-three"}
    )
    results = worked_out(tmp_path, document)
    assert flows(results, "discount_factor") == pytest.approx(1.03 ** -np.arange(years), rel=1e-12)
    assert flows(results, "discount_gently")[:5] == pytest.approx(
        [1, 1 / 1.02, 1.02**-2, 1.02**-2 / 1.01, 1.02**-2 / 1.01**2], rel=1e-12
    )
    assert "net_present_social_value_reduced_rate" not in results.costing.model.lines


def test_family_hubs_at_a_flat_three_per_cent_is_worth_more(tmp_path: Path) -> None:
    root = tmp_path / "assumptions"
    with_evidence(tmp_path, FLAT)
    shutil.copytree(SHIPPED / "evidence", root / "evidence", dirs_exist_ok=True)
    shutil.copytree(SHIPPED / HUBS, root / HUBS)
    edit(root / HUBS / "benefits.yaml", "edition: green-book-2026", "edition: flat-three")
    found, base = costmodel.load(HUBS, root).run(), shipped(HUBS).run()
    expected = numpy_financial.npv(0.03, flows(base, "social_net"))
    assert found.value("net_present_social_value") == pytest.approx(float(expected), rel=1e-9)
    years = sum(1.03**-age for age in range(4, 16))
    assert found.by_year("problems_avoided_discounted_years") == pytest.approx([years] * 3, rel=1e-12)


# Optimism bias, risks and weights


def test_optimism_bias_stands_on_a_line_of_its_own_on_and_off(tmp_path: Path) -> None:
    costed = copy_with_scenarios(HUBS, tmp_path, {"on": {"appraisal.optimism_bias.on": 1}})
    off, on = costed.run(), costed.run("on")
    assert off.by_year("cost_optimism_bias") == [0, 0, 0]
    assert on.by_year("cost_optimism_bias") == pytest.approx([cost * 0.1 for cost in on.by_year("cost_real")])
    assert on.by_year("cost_real") == off.by_year("cost_real")
    assert on.value("present_value_costs") == pytest.approx(1.1 * off.value("present_value_costs"), rel=1e-12)
    assert on.value("present_value_benefits") == off.value("present_value_benefits")


def test_optimism_bias_may_be_more_than_the_whole_as_for_equipment(tmp_path: Path) -> None:
    bias = {"rate": value("200%"), "on": value(1)}
    results = worked_out(tmp_path, trial(costs=100, appraisal={"optimism_bias": bias}))
    assert results.by_year("cost_appraised") == pytest.approx([300])


def test_a_risk_is_its_probability_times_its_impact_in_its_year(tmp_path: Path) -> None:
    risks = {
        "late": {"label": "Late start", "probability": value("25%"), "impact": value("£800"), "year": "2025/26"},
        "fire": {"label": "Fire", "probability": value("1%"), "impact": value("£50,000"), "year": "2026/27"},
    }
    document = trial(YEARS, costs=1_000, streams={"good": bottom_up()}, appraisal={"risks": risks})
    results = worked_out(tmp_path, document)
    assert results.by_year("cost_risk_late") == [0, 200, 0]
    assert results.by_year("cost_risk_fire") == [0, 0, 500]
    assert results.by_year("cost_appraised") == pytest.approx([1_000, 1_200, 1_500])
    assert results.value("present_value_costs") == pytest.approx(1_000 + 1_200 / 1.035 + 1_500 / 1.035**2, rel=1e-12)
    assert flows(results, "cost_appraised") == pytest.approx([1_000, 1_200, 1_500])


def test_weights_by_income_stand_beside_the_unweighted_result_and_never_instead(tmp_path: Path) -> None:
    weights = {"median_income": value(30_000), "participants_income": value(20_000), "elasticity": value(1.3)}
    streams = {"mine": top_down(1_000), "theirs": top_down(700, gains="taxpayer")}
    plain = worked_out(tmp_path / "plain", trial(costs=500, streams=streams))
    weighted = worked_out(tmp_path, trial(costs=500, streams=streams, appraisal={"distribution": weights}))
    assert plain.value("net_present_social_value") == weighted.value("net_present_social_value") == 1_200
    weight = 1.5**1.3
    assert weighted.value("distributional_weight") == pytest.approx(weight, rel=1e-12)
    found = weighted.value("net_present_social_value_weighted")
    assert found == pytest.approx(1_000 * weight + 700 - 500, rel=1e-12)
    assert "net_present_social_value_weighted" not in plain.costing.model.lines


def test_costs_can_be_appraised_without_benefits(tmp_path: Path) -> None:
    results = worked_out(tmp_path, trial(YEARS, costs=1_000))
    assert results.value("present_value_costs") == pytest.approx(1_000 * (1 + 1 / 1.035 + 1 / 1.035**2), rel=1e-12)
    assert "net_present_social_value" not in results.costing.model.lines


def test_several_lines_of_cost_add(tmp_path: Path) -> None:
    rent = {"rent": {"label": "Rent", "unit": "£", "by_year": dict.fromkeys(YEARS, 70), **MADE_UP}}
    document = trial(YEARS, costs=1_000, assumptions=rent, appraisal={"costs": ["spend", "rent"]})
    assert worked_out(tmp_path, document).by_year("cost_cash") == [1_070] * 3


# What is refused, with its place


def refused(folder: Path, old: str, new: str, *, streams: dict[str, Part] | None = None, **appraisal: Any) -> str:
    """Check a proposal after one edit of its text; what was said begins at the mark."""
    document = trial(YEARS, streams=streams or {"good": bottom_up()}, appraisal=appraisal)
    root = write_trial(folder, document)
    place = edit(root / TRIAL / "proposal.yaml", old, new)
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert f"proposal.yaml:{place}: " in ran.err, ran.err
    return ran.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("edition: green-book-2026", f"edition: {HERE}green-book-2025", "there is no edition 'green-book-2025'"),
        ("deflator: gdp-deflator-2025-12", f"deflator: {HERE}cpi", "there is no deflator 'cpi'"),
        ("price_base: 2024", f"price_base: {HERE}1999", "the deflator gdp-deflator-2025-12 has no year 1999"),
        ("price_base: 2024", f"price_base: {HERE}soon", "'soon' is not a year"),
        ("price_base: 2024", f"price_base: 2024\n  schedule: {HERE}relaxed", "there is no schedule 'relaxed'"),
        ("price_base: 2024", f"price_base: 2024\n  {HERE}price_basis: 2024", "there is no key 'price_basis'"),
        ("present_value_base: 2024/25", f"present_value_base: {HERE}2025/26", "after the first year of the horizon"),
        ("schedule_starts: 2024/25", f"schedule_starts: {HERE}2030/31", "after the first year of the horizon"),
        ("horizon: 2024/25 to 2026/27", f"horizon: {HERE}2024/25 to 2025/26", "leaves out years of the proposal"),
        ("horizon: 2024/25 to 2026/27", f"horizon: {HERE}2026/27 to 2024/25", "the years are out of order"),
        ("  - spend\n", f"  - {HERE}spending\n", "there is no line 'spending'"),
        ("  - spend\n", f"  - {HERE}all_of_it\n", "has no figure for each year"),
    ],
)
def test_an_appraisal_that_means_nothing_is_refused_at_its_place(old: str, new: str, says: str, tmp_path: Path) -> None:
    document = trial(YEARS, streams={"good": bottom_up()})
    document["lines"]["all_of_it"] = {"label": "In all", "unit": "£", "formula": "total(spend)"}
    root = write_trial(tmp_path, document)
    place = edit(root / TRIAL / "proposal.yaml", old, new)
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert f"proposal.yaml:{place}: " in ran.err
    assert says in ran.err


@pytest.mark.parametrize("key", ["edition", "horizon", "deflator", "costs", "counterfactual", "inflation_beyond"])
def test_a_key_that_an_appraisal_lacks_is_named(key: str, tmp_path: Path) -> None:
    document = trial(YEARS, streams={"good": bottom_up()})
    del document["appraisal"][key]
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(tmp_path, document))
    assert ran.code == 2
    assert f"the key {key!r} is missing" in ran.err
    assert "proposal.yaml:" in ran.err


RISK = {"late": {"label": "Late", "probability": value("25%"), "impact": value("£800"), "year": "2025/26"}}


def test_a_risk_outside_the_years_or_with_an_impossible_probability_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path / "year", "year: 2025/26", f"year: {HERE}2031/32", risks=RISK)
    assert "the risk falls in 2031/32, and costs are those of 2024/25 to 2026/27" in said
    said = refused(tmp_path / "chance", "value: 25%", f"value: {HERE}125%", risks=RISK)
    assert "125% is not a share" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"appraisal.paid_by": "the NHS"}, "a scenario has its benefit-cost ratio over other costs than the proposal"),
        ({"appraisal.edition": "flat-three"}, "a scenario changes the horizon, prices or schedule of the appraisal"),
        ({"appraisal.horizon": "2024/25 to 2028/29"}, "a scenario changes the horizon"),
        ({"appraisal.costs": ["people"]}, "a scenario changes the horizon"),
        ({"appraisal.risks.late.year": "2026/27"}, "a scenario changes the year of a risk"),
    ],
)
def test_a_scenario_that_could_not_be_compared_is_refused_where_it_stands(
    change: Part, says: str, tmp_path: Path
) -> None:
    with_evidence(tmp_path, FLAT)
    document = trial(YEARS, streams={"good": bottom_up()}, appraisal={"paid_by": "the Exchequer", "risks": RISK})
    root = write_trial(tmp_path, document)
    write(root / TRIAL / "scenarios" / "other.yaml", as_yaml(scenario(change)))
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert says in ran.err
    assert "other.yaml:" in ran.err


@pytest.mark.parametrize(
    "steps",
    [
        "[{from: 0, to: 30, rate: 3%}, {from: 32, rate: 2%}]",
        "[{from: 1, rate: 3%}]",
        "[{from: 0, to: 30, rate: 3%}]",
        "[{from: 0, rate: 3%}, {from: 31, rate: 2%}]",
        "[]",
    ],
)
def test_a_schedule_whose_steps_do_not_meet_is_refused(steps: str, tmp_path: Path) -> None:
    edition = {"title": "Broken", "source": "hmt-green-book-discounting-2026", "schedules": {"standard": "STEPS"}}
    text = yaml.safe_dump({"appraisal_editions": {"broken": edition}}).replace("STEPS", steps)
    with_evidence(tmp_path, text)
    root = write_trial(tmp_path, trial(streams={"good": bottom_up()}, appraisal={"edition": "broken"}))
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "of-a-test.yaml:" in ran.err
    assert "the steps of standard do not meet" in ran.err
    assert "Traceback" not in ran.err


def test_an_edition_of_a_name_that_stands_already_is_refused(tmp_path: Path) -> None:
    with_evidence(tmp_path, FLAT.replace("flat-three", "green-book-2026"))
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(tmp_path, trial()))
    assert ran.code == 2
    assert "of-a-test.yaml:3:3: " in ran.err
    assert "green-book-2026 stands twice" in ran.err


def test_costs_of_nothing_have_no_ratio_and_it_is_said(tmp_path: Path) -> None:
    document = trial(costs=0, streams={"good": bottom_up()})
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(tmp_path, document))
    assert ran.code == 2
    assert "'benefit_cost_ratio' divides by zero: present value of costs is 0" in ran.err
    assert "proposal.yaml:" in ran.err


def test_options_stand_side_by_side_with_the_same_denominator(tmp_path: Path) -> None:
    document = trial(costs=1_000, streams={"good": bottom_up(20)}, appraisal={"paid_by": "the Exchequer"})
    costed = costed_trial(tmp_path, document, {"more": {"people_seen": 300, "spend": {"2024/25": 1_500}}})
    assert [costed.run(name).value("benefit_cost_ratio") for name in ("base", "more")] == pytest.approx([2, 4])
    assert costed.run("more").line("benefit_cost_ratio").label == "Benefit-cost ratio, over costs to the Exchequer"
