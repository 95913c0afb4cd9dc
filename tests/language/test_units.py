"""Units: what is read off a person's words once, for all who show figures or check them."""

import pytest

from costmodel.language.nouns import one_counted
from costmodel.language.units import POUNDS, Unit, read_unit

KINDS = ("is_money", "is_amount", "is_share", "is_rate", "is_percent", "is_index", "is_flag", "is_year", "is_staff",
         "is_text", "counts_things", "has_money", "is_money_per_money")  # fmt: skip


def kinds(unit: Unit) -> set[str]:
    return {kind for kind in KINDS if getattr(unit, kind)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£", {"is_money", "is_amount", "has_money"}),
        ("£ (2024 prices)", {"is_money", "is_amount", "has_money"}),
        ("£ a year", {"is_money", "is_amount", "has_money"}),
        ("£ per team", {"is_money", "has_money"}),
        ("£ (2024 prices) per £", {"is_money", "has_money", "is_money_per_money"}),
        ("share", {"is_share", "is_percent"}),
        ("share of salary", {"is_share", "is_percent"}),
        ("rate a year", {"is_rate", "is_percent"}),
        ("rate per 1,000 births", set()),
        ("ratio", set()),
        ("index", {"is_index"}),
        ("flag", {"is_flag"}),
        ("year", {"is_year"}),
        ("years", set()),
        ("WTE", {"is_staff", "counts_things"}),
        ("WTE per team", {"is_staff", "counts_things"}),
        ("teams", {"counts_things"}),
        ("ratepayers", {"counts_things"}),
        ("shareholders", {"counts_things"}),
        ("yearlings", {"counts_things"}),
        ("flagships", {"counts_things"}),
        ("text", {"is_text"}),
    ],
)
def test_what_kind_of_figure_a_unit_is_of(text: str, expected: set[str]) -> None:
    assert kinds(read_unit(text)) == expected


def test_a_unit_shows_as_it_was_written_and_is_equal_by_what_it_counts() -> None:
    assert str(read_unit("£ for every child a year")) == "£ for every child a year"
    assert read_unit("£ for every child a year") == read_unit("£ per child")
    assert read_unit("£ a year") == POUNDS
    assert read_unit("£ (2024 prices)").prices == "2024 prices"
    assert read_unit("£ (2024 prices) per child").without_prices == "£ per child"


@pytest.mark.parametrize(
    ("text", "of_one", "of_two"),
    [
        ("teams", "team", "teams"),
        ("classes", "class", "classes"),
        ("boxes", "box", "boxes"),
        ("families", "family", "families"),
        ("authorities", "authority", "authorities"),
        ("people", "person", "people"),
        ("children", "child", "children"),
        ("babies reached", "baby reached", "babies reached"),
        ("ratepayers", "ratepayer", "ratepayers"),
        ("WTE per team", "WTE per team", "WTE per team"),
        ("£ per team", "per team", "per team"),
        ("£", "", ""),
        ("share of salary", "", ""),
    ],
)
def test_what_follows_a_figure_says_one_of_one(text: str, of_one: str, of_two: str) -> None:
    unit = read_unit(text)
    assert (unit.beside(1), unit.beside(2)) == (of_one, of_two)


def test_the_noun_of_what_is_counted_is_put_in_the_singular_and_not_what_is_said_of_it() -> None:
    assert one_counted("years of age") == "year of age"
    assert one_counted("health visitors trained") == "health visitor trained"
