"""Whether a workbook still has the sheets, rows and columns that it was made with, whoever saved it since."""

from __future__ import annotations

from collections.abc import Callable

from costmodel.errors import Mistake, Position, WorkbookChanged
from costmodel.spreadsheets.cells import Sheet, Workbook
from costmodel.workbook.layout import HEADER

_HEADER = HEADER + 1
"""The row of a table's header, from 1."""
_AGAIN = "Put it back as it was, or run costmodel again and make the edits in the new workbook."

Identities = dict[int, str]
"""By row (or column), the text that tells it from the others."""


def structure_mistakes(expected: Workbook, found: Workbook, name: str) -> list[Mistake]:
    """Sheets that are missing or renamed, and rows and columns that were put in, taken out or moved."""
    where = Position(name)
    missing = [sheet.name for sheet in expected.sheets if found.sheet(sheet.name) is None]
    new = [sheet.name for sheet in found.sheets if expected.sheet(sheet.name) is None]
    if missing:
        says = f"the workbook has no sheet {' and no sheet '.join(missing)}"
        renamed = f"If {' or '.join(new)} was renamed, give it its old name back. " if new else ""
        return [WorkbookChanged(where=where, path=missing[0], says=says, hint=renamed + _AGAIN)]
    wrong: list[Mistake] = []
    for sheet in expected.sheets:
        other = found.sheet(sheet.name)
        if other is not None and not sheet.is_chart:
            wrong += _lines(sheet, other, where, "row", _rows) + _lines(sheet, other, where, "column", _columns)
    return wrong


def _rows(sheet: Sheet, like: Sheet) -> Identities:
    """The rows below the header, by their first two texts: a label and an id, or the columns that name a row."""
    return {
        row: " | ".join(text for column in _naming(like) if (text := _typed(sheet, row, column)))
        for row in sheet.rows
        if row > _HEADER
    }


def _naming(like: Sheet) -> tuple[int, ...]:
    """The columns that name a row: the id's own, and where there is none, the first."""
    return (2,) if _typed(like, _HEADER, 2) == "Id" else (1, 2, 3) if _typed(like, _HEADER, 3) == "Band" else (1,)


def _columns(sheet: Sheet, like: Sheet) -> Identities:
    return {column: text for row, column in sheet.cells if row == _HEADER and (text := _typed(sheet, row, column))}


def _typed(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.at(row, column)
    return " ".join(cell.text.split()) if cell is not None and not cell.formula else ""


def _lines(
    expected: Sheet, found: Sheet, where: Position, kind: str, of: Callable[[Sheet, Sheet], Identities]
) -> list[Mistake]:
    """The first row or column of a sheet that does not stand where it did: the others follow from it."""
    wanted = {at: text for at, text in of(expected, expected).items() if text}
    there = of(found, expected)
    places: dict[str, list[int]] = {}
    for at, text in there.items():
        places.setdefault(text, []).append(at)
    for at, text in sorted(wanted.items()):
        if there.get(at) == text:
            continue
        elsewhere = [place for place in places.get(text, []) if wanted.get(place) != text]
        spot = f"{expected.name}, {kind} {_shown(kind, at)}"
        if elsewhere:
            gone = elsewhere[0] < at
            missing = next((name for place, name in sorted(wanted.items()) if gone and name not in places), "")
            says = f"the {kind} of {text} has moved to {kind} {_shown(kind, elsewhere[0])}"
            says += f", and the {kind} of {missing} is missing" if missing else f": {kind}s were put in before it"
            if gone and not missing:
                says = f"the {kind} of {text} has moved to {kind} {_shown(kind, elsewhere[0])}"
            return [WorkbookChanged(where=where, path=spot, says=says, hint=_AGAIN)]
        if _is_empty(found, kind, at) or (text not in places and _others_fill(wanted, there, at)):
            says = f"the {kind} of {text} is missing"
            return [WorkbookChanged(where=where, path=spot, says=says, hint=_AGAIN)]
    return []


def _shown(kind: str, at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(at) if kind == "row" else get_column_letter(at)


def _is_empty(sheet: Sheet, kind: str, at: int) -> bool:
    """Whether nothing stands in a row, or in a column from the header down."""
    if kind == "row":
        return at not in sheet.rows
    return not any(column == at and row >= _HEADER for row, column in sheet.cells)


def _others_fill(wanted: Identities, there: Identities, at: int) -> bool:
    """Whether what stands there now is what stood elsewhere."""
    return bool(there.get(at)) and there[at] in {text for place, text in wanted.items() if place != at}
