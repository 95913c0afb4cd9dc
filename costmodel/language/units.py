"""Units: what a figure counts, read from a person's words and written back plainly.

A unit is a product of bases to powers: money, things that are counted, years. A share, a ratio or an index has no base.
Money of different kinds has different bases: what stands in brackets after £ (a price year, a discount year) is part of
it, so that £ of 2008 and £ of today cannot be added unseen. Bare £ is the proposal's own prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from costmodel.language.nouns import AFTER, many, one, one_counted

MONEY, WTE = "£", "WTE"

_SHARES = {"share", "ratio", "rate", "index", "probability", "percentage", "percent", "%", "proportion", "fraction"}
"""Plain numbers, whatever is said of them after."""
_PLAIN = _SHARES | {"number", "factor", "odds", "multiple", "multiplier", "chance", "weight", "standard deviation", "1"}
_FLAGS = {"flag", "switch", "yes/no"}
_SAID_BY_FIGURE = {MONEY, "share", "rate", "ratio", "number", "index", "flag"}
"""First words of units that a figure says of itself: £16,000, 14%, 0.5."""
_COUNTS_NOTHING = _SAID_BY_FIGURE | {"year", "text", ""}
_ON_THE_CALENDAR = {"year", "financial year", "calendar year"}
_POSTS = {"wte", "fte", "whole-time equivalent", "full-time equivalent", "whole time equivalent"}
_CASH = {"", "cash", "cash prices", "nominal"}
_BEFORE = {"a", "an", "the", "new", "extra", "additional", "total", "financial", "calendar"}
"""Words before a noun that do not change what is counted."""
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
    sort: Literal["", "zero", "flag", "count", "text", "unknown"] = field(default="", compare=False)
    """What more is known of what has no base: it is 0, a flag (1 or 0), how many flags are 1, text, or not known."""
    written: str = field(default="", compare=False)
    """The words in which it was written; nothing where it was worked out."""
    head: str = field(default="", compare=False)
    """The first word of what is counted, of one: share, rate, £, team."""

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
    def is_flow(self) -> bool:
        """Whether a figure is an amount: money or a count, and no rate, price or year. An amount of one year stops."""
        return not self.is_plain and self != YEARS and all(power > 0 for _, power in self.powers)

    @property
    def is_of_a_year(self) -> bool:
        """Whether it says that each figure is of one year: £ a year."""
        return _OF_A_YEAR.search(self.written) is not None

    @property
    def adds_up(self) -> bool:
        """Whether figures of several years add up: amounts and flags do, and no price or share of anything does.

        What turns one kind of money into another does too: discount factors of years are an annuity's. Of a number that
        is said to be no share it is not known.
        """
        return self.is_flow or self.is_conversion or (self.is_plain and self.head not in _SHARES)

    @property
    def is_conversion(self) -> bool:
        """Whether it turns one kind of money into another."""
        return sorted(power for _, power in self.powers) == [-1, 1] and all(b.startswith(MONEY) for b, _ in self.powers)

    @property
    def known(self) -> Unit | None:
        """The unit, where it is that of a number and known."""
        return None if self.sort in ("text", "unknown") else self

    # What a figure is

    @property
    def is_text(self) -> bool:
        return self.sort == "text"

    @property
    def is_flag(self) -> bool:
        """Whether it is 1 for yes and 0 for no."""
        return self.sort == "flag"

    @property
    def is_year(self) -> bool:
        """Whether it is a year on the calendar, and not how many years."""
        return self.written.lower() in _ON_THE_CALENDAR

    @property
    def chooses(self) -> bool:
        """Whether it chooses between years, or between ways of calculating: 1% more of it means nothing."""
        return self.is_flag or self.is_year

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0% and 100%."""
        return self.head == "share" and self.is_plain

    @property
    def is_rate(self) -> bool:
        return self.head == "rate" and self.is_plain

    @property
    def is_percent(self) -> bool:
        """Whether it is shown as a percentage."""
        return self.is_share or self.is_rate

    @property
    def in_points(self) -> bool:
        """Whether it is a difference of percentages."""
        return self.written.endswith("points")

    @property
    def is_index(self) -> bool:
        return self.head == "index" and self.is_plain

    @property
    def is_money(self) -> bool:
        """Whether it is money, or money per something."""
        return self.head == MONEY

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount of money, and not money per something: it adds up over years."""
        return self.is_money and not self._below

    @property
    def is_money_per_money(self) -> bool:
        return self.is_money and self._below.startswith(MONEY)

    @property
    def has_money(self) -> bool:
        """Whether money is anywhere in it."""
        return self.is_money or any(base.startswith(MONEY) for base, _ in self.powers)

    @property
    def is_staff(self) -> bool:
        """Whether it counts whole-time equivalents."""
        return (WTE, 1) in self.powers

    @property
    def counts_things(self) -> bool:
        """Whether it counts, so that no figure of it lies below 0."""
        return self.head not in _COUNTS_NOTHING

    # What it says

    @property
    def prices(self) -> str:
        """What kind of money it is, where that is said in brackets."""
        return self.written.partition("(")[2].partition(")")[0]

    @property
    def without_prices(self) -> str:
        """Its words without those in brackets."""
        return re.sub(r" \([^)]*\)", "", self.written, count=1)

    def beside(self, value: float) -> str:
        """What follows a figure: teams, or team where it is one; nothing for money, shares and ratios."""
        if not self._below and self.head in _SAID_BY_FIGURE:
            return ""
        noun, per, each = self.written.removeprefix(MONEY).strip().partition("per ")
        noun = noun.strip()
        is_one = f"{abs(value):.6f}".rstrip("0") == "1." and not self.is_money
        return " ".join(word for word in (one_counted(noun) if is_one else noun, per + each) if word)

    @property
    def _below(self) -> str:
        """What stands below a line: team, of £ per team."""
        return self.written.partition(" per ")[2]

    def fits(self, other: Unit) -> bool:
        """Whether the two can be added: 0 fits any unit, and how many flags are 1 counts whatever the flags are of."""
        if self.powers == other.powers or "zero" in (self.sort, other.sort):
            return True
        return (self.sort == "count" and other.is_count) or (other.sort == "count" and self.is_count)

    def __str__(self) -> str:
        return self.written if self.written or self.sort == "unknown" else self.plainly

    @property
    def plainly(self) -> str:
        """The unit written back from its bases: £ per child, of £ for every child a year."""
        above = [many(base) for base, power in self.powers for _ in range(power)]
        below = [many(base) if base[0].isdigit() else base for base, power in self.powers for _ in range(-power)]
        if not above:
            above = ["number" if below else "flag" if self.sort == "flag" else "ratio"]
        return " per ".join([" × ".join(above), *below])


PLAIN = Unit()
FLAG = Unit(sort="flag", written="flag", head="flag")
COUNT = Unit(sort="count")
ZERO = Unit(sort="zero")
YEARS = Unit((("year", 1),))
POUNDS = Unit(((MONEY, 1),))


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit:
    """The unit that a text names; one that is not known where it names none, or a column of text.

    ``X per Y`` divides, and so does ``X a Y``; but ``a year`` says only that a figure is of one year, as the figures of
    a model are. Words that say which teams, or a share of what, do not change the unit.
    """
    given = text.replace("_", " ").split()
    words = " ".join(word if len(re.findall("[A-Z]", word)) > 1 else word.lower() for word in given)
    if words in ("", "text"):
        return Unit(sort="text" if words else "unknown", written=text, head=words)
    head = MONEY if words.startswith(MONEY) else one(words.split()[0])
    if words.split()[0] in _FLAGS:
        return Unit(sort="flag", written=text, head="flag")
    return replace(_read(words), written=text, head=head)


def _read(words: str) -> Unit:
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


def of_kind(text: str, money: str) -> str:
    """A unit with its bare £ as money of a kind: £ per child, as £ (2024 prices) per child."""
    bare = any(base == MONEY for base, _ in read_unit(text).powers)
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
    named = named[: next((at for at, word in enumerate(named) if at and word in AFTER), len(named))]
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
    return words if words and words.split()[0] not in AFTER else kinds[-1]


PAY = read_unit("£ per WTE")
NUMBER, RATIO, RATE, INDEX, YEAR = map(read_unit, ("number", "ratio", "rate", "index", "year"))
