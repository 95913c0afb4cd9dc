"""Formulas that say the same have one normal form, and formulas that do not have two."""

import pytest

from costmodel.language.parser import parse
from costmodel.language.tree import Node
from costmodel.model.normal_form import normal

NEAR = "abs(a - b) {} tolerance * max(abs(a), abs(b))"
ALIKE = [
    ("-a", "0 - a"),
    ("a + -b", "a + 0 - b"),
    ("a + (b - c)", "a + b - c"),
    ("a + (b + (c - d))", "a + b + c - d"),
    ("a * (b / c)", "a * b / c"),
    ("1 if a > b else 0", "a > b"),
    ("c if a else b", "c if a != 0 else b"),
    ("(1 if a > b else 0) != 0", "a > b"),
    ("a and (b and c)", "a and b and c"),
    ("(a or b) or c", "a or b or c"),
    ("not a", "not (a != 0)"),
    ("a == b", NEAR.format("<=")),
    ("a != b", NEAR.format(">")),
]
UNLIKE = [
    ("a - b", "b - a"),
    ("a - (b - c)", "a - b - c"),
    ("a - (b + c)", "a - b + c"),
    ("a / (b * c)", "a / b * c"),
    ("a / (b / c)", "a / b / c"),
    ("a * (b + c)", "a * b + c"),
    ("a ** b ** c", "(a ** b) ** c"),
    ("-a ** b", "(-a) ** b"),
    ("a < b", "a <= b"),
    ("a < b", "b > a"),
    ("a and b or c", "a and (b or c)"),
    ("a and b", "b and a"),
    ("a != 0", "a"),
    ("0 if a > b else 1", "a > b"),
    ("a == b", NEAR.format("<")),
    ("a == b", NEAR.format("<=").replace("max", "min")),
    ("a == b", NEAR.format("<=").replace("tolerance", "c")),
    ("a == b", NEAR.format("<=").replace("abs(b)", "b")),
    ("min(a, b)", "max(a, b)"),
    ("prior(a)", "prior(a, 2)"),
]


def form(text: str) -> Node:
    node, mistakes = parse(text)
    assert node is not None, mistakes
    return normal(node)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_formulas_that_say_the_same_have_one_form(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_formulas_that_do_not_have_two(one: str, other: str) -> None:
    assert form(one) != form(other)


@pytest.mark.parametrize("text", dict.fromkeys(text for pair in ALIKE + UNLIKE for text in pair))
def test_a_normal_form_is_its_own(text: str) -> None:
    assert normal(form(text)) == form(text)
