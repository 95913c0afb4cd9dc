"""Switching values: each is put into a scenario in YAML, read again from the files, and meets the target there."""

from __future__ import annotations

import functools
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from benefits_helpers import (
    HUBS,
    MADE_UP,
    TEAMS,
    bottom_up,
    copy_with_scenarios,
    costed_trial,
    exactly,
    shipped,
    top_down,
    trial,
    value,
    worked_out,
    write_trial,
)
from helpers import PROPOSALS, SHIPPED, costmodel_cli

import costmodel
from costmodel.analysis.results import Results
from costmodel.analysis.switching import Switch, Switching, internal_rate_of_return, one_in, switching_values
from costmodel.errors import BadInput
from costmodel.model.evaluate import evaluate

NPSV = "net_present_social_value"
PLACES = [
    (HUBS, "base"),
    (HUBS, "published-links"),
    (HUBS, "benefits-high"),
    (HUBS, "illustrative-upper"),
    (HUBS, "uplifted"),
    (TEAMS, "base"),
    (TEAMS, "benefits-high"),
    (TEAMS, "realistic"),
    (TEAMS, "slower-rollout"),
]
every_place = pytest.mark.parametrize(("proposal", "scenario"), PLACES)


@functools.cache
def switching(proposal: str, scenario: str) -> Switching:
    return switching_values(shipped(proposal).run(scenario))


def change_of(results: Results, switch: Switch) -> dict[str, Any] | None:
    """The change of a scenario that puts a switching value in; None for what no scenario can change: the evidence."""
    assert switch.value is not None
    path = results.costing.assumptions[switch.name].path
    line = results.line(switch.name)
    if path == "appraisal" or path.endswith((".price_year", "workforce.on_costs.rule")):
        return None
    if line.shape.rows:
        own = results.cells(switch.name)[:, 0]
        column = switch.name.rpartition(".")[2]
        return {
            f"{path}[{at + 1}].{column}": exactly(switch.value * float(cell)) for at, cell in enumerate(own) if cell
        }
    if line.shape.by_year:
        years = map(str, results.costing.model.years)
        own_by_year = zip(years, results.along_axis(switch.name), strict=True)
        return {path: {year: exactly(switch.value * one) for year, one in own_by_year}}
    if found := re.search(r"_year_(\d)$", switch.name):  # a profile by age, of which one year changes
        profile = [results.value(f"{switch.name[: found.start()]}_year_{age}") for age in (1, 2)]
        profile[int(found[1]) - 1] = switch.value
        return {path: [exactly(one) for one in profile]}
    if line.unit.is_rate:  # growth by half and more is taken from what has a percentage sign alone
        return {path: f"{Decimal(repr(switch.value)) * 100:f}%"}
    return {path: exactly(switch.value)}


@every_place
def test_every_switching_value_put_into_a_scenario_makes_the_net_value_less_than_a_pound(
    proposal: str, scenario: str, tmp_path: Path
) -> None:
    results = shipped(proposal).run(scenario)
    found = {switch.name: switch for switch in switching(proposal, scenario).switches if switch.value is not None}
    changes = {name.replace(".", "-"): change_of(results, switch) for name, switch in found.items()}
    given = {name: change for name, change in changes.items() if change is not None}
    assert len(given) >= 6
    again = copy_with_scenarios(proposal, tmp_path, given, start=scenario)
    nets = {name: again.run(name).value(NPSV) for name in given}
    assert {name: net for name, net in nets.items() if not abs(net) < 1} == {}
    assert abs(results.value(NPSV)) > 1e6


def test_a_switching_discount_rate_as_an_edition_of_its_own_makes_the_net_value_less_than_a_pound(
    tmp_path: Path,
) -> None:
    found = next(s for s in switching(HUBS, "benefits-high").switches if s.name == "discount_rate_standard_1")
    assert found.value is not None
    root = tmp_path / "assumptions"
    shutil.copytree(SHIPPED / HUBS, root / HUBS)
    shutil.copytree(SHIPPED / "evidence", root / "evidence")
    edition = {
        "title": "At the switching rate",
        "source": "hmt-green-book-discounting-2026",
        "schedules": {"standard": [{"from": 0, "rate": exactly(found.value)}]},
    }
    text = yaml.safe_dump({"appraisal_editions": {"at-the-switch": edition}})
    (root / "evidence" / "switch.yaml").write_text(text, encoding="utf-8")
    file = root / HUBS / "benefits.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("edition: green-book-2026", "edition: at-the-switch"), encoding="utf-8")
    assert abs(costmodel.load(HUBS, root).run("benefits-high").value(NPSV)) < 1


@every_place
def test_each_proof_is_the_target_and_each_value_one_that_it_can_have(proposal: str, scenario: str) -> None:
    results = shipped(proposal).run(scenario)
    for switch in switching(proposal, scenario).switches:
        if switch.value is None:
            assert switch.proof is None
            continue
        assert switch.proof is not None
        assert abs(switch.proof) < 1, switch.name
        largest = float(results.cells(switch.name).max()) if switch.multiple else 1
        if switch.unit.is_share:
            assert 0 <= switch.value * largest <= 1, switch.name
        if not switch.unit.is_rate and "standardised" not in switch.label:
            assert switch.value >= 0, switch.name


@every_place
def test_every_assumption_that_moves_the_net_value_is_listed_and_no_other(proposal: str, scenario: str) -> None:
    results = shipped(proposal).run(scenario)
    costing, at = results.costing, results.costing.scenarios.index(scenario)
    model = costing.model
    own = {
        name: results.cells(name)[np.newaxis] for name, line in model.lines.items() if line.is_input and not line.texts
    }
    net = results.value(NPSV)
    moves = set()
    for name, cells in own.items():
        held = costing.assumptions.get(name)
        if held is None or held.grounds[at].grade is None:
            continue
        down, up = (np.where(cells == 0, step * 0.5, cells * (1 + step)) for step in (-0.01, 0.01))
        for moved in (up, down):
            try:
                there = evaluate(model, {**own, name: moved})[NPSV]
            except BadInput:
                continue
            if abs(float(there.flat[0]) - net) > 1e-6:
                moves.add(name)
    data = {name for name in moves if model.lines[name].unit.chooses}
    data |= {name for name in moves if costing.assumptions[name].path == "appraisal" and "deflator" in name}
    found = {switch.name for switch in switching(proposal, scenario).switches}
    # Years of experience matter by the step of the pay scale, which a change of 1% does not reach.
    assert moves - data - found == set()
    assert found - moves <= {"experience_years"}


@every_place
def test_linear_ones_are_exact(proposal: str, scenario: str) -> None:
    results = shipped(proposal).run(scenario)
    linear = [s for s in switching(proposal, scenario).switches if s.linear and s.value is not None]
    assert {"problems_avoided_unit_value"} <= {switch.name for switch in linear}
    net, costs = results.value(NPSV), results.value("present_value_costs")
    for switch in linear:
        if switch.name == "problems_avoided_unit_value":
            assert switch.value == pytest.approx(switch.own * costs / (net + costs), rel=1e-12)
        assert switch.proof == pytest.approx(0, abs=1e-9 * abs(net))


def test_what_breaks_even_is_what_arithmetic_says() -> None:
    base = shipped(HUBS).run()
    by_name = {switch.name: switch for switch in switching(HUBS, "base").switches}
    needed = base.value("present_value_costs") / base.value("present_value_benefits")
    babies, scale = by_name["babies_reached_2028_29"], by_name["scale"]
    assert babies.value == pytest.approx(39_200 * needed, rel=1e-12)
    assert scale.value == pytest.approx(2 / needed, rel=1e-12)
    assert babies.times == pytest.approx(needed)
    assert babies.linear
    assert scale.linear
    effect = by_name["problems_avoided_extra_chance_of_a_problem_effect"]
    assert not effect.linear
    assert effect.in_range is False  # 0.71 standard deviations, where the published interval ends at 0.50
    assert by_name["problems_avoided_unit_value"].in_range is True
    assert by_name["problems_avoided_counterfactual_rate"].value is None  # no share of babies is enough


def test_the_nearest_comes_first_and_what_is_impossible_last() -> None:
    switches = switching(HUBS, "benefits-high").switches
    away = [abs(np.log(s.times)) for s in switches if s.times is not None and s.times > 0]
    assert away == sorted(away)
    assert [s.value is None for s in switches] == sorted(s.value is None for s in switches)


# Targets and results


def test_what_must_be_true_for_900_million(tmp_path: Path) -> None:
    result, target = "problems_avoided_cohort_present_value@2028/29", 900e6
    found = switching_values(shipped(HUBS).run(), result, target)
    assert found.target == target
    changes = {}
    for switch in found.switches:
        change = change_of(shipped(HUBS).run(), switch) if switch.value is not None else None
        if change is not None:
            changes[switch.name] = change
            assert switch.proof == pytest.approx(target, abs=1)
    assert {"babies_reached_2028_29", "problems_avoided_unit_value"} <= set(changes)
    again = copy_with_scenarios(HUBS, tmp_path, changes)
    for name in changes:
        cohort = again.run(name).by_year("problems_avoided_cohort_present_value")[-1]
        assert cohort == pytest.approx(target, abs=1), name
    babies = next(s for s in found.switches if s.name == "babies_reached_2028_29")
    own = shipped(HUBS).run().by_year("problems_avoided_cohort_present_value")[-1]
    assert babies.value == pytest.approx(39_200 * target / own, rel=1e-12)


def test_any_result_can_have_a_target() -> None:
    base = shipped(TEAMS).run()
    found = switching_values(base, "total_spending_review", 80e6)
    on_costs = next(switch for switch in found.switches if switch.name == "on_cost_rate")
    labour = 87_794_904.0  # the published total of the period
    assert round(found.own) == pytest.approx(labour, abs=100_000)
    assert on_costs.value is not None
    assert on_costs.proof == pytest.approx(80e6, abs=1)
    assert not {"problems_avoided_unit_value", "discount_rate_standard_1"} & {s.name for s in found.switches}


def test_a_year_of_the_horizon_can_be_the_result() -> None:
    found = switching_values(shipped(HUBS).run(), "social_net_running@2043/44")
    assert found.own == pytest.approx(shipped(HUBS).run().along_axis("social_net_running")[-1])
    assert found.switches


def small(folder: Path, **streams: Any) -> Results:
    return worked_out(folder, trial(["2024/25", "2025/26"], costs=6_000, horizon="2024/25 to 2029/30", streams=streams))


def test_a_step_across_the_target_is_no_switching_value(tmp_path: Path) -> None:
    document = trial(
        costs=5_500,
        people=10,
        streams={"good": bottom_up(1_000, reached="groups")},
        assumptions={"size": {"label": "People in a group", "unit": "people per group", **value(2)}},
        lines={"groups": {"label": "People in whole groups", "unit": "groups", "formula": "ceil(people_seen / size)"}},
    )
    found = switching_values(worked_out(tmp_path, document))
    by_name = {switch.name: switch for switch in found.switches}
    assert found.own == -500
    assert by_name["good_unit_value"].value == pytest.approx(1_100)
    assert {"people_seen", "size"} & set(by_name) <= {name for name, s in by_name.items() if s.value is None}


def test_a_kink_is_not_extrapolated_past(tmp_path: Path) -> None:
    lines = {"seen": {"label": "People who can be seen", "unit": "people", "formula": "min(people_seen, places)"}}
    places = {"places": {"label": "Places", "unit": "people", **value(110)}}
    document = trial(
        costs=12_000, people=100, streams={"good": bottom_up(100, reached="seen")}, lines=lines, assumptions=places
    )
    found = switching_values(worked_out(tmp_path, document))
    by_name = {switch.name: switch for switch in found.switches}
    assert by_name["people_seen"].value is None  # 120 people would do it, and there are 110 places
    assert by_name["good_unit_value"].value == pytest.approx(120)
    document["assumptions"]["spend"]["by_year"]["2024/25"] = 10_800
    nearer = worked_out(tmp_path / "nearer", document)
    switch = next(s for s in switching_values(nearer).switches if s.name == "people_seen")
    assert switch.value == pytest.approx(108)
    assert switch.proof == pytest.approx(0, abs=1e-6)


def test_a_share_of_people_that_would_be_negative_is_no_switching_value(tmp_path: Path) -> None:
    stream = bottom_up(100, counterfactual_rate=value("40%"), effect={"absolute": value("10%")})
    enough = worked_out(tmp_path / "enough", trial(costs=3_000, streams={"good": stream}))
    effect = next(s for s in switching_values(enough).switches if s.name == "good_absolute")
    assert effect.value == pytest.approx(0.3)
    beyond = worked_out(tmp_path / "beyond", trial(costs=5_000, streams={"good": stream}))
    effect = next(s for s in switching_values(beyond).switches if s.name == "good_absolute")
    assert effect.value is None  # half of the people cannot be spared a problem that 40% have
    ratio = bottom_up(100, counterfactual_rate=value("40%"), effect={"risk_ratio": value("0.5")})
    free = worked_out(tmp_path / "free", trial(costs=1, streams={"good": ratio}))
    harm = next(s for s in switching_values(free, target=-6_500).switches if s.name == "good_risk_ratio")
    assert harm.value is None  # it would take a share of more than 100%
    harm = next(s for s in switching_values(free, target=-5_000).switches if s.name == "good_risk_ratio")
    assert harm.value == pytest.approx((4_000 + 4_999) / 4_000)


def test_what_lasts_beyond_the_horizon_adds_nothing_to_the_result(tmp_path: Path) -> None:
    lasting = bottom_up(10, duration=value(2))
    results = small(tmp_path, good=lasting)
    longest = next(s for s in switching_values(results).switches if s.name == "good_duration")
    assert longest.value is None  # twelve years would do it, and five of them are counted
    dearer = small(tmp_path / "dearer", good=bottom_up(20, duration=value(2)))
    found = next(s for s in switching_values(dearer).switches if s.name == "good_duration")
    assert found.value is not None
    assert 2 < found.value < 5
    assert found.proof == pytest.approx(0, abs=1e-3)


def test_a_value_by_year_moves_as_a_multiple_within_what_a_share_can_be(tmp_path: Path) -> None:
    ramp = {"by_year": {"2024/25": "40%", "2025/26": "80%"}, "range": "20% to 90%", **MADE_UP}
    results = small(tmp_path, good=top_down(12_000, ramp=ramp))
    found = next(s for s in switching_values(results).switches if s.name == "good_ramp")
    assert found.multiple
    assert found.value == pytest.approx((6_000 + 6_000 / 1.035) / (4_800 + 9_600 / 1.035), rel=1e-9)
    assert found.in_range is True
    for amount, inside in ((9_500, True), (8_400, False)):  # 106% and 120% of it; the range is 50% to 112.5% of it
        less = small(tmp_path / str(amount), good=top_down(amount, ramp=ramp))
        assert next(s for s in switching_values(less).switches if s.name == "good_ramp").in_range is inside
    low = small(tmp_path / "low", good=top_down(7_000, ramp=ramp))
    assert next(s for s in switching_values(low).switches if s.name == "good_ramp").value is None


def test_the_internal_rate_of_return_is_the_discount_rate_at_which_the_net_value_is_nothing(tmp_path: Path) -> None:
    document = trial(
        costs=8_000, horizon="2024/25 to 2026/27", streams={"good": bottom_up(50, lag=value(1), duration=value(2))}
    )
    results = worked_out(tmp_path, document)
    rate = internal_rate_of_return(results)
    found = next(s for s in switching_values(results).switches if s.name == "discount_rate_standard_1")
    assert rate == pytest.approx(found.value, rel=1e-9)
    assert -8_000 + 5_000 / (1 + (rate or 0)) + 5_000 / (1 + (rate or 0)) ** 2 == pytest.approx(0, abs=1e-6)
    assert internal_rate_of_return(costmodel.load("free-school-meals", PROPOSALS).run()) is None


def test_one_in_so_many_people_must_avoid_a_problem(tmp_path: Path) -> None:
    results = worked_out(
        tmp_path, trial(costs=2_500, people=100, streams={"good": bottom_up(100), "flat": top_down(1)})
    )
    assert one_in(results, "good") == pytest.approx(4)
    assert one_in(results, "flat") is None
    assert one_in(results, "nothing") is None
    base = shipped(HUBS).run()
    reached = [39_200 * share / 1.035**n for n, share in enumerate((0.33, 0.67, 1))]
    assert one_in(base, "problems_avoided") == pytest.approx(
        sum(reached) * 11_030 / base.value("present_value_costs"), rel=1e-9
    )


def test_a_stream_on_the_health_schedule_breaks_even_by_its_own_factors(tmp_path: Path) -> None:
    results = small(tmp_path, good=bottom_up(100, schedule="health"))
    assert one_in(results, "good") == pytest.approx((10_000 + 10_000 / 1.015) / (6_000 + 6_000 / 1.035), rel=1e-9)


# The command


def sensitivity(*words: object) -> Any:
    return costmodel_cli("sensitivity", *words)


def test_the_command_prints_what_the_library_finds() -> None:
    ran = sensitivity(HUBS, "--assumptions", SHIPPED, "--format", "json")
    read = json.loads(ran.out)
    found = switching(HUBS, "base")
    assert ran.code == 0
    assert read["now"] == found.own
    assert read["target"] == 0
    assert {name: row["switching_value"] for name, row in read["switches"].items()} == {
        switch.name: switch.value for switch in found.switches
    }
    assert read["switches"]["reach_share"]["multiple"] is True
    assert read["switches"]["scale"]["linear"] is True


def test_a_target_is_written_as_people_write_money() -> None:
    result = "problems_avoided_cohort_present_value@2028/29"
    for target in ("£900 million", "900m", "900,000,000"):
        words = (HUBS, "--assumptions", SHIPPED, "--result", result, "--target", target, "--format", "json")
        assert json.loads(sensitivity(*words).out)["target"] == 900_000_000
    text = sensitivity(HUBS, "--assumptions", SHIPPED, "--result", result, "--target", "£900m").out
    assert "It would be £900,000,000 with one of these, all others held:" in text
    table = sensitivity(HUBS, "--assumptions", SHIPPED, "--format", "markdown").out
    assert "| Assumption | Now | Switching value |" in table


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--result", "net_present_value"], "there is no line 'net_present_value'"),
        (["--result", "present_value_cost"], "Did you mean present_value_costs?"),
        (["--result", "programme_a_year"], "programme_a_year has a figure for each year"),
        (["--result", "programme_a_year@2051/52"], "the year 2051/52 is not in the proposal"),
        (["--result", "scale"], "scale is an assumption, and no result"),
        (["--result", "horizon.cost"], "write cost_appraised, and total(cost_appraised, 'horizon')"),
        (["--result", "problems_avoided_by_cohort@2026/27"], "problems_avoided_by_cohort has a figure for each row"),
        (["--result", "problems_avoided_by_cohort[2099/00]"], "problems_avoided_by_cohort has no row '2099/00'"),
        (["--result", "a b"], "'a b' names no figure"),
        (["--target", "lots"], "'lots' is not a number"),
        (["--scenario", "bse"], "there is no scenario 'bse'"),
    ],
)
def test_a_result_or_target_that_means_nothing_is_refused(words: list[str], says: str) -> None:
    ran = sensitivity(HUBS, "--assumptions", SHIPPED, *words)
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_proposal_without_an_appraisal_has_no_switching_values_of_its_net_value() -> None:
    ran = sensitivity("free-school-meals", "--assumptions", PROPOSALS)
    assert ran.code == 2
    assert "free-school-meals has no benefits in an appraisal" in ran.err
    assert "Name another result" in ran.err
    ran = sensitivity(
        "free-school-meals", "--assumptions", PROPOSALS, "--result", "cost_first_three", "--target", "£5bn"
    )
    assert ran.code == 0
    assert "Share of pupils who take a meal" in ran.out


def test_two_runs_find_the_same_digits(tmp_path: Path) -> None:
    document = trial(
        costs=700,
        streams={"good": bottom_up(100, counterfactual_rate=value("40%"), effect={"odds_ratio": value("0.9")})},
    )
    one = switching_values(costed_trial(tmp_path / "one", document).run())
    other = switching_values(costmodel.load("trial", write_trial(tmp_path / "two", document)).run())
    assert one == other
