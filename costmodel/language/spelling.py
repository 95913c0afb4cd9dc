"""A tree written back as a formula."""

from __future__ import annotations

from typing import NoReturn, assert_never

from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pay,
    Prior,
    Text,
)

_TIGHTEST = 9
_BINDS = {"or": 1, "and": 2, "not": 3, "compared": 4, "+": 5, "-": 5, "*": 6, "/": 6, "negative": 7, "**": 8}


def written(node: Node, binds: int = 0) -> str:
    """A formula as a person would write it; ``binds`` is how tightly what stands around it binds, for brackets."""
    match node:
        case Constant(value):
            return str(value)
        case Text(value):
            return repr(value)
        case Name(name):
            return name
        case Prior(name):
            return f"prior({name})"
        case At(name, year):
            return f"at({name}, {year})"
        case Pay(column, _, _):
            return f"pay({column})"
        case Negative(of):
            return _bracketed(f"-{written(of, _BINDS['negative'])}", _BINDS["negative"], binds)
        case Not(of):
            return _bracketed(f"not {written(of, _BINDS['not'])}", _BINDS["not"], binds)
        case Arithmetic("**", left, right):
            return _bracketed(f"{written(left, _TIGHTEST)} ** {written(right, _BINDS['negative'])}", 8, binds)
        case Arithmetic(sign, left, right):
            mine = _BINDS[sign]
            return _bracketed(f"{written(left, mine)} {sign} {written(right, mine + 1)}", mine, binds)
        case Comparison(sign, left, right):
            mine = _BINDS["compared"]
            return _bracketed(f"{written(left, mine + 1)} {sign} {written(right, mine + 1)}", mine, binds)
        case Logic(sign, of):
            mine = _BINDS[sign]
            return _bracketed(f" {sign} ".join(written(part, mine + 1) for part in of), mine, binds)
        case Choice(condition, yes, no):
            return _bracketed(f"{written(yes, 1)} if {written(condition, 1)} else {written(no)}", 0, binds)
        case Call(function, of, start):
            inside = [written(part) for part in of] + ([f"start={written(start)}"] if start is not None else [])
            return f"{function.name}({', '.join(inside)})"
    assert_never(node)


def _bracketed(text: str, mine: int, binds: int) -> str:
    return f"({text})" if mine < binds else text


def no_number(text: Text) -> NoReturn:
    """A text stands only where texts can: names and kinds are checked before a formula is read as a number."""
    raise AssertionError(f"{text.value!r} is text, and is read as a number")
