"""The vocabulary: every function of the formula language, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costmodel.language.functions import by_year, cell_by_cell, looked_up, over_rows, over_years
from costmodel.language.tree import Function


def _by_name(functions: Iterable[Function]) -> Mapping[str, tuple[Function, ...]]:
    found: dict[str, tuple[Function, ...]] = {}
    for function in functions:
        found[function.name] = (*found.get(function.name, ()), function)
    return found


VOCABULARY = _by_name(
    function for family in (cell_by_cell, over_rows, over_years, by_year, looked_up) for function in family.FUNCTIONS
)
"""By name; one of two functions of a name is meant by how many arguments it is given."""
EVERY_FUNCTION = (*(function for alike in VOCABULARY.values() for function in alike), by_year.COHORT)
"""What a person may write, and what formulas become that nobody writes."""


def function_of(name: str, count: int) -> Function:
    """The function of a name that takes so many arguments; the last of the name where none does."""
    found = VOCABULARY[name]
    fit = (one for one in found if one.at_least <= count and (one.at_most is None or count <= one.at_most))
    return next(fit, found[0])
