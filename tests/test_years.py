"""Years and runs of them as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.years import Year, read_year, read_years, run_of_years


@pytest.mark.parametrize("text", ["2022/23", "22/23", "2022-23", "2022/2023", " 2022/23 ", "2022 / 23"])
def test_a_financial_year(text: str) -> None:
    assert read_year(text) == Year(2022)
    assert str(read_year(text)) == "2022/23"


def test_a_calendar_year() -> None:
    assert read_year("2022") == Year(2022, financial=False)
    assert (str(read_year("2022")), read_year("2022").prose) == ("2022", "2022")


def test_the_turn_of_a_century() -> None:
    assert str(read_year("1999/00")) == "1999/00"
    assert read_year("1999/2000").start == 1999


@pytest.mark.parametrize("text", ["", "2022/24", "2022/22", "23/22", "2022/3", "twenty", "2022/23/24", "12:30", "202"])
def test_what_is_no_year(text: str) -> None:
    with pytest.raises(ValueError, match="is not a year"):
        read_year(text)


def test_a_run_of_years() -> None:
    assert [str(year) for year in read_years("2022/23 to 2025/26")] == ["2022/23", "2023/24", "2024/25", "2025/26"]
    assert read_years("2022/23") == (Year(2022),)
    assert run_of_years(read_years("2022/23 to 2025/26")) == "2022/23 to 2025/26"
    assert run_of_years(read_years("2022/23")) == "2022/23"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2025/26 to 2022/23", "the years are out of order: 2022/23 is before 2025/26"),
        ("2022/23 to 2025", "mixes a financial year and a calendar year"),
        ("2022/23 to 2023/24 to 2024/25", "is not a run of years"),
        ("2022/23 - 2025/26", "is not a year"),
        ("1000/01 to 2025/26", "over 300 years"),
    ],
)
def test_what_is_no_run_of_years(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_years(text)


@given(st.integers(1000, 9998))
def test_a_year_is_read_as_it_is_written(start: int) -> None:
    for year in (Year(start), Year(start, financial=False)):
        assert read_year(str(year)) == year
        assert year.name.replace("_", "/") == str(year)


@given(st.text())
def test_any_text_is_years_or_a_sentence_that_says_why_not(text: str) -> None:
    for read in (read_year, read_years):
        try:
            read(text)
        except ValueError as problem:
            said = str(problem)
            assert "year" in said


def test_white_space_in_a_run_of_years_may_be_long() -> None:
    gap = "\t" + 100_000 * " "
    assert read_years(f"2022/23{gap}to{gap}2023/24") == (Year(2022), Year(2023))
    with pytest.raises(ValueError, match="is not a year"):
        read_years(f"2022/23{gap}2023/24")
