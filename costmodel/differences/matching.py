"""Matching the rows of two workbooks: by all that is typed in them, by id, and by label; each pair gets one name."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from costmodel.audit.grids import Grid
from costmodel.differences.side import MatchedRow, Side

Found = TypeVar("Found")
_Item = tuple[int, tuple[str, ...]]
Pair = tuple[MatchedRow | None, MatchedRow | None]
"""A row of the old workbook and of the new one; None where one has no such row."""


def match(
    old: Sequence[Found], new: Sequence[Found], keys: Sequence[Callable[[Found], Hashable]]
) -> list[tuple[Found | None, Found | None]]:
    """Pair what has the same key, by the strictest key first and in order; what is left over stands alone.

    A key that is nothing matches nothing. The pairs come in the order of the new, each thing of the old alone after
    that which stands before it.
    """
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: dict[Hashable, deque[int]] = {}
        for at, thing in enumerate(old):
            if at not in taken and (found := key(thing)):
                waiting.setdefault(found, deque()).append(at)
        for at, thing in enumerate(new):
            if at not in partner and (places := waiting.get(key(thing))):
                partner[at] = places.popleft()
                taken.add(partner[at])
    pairs: list[tuple[Found | None, Found | None]] = [
        (old[partner[at]] if at in partner else None, thing) for at, thing in enumerate(new)
    ]
    place_of = {before: at for at, before in partner.items()}
    gone: list[tuple[int, int]] = []
    after = 0
    for at in range(len(old)):
        if at in place_of:
            after = place_of[at] + 1
        else:
            gone.append((after, at))
    for after, at in reversed(gone):
        pairs.insert(after, (old[at], None))
    return pairs


def match_all(old: Side, new: Side) -> dict[str, list[Pair]]:
    """Match the rows of every sheet that both have, and name every row of both.

    Returns:
        The pairs of rows by the name of the sheet in small letters; those of a sheet that one side lacks stand alone.
    """
    for name in dict.fromkeys([*old.lists, *new.lists]):
        _name_items(name, old, new)
    pairs = {}
    for sheet in dict.fromkeys([*new.rows, *old.rows]):
        found = match(old.rows.get(sheet, []), new.rows.get(sheet, []), _KEYS)
        _name(found)
        pairs[sheet] = found
    return pairs


_KEYS: tuple[Callable[[MatchedRow], Hashable], ...] = (
    lambda row: (row.id, row.texts) if row.texts else None,
    lambda row: (row.id, row.label) if row.id else None,
    lambda row: row.id or None,
    lambda row: row.label if row.label and not row.id else None,
    lambda row: row.at if not row.texts and not row.id and row.grid is None else None,
    lambda row: (row.grid.header if row.grid else 0, row.at) if not row.label and not row.id else None,
)


def _name_items(name: str, old: Side, new: Side) -> None:
    """Name the rows of a list the same in both workbooks: by their first texts, as many as tell them apart."""
    sides = [(side, side.lists.get(name)) for side in (old, new)]
    rows = [_texts_of(grid) for _, grid in sides]
    keys: list[Callable[[_Item], Hashable]] = [lambda row: row[1], lambda row: row[1][:2], lambda row: row[1][:1]]
    pairs = match(list(enumerate(rows[0])), list(enumerate(rows[1])), keys)
    taken: dict[str, int] = {}
    names: list[dict[int, str]] = [{}, {}]
    firsts = [Counter(row[:1] for row in found) for found in rows]
    shared = {text for counts in firsts for first, count in counts.items() if count > 1 for text in first}
    for before, after in pairs:
        one = after or before
        assert one is not None
        words = [word for word in one[1] if word and not word.startswith("[")]
        name_of = ", ".join(words[:2] if one[1] and one[1][0] in shared else words[:1]) or str(one[0] + 1)
        name_of = _free(name_of, taken)
        for at, found in enumerate((before, after)):
            if found is not None:
                names[at][found[0]] = name_of
    for at, (side, grid) in enumerate(sides):
        if grid is not None:
            side.items[name] = [names[at][row] for row in range(len(rows[at]))]


def _texts_of(grid: Grid | None) -> list[tuple[str, ...]]:
    """The texts of each row of a list, but what the last columns say of it."""
    if grid is None:
        return []
    kind = grid.column("type") or grid.box.right + 1
    return [
        tuple(cell.text for cell in grid.cells(row) if cell.column < kind and cell.text and not cell.formula)
        for row in grid.rows
    ]


def _name(pairs: list[Pair]) -> None:
    """Name the rows of a sheet; where ids stand for several rows, by the text that tells them apart as well."""
    taken: dict[str, int] = {}
    counts = Counter(row.id for old, new in pairs if (row := new or old) is not None and row.id)
    for old, new in pairs:
        row = new or old
        assert row is not None
        said = row.id or " ".join(row.label.split()) or f"row {row.at}"
        if counts[row.id] > 1 and not row.is_line:
            said = " ".join([said, *row.texts[3:4]])
        name = _free(said, taken)
        for one in (old, new):
            if one is not None:
                one.name = name


def _free(name: str, taken: dict[str, int]) -> str:
    """A name that is not taken yet, which is taken now.

    Args:
        taken: each name that is taken, with the last number that it was tried with.
    """
    found, number = name, taken.get(name, 1)
    while found in taken:
        number += 1
        found = f"{name} #{number}"
    taken[found] = taken.get(found, 1)
    taken[name] = number
    return found
