"""A proposal's files turned into a costing: a model of lines, with what each assumption rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from costmodel.assumptions.proposal import Case, ProposalFiles
from costmodel.assumptions.schema import LineText, Proposal
from costmodel.errors import (
    BadInput,
    Caution,
    Mistakes,
    MixedLists,
    NameTaken,
    ReviewOverdue,
    UnknownName,
    UnusedAssumption,
    WrongKind,
    YearMistake,
    did_you_mean,
)
from costmodel.language.parser import parse
from costmodel.language.shape import ASK, COUNTED, HORIZON, Values
from costmodel.language.units import FLAG
from costmodel.model.build import build_model
from costmodel.model.line import Line, Model, PayTable
from costmodel.model.reads import names_read
from costmodel.sections.benefits import add_benefits
from costmodel.sections.budget_checks import check_shapes
from costmodel.sections.budgets import add_budgets
from costmodel.sections.changes import lay_changes
from costmodel.sections.counted import counted_in
from costmodel.sections.counted_once import listed
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Assumption
from costmodel.sections.growth_rates import refuse_indices_in_growth
from costmodel.sections.lists import add_lists
from costmodel.sections.posts import add_posts
from costmodel.sections.prices import check_prices
from costmodel.sections.programmes import add_programmes
from costmodel.sections.rollout import add_rollout
from costmodel.sections.set_tables import ALL_YEARS, TableOf, Totals, add_scales, comes_from_section, set_tables
from costmodel.sections.supply import add_supply_of_teams
from costmodel.sections.uplifts import Uplifted, growth_of
from costmodel.sections.workforce import add_workforce
from costmodel.years import Year, run_of_years


@dataclass(frozen=True, kw_only=True)
class CheckOf:
    """A statement that should hold, and the line that is 1 where it does."""

    name: str
    says: str
    line: str
    since: str = ""
    """The line that has the first year in which it does not hold, where there is one."""


@dataclass(frozen=True, kw_only=True)
class Costing:
    """A proposal, its model, and everything needed to show and audit it."""

    files: ProposalFiles
    model: Model
    assumptions: dict[str, Assumption]
    tables: dict[str, TableOf]
    checks: tuple[CheckOf, ...]
    cautions: tuple[Caution, ...]
    rows_of: Mapping[str, tuple[tuple[int, ...], ...]]
    """By list, and for each scenario, where the rows of its own list stand among those of all scenarios."""

    @property
    def name(self) -> str:
        return self.files.name

    @property
    def proposal(self) -> Proposal:
        return self.files.base.document.proposal

    @property
    def scenarios(self) -> tuple[str, ...]:
        return self.model.scenarios

    def run_of(self, period: str) -> tuple[Year, ...]:
        """The years that a total is over: those of a period, or all of the proposal."""
        periods = self.proposal.periods
        return self.proposal.years if period == ALL_YEARS and period not in periods else periods[period]

    def case(self, scenario: str) -> Case:
        return self.files.cases[self.scenarios.index(scenario)]

    def cautions_of(self, scenario: str) -> list[Caution]:
        """Cautions that concern a scenario."""
        return [caution for caution in self.cautions if caution.scenario in ("", scenario)]


def build_costing(files: ProposalFiles, mistakes: Mistakes) -> Costing:
    """Turn a proposal's files into a costing of all its scenarios at once.

    Raises:
        BadInput: with every mistake found, those in ``mistakes`` included.
    """
    draft = Draft(files=files, mistakes=mistakes)
    _check_periods(draft)
    check_prices(draft)
    document = files.base.document
    for name, given in document.assumptions.items():
        draft.given(
            name, ("assumptions", name), given.label or _label(name), given.unit or "number", section="assumptions"
        )
        if given.unit is None:
            _missing_unit(draft, name)
    add_lists(draft)
    add_workforce(draft)
    add_posts(draft)
    add_rollout(draft)
    add_supply_of_teams(draft)
    add_programmes(draft)
    add_benefits(draft)
    growths = {
        name: growth_of(draft, Uplifted(name, line.label, ("lines", name, "uplift"), line.unit), line.uplift)
        for name, line in document.lines.items()
        if line.uplift
    }
    lay_changes(draft)
    for name, line in document.lines.items():
        _line(draft, name, line, growths.get(name, ""))
    refuse_indices_in_growth(draft)
    totals, counted = Totals(draft=draft), counted_in(draft)
    budgets = add_budgets(draft, totals, counted)
    tables = set_tables(draft, totals) | {table.name: table for table in budgets}
    add_scales(draft, tables.values())
    checks = _checks(draft)
    model = _model(draft)
    mistakes.stop_if_any()
    assert model is not None
    _check_shapes(model, draft)
    check_shapes(draft, counted, model)
    mistakes.stop_if_any()
    _unused(model, draft)
    draft.bases.say_unsourced()
    _check_dependencies(model, draft)
    mistakes.stop_if_any()
    as_of = document.proposal.as_of
    for caution in overdue(draft.assumptions, as_of) if as_of else ():
        mistakes.add(caution)
    return Costing(
        files=files,
        model=model,
        assumptions=draft.assumptions,
        tables=tables,
        checks=checks,
        cautions=mistakes.cautions,
        rows_of=draft.rows_of,
    )


def _line(draft: Draft, name: str, line: LineText, growth: str) -> None:
    """A line of the proposal's own; one that is uplifted after one that is not."""
    where = draft.files.base.at("lines", name, "formula")
    own, label = (f"{name}_before_uplift", f"{line.label}, before uplift") if growth else (name, line.label)
    draft.formula(own, label, line.unit, line.formula, section="lines", note=line.note or "", where=where)
    if growth:
        draft.formula(name, line.label, line.unit, f"{own}{growth}", section="lines", where=where)


def _model(draft: Draft) -> Model | None:
    """The model, or None where mistakes stop it; a broken line must not hide what is wrong with the others."""
    known = {line.name for line in draft.lines}
    suspect = bool(draft.mistakes.stopping)
    pay = PayTable(name=draft.pay_name, points=draft.pay_points, source=draft.pay_source) if draft.pay_points else None
    try:
        return build_model(
            years=draft.axis,
            ask=draft.years,
            scenarios=tuple(case.scenario for case in draft.cases),
            lines=draft.lines,
            lists=draft.lists,
            periods=draft.files.base.document.proposal.periods,
            profiles=draft.profiles,
            lasting=draft.lasting,
            pay=pay,
        )
    except BadInput as bad:
        written = set(draft.files.base.document.lines) | set(draft.files.base.document.assumptions) | known
        made = {line.name for line in draft.lines if line.where is None}
        for mistake in bad.mistakes:
            if suspect and isinstance(mistake, UnknownName):
                missing = mistake.says.split("'")[1]
                if missing in written or comes_from_section(draft, missing):
                    continue  # it is missing only because what makes it is broken, which is said already
            if suspect and (mistake.where is None or mistake.path.removeprefix("lines.") in made):
                continue  # so is a section's own line, which stands in no file
            draft.mistakes.add(mistake)
        return None


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _missing_unit(draft: Draft, name: str) -> None:
    where = draft.files.base.at("assumptions", name)
    hint = "Write unit: £, a count noun (teams), a share, rate or ratio, or X per Y."
    draft.missing(where, f"assumptions.{name}.unit", "the assumption has no unit", hint)


def _check_periods(draft: Draft) -> None:
    proposal = draft.files.base.document.proposal
    for name, run in proposal.periods.items():
        if name in (ASK, HORIZON, COUNTED):
            where = draft.files.base.at("proposal", "periods", name)
            says = f"{name!r} already means {_RUNS[name]}"
            hint = "Give the period another name."
            draft.mistakes.add(NameTaken(where=where, path=f"proposal.periods.{name}", says=says, hint=hint))
        if not set(run) <= set(draft.years):
            where = draft.files.base.at("proposal", "periods", name)
            outside = next(year for year in run if year not in draft.years)
            says = f"the year {outside} is not in the proposal"
            hint = f"Its years are {run_of_years(draft.years)}."
            draft.mistakes.add(YearMistake(where=where, path=f"proposal.periods.{name}", says=says, hint=hint))


_RUNS = {
    ASK: "the years of the ask",
    HORIZON: "every year to the end of the horizon",
    COUNTED: "the years whose costs and people the appraisal counts",
}


def _check_shapes(model: Model, draft: Draft) -> None:
    """Tables and checks show lines that have no rows of their own."""
    document = draft.files.base.document
    places: list[tuple[str, tuple[str | int, ...]]] = [
        (row, ("tables", name, "rows", at))
        for name, table in document.tables.items()
        for at, row in enumerate(table.rows)
    ]
    places += [(f"check_{name}", ("checks", name, "holds")) for name in document.checks]
    for key, at, name in listed(document.appraisal) if document.appraisal else ():
        places.append((name, ("appraisal", key, at)))
        if not model.lines[name].shape.by_year:
            says = f"{name!r} has no figure for each year, so that it would count in full in every year"
            where = draft.files.base.at("appraisal", key, at)
            hint = "Name the line that has the figure of each year."
            draft.mistakes.add(WrongKind(where=where, path=f"appraisal.{key}", says=says, hint=hint))
    if document.proposal.ask:
        places.append((document.proposal.ask, ("proposal", "ask")))
    for row, path in places:
        shape = model.lines[row].shape
        where, spelled = draft.files.base.at(*path), ".".join(str(step) for step in path[:3])
        if shape.rows:
            says = f"{row!r} has a value for each row of {shape.rows}"
            hint = "Add the rows up with sum(...) in a line of its own."
            draft.mistakes.add(MixedLists(where=where, path=spelled, says=says, hint=hint))
        elif shape.by_year and path[0] == "checks":
            says = "the check says something different of each year"
            hint = "Say which year with at(x, '2025/26'), or add the years up with total(x)."
            draft.mistakes.add(WrongKind(where=where, path=spelled, says=says, hint=hint))


def _checks(draft: Draft) -> tuple[CheckOf, ...]:
    made = []
    for own in draft.checks:
        line = f"check_{own.name}"
        draft.formula(line, own.says, "flag", own.holds, section="checks")
        made.append(CheckOf(name=own.name, says=own.says, line=line, since=own.since))
    for name, check in draft.files.base.document.checks.items():
        line = f"check_{name}"
        where = draft.files.base.at("checks", name, "holds")
        node, wrong = parse(check.holds, where, f"checks.{name}.holds")
        for mistake in wrong:
            draft.mistakes.add(mistake)
        if node is not None:
            draft.lines.append(
                Line(
                    name=line,
                    label=check.says,
                    unit=FLAG,
                    formula=node,
                    section="checks",
                    where=where,
                )
            )
        made.append(CheckOf(name=name, says=check.says, line=line))
    return tuple(made)


def _unused(model: Model, draft: Draft) -> None:
    """Assumptions that nothing reads: probably misspelt somewhere."""
    used = {draft.files.base.document.proposal.ask}
    for line in model.lines.values():
        now, past = names_read(line, model.lines)
        used |= now | past
    for table in draft.files.base.document.tables.values():
        used |= set(table.rows)
    for name, assumption in draft.assumptions.items():
        if assumption.path.startswith("assumptions.") and name not in used:
            where = assumption.grounds[0].where
            says = "no line, table or check uses this assumption"
            draft.mistakes.add(
                UnusedAssumption(where=where, path=assumption.path, says=says, hint="Use it, or take it out.")
            )


def _check_dependencies(model: Model, draft: Draft) -> None:
    for assumption in draft.assumptions.values():
        for ground in assumption.grounds:
            for other in ground.log.depends_on if ground.log else ():
                if other not in model.lines:
                    says = f"it depends on {other!r}, and nothing has that name"
                    hint = did_you_mean(other, model.lines)
                    path = f"{assumption.path}.depends_on"
                    draft.mistakes.add(UnknownName(where=ground.where, path=path, says=says, hint=hint))


def overdue(assumptions: dict[str, Assumption], on: date) -> list[ReviewOverdue]:
    """Assumptions whose review date is before a day, each once."""
    found: dict[str, ReviewOverdue] = {}
    for name, assumption in assumptions.items():
        for ground in assumption.grounds:
            if ground.log and ground.log.review_by and ground.log.review_by < on:
                owner = f" Ask {ground.log.owner}." if ground.log.owner else ""
                says = f"the review of {name} was due by {ground.log.review_by.isoformat()}"
                hint = f"Look at it again, and set a new review_by.{owner}"
                found[name] = ReviewOverdue(where=ground.where, path=assumption.path, says=says, hint=hint)
    return list(found.values())


def values_of(costing: Costing, values: Mapping[str, Values], name: str, scenario: str) -> Values:
    """A line's values in one scenario: rows by years, length 1 where it does not vary."""
    found = values[name]
    at = costing.scenarios.index(scenario) if len(found) > 1 else 0
    return np.asarray(found[at])
