"""What ranges hold, against looking at every cell."""

import random

import pytest

from costmodel.spreadsheets.cells import Box
from costmodel.spreadsheets.ranges import Extent, Ranges, Spot, Stretch

SHEET = "Sheet"


def cells_of(ranges: Ranges, node: Spot | Stretch) -> list[Spot]:
    """The cells of a stretch, by halving it down to them."""
    if not isinstance(node, Stretch):
        return [node]
    return [cell for half in ranges.halves(node) for cell in cells_of(ranges, half)]


@pytest.mark.parametrize("seed", range(20))
def test_a_range_is_made_of_its_filled_cells_each_once(seed: int) -> None:
    chance = random.Random(seed)
    filled = {(chance.randint(1, 40), chance.randint(1, 9)) for _ in range(chance.randint(1, 200))}
    ranges = Ranges({SHEET: filled})
    for _ in range(50):
        (top, bottom), (left, right) = (sorted(chance.choices(range(1, most), k=2)) for most in (45, 12))
        box = Box(top, left, bottom, right)
        made_of = list(ranges.made_of(Extent(SHEET, box)))
        inside = sorted((SHEET, *at) for at in filled if box.holds(*at))
        assert sorted(cell for node in made_of for cell in cells_of(ranges, node)) == inside
        assert ranges.holds_any(Extent(SHEET, box)) == bool(inside)
        for spot in inside:  # one thing that the range is made of holds the cell, or is it
            over = {spot, *(stretch for stretches in ranges.above(spot) for stretch in stretches)}
            assert len(over & {*made_of}) == 1


def test_a_long_range_is_made_of_few_stretches() -> None:
    ranges = Ranges({SHEET: [(row, 1) for row in range(1, 6_001)]})
    assert max(len(list(ranges.made_of(Extent(SHEET, Box(1, 1, last, 1))))) for last in range(1, 6_001)) <= 13
    assert max(len(list(ranges.made_of(Extent(SHEET, Box(first, 1, 6_000, 9))))) for first in range(1, 6_001)) <= 26


def test_a_range_of_a_sheet_that_is_not_there_is_empty() -> None:
    assert not Ranges({}).holds_any(Extent(SHEET, Box(1, 1, 9, 9)))
