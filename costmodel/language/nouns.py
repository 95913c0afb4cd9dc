"""Nouns in the singular and the plural, by the rules of English and a few words that follow none."""

from __future__ import annotations

import re

INITIALS = ("WTE",)
"""What is the same of one and of many."""
AFTER = {
    *("of", "in", "at", "with", "from", "to", "by", "on", "under", "over", "for", "who", "whom", "that", "each"),
    *("aged", "seen", "reached", "served", "supported", "helped", "needed", "trained", "operating", "starting"),
}
"""Words that begin what is said of a noun: babies reached, years of age, teams in England."""
_ONE_OF = {
    "children": "child",
    "people": "person",
    "women": "woman",
    "men": "man",
    "midwives": "midwife",
    "lives": "life",
    "staff": "staff",
    "series": "series",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
}
_MANY_OF = {one: many for many, one in _ONE_OF.items()}
_ENDINGS = ((r"(?<=..)ies$", "y"), (r"(ss|sh|ch|x)es$", r"\1"), (r"(?<=[^ao]us)es$", ""), (r"(?<=[^sui])s$", ""))
"""From many to one: families, classes, buses, teams. Business, bus and basis are one already."""


def one(noun: str) -> str:
    """A noun in the singular."""
    start, space, last = noun.rpartition(" ")
    if last not in _ONE_OF:
        single = next((re.sub(end, to, last) for end, to in _ENDINGS if re.search(end, last)), last)
    return f"{start}{space}{_ONE_OF.get(last) or single}"


def one_counted(nouns: str) -> str:
    """What is counted, as it is said of one: baby reached, of babies reached."""
    words = nouns.split(" ")
    end = next((at for at, word in enumerate(words) if at and word in AFTER), len(words))
    return " ".join([one(" ".join(words[:end])), *words[end:]])


def many(noun: str) -> str:
    """A noun in the plural; initials such as WTE, and words whose plural cannot be told from it, stay as they are."""
    start, space, last = noun.rpartition(" ")
    if last in INITIALS or not last[-1:].isalpha():
        return noun
    ending = "es" if re.search(r"(s|sh|ch|x)$", last) else "s"
    plural = re.sub(r"(?<=[^aeiou])y$", "ie", last) + ending
    found = f"{start}{space}{_MANY_OF.get(last, plural)}"
    return found if one(found) == noun else noun
