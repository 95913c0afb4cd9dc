"""Tables that a proposal sets: their rows are there, and each of their totals is a line."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.errors import UnknownName, did_you_mean
from costmodel.language.functions.over_years import TOTAL
from costmodel.language.tree import Call, Name, Text
from costmodel.sections.draft import Draft


@dataclass(frozen=True, kw_only=True)
class TableOf:
    """A table that the proposal sets: its lines, and the line that holds each total."""

    name: str
    title: str
    rows: tuple[str, ...]
    totals: dict[str, dict[str, str]]
    """By period, each row's name and the name of the line that is its total."""
    note: str = ""


def set_tables(draft: Draft) -> dict[str, TableOf]:
    """The tables of the proposal, with a line for each of their totals that has none."""
    tables: dict[str, TableOf] = {}
    document = draft.files.base.document
    totals_made: dict[tuple[str, str], str] = {}
    for name, table in document.tables.items():
        for place, row in enumerate(table.rows):
            _check_row(draft, row, ("tables", name, "rows", place))
        totals: dict[str, dict[str, str]] = {}
        for period, rows in table.totals.items():
            where = draft.files.base.at("tables", name, "totals", period)
            if period not in document.proposal.periods:
                known = ", ".join(document.proposal.periods) or "none"
                says = f"there is no period {period!r}"
                hint = did_you_mean(period, document.proposal.periods) or f"Periods are {known}."
                draft.mistakes.add(UnknownName(where=where, path=f"tables.{name}.totals", says=says, hint=hint))
                continue
            for place, row in enumerate(rows):
                if not _check_row(draft, row, ("tables", name, "totals", period, place)):
                    continue
                if row not in table.rows:
                    at = draft.files.base.at("tables", name, "totals", period, place)
                    says = f"{row!r} is totalled, and is no row of the table"
                    draft.mistakes.add(
                        UnknownName(where=at, path=f"tables.{name}.totals", says=says, hint="Add it to rows.")
                    )
                    continue
                line = totals_made.get((row, period)) or _own_total(draft, row, period)
                if line is None:
                    line = totals_made[row, period] = f"{row}_{period}"
                    made = next(other for other in draft.lines if other.name == row)
                    whole = f"total for the {period.replace('_', ' ')} period"
                    label = whole.capitalize() if made.label.startswith("Total") else f"{made.label}: {whole}"
                    draft.formula(
                        line, label, str(made.unit), f"total({row}, '{period}')", section="lines", where=where
                    )
                totals.setdefault(period, {})[row] = line
        tables[name] = TableOf(
            name=name, title=table.title, rows=tuple(table.rows), totals=totals, note=table.note or ""
        )
    ask = document.proposal.ask
    if ask:
        _check_row(draft, ask, ("proposal", "ask"))
    return tables


def _own_total(draft: Draft, row: str, period: str) -> str | None:
    """A line of the proposal's own that is this total already."""
    total = Call(TOTAL, (Name(row), Text(period)))
    own = draft.files.base.document.lines
    return next((line.name for line in draft.lines if line.name in own and line.formula == total), None)


def _check_row(draft: Draft, row: str, path: tuple[str | int, ...]) -> bool:
    known = [line.name for line in draft.lines]
    if row in known:
        return True
    if not (row in draft.files.base.document.lines or (draft.mistakes.stopping and comes_from_section(draft, row))):
        where = draft.files.base.at(*path)
        hint = did_you_mean(row, known)
        spelled = ".".join(str(step) for step in path[:3])
        draft.mistakes.add(UnknownName(where=where, path=spelled, says=f"there is no line {row!r}", hint=hint))
    return False


def comes_from_section(draft: Draft, name: str) -> bool:
    """Whether a section that could not be built may have been going to make this name."""
    document = draft.files.base.document
    sections = (
        ("team", document.workforce),
        ("on_cost", document.workforce),
        ("pay_", document.workforce),
        ("experience", document.workforce),
    )
    if any(name.startswith(start) and section for start, section in sections):
        return True
    if document.posts and name.startswith(("posts_", *document.posts.groups)):
        return True
    return (
        bool(document.rollout)
        or name.split("_per_")[0] in document.programme_costs
        or name.split(".")[0] in document.lists
    )
