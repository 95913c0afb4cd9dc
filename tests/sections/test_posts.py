"""People in post: recruits, leavers, vacancies and what they cost, each worked out a second time in plain Python."""

import itertools
from pathlib import Path

import pytest
from helpers import HERE, PROPOSALS, costmodel_cli, write

import costmodel
from costmodel.analysis.results import Costed
from costmodel.errors import BadInput

OFFICERS, WORKERS = "prison-officers", "early-help"


def insurance(pay: float) -> float:
    return 0.15 * max(pay - 5_000, 0)


# Two bids


@pytest.mark.parametrize(
    ("scenario", "leaving", "share_of_recruits"),
    [("base", 0.12, 1), ("more-leave", 0.14, 1), ("fewer-recruits", 0.12, 0.75)],
)
def test_prison_officers(scenario: str, leaving: float, share_of_recruits: float) -> None:
    def in_post(recruits: list[float]) -> tuple[list[float], list[float]]:
        at_end, over_the_year, here = [], [], 21_000.0
        for joining in recruits:
            leavers = here * leaving
            over_the_year.append(here - leavers / 2 + joining / 2)
            here = here - leavers + joining
            at_end.append(here)
        return at_end, over_the_year

    recruits = [share_of_recruits * count for count in (3_600, 4_200, 4_200, 3_000, 2_500)]
    at_end, worked = in_post(recruits)
    _, otherwise = in_post([2_400] * 5)
    more = [one - other for one, other in zip(worked, otherwise, strict=True)]
    awards = itertools.accumulate([1.028, 1.025, 1.025, 1.025, 1.025], lambda one, other: one * other)
    pay = [(33_700 + 3_900 / 5) * award for award in awards]
    each = [one + insurance(one) + 0.2897 * one for one in pay]
    wages = [officers * one for officers, one in zip(more, each, strict=True)]
    training = [13_400 * (joining - 2_400) for joining in recruits]
    saving = [officers * 38 * 24 for officers in more]
    net = [wage + train - saved for wage, train, saved in zip(wages, training, saving, strict=True)]
    found = costmodel.load(OFFICERS, PROPOSALS).run(scenario)
    assert found.by_year("officers_in_post") == pytest.approx(at_end)
    assert found.by_year("officers_vacant") == pytest.approx([max(24_000 - here, 0) for here in at_end])
    assert found.by_year("officers_more") == pytest.approx(more)
    assert found.by_year("officers_pay_more") == pytest.approx(wages)
    assert found.by_year("officers_training_more") == pytest.approx(training)
    assert found.by_year("net") == pytest.approx(net)
    assert found.value("net_all_years") == pytest.approx(sum(net))


@pytest.mark.parametrize(("scenario", "months"), [("base", 6), ("january", 3), ("no-grant", 6)])
def test_early_help(scenario: str, months: int) -> None:
    grants = [0.0, 0, 0] if scenario == "no-grant" else [220_000.0, 220_000, 0]
    gross = []
    for at in range(3):
        share = months / 12 if at == 0 else 1
        cost = 12 * 1_900 if at == 0 else 0.0
        for posts, salary in ((12 * 0.94, 36_800), (1, 48_200)):
            pay = salary * 1.03**at
            cost += posts * share * (pay + insurance(pay) + 0.215 * pay)
        gross.append(cost)
    found = costmodel.load(WORKERS, PROPOSALS).run(scenario)
    assert found.by_year("gross") == pytest.approx(gross)
    assert found.by_year("net_schools") == pytest.approx(
        [0.25 * (cost - grant) for cost, grant in zip(gross, grants, strict=True)]
    )
    assert found.by_year("families") == pytest.approx([14 * 12 * 0.94 * share for share in (months / 12, 1, 1)])
    assert all(check.holds for check in found.checks)


def test_the_share_of_the_first_year_is_an_assumption_that_shows_its_value() -> None:
    held = costmodel.load(WORKERS, PROPOSALS).costing
    grounds = held.assumptions["workers_first_year_share"].grounds
    notes = {scenario: ground.note for scenario, ground in zip(held.scenarios, grounds, strict=True)}
    assert notes["base"] == "From October: 6 of the 12 months of the financial year, from April."
    assert notes["january"] == "From January: 3 of the 12 months of the financial year, from April."


@pytest.mark.parametrize("proposal", [OFFICERS, WORKERS])
def test_the_whole_job_works_on_them(proposal: str, empty_folder: Path) -> None:
    ran = costmodel_cli("run", proposal, "--scenario", "base", "--assumptions", PROPOSALS)
    assert ran.code == 0, ran.err
    assert (empty_folder / "outputs" / proposal / "base" / "workbook.xlsx").exists()


# Small groups

YEARS = "2026/27 to 2027/28"
PAY = "\n  pay: {year: 2026/27}\n  uplift: {rate: 0%}\n  on_costs: {rate: 25%}"


def costed(
    folder: Path, groups: str, *, more: str = PAY, years: str = YEARS, workforce: str = "", **changes: str
) -> Costed:
    rows = "".join(f"    {row}\n" for row in groups.strip().splitlines())
    text = f"""proposal: {{title: T, years: {years}}}
posts:
  reason: made up
  groups:
{rows}  {more.strip()}
{workforce}"""
    write(folder / "people" / "proposal.yaml", text)
    for name, change in changes.items():
        heading = "scenario: {title: T, reason: R.}\nchanges:\n"
        write(folder / "people" / "scenarios" / f"{name}.yaml", f"{heading}  {change}\n")
    return costmodel.load(str(folder / "people"))


def refused(folder: Path, groups: str, more: str = PAY, workforce: str = "", **changes: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        costed(folder, groups, more=more, workforce=workforce, **changes)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("years", "month", "share"),
    [
        ("2026/27 to 2027/28", "October", 6 / 12),
        ("2026/27 to 2027/28", "april", 1),
        ("2026/27 to 2027/28", "Mar", 1 / 12),
        ("2026 to 2027", "October", 3 / 12),
        ("2026 to 2027", "January", 1),
    ],
)
def test_a_month_is_a_share_of_the_kind_of_year_that_the_proposal_has(
    years: str, month: str, share: float, tmp_path: Path
) -> None:
    more = PAY if "/" in years else PAY.replace("2026/27", "2026")
    found = costed(tmp_path, f"clerks: {{posts: 10, from: {month}, salary: £30,000}}", years=years, more=more).run()
    assert found.by_year("clerks_over_the_year") == pytest.approx([10 * share, 10])
    assert found.by_year("clerks_pay") == pytest.approx([10 * share * 37_500, 375_000])


def test_posts_that_are_added_later_start_in_the_same_month(tmp_path: Path) -> None:
    group = "clerks: {posts: {2026/27: 10, 2027/28: 16}, posts_at_start: 4, from: October, salary: £30,000}"
    found = costed(tmp_path, group).run()
    assert found.by_year("clerks_new_posts") == [6, 6]
    assert found.by_year("clerks_over_the_year") == [7, 13]


def test_vacancies_follow_from_leavers_and_the_time_to_recruit(tmp_path: Path) -> None:
    counted = "posts: 100, posts_at_start: 100, leaving: 20%, time_to_recruit: 3 months"
    found = costed(tmp_path, f"clerks: {{{counted}, per_recruit: {{advert: £500}}}}").run()
    assert found.value("clerks_vacancy_rate") == pytest.approx(0.05)
    assert found.by_year("clerks_over_the_year") == pytest.approx([95, 95])
    assert found.by_year("clerks_vacant") == pytest.approx([5, 5])
    assert found.by_year("clerks_recruits") == pytest.approx([19, 19])
    assert found.by_year("clerks_advert") == pytest.approx([9_500, 9_500])
    assert found.by_year("clerks_cost") == pytest.approx([9_500, 9_500])


def test_groups_may_be_paid_by_scales_and_have_on_costs_and_uplift_of_their_own(tmp_path: Path) -> None:
    own = "pay: {year: 2025/26}, uplift: {rate: 4%}, on_costs: {rule: teachers-england, then: same}"
    groups = f"""officers: {{posts: 10, salary: £33,700}}
nurses: {{posts: 2, band: 5, pay: {{scale: agenda-for-change-england, experience_years: 3}}}}
teachers: {{posts: 3, grade: M6, scale: teachers-england, {own}}}
"""
    more = "pay: {year: 2026/27}\n  uplift: {rate: 3%}\n  on_costs: {rule: uk-employer, pension: 22%, levy: 0%}"
    found = costed(tmp_path, groups, more=more, years="2026/27 to 2027/28").run()

    def cost(posts: float, pay: float, pension: float) -> float:
        return posts * (pay + insurance(pay) + pay * pension)

    assert found.by_year("officers_pay") == pytest.approx([cost(10, 33_700, 0.22), cost(10, 33_700 * 1.03, 0.22)])
    assert found.by_year("nurses_pay") == pytest.approx([cost(2, 34_592, 0.22), cost(2, 34_592 * 1.03, 0.22)])
    teachers = [cost(3, 45_352 * 1.04**at, 0.2868 + 0.005) for at in (1, 2)]
    assert found.by_year("teachers_pay") == pytest.approx(teachers)
    (ground,) = found.costing.assumptions["teachers_salary"].grounds
    assert (ground.source, ground.note) == ("dfe-stpcd-2025", "Grade M6 of teachers-england in 2025/26.")


def test_pay_may_follow_the_published_awards(tmp_path: Path) -> None:
    follow = "  uplift: {follow: published-awards, rate: 2%}\n  on_costs: {rate: 0%}"
    more = f"pay: {{scale: agenda-for-change-england, experience_years: 3}}\n{follow}"
    found = costed(tmp_path, "nurses: {posts: 1, band: 5}", more=more, years="2025/26 to 2027/28").run()
    assert found.by_year("nurses_pay") == pytest.approx([33_487, 34_592, 34_592 * 1.02])


def test_each_person_has_a_threshold_whatever_hours_they_work(tmp_path: Path) -> None:
    more = "pay: {year: 2026/27}\n  uplift: {rate: 0%}\n  on_costs: {rule: uk-employer, pension: 0%, levy: 0%}"
    found = costed(tmp_path, "carers: {posts: 10, salary: £24,000, wte_per_person: 0.5}", more=more).run()
    people, half = 20, 12_000
    assert found.by_year("carers_pay")[0] == pytest.approx(people * (half + insurance(half)))


def test_every_value_can_be_changed_by_its_name_or_path(tmp_path: Path) -> None:
    counted = "in_post_at_start: 100, leaving: 10%, recruits: 10, otherwise: {recruits: 5}"
    group = f"guards: {{{counted}, salary: £30,000, per_recruit: {{kit: £100}}}}"
    changes = {
        "name": "guards_leaving_rate: 20%",
        "path": "posts.groups.guards.leaving: 20%",
        "taken": "guards_first_year_share: 0.5",
        "otherwise": "guards_recruits_otherwise: 0",
        "kit": "guards_kit_per_recruit: £200",
        "rate": "posts_on_cost_rate: 30%",
    }
    found = costed(tmp_path, group, **changes)
    assert found.run().by_year("guards_in_post") == [100, 100]
    assert found.run("name").by_year("guards_in_post") == found.run("path").by_year("guards_in_post") == [90, 82]
    assert found.run("taken").by_year("guards_over_the_year") == [100, 100]
    assert found.run().by_year("guards_over_the_year") == [105, 105]
    assert found.run("otherwise").by_year("guards_kit_more") == [1_000, 1_000]
    assert found.run("kit").by_year("guards_kit") == [2_000, 2_000]
    assert found.run("rate").by_year("guards_pay") == pytest.approx([105 * 39_000] * 2)


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ("{recruits: 5, leaving: 10%}", "in_post_at_start with recruits and leaving, or posts"),
        ("{in_post_at_start: 5}", "need recruits and leaving: write 0 where there are none"),
        ("{posts: 5, recruits: 2}", "recruits does nothing for posts that are filled but for vacancies"),
        (
            "{in_post_at_start: 5, recruits: 1, leaving: 0%, vacancies: 5%}",
            "vacancies does nothing for people counted on",
        ),
        ("{posts: 5, vacancies: 5%, time_to_recruit: 3 months, leaving: 5%}", "write one"),
        ("{posts: 5, time_to_recruit: 3 months}", "time_to_recruit needs leaving"),
        ("{posts: 5, from: October, first_year: 50%}", "first_year and from both say when people start"),
        ("{posts: 5, from: Octember}", "'Octember' is not a month\n  Did you mean October?"),
        ("{posts: 5, leaving: 5%, time_to_recruit: soon}", "'soon' is not a length of time\n  Write 3 months"),
        ("{posts: 5, leaving: 5%, time_to_recruit: 14 months}", "is longer than a year\n  Write vacancies:"),
        ("{posts: 5, vacancies: 6}", "600% is not a share"),
        ("{posts: -5}", "-5 is below 0"),
        ("{posts: 5, vacancy: 5%}", "no key 'vacancy'"),
        ("{posts: 5, grade: M2, scale: teachers-england, pay: {year: 2025/26}, uplift: {rate: 1%}}", "no grade 'M2'"),
        ("{posts: 5, grade: M1}", "the pay scale of the grade is missing"),
        ("{posts: 5, salary: £1, pay: {year: 2025/26}}", "a year of pay of its own, and no uplift"),
        ("{posts: 5, salary: 0}", "0 is not a salary"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(group: str, says: str, tmp_path: Path) -> None:
    (said,) = refused(tmp_path, f"clerks: {group}")
    assert "proposal.yaml:5:" in said
    assert says in said


def test_a_group_that_costs_needs_on_costs_and_a_year_of_pay(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "clerks: {posts: 5, salary: £30,000}", more="pay: {year: 2026/27}")
    assert "posts.on_costs: on-costs are missing" in said
    (said,) = refused(tmp_path, "clerks: {posts: 5, salary: £30,000}", more="on_costs: {rate: 25%}")
    assert "posts.pay.year: the year of the salaries is missing" in said


def test_a_scenario_counts_a_group_as_the_proposal_does(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "clerks: {posts: 5}", odd="posts.groups.clerks.vacancies: 5%")
    assert "a scenario counts or costs this group in another way" in said


# Supply


def test_posts_are_held_against_a_supply_and_the_first_year_that_is_short_is_named(empty_folder: Path) -> None:
    group = "clerks: {posts: {2026/27: 5, 2027/28: 9, 2028/29: 9}, supply: {2026/27: 6, 2027/28: 8, 2028/29: 7}}"
    found = costed(empty_folder, group, years="2026/27 to 2028/29", enough="clerks_supply: 9")
    assert found.run().by_year("clerks_short") == [0, 1, 2]
    (check,) = found.run().checks
    assert (check.holds, check.says) == (
        False,
        "Clerks: people can be found for the posts of every year: not from 2027/28",
    )
    assert [check.holds for check in found.run("enough").checks] == [True]
    ran = costmodel_cli("check", "people", "--assumptions", empty_folder)
    assert ran.code == 1
    assert "not from 2027/28" in ran.out + ran.err


TEAM = f"""workforce:
  reason: made up
  team: [{{role: A, band: 5, wte: 2}}, {{role: B, band: 5, wte: 1}}, {{role: C, band: 7, wte: 1}}]
  pay: {{scale: agenda-for-change-england, year: 2026/27, experience_years: 3}}
  on_costs: {{rate: 25%}}
  uplift: {{rate: 0%}}
  supply: {{{HERE}'5': {{2026/27: 10, 2027/28: 30}}}}
rollout: {{site: team, reason: made up, operating_at_start: 2, starting: {{2026/27: 2, 2027/28: 3}}}}
"""


def test_the_supply_of_a_grade_limits_a_rollout(tmp_path: Path) -> None:
    workforce = TEAM.replace(HERE, "")
    found = costed(tmp_path, "clerks: {posts: 5}", workforce=workforce, enough="grade_5_supply: 21")
    assert found.run().by_year("grade_5_posts") == [12, 21]
    (check,) = found.run().checks
    assert check.says.endswith("not from 2026/27")
    assert [check.holds for check in found.run("enough").checks] == [True]


def test_a_supply_of_a_grade_that_the_team_has_not_is_refused(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "clerks: {posts: 5}", workforce=TEAM.replace(f"{HERE}'5'", "'6'"))
    assert "no role of the team has the grade '6'" in said
    assert "Grades of the team are 5, 7." in said
