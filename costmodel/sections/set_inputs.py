"""Inputs that nobody writes as values: what an appraisal takes from the evidence, or from the proposal's own keys."""

from __future__ import annotations

from collections.abc import Sequence

from costmodel.language.shape import SCALAR, Shape, Values
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds


def set_input(
    draft: Draft,
    name: str,
    label: str,
    unit: str,
    values: Values,
    *,
    section: str,
    grounds: Sequence[Grounds] = (),
    path: str = "appraisal",
    shape: Shape = SCALAR,
    set_by: str = "",
) -> None:
    """Add an input that an appraisal takes from the evidence, or that the proposal's own keys set."""
    draft.input(
        name,
        label,
        unit,
        values,
        section=section,
        grounds=grounds or [Grounds(grade=None, reason="Set by the appraisal.")] * len(draft.cases),
        path=path,
        shape=shape,
        at_least=None if unit == "rate a year" else 0,
        set_by=set_by,
    )
