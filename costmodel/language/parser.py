"""The parser: Python's expression syntax with a small fixed vocabulary, turned into a tree once."""

from __future__ import annotations

import ast
from collections.abc import Callable

from costmodel.errors import BareNumber, Mistake, NotAFormula, Position, WrongArguments, did_you_mean
from costmodel.language.arguments import Takes
from costmodel.language.tree import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Function,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Text,
)
from costmodel.language.vocabulary import VOCABULARY, function_of

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISON = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_LONGEST = 4000
_DEEPEST = 60
_LARGEST, _HIGHEST = 5_000, 250
"""How many nodes a tree may have, and how many one below the other: a few words can stand for more than that."""
_MOST_TIMES = 100


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
        found = kind(where=self.where, path=self.path, says=says, hint=hint)
        if found not in self.mistakes:
            self.mistakes.append(found)
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
        return self._within_bounds(read(tree, depth + 1))

    def _within_bounds(self, node: Node) -> Node:
        """A node, or a mistake where it stands for too many: b of a < b < c stands twice, n years before n times."""
        if node.size <= _LARGEST and node.height <= _HIGHEST:
            return node
        says = f"the formula stands for over {_LARGEST:,} steps"
        if node.height > _HIGHEST:
            says = f"the formula stands for over {_HIGHEST} steps, each within the next"
        return self.mistake(NotAFormula, says, "Cut it into lines of their own.")

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
        if name not in VOCABULARY:
            hint = did_you_mean(name, VOCABULARY) or f"Functions are {', '.join(sorted(VOCABULARY))}."
            return self.mistake(NotAFormula, f"there is no function {name!r}", hint)
        function = function_of(name, len(tree.args))
        if problem := _wrong_arguments(tree, function):
            return self.mistake(WrongArguments, f"{ast.unparse(tree)!r}: {problem}", f"It is written {function.form}.")
        start = next((self.read(keyword.value, depth) for keyword in tree.keywords), None)
        of = [argument for place, argument in enumerate(tree.args) if function.kind(place) is not Takes.TIMES]
        node: Node = Call(function, tuple(self.read(argument, depth) for argument in of), start)
        for _ in range(_times(tree, function) - 1):
            node = self._within_bounds(Call(function, (node,), start))
        return node


def _wrong_arguments(tree: ast.Call, function: Function) -> str:
    """What is wrong with a call's arguments, or nothing."""
    count = len(tree.args)
    if any(isinstance(argument, ast.Starred) for argument in tree.args):
        return "* is not in the formula language"
    alike = VOCABULARY[function.name]
    least = min(one.at_least for one in alike)
    mosts = [one.at_most for one in alike]
    most = None if None in mosts else max(most or 0 for most in mosts)
    if count < least or (most is not None and count > most):
        takes = str(least) if least == most else f"{least} {'or more' if most is None else f'to {most}'}"
        return f"{function.name} takes {takes} argument{'s' if takes != '1' else ''}, and {count} were given"
    names = [keyword.arg for keyword in tree.keywords]
    if names and (not function.takes_start or names != ["start"]):
        return f"{function.name} has no argument {names[0]!r}"
    for place, argument in enumerate(tree.args):
        kind = function.kind(place)
        is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if kind.is_text and not is_text:
            return f"argument {place + 1} is a text in quotes"
        if kind is Takes.VALUE and is_text:
            return f"argument {place + 1} is a value, and {ast.unparse(argument)} is text"
    if not 1 <= _times(tree, function) <= _MOST_TIMES:
        return "the number of years is not a whole number from 1"
    return ""


def _times(tree: ast.Call, function: Function) -> int:
    """How many times a function is taken, one on the other: part of a formula's shape, no value; 0 for no number."""
    given = [argument for place, argument in enumerate(tree.args) if function.kind(place) is Takes.TIMES]
    if not given:
        return 1
    number = given[0].value if isinstance(given[0], ast.Constant) else 0
    return number if type(number) is int else 0
