"""How the rows of two workbooks are matched."""

import random
from collections.abc import Sequence

import pytest

from costmodel.differences.matching import match


def pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    return match(old, new, [lambda text: text, lambda text: text[0]])


def test_what_is_gone_stands_after_what_stood_before_it() -> None:
    assert pairs(["a", "b", "c", "d"], ["a", "d", "e"]) == [
        ("a", "a"),
        ("b", None),
        ("c", None),
        ("d", "d"),
        (None, "e"),
    ]
    assert pairs(["x", "y"], []) == [("x", None), ("y", None)]


def test_the_stricter_key_comes_first_and_equal_keys_are_taken_in_order() -> None:
    assert pairs(["a1", "a2", "a2"], ["a2", "a3", "a2"]) == [("a2", "a2"), ("a1", "a3"), ("a2", "a2")]


@pytest.mark.parametrize("seed", range(10))
def test_everything_stands_in_one_pair(seed: int) -> None:
    chance = random.Random(seed)
    old, new = ([chance.choice("abcdefg") + chance.choice("123") for _ in range(30)] for _ in range(2))
    found = pairs(old, new)
    assert [now for _, now in found if now is not None] == new
    assert sorted(was for was, _ in found if was is not None) == sorted(old)
