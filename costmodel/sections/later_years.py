"""Values by year along the axis: as they are read, and how they go on after the last year that is given."""

from __future__ import annotations

from collections.abc import Mapping as AMapping
from typing import NamedTuple

from costmodel.assumptions.document import Mapping, find, spell
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.errors import Mistakes, Position, YearMistake
from costmodel.language.units import read_unit
from costmodel.numbers import Number
from costmodel.sections.grounds import Path
from costmodel.years import Year, read_year, run_of_years, run_to_horizon


def later_times(then: float | None, unit: str, stays: bool | None = None) -> float:
    """What each later value is times the one before: as is said; else an amount stops, and a rate or price stays."""
    return then if then is not None else float(not read_unit(unit).is_flow if stays is None else stays)


def said_of_later(times: float, last: Year) -> str:
    """How values go on after the last year that is given, where each is so many times the one before."""
    if times in (0, 1):
        return f"After {last}, where the years given end: {'the same' if times else '0'}."
    more = f"{abs(times - 1) * 100:.6g}% {'more' if times > 1 else 'less'}"
    return f"After {last}, where the years given end: {more} each year."


class AxisValues(NamedTuple):
    """Reads values by year, of a proposal whose horizon may go on after the years of its ask."""

    ask: tuple[Year, ...]
    axis: tuple[Year, ...]
    mistakes: Mistakes

    def read(
        self, value: Given, case: Case, path: Path, times: float, from_year: Year | None = None
    ) -> list[Number | None]:
        """A value's number in each year of the axis; mistakes where years are missing, unknown or out of order.

        Args:
            times: what each value after the last year that is given is times the one before.
            from_year: the year after which values may be given though the proposal starts later; they are left out.
        """
        if value.by_year is None:
            return [value.value] * len(self.axis)
        tree = find(case.tree, path)
        holder = find(tree, ("by_year",)) if isinstance(tree, Mapping) and "by_year" in tree.entries else tree
        where = {key: holder.keys[key] for key in value.by_year} if isinstance(holder, Mapping) else {}
        read: dict[Year, Number] = {}
        for key, number in value.by_year.items():
            year = self.year_of(key, where.get(key), path, from_year)
            if year is None:
                continue
            if read and year <= max(read):
                says = f"the year {key} is out of order or stands twice"
                self._wrong(where.get(key), path, says, "Years run from first to last.")
            read[year] = number
        missing = [str(year) for year in self.ask if year not in read]
        if missing and len(read) == len(value.by_year):
            at = holder.where if holder else case.at(*path)
            says = f"there is no value for {', '.join(missing)}"
            hint = f"by_year holds every year of the proposal, {run_of_years(self.ask)}; write 0 where there is none."
            self._wrong(at, path, says, hint)
        return self._filled(read, times)

    def _filled(self, read: AMapping[Year, Number], times: float) -> list[Number | None]:
        found: list[Number | None] = []
        for year in self.axis:
            before = found[-1] if found else None
            later = before._replace(value=before.value * times) if before is not None else None
            found.append(read.get(year, later))
        return found

    def said_of(self, value: Given, times: float) -> str:
        """How a value by year goes on after the last year that is given; nothing where all are."""
        spelled = {_spelled(key) for key in value.by_year or ()}
        given = [year for year in self.axis if str(year) in spelled]
        return said_of_later(times, given[-1]) if given and given[-1] != self.axis[-1] else ""

    def year_of(self, key: str, where: Position | None, path: Path, from_year: Year | None = None) -> Year | None:
        """The year that a person wrote; None, and a mistake, where it is none of the axis."""
        run = run_to_horizon(self.ask, self.axis)
        try:
            year = read_year(key)
        except ValueError as problem:
            self._wrong(where, path, str(problem), f"The proposal's years are {run}.")
            return None
        if year in self.axis or (from_year is not None and from_year < year < self.ask[0]):
            return year
        self._wrong(where, path, f"the year {key} is not in the proposal", f"Its years are {run}.")
        return None

    def _wrong(self, where: Position | None, path: Path, says: str, hint: str) -> None:
        self.mistakes.add(YearMistake(where=where, path=spell(path), says=says, hint=hint))


def _spelled(key: str) -> str:
    """A year that a person wrote, as it is shown; what is no year as it stands."""
    try:
        return str(read_year(key))
    except ValueError:
        return key
