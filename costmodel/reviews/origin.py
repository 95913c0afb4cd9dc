"""What a workbook says of how it was made, held against the costmodel and the assumptions that there are now."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel import __version__
from costmodel.errors import BadInput, Mistake, NotAWorkbook, OtherWorkbook, Position
from costmodel.spreadsheets.cells import Workbook
from costmodel.workbook.layout import ABOUT

_VERSION, _PROPOSAL, _SCENARIO, _DIGEST = "Version of costmodel", "Proposal", "Scenario", "SHA-256 of "
_MADE_AGAIN = "Run costmodel again, make the edits in the new workbook, and import that."


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How a workbook says that it was made."""

    proposal: str
    scenario: str
    """The scenario that was selected then."""
    digests: dict[str, str]
    """By file that was read, its SHA-256."""


def origin_of(book: Workbook, name: str) -> Origin:
    """Read the sheet About.

    Raises:
        BadInput: for a workbook with macros, one that costmodel did not make, or another version of it did.
    """
    where = Position(name)
    if any(part.endswith("vbaProject.bin") for part in book.package.parts):
        hint = "Save it as an Excel workbook (.xlsx), which leaves macros out, and import that."
        raise BadInput(
            [NotAWorkbook(where=where, says="the workbook has macros, which costmodel never writes", hint=hint)]
        )
    sheet = book.sheet(ABOUT)
    facts = {}
    for row, cells in (sheet.rows if sheet else {}).items():
        if cells[0].column == 1 and sheet:
            facts[cells[0].text] = sheet.text(row, 2)
    scenario = next((value for what, value in facts.items() if what.startswith(_SCENARIO)), "")
    if not facts.get(_VERSION) or not facts.get(_PROPOSAL) or not scenario:
        says = f"the workbook has no sheet {ABOUT} that says how costmodel made it"
        hint = f"Import a workbook that costmodel run wrote. If the sheet {ABOUT} was renamed or changed, put it back."
        raise BadInput([OtherWorkbook(where=where, path=ABOUT, says=says, hint=hint)])
    if facts[_VERSION] != __version__:
        says = f"the workbook was made by costmodel {facts[_VERSION]}, and this is costmodel {__version__}"
        raise BadInput([OtherWorkbook(where=where, path=ABOUT, says=says, hint=_MADE_AGAIN)])
    digests = {what.removeprefix(_DIGEST): value for what, value in facts.items() if what.startswith(_DIGEST)}
    return Origin(proposal=facts[_PROPOSAL], scenario=scenario, digests=digests)


def scenarios_since(origin: Origin, now: dict[str, str], proposal: str, name: str) -> list[str]:
    """The scenarios that were added since: those alone may have changed, as they change nothing that was there.

    Args:
        now: the digest of each file that is read now.

    Raises:
        BadInput: with every file that differs from what the workbook was made from.
    """
    scenarios = f"{proposal}/scenarios/"
    mistakes: list[Mistake] = []
    changed = [file for file in origin.digests if file in now and now[file] != origin.digests[file]]
    gone = [file for file in origin.digests if file not in now]
    added = [file for file in now if file not in origin.digests]
    for files, what in (
        (changed, "changed since the workbook was made"),
        (gone, "read when the workbook was made, and is not there now"),
        ([file for file in added if not file.startswith(scenarios)], "added since the workbook was made"),
    ):
        for file in files:
            says = f"{file} was {what}" if what.startswith(("read", "added")) else f"{file} has {what}"
            hint = f"An input that differs could be your edit or that change. {_MADE_AGAIN}"
            mistakes.append(OtherWorkbook(where=Position(name), says=says, hint=hint))
    if mistakes:
        raise BadInput(mistakes)
    return [file.removeprefix(scenarios).removesuffix(".yaml") for file in added if file.startswith(scenarios)]
