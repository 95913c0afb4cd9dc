"""Edits of a scenario's inputs: what may be edited, what the inputs come to, and the changes that a file needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from costmodel.analysis.results import Results
from costmodel.assumptions.appraisal_schema import Stream
from costmodel.assumptions.document import Mapping, find, read_path, spell
from costmodel.assumptions.kinds import Given, is_years_mapping
from costmodel.assumptions.proposal import Names
from costmodel.assumptions.scenario_text import Change
from costmodel.errors import Mistake, OutOfRange, SetElsewhere, UnknownName, WrongCell
from costmodel.language.shape import Values
from costmodel.model.line import Line
from costmodel.numbers import Number
from costmodel.sections.grounds import wrong_for
from costmodel.years import Year, read_year

_TEAM = "team"
Inputs = dict[str, Values]
"""By input, its numbers in one scenario: rows of the scenario's own list (or one) by years of the proposal."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A new number for an input, in a row of its list and a year where it has them."""

    name: str
    value: float
    row: int | None = None
    """The place among the rows of all scenarios, from 0."""
    year: Year | None = None
    """None for all years at once."""
    cell: str = ""
    """Where it was made, for messages."""

    def __str__(self) -> str:
        row = f"[{self.row + 1}]" if self.row is not None else ""
        return f"{self.name}{row}{f'@{self.year}' if self.year else ''}"


def inputs_of(results: Results) -> Inputs:
    """Every number that a scenario may have of its own, in the order of the model's lines."""
    costing, found = results.costing, {}
    for name, line in costing.model.lines.items():
        if line.is_input and line.texts is None:
            rows = own_rows(results, line)
            cells = results.cells(name)
            found[name] = np.repeat(cells, len(costing.model.years), axis=1) if cells.shape[1] == 1 else cells.copy()
            found[name] = found[name][list(rows)] if rows else found[name]
    return found


def own_rows(results: Results, line: Line) -> tuple[int, ...]:
    """Where the rows of the scenario's own list stand among those of all scenarios; none for what has no such rows."""
    of_list = results.costing.rows_of.get(line.shape.rows)
    return of_list[results.costing.scenarios.index(results.scenario)] if of_list else ()


def mistakes_in(results: Results, edits: Iterable[Edit]) -> list[Mistake]:
    """What is wrong with edits: inputs that are not there or not to be changed so, and numbers that they cannot be."""
    return [mistake for edit in edits for mistake in _wrong_with(results, edit)]


def _wrong_with(results: Results, edit: Edit) -> list[Mistake]:
    costing = results.costing
    line, held = costing.model.lines.get(edit.name), costing.assumptions.get(edit.name)
    place = f"{edit.cell}: {edit}" if edit.cell else str(edit)
    if line is None or not line.is_input or line.texts is not None:
        return [UnknownName(path=place, says=f"there is no input {edit.name!r} of numbers in {costing.name}")]
    if held is None or held.set_by:
        key = held.set_by if held else "proposal.years and proposal.periods"
        where = costing.files.base.at(*key.split(".")) if held else costing.files.base.at("proposal", "years")
        says = f"{line.label} is set by {key}, for every scenario alike"
        hint = f"Put back {_shown(results, edit)}, and change {key} in {where.file}."
        return [SetElsewhere(path=place, says=says, hint=hint)]
    rows = own_rows(results, line)
    if line.shape.rows and (edit.row is None or (rows and edit.row not in rows)):
        part = f"workforce.{_TEAM}" if line.shape.rows == _TEAM else f"lists.{line.shape.rows}"
        says = f"this row of {line.shape.rows} has no part in the scenario {results.scenario}"
        hint = f"Put back {_shown(results, edit)}. To add a row, write {part} in the scenario's file."
        return [SetElsewhere(path=place, says=says, hint=hint)]
    if not np.isfinite(edit.value):
        return [WrongCell(path=place, says=f"{edit.value} is no number that a model can be worked out with")]
    if problem := wrong_for(Number(edit.value, False, False, 0), line.unit, held.at_least):
        return [OutOfRange(path=place, says=problem[1], hint=problem[2])]
    return []


def _shown(results: Results, edit: Edit) -> str:
    cells = results.cells(edit.name)
    year = results.costing.model.years.index(edit.year) if edit.year and cells.shape[1] > 1 else 0
    return f"{cells[(edit.row or 0) if len(cells) > 1 else 0, year]:.15g}"


def edited(results: Results, edits: Iterable[Edit]) -> Inputs:
    """The inputs of a scenario with edits, which are in order, laid over them."""
    wanted, years = inputs_of(results), results.costing.model.years
    for edit in edits:
        row = _own_row(results, results.costing.model.lines[edit.name], edit.row) or 0
        of_years = slice(None) if edit.year is None else years.index(edit.year)
        wanted[edit.name][row, of_years] = edit.value
    return wanted


def _own_row(results: Results, line: Line, row: int | None) -> int | None:
    rows = own_rows(results, line)
    return rows.index(row) if row is not None and rows else row


Cells = dict[tuple[str, int], list[int]]
"""By input and row of the scenario's own list, the places of years."""


def cells_that_differ(one: Inputs, other: Inputs) -> Cells | None:
    """Where the inputs of two scenarios differ; None where they have not the same inputs and rows."""
    if {name: values.shape for name, values in one.items()} != {name: values.shape for name, values in other.items()}:
        return None
    found: Cells = {}
    for name, values in one.items():
        for row, year in np.argwhere(values != other[name]):
            found.setdefault((name, int(row)), []).append(int(year))
    return found


class ChangesOf:
    """Finds the keys by which a scenario that starts from another is given its edited inputs."""

    def __init__(self, results: Results) -> None:
        self.results, self.model = results, results.costing.model
        self.case = results.costing.case(results.scenario)
        self.names = Names()(self.case.tree)

    def change(self, name: str, row: int, years: list[int], wanted: Values, *, by_id: bool) -> Change:
        """The change that gives an input the numbers ``wanted`` by year, which differ in some ``years``.

        Args:
            row: the place in the scenario's own list, 0 where the input has none.
            by_id: by the input's own name, though the document has a value for it.
        """
        line = self.model.lines[name]
        path = None if by_id else self._path(name, row, line)
        every = {year: float(value) for year, value in zip(self.model.years, wanted, strict=True)}
        years = self._with_later(path, years, wanted)
        value: float | dict[Year, float] = {year: every[year] for year in (self.model.years[at] for at in years)}
        one = len(set(every.values())) == 1
        partly = path is None or self._by_year(path) is not None
        if not line.shape.by_year or (one and (not partly or len(years) == len(every))):
            value = next(iter(every.values()))
        elif not partly:
            value = every
        key = self._key(name, row, line, path)
        says, spelled = self._says(row, line), self._spelled(path) if path else {}
        is_effect = path is not None and path[:2] == ("benefits", "streams") and path[3:4] == ("effect",)
        grade = "illustrative" if is_effect else ""  # as every effect is that has no source
        return Change(key=key, unit=line.unit, value=value, every=every, says=says, grade=grade, spelled=spelled)

    def _with_later(self, path: tuple[str | int, ...] | None, years: list[int], wanted: Values) -> list[int]:
        """The years that a change names: where it names the last that the document gives, all after it too.

        Those follow from the last that is given by a rule, and in the workbook stayed as they were.
        """
        given = [self.model.years.index(year) for year in self._spelled(path)] if path else []
        last = max(given, default=-1)
        if not given or max(years) < last or not wanted[last + 1 :].any():
            return years
        return sorted({*years, *range(last + 1, len(self.model.years))})

    def _path(self, name: str, row: int, line: Line) -> tuple[str | int, ...] | None:
        """Where the document holds the value, or may: None where no value of it is this input."""
        if line.shape.rows == _TEAM:
            column = name.partition(".")[2]
            if column == "headcount" and find(self.case.tree, ("workforce", _TEAM, row, "shared_by")):
                return None
            return ("workforce", _TEAM, row, "salary" if column == "stated_salary" else column)
        if line.shape.rows:
            return None
        if name in self.names:
            return self.names[name]
        path = read_path(self.results.costing.assumptions[name].path)
        if path[:2] == ("benefits", "streams") and len(path) == 4 and name == f"{path[2]}_{path[3]}":
            field = Stream.model_fields.get(str(path[3]))
            return path if field is not None and field.annotation == Given | None else None
        return None

    def _by_year(self, path: tuple[str | int, ...]) -> Mapping | None:
        """The years of a value, where the document gives it by year."""
        held = find(self.case.tree, path)
        if isinstance(held, Mapping) and "by_year" in held.entries:
            held = held.entries["by_year"]
        return held if isinstance(held, Mapping) and is_years_mapping(dict(held.entries)) else None

    def _spelled(self, path: tuple[str | int, ...]) -> dict[Year, str]:
        """How the document writes the years of a value."""
        held = self._by_year(path)
        return {read_year(key): key for key in held.entries} if held else {}

    def _key(self, name: str, row: int, line: Line, path: tuple[str | int, ...] | None) -> str:
        if path is None:
            return f"{name}[{row + 1}]" if line.shape.rows else name
        return name if name in self.names else spell(path)

    def _says(self, row: int, line: Line) -> str:
        if not line.shape.rows:
            return ""
        rows = own_rows(self.results, line)
        return self.model.row_names(line)[rows[row] if rows else row]

    def same(self, one: str, other: str) -> bool:
        """Whether two keys of a scenario's file name the same value."""
        return self._target(one) == self._target(other)

    def _target(self, key: str) -> tuple[str | int, ...]:
        path = self.names.get(key) or read_path(key)
        if len(path) == 3 and path[0] == _TEAM:
            return ("workforce", _TEAM, path[2], "salary" if path[1] == "stated_salary" else path[1])
        return path
