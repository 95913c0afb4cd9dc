"""The differences between two workbooks as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from costmodel.analysis.figures import figure_text
from costmodel.differences.found import (
    ADDED,
    ASKED,
    BY_SCENARIO,
    BY_YEAR,
    CHANGED,
    HEADLINE,
    REMOVED,
    Differences,
    FormulaChange,
    TextChange,
    ValueChange,
)
from costmodel.language.units import Unit
from costmodel.pages.tables import markdown_text, safe_text

_MOST = 40
"""Lines of a section that text shows."""
_WIDEST = 46
"""Characters of a column of words in a terminal."""
_LONGEST = 300
"""Characters of a formula or note that text shows."""
_KINDS = {
    ASKED: "What is asked for",
    HEADLINE: "Headline results, of the scenario selected",
    BY_YEAR: "Results",
    BY_SCENARIO: "Headline results, of other scenarios",
}
_HEAD = ("Id", "Label", "Where", "Old", "New", "Difference", "%")


class _Section(NamedTuple):
    title: str
    rows: list[tuple[str, ...]]
    """Its rows as columns; the first row is the header, and none where nothing differs."""
    nothing: str


def value_text(value: Any, unit: Unit) -> str:
    """A value in its unit; a text as it is."""
    if value is None:
        return "none"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if unit.is_flag:
        return f"{value:.10g}"
    if unit.known is None:
        return f"{value:,.10g}"
    return figure_text(value, unit)


def _values(old: Any, new: Any, unit: Unit) -> tuple[str, str]:
    """Both values, with as many digits as it takes to tell them apart."""
    was, now = value_text(old, unit), value_text(new, unit)
    return (was, now) if was != now else (f"{old!s}", f"{new!s}")


def _difference(change: ValueChange) -> tuple[str, str]:
    if change.difference is None:
        return "", ""
    if change.unit.is_year:
        return f"{change.difference:+.0f}", ""
    signed = change.unit.known and not change.unit.is_flag
    text = figure_text(change.difference, change.unit, signed=True) if signed else f"{change.difference:+,.10g}"
    return text, "" if change.share is None else _percent(change.share)


def _percent(share: float) -> str:
    size = abs(share * 100)
    if size >= 1e6:
        return "over a million %"
    return f"{share * 100:+,.{0 if size >= 1000 else 1 if size >= 0.05 else 4}f}%"


def _value_row(change: ValueChange) -> tuple[str, ...]:
    where = ", ".join(filter(None, (change.where, _scenarios(change.scenarios))))
    return (change.id, change.label, where, *_values(change.old, change.new, change.unit), *_difference(change))


def _scenarios(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"in {', '.join(names[:2])} and {len(names) - 2} more"
    return f"in {' and '.join(names)}" if names else ""


def _sections(found: Differences) -> list[_Section]:
    """The tables of values; formulas are shown in their own way."""
    sections = []
    for kind, title in ((CHANGED, "Inputs changed"), (ADDED, "Inputs added"), (REMOVED, "Inputs removed")):
        rows = [_value_row(change) for change in found.inputs if change.kind == kind]
        if rows or kind == CHANGED:
            sections.append(_Section(title, [_HEAD, *rows] if rows else [], "No input has another value."))
    return sections


def _results(found: Differences) -> list[_Section]:
    sections = []
    for kind, title in _KINDS.items():
        rows = [_value_row(change) for change in found.results if change.kind == kind]
        if rows:
            sections.append(_Section(title, [_HEAD, *rows], ""))
    if sections and found.selected[0] != found.selected[1] and not any(one.scenarios for one in found.results):
        sections.append(_Section(_KINDS[BY_SCENARIO], [], "What is stored for each scenario is the same in both."))
    if not sections and not _without_values(found):
        sections.append(_Section("Results", [], "No result differs."))
    return sections


def _without_values(found: Differences) -> bool:
    return any("formulas without values" in note for note in found.notes)


# Text


def as_text(found: Differences) -> str:
    """Every section for a terminal, at most some forty lines each."""
    lines = [f"Old  {found.old}", f"New  {found.new}"]
    facts = _facts_text(found)
    lines += ["", *facts] if facts else []
    lines += [f"Note: {note}" for note in found.notes]
    for section in _sections(found):
        lines += ["", *_section_text(section)]
    lines += ["", *_bases_text("What inputs rest on", found.bases, "")]
    lines += ["", *_formulas_text(found)]
    for section in _results(found):
        lines += ["", *_section_text(section)]
    if found.checks or not _without_values(found):
        lines += ["", *_bases_text("Checks", found.checks, "Every check says the same in both.")]
    return "\n".join(lines)


def _facts_text(found: Differences) -> list[str]:
    facts = [fact for fact in found.facts if fact.differs or not fact.what.startswith("File ")]
    width = max((len(fact.what) for fact in facts), default=0)
    lines = []
    for fact in facts:
        if not fact.differs:
            lines.append(f"{fact.what.ljust(width)}  {fact.new}, in both")
        elif fact.old and fact.new:
            lines.append(f"{fact.what.ljust(width)}  {fact.old} -> {fact.new}")
        else:
            lines.append(f"{fact.what.ljust(width)}  {_cut(fact.old or fact.new)}")
    return _first(lines, _MOST // 2)


def _section_text(section: _Section) -> list[str]:
    count = len(section.rows) - 1
    lines = [section.title + (f": {count:,}" if count > 0 else "")]
    if not section.rows:
        return [*lines, f"  {section.nothing}"]
    shown = [tuple(_cut(cell, _WIDEST) for cell in row) for row in section.rows[: _MOST + 1]]
    used = [at for at in range(len(_HEAD)) if any(row[at] for row in shown[1:])]
    widths = {at: max(len(row[at]) for row in shown) for at in used}
    for row in shown:
        cells = [row[at].rjust(widths[at]) if at > 2 else row[at].ljust(widths[at]) for at in used]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines + _more(count - _MOST)


def _more(count: int) -> list[str]:
    return [f"  and {count:,} more; --format csv or json lists all"] if count > 0 else []


def _first(lines: list[str], most: int) -> list[str]:
    return lines[:most] + _more(len(lines) - most)


def _bases_text(title: str, changes: Sequence[TextChange], nothing: str) -> list[str]:
    if not changes:
        return [title, f"  {nothing or 'No source, grade, range or note differs.'}"]
    lines = [f"{title}: {len(changes):,}"]
    most = _MOST // 3
    for change in changes[:most]:
        lines.append(f"  {change.id or change.cell}  {_cut(change.label, _WIDEST)}: {change.what}")
        lines += [f"    old  {_cut(change.old) or 'none'}", f"    new  {_cut(change.new) or 'none'}"]
    return lines + _more(len(changes) - most)


def _formulas_text(found: Differences) -> list[str]:
    if not found.formulas:
        return ["Formulas", "  No formula says anything else."]
    lines = [f"Formulas: {_formula_counts(found)}"]
    most = _MOST // 3
    for change in found.formulas[:most]:
        lines.append(f"  {_formula_head(change)}")
        for word, said in (("old", change.old), ("new", change.new)):
            if said:
                lines.append(f"    {word}  {_cut(said)}")
    return lines + _more(len(found.formulas) - most)


def _formula_counts(found: Differences) -> str:
    counts = {kind: sum(change.kind == kind for change in found.formulas) for kind in (CHANGED, ADDED, REMOVED)}
    words = {kind: "line" if count == 1 else "lines" for kind, count in counts.items()}
    return ", ".join(f"{count:,} {words[kind]} {kind}" for kind, count in counts.items() if count)


def _formula_head(change: FormulaChange) -> str:
    first = f"{change.cell}" + (f" and {change.cells - 1} more" if change.cells > 1 else "")
    return " ".join(filter(None, (change.kind, change.id, f"({_cut(change.label, _WIDEST)})", "at", first)))


def _cut(text: str, most: int = _LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 3]}..."


# Markdown


def as_markdown(found: Differences) -> str:
    """Every section in full, as tables."""
    lines = ["# What has changed between two workbooks", "", f"- Old: {markdown_text(found.old)}"]
    lines += [f"- New: {markdown_text(found.new)}", ""]
    lines += [f"{markdown_text(note)}\n" for note in found.notes]
    facts = [(fact.what, fact.old, fact.new) for fact in found.facts if fact.differs or fact.old == fact.new != ""]
    facts = [fact for fact in facts if not fact[0].startswith("File ") or fact[1] != fact[2]]
    lines += _markdown_table(("What", "Old", "New"), facts)
    for section in _sections(found):
        lines += ["", f"## {section.title}", "", *_markdown_section(section)]
    lines += ["", "## What inputs rest on", ""]
    lines += _text_table(found.bases) or ["No source, grade, range or note differs."]
    lines += ["", "## Formulas", ""]
    formulas = [
        (change.kind, change.id, change.label, f"{change.cell} ({change.cells})", _code(change.old), _code(change.new))
        for change in found.formulas
    ]
    head = ("What", "Id", "Label", "First cell (cells)", "Old", "New")
    lines += _markdown_table(head, formulas) if formulas else ["No formula says anything else."]
    for section in _results(found):
        lines += ["", f"## {section.title}", "", *_markdown_section(section)]
    if found.checks or not _without_values(found):
        lines += ["", "## Checks", "", *(_text_table(found.checks) or ["Every check says the same in both."])]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text.replace('`', ' ')}`" if text else ""


def _markdown_section(section: _Section) -> list[str]:
    if not section.rows:
        return [section.nothing]
    return _markdown_table(section.rows[0], section.rows[1:], right=3)


def _text_table(changes: Sequence[TextChange]) -> list[str]:
    rows = [(change.id, change.label, change.what, change.old, change.new) for change in changes]
    return _markdown_table(("Id", "Label", "What", "Old", "New"), rows) if rows else []


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 99) -> list[str]:
    if not rows:
        return []
    marks = " | ".join("--:" if at >= right else ":--" for at in range(len(head)))
    lines = [f"| {' | '.join(head)} |", f"| {marks} |"]
    return lines + [f"| {' | '.join(markdown_text(str(cell)) for cell in row)} |" for row in rows]


# CSV and JSON


_COLUMNS = ("section", "kind", "id", "label", "where", "scenarios", "unit", "old", "new", "difference", "share", "cell")


def as_csv(found: Differences) -> str:
    """A line a difference, unrounded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    rows: list[tuple[Any, ...]] = [
        ("file", "", "", fact.what, "", "", "", fact.old, fact.new, None, None, "")
        for fact in found.facts
        if fact.differs
    ]
    rows += [("note", "", "", note, "", "", "", "", "", None, None, "") for note in found.notes]
    rows += [_csv_value("input", change) for change in found.inputs]
    rows += [_csv_text("basis", change) for change in found.bases]
    rows += [
        ("formula", one.kind, one.id, one.label, one.sheet, "", "", one.old, one.new, None, None, one.cell)
        for one in found.formulas
    ]
    rows += [_csv_value("result", change) for change in found.results]
    rows += [_csv_text("check", change) for change in found.checks]
    writer.writerows([[_csv_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def _csv_value(section: str, one: ValueChange) -> tuple[Any, ...]:
    names = " ".join(one.scenarios)
    values = (str(one.unit), one.old, one.new, one.difference, one.share, one.cell)
    return (section, one.kind, one.id, one.label, one.where, names, *values)


def _csv_text(section: str, one: TextChange) -> tuple[Any, ...]:
    return (section, "", one.id, one.label, one.what, "", "", one.old, one.new, None, None, one.cell)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return safe_text(str(value))


def as_json(found: Differences) -> str:
    """Everything, unrounded; formulas both as they are written and by the names of what they read."""
    said = asdict(found)
    for section, changes in (("inputs", found.inputs), ("results", found.results)):
        for one, change in zip(said[section], changes, strict=True):
            one |= {"difference": change.difference, "share": change.share}
    said["facts"] = [asdict(fact) for fact in found.facts if fact.differs]
    return json.dumps(said, indent=1, ensure_ascii=False, default=str)
