"""What scenarios and proposals may be called: a name is a file, a folder, a word of a command and a cell of a workbook.

Sources: Microsoft, "Naming Files, Paths, and Namespaces"; ECMA-376 part 1, clause 18.17.7 (MATCH reads ``*``, ``?`` and
``~``, and takes capitals and small letters for the same).
"""

from __future__ import annotations

import re
import unicodedata

NAME_HINT = (
    "A name has letters, digits, hyphens and underscores, and dots between digits. It begins with a letter or a digit: "
    "lower-pay."
)
_LONGEST, _LONGEST_BYTES = 100, 240
"""Characters, and bytes of UTF-8: file systems hold 255, of which a file that is being written needs some."""
_KEPT = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show as nothing."""
_CODE = re.compile("_x[0-9a-f]{4}_", re.IGNORECASE)
_MONTH = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|"
    "oct(ober)?|nov(ember)?|dec(ember)?"
)
_VALUE = re.compile(
    rf"[\W\d_]+|true|false|[\d.]+e-?\d+|(?=.*\d)(\d{{1,2}}-?)?({_MONTH})(-?\d{{1,4}})?(-\d{{1,4}})?", re.IGNORECASE
)


def problem_of_name(name: str) -> str:
    """Why something may not be called this, as ``it is empty``; nothing where it may."""
    wrong = next((letter for place, letter in enumerate(name) if not _may_stand(name, place)), "")
    if not name:
        return "it is empty"
    if wrong and wrong == name[0]:
        return f"it begins with {_shown(wrong)}"
    if wrong == ".":
        return "it has a dot that is not between digits"
    if wrong:
        return f"it has {_shown(wrong)} in it"
    if len(name) > _LONGEST or len(name.encode()) > _LONGEST_BYTES:
        return f"it has {len(name)} characters, and {_LONGEST} at most fit, or fewer that are not English letters"
    if _KEPT.fullmatch(name):
        return "Windows keeps this name for itself"
    return ""


def problem_of_scenario_name(name: str) -> str:
    """Likewise of a scenario, which is also selected in a cell: a spreadsheet must take it for a text."""
    if problem := problem_of_name(name):
        return problem
    if code := _CODE.search(name):  # the header of its column cannot be written so that every program shows it
        return f"a spreadsheet takes {code[0]} in it for one letter"
    return "a spreadsheet takes it for a number, a date, or true or false" if _VALUE.fullmatch(name) else ""


def same_name(name: str) -> str:
    """One text for all names that a workbook or a file system may take for one: Café, café and the like."""
    folded = unicodedata.normalize("NFKC", name).upper().casefold()
    return unicodedata.normalize("NFKC", folded)


def _may_stand(name: str, place: int) -> bool:
    letter = name[place]
    kind = unicodedata.category(letter)
    if _UNSEEN.match(letter):
        return False
    if letter == ".":
        return name[place - 1 : place].isdecimal() and name[place + 1 : place + 2].isdecimal()
    return kind[0] == "L" or kind == "Nd" or (place > 0 and (kind[0] == "M" or letter in "-_"))


def _shown(letter: str) -> str:
    return repr(letter) if letter.isprintable() and not _UNSEEN.match(letter) else f"U+{ord(letter):04X}"
