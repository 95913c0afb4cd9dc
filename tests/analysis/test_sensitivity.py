"""Sensitivity: each end of each range is put into a scenario in YAML, read again from files, and comes to the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benefits_helpers import (
    HUBS,
    MADE_UP,
    TEAMS,
    Part,
    bottom_up,
    copy_with_scenarios,
    costed_trial,
    exactly,
    shipped,
    trial,
    value,
    worked_out,
)
from helpers import PROPOSALS

import costmodel
from costmodel.analysis.moves import Moves, Trial
from costmodel.analysis.sensitivity import Range, Sensitivity, headline, sensitivity, sensitivity_in_each_scenario
from costmodel.analysis.switching import switching_in_each_scenario, switching_of, switching_values
from costmodel.errors import BadInput

NPSV = "net_present_social_value"
every_place = pytest.mark.parametrize(
    ("proposal", "scenario"),
    [
        (HUBS, "base"),
        (HUBS, "benefits-high"),
        (HUBS, "uplifted-pay"),
        (TEAMS, "base"),
        (TEAMS, "realistic"),
        (TEAMS, "illustrative-upper"),
    ],
)


def of(found: Sensitivity, name: str) -> Range:
    return next(one for one in found.ranges if one.name == name)


@every_place
def test_every_result_is_what_a_scenario_with_that_value_comes_to(proposal: str, scenario: str, tmp_path: Path) -> None:
    results = shipped(proposal).run(scenario)
    found = sensitivity(results, NPSV)
    changes, expected = {}, {}
    for one in found.ranges:
        path = results.costing.assumptions[one.name].path
        assert not one.multiple
        for end, there, result in (("low", one.low, one.at_low), ("high", one.high, one.at_high)):
            if result is not None:
                changes[f"{one.name}-{end}"] = {path: exactly(there)}
                expected[f"{one.name}-{end}"] = result
    assert len(expected) >= 12
    again = copy_with_scenarios(proposal, tmp_path, changes, start=scenario)
    assert {name: again.run(name).value(NPSV) for name in expected} == pytest.approx(expected, rel=1e-9, abs=1e-3)
    assert found.own == results.value(NPSV)


@pytest.mark.parametrize("proposal", [HUBS, TEAMS])
def test_all_scenarios_at_once_are_each_of_them_alone(proposal: str) -> None:
    costed = shipped(proposal)
    assert sensitivity_in_each_scenario(costed, NPSV) == tuple(sensitivity(run, NPSV) for run in costed.runs)
    assert switching_in_each_scenario(costed) == tuple(switching_values(run) for run in costed.runs)
    assert (
        switching_of(costed.run("benefits-high"))
        is costed.once(switching_in_each_scenario)[costed.scenarios.index("benefits-high")]
    )


@pytest.mark.parametrize("proposal", [HUBS, TEAMS])
def test_every_declared_range_that_the_result_rests_on_is_tested_the_widest_first(proposal: str) -> None:
    costed = shipped(proposal)
    for at, found in enumerate(sensitivity_in_each_scenario(costed, NPSV)):
        run = costed.runs[at]
        declared = {
            name
            for name, held in costed.costing.assumptions.items()
            if name in run.rests_on(NPSV) and held.grounds[at].low is not None and held.grounds[at].grade
        }
        assert {one.name for one in found.ranges} == declared
        swings = [one.swing for one in found.ranges if one.swing is not None]
        assert swings == sorted(swings, reverse=True)


def test_values_by_year_move_as_a_multiple_to_either_end_of_their_range(tmp_path: Path) -> None:
    document = trial(["2024/25", "2025/26"], costs=[1_000, 2_000], streams={"good": bottom_up(100)})
    document["assumptions"]["spend"]["range"] = "£500 to £3,000"
    found = of(sensitivity(worked_out(tmp_path, document), NPSV), "spend")
    assert found.multiple
    assert (found.low, found.own, found.high) == (0.5, 1.0, 1.5)
    benefits = 10_000 + 10_000 / 1.035
    assert found.at_low == pytest.approx(benefits - 0.5 * (1_000 + 2_000 / 1.035))
    assert found.at_high == pytest.approx(benefits - 1.5 * (1_000 + 2_000 / 1.035))


def test_what_the_model_cannot_bear_has_no_result(tmp_path: Path) -> None:
    stream = bottom_up(
        100,
        counterfactual_rate=value("40%"),
        effect={"risk_ratio": value("0.5", range="0.2 to 4")},
        duration=value(1, range="1 to 40"),
    )
    stream["unit_value"] = value(100, range="£50 to £200")
    found = sensitivity(worked_out(tmp_path, trial(horizon="2024/25 to 2029/30", streams={"good": stream})), NPSV)
    ratio, lasting, worth = (of(found, f"good_{name}") for name in ("risk_ratio", "duration", "unit_value"))
    assert ratio.at_low is not None
    assert ratio.at_high is None  # 160% of people would have the problem
    assert ratio.swing is None
    assert lasting.at_high == pytest.approx(2_000 * sum(1.035**-year for year in range(6)) - 1_000)  # there are six
    assert lasting.at_low == pytest.approx(found.own)
    assert worth.swing == pytest.approx(1.5 * (found.own + 1_000))


def test_a_division_by_zero_at_one_end_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    document = trial(
        streams={"good": bottom_up(100, reached="groups")},
        assumptions={
            "size": {"label": "People in a group", "unit": "people per group", **value(2, range="0 to 4")},
            "more": {"label": "More", "unit": "groups", **value(5, range="0 to 10")},
        },
        lines={"groups": {"label": "Groups", "unit": "groups", "formula": "people_seen / size + more"}},
    )
    costed = costed_trial(tmp_path, document, {"other": {"people_seen": 200}})
    base, other = sensitivity_in_each_scenario(costed, NPSV)
    assert of(base, "size").at_low is None
    assert of(base, "size").at_high == pytest.approx((100 / 4 + 5) * 100 - 1_000)
    assert of(other, "size").at_high == pytest.approx((200 / 4 + 5) * 100 - 1_000)
    assert of(other, "more").at_low == pytest.approx(200 / 2 * 100 - 1_000)
    moves = Moves(costed, NPSV)
    trials = [
        Trial("size", 0, np.array([0.0, 2.0])),
        Trial("more", 1, np.array([0.0])),
        Trial("size", 1, np.array([4])),
    ]
    tried = moves.tried(trials)
    assert np.isnan(tried[0].results[0])
    assert tried[0].results[1] == base.own
    assert [found.results[0] for found in tried[1:]] == [of(other, "more").at_low, of(other, "size").at_high]
    assert [moves.tried([one])[0].results.tolist() for one in trials[1:]] == [one.results.tolist() for one in tried[1:]]


def test_the_headline_is_the_net_value_or_what_is_asked_for_or_a_total(tmp_path: Path) -> None:
    assert headline(shipped(HUBS).costing) == NPSV
    assert headline(costmodel.load("free-school-meals", PROPOSALS).costing) == "cost_first_three"
    plain: Part = {
        "proposal": {
            "title": "Plain",
            "years": "2024/25 to 2025/26",
            "ask": "total",
            "periods": {"both": "2024/25 to 2025/26"},
        },
        "assumptions": {"each": {"label": "Each", "unit": "£", **value("£5", range="£4 to £8"), **MADE_UP}},
        "lines": {"total": {"label": "Total", "unit": "£", "formula": "each * flag('both')"}},
        "tables": {"one": {"title": "One", "rows": ["total"], "totals": {"both": ["total"]}}},
    }
    results = worked_out(tmp_path, plain)
    assert headline(results.costing) == "total_both"
    found = sensitivity(results, "total_both")
    assert [(one.name, one.at_low, one.at_high) for one in found.ranges] == [("each", 8.0, 16.0)]
    with pytest.raises(BadInput, match="a figure for each year"):
        sensitivity(results, "total")
    del plain["tables"]
    assert headline(worked_out(tmp_path / "none", plain).costing) is None
