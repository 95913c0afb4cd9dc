"""What scenarios and proposals may be called, and that a name that a file system or a workbook mistakes is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import PROPOSALS, SHIPPED, costmodel_cli, write, write_proposal

import costmodel
from costmodel.analysis.edits import Edit
from costmodel.analysis.writing import write_scenario
from costmodel.assumptions.names import problem_of_name, problem_of_scenario_name, same_name
from costmodel.errors import BadInput

PROPOSAL = """proposal: {title: A trial, years: 2026/27 to 2027/28}
assumptions:
  a: {label: A, unit: number, value: 1, reason: A test.}
lines:
  l: {label: L, unit: number, formula: a}
tables:
  t: {title: T, rows: [l]}
"""
SCENARIO = "scenario: {title: S, reason: R.}\nchanges: {a: 2}\n"

REFUSED = {
    "Windows keeps this name": ["CON", "con", "prn", "aux", "Nul", "com1", "LPT9", "com1.5"],
    "it has a dot that is not between digits": ["a.", "a.b", "v.1", "1.", "comparison.md"],
    "it begins with": [
        "..",
        ".",
        ".a",
        "-x",
        "=1+1",
        "+x",
        "@SUM(1+1)",
        "*",
        "?ase",
        "~x",
        "_a",
        " a",
        "\u0301a",
        "(a)",
    ],
    "it has": ["a ", "a b", "a:b", "a*b", "a?", "slower~-start", "a/b", "a\\b", 'a"b', "a<b", "a|b", "a$", "5m-£6m"],
    "it has U+": ["a\x00", "a\x1b[31m", "a\nb", "a\x7f", "a\udcff", "a\u200bb", "a\ufe0f", "a\u3164", "a\u00a0b"],
    "characters, and 100 at most fit": ["x" * 101, "é" * 130, "界" * 81],
    "it is empty": [""],
}
NAMES = [
    "base",
    "lower-pay",
    "400-teams",
    "v1.2",
    "A",
    "x" * 100,
    "a_b-",
    "café",
    "nižší-mzdy",
    "वेतन",
    "低薪",
    "console",
    "com10",
]


@pytest.mark.parametrize(("says", "name"), [(says, name) for says, names in REFUSED.items() for name in names])
def test_what_no_command_file_system_and_workbook_takes_as_it_is_is_no_name(says: str, name: str) -> None:
    assert says in problem_of_name(name)
    assert says in problem_of_scenario_name(name)


@pytest.mark.parametrize("name", NAMES)
def test_letters_of_any_language_and_digits_are_names(name: str) -> None:
    assert problem_of_scenario_name(name) == ""


@pytest.mark.parametrize(
    "name", ["2026", "2026-27", "3.5", "1e5", "1-2", "TRUE", "false", "march-2026", "1-Jan", "dec25"]
)
def test_a_scenario_is_not_called_what_a_spreadsheet_takes_for_a_value(name: str) -> None:
    assert "a spreadsheet takes it for a number" in problem_of_scenario_name(name)
    assert problem_of_name(name) == ""
    assert problem_of_scenario_name(f"x-{name}") == ""


def test_a_scenario_is_not_called_what_a_spreadsheet_takes_for_the_code_of_a_letter() -> None:
    assert "takes _x0041_ in it for one letter" in problem_of_scenario_name("a_x0041_b")
    assert problem_of_scenario_name("a_x41_b") == ""


@pytest.mark.parametrize("name", ["may", "mayor-2026", "true-cost", "decent-2", "1-2-teams"])
def test_a_word_that_only_looks_like_a_value_is_a_name(name: str) -> None:
    assert problem_of_scenario_name(name) == ""


def test_every_name_that_is_in_use_is_a_name() -> None:
    for root in (SHIPPED, PROPOSALS):
        for file in root.glob("*/proposal.yaml"):
            assert problem_of_name(file.parent.name) == ""
        for file in root.glob("*/scenarios/*.yaml"):
            assert problem_of_scenario_name(file.stem) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Base", "base"),
        ("café", "cafe\u0301"),
        ("ＢＡＳＥ", "base"),
        ("straße", "STRASSE"),
        ("ﬁrst", "First"),
        ("ı", "I"),
    ],
)
def test_names_that_differ_in_capitals_or_in_how_a_letter_is_encoded_are_one(one: str, other: str) -> None:
    assert one != other
    assert same_name(one) == same_name(other)
    assert same_name("lower-pay") != same_name("lower_pay")


# Files and folders


def trial(folder: Path, *scenarios: str) -> Path:
    root = folder / "assumptions"
    scenario_files = {f"trial/scenarios/{name}.yaml": SCENARIO for name in scenarios}
    write_proposal(root, {"trial/proposal.yaml": PROPOSAL, **scenario_files})
    return root


@pytest.mark.parametrize("name", ["*", "?ase", "~x", "..", ".", "", "=1+1", "a b", "\x1b[31m", "2026", "aux"])
def test_a_scenario_file_of_another_name_is_refused_with_its_name(name: str, empty_folder: Path) -> None:
    trial(empty_folder, name)
    ran = costmodel_cli("run")
    assert ran.code == 2
    shown = name.replace("\x1b", "\\x1b")
    says = f"{name!r} is not a name for a scenario: {problem_of_scenario_name(name)}"
    assert ran.err.splitlines()[0] == f"assumptions/trial/scenarios/{shown}.yaml: {says}"
    assert "Rename the file. A name has letters, digits, hyphens and underscores" in ran.err
    assert ran.err.endswith("1 mistake. Nothing was written.\n")
    assert not (empty_folder / "outputs").exists()


@pytest.mark.parametrize(
    ("names", "file", "says"),
    [
        (["Base"], "Base", "the scenarios Base and base"),
        (["slow", "Slow"], "slow", "the scenarios slow and Slow"),
        (["café", "cafe\u0301"], "café", "the scenarios café and cafe\u0301"),
    ],
)
def test_two_scenarios_of_one_name_are_refused(names: list[str], file: str, says: str, empty_folder: Path) -> None:
    trial(empty_folder, *names)
    ran = costmodel_cli("check")
    assert ran.code == 2
    assert ran.err.startswith(f"assumptions/trial/scenarios/{file}.yaml: {says} have one name to a workbook")
    assert "Rename the file" in ran.err


def test_scenarios_of_names_in_other_languages_are_selected_by_them(empty_folder: Path) -> None:
    trial(empty_folder, "café", "nižší-mzdy")
    assert costmodel_cli("show", "trial", "--scenario", "nižší-mzdy").code == 0


@pytest.mark.parametrize("name", ["CON", "a.", "=x", "2026", "..", "Base", "Low"])
def test_a_scenario_is_written_under_a_name_by_the_same_rule(name: str, empty_folder: Path) -> None:
    root = trial(empty_folder, "low")
    with pytest.raises(BadInput) as caught:
        write_scenario(costmodel.load("trial", root).run("base"), name, [Edit(name="a", value=3.0)])
    assert [mistake.path for mistake in caught.value.mistakes] == ["--as"]
    says = problem_of_scenario_name(name) or {"base": "no import changes it", "low": "a scenario low"}[same_name(name)]
    assert says in str(caught.value)
    assert [file.name for file in (root / "trial" / "scenarios").iterdir()] == ["low.yaml"]


@pytest.mark.parametrize("name", ["con", "a.", "=hv", "home visiting", "~"])
def test_a_proposals_folder_of_another_name_is_refused_with_its_path(name: str, empty_folder: Path) -> None:
    write(empty_folder / "assumptions" / name / "proposal.yaml", PROPOSAL)
    ran = costmodel_cli("check")
    assert ran.code == 2
    assert ran.err.startswith(f"assumptions/{name}: {name!r} is not a name for a proposal: {problem_of_name(name)}")


def test_two_proposals_of_one_name_are_refused_with_both_paths(empty_folder: Path) -> None:
    for folder in ("a/hv", "b/hv", "c/HV"):
        write(empty_folder / folder / "proposal.yaml", PROPOSAL)
    for other in ("b/hv", "c/HV"):
        ran = costmodel_cli("run", "a/hv", other)
        assert ran.code == 2
        name = other.split("/")[1]
        assert ran.err.startswith(
            f"{other}: the proposal {name} has the name of a/hv: their outputs would be one folder"
        )
        assert not (empty_folder / "outputs").exists()


def test_a_proposal_that_is_named_twice_is_run_once(empty_folder: Path) -> None:
    write(empty_folder / "assumptions" / "hv" / "proposal.yaml", PROPOSAL)
    ran = costmodel_cli("check", "hv", "assumptions/hv", "hv")
    assert (ran.code, ran.out.count("files are in order")) == (0, 1)
