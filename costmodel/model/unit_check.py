"""The check of units: what unit a formula yields, and where it adds or compares what is not alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, assert_never

from costmodel.errors import Mistake, Position, UnlikeUnits
from costmodel.language.spelling import written
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
from costmodel.language.units import FLAG, MONEY, PAY, PLAIN, WTE, YEARS, ZERO, Unit
from costmodel.model.line import Line
from costmodel.model.reads import names_in

_LONGEST = 80


class Unlike(NamedTuple):
    """What a formula does with operands whose units do not go together."""

    says: str
    operand: Node
    """The one that is to be brought to the other's unit."""
    unit: Unit
    wanted: Unit
    is_whole: bool = False
    """Whether the operand is the whole formula."""


def check_units(lines: Mapping[str, Line], profiles: Mapping[str, tuple[str, ...]]) -> list[Mistake]:
    """Every formula whose operands are not alike, or that yields another unit than its line declares.

    A line that declares no unit may yield any.

    Args:
        profiles: assumptions by age, each as the names of its inputs, which have one unit.
    """
    units = units_of(lines, profiles)
    return [mistake for line in lines.values() for mistake in unit_mistakes(line, lines, units)]


def units_of(lines: Mapping[str, Line], profiles: Mapping[str, tuple[str, ...]]) -> dict[str, Unit | None]:
    """The unit of every line, and of every profile by age."""
    units = {name: line.unit.known for name, line in lines.items()}
    return units | {name: units.get(ages[0]) for name, ages in profiles.items() if ages}


def unit_mistakes(line: Line, lines: Mapping[str, Line], units: Mapping[str, Unit | None]) -> list[Mistake]:
    """What is wrong with the units of one line's formula."""
    if line.formula is None:
        return []
    found: list[Unlike] = []
    declared = units[line.name]
    yields = unit_of(line.formula, units, found, declared)
    if not found and yields is not None and declared is not None and not _may_be(yields, declared):
        says = f"yields {_words(yields)}, and its unit is {line.unit}"
        found.append(Unlike(says, line.formula, yields, declared, is_whole=True))
    return [
        UnlikeUnits(
            where=line.where or _nearest(wrong.operand, lines) or _nearest(line.formula, lines),
            path=f"lines.{line.name}",
            says=f"the formula of {line.name} {wrong.says}",
            hint=_hint(wrong, line, lines, units),
        )
        for wrong in found
    ]


def _may_be(yields: Unit, declared: Unit) -> bool:
    """Whether a line may declare a unit for what it yields.

    A ratio of price indices, or a discount factor, is worked out from plain numbers: that it turns one kind of money
    into another (£ (2024 prices) per £) is for its line to say.
    """
    return yields.fits(declared) or (yields.is_plain and declared.is_conversion)


def unit_of(
    node: Node, units: Mapping[str, Unit | None], unlike: list[Unlike] | None = None, declared: Unit | None = None
) -> Unit | None:
    """The unit that a formula yields.

    Args:
        units: by name; None where a name has no unit, which goes with any.
        unlike: where given, takes what is not alike.
        declared: what it should yield, which decides between two operands which of them is meant.

    Returns:
        None where it is not known: a name without a unit decides it, or operands are not alike.
    """
    return _Walk(units, [] if unlike is None else unlike, declared).node(node)


class _Walk:
    def __init__(self, units: Mapping[str, Unit | None], unlike: list[Unlike], declared: Unit | None) -> None:
        self.units, self.unlike, self.declared = units, unlike, declared
        money = next((base for base, _ in (declared or PAY).powers if base.startswith(MONEY)), MONEY)
        self.pay = Unit.of(((money, 1), (WTE, -1)))
        """Pay is money of the kind that its line declares: cash, or real where the proposal's prices are."""

    def node(self, node: Node) -> Unit | None:
        match node:
            case Constant(value):
                return FLAG if value else ZERO
            case Name(name) | Prior(name) | At(name, _):
                return self.units.get(name)
            case Pay():
                return self.pay
            case Negative(of):
                return self.node(of)
            case Arithmetic("+" | "-", _, _):
                return self.alike(_terms(node), "adds {0} and {1}")
            case Arithmetic("**", base, exponent):
                return self.power(base, exponent)
            case Arithmetic(sign, left, right):
                taken, by = self.node(left), self.node(right)
                return None if taken is None or by is None else taken * by if sign == "*" else taken / by
            case Comparison(_, left, right):
                self.alike([("", left), ("", right)], "compares {0} with {1}")
                return FLAG
            case Logic() | Not():
                for part in node.parts:
                    self.node(part)
                return FLAG
            case Choice(condition, yes, no):
                self.node(condition)
                return self.alike([("", yes), ("", no)], "chooses between {0} and {1}")
            case Call(function, _):
                return function.unit(self, node)
            case Text():
                return None
        assert_never(node)

    def power(self, base: Node, exponent: Node) -> Unit | None:
        if isinstance(exponent, Constant):
            return self.node(base) if exponent.value else PLAIN
        if (unit := self.node(exponent)) is not None and unit != YEARS:
            self._wants(exponent, unit, PLAIN, f"raises {written(base)} to the power of {{}}")
        self.wants(base, PLAIN, "raises {} to a power")
        return PLAIN

    def wants(self, node: Node, wanted: Unit, says: str) -> None:
        if (unit := self.node(node)) is not None:
            self._wants(node, unit, wanted, says)

    def _wants(self, node: Node, unit: Unit, wanted: Unit, says: str) -> None:
        if not unit.fits(wanted):
            self.unlike.append(Unlike(says.format(_operand(node, unit)), node, unit, wanted))

    def alike(self, terms: list[tuple[str, Node]], says: str) -> Unit | None:
        """The unit of terms that should all have one; the commonest counts as meant, and each other is unlike."""
        known = [_Term(sign, term, unit) for sign, term in terms if (unit := self.node(term)) is not None]
        real = [term for term in known if term.unit.sort != "zero"]
        if not real:
            return ZERO if known else None
        counts = Counter(term.unit for term in real)
        meant = max(counts, key=lambda unit: (counts[unit], unit == self.declared))
        first = next(term for term in real if term.unit == meant)
        strays = [term for term in real if not first.goes_with(term)]
        for stray in strays:
            early, late = sorted((first, stray), key=known.index)
            form = "takes {1} from {0}" if late.sign == "-" else says
            text = form.format(_operand(early.node, early.unit), _operand(late.node, late.unit))
            self.unlike.append(Unlike(text, stray.node, stray.unit, meant))
        if strays:
            return None
        if all(term.unit.is_flag for term in real):
            return PLAIN if any(term.sign == "+" for term in real) else FLAG
        return next((term.unit for term in real if term.unit.is_count), first.unit)


class _Term(NamedTuple):
    """A term of a sum, or one of several values that should be alike."""

    sign: str
    node: Node
    unit: Unit

    def goes_with(self, other: _Term) -> bool:
        """Whether the two go together; 1 beside years is one year."""
        ones = (self.node, other.unit), (other.node, self.unit)
        return self.unit.fits(other.unit) or any(node == Constant(1) and unit == YEARS for node, unit in ones)


def _terms(node: Node) -> list[tuple[str, Node]]:
    """The terms of a sum, each with its sign."""
    if isinstance(node, Arithmetic) and node.sign in "+-":
        return [*_terms(node.left), (node.sign, node.right)]
    return [("", node)]


# What a message says


def _words(unit: Unit) -> str:
    return "a plain number" if unit.is_plain else unit.plainly


def _operand(node: Node, unit: Unit) -> str:
    text = written(node)
    return f"{_words(unit)} ({text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'})"


def _hint(wrong: Unlike, line: Line, lines: Mapping[str, Line], units: Mapping[str, Unit | None]) -> str:
    """What would mend it: a factor, another unit of something that it reads, or another unit of its own."""
    operand = wrong.operand
    if isinstance(operand, Constant):
        return f"{operand.value} is a plain number: give the figure a name and the unit {wrong.wanted.plainly}."
    factor = wrong.wanted / wrong.unit
    if factor in (YEARS, PLAIN / YEARS) and ("year", -1) in (*wrong.unit.powers, *wrong.wanted.powers):
        return "A figure of one year is written £ or £ a year. £ per year is divided by years: multiply it by years."
    what = "it" if wrong.is_whole or len(written(operand)) > _LONGEST else written(operand)
    along_rows = any("." in name for name in names_in(line.formula))
    known = [name for name, unit in units.items() if name != line.name and ("." not in name or along_rows)]
    steps = [("Multiply", factor), ("Divide", PLAIN / factor)]
    if all(power < 0 for _, power in factor.powers):
        steps.reverse()
    step, by = next((way for way in steps if any(units[name] == way[1] for name in known)), steps[0])
    such_as = [name for name in known if units[name] == by][:3]
    ways = [f"{step} {what} by {_words(by)}" + (f" (such as {', '.join(such_as)})" if such_as else "")]
    if factor.is_conversion and (MONEY, -1) in factor.powers and " prices)" in str(wrong.wanted):
        ways.append(f"write real({what}), where the appraisal is at those prices")
    ways += _other_unit(operand, factor, lines, units)
    if wrong.is_whole and "×" not in wrong.unit.plainly:
        ways.append(f"write unit: {wrong.unit.plainly}")
    named = [f"{name} ({_words(unit)})" for name in names_in(operand) if (unit := units.get(name)) is not None]
    reads = f"\nIt reads {', '.join(named)}." if 0 < len(named) <= 5 and operand != Name(what) else ""
    return f"{', or '.join(ways)}.{reads}"


def _other_unit(operand: Node, factor: Unit, lines: Mapping[str, Line], units: Mapping[str, Unit | None]) -> list[str]:
    """Another unit for an assumption that the operand is multiplied or divided by, which would mend it."""
    found = []
    for name, divides in _factors(operand):
        unit = units.get(name)
        if unit is not None and (name not in lines or (lines[name].is_input and lines[name].where)):
            other = unit / factor if divides else unit * factor
            found.append((len(other.powers), f"give {name} the unit {other.plainly}"))
    found = [way for way in found if 1 < way[0] <= 3]
    return [min(found, key=lambda way: way[0])[1]] if found else []


def _factors(node: Node, divides: bool = False) -> list[tuple[str, bool]]:
    """The names that a product is made of, each with whether it is divided by."""
    match node:
        case Name(name):
            return [(name, divides)]
        case Arithmetic("*" | "/" as sign, left, right):
            return [*_factors(left, divides), *_factors(right, divides != (sign == "/"))]
        case Call(function, of) if function.carries_unit:
            return [factor for part in of for factor in _factors(part, divides)]
    return []


def _nearest(node: Node, lines: Mapping[str, Line]) -> Position | None:
    """Where a line that a section wrote can be mended: at the last of the names that it reads."""
    return next((lines[name].where for name in reversed(names_in(node)) if name in lines and lines[name].where), None)
