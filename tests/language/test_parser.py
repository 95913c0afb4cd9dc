"""The formula language: what parses to what, and what is said of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.errors import BareNumber, Mistake, NotAFormula, WrongArguments
from costmodel.language.parser import parse
from costmodel.language.spelling import written
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Text,
)
from costmodel.language.vocabulary import VOCABULARY, function_of


def tree(text: str) -> Node:
    node, mistakes = parse(text)
    assert mistakes == []
    assert node is not None
    return node


MAX, PRIOR, GROWTH, TOTAL = (function_of(name, 2) for name in ("max", "prior", "growth", "total"))
A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a ** b ** c", Arithmetic("**", A, Arithmetic("**", B, C))),
        ("-a ** b", Negative(Arithmetic("**", A, B))),
        ("(-a) ** b", Arithmetic("**", Negative(A), B)),
        ("+a", A),
        ("1 - a", Arithmetic("-", Constant(1), A)),
        ("team.wte", Name("team.wte")),
        ("a == 'x'", Comparison("==", A, Text("x"))),
        ("a < b <= c", Logic("and", (Comparison("<", A, B), Comparison("<=", B, C)))),
        ("not a or b and c", Logic("or", (Not(A), Logic("and", (B, C))))),
        ("a if b else c", Choice(B, A, C)),
        ("max(a, b, 0)", Call(MAX, (A, B, Constant(0)))),
        ("prior(a)", Call(PRIOR, (A,))),
        ("prior(a, start=b)", Call(PRIOR, (A,), B)),
        ("prior(a, 2)", Call(PRIOR, (Call(PRIOR, (A,)),))),
        ("growth(a, '2022/23')", Call(GROWTH, (A, Text("2022/23")))),
        ("\n a\n + b\n", Arithmetic("+", A, B)),
    ],
)
def test_a_formula_is_a_tree(text: str, node: Node) -> None:
    assert tree(text) == node


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("", NotAFormula, "is not a formula"),
        ("a +", NotAFormula, "is not a formula"),
        ("=a+b", NotAFormula, "no = before it"),
        ("a ^ b", NotAFormula, r"\*\* for a power"),
        ("a * 14%", NotAFormula, "is an assumption"),
        ("a * 1.14", BareNumber, "the number 1.14"),
        ("a * 2", BareNumber, "the number 2"),
        ("a * True", BareNumber, "True"),
        ("a if b > 100 else 0", BareNumber, "the number 100"),
        ("a // b", NotAFormula, "not in the formula language"),
        ("a % b", NotAFormula, "not in the formula language"),
        ("a[0]", NotAFormula, "not in the formula language"),
        ("[a, b]", NotAFormula, "not in the formula language"),
        ("lambda: a", NotAFormula, "not in the formula language"),
        ("a.b.c", NotAFormula, "not a name"),
        ("__import__('os')", NotAFormula, "there is no function"),
        ("a.__class__()", NotAFormula, "there is no function"),
        ("totl(a)", NotAFormula, "Did you mean total"),
        ("growth(a)", WrongArguments, "growth takes 2 arguments, and 1 were given"),
        ("abs(a, b)", WrongArguments, "abs takes 1 argument, and 2"),
        ("total(a, b)", WrongArguments, "argument 2 is a text in quotes"),
        ("sum(*a)", WrongArguments, r"\*"),
        ("sum(a, start=b)", WrongArguments, "sum"),
        ("abs(x=a)", WrongArguments, "abs"),
        ("prior(a, 0)", WrongArguments, "a whole number from 1"),
        ("prior(a, b)", WrongArguments, "a whole number from 1"),
        ("prior(a, 101)", WrongArguments, "a whole number from 1"),
        ("max()", WrongArguments, "max takes 1 or more arguments, and 0 were given"),
        ("at('x', '2026/27')", WrongArguments, "argument 1 is a value, and 'x' is text"),
        ("prior('x')", WrongArguments, "argument 1 is a value"),
        ("min(a, 'y')", WrongArguments, "argument 2 is a value"),
        ("growth('x', '2026/27')", WrongArguments, "argument 1 is a value"),
        ("a in b", NotAFormula, "not in the formula language"),
        ("~a", NotAFormula, "not in the formula language"),
        ("f'{a}'", NotAFormula, "not in the formula language"),
        ("(a := b)", NotAFormula, "not in the formula language"),
    ],
)
def test_what_is_no_formula_is_said(text: str, kind: type[Mistake], says: str) -> None:
    import re

    node, mistakes = parse(text)
    assert node is None
    assert kind in {type(mistake) for mistake in mistakes}
    assert any(re.search(says, str(mistake)) for mistake in mistakes), mistakes


def test_every_mistake_of_a_formula_is_found() -> None:
    _, mistakes = parse("a * 2 + growth(b) + totl(c)")
    assert [type(mistake) for mistake in mistakes] == [BareNumber, WrongArguments, NotAFormula]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500,
        "a" + "+a" * 900,
        "-" * 3000 + "a",
        "(" * 90 + "a" + ")" * 90,
        "a" * 5000,
        "9" * 3999,
        "a\x00b",
        "\ud800",
    ],
)
def test_what_is_too_much_is_refused_and_breaks_nothing(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "a".join(["", *["<(a"] * 15]).removeprefix("<") + "<a)" * 15,
        "prior(a,100,start=prior(a,100,start=prior(a,100,start=1)))",
        "prior(" * 8 + "a" + ",100)" * 8,
    ],
)
def test_few_words_that_stand_for_more_steps_than_anyone_reads_are_refused_at_once(text: str) -> None:
    node, (mistake,) = parse(text)
    assert node is None
    assert "stands for over" in mistake.says


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    node, mistakes = parse(text)
    assert (node is None) == bool(mistakes)


WORDS = ["a", "b.c", "0", "1", "2.5", "'x'", "(", ")", "+", "-", "*", "/", "**", ",", " if ", " else ", " and ", "not ",
         "==", "<", ".", "[", "]", "=", "start=", *VOCABULARY]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
def test_no_mixture_of_its_words_breaks_the_parser(text: str) -> None:
    node, mistakes = parse(text)
    assert (node is None) == bool(mistakes)


LEAF = st.sampled_from([A, B, Name("l.c"), Constant(0), Constant(1)])


def _grown(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inside, inside),
        st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inside, inside),
        st.builds(Negative, inside),
        st.builds(Not, inside),
        st.builds(Choice, inside, inside, inside),
        st.builds(lambda *of: Call(MAX, of), inside, inside),
        st.builds(lambda of: Call(TOTAL, (of,)), inside),
        st.builds(lambda of, start: Call(PRIOR, (of,), start), inside, inside),
    )


@given(st.recursive(LEAF, _grown, max_leaves=12))
def test_a_tree_is_read_back_as_it_is_written(node: Node) -> None:
    assert tree(written(node)) == node
