"""The ledger: every printed figure held against the model, with a verdict, a difference and a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from costmodel.analysis.references import check_references, sources_of
from costmodel.analysis.results import Costed, Results
from costmodel.analysis.verdicts import (
    BOUND,
    DIFFERS,
    FACT,
    NOT_DERIVABLE,
    VERDICTS,
    Verdict,
    table_verdicts,
    verdict_on,
)
from costmodel.assumptions.claims import Claim, Finding, Register
from costmodel.assumptions.document import Mapping as Tree
from costmodel.assumptions.document import position
from costmodel.assumptions.kinds import GRADES, Grade
from costmodel.errors import (
    BadInput,
    Mistakes,
    Position,
    UnknownName,
    WrongValue,
    did_you_mean,
)
from costmodel.language.parser import parse
from costmodel.language.shape import Shape
from costmodel.language.tree import Name, Node
from costmodel.language.units import NUMBER, Unit, read_unit
from costmodel.model.build import build_model
from costmodel.model.evaluate import evaluate
from costmodel.model.line import EQUAL, Line
from costmodel.numbers import Number, read_number
from costmodel.years import Year


@dataclass(frozen=True, kw_only=True)
class FindingSize:
    """What a disagreement comes to."""

    name: str
    unit: Unit
    value: float


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A finding with its sizes worked out."""

    id: str
    says: str
    sizes: tuple[FindingSize, ...]
    claims: tuple[str, ...]
    ask: str


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All verdicts and findings, in the order of their ids."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Disagreement, ...]
    titles: Mapping[str, str]
    """The title of each source, by id."""
    figures: Mapping[str, str]
    """The source of each named figure; nothing where it rests on a reason."""

    @property
    def unexpected(self) -> tuple[Verdict, ...]:
        """Claims that should hold and do not, or that are said to differ and hold."""
        return tuple(verdict for verdict in self.verdicts if not verdict.as_expected)

    def counts(self) -> dict[str, int]:
        """How many have each verdict."""
        return {kind: sum(v.verdict == kind for v in self.verdicts) for kind in VERDICTS}

    def _runs(self) -> str:
        claims = [verdict.id for verdict in self.verdicts if "." not in verdict.id]
        if not (claims and self.findings):
            return ""
        findings = f"findings from {self.findings[0].id} to {self.findings[-1].id}"
        return f"Claims run from {claims[0]} to {claims[-1]}, and {findings}."

    def only(self, *, source: str = "", ids: Iterable[str] = ()) -> Ledger:
        """The part of the ledger of one source, or of some ids of claims, findings or cells.

        Raises:
            BadInput: where there is no such source or id.
        """
        wanted = set(ids)
        known = {v.id for v in self.verdicts} | {finding.id for finding in self.findings}
        sources = {v.source for v in self.verdicts}
        unknown = [(key, known, "claim or finding") for key in ids if key not in known]
        unknown += [(source, sources, "source")] if source and source not in sources else []
        if unknown:
            raise BadInput(
                UnknownName(
                    says=f"there is no {what} {key!r} in the ledger",
                    hint=f"{did_you_mean(key, sorted(words))} {'' if words is sources else self._runs()}".strip(),
                )
                for key, words, what in unknown
            )
        wanted |= {claim for finding in self.findings if finding.id in wanted for claim in finding.claims}
        kept = [
            v
            for v in self.verdicts
            if (not source or v.source == source) and (not wanted or {v.id, v.finding} & wanted)
        ]
        findings = [
            f for f in self.findings if not (wanted or source) or f.id in wanted or set(f.claims) & {v.id for v in kept}
        ]
        return replace(self, verdicts=tuple(kept), findings=tuple(findings))


@dataclass(frozen=True)
class _Formula:
    """A formula to be worked out: a name for its line, its text, the unit that it should yield, and where it stands."""

    name: str
    text: str
    unit: Unit
    """Nothing where none is declared."""
    where: Position
    path: str
    proposal: str
    scenario: str


def build_ledger(register: Register, costeds: Mapping[str, Costed], mistakes: Mistakes) -> Ledger:
    """Work out every claim and finding, and hold every printed table against its proposal.

    Args:
        costeds: the proposals that claims may name, by name. Claims of a proposal that is not there are mistakes.

    Raises:
        BadInput: with every mistake in the ledger.
    """
    check_references(register, costeds, mistakes)
    formulas = [*_claim_formulas(register), *_finding_formulas(register)]
    values, grades = _work_out(formulas, register, costeds, mistakes)
    mistakes.stop_if_any()
    tables = [v for costed in costeds.values() for v in table_verdicts(costed.run("base"))]
    claims = [
        _verdict(key, claim, values, grades, register.claims_tree, mistakes) for key, claim in register.claims.items()
    ]
    mistakes.stop_if_any()
    findings = tuple(_disagreement(key, finding, values) for key, finding in register.findings.items())
    titles = {key: source.title for key, source in sources_of(costeds.values()).items()}
    figures = {name: figure.source or "" for name, figure in register.figures.items()}
    return Ledger(verdicts=(*tables, *claims), findings=findings, titles=titles, figures=figures)


def _claim_formulas(register: Register) -> list[_Formula]:
    found = []
    for key, claim in register.claims.items():
        texts = claim.formula if isinstance(claim.formula, list) else [claim.formula] if claim.formula else []
        for number, text in enumerate(texts):
            where = position(register.claims_tree, ("claims", key, "formula", number))
            found.append(
                _Formula(
                    f"{key.lower()}_{number}",
                    str(text),
                    read_unit(claim.unit if "unit" in claim.model_fields_set else ""),
                    where,
                    f"claims.{key}.formula",
                    claim.proposal or "",
                    claim.scenario,
                )
            )
    return found


def _finding_formulas(register: Register) -> list[_Formula]:
    found = []
    for key, finding in register.findings.items():
        for name, size in finding.size.items():
            where = position(register.findings_tree, ("findings", key, "size", name))
            found.append(
                _Formula(
                    f"{key.lower()}_{name}",
                    size.formula,
                    _unit_of(finding, name),
                    where,
                    f"findings.{key}.size",
                    finding.proposal or "",
                    size.scenario,
                )
            )
    return found


def _work_out(
    formulas: list[_Formula], register: Register, costeds: Mapping[str, Costed], mistakes: Mistakes
) -> tuple[dict[str, list[float]], dict[str, Grade | None]]:
    """Each formula's value, or values by year, and the weakest grade of what it names."""
    values: dict[str, list[float]] = {}
    grades: dict[str, Grade | None] = {}
    for proposal, scenario in dict.fromkeys((formula.proposal, formula.scenario) for formula in formulas):
        group = [formula for formula in formulas if (formula.proposal, formula.scenario) == (proposal, scenario)]
        costed = costeds.get(proposal)
        if proposal and (costed is None or scenario not in costed.scenarios):
            continue  # said already
        lines, known = _inputs(register, costed.run(scenario) if costed else None)
        named: dict[str, Node] = {}
        for formula in group:
            node, wrong = parse(formula.text, formula.where, formula.path)
            for mistake in wrong:
                mistakes.add(mistake)
            if node is not None:
                named[formula.name] = node
                lines.append(
                    Line(name=formula.name, label=formula.path, unit=formula.unit, formula=node, where=formula.where)
                )
        paths = {f"lines.{formula.name}": formula.path for formula in group}
        try:
            model = build_model(
                years=costed.costing.model.years if costed else (Year(2000, financial=False),),
                ask=costed.costing.model.ask_years if costed else None,
                scenarios=("base",),
                lines=lines,
                periods=costed.costing.proposal.periods if costed else {},
            )
            found = evaluate(model)
        except BadInput as bad:
            for mistake in bad.mistakes:
                name = mistake.path.removeprefix("lines.")  # a line of the ledger's own making, which nobody wrote
                says = mistake.says.replace(f" of {name} ", " ").replace(f" of {name!r} ", " ")
                mistakes.add(replace(mistake, path=paths.get(mistake.path, mistake.path), says=says))
            continue
        for name, node in named.items():
            of_years = model.ask if model.lines[name].shape.by_year else slice(None)
            values[name] = [float(value) for value in found[name][:, :, of_years].flat]
            used = [known.get(part.name) for part in node.walk() if isinstance(part, Name)]
            grades[name] = max((grade for grade in used if grade), key=GRADES.index, default=None)
    return values, grades


def _inputs(register: Register, results: Results | None) -> tuple[list[Line], dict[str, Grade | None]]:
    """The named figures, and the lines of a proposal, as inputs; with the grade of each."""
    lines: list[Line] = []
    known: dict[str, Grade | None] = {}
    for line in results.costing.model.lines.values() if results else ():
        if line.shape.rows or line.step_of or line.section == "timeline" or line.section == "checks":
            continue
        assert results is not None
        values = results.cells(line.name)[np.newaxis]
        lines.append(Line(name=line.name, label=line.label, unit=line.unit, values=values, shape=line.shape))
        known[line.name] = results.grading[line.name].grade
    for name, figure in register.figures.items():
        value = figure.value.value if figure.value else 1.0  # said to be missing already
        label = figure.label or name.replace("_", " ")
        where = position(register.claims_tree, ("figures", name))
        lines.append(
            Line(
                name=name,
                label=label,
                unit=read_unit(figure.unit or "number"),
                values=np.full((1, 1, 1), value),
                shape=Shape(),
                where=where,
            )
        )
        known[name] = figure.graded
    return lines, known


def _verdict(
    key: str,
    claim: Claim,
    values: Mapping[str, list[float]],
    grades: Mapping[str, Grade | None],
    tree: Tree,
    mistakes: Mistakes,
) -> Verdict:
    raw = claim.printed if isinstance(claim.printed, list) else [claim.printed]
    plain = Verdict(
        id=key,
        source=claim.source,
        place=claim.where or "",
        says=claim.says,
        printed=", ".join(str(text) for text in raw),
        unit=read_unit(claim.unit),
        verdict=NOT_DERIVABLE if claim.not_derivable else FACT,
        reason=claim.not_derivable or claim.note or "",
        finding=claim.finding or "",
        proposal=claim.proposal or "",
    )
    texts = claim.formula if isinstance(claim.formula, list) else [claim.formula] if claim.formula else []
    if not texts:
        return plain
    computed = [value for number in range(len(texts)) for value in values[f"{key.lower()}_{number}"]]
    printed = _numbers(raw, key, tree, mistakes)
    if len(printed) < len(raw):
        return plain
    if len(printed) != len(computed):
        where = position(tree, ("claims", key, "formula"))
        says = f"{len(printed)} figures are printed, and the formula yields {len(computed)}"
        mistakes.add(
            WrongValue(
                where=where, path=f"claims.{key}.formula", says=says, hint="Give a formula for each, or one by year."
            )
        )
        return plain
    kinds = [_kind(value, number, claim) for value, number in zip(computed, printed, strict=True)]
    verdict = max(kinds, key=VERDICTS.index)
    reason = claim.differs if verdict == DIFFERS else claim.note
    expected = (verdict == DIFFERS) == bool(claim.differs)
    if not expected:
        reason = (
            "It should hold, and does not." if verdict == DIFFERS else "The ledger says that it differs, and it holds."
        )
    grade = max((g for n in range(len(texts)) if (g := grades[f"{key.lower()}_{n}"])), key=GRADES.index, default=None)
    return replace(
        plain,
        figures=tuple(computed),
        differences=tuple(value - number.value for value, number in zip(computed, printed, strict=True)),
        verdict=verdict,
        reason=reason or "",
        grade=grade,
        as_expected=expected,
    )


def _numbers(raw: list[Any], key: str, tree: Tree, mistakes: Mistakes) -> list[Number]:
    found = []
    for place, text in enumerate(raw):
        try:
            found.append(read_number(str(text)))
        except ValueError as problem:
            where = position(tree, ("claims", key, "printed", place))
            mistakes.add(WrongValue(where=where, path=f"claims.{key}.printed", says=str(problem)))
    return found


def _kind(value: float, printed: Number, claim: Claim) -> str:
    if claim.bound:
        holds = {
            "at least": value >= printed.value * (1 - EQUAL),
            "at most": value <= printed.value * (1 + EQUAL),
            "more than": value > printed.value,
            "less than": value < printed.value,
        }[claim.bound]
        return BOUND if holds else DIFFERS
    return verdict_on(value, printed, claim.rounds_to, claim.within)


def _disagreement(key: str, finding: Finding, values: Mapping[str, list[float]]) -> Disagreement:
    sizes = tuple(
        FindingSize(
            name=name,
            unit=_unit_of(finding, name).known or NUMBER,
            value=values[f"{key.lower()}_{name}"][0],
        )
        for name in finding.size
    )
    return Disagreement(id=key, says=finding.says, sizes=sizes, claims=tuple(finding.claims), ask=finding.ask or "")


def _unit_of(finding: Finding, name: str) -> Unit:
    """The unit that a finding declares for one of its sizes; none that is known where it declares none."""
    if isinstance(finding.unit, dict):
        return read_unit(str(finding.unit.get(name, "")))
    return read_unit(str(finding.unit) if "unit" in finding.model_fields_set else "")
