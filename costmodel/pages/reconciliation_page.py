"""The reconciliation as pages: for the terminal, for a reviewer in five minutes, and as CSV and JSON in full."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable

from costmodel.analysis.figures import brief_text
from costmodel.analysis.ledger import FindingSize, Ledger
from costmodel.analysis.verdicts import BOUND, DIFFERS, EXACT, FACT, NOT_DERIVABLE, ROUNDS, VERDICTS, WITHIN, Verdict
from costmodel.assumptions.claims import ONLY
from costmodel.pages.tables import markdown_text, safe_text

_HOLDS = (EXACT, ROUNDS, WITHIN, BOUND)


def _figures(verdict: Verdict) -> str:
    return ", ".join(brief_text(value, verdict.unit) for value in verdict.figures)


def _differences(verdict: Verdict) -> str:
    """Model less printed, where some figure is not exact."""
    if verdict.verdict == EXACT or not any(verdict.differences):
        return ""
    return ", ".join(brief_text(value, verdict.unit, signed=True) for value in verdict.differences)


def as_text(ledger: Ledger) -> str:
    """A line for each printed figure, with the reason below it; the findings with their sizes; the counts."""
    rows = [(v.id, v.printed, _figures(v), _differences(v), v.verdict, v.says, v.reason) for v in ledger.verdicts]
    widths = [min(30, max([len(row[at]) for row in rows] + [len(head)])) for at, head in enumerate(_HEAD[:5])]
    lines = ["  ".join(text.ljust(width) for text, width in zip(_HEAD[:5], widths, strict=True)) + "  says"]
    for row in rows:
        lines.append("  ".join(text.ljust(width) for text, width in zip(row[:5], widths, strict=True)) + f"  {row[5]}")
        if row[6]:
            lines.append(" " * (widths[0] + 2) + row[6])
    for finding in ledger.findings:
        lines += ["", f"{finding.id}  {finding.says}"]
        lines += [f"     {_size(size)}" for size in finding.sizes]
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
        texts = (v.id, v.source, v.place, v.says, str(v.unit), v.printed)
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
            "unit": str(v.unit),
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
            "sizes": {s.name: {"value": s.value, "unit": str(s.unit)} for s in f.sizes},
            "ask": f.ask,
        }
        for f in ledger.findings
    ]
    return json.dumps(
        {"counts": ledger.counts(), "verdicts": verdicts, "findings": findings}, indent=1, ensure_ascii=False
    )


def as_markdown(ledger: Ledger) -> str:
    """The page for a reviewer in five minutes: what reproduces, what does not, what to ask."""
    tables = [v for v in ledger.verdicts if "." in v.id]
    claims = [v for v in ledger.verdicts if "." not in v.id]
    held = [v for v in claims if v.verdict in _HOLDS]
    parts = [
        "# Reconciliation: what the documents print, and what the model makes of it",
        "",
        *_in_brief(tables, claims, held),
        "",
        "Figures are rounded half up. A claim holds when the model's figure is the printed one, or rounds to it.",
        "It also holds within the tolerance that its words state, or when it meets their bound.",
        "Here figures are shown to three figures; reconciliation.csv has them in full.",
        "",
        *_counts(ledger, claims),
        "",
        "## Printed tables, cell by cell",
        *_tables(tables),
        *_asks(ledger),
        "",
        "## What does not follow",
        "",
        "The model's figure is not the printed one. The difference is the model's figure less the printed one.",
        *_by_source(ledger, [v for v in claims if v.verdict == DIFFERS], reasons=True),
        *_underived([v for v in claims if v.verdict == NOT_DERIVABLE]),
        "",
        "## Claims that hold",
        *_by_source(ledger, held, reasons=False),
    ]
    return "\n".join(parts) + "\n"


def _in_brief(tables: list[Verdict], claims: list[Verdict], held: list[Verdict]) -> list[str]:
    met = sum(v.verdict in _HOLDS for v in tables)
    formulas = sum(bool(v.figures) for v in claims)
    return [
        f"- **Printed tables:** {met} of {len(tables)} cells come out as printed, to the last digit.",
        f"- **Claims:** {len(claims)} figures and statements are in the ledger. {formulas} can be worked out.",
        f"- **Of those:** {len(held)} hold and {formulas - len(held)} differ.",
        f"- **Not derivable:** {_count(claims, NOT_DERIVABLE)} have no published derivation.",
        f"- **Plain facts:** {_count(claims, FACT)}, such as survey results, are listed in the CSV file only.",
    ]


def _count(verdicts: Iterable[Verdict], kind: str) -> int:
    return sum(v.verdict == kind for v in verdicts)


def _counts(ledger: Ledger, claims: list[Verdict]) -> list[str]:
    """How many claims of each source have each verdict, with a row for all."""
    sources = list(dict.fromkeys(v.source for v in claims))
    rows = [f"| Source | {' | '.join(VERDICTS)} | all |", "| :-- |" + " --: |" * (len(VERDICTS) + 1)]
    for source in [*sources, ""]:
        mine = [v for v in claims if source in ("", v.source)]
        title = markdown_text(ledger.titles.get(source, source)) if source else "All"
        counts = " | ".join(str(_count(mine, kind) or "") for kind in VERDICTS)
        rows.append(f"| {title} | {counts} | {len(mine)} |")
    return rows


def _asks(ledger: Ledger) -> list[str]:
    rows = ["", "## What to ask the authors", "", "| | What disagrees | Size | Ask |", "| :-- | :-- | :-- | :-- |"]
    for finding in ledger.findings:
        sizes = "<br>".join(_size(size) for size in finding.sizes)
        rows.append(f"| {finding.id} | {markdown_text(finding.says)} | {sizes} | {markdown_text(finding.ask)} |")
    return rows


def _size(size: FindingSize) -> str:
    """``teams between: 198 teams``; without its name where it is the only one."""
    figure = f"{brief_text(size.value, size.unit)} {size.unit.beside(size.value)}".rstrip()
    return figure if size.name == ONLY else f"{_named(size.name)}: {figure}"


def _named(name: str) -> str:
    """``short_2022_23`` reads short 2022/23, and ``teams_for_30000`` teams for 30,000."""
    text = re.sub(r"\b(\d{4}) (\d{2})\b", r"\1/\2", name.replace("_", " "))
    text = re.sub(r"\b\d{5,}\b", lambda found: f"{int(found[0]):,}", text)
    return re.sub(r"\b(uk|english|august)\b", lambda found: _PROPER[found[0]], text)


_PROPER = {"uk": "UK", "english": "English", "august": "August"}


def _underived(verdicts: list[Verdict]) -> list[str]:
    rows = ["", "## What has no published derivation", ""]
    rows += ["| Claim | What it says | Printed | Why |", "| :-- | :-- | --: | :-- |"]
    for v in verdicts:
        rows.append(f"| {' | '.join(markdown_text(cell) for cell in (v.id, v.says, v.printed, v.reason))} |")
    return rows


def _by_source(ledger: Ledger, verdicts: list[Verdict], *, reasons: bool) -> list[str]:
    """Claims with what is printed and what the model makes of it, document by document."""
    rows = []
    for source in dict.fromkeys(v.source for v in verdicts):
        rows += ["", f"### {markdown_text(ledger.titles.get(source, source))}", ""]
        rows.append(f"| Claim | What it says | Printed | Model | Difference | {'Why' if reasons else 'Verdict'} |")
        rows.append("| :-- | :-- | --: | --: | --: | :-- |")
        for v in verdicts:
            if v.source == source:
                named = f"{v.id} ({v.finding})" if reasons and v.finding else v.id
                last = v.reason if reasons else v.verdict
                cells = (named, v.says, v.printed, _figures(v), _differences(v), last)
                rows.append(f"| {' | '.join(markdown_text(cell) for cell in cells)} |")
    return rows


def _tables(verdicts: list[Verdict]) -> list[str]:
    """Each printed table as it is printed, with the model's figure in a cell that does not come out."""
    rows: list[str] = []
    for proposal, table in dict.fromkeys((v.proposal, v.id.split(".")[0]) for v in verdicts):
        mine = [v for v in verdicts if (v.proposal, v.id.split(".")[0]) == (proposal, table)]
        met = sum(v.verdict in _HOLDS for v in mine)
        furthest = max((v for v in mine if v.verdict in _HOLDS), key=lambda v: abs(v.differences[0]), default=None)
        apart = abs(furthest.differences[0]) if furthest else 0.0
        rounding = f", at most {brief_text(apart, furthest.unit)} from what is printed" if furthest and apart else ""
        rows += ["", f"### {proposal}: {table}", "", f"{met} of {len(mine)} cells come out{rounding}.", ""]
        rows += _grid(mine)
    return rows


def _grid(verdicts: list[Verdict]) -> list[str]:
    """Lines down and years across; single values in a column of their own."""
    lines: dict[str, dict[str, Verdict]] = {}
    for v in verdicts:
        name, _, year = v.id.split(".", 1)[1].partition("@")
        lines.setdefault(name, {})[year] = v
    years = sorted({year for cells in lines.values() for year in cells if year})
    columns = [*years, *([""] if any("" in cells for cells in lines.values()) else [])]
    rows = [f"| Line | {' | '.join(year or 'Value' for year in columns)} |", "| :-- |" + " --: |" * len(columns)]
    for cells in lines.values():
        first = next(iter(cells.values()))
        label = first.says.rsplit(", ", 1)[0] if "@" in first.id else first.says
        texts = (_printed_cell(cells[year]) if year in cells else "" for year in columns)
        rows.append(f"| {markdown_text(label)} | {' | '.join(texts)} |")
    return rows


def _printed_cell(v: Verdict) -> str:
    return v.printed if v.verdict in _HOLDS else f"**{v.printed}, and the model has {_figures(v)}**"
