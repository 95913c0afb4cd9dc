"""What documents print, held against the model: each claim has a verdict, and each finding a size worked out."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from evidence_helpers import HUBS, TEAM_COST, copy_of_all, shipped, shipped_ledger
from helpers import TEAMS, edit, write_proposal

from costmodel.analysis.ledger import Ledger
from costmodel.analysis.loading import load_ledger
from costmodel.analysis.verdicts import (
    BOUND,
    DIFFERS,
    EXACT,
    FACT,
    NOT_DERIVABLE,
    ROUNDS,
    VERDICTS,
    WITHIN,
    Verdict,
    verdict_on,
)
from costmodel.errors import BadInput
from costmodel.numbers import read_number


def half_up(value: float, decimals: int = 0) -> Decimal:
    """Round half away from zero on the 15 digits of a spreadsheet, by decimal arithmetic alone."""
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def claims_of(ledger: Ledger) -> dict[str, Verdict]:
    return {verdict.id: verdict for verdict in ledger.verdicts if "." not in verdict.id}


# What ships


def test_all_278_claims_stand_in_the_ledger_once_and_in_order_each_with_a_verdict() -> None:
    claims = [verdict for verdict in shipped_ledger().verdicts if "." not in verdict.id]
    assert [claim.id for claim in claims] == [f"C{number:03}" for number in range(1, 279)]
    assert [claim.id for claim in claims if claim.verdict not in VERDICTS] == []


def test_no_claim_is_other_than_the_ledger_says() -> None:
    assert [(verdict.id, verdict.verdict) for verdict in shipped_ledger().unexpected] == []


def test_a_claim_that_differs_or_cannot_be_derived_says_why() -> None:
    unsaid = [
        verdict.id
        for verdict in shipped_ledger().verdicts
        if verdict.verdict in (DIFFERS, NOT_DERIVABLE) and len(verdict.reason) < 20
    ]
    assert unsaid == []


def test_a_verdict_that_rests_on_a_figure_has_one_for_each_that_is_printed_and_a_grade() -> None:
    for verdict in shipped_ledger().verdicts:
        if verdict.verdict in (FACT, NOT_DERIVABLE):
            assert verdict.figures == (), verdict.id
        else:
            assert len(verdict.figures) == len(verdict.differences) > 0, verdict.id
            assert verdict.grade is not None, verdict.id


@pytest.mark.parametrize(
    ("claim", "verdict", "figure"),
    [
        ("C001", ROUNDS, 87_836_028.58),  # £88 million
        ("C005", ROUNDS, 21_763 / 1_619),  # 13 times
        ("C010", EXACT, 5.13),
        ("C013", EXACT, 202),
        ("C023", ROUNDS, 14_750 / 345_000),  # 4%
        ("C052", ROUNDS, 87_836_028.58),
        ("C057", ROUNDS, 16_065),  # £16,000 to the nearest thousand
        ("C067", DIFFERS, 59_600 / 150),  # at least 400
        ("C074", WITHIN, 59_600 / 150),  # about 400
        ("C085", ROUNDS, 812_970 * 10_000),  # £8.1 billion
        ("C086", BOUND, 16_130_000_000),  # more than £16 billion
        ("C108", EXACT, 756_000_000),
        ("C109", DIFFERS, 75),  # 78 councils
        ("C115", DIFFERS, 47),  # 50 trusts
        ("C199", BOUND, 56_000 / 150),  # up to 400
        ("C234", DIFFERS, 6.33),  # 7.33 posts
        ("C245", DIFFERS, 47 / 55),  # 85.4%
    ],
)
def test_a_claim_comes_to_what_a_person_works_out_by_hand(claim: str, verdict: str, figure: float) -> None:
    found = claims_of(shipped_ledger())[claim]
    assert found.verdict == verdict
    assert found.figures == pytest.approx((figure,), rel=1e-7)


def test_39_200_babies_are_said_to_have_no_derivation_and_survey_answers_are_plain_facts() -> None:
    claims = claims_of(shipped_ledger())
    assert claims["C089"].verdict == NOT_DERIVABLE
    assert "No derivation is published" in claims["C089"].reason
    assert claims["C006"].verdict == FACT


# Sizes of the findings, as a reviewer has them on one page: each to the digits that are given.
SIZES = {
    "I01": {
        "rows_over_total_2022_23": ("1", "£"),
        "rows_over_total_2023_24": ("1", "£"),
        "rows_over_total_2025_26": ("1", "£"),
        "three_year_total_over_years": ("1", "£"),
    },
    "I02": {
        "times_as_many": ("1.98", "ratio"),
        "teams_between": ("198", "teams"),
        "teams_by_babies": ("397.3", "teams"),
    },
    "I03": {"posts_not_listed": ("1.00", "WTE per team"), "posts_between_documents": ("2.20", "WTE per team")},
    "I04": {
        "teams_reconciled": ("49", "teams"),
        "survey_over_august_2023": ("1", "teams"),
        "report_over_inquiry": ("2", "teams"),
        "within_one_report": ("3", "teams"),
    },
    "I05": {
        "behind_13_to_19_per_cent": ("34734", "babies"),
        "behind_one_tenth_low": ("56356", "babies"),
        "behind_one_tenth_high": ("59595", "babies"),
        "behind_4_to_6_per_cent": ("104203", "babies"),
    },
    "I06": {"short_each_year": ("5040000", "£"), "short_over_three_years": ("15120000", "£")},
    "I07": {"highest_over_lowest": ("2.5", "ratio")},
    "I08": {
        "births_of_2021": ("59595", "babies"),
        "births_of_2023": ("56356", "babies"),
        "between_the_years": ("3239", "babies"),
        "between_the_rules": ("0", "babies"),
    },
    "I09": {
        "five_of_those_answering": ("11%", "share of trusts"),
        "seven_of_43": ("16%", "share of trusts"),
        "nine_of_those_answering": ("20%", "share of trusts"),
        "trusts_not_counted": ("3", "trusts"),
    },
    "I10": {"size": ("1", "teams")},
    "I11": {"rows_that_differ": ("8", "rows"), "teams_apart_in_all": ("14", "teams"), "teams_left_out": ("3", "teams")},
    "I12": {
        "highest_over_lowest": ("2", "ratio"),
        "teams_for_30000": ("200", "teams"),
        "teams_for_30300": ("202", "teams"),
        "teams_for_39200": ("261.3", "teams"),
        "teams_for_59600": ("397.3", "teams"),
        "teams_for_60000": ("400", "teams"),
    },
    "I13": {
        "two_english_years": ("59595", "babies"),
        "one_english_year": ("29797", "babies"),
        "one_uk_year": ("34734", "babies"),
    },
    "I14": {"cost_of_each_birth": ("9963", "£ per baby")},
    "I15": {
        "whole_line_doubled": ("73000000", "£"),
        "new_money": ("36500000", "£"),
        "share_of_programme": ("29.0%", "share of the programme"),
    },
    "I16": {
        "low_end": ("95.65", "babies per team"),
        "high_end": ("151.16", "babies per team"),
        "below_assumption_at_most": ("-36%", "share of the assumption"),
    },
    "I17": {"families_implied": ("46.97", "families"), "nearest_share": ("85.5%", "share of families")},
    "I18": {
        "ask_of_2025": ("1862.24", "£ per baby"),
        "table_of_2021": ("1742.53", "£ per baby"),
        "between_them": ("119.72", "£ per baby"),
    },
    "I19": {
        "short_for_each_team_2022_23": ("14009", "£ per team"),
        "short_as_share": ("6.7%", "share of salary"),
        "award_of_2021_22": ("3.0%", "rate a year"),
        "award_of_2022_23": ("3.6%", "rate a year"),
    },
    "I20": {
        "in_2020_21": ("25.6%", "share of salary"),
        "in_2022_23": ("26.2%", "share of salary"),
        "in_2025_26": ("28.3%", "share of salary"),
        "in_2026_27": ("28.4%", "share of salary"),
        "with_central_pension_2020_21": ("31.9%", "share of salary"),
        "with_central_pension_2026_27": ("37.8%", "share of salary"),
        "pension_over_on_costs": ("0.38%", "share points"),
        "short_2022_23": ("12.2%", "share points"),
    },
    "I21": {
        "printed_over_later_share": ("1.3%", "share points"),
        "earlier_share_over_printed": ("3.3%", "share points"),
    },
    "I22": {
        "share_of_target": ("4.28%", "share of target"),
        "share_without_first_teams": ("2.54%", "share of target"),
    },
    "I23": {
        "outside_the_ask": ("52798529", "£"),
        "half_year_not_paid": ("8447353", "£"),
        "team_years_paid_2024_25": ("168.5", "teams"),
    },
}


@pytest.mark.parametrize("finding", SIZES)
def test_a_finding_has_the_size_that_a_reviewer_has_on_one_page(finding: str) -> None:
    found = next(entry for entry in shipped_ledger().findings if entry.id == finding)
    shown = {}
    for size in found.sizes:
        figure = SIZES[finding][size.name][0]
        percent, decimals = figure.endswith("%"), len(figure.rstrip("%").partition(".")[2])
        rounded = half_up(size.value * (100 if percent else 1), decimals)
        shown[size.name] = (f"{rounded + 0:f}{'%' if percent else ''}", str(size.unit))
    assert shown == SIZES[finding]


def test_every_finding_is_there_and_asks_the_authors_something() -> None:
    findings = shipped_ledger().findings
    assert [finding.id for finding in findings] == [f"I{number:02}" for number in range(1, 29)]
    assert [finding.id for finding in findings if not finding.ask.endswith("?")] == []
    assert [finding.id for finding in findings if not finding.claims] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "moves"),
    [
        ("evidence/claims.yaml", "value: 812,970", "value: 822,970", {"I14"}),
        (f"{HUBS}/budget.yaml", "value: 78\n", "value: 79\n", {"I06"}),
        ("evidence/claims.yaml", "    value: 4,400\n", "    value: 4,500\n", {"I16"}),
        ("evidence/on-costs/nhs-employer.yaml", "{value: 14.53%, status: R}", "{value: 15.05%, status: R}", {"I20"}),
    ],
)
def test_a_size_is_worked_out_and_moves_with_what_it_rests_on(
    tmp_path: Path, file: str, old: str, new: str, moves: set[str]
) -> None:
    root = copy_of_all(tmp_path)
    edit(root / file, old, new)
    before = {finding.id: finding.sizes for finding in shipped_ledger().findings}
    after = {finding.id: finding.sizes for finding in load_ledger(root).findings}
    assert {key for key in before if before[key] != after[key]} == moves


# Printed tables

SUBMISSION = {
    "teams_operating": [40, 80, 135, 202],
    "labour_operating": [9_507_392, 19_585_227, 34_041_572, 52_464_367],
    "teams_starting": [40, 55, 67, 0],
    "labour_starting": [4_753_696, 6_732_422, 8_447_353, 0],
    "training": [443_100, 808_763, 1_016_505, 334_163],
    "development_programme": [500_000, 1_000_000, 1_000_000, 0],
    "total": [15_204_187, 28_126_411, 44_505_430, 52_798_529],
    "children": [8_000, 14_750, 23_600, 30_300],
}
YEARS = ["2022/23", "2023/24", "2024/25", "2025/26"]


def test_every_cell_of_the_table_of_2021_is_held_and_comes_out_to_the_pound() -> None:
    printed = {
        f"submission.{row}@{year}": cell
        for row in SUBMISSION
        for year, cell in zip(YEARS, SUBMISSION[row], strict=True)
    }
    printed["submission.total_spending_review"] = 87_836_029
    found = {v.id: v for v in shipped_ledger().verdicts if v.proposal == TEAMS and "." in v.id}
    assert {key: int(half_up(v.figures[0])) for key, v in found.items()} == printed
    assert {key: int(read_number(v.printed).value) for key, v in found.items()} == printed
    assert {v.verdict for v in found.values()} == {EXACT, ROUNDS}
    assert found["submission.training@2023/24"].figures == (808_762.5,)
    assert found["submission.training@2023/24"].verdict == ROUNDS


def test_every_figure_that_the_document_of_2025_prints_of_its_ask_is_held_and_is_exact() -> None:
    printed = {f"ask.programme_a_year@{year}": 252_000_000.0 for year in ("2026/27", "2027/28", "2028/29")}
    printed |= {f"ask.parent_infant_a_year@{year}": 73_000_000.0 for year in ("2026/27", "2027/28", "2028/29")}
    printed["ask.total_spending_review"] = 756_000_000.0
    found = {v.id: v for v in shipped_ledger().verdicts if v.proposal == HUBS and "." in v.id}
    assert {key: v.figures[0] for key, v in found.items()} == printed
    assert {v.verdict for v in found.values()} == {EXACT}


def test_one_team_costs_what_it_was_found_to_cost_at_the_pay_and_on_costs_of_each_year() -> None:
    base, in_full = shipped(TEAM_COST).run("base"), shipped(TEAM_COST).run("pension-in-full")
    salaries = [208_495, 214_753, 222_505, 233_628, 252_003, 261_075]
    cost = [261_828, 269_842, 280_896, 293_940, 317_584, 335_086]
    with_pension = [274_963, 283_371, 294_914, 308_658, 341_272, 359_627]
    on_costs = ["25.6", "25.7", "26.2", "25.8", "26.0", "28.3"]
    assert [int(half_up(value)) for value in base.by_year("team_salaries")[:6]] == salaries
    assert [int(half_up(value)) for value in base.by_year("team_cost")[:6]] == cost
    assert [int(half_up(value)) for value in in_full.by_year("team_cost")[:6]] == with_pension
    assert [f"{half_up(value * 100, 1)}" for value in base.by_year("on_cost_share")[:6]] == on_costs


def test_a_printed_cell_is_shown_as_it_is_printed_in_the_unit_of_its_line(tmp_path: Path) -> None:
    printed = """
published:
  t:
    title: A table
    source: report
    years: [2025/26, 2026/27]
    rows: {total: ['1,000', '£1,044.00'], share: [12.5%, 0.13]}
"""
    more = "  share: {label: Share, value: 12.5%, unit: share of clinics, source: report}\n"
    text = SMALL["clinic/proposal.yaml"].replace("assumptions:\n", f"assumptions:\n{more}")
    root = write_proposal(tmp_path, {**SMALL, "clinic/proposal.yaml": text, "clinic/published.yaml": printed})
    found = {verdict.id: (verdict.printed, verdict.verdict) for verdict in load_ledger(root).verdicts}
    assert found == {
        "t.total@2025/26": ("£1,000", EXACT),
        "t.total@2026/27": ("£1,044.00", EXACT),
        "t.share@2025/26": ("12.5%", EXACT),
        "t.share@2026/27": ("0.13", ROUNDS),
    }


# How a figure meets a printed one


@pytest.mark.parametrize(
    ("value", "printed", "rounds_to", "verdict"),
    [
        (808_763.0, "808,763", None, EXACT),
        (808_762.5, "808,763", None, ROUNDS),
        (808_762.499999, "808,763", None, DIFFERS),
        (808_763.499999, "808,763", None, ROUNDS),
        (808_763.5, "808,763", None, DIFFERS),
        (-2.5, "-3", None, ROUNDS),
        (-2.4, "-3", None, DIFFERS),
        (87_500_000.0, "£88 million", "£1 million", ROUNDS),
        (87_499_999.99, "£88 million", "£1 million", DIFFERS),
        (88_499_999.99, "£88 million", "£1 million", ROUNDS),
        (87_836_028.58, "£88 million", None, DIFFERS),  # without rounds_to, every pound counts
        (0.125, "13%", None, ROUNDS),
        (0.1249, "13%", None, DIFFERS),
        (0.2564, "25.6%", None, ROUNDS),
        (0.2564, "25.64%", None, EXACT),
        (1.005, "1.01", None, ROUNDS),  # on the digits that are shown, though the double is below
        (0.1 + 0.2, "0.3", None, EXACT),
        (397.33, "400", "100", ROUNDS),
        (349.99, "400", "100", DIFFERS),
        (16_065.0, "£16,000", "£1,000", ROUNDS),
        (16_200.0, "£16,400", "£1,000", DIFFERS),  # what is printed is no whole number of thousands
        (0.4, "0", None, ROUNDS),
        (0.0, "0", None, EXACT),
    ],
)
def test_a_figure_is_exact_or_rounds_half_up_to_the_last_digit_or_differs(
    value: float, printed: str, rounds_to: str | None, verdict: str
) -> None:
    assert verdict_on(value, read_number(printed), read_number(rounds_to) if rounds_to else None) == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(100, EXACT), (100.4, ROUNDS), (105, WITHIN), (95, WITHIN), (105.01, DIFFERS), (94.9, DIFFERS)],
)
def test_a_tolerance_is_a_share_of_the_printed_figure_on_either_side(value: float, verdict: str) -> None:
    assert verdict_on(value, read_number("100"), None, read_number("5%")) == verdict


SMALL = {
    "evidence/sources.yaml": "sources:\n  report: {title: A report}\n  memo: {title: Of memory, read: recalled}\n",
    "clinic/proposal.yaml": """
proposal: {title: A clinic, years: 2025/26 to 2026/27, source: report}
assumptions:
  clinics: {label: Clinics, value: 10, unit: clinics, source: report}
  cost:
    label: Cost of a clinic
    by_year: {2025/26: £100, 2026/27: £104.40}
    unit: £ per clinic
    source: report
    grade: derived
lines:
  total: {label: Total, unit: £, formula: clinics * cost}
""",
    "clinic/scenarios/more.yaml": "scenario: {title: More, reason: To see.}\nchanges: {clinics: 11}\n",
}


PRINTED = """
published:
  t:
    title: A table
    source: report
    years: [2025/26, 2026/27]
    rows: {total: ['1,000', '1,043']}
"""


def small(folder: Path, claims: str, findings: str = "", figures: str = "", **more: str) -> Ledger:
    """The ledger of a clinic, with these claims of the report."""
    lines = "".join(f"    {line}\n" for line in claims.strip().splitlines())
    files = {**SMALL, "evidence/claims.yaml": f"{figures}\nclaims:\n  C1:\n    says: It\n    source: report\n{lines}"}
    if findings:
        files["evidence/findings.yaml"] = findings
    return load_ledger(
        write_proposal(folder, {**files, **{f"clinic/{name}.yaml": text for name, text in more.items()}})
    )


@pytest.mark.parametrize(
    ("bound", "printed", "verdict"),
    [
        ("at least", 10, BOUND),
        ("at least", 11, DIFFERS),
        ("at most", 10, BOUND),
        ("at most", 9, DIFFERS),
        ("more than", 9, BOUND),
        ("more than", 10, DIFFERS),
        ("less than", 11, BOUND),
        ("less than", 10, DIFFERS),
    ],
)
def test_a_bound_holds_or_not_by_its_own_words(tmp_path: Path, bound: str, printed: int, verdict: str) -> None:
    ledger = small(tmp_path, f"printed: {printed}\nformula: clinics\nproposal: clinic\nbound: {bound}")
    assert ledger.verdicts[0].verdict == verdict
    assert ledger.verdicts[0].as_expected is (verdict == BOUND)


@pytest.mark.parametrize(
    ("claim", "verdict", "figures"),
    [
        ("printed: ['£1,000', '£1,044']\nformula: total", EXACT, (1_000, 1_044)),
        ("printed: ['£1,000', '£1,040']\nformula: total\nrounds_to: £10", ROUNDS, (1_000, 1_044)),
        ("printed: ['£1,000', '£1,040']\nformula: total\nwithin: 1%", WITHIN, (1_000, 1_044)),
        ("printed: ['£1,000', '£1,050']\nformula: total\nrounds_to: £10", DIFFERS, (1_000, 1_044)),
        ("printed: [10, £104]\nformula: [clinics, \"at(cost, '2026/27')\"]", ROUNDS, (10, 104.4)),
        ("printed: 11\nformula: clinics\nscenario: more", EXACT, (11,)),
        ("printed: £2,044\nformula: total(total)", EXACT, (2_044,)),
    ],
)
def test_a_list_is_met_figure_by_figure_and_has_the_weakest_verdict_of_them(
    tmp_path: Path, claim: str, verdict: str, figures: tuple[float, ...]
) -> None:
    found = small(tmp_path, f"{claim}\nproposal: clinic").verdicts[0]
    assert found.verdict == verdict
    assert found.figures == pytest.approx(figures, rel=1e-12)


def test_a_difference_is_the_models_figure_less_the_printed_one(tmp_path: Path) -> None:
    found = small(tmp_path, "printed: [11, 9]\nformula: [clinics, clinics]\nproposal: clinic\ndiffers: Of an age.")
    assert found.verdicts[0].differences == (-1, 1)
    assert found.verdicts[0].reason == "Of an age."


def test_a_claim_is_as_the_ledger_says_only_where_it_differs_and_is_said_to(tmp_path: Path) -> None:
    common = "formula: clinics\nproposal: clinic"
    said = small(tmp_path / "a", f"printed: 11\ndiffers: It is old.\n{common}").verdicts[0]
    unsaid = small(tmp_path / "b", f"printed: 11\n{common}").verdicts[0]
    wrongly = small(tmp_path / "c", f"printed: 10\ndiffers: It is old.\n{common}").verdicts[0]
    assert (said.verdict, said.as_expected) == (DIFFERS, True)
    assert (unsaid.verdict, unsaid.as_expected) == (DIFFERS, False)
    assert (wrongly.verdict, wrongly.as_expected) == (EXACT, False)
    assert unsaid.reason == "It should hold, and does not."
    assert wrongly.reason == "The ledger says that it differs, and it holds."


def test_a_claim_has_the_weakest_grade_of_what_its_formula_names(tmp_path: Path) -> None:
    figures = "figures:\n  guess: {value: 2, unit: ratio, reason: A guess., grade: illustrative}\n"
    claim = "printed: £4,088\nformula: total(total) * guess\nproposal: clinic"
    assert small(tmp_path / "a", claim, figures=figures).verdicts[0].grade == "illustrative"
    assert (
        small(tmp_path / "b", "printed: £2,044\nformula: total(total)\nproposal: clinic").verdicts[0].grade == "derived"
    )
    assert small(tmp_path / "c", "printed: 10\nformula: clinics\nproposal: clinic").verdicts[0].grade == "published"


def test_a_claim_without_a_formula_is_a_plain_fact_or_says_why_it_has_none(tmp_path: Path) -> None:
    assert small(tmp_path / "a", "printed: 11").verdicts[0].verdict == FACT
    assert small(tmp_path / "b", "printed: 11\nnot_derivable: No rule.").verdicts[0].verdict == NOT_DERIVABLE


def test_one_printed_cell_that_does_not_come_out_is_unexpected_and_says_by_how_much(tmp_path: Path) -> None:
    ledger = small(tmp_path, "printed: 1", published=PRINTED)
    assert [v.id for v in ledger.unexpected] == ["t.total@2026/27"]
    assert ledger.unexpected[0].differences == pytest.approx((1,))


def test_a_proposal_of_a_root_without_evidence_is_held_against_its_own_printed_table(tmp_path: Path) -> None:
    texts = {"clinic/proposal.yaml": SMALL["clinic/proposal.yaml"], "clinic/published.yaml": PRINTED}
    root = write_proposal(tmp_path, {name: text.replace("report", "bauer-2014") for name, text in texts.items()})
    found = {v.id: v.as_expected for v in load_ledger(root).verdicts}
    assert found["t.total@2026/27"] is False
    assert found["C001"] is True  # what ships is held beside it


# Parts of the ledger


def test_the_ledger_narrows_to_a_source_a_claim_a_cell_or_a_finding_with_the_claims_it_lists() -> None:
    whole = shipped_ledger()
    assert {v.source for v in whole.only(source="pif-400-teams-2023").verdicts} == {"pif-400-teams-2023"}
    assert len(whole.only(source="pif-400-teams-2023").verdicts) == 19
    assert [v.id for v in whole.only(ids=["C013"]).verdicts] == ["C013"]
    assert [v.id for v in whole.only(ids=["submission.total@2023/24"]).verdicts] == ["submission.total@2023/24"]
    two = whole.only(ids=["I02"])
    listed = next(f.claims for f in whole.findings if f.id == "I02")
    assert [v.id for v in two.verdicts] == sorted(listed)
    assert "I02" in [f.id for f in two.findings]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("C279", "Claims run from C001 to C278, and findings from I01 to I28."),
        ("c013", "Did you mean C013?"),
        ("submission.totl@2023/24", "Did you mean submission.total@2023/24?"),
    ],
)
def test_an_id_that_is_not_there_is_an_error_that_suggests_the_nearest(key: str, hint: str) -> None:
    with pytest.raises(BadInput, match=f"there is no claim or finding '{key}'") as bad:
        shipped_ledger().only(ids=[key])
    assert hint in str(bad.value)


def test_a_source_that_prints_nothing_here_is_an_error_that_suggests_the_nearest() -> None:
    with pytest.raises(BadInput, match="Did you mean pif-400-teams-2023"):
        shipped_ledger().only(source="pif-400-teams-2024")
