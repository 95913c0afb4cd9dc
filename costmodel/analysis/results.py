"""What a costing comes to: the values of every line under every scenario, its tables and its checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from costmodel.analysis.grades import Grading, grade_lines, live_names
from costmodel.errors import BadInput, UnknownName, UnknownScenario, did_you_mean
from costmodel.language.shape import Values
from costmodel.model.evaluate import evaluate
from costmodel.model.horizon_names import written_now
from costmodel.model.line import Line
from costmodel.sections.costing import CheckOf, Costing, values_of
from costmodel.sections.set_tables import TableOf

if TYPE_CHECKING:
    import pandas

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Costed:
    """A costing worked out, all scenarios at once."""

    costing: Costing
    values: dict[str, Values]
    _known: dict[Callable[..., object], object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def scenarios(self) -> tuple[str, ...]:
        return self.costing.scenarios

    def run(self, scenario: str = "base") -> Results:
        """The results of one scenario.

        Raises:
            BadInput: where there is no such scenario.
        """
        if scenario not in self.scenarios:
            hint = did_you_mean(scenario, self.scenarios) or f"Scenarios are {', '.join(self.scenarios)}."
            raise BadInput(
                [UnknownScenario(says=f"there is no scenario {scenario!r} in {self.costing.name}", hint=hint)]
            )
        return self.runs[self.scenarios.index(scenario)]

    @cached_property
    def runs(self) -> tuple[Results, ...]:
        """The results of every scenario, in order: what one works out once, all outputs share."""
        return tuple(Results(self, scenario) for scenario in self.scenarios)

    def once(self, question: Callable[[Costed], _Found]) -> _Found:
        """The answer to a question about all scenarios, which is worked out when it is first asked."""
        if question not in self._known:
            self._known[question] = question(self)
        return cast(_Found, self._known[question])


def work_out(costing: Costing) -> Costed:
    """Evaluate a costing.

    Raises:
        BadInput: where a formula divides by zero or yields no finite number.
    """
    return Costed(costing, evaluate(costing.model))


@dataclass(frozen=True)
class CheckResult:
    """A check, and whether it holds."""

    name: str
    says: str
    holds: bool


@dataclass(frozen=True)
class Results:
    """One scenario of a costing: figures unrounded, in the units of their lines."""

    costed: Costed
    scenario: str

    @property
    def costing(self) -> Costing:
        return self.costed.costing

    @cached_property
    def grading(self) -> dict[str, Grading]:
        """The grade of every line, and the assumption that sets it."""
        return grade_lines(self.costing, self.scenario, self.costed.values)

    @cached_property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """The lines that each line rests on directly, in this scenario: only the ways that its switches take."""
        return {
            name: live_names(self.costing, self.scenario, self.costed.values, name) for name in self.costing.model.lines
        }

    def rests_on(self, *names: str) -> set[str]:
        """Everything that some lines rest on, themselves included."""
        reached: set[str] = set()
        wanted = list(names)
        while wanted:
            name = wanted.pop()
            if name not in reached:
                reached.add(name)
                wanted.extend(self.reads[name])
        return reached

    def line(self, name: str) -> Line:
        """A line by name.

        Raises:
            BadInput: where there is none.
        """
        lines = self.costing.model.lines
        if name not in lines:
            named = [line for line in lines if not lines[line].step_of]
            hint = written_now(name, named) or did_you_mean(name, named)
            raise BadInput([UnknownName(says=f"there is no line {name!r} in {self.costing.name}", hint=hint)])
        return lines[name]

    def cells(self, name: str) -> Values:
        """A line's values as rows by years of the axis; length 1 along an axis where the line does not vary."""
        self.line(name)
        return values_of(self.costing, self.costed.values, name, self.scenario)

    def by_year(self, name: str) -> list[float]:
        """A line's value in each year of the ask, where it has no rows."""
        return self.along_axis(name)[self.costing.model.ask]

    def along_axis(self, name: str) -> list[float]:
        """A line's value in each year to the end of the horizon, where it has no rows."""
        row = [float(value) for value in self.cells(name)[0]]
        return row if self.line(name).shape.by_year else row * len(self.costing.model.years)

    def row(self, name: str, place: int) -> list[float]:
        """A line's values in a row of its list, from 0: one for each year of the ask, or one."""
        cells = self.cells(name)
        return [float(value) for value in cells[min(place, len(cells) - 1)]][self.costing.model.ask]

    def own_rows(self, rows_of: str) -> tuple[int, ...]:
        """Where the rows that a list has in this scenario stand among those of all."""
        return self.costing.rows_of[rows_of][self.costing.scenarios.index(self.scenario)]

    def value(self, name: str) -> float:
        """The one value of a line that has neither rows nor years."""
        return float(self.cells(name)[0, 0])

    @property
    def shown_lines(self) -> list[Line]:
        """Lines that a person named or a section made: all but steps, switches and text."""
        return [
            line
            for line in self.costing.model.lines.values()
            if not line.step_of
            and line.texts is None
            and line.section != "checks"
            and not line.name.startswith("year_")
        ]

    @cached_property
    def checks(self) -> tuple[CheckResult, ...]:
        return tuple(self._check(check) for check in self.costing.checks)

    def _check(self, check: CheckOf) -> CheckResult:
        holds, says = self.value(check.line) == 1, check.says
        if check.since and not holds:
            year = self.costing.model.years[0]._replace(start=int(self.value(check.since)))
            says = f"{says}: not from {year}"
        return CheckResult(check.name, says, holds)

    def table(self, name: str | None = None) -> pandas.DataFrame:
        """A table of the proposal, unrounded: a row a line, a column a year, then each period's total."""
        import pandas

        table = self.table_of(name)
        years = [str(year) for year in self.costing.model.ask_years]
        rows: dict[str, dict[str, Any]] = {}
        for row, place, called in [*self._rows_of_list(table.each), *((row, 0, row) for row in table.rows)]:
            values = self.row(row, place)
            figures: dict[str, Any] = (
                dict(zip(years, values, strict=True)) if self.line(row).shape.by_year else {"value": values[0]}
            )
            for period, total in zip(table.totals, table.totals_of(row), strict=True):
                figures[period] = self.row(total, place)[0] if total else None
            rows[called] = figures
        return pandas.DataFrame.from_dict(rows, orient="index")

    def _rows_of_list(self, column: str) -> list[tuple[str, int, str]]:
        """A column of a list, the place of each of its rows in this scenario, and the row's name."""
        if not column:
            return []
        names = self.costing.model.row_names(self.line(column))
        return [(column, place, names[place]) for place in self.own_rows(column.split(".")[0])]

    @property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """Every table of the proposal as a data frame, by name; unrounded."""
        return {name: self.table(name) for name in self.costing.tables}

    def table_of(self, name: str | None = None) -> TableOf:
        """A table by name, or the first that the proposal sets."""
        tables = self.costing.tables
        if name is None and tables:
            return next(iter(tables.values()))
        if name is None or name not in tables:
            hint = did_you_mean(name or "", tables) or f"Tables are {', '.join(tables) or 'none'}."
            raise BadInput([UnknownName(says=f"there is no table {name!r} in {self.costing.name}", hint=hint)])
        return tables[name]
