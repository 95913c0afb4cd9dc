"""Every mistake a user can make, one class each: data first, then a message.

The library raises :class:`BadInput` with all the mistakes of a run, sorted by place; the command line prints them.
Nothing else prints or exits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text file; line and column count from 1, and 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Something in the input that a person must mend."""

    says: str
    """What was found and what was expected, as one sentence."""
    path: str = ""
    """The value's path in its document, such as ``team[3].band``."""
    where: Position | None = None
    hint: str = ""
    """What to do, as one or two sentences."""
    scenario: str = ""
    """The scenario that it concerns, where it does not concern them all."""

    @property
    def code(self) -> str:
        """The name of the rule that is broken: the class's own name."""
        return type(self).__name__

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        path = f"{self.path}: " if self.path else ""
        hint = "".join(f"\n  {line}" for line in self.hint.splitlines())
        return f"{place}{path}{self.says}{hint}"


class Caution(Mistake):
    """Something that a person should look at; it stops nothing, and shows in the outputs."""


# Files


class FileMissing(Mistake):
    """A file or folder that is named exists."""


class NotUtf8(Mistake):
    """A text file is UTF-8."""


class BadText(Mistake):
    """A text has only characters that a workbook can hold, and no more of them than fit in a cell."""


class NotYaml(Mistake):
    """A file of assumptions parses as YAML, as one document."""


class AliasExplosion(Mistake):
    """YAML aliases are few: a file may not expand to more than a proposal could need."""


class BadTable(Mistake):
    """A CSV file has a header, unique column names, and as many cells in each row."""


class NotAWorkbook(Mistake):
    """A workbook is a whole .xlsx file."""


class NotAWordDocument(Mistake):
    """A house style is a whole Word document (.docx) without macros."""


class WorkbookLocked(Mistake):
    """A workbook opens without a password."""


class WorkbookTooLarge(Mistake):
    """A workbook is no larger than a model could need."""


# Keys and values


class UnknownKey(Mistake):
    """Only keys that are documented are used."""


class DuplicateKey(Mistake):
    """A key stands once in its document."""


class MissingKey(Mistake):
    """A key that is needed is there."""


class WrongKind(Mistake):
    """A value is of the kind that its key asks for: a number, a text, a list or a mapping."""


class WrongValue(Mistake):
    """A value can be read: 14%, £16,000, £1.2 billion, 2022/23."""


class OutOfRange(Mistake):
    """A value lies where it can: a share between 0% and 100%, a headcount at 0 or above."""


class YearMistake(Mistake):
    """Years are in order, whole and within the proposal."""


class NoBasis(Mistake):
    """An assumption has a source, or a reason."""


class UnknownSource(Mistake):
    """A source is in the register."""


class RecalledAsPublished(Mistake):
    """A value that was recalled, and not found in a source, is never graded published."""


# Look-ups


class UnknownScale(Mistake):
    """A pay scale, on-cost rule or supplement is in the evidence."""


class UnknownEdition(Mistake):
    """An edition of guidance, a schedule, an index or a deflator year is in the evidence."""


class UnknownPayYear(Mistake):
    """A pay scale has the year that is asked of it."""


class UnknownBand(Mistake):
    """A band is in the pay scale in every year that is used."""


class UnknownStep(Mistake):
    """Years of experience lie on the pay scale."""


class UpliftWithoutYear(Mistake):
    """An uplift has a rate for every year after that of the pay which it raises."""


class NotForPay(Mistake):
    """Only pay follows published awards."""


# Names and formulas


class NameTaken(Mistake):
    """A name means one thing."""


class BadName(Mistake):
    """A name is a word of letters, digits and underscores: small letters in formulas, and hyphens too in file names."""


class UnknownName(Mistake):
    """A formula uses names that exist."""


class NotAFormula(Mistake):
    """A formula parses in the formula language."""


class WrongArguments(Mistake):
    """A function has the arguments it takes."""


class BareNumber(Mistake):
    """A number in a formula is 0 or 1: any other wants a name, a unit and a source."""


class MixedLists(Mistake):
    """A formula works along the rows of one list at a time."""


class UnlikeUnits(Mistake):
    """A formula adds and compares like with like, and yields the unit that its line declares."""


class CountedTwice(Mistake):
    """An appraisal counts each line once, and so do budgets."""


class Loop(Mistake):
    """Within a year, no line depends on itself."""


class IncomeAsCost(Mistake):
    """Income is taken off costs, and never added to them."""


class DividesByZero(Mistake):
    """No formula divides by zero, in any year."""


class NotANumber(Mistake):
    """Every formula yields a finite number."""


# Scenarios and proposals


class UnknownScenario(Mistake):
    """A scenario that is named exists."""


class UnknownProposal(Mistake):
    """A proposal that is named exists."""


class ChangesNothingThere(Mistake):
    """A scenario changes what exists."""


class ChangesStructure(Mistake):
    """A scenario changes values: formulas, lists of lines and years are the proposal's own."""


class CannotSolve(Mistake):
    """Unknowns enter a printed table linearly, and it can tell them apart."""


class BadTemplate(Mistake):
    """A template renders with the facts that it is given."""


class CannotWrite(Mistake):
    """The folder of outputs can be written to."""


class NotPutBack(Mistake):
    """Files that a run moved can be moved back, where it cannot write them all."""


# Cautions


class TeamDoesNotAdd(Caution):
    """A team's stated total is the sum of its lines."""


class PayStands(Caution):
    """Pay of one year is uplifted from that year to each year in which it is paid, and once."""


class HoursDiffer(Caution):
    """The people of a role work equal hours, where that matters for what their employer pays."""


class TooFewPeople(Caution):
    """People fill at most one whole-time post each."""


class Unsourced(Caution):
    """A value in a section rests on a source or a reason; one that does not counts as illustrative."""


class YearsOfAnotherKind(Caution):
    """Prices by calendar year are read at financial years by a rule that the proposal states."""


class PayAtOtherPrices(Caution):
    """In a proposal at the prices of a year, pay is that of the year."""


class MoneyAtHealthRates(Caution):
    """The health schedule is for effects in QALYs and life years; money is discounted at the standard one."""


class TransferCounted(Caution):
    """A transfer nets to zero for society: an appraisal for society leaves it out of its costs."""


class ReviewOverdue(Caution):
    """An assumption is looked at again by its review date."""


class UnusedAssumption(Caution):
    """Every assumption is used by some line."""


# Workbooks that are read back


class OtherWorkbook(Mistake):
    """A workbook is imported by the version of costmodel, and over the assumptions, that it was made with."""


class WorkbookChanged(Mistake):
    """In a workbook that is imported, inputs may differ from what was made; sheets, rows, texts and formulas do not."""


class WrongCell(Mistake):
    """A cell of an input holds a number that it can be."""


class SetElsewhere(Mistake):
    """What a workbook changes is a value that scenarios may change."""


class ScenarioTaken(Mistake):
    """An imported scenario has a new name, or that of the scenario that the workbook was made from."""


class NotExact(Mistake):
    """A scenario that is written reads back as exactly the inputs that were edited, and changes nothing else."""


class BadInput(Exception):
    """All that is wrong with what was read; raised once, with everything in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        unique = dict.fromkeys(mistakes)
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(unique, key=_place))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Mistake, ...]]]:
        """From one process to another, the mistakes are what counts."""
        return type(self), (self.mistakes,)


def _place(mistake: Mistake) -> tuple[str, int, int, str, str]:
    where = mistake.where or Position("")
    return (where.file, where.line, where.column, mistake.path, mistake.says)


class Mistakes:
    """Collects mistakes as they are found, so that a run can report them together."""

    def __init__(self, found: Iterable[Mistake] = ()) -> None:
        self.found = list(found)

    def add(self, mistake: Mistake) -> None:
        self.found.append(mistake)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return tuple(sorted((m for m in self.found if isinstance(m, Caution)), key=_place))

    @property
    def stopping(self) -> list[Mistake]:
        return [mistake for mistake in self.found if not isinstance(mistake, Caution)]

    def stop_if_any(self) -> None:
        """Raise what has been found so far, unless it is cautions alone."""
        if stopping := self.stopping:
            raise BadInput(stopping)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean x?`` for the nearest known word, the first of equals; nothing where none is near."""
    from difflib import SequenceMatcher

    enough = 0.6 if len(word) > 2 else 0.5
    nearness = {other: SequenceMatcher(None, word.lower(), other.lower()).ratio() for other in known}
    nearest = max(nearness, key=nearness.__getitem__, default="")
    return f"Did you mean {nearest}?" if nearest and nearness[nearest] >= enough else ""


def shown_path(file: Path) -> str:
    """A file's path as a person would write it: relative to where they stand, where that is shorter.

    Characters that cannot be shown are spelled out, as ``\\x1b``.
    """
    try:
        shown = file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        shown = file.as_posix()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
