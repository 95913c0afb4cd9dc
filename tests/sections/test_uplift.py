"""Pay is uplifted from the year whose pay it is, once, up to each year in which it is paid."""

from pathlib import Path

import pytest
from helpers import CASES, HERE, costmodel_cli, write

import costmodel
from costmodel.analysis.results import Costed
from costmodel.errors import BadInput

BAND_5 = {2022: 29_180, 2023: 30_639, 2024: 32_324, 2025: 33_487, 2026: 34_592}
"""Pay of band 5 with 3 years of experience in the years that are used here, by the calendar year of its start."""


def proposal(years: str = "2026/27 to 2026/27", **changes: str) -> str:
    pay = changes.get("pay", "{scale: agenda-for-change-england, year: 2025/26, experience_years: 3}")
    uplift = f"\n  uplift: {changes['uplift']}" if "uplift" in changes else ""
    return f"""proposal: {{title: T, years: {years}{changes.get("proposal", "")}}}
workforce:
  reason: made up
  grade: illustrative
  team: [{{role: Nurse, band: 5, wte: 1}}]
  pay: {pay}
  on_costs: {{rate: 25%}}{uplift}
lines: {{y: {{label: Salaries, unit: £ per team, formula: team_salaries}}}}
tables: {{t: {{title: T, rows: [y]}}}}
"""


def of_year(year: str) -> str:
    return f"{{scale: agenda-for-change-england, year: {year}, experience_years: 3}}"


def costed(folder: Path, text: str, **scenarios: str) -> Costed:
    write(folder / "nurse" / "proposal.yaml", text)
    for name, changes in scenarios.items():
        write(
            folder / "nurse" / "scenarios" / f"{name}.yaml", f"scenario: {{title: T, reason: R.}}\nchanges:\n{changes}"
        )
    return costmodel.load(str(folder / "nurse"))


def salaries(folder: Path, text: str) -> list[float]:
    return costed(folder, text).run().by_year("team_salaries")


def notes(found: Costed) -> list[str]:
    return [str(caution) for caution in found.costing.cautions]


def refusals(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        costed(folder, text)
    return [str(mistake) for mistake in caught.value.mistakes]


# The three small inputs with their right answers


def test_awards_that_are_in_the_pay_already_do_not_count_again() -> None:
    found = costmodel.load("pay-uplift-twice", CASES)
    assert found.run().by_year("team_salaries") == [pytest.approx(33_487 * 1.03)]
    (note,) = notes(found)
    assert "said to run from 2022/23, and pay is of 2025/26" in note
    assert "Write from: 2025/26, or leave from out." in note


def test_no_year_between_the_pay_and_the_first_year_is_lost() -> None:
    found = costmodel.load("pay-years-lost", CASES)
    assert found.run().by_year("team_salaries") == [pytest.approx(29_180 * 1.03**4)]
    assert notes(found) == []


def test_a_programme_cost_that_follows_awards_is_refused() -> None:
    ran = costmodel_cli("check", "uplift-follow-does-nothing", "--assumptions", CASES)
    assert ran.code == 2
    assert "proposal.yaml:2:74: programme_costs.c.uplift.follow: published-awards are of pay" in ran.err
    assert "A cost can follow" in ran.err


# From the year of pay


@pytest.mark.parametrize(
    ("year", "uplift", "awards"),
    [
        ("2025/26", "{rate: 3%}", [1, 2, 3]),
        ("2026/27", "{rate: 3%}", [0, 1, 2]),
        ("2022/23", "{rate: 3%}", [4, 5, 6]),
        ("2025/26", "{rate: 3%, from: 2026/27}", [0, 1, 2]),
        ("2022/23", "{rate: 3%, from: 2024/25}", [2, 3, 4]),
    ],
)
def test_an_uplift_runs_from_the_year_of_pay_or_a_later_one(
    year: str, uplift: str, awards: list[int], tmp_path: Path
) -> None:
    found = salaries(tmp_path, proposal("2026/27 to 2028/29", pay=of_year(year), uplift=uplift))
    assert found == pytest.approx([BAND_5[int(year[:4])] * 1.03**count for count in awards])


def test_rates_by_year_may_begin_before_the_proposal_does(tmp_path: Path) -> None:
    uplift = "{rate: {2023/24: 5%, 2024/25: 5.5%, 2025/26: 3.6%, 2026/27: 3%, 2027/28: 2%}}"
    found = costed(tmp_path, proposal("2026/27 to 2027/28", pay=of_year("2022/23"), uplift=uplift)).run()
    before = 29_180 * 1.05 * 1.055 * 1.036
    assert found.by_year("team_salaries") == pytest.approx([before * 1.03, before * 1.03 * 1.02])
    assert found.value("pay_uplift_rate_2024_25") == 0.055


def test_a_rate_is_never_used_for_years_before_it_is_given(tmp_path: Path) -> None:
    uplift = "{rate: {2025/26: 3.6%, 2026/27: 3%}}"
    said = refusals(tmp_path, proposal(pay=of_year("2022/23"), uplift=uplift))
    assert len(said) == 2
    for year, message in zip(("2023/24", "2024/25"), said, strict=True):
        assert f"pay is of 2022/23, and the award of {year} is not given" in message
        assert f"Add {year} to the rates, or take pay of a later year." in message


def test_a_rate_for_a_year_whose_award_is_in_the_pay_is_refused(tmp_path: Path) -> None:
    said = refusals(tmp_path, proposal(pay=of_year("2025/26"), uplift="{rate: {2024/25: 5%, 2026/27: 3%}}"))
    assert "the year 2024/25 is not in the proposal" in said[0]


def test_after_the_last_published_award_the_rate_runs_from_it(tmp_path: Path) -> None:
    text = proposal(
        "2028/29 to 2029/30",
        pay="{scale: agenda-for-change-england, experience_years: 3}",
        uplift="{follow: published-awards, rate: 2%}",
    )
    assert salaries(tmp_path, text) == pytest.approx([34_592 * 1.02**2, 34_592 * 1.02**3])


def test_scenarios_may_take_pay_of_different_years(tmp_path: Path) -> None:
    text = proposal("2026/27 to 2027/28", uplift="{rate: 3%}")
    scenarios = {
        "newer": "  workforce.pay.year: 2026/27\n",
        "older": "  workforce.pay.year: 2022/23\n",
        "flat": "  workforce.uplift.rate: 0%\n",
        "awards": "  workforce.uplift: {follow: published-awards, rate: 2%}\n",
    }
    found = costed(tmp_path, text, **scenarios)
    expected = {
        "base": [33_487 * 1.03, 33_487 * 1.03**2],
        "newer": [34_592, 34_592 * 1.03],
        "older": [29_180 * 1.03**4, 29_180 * 1.03**5],
        "flat": [33_487, 33_487],
        "awards": [34_592, 34_592 * 1.02],
    }
    for scenario, pay in expected.items():
        assert found.run(scenario).by_year("team_salaries") == pytest.approx(pay), scenario


def test_a_scenario_without_uplift_beside_one_that_follows_awards(tmp_path: Path) -> None:
    text = proposal("2025/26 to 2026/27", pay="{scale: agenda-for-change-england, year: 2025/26, experience_years: 3}")
    scenarios = {
        "rate": "  workforce.uplift: {rate: 10%}\n",
        "awards": "  workforce.uplift: {follow: published-awards}\n",
    }
    found = costed(tmp_path, text, **scenarios)
    assert found.run("base").by_year("team_salaries") == [33_487, 33_487]
    assert found.run("rate").by_year("team_salaries") == pytest.approx([33_487, 33_487 * 1.1])
    assert found.run("awards").by_year("team_salaries") == [33_487, 34_592]


def test_the_pay_year_is_not_moved_by_its_id_under_an_uplift_that_would_not_follow(tmp_path: Path) -> None:
    text = proposal("2026/27 to 2027/28", uplift="{rate: 3%}")
    other = {"newer": "  workforce.pay.year: 2026/27\n", "edited": "  pay_year: 2026\n"}
    with pytest.raises(BadInput, match=r"(?s)edited.yaml:3:13: changes.pay_year: .*workforce.pay.year: 2026/27"):
        costed(tmp_path, text, **other)


# What may not be meant is a note


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pay": of_year("2022/23")}, "pay of 2022/23 stands in 2026/27, and there is no uplift"),
        ({"pay": of_year("2022/23"), "uplift": "{rate: 3%, from: 2024/25}"}, "pay of 2022/23 stands still to 2024/25"),
        ({"pay": of_year("2026/27"), "years": "2025/26 to 2026/27"}, "pay of 2026/27 stands in 2025/26 too"),
        ({"pay": of_year("2022/23"), "proposal": ", prices: 2024/25 prices"}, "pay of 2022/23 is taken as it is"),
    ],
)
def test_pay_that_stands_still_while_time_passes_is_a_note(changes: dict[str, str], says: str, tmp_path: Path) -> None:
    (note,) = notes(costed(tmp_path, proposal(**changes)))
    assert says in note
    assert "proposal.yaml:" in note


@pytest.mark.parametrize(
    "changes",
    [
        {"pay": of_year("2026/27")},
        {"pay": of_year("2025/26"), "proposal": ", prices: 2025/26 prices"},
        {"pay": of_year("2025/26"), "uplift": "{rate: 0%}"},
        {"pay": of_year("2022/23").replace("}", ", note: As the source has it.}")},
        {"pay": of_year("2022/23"), "uplift": "{rate: 3%, from: 2024/25, note: A pay freeze.}"},
    ],
)
def test_pay_of_the_year_itself_and_what_a_note_explains_are_not(changes: dict[str, str], tmp_path: Path) -> None:
    assert notes(costed(tmp_path, proposal(**changes))) == []


# What is refused


@pytest.mark.parametrize(
    ("rate", "meant"),
    [
        ("1.03", "3%"),
        ("3", "3%"),
        ("2.5", "2.5%"),
        ("103%", "3%"),
        ("0.97", "-3%"),
        ("{2026/27: 1.025}", "2.5%"),
        ("{value: 1.03, reason: R.}", "3%"),
        ("pay_award", "3%"),
    ],
)
def test_an_index_or_a_percentage_without_its_sign_is_no_rate(rate: str, meant: str, tmp_path: Path) -> None:
    assumption = "assumptions: {pay_award: {value: 1.03, unit: rate a year, reason: R.}}\n"
    text = (assumption if rate == "pay_award" else "") + proposal(uplift=f"{{rate: {rate}}}")
    (said,) = refusals(tmp_path, text)
    assert "proposal.yaml:" in said
    assert f"Did you mean {meant}?" in said


@pytest.mark.parametrize("where", ["uplift: {rate: 1.03}", "uplift: {rate: {2026/27: 3}}"])
def test_the_uplift_of_a_programme_cost_is_held_to_the_same(where: str, tmp_path: Path) -> None:
    text = f"""proposal: {{title: T, years: 2026/27 to 2026/27}}
programme_costs: {{c: {{value: £100, reason: R., {where}}}}}
"""
    assert "Did you mean 3%?" in refusals(tmp_path, text)[0]


def test_so_is_a_rate_that_a_line_grows_by(tmp_path: Path) -> None:
    text = """proposal: {title: T, years: 2026/27 to 2027/28}
assumptions: {rise: {value: 1.03, unit: rate a year, reason: R.}}
lines: {index: {label: Index, unit: index, formula: "growth(rise, '2026/27')"}}
"""
    assert "Did you mean 3%?" in refusals(tmp_path, text)[0]


def test_a_scenario_is_held_to_the_same(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"(?s)odd.yaml:3:20: .*Did you mean 4%\?"):
        costed(tmp_path, proposal(uplift="{rate: 3%}"), odd="  pay_uplift_rate: 1.04\n")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"uplift": f"{HERE}{{follow: published-awards, from: 2022/23}}"}, "leave from out"),
        ({"uplift": f"{{rate: 3%, from: {HERE}2030/31}}"}, "after the proposal's last year"),
        (
            {"years": "2026 to 2027", "uplift": "{rate: 3%}", "pay": HERE + of_year("2025/26")},
            "pay is by financial year",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(changes: dict[str, str], says: str, tmp_path: Path) -> None:
    text = proposal(**changes)
    at = write(tmp_path / "place.yaml", text)
    (said,) = refusals(tmp_path, text.replace(HERE, ""))
    assert f"proposal.yaml:{at}: " in said
    assert says in said
