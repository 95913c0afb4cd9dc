"""Mistakes are data first: one class each with its rule, all reported at once, in the order of their places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from costmodel.errors import (
    BadInput,
    Caution,
    Mistake,
    Mistakes,
    Position,
    TeamDoesNotAdd,
    UnknownBand,
    UnknownKey,
    did_you_mean,
    shown_path,
)


def below(kind: type[Mistake]) -> Iterator[type[Mistake]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_every_mistake_says_its_rule_in_one_sentence() -> None:
    kinds = set(below(Mistake))
    assert len(kinds) > 40
    silent = [kind.__name__ for kind in kinds if "__doc__" not in vars(kind) or not (kind.__doc__ or "").endswith(".")]
    inherited = [kind.__name__ for kind in kinds if kind.__doc__ == Mistake.__doc__]
    assert not silent
    assert not inherited


def test_a_message_has_its_place_path_what_is_wrong_and_what_to_do() -> None:
    where = Position("team.yaml", 14, 10)
    mistake = UnknownBand(
        where=where, path="team[3].band", says="there is no band '8e'.", hint="Bands are 1, 2.\nMend it."
    )
    assert str(mistake) == "team.yaml:14:10: team[3].band: there is no band '8e'.\n  Bands are 1, 2.\n  Mend it."
    assert mistake.code == "UnknownBand"
    assert str(UnknownBand(says="there is none")) == "there is none"
    assert str(Position("team.yaml")) == "team.yaml"


def test_mistakes_come_in_the_order_of_their_places_and_each_once() -> None:
    def at(file: str, line: int, column: int) -> Mistake:
        return UnknownKey(where=Position(file, line, column), says=f"{file} {line} {column}")

    wanted = [
        UnknownKey(says="nowhere"),
        at("a.yaml", 2, 9),
        at("a.yaml", 10, 1),
        at("b.yaml", 1, 1),
        at("b.yaml", 1, 4),
    ]
    raised = BadInput([*reversed(wanted), wanted[2]])
    assert list(raised.mistakes) == wanted
    assert str(raised).splitlines()[1] == "a.yaml:2:9: a.yaml 2 9"


def test_a_caution_stops_nothing() -> None:
    mistakes = Mistakes()
    mistakes.add(TeamDoesNotAdd(says="it does not add"))
    mistakes.stop_if_any()
    assert [caution.says for caution in mistakes.cautions] == ["it does not add"]
    mistakes.add(UnknownKey(says="there is no such key"))
    with pytest.raises(BadInput) as raised:
        mistakes.stop_if_any()
    assert [mistake.code for mistake in raised.value.mistakes] == ["UnknownKey"]
    assert issubclass(TeamDoesNotAdd, Caution)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("stated_wtee", ["team", "stated_wte", "pay"], "stated_wte"),
        ("8e", ["8c", "8b", "7", "8d"], "8c"),
        ("8E", ["7", "8e"], "8e"),
        ("published-pya", ["base", "published-pay"], "published-pay"),
        ("zebra", ["team", "pay"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_word_is_suggested_and_of_equals_the_first(word: str, known: list[str], meant: str) -> None:
    assert did_you_mean(word, known) == (f"Did you mean {meant}?" if meant else "")


def test_a_path_is_shown_from_where_a_person_stands(empty_folder: Path) -> None:
    assert shown_path(empty_folder / "assumptions" / "team.yaml") == "assumptions/team.yaml"
    assert shown_path(Path("/elsewhere/team.yaml")) == "/elsewhere/team.yaml"
