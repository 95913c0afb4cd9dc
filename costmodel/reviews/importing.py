"""Importing an edited workbook: every input that a reviewer changed becomes a change of a scenario.

The workbook is made anew from the same assumptions and held against the file cell by cell. So whatever the file has
that it was not made with is found: an input that differs is an edit, and a formula, a row or a fixed value that differs
stops the import.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from costmodel.analysis.edits import Edit, mistakes_in, own_rows
from costmodel.analysis.loading import load_folder, load_proposal
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.writing import WrittenScenario, write_scenario
from costmodel.assumptions.scenarios import BASE
from costmodel.errors import (
    BadInput,
    Mistake,
    Position,
    SetElsewhere,
    UnknownProposal,
    WrongCell,
    did_you_mean,
    shown_path,
)
from costmodel.language.units import Unit
from costmodel.reviews.edited import SELECTOR, Difference, compare
from costmodel.reviews.origin import origin_of, scenarios_since
from costmodel.reviews.places import (
    InputCell,
    Key,
    cell_name,
    input_cells,
    link_cells,
    pay_cells,
    texts_that_count,
)
from costmodel.reviews.structure import structure_mistakes
from costmodel.spreadsheets.cells import Workbook
from costmodel.spreadsheets.package import content_of
from costmodel.spreadsheets.reading import workbook_of
from costmodel.workbook.layout import AUDIT, FIRST
from costmodel.workbook.write import workbook_bytes

_FEW = 5
"""Cells that a note lists."""


@dataclass(frozen=True, kw_only=True)
class ChangedInput:
    """An input that a workbook changes, as a number before and after in the unit of its line."""

    cell: str
    name: str
    """Its id, with its row where it has one."""
    label: str
    row: str
    year: str
    unit: Unit
    before: float
    after: float
    outside: tuple[float, float] | None = None
    """The range that is declared for it, where the new value lies outside."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import found, and wrote."""

    file: Path
    proposal: str
    scenario: str
    """The scenario that is selected in the workbook, to which the changes were made."""
    changes: tuple[ChangedInput, ...]
    notes: tuple[str, ...]
    """What differs and was not imported, and what to look at."""
    written: WrittenScenario | None
    """None where no input of the scenario differs: then nothing was written."""


def import_workbook(
    file: Path, name: str, assumptions: Path | None = None, title: str | None = None, reason: str | None = None
) -> Imported:
    """Write the scenario ``name`` from what a workbook changes of the scenario that is selected in it.

    Args:
        assumptions: the root of assumptions, as for :func:`costmodel.load`.
        title: the scenario's title; that of the selected one, and that it is edited, if not given.
        reason: why the values are as they are now.

    Raises:
        BadInput: for a file that is no workbook of this proposal as it is now, for cells that hold what no input can,
            and for anything that differs beside inputs. Then nothing is written.
    """
    shown = shown_path(file)
    found = _read(file, shown)
    origin = origin_of(found, shown)
    now = _load(origin.proposal, assumptions)
    added = scenarios_since(origin, now.costing.files.digests, now.costing.files.folder.resolve().name, shown)
    with _as_made(now, added) as then:
        made = then.run(origin.scenario if origin.scenario in then.scenarios else BASE)
        expected = workbook_of(_made_anew(made, found), shown)
    if wrong := structure_mistakes(expected, found, shown):
        raise BadInput(wrong)
    start, cells = then.run(_selected(found, then, shown)), input_cells(then.costing)
    pay = pay_cells(then.costing)
    links, counts = link_cells(then.costing, start.scenario), texts_that_count(then.costing)
    difference = compare(expected, found, {*cells, *pay}, links, counts, shown)
    edits = _edits(start.scenario, difference, cells)
    mistakes = [*difference.mistakes, *(_pay_mistake(now, expected, key, shown) for key in pay & {*difference.edits})]
    mistakes += [replace(mistake, where=Position(shown)) for mistake in mistakes_in(start, edits.values())]
    if mistakes:
        raise BadInput(mistakes)
    written = None
    if edits:
        again = now.run(start.scenario)
        written = write_scenario(again, name, [_moved(start, again, edit) for edit in edits.values()], title, reason)
    return Imported(
        file=file,
        proposal=now.costing.name,
        scenario=start.scenario,
        changes=tuple(_change(start, key, edit) for key, edit in edits.items()),
        notes=tuple(_notes(expected, difference, edits, cells)),
        written=written,
    )


def _read(file: Path, name: str) -> Workbook:
    try:
        return workbook_of(content_of(file), name)
    except BadInput as bad:  # what is wrong with a file is said to those who audit one, too
        said = (replace(mistake, hint=mistake.hint.replace("audit that", "import that")) for mistake in bad.mistakes)
        raise BadInput(said) from None


def _load(proposal: str, assumptions: Path | None) -> Costed:
    try:
        return load_proposal(proposal, assumptions)
    except BadInput as bad:
        hint = "Say where the proposal is with --assumptions."
        said = [
            replace(mistake, hint=f"{mistake.hint}\n{hint}") if isinstance(mistake, UnknownProposal) else mistake
            for mistake in bad.mistakes
        ]
        raise BadInput(said) from None


@contextmanager
def _as_made(costed: Costed, added: list[str]) -> Iterator[Costed]:
    """The proposal without scenarios that were added since, which change nothing but what they make themselves."""
    if not added:
        yield costed
        return
    files = costed.costing.files
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / files.folder.resolve().name
        shutil.copytree(files.folder, folder)
        for name in added:
            (folder / "scenarios" / f"{name}.yaml").unlink()
        yield load_folder(folder, files.evidence)


def _made_anew(made: Results, found: Workbook) -> bytes:
    """The workbook as it was made; what its audit said then is taken from the file, since it moves nothing else."""
    sheet = found.sheet(AUDIT)
    rows = range(FIRST + 1, max(sheet.rows, default=0) + 1) if sheet else ()
    if sheet is None or not rows:
        return workbook_bytes(made)
    said = [(sheet.text(row, 1), sheet.text(row, 2), sheet.text(row, 3), sheet.text(row, 4)) for row in rows]
    return workbook_bytes(made, tuple((*texts, sheet.text(row, 5)) for row, texts in zip(rows, said, strict=True)))


def _selected(found: Workbook, then: Costed, name: str) -> str:
    """The scenario that the selector of the file names."""
    sheet = found.sheet(SELECTOR[0])
    cell = sheet.at(SELECTOR[1], SELECTOR[2]) if sheet else None
    text = str(cell.shown).strip() if cell and cell.shown is not None else ""
    exact = next((scenario for scenario in then.scenarios if scenario.lower() == text.lower()), None)
    if exact is None:
        says = f"{text!r} is selected, and is no scenario" if text else "no scenario is selected"
        hint = did_you_mean(text, then.scenarios) or f"Scenarios are {', '.join(then.scenarios)}."
        raise BadInput([WrongCell(where=Position(name), path=cell_name(SELECTOR), says=says, hint=hint)])
    return exact


def _edits(scenario: str, difference: Difference, cells: dict[Key, InputCell]) -> dict[Key, Edit]:
    """The edits of the scenario that is selected, and of what all scenarios have in common."""
    return {
        key: Edit(name=held.name, value=value, row=held.row, year=held.year, cell=cell_name(key))
        for key, value in difference.edits.items()
        if (held := cells.get(key)) and held.scenario in ("", scenario)
    }


def _pay_mistake(now: Costed, expected: Workbook, key: Key, name: str) -> Mistake:
    """Pay is evidence that proposals share: it is read in a source, and no scenario changes it."""
    was = expected.by_name[key[0].lower()].cells[key[1], key[2]].value
    folder = shown_path(now.costing.files.evidence.folder / "pay")
    says = "pay is looked up in a published scale, which every proposal shares"
    hint = f"Put back {was:.15g}. Change the scale in {folder}, or the uplift, year or experience of this proposal."
    return SetElsewhere(where=Position(name), path=cell_name(key), says=says, hint=hint)


def _moved(then: Results, now: Results, edit: Edit) -> Edit:
    """The edit with the place that its row has now: scenarios that were added may have rows of their own."""
    if edit.row is None:
        return edit
    line = then.costing.model.lines[edit.name]
    before, after = own_rows(then, line), own_rows(now, now.costing.model.lines[edit.name])
    return replace(edit, row=after[before.index(edit.row)]) if before else edit


def _change(start: Results, key: Key, edit: Edit) -> ChangedInput:
    line, held = start.costing.model.lines[edit.name], start.costing.assumptions[edit.name]
    cells = start.cells(edit.name)
    year = start.costing.model.years.index(edit.year) if edit.year and cells.shape[1] > 1 else 0
    ground = held.grounds[start.costing.scenarios.index(start.scenario)]
    outside = None
    if ground.low is not None and ground.high is not None and not ground.low <= edit.value <= ground.high:
        outside = ground.low, ground.high
    return ChangedInput(
        cell=cell_name(key),
        name=f"{edit.name}[{edit.row + 1}]" if edit.row is not None else edit.name,
        label=line.label,
        row=start.costing.model.row_names(line)[edit.row] if edit.row is not None else "",
        year=str(edit.year) if edit.year else "",
        unit=line.unit,
        before=float(cells[(edit.row or 0) if len(cells) > 1 else 0, year]),
        after=edit.value,
        outside=outside,
    )


def _notes(
    expected: Workbook, difference: Difference, edits: dict[Key, Edit], cells: dict[Key, InputCell]
) -> Iterator[str]:
    """What differs, and changes no figure of the scenario that is selected."""
    for key, value in difference.edits.items():
        held = cells.get(key)
        if held and key not in edits:
            was = expected.by_name[key[0].lower()].cells[key[1], key[2]].value
            yield (
                f"{cell_name(key)}: {held.name} of the scenario {held.scenario} was changed from {was:.15g} to"
                f" {value:.15g}, and is not imported. To import it, select {held.scenario} on the cover."
            )
    for found, says in (
        (difference.texts, "the text differs, and is not imported"),
        (difference.added, "this was written beside the model, and is not imported"),
        (difference.sheets, "this sheet was added, and is not imported"),
    ):
        if found:
            more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
            yield f"{', '.join(found[:_FEW])}{more}: {says}."
