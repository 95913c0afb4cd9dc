"""What a formula reads, and which of its ways a switch leaves."""

import numpy as np

from costmodel.language.parser import parse
from costmodel.language.shape import SCALAR, Shape
from costmodel.language.spelling import written
from costmodel.language.tree import At, Name, Node, Pay, Prior
from costmodel.language.units import read_unit
from costmodel.model.line import Line
from costmodel.model.reads import live, live_walk, names_in, prior_names, same_year_names, whole_run_names


def tree(text: str) -> Node:
    node, mistakes = parse(text)
    assert node is not None, mistakes
    return node


def line(name: str, unit: str, shape: Shape = SCALAR) -> Line:
    return Line(name=name, label=name, unit=read_unit(unit), values=np.ones((1, 1, 1)), shape=shape)


LINES = {name: line(name, "number") for name in "abc"} | {
    "on": line("on", "flag"),
    "now_and_then": line("now_and_then", "flag", Shape("", True)),
}


def test_what_is_read_of_the_past_is_told_from_what_is_read_of_the_year_and_of_all_years() -> None:
    node = tree("a + total(b)")
    past = tree("a").mapped(lambda part: part)
    assert past == Name("a")
    assert list(same_year_names(node)) == ["a", "b"]
    assert list(whole_run_names(node)) == ["b"]
    assert list(prior_names(Prior("a"))) == ["a"]
    assert list(same_year_names(Prior("a"))) == []
    assert names_in(At("a", "year_2022"), None, Pay("t.band", "y", "e")) == ["a", "year_2022", "t.band", "y", "e"]


def test_a_switch_leaves_one_way_wherever_it_stands_and_a_flag_by_year_leaves_both() -> None:
    node = tree("(a if on else b) * max(c, a if on else b) - (0 if (b if on else c) > a else 1)")
    assert written(live(node, LINES, lambda _: True)) == "a * max(c, a) - (0 if b > a else 1)"
    assert written(live(node, LINES, lambda _: False)) == "b * max(c, b) - (0 if c > a else 1)"
    both = tree("a if now_and_then else b")
    assert live(both, LINES, lambda _: True) == both


def test_what_rests_on_a_switch_rests_on_the_switch_too() -> None:
    read = [name for step in live_walk(tree("a if on else b"), LINES, lambda _: False) for name in step.names]
    assert read == ["on", "b"]
