"""The register of evidence as a page: every source, how it was read, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from costmodel.analysis.ledger import Ledger
from costmodel.analysis.results import Costed
from costmodel.assumptions.evidence import Source
from costmodel.assumptions.kinds import GRADES
from costmodel.pages.tables import markdown_text
from costmodel.sections.grounds import Grounds

_FEW = 20
"""Figures of the ledger that a source's entry names; more are counted."""


@dataclass(frozen=True, eq=False)
class _Entry:
    """A source of the register: its id, and the proposals whose evidence it is in."""

    key: str
    source: Source
    of: str
    costings: Sequence[Costed]


def evidence_page(costings: Sequence[Costed], ledger: Ledger) -> str:
    """Every source with what rests on it; assumptions that rest on none; and values that have changed."""
    entries = [_Entry(key, source, "", costings) for key, source in _shared(costings).items()]
    entries += [
        _Entry(key, source, f", of {costed.costing.name} alone", [costed])
        for costed in costings
        for key, source in costed.costing.files.evidence.sources.items()
        if _shared(costings).get(key) != source
    ]
    rests = {entry: _by_proposal(entry) for entry in entries}
    printed = {entry: sum(v.source == entry.key for v in ledger.verdicts) for entry in entries}
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
    for entry in entries:
        source, count = entry.source, sum(map(len, rests[entry].values()))
        cells = (
            f"`{entry.key}`{entry.of}",
            source.title,
            source.publisher or source.authors or "",
            source.date or "",
            source.read,
            str(count or ""),
            str(printed[entry] or ""),
        )
        lines.append(f"| {' | '.join(markdown_text(cell) for cell in cells)} |")
    lines += ["", "## What rests on each source"]
    for entry in entries:
        lines += ["", f"### {entry.source.title}", "", *_about(entry, rests[entry], printed[entry], ledger)]
    lines += ["", "## Assumptions that rest on a reason and no source", "", "| Assumption | Reason |", "| :-- | :-- |"]
    lines += [f"| {markdown_text(name)} | {markdown_text(reason)} |" for name, reason in _reasons(costings)]
    if replaced := dict.fromkeys(row for costed in costings for row in costed.costing.files.evidence.replaced()):
        lines += ["", "## Evidence that stands in place of other evidence of its id", ""]
        lines += ["The nearest folder has the last word: a proposal's own, then its root's, then what ships.", ""]
        lines += ["| Kind | Id | The one that counts |", "| :-- | :-- | :-- |"]
        lines += [f"| {what} | `{markdown_text(name)}` | {markdown_text(layer)} |" for what, name, layer in replaced]
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


def _shared(costings: Sequence[Costed]) -> Mapping[str, Source]:
    """The sources that every proposal has."""
    return costings[0].costing.files.evidence.shared.sources if costings else {}


def _grades(costings: Sequence[Costed]) -> str:
    held = [assumption.grounds[0].grade for costed in costings for assumption in costed.costing.assumptions.values()]
    return ", ".join(f"{held.count(grade)} {grade}" for grade in GRADES if grade in held)


def _about(entry: _Entry, rests: Mapping[str, list[str]], printed: int, ledger: Ledger) -> list[str]:
    """What is said of a source: how it can be found, and what rests on it."""
    key, source = entry.key, entry.source
    about = [f"- {source.note}"] if source.note else []
    about += [f"- Address: {source.address}"] if source.address else []
    on_it = [f"- {proposal}: {', '.join(names)}" for proposal, names in rests.items()]
    figures = [f"`{name}`" for name, of in ledger.figures.items() if of == key]
    if figures:
        named = ", ".join(figures) if len(figures) <= _FEW else f"{len(figures)} figures"
        on_it.append(f"- Ledger of claims: {named}")
    if printed:
        on_it.append(f"- Printed figures held against the model: {printed}")
    return [f"Id `{key}`{entry.of}, {source.read}.", "", *about, *(on_it or ["- Nothing rests on it."])]


def _by_proposal(entry: _Entry) -> dict[str, list[str]]:
    """The assumptions that rest on a source, by proposal; with the scenarios where base does not rest on it."""
    found: dict[str, list[str]] = {}
    for costed in entry.costings:
        if costed.costing.files.evidence.sources.get(entry.key) != entry.source:
            continue  # its own source of this id is meant
        for name, held in costed.costing.assumptions.items():
            scenarios = _where(costed, held.grounds, (ground.source == entry.key for ground in held.grounds))
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
