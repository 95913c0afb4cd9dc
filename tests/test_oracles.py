"""Published tables and worked examples, through the product: a proposal in text goes in, and the figures come out.

The cases are in ``tests/oracles``. Two of them hold figures that their source prints wrong: those come out right here,
and not as printed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from benefits_helpers import (
    HUBS,
    along,
    bottom_up,
    costed_trial,
    shipped,
    top_down,
    trial,
    value,
    with_evidence,
    worked_out,
)
from helpers import SHIPPED
from numpy.typing import NDArray

ORACLES = Path(__file__).resolve().parent / "oracles"
COLUMNS = {"standard": "standard", "health": "health", "no_pure_time_preference": "reduced"}
"""What an oracle calls a schedule, and what the edition calls it."""


def oracle(name: str) -> Any:
    """A case: its inputs, and what is expected of them."""
    return yaml.safe_load((ORACLES / f"{name}.yaml").read_text(encoding="utf-8"))


def run(first: int, count: int) -> list[str]:
    """Financial years from one on."""
    return [f"{year}/{(year + 1) % 100:02d}" for year in range(first, first + count)]


def factors(folder: Path, years: int, *, before: int = 0) -> dict[str, NDArray[np.float64]]:
    """Every schedule's factors over a horizon, which starts some years after the schedule does."""
    horizon = run(2024, years)
    found = trial(
        horizon[:1],
        horizon=f"{horizon[0]} to {horizon[-1]}",
        streams={"lives": top_down(1000, schedule="health")},
        appraisal={"schedule_starts": run(2024 - before, 1)[0], "present_value_base": run(2024 - before, 1)[0]},
    )
    results = worked_out(folder, found)
    own = {name: "discount_factor" if name == "standard" else f"discount_{name}" for name in COLUMNS.values()}
    return {name: along(results, own[name]) for name in own if own[name] in results.costing.model.lines}


@pytest.mark.parametrize("name", ["hmt-2026-table-a1", "hmt-2026-table-a2"])
def test_the_31_factors_of_the_published_tables_are_met_to_their_four_digits(name: str, tmp_path: Path) -> None:
    case = oracle(name)
    printed = case["expected"]["values"]
    found = factors(tmp_path, len(printed))[case["inputs"]["schedule"]]
    assert case["inputs"]["years"] == list(range(31))
    assert [round(float(factor), 4) for factor in found] == printed


def test_factors_of_126_years_are_met_to_six_digits_on_all_three_schedules(tmp_path: Path) -> None:
    text = (ORACLES / "derived_discount_factors_0_125.csv").read_text(encoding="utf-8")
    header, *rows = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    assert [int(row[0]) for row in rows] == list(range(126))
    found = factors(tmp_path, 126)
    for place, name in enumerate(header[1:], start=1):
        expected = [float(row[place]) for row in rows]
        assert [round(float(factor), 6) for factor in found[COLUMNS[name]]] == expected, name


def test_each_year_is_discounted_at_the_rate_of_its_own_step(tmp_path: Path) -> None:
    case = oracle("gb-2026-schedule")
    found = factors(tmp_path, 301, before=1)  # years 1 to 301 of the schedule
    rates = {name: np.concatenate([[1.0], column]) for name, column in found.items()}
    for look_up in case["expected"]["lookups"]:
        for name, schedule in COLUMNS.items():
            before, here = rates[schedule][look_up["year"] - 1], rates[schedule][look_up["year"]]
            assert before / here - 1 == pytest.approx(look_up[name], abs=1e-9), (look_up["year"], name)


def test_every_band_of_the_schedules_is_the_published_one() -> None:
    case = oracle("gb-2026-schedule")
    edition = yaml.safe_load((SHIPPED / "evidence/appraisal.yaml").read_text(encoding="utf-8"))
    schedules = edition["appraisal_editions"]["green-book-2026"]["schedules"]
    for name, schedule in COLUMNS.items():
        steps = [(step["from"], step.get("to"), float(step["rate"].rstrip("%"))) for step in schedules[schedule]]
        bands = [(band["years_from"], band["years_to"], band[name] * 100) for band in case["inputs"]["bands"]]
        assert [step[:2] for step in steps] == [band[:2] for band in bands], schedule
        assert [step[2] for step in steps] == pytest.approx([band[2] for band in bands], abs=1e-9), schedule


@pytest.mark.parametrize("place", range(4))
def test_a_pound_a_year_is_worth_the_published_present_value(place: int, tmp_path: Path) -> None:
    case = oracle("flat-stream-pv")
    item, expected = case["inputs"]["items"][place], case["expected"]["values"][place]
    years = run(2024, item["last_year"] + 1)
    flat = top_down(1, schedule=item["schedule"])
    results = worked_out(tmp_path, trial(years, streams={"flat": flat}))
    assert results.value("flat_present_value") == pytest.approx(expected, abs=case["expected"]["tolerance"])


def test_a_thousand_pounds_of_each_year_is_worth_less_in_the_prices_of_the_first(tmp_path: Path) -> None:
    case = oracle("gb-2018-table1-inflation")
    inflation = f"{case['inputs']['inflation']:.0%}"
    years = run(2024, len(case["inputs"]["nominal"]))
    document = trial(years, costs=case["inputs"]["nominal"], appraisal={"inflation_beyond": value(inflation)})
    results = worked_out(tmp_path, document)
    assert results.by_year("cost_cash") == case["inputs"]["nominal"]
    assert results.by_year("cost_real") == pytest.approx(case["expected"]["real"], abs=case["expected"]["tolerance"])


def test_a_published_index_of_two_per_cent_a_year_deflates_as_a_rate_of_two_per_cent_does(tmp_path: Path) -> None:
    case = oracle("gb-2018-table1-inflation")
    values = {2024 + n: f"{100 * 1.02**n:.12f}" for n in range(6)}
    with_evidence(
        tmp_path,
        yaml.safe_dump(
            {
                "deflators": {
                    "two-per-cent": {
                        "title": "Two per cent a year",
                        "source": "hmt-gdp-deflators-2025-12",
                        "basis": "calendar years",
                        "index_of": "2024",
                        "edition": "Made up for a test",
                        "status": "D",
                        "values": values,
                    }
                }
            }
        ),
    )
    results = worked_out(tmp_path, trial(run(2024, 6), appraisal={"deflator": "two-per-cent"}))
    assert results.by_year("cost_real") == pytest.approx(case["expected"]["real"], abs=0.5)
    assert results.by_year("cost_real")[5] == pytest.approx(1000 / 1.02**5, rel=1e-9)


def test_a_thousand_pounds_of_each_year_has_the_published_present_values(tmp_path: Path) -> None:
    case = oracle("gb-2018-table2-present-values")
    years = run(2024, len(case["expected"]["values"]))
    present = {"label": "Present value", "unit": "£ (2024 prices, discounted to 2024/25)"}
    lines = {"each": {**present, "formula": "cost_appraised * discount_factor"}}
    results = worked_out(tmp_path, trial(years, costs=case["inputs"]["amount"], lines=lines))
    assert [round(found) for found in results.by_year("each")] == case["expected"]["values"]


# Optimism bias


def test_every_bound_of_the_table_of_optimism_bias_is_the_published_one() -> None:
    names = {"equipment_development": "equipment_and_development"}
    table = yaml.safe_load((SHIPPED / "evidence/optimism-bias.yaml").read_text(encoding="utf-8"))
    categories = table["optimism_bias"]["categories"]
    expected = oracle("ob-table-2")["expected"]["rows"]
    assert {names.get(name, name) for name in expected} == set(categories)
    for name, row in expected.items():
        found = categories[names.get(name, name)]
        spending = "operating" if name == "outsourcing" else "capital"
        bounds = [found[measure] for measure in ("duration", spending)]
        shown = [
            None if bound == "none" else int(bound[end].rstrip("%")) for bound in bounds for end in ("upper", "lower")
        ]
        assert shown == row, name
        assert found["capital" if name == "outsourcing" else "operating"] == "none"


def building(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """A list of the parts of a building: the share of the whole that each is, and its upper bound."""
    return {
        "label": "Parts of the building",
        "columns": {
            "share": {"unit": "share of the building", "reason": "The worked example."},
            "upper_bound": {"unit": "rate of cost", "reason": "The worked example."},
            "part_of_bound": {
                "label": "What the part adds to the bound",
                "unit": "rate of cost",
                "formula": "parts.share * parts.upper_bound",
            },
        },
        "rows": [
            {"name": f"Part {place}", "share": part["share"], "upper_bound": f"{part['upper_bound']}%"}
            for place, part in enumerate(parts, start=1)
        ],
    }


@pytest.mark.parametrize("measure", ["capex", "duration"])
def test_a_building_of_two_kinds_has_the_bounds_of_both_by_their_share_of_it(measure: str, tmp_path: Path) -> None:
    case = oracle("ob-combined-building")
    bound = {"label": "Upper bound", "unit": "rate of cost", "formula": "sum(parts.part_of_bound)"}
    document = trial(
        costs=1_000_000,
        lines={"upper_bound": bound},
        lists={"parts": building(case["inputs"][measure])},
        appraisal={"optimism_bias": {"rate": "upper_bound", "on": value(1), "reason": "The worked example."}},
    )
    results = worked_out(tmp_path, document)
    parts = [round(float(part) * 100, 6) for part in results.cells("parts.part_of_bound")[:, 0]]
    assert parts == case["expected"][f"contributions_{measure}"]
    assert results.value("upper_bound") * 100 == pytest.approx(case["expected"][measure], abs=0.05)
    assert results.by_year("cost_optimism_bias") == pytest.approx([1_000_000 * results.value("upper_bound")])


# Worked examples


def test_the_ratio_of_the_employment_programme_is_1_436(tmp_path: Path) -> None:
    case = oracle("sroi-employment-programme")
    given, expected = case["inputs"], case["expected"]
    work = bottom_up(
        given["value"],
        duration=value(given["years"]),
        **{key: value(given[key]) for key in ("deadweight", "attribution", "drop_off")},
    )
    document = trial(costs=given["input"], people=given["people"], horizon="2024/25 to 2025/26", streams={"work": work})
    results = worked_out(tmp_path, document)
    gross = results.value("people") * results.value("work_value_each")
    assert gross == expected["gross"]
    assert gross * (1 - results.value("work_deadweight")) == pytest.approx(expected["after_deadweight"])
    net = expected["after_deadweight"] * (1 - given["attribution"])
    assert along(results, "work_by_year") == pytest.approx([net, net * (1 - given["drop_off"])])
    assert results.value("benefit_cost_ratio") == pytest.approx(expected["ratio"], abs=0.0005)


def test_nurse_family_partnership_adds_up_by_who_gains_as_its_summary_does(tmp_path: Path) -> None:
    case = oracle("wsipp-nfp-2022usd")
    given, expected = case["inputs"], case["expected"]
    gains = {"taxpayers": "taxpayer", "participants": "participant", "others": "other", "indirect": "other"}
    streams = {name: top_down(given[name], gains=who, agency=name.title()) for name, who in gains.items()}
    results = worked_out(tmp_path, trial(costs=given["net_program_cost"], streams=streams))
    one = expected["tolerance"]
    assert results.value("present_value_benefits") == pytest.approx(expected["total"], abs=one)
    assert results.value("net_present_social_value") == pytest.approx(expected["benefits_minus_costs"], abs=one)
    assert results.value("benefit_cost_ratio") == pytest.approx(expected["bcr"], abs=expected["bcr_tolerance"])
    assert results.value("present_value_gains_taxpayer") == given["taxpayers"]
    assert results.value("present_value_gains_participant") == given["participants"]
    assert results.value("present_value_gains_other") == given["others"] + given["indirect"]


def test_the_budget_of_2025_26_adds_as_it_was_announced() -> None:
    case = oracle("start-for-life-2025-26")
    base = shipped(HUBS).run()
    for name, parts in (
        ("start_for_life", ("perinatal_and_parent_infant", "infant_feeding", "start_for_life_offer")),
        ("family_hubs", ("family_hub_grants", "family_hub_delivery_support")),
    ):
        found = [base.value(f"{part}_2025_26") / 1e6 for part in parts]
        assert found == list(case["inputs"][name].values())
        assert base.value(f"{name}_2025_26") / 1e6 == pytest.approx(case["expected"][name], abs=1e-9)
    assert base.value("programme_2025_26") / 1e6 == pytest.approx(case["expected"]["total"], abs=1e-9)


# Where the source is wrong


@pytest.mark.parametrize("place", [0, 1])
def test_an_annuity_is_the_sum_of_its_discount_factors_and_not_what_was_printed(place: int, tmp_path: Path) -> None:
    case = oracle("scim-annuity-erratum")
    n = case["inputs"]["n"][place]
    results = worked_out(tmp_path, trial(run(2024, n + 1), costs=[0] + [1] * n))
    found = results.value("present_value_costs")
    assert found == pytest.approx(case["expected"]["correct"][place], abs=case["expected"]["tolerance"])
    assert found == pytest.approx((1 - 1.035**-n) / 0.035, rel=1e-12)
    assert abs(found - case["expected"]["published_by_source"][place]) > 0.01


@pytest.mark.parametrize(
    ("costs", "right", "printed"),
    [
        ([0] + [10_000] * 20, "correct_pv_10000_20", 142_339),
        ([0] * 7 + [75] * 15, "correct_pv_75_15_deferred_6", 704),
    ],
)
def test_present_values_with_an_annuity_are_not_what_was_printed(
    costs: list[int], right: str, printed: int, tmp_path: Path
) -> None:
    expected = oracle("scim-annuity-erratum")["expected"]
    assert printed in expected["published_pvs"]
    found = worked_out(tmp_path, trial(run(2024, len(costs)), costs=costs)).value("present_value_costs")
    assert found == pytest.approx(expected[right], rel=1e-4)
    assert abs(found - printed) > 1


def test_distributional_weights_follow_the_formula_and_not_the_published_examples(tmp_path: Path) -> None:
    case = oracle("bad-anchor-distributional-weights")
    given, expected = case["inputs"], case["expected"]
    weights = {
        "median_income": value(given["median"]),
        "participants_income": value(given["median"]),
        "elasticity": value(given["eta"]),
    }
    document = trial(streams={"gain": top_down(1000)}, appraisal={"distribution": weights})
    path = "appraisal.distribution.participants_income"
    costed = costed_trial(tmp_path, document, {f"at-{income}": {path: income} for income in given["incomes"]})
    found = [costed.run(f"at-{income}").value("distributional_weight") for income in given["incomes"]]
    assert found == pytest.approx(expected["correct"], abs=expected["tolerance"])
    off = [abs(weight - anchor) > 0.005 for weight, anchor in zip(found, expected["published_by_anchor"], strict=True)]
    assert off == [False, True, False, True, True, True]
