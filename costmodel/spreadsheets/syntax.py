"""The text of a formula read into a tree, with Excel's own precedence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from costmodel.spreadsheets.expressions import (
    BINDS,
    Applied,
    Area,
    Binary,
    Expression,
    Fault,
    LeftOut,
    Named,
    Numeral,
    Percent,
    Quoted,
    Truth,
    Unary,
)
from costmodel.spreadsheets.parsing import as_place

_WORD = re.compile(
    r"""\s*(?:
    (?P<quoted>"(?:[^"]|"")*")
  | (?P<fault>\#(?:N/A|DIV/0!|NULL!|NUM!|VALUE!|NAME\?|REF!))
  | (?P<area>(?:(?P<sheet>'(?:[^'\[]|'')+'|[^\W\d][\w.]*)!)?
      (?P<cells>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?
        |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d{1,7}:\$?\d{1,7}))(?![\w.(!\[:])
  | (?P<function>[^\W\d][\w.]*)\(
  | (?P<name>[^\W\d][\w.\\?]*)(?![\w!\[(])
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)(?![\w.])
  | (?P<sign><=|>=|<>|[-+*/^&=<>%(),])
    )""",
    re.VERBOSE,
)


class Unreadable(ValueError):
    """A text that is no formula, or has what the trees do not: array constants, unions, tables, other workbooks."""


def read_expression(text: str) -> Expression:
    """Read a formula, with its = or without.

    Raises:
        Unreadable: with the text, and from which place on it cannot be read.
    """
    return _Words(text).formula()


class _Words:
    """Goes through the words of a formula from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, int(text.startswith("="))
        self.next()

    def next(self) -> None:
        """Go on to the next word."""
        self.start = self.at
        self.found = _WORD.match(self.text, self.at)
        self.kind = self.word = ""
        if self.found:
            self.kind, self.at = self.found.lastgroup or "", self.found.end()
            self.word = self.found[self.kind]
        elif self.text[self.at :].strip():
            self.wrong()

    def wrong(self) -> NoReturn:
        raise Unreadable(f"{self.text!r} cannot be read from {self.text[self.start :]!r} on")

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.word in signs

    def take(self, sign: str) -> None:
        if not self.is_sign(sign):
            self.wrong()
        self.next()

    def formula(self) -> Expression:
        found = self.between(1)
        if self.kind:
            self.wrong()
        return found

    def between(self, binds: int) -> Expression:
        """Parts with signs between them that bind at least so tightly, taken from the left."""
        left = self.percent()
        while self.kind == "sign" and BINDS.get(self.word, 0) >= binds:
            sign = self.word
            self.next()
            left = Binary(sign, left, self.between(BINDS[sign] + 1))
        return left

    def percent(self) -> Expression:
        found = self.signed()
        while self.is_sign("%"):
            self.next()
            found = Percent(found)
        return found

    def signed(self) -> Expression:
        if self.is_sign("+", "-"):
            sign = self.word
            self.next()
            return Unary(sign, self.signed())
        return self.alone()

    def alone(self) -> Expression:
        if self.is_sign("("):
            self.next()
            inside = self.between(1)
            self.take(")")
            return inside
        found, read = self.found, _READ.get(self.kind)
        if self.kind == "function":
            name = self.word.upper()
            self.next()
            return Applied(name, self.arguments())
        if found is None or read is None or (made := read(found)) is None:
            self.wrong()
        self.next()
        return made

    def arguments(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        if not self.is_sign(")"):
            found.append(self.argument())
            while self.is_sign(","):
                self.next()
                found.append(self.argument())
        self.take(")")
        return tuple(found)

    def argument(self) -> Expression:
        return LeftOut() if self.is_sign(",", ")") else self.between(1)


def _area(found: re.Match[str]) -> Area | None:
    place = as_place(found["cells"])
    if place is None:
        return None
    sheet = found["sheet"] or ""
    sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return Area(*place, sheet, ":" in found["cells"])


def _name(found: re.Match[str]) -> Truth | Named:
    word = found["name"].upper()
    return Truth(word == "TRUE") if word in ("TRUE", "FALSE") else Named(found["name"])


def _number(found: re.Match[str]) -> Numeral:
    text = found["number"]
    return Numeral(int(text) if text.isdigit() else float(text))


_READ: dict[str, Callable[[re.Match[str]], Expression | None]] = {
    "quoted": lambda found: Quoted(found["quoted"][1:-1].replace('""', '"')),
    "fault": lambda found: Fault(found["fault"]),
    "area": _area,
    "name": _name,
    "number": _number,
}
