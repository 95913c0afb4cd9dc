"""What an import did, in words: a table of the inputs that changed, what was not imported, and what to do next."""

from __future__ import annotations

from costmodel.assumptions.scenario_text import number_text
from costmodel.errors import shown_path
from costmodel.reviews.importing import ChangedInput, Imported

_HEADER = ("Cell", "Input", "Label", "Year or row", "From", "To")


def as_text(found: Imported) -> str:
    """The import as text for a terminal."""
    if not found.changes:
        said = [f"No input of {found.proposal}, scenario {found.scenario}, differs. Nothing was written."]
        return "\n".join([*said, *_notes(found)])
    count = len(found.changes)
    said = [
        f"{count} {'input differs' if count == 1 else 'inputs differ'} from {found.proposal}, {found.scenario}.",
        "",
    ]
    said += _table([_HEADER, *(_row(change) for change in found.changes)])
    notes = _notes(found)
    said += ["", *notes] if notes else []
    return "\n".join([*said, "", *_written(found)])


def _row(change: ChangedInput) -> tuple[str, ...]:
    before, after = number_text(change.before, change.unit), number_text(change.after, change.unit)
    return (change.cell, change.name, change.label, change.year or change.row, before, after)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADER))]
    lines = []
    for row in rows:
        cells = [
            text.rjust(width) if at >= len(_HEADER) - 2 else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]


def _notes(found: Imported) -> list[str]:
    notes = [
        f"{change.cell}: {number_text(change.after, change.unit)} lies outside the declared range of {change.name},"
        f" {number_text(change.outside[0], change.unit)} to {number_text(change.outside[1], change.unit)}."
        for change in found.changes
        if change.outside
    ]
    notes += [
        f"{change.cell}: {change.name} is now {number_text(change.after, change.unit)}. If"
        f" {number_text(change.after / 100, change.unit)} is meant, type it with its %."
        for change in found.changes
        if change.unit.is_rate and abs(change.after) > 1 >= abs(change.before)
    ]
    return [f"Note: {note}" for note in (*notes, *found.notes)]


def _written(found: Imported) -> list[str]:
    written = found.written
    if written is None:
        return []
    said = [f"{'Updated' if written.updated else 'Written'}: {shown_path(written.file)}"]
    if written.from_it:
        said.append(f"Scenarios that start from it change with it: {', '.join(written.from_it)}.")
    return [*said, f"Next: costmodel run {found.proposal} --scenario {written.name}"]
