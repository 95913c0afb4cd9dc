"""What a value runs over: one value, the years, the rows of a list, or both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
"""Axes: scenarios (or draws), rows of the line's list, years; length 1 where a value does not vary."""


class Shape(NamedTuple):
    """What a value runs over: the rows of a list, or none; the years, or not."""

    rows: str = ""
    by_year: bool = False


SCALAR = Shape()
"""One value, the same in every year."""

ASK, HORIZON, COUNTED = "ask", "horizon", "counted"
"""Runs of years beside a proposal's own periods: what is asked for, the whole axis, and the years whose costs and
people an appraisal counts."""
