"""What values rest on: their own source or reason, or that of what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from costmodel.assumptions.document import find, position, spell
from costmodel.assumptions.evidence import Evidence
from costmodel.assumptions.kinds import Basis, Given, Grade
from costmodel.assumptions.proposal import Case
from costmodel.errors import Mistakes, NoBasis, Position, RecalledAsPublished, UnknownSource, Unsourced, did_you_mean
from costmodel.language.units import read_unit
from costmodel.sections.grounds import Grounds, Path, value_at, wrong_for


@dataclass(frozen=True, kw_only=True)
class Bases:
    """Finds what each value rests on, and what is wrong with it."""

    evidence: Evidence
    mistakes: Mistakes
    unsourced: dict[str, Position] = field(default_factory=dict)
    """Values of sections that rest on neither a source nor a reason, by path."""

    def grounds(self, case: Case, path: Path, basis: Basis, unit: str) -> Grounds:
        """What a value rests on: its own basis, or that of the nearest part of the document around it that has one."""
        holder, grade = self._holder(case, path, basis)
        source, reason = holder.source, holder.reason
        grade = grade or (holder.graded if holder.has_basis else None)
        if not holder.has_basis:
            source = case.document.proposal.source
            grade = grade or ("published" if source else "illustrative")
            if not source:
                reason = "No source or reason is given."
                self._no_basis(case, path)
        where = case.at(*path)
        self._check_source(case, path, source, holder)
        if basis.status == "R" and grade == "published":
            self.recalled(where, spell(path))
        entry = self.evidence.sources.get(source or "")
        if entry and entry.read == "recalled" and grade == "published":
            self.recalled(where, spell(path))
        given = basis.range if isinstance(basis, Given) else None
        for end in given or ():
            if problem := wrong_for(end, read_unit(unit), None):
                at = position(case.tree, (*path, "range"))
                self.mistakes.add(problem[0](where=at, path=f"{spell(path)}.range", says=problem[1], hint=problem[2]))
        return Grounds(
            grade=grade,
            source=source,
            place=basis.where or (holder.where if holder.has_basis else None),
            reason=reason,
            note=basis.note,
            low=given[0].value if given else None,
            high=given[1].value if given else None,
            where=where,
            log=basis if isinstance(basis, Given) else None,
        )

    def _holder(self, case: Case, path: Path, basis: Basis) -> tuple[Basis, Grade | None]:
        """The nearest part of the document that says what a value rests on, or the outermost; and the nearest grade."""
        holder, grade = basis, basis.own_grade
        for depth in range(len(path) - 1, 0, -1):
            if holder.has_basis:
                break
            above = value_at(case.document, path[:depth])
            if isinstance(above, Basis):
                holder, grade = above, grade or above.own_grade
        return holder, grade

    def has_basis(self, case: Case, path: Path, basis: Basis) -> bool:
        """Whether a value rests on a source or a reason, its own or of what is around it."""
        return self._holder(case, path, basis)[0].has_basis or bool(case.document.proposal.source)

    def recalled(self, where: Position | None, path: str) -> None:
        says = "a recalled value (status R) is graded published"
        hint = "Find it in a source, or grade it judgement: a recalled value never feeds a published figure."
        self.mistakes.add(RecalledAsPublished(where=where, path=path, says=says, hint=hint))

    def _no_basis(self, case: Case, path: Path) -> None:
        hint = "Add source: with the id of a source, or reason: with why this value."
        says = "this assumption has neither a source nor a reason"
        if path[0] == "assumptions":
            where = position(case.tree, path, of_key=True)
            self.mistakes.add(NoBasis(where=where, path=spell(path), says=says, hint=hint))
        else:
            self.unsourced.setdefault(spell(path), case.at(*path))

    def say_unsourced(self) -> None:
        """One caution for all values of sections that rest on nothing."""
        if self.unsourced:
            names = ", ".join(self.unsourced)
            count = len(self.unsourced)
            says = f"{count} {'value rests' if count == 1 else 'values rest'} on neither a source nor a reason: {names}"
            hint = (
                "They count as illustrative. Give each a source or a reason, or the section or the proposal a source."
            )
            where = min(self.unsourced.values())
            self.mistakes.add(
                Unsourced(where=where, path=next(iter(self.unsourced)).split(".")[0], says=says, hint=hint)
            )

    def _check_source(self, case: Case, path: Path, source: str | None, holder: Basis) -> None:
        if source and source not in self.evidence.sources:
            known = self.evidence.sources
            hint = did_you_mean(source, known) or "Add it to the register of sources (evidence/sources.yaml)."
            own = find(case.tree, (*path, "source"))
            where = own.where if own else case.at(*path)
            self.mistakes.add(
                UnknownSource(
                    where=where,
                    path=f"{spell(path)}.source",
                    says=f"there is no source {source!r} in the register",
                    hint=hint,
                )
            )
