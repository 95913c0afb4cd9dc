"""Units are read from people's words, formulas are checked with them, and a message says what would mend a mistake."""

from __future__ import annotations

import timeit
from pathlib import Path

import numpy as np
import pytest
from benefits_helpers import MADE_UP, bottom_up, costed_trial, trial, value
from helpers import PROPOSALS, SHIPPED, TEAMS, copy_of_teams, costmodel_cli, edit, write, write_proposal
from hypothesis import given
from hypothesis import strategies as st

import costmodel
from costmodel.analysis.loading import load_ledger
from costmodel.errors import BadInput, Mistake
from costmodel.language.nouns import many, one
from costmodel.language.parser import parse
from costmodel.language.shape import Shape
from costmodel.language.spelling import written
from costmodel.language.units import Unit, of_kind, read_unit
from costmodel.language.vocabulary import VOCABULARY
from costmodel.model.build import build_model
from costmodel.model.line import Line, RowList
from costmodel.model.unit_check import check_units, unit_of, units_of
from costmodel.years import Year

# Reading and writing


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("£", "£"),
        ("£ a year", "£"),
        ("£ per team", "£ per team"),
        ("£/team", "£ per team"),
        ("£ for each team", "£ per team"),
        ("£ a meal", "£ per meal"),
        ("£ per child a year", "£ per child"),
        ("£ a child a year", "£ per child"),
        ("£ per child per year", "£ per child per year"),
        ("team", "teams"),
        ("Teams", "teams"),
        ("number of teams", "teams"),
        ("teams in England", "teams"),
        ("babies reached", "babies"),
        ("£ per baby reached", "£ per baby"),
        ("years of age", "years"),
        ("person", "people"),
        ("families", "families"),
        ("authority", "authorities"),
        ("health visitors", "health visitors"),
        ("children per health visitor", "children per health visitor"),
        ("WTE per team", "WTE per team"),
        ("FTE posts", "WTE"),
        ("whole-time equivalents", "WTE"),
        ("days a week", "days per week"),
        ("meals per pupil per day", "meals per day per pupil"),
        ("children per family_hub", "children per family hub"),
        ("flag", "flag"),
        ("number per team", "number per team"),
        ("£ per 1,000 births", "£ per 1,000 births"),
        ("rate per 1,000 births", "number per 1,000 births"),
        ("£ (2024 prices)", "£ (2024 prices)"),
        ("£ in 2024 prices", "£ (2024 prices)"),
        ("£ per child, 2008 prices", "£ (2008 prices) per child"),
        ("£ per child (2008 prices)", "£ (2008 prices) per child"),
        ("£ (price year unknown) per child a year", "£ (price year unknown) per child"),
        ("£ (discounted to 2022/23)", "£ (discounted to 2022/23)"),
        ("£ (2024 prices) per £ (2008 prices)", "£ (2024 prices) per £ (2008 prices)"),
        ("£ (cash)", "£"),
        ("£ million", "£ (million)"),
        ("£m", "£ (m)"),
    ],
)
def test_a_unit_is_read_from_words_and_written_back_plainly(text: str, plainly: str) -> None:
    assert read_unit(text).plainly == plainly
    assert str(read_unit(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("share", "share of salary", "share of pay over the threshold", "share of a year", "rate a year"),
        *("rate per year", "ratio", "index", "number", "probability", "percentage points", "% of salary", "per cent"),
        *("odds ratio", "discount rate", "standard deviations", "index of prices (2024 = 100)"),
    ],
)
def test_shares_rates_ratios_and_the_like_are_plain_numbers_whatever_they_are_of(text: str) -> None:
    unit = read_unit(text)
    assert unit.is_plain
    assert unit.plainly == "ratio"


@pytest.mark.parametrize("text", ["", "text", " "])
def test_a_column_of_text_has_no_unit(text: str) -> None:
    assert read_unit(text).known is None


KINDS_OF_MONEY = ["£", "£ (2008 prices)", "£ (2024 prices)", "£ (price year unknown)", "£ (discounted to 2022/23)"]


@pytest.mark.parametrize("others", [KINDS_OF_MONEY, ["babies", "children", "families"], ["WTE", "posts", "people"]])
def test_money_of_different_kinds_and_different_nouns_are_different_units(others: list[str]) -> None:
    assert len({read_unit(text) for text in others}) == len(others)


@pytest.mark.parametrize(
    ("single", "plural"),
    [
        *(("child", "children"), ("person", "people"), ("baby", "babies"), ("authority", "authorities")),
        *(("day", "days"), ("class", "classes"), ("bus", "buses"), ("nurse", "nurses"), ("house", "houses")),
        *(("business", "businesses"), ("midwife", "midwives"), ("church", "churches"), ("box", "boxes")),
        *(("staff", "staff"), ("GP", "GPs"), ("health visitor", "health visitors"), ("analysis", "analyses")),
        *(("service", "services"), ("pie", "pies"), ("case", "cases")),
    ],
)
def test_one_and_many_are_the_same_unit(single: str, plural: str) -> None:
    assert (one(plural), one(single), many(single)) == (single, single, plural)


NOUNS = ["team", "child", "baby", "person", "WTE", "year", "family", "bus", "health visitor", "1,000 birth", "day"]
BASES = st.sampled_from([*NOUNS, *KINDS_OF_MONEY])
UNITS = st.lists(st.tuples(BASES, st.integers(-2, 2)), max_size=4).map(Unit.of)


@given(UNITS)
def test_what_is_written_is_read_back(unit: Unit) -> None:
    assert read_unit(str(unit)) == unit


@given(UNITS, UNITS)
def test_multiplying_and_dividing_undo_each_other(unit: Unit, other: Unit) -> None:
    assert unit * other / other == unit
    assert unit * other == other * unit


WORDS = ["£", "£m", "(", ")", "per", "a", "year", "of", "×", "/", "in", "2008 prices", "number", "share", "Teams", ","]


@given(st.one_of(st.text(max_size=30), st.lists(st.sampled_from([*WORDS, *NOUNS]), max_size=7).map(" ".join)))
def test_any_text_is_a_unit_or_none_and_never_an_error(text: str) -> None:
    unit = read_unit(text)
    assert str(unit) == text
    assert unit.known is None or unit.plainly


def test_a_bare_pound_beside_a_price_year_is_of_that_year() -> None:
    money = "£ (2024 prices)"
    assert of_kind("£ per child", money) == "£ (2024 prices) per child"
    assert of_kind("£ (2008 prices) per child", money) == "£ (2008 prices) per child"
    assert of_kind("children", money) == "children"


# What formulas yield

NAMES = {
    "cost": "£",
    "old_cost": "£ (2008 prices)",
    "deflator": "£ (2024 prices) per £ (2008 prices)",
    "real_factor": "£ (2024 prices) per £",
    "discount_factor": "£ (discounted) per £ (2024 prices)",
    "teams": "teams",
    "starts": "teams",
    "team_cost": "£ per team",
    "profile": "£ per team",
    "children": "children",
    "babies": "babies",
    "share": "share of teams",
    "rate": "rate a year",
    "open": "flag",
    "years": "years",
    "year": "year",
    "areas.cost": "£",
    "areas.open": "flag",
    "areas.people": "people",
    "unknown": "",
}
UNITS_OF_NAMES = {name: read_unit(unit).known for name, unit in NAMES.items()}


def unit_text(formula: str) -> str:
    node, wrong = parse(formula)
    assert node is not None, wrong
    unit = unit_of(node, UNITS_OF_NAMES)
    return unit.plainly if unit else "None"


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("team_cost * teams", "£"),
        ("cost / teams", "£ per team"),
        ("1 / teams", "number per team"),
        ("old_cost * deflator", "£ (2024 prices)"),
        ("cost + cost - 0", "£"),
        ("0 + cost", "£"),
        ("teams * (1 - share)", "teams"),
        ("cost * (1 + rate) ** years", "£"),
        ("cost * rate ** (year - 1)", "£"),
        ("year - year + 1", "years"),
        ("cost ** 1", "£"),
        ("cost if teams else 0", "£"),
        ("cost if cost > 0 and not teams else -cost", "£"),
        ("max(cost, 0)", "£"),
        ("min(teams, starts, 0)", "teams"),
        ("max(areas.cost)", "£"),
        ("cost > cost", "flag"),
        ("teams == 0 or open", "flag"),
        ("open * open", "flag"),
        ("1 - open", "flag"),
        ("sum(areas.cost)", "£"),
        ("running(areas.cost)", "£"),
        ("total(cost)", "£"),
        ("total(cost, 'period')", "£"),
        ("at(teams, '2022/23')", "teams"),
        ("cumulative(teams)", "teams"),
        ("prior(teams, start=starts) + prior(starts)", "teams"),
        ("abs(-cost)", "£"),
        ("ceil(cost / team_cost)", "teams"),
        ("floor(teams)", "teams"),
        ("growth(rate, '2022/23')", "ratio"),
        ("flag('period') * cost", "£"),
        ("spread(starts, profile)", "£"),
        ("pay(areas.band)", "£ per WTE"),
        ("exp(rate) + ln(share)", "ratio"),
        ("normal_cdf(normal_quantile(share) + 1)", "ratio"),
        ("real(cost)", "£ (2024 prices)"),
        ("present_value(real(cost))", "£ (discounted)"),
        ("unknown * cost", "None"),
        ("unknown + cost", "£"),
    ],
)
def test_each_rule_yields_its_unit(formula: str, unit: str) -> None:
    assert unit_text(formula) == unit


def test_every_function_of_the_language_has_a_rule() -> None:
    """A function that is added to the language without a thought of units keeps that of its first argument."""
    plain = {"growth", "exp", "ln", "normal_cdf", "normal_quantile", "flag", "pay", "spread", "real", "present_value"}
    keeps = {"min", "max", "abs", "prior", "cumulative", "running", "total", "at", "sum", "ceil", "floor"}
    assert set(VOCABULARY) == plain | keeps


def lines_of(unit: str, formula: str) -> dict[str, Line]:
    names = {
        name: Line(name=name, label=name, unit=read_unit(text), values=np.ones((1, 1, 1)))
        for name, text in NAMES.items()
    }
    node, wrong = parse(formula)
    assert node is not None, wrong
    return {**names, "result": Line(name="result", label="Result", unit=read_unit(unit), formula=node, written=formula)}


def mistakes_of(unit: str, formula: str) -> list[Mistake]:
    return check_units(lines_of(unit, formula), {})


@pytest.mark.parametrize(
    ("unit", "formula", "says"),
    [
        ("£", "cost + teams", "adds £ (cost) and teams (teams)"),
        ("£", "cost - teams", "takes teams (teams) from £ (cost)"),
        ("£", "cost + cost + old_cost", "adds £ (cost) and £ (2008 prices) (old_cost)"),
        ("£", "teams + cost + cost", "adds teams (teams) and £ (cost)"),
        ("£", "cost + 1", "adds £ (cost) and a plain number (1)"),
        ("£", "cost + share * cost * teams", "adds £ (cost) and £ × teams (share * cost * teams)"),
        ("flag", "cost >= teams", "compares £ (cost) with teams (teams)"),
        ("flag", "teams > 1", "compares teams (teams) with a plain number (1)"),
        ("£", "cost if open else teams", "chooses between £ (cost) and teams (teams)"),
        ("£", "max(cost, teams)", "takes the max of £ (cost) and teams (teams)"),
        ("£", "prior(cost, start=teams)", "carries £ (cost) on from teams (teams)"),
        ("£", "cost * exp(teams)", "takes exp of teams (teams)"),
        ("£", "cost * growth(team_cost, '2022/23')", "takes growth of £ per team (team_cost)"),
        ("£", "cost * rate ** teams", "raises rate to the power of teams (teams)"),
        ("£", "cost ** rate", "raises £ (cost) to a power"),
        ("£", "team_cost", "yields £ per team, and its unit is £"),
        ("babies", "children", "yields children, and its unit is babies"),
        ("£", "share", "yields a plain number, and its unit is £"),
        ("share of teams", "teams", "yields teams, and its unit is share of teams"),
        ("£", "present_value(cost)", "yields £ × £ (discounted) per £ (2024 prices), and its unit is £"),
        ("£", "sum(areas.open)", "yields a plain number, and its unit is £"),
    ],
)
def test_what_is_not_alike_is_said_with_both_operands_and_their_units(unit: str, formula: str, says: str) -> None:
    found = mistakes_of(unit, formula)
    assert [mistake.says for mistake in found] == [f"the formula of result {says}"]
    assert found[0].code == "UnlikeUnits"
    assert found[0].path == "lines.result"


@pytest.mark.parametrize(
    ("unit", "formula"),
    [
        ("areas", "sum(areas.open)"),
        ("areas", "sum(areas.people > 0)"),
        ("years", "total(cost > 0)"),
        ("areas", "sum(1 if areas.open else 0) + sum(areas.open)"),
        ("", "cost * teams"),
        ("£ (2024 prices) per £", "rate / share"),
        ("£ a year", "cost"),
        ("number", "share"),
    ],
)
def test_flags_are_counted_a_line_without_a_unit_may_yield_any_and_an_index_may_convert(
    unit: str, formula: str
) -> None:
    assert mistakes_of(unit, formula) == []


@pytest.mark.parametrize(
    ("unit", "formula", "hint"),
    [
        ("£", "cost + teams", "Multiply teams by £ per team (such as team_cost, profile)."),
        ("£ (2024 prices)", "old_cost", "Multiply it by £ (2024 prices) per £ (2008 prices) (such as deflator)"),
        ("£", "team_cost", "Multiply it by teams (such as teams, starts), or write unit: £ per team."),
        ("teams", "cost", "Divide it by £ per team (such as team_cost, profile), or write unit: £."),
        ("£", "cost + 1", "1 is a plain number: give the figure a name and the unit £."),
        ("babies", "children", "Multiply it by babies per child, or write unit: children."),
        ("£", "team_cost", "It reads team_cost (£ per team)."),
    ],
)
def test_the_hint_names_what_would_mend_it(unit: str, formula: str, hint: str) -> None:
    (found,) = mistakes_of(unit, formula)
    assert hint in found.hint


def test_a_yearly_amount_is_told_from_an_amount_per_year() -> None:
    (found,) = mistakes_of("£ per year", "cost")
    assert "A figure of one year is written £ or £ a year." in found.hint


# Formulas written back

TREES = st.recursive(
    st.sampled_from(["cost", "areas.cost", "0", "1", "prior(cost)", "at(teams, '2022/23')", "flag('p')"]),
    lambda inner: st.one_of(
        st.builds(
            "({}) {} ({})".format, inner, st.sampled_from(["+", "-", "*", "/", "**", "<", "==", "and", "or"]), inner
        ),
        st.builds("-({})".format, inner),
        st.builds("not ({})".format, inner),
        st.builds("({}) if ({}) else ({})".format, inner, inner, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("prior({}, start={})".format, inner, inner),
    ),
    max_leaves=8,
)


@given(TREES)
def test_a_formula_is_written_back_as_one_that_reads_the_same(text: str) -> None:
    node, _ = parse(text)
    assert node is not None
    assert parse(written(node)) == (node, [])


def test_brackets_stand_only_where_they_are_needed() -> None:
    node, _ = parse("(((a * b) + c) - (d - e)) / ((f ** 2) if 0 else 1)".replace("2", "g"))
    assert node is not None
    assert written(node) == "(a * b + c - (d - e)) / (f ** g if 0 else 1)"


# In a model


def model(*lines: Line) -> dict[str, Line]:
    made = build_model(
        years=(Year(2022), Year(2023)),
        scenarios=("base",),
        lines=lines,
        lists=[RowList(name="areas", label="Areas", rows=("a", "b"), columns=("people",))],
        periods={"period": (Year(2022),)},
        profiles={"profile": ("profile_year_1", "profile_year_2")},
    )
    return dict(made.lines)


def formula(name: str, unit: str, text: str) -> Line:
    node, wrong = parse(text)
    assert node is not None, wrong
    return Line(name=name, label=name, unit=read_unit(unit), formula=node, written=text)


def number(name: str, unit: str, shape: Shape = Shape()) -> Line:  # noqa: B008
    values = np.ones((1, 2 if shape.rows else 1, 2 if shape.by_year else 1))
    return Line(name=name, label=name, unit=read_unit(unit), values=values, shape=shape)


def test_the_steps_of_a_formula_show_their_units() -> None:
    lines = model(
        number("starts", "teams", Shape("", True)),
        number("profile_year_1", "£ per team"),
        number("profile_year_2", "£ per team"),
        number("areas.people", "people", Shape("areas")),
        number("people_per_team", "people per team"),
        number("take_up", "share of people"),
        formula("training", "£", "spread(starts, profile)"),
        formula("needed", "teams", "sum(ceil(areas.people / people_per_team))"),
        formula("seen", "people", "cumulative(sum(areas.people * take_up) * starts / starts)"),
        formula("rise", "ratio", "prior(take_up * take_up) + cumulative(take_up + take_up)"),
    )
    steps: dict[str, set[str]] = {}
    for line in lines.values():
        if line.step_of:
            steps.setdefault(line.step_of, set()).add(str(line.unit))
    assert steps == {
        "training": {"£", "teams"},
        "needed": {"teams"},
        "seen": {"people"},
        "rise": {"ratio", "share of people"},
    }


def test_all_mistakes_of_units_are_reported_with_the_others() -> None:
    with pytest.raises(BadInput) as bad:
        model(
            number("cost", "£"),
            number("teams", "teams"),
            formula("one", "£", "cost + teams"),
            formula("two", "£", "cost / teams"),
            formula("three", "£", "missing"),
        )
    assert [mistake.code for mistake in bad.value.mistakes] == ["UnlikeUnits", "UnknownName", "UnlikeUnits"]


# In a proposal's files


def checked(folder: Path) -> str:
    ran = costmodel_cli("check", folder)
    assert ran.code == 2
    return ran.err.replace(f"{folder}/", "")


def test_a_planted_error_is_said_where_it_stands(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    at = edit(
        folder / "proposal.yaml",
        "formula: labour_operating + labour_starting + training + development_programme",
        "formula: «labour_operating + teams_starting",
    )
    assert checked(folder).startswith(
        f"proposal.yaml:{at}: lines.total: the formula of total adds £ (labour_operating) and teams (teams_starting)\n"
        "  Multiply teams_starting by £ per team (such as team_salaries,"
    )


def test_an_assumption_with_the_wrong_unit_is_named_where_a_section_uses_it(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    at = edit(folder / "rollout.yaml", "      value: 150\n", "      «value: 150\n      unit: children\n")
    said = checked(folder)
    assert said.startswith(f"rollout.yaml:{at}: lines.children: the formula of children adds children × teams")
    assert "or give children_per_team_operating the unit children per team." in said


def test_what_is_wrong_with_a_value_is_not_said_again_of_a_section_that_reads_it(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    edit(folder / "team.yaml", "unit: share of salary", "unit: £")
    said = checked(folder)
    assert "a percentage was given, and the unit is '£'" in said
    assert "team_on_costs" not in said


def test_money_of_two_kinds_does_not_add(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    edit(
        folder / "proposal.yaml",
        "assumptions:\n",
        "assumptions:\n  old: {label: Old, unit: £ (2008 prices), value: £5, reason: A test., grade: illustrative}\n",
    )
    edit(folder / "proposal.yaml", "labour_starting + training +", "labour_starting + old +")
    assert "total adds £ (labour_operating) and £ (2008 prices) (old)" in checked(folder)


CLINIC = {
    "evidence/sources.yaml": "sources: {report: {title: A report, date: '2025', read: read}}\n",
    "clinic/proposal.yaml": """
proposal: {title: A clinic, years: 2025/26 to 2026/27, source: report}
assumptions:
  clinics: {label: Clinics, value: 10, unit: clinics, source: report}
  cost: {label: Cost of a clinic, value: £100, unit: £ per clinic, source: report}
lines:
  total: {label: Total, unit: £, formula: clinics * cost}
""",
    "clinic/scenarios/base.yaml": "scenario: {title: As published, reason: As it is.}\n",
}
CLAIM = "claims:\n  C1:\n    says: It\n    source: report\n    proposal: clinic\n    printed: 10\n"


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("    unit: £\n    formula: «clinics\n", "claims.C1.formula: the formula yields clinics, and its unit is £"),
        (
            "    formula: «clinics + cost\n",
            "claims.C1.formula: the formula adds clinics (clinics) and £ per clinic (cost)",
        ),
    ],
)
def test_a_claim_is_checked_with_the_unit_that_it_declares(tmp_path: Path, claim: str, says: str) -> None:
    write_proposal(tmp_path, CLINIC)
    at = write(tmp_path / "evidence/claims.yaml", CLAIM + claim)
    with pytest.raises(BadInput) as bad:
        load_ledger(tmp_path)
    assert [str(mistake).split("claims.yaml:")[1].splitlines()[0] for mistake in bad.value.mistakes] == [
        f"{at}: {says}"
    ]


@pytest.mark.parametrize("unit", ["£", "{all: £}"])
def test_a_finding_is_checked_with_the_unit_that_it_declares(tmp_path: Path, unit: str) -> None:
    write_proposal(tmp_path, CLINIC)
    finding = f"findings: {{I1: {{says: It, proposal: clinic, unit: {unit}, size: {{all: clinics}}}}}}\n"
    write(tmp_path / "evidence/findings.yaml", finding)
    with pytest.raises(BadInput, match="yields clinics, and its unit is £"):
        load_ledger(tmp_path)


def test_a_claim_that_declares_no_unit_may_come_to_any(tmp_path: Path) -> None:
    write_proposal(tmp_path, {**CLINIC, "evidence/claims.yaml": CLAIM + "    formula: clinics\n"})
    assert load_ledger(tmp_path).verdicts


# What ships, and what people may write


def test_no_formula_of_the_costings_that_tests_stand_on_is_flagged() -> None:
    for folder in PROPOSALS.glob("*/proposal.yaml"):
        assert costmodel.load(folder.parent.name, PROPOSALS).costing.model


def test_every_section_of_a_costing_of_other_things_than_teams_has_sound_units(tmp_path: Path) -> None:
    """Hubs, with all that sections can do, in a person's words; a section's own formulas may not be flagged."""
    document = trial(
        ["2025/26", "2026/27"],
        horizon="2025/26 to 2090/91",
        streams={
            "problems": bottom_up(
                reached="families_helped",
                schedule="health",
                effect={"odds_ratio": value(0.5)},
                counterfactual_rate=value("40%"),
                links={
                    "lasting": {"standardised": value(0.3), "base_rate": value("10%")},
                    "costly": {"share": value("5%")},
                },
                lag=value(1),
                duration=value(3, unit="years"),
                drop_off=value("10%", unit="share a year"),
            ),
            "trained": {
                "label": "People trained",
                "method": "capacity",
                "kind": "fiscal",
                "price_year": "unknown",
                "taken_as": 2024,
                "trained": value(10, unit="health visitors"),
                "caseload": value(250, unit="children per health visitor"),
                "unit_value": value("£5", unit="£ per child"),
            },
        },
        appraisal={
            "costs": ["total"],
            "present_value_base": "2024/25",
            "schedule_starts": "2023/24",
            "optimism_bias": {"rate": value("10%"), "on": value(1)},
            "risks": {
                "late": {"label": "Late", "probability": value("10%"), "impact": value("£1,000"), "year": "2026/27"}
            },
            "distribution": {
                "median_income": value("£30,000"),
                "participants_income": value("£20,000", unit="£ a year"),
                "elasticity": value(1.3),
            },
        },
        lines={
            "total": {"label": "Total", "unit": "£", "formula": "labour_operating + labour_starting + rent + training"}
        },
        rollout={
            "site": "family_hub",
            "operating_at_start": value(3),
            "starting": {"2025/26": 1, "2026/27": 2},
            "while_starting": {"cost": value("50%"), "families_helped": value(20)},
            "when_operating": {"families_helped": value(100, unit="families helped per family hub")},
            **MADE_UP,
        },
        workforce={
            "team": [{"role": "Lead", "band": "7", "wte": 1}, {"role": "Admin", "band": "4", "wte": 0.5}],
            "pay": {"scale": "agenda-for-change-england", "year": "2022/23", "experience_years": 3},
            "on_costs": {"rule": "nhs-employer"},
            "uplift": {"from": "2022/23", "rate": value("3%")},
            "high_cost_area": {"inner_london": value("20%")},
            **MADE_UP,
        },
        programme_costs={
            "rent": {
                "per_operating_site": value("£5,000"),
                "uplift": {"rate": value("2%"), "from": "2025/26"},
            },
            "training": {"per_site": {"by_age": ["£100", "£50"], "reason": "Made up.", "grade": "illustrative"}},
        },
    )
    document["benefits"]["streams"]["problems"]["unit_value"]["unit"] = "£ per family a year"
    results = costed_trial(tmp_path, document).run()
    assert str(results.line("team_cost").unit) == "£ per family_hub"


def test_checking_the_units_of_all_that_ships_takes_no_time() -> None:
    for proposal in (TEAMS, "family-hubs-2025"):
        lines = dict(costmodel.load(proposal, SHIPPED).costing.model.lines)
        units_of(lines, {})
        seconds = min(timeit.repeat(lambda lines=lines: check_units(lines, {}), number=1, repeat=5))  # type: ignore[misc]
        assert seconds < 0.01
