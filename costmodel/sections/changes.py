"""Changes of inputs by name: what scenarios say of values that sections work out, laid over the lines that they made.

A section works some inputs out from the evidence, such as ``pension_rate`` by year or ``discount_rate_standard_1``. No
value of the document has their names, so a scenario changes them by the name that the workbook shows as their id.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from costmodel.assumptions.kinds import GRADES
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.relative import Relative
from costmodel.assumptions.scenarios import InputChange, nothing_there
from costmodel.errors import BadTable, ChangesStructure, UnknownPayYear, WrongKind, WrongValue, did_you_mean
from costmodel.language.shape import Values
from costmodel.model.line import Line
from costmodel.numbers import Number
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Assumption, Grounds
from costmodel.sections.pay import usual_scale
from costmodel.sections.pay_scales import band_of

PAY_YEAR, TEAM = "pay_year", "team"


def lay_changes(draft: Draft) -> None:
    """Lay every scenario's changes of inputs over the draft, in the order in which they are written."""
    if not any(case.of_inputs for case in draft.cases):
        return
    lines = {line.name: place for place, line in enumerate(draft.lines)}
    broken = bool(draft.mistakes.stopping)
    for at, case in enumerate(draft.cases):
        for change in case.of_inputs:
            held = draft.assumptions.get(change.name)
            place = lines.get(change.name)
            if place is None or held is None:
                if not broken:  # a section that could not be built may have been going to make it
                    _not_there(draft, change, place)
            elif _may_change(draft, at, change, draft.lines[place], held):
                draft.lines[place] = _with_values(draft, at, case, change, draft.lines[place])
                draft.assumptions[change.name] = _with_grounds(draft, at, case, change, draft.lines[place], held)


def _not_there(draft: Draft, change: InputChange, place: int | None) -> None:
    if change.name == "year":
        _set_by(draft, change, "proposal.years")
        return
    if place is not None and draft.lines[place].texts is not None:
        rows = draft.lines[place].shape.rows
        says = f"{change.key!r} is a text of the list {rows}, and tells its rows apart in every scenario"
        hint = f"Change it where it stands, by its path in {'workforce.team' if rows == 'team' else f'lists.{rows}'}."
        mistake = ChangesStructure(where=change.where, path=f"changes.{change.key}", says=says, hint=hint)
        draft.mistakes.add(mistake)
        return
    if place is not None:
        says = f"{change.key!r} is worked out, and a scenario changes what it is worked out from"
        hint = f"See what it rests on with: costmodel explain {draft.files.name} {change.name}"
        mistake = ChangesStructure(where=change.where, path=f"changes.{change.key}", says=says, hint=hint)
        draft.mistakes.add(mistake)
        return
    ids = [name for name, held in draft.assumptions.items() if not held.set_by]
    names = {*ids, *(name for name in change.known if "." not in name)}
    draft.mistakes.add(nothing_there(change.key, change.where, [*change.known, *ids], names))


def _set_by(draft: Draft, change: InputChange, key: str) -> None:
    says = f"{change.name!r} is set by {key} for every scenario alike"
    hint = f"Change {key} in the proposal."
    draft.mistakes.add(ChangesStructure(where=change.where, path=f"changes.{change.key}", says=says, hint=hint))


def _may_change(draft: Draft, at: int, change: InputChange, line: Line, held: Assumption) -> bool:
    """Whether a change fits the input: its rows, its years, and whose it is to set."""
    spelled, where = f"changes.{change.key}", change.where
    if held.set_by:
        _set_by(draft, change, held.set_by)
        return False
    if line.shape.rows and not _rows(draft, at, change, line):
        _no_such_row(draft, at, change, line)
        return False
    found = "a name" if change.given.name else "a value by age" if change.given.by_age is not None else ""
    if (change.row is not None or change.row_name) and not line.shape.rows:
        found = "a row of a list"
    if change.given.by_year is not None and not line.shape.by_year:
        found = "a value by year"
    if found:
        expected = "a number, or one for each year" if line.shape.by_year else "one number, the same in every year"
        says = f"{change.name} is {expected}, and {found} was given"
        draft.mistakes.add(WrongKind(where=where, path=spelled, says=says))
    return not found


def _with_values(draft: Draft, at: int, case: Case, change: InputChange, line: Line) -> Line:
    """The line with the new values in one scenario; years that are not given stay as they are."""
    assert line.values is not None
    values: Values = np.repeat(line.values, len(draft.cases), axis=0) if len(line.values) == 1 else line.values.copy()
    path = ("changes", change.key)
    rows = _rows(draft, at, change, line) if line.shape.rows else [0]
    if change.relative is not None and not change.relative.is_value(line.unit):
        return _changed_by(draft, at, case, change, change.relative, replace(line, values=values), rows)
    if change.given.value is not None:
        values[at, rows, :] = change.given.value.value if change.relative is None else float(change.relative.times - 1)
    for key, number in (change.given.by_year or {}).items():
        year = draft.axis_values.year_of(key, case.at(*path, "by_year", key), path)
        if year is not None:
            values[at, rows, draft.axis.index(year)] = number.value
    draft.check([change.given.numbers], [case], path, str(line.unit), draft.assumptions[change.name].at_least)
    if change.name == PAY_YEAR:
        _check_pay_years(draft, case, change)
        _check_uplift_from(draft, case, change)
    return replace(line, values=values[:1] if (values == values[:1]).all() else values)


def _changed_by(
    draft: Draft, at: int, case: Case, change: InputChange, relative: Relative, line: Line, rows: list[int]
) -> Line:
    """The line with values of one scenario changed by so much from what they are where it starts from."""
    path, values = ("changes", change.key), line.values
    assert values is not None
    if wrong := relative.wrong_for(percent=line.unit.is_percent):
        says, hint = wrong
        draft.mistakes.add(WrongValue(where=change.where, path=f"changes.{change.key}", says=says, hint=hint))
        return line
    after = values[at, rows, :] * float(relative.times) + float(relative.plus)
    values[at, rows, :] = after
    numbers = [Number(float(value), False, line.unit.is_percent, 0) for value in after.flat]
    draft.check([numbers], [case], path, str(line.unit), draft.assumptions[change.name].at_least)
    return replace(line, values=values)


def _rows(draft: Draft, at: int, change: InputChange, line: Line) -> list[int]:
    """The rows that a change is of, among those of all scenarios; none where it does not say which."""
    own = draft.rows_of[line.shape.rows][at]
    if change.row is not None:
        return [own[change.row]] if 0 <= change.row < len(own) else []
    if not change.row_name:
        return [] if line.shape.rows == TEAM and change.relative is None else list(own)
    names = _names(draft, line)
    found = [place for place in own if names[place] == change.row_name]
    return found if len(found) == 1 else []


def _names(draft: Draft, line: Line) -> tuple[str, ...]:
    return next(rows.rows for rows in draft.lists if rows.name == line.shape.rows)


def _no_such_row(draft: Draft, at: int, change: InputChange, line: Line) -> None:
    own, names = draft.rows_of[line.shape.rows][at], _names(draft, line)
    called = [names[place] for place in own]
    says = f"the list {line.shape.rows} has {len(own)} rows in this scenario"
    hint = f"Say which row, counting from 1: {change.name}[1] to {change.name}[{len(own)}]."
    if change.row_name:
        count = called.count(change.row_name)
        what = f"{count} rows" if count else "no row"
        says = f"the list {line.shape.rows} has {what} called {change.row_name!r} in this scenario"
        hint = did_you_mean(change.row_name, called) if not count else hint
        hint = hint or f"Its rows are {', '.join(called[:20])}{', …' if len(called) > 20 else ''}."
    draft.mistakes.add(BadTable(where=change.where, path=f"changes.{change.key}", says=says, hint=hint))


def _check_pay_years(draft: Draft, case: Case, change: InputChange) -> None:
    """A year of the pay scale that some scenario uses, and that has the bands of this one: pay is never taken as 0."""
    base, workforce = draft.files.base.document.workforce, case.document.workforce
    roles = workforce.team if workforce and base else []
    usual = usual_scale([base]) if base else None
    bands = {band_of(role, workforce.pay, usual) for role in roles if role.band and workforce and usual}
    of_year: dict[int, set[str]] = {}
    for point in draft.pay_points:
        of_year.setdefault(point.year, set()).add(point.band)
    known = [year for year, found in of_year.items() if bands <= found]
    for number in change.given.numbers:
        if number.value not in known:
            says = f"pay cannot be looked up in {number.value:g}"
            hint = f"Years that can be chosen by their start are {', '.join(map(str, known))}."
            where = case.at("changes", change.key)
            draft.mistakes.add(UnknownPayYear(where=where, path=f"changes.{change.key}", says=says, hint=hint))


def _check_uplift_from(draft: Draft, case: Case, change: InputChange) -> None:
    """Under an uplift by a rate, another year of pay moves the year from which it runs, which this change cannot."""
    workforce = case.document.workforce
    uplift = workforce.uplift if workforce else None
    if workforce is None or uplift is None or uplift.follow or workforce.pay.year is None:
        return
    for number in change.given.numbers:
        year = workforce.pay.year._replace(start=int(number.value))
        if year != workforce.pay.year and (uplift.from_ is None or year > uplift.from_):
            says = f"the uplift runs from {workforce.pay.year}, and pay of {year} has other awards in it"
            hint = f"Write workforce.pay.year: {year}, from which the uplift then runs."
            where = case.at("changes", change.key)
            draft.mistakes.add(UnknownPayYear(where=where, path=f"changes.{change.key}", says=says, hint=hint))


def _with_grounds(draft: Draft, at: int, case: Case, change: InputChange, line: Line, held: Assumption) -> Assumption:
    """What the input rests on now; of a column of a list, the weaker of what it rested on and what the row does."""
    new = draft.bases.grounds(case, ("changes", change.key), change.given, str(line.unit))
    if line.switch:
        new = Grounds(grade=None, source=new.source, reason=new.reason, note=new.note, where=new.where)
    before = held.grounds[at]
    if line.shape.rows and before.grade and new.grade and GRADES.index(before.grade) > GRADES.index(new.grade):
        new = before
    return replace(held, grounds=tuple(new if place == at else ground for place, ground in enumerate(held.grounds)))
