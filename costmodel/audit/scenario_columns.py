"""The scenarios of a workbook with a selector, and the columns in which their values stand side by side."""

from __future__ import annotations

import re

from costmodel.audit.facts import COVER, INPUTS, Facts
from costmodel.audit.grids import Grid
from costmodel.spreadsheets.cells import Validation


def scenarios_of(facts: Facts) -> list[str]:
    """The choices of a selector: a cell with a list of choices, in a row whose text speaks of the scenario."""
    for sheet in facts.of_role(COVER, INPUTS):
        for found in sheet.validations:
            for box in found.boxes if found.kind == "list" else ():
                words = " ".join(cell.text for cell in sheet.rows.get(box.top, ())[:1])
                if box.area == 1 and re.search(r"\bscenario\b", words, re.IGNORECASE):
                    return _choices(facts, found, sheet.name)
    return []


def columns_of(grid: Grid, scenarios: list[str]) -> list[list[int]]:
    """The columns of each run of headers that names every scenario: ``base``, or ``base: grade`` for one more run."""
    runs: dict[str, dict[str, int]] = {}
    names = {name.strip().lower(): name for name in scenarios}
    for column, header in grid.headers.items():
        name, colon, rest = header.lower().partition(":")
        if name.strip() in names:
            runs.setdefault(colon + rest, {}).setdefault(name.strip(), column)
    return [sorted(run.values()) for run in runs.values() if len(run) == len(names) and len(names) > 1]


def _choices(facts: Facts, found: Validation, sheet: str) -> list[str]:
    if found.first.startswith('"'):
        return [word.strip() for word in found.first.strip('"').split(",")]
    references = facts.reader.of_name(found.first if "!" in found.first else f"'{sheet}'!{found.first.lstrip('=')}")
    target = facts.book.sheet(references[0].sheet) if references else None
    spots = [spot for ref in references for spot in facts.reader.filled(ref)]
    return [str(target.cells[spot[1:]].shown) for spot in spots] if target else []
