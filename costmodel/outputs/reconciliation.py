"""The reconciliation as pages: for the terminal, for a reviewer in five minutes, and as CSV and JSON in full."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable

from costmodel.analysis.ledger import Ledger, Size
from costmodel.analysis.verdicts import BOUND, DIFFERS, EXACT, FACT, NOT_DERIVABLE, ROUNDS, VERDICTS, WITHIN, Verdict
from costmodel.numbers import shown
from costmodel.outputs.figures import how_to_show
from costmodel.outputs.tables import markdown_text, safe_text

_HOLDS = (EXACT, ROUNDS, WITHIN, BOUND)


def figure_text(value: float, unit: str, *, signed: bool = False) -> str:
    """A figure in its unit, to the decimals that it needs; money with its pound sign."""
    look = how_to_show(unit, [value])
    sign = "+" if signed and value > 0 else ""
    if unit == "£" and abs(value) < 1000 and value != round(value):
        return f"{sign}{shown(value, 2, money=True)}"
    text = look.text(abs(value))
    if signed and look.percent:
        text = f"{text[:-1]} points"
    minus = "-" if value < 0 and text.strip("0.%") else ""
    return f"{sign}{minus}{'£' if unit.startswith('£') else ''}{text}"


def _figures(verdict: Verdict) -> str:
    return ", ".join(figure_text(value, verdict.unit) for value in verdict.figures)


def _differences(verdict: Verdict) -> str:
    if verdict.verdict == EXACT or not verdict.differences:
        return ""
    return ", ".join(figure_text(value, verdict.unit, signed=True) for value in verdict.differences)


def as_text(ledger: Ledger) -> str:
    """A line for each printed figure, with the reason below it, and the count of each verdict."""
    rows = [(v.id, v.printed, _figures(v), _differences(v), v.verdict, v.says, v.reason) for v in ledger.verdicts]
    widths = [min(30, max([len(row[at]) for row in rows] + [len(head)])) for at, head in enumerate(_HEAD[:5])]
    lines = ["  ".join(text.ljust(width) for text, width in zip(_HEAD[:5], widths, strict=True)) + "  says"]
    for row in rows:
        lines.append("  ".join(text.ljust(width) for text, width in zip(row[:5], widths, strict=True)) + f"  {row[5]}")
        if row[6]:
            lines.append(" " * (widths[0] + 2) + row[6])
    return "\n".join([*lines, "", counts_text(ledger)])


_HEAD = ("id", "printed", "model", "difference", "verdict")


def counts_text(ledger: Ledger) -> str:
    """``278 printed figures: 49 exact, 42 rounds to it, ...``"""
    counts = ", ".join(f"{count} {kind}" for kind, count in ledger.counts().items() if count)
    total = len(ledger.verdicts)
    return f"{total} printed {'figure or statement' if total == 1 else 'figures and statements'}: {counts or 'none'}."


def as_csv(ledger: Ledger) -> str:
    """Every verdict, unrounded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "id",
            "source",
            "where",
            "says",
            "unit",
            "printed",
            "model",
            "difference",
            "verdict",
            "reason",
            "finding",
            "grade",
            "proposal",
        ]
    )
    for v in ledger.verdicts:
        figures = ["; ".join(f"{value:.15g}" for value in values) for values in (v.figures, v.differences)]
        texts = (v.id, v.source, v.place, v.says, v.unit, v.printed)
        writer.writerow(
            [*map(safe_text, texts), *figures, v.verdict, safe_text(v.reason), v.finding, v.grade or "", v.proposal]
        )
    return out.getvalue()


def as_json(ledger: Ledger) -> str:
    """Every verdict and finding, unrounded."""
    verdicts = [
        {
            "id": v.id,
            "source": v.source,
            "where": v.place,
            "says": v.says,
            "unit": v.unit,
            "printed": v.printed,
            "model": list(v.figures),
            "difference": list(v.differences),
            "verdict": v.verdict,
            "reason": v.reason,
            "finding": v.finding or None,
            "grade": v.grade,
            "as_expected": v.as_expected,
        }
        for v in ledger.verdicts
    ]
    findings = [
        {
            "id": f.id,
            "says": f.says,
            "sizes": {s.name: {"value": s.value, "unit": s.unit} for s in f.sizes},
            "ask": f.ask,
        }
        for f in ledger.findings
    ]
    return json.dumps(
        {"counts": ledger.counts(), "verdicts": verdicts, "findings": findings}, indent=1, ensure_ascii=False
    )


def as_markdown(ledger: Ledger) -> str:
    """The page for a reviewer: what reproduces, what does not, what to ask."""
    tables = [v for v in ledger.verdicts if "." in v.id]
    claims = [v for v in ledger.verdicts if "." not in v.id]
    held = [v for v in claims if v.verdict in _HOLDS]
    formulas = [v for v in claims if v.figures]
    met = sum(v.verdict in _HOLDS for v in tables)
    parts = [
        "# Reconciliation: what the documents print, and what the model makes of it",
        "",
        f"- **Printed tables:** {met} of {len(tables)} cells come out as printed, to the last digit.",
        f"- **Claims:** {len(claims)} figures and statements are in the ledger. {len(formulas)} can be worked out.",
        f"- **Of those:** {len(held)} hold and {len(formulas) - len(held)} differ.",
        f"- **Not derivable:** {_count(claims, NOT_DERIVABLE)} have no published derivation.",
        f"- **Plain facts:** {_count(claims, FACT)}, such as survey results, are listed in the CSV file only.",
        "",
        "Figures are rounded half up. A claim holds when the model's figure is the printed one, or rounds to it.",
        "It also holds within the tolerance that its words state, or when it meets their bound.",
        "",
        "| Source | " + " | ".join(VERDICTS) + " |",
        "| :-- |" + " --: |" * len(VERDICTS),
    ]
    for source in dict.fromkeys(v.source for v in claims):
        mine = [v for v in claims if v.source == source]
        counts = " | ".join(str(_count(mine, kind)) for kind in VERDICTS)
        parts.append(f"| {markdown_text(ledger.titles.get(source, source))} | {counts} |")
    parts += [
        "",
        "## What to ask the authors",
        "",
        "| Finding | What disagrees | Size | Ask |",
        "| :-- | :-- | :-- | :-- |",
    ]
    for finding in ledger.findings:
        sizes = "<br>".join(_size(size) for size in finding.sizes)
        parts.append(f"| {finding.id} | {markdown_text(finding.says)} | {sizes} | {markdown_text(finding.ask)} |")
    parts += ["", "## What does not follow", "", *_rows([v for v in claims if v.verdict == DIFFERS], reasons=True)]
    parts += [
        "",
        "## What has no published derivation",
        "",
        "| Claim | Printed | What it says | Why |",
        "| :-- | --: | :-- | :-- |",
    ]
    for v in claims:
        if v.verdict == NOT_DERIVABLE:
            parts.append(
                f"| {v.id} | {markdown_text(v.printed)} | {markdown_text(v.says)} | {markdown_text(v.reason)} |"
            )
    parts += ["", "## What reproduces", "", *_rows(held, reasons=False)]
    parts += ["", "## Printed tables, cell by cell", "", *_rows(tables, reasons=False)]
    return "\n".join(parts) + "\n"


def _count(verdicts: Iterable[Verdict], kind: str) -> int:
    return sum(v.verdict == kind for v in verdicts)


def _size(size: Size) -> str:
    return f"{_named(size.name)}: {figure_text(size.value, size.unit)}{_unit(size.unit)}"


def _named(name: str) -> str:
    """``short_2022_23`` reads short 2022/23."""
    return re.sub(r"\b(\d{4}) (\d{2})\b", r"\1/\2", name.replace("_", " "))


def _unit(unit: str) -> str:
    plain = unit.startswith(("£", "share", "rate", "ratio", "number"))
    return f" {unit.removeprefix('£').strip()}".rstrip() if not plain or " per " in unit else ""


def _rows(verdicts: list[Verdict], *, reasons: bool) -> list[str]:
    last, align = ("Why", ":--") if reasons else ("Verdict", ":--")
    rows = [
        f"| Claim | What it says | Printed | Model | Difference | {last} |",
        f"| :-- | :-- | --: | --: | --: | {align} |",
    ]
    for v in verdicts:
        cells = (v.id, v.says, v.printed, _figures(v), _differences(v), v.reason if reasons else v.verdict)
        rows.append(f"| {' | '.join(markdown_text(cell) for cell in cells)} |")
    return rows
