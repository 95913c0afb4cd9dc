"""The register of evidence as a page: every source, how it was read, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from costmodel.analysis.ledger import Ledger
from costmodel.analysis.results import Costed
from costmodel.assumptions.evidence import Source
from costmodel.assumptions.kinds import GRADES
from costmodel.pages.tables import markdown_text
from costmodel.sections.grounds import Grounds

_FEW = 20
"""Figures of the ledger that a source's entry names; more are counted."""


def evidence_page(costings: Sequence[Costed], ledger: Ledger) -> str:
    """Every source with what rests on it; assumptions that rest on none; and values that have changed."""
    sources = costings[0].costing.files.evidence.sources if costings else {}
    rests = {source: _by_proposal(costings, source) for source in sources}
    printed = {source: sum(v.source == source for v in ledger.verdicts) for source in sources}
    lines = [
        "# Register of evidence",
        "",
        "Every source, how it was read, and which assumptions and printed figures rest on it.",
        "Read: the text itself was read. Secondary: known from a copy or summary. Recalled: not found in print.",
        "",
        f"Assumptions in the base scenarios by grade: {_grades(costings)}.",
        "",
        "| Source | Title | By | Date | Read | Assumptions | Printed figures |",
        "| :-- | :-- | :-- | :-- | :-- | --: | --: |",
    ]
    for key, source in sources.items():
        by, count = source.publisher or source.authors or "", sum(map(len, rests[key].values()))
        cells = (
            f"`{key}`",
            source.title,
            by,
            source.date or "",
            source.read,
            str(count or ""),
            str(printed[key] or ""),
        )
        lines.append(f"| {' | '.join(markdown_text(cell) for cell in cells)} |")
    lines += ["", "## What rests on each source"]
    for key, source in sources.items():
        lines += ["", f"### {source.title}", "", *_entry(key, source, rests[key], printed[key], ledger)]
    lines += ["", "## Assumptions that rest on a reason and no source", "", "| Assumption | Reason |", "| :-- | :-- |"]
    lines += [f"| {markdown_text(name)} | {markdown_text(reason)} |" for name, reason in _reasons(costings)]
    changed = list(_changed(costings))
    if changed:
        lines += [
            "",
            "## Assumptions whose value has changed",
            "",
            "| Assumption | Before |",
            "| :-- | :-- |",
            *changed,
        ]
    return "\n".join(lines) + "\n"


def _grades(costings: Sequence[Costed]) -> str:
    held = [assumption.grounds[0].grade for costed in costings for assumption in costed.costing.assumptions.values()]
    return ", ".join(f"{held.count(grade)} {grade}" for grade in GRADES if grade in held)


def _entry(key: str, source: Source, rests: Mapping[str, list[str]], printed: int, ledger: Ledger) -> list[str]:
    """What is said of a source: how it can be found, and what rests on it."""
    about = [f"- {source.note}"] if source.note else []
    about += [f"- Address: {source.address}"] if source.address else []
    on_it = [f"- {proposal}: {', '.join(names)}" for proposal, names in rests.items()]
    figures = [f"`{name}`" for name, of in ledger.figures.items() if of == key]
    if figures:
        named = ", ".join(figures) if len(figures) <= _FEW else f"{len(figures)} figures"
        on_it.append(f"- Ledger of claims: {named}")
    if printed:
        on_it.append(f"- Printed figures held against the model: {printed}")
    return [f"Id `{key}`, {source.read}.", "", *about, *(on_it or ["- Nothing rests on it."])]


def _by_proposal(costings: Sequence[Costed], source: str) -> dict[str, list[str]]:
    """The assumptions that rest on a source, by proposal; with the scenarios where base does not rest on it."""
    found: dict[str, list[str]] = {}
    for costed in costings:
        for name, held in costed.costing.assumptions.items():
            scenarios = _where(costed, held.grounds, (ground.source == source for ground in held.grounds))
            if scenarios is not None:
                found.setdefault(costed.costing.name, []).append(f"`{name}`{scenarios}")
    return found


def _reasons(costings: Sequence[Costed]) -> list[tuple[str, str]]:
    """Each assumption that rests on a reason, with the scenarios where base has another."""
    found = []
    for costed in costings:
        for name, held in costed.costing.assumptions.items():
            reasons = [ground.reason if ground.grade and not ground.source else None for ground in held.grounds]
            for reason in dict.fromkeys(reason for reason in reasons if reason):
                scenarios = _where(costed, held.grounds, (other == reason for other in reasons))
                found.append((f"{costed.costing.name}: {name}{scenarios or ''}", reason))
    return found


def _where(costed: Costed, grounds: Sequence[Grounds], holds: Iterable[bool]) -> str | None:
    """Nothing to add where something holds in base; the scenarios where it holds in them alone; None where in none."""
    scenarios = [name for name, here in zip(costed.scenarios, holds, strict=True) if here]
    if not scenarios or len(grounds) != len(costed.scenarios):
        return None
    return "" if scenarios[0] == costed.scenarios[0] else f" ({', '.join(scenarios)})"


def _changed(costings: Sequence[Costed]) -> Iterable[str]:
    """A row for each assumption with a history, the latest value first."""
    for costed in costings:
        for name, held in costed.costing.assumptions.items():
            log = held.grounds[0].log
            if log and log.history:
                past = [f"{number.value:,.15g} ({when})" for when, number in sorted(log.history.items(), reverse=True)]
                yield f"| {markdown_text(f'{costed.costing.name}: {name}')} | {', '.join(past)} |"
