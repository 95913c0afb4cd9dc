"""Benefit streams: the chain for parent-infant teams to the printed figure, each method, and what is refused."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from benefits_helpers import (
    HUBS,
    MADE_UP,
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
    worked_out,
    write_trial,
)
from helpers import HERE, costmodel_cli, edit, write

from costmodel.analysis.results import Costed, Results

# The chain of published links, for each year's babies, in the Family Hubs proposal.

STREAM = "benefits.streams.problems_avoided"
BABIES = {"low": 30_300, "ask": 39_200, "high": 59_600}
OTHERWISE = {"low": "23.5%", "mid": "40%", "high": "60%"}
UNIT_VALUE = {"low": "£11,030", "high": "£59,130"}
LINK = f"{STREAM}.links.extra_chance_of_a_problem"
EVERY_CHILD = {LINK: {"share": value("100%")}}


def chain(babies: int, otherwise: str, each: str, prices: str = "2024") -> Part:
    """The changes of a scenario, from babies reached to the value of each problem avoided."""
    return {
        "babies_reached_2028_29": babies,
        f"{STREAM}.counterfactual_rate": otherwise,
        f"{STREAM}.unit_value": each,
        f"{STREAM}.taken_as": prices,
    }


RANGE = {
    f"{babies}-{otherwise}-{each}-{prices}": chain(BABIES[babies], OTHERWISE[otherwise], UNIT_VALUE[each], prices)
    for babies in BABIES
    for otherwise in OTHERWISE
    for each in UNIT_VALUE
    for prices in ("2008", "2024")
}
OTHER: dict[str, Part] = {
    "weak-effect": {f"{LINK}.standardised": 0.18},
    "strong-effect": {f"{LINK}.standardised": 0.50},
    "base-rate-20": {f"{LINK}.base_rate": "20%"},
    "all-bounds-low": {
        **chain(39_200, "23.5%", "£11,030"),
        f"{STREAM}.effect.odds_ratio": 0.77,
        f"{LINK}.standardised": 0.18,
    },
    "all-bounds-high": {
        **chain(39_200, "60%", "£59,130", "2008"),
        f"{STREAM}.effect.odds_ratio": 0.32,
        f"{LINK}.standardised": 0.50,
    },
    "every-change-859": {**chain(59_600, "40%", "£11,030"), **EVERY_CHILD},
    "every-change-845": {**chain(39_200, "40%", "£11,030", "2008"), **EVERY_CHILD},
}


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Costed:
    return copy_with_scenarios(HUBS, tmp_path_factory.mktemp("hubs"), {**RANGE, **OTHER})


def a_cohort(costed: Costed, name: str) -> float:
    """What the babies of 2028/29 are worth, in £ million, as a present value in the year in which they are seen."""
    return costed.run(name).by_year("problems_avoided_cohort_present_value")[-1] / 1e6


def test_39_200_babies_are_worth_28_to_254_million_over_the_shares_and_unit_costs_as_printed(hubs: Costed) -> None:
    found = [a_cohort(hubs, name) for name in RANGE if name.startswith("ask") and name.endswith("2024")]
    assert len(found) == 6
    assert (round(min(found)), round(max(found))) == (28, 254)
    assert min(found) == a_cohort(hubs, "ask-low-low-2024")
    assert max(found) == a_cohort(hubs, "ask-high-high-2024")


def test_a_years_babies_are_worth_22_to_576_million_over_everything_published(hubs: Costed) -> None:
    found = {name: a_cohort(hubs, name) for name in RANGE}
    assert len(found) == 36
    assert (round(min(found.values())), round(max(found.values()))) == (22, 576)
    assert max(found, key=found.__getitem__) == "high-high-high-2008"
    assert max(found.values()) < 900


def test_every_confidence_bound_together_gives_6_to_976_million(hubs: Costed) -> None:
    assert round(a_cohort(hubs, "all-bounds-low")) == 6
    assert round(a_cohort(hubs, "all-bounds-high")) == 976


def test_near_900_million_only_where_every_changed_child_avoids_a_problem(hubs: Costed) -> None:
    assert round(a_cohort(hubs, "every-change-859")) == 859
    assert round(a_cohort(hubs, "every-change-845")) == 845
    for name in ("every-change-859", "every-change-845"):
        assert hubs.run(name).grading["present_value_benefits"].grade == "illustrative"


def test_ages_5_to_16_seen_from_age_1_are_8_716_discounted_years() -> None:
    found = shipped(HUBS).run().by_year("problems_avoided_discounted_years")
    assert found == pytest.approx([sum(1.035**-age for age in range(4, 16))] * 3, rel=1e-12)
    assert round(found[0], 3) == 8.716


@pytest.mark.parametrize(
    ("name", "expected"),
    [("base", 0.0732), ("weak-effect", 0.0353), ("strong-effect", 0.1172), ("base-rate-20", 0.1080)],
)
def test_a_standardised_effect_is_an_extra_chance_of_a_problem(hubs: Costed, name: str, expected: float) -> None:
    assert round(hubs.run(name).value("problems_avoided_extra_chance_of_a_problem"), 4) == expected


def test_odds_halved_from_40_per_cent_are_25_per_cent() -> None:
    base = shipped(HUBS).run()
    assert base.value("problems_avoided_treated_rate") == pytest.approx(0.25, rel=1e-12)
    assert base.value("problems_avoided_change") == pytest.approx(0.15, rel=1e-12)


def test_a_cohort_is_worth_the_product_of_its_links(hubs: Costed) -> None:
    q = NormalDist().cdf(NormalDist().inv_cdf(0.10) + 0.34) - 0.10
    years = sum(1.035**-age for age in range(4, 16))
    for name, babies, p, c in (
        ("low-low-low-2024", 30_300, 0.235, 11_030),
        ("high-high-high-2008", 59_600, 0.60, 59_130 * 100 / 66.89),
    ):
        odds = p / (1 - p) * 0.5
        expected = babies * (p - odds / (1 + odds)) * q * c * years
        assert a_cohort(hubs, name) * 1e6 == pytest.approx(expected, rel=1e-12)


def test_the_headline_is_22_959_pounds_a_baby_or_15_101_or_81_596_children_or_15_221(hubs: Costed) -> None:
    ask, briefing = hubs.run("ask-mid-low-2024"), hubs.run("high-mid-high-2024")
    assert round(ask.value("headline_per_baby")) == 22_959
    assert round(briefing.value("headline_per_baby")) == 15_101
    assert round(ask.value("children_free_of_a_problem")) == 81_596
    assert round(briefing.value("children_free_of_a_problem")) == 15_221


def test_a_unit_cost_of_2008_is_half_as_much_again_in_2024_prices(hubs: Costed) -> None:
    low, high = hubs.run("ask-mid-low-2008"), hubs.run("ask-mid-high-2008")
    assert round(low.value("problems_avoided_price_factor"), 4) == 1.4950
    assert round(low.value("problems_avoided_value_each")) == 16_490
    assert round(high.value("problems_avoided_value_each")) == 88_399


def test_the_headline_is_900_million_beside_the_chain_and_no_part_of_the_results() -> None:
    base = shipped(HUBS).run()
    assert base.by_year("headline_by_year")[-1] == 900_000_000
    assert base.value("present_value_benefits") == base.value("problems_avoided_present_value")
    assert not {"headline_by_year", "headline_national_annual"} & base.rests_on("net_present_social_value")


def test_the_shipped_scenarios_lie_where_the_evidence_puts_them() -> None:
    costed = shipped(HUBS)
    assert round(a_cohort(costed, "benefits-low")) == 28
    assert round(a_cohort(costed, "benefits-high")) == 254
    assert a_cohort(costed, "illustrative-upper") == pytest.approx(39_200 * 0.15 * 11_030 * 8.71619e-6, rel=1e-4)
    assert a_cohort(costed, "published-links") == pytest.approx(a_cohort(costed, "base") * 100 / 66.89, rel=1e-12)


# Each method and each way of an effect


def changed(folder: Path, stream: Part, **more: Any) -> Results:
    return worked_out(folder, trial(streams={"good": stream}, **more))


@pytest.mark.parametrize(
    ("way", "size", "treated"),
    [
        ("risk_ratio", 0.6, 0.4 * 0.6),
        ("odds_ratio", 0.5, 0.25),
        ("absolute", 0.07, 0.33),
        ("standardised", 0.34, NormalDist().cdf(NormalDist().inv_cdf(0.4) - 0.34)),
        ("risk_ratio", 1.5, 0.6),
        ("standardised", 0, 0.4),
    ],
)
def test_each_way_of_stating_an_effect_gives_the_share_with_the_problem_when_treated(
    way: str, size: float, treated: float, tmp_path: Path
) -> None:
    stream = bottom_up(counterfactual_rate=value("40%"), effect={way: value(size)})
    results = changed(tmp_path, stream)
    assert results.value("good_treated_rate") == pytest.approx(treated, rel=1e-12)
    assert results.value("good_change") == pytest.approx(0.4 - treated, abs=1e-15)
    assert results.value("good_present_value") == pytest.approx(100 * (0.4 - treated) * 100, abs=1e-9)


def test_every_factor_of_a_bottom_up_stream_counts(tmp_path: Path) -> None:
    shares = {"deadweight": 0.2, "attribution": 0.3, "displacement": 0.1, "retention": 0.75}
    stream = bottom_up(
        counterfactual_rate=value("40%"),
        effect={"risk_ratio": value(0.5)},
        links={
            "counted": {"share": value("60%")},
            "spreads": {"standardised": value(0.34), "base_rate": value("10%")},
        },
        duration=value(4),
        lag=value(2),
        drop_off=value("25%"),
        **{key: value(share) for key, share in shares.items()},
    )
    years = ["2024/25", "2025/26"]
    document = trial(years, streams={"good": stream}, horizon="2024/25 to 2032/33")
    results = worked_out(tmp_path, document)
    extra = NormalDist().cdf(NormalDist().inv_cdf(0.1) + 0.34) - 0.1
    people = 100 * 0.2 * 0.6 * extra * 0.75 * (1 - 0.2) * (1 - 0.3) * (1 - 0.1)
    assert results.by_year("good_people") == pytest.approx([people] * 2, rel=1e-12)
    left = [0, 0, 1, 0.75, 0.75**2, 0.75**3, 0, 0, 0]
    assert along(results, "good_share_left") == pytest.approx(left, rel=1e-12)
    cohorts = [[people * 100 * share for share in row] for row in (left, [0, *left[:-1]])]
    assert results.cells("good_by_cohort") == pytest.approx(np.array(cohorts), rel=1e-12)
    both = [one + other for one, other in zip(left, [0, *left[:-1]], strict=True)]
    assert along(results, "good_by_year") == pytest.approx([people * 100 * share for share in both], rel=1e-12)


def test_half_a_year_of_lag_and_of_duration_is_half_a_years_benefit(tmp_path: Path) -> None:
    stream = bottom_up(duration=value(1.5), lag=value(0.5))
    results = worked_out(tmp_path, trial(streams={"good": stream}, horizon="2024/25 to 2026/27"))
    assert along(results, "good_by_year") == pytest.approx([5_000, 10_000, 0])
    late = bottom_up(duration=value(1.25), lag=value(1))
    results = worked_out(tmp_path / "late", trial(streams={"good": late}, horizon="2024/25 to 2026/27"))
    assert along(results, "good_by_year") == pytest.approx([0, 10_000, 2_500])


def test_a_benefit_that_all_drops_off_lasts_one_year(tmp_path: Path) -> None:
    stream = bottom_up(duration=value(3), drop_off=value("100%"))
    results = worked_out(tmp_path, trial(streams={"good": stream}, horizon="2024/25 to 2026/27"))
    assert list(along(results, "good_by_year")) == [10_000, 0, 0]


def test_a_national_figure_counts_by_the_share_of_need_that_is_met_and_its_ramp(tmp_path: Path) -> None:
    years = ["2024/25", "2025/26", "2026/27"]
    stream = top_down(
        "£9 million", in_need=value(400), ramp={"by_year": dict(zip(years, (0.2, 0.5, 1), strict=True)), **MADE_UP}
    )
    results = worked_out(tmp_path, trial(years, streams={"good": stream}))
    assert results.by_year("good_coverage") == [0.25] * 3 or results.value("good_coverage") == 0.25
    assert results.by_year("good_by_year") == pytest.approx([450_000, 1_125_000, 2_250_000])


def test_people_trained_by_their_caseload_are_a_capacity_without_a_value_unless_one_is_given(tmp_path: Path) -> None:
    years = ["2024/25", "2025/26"]
    plain = {
        "label": "Families that trained staff see",
        "method": "capacity",
        "kind": "social",
        "trained": {"by_year": {"2024/25": 10, "2025/26": 40}, **MADE_UP},
        "caseload": value(25),
    }
    priced = {**plain, "unit_value": value(80), "price_year": 2024, "cashable": value("50%")}
    results = worked_out(tmp_path, trial(years, streams={"plain": plain, "priced": priced}))
    assert results.by_year("plain_capacity") == [250, 1_000]
    assert "plain_present_value" not in results.costing.model.lines
    assert results.by_year("priced_by_year") == [20_000, 80_000]
    assert results.value("present_value_benefits") == pytest.approx(20_000 + 80_000 / 1.035, rel=1e-12)
    assert results.value("present_value_cashable") == pytest.approx((20_000 + 80_000 / 1.035) / 2, rel=1e-12)


@pytest.mark.parametrize("method", ["bottom-up", "top-down", "capacity"])
def test_optimism_bias_on_benefits_follows_the_grade_of_their_evidence(method: str, tmp_path: Path) -> None:
    capacity = {
        "label": "Seen",
        "method": "capacity",
        "kind": "social",
        "trained": value(10),
        "caseload": value(10),
        "unit_value": value(100),
        "price_year": 2024,
    }
    stream = {"bottom-up": bottom_up(100), "top-down": top_down(10_000), "capacity": capacity}[method]
    table = {"published": value("0%"), "judgement": value("15%"), "illustrative": value("40%")}
    for grade, kept in (("published", 1), ("judgement", 0.85), ("illustrative", 0.6)):
        document = trial(streams={"good": {**stream, "evidence": grade}}, benefits={"optimism_bias": table})
        results = worked_out(tmp_path / grade, document)
        assert results.value("present_value_benefits") == pytest.approx(10_000 * kept, rel=1e-12)


def test_a_value_may_be_the_name_of_another_assumption(tmp_path: Path) -> None:
    stream = bottom_up(100, deadweight="a_third", cashable="a_third", duration="some_years", evidence="judgement")
    assumptions = {
        "a_third": {"label": "A third", "unit": "share of benefit", **value("33%")},
        "some_years": {"label": "Some years", "unit": "years", **value(2)},
    }
    document = trial(
        streams={"good": stream},
        assumptions=assumptions,
        horizon="2024/25 to 2025/26",
        benefits={"optimism_bias": {"judgement": "a_third"}},
    )
    results = worked_out(tmp_path, document)
    each = 100 * 0.67 * 100 * 0.67
    assert along(results, "good_by_year") == pytest.approx([each, each])
    worth = results.value("present_value_benefits")
    assert results.value("present_value_cashable") == pytest.approx(0.33 * worth, rel=1e-12)


def test_what_nobody_gave_is_shown_as_what_changes_nothing_and_is_illustrative(tmp_path: Path) -> None:
    stream = bottom_up(effect={"absolute": {"value": "100%", "source": "wright-2017", "grade": "published"}})
    results = changed(tmp_path, stream)
    nothing = {
        **dict.fromkeys(("deadweight", "attribution", "displacement", "drop_off", "lag", "cashable"), 0.0),
        **dict.fromkeys(("retention", "duration"), 1.0),
    }
    shown = {line.name for line in results.shown_lines}
    for key, neutral in nothing.items():
        name = f"good_{key}"
        assert results.value(name) == neutral, name
        assert results.grading[name].grade == "illustrative", name
        assert name in shown
        assert "No value was found" in (results.costing.assumptions[name].grounds[0].reason or "")


def test_a_scenario_may_give_what_the_proposal_left_out_and_the_others_stay_as_they_were(tmp_path: Path) -> None:
    changes = {"benefits.streams.good.deadweight": "25%", "benefits.streams.good.retention": "80%"}
    costed = costed_trial(tmp_path, trial(streams={"good": bottom_up()}), {"stricter": changes, "same": {}})
    worth = {name: costed.run(name).value("present_value_benefits") for name in costed.scenarios}
    assert worth == pytest.approx({"base": 10_000, "stricter": 6_000, "same": 10_000})
    assert costed.run().grading["good_deadweight"].grade == "illustrative"
    assert "No value was found" in (costed.costing.assumptions["good_deadweight"].grounds[0].reason or "")


def test_zeros_of_the_shipped_proposal_are_in_its_brief_and_its_json(tmp_path: Path) -> None:
    ran = costmodel_cli("run", HUBS, "--scenario", "base", "--outputs", tmp_path)
    assert ran.code == 0, ran.err
    brief = (tmp_path / HUBS / "base" / "brief.md").read_text(encoding="utf-8")
    for label in ("share that would have happened anyway", "share that others bring about", "share that is moved"):
        assert label in brief
    assert '"problems_avoided_deadweight"' in costmodel_cli("show", HUBS, "--format", "json").out


def test_a_stream_can_have_its_own_schedule_and_the_health_one_discounts_less(tmp_path: Path) -> None:
    plain = bottom_up(duration=value(20))
    document = trial(streams={"plain": plain, "health": {**plain, "schedule": "health"}}, horizon="2024/25 to 2043/44")
    results = worked_out(tmp_path, document)
    assert results.value("plain_present_value") == pytest.approx(10_000 * sum(1.035**-n for n in range(20)), rel=1e-12)
    assert results.value("health_present_value") == pytest.approx(10_000 * sum(1.015**-n for n in range(20)), rel=1e-12)
    assert results.value("health_discounted_years") == pytest.approx(sum(1.015**-n for n in range(20)), rel=1e-12)


def test_a_unit_value_of_another_price_year_is_brought_to_the_price_base(tmp_path: Path) -> None:
    document = trial(streams={"good": bottom_up(100, price_year=2010)}, appraisal={"price_base": 2020})
    results = worked_out(tmp_path, document)
    assert results.value("good_value_each") == pytest.approx(100 * 85.2137 / 69.1217, rel=1e-12)


def test_a_price_year_that_is_only_taken_makes_the_result_illustrative(tmp_path: Path) -> None:
    known = {"source": "wright-2017", "grade": "published"}

    def stream(**more: Any) -> Part:
        return top_down(
            0,
            national_annual={"value": 1000, **known},
            in_need={"value": 100, **known},
            ramp={"value": 1, **known},
            **more,
        )

    results = worked_out(
        tmp_path,
        trial(streams={"known": stream(), "taken": stream(price_year="unknown", taken_as=2024)}, people=100),
    )
    assert results.grading["known_price_factor"].grade == "published"
    assert results.grading["taken_price_factor"].grade == "illustrative"
    assert results.value("known_present_value") == results.value("taken_present_value")
    assert str(results.line("taken_national_annual").unit) == "£ (price year unknown)"


# What is refused, with its place


def refused(folder: Path, document: Part, old: str = "", new: str = "") -> tuple[str, str]:
    """Check a proposal after one edit of its text; returns what was said of it, and the place of the mark."""
    root = write_trial(folder, document)
    place = edit(root / TRIAL / "proposal.yaml", old, new) if old else ""
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    return ran.err, f"proposal.yaml:{place}: "


ODDS = bottom_up(counterfactual_rate=value("37%"), effect={"odds_ratio": value("0.5")})
SPREAD = bottom_up(links={"spreads": {"standardised": value("0.34"), "base_rate": value("11%")}})


@pytest.mark.parametrize(
    ("stream", "old", "new", "says"),
    [
        (ODDS, "37%", f"{HERE}0%", "a counterfactual rate of 0% has no odds"),
        (ODDS, "37%", f"{HERE}100%", "a counterfactual rate of 100% has no odds"),
        (ODDS, "37%", f"{HERE}370%", "370% is not a share"),
        (ODDS, "value: '0.5'", f"value: {HERE}-0.5", "an odds ratio is 0 or more"),
        (ODDS, "odds_ratio:", f"{HERE}odd_ratio:", "there is no key 'odd_ratio' here"),
        (ODDS, "price_year: 2024", f"price_year: {HERE}unknown", "the price year is unknown"),
        (ODDS, "price_year: 2024", f"price_year: {HERE}1999", "has no year 1999"),
        (ODDS, "price_year: 2024", f"price_year: {HERE}soon", "'soon' is not a year"),
        (ODDS, "reached: people", f"reached: {HERE}poeple", "there is no line 'poeple' of people reached"),
        (ODDS, "method: bottom-up", f"method: {HERE}bottomup", "is not one of"),
        (ODDS, "kind: social", f"kind: {HERE}societal", "is not one of"),
        (ODDS, "kind: social", f"kind: social\n      schedule: {HERE}healthy", "there is no schedule 'healthy'"),
        (ODDS, "kind: social", f"kind: social\n      {HERE}dead_weight: 10%", "there is no key 'dead_weight'"),
        (ODDS, "kind: social", f"kind: social\n      deadweight: {HERE}1.2", "120% is not a share"),
        (SPREAD, "11%", f"{HERE}0%", "a base rate of 0% or 100% has no quantile"),
        (SPREAD, "11%", f"{HERE}100%", "a base rate of 0% or 100% has no quantile"),
    ],
)
def test_a_stream_that_means_nothing_is_refused_at_its_place(
    stream: Part, old: str, new: str, says: str, tmp_path: Path
) -> None:
    said, place = refused(tmp_path, trial(streams={"good": stream}), old, new)
    assert says in said
    assert place in said


@pytest.mark.parametrize(
    ("effect", "share"),
    [
        ({"risk_ratio": value(3)}, "120.0%"),
        ({"absolute": value("50%")}, "-10.0%"),
    ],
)
@pytest.mark.parametrize("form", ["once", "by-year", "by-name"])
def test_a_probability_outside_0_to_1_after_the_effect_is_refused(
    effect: Part, share: str, form: str, tmp_path: Path
) -> None:
    rate: Any = {
        "once": value("40%"),
        "by-year": {"by_year": {"2024/25": "40%"}, **MADE_UP},
        "by-name": "otherwise",
    }[form]
    assumptions = {"otherwise": {"label": "Otherwise", "unit": "share of people", **value("40%")}}
    stream = bottom_up(counterfactual_rate=rate, effect=effect)
    used = assumptions if form == "by-name" else {}
    said, _ = refused(tmp_path, trial(streams={"good": stream}, assumptions=used))
    assert f"the share with the problem would be {share} when treated" in said
    assert "benefits.streams.good.effect" in said


def test_an_effect_without_a_source_is_refused_unless_it_is_graded_illustrative(tmp_path: Path) -> None:
    says = "the effect has no source, and is not graded illustrative"
    for name, given in {
        "judged": {"value": "100%", "reason": "It seems so.", "grade": "judgement"},
        "ungraded": {"value": "100%", "reason": "It seems so."},
        "bare": {"value": "100%"},
    }.items():
        said, _ = refused(tmp_path / name, trial(streams={"good": bottom_up(effect={"absolute": given})}))
        assert says in said, name
    with_source = bottom_up(effect={"absolute": {"value": "100%", "source": "wright-2017", "grade": "judgement"}})
    assert worked_out(tmp_path / "sourced", trial(streams={"good": with_source}))


def test_a_scenario_whose_effect_has_no_source_is_refused_where_it_stands(tmp_path: Path) -> None:
    root = write_trial(tmp_path, trial(streams={"good": ODDS}))
    made = scenario(
        {"benefits.streams.good.effect.odds_ratio": {"value": 0.3, "reason": "Hope.", "grade": "judgement"}}
    )
    write(root / TRIAL / "scenarios" / "hope.yaml", as_yaml(made))
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "hope.yaml:" in ran.err
    assert "the effect has no source" in ran.err


@pytest.mark.parametrize(
    ("stream", "inside", "after"),
    [
        (bottom_up(duration=value(4)), 30_000, 10_000),
        (bottom_up(duration=value(2), lag=value(2)), 10_000, 10_000),
        (bottom_up(lag=value(3)), 0, 10_000),
        (bottom_up(duration="many_years"), 30_000, 40_000),
        (bottom_up(duration=value(3.5)), 30_000, 5_000),
        (bottom_up(duration=value(3)), 30_000, 0),
        (bottom_up(lag=value(1.5), duration=value(2.25)), 15_000, 7_500),
        (bottom_up(lag=value(2.5), duration=value(0.25)), 2_500, 0),
    ],
)
def test_what_falls_after_the_horizon_is_said_and_not_counted(
    stream: Part, inside: float, after: float, tmp_path: Path
) -> None:
    named = {"many_years": {"label": "Many years", "unit": "years", **value(7)}}
    used = named if stream.get("duration") == "many_years" else {}
    document = trial(streams={"good": stream}, horizon="2024/25 to 2026/27", assumptions=used)
    results = worked_out(tmp_path, document)
    assert along(results, "good_by_year").sum() == pytest.approx(inside)
    assert results.value("good_after_horizon") == pytest.approx(after, abs=1e-9)
    assert results.value("benefits_after_horizon") == pytest.approx(after, abs=1e-9)


@pytest.mark.parametrize(
    "stream", [bottom_up(duration=value(3)), bottom_up(duration=value(1), lag=value(2)), bottom_up(lag=value(2))]
)
def test_a_benefit_to_the_end_of_the_horizon_is_counted_whole(stream: Part, tmp_path: Path) -> None:
    results = worked_out(tmp_path, trial(streams={"good": stream}, horizon="2024/25 to 2026/27"))
    assert along(results, "good_by_year")[2] == 10_000


def test_a_price_year_that_a_scenario_takes_is_refused_where_the_scenario_takes_it(tmp_path: Path) -> None:
    stream = bottom_up(price_year="unknown", taken_as=2024)
    root = write_trial(tmp_path, trial(streams={"good": stream}))
    made = scenario({"benefits.streams.good.taken_as": "1901"})
    write(root / TRIAL / "scenarios" / "old.yaml", as_yaml(made))
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "old.yaml:" in ran.err
    assert "has no year 1901" in ran.err


def test_benefits_without_an_appraisal_are_refused(tmp_path: Path) -> None:
    document = trial(streams={"good": ODDS})
    del document["appraisal"]
    said, place = refused(tmp_path, document, "benefits:\n  streams:", f"benefits:\n  {HERE}streams:")
    assert "benefits need an appraisal" in said
    assert place in said


@pytest.mark.parametrize(
    ("stream", "key"),
    [
        (top_down(1000, deadweight=value("10%")), "deadweight"),
        (top_down(1000, duration=value(3)), "duration"),
        (bottom_up(ramp=value("50%")), "ramp"),
        (bottom_up(national_annual=value(1000)), "national_annual"),
    ],
)
def test_a_key_that_a_method_does_not_read_is_refused(stream: Part, key: str, tmp_path: Path) -> None:
    said, _ = refused(tmp_path, trial(streams={"good": stream}))
    assert f"a {stream['method']} stream makes nothing of {key}" in said
    assert "benefits.streams.good" in said


def test_a_grade_of_evidence_that_the_table_of_optimism_bias_lacks_is_refused(tmp_path: Path) -> None:
    document = trial(
        streams={"good": bottom_up(evidence="calibrated")}, benefits={"optimism_bias": {"judgement": value("15%")}}
    )
    said, place = refused(tmp_path, document, "evidence: calibrated", f"evidence: {HERE}calibrated")
    assert "the table of optimism bias has no grade calibrated" in said
    assert place in said


@pytest.mark.parametrize(
    ("effect", "found"),
    [({}, "none of them"), ({"odds_ratio": value(0.5), "risk_ratio": value(0.5)}, "risk_ratio and odds_ratio")],
)
def test_an_effect_is_stated_in_one_way(effect: Part, found: str, tmp_path: Path) -> None:
    said, _ = refused(tmp_path, trial(streams={"good": bottom_up(effect=effect)}))
    assert f"and {found} was given" in said


@pytest.mark.parametrize(
    "change", [{"kind": "fiscal"}, {"gains": "taxpayer"}, {"agency": "NHS"}, {"schedule": "health"}]
)
def test_a_scenario_may_not_work_a_stream_out_in_another_way(change: Part, tmp_path: Path) -> None:
    written = trial(streams={"good": {**ODDS, "gains": "other", "agency": "All", "schedule": "standard"}})
    changes = {f"benefits.streams.good.{key}": word for key, word in change.items()}
    root = write_trial(tmp_path, written, {"other": changes})
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert "other.yaml:" in ran.err
    assert "a scenario works this stream out in another way than the proposal" in ran.err


def test_two_streams_that_would_make_one_line_are_refused(tmp_path: Path) -> None:
    said, _ = refused(tmp_path, trial(streams={"cost": ODDS}))
    assert "the name 'cost_discounted' is taken" in said


def test_prices_of_two_years_cannot_be_added_unseen(tmp_path: Path) -> None:
    line = {"label": "A sum", "unit": "£ (2010 prices) per person", "formula": "good_unit_value + old_unit_value"}
    document = trial(streams={"good": bottom_up(), "old": bottom_up(price_year=2010)}, lines={"mixed": line})
    said, _ = refused(tmp_path, document)
    assert "good_unit_value" in said
    assert "old_unit_value" in said


def test_costed_twice_is_the_same(tmp_path: Path) -> None:
    document = trial(streams={"good": ODDS, "more": top_down(500)})
    one = costed_trial(tmp_path / "one", document).run()
    other = costed_trial(tmp_path / "two", document).run()
    assert one.value("net_present_social_value") == other.value("net_present_social_value")
