"""The register of evidence: every source is there, every figure says what it rests on, and a late review shows."""

import re
from pathlib import Path

import pytest
import yaml
from evidence_helpers import HUBS, copy_of_all, proposals_in
from helpers import HERE, SHIPPED, TEAMS, copy_of_teams, costmodel_cli, edit, write, write_proposal

import costmodel
from costmodel.assumptions.evidence import read_evidence
from costmodel.assumptions.kinds import GRADES
from costmodel.errors import Mistakes

CLAIMS, FINDINGS = SHIPPED / "evidence" / "claims.yaml", SHIPPED / "evidence" / "findings.yaml"


def sources() -> dict[str, dict[str, str]]:
    text = (SHIPPED / "evidence" / "sources.yaml").read_text("utf-8")
    read: dict[str, dict[str, str]] = yaml.load(text, yaml.BaseLoader)["sources"]
    return read


# What ships


def test_every_source_has_a_title_an_author_and_how_it_was_read() -> None:
    lacking = {
        name: entry
        for name, entry in sources().items()
        if not entry.get("title") or not (entry.get("publisher") or entry.get("authors"))
    }
    assert lacking == {}
    assert {entry.get("read") for entry in sources().values()} <= {"read", "secondary", "recalled"}


def test_a_source_that_was_not_read_itself_says_where_it_was_read_or_what_is_not_known() -> None:
    silent = [name for name, entry in sources().items() if entry["read"] == "recalled" and not entry.get("note")]
    assert silent == []


def test_every_assumption_of_every_scenario_has_a_source_in_the_register_or_a_reason() -> None:
    known = set(sources())
    for name in proposals_in(SHIPPED):
        for assumption in costmodel.load(name, SHIPPED).costing.assumptions.values():
            for ground in assumption.grounds:
                assert ground.source in known or ground.reason, f"{name}: {assumption.name}"


def test_the_only_figures_without_a_source_are_recalled_or_counted_and_are_graded_so() -> None:
    figures = yaml.load(CLAIMS.read_text("utf-8"), yaml.BaseLoader)["figures"]
    unsourced = {name: entry["grade"] for name, entry in figures.items() if "source" not in entry}
    assert set(unsourced.values()) <= {"judgement", "derived"}
    recalled = {name for name, entry in figures.items() if "ecalled" in entry.get("note", "")}
    assert {figures[name]["grade"] for name in recalled} == {"judgement"}
    assert recalled >= {"uk_births_2012", "uk_births_2021", "england_births_2021", "england_births_2023"}


def test_claims_are_in_our_own_words_and_short() -> None:
    claims = yaml.load(CLAIMS.read_text("utf-8"), yaml.BaseLoader)["claims"]
    assert [key for key, claim in claims.items() if len(claim["says"].split()) > 16] == []
    assert [key for key, claim in claims.items() if "where" not in claim] == []
    assert [key for key, claim in claims.items() if re.search("[“”]", claim["says"])] == []


# The page


def test_the_page_lists_every_source_with_what_rests_on_it(tmp_path: Path) -> None:
    ran = costmodel_cli("run", "--assumptions", SHIPPED, "--outputs", tmp_path, "--scenario", "base")
    assert ran.code == 0, ran.err
    assert not (tmp_path / "evidence.md").exists()  # a part of the outputs does not stand for all
    page = page_of(SHIPPED)
    for name, entry in sources().items():
        row = next(row for row in page.splitlines() if row.startswith(f"| `{name}` |"))
        assert entry["title"] in row
        assert f" {entry['read']} " in row
        assert f"Id `{name}`, {entry['read']}." in page
        for key in ("address", "note"):
            assert " ".join(entry.get(key, "").split()) in page
    teams = section(page, "pif-spending-review-2021")
    assert re.search(r"parent-infant-teams-2021: .*`people_per_team`.*`on_cost_rate`", teams)
    assert "`babies_seen_per_team`" in teams
    assert "Printed figures held against the model: 92" in teams  # 59 claims, and 33 cells of the table
    births = section(page, "ons-births-2023")
    assert "Ledger of claims: `england_births_2023`" in births
    assert "Nothing rests on it." in section(page, "nhs-afc-handbook-annex-9")


def page_of(root: Path) -> str:
    from costmodel.analysis.loading import ledger_for, load_all
    from costmodel.pages.evidence_page import evidence_page

    costings = load_all((), root)
    ledger = ledger_for(costings, root)
    assert ledger is not None
    return evidence_page(costings, ledger)


def section(page: str, source: str) -> str:
    return page.partition(f"Id `{source}`")[2].partition("\n### ")[0]


def test_an_assumption_that_rests_on_a_source_in_some_scenarios_alone_says_which() -> None:
    page = page_of(SHIPPED)
    later = section(page, "pif-who-is-holding-the-baby-2025")
    assert re.search(r"family-hubs-2025: `babies_seen_per_team` \(teams-only-high, teams-only\)", later)
    assert "| parent-infant-teams-2021: teams_starting (slower-rollout) | Scenario slower-rollout:" in page


def test_values_that_an_assumption_had_before_are_listed_with_their_dates(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(
        root / TEAMS / "proposal.yaml",
        "value: 56,550,000\n",
        "value: 56,550,000\n    history: {2020-06-30: 56,287,000, 2021/22: '56,500,000'}\n",
    )
    page = page_of(root)
    assert "| parent-infant-teams-2021: population_england | 56,500,000 (2021/22), 56,287,000 (2020-06-30) |" in page
    assert "whose value has changed" not in page_of(SHIPPED)


def test_grades_are_counted_over_the_base_scenarios() -> None:
    found = re.search(r"by grade: (.*)\.", page_of(SHIPPED))
    assert found
    counts = {grade: int(count) for count, grade in (part.split() for part in found[1].split(", "))}
    held = [
        assumption.grounds[0].grade
        for name in proposals_in(SHIPPED)
        for assumption in costmodel.load(name, SHIPPED).costing.assumptions.values()
    ]
    assert counts == {str(grade): held.count(grade) for grade in GRADES}


# What is wrong in a register, a ledger or an assumption's own notes


def refused(root: Path, *command: object) -> str:
    """What a command says when it refuses the input; it writes nothing."""
    ran = costmodel_cli(*command, "--assumptions", root)
    assert ran.code == 2, ran.out + ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    return ran.err


FIRST = """    unit: £
    formula: total_spending_review
    proposal: parent-infant-teams-2021
    rounds_to: £1 million

  C002:
"""
"""The end of the first claim of the ledger."""
RECALLED = "    source: ons-births-2023\n    grade: "

WRONG = [
    (f"{TEAMS}/proposal.yaml", "source: ons-mid-2021-population", f"source: {HERE}ons-mid-2020-population",
     "assumptions.population_england.source: there is no source 'ons-mid-2020-population' in the register",
     "ons-mid-2021-population"),
    (f"{TEAMS}/published.yaml", "source: pif-spending-review-2021", f"source: {HERE}pif-spending-review-2012",
     "published.submission.source: there is no source 'pif-spending-review-2012' in the register",
     "pif-spending-review-2021"),
    ("evidence/claims.yaml", "pif-spending-review-2021\n    where: line 7\n",
     f"{HERE}pif-spending-review-2012\n    where: line 7\n",
     "claims.C001.source: there is no source 'pif-spending-review-2012' in the register", "pif-spending-review-2021"),
    ("evidence/claims.yaml", "source: bauer-2014\n", f"source: {HERE}bauer-2041\n",
     "figures.perinatal_cost_per_birth.source: there is no source 'bauer-2041' in the register", "bauer-2014"),
    ("evidence/claims.yaml", "formula: cost_least_sensitive / cost_most_sensitive",
     f"formula: {HERE}cost_least_sensitive / cost_most_sensitiv",
     "claims.C005.formula: the formula uses 'cost_most_sensitiv', and nothing has that name", "cost_most_sensitive"),
    ("evidence/claims.yaml", "- teams_supervising / teams_surveyed", f"- {HERE}teams_supervised / teams_surveyed",
     "claims.C231.formula: the formula uses 'teams_supervised', and nothing has that name", "teams_supervising"),
    ("evidence/claims.yaml", "formula: cost_least_sensitive / cost_most_sensitive",
     f"formula: {HERE}cost_least_sensitive / 1619",
     "claims.C005.formula: the number 1619 stands in a formula", ""),
    ("evidence/claims.yaml", "  C002:\n", f"  {HERE}C001:\n", "C001: the key 'C001' stands twice", ""),
    ("evidence/claims.yaml", FIRST, FIRST.replace("parent-infant-teams-2021", f"{HERE}parent-infant-teams-2012"),
     "claims.C001.proposal: there is no proposal 'parent-infant-teams-2012'", "parent-infant-teams-2021"),
    ("evidence/claims.yaml", FIRST, FIRST.replace("    rounds_to", f"    scenario: {HERE}realistc\n    rounds_to"),
     "claims.C001.scenario: there is no scenario 'realistc' in parent-infant-teams-2021", "realistic"),
    ("evidence/claims.yaml", "printed: '2025'\n", f"printed: '2025'\n    {HERE}fromula: teams_needed_2021\n",
     "claims.C002.fromula: there is no key 'fromula' here", "formula"),
    ("evidence/claims.yaml", "printed: 13\n    unit: ratio\n", f"printed: {HERE}thirteen\n    unit: ratio\n",
     "claims.C005.printed: 'thirteen' is not a number", ""),
    ("evidence/claims.yaml", "printed: [95%, 98%, 98%]", "printed: [95%, 98%]",
     "claims.C231.formula: 2 figures are printed, and the formula yields 3", ""),
    ("evidence/claims.yaml", "value: 812,970\n", "by_year: {2012/13: '812,970'}\n",
     "figures.uk_births_2012: a figure of the ledger is one value", ""),
    ("evidence/claims.yaml", f"{RECALLED}judgement", f"{RECALLED}published",
     "figures.england_births_2023: a recalled value is graded published", ""),
    ("evidence/claims.yaml", "finding: I27\n", f"finding: {HERE}I72\n",
     "claims.C005.finding: there is no finding 'I72'", ""),
    ("evidence/claims.yaml", "    not_derivable: No derivation is published; the research",
     f"    formula: perinatal_cost\n    {HERE}not_derivable: No derivation is published; the research",
     "claims.C087.not_derivable: the claim has not_derivable, and a formula", ""),
    ("evidence/findings.yaml", "cost_of_each_birth: perinatal_cost / uk_births_2012",
     f"cost_of_each_birth: {HERE}perinatal_cost / uk_births_2021s",
     "findings.I14.size: the formula uses 'uk_births_2021s', and nothing has that name", "uk_births_2021"),
    ("evidence/findings.yaml", "claims: [C085]", f"claims: [{HERE}C885]",
     "findings.I14.claims: there is no claim 'C885'", "C085"),
    ("evidence/findings.yaml", "      times_as_many: ratio\n", f"      {HERE}times_as_much: ratio\n",
     "findings.I02.unit: there is no size 'times_as_much'", "times_as_many"),
    ("evidence/findings.yaml", "pension-in-full}\n      with_central_pension_2026_27",
     f"{HERE}pension-in-ful}}\n      with_central_pension_2026_27",
     "findings.I20.size.with_central_pension_2020_21.scenario: there is no scenario 'pension-in-ful'",
     "pension-in-full"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "says", "meant"), WRONG, ids=[says[:50] for *_, says, _ in WRONG])
def test_what_is_not_in_the_register_or_the_ledger_is_said_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, says: str, meant: str
) -> None:
    root = copy_of_all(tmp_path)
    place = edit(root / file, old, new)
    said = refused(root, "reconcile", "--outputs", tmp_path / "outputs")
    where, _, message = said.partition(": ")
    assert re.search(rf"{file}:\d+:\d+$", where)
    assert where.endswith(f":{place}") or not place
    assert message.startswith(says)
    assert f"\n  Did you mean {meant}?" in message or not meant
    assert "1 mistake. Nothing was written." in said
    assert not (tmp_path / "outputs").exists()


TABLE = "published.submission"
WRONG_TABLES = [
    ("teams_operating: [40", f"teams_operatin: {HERE}[40", f"{TABLE}.rows.teams_operatin: there is no line "),
    ("[40, 80, 135, 202]", f"{HERE}[40, 80, 135]", f"{TABLE}.rows.teams_operating: 3 figures are printed for 4 years"),
    ("years: [2022/23,", f"years: [{HERE}2021/22,", f"{TABLE}.years: the year 2021/22 is not in the proposal"),
    ("2023/24, 2024/25", f"2023/24, {HERE}2023/24", f"{TABLE}.years: the year 2023/24 stands twice"),
    ("total_spending_review: '87", f"total: {HERE}'87", f"{TABLE}.values.total: 'total' has a figure for each year"),
    ("- team_salaries\n", f"- {HERE}team_salarys\n", f"{TABLE}.solve_for: there is no line 'team_salarys'"),
    ("rounds_to: £1", f"rounds_to: {HERE}£0", f"{TABLE}.rounds_to: figures are rounded to more than nothing"),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG_TABLES)
def test_a_printed_table_that_cannot_be_held_against_the_model_is_refused_by_every_command(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    folder = copy_of_teams(tmp_path)
    place = edit(folder / "published.yaml", old, new)
    root = tmp_path / "assumptions"
    for command in (("check", TEAMS), ("solve", TEAMS), ("reconcile",), ("show", TEAMS)):
        assert f"published.yaml:{place}: {says}" in refused(root, *command)


def test_everything_that_is_wrong_in_a_ledger_is_said_at_once(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / "evidence" / "claims.yaml", "    finding: I27\n", "    finding: I72\n")
    edit(root / "evidence" / "claims.yaml", "    source: bauer-2014\n", "    source: bauer-2041\n")
    edit(root / "evidence" / "findings.yaml", "claims: [C085]", "claims: [C885]")
    said = refused(root, "reconcile")
    places = [line.split(": ")[1] for line in said.splitlines() if ".yaml:" in line]
    assert places == ["figures.perinatal_cost_per_birth.source", "claims.C005.finding", "findings.I14.claims"]
    assert "3 mistakes. Nothing was written." in said


def test_a_claim_that_divides_by_a_figure_of_zero_is_said_where_it_stands(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / "evidence" / "claims.yaml", "value: £1,619", "value: £0")
    said = refused(root, "reconcile")
    assert "claims.C005.formula: " in said
    assert "divides by zero: cost by age 12, most sensitively parented quarter is 0" in said


# Notes of an assumption: dates, what it depends on, and reviews


SMALL = """
proposal: {title: A small proposal, years: 2026/27, MORE}
assumptions:
  places: {label: Places, value: 10, unit: places, source: pif-400-teams-2023, NOTES}
  cost: {label: Cost of a place, value: £100, unit: £ per place, reason: A guess.}
lines:
  total: {label: Total, unit: £, formula: places * cost}
tables:
  t: {title: T, rows: [total]}
"""


def small(folder: Path, notes: str, more: str = "prices: cash") -> Path:
    text = SMALL.replace("MORE", more).replace("NOTES", notes)
    return write_proposal(folder, {"small/proposal.yaml": text})


@pytest.mark.parametrize(
    ("notes", "says"),
    [
        ("review_by: 2026-13-01", "assumptions.places.review_by: '2026-13-01' is not a date: write 2026-04-01"),
        ("review_by: next year", "assumptions.places.review_by: 'next year' is not a date"),
        ("review_by: 01/04/2026", "assumptions.places.review_by: '01/04/2026' is not a date"),
        ("last_review: 2026-02-30", "assumptions.places.last_review: '2026-02-30' is not a date"),
        ("history: {yesterday: 9}", "assumptions.places: 'yesterday' is not a date: write 2026-04-01"),
        ("history: {2026-04-01: nine}", "assumptions.places.history.2026-04-01: 'nine' is not a number"),
        ("quality: purple", "assumptions.places.quality: 'purple' is not one of: red, amber or green"),
        ("depends_on: [cots]", "assumptions.places.depends_on: it depends on 'cots', and nothing has that name"),
        ("depends_on: [cots]", "  Did you mean cost?"),
        ("review_bye: 2026-04-01", "assumptions.places.review_bye: there is no key 'review_bye' here"),
        ("review_bye: 2026-04-01", "  Did you mean review_by?"),
        ("grade: publishd", "assumptions.places.grade: 'publishd' is not one of: published, derived, calibrated, "),
    ],
)
def test_a_note_that_cannot_be_read_is_said_where_it_stands(tmp_path: Path, notes: str, says: str) -> None:
    said = refused(small(tmp_path, notes), "check")
    assert re.search(r"small/proposal\.yaml:4:\d+: ", said)
    assert says in said


def test_notes_that_can_be_read_change_no_figure(tmp_path: Path) -> None:
    notes = (
        "history: {2025-04-01: 8, 2024/25: 7}, review_by: 2030-04-01, owner: Analysis, depends_on: [cost], "
        "likely_impact: Total scales with it, quality: amber, impact: high, links: ['https://example.org'], "
        "last_review: 2026-01-05, reviewed_by: A reviewer, external_review: Nobody yet"
    )
    root = small(tmp_path, notes)
    assert costmodel_cli("check", "--as-of", "2026-04-01", "--assumptions", root).err == ""
    assert costmodel.load("small", root).run("base").value("total") == 1_000


LATE = "review_by: 2026-03-31, owner: The analysts"
SAID = "the review of places was due by 2026-03-31\n  Look at it again, and set a new review_by. Ask The analysts."


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(
    ("status", "as_of", "code", "word"),
    [
        ("draft", "2026-03-31", 0, ""),
        ("draft", "2026-04-01", 0, "Note: "),
        ("final", "2026-03-31", 0, ""),
        ("final", "2026-04-01", 1, "Does not hold: "),
    ],
)
def test_a_review_that_is_late_is_a_note_and_fails_a_final_proposal(
    tmp_path: Path, command: str, status: str, as_of: str, code: int, word: str
) -> None:
    root = small(tmp_path, LATE, f"status: {status}")
    outputs = ("--outputs", tmp_path / "outputs") if command == "run" else ()
    ran = costmodel_cli(command, "--as-of", as_of, "--assumptions", root, *outputs)
    assert ran.code == code
    if word:
        assert ran.err.startswith(f"{word}") or f"\n{word}" in ran.err
        assert re.search(rf"{word}\S*small/proposal\.yaml:4:\d+: assumptions\.places: {re.escape(SAID)}", ran.err)
        assert ran.err.count("was due by") == 1
    else:
        assert "was due by" not in ran.err


def test_a_proposal_of_a_date_is_held_against_that_date_and_not_today(tmp_path: Path) -> None:
    before, after = "as_of: 2026-03-01, status: final", "as_of: 2026-05-01, status: final"
    assert costmodel_cli("check", "--assumptions", small(tmp_path / "a", LATE, before)).code == 0
    ran = costmodel_cli("check", "--assumptions", small(tmp_path / "b", LATE, after))
    assert ran.code == 1
    assert "Does not hold: " in ran.err
    assert ran.err.count("was due by") == 1
    assert costmodel_cli("check", "--as-of", "2026-03-01", "--assumptions", tmp_path / "b").code == 0


def test_without_a_date_a_review_is_held_against_today(tmp_path: Path) -> None:
    for day, late in (("2020-01-01", True), ("2999-01-01", False)):
        ran = costmodel_cli("check", "--assumptions", small(tmp_path / day, f"review_by: {day}"))
        assert ran.code == 0
        assert ("was due by" in ran.err) is late


def test_a_day_that_is_no_date_is_bad_usage(tmp_path: Path) -> None:
    ran = costmodel_cli("check", "--as-of", "yesterday", "--assumptions", small(tmp_path, LATE))
    assert ran.code == 2
    assert "Invalid value for '--as-of'" in ran.err


def test_a_source_that_stands_twice_in_the_register_is_said_with_both_places(tmp_path: Path) -> None:
    root = small(tmp_path, "grade: published")
    write(root / "evidence" / "sources.yaml", "sources:\n  pif-400-teams-2023: {title: One}\n")
    write(root / "evidence" / "more.yaml", "sources:\n  pif-400-teams-2023: {title: Two}\n")
    said = refused(root, "check")
    assert "sources.yaml:2:3: " in said
    assert "It stands first at" in said
    assert "more.yaml:2:3" in said


def test_how_a_source_was_read_is_one_of_three_words(tmp_path: Path) -> None:
    root = small(tmp_path, "grade: published")
    text = f"sources:\n  pif-400-teams-2023: {{title: One, read: {HERE}skimmed}}\n"
    place = write(root / "evidence" / "sources.yaml", text)
    says = "sources.pif-400-teams-2023.read: 'skimmed' is not one of: read, secondary or recalled"
    assert f"sources.yaml:{place}: {says}" in refused(root, "check")


def test_the_evidence_that_ships_is_read_without_a_mistake() -> None:
    mistakes = Mistakes()
    evidence = read_evidence(SHIPPED / "evidence", mistakes)
    assert mistakes.found == []
    assert {HUBS, TEAMS} <= set(proposals_in(SHIPPED))
    assert len(evidence.sources) >= 24
