"""Pay scales: which grade of which scale and area pays a role, and the points that it may be paid at."""

from __future__ import annotations

from typing import NamedTuple

from costmodel.assumptions.document import Mapping, find, spell
from costmodel.assumptions.evidence import PayScale, PayStep
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import Paid, PayChoice
from costmodel.errors import UnknownBand, UnknownScale, did_you_mean
from costmodel.model.line import PayPoint
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path
from costmodel.years import Year

NO_END = 99.0
"""Years of experience at which the last step of a grade ends: longer than anyone works."""
STATED = "salary as stated"
"""What stands in place of a grade where a salary is typed."""

Scale = dict[Year, PayScale]


class PaidBy(NamedTuple):
    """A pay scale, and the area of it whose pay counts; nothing for a scale without areas."""

    scale: str
    area: str = ""


def paid_by(role: Paid, pay: PayChoice) -> PaidBy:
    """The scale of a role: its own, or else that of the pay section, whose area goes with it."""
    if role.scale is not None and role.scale != pay.scale:
        return PaidBy(role.scale, role.area or "")
    return PaidBy(pay.scale or "", role.area or pay.area or "")


def band_of(role: Paid, pay: PayChoice, usual: PaidBy) -> str:
    """What stands for a role's grade in the column of bands: with its scale where that is not the usual one."""
    if role.band is None:
        return STATED
    return qualified(role.band, paid_by(role, pay), usual)


def qualified(grade: str, by: PaidBy, usual: PaidBy) -> str:
    """A grade, which names its scale or area where they are not the usual ones."""
    if by == usual:
        return grade
    return f"{grade} in {by.scale}, {by.area}" if by.area else f"{grade} in {by.scale}"


def find_scale(draft: Draft, case: Case, path: Path, by: PaidBy) -> Scale | None:
    """The years of a scale; None with a mistake at ``path`` where there is no such scale, or no such area of it."""
    known = draft.evidence.pay
    spelled = spell(path)
    if by.scale not in known:
        hint = did_you_mean(by.scale, known) or f"Pay scales are {', '.join(known)}."
        says = f"there is no pay scale {by.scale!r}"
        draft.mistakes.add(UnknownScale(where=case.at(*path), path=spelled, says=says, hint=hint))
        return None
    scale = known[by.scale]
    if not by.area and all(not year.areas for year in scale.values()):
        return scale
    found = {year: of_year for year, of_year in scale.items() if by.area in of_year.areas}
    if not found:
        areas = sorted({area for of_year in scale.values() for area in of_year.areas})
        says = (
            f"there is no area {by.area!r} in {by.scale}" if by.area else f"{by.scale} pays by area, and none is named"
        )
        hint = did_you_mean(by.area, areas) or (f"Areas are {', '.join(areas)}." if areas else "It has no areas.")
        draft.mistakes.add(UnknownScale(where=case.at(*path), path=spelled, says=says, hint=hint))
        return None
    return found


def points(scale: PayScale, by: PaidBy, usual: PaidBy) -> list[PayPoint]:
    """A year of a pay scale as steps with both ends."""
    found = []
    own = {} if by == usual else {"scale": by.scale, "source": scale.source}
    for grade, steps in scale.steps_of(by.area).items():
        ends = [step.from_.value for step in steps[1:]] + [NO_END]
        band = qualified(grade, by, usual)
        for step, end in zip(steps, ends, strict=True):
            point = PayPoint(scale.year.start, band, step.from_.value, end, step.pay.value, step.status, **own)
            found.append(point)
    return found


def step_at(steps: list[PayStep], experience: float) -> PayStep:
    """The step of a grade at which someone with so many years of experience is paid."""
    return next(step for step in reversed(steps) if step.from_.value <= experience)


def say_no_grade(
    draft: Draft, case: Case, path: Path, grade: str, scale: PayScale, by: PaidBy, likeliest: list[str]
) -> None:
    """A grade that a scale has not; ``likeliest`` are those in use, of grades equally near."""
    grades = scale.steps_of(by.area)
    word = "band" if scale.bands else "grade"
    hint = f"{word.capitalize()}s are {', '.join(grades)}. {did_you_mean(grade, [*likeliest, *grades])}".strip()
    area = f", {by.area}" if by.area else ""
    says = f"there is no {word} {grade!r} in {by.scale} {scale.year}{area}."
    spelled = f"team[{path[2] + 1}].{path[-1]}" if isinstance(path[2], int) else ".".join(map(str, path))
    draft.mistakes.add(UnknownBand(where=case.at(*path), path=spelled, says=says, hint=hint))


def key_of_grade(case: Case, path: Path) -> str:
    """The key under which the grade of what stands at a path is written: band or grade."""
    paid = find(case.tree, path)
    return "grade" if isinstance(paid, Mapping) and "band" not in paid.entries else "band"
