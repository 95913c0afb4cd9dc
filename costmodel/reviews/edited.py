"""An edited workbook held against one that is made anew: which inputs differ, and what else does."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, field
from typing import Any

from costmodel.errors import Mistake, Position, WorkbookChanged, WrongCell
from costmodel.numbers import read_number
from costmodel.reviews.places import Key, cell_name
from costmodel.spreadsheets.cells import Cell, Workbook
from costmodel.spreadsheets.parsing import Token, parsed
from costmodel.workbook.layout import COVER, QA, SELECTOR_ROW

SELECTOR = (COVER, SELECTOR_ROW + 1, 2)
_KEPT = 1e-14
"""The share by which a number may differ that a spreadsheet program wrote again, with the 15 digits that it keeps."""
_SHOWN = 60
"""Characters of a text or formula that a message shows."""


@dataclass(kw_only=True)
class Difference:
    """What differs between the workbook as made and as it is now."""

    edits: dict[Key, float] = field(default_factory=dict)
    """New numbers of inputs."""
    mistakes: list[Mistake] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Cells whose text differs, and that no formula reads."""
    added: list[str] = field(default_factory=list)
    """Cells that hold something where nothing stood."""
    sheets: list[str] = field(default_factory=list)
    """Sheets that were added."""


def compare(
    expected: Workbook, found: Workbook, inputs: set[Key], links: dict[Key, Key], counts: set[Key], name: str
) -> Difference:
    """Compare cell by cell; the selector and cached values may differ.

    Args:
        inputs: the cells of inputs of numbers.
        links: cells that show the value of the scenario that is selected, and where that value stands.
        counts: cells of texts that formulas read.
        name: the file, for messages.
    """
    difference, where = Difference(), Position(name)
    difference.sheets = [sheet.name for sheet in found.sheets if expected.sheet(sheet.name) is None]
    for sheet in expected.sheets:
        other = found.sheet(sheet.name)
        if other is None or sheet.is_chart:
            continue
        for row, column in sorted({*sheet.cells, *other.cells}):
            key = (sheet.name, row, column)
            was, now = sheet.at(row, column), other.at(row, column)
            if key == SELECTOR or _same(was, now):
                continue
            if key in inputs and was is not None:
                _input(difference, key, was, now, where)
            elif was is None:
                difference.added.append(cell_name(key))
            elif sheet.name == QA or (isinstance(was.value, str) and key not in counts):
                difference.texts.append(cell_name(key))
            else:
                difference.mistakes.append(_fixed(key, was, now, where, links.get(key)))
    return difference


def _input(difference: Difference, key: Key, was: Cell, now: Cell | None, where: Position) -> None:
    """A new number; or what is wrong with what was typed."""
    value = now.value if now is not None else None
    if now is not None and not now.formula and isinstance(value, int | float) and not isinstance(value, bool):
        difference.edits[key] = float(value)
        return
    back = f"Type a number, or put back {_text(was.value)}."
    if now is None or (not now.formula and (value is None or value == "")):
        says, hint = (
            "the cell is empty, and an input holds a number",
            f"Type 0 for none, or put back {_text(was.value)}.",
        )
    elif now.formula:
        shown = f" (it gives {now.cached:.15g})" if _is_number(now.cached) else ""
        says = f"a formula was typed over the input: {_cut(now.formula)}{shown}"
        hint = f"A scenario holds numbers: type the number itself, or put back {_text(was.value)}."
    elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        says, hint = f"a date or time was typed: {value}", f"{back} Set the cell's format to a number first."
    elif now.is_error:
        says, hint = f"the cell holds the error {now.text}", back
    elif isinstance(value, bool):
        says, hint = f"the cell holds {str(value).upper()}", "Type 1 for yes or 0 for no."
    else:
        says, hint = f"the cell holds the text {_cut(str(value))!r}, and an input holds a number", back
        if (number := _read(str(value))) is not None:
            hint = f"Set the cell's format to a number, and type {number:.15g} again."
    difference.mistakes.append(WrongCell(where=where, path=cell_name(key), says=says, hint=hint))


def _fixed(key: Key, was: Cell, now: Cell | None, where: Position, value_at: Key | None) -> Mistake:
    """What should be as it was made: a formula, a fixed number, or a text that formulas read."""
    holds = "nothing" if now is None else now.formula or _text(now.value)
    if was.formula:
        says = f"a formula was overwritten: the cell holds {_cut(holds)}"
        hint = f"Put back {was.formula}"
        if value_at:
            hint += f"\nTo change this input in the scenario that is selected, type it in {cell_name(value_at)}."
    else:
        says = f"a fixed value was changed: the cell holds {_cut(holds)}"
        hint = f"Put back {_text(was.value)}. It is no input; change it in the proposal's files."
    return WorkbookChanged(where=where, path=cell_name(key), says=says, hint=hint)


# What counts as the same


def _same(was: Cell | None, now: Cell | None) -> bool:
    if was is None or now is None:
        return (was or now) is None or (_is_blank(was) and _is_blank(now))
    if was.formula or now.formula:
        return was.formula == now.formula or (bool(was.formula and now.formula) and _alike(was.formula, now.formula))
    return _same_value(was.value, now.value)


def _is_blank(cell: Cell | None) -> bool:
    return cell is None or (not cell.formula and cell.value in (None, ""))


def _same_value(was: Any, now: Any) -> bool:
    """Numbers to the 15 digits that a spreadsheet keeps; texts but for white space."""
    if _is_number(was) and _is_number(now):
        return math.isclose(was, now, rel_tol=_KEPT, abs_tol=0)
    if isinstance(was, str) and isinstance(now, str):
        return was.split() == now.split()
    return bool(was == now and isinstance(was, bool) == isinstance(now, bool))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alike(one: str, other: str) -> bool:
    """Whether two formulas are the same but for how a spreadsheet program writes them."""
    first, second = parsed(one).tokens, parsed(other).tokens
    return bool(first) and list(map(_plain, first)) == list(map(_plain, second))


def _plain(token: Token) -> tuple[str, str]:
    text = token.text.strip()
    if token.kind == "OPERAND" and token.part == "NUMBER":
        return token.kind, repr(float(text))
    if token.kind == "OPERAND" and token.part == "TEXT":
        return token.kind, text
    return token.kind, text.upper().replace("_XLFN.", "").replace("'", "")


def _read(text: str) -> float | None:
    try:
        return read_number(text).value
    except ValueError:
        return None


def _text(value: Any) -> str:
    return f"{value:.15g}" if _is_number(value) else repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
