"""Values worked out afresh by a spreadsheet engine that shares no code with this project, where one is installed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from costmodel.spreadsheets.cells import Workbook, address
from costmodel.spreadsheets.package import Value

_RELATIVE = 1e-9


class Unable(Exception):
    """No engine can recalculate the workbook; the text says why."""


def recalculate(book: Workbook) -> dict[tuple[str, str], Value]:
    """The recalculated value of every formula cell, by sheet and address.

    Raises:
        Unable: where no engine is installed, or it cannot read the workbook.
    """
    model = load(book)
    sheets = {properties["name"]: place for place, properties in enumerate(model.get_worksheets_properties())}
    found: dict[tuple[str, str], Value] = {}
    for cell in book.formulas:
        if cell.sheet not in sheets:
            raise Unable("the recalculation engine does not read every sheet")
        value = model.get_cell_value(sheets[cell.sheet], cell.row, cell.column)
        if value == "#ERROR!" or value == "#N/IMPL!":
            raise Unable(f"the recalculation engine cannot work out {cell.sheet}!{cell.address}: {cell.formula}")
        found[cell.sheet, cell.address] = "" if value is None else value
    return found


def second_opinion(book: Workbook) -> dict[tuple[str, str], Value]:
    """The same by another engine; nothing where it is not installed, or does not read the workbook.

    IronCalc's NORMSDIST is good to about 1e-10 only, which a small difference of large figures makes larger.
    """
    found: dict[tuple[str, str], Value] = {}
    try:
        import cellrune

        with (
            tempfile.TemporaryDirectory() as folder,
            cellrune.Workbook.open_path(_copy(book, folder)) as engine,
        ):
            engine.recalculate(mode="full")
            for name in {cell.sheet for cell in book.formulas}:
                at = [cell for cell in book.formulas if cell.sheet == name]
                last = address(max(cell.row for cell in at), max(cell.column for cell in at))
                rows = engine.read_values(name, "A1", last)
                for cell in at:
                    result: Any = rows[cell.row - 1][cell.column - 1]
                    if result["kind"] not in ("unavailable", "unsupported", "blank"):
                        found[name, cell.address] = result["value"]
    except Exception:  # it is young, and gives its opinion or none
        return {}
    return found


def _copy(book: Workbook, folder: str) -> Path:
    copy = Path(folder) / "workbook.xlsx"
    copy.write_bytes(book.package.content)
    return copy


def load(book: Workbook) -> Any:
    """The workbook in the engine, worked out.

    Raises:
        Unable: where no engine is installed, or it cannot read the workbook.
    """
    try:
        import ironcalc
    except ImportError:
        raise Unable("no recalculation engine is installed (pip install ironcalc)") from None
    with tempfile.TemporaryDirectory() as folder:
        try:
            model = ironcalc.load_from_xlsx(str(_copy(book, folder)), "en", "UTC", "en")
            model.evaluate()
        except BaseException as problem:  # the engine panics on what it does not know, outside Exception
            if isinstance(problem, KeyboardInterrupt | SystemExit):
                raise
            raise Unable(f"the recalculation engine cannot read the workbook ({problem})") from None
    return model


def agree(one: Value, other: Value) -> bool:
    """Whether two values are the same to 1 part in 10^9; a truth value equals its number."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return one == other
    return abs(one - other) <= _RELATIVE * max(1.0, abs(one), abs(other))
