"""A policy team may restyle the brief: a template reads what it is given, and a mistake in it has a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import HERE, REPOSITORY, TEAMS, costmodel_cli, write

RUN = ("run", TEAMS, "--scenario", "base")


def brief(folder: Path) -> str:
    return (folder / "outputs" / TEAMS / "base" / "brief.md").read_text(encoding="utf-8")


def test_a_template_beside_the_assumptions_is_used_and_stands_in_the_manifest(empty_folder: Path) -> None:
    write(
        empty_folder / "templates" / "brief.md", "{{ proposal.title }}: {{ ask.prose }} ({{ heading.title | upper }})\n"
    )
    assert costmodel_cli(*RUN).code == 0
    assert brief(empty_folder) == "Expanding infant mental health provision in England: £87.8 million (AS PUBLISHED)\n"
    manifest = (empty_folder / "outputs" / TEAMS / "base" / "manifest.json").read_text(encoding="utf-8")
    assert "templates/brief.md" in manifest


def test_a_template_may_take_the_shipped_one_in(empty_folder: Path) -> None:
    write(empty_folder / "templates" / "page.md", (REPOSITORY / "templates" / "brief.md").read_text(encoding="utf-8"))
    write(empty_folder / "templates" / "brief.md", 'For the minister.\n\n{% include "page.md" %}\n')
    assert costmodel_cli(*RUN).code == 0
    assert brief(empty_folder).startswith(
        "For the minister.\n\n# Expanding infant mental health provision in England\n"
    )


@pytest.mark.parametrize(
    ("template", "says"),
    [
        (f"A\n{HERE}{{% if %}}\n", "the template cannot be read: Expected an expression"),
        (f"A\n\n{HERE}{{{{ proposal.title }}\n", "the template cannot be read: unexpected"),
        (f"A\n{HERE}{{% nonsense %}}\n", "the template cannot be read: Encountered unknown tag 'nonsense'"),
        (f"A\n{HERE}{{{{ no_such_thing }}}}\n", "the template does not work: 'no_such_thing' is undefined"),
        (f"A\n{HERE}{{{{ proposal.titel }}}}\n", "has no attribute 'titel'"),
        (f"A\n\n{HERE}{{{{ 1 / 0 }}}}\n", "the template does not work: division by zero"),
        (f"{HERE}{{{{ 'a' + 1 }}}}\n", "the template does not work: can only concatenate str"),
        (f"A\n{HERE}{{% include 'missing.md' %}}\n", "the template does not work: 'missing.md' not found"),
        (f"{HERE}{{{{ name.__class__.__mro__ }}}}\n", "access to attribute '__class__'"),
        (f"{HERE}{{% for n in range(999999999) %}}{{{{ n }}}}{{% endfor %}}\n", "range"),
    ],
)
def test_a_mistake_in_a_template_is_said_with_its_line_and_nothing_is_written(
    template: str, says: str, empty_folder: Path
) -> None:
    line = write(empty_folder / "templates" / "brief.md", template).split(":")[0]
    ran = costmodel_cli(*RUN)
    assert ran.code == 2
    assert ran.err.startswith(f"templates/brief.md:{line}:1: the template "), ran.err
    assert says in ran.err
    assert "1 mistake. Nothing was written." in ran.err
    assert not (empty_folder / "outputs").exists()


def test_a_template_that_is_not_utf_8_is_said(empty_folder: Path) -> None:
    (empty_folder / "templates").mkdir()
    (empty_folder / "templates" / "brief.md").write_bytes(b"caf\xe9")
    ran = costmodel_cli(*RUN)
    assert ran.code == 2
    assert ran.err.startswith("templates/brief.md: the template does not work: 'utf-8' codec")


def test_a_template_that_calls_itself_for_ever_is_said(empty_folder: Path) -> None:
    write(empty_folder / "templates" / "brief.md", "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}")
    ran = costmodel_cli(*RUN)
    assert ran.code == 2
    assert re.match(r"templates/brief\.md:1:1: the template does not work: maximum recursion depth", ran.err)
