"""A costing as it is drawn up: sections add named assumptions and lines, with values for every scenario at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from costmodel.assumptions.costs_schema import Programme
from costmodel.assumptions.document import Mapping, find, position, spell
from costmodel.assumptions.evidence import Evidence
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case, ProposalFiles
from costmodel.errors import (
    ChangesStructure,
    MissingKey,
    Mistakes,
    NameTaken,
    Position,
    UnknownName,
    did_you_mean,
)
from costmodel.language.parser import parse
from costmodel.language.shape import SCALAR, Shape, Values
from costmodel.language.tree import Node
from costmodel.language.units import of_kind, read_unit
from costmodel.model.line import Line, PayPoint, RowList
from costmodel.model.shapes import find_shapes
from costmodel.numbers import Number
from costmodel.sections.bases import Bases
from costmodel.sections.grounds import Assumption, Grounds, Path, SectionCheck, value_at, with_note, wrong_for
from costmodel.sections.later_years import AxisValues, later_times, said_of_later
from costmodel.sections.money import with_prices
from costmodel.years import Year


@dataclass(kw_only=True)
class Draft:
    """What the sections fill."""

    files: ProposalFiles
    mistakes: Mistakes
    lines: list[Line] = field(default_factory=list)
    lists: list[RowList] = field(default_factory=list)
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    profiles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lasting: set[str] = field(default_factory=set)
    """Profiles by age that stay at their last value."""
    pay_points: tuple[PayPoint, ...] = ()
    pay_name: str = ""
    pay_source: str = ""
    rows_of: dict[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """By list, and for each scenario, where the rows of its own list stand among those of all scenarios."""
    checks: list[SectionCheck] = field(default_factory=list)

    @cached_property
    def bases(self) -> Bases:
        """What values rest on, as they are read."""
        return Bases(evidence=self.evidence, mistakes=self.mistakes)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.files.cases

    @property
    def years(self) -> tuple[Year, ...]:
        """The years of the ask."""
        return self.files.base.document.proposal.years

    @cached_property
    def axis(self) -> tuple[Year, ...]:
        """The years of the ask, and those after them to the end of the horizon of the appraisal."""
        appraisal = self.files.base.document.appraisal
        run = appraisal.horizon if appraisal else ()
        return run if run[: len(self.years)] == self.years else self.years

    @cached_property
    def axis_values(self) -> AxisValues:
        """Reads values by year."""
        return AxisValues(self.years, self.axis, self.mistakes)

    @property
    def beyond(self) -> int:
        """How many years the axis has after those of the ask."""
        return len(self.axis) - len(self.years)

    @property
    def evidence(self) -> Evidence:
        return self.files.evidence

    @property
    def per_team(self) -> str:
        """What the figures of a team are for one of, as the end of a unit: a site of the rollout has one team."""
        rollout = self.files.base.document.rollout
        return f"per {rollout.site if rollout else 'team'}"

    @property
    def price_year(self) -> Year | None:
        """The year of the proposal's own prices; None where they are cash."""
        return self.files.base.document.proposal.price_year

    def with_prices(self, unit: str) -> str:
        """A unit that says at which prices its money is, where bare £ is not cash."""
        return with_prices(unit, self.price_year)

    # Adding lines

    def formula(
        self,
        name: str,
        label: str,
        unit: str,
        text: str | Node,
        *,
        section: str,
        note: str = "",
        where: Position | None = None,
        shape: Shape = SCALAR,
    ) -> None:
        """Add a line with a formula; ``shape`` is what it runs over at least, whatever its formula reads."""
        node, wrong = parse(text, where, f"lines.{name}") if isinstance(text, str) else (text, [])
        for mistake in wrong:
            self.mistakes.add(mistake)
        if node is not None:
            self.lines.append(
                Line(
                    name=name,
                    label=label,
                    unit=read_unit(self.with_prices(unit)),
                    formula=node,
                    shape=shape,
                    section=section,
                    note=note,
                    where=where,
                )
            )

    def input(
        self,
        name: str,
        label: str,
        unit: str,
        values: Values,
        *,
        section: str,
        grounds: Iterable[Grounds],
        path: str = "",
        shape: Shape = SCALAR,
        switch: bool = False,
        note: str = "",
        at_least: float | None = None,
        set_by: str = "",
    ) -> None:
        """Add an input with values for each scenario (axes scenarios, rows, years) and what they rest on.

        What has values for the years of the ask alone goes on as its unit says: an amount stops, and a rate stays.
        """
        held = tuple(grounds)
        if shape.by_year and self.beyond and values.shape[2] == len(self.years):
            times, last = later_times(None, unit), self.years[-1]
            values = np.concatenate([values, np.repeat(values[:, :, -1:] * times, self.beyond, axis=2)], axis=2)
            held = tuple(with_note(ground, said_of_later(times, last)) for ground in held)
        self.assumptions[name] = Assumption(
            name=name, path=path or name, grounds=held, at_least=at_least, set_by=set_by
        )
        if (values == values[:1]).all():
            values = values[:1]
        self.lines.append(
            Line(
                name=name,
                label=label,
                unit=read_unit(self.with_prices(unit)),
                values=values,
                shape=shape,
                section=section,
                switch=switch,
                note=note or held[0].note or "",
                where=held[0].where,
            )
        )

    def named_lines(self) -> dict[str, Line]:
        """Every line that there is by now, and those that the proposal writes itself, as far as they can be read."""
        found = {line.name: line for line in self.lines}
        for name, text in self.files.base.document.lines.items():
            unit = read_unit(self.with_prices(text.unit))
            found[name] = Line(name=name, label=text.label, unit=unit, formula=parse(text.formula)[0])
        return found

    def rows_of_line(self, name: str) -> str:
        """The list whose rows a line runs over; nothing where it has none."""
        return find_shapes(self.named_lines())[0][name].rows if self.lists else ""

    def switch(self, name: str, label: str, on: list[bool], *, section: str) -> None:
        """Add a choice between two ways of calculating: 1 or 0 in each scenario."""
        values = np.array(on, dtype=float).reshape(-1, 1, 1)
        grounds = Grounds(grade=None, reason="A choice between ways of calculating, made by the scenario.")
        self.input(name, label, "flag", values, section=section, grounds=[grounds] * len(on), switch=True)

    def given(
        self,
        name: str,
        path: Path,
        label: str,
        unit: str,
        *,
        section: str,
        at_least: float | None = None,
        money: str = "£",
        otherwise: Given | None = None,
        stays: bool | None = None,
        from_year: Year | None = None,
    ) -> str:
        """Add the assumption that stands at a path of the document, in every scenario.

        Args:
            money: what a bare £ stands for in a unit that a person wrote, where a price year is said beside it.
            otherwise: the value in scenarios that have none there; that of the first that has one, if not given.
            stays: whether a value by year stays as it is after its last year, or stops; as its unit says, if not given.
            from_year: the year after which values may be given though the proposal starts later; they are left out.

        Returns:
            The name to use in formulas: the assumption's own, or that of the one it refers to.
        """
        found = [value_at(case.document, path) for case in self.cases]
        found = [value.amount if isinstance(value, Programme) else value for value in found]
        first = next((value for value in found if value is not None), None)
        if first is None:
            raise KeyError(path)
        held: list[Given] = [value if value is not None else otherwise or first for value in found]
        cases = [
            case if value is not None or otherwise else self._case_with(path)
            for case, value in zip(self.cases, found, strict=True)
        ]
        if any(value.name for value in held):
            return self._reference(held, cases, path)
        if path[0] != "assumptions" and name in self.files.base.document.assumptions:
            return self._said_twice(name, first, path)
        label, unit = held[0].label or label, of_kind(held[0].unit, money) if held[0].unit else unit
        times = [later_times(value.then, unit, stays) for value in held]
        said = [self.axis_values.said_of(value, one) for value, one in zip(held, times, strict=True)]
        grounds = [
            with_note(self.bases.grounds(case, path, value, unit), note)
            for case, value, note in zip(cases, held, said, strict=True)
        ]
        if any(value.by_age is not None for value in held):
            return self._by_age(name, label, unit, held, cases, grounds, path, section)
        by_year = any(value.by_year is not None for value in held)
        rows = [
            self.axis_values.read(value, case, path, one, from_year) if by_year else [value.value]
            for value, case, one in zip(held, cases, times, strict=True)
        ]
        self.check(rows, cases, path, unit, at_least)
        values = np.array([[number.value if number else 0.0 for number in row] for row in rows])
        self.input(
            name,
            label,
            unit,
            values[:, np.newaxis, :],
            section=section,
            grounds=grounds,
            path=spell(path),
            shape=Shape("", by_year),
            at_least=at_least,
        )
        return name

    def _said_twice(self, name: str, value: Given, path: Path) -> str:
        """A section's value that the assumptions give under the same name too: one value, or a mistake."""
        own = self.files.base.document.assumptions[name]
        if own.numbers != value.numbers:
            says = f"the name {name!r} is taken by an assumption with another value"
            hint = f"Write {path[-1]}: {name} here to use it, or take one of them out."
            self.mistakes.add(NameTaken(where=self.files.base.at(*path), path=spell(path), says=says, hint=hint))
        return name

    def _case_with(self, path: Path) -> Case:
        return next(case for case in self.cases if value_at(case.document, path) is not None)

    def _reference(self, held: list[Given], cases: list[Case], path: Path) -> str:
        names = {value.name for value in held}
        name = held[0].name or ""
        if len(names) > 1:
            changed = next(case for case, value in zip(cases, held, strict=True) if value.name != held[0].name)
            self.mistakes.add(
                ChangesStructure(
                    where=changed.at(*path),
                    path=spell(path),
                    says=f"{spell(path)} refers to {name!r}, and a scenario gives it another value",
                    hint=f"Change {name} in the scenario.",
                )
            )
        document = self.files.base.document
        known = [*document.assumptions, *document.lines, *(line.name for line in self.lines)]
        if name not in known:
            self.mistakes.add(
                UnknownName(
                    where=cases[0].at(*path),
                    path=spell(path),
                    says=f"{name!r} is neither a number nor the name of an assumption",
                    hint=did_you_mean(name, known) or "Numbers are written 14%, £16,000 or £1.2 billion.",
                )
            )
        return name

    def _by_age(
        self,
        name: str,
        label: str,
        unit: str,
        held: list[Given],
        cases: list[Case],
        grounds: list[Grounds],
        path: Path,
        section: str,
    ) -> str:
        """A profile by years since the start: one input for each year, named ``name_year_1`` and so on."""
        profiles = [list(value.by_age or ([value.value] if value.value else [])) for value in held]
        lasts = {value.then == 1 for value in held}
        if len(lasts) > 1:
            where, says = cases[-1].at(*path), "a scenario says otherwise what follows the last age"
            hint = "Give then: the same in every scenario, and the values of the later ages."
            self.mistakes.add(ChangesStructure(where=where, path=spell(path), says=says, hint=hint))
        if lasts == {True}:
            self.lasting.add(name)
        self.check(profiles, cases, path, unit, None)
        longest = max(len(profile) for profile in profiles)
        names = []
        for age in range(longest):
            values = np.array([profile[age].value if age < len(profile) else 0.0 for profile in profiles])
            names.append(f"{name}_year_{age + 1}")
            after = f"{'The same' if name in self.lasting else 'Nothing'} in later years." if age + 1 == longest else ""
            self.input(
                names[-1],
                f"{label}, year {age + 1} since the start",
                unit,
                values.reshape(-1, 1, 1),
                section=section,
                grounds=[with_note(ground, after) for ground in grounds],
                path=spell(path),
            )
        self.profiles[name] = tuple(names)
        return name

    def check(
        self,
        rows: Iterable[Iterable[Number | None]],
        cases: Iterable[Case],
        path: Path,
        unit: str,
        at_least: float | None,
    ) -> None:
        """Values are of the unit's kind, and lie where such a value can."""
        for row, case in zip(rows, cases, strict=True):
            for number in row:
                if number is None:
                    continue
                if problem := wrong_for(number, read_unit(unit), at_least):
                    kind, says, hint = problem
                    where = self._position_of(case, path, number)
                    self.mistakes.add(kind(where=where, path=spell(path), says=says, hint=hint))
                    break

    def _position_of(self, case: Case, path: Path, number: Number) -> Position:
        tree = find(case.tree, path)
        if isinstance(tree, Mapping):
            for key in ("value", "by_year", "by_age"):
                if key in tree.entries:
                    return position(tree, (key,))
        return case.at(*path)

    def missing(self, where: Position, path: str, says: str, hint: str) -> None:
        self.mistakes.add(MissingKey(where=where, path=path, says=says, hint=hint))
