"""What commands say of proposals at their end: which checks hold, and what to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from costmodel.outputs.memory import digest_below, keep, key_of, recall

if TYPE_CHECKING:
    from costmodel.analysis.ledger import Ledger
    from costmodel.analysis.results import Results


class Day(NamedTuple):
    """The day that review dates are held against: the one that was asked for, or a proposal's own, or today."""

    asked: date | None
    today: date


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command says: each line, and whether it is for the stream of errors; and its exit code."""

    lines: tuple[tuple[str, bool], ...]
    code: int


def said_before(asked: object, folders: Iterable[Path], work: Callable[[], Said]) -> Said:
    """What a command says that writes nothing: as it did before, where nothing has changed since.

    Args:
        asked: what was asked, with everything beside the files that the answer rests on.
        folders: every file that is read lies in one of them.

    Raises:
        Whatever the work raises, which is not kept.
    """
    places = list(folders)
    before = digest_below(places)
    key = key_of(asked, before) if before else ""
    known = recall(key)
    if known is not None:
        return Said(lines=tuple((text, err) for text, err in known["lines"]), code=known["code"])
    said = work()
    if before == digest_below(places):  # what was read is what was there before
        keep(key, {"lines": said.lines, "code": said.code})
    return said


def of_proposals(proposals: tuple[str, ...], assumptions: Path | None, day: Day) -> Said:
    """What there is to say of proposals, or of all; exit code 1 where a check does not hold.

    Raises:
        BadInput: with every mistake in their files.
    """
    from costmodel.analysis.loading import ledger_for, load_all
    from costmodel.analysis.not_counted import after_horizon_in_each

    costings = load_all(proposals, assumptions)
    ledger = None if proposals else ledger_for(costings, assumptions)
    found = of_checks([costed.run(name) for costed in costings for name in costed.scenarios], ledger, day)
    read = []
    for costed in costings:
        count = len([line for line in costed.costing.model.lines.values() if not line.step_of])
        says = f"{costed.costing.name}: {len(costed.scenarios)} scenarios, {count} lines; the files are in order"
        read.append((says, False))
        read += [(f"Note: {costed.costing.name}: {note}", False) for note in after_horizon_in_each(costed)]
    return Said(lines=(*read, *found.lines), code=found.code)


def of_checks(results: Sequence[Results], ledger: Ledger | None, day: Day) -> Said:
    """Which checks hold and what to look at; exit code 1 where one does not hold."""
    held = [(found, check) for found in results for check in found.checks]
    failed = [(found, check) for found, check in held if not check.holds]
    notes: dict[str, None] = {}
    for found in results:
        notes.update(dict.fromkeys(str(caution) for caution in found.costing.cautions_of(found.scenario)))
    late = _overdue(results, day)
    notes.update(dict.fromkeys(late))
    fails = [text for text, final in late.items() if final]
    lines = [f"Note: {text}" for text in notes if text not in fails]
    fails += [f"{found.costing.name}, {found.scenario}: {check.says}" for found, check in failed]
    fails += [f"{verdict.id}: {verdict.says}. {verdict.reason}" for verdict in (ledger.unexpected if ledger else ())]
    lines += [f"Does not hold: {text}" for text in fails]
    last = f"Checks: {len(held) - len(failed)} of {len(held)} hold."
    return Said(lines=(*((line, True) for line in lines), (last, False)), code=1 if fails else 0)


def _overdue(results: Sequence[Results], day: Day) -> dict[str, bool]:
    """Reviews that are late on a day, and whether the proposal is final: then they fail."""
    from costmodel.sections.costing import overdue

    found: dict[str, bool] = {}
    for costing in {id(result.costing): result.costing for result in results}.values():
        for caution in overdue(costing.assumptions, day.asked or costing.proposal.as_of or day.today):
            found[str(caution)] = costing.proposal.status == "final"
    return found
