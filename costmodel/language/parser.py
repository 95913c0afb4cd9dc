"""The parser: Python's expression syntax with a small fixed vocabulary, turned into a tree once."""

from __future__ import annotations

import ast
from collections.abc import Callable

from costmodel.errors import BareNumber, Mistake, NotAFormula, Position, WrongArguments, did_you_mean
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Text,
)
from costmodel.language.vocabulary import Function

_TEXT_ARGUMENT = {"growth": 1, "total": 1, "at": 1, "flag": 0}
_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISON = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_LONGEST = 4000
_DEEPEST = 60


def parse(text: str, where: Position | None = None, path: str = "") -> tuple[Node | None, list[Mistake]]:
    """Parse a formula into its tree, with every mistake in it.

    Returns:
        The tree, or None where there are mistakes; and the mistakes.
    """
    reader = _Reader(where, path)
    if len(text) > _LONGEST:
        reader.mistake(
            NotAFormula, f"the formula is over {_LONGEST:,} characters long", "Cut it into lines of their own."
        )
        return None, reader.mistakes
    try:
        tree = ast.parse(" ".join(text.split()) if "\n" in text else text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        at = f" near column {problem.offset}" if isinstance(problem, SyntaxError) and problem.offset else ""
        reader.mistake(NotAFormula, f"{text.strip()!r} is not a formula{at}", _syntax_hint(text))
        return None, reader.mistakes
    node = reader.read(tree, 0)
    return (None, reader.mistakes) if reader.mistakes else (node, [])


def _syntax_hint(text: str) -> str:
    if text.lstrip().startswith("="):
        return "A formula has no = before it."
    if "^" in text:
        return "Write ** for a power."
    if "%" in text or "£" in text:
        return "A value such as 14% or £16,000 is an assumption: give it a name, a unit and a source."
    return "A formula reads like Python: total = teams * team_cost + training."


class _Reader:
    """Turns Python's tree into ours, collecting mistakes."""

    def __init__(self, where: Position | None, path: str) -> None:
        self.where, self.path = where, path
        self.mistakes: list[Mistake] = []

    def mistake(self, kind: type[Mistake], says: str, hint: str = "") -> Node:
        self.mistakes.append(kind(where=self.where, path=self.path, says=says, hint=hint))
        return Constant(0)

    def read(self, tree: ast.expr, depth: int) -> Node:
        if depth > _DEEPEST:
            return self.mistake(NotAFormula, "the formula is nested too deeply", "Cut it into lines of their own.")
        handler = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if handler is None:
            return self.mistake(
                NotAFormula,
                f"{ast.unparse(tree)!r} is not in the formula language",
                "Formulas have names, + - * / **, comparisons, and or not, a if c else b, and functions.",
            )
        read: Callable[[ast.expr, int], Node] = handler
        return read(tree, depth + 1)

    def _constant(self, tree: ast.Constant, depth: int) -> Node:
        value = tree.value
        if isinstance(value, str):
            return Text(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value in (0, 1):
            return Constant(int(value))
        return self.mistake(
            BareNumber,
            f"the number {ast.unparse(tree)} stands in a formula",
            "Only 0 and 1 may. Give it a name, a unit and a source under assumptions, and use the name.",
        )

    def _name(self, tree: ast.Name, depth: int) -> Node:
        return Name(tree.id)

    def _attribute(self, tree: ast.Attribute, depth: int) -> Node:
        if isinstance(tree.value, ast.Name):
            return Name(f"{tree.value.id}.{tree.attr}")
        return self.mistake(NotAFormula, f"{ast.unparse(tree)!r} is not a name", "A column is written list.column.")

    def _unaryop(self, tree: ast.UnaryOp, depth: int) -> Node:
        if isinstance(tree.op, ast.USub):
            return Negative(self.read(tree.operand, depth))
        if isinstance(tree.op, ast.Not):
            return Not(self.read(tree.operand, depth))
        if isinstance(tree.op, ast.UAdd):
            return self.read(tree.operand, depth)
        return self.mistake(NotAFormula, f"{ast.unparse(tree)!r} is not in the formula language")

    def _binop(self, tree: ast.BinOp, depth: int) -> Node:
        sign = _ARITHMETIC.get(type(tree.op))
        if sign is None:
            hint = "Write ** for a power." if isinstance(tree.op, ast.BitXor) else "Arithmetic is + - * / **."
            return self.mistake(NotAFormula, f"{ast.unparse(tree)!r} is not in the formula language", hint)
        return Arithmetic(sign, self.read(tree.left, depth), self.read(tree.right, depth))

    def _compare(self, tree: ast.Compare, depth: int) -> Node:
        sides = [self.read(side, depth) for side in (tree.left, *tree.comparators)]
        links: list[Node] = []
        for index, sign in enumerate(tree.ops):
            if type(sign) not in _COMPARISON:
                return self.mistake(NotAFormula, f"{ast.unparse(tree)!r} is not in the formula language")
            links.append(Comparison(_COMPARISON[type(sign)], sides[index], sides[index + 1]))
        return links[0] if len(links) == 1 else Logic("and", tuple(links))

    def _boolop(self, tree: ast.BoolOp, depth: int) -> Node:
        sign = "and" if isinstance(tree.op, ast.And) else "or"
        return Logic(sign, tuple(self.read(value, depth) for value in tree.values))

    def _ifexp(self, tree: ast.IfExp, depth: int) -> Node:
        return Choice(self.read(tree.test, depth), self.read(tree.body, depth), self.read(tree.orelse, depth))

    def _call(self, tree: ast.Call, depth: int) -> Node:
        name = ast.unparse(tree.func)
        function = Function.VOCABULARY.get(name)
        if function is None:
            known = ", ".join(sorted(Function.VOCABULARY))
            hint = did_you_mean(name, Function.VOCABULARY) or f"Functions are {known}."
            return self.mistake(NotAFormula, f"there is no function {name!r}", hint)
        if problem := self._arguments(tree, function):
            return self.mistake(WrongArguments, f"{ast.unparse(tree)!r}: {problem}", f"It is written {function.form}.")
        start = next((self.read(keyword.value, depth) for keyword in tree.keywords), None)
        if name == "prior" and len(tree.args) == 2:
            return self._prior_of_years(tree, start, depth)
        return Call(name, tuple(self.read(argument, depth) for argument in tree.args), start)

    def _prior_of_years(self, tree: ast.Call, start: Node | None, depth: int) -> Node:
        """``prior(x, n)`` is prior of prior, n times: a number of years is part of a formula's shape, not a value."""
        back = tree.args[1]
        node = self.read(tree.args[0], depth)
        if not (isinstance(back, ast.Constant) and type(back.value) is int and 1 <= back.value <= 100):
            says = f"{ast.unparse(tree)!r}: the number of years is not a whole number from 1"
            return self.mistake(WrongArguments, says, "It is written prior(x, n).")
        for _ in range(back.value):
            node = Call("prior", (node,), start)
        return node

    def _arguments(self, tree: ast.Call, function: Function) -> str:
        """What is wrong with a call's arguments, or nothing."""
        count = len(tree.args)
        if any(isinstance(argument, ast.Starred) for argument in tree.args):
            return "* is not in the formula language"
        if count < function.least or (function.most is not None and count > function.most):
            most = "or more" if function.most is None else f"to {function.most}"
            takes = str(function.least) if function.least == function.most else f"{function.least} {most}"
            return f"{function.name} takes {takes} argument{'s' if takes != '1' else ''}, and {count} were given"
        names = [keyword.arg for keyword in tree.keywords]
        if names and (function.name != "prior" or names != ["start"]):
            return f"{function.name} has no argument {names[0]!r}"
        at = _TEXT_ARGUMENT.get(function.name)
        if at is not None and at < count:
            argument = tree.args[at]
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                return f"argument {at + 1} is a text in quotes"
        return ""
