"""Every formula of a line reads back to the line's own; one in which a fault was planted does not."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from helpers import PROPOSALS, SHIPPED, write_proposal
from random_models import random_model

import costmodel
from costmodel.analysis.results import Costed
from costmodel.language.functions.cell_by_cell import CellByCell
from costmodel.language.tree import Name
from costmodel.model.line import Line
from costmodel.spreadsheets.cells import column_letters, column_number
from costmodel.workbook.plan import Plan
from costmodel.workbook.proof import NotProven, Proof
from costmodel.workbook.reading_back import OPENING
from costmodel.workbook.write import workbook_bytes

FOLDERS = [file.parent for root in (SHIPPED, PROPOSALS) for file in sorted(root.glob("*/proposal.yaml"))]
SEEDS = range(0, 208, 16)
"""Random models in whose formulas faults are planted; none of the whole run of them may be found at fault."""


RARE = {
    "power_with_a_sign": "-(a ** b / c)",
    "power_taken_away": "a - a ** b / c",
    "power_of_a_sign": "(-a) ** b",
    "sum_in_brackets": "(a + b) * c",
    "at_most": "c if a <= b else b",
    "divisor_in_brackets": "a / (b / c)",
    "product_below": "a / (b * c)",
    "taken_away_in_brackets": "a - (b - c)",
    "put_together_from_the_right": "a + (b - c) + 1",
    "down": "floor(a)",
    "both_guarded": "b != 0 and a / b > c",
    "either_guarded": "b == 0 or a / b > c",
    "three_guarded": "b != 0 and a / b > c and c > 0",
    "as_a_number": "(a > b) + (b > c)",
    "truth_of_a_figure": "(1 if a else 0) or not b",
}
"""Formulas that neither proposals nor random models have many of."""


class Held(NamedTuple):
    """The formula of a line's cell, and what holds it against the model."""

    proof: Proof
    line: Line
    row: int
    year: int | None
    text: str


def formulas_of(costed: Costed) -> list[Held]:
    """Every formula of every line of a proposal: that each can be asked for is the proof."""
    plan, found = Plan(costed), []
    proof = Proof(plan.model, plan.layout)
    for line in plan.layout.calculations.lines + plan.layout.checks.lines:
        years: list[int | None] = list(range(len(plan.model.years))) if line.shape.by_year else [None]
        opening: list[int | None] = [OPENING] if isinstance(line.opening, Name) else []
        for row in range(plan.model.rows_of(line)):
            found += [Held(proof, line, row, year, plan.formula(line, row, year)) for year in opening + years]
    return found


def costed_at_random(seed: int, root: Path) -> Costed:
    return costmodel.load(random_model(seed).write(root), assumptions=root)


def costed_as_written(formulas: Mapping[str, str], root: Path) -> Costed:
    """A proposal with three assumptions, and lines."""
    about = {"unit": "number", "reason": "Made up.", "grade": "illustrative"}
    given = {name: {"label": name, "value": value, **about} for name, value in (("a", 4), ("b", 3), ("c", 2))}
    lines = {name: {"label": name, "unit": "number", "formula": text} for name, text in formulas.items()}
    proposal = {"title": "Rare formulas", "years": "2022/23 to 2024/25"}
    document = {"proposal": proposal, "assumptions": given, "lines": lines}
    write_proposal(root / "rare", {"proposal.yaml": yaml.safe_dump(document, sort_keys=False)})
    return costmodel.load(root / "rare", SHIPPED)


@functools.cache
def corpus() -> list[Held]:
    found = [held for folder in FOLDERS for held in formulas_of(costmodel.load(folder, SHIPPED))]
    with tempfile.TemporaryDirectory() as root:
        found += formulas_of(costed_as_written(RARE, Path(root)))
        for seed in SEEDS:
            found += formulas_of(costed_at_random(seed, Path(root)))
    return found


def test_every_formula_of_shipped_and_of_test_proposals_is_proven() -> None:
    for folder in FOLDERS:
        assert formulas_of(costmodel.load(folder, SHIPPED)), folder


@pytest.mark.parametrize("seeds", [range(start, start + 52) for start in range(1000, 1208, 52)], ids=lambda one: one[0])
def test_every_formula_of_random_models_is_proven(seeds: range, tmp_path: Path) -> None:
    for seed in seeds:
        assert formulas_of(costed_at_random(seed, tmp_path)), seed


def test_a_formula_that_is_not_its_lines_stops_the_writing_with_the_cell_and_both_formulas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    costed = costed_as_written({"least": "min(a, b)"}, tmp_path)
    monkeypatch.setattr(CellByCell, "excel", lambda function, cell, of: f"MAX({','.join(map(cell.number, of))})")
    with pytest.raises(NotProven) as raised:
        workbook_bytes(costed.run())
    assert str(raised.value) == (
        "Calculations!D6, of least, is =MAX(Inputs!$D$6,Inputs!$D$7), which reads back as max(a, b), "
        "and should be min(a, b)"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=MEDIAN(Inputs!$D$6,Inputs!$D$7)", "MEDIAN(Inputs!$D$6,Inputs!$D$7) is no function of the language"),
        ("=MIN(Inputs!$D$6,Nowhere!$D$7)", "Nowhere!$D$7 is no line of the model, or more than one"),
        ("=MIN(Inputs!$D$6,Inputs!$D7)", "Inputs!$D7 has a $ too many or too few"),
        ("=MIN(Inputs!$D$6,3)", "3 is no number that the model has"),
        ("=MIN(Inputs!$D$6", "'=MIN(Inputs!$D$6' cannot be read from '' on"),
    ],
)
def test_what_cannot_be_read_back_is_said_with_the_reason(text: str, why: str, tmp_path: Path) -> None:
    held = formulas_of(costed_as_written({"least": "min(a, b)"}, tmp_path))[0]
    with pytest.raises(NotProven, match=re.escape(why)):
        held.proof.holds(held.line, held.row, held.year, text)


# Faults: each takes a text, and gives it with the fault at every place that it can have

REFERENCE = re.compile(r"(?<![A-Za-z$!:])(\$?)([A-Z]{1,2})(\$?)(\d+)(?![\d(:])")
CELL = r"(?:(?:'[^']+'|\w+)!)?\$?[A-Z]+\$?\d+"
RANGE = re.compile(r"(\$?)([A-Z]{1,2})(\$?)(\d+):(\$?)([A-Z]{1,2})(\$?)(\d+)")
Fault = Callable[[str], Iterator[str]]


def put(old: str, new: str) -> Fault:
    """A pattern, at each place where it is found, and what is put there."""

    def plant(text: str) -> Iterator[str]:
        for found in re.finditer(old, text):
            yield text[: found.start()] + found.expand(new) + text[found.end() :]

    return plant


def moved(pattern: re.Pattern[str], down: int, right: int, *ends: int) -> Fault:
    """A reference, or some ends of a range, moved."""

    def plant(text: str) -> Iterator[str]:
        for found in pattern.finditer(text):
            parts = [list(found.groups()[at : at + 4]) for at in range(0, len(found.groups()), 4)]
            for part in [parts[end] for end in ends]:
                part[1] = column_letters(max(1, column_number(part[1]) + right))
                part[3] = str(int(part[3]) + down)
            yield text[: found.start()] + ":".join(map("".join, parts)) + text[found.end() :]

    return plant


FAULTS: dict[str, Fault] = {
    "brackets of a sum left out": put(rf"\(({CELL}[+-]{CELL})\)(?=[*/])", r"\1"),
    "brackets of what is taken away left out": put(rf"-\(({CELL}[+-]{CELL})\)", r"-\1"),
    "brackets of a divisor left out": put(rf"/\(({CELL}[*/]{CELL})\)", r"/\1"),
    "a plus for a minus": put(r"(?<=\d)-(?=\$?[A-Z])", "+"),
    "a minus for a plus": put(r"(?<=\d)\+(?=\$?[A-Z(])", "-"),
    "a division for a product": put(r"(?<=\d)\*(?=\$?[A-Z(])", "/"),
    "a product for a power": put(r"\^", "*"),
    "a sign left out": put(rf"\(-({CELL})\)", r"\1"),
    "a sign before a power for one of all of it": put(r"0-(?=[^,]*\^)", "-"),
    "operands of a minus swapped": put(rf"=({CELL})-(?!\1)({CELL})$", r"=\2-\1"),
    "operands of a division swapped": put(rf"=({CELL})/(?!\1)({CELL})$", r"=\2/\1"),
    "operands of a power swapped": put(rf"({CELL})\^(?!\1)({CELL})", r"\2^\1"),
    "at most for below": put(r"(?<=\d)<(?![=>])", "<="),
    "below for at most": put(r"(?<=\d)<=", "<"),
    "above for below": put(r"(?<=\d)<(?![=>])", ">"),
    "at least for above": put(r"(?<=\d)>(?!=)", ">="),
    "equal for not equal": put(r"<>", "="),
    "exactly equal for nearly equal": put(rf"ABS\(({CELL})-({CELL})\)<=[^,]*MAX\([^,]*,[^,]*\)\)", r"\1=\2"),
    "a tolerance of another size": put(r"(?<=\*)MAX(?=\(ABS)", "MIN"),
    "a column let go": put(r"\$([A-Z]+\$?\d)", r"\1"),
    "a row let go": put(r"([A-Z])\$(\d)", r"\1\2"),
    "a column held": put(r"(?<![A-Za-z$'!])([A-Z]{1,2}\d)", r"$\1"),
    "a row held": put(r"(?<![A-Za-z$'!])(\$?[A-Z]{1,2})(\d)", r"\1$\2"),
    "a reference a row down": moved(REFERENCE, 1, 0, 0),
    "a reference a row up": moved(REFERENCE, -1, 0, 0),
    "a reference a column on": moved(REFERENCE, 0, 1, 0),
    "a reference a column back": moved(REFERENCE, 0, -1, 0),
    "a range that starts a row late": moved(RANGE, 1, 0, 0),
    "a range that ends a row late": moved(RANGE, 1, 0, 1),
    "a range that ends a row early": moved(RANGE, -1, 0, 1),
    "a total that leaves the first year out": moved(RANGE, 0, 1, 0),
    "a total that leaves the last year out": moved(RANGE, 0, -1, 1),
    "a total with a column too many": moved(RANGE, 0, 1, 1),
    "the flags of another period": moved(re.compile(RANGE.pattern + r"(?=\))"), 1, 0, 0, 1),
    "another sheet": put(r"(?:Inputs|Timeline|'Scenario values')!", "Summary!"),
    "a sheet left out": put(r"(?:'[^']+'|\b[A-Z][\w]*)!(?=\$?[A-Z]+\$?\d+(?!:))", ""),
    "the smallest for the largest": put(r"MAX(?=\()(?!\(ABS)", "MIN"),
    "the largest for the smallest": put(r"MIN(?=\()", "MAX"),
    "the largest for the sum": put(r"SUM(?=\()", "MAX"),
    "rounded down for rounded up": put(r"ROUNDUP", "ROUNDDOWN"),
    "rounded to tenths": put(r"(ROUNDUP\([^()]*),0\)", r"\1,1)"),
    "a logarithm for a power of e": put(r"EXP", "LN"),
    "a power of e for a logarithm": put(r"LN", "EXP"),
    "a quantile for a probability": put(r"NORMSDIST", "NORMSINV"),
    "a probability for a quantile": put(r"NORMSINV", "NORMSDIST"),
    "a size left out": put(rf"(?<![\w*,(])ABS\(({CELL})\)", r"\1"),
    "one for nothing": put(r"(?<=[,=(+*-])1(?=[,)+*-])", "0"),
    "nothing for one": put(r"(?<=,)0(?=\)$)(?<!ROUNDUP\(....,0)", "1"),
    "ways of a choice swapped": put(r",1,0\)", ",0,1)"),
    "a choice the other way round": put(rf",({CELL}),(?!\1)({CELL})\)$", r",\2,\1)"),
    "or for and": put(r"\bAND(?=\()", "OR"),
    "and for or": put(r"\bOR(?=\()", "AND"),
    "a not left out": put(r"NOT\(([^()]*)\)", r"\1"),
    "a part that may have no value worked out always": put(r"IF\((IF\(.*\)|[^(),]*),([^,]*),FALSE\)", r"AND(\1,\2)"),
    "the nearest year for the year itself": put(r"(?<=,)0(?=\)\))", "1"),
    "a year of another line": put(r"(?<=MATCH\()(.*?)\$D\$(\d)(?=\d*,)", r"\1$D$1\2"),
    "pay that starts late": put(r'"<="&', '"<"&'),
    "pay that ends late": put(r'">"&', '">="&'),
    "a column of the pay scale for another": put(r"(?<=SUMIFS\('Pay scale'!)\$F\$(\d+):\$F", r"$E$\1:$E"),
    "a figure rounded": put(r"^=(.*)$", r"=ROUND(\1,0)"),
    "something added": put(r"^=(.*)$", r"=\1+1"),
    "nothing at all": put(r"^=.*$", "=0+0"),
    "a number written in": put(rf"(?<![:A-Z!$\d]){CELL}$", "100"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_wherever_it_is_planted(fault: str) -> None:
    planted, missed = 0, []
    for held in corpus():
        for text in FAULTS[fault](held.text):
            if text == held.text:
                continue
            planted += 1
            try:
                held.proof.holds(held.line, held.row, held.year, text)
            except NotProven:
                continue
            missed.append(f"{held.line.name}[{held.row}] in {held.year}: {held.text} as {text}")
    assert planted, "it is planted nowhere"
    assert missed == []
