"""The register of evidence as a page: every source, how it was read, and what rests on it."""

from __future__ import annotations

from collections.abc import Sequence

from costmodel.analysis.ledger import Ledger
from costmodel.analysis.results import Costed
from costmodel.assumptions.kinds import GRADES
from costmodel.outputs.tables import markdown_text


def evidence_page(costings: Sequence[Costed], ledger: Ledger) -> str:
    """Every source with what rests on it; then every assumption that rests on none."""
    sources = costings[0].costing.files.evidence.sources if costings else {}
    rests: dict[str, dict[str, None]] = {source: {} for source in sources}
    without: dict[str, str] = {}
    grades: dict[str, int] = dict.fromkeys(GRADES, 0)
    for costed in costings:
        for name, held in costed.costing.assumptions.items():
            for ground in held.grounds:
                if ground.source in rests:
                    rests[ground.source][f"{costed.costing.name}: {name}"] = None
                elif ground.reason and ground.grade:
                    without[f"{costed.costing.name}: {name}"] = ground.reason
            if held.grounds[0].grade:
                grades[held.grounds[0].grade] += 1
    claims = {source: [v for v in ledger.verdicts if v.source == source] for source in sources}
    lines = [
        "# Register of evidence",
        "",
        "Every source, how it was read, and which assumptions and printed figures rest on it.",
        "Read: the text itself was read. Secondary: known from a copy or summary. Recalled: not found in print.",
        "",
        "Assumptions in the base scenarios by grade: "
        + ", ".join(f"{count} {grade}" for grade, count in grades.items() if count)
        + ".",
        "",
        "| Source | Title | By | Date | Read | Assumptions that rest on it | Printed figures | Address | Note |",
        "| :-- | :-- | :-- | :-- | :-- | :-- | --: | :-- | :-- |",
    ]
    for key, source in sources.items():
        cells = (
            f"`{key}`",
            source.title,
            source.publisher or source.authors or "",
            source.date or "",
            source.read,
            "<br>".join(rests[key]) or "none",
            str(len(claims[key])),
            source.address or "",
            source.note or "",
        )
        lines.append(f"| {' | '.join(markdown_text(cell) for cell in cells)} |")
    lines += ["", "## Assumptions that rest on a reason and no source", "", "| Assumption | Reason |", "| :-- | :-- |"]
    lines += [f"| {markdown_text(name)} | {markdown_text(reason)} |" for name, reason in without.items()]
    return "\n".join(lines) + "\n"
