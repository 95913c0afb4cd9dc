"""Two workbook files held against each other: what they are, and which inputs, formulas, results and checks differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from costmodel.differences.changed_formulas import formula_changes
from costmodel.differences.changed_inputs import basis_changes, differ_from_base, input_changes
from costmodel.differences.changed_results import check_changes, result_changes
from costmodel.differences.found import Differences, Fact
from costmodel.differences.matching import match_all
from costmodel.differences.side import Side, side_of
from costmodel.errors import BadInput, Mistake, shown_path
from costmodel.spreadsheets.reading import read_workbook

_DIGEST = "SHA-256 of "
_NO_VALUES = (
    "{} has formulas without values, as programs leave that do not calculate. Its results were not compared: "
    "open it in Excel or LibreOffice, save it, and compare again."
)


def compare_workbooks(old: Path, new: Path) -> Differences:
    """What has changed from an old workbook to a new one, whoever made them.

    Raises:
        BadInput: with what is wrong with either file, or both.
    """
    before, after = _sides(old, new)
    pairs = match_all(before, after)
    has_values = before.has_values and after.has_values
    return Differences(
        old=shown_path(old),
        new=shown_path(new),
        facts=tuple(_facts(before, after)),
        notes=tuple(_notes(before, after)),
        inputs=tuple(input_changes(before, after)),
        bases=tuple(basis_changes(before, after, pairs)),
        formulas=tuple(formula_changes(before, after, pairs)),
        results=tuple(result_changes(before, after)) if has_values else (),
        checks=tuple(check_changes(before, after, pairs)) if has_values else (),
        selected=(before.selected, after.selected),
    )


def _sides(*files: Path) -> list[Side]:
    sides: list[Side] = []
    mistakes: list[Mistake] = []
    for file in files:
        try:
            sides.append(side_of(read_workbook(file)))
        except BadInput as bad:
            mistakes += (replace(one, hint=one.hint.replace("audit that", "compare that")) for one in bad.mistakes)
    if mistakes:
        raise BadInput(mistakes)
    return sides


# What the files are


def _facts(old: Side, new: Side) -> list[Fact]:
    facts = []
    if old.is_ours or new.is_ours:
        for what in ("Proposal", "Version of costmodel"):
            facts.append(Fact(what=what, old=_said(old, what), new=_said(new, what)))
        facts.append(Fact(what="Scenario selected", old=old.selected or "none", new=new.selected or "none"))
    facts += _lists("Scenarios", old.scenarios, new.scenarios, new)
    facts += _lists("Years", old.years, new.years)
    for name in dict.fromkeys([*old.items, *new.items]):
        if name in old.items and name in new.items:
            facts += _lists(f"Rows of {name}", old.items[name], new.items[name])
    facts += _lists("Sheets", [sheet.name for sheet in old.book.sheets], [sheet.name for sheet in new.book.sheets])
    if old.is_ours and new.is_ours:
        for what in dict.fromkeys([*old.about, *new.about]):
            if what.startswith(_DIGEST):
                digests = [side.about.get(what, "not read")[:12] for side in (old, new)]
                facts.append(Fact(what=f"File {what.removeprefix(_DIGEST)}", old=digests[0], new=digests[1]))
    return facts


def _said(side: Side, what: str) -> str:
    return side.about.get(what) or "not made by costmodel"


def _lists(what: str, old: list[str], new: list[str], counted: Side | None = None) -> list[Fact]:
    """What only one of two lists has, as a fact each way."""
    before, after = set(old), set(new)
    added = [name for name in new if name not in before]
    removed = [name for name in old if name not in after]
    if counted is not None and old:
        counts = differ_from_base(counted, added)
        words = {name: "value" if count == 1 else "values" for name, count in counts.items()}
        added = [f"{name} (differs from base in {count} {words[name]})" for name, count in counts.items()]
    found = [Fact(what=f"{what} added", old="", new=", ".join(added))] if added and (old or new) else []
    return found + ([Fact(what=f"{what} removed", old=", ".join(removed), new="")] if removed else [])


def _notes(old: Side, new: Side) -> list[str]:
    notes = [_NO_VALUES.format(side.book.package.name) for side in (old, new) if not side.has_values]
    if old.is_ours != new.is_ours:
        notes.append("Only one of the two was made by costmodel: rows and columns are matched by what they are called.")
    if old.selected != new.selected and old.is_ours and new.is_ours:
        notes.append(
            f"Another scenario is selected: {old.selected} in the old workbook, {new.selected} in the new one. "
            "So results differ, whatever else has changed. Select the same scenario in both to compare like with like."
        )
    if old.is_ours and new.is_ours and old.about["Proposal"] != new.about["Proposal"]:
        notes.append("The two are workbooks of different proposals.")
    for side in (old, new):
        if any(part.endswith("vbaProject.bin") for part in side.book.package.parts):
            notes.append(f"{side.book.package.name} has macros, which were neither run nor compared.")
    return notes
