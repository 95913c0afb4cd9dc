"""Programme costs and income: per site, per unit of a line or list, fixed by year, or an existing budget scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from costmodel.assumptions.costs_schema import Programme
from costmodel.errors import ChangesStructure, MissingKey, UnknownName, WrongKind, YearMistake, did_you_mean
from costmodel.language.shape import Shape
from costmodel.language.units import Unit, read_unit
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path
from costmodel.sections.set_inputs import set_input
from costmodel.sections.uplifts import Uplifted, growth_of, same_uplift
from costmodel.years import run_of_years

_WAYS = ("per_site", "per_operating_site", "by_year", "value", "existing_budget", "per")
Root = Literal["programme_costs", "income"]
_SECTIONS: dict[Root, str] = {"programme_costs": "programme costs", "income": "income"}


def add_programmes(draft: Draft) -> None:
    """One line a programme cost or income, under its own name, with what it is worked out from."""
    document = draft.files.base.document
    sections: dict[Root, Mapping[str, Programme]] = {
        "programme_costs": document.programme_costs,
        "income": document.income,
    }
    for root, entries in sections.items():
        for name, programme in entries.items():
            lines = _Programme(draft, root, name, programme)
            if lines.same_in_every_scenario():
                lines.add()


def _way(programme: Programme) -> str:
    way = next(way for way in _WAYS if getattr(programme, way) is not None)
    return "amount" if way in ("by_year", "value") else way


@dataclass(frozen=True)
class _Programme:
    """A programme cost or income, and the lines that it becomes."""

    draft: Draft
    root: Root
    name: str
    spec: Programme

    @property
    def path(self) -> Path:
        return self.root, self.name

    @property
    def section(self) -> str:
        return _SECTIONS[self.root]

    @property
    def label(self) -> str:
        return self.spec.label or self.name.replace("_", " ").capitalize()

    def same_in_every_scenario(self) -> bool:
        """Whether every scenario works it out in the way that the proposal does."""
        for case in self.draft.cases:
            other: Programme = getattr(case.document, self.root)[self.name]
            same_ways = _way(other) == _way(self.spec) and other.per == self.spec.per
            if same_ways and (other.once is None) == (self.spec.once is None):
                if same_uplift(self.draft, case, self.path, self.spec.uplift, other.uplift):
                    continue
                return False
            says = "a scenario works this programme's cost out in another way than the proposal"
            where = case.at(*self.path)
            self.draft.mistakes.add(ChangesStructure(where=where, path=".".join(map(str, self.path)), says=says))
            return False
        return True

    def add(self) -> None:
        spec, draft, name = self.spec, self.draft, self.name
        way = _way(spec)
        uplift = Uplifted(name, self.label, (*self.path, "uplift"), spec.unit)
        growth = growth_of(draft, uplift, spec.uplift) if spec.uplift else ""
        once = self._once() if spec.once else ""
        if way == "amount":
            text = self._amount("_before_uplift" if growth else "_in_its_year" if once else "", growth, once)
            if not growth and not once and text == name:
                return
        elif way == "existing_budget":
            budget = self._given("budget", "budget", f"{self.label}: existing budget", spec.unit)
            text = f"{budget} * {self._given('scale', 'scale', f'{self.label}: scale', 'ratio')}"
        elif way == "per":
            self._per_unit(growth, once)
            return
        else:
            text = self._per_site(way)
            if not text:
                return
        self._line(name, f"{text}{growth}", once)

    def _line(self, name: str, text: str, once: str, rows: str = "") -> None:
        self.draft.formula(
            name,
            self.label,
            self.spec.unit,
            f"{text} if year == {once} else 0" if once else text,
            section=rows or self.section,
            where=self.draft.files.base.at(*self.path),
            shape=Shape(rows),
        )

    def _given(self, suffix: str, key: str, label: str, unit: str) -> str:
        at_least = 0 if self.root == "income" and key != "scale" else None
        name, path = f"{self.name}_{suffix}", (*self.path, key)
        return self.draft.given(name, path, label, unit, section=self.section, at_least=at_least)

    def _amount(self, suffix: str, growth: str, once: str) -> str:
        label = f"{self.label}, before uplift" if growth else f"{self.label}, in its year" if once else self.label
        at_least = 0 if self.root == "income" else None
        own = f"{self.name}{suffix}"
        return self.draft.given(own, self.path, label, self.spec.unit, section=self.section, at_least=at_least)

    def _per_site(self, way: str) -> str:
        rollout = self.draft.files.base.document.rollout
        if rollout is None:
            hint = "Add a rollout section, with sites starting each year."
            says = f"{way} needs sites, and the proposal has no rollout"
            where, spelled = self.draft.files.base.at(*self.path), ".".join(map(str, (*self.path, way)))
            self.draft.mistakes.add(MissingKey(where=where, path=spelled, says=says, hint=hint))
            return ""
        unit = f"{self.spec.unit} per {rollout.site}"
        kind = "per" if way == "per_site" else "per_operating"
        each = self._given(f"{kind}_{rollout.site}", way, f"{self.label} for a {rollout.site}", unit)
        sites = f"{rollout.plural}_{'starting' if way == 'per_site' else 'operating'}"
        return f"spread({sites}, {each})" if each in self.draft.profiles else f"{sites} * {each}"

    # Of the units of a line, or of a column of a list

    def _per_unit(self, growth: str, once: str) -> None:
        """The number of units times the rate of one; in each row of a list, and their sum, where units have rows."""
        per = self.spec.per or ""
        unit = self._unit_of(per)
        if unit is None:
            return
        one = _one_of(self.spec.unit, unit)
        rate = self._given("rate", "rate", f"{self.label}: rate", one)
        text = f"spread({per}, {rate})" if rate in self.draft.profiles else f"{per} * {rate}"
        rows = self.draft.rows_of_line(per) or (rate.split(".")[0] if "." in rate else "")
        if not rows:
            self._line(self.name, f"{text}{growth}", once)
            return
        each = f"{rows}.{self.name}"
        self._line(each, f"{text}{growth}", once, rows)
        self._line(self.name, f"sum({each})", "")

    def _unit_of(self, per: str) -> Unit | None:
        """The unit of what is paid for; None, with the mistake added, where there is no such thing."""
        draft, document = self.draft, self.draft.files.base.document
        units = {line.name: line.unit for line in draft.lines}
        units |= {name: read_unit(line.unit) for name, line in document.lines.items()}
        spelled, where = ".".join(map(str, (*self.path, "per"))), draft.files.base.at(*self.path, "per")
        found = units.get(per)
        if found is None:
            if per in document.programme_costs or per in document.income:
                says, hint = f"{per!r} is an amount of money, and not a number of units", ""
            else:
                says = f"there is no line and no column of a list called {per!r}"
                hint = did_you_mean(per, units) or "Name a line, or a column of a list as list.column."
            draft.mistakes.add(UnknownName(where=where, path=spelled, says=says, hint=hint))
        elif found.is_text or found.has_money:
            what = "text" if found.is_text else f"in {found}"
            says = f"{per!r} is {what}, and a number of units is needed"
            hint = "Name what is counted, such as pupils; rate is the cost of one."
            draft.mistakes.add(WrongKind(where=where, path=spelled, says=says, hint=hint))
            return None
        return found

    # In one year alone

    def _once(self) -> str:
        """The line that holds the year in which it falls."""
        draft, years = self.draft, []
        for case in draft.cases:
            year = getattr(case.document, self.root)[self.name].once
            years.append(year.start)
            if year not in draft.axis:
                says = f"the year {year} is not in the proposal"
                hint = f"Its years are {run_of_years(draft.axis)}."
                spelled, where = ".".join(map(str, (*self.path, "once"))), case.at(*self.path, "once")
                draft.mistakes.add(YearMistake(where=where, path=spelled, says=says, hint=hint))
        name, key = f"{self.name}_once_in", f"{self.root}.{self.name}.once"
        values, label = np.array(years, dtype=float).reshape(-1, 1, 1), f"{self.label}: the year in which it falls"
        ground = Grounds(grade=None, reason=f"The year that {key} says.")
        held = [ground] * len(draft.cases)
        set_input(draft, name, label, "year", values, section=self.section, grounds=held, path=key, set_by=key)
        return name


def _one_of(money: str, counted: Unit) -> str:
    """The unit of the cost of one of what is counted: £ per pupil."""
    if counted.is_plain:
        return money
    if counted.is_count:
        return f"{money} per {counted.powers[0][0]}"
    return (read_unit(money) / counted).plainly
