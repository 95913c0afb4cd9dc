"""Explanations as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import Any

from costmodel.analysis.explanation import Part, Reached
from costmodel.analysis.figures import figure_text
from costmodel.pages.tables import markdown_text
from costmodel.sections.grounds import Grounds


def _figure(part: Part) -> str:
    if part.unit.is_year:
        return f"{part.value:.0f}"
    return f"{figure_text(part.value, part.unit)} {part.unit.beside(part.value)}".rstrip()


def _rests_on(grounds: Grounds) -> str:
    place = f", {grounds.place}" if grounds.place else ""
    return f"{grounds.source}{place}" if grounds.source else (grounds.reason or "")


def tree_as_text(part: Part) -> str:
    """The tree with a line a figure, indented, and how it is worked out below it."""
    lines: list[str] = []
    explained: set[int] = set()

    def add(here: Part, indent: str, last: bool, top: bool) -> None:
        mark = "" if top else ("└─ " if last else "├─ ")
        lines.append(f"{indent}{mark}{_headline(here)}{f'  [{here.grade}]' if here.grade else ''}")
        deeper = indent + ("" if top else "   " if last else "│  ")
        gap = "│  " if here.parts else "   "
        if here.parts and id(here) in explained:
            lines.append(f"{deeper}   {_ABOVE}")
            return
        explained.add(id(here))
        if here.how:
            lines.append(f"{deeper}{gap}= {here.how}{' …' if here.cut else ''}")
        elif here.grounds:
            lines.append(f"{deeper}{gap}{_rests_on(here.grounds)}")
        for number, below in enumerate(here.parts):
            add(below, deeper, number == len(here.parts) - 1, False)

    add(part, "", True, True)
    return "\n".join(lines)


_ABOVE = "as explained above"


def _headline(part: Part) -> str:
    """``Total each year, 2024/25: £44,505,430``"""
    return f"{part.label}{f', {part.year}' if part.year else ''}: {_figure(part)}"


def tree_as_markdown(part: Part) -> str:
    """The tree as a nested list."""
    lines: list[str] = []
    explained: set[int] = set()

    def add(here: Part, depth: int) -> None:
        again = bool(here.parts) and id(here) in explained
        explained.add(id(here))
        how = f" = {here.how}" if here.how else f" ({_rests_on(here.grounds)})" if here.grounds else ""
        grade = f", {here.grade}" if here.grade else ""
        tail = f", {_ABOVE}" if again else f"{how}{' …' if here.cut else ''}"
        lines.append(f"{'  ' * depth}- **{_headline(here)}**{grade}{tail}")
        for below in () if again else here.parts:
            add(below, depth + 1)

    add(part, 0)
    return "\n".join(lines)


def tree_as_dict(part: Part, explained: set[int] | None = None) -> dict[str, Any]:
    """The tree for JSON, values unrounded. A part that stands above already has no parts here, and says so."""
    explained = set() if explained is None else explained
    again = bool(part.parts) and id(part) in explained
    explained.add(id(part))
    entry: dict[str, Any] = {
        "name": part.name,
        "year": str(part.year) if part.year else None,
        "label": part.label,
        "unit": str(part.unit),
        "value": part.value,
        "grade": part.grade,
    }
    if part.how:
        entry["formula"] = part.how
    if part.grounds:
        entry |= {"source": part.grounds.source, "where": part.grounds.place, "reason": part.grounds.reason}
    if part.cut or again:
        entry["cut" if part.cut else "explained_above"] = True
    entry["parts"] = [] if again else [tree_as_dict(below, explained) for below in part.parts]
    return entry


def tree_as_json(part: Part) -> str:
    """The tree as JSON text."""
    return json.dumps(tree_as_dict(part), indent=1, ensure_ascii=False)


def _moved(found: Reached) -> tuple[str, str, str, str]:
    when = f", {found.year}" if found.year else ""
    move = "" if found.change is None else figure_text(found.change, found.unit, signed=True)
    share = "" if found.share is None else f"{found.share * 100:+.3f}%"
    return f"{found.label}{when}", figure_text(found.before, found.unit), move, share


def _reaches(name: str, found: list[Reached]) -> str:
    """What the list says, as a sentence or two before it."""
    count = f"{name} reaches {len(found)} {'figure' if len(found) == 1 else 'figures'}."
    chooses = any(row.after is None for row in found)
    return f"{count} It chooses, so 1% of it means nothing." if chooses else f"{count} A change of 1% moves each by:"


def reached_as_text(name: str, found: list[Reached]) -> str:
    """What an assumption reaches, as columns."""
    if not found:
        return f"{name} reaches no figure in this scenario."
    rows = [("figure (where it moves most)", "now", "moves by", "share"), *map(_moved, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = [_reaches(name, found), ""]
    for row in rows:
        lines.append("  ".join([row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in (1, 2, 3))]).rstrip())
    return "\n".join(lines)


def reached_as_markdown(name: str, found: list[Reached]) -> str:
    """What an assumption reaches, as a table."""
    if not found:
        return f"`{name}` reaches no figure in this scenario."
    head = [_reaches(f"`{name}`", found), "", "| Figure | Now | Moves by | Share |", "| :-- | --: | --: | --: |"]
    return "\n".join([*head, *(f"| {' | '.join(map(markdown_text, _moved(row)))} |" for row in found)])


def reached_as_json(name: str, found: list[Reached]) -> str:
    """What an assumption reaches, unrounded; change and share are null where 1% means nothing."""
    rows = [
        {
            "name": row.name,
            "label": row.label,
            "unit": str(row.unit),
            "year": str(row.year) if row.year else None,
            "value": row.before,
            "change": row.change,
            "share": row.share,
        }
        for row in found
    ]
    return json.dumps({"assumption": name, "change": 0.01, "reaches": rows}, indent=1, ensure_ascii=False)
