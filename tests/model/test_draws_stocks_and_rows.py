"""Whole costings at many draws at once; stocks, rows and what need not have a value, from text to figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from helpers import PROPOSALS, SHIPPED, TEAMS, copy_of_teams, write, write_proposal

import costmodel
from costmodel.analysis.results import Costed, Results
from costmodel.errors import BadInput, DividesByZero, Loop, Mistake, MixedLists, NotANumber
from costmodel.language.shape import Values
from costmodel.language.units import YEAR
from costmodel.model.evaluate import evaluate

MADE_UP = "unit: number, reason: Made up., grade: illustrative"


@cache
def costed(proposal: str, root: Path = SHIPPED) -> Costed:
    return costmodel.load(proposal, assumptions=root)


def model(
    folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "", years: str = "2024 to 2027"
) -> str:
    """Write a proposal of a few lines; returns its folder."""
    text = "".join(f'  {name}: {{label: {name}, unit: number, formula: "{text}"}}\n' for name, text in lines.items())
    heading = f"proposal: {{title: A few lines, years: {years}}}\n"
    parts = {"assumptions": assumptions, "lists": lists, "lines": text}
    topics = "".join(f"{topic}:\n{part}" for topic, part in parts.items() if part)
    files = {"proposal.yaml": f"{heading}{topics}"}
    write(folder / "evidence" / "sources.yaml", "sources: {}\n")
    return str(write_proposal(folder / "few-lines", files))


def results(folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "") -> Results:
    return costmodel.load(model(folder, lines, assumptions, lists), assumptions=folder).run()


def refused(folder: Path, lines: dict[str, str], assumptions: str = "", lists: str = "") -> tuple[Mistake, ...]:
    with pytest.raises(BadInput) as raised:
        results(folder, lines, assumptions, lists)
    return raised.value.mistakes


STOCKS = (
    f"  leaving: {{label: Leaving, value: 20%, {MADE_UP}}}\n"
    f"  recruits: {{label: Recruits, by_year: {{2024: 10, 2025: 20, 2026: 5, 2027: 0}}, {MADE_UP}}}\n"
    f"  at_start: {{label: At the start, value: 50, {MADE_UP}}}\n"
)
ROWS = (
    "  areas:\n    label: Areas\n"
    "    columns: {people: {unit: number, reason: Made up.}, sites: {unit: number, reason: Made up.}}\n"
    "    rows:\n      - {name: North, people: 100, sites: 4}\n      - {name: South, people: 300, sites: 0}\n"
)
OTHERS = "  others:\n    label: Others\n    rows:\n      - {name: East}\n"


# Draws


@pytest.mark.parametrize(
    ("proposal", "root"), [(TEAMS, SHIPPED), ("family-hubs-2025", SHIPPED), ("150-areas", PROPOSALS)]
)
def test_many_draws_at_once_are_the_draws_one_by_one(proposal: str, root: Path) -> None:
    """Every scalar input at 7 random values about its own: as one evaluation, and as 7."""
    costing = costed(proposal, root).costing
    dice, draws = np.random.default_rng(2021), 7
    inputs: dict[str, Values] = {}
    for line in costing.model.lines.values():
        varies = line.is_input and line.values is not None and line.texts is None and line.shape == ("", False)
        if varies and not line.switch and line.unit != YEAR and not line.unit.is_flag and line.section != "timeline":
            assert line.values is not None
            inputs[line.name] = line.values[:1] * dice.uniform(0.8, 1.1, (draws, 1, 1))
    assert len(inputs) >= 5
    fixed = {name: line.values[:1] for name, line in costing.model.lines.items() if line.values is not None}
    together = evaluate(costing.model, {**fixed, **inputs})
    for draw in range(draws):
        alone = evaluate(costing.model, {**fixed, **{name: values[draw : draw + 1] for name, values in inputs.items()}})
        for name, values in alone.items():
            found = together[name][draw if len(together[name]) > 1 else 0]
            np.testing.assert_allclose(found, values[0], rtol=1e-12, atol=1e-9, err_msg=name)


def test_the_ask_is_linear_in_the_rate_of_on_costs_over_many_draws() -> None:
    costing = costed(TEAMS).costing
    draws = np.random.default_rng(1).uniform(0.14, 0.38, (20_000, 1, 1))
    fixed = {name: line.values[:1] for name, line in costing.model.lines.items() if line.values is not None}
    totals = evaluate(costing.model, {**fixed, "on_cost_rate": draws})["total_spending_review"]
    assert totals.shape == (20_000, 1, 1)
    # The ask is linear in the rate: 14% gives the printed ask, and each point more adds the same.
    slope = (totals.max() - totals.min()) / (draws.max() - draws.min())
    np.testing.assert_allclose(totals, 87_836_028.58 + slope * (draws - 0.14), rtol=1e-9)


# Scenarios


@pytest.mark.parametrize("proposal", [TEAMS, "family-hubs-2025"])
def test_scenarios_worked_out_together_are_each_worked_out_alone(proposal: str, tmp_path: Path) -> None:
    """All other scenario files are taken away but those that a scenario starts from."""
    together = costed(proposal)
    folder = tmp_path / "assumptions" / proposal
    for scenario in together.scenarios[1:]:
        chain = {"base", scenario}
        while (start := together.costing.case(scenario).heading.from_) is not None:
            chain.add(start)
            scenario = start
        for file in (SHIPPED / proposal).rglob("*.yaml"):
            if file.parent.name != "scenarios" or file.stem in chain:
                write(folder / file.relative_to(SHIPPED / proposal), file.read_text(encoding="utf-8"))
        alone = costmodel.load(str(folder), assumptions=SHIPPED)
        for name in sorted(chain):
            for line in together.run(name).shown_lines:
                if line.name in alone.costing.model.lines and not line.shape.rows:
                    one, other = together.run(name).cells(line.name), alone.run(name).cells(line.name)
                    np.testing.assert_allclose(one[:, -1], other[:, -1], rtol=1e-12, err_msg=f"{name}: {line.name}")
        for file in folder.rglob("scenarios/*.yaml"):
            file.unlink()


# Stocks


def test_the_past_may_have_another_beginning_for_each_reader(tmp_path: Path) -> None:
    lines = {
        "from_nothing": "prior(recruits)",
        "from_one": "prior(recruits, start=1)",
        "from_some": "prior(recruits, start=at_start)",
        "two_back": "prior(recruits, 2, start=at_start)",
    }
    found = results(tmp_path, lines, STOCKS)
    assert found.by_year("from_nothing") == [0, 10, 20, 5]
    assert found.by_year("from_one") == [1, 10, 20, 5]
    assert found.by_year("from_some") == [50, 10, 20, 5]
    assert found.by_year("two_back") == [50, 50, 10, 20]


def test_each_row_may_have_a_past_of_its_own(tmp_path: Path) -> None:
    found = results(tmp_path, {"before": "prior(recruits, start=areas.people)"}, STOCKS, ROWS)
    assert found.cells("before").tolist() == [[100, 10, 20, 5], [300, 10, 20, 5]]


def test_growth_read_a_year_back_is_still_growth(tmp_path: Path) -> None:
    lines = {"index": "growth(leaving, '2025')", "before": "prior(growth(leaving, '2025'), start=1)"}
    found = results(tmp_path, lines, STOCKS)
    assert found.by_year("index") == pytest.approx([1, 1, 1.2, 1.44])
    assert found.by_year("before") == pytest.approx([1, 1, 1, 1.2])


def test_a_beginning_may_be_worked_out_from_the_line_itself(tmp_path: Path) -> None:
    """What the past began with is read by those that read the past: it is no loop."""
    found = results(tmp_path, {"all": "total(recruits)", "before": "prior(recruits, start=all)"}, STOCKS)
    assert found.by_year("before") == [35, 10, 20, 5]


def test_a_loop_within_a_year_is_printed_all_the_way_round(tmp_path: Path) -> None:
    lines = {"a": "b + 1", "b": "c * leaving", "c": "prior(a) + a", "far": "recruits"}
    (mistake,) = refused(tmp_path, lines, STOCKS)
    assert isinstance(mistake, Loop)
    assert mistake.says == "these lines go round in a loop within one year: a needs b needs c needs a"
    assert "prior(...)" in mistake.hint


def test_a_total_of_all_years_cannot_be_read_by_one_of_them(tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": "prior(b)", "b": "total(a)"}, STOCKS)
    assert isinstance(mistake, Loop)


# Rows


def test_a_column_that_reads_no_other_still_has_a_value_in_each_row(tmp_path: Path) -> None:
    lists = ROWS.replace("people: {", "each: {unit: number, formula: at_start}, people: {")
    found = results(tmp_path, {"sum_of_each": "sum(areas.each)"}, STOCKS, lists)
    assert found.value("sum_of_each") == 100


def test_text_is_compared_as_a_spreadsheet_does_whatever_its_capitals(tmp_path: Path) -> None:
    found = results(tmp_path, {"north": "sum(areas.people * (areas.name == 'NORTH'))"}, STOCKS, ROWS)
    assert found.value("north") == 100


def test_two_lists_do_not_go_in_one_formula(tmp_path: Path) -> None:
    lines = {"both": "areas.people * (others.name == 'East')"}
    (mistake,) = refused(tmp_path, lines, STOCKS, ROWS + OTHERS)
    assert isinstance(mistake, MixedLists)
    assert "areas and others" in mistake.says


def test_a_proposal_of_one_year_may_have_columns_by_year(tmp_path: Path) -> None:
    lists = (
        "  areas:\n    label: Areas\n    columns: {people: {unit: number, reason: Made up.}}\n"
        "    rows:\n      - {name: North, people: {2024: 100}}\n"
    )
    folder = model(tmp_path, {"people": "sum(areas.people)"}, "", lists, years="2024")
    assert costmodel.load(folder, assumptions=tmp_path).run().by_year("people") == [100]


# What is no number


def test_division_by_zero_names_the_year_the_row_and_what_is_zero(tmp_path: Path) -> None:
    by_year, by_row = refused(tmp_path, {"a": "at_start / recruits", "b": "areas.people / areas.sites"}, STOCKS, ROWS)
    assert isinstance(by_year, DividesByZero)
    assert by_year.says == "the formula of 'a' divides by zero in 2027: recruits is 0"
    assert isinstance(by_row, DividesByZero)
    assert by_row.says == "the formula of 'b' divides by zero for South: sites is 0"


def test_what_rests_on_a_broken_line_is_not_said_as_well(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, {"a": "at_start / recruits", "b": "a + 1", "c": "total(b)"}, STOCKS)
    assert len(mistakes) == 1


@pytest.mark.parametrize(
    "formula",
    [
        "ln(recruits)",
        "normal_quantile(1 - recruits)",
        "recruits ** recruits",
        "exp(at_start * at_start)",
        "(0 - 1) ** leaving",
    ],
)
def test_a_function_out_of_its_range_is_said(formula: str, tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": formula}, STOCKS)
    assert isinstance(mistake, NotANumber)
    assert mistake.says.startswith("the formula of 'a' yields no finite number")


@pytest.mark.parametrize(
    ("formula", "last"),
    [
        ("at_start / recruits if recruits != 0 else 0", 0),
        ("ceil(at_start / recruits) if recruits != 0 else 0", 0),
        ("0 if recruits == 0 else floor(at_start / recruits)", 0),
        ("(at_start / recruits == leaving) if recruits > 0 else 1", 1),
        ("recruits != 0 and at_start / recruits > 1", 0),
        ("recruits == 0 or at_start / recruits > 1", 1),
        ("ln(recruits) if recruits > 0 else 0", 0),
        ("not (recruits > 0 and ceil(at_start / recruits) > 1)", 1),
    ],
)
def test_what_is_not_needed_need_not_have_a_value(formula: str, last: float, tmp_path: Path) -> None:
    """As a person reads it, and as Python does: the way that is not taken is not worked out."""
    assert results(tmp_path, {"a": formula}, STOCKS).by_year("a")[-1] == last


def test_a_comparison_with_what_is_no_number_is_no_number(tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, {"a": "at_start / recruits > 1"}, STOCKS)
    assert isinstance(mistake, DividesByZero)


# Whole things and equal figures


def test_equal_means_to_one_part_in_a_thousand_million(tmp_path: Path) -> None:
    numbers = {"x": "0.1", "y": "0.2", "z": "0.3", "near": "0.30000000001", "far": "0.300000001"}
    assumptions = "".join(
        f"  {name}: {{label: {name}, value: {number}, {MADE_UP}}}\n" for name, number in numbers.items()
    )
    lines = {"same": "x + y == z", "nearly": "z == near", "apart": "z != far", "below": "x + y < z"}
    found = results(tmp_path, lines, assumptions)
    assert [found.value(name) for name in lines] == [1, 1, 1, 0]


def test_a_copy_of_the_shipped_proposal_comes_to_the_same(tmp_path: Path) -> None:
    copied = costmodel.load(str(copy_of_teams(tmp_path)), assumptions=SHIPPED)
    assert copied.run().value("total_spending_review") == costed(TEAMS).run().value("total_spending_review")
