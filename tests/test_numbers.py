"""Numbers as people write them, and as they are shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.numbers import in_prose, plain, read_number, round_half_up, shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14%", 0.14),
        ("14.38%", 0.1438),
        ("14 per cent", 0.14),
        ("-2.5%", -0.025),
        ("£16,000", 16_000),
        ("£11,077.50", 11_077.5),
        ("-£300", -300),
        ("£-300", -300),
        ("−£300", -300),
        ("£88m", 88e6),
        ("£88 million", 88e6),
        ("£1.2 billion", 1.2e9),
        ("£1.2bn", 1.2e9),
        ("280k", 280_000),
        ("10_600", 10_600),
        ("1,234,567.5", 1_234_567.5),
        ("50% of a year", 0.5),
        ("3% a year", 0.03),
        ("010", 10),
        ("0", 0),
        (" 7 ", 7),
        ("£0.1m", 100_000),
        ("2.61", 2.61),
        ("1.1 trillion", 1.1e12),
    ],
)
def test_a_number_is_read_as_a_person_means_it(text: str, value: float) -> None:
    assert read_number(text).value == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no value"),
        ("about 5", "is not a number"),
        ("28,00,00", "commas that do not mark thousands"),
        ("1,5", "commas that do not mark thousands"),
        ("£5%", "both money and a percentage"),
        ("1 2", "is not a number"),
        ("5 of a year", "is not a number"),
        ("1e6", "is not a number"),
        ("nan", "is not a number"),
        ("inf", "is not a"),
        ("12:30", "is not a number"),
        ("yes", "is not a number"),
        ("£", "is not a number"),
        ("1.2.3", "is not a number"),
        ("0x10", "is not a number"),
        ("£88mm", "is not a number"),
        ("5--3", "is not a number"),
        (".5", "is not a number"),
    ],
)
def test_what_is_no_number_is_said(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_number(text)


def test_a_number_remembers_how_it_was_written() -> None:
    assert read_number("£16,000")[1:] == (True, False, 0)
    assert read_number("14.38%")[1:] == (False, True, 4)


@given(st.text())
def test_any_text_is_a_number_or_a_sentence_that_says_why_not(text: str) -> None:
    try:
        read_number(text)
    except ValueError as problem:
        said = str(problem)
        assert said


@given(st.integers(-(10**14), 10**14), st.integers(0, 4))
def test_what_is_shown_is_read_back(whole: int, decimals: int) -> None:
    value = float(Decimal(whole).scaleb(-decimals))
    for money in (False, True):
        assert read_number(shown(value, decimals, money=money)).value == value


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-2.5, 0, "-3"),
        (2.4999999, 0, "2"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (808_762.5, 0, "808763"),
        (334_162.4999999999, 0, "334163"),
        (87_836_028.58, -6, "88000000"),
        (499_999, -6, "0"),
        (500_000, -6, "1000000"),
        (0.0, 2, "0.00"),
    ],
)
def test_rounding_is_half_away_from_zero_on_the_digits_that_a_spreadsheet_shows(
    value: float, decimals: int, rounded: str
) -> None:
    assert plain(value, decimals) == rounded


@given(st.floats(-1e15, 1e15, allow_nan=False), st.integers(-3, 4))
def test_rounding_moves_a_figure_by_no_more_than_half(value: float, decimals: int) -> None:
    half = Decimal(1).scaleb(-decimals) / 2
    assert abs(round_half_up(value, decimals) - Decimal(value)) <= half + abs(Decimal(value)) * Decimal("1e-14")
    assert round_half_up(-value, decimals) == -round_half_up(value, decimals)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (87_836_028.58, "£87.8 million"),
        (1.2e9, "£1.2 billion"),
        (850_000, "£850,000"),
        (999_999_999, "£1 billion"),
        (1_000_000, "£1 million"),
        (999_999, "£999,999"),
        (-5.04e6, "-£5.04 million"),
        (756e6, "£756 million"),
        (15.1234e12, "£15.1 trillion"),
        (0, "£0"),
        (771_120_000, "£771 million"),
    ],
)
def test_a_figure_in_a_sentence(value: float, text: str) -> None:
    assert in_prose(value) == text


def test_a_figure_in_a_table() -> None:
    assert shown(9_507_392.4) == "9,507,392"
    assert shown(250, money=True) == "£250"
    assert shown(-250, money=True) == "-£250"
    assert shown(0.14, percent=True) == "14%"
    assert shown(0.1438, 2, percent=True) == "14.38%"
