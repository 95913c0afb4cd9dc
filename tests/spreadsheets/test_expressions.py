"""Formulas as trees: what is written reads back to the same tree, with the precedence that Excel has."""

from __future__ import annotations

import zipfile

import pytest
from helpers import OUTPUTS
from hypothesis import given
from hypothesis import strategies as st

from costmodel.spreadsheets.cells import Box, column_letters, column_number
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
    as_text,
)
from costmodel.spreadsheets.parsing import LAST_COLUMN, LAST_ROW
from costmodel.spreadsheets.syntax import Unreadable, read_expression

FREE, FIXED = (False,) * 4, (True,) * 4
A1, B1, C1 = (Area(Box(1, column, 1, column), FREE) for column in (1, 2, 3))
FUNCTIONS = st.sampled_from(("SUM", "IF", "LOG10", "NORMSDIST", "_XLFN.IRR"))


@st.composite
def areas(draw: st.DrawFn) -> Area:
    rows = sorted(draw(st.tuples(*[st.integers(1, LAST_ROW)] * 2)))
    columns = sorted(draw(st.tuples(*[st.integers(1, LAST_COLUMN)] * 2)))
    fixed, sheet = (
        draw(st.tuples(*[st.booleans()] * 4)),
        draw(st.sampled_from(("", "Team", "Pay scale", "A1", "It's", "Âge"))),
    )
    if draw(st.booleans()):
        return Area(Box(rows[0], columns[0], rows[1], columns[1]), fixed, sheet, True)
    return Area(Box(rows[0], columns[0], rows[0], columns[0]), (*fixed[:2], *fixed[:2]), sheet)


LEAVES: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Numeral, st.integers(0, 2**53) | st.floats(0, allow_infinity=False, allow_nan=False)),
    st.builds(Quoted, st.text(max_size=6)),
    st.builds(Truth, st.booleans()),
    st.builds(Fault, st.sampled_from(("#N/A", "#DIV/0!", "#NAME?"))),
    st.builds(Named, st.sampled_from(("team.wte", "on_cost_rate", "Ünit"))),
    areas(),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Unary, st.sampled_from("+-"), parts),
        st.builds(Percent, parts),
        st.builds(Binary, st.sampled_from(sorted(BINDS)), parts, parts),
        st.builds(Applied, FUNCTIONS, st.just(()) | st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(Applied, FUNCTIONS, st.tuples(parts, st.just(LeftOut()), parts)),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_what_is_written_reads_back_to_the_same_tree(tree: Expression) -> None:
    assert read_expression("=" + as_text(tree)) == tree


@given(EXPRESSIONS)
def test_a_tree_has_one_text(tree: Expression) -> None:
    assert as_text(read_expression(as_text(tree))) == as_text(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("-A1^2", Binary("^", Unary("-", A1), Numeral(2))),
        ("A1^B1^C1", Binary("^", Binary("^", A1, B1), C1)),
        ("A1^-B1", Binary("^", A1, Unary("-", B1))),
        ("A1-B1-C1", Binary("-", Binary("-", A1, B1), C1)),
        ("A1-(B1-C1)", Binary("-", A1, Binary("-", B1, C1))),
        ("A1/B1*C1", Binary("*", Binary("/", A1, B1), C1)),
        ("A1+B1*C1", Binary("+", A1, Binary("*", B1, C1))),
        ("-A1%", Percent(Unary("-", A1))),
        ("A1*B1%", Binary("*", A1, Percent(B1))),
        ("A1^B1%", Binary("^", A1, Percent(B1))),
        ("A1+B1&C1", Binary("&", Binary("+", A1, B1), C1)),
        ("A1&B1=C1", Binary("=", Binary("&", A1, B1), C1)),
        ("A1<B1=C1", Binary("=", Binary("<", A1, B1), C1)),
        ("- -A1", Unary("-", Unary("-", A1))),
        ("1.5E3", Numeral(1500)),
        ("sum( A1 , B1 )", Applied("SUM", (A1, B1))),
        ("IF(A1,,B1)", Applied("IF", (A1, LeftOut(), B1))),
        ("TRUE()", Applied("TRUE", ())),
        ("true", Truth(True)),
        ("LOG10(A1)", Applied("LOG10", (A1,))),
        ('"a""b"', Quoted('a"b')),
        ("'It''s'!$B$2:$C$3", Area(Box(2, 2, 3, 3), FIXED, "It's", True)),
        ("Team!A$1", Area(Box(1, 1, 1, 1), (True, False, True, False), "Team")),
        ("A1:A1", Area(Box(1, 1, 1, 1), FREE, "", True)),
        ("C3:B2", Area(Box(2, 2, 3, 3), FREE, "", True)),
        ("B:$C", Area(Box(1, 2, LAST_ROW, 3), (True, False, True, True), "", True)),
        ("$2:3", Area(Box(2, 1, 3, LAST_COLUMN), (True, True, False, True), "", True)),
    ],
)
def test_precedence_and_references_are_those_of_excel(text: str, tree: Expression) -> None:
    assert read_expression(f"={text}") == tree


@pytest.mark.parametrize(
    "text",
    ["", "(A1", "A1)", "A1 B1", "A1+", "*A1", "{1,2}", "SUM(A1", '"a', "Table[Column]", "[1]Sheet!A1", "'[1]S'!A1",
     "A1:B2:C3", "XFE1", "A0", "A1048577", "1.2.3", "A1 A2", "A1#", "@A1", "S1:S3!A1", "#SPILL!"],
)  # fmt: skip
def test_what_the_trees_do_not_have_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_expression(f"={text}")


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_what_is_no_numeral_cannot_be_written(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be written out"):
        as_text(Numeral(value))


def test_columns_have_the_letters_that_openpyxl_gives_them() -> None:
    from openpyxl.utils import get_column_letter

    letters = [column_letters(column) for column in range(1, LAST_COLUMN + 1)]
    assert letters == [get_column_letter(column) for column in range(1, LAST_COLUMN + 1)]
    assert [column_number(found) for found in letters] == list(range(1, LAST_COLUMN + 1))


def test_every_formula_that_ships_reads() -> None:
    import html
    import re

    texts = set()
    for file in OUTPUTS.glob("*/base/workbook.xlsx"):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    texts |= set(map(html.unescape, re.findall("<f>([^<]*)</f>", archive.read(name).decode())))
    assert len(texts) > 1000
    for text in texts:
        tree = read_expression(text)
        assert read_expression(as_text(tree)) == tree
