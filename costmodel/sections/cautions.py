"""What a person should look at, said once: for every scenario alike, or of each that it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costmodel.errors import Caution
from costmodel.sections.draft import Draft


def say_cautions(draft: Draft, found: Sequence[Sequence[Caution]]) -> None:
    """Add the cautions of each scenario, in the order of the cases; one that concerns them all names none of them."""
    for caution in dict.fromkeys(caution for of_case in found for caution in of_case):
        concerned = [case.scenario for case, of_case in zip(draft.cases, found, strict=True) if caution in of_case]
        for scenario in [""] if len(concerned) == len(draft.cases) else concerned:
            draft.mistakes.add(replace(caution, scenario=scenario))
