"""The audit finds each planted fault, names its cell, and reports nothing else."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from audit_helpers import FAULTS, OUR_FAULTS, Foreign, Found, Ours, audited, failures, plant, plant_on_ours
from helpers import PROPOSALS, SHIPPED

from costmodel.analysis.loading import load_proposal
from costmodel.audit.report import audit
from costmodel.audit.rule import RULES, Audit
from costmodel.pages.brief import Briefs
from costmodel.workbook.write import workbook_bytes


@pytest.fixture(scope="module")
def ours() -> Ours:
    """Without an appraisal: what is planted is seen against a report in which nearly all holds."""
    return Ours(workbook_bytes(load_proposal("free-school-meals", PROPOSALS).run("base")))


@pytest.fixture(scope="module")
def clean(ours: Ours, tmp_path_factory: pytest.TempPathFactory) -> Found:
    return failures(audited(tmp_path_factory.mktemp("clean"), ours.content))


@pytest.mark.parametrize("fault", OUR_FAULTS)
def test_a_fault_planted_in_our_workbook_is_found_and_nothing_else(
    ours: Ours, clean: Found, tmp_path: Path, fault: str
) -> None:
    content, expected = plant_on_ours(ours, fault)
    assert failures(audited(tmp_path, content)) - clean == expected


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return failures(audit(Foreign().write(tmp_path_factory.mktemp("plain"))))


FOLLOWS = {
    "an array formula": set(),
    "ranges of two sizes": {"W16", "W17"},  # it is an error once it is recalculated
    "a circle": {"W16", "W17"},  # what goes round in a circle has no value
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_a_foreign_workbook_is_found_and_nothing_else(
    plain: Found, tmp_path: Path, fault: str
) -> None:
    made, expected = plant(fault)
    found = failures(audit(made.write(tmp_path))) - plain
    assert {failure for failure in found if failure[0] not in FOLLOWS.get(fault, set())} == expected


# An appraisal, with all that can be wrong in one


APPRAISAL = """
Label|Id|Unit|Constant|2025/26|2026/27|2027/28|Type|Grade
Discount factor|discount_factor|index||0.9|0.8|0.7|Calculation|
Costs in cash|cost_cash|£||100|100|100|Calculation|
Present value of costs|pv_costs|£||=E6*E5|=F6*F5|=G6*G5|Calculation|
Net present value|net_present_value|£|=SUM($E7:$G7)|||||
Benefit-cost ratio|bcr|ratio|=D8*1.5|||||
Healthy life years|healthy_life_years|qalys||1|1|1|Calculation|
""".strip()
RESULTS = """
Label|Id|Unit|Constant
Total benefits|benefits|£|30
Fiscal benefits|fiscal_benefits|£|10
Social benefits|social_benefits|£|15
Distributional weighted net present value|weighted|£|12
""".strip()


def appraisal(folder: Path) -> Path:
    file = folder / "appraisal.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"comments": "Made by costmodel", "status": "final"})
        cover, inputs = book.add_worksheet("Cover"), book.add_worksheet("Inputs")
        cover.write_row(0, 0, ["An appraisal"])
        cover.write_row(2, 0, ["Status", "The status is final"])
        inputs.write_row("A4", ["Label", "Id", "Unit", "Constant", "2025/26", "2026/27", "2027/28", "Next review due"])
        inputs.write_row("A5", ["Placeholder price", "price", "£", 0, 1, 1, 1, "2026-01-31"])
        for name, text in (("Calculations", APPRAISAL), ("Results", RESULTS)):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.splitlines(), start=3):
                for column, word in enumerate(line.split("|")):
                    if word.startswith("="):
                        sheet.write_formula(row, column, word, None, 1)
                    elif word:
                        is_number = word.replace(".", "", 1).isdigit()
                        sheet.write(row, column, float(word) if is_number else word)
        book.get_worksheet_by_name("Results").write_formula("D9", "=Inputs!E5", None, 1)
        book.add_worksheet("Reconciliation").write_row("A1", ["Figure", "Value"])
        book.get_worksheet_by_name("Reconciliation").write_row("A2", ["Total", 1])
    (folder / "brief.md").write_text("It costs £99 million.\n", encoding="utf-8")
    return file


IN_APPRAISAL = {
    ("G01", "Calculations", "E5"),
    ("G02", "Calculations", "A10"),
    ("G03", "Calculations", "E7"),
    ("G04", "Calculations", "A9"),
    ("G05", "", ""),
    ("G06", "", ""),
    ("G07", "", ""),
    ("G08", "Results", "A8"),
    ("G09", "Results", "A5"),
    ("G10", "Results", "D5"),
    ("G11", "", ""),
    ("G12", "", ""),
    ("Q03", "", ""),
    ("Q04", "Reconciliation", "A1"),
    ("Q05", "Inputs", "H5"),
    ("W22", "Results", "D9"),
}


def test_faults_of_an_appraisal_are_found_at_their_cells(tmp_path: Path) -> None:
    file = appraisal(tmp_path)
    found = failures(audit(file, date(2026, 2, 1)))
    assert found >= IN_APPRAISAL
    assert not [failure for failure in failures(audit(file, date(2026, 1, 31))) if failure[0] == "Q05"]


def test_a_counterfactual_on_the_cover_is_enough(tmp_path: Path) -> None:
    file = appraisal(tmp_path)
    book = openpyxl.load_workbook(file)
    book["Cover"].append(["Counterfactual", "The 40 teams that are there now go on, and no more are added."])
    book.save(file)
    assert "G05" not in audit(file).failing


def test_switching_values_are_put_in_and_must_make_the_result_nothing(tmp_path: Path) -> None:
    def made(value: float) -> Audit:
        file = tmp_path / "switching.xlsx"
        with xlsxwriter.Workbook(file) as book:
            inputs, sheet = book.add_worksheet("Inputs"), book.add_worksheet("Calculations")
            inputs.write_row("A1", ["Label", "Id", "Unit", "Constant", "2025/26", "2026/27"])
            inputs.write_row("A2", ["Price", "price", "£", 5])
            book.define_name("price", "=Inputs!$D$2")
            sheet.write_row("A1", ["Label", "Id", "Unit", "Constant", "2025/26", "2026/27"])
            sheet.write_row("A2", ["Discount factor", "discount_factor", "index", "", 1, 0.9])
            sheet.write_row("A3", ["Net present value", "net_present_value", "£"])
            sheet.write_formula("D3", "=Inputs!$D$2*E2-8", None, -3)
            switch = book.add_worksheet("Sensitivity")
            switch.write_row("A1", ["Id", "Switching value"])
            switch.write_row("A2", ["price", value])
        return audit(file)

    assert ("G06", "Sensitivity", "B2") in failures(made(7.5))
    assert "G06" not in made(8).failing


def test_every_rule_can_fail(ours: Ours, tmp_path: Path) -> None:
    found = {failure[0] for failure in failures(audit(appraisal(tmp_path), date(2027, 1, 1)))}
    found |= {failure[0] for fault in OUR_FAULTS for failure in plant_on_ours(ours, fault)[1]}
    found |= {failure[0] for fault in FAULTS for failure in plant(fault)[1]}
    found |= {failure[0] for failure in failures(audit(Foreign().write(tmp_path)))}
    assert set(RULES) - found == set()


# What holds, and what does not apply


@pytest.mark.parametrize(
    ("proposal", "root"),
    [
        ("free-school-meals", PROPOSALS),
        ("150-areas", PROPOSALS),
        ("team-cost-2020-to-2025", PROPOSALS),
        ("parent-infant-teams-2021", SHIPPED),
        ("family-hubs-2025", SHIPPED),
    ],
)
def test_our_workbooks_hold_every_rule_that_applies(proposal: str, root: Path, tmp_path: Path) -> None:
    costed, briefs = load_proposal(proposal, root), Briefs()
    for scenario in costed.scenarios[:2]:
        results = costed.run(scenario)
        (tmp_path / "brief.md").write_text(briefs.render(results), encoding="utf-8")
        found = audited(tmp_path, workbook_bytes(results))
        told = "\n".join(f"{o.rule.id} {f.sheet}!{f.cell}: {f.says}" for o in found.of("fails") for f in o.failures)
        assert not found.failing, told


def test_a_rule_that_saw_nothing_is_not_applicable_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "words.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Words").write("A1", "Nothing but words")
    found = audit(file)
    reasons = {outcome.rule.id: outcome.reason for outcome in found.of("not applicable")}
    assert reasons["W05"] == "the workbook has no rows of formulas"
    assert reasons["W17"] == "the workbook has no formulas"
    assert reasons["G01"] == "the workbook has no appraisal: no discount factors and no present values"
    assert reasons["Q03"] == "costmodel did not make this workbook"
    assert {outcome.rule.id for outcome in found.of("holds")} == {"W01", "W11", "A07"}
    assert all(outcome.looked_at or outcome.failures for outcome in found.outcomes if not outcome.reason)


def test_without_an_engine_recalculation_does_not_apply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    file = Foreign().write(tmp_path)
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    outcome = next(outcome for outcome in audit(file).outcomes if outcome.rule.id == "W17")
    assert (outcome.verdict, outcome.reason.partition(" (")[0]) == (
        "not applicable",
        "no recalculation engine is installed",
    )


def test_a_wrong_or_missing_cached_value_is_found(tmp_path: Path) -> None:
    made = Foreign()
    made.values["Model", "C5"] = 400000.001
    assert ("W17", "Model", "C5") in failures(audit(made.write(tmp_path)))
    book = openpyxl.load_workbook(tmp_path / "foreign.xlsx")
    book.save(tmp_path / "saved.xlsx")  # openpyxl keeps no cached values
    assert len([f for f in failures(audit(tmp_path / "saved.xlsx")) if f[0] == "W17"]) == 24
