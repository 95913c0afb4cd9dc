"""YAML as texts with positions: its traps, its mistakes, and paths through it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.assumptions.document import (
    Mapping,
    Scalar,
    Tree,
    find,
    leaves,
    parse_yaml,
    plain,
    position,
    read_path,
    replaced,
    spell,
)
from costmodel.errors import AliasExplosion, DuplicateKey, Mistake, Mistakes, NotYaml, Position, WrongKind


def read(text: str) -> Mapping:
    mistakes = Mistakes()
    tree = parse_yaml(text, "a.yaml", mistakes)
    assert mistakes.found == []
    assert tree is not None
    return tree


def wrong(text: str) -> list[Mistake]:
    mistakes = Mistakes()
    parse_yaml(text, "a.yaml", mistakes)
    return mistakes.found


@pytest.mark.parametrize(
    "text",
    ["no", "yes", "on", "12:30", "010", "0o10", "1_000", "2022/23", "2022", "1e3", ".inf", "2022-04-01", "14%", "1.10"],
)
def test_a_value_is_the_text_that_was_written(text: str) -> None:
    assert plain(read(f"a: {text}")) == {"a": text}
    assert plain(read(f"{{a: {text}, {text}: b}}")) == {"a": text, text: "b"}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_nothing_and_in_quotes_a_text(text: str) -> None:
    assert plain(read(f"a: {text}")) == {"a": None}
    assert plain(read(f"a: '{text}'")) == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: £500,000, b: 1}", {"a": "£500,000", "b": "1"}),
        ("{2022/23: £500,000, 2023/24: £1,000,000}", {"2022/23": "£500,000", "2023/24": "£1,000,000"}),
        ("{a: 1,234,567.50}", {"a": "1,234,567.50"}),
        ("{a: £1,200 million}", {"a": "£1,200 million"}),
        ("{a: [£11,077.50, £4,987.50]}", {"a": ["£11,077.50", "£4,987.50"]}),
        ("{a: [1, 200]}", {"a": ["1", "200"]}),
        ("{a: [100,200,300]}", {"a": ["100", "200", "300"]}),
        ("{a: 1, 200: 2}", {"a": "1", "200": "2"}),
    ],
)
def test_thousands_between_braces_are_one_number_where_nothing_else_could_be_meant(text: str, value: object) -> None:
    assert plain(read(text)) == value


def test_every_value_and_key_knows_where_it_stands() -> None:
    tree = read("a:\n  b: 1\n  c: [x,  y]\n")
    assert position(tree, ("a", "b")) == Position("a.yaml", 2, 6)
    assert position(tree, ("a", "b"), of_key=True) == Position("a.yaml", 2, 3)
    assert position(tree, ("a", "c", 1)) == Position("a.yaml", 3, 11)
    assert position(tree, ("a", "nothing")) == position(tree, ("a",))
    assert str(Position("a.yaml", 2, 6)) == "a.yaml:2:6"


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("a: [1", NotYaml, 1),
        ("a: 1\nb: c: d", NotYaml, 2),
        ("a: 1\n---\nb: 2", NotYaml, 2),
        ("a: 1\nb: 2\na: 3", DuplicateKey, 3),
        ("a: {b: 1, b: 2}", DuplicateKey, 1),
        ("- 1", WrongKind, 1),
        ("a: 1\n? [x]\n: 2", WrongKind, 2),
    ],
)
def test_mistakes_of_yaml_are_said_with_their_line(text: str, kind: type[Mistake], line: int) -> None:
    found = wrong(text)
    assert [type(mistake) for mistake in found] == [kind]
    assert found[0].where is not None
    assert abs(found[0].where.line - line) <= 1


def test_aliases_may_be_used_and_may_not_explode() -> None:
    assert plain(read("a: &x [1, 2]\nb: *x")) == {"a": ["1", "2"], "b": ["1", "2"]}
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(30))
    assert [type(mistake) for mistake in wrong(bomb)] == [AliasExplosion]
    assert wrong("a: &a [*a]")
    assert wrong("a: " + "[" * 2000)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    wrong(text)


@given(st.text(alphabet="ab:{}[],&*!|>-'\"# \n\t%@`0£", max_size=60))
def test_no_yaml_breaks_the_reader(text: str) -> None:
    wrong(text)


STEP = st.from_regex(r"[a-z][a-z0-9_/]{0,8}", fullmatch=True)


@given(STEP, st.lists(st.one_of(STEP, st.integers(0, 30)), max_size=5))
def test_a_path_is_read_as_it_is_written(first: str, rest: list[str | int]) -> None:
    assert read_path(spell((first, *rest))) == (first, *rest)


def test_rows_are_counted_from_one_in_a_path() -> None:
    assert spell(("workforce", "team", 2, "band")) == "workforce.team[3].band"


def test_a_part_is_found_and_replaced_and_the_rest_stays() -> None:
    tree = read("a: {b: [1, 2]}\nc: 3")
    new: Tree = replaced(tree, ("a", "b", 1), Scalar(Position("b.yaml"), "9"))
    assert plain(new) == {"a": {"b": ["1", "9"]}, "c": "3"}
    assert plain(tree) == {"a": {"b": ["1", "2"]}, "c": "3"}
    assert find(tree, ("a", "b", 7)) is None
    assert find(tree, ("a", "x")) is None
    assert [spell(path) for path, _ in leaves(tree)] == ["a.b[1]", "a.b[2]", "c"]
