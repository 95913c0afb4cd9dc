"""Units: what a figure counts, read from a person's words and written back plainly.

A unit is a product of bases to powers: money, things that are counted, years. A share, a ratio or an index has no base.
Money of different kinds has different bases: what stands in brackets after £ (a price year, a discount year) is part of
it, so that £ of 2008 and £ of today cannot be added unseen. Bare £ is the proposal's own prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

MONEY, WTE = "£", "WTE"

_SHARES = {"share", "ratio", "rate", "index", "probability", "percentage", "percent", "%", "proportion", "fraction"}
"""Plain numbers, whatever is said of them after."""
_PLAIN = _SHARES | {"number", "factor", "odds", "multiple", "multiplier", "chance", "weight", "standard deviation", "1"}
_FLAGS = {"flag", "switch", "yes/no"}
_POSTS = {"wte", "fte", "whole-time equivalent", "full-time equivalent", "whole time equivalent"}
_CASH = {"", "cash", "cash prices", "nominal"}
_BEFORE = {"a", "an", "the", "new", "extra", "additional", "total", "financial", "calendar"}
"""Words before a noun that do not change what is counted."""
_AFTER = {
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

_IN_BRACKETS = re.compile(r"£ ?\(([^)]*)\)")
_OTHER_BRACKETS = re.compile(r"\(([^)]*)\)")
_PRICES = re.compile(r",? ?(?:\b(?:in|at) )?\b(\d{4}(?:/\d\d)? prices)")
_PRICED = re.compile(r"price|real|discount|present value|cash|nominal")
_SCALED = re.compile(r"thousand|million|billion|000|\b(?:k|m|bn)\b")
_OF_A_YEAR = re.compile(r"(?<=\S) (?:(?:a|each|every) year|yearly|annually)(?= per |$)")


@dataclass(frozen=True)
class Unit:
    """A product of bases to powers; a plain number has none. Units are equal when their bases and powers are."""

    powers: tuple[tuple[str, int], ...] = ()
    """Each base once, money first, with a power that is not 0."""
    sort: Literal["", "zero", "flag", "count"] = field(default="", compare=False)
    """What more is known of a plain number: it is 0, a flag (1 or 0), or how many flags are 1."""

    @classmethod
    def of(cls, powers: Iterable[tuple[str, int]]) -> Unit:
        """The product of bases to powers, which may stand in any order and more than once."""
        found: dict[str, int] = {}
        for base, power in powers:
            found[base] = found.get(base, 0) + power
        left = [(base, power) for base, power in found.items() if power]
        return cls(tuple(sorted(left, key=lambda pair: (not pair[0].startswith(MONEY), pair[0]))))

    def __mul__(self, other: Unit) -> Unit:
        return self if self.sort == other.sort == "flag" else Unit.of((*self.powers, *other.powers))

    def __truediv__(self, other: Unit) -> Unit:
        return Unit.of((*self.powers, *((base, -power) for base, power in other.powers)))

    @property
    def is_plain(self) -> bool:
        """Whether it is a number without a unit."""
        return not self.powers

    @property
    def is_count(self) -> bool:
        """Whether it counts one kind of thing."""
        return len(self.powers) == 1 and self.powers[0][1] == 1 and not self.powers[0][0].startswith(MONEY)

    @property
    def adds_up(self) -> bool:
        """Whether figures of several years add up: money, counts and flags do, and no price or share of anything does.

        What turns one kind of money into another does too: discount factors of years are an annuity's.
        """
        if self.is_plain:
            return self.sort in ("flag", "count")
        return self.is_conversion or (self != YEARS and all(power > 0 for _, power in self.powers))

    @property
    def is_conversion(self) -> bool:
        """Whether it turns one kind of money into another."""
        return sorted(power for _, power in self.powers) == [-1, 1] and all(b.startswith(MONEY) for b, _ in self.powers)

    def fits(self, other: Unit) -> bool:
        """Whether the two can be added: 0 fits any unit, and how many flags are 1 counts whatever the flags are of."""
        if self.powers == other.powers or "zero" in (self.sort, other.sort):
            return True
        return (self.sort == "count" and other.is_count) or (other.sort == "count" and self.is_count)

    def __str__(self) -> str:
        above = [many(base) for base, power in self.powers for _ in range(power)]
        below = [many(base) if base[0].isdigit() else base for base, power in self.powers for _ in range(-power)]
        if not above:
            above = ["number" if below else "flag" if self.sort == "flag" else "ratio"]
        return " per ".join([" × ".join(above), *below])


PLAIN = Unit()
FLAG = Unit(sort="flag")
COUNT = Unit(sort="count")
ZERO = Unit(sort="zero")
YEARS = Unit((("year", 1),))
PAY = Unit(((MONEY, 1), (WTE, -1)))


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit | None:
    """The unit that a text names; None where it names none, as for a column of text.

    ``X per Y`` divides, and so does ``X a Y``; but ``a year`` says only that a figure is of one year, as the figures of
    a model are. Words that say which teams, or a share of what, do not change the unit.
    """
    given = text.replace("_", " ").split()
    words = " ".join(word if len(re.findall("[A-Z]", word)) > 1 else word.lower() for word in given)
    if words in ("", "text"):
        return None
    if words in _FLAGS:
        return FLAG
    words, kinds = _kinds_apart(words)
    words = re.sub(r"(?<!\d) ?/ ?(?!\d)| for (?:each|every) ", " per ", re.sub(r"\bper cent\b", "percent", words))
    words = re.sub(r"^(?:number|no\.?|count) of |,(?= |$)", "", _OF_A_YEAR.sub("", words))
    above, *below = words.split(" per ")
    if not (unit := _unit(above, kinds)).is_plain:
        above, *more = re.split(r" (?:an?|each|every) ", above)
        unit, below = _unit(above, kinds), [*more, *below]
    elif above.split()[:1] != ["number"]:
        below = [noun for noun in below if noun[:1].isdigit()]  # a rate per year is a rate; one per 1,000 has a scale
    for noun in below:
        unit = unit / _unit(noun, kinds)
    return unit


def adds_up(text: str) -> bool:
    """Whether figures of several years in a unit add up: those of a number that is said to be no share may."""
    unit = read_unit(text)
    first = one(text.split()[0].lower()) if text.split() else ""
    return unit is None or unit.adds_up or (unit.is_plain and first not in _SHARES)


def is_flow(text: str) -> bool:
    """Whether a figure in a unit is an amount of one year: money or a count, and no rate, price or year."""
    unit = read_unit(text)
    return unit is not None and not unit.is_plain and unit != YEARS and all(power > 0 for _, power in unit.powers)


def is_of_a_year(text: str) -> bool:
    """Whether a unit says that each figure is of one year: £ a year."""
    return _OF_A_YEAR.search(text) is not None


def of_kind(text: str, money: str) -> str:
    """A unit with its bare £ as money of a kind: £ per child, as £ (2024 prices) per child."""
    unit = read_unit(text)
    bare = unit is not None and any(base == MONEY for base, _ in unit.powers)
    return text.replace(MONEY, money, 1) if bare else text


def _kinds_apart(words: str) -> tuple[str, list[str]]:
    """A unit without brackets, with «0» and so on after each £ that had one; the kinds of money, the last for the rest.

    A price year may be said anywhere: £ per child in 2008 prices.
    """
    kinds, rest = [], ""
    for number, found in enumerate(_IN_BRACKETS.finditer(words)):
        kinds.append(found[1].strip())
        words = words.replace(found[0], f"£«{number}»", 1)
    for found in (*_PRICES.finditer(words), *_OTHER_BRACKETS.finditer(words)):
        rest = found[1].strip() if _PRICED.search(found[1]) else rest
    return " ".join(_OTHER_BRACKETS.sub("", _PRICES.sub("", words)).split()), [*kinds, rest]


def _unit(words: str, kinds: list[str]) -> Unit:
    return Unit.of((base, 1) for noun in words.split(" × ") if (base := _base(noun.strip(), kinds)))


def _base(words: str, kinds: list[str]) -> str:
    """The base that a noun names; nothing for a plain number (share of salary, discount rate)."""
    if words.startswith(MONEY):
        kind = _kind(words.removeprefix(MONEY).strip(), kinds)
        return MONEY if kind in _CASH else f"{MONEY} ({kind})"
    named = words.split()
    while len(named) > 1 and named[0] in _BEFORE:
        named = named[1:]
    named = named[: next((at for at, word in enumerate(named) if at and word in _AFTER), len(named))]
    noun = one(" ".join(named))
    if not named or one(named[0]) in _SHARES or {one(named[-1]), noun} & _PLAIN:
        return ""
    return WTE if {one(named[0]).lower(), noun.lower()} & _POSTS else noun


def _kind(words: str, kinds: list[str]) -> str:
    """What kind of money is meant by the words after £."""
    if marked := re.match(r"«(\d)»", words):
        return kinds[int(marked[1])]
    if _PRICED.search(words) or _SCALED.search(words):
        return words.removeprefix("in ").removeprefix("at ")
    return words if words and words.split()[0] not in _AFTER else kinds[-1]


def one(noun: str) -> str:
    """A noun in the singular."""
    start, space, last = noun.rpartition(" ")
    if last not in _ONE_OF:
        single = next((re.sub(end, to, last) for end, to in _ENDINGS if re.search(end, last)), last)
    return f"{start}{space}{_ONE_OF.get(last) or single}"


def many(noun: str) -> str:
    """A noun in the plural; initials such as WTE, and words whose plural cannot be told from it, stay as they are."""
    start, space, last = noun.rpartition(" ")
    if last == WTE or not last[-1:].isalpha():
        return noun
    ending = "es" if re.search(r"(s|sh|ch|x)$", last) else "s"
    plural = re.sub(r"(?<=[^aeiou])y$", "ie", last) + ending
    found = f"{start}{space}{_MANY_OF.get(last, plural)}"
    return found if one(found) == noun else noun
