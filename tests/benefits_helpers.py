"""What tests of benefits and the appraisal share: small proposals written as YAML, and copies of those that ship."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from helpers import SHIPPED, write
from numpy.typing import NDArray

import costmodel
from costmodel.analysis.results import Costed, Results

HUBS, TEAMS = "family-hubs-2025", "parent-infant-teams-2021"
TRIAL = "trial"
Part = dict[str, Any]
MADE_UP: Part = {"reason": "Made up for this test.", "grade": "illustrative"}


@functools.cache
def shipped(proposal: str) -> Costed:
    """A proposal that ships, worked out."""
    return costmodel.load(proposal, SHIPPED)


def value(number: object, **more: object) -> Part:
    """A value that rests on nothing but a test."""
    return {"value": number, **MADE_UP, **more}


def trial(
    years: Sequence[str] = ("2024/25",),
    *,
    costs: object = 1000,
    horizon: str | None = None,
    streams: Mapping[str, Part] | None = None,
    people: object = 100,
    appraisal: Mapping[str, Any] | None = None,
    benefits: Mapping[str, Any] | None = None,
    **more: Any,
) -> Part:
    """The document of a small proposal: what it spends each year, whom it reaches, and its appraisal.

    Prices are those of 2024 and do not rise, unless ``appraisal`` says otherwise: then cash is real.
    """
    run = f"{years[0]} to {years[-1]}"
    each = dict(zip(years, costs, strict=True)) if isinstance(costs, list) else None
    spend = {"label": "Spending", "unit": "£", "by_year": each or dict.fromkeys(years, costs), **MADE_UP}
    found: Part = {
        "proposal": {"title": "A proposal made up for a test", "years": run},
        "assumptions": {
            "spend": spend,
            "people_seen": {"label": "People seen a year", "unit": "people", **value(people)},
            **more.pop("assumptions", {}),
        },
        "lines": {
            "people": {"label": "People", "unit": "people", "formula": "people_seen"},
            **more.pop("lines", {}),
        },
        "appraisal": {
            "edition": "green-book-2026",
            "horizon": horizon or run,
            "price_base": 2024,
            "present_value_base": years[0],
            "schedule_starts": years[0],
            "deflator": "gdp-deflator-2025-12",
            "inflation_beyond": value("0%"),
            "costs": ["spend"],
            "counterfactual": "Nothing is done.",
            **(appraisal or {}),
        },
        **more,
    }
    if streams is not None:
        found["benefits"] = {"streams": dict(streams), **(benefits or {})}
    return found


def top_down(amount: object, **more: Any) -> Part:
    """A stream that is worth an amount each year, of which all is met: everybody in need is reached."""
    return {
        "label": "A national figure",
        "method": "top-down",
        "kind": "social",
        "reached": "people",
        "national_annual": value(amount),
        "in_need": value(100),
        "price_year": 2024,
        **more,
    }


def bottom_up(unit_value: object = 100, **more: Any) -> Part:
    """A stream of people for whom a problem that all would have goes away, for a year, in the year they are seen."""
    return {
        "label": "Problems avoided",
        "method": "bottom-up",
        "kind": "social",
        "reached": "people",
        "counterfactual_rate": value("100%"),
        "effect": {"absolute": value("100%")},
        "unit_value": value(unit_value),
        "price_year": 2024,
        **more,
    }


def road() -> Part:
    """A road: built in two years, kept up and used for four more, with tolls; then the land is left, and cleared."""
    years = [f"{year}/{year % 100 + 1}" for year in range(2024, 2030)]

    def given(label: str, unit: str, *later: int) -> Part:
        return {"label": label, "unit": unit, "by_year": dict(zip(years, (0, 0, *later), strict=True)), **MADE_UP}

    return trial(
        years[:2],
        costs=[60, 20],
        horizon=f"{years[0]} to {years[-1]}",
        assumptions={
            "upkeep": given("Upkeep", "£", 5, 5, 5, 5),
            "time": given("Time saved", "£ (2024 prices)", 40, 41, 42, 43),
            "tolls": given("Tolls", "£", 2, 2, 2, 2),
        },
        appraisal={
            "costs": ["spend", "upkeep"],
            "income": ["tolls"],
            "benefits": [{"line": "time", "kind": "economic", "agency": "Users", "cashable": value("0%")}],
            "residual": {
                "land": {"label": "The land", "value": value(10)},
                "clearing": {"label": "Clearing it", "value": value(4), "as": "cost"},
            },
            "counts": "horizon",
            "inflation_beyond": value("2%"),
        },
    )


def scenario(changes: Mapping[str, Any]) -> Part:
    """A scenario file of changes."""
    heading = {"title": "A trial", "reason": "Made up for this test.", "grade": "illustrative"}
    return {"scenario": heading, "changes": dict(changes)}


def as_yaml(document: Mapping[str, Any]) -> str:
    """A document as text; numbers keep all their digits."""
    return yaml.safe_dump(_plain(document), sort_keys=False, allow_unicode=True, width=200)


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {str(key): _plain(inside) for key, inside in tree.items()}
    if isinstance(tree, list | tuple):
        return [_plain(inside) for inside in tree]
    return exactly(tree) if isinstance(tree, float) else tree


def exactly(number: float) -> str:
    """A number as a file holds it, with no exponent and every digit that tells it from its neighbours."""
    return np.format_float_positional(number, trim="-")


def write_trial(
    folder: Path, document: Mapping[str, Any], scenarios: Mapping[str, Mapping[str, Any]] | None = None
) -> Path:
    """Write a proposal with its scenarios into ``folder/assumptions``; returns that root."""
    root = folder / "assumptions"
    write(root / TRIAL / "proposal.yaml", as_yaml(document))
    for name, changes in (scenarios or {}).items():
        write(root / TRIAL / "scenarios" / f"{name}.yaml", as_yaml(scenario(changes)))
    return root


def costed_trial(
    folder: Path, document: Mapping[str, Any], scenarios: Mapping[str, Mapping[str, Any]] | None = None
) -> Costed:
    """A proposal written, read and worked out."""
    return costmodel.load(TRIAL, write_trial(folder, document, scenarios))


def worked_out(folder: Path, document: Mapping[str, Any]) -> Results:
    """The base scenario of a proposal written, read and worked out."""
    return costed_trial(folder, document).run()


def with_evidence(folder: Path, text: str) -> Path:
    """A folder of evidence that is the shipped editions and deflators with more beside; returns its new file."""
    evidence = folder / "assumptions" / "evidence"
    evidence.mkdir(parents=True, exist_ok=True)
    for name in ("sources.yaml", "appraisal.yaml", "deflators.yaml"):
        shutil.copy(SHIPPED / "evidence" / name, evidence / name)
    write(evidence / "of-a-test.yaml", text)
    return evidence / "of-a-test.yaml"


def copy_with_scenarios(
    proposal: str, folder: Path, scenarios: Mapping[str, Mapping[str, Any]], start: str | None = None
) -> Costed:
    """A proposal that ships, with scenarios of a test; instead of its own, or each ``from`` one of them.

    The evidence is what ships.
    """
    to = folder / "assumptions" / proposal
    shutil.copytree(SHIPPED / proposal, to)
    for file in (to / "scenarios").glob("*.yaml"):
        if start is None and file.stem != "base":
            file.unlink()
    for name, changes in scenarios.items():
        made = scenario(changes)
        if start and start != "base":
            made["scenario"]["from"] = start
        write(to / "scenarios" / f"{name}.yaml", as_yaml(made))
    return costmodel.load(proposal, folder / "assumptions")


def along(results: Results, line: str) -> NDArray[np.float64]:
    """A line's value in each year of the horizon."""
    return np.asarray(results.along_axis(line))
