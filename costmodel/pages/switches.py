"""Switching values as text, Markdown and JSON."""

from __future__ import annotations

import json

from costmodel.analysis.figures import figure_text
from costmodel.analysis.switching import Switch, Switching
from costmodel.language.units import Unit
from costmodel.pages.tables import markdown_text

_HEAD = ("assumption", "now", "switching value", "times", "in its range", "grade", "result then")


def _value(value: float, switch: Switch) -> str:
    if switch.multiple:
        return f"× {value:.4g}"
    return figure_text(value, switch.unit)


def _row(switch: Switch, unit: Unit) -> tuple[str, ...]:
    if switch.value is None:
        return (switch.label, _value(switch.own, switch), "none", "", "", switch.grade or "", "")
    times = "" if switch.times is None else f"{switch.times:,.2f}"
    inside = {True: "yes", False: "no", None: ""}[switch.in_range]
    proof = figure_text(switch.proof or 0.0, unit)
    return (
        switch.label,
        _value(switch.own, switch),
        _value(switch.value, switch),
        times,
        inside,
        switch.grade or "",
        proof,
    )


def heading(found: Switching) -> str:
    """What is asked: what must be true for a result to meet its target."""
    now, target = figure_text(found.own, found.unit), figure_text(found.target, found.unit)
    return f"{found.label} is {now}. It would be {target} with one of these, all others held:"


def as_text(found: Switching) -> str:
    """The nearest first, as columns."""
    rows = [_HEAD, *(_row(switch, found.unit) for switch in found.switches)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    lines = [heading(found), ""]
    for row in rows:
        lines.append(
            "  ".join(
                c.rjust(w) if at in (1, 2, 3, 6) else c.ljust(w)
                for at, (c, w) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        )
    return "\n".join(lines)


def as_markdown(found: Switching) -> str:
    """The nearest first, as a table."""
    lines = [
        heading(found),
        "",
        "| Assumption | Now | Switching value | Times | In its range | Grade | Result then |",
        "| :-- | --: | --: | --: | :-- | :-- | --: |",
    ]
    lines += [
        f"| {' | '.join(markdown_text(cell) for cell in _row(switch, found.unit))} |" for switch in found.switches
    ]
    return "\n".join(lines)


def as_json(found: Switching) -> str:
    """Everything, unrounded."""
    switches = {
        switch.name: {
            "label": switch.label,
            "unit": str(switch.unit),
            "grade": switch.grade,
            "now": switch.own,
            "multiple": switch.multiple,
            "switching_value": switch.value,
            "result": switch.proof,
            "linear": switch.linear,
        }
        for switch in found.switches
    }
    entry = {
        "result": found.result,
        "unit": str(found.unit),
        "now": found.own,
        "target": found.target,
        "switches": switches,
    }
    return json.dumps(entry, indent=1, ensure_ascii=False)
