"""What ``costmodel compare`` prints: a proposal's scenarios side by side, or what differs between two workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from costmodel.errors import BadInput, FileMissing, NotAWorkbook, Position

_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_HOW = (
    "Name one proposal to put its scenarios side by side, or two workbooks, the old one first: "
    "costmodel compare OLD.xlsx NEW.xlsx"
)


def compared(what: Sequence[str], form: str, assumptions: Path | None = None) -> str:
    """The comparison as text, Markdown, CSV or JSON.

    Args:
        what: a proposal, or an old workbook and a new one.
        form: text, markdown, csv or json.
        assumptions: the root of proposals, as for :func:`costmodel.load`.

    Raises:
        BadInput: for a mixture of the two, and for what is no proposal or no workbook.
    """
    if len(what) == 1 and not _is_workbook(what[0]):
        from costmodel.analysis.comparison import compare
        from costmodel.analysis.loading import load_proposal
        from costmodel.pages import comparisons

        forms = {"markdown": comparisons.as_markdown, "csv": comparisons.as_csv, "json": comparisons.as_json}
        return forms.get(form, comparisons.as_text)(compare(load_proposal(what[0], assumptions))).rstrip("\n")
    from costmodel.differences.two_workbooks import compare_workbooks
    from costmodel.pages import differences_page as shown

    found = compare_workbooks(*_two_workbooks(what))
    ways = {"markdown": shown.as_markdown, "csv": shown.as_csv, "json": shown.as_json}
    return ways.get(form, shown.as_text)(found).rstrip("\n")


def _is_workbook(word: str) -> bool:
    path = Path(word)
    return path.suffix.lower() in _ENDINGS or path.is_file()


def _two_workbooks(what: Sequence[str]) -> tuple[Path, Path]:
    if len(what) == 1:
        says = f"{what[0]} is one workbook, and two are compared"
        raise BadInput([FileMissing(says=says, hint=_HOW)])
    if len(what) != 2:
        raise BadInput([NotAWorkbook(says=f"{len(what)} names were given", hint=_HOW)])
    wrong = [word for word in what if not _is_workbook(word)]
    if wrong:
        raise BadInput([NotAWorkbook(where=Position(word), says="this is no workbook", hint=_HOW) for word in wrong])
    return Path(what[0]), Path(what[1])
