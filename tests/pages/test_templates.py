"""A policy team may restyle the brief: a template reads what it is given, and a mistake in it has a line."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers import HERE, REPOSITORY, TEAMS, costmodel_cli, write

from costmodel.analysis.loading import load_proposal
from costmodel.errors import BadInput
from costmodel.pages.brief import brief_facts
from costmodel.pages.templates import Templates, plain

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
        (
            f"{HERE}{{{{ name.__class__.__mro__ }}}}\n",
            "a text has no attribute '__class__': it has capitalize, endswith,",
        ),
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
    assert ran.err.startswith("templates/brief.md: the template cannot be read: 'utf-8' codec")


# What a template may reach


def parts(value: Any) -> Iterator[Any]:
    """A value, and everything in it."""
    yield value
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from parts(one)


@pytest.mark.parametrize("proposal", ["family-hubs-2025", "parent-infant-team-cost", TEAMS])
def test_templates_get_plain_values_and_no_models(proposal: str) -> None:
    costed = load_proposal(proposal)
    for scenario in costed.scenarios:
        handed = list(parts(plain(brief_facts(costed.run(scenario)))))
        assert {type(one) for one in handed} <= {str, int, float, bool, type(None), list, dict}
        assert len(handed) > 100


def test_a_model_among_the_facts_is_never_handed_over() -> None:
    proposal = load_proposal(TEAMS).costing.proposal
    assert not is_dataclass(proposal)
    for facts in ({"proposal": proposal}, {"all": [{"in": (proposal,)}]}, {"method": proposal.model_dump}):
        with pytest.raises(TypeError, match="a template gets plain values"):
            plain(facts)


FACTS = {"proposal": {"title": "Hubs", "asks_for": ["One", "Two"]}, "years": "2022 to 2025"}


def rendered(folder: Path, template: str, **others: str) -> str:
    """What a template gives, beside others of the same folder by name."""
    for name, text in {"brief": template, **others}.items():
        write(folder / "templates" / f"{name}.md", text)
    return Templates([Path("templates")]).render("brief.md", FACTS)


def refused(folder: Path, template: str, **others: str) -> str:
    """What is said of a template that does not work."""
    with pytest.raises(BadInput) as raised:
        rendered(folder, template, **others)
    return str(raised.value)


def test_a_template_runs_no_programs(empty_folder: Path) -> None:
    pickled = "cos\\nsystem\\n(S'id > pwned.txt'\\ntR."
    write(
        empty_folder / "templates" / "brief.md",
        f"""{{{{ proposal.parse_raw("{pickled}".encode(), proto='pickle', allow_pickle=True) }}}}""",
    )
    ran = costmodel_cli(*RUN)
    assert ran.code == 2
    assert "templates/brief.md:1:1: the template does not work: a text has no attribute 'encode'" in ran.err
    assert "Traceback" not in ran.err
    assert [file.name for file in empty_folder.iterdir()] == ["templates"]


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ proposal.parse_raw('') }}", "a mapping has no attribute 'parse_raw': it has asks_for, title."),
        ("{{ proposal.tilte }}", "Did you mean title?"),
        ("{{ proposal.items() }}", "a mapping has no attribute 'items'"),
        ("{{ proposal.asks_for.append(1) }}", "a list has no attribute 'append'"),
        ("{{ years['__class__'] }}", "a text has no attribute '__class__'"),
        ("{{ [proposal] | map(attribute='__class__') | first }}", "a mapping has no attribute '__class__'"),
        ("{{ '{0.__class__}'.format(years) }}", "a text has no attribute 'format'"),
        ("{{ '{a}'.format_map(proposal) }}", "a text has no attribute 'format_map'"),
        ("{{ '%s' % years }}", "a template has no powers and no formats"),
        ("{{ '%s' | format(years) }}", "a template has no filter 'format': it has capitalize, cell, default,"),
        ("{{ years | attr('upper') }}", "a template has no filter 'attr'"),
        ("{{ years is filter }}", "a template has no test 'filter': it has boolean, defined,"),
        ("{{ range.__globals__ }}", "a function has no attribute '__globals__'"),
        ("{{ namespace.__init__ }}", "a type has no attribute '__init__'"),
        ("{{ namespace().__class__ }}", "no attribute '__class__'"),
        (
            "{% for n in [1] %}{{ loop._iterable }}{% endfor %}",
            "no attribute '_iterable': it has changed, cycle",
        ),
        ("{% macro m() %}{% endmacro %}{{ m._func }}", "no attribute '_func'"),
        ("{{ self }}", "a template has no name 'self'"),
        ("{{ {'a': 1} }}", "a template has no mapping of its own"),
        ("{% for n in [] recursive %}{% endfor %}", "a template has no recursive loop"),
        ("{% extends 'page.md' %}", "a template has no statement 'extends': it has filter, for, from, if, include,"),
        ("{{ lipsum() }}", "'lipsum' is undefined"),
        ("{{ proposal.asks_for }}", "a list cannot be written: only a text or a number can"),
    ],
)
def test_a_template_reaches_what_is_listed_and_is_told_what_that_is(
    template: str, says: str, empty_folder: Path
) -> None:
    said = refused(empty_folder, f"A\n{template}")
    assert said.startswith("templates/brief.md:2:1: the template ")
    assert says in said


def test_a_template_has_what_a_reasonable_author_needs(empty_folder: Path) -> None:
    template = """\
{% from "macros.md" import strong %}
{% set counted = namespace(at=0, text="") %}
{% for ask in proposal.asks_for if ask != "Three" %}
{% set counted.at = counted.at + 1 %}
{{ counted.at }}/{{ loop.length }} {{ strong(ask.upper().replace("O", "0")) }}{{ ";" if not loop.last }}
{% endfor %}
{{ "-".join(years.split(" to ")) }} {{ years[:4] ~ "!" }} {{ 7 % 4 * 2 }} {{ proposal.by | default("nobody") }}
{{ proposal.asks_for | map("lower") | join(", ") }} {{ ["b", "a"] | sort | first }} {{ years.startswith("2022") }}
{% filter upper %}all {{ proposal["title"] }}{% endfilter %}
"""
    text = rendered(empty_folder, template, macros="{% macro strong(text) %}**{{ text }}**{% endmacro %}")
    assert text.splitlines() == [
        "1/2 **0NE**;",
        "2/2 **TW0**",
        "2022-2025 2022! 6 nobody",
        "one, two a True",
        "ALL HUBS",
    ]


# How much a template may do

STEPS = "its loops and calls come to more than 1,000,000 steps"
CHARACTERS = "it makes more than 5,000,000 characters of text"
DOUBLED = "{{% set all = namespace(x={first}) %}}{{% for n in range(64) %}}{{% set all.x = {twice} %}}{{% endfor %}}"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}", STEPS),
        ("{% for i in range(99999) %}{% for j in range(99999) if j < 0 %}{% endfor %}{% endfor %}", STEPS),
        ("{% for i in range(99999) %}{{ range(99999) | select('odd') | list | length }}{% endfor %}", STEPS),
        ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(64) }}", STEPS),
        ("{% for i in range(99999) %}{{ loop.cycle(*range(99999)) }}{% endfor %}", STEPS),
        ("{{ ([1] * 3000000000) | length }}", STEPS),
        (DOUBLED.format(first="['x']", twice="all.x + all.x"), STEPS),
        (DOUBLED.format(first="['x']", twice="[all.x, all.x]"), "holds texts, numbers and facts, and no lists"),
        ("{% for i in range(99999) %}" + "x" * 99_999 + "{% endfor %}", CHARACTERS),
        ("{% set all %}{% for i in range(99999) %}" + "x" * 99_999 + "{% endfor %}{% endset %}", CHARACTERS),
        ("{% for i in range(99999) %}{{ proposal.title * 99 }}{% endfor %}", CHARACTERS),
        ("{{ 'x' * 3000000000 }}", CHARACTERS),
        ("{{ 3000000000 * 'x' }}", CHARACTERS),
        ("{{ range(9999) | join('x' * 99999) }}", CHARACTERS),
        ("{{ ('x' * 99999).replace('x', 'y' * 99999) }}", CHARACTERS),
        ("{{ ('x' * 99999) | replace('x', 'y' * 99999) }}", CHARACTERS),
        ("{% set all = 'x' * 999999 %}{% for n in range(9999) if 'y' in all %}{% endfor %}", CHARACTERS),
        (DOUBLED.format(first="'x'", twice="all.x ~ all.x"), CHARACTERS),
        (DOUBLED.format(first="'x'", twice="all.x + all.x"), CHARACTERS),
        (DOUBLED.format(first="'x'", twice="[all.x, all.x] | join"), CHARACTERS),
        (DOUBLED.format(first="10", twice="all.x * all.x"), "it makes a number that is too large"),
        ("{{ 10 ** 10 ** 10 }}", "a template has no powers and no formats"),
        ("{{ '%99999999d' % 1 }}", "a template has no powers and no formats"),
        ("{{ range(1000000000) }}", "Range too big"),
        ("{{ 'x' | center(1000000000) }}", "a template has no filter 'center'"),
        ("{{ 'x' | indent(1000000000) }}", "a template has no filter 'indent'"),
        ("{{ 'x'.zfill(1000000000) }}", "a text has no attribute 'zfill'"),
        ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "calls itself without end"),
        ("{% include 'brief.md' %}", "calls itself without end"),
        ("{% include 'brief.md' ignore missing %}" * 2, "calls itself without end"),
    ],
)
def test_whatever_a_template_does_it_soon_ends(template: str, says: str, empty_folder: Path) -> None:
    before = time.process_time()
    said = refused(empty_folder, f"A\n{template}")
    took = time.process_time() - before
    assert said.startswith("templates/brief.md:2:1: the template "), said
    assert says in said
    assert took < 6  # seconds: about 1 where nothing else runs, and hours where there is no end


@pytest.mark.parametrize("twice", ["all.x ~ all.x", "all.x + all.x", "[all.x, all.x] | join", "all.x * 99999"])
def test_whatever_a_template_makes_takes_little_memory(twice: str, empty_folder: Path) -> None:
    tracemalloc.start()
    try:
        assert CHARACTERS in refused(empty_folder, DOUBLED.format(first="'x'", twice=twice))
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "template",
    [
        "{{ " + "(" * 9_999 + "1" + ")" * 9_999 + " }}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
        "{{ " + " + ".join("1" * 9_999) + " }}",
        "{{ " + "9" * 9_999 + " }}",
        "x" * 200_001,
    ],
)
def test_a_template_that_is_too_large_to_read_is_said(template: str, empty_folder: Path) -> None:
    said = refused(empty_folder, "{% include 'page.md' %}", page=template)
    assert said.startswith("templates/page.md: the template cannot be read: ")


def test_each_scenario_may_do_as_much(empty_folder: Path) -> None:
    write(empty_folder / "templates" / "brief.md", "{{ 'x' * 2000000 }}")
    templates = Templates([Path("templates")])
    assert [len(templates.render("brief.md", FACTS)) for _ in range(4)] == [2_000_000] * 4


# Where a template is


def test_a_mistake_in_an_included_template_has_its_file_and_line(empty_folder: Path) -> None:
    for mistake in ("{{ 1 / 0 }}", "{{ nothing }}", "{% if %}", "{{ 'x' * 3000000000 }}", "{{ years.encode() }}"):
        said = refused(empty_folder, "A\n{% include 'page.md' %}", page=f"A\n\n{mistake}")
        assert said.startswith("templates/page.md:3:1: the template "), said
    said = refused(
        empty_folder, "{% include 'page.md' %}", page="\n{% for i in range(99999) %}" + "x" * 999 + "{% endfor %}"
    )
    assert said.startswith("templates/page.md:2:1: the template does not work: it makes more than")


def test_a_link_out_of_the_folder_of_templates_is_not_followed(empty_folder: Path) -> None:
    write(empty_folder / "secret.md", "secret")
    (empty_folder / "secrets").mkdir()
    write(empty_folder / "secrets" / "other.md", "secret")
    (empty_folder / "templates").mkdir()
    (empty_folder / "templates" / "page.md").symlink_to("../secret.md")
    (empty_folder / "templates" / "folder").symlink_to(empty_folder / "secrets")
    for name in ("page.md", "folder/other.md"):
        said = refused(empty_folder, f"A\n{{% include '{name}' ignore missing %}}")
        link = f"templates/{name} is a link that leads out of the folder of templates"
        assert said == f"templates/brief.md:2:1: the template does not work: {link}"
    (empty_folder / "templates" / "brief.md").unlink()
    (empty_folder / "templates" / "brief.md").symlink_to("../secret.md")
    ran = costmodel_cli(*RUN)
    assert ran.code == 2
    assert ran.err.startswith("templates/brief.md: the template does not work: templates/brief.md is a link")
    assert not (empty_folder / "outputs").exists()


def test_a_link_within_the_folder_of_templates_is_followed(empty_folder: Path) -> None:
    write(empty_folder / "templates" / "long.md", "linked")
    (empty_folder / "templates" / "page.md").symlink_to("long.md")
    assert rendered(empty_folder, "{% include 'page.md' %}") == "linked"


def test_a_path_out_of_the_folder_of_templates_is_not_found(empty_folder: Path) -> None:
    write(empty_folder / "secret.md", "secret")
    for name in ("../secret.md", (empty_folder / "secret.md").as_posix()):
        said = refused(empty_folder, f"{{% include '{name}' %}}")
        assert said.endswith(f"the template does not work: '{name}' not found in the folders of templates")
