"""The functions of the formula language."""

from __future__ import annotations

from typing import ClassVar


class Function:
    """How many arguments a function takes, and what it says of itself."""

    VOCABULARY: ClassVar[dict[str, Function]] = {}

    def __init__(self, name: str, least: int, most: int | None, form: str) -> None:
        self.name, self.least, self.most, self.form = name, least, most, form
        self.VOCABULARY[name] = self


for _name, _least, _most, _form in (
    ("min", 1, None, "min(a, b), or min(list.column)"),
    ("max", 1, None, "max(a, b), or max(list.column)"),
    ("abs", 1, 1, "abs(x)"),
    ("prior", 1, 2, "prior(x), prior(x, n) or prior(x, start=y)"),
    ("cumulative", 1, 1, "cumulative(x)"),
    ("running", 1, 1, "running(list.column)"),
    ("growth", 2, 2, "growth(rate, '2022/23')"),
    ("total", 1, 2, "total(x) or total(x, 'period')"),
    ("at", 2, 2, "at(x, '2022/23')"),
    ("flag", 1, 1, "flag('period')"),
    ("spread", 2, 2, "spread(starts, profile)"),
    ("sum", 1, 1, "sum(list.column)"),
    ("pay", 1, 1, "pay(team.band)"),
    ("present_value", 1, 1, "present_value(x)"),
    ("real", 1, 1, "real(x)"),
    ("ceil", 1, 1, "ceil(x)"),
    ("floor", 1, 1, "floor(x)"),
    ("exp", 1, 1, "exp(x)"),
    ("ln", 1, 1, "ln(x)"),
    ("normal_cdf", 1, 1, "normal_cdf(x)"),
    ("normal_quantile", 1, 1, "normal_quantile(x)"),
):
    Function(_name, _least, _most, _form)
