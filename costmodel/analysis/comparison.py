"""Scenarios side by side: what each comes to, and how far that is from base and from doing nothing."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.analysis.results import Costed
from costmodel.assumptions.kinds import Grade
from costmodel.language.units import Unit


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One result under every scenario, in the costing's order of scenarios."""

    name: str
    label: str
    unit: Unit
    values: tuple[float, ...]
    grades: tuple[Grade | None, ...]

    @property
    def incremental(self) -> tuple[float, ...]:
        """How far each is from base."""
        return tuple(value - self.values[0] for value in self.values)


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """The headline results of every scenario of a proposal."""

    proposal: str
    scenarios: tuple[str, ...]
    titles: tuple[str, ...]
    counterfactual: str
    """What happens otherwise; every figure is incremental to it. Empty where no appraisal says."""
    rows: tuple[Compared, ...]


def compare(costed: Costed) -> SideBySide:
    """What is asked for, the totals of tables, and every row of a table that has one value; each once."""
    costing = costed.costing
    names = [costing.proposal.ask] if costing.proposal.ask else []
    for table in costing.tables.values():
        for totals in table.totals.values():
            names.extend(totals.values())
        names.extend(row for row in table.rows if not costing.model.lines[row].shape.by_year)
    runs = [costed.run(scenario) for scenario in costed.scenarios]
    rows = [
        Compared(
            name=name,
            label=costing.model.lines[name].label,
            unit=costing.model.lines[name].unit,
            values=tuple(run.value(name) for run in runs),
            grades=tuple(run.grading[name].grade for run in runs),
        )
        for name in dict.fromkeys(names)
        if not costing.model.lines[name].shape.by_year
    ]
    appraisal = costing.files.base.document.appraisal
    return SideBySide(
        proposal=costing.name,
        scenarios=costed.scenarios,
        titles=tuple(costing.case(scenario).heading.title for scenario in costed.scenarios),
        counterfactual=appraisal.counterfactual if appraisal else "",
        rows=tuple(rows),
    )
