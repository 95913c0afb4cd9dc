"""Every kind of bad input: what is said, where it points, and that nothing is written."""

import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import (
    HERE,
    SHIPPED,
    TEAMS,
    Ran,
    copy_of_teams,
    costmodel_cli,
    edit,
    environment,
    in_own_process,
    write,
    write_proposal,
)

import costmodel
from costmodel.numbers import round_half_up

HEALTH_VISITOR = "duty: for example a health visitor, band: 7, wte: 1}"
TOTAL = "formula: labour_operating + labour_starting + training + development_programme"
RATE = "      value: 14%\n"
STARTING = "starting: {2022/23: 40, 2023/24: 55, 2024/25: 67, 2025/26: 0}"
PROGRAMME = "by_year: {2022/23: '£500,000', 2023/24: '£1,000,000', 2024/25: '£1,000,000', 2025/26: £0}"
PEOPLE = "    value: 280,000\n"


def refused(ran: Ran, folder: Path) -> str:
    """What a command said that refused its input: exit code 2, nothing printed or written, no traceback."""
    assert ran.code == 2, ran.out + ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert re.search(r"\n\d+ mistakes?\. Nothing was written\.\n$", ran.err), ran.err
    assert not (folder / "outputs").exists()
    return ran.err


def messages(err: str) -> list[str]:
    """The first line of every message."""
    return [line for line in err.split("\n\n")[0].splitlines() if not line.startswith("  ")]


Case = tuple[str, str, str, str, str]
"""The file, what stands there, what is put there instead (with the mark), and what the message says and hints."""

CASES: dict[str, Case] = {
    "band": ("team.yaml", HEALTH_VISITOR, HEALTH_VISITOR.replace("7", f"{HERE}8e"), "no band '8e'", "Did you mean 8c?"),
    "pay year": ("team.yaml", "    year: 2020/21", f"    year: {HERE}1999/00", "1999/00", "2020/21"),
    "step": ("team.yaml", "experience_years: 3", f"experience_years: {HERE}-1", "-1", ""),
    "scale": (
        "team.yaml",
        "scale: agenda-for-change-england",
        f"scale: {HERE}agenda-for-chnge",
        "agenda-for-chnge",
        "Did you mean agenda-for-change-england?",
    ),
    "negative WTE": ("team.yaml", "wte: 0.8}", f"wte: {HERE}-0.8}}", "-0.8", "0"),
    "missing WTE": ("team.yaml", ", wte: 0.8}", "}", "the key 'wte' is missing", "Whole-time equivalent"),
    "words for a total": ("team.yaml", "stated_wte: 5.13", f"stated_wte: {HERE}some", "stated total is one number", ""),
    "misspelt key": (
        "team.yaml",
        "band: 4, wte: 0.8",
        f"band: 4, wte: 0.8, {HERE}headcout: 1",
        "no key 'headcout'",
        "Did you mean headcount?",
    ),
    "misspelt topic": (
        "costs.yaml",
        "programme_costs:",
        f"{HERE}programe_costs:",
        "no key 'programe_costs'",
        "Did you mean programme_costs?",
    ),
    "duplicate key": (
        "team.yaml",
        "  stated_wte: 5.13",
        f"  stated_wte: 5.13\n  {HERE}stated_wte: 5.2",
        "'stated_wte' stands twice",
        "first in line 16",
    ),
    "topic in two files": ("costs.yaml", "programme_costs:", f"{HERE}rollout: {{}}\nprogramme_costs:", "rollout", ""),
    "list for a number": (
        "rollout.yaml",
        "operating_at_start: 40",
        f"operating_at_start: {{value: {HERE}[40]}}",
        "a number is needed here, and a list was given",
        "",
    ),
    "words for a number": (
        "team.yaml",
        RATE,
        f"      value: {HERE}about 14%\n",
        "'about 14%' is not a number",
        "£1.2 billion",
    ),
    "text for a mapping": (
        "rollout.yaml",
        "when_operating:\n    children:",
        f"when_operating: {HERE}none\n  x:",
        "none",
        "",
    ),
    "commas": ("proposal.yaml", PEOPLE, f"    value: {HERE}28,00,00\n", "commas that do not mark thousands", ""),
    "share above 100%": ("rollout.yaml", "value: 50% of a year", f"value: {HERE}150% of a year", "150%", "100%"),
    "years out of order": (
        "proposal.yaml",
        "years: 2022/23 to 2025/26",
        f"years: {HERE}2025/26 to 2022/23",
        "the years are out of order: 2022/23 is before 2025/26",
        "2022/23 to 2025/26",
    ),
    "not a year": (
        "proposal.yaml",
        "years: 2022/23 to 2025/26",
        f"years: {HERE}2022/24 to 2025/26",
        "'2022/24' is not a year",
        "",
    ),
    "year missing": (
        "rollout.yaml",
        STARTING,
        f"starting: {HERE}{{2022/23: 40, 2024/25: 67, 2025/26: 0}}",
        "2023/24",
        "",
    ),
    "year beyond": ("rollout.yaml", STARTING, STARTING.replace("0}", f"0, {HERE}2046/47: 3}}"), "2046/47", ""),
    "period beyond": (
        "proposal.yaml",
        "spending_review: 2022/23 to 2024/25}",
        f"spending_review: {HERE}2021/22 to 2024/25}}",
        "2021/22",
        "",
    ),
    "unknown name": (
        "proposal.yaml",
        TOTAL,
        TOTAL.replace(": ", f": {HERE}").replace("training", "trainig"),
        "'trainig'",
        "Did you mean training?",
    ),
    "wrong arguments": (
        "proposal.yaml",
        TOTAL,
        f"formula: {HERE}growth(training)",
        "growth takes 2 arguments, and 1 w",
        "growth(rate, '2022/23')",
    ),
    "unknown function": (
        "proposal.yaml",
        TOTAL,
        f"formula: {HERE}totl(training)",
        "there is no function 'totl'",
        "Did you mean total?",
    ),
    "number in a formula": (
        "proposal.yaml",
        TOTAL,
        f"formula: {HERE}training * 1.14",
        "the number 1.14",
        "under assump",
    ),
    "not a formula": ("proposal.yaml", TOTAL, f"formula: {HERE}training +", "is not a formula", ""),
    "excel formula": (
        "proposal.yaml",
        TOTAL,
        f"formula: {HERE}=training+labour_operating",
        "is not a formula",
        "no = before it",
    ),
    "cycle": ("proposal.yaml", TOTAL, f"formula: {HERE}labour_operating + total", "loop", "total needs total"),
    "unlike units": ("proposal.yaml", TOTAL, f"formula: {HERE}labour_operating + children", "children", ""),
    "division by zero": (
        "proposal.yaml",
        TOTAL,
        f"formula: {HERE}labour_operating / teams_starting * teams_operating",
        "divides by zero in 2025/26",
        "if b != 0",
    ),
    "unknown source": (
        "proposal.yaml",
        "source: ons-mid-2021-population",
        f"source: {HERE}ons-mid-2021-popultion",
        "ons-mid-2021-popultion",
        "Did you mean ons-mid-2021-population?",
    ),
    "recalled as published": (
        "team.yaml",
        "      grade: published\n      range: 14% to 38%",
        "      status: R\n      grade: published\n      range: 14% to 38%",
        "recalled",
        "published",
    ),
    "yaml": ("costs.yaml", "  training:\n", "  training: [\n", "", ""),
    "table of no line": (
        "proposal.yaml",
        "      - teams_starting\n",
        f"      - {HERE}teams_startng\n",
        "teams_startng",
        "Did you mean teams_starting?",
    ),
    "scenario of nothing": (
        "scenarios/slower-rollout.yaml",
        "rollout.starting:",
        f"{HERE}rollout.startng:",
        "nothing called 'rollout.startng'",
        "Did you mean rollout.starting?",
    ),
    "scenario of a line": (
        "scenarios/slower-rollout.yaml",
        "rollout.starting:",
        f"{HERE}total:",
        "the proposal's own",
        "",
    ),
    "scenario from nothing": (
        "scenarios/realistic.yaml",
        "from: published-pay",
        f"from: {HERE}publishd-pay",
        "no scenario 'publishd-pay'",
        "Did you mean published-pay?",
    ),
    "scenario year": ("scenarios/slower-rollout.yaml", "2025/26: 47}", f"{HERE}2051/52: 47}}", "2051/52", ""),
    "name taken": (
        "proposal.yaml",
        "lines:\n",
        f"lines:\n  training: {{label: X, unit: £, formula: {HERE}total}}\n",
        "the name 'training' is taken",
        "It already means: Cost of training",
    ),
    "bad name": ("proposal.yaml", "  population_england:", f"  {HERE}Population England:", "is not a name", ""),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_mistake_is_said_where_it_stands_and_nothing_is_written(kind: str, empty_folder: Path) -> None:
    file, old, new, says, hint = CASES[kind]
    place = edit(copy_of_teams(empty_folder) / file, old, new)
    err = refused(costmodel_cli("run"), empty_folder)
    where = f"assumptions/{TEAMS}/{file}:{place}"
    assert any(line.startswith(where) for line in messages(err)), err
    assert says in err
    assert hint in err


def test_the_message_of_a_band_that_is_not_there(empty_folder: Path) -> None:
    file, old, new, *_ = CASES["band"]
    place = edit(copy_of_teams(empty_folder) / file, old, new)
    assert refused(costmodel_cli("check"), empty_folder) == (
        f"assumptions/{TEAMS}/team.yaml:{place}: team[3].band: "
        "there is no band '8e' in agenda-for-change-england 2020/21.\n"
        "  Bands are 1, 2, 3, 4, 5, 6, 7, 8a, 8b, 8c, 8d, 9. Did you mean 8c?\n"
        "\n1 mistake. Nothing was written.\n"
    )


@pytest.mark.parametrize(
    "kinds",
    [
        ("misspelt key", "words for a number", "commas", "scenario of nothing"),
        ("band", "share above 100%", "unknown source"),
    ],
    ids=["of form", "of meaning"],
)
def test_mistakes_of_several_files_are_said_together_in_order_of_place(kinds: list[str], empty_folder: Path) -> None:
    teams = copy_of_teams(empty_folder)
    places = []
    for kind in kinds:
        file, old, new, *_ = CASES[kind]
        place = edit(teams / file, old, new)
        places += [f"assumptions/{TEAMS}/{file}:{place}"] if place else []
    found = messages(refused(costmodel_cli("run"), empty_folder))
    starts = [":".join(line.split(":")[:3]) for line in found]
    assert set(places) <= set(starts), found
    by_place = [(file, int(line), int(column)) for file, line, column in (start.split(":") for start in starts)]
    assert by_place == sorted(by_place)


def test_years_that_divide_by_zero_are_named_with_their_scenario(empty_folder: Path) -> None:
    teams = copy_of_teams(empty_folder)
    edit(teams / "proposal.yaml", TOTAL, "formula: labour_operating / teams_operating * teams_operating")
    write(
        teams / "scenarios" / "none.yaml",
        "scenario: {title: No teams, reason: A test.}\n"
        "changes:\n  rollout.operating_at_start: 0\n  rollout.starting: {2022/23: 0}\n",
    )
    err = refused(costmodel_cli("run"), empty_folder)
    assert "divides by zero in 2022/23 in scenario none" in err


def test_a_stated_total_that_differs_is_a_note_and_no_mistake(empty_folder: Path) -> None:
    place = edit(copy_of_teams(empty_folder) / "team.yaml", "stated_wte: 5.13", f"stated_wte: {HERE}6.13")
    ran = costmodel_cli("run", TEAMS, "--scenario", "base")
    assert ran.code == 0
    note = f"team.yaml:{place}: workforce.stated_wte: the team's stated total is 6.13 WTE, and its lines add to 5.13"
    assert note in ran.err
    assert "6.13" in (empty_folder / "outputs" / TEAMS / "base" / "brief.md").read_text(encoding="utf-8")


# Files that cannot be read


def test_a_file_that_is_not_utf_8(empty_folder: Path) -> None:
    file = copy_of_teams(empty_folder) / "costs.yaml"
    file.write_bytes(file.read_bytes().replace("£".encode(), b"\xa3"))
    err = refused(costmodel_cli("run"), empty_folder)
    assert f"assumptions/{TEAMS}/costs.yaml:8:17: the file is not UTF-8: byte 0xa3 is no part of a character" in err
    assert "Save it as UTF-8" in err


@pytest.mark.parametrize(
    "text",
    ["a: [1, 2", "a: b: c", "\tassumptions: {}", "- one\n- two", "a: &x 1\n---\nb: 2\n", "a: *nothing", "'", "a: \x07"],
)
def test_text_that_is_no_mapping_in_yaml(text: str, empty_folder: Path) -> None:
    write(copy_of_teams(empty_folder) / "costs.yaml", text)
    err = refused(costmodel_cli("run"), empty_folder)
    assert messages(err)[0].startswith(f"assumptions/{TEAMS}/costs.yaml:")


def test_aliases_that_explode_are_refused_at_once(empty_folder: Path) -> None:
    names = "abcdefghij"
    lines = ["assumptions:", f"  {names[0]}: &{names[0]} [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  {b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in itertools.pairwise(names)]
    write(copy_of_teams(empty_folder) / "costs.yaml", "\n".join(lines))
    start = time.process_time()
    assert "aliases expand to over 200,000 values" in refused(costmodel_cli("run"), empty_folder)
    assert time.process_time() - start < 5


def test_a_byte_order_mark_and_other_line_ends_are_no_part_of_a_file(empty_folder: Path) -> None:
    for file in copy_of_teams(empty_folder).rglob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    ran = costmodel_cli("show", TEAMS, "--format", "csv")
    assert ran.code == 0, ran.err
    assert "87836029" in ran.out


def test_an_unknown_root_and_a_root_without_proposals(empty_folder: Path) -> None:
    assert "there is no folder nowhere" in refused(costmodel_cli("run", "--assumptions", "nowhere"), empty_folder)
    (empty_folder / "assumptions").mkdir()
    assert "there are no proposals in assumptions" in refused(costmodel_cli("run"), empty_folder)


# What is typed on the command line

WORDS: dict[str, tuple[list[str], str]] = {
    "run": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "run --scenario": ([TEAMS, "--scenario", "realstic"], "Did you mean realistic?"),
    "check": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "show": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "show --scenario": ([TEAMS, "--scenario", "realstic"], "Did you mean realistic?"),
    "show --table": ([TEAMS, "--table", "submision"], "Did you mean submission?"),
    "explain": (["parent-infant-team-2021", "total@2024/25"], f"Did you mean {TEAMS}?"),
    "explain figure": ([TEAMS, "totl@2024/25"], "Did you mean total?"),
    "explain year": ([TEAMS, "total@2054/55"], "2054/55"),
    "explain --scenario": ([TEAMS, "total@2024/25", "--scenario", "realstic"], "Did you mean realistic?"),
    "solve": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "solve unknown": ([TEAMS, "team_salarys"], "Did you mean team_salaries?"),
    "solve --table": ([TEAMS, "--table", "submision"], "Did you mean submission?"),
    "sensitivity": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "sensitivity --result": ([TEAMS, "--result", "net_present_value"], "net_present_value"),
    "compare": (["parent-infant-team-2021"], f"Did you mean {TEAMS}?"),
    "reconcile": (["C99999"], "C99999"),
    "reconcile --source": (["--source", "nobody"], "nobody"),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_word_that_is_mistyped_is_answered_with_the_nearest(words: str, empty_folder: Path) -> None:
    arguments, hint = WORDS[words]
    err = refused(costmodel_cli(words.split()[0], *arguments, "--assumptions", SHIPPED), empty_folder)
    assert hint in err
    assert list(empty_folder.iterdir()) == []


def test_an_unknown_command_and_option_are_bad_usage(empty_folder: Path) -> None:
    assert (costmodel_cli("rn").code, costmodel_cli("run", "--scenari", "x").code) == (2, 2)
    assert costmodel_cli("sensitivity", TEAMS, "--target", "lots").code == 2
    assert costmodel_cli("show", TEAMS, "--format", "xml").code == 2


def test_a_program_of_its_own_ends_as_the_library_says(empty_folder: Path) -> None:
    file, old, new, *_ = CASES["band"]
    edit(copy_of_teams(empty_folder) / file, old, new)
    ran = in_own_process("run", cwd=empty_folder, env=environment())
    assert "8e" in refused(ran, empty_folder)


# What looks dangerous and is only text or a number


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum"])
def test_text_that_begins_like_a_formula_stays_text(start: str, empty_folder: Path) -> None:
    import openpyxl  # type: ignore[import-untyped,unused-ignore]

    teams = copy_of_teams(empty_folder)
    edit(teams / "team.yaml", "{role: Admin, band", f"{{role: '{start} admin', band")
    edit(teams / "proposal.yaml", "    label: Total each year", f"    label: '{start} total'")
    ran = costmodel_cli("run", TEAMS, "--scenario", "base")
    assert ran.code == 0, ran.err
    made = empty_folder / "outputs" / TEAMS / "base"
    book = openpyxl.load_workbook(made / "workbook.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    for text in (f"{start} admin", f"{start} total"):
        found = [cell for cell in cells if cell.value == text]
        assert found
        assert all(cell.data_type == "s" for cell in found)
    row = next(
        line for line in (made / "tables" / "submission.csv").read_text("utf-8").splitlines() if "total," in line
    )
    label = row.split(",")[1].strip('"')
    assert label.endswith(f"{start} total")
    assert label[0] not in "=+-@", "a spreadsheet that opens the CSV would read the label as a formula"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("costs.yaml", PROGRAMME, PROGRAMME.replace("'", "")),
        ("costs.yaml", "['£11,077.50', '£4,987.50']", "[£11,077.50, £4,987.50]"),
        ("rollout.yaml", "operating_at_start: 40", "operating_at_start: {value: 40.0}"),
        ("proposal.yaml", PEOPLE, "    value: 280_000\n"),
        ("proposal.yaml", PEOPLE, "    value: 280k\n"),
        ("team.yaml", RATE, "      value: 0.14\n"),
    ],
)
def test_other_ways_to_write_the_same_number(file: str, old: str, new: str, empty_folder: Path) -> None:
    edit(copy_of_teams(empty_folder) / file, old, new)
    assert round_half_up(costmodel.load(TEAMS).run().value("total_spending_review")) == 87_836_029


def small(**files: str) -> dict[str, str]:
    """The least proposal, with more files."""
    text = "proposal: {title: A trial, years: 2024/25 to 2025/26}\n"
    return {"proposal.yaml": text, **{name.replace("__", "/") + ".yaml": body for name, body in files.items()}}


VALUE: Callable[[str], str] = "{{label: X, unit: £, value: {}, reason: A test.}}".format


def test_an_assumption_and_a_line_of_one_name(empty_folder: Path) -> None:
    text = f"assumptions:\n  cost: {VALUE('1')}\nlines:\n  cost: {{label: X, unit: £, formula: cost}}\n"
    write_proposal(empty_folder / "assumptions" / "small", small(more=text))
    err = refused(costmodel_cli("check"), empty_folder)
    assert "the name 'cost' is taken" in err


def test_a_list_in_a_file_has_its_mistakes_where_they_stand_in_it(empty_folder: Path) -> None:
    text = "lists:\n  areas: {label: Areas, file: areas.csv, columns: {people: {unit: people, reason: A test.}}}\n"
    folder = write_proposal(empty_folder / "assumptions" / "small", small(more=text))
    write(folder / "areas.csv", "name,people\nNorth,100\nSouth,many\n")
    assert "small/areas.csv:3" in refused(costmodel_cli("check"), empty_folder)
    write(folder / "areas.csv", "name,people\nNorth,100,7\n")
    assert "small/areas.csv:2" in refused(costmodel_cli("check"), empty_folder)
    (folder / "areas.csv").unlink()
    assert "areas.csv" in refused(costmodel_cli("check"), empty_folder)


def test_a_value_with_neither_source_nor_reason(empty_folder: Path) -> None:
    text = f"assumptions:\n  {HERE}cost: {{label: X, unit: £, value: 1}}\n"
    text += "lines:\n  a: {label: X, unit: £, formula: cost}\n"
    folder = empty_folder / "assumptions" / "small"
    write_proposal(folder, small())
    place = write(folder / "more.yaml", text)
    err = refused(costmodel_cli("check"), empty_folder)
    assert f"assumptions/small/more.yaml:{place}: assumptions.cost: " in err
    assert "source" in err
    assert "reason" in err
