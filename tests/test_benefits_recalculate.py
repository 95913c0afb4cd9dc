"""Workbooks with benefits: every kind of stream and of appraisal, worked out again by engines of other hands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ironcalc  # type: ignore[import-untyped,unused-ignore]
import pytest
from benefits_helpers import HUBS, MADE_UP, TEAMS, Part, bottom_up, costed_trial, shipped, top_down, trial, value
from recalculation import (
    assert_recalculates,
    by_libreoffice_many,
    cached_values,
    differences,
    plant_wrong_values,
)

from costmodel.analysis.results import Results
from costmodel.analysis.switching import switching_values
from costmodel.workbook.write import workbook_bytes

YEARS = ["2024/25", "2025/26", "2026/27"]
NORMSDIST = 2e-8
"""IronCalc's NORMSDIST is good to about 1e-10 absolute. A link such as normal_cdf(z) − 10% is a small difference of two
such figures, so what rests on it can differ by up to about 1e-8 of itself. CellRune and LibreOffice hold 1e-9."""


def every_way() -> Part:
    """A proposal with every method, every way of stating an effect, both schedules, risks, bias and weights."""
    rate = value("37%")
    effects: dict[str, object] = {"risk_ratio": 0.6, "odds_ratio": 0.5, "absolute": "7%", "standardised": 0.34}
    streams: dict[str, Part] = {
        way: bottom_up(
            1_000,
            counterfactual_rate=rate,
            effect={way: value(size)},
            kind="fiscal" if way == "odds_ratio" else "social",
            lag=value(lag),
            duration=value(duration),
            drop_off=value(drop),
            deadweight=value("20%"),
            evidence="judgement",
            schedule="health" if way == "absolute" else "standard",
            price_year=2010,
        )
        for (way, size), lag, duration, drop in zip(
            effects.items(), (0, 1, 2.5, 0), (40, 3.5, 12, 5), ("3%", "0%", "25%", "100%"), strict=True
        )
    }
    streams["linked"] = bottom_up(
        500,
        price_year="unknown",
        taken_as=2008,
        links={"one": {"share": value("60%")}, "two": {"standardised": value(0.34), "base_rate": value("10%")}},
    )
    ramp = {"by_year": dict(zip(YEARS, ("20%", "50%", "100%"), strict=True)), **MADE_UP}
    streams["national"] = top_down("£90,000", ramp=ramp, gains="taxpayer", cashable=value("30%"), agency="NHS")
    capacity = {"label": "Seen by trained staff", "method": "capacity", "kind": "economic", "price_year": 2024}
    streams["trained"] = {**capacity, "trained": value(12), "caseload": value(25), "unit_value": value(3)}
    risk = {"label": "Late", "probability": value("25%"), "impact": value("£800"), "year": "2025/26"}
    weights = {"median_income": value(30_000), "participants_income": value(20_000), "elasticity": value(1.3)}
    return trial(
        YEARS,
        costs=[50_000, 40_000, 30_000],
        horizon="2024/25 to 2085/86",
        streams=streams,
        benefits={"optimism_bias": {"judgement": value("15%")}},
        appraisal={
            "present_value_base": "2023/24",
            "schedule_starts": "2022/23",
            "inflation_beyond": value("2%"),
            "optimism_bias": {"rate": value("24%"), "on": value(1)},
            "risks": {"late": risk},
            "distribution": weights,
        },
    )


SCENARIOS: dict[str, Part] = {"base": {}, "off": {"appraisal.optimism_bias.on": 0, "people_seen": 1}}
SHIPPED_CASES = [(HUBS, "base"), (HUBS, "benefits-high"), (HUBS, "illustrative-upper"), (TEAMS, "benefits-low")]


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbooks by name, written once."""
    folder = tmp_path_factory.mktemp("workbooks")
    trials = costed_trial(folder, every_way(), {"off": SCENARIOS["off"]})
    found: dict[str, Results] = {f"every-way-{name}": trials.run(name) for name in SCENARIOS}
    found |= {f"{proposal}-{case}": shipped(proposal).run(case) for proposal, case in SHIPPED_CASES}
    for name, results in found.items():
        (folder / f"{name}.xlsx").write_bytes(workbook_bytes(results))
    return {name: folder / f"{name}.xlsx" for name in found}


NAMES = [f"every-way-{name}" for name in SCENARIOS] + [f"{proposal}-{case}" for proposal, case in SHIPPED_CASES]
every_workbook = pytest.mark.parametrize("name", NAMES)


@every_workbook
def test_cellrune_works_out_what_the_engine_did(name: str, workbooks: dict[str, Path]) -> None:
    assert_recalculates(workbooks[name], engines=("cellrune",))


@every_workbook
def test_ironcalc_works_out_what_the_engine_did_but_for_its_normal_curve(name: str, workbooks: dict[str, Path]) -> None:
    assert_recalculates(workbooks[name], engines=("ironcalc",), relative=NORMSDIST)


@pytest.mark.libreoffice
def test_libreoffice_works_out_what_the_engine_did(workbooks: dict[str, Path]) -> None:
    planted = [path.with_name(f"planted-{path.name}") for path in workbooks.values()]
    for path, copy in zip(workbooks.values(), planted, strict=True):
        assert plant_wrong_values(path, copy) > 0
    apart = []
    for path, found in zip(workbooks.values(), by_libreoffice_many(planted, timeout=400), strict=True):
        apart += [f"{path.stem}: {line}" for line in differences(cached_values(path), found, label="LibreOffice")]
    assert not apart, "\n".join(apart[:20])


def test_no_cell_of_any_workbook_is_an_error(workbooks: dict[str, Path]) -> None:
    for path in workbooks.values():
        wrong = {cell: text for cell, text in cached_values(path).items() if isinstance(text, str) and text[:1] == "#"}
        assert wrong == {}


class Sheets:
    """A workbook in IronCalc, whose lines are found by their ids in column B."""

    def __init__(self, path: Path) -> None:
        self.model: Any = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        self.model.evaluate()
        self.places: dict[str, tuple[int, int]] = {}
        for sheet, properties in enumerate(self.model.get_worksheets_properties()):
            if properties["name"].startswith("Summary"):
                continue
            if self.model.get_cell_value(sheet, 5, 2) == "Id":
                for row in range(6, 400):
                    name = self.model.get_cell_value(sheet, row, 2)
                    if isinstance(name, str) and name:
                        self.places.setdefault(name, (sheet, row))

    def value(self, name: str) -> float:
        sheet, row = self.places[name]
        found = self.model.get_cell_value(sheet, row, 4)
        assert isinstance(found, float | int)
        return float(found)

    def put(self, name: str, number: float) -> None:
        sheet, row = self.places[name]
        self.model.set_user_input(sheet, row, 4, repr(number))
        self.model.evaluate()


RESULTS = ("net_present_social_value", "benefit_cost_ratio", "payback_year_social", "equivalent_annual_cost")


@pytest.mark.parametrize(("proposal", "case"), [(HUBS, "base"), (HUBS, "benefits-high")])
def test_results_in_a_workbook_are_live_and_a_switching_value_typed_in_breaks_even(
    proposal: str, case: str, workbooks: dict[str, Path]
) -> None:
    results = shipped(proposal).run(case)
    sheets = Sheets(workbooks[f"{proposal}-{case}"])
    for name in RESULTS:
        assert sheets.value(name) == pytest.approx(results.value(name), rel=NORMSDIST), name
    found = {switch.name: switch for switch in switching_values(results).switches}
    for name in ("problems_avoided_unit_value", "problems_avoided_odds_ratio", "babies_reached_2028_29"):
        switch = found[name]
        assert switch.value is not None
        sheets.put(name, switch.value)
        near = NORMSDIST * results.value("present_value_costs")
        assert sheets.value("net_present_social_value") == pytest.approx(0, abs=near), name
        assert sheets.value("benefit_cost_ratio") == pytest.approx(1, rel=NORMSDIST)
        sheets.put(name, switch.own)
    assert sheets.value("net_present_social_value") == pytest.approx(results.value(RESULTS[0]), rel=NORMSDIST)
