"""What expressions come to, over cells: as other spreadsheet engines have it, and refused where this one does not."""

from __future__ import annotations

import ironcalc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.spreadsheets.package import Value
from costmodel.spreadsheets.syntax import read_expression
from costmodel.spreadsheets.working_out import ErrorValue, value_of

CELLS: dict[tuple[str, int, int], Value] = {
    ("", 1, 1): 3.0, ("", 1, 2): -4.5, ("", 1, 3): 0.0, ("", 1, 4): "[z]", ("", 1, 5): "High",
    ("Other", 1, 1): 7.0, ("Other", 2, 1): "base", ("Other", 3, 1): "high", ("Other", 4, 1): True,
}  # fmt: skip


def comes_to(text: str) -> Value:
    """The value, or the code of the error."""
    try:
        return value_of(read_expression(text), lambda *spot: CELLS[spot])
    except ErrorValue as error:
        return str(error)


FORMULAS = [
    "A1", "Other!A1", "-A1^2", "A1+B1*2", "(A1-B1)/A1", "A1/C1", "A1%", "1+0*SUM(A1:E1)", "A1+D1", "-D1", "+B1",
    "SUM(A1:E1)", "MIN(A1:E1)", "MAX(A1:C1,-MIN(A1:C1))", "MAX(D1:E1)", "MIN(A1,Other!A1)", "ABS(B1)", "ABS(D1)",
    "IF(A1>B1,1,0)", 'IF(AND(A1>=3,B1<0),"yes","no")', "IF(OR(A1<>3,C1<>0),1,0)", 'IF(A1=3,"x",D1/C1)', "IF(C1,1,2)",
    'IFERROR(A1/C1,"[z]")', "IFERROR(D1-A1,0)", "IFERROR(A1/B1,0)", "IFERROR(1/C1,1/C1)",
    'D1="[Z]"', 'E1="high"', "D1=A1", "D1<>A1", "D1>A1", "TRUE>E1", "A1<=3", "A1<3", "B1>=-4.5",
    "INDEX(A1:C1,2)", "INDEX(A1:E1,MATCH(E1,A1:E1,0))", "INDEX(A1:C1,4)", "INDEX(A1:C1,A1-A1+1)", "INDEX(A1:C1,D1)",
    "MATCH(E1,Other!A1:A3,0)", "MATCH(9,A1:E1,0)", "MATCH(A1,A1:E1,0)", "AND(A1,C1)", "OR(A1,C1)", "#N/A",
    "IF(AND(MIN(A1:C1)>=0,MAX(A1:C1)<=1),1,0)", "IF(ABS(A1-Other!A1)<=B1*MAX(A1:C1,-MIN(A1:C1)),1,0)",
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> ironcalc.Model:
    model = ironcalc.create("book", "en-GB", "UTC", "en")
    model.add_sheet("Other")
    for (sheet, row, column), value in CELLS.items():
        model.set_user_input(int(sheet == "Other"), row, column, str(value).upper() if value is True else str(value))
    return model


@pytest.mark.parametrize("text", FORMULAS)
def test_an_expression_comes_to_what_another_engine_makes_of_it(text: str, engine: ironcalc.Model) -> None:
    engine.set_user_input(0, 9, 9, f"={text}")
    engine.evaluate()
    expected = engine.get_cell_value(0, 9, 9)
    found = comes_to(text)
    if isinstance(expected, float) and not isinstance(found, str | bool):
        assert found == pytest.approx(expected, rel=1e-14)
    else:
        assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    "text", ['"1"+A1', 'A1&"x"', "MEDIAN(A1:C1)", "on_cost_rate", "IF(A1,,2)", "MATCH(A1,A1:E1,1)", "INDEX(A1:C1,1,1)"]
)
def test_what_this_project_does_not_write_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(NotImplementedError):
        comes_to(text)


def test_a_cell_that_was_not_written_is_no_zero() -> None:
    with pytest.raises(KeyError):
        comes_to("A2+1")


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_a_sum_is_added_as_the_engine_adds(values: list[float]) -> None:
    import numpy as np

    tree = read_expression(f"SUM(A1:A{len(values)})")
    assert value_of(tree, lambda _, row, column: values[row - 1]) == float(np.array(values).sum())
