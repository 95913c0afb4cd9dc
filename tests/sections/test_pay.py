"""A role takes a grade of any pay scale, or a salary as it is stated; national insurance counts people."""

import shutil
from pathlib import Path

import pytest
from helpers import HERE, SHIPPED, costmodel_cli, write

import costmodel
from costmodel.analysis.results import Costed
from costmodel.errors import BadInput

SCHOOLS = """
pay_scale:
  name: schools
  year: 2025/26
  title: Teachers
  unit: £ a year, full time
  source: made-up
  areas:
    england: {grades}
    inner_london: {london}
""".format(
    grades="{M1: {pay: '£32,916', status: V}, M6: {pay: '£45,352', status: V}}",
    london="{M1: {pay: '£40,317', status: D}, M6: [{pay: '£52,300', status: R}]}",
)
COUNCIL = """
pay_scale:
  name: council
  year: 2025/26
  title: Council
  unit: £ a year, full time
  source: made-up
  grades: {'12': {pay: '£28,598', status: D}, '23': {pay: '£34,434', status: D}}
"""
SOURCE = "sources: {made-up: {title: Made up, read: read}}\n"
PAY = "{scale: agenda-for-change-england, year: 2025/26, experience_years: 3}"
BAND_5 = 33_487


def costed(
    folder: Path, team: str, *, pay: str = PAY, more: str = "", basis: str = "reason: made up", **changes: str
) -> Costed:
    """A team over 2025/26 and 2026/27, whose on-costs are a quarter, beside evidence with scales of its own."""
    root = folder / "assumptions"
    if not (root / "evidence").exists():
        shutil.copytree(SHIPPED / "evidence", root / "evidence")
        for name, text in {"made-up": SOURCE, "schools": SCHOOLS, "council": COUNCIL}.items():
            write(root / "evidence" / f"{name}.yaml", text)
    rows = "".join(f"    - {row}\n" for row in team.strip().splitlines())
    text = f"""proposal: {{title: T, years: 2025/26 to 2026/27}}
workforce:
  {basis}
  team:
{rows}  pay: {pay}
  on_costs: {{rate: 25%}}
  uplift: {{rate: 3%}}
{more}tables: {{t: {{title: T, rows: [team_salaries]}}}}
"""
    write(root / "team" / "proposal.yaml", text)
    for name, change in changes.items():
        write(
            root / "team" / "scenarios" / f"{name}.yaml", f"scenario: {{title: T, reason: R.}}\nchanges:\n  {change}\n"
        )
    return costmodel.load("team", root)


def refused(folder: Path, team: str, **more: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        costed(folder, team, **more)
    return [str(mistake) for mistake in caught.value.mistakes]


MIXED = """{role: Nurse, band: 5, wte: 2}
{role: Teacher, grade: M6, scale: schools, area: inner_london, wte: 0.5}
{role: Worker, grade: 23, scale: council, wte: 3}
{role: Manager, salary: '£48,200', wte: 1}"""


def test_one_team_may_be_paid_by_several_scales_and_by_a_stated_salary(tmp_path: Path) -> None:
    found = costed(tmp_path, MIXED)
    run = found.run()
    salaries = [BAND_5, 52_300, 34_434, 48_200]
    assert [list(row) for row in run.cells("team.salary")] == [pytest.approx([pay, pay * 1.03]) for pay in salaries]
    first = 2 * BAND_5 + 0.5 * 52_300 + 3 * 34_434 + 48_200
    assert run.by_year("team_salaries") == pytest.approx([first, first * 1.03])
    assert run.by_year("team_cost") == pytest.approx([first * 1.25, first * 1.03 * 1.25])


def test_each_pay_point_says_its_own_scale_and_source(tmp_path: Path) -> None:
    found = costed(tmp_path, MIXED)
    assert found.costing.model.pay is not None
    by_band = {point.band: point for point in found.costing.model.pay.points}
    assert (by_band["23 in council"].scale, by_band["23 in council"].source) == ("council", "made-up")
    assert by_band["M6 in schools, inner_london"].pay == 52_300
    assert "M6 in schools, england" not in by_band
    assert found.costing.model.pay.scales == ["agenda-for-change-england", "schools", "council"]
    assert found.run().grading["team.salary"].grade == "judgement"  # M6 in London is recalled


def test_a_stated_salary_is_an_input_that_a_scenario_changes(tmp_path: Path) -> None:
    changes = {"path": "workforce.team[4].salary: £50,000", "id": "team.stated_salary[4]: £50,000"}
    found = costed(tmp_path, MIXED, **changes)
    for scenario in changes:
        assert found.run(scenario).cells("team.salary")[3, 0] == 50_000
    assert found.run().cells("team.salary")[3, 0] == 48_200
    assert list(found.run().cells("team.stated_salary")[:, 0]) == [0, 0, 0, 48_200]


def test_a_scenario_may_pay_a_role_by_another_scale_or_salary(tmp_path: Path) -> None:
    row = "workforce.team: [{role: Nurse, %s, wte: 2}]"
    changes = {"typed": row % "salary: '£40,000'", "council": row % "grade: '12', scale: council"}
    found = costed(tmp_path, "{role: Nurse, band: 5, wte: 2}", **changes)
    pay = {"base": BAND_5, "typed": 40_000, "council": 28_598}
    for scenario, salary in pay.items():
        assert found.run(scenario).by_year("team_salaries") == pytest.approx([2 * salary, 2 * salary * 1.03]), scenario


def test_a_team_of_stated_salaries_needs_no_scale(tmp_path: Path) -> None:
    found = costed(tmp_path, "{role: Worker, salary: £36,800, wte: 12}", pay="{year: 2024/25}")
    assert found.run().by_year("team_salaries") == pytest.approx([12 * 36_800 * 1.03, 12 * 36_800 * 1.03**2])
    assert found.costing.model.pay is None


def test_grades_without_steps_need_no_years_of_experience(tmp_path: Path) -> None:
    found = costed(tmp_path, "{role: Worker, grade: '12', wte: 1}", pay="{scale: council, year: 2025/26}")
    assert found.run().by_year("team_salaries") == pytest.approx([28_598, 28_598 * 1.03])


def test_the_area_may_be_that_of_the_whole_team(tmp_path: Path) -> None:
    team = "{role: A, grade: M1, wte: 1}\n{role: B, grade: M1, area: england, wte: 1}"
    found = costed(tmp_path, team, pay="{scale: schools, area: inner_london, year: 2025/26}")
    assert [row[0] for row in found.run().cells("team.salary")] == [40_317, 32_916]


def test_the_grade_of_evidence_of_a_role_is_still_its_grade(tmp_path: Path) -> None:
    found = costed(tmp_path, "{role: A, band: 5, wte: 1, grade: calibrated, reason: R.}")
    assert found.costing.assumptions["team.wte"].grounds[0].grade == "calibrated"


@pytest.mark.parametrize(
    ("team", "pay", "says"),
    [
        (f"{{role: A, salary: {HERE}£36,800, wte: 1}}", PAY, "a typed salary has neither a source nor a reason"),
        (f"{HERE}{{role: A, band: 5, salary: £30,000, wte: 1}}", PAY, "a grade of a pay scale (band), or a salary"),
        (f"{HERE}{{role: A, wte: 1}}", PAY, "a grade of a pay scale (band), or a salary"),
        (f"{HERE}{{role: A, band: 5, grade: M1, wte: 1}}", PAY, "band and grade are two names of one thing"),
        (
            f"{{role: A, grade: {HERE}M2, scale: schools, area: england, wte: 1}}",
            PAY,
            "no grade 'M2' in schools 2025/26",
        ),
        (f"{{role: A, grade: M1, scale: {HERE}school, wte: 1}}", PAY, "Did you mean schools?"),
        (f"{{role: A, grade: M1, scale: {HERE}schools, wte: 1}}", PAY, "Areas are england, inner_london."),
        (f"{{role: A, grade: 12, scale: {HERE}council, area: leeds, wte: 1}}", PAY, "It has no areas."),
        (
            "{role: A, grade: 12, scale: council, wte: 1}",
            HERE + "{year: 2024/25}",
            "there is no year 2024/25 in council",
        ),
        ("{role: A, band: 5, wte: 1}", "{scale: agenda-for-change-england, year: 2025/26}", "'5' pays by them"),
        ("{role: A, salary: £1, wte: 1, reason: R.}", HERE + "{scale: council}", "the year of the salaries is missing"),
        (f"{{role: A, reason: R., salary: {HERE}0, wte: 1}}", PAY, "0 is not a salary"),
        (f"{{role: A, reason: R., salary: {HERE}{{2025/26: 1, 2026/27: 2}}, wte: 1}}", PAY, "a salary is one number"),
        (f"{{role: A, band: 5, wte: 1, shared_by: {HERE}0.5}}", PAY, "shared by 1 team or more"),
        (f"{HERE}{{role: A, band: 5, wte: 1, headcount: 1, shared_by: 2}}", PAY, "both say how many people"),
    ],
)
def test_what_pays_nobody_is_refused_where_it_stands(team: str, pay: str, says: str, tmp_path: Path) -> None:
    (said,) = refused(tmp_path, team.replace(HERE, ""), pay=pay.replace(HERE, ""), basis="where: nowhere")
    assert says in said
    if HERE in team:
        assert f"proposal.yaml:5:{7 + team.index(HERE)}: " in said


def test_a_stated_salary_follows_no_awards(tmp_path: Path) -> None:
    change = "workforce.uplift: {follow: published-awards}"
    said = refused(tmp_path, "{role: A, salary: £36,800, wte: 1}", follows=change)
    assert "a salary that is typed follows no published awards" in said[0]


# People


def insurance(people: float, wte: float, salary: float) -> float:
    return 0.15 * max(wte * salary - people * 5_000, 0)


@pytest.mark.parametrize(
    ("role", "wte", "people"),
    [
        ("wte: 3", 3, 3),
        ("wte: 2.5", 2.5, 3),
        ("wte: 2.5, headcount: 4", 2.5, 4),
        ("wte: 0.33, shared_by: 3", 0.33, 1 / 3),
        ("wte: 0.5, shared_by: 2", 0.5, 0.5),
        ("wte: 0.5, shared_by: 3", 0.5, 2 / 3),
    ],
)
def test_national_insurance_has_a_threshold_for_each_person(
    role: str, wte: float, people: float, tmp_path: Path
) -> None:
    change = "workforce.on_costs: {rule: nhs-employer, year: 2025/26}"
    run = costed(tmp_path, f"{{role: Nurse, band: 5, {role}}}", rule=change).run("rule")
    assert run.cells("team.headcount")[0, 0] == pytest.approx(people)
    assert run.by_year("team_national_insurance")[0] == pytest.approx(insurance(people, wte, BAND_5))


def test_people_that_are_shared_can_be_changed_by_their_id(tmp_path: Path) -> None:
    team = "{role: Lead, band: 5, wte: 0.33, shared_by: 3}"
    found = costed(tmp_path, team, alone="team.headcount[1]: 1", two="workforce.team[1].shared_by: 2")
    people = {scenario: found.run(scenario).cells("team.headcount")[0, 0] for scenario in found.scenarios}
    assert people == {"base": pytest.approx(1 / 3), "alone": 1, "two": 0.5}


@pytest.mark.parametrize(
    ("role", "noted"),
    [
        ("wte: 2.1", True),
        ("wte: 2.2", False),
        ("wte: 2.1, headcount: 3", False),
        ("wte: 0.1", False),
        ("wte: 2", False),
    ],
)
def test_hours_that_would_fall_below_the_threshold_are_said(role: str, noted: bool, tmp_path: Path) -> None:
    change = "workforce.on_costs: {rule: nhs-employer, year: 2025/26}"
    found = costed(tmp_path, f"{{role: Nurse, band: 5, {role}}}", rule=change)
    said = [str(caution) for caution in found.costing.cautions if "people of equal hours" in str(caution)]
    assert bool(said) == noted


def test_fewer_people_than_posts_are_said(tmp_path: Path) -> None:
    team = "{role: A, band: 5, wte: 3, headcount: 2}"
    (said,) = costed(tmp_path, team, mended="team.headcount[1]: 3", other="pay_uplift_rate: 2%").costing.cautions[:1]
    assert "proposal.yaml:5:45: team[1].headcount: 2 people cannot fill 3 whole-time posts" in str(said)
    assert said.scenario == "base"


def test_the_whole_job_works_on_a_mixed_team(empty_folder: Path) -> None:
    costed(empty_folder, MIXED, typed="team.stated_salary[4]: £50,000")
    ran = costmodel_cli("run", "team", "--scenario", "base")
    assert ran.code == 0, ran.err
    assert costmodel_cli("explain", "team", "team.salary[2]@2025/26").out.count("schools, status R")
