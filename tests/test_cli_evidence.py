"""reconcile, run and their pages as a person uses them: what is printed, what is written, and the exit code."""

import csv
import functools
import io
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from evidence_helpers import HUBS, copy_of_all, shipped_ledger
from helpers import SHIPPED, TEAMS, copy_of_teams, costmodel_cli, edit, in_own_process

from costmodel.analysis.figures import brief_text
from costmodel.analysis.verdicts import VERDICTS
from costmodel.language.units import read_unit
from costmodel.pages.reconciliation_page import as_csv, as_markdown, as_text

PAGES = ["evidence.md", "reconciliation.csv", "reconciliation.md"]


def reconcile(*words: object, outputs: Path, code: int = 0, root: Path = SHIPPED) -> str:
    ran = costmodel_cli("reconcile", *words, "--assumptions", root, "--outputs", outputs)
    assert ran.code == code, ran.err
    return ran.out


# What is written


def few_scenarios(folder: Path) -> Path:
    """All that ships, but for the scenarios that no claim or finding names."""
    root = copy_of_all(folder)
    for file in root.glob("*/scenarios/*.yaml"):
        if file.stem not in ("base", "pension-in-full"):
            file.unlink()
    return root


def test_run_and_reconcile_write_the_same_pages_to_the_byte_each_time(tmp_path: Path) -> None:
    root = few_scenarios(tmp_path)
    for words in (("run",), ("reconcile",)):
        ran = costmodel_cli(*words, "--assumptions", root, "--outputs", tmp_path / words[0])
        assert ran.code == 0, ran.err
    assert [name for name in PAGES if (tmp_path / "run" / name).is_file()] == PAGES
    for name in (*PAGES, "manifest.json"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "reconcile" / name).read_bytes()
    assert (tmp_path / "run" / "reconciliation.md").read_text(encoding="utf-8") == page()
    assert (tmp_path / "run" / "reconciliation.csv").read_text(encoding="utf-8") == as_csv(shipped_ledger())
    assert not list((tmp_path / "run").glob(".costmodel*"))
    (tmp_path / "reconcile" / "evidence.md").write_bytes(b"edited")
    ran = costmodel_cli("reconcile", "--assumptions", root, "--outputs", tmp_path / "reconcile")
    assert f"It is kept as {tmp_path.as_posix()}/reconcile/evidence.edited.md." in ran.err
    assert (tmp_path / "reconcile" / "evidence.edited.md").read_bytes() == b"edited"
    assert (tmp_path / "run" / "evidence.md").read_bytes() == (tmp_path / "reconcile" / "evidence.md").read_bytes()


@pytest.mark.parametrize("words", [("I06",), ("C013", "C014"), ("--source", "pif-400-teams-2023")])
def test_a_narrowed_reconciliation_is_printed_and_writes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert reconcile(*words, outputs=tmp_path / "outputs")
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("words", [("run", TEAMS, "--scenario", "base"), ("run", "--scenario", "base")])
def test_a_run_of_a_part_leaves_the_pages_of_the_whole_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "reconciliation.md").write_text("as it was\n", encoding="utf-8")
    assert costmodel_cli(*words, "--assumptions", SHIPPED, "--outputs", tmp_path).code == 0
    assert (tmp_path / "reconciliation.md").read_text(encoding="utf-8") == "as it was\n"
    assert not (tmp_path / "evidence.md").exists()


def test_a_folder_that_cannot_be_written_to_is_said_and_not_traced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = costmodel_cli("reconcile", "--assumptions", SHIPPED, "--outputs", tmp_path / "file")
    assert ran.code == 2
    assert "the outputs cannot be written to" in ran.err
    assert "Name another folder with --outputs." in ran.err


def test_it_works_in_an_empty_folder(empty_folder: Path) -> None:
    ran = in_own_process("reconcile", "C001", cwd=empty_folder)
    assert ran.code == 0, ran.err
    assert "£87,836,029" in ran.out
    assert list(empty_folder.iterdir()) == []


# What is printed


def test_each_claim_is_printed_with_its_figure_difference_verdict_and_reason(tmp_path: Path) -> None:
    out = reconcile("C013", "C067", outputs=tmp_path)
    lines = out.splitlines()
    assert lines[0].split() == ["id", "printed", "model", "difference", "verdict", "says"]
    assert lines[1].split()[:4] == ["C013", "202", "202", "exact"]
    assert lines[2].split()[:5] == ["C067", "400", "397.3", "-2.67", "differs"]
    assert lines[3].strip().startswith("59,600 babies at 150 a team are 397.3 teams")


def test_a_finding_is_printed_with_its_sizes_and_the_claims_that_it_concerns(tmp_path: Path) -> None:
    out = reconcile("I06", outputs=tmp_path)
    assert "I06  Twice the budget for 75 councils pays for 150, and 153 are to be reached." in out
    assert "     short each year: £5,040,000\n     short over three years: £15,120,000\n" in out
    assert re.search(r"^C109  78 +75 +-3 +differs", out, re.MULTILINE)


@pytest.mark.parametrize("finding", [f"I{number:02}" for number in range(1, 24)])
def test_every_finding_up_to_i23_shows_a_size_where_it_is_asked_for(finding: str) -> None:
    after = as_text(shipped_ledger().only(ids=[finding])).partition(f"\n{finding}  ")[2].splitlines()
    assert after[0].endswith(".")
    assert re.match(r"     ([\w/ ]+: )?[-£\d]", after[1])


def test_the_whole_ends_with_the_count_of_each_verdict(tmp_path: Path) -> None:
    last = reconcile(outputs=tmp_path).splitlines()[-1]
    counts = Counter(verdict.verdict for verdict in shipped_ledger().verdicts)
    assert sum(counts.values()) == 278 + 33 + 7
    words = ", ".join(f"{counts[kind]} {kind}" for kind in VERDICTS if counts[kind])
    assert last == f"318 printed figures and statements: {words}."


@pytest.mark.parametrize(
    ("words", "says"),
    [(("C279",), "there is no claim or finding 'C279'"), (("--source", "pif"), "there is no source 'pif'")],
)
def test_what_is_not_in_the_ledger_is_bad_input(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    ran = costmodel_cli("reconcile", *words, "--assumptions", SHIPPED, "--outputs", tmp_path / "outputs")
    assert ran.code == 2
    assert says in ran.err
    assert not (tmp_path / "outputs").exists()


# CSV and JSON, unrounded


def test_the_csv_file_parses_back_to_every_verdict_with_its_figures_in_full() -> None:
    text = as_csv(shipped_ledger())
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == 318
    for verdict in shipped_ledger().verdicts:
        row = rows[verdict.id]
        assert (row["verdict"], row["says"], row["reason"]) == (verdict.verdict, verdict.says, verdict.reason)
        assert (row["source"], row["where"], row["grade"]) == (verdict.source, verdict.place, verdict.grade or "")
        figures = [float(part) for part in row["model"].split("; ") if part]
        assert figures == pytest.approx(verdict.figures, rel=1e-14, abs=0)
        differences = [float(part) for part in row["difference"].split("; ") if part]
        assert differences == pytest.approx(verdict.differences, rel=1e-12, abs=1e-12)
    assert float(rows["C052"]["model"]) == pytest.approx(87_836_028.58, abs=0.005)
    assert rows["submission.training@2023/24"]["model"] == "808762.5"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_text_of_the_csv_file_is_taken_for_a_formula(start: str) -> None:
    ledger = shipped_ledger()
    claim = replace(ledger.only(ids=["C013"]).verdicts[0], says=f"{start}1+1", reason=f"{start}2", printed=f"{start}3")
    row = next(csv.DictReader(io.StringIO(as_csv(replace(ledger, verdicts=(claim,))))))
    assert (row["says"], row["reason"], row["printed"]) == (f"'{start}1+1", f"'{start}2", f"'{start}3")


def test_json_holds_the_verdicts_the_findings_and_the_counts(tmp_path: Path) -> None:
    read = json.loads(reconcile("--format", "json", outputs=tmp_path))
    assert read["counts"] == shipped_ledger().counts()
    verdicts = {entry["id"]: entry for entry in read["verdicts"]}
    assert verdicts["C025"]["model"] == [30_300]
    assert verdicts["C033"]["model"] == [40, 80, 135, 202]
    assert verdicts["C109"] | {"reason": ""} == {
        "id": "C109",
        "source": "pif-first-1000-days-2025",
        "where": verdicts["C109"]["where"],
        "says": verdicts["C109"]["says"],
        "unit": "authorities",
        "printed": "78",
        "model": [75],
        "difference": [-3],
        "verdict": "differs",
        "reason": "",
        "finding": "I06",
        "grade": "published",
        "as_expected": True,
    }
    findings = {entry["id"]: entry for entry in read["findings"]}
    assert findings["I06"]["sizes"]["short_over_three_years"] == {"value": pytest.approx(15_120_000), "unit": "£"}
    assert findings["I23"]["ask"].endswith("?")


# The page for a reviewer


@functools.cache
def page() -> str:
    return as_markdown(shipped_ledger())


def part(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_the_page_says_first_what_holds_and_what_does_not() -> None:
    text = page()
    top = text.partition("\n| Source")[0]
    assert "- **Printed tables:** 40 of 40 cells come out as printed, to the last digit." in top
    assert "- **Claims:** 278 figures and statements are in the ledger. 138 can be worked out." in top
    assert "- **Of those:** 111 hold and 27 differ." in top
    assert "- **Not derivable:** 7 have no published derivation." in top
    assert re.search(r"^\| All \| 49 \| 42 \| 7 \| 13 \| 27 \| 7 \| 133 \| 278 \|$", text, re.MULTILINE)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == [
        "Printed tables, cell by cell",
        "What to ask the authors",
        "What does not follow",
        "What has no published derivation",
        "Claims that hold",
    ]


def test_every_claim_stands_on_the_page_once_but_for_plain_facts() -> None:
    text = page()
    rows = Counter(re.findall(r"^\| (C\d{3})(?: \(I\d\d\))? \|", text, re.MULTILINE))
    expected = [v.id for v in shipped_ledger().verdicts if "." not in v.id and v.verdict != "plain fact"]
    assert rows == Counter(expected)
    differs = part(text, "What does not follow")
    assert set(re.findall(r"^\| (C\d{3})", differs, re.MULTILINE)) == {
        v.id for v in shipped_ledger().verdicts if v.verdict == "differs"
    }


def test_every_finding_stands_on_the_page_with_its_sizes_and_a_question() -> None:
    asks = part(page(), "What to ask the authors")
    rows = {row.split(" | ")[0].strip("| "): row for row in asks.splitlines() if row.startswith("| I")}
    assert list(rows) == [finding.id for finding in shipped_ledger().findings]
    assert all(row.rstrip(" |").endswith("?") for row in rows.values())
    assert "| 1 team |" in rows["I10"]
    assert "teams between: 198 teams<br>teams by babies: 397.3 teams" in rows["I02"]
    assert "in 2020/21: 25.6%<br>in 2022/23: 26.2%<br>in 2025/26: 28.3%<br>in 2026/27: 28.4%" in rows["I20"]
    assert "pension over on costs: 0.38 points" in rows["I20"]
    assert "ask of 2025: £1,862 per baby" in rows["I18"]
    assert "one UK year: 34,734 babies" in rows["I13"]


def test_a_printed_table_is_shown_as_it_is_printed() -> None:
    tables = part(page(), "Printed tables, cell by cell")
    assert f"### {HUBS}: ask\n\n7 of 7 cells come out.\n" in tables
    assert f"### {TEAMS}: submission\n\n33 of 33 cells come out, at most £0.50 from what is printed.\n" in tables
    assert "| Line | 2022/23 | 2023/24 | 2024/25 | 2025/26 | Value |" in tables
    assert "| Total each year | £15,204,187 | £28,126,411 | £44,505,430 | £52,798,529 |  |" in tables
    assert re.search(r"^\| .*spending review period \|  \|  \|  \|  \| £87,836,029 \|$", tables, re.MULTILINE)
    assert "**" not in tables


def test_a_printed_cell_that_does_not_come_out_stands_out(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / TEAMS / "published.yaml", "'28,126,411'", "'28,126,511'")
    reconcile(outputs=tmp_path, root=root, code=1)
    text = (tmp_path / "reconciliation.md").read_text(encoding="utf-8")
    assert "| £15,204,187 | **£28,126,511, and the model has £28,126,411** | £44,505,430 |" in text
    assert "32 of 33 cells come out" in text
    assert "- **Printed tables:** 39 of 40 cells come out as printed" in text


def test_every_row_of_the_page_has_as_many_cells_as_its_heading() -> None:
    width = 0
    for line in page().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (cells and width) or cells == width, line
        width = cells


@pytest.mark.parametrize(
    ("value", "unit", "signed", "shown"),
    [
        (397.333, "teams", False, "397.3 teams"),
        (1, "teams", False, "1 team"),
        (1, "authorities", False, "1 authority"),
        (1, "babies per team", False, "1 baby per team"),
        (1.04, "teams", False, "1.04 teams"),
        (0, "babies", False, "0 babies"),
        (46.97, "families", False, "46.97 families"),
        (34_734.25, "babies", False, "34,734 babies"),
        (168.5, "teams", False, "168.5 teams"),
        (1_862.2449, "£ per baby", False, "£1,862 per baby"),
        (119.7167, "£ per baby", False, "£120 per baby"),
        (10.5, "£ per child", False, "£10.50 per child"),
        (-0.39, "£", True, "-£0.39"),
        (5_040_000, "£", True, "+£5,040,000"),
        (0.2558, "share of salary", False, "25.6%"),
        (0.0428, "share of target", False, "4.28%"),
        (0.5, "share of teams", False, "50%"),
        (0.122, "share of salary", True, "+12.2 points"),
        (0.0038, "share points", False, "0.38 points"),
        (-0.0037, "rate a year", True, "-0.37 points"),
        (1.9802, "ratio", False, "1.98"),
        (0.00333, "WTE per team", True, "+0.00333 WTE per team"),
        (2.2, "WTE per team", False, "2.2 WTE per team"),
        (-1e-12, "teams", True, "0 teams"),
    ],
)  # fmt: skip
def test_a_figure_of_the_page_is_shown_to_three_figures_in_its_unit(
    value: float, unit: str, signed: bool, shown: str
) -> None:
    assert f"{brief_text(value, read_unit(unit), signed=signed)} {read_unit(unit).beside(value)}".strip() == shown


# Where the world is no longer as the ledger says


@pytest.mark.parametrize(
    ("file", "old", "new", "claims"),
    [
        (f"{TEAMS}/rollout.yaml", "operating_at_start: 40", "operating_at_start: 41", {"C015", "C033", "C048", "C053"}),
        (f"{TEAMS}/proposal.yaml", "value: 56,550,000", "value: 59,000,000", {"C011"}),
        (f"{HUBS}/budget.yaml", "value: £18.5 million", "value: £19.5 million", {"C108", "C111"}),
        ("evidence/claims.yaml", "value: £16.13 billion", "value: £15.13 billion", {"C086"}),
    ],
)
def test_a_changed_assumption_turns_the_claims_that_rest_on_it_to_differs_and_exits_1(
    tmp_path: Path, file: str, old: str, new: str, claims: set[str]
) -> None:
    root = copy_of_all(tmp_path)
    edit(root / file, old, new)
    ran = costmodel_cli("reconcile", "--format", "json", "--assumptions", root, "--outputs", tmp_path / "o")
    assert ran.code == 1
    verdicts = {entry["id"]: entry for entry in json.loads(ran.out)["verdicts"]}
    for claim in claims:
        assert verdicts[claim]["verdict"] == "differs"
        assert verdicts[claim]["reason"] == "It should hold, and does not."
        assert f"Does not hold: {claim}: {verdicts[claim]['says']}. It should hold, and does not." in ran.err
    said = set(re.findall(r"^Does not hold: (\S+):", ran.err, re.MULTILINE))
    assert said == {key for key, entry in verdicts.items() if not entry["as_expected"]}
    untouched = {v.id: v.verdict for v in shipped_ledger().verdicts if v.id not in said}
    assert {key: verdicts[key]["verdict"] for key in untouched} == untouched


def test_run_and_check_fail_too_where_a_claim_no_longer_holds(tmp_path: Path) -> None:
    root = few_scenarios(tmp_path)
    edit(root / "evidence" / "claims.yaml", "value: £16.13 billion", "value: £15.13 billion")
    for words in (("check",), ("run", "--outputs", tmp_path / "o")):
        ran = costmodel_cli(*words, "--assumptions", root)
        assert ran.code == 1
        assert "Does not hold: C086: Yearly cost to England of doing too little in early childhood." in ran.err
    assert costmodel_cli("check", TEAMS, "--assumptions", root).code == 0


def test_a_claim_that_is_said_to_differ_and_holds_exits_1(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    figure = "label: 'Annex 4: teams using video interaction guidance'\n    value: "
    edit(root / "evidence" / "claims.yaml", f"{figure}36", f"{figure}38")
    ran = costmodel_cli("reconcile", "C214", "--assumptions", root)
    assert ran.code == 1
    says = "Teams using video interaction guidance, in figure 6. The ledger says that it differs, and it holds."
    assert f"Does not hold: C214: {says}" in ran.err


def test_a_part_of_the_ledger_that_holds_exits_0_though_another_does_not(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(root / "evidence" / "claims.yaml", "value: £16.13 billion", "value: £15.13 billion")
    assert costmodel_cli("reconcile", "C013", "--assumptions", root).code == 0
    assert costmodel_cli("reconcile", "C086", "--assumptions", root).code == 1


def test_a_copy_of_one_proposal_stands_in_for_the_one_that_ships(tmp_path: Path) -> None:
    folder = copy_of_teams(tmp_path)
    edit(folder / "rollout.yaml", "operating_at_start: 40", "operating_at_start: 41")
    ran = costmodel_cli("reconcile", "C015", "C013", "--assumptions", tmp_path / "assumptions")
    assert ran.code == 1
    assert re.search(r"^C015 +40 +41 +\+1 +differs", ran.out, re.MULTILINE)
