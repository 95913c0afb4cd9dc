"""Budgets: which bears what, income, consequentials and transfers, beside the same sums in plain Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benefits_helpers import MADE_UP, TRIAL, Part, value, write_trial
from helpers import HERE, PROPOSALS, costmodel_cli, edit
from recalculation import assert_recalculates, cached_values

import costmodel
from costmodel.analysis.results import Results
from costmodel.analysis.shown_tables import show_table
from costmodel.sections.counted import transfers_of
from costmodel.sections.draft import Draft
from costmodel.workbook.write import workbook_bytes

YEARS = ["2026/27", "2027/28", "2028/29"]


def early_help(**more: Any) -> Part:
    """A council's early help: pay from October, equipment once, three budgets, and a grant that ends."""
    by_budget = {"families": "Families budget", "schools": "Schools budget", "health": "Health budget"}
    return {
        "proposal": {"title": "Early help", "years": "2026/27 to 2028/29", **more.pop("proposal", {})},
        "assumptions": {
            "workers": {"label": "Workers", "unit": "workers", **value(12)},
            "salary": {"label": "Salary", "unit": "£ per worker", **value("£36,800")},
            "part": {
                "label": "Share of the year worked",
                "unit": "share of the year",
                "by_year": dict(zip(YEARS, ["50%", "100%", "100%"], strict=True)),
                **MADE_UP,
            },
            **{
                f"for_{name}": {"label": f"Time for {name}", "unit": "share of time", **value(share)}
                for name, share in (("families", "60%"), ("schools", "25%"), ("health", "15%"))
            },
        },
        "programme_costs": {
            "equipment": {
                "label": "Equipment",
                "per": "workers",
                "rate": "£1,900",
                "once": "2026/27",
                "paid_by": "Families budget",
                **MADE_UP,
            }
        },
        "income": {
            "grant": {
                "label": "A grant",
                "by_year": dict(zip(YEARS, ["£220,000", "£220,000", "£0"], strict=True)),
                "paid_by": "A trust",
                **MADE_UP,
            }
        },
        "lines": {
            "pay": {"label": "Pay", "unit": "£", "formula": "workers * salary * part"},
            **{
                f"pay_{name}": {
                    "label": f"Pay for {name}",
                    "unit": "£",
                    "formula": f"pay * for_{name}",
                    "budget": "RDEL",
                    "pay": "yes",
                    "paid_by": payer,
                }
                for name, payer in by_budget.items()
            },
        },
        "budget": {"default": "RDEL", "display": "£ thousand"},
        **more,
    }


def worked(folder: Path, written: Part, **scenarios: Part) -> Results:
    return costmodel.load(TRIAL, write_trial(folder, written, scenarios)).run()


def refused(folder: Path, written: Part, **scenarios: Part) -> str:
    ran = costmodel_cli("check", TRIAL, "--assumptions", write_trial(folder, written, scenarios))
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    assert ".yaml:" in ran.err
    return ran.err


def test_gross_income_and_net_by_year_and_by_who_pays(tmp_path: Path) -> None:
    results = worked(tmp_path, early_help())
    pay = [12 * 36_800 * part for part in (0.5, 1.0, 1.0)]
    equipment, grant = [12 * 1_900, 0, 0], [220_000, 220_000, 0]
    gross = [one + other for one, other in zip(pay, equipment, strict=True)]
    assert results.by_year("budget_rdel") == pytest.approx(gross)
    assert results.by_year("budget_rdel_pay") == pytest.approx(pay)
    assert results.by_year("budget_cdel") == results.by_year("budget_ame") == [0, 0, 0]
    assert results.by_year("budget_gross") == pytest.approx(gross)
    assert results.by_year("budget_income") == pytest.approx(grant)
    net = [one - other for one, other in zip(gross, grant, strict=True)]
    assert results.by_year("budget_net") == pytest.approx(net)
    assert results.value("budget_net_all_years") == pytest.approx(sum(net))
    by_payer: Any = results.table("budgets_by_paid_by")
    families = [0.6 * one + other for one, other in zip(pay, equipment, strict=True)]
    assert list(by_payer.loc["budget_paid_by_families_budget_rdel"])[:3] == pytest.approx(families)
    assert list(by_payer.loc["budget_paid_by_a_trust_rdel"])[:3] == pytest.approx([-one for one in grant])
    assert by_payer.drop("budget_net").sum().tolist() == pytest.approx(by_payer.loc["budget_net"].tolist())


def test_the_table_is_shown_in_thousands_beside_one_to_the_pound(tmp_path: Path) -> None:
    results = worked(tmp_path, early_help())
    assert list(results.costing.tables) == ["budgets", "budgets_in_pounds", "budgets_by_paid_by"]
    table = show_table(results, "budgets")
    assert [row.unit_words for row in table.rows] == ["£ thousand"] * 7
    net = next(row for row in table.rows if row.name == "budget_net")
    assert table.texts(net) == ("24", "222", "442", "687")
    assert "the figures shown for the total for 2026/27 to 2028/29 do not add exactly" in table.notes[-1]
    pounds = show_table(results, "budgets_in_pounds")
    assert pounds.texts(next(row for row in pounds.rows if row.name == "budget_net"))[0] == "23,600"


def test_the_workbook_works_the_same_out_live(tmp_path: Path) -> None:
    results = worked(tmp_path, early_help(), no_grant={"grant": {"2026/27": "£0", "2027/28": "£0"}})
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(results))
    assert_recalculates(tmp_path / "book.xlsx")
    cells = cached_values(tmp_path / "book.xlsx")
    shown = {found for (sheet, _), found in cells.items() if sheet == "Summary" and isinstance(found, float)}
    for figure in results.by_year("budget_net"):
        assert any(abs(cell - figure / 1_000) <= 1e-9 * abs(figure / 1_000) for cell in shown)


def test_a_proposal_that_says_nothing_of_budgets_has_nothing_of_them(tmp_path: Path) -> None:
    written = early_help()
    del written["budget"]
    for part in (*written["lines"].values(), *written["programme_costs"].values(), *written["income"].values()):
        for key in ("budget", "pay", "paid_by"):
            part.pop(key, None)
    results = worked(tmp_path, written)
    assert not any(name.startswith("budget") for name in (*results.costing.model.lines, *results.costing.tables))
    assert results.by_year("grant") == [220_000, 220_000, 0]


def test_capital_department_and_programme_have_rows_of_their_own(tmp_path: Path) -> None:
    written = early_help()
    written["budget"] = {"default": "RDEL", "department": "Council", "programme": "Help"}
    written["programme_costs"]["equipment"] |= {"budget": "CDEL", "programme": "Start"}
    results = worked(tmp_path, written)
    assert results.by_year("budget_cdel") == [22_800, 0, 0]
    assert results.by_year("budget_programme_start_cdel") == [22_800, 0, 0]
    assert "budgets_by_department" not in results.costing.tables
    table: Any = results.table("budgets_by_programme")
    assert table.drop("budget_net").sum().tolist() == pytest.approx(table.loc["budget_net"].tolist())


def test_a_rollout_counts_its_labour_as_pay(tmp_path: Path) -> None:
    shipped = costmodel.load("family-hubs-2025").run()
    assert not transfers_of(Draft(files=shipped.costing.files, mistakes=_none()))
    from helpers import copy_of_teams

    folder = copy_of_teams(tmp_path)
    edit(folder / "rollout.yaml", "\nrollout:\n", "\nrollout:\n  budget: RDEL\n")
    text = (folder / "rollout.yaml").read_text("utf-8")
    (folder / "rollout.yaml").write_text(f"{text}\nbudget: RDEL\n", "utf-8")
    results = costmodel.load(folder.name, folder.parent).run()
    labour = [
        one + other
        for one, other in zip(results.by_year("labour_operating"), results.by_year("labour_starting"), strict=True)
    ]
    assert results.by_year("budget_rdel_pay") == pytest.approx(labour)
    assert results.by_year("budget_net") == pytest.approx(results.by_year("total"))


def _none() -> Any:
    from costmodel.errors import Mistakes

    return Mistakes()


def officers(**more: Any) -> Part:
    """Prison officers, against what happens with fewer recruits; training is paid once for each."""
    group = {
        "label": "Officers",
        "salary": "£33,700",
        "in_post_at_start": "21,000",
        "leaving": "12%",
        "recruits": "3,600",
        "first_year": "50%",
        "per_recruit": {"training": "£13,400"},
        "otherwise": {"recruits": "2,400"},
        **more.pop("group", {}),
    }
    posts = {
        **MADE_UP,
        "pay": {"year": "2026/27"},
        "on_costs": {"rate": "30%"},
        "groups": {"officers": group},
    }
    proposal = {"title": "Officers", "years": "2026/27 to 2028/29"}
    return {"proposal": proposal, "posts": posts, "budget": "RDEL", **more}


def test_posts_count_as_the_difference_from_what_happens_otherwise_and_pay_stands_apart(tmp_path: Path) -> None:
    results = worked(tmp_path, officers())
    pay = results.by_year("officers_pay_more")
    assert pay[0] == pytest.approx(1_200 * 0.5 * 33_700 * 1.3)
    assert results.by_year("budget_rdel_pay") == pytest.approx(pay)
    training = 1_200 * 13_400
    assert results.by_year("budget_rdel") == pytest.approx([one + training for one in pay])
    assert results.by_year("budget_net") == pytest.approx(results.by_year("officers_cost_more"))


def test_a_total_of_posts_is_not_counted_beside_its_parts(tmp_path: Path) -> None:
    line = {"label": "Total", "unit": "£", "formula": "officers_cost_more", "budget": "RDEL"}
    found = refused(tmp_path, officers(lines={"total": line}))
    assert "'total' adds 'officers_pay_more' up, which a budget bears already: it would count twice" in found


# Consequentials and transfers


@pytest.mark.parametrize("scenario", ["base", "more-take-up", "primary-only", "london"])
def test_consequentials_follow_comparability_and_population(scenario: str) -> None:
    results = costmodel.load("breakfast-clubs", PROPOSALS).run(scenario)
    england = results.by_year("budget_net")
    for nation, share in (("scotland", 0.096), ("wales", 0.055 * 1.15), ("northern_ireland", 0.033 * 1.24)):
        assert results.by_year(f"consequential_{nation}") == pytest.approx([one * share for one in england], rel=1e-12)
    added = 1 + 0.096 + 0.055 * 1.15 + 0.033 * 1.24
    assert results.by_year("budget_united_kingdom") == pytest.approx([one * added for one in england], rel=1e-12)


def test_what_is_managed_annually_has_no_consequentials(tmp_path: Path) -> None:
    written = early_help()
    written["programme_costs"]["equipment"]["budget"] = "AME"
    written["budget"]["consequentials"] = {
        **MADE_UP,
        "comparability": "80%",
        "shares": {"scotland": "10%", "wales": "5%", "northern_ireland": "3%"},
    }
    results = worked(tmp_path, written)
    within = [12 * 36_800 * part - grant for part, grant in zip((0.5, 1, 1), (220_000, 220_000, 0), strict=True)]
    assert results.by_year("consequential_scotland") == pytest.approx([one * 0.8 * 0.1 for one in within])
    assert results.costing.assumptions["population_share_wales"].grounds[0].grade == "illustrative"


def test_a_transfer_is_in_the_budget_of_its_payer_and_is_named_for_the_appraisal(tmp_path: Path) -> None:
    written = early_help()
    written["income"]["grant"]["transfer"] = "yes"
    written["programme_costs"]["vouchers"] = {"value": "£5,000", "transfer": "yes", **MADE_UP}
    results = worked(tmp_path, written)
    assert results.by_year("budget_transfers") == [5_000 - 220_000, 5_000 - 220_000, 5_000]
    assert transfers_of(Draft(files=results.costing.files, mistakes=_none())) == ("vouchers", "grant")


# What is refused


def _with(part: str, name: str, **more: Any) -> Part:
    written = early_help()
    written[part].setdefault(name, {}).update(more)
    return written


ADDED = "'all_pay' adds 'pay_health' up, which a budget bears already: it would count twice"
SUBTRACT = "'ask' adds the income 'grant' to the cost 'pay_health'\n  Take it off: pay_health - grant."


def _line(name: str, formula: str, unit: str = "£", **more: str) -> Part:
    return _with("lines", name, label=name, unit=unit, formula=formula, **more)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (_with("lines", "pay_health", budget="RDLE"), "'RDLE' is not one of: RDEL, CDEL, AME or none\n  Did you mean"),
        (_with("programme_costs", "equipment", budget="capital"), "'capital' is not one of: RDEL, CDEL, AME or none"),
        (early_help(budget="revenue"), "'revenue' is not one of"),
        (early_help(budget={}), "the section says nothing: write default: RDEL, CDEL or AME"),
        (early_help(budget={"display": "£ million"}), "no budget is said to bear it\n  Write budget: RDEL"),
        (early_help(budget={"default": "RDEL", "display": "millions"}), "'millions' is not one of: £, £ thousand"),
        (early_help(budget={"default": "RDEL", "decimals": "two"}), "'two' is no number of decimals"),
        (_with("lines", "pay", department="Council"), "department is said of a budget, and which budget it is is not"),
        (_with("income", "grant", pay="yes"), "income is no pay"),
        (_with("income", "grant", by_year=dict.fromkeys(YEARS, "-£5")), "-5 is below 0"),
        (_line("all_pay", "pay_health + pay_schools", budget="RDEL"), ADDED),
        (_line("ask", "pay_health + grant"), SUBTRACT),
        (_line("once", "total(pay)", budget="RDEL"), "'once' has no figure for each year"),
        (
            _line("each", "pay / workers", "£ per worker", budget="RDEL"),
            "'each' is in £ per worker, and budgets are in £",
        ),
        (_with("lines", "pay_health", paid_by="families BUDGET"), "are one payer in two spellings"),
        (early_help(tables={"budgets": {"title": "B", "rows": ["pay"]}}), "the table 'budgets' makes itself"),
    ],
)
def test_what_would_make_a_wrong_figure_is_refused(written: Part, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, written)


def test_a_word_that_is_no_budget_is_refused_at_its_place(tmp_path: Path) -> None:
    root = write_trial(tmp_path, early_help())
    place = edit(root / TRIAL / "proposal.yaml", "default: RDEL", f"default: {HERE}RDELL")
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert f"proposal.yaml:{place}: budget.default: 'RDELL' is not one of" in ran.err
    assert "Did you mean RDEL?" in ran.err


def test_a_scenario_changes_no_budget(tmp_path: Path) -> None:
    change = {"programme_costs.equipment.paid_by": "Someone else"}
    assert "a scenario changes which budget bears a cost" in refused(tmp_path, early_help(), other=change)


def test_shares_are_never_taken_from_nowhere(tmp_path: Path) -> None:
    written = early_help()
    written["budget"]["consequentials"] = {"comparability": "100%", "shares": "statement of funding policy", **MADE_UP}
    assert "gives no shares, and no evidence here has them\n  Write each, with a source" in refused(tmp_path, written)


def test_recalled_shares_are_never_published(tmp_path: Path) -> None:
    written = early_help()
    share = {"value": "10%", "reason": "As recalled.", "status": "R", "grade": "published"}
    shares = {"scotland": share, "wales": "5%", "northern_ireland": "3%"}
    written["budget"]["consequentials"] = {**MADE_UP, "comparability": "100%", "shares": shares}
    assert "a recalled value (status R) is graded published" in refused(tmp_path, written)


def test_an_appraisal_that_counts_a_transfer_says_so_and_one_that_counts_income_is_refused(tmp_path: Path) -> None:
    appraisal = {
        "edition": "green-book-2026",
        "horizon": "2026/27 to 2028/29",
        "price_base": 2026,
        "present_value_base": "2026/27",
        "schedule_starts": "2026/27",
        "deflator": "gdp-deflator-2025-12",
        "inflation_beyond": value("0%"),
        "costs": ["vouchers"],
        "counterfactual": "Nothing is done.",
    }
    each = dict.fromkeys(YEARS, "£5,000")
    written = _with("programme_costs", "vouchers", by_year=each, transfer="yes", **MADE_UP)
    root = write_trial(tmp_path, written | {"appraisal": appraisal})
    assert "'vouchers' is a transfer, which nets to zero for society" in "".join(
        str(caution) for caution in costmodel.load(TRIAL, root).costing.cautions
    )
    appraisal["costs"] = ["grant"]
    assert "'grant' is income, and no cost of an appraisal" in refused(tmp_path, written | {"appraisal": appraisal})
