"""What stands as an argument of a function, and what is said where an Excel formula is no formula of the language."""

from __future__ import annotations

from enum import Enum


class NotReadBack(Exception):
    """An Excel formula says nothing that a formula of the language says."""


class Takes(Enum):
    """What stands as an argument of a function."""

    VALUE = "a value"
    YEAR = "a year in quotes"
    PERIOD = "a period in quotes"
    PROFILE = "the name of a profile by age"
    BANDS = "a column of bands"
    TIMES = "a whole number of times that the function is taken"

    @property
    def is_text(self) -> bool:
        return self in (Takes.YEAR, Takes.PERIOD)
