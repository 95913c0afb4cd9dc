"""What the README says is so: its example runs, its formulas are those of the language, its commands and keys exist."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
from helpers import REPOSITORY, costmodel_cli

import costmodel
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.schema import Document
from costmodel.cli import main
from costmodel.language.parser import parse
from costmodel.language.tree import Call
from costmodel.language.vocabulary import VOCABULARY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(
    r"^`assumptions/(home-visiting/[\w/.-]+)`\n\n```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
)
BLOCKS = [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL) if not kind]
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("costmodel ")]


def section(heading: str) -> str:
    """The text below a heading, down to the next of any level."""
    return README.split(f"\n{heading}\n")[1].split("\n#")[0]


def first_column(heading: str) -> list[str]:
    """The first cells of the rows of a section's first table."""
    rows = re.findall(r"^\| (.*?) \|", section(heading), re.MULTILINE)
    return [row for row in rows[1:] if not row.startswith("--")]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.fixture
def example(empty_folder: Path) -> Path:
    """The files of the README's example, copied as it says."""
    for name, text in EXAMPLE:
        file = empty_folder / "assumptions" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return empty_folder


def test_the_example_is_as_many_files_as_it_says() -> None:
    said = re.search(r"Below is a whole one, in (\d+) files", README)
    assert said is not None
    assert len(EXAMPLE) == int(said[1])


def test_the_example_runs_and_comes_to_what_it_says(example: Path) -> None:
    for command in ("check", "show", "run"):
        ran = costmodel_cli(command, "home-visiting")
        assert ran.code == 0, ran.err
    assert "Note:" not in ran.out
    asked = re.search(r"The ask is (£[\d.]+ million)\. In the scenario `(.+?)` it is (£[\d.]+ million)", README)
    assert asked is not None
    for scenario, figure in (("base", asked[1]), (asked[2], asked[3])):
        brief = (example / "outputs" / "home-visiting" / scenario / "brief.md").read_text(encoding="utf-8")
        assert figure in brief
    costed = costmodel.load("home-visiting")
    teams = [
        costed.run(name).by_year("teams_operating")[-1] + costed.run(name).by_year("teams_starting")[-1]
        for name in costed.scenarios
    ]
    assert teams == [30, 30]
    assert "the same 30 teams are in place by the end" in README


def test_a_run_leaves_the_files_that_are_listed(example: Path) -> None:
    costmodel_cli("run", "home-visiting")
    for name in first_column("## What a run leaves"):
        pattern = in_code(name)[0].replace("<proposal>", "home-visiting").replace("<scenario>", "base")
        if pattern.count("/") > 1:  # those above are of the ledger, which a run of every proposal writes
            assert list(example.glob(pattern)), pattern


def test_every_form_of_formula_can_be_read() -> None:
    for cell in first_column("## Formulas"):
        for form in in_code(cell):
            text = f"a {form} b" if form in ("==", "!=", "<", "<=", ">", ">=", "and", "or") else form
            node, wrong = parse("not a" if form == "not" else text.replace(", n)", ", 2)"))
            assert (node is not None, wrong) == (True, []), form


def test_every_function_stands_in_the_table_of_formulas() -> None:
    shown: set[str] = set()
    for cell in first_column("## Formulas"):
        for form in in_code(cell):
            node, _ = parse(form)
            shown.update(step.function.name for step in (node.walk() if node else ()) if isinstance(step, Call))
            shown.update(re.findall(r"(\w+)\(", form))
    assert shown == set(VOCABULARY)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_line_is_one(line: str) -> None:
    words = shlex.split(line.split("#")[0])[1:]
    if words[1:] == ["--help"]:
        return
    command = main.commands[words[0]]
    with click.Context(main) as context:
        command.make_context(words[0], words[1:], parent=context)


def test_every_command_stands_in_the_table_of_commands() -> None:
    said = [word for cell in first_column("## Commands") for word in re.findall(r"`costmodel (\w+)", cell)]
    assert set(said) == set(main.commands)


def test_every_option_in_the_table_of_commands_is_one() -> None:
    for line in section("## Commands").splitlines():
        codes = in_code(line)
        if line.startswith("| `costmodel ") and codes:
            options = {name for param in main.commands[codes[0].split()[1]].params for name in param.opts}
            said = {word for code in codes for word in re.findall(r"--[\w-]+", code)}
            assert said <= options, line


def test_every_section_of_a_proposal_has_a_heading_and_every_heading_is_one() -> None:
    part = README.split("\n### How the files work\n")[1].split("\n## Formulas\n")[0]
    named = {
        name for heading in re.findall(r"^### (.+)$", part, re.MULTILINE) for name in re.split(r", | and ", heading)
    }
    assert named == {field.alias or name for name, field in Document.model_fields.items()}


def test_every_key_of_a_value_that_is_named_is_one() -> None:
    named = {word for cell in first_column("### How the files work") for word in in_code(cell)}
    assert named <= {field.alias or name for name, field in Given.model_fields.items()}


def test_what_python_is_said_to_call_is_there() -> None:
    for name in re.findall(r"`(costmodel(?:\.\w+)+)(?:\(.*?\))?`", section("## From Python")):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_the_message_that_is_shown_is_the_one_that_is_given(example: Path) -> None:
    block = next(block for block in BLOCKS if "there is no band" in block)
    team = example / "assumptions" / "home-visiting" / "team.yaml"
    team.write_text(team.read_text(encoding="utf-8").replace("band: 7", "band: 8e"), encoding="utf-8")
    ran = costmodel_cli("check", "home-visiting")
    assert ran.code == 2
    assert ran.err.startswith(block)


def test_the_block_of_python_gives_what_it_says() -> None:
    code = re.search(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert code is not None
    held: dict[str, object] = {}
    for line in code[1].splitlines():
        if " = " in line or line.startswith("import"):
            exec(line, held)  # the README's own lines
    assert eval('base.value("total_spending_review")', held) == pytest.approx(87836028.58, abs=0.005)
