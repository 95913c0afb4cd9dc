"""Every kind of chart is a whole and legible picture, on a page and on a telephone, and says in words what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from chart_examples import AREAS, CHOICES, COST, EXAMPLES, LONG, NET, STEPS, SWINGS, by_year, columns, series
from helpers import environment
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.numbers import in_prose
from costmodel.pages.charts_by_year import columns_by_year, costs_and_benefits, lines_by_year
from costmodel.pages.charts_of_rows import (
    Bridge,
    Largest,
    NamedValue,
    Swing,
    Tornado,
    bridge,
    largest_rows,
    options_side_by_side,
    tornado,
)
from costmodel.pages.drawing import Caption, Figure, Patch, Stroke
from costmodel.pages.frames import ChartSeries
from costmodel.pages.letters import length

SVG = "{http://www.w3.org/2000/svg}"
EVERY = pytest.mark.parametrize("name", EXAMPLES)
WIDTHS = pytest.mark.parametrize("width", [320, 640])


class Room(NamedTuple):
    """The room that a text takes in the widest of the usual fonts, without what hangs below its base line."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def rooms(figure: Figure) -> list[Room]:
    found = []
    for element in ElementTree.fromstring(figure.svg()).iter(f"{SVG}text"):
        text, size = "".join(element.itertext()), float(element.get("font-size", "0"))
        if (whole := element.find(f"{SVG}title")) is not None:
            text = text.removeprefix(whole.text or "")
        long = length(text, size, bold=element.get("font-weight") == "bold")
        x = (
            float(element.get("x", ""))
            - {"start": 0, "middle": long / 2, "end": long}[element.get("text-anchor", "start")]
        )
        y = float(element.get("y", ""))
        found.append(Room(text, x, y - size * 0.72, x + long, y))
    return found


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    return [
        (one.text, other.text)
        for one, other in combinations(rooms(figure), 2)
        if one.left < other.right - 0.5
        and other.left < one.right - 0.5
        and one.top < other.bottom - 0.5
        and other.top < one.bottom - 0.5
    ]


def outside(figure: Figure) -> list[str]:
    """The texts that stick out of the picture."""
    edges = (-0.5, -0.5, figure.width + 0.5, figure.height + 0.5)
    return [
        room.text
        for room in rooms(figure)
        if room.left < edges[0] or room.top < edges[1] or room.right > edges[2] or room.bottom > edges[3]
    ]


def contrast(colour: str, other: str = "#FFFFFF") -> float:
    """The contrast of two colours, by WCAG 2.2."""

    def light(text: str) -> float:
        parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(colour), light(other)))
    return (high + 0.05) / (low + 0.05)


@EVERY
@WIDTHS
def test_no_text_lies_on_another_or_sticks_out(name: str, width: int) -> None:
    figure = EXAMPLES[name](width)
    assert overlaps(figure) == []
    assert outside(figure) == []


@EVERY
@WIDTHS
def test_marks_lie_within_the_picture(name: str, width: int) -> None:
    figure = EXAMPLES[name](width)
    for mark in figure.marks:
        places = mark.through if isinstance(mark, Stroke) else mark.corners if isinstance(mark, Patch) else ()
        for x, y in places:
            assert -0.01 <= x <= width + 0.01, mark
            assert -0.01 <= y <= figure.height + 0.01, mark


@EVERY
def test_a_picture_is_an_image_with_a_title_and_words(name: str) -> None:
    figure = EXAMPLES[name](640)
    root = ElementTree.fromstring(figure.svg())
    title, words = root[0], root[1]
    assert root.get("role") == "img"
    assert (title.tag, words.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert title.text == figure.title
    assert words.text == figure.description
    assert figure.description.endswith((".", "!", "?"))
    assert root.get("viewBox") == f"0 0 640 {figure.height}"


@EVERY
def test_a_picture_asks_for_nothing_but_the_reader_s_own_font(name: str) -> None:
    text = EXAMPLES[name](640).svg()
    assert ElementTree.fromstring(text).get("font-family") == "sans-serif"
    assert text.count("font-family") == 1
    assert not any(word in text for word in ("href", "url(", "<script", "<style", "<image", "<foreignObject"))


@EVERY
@WIDTHS
def test_text_is_large_and_dark_enough_and_marks_are_seen(name: str, width: int) -> None:
    for mark in EXAMPLES[name](width).marks:
        if isinstance(mark, Caption):
            assert mark.size >= 12
            assert contrast(mark.colour) >= 4.5
        elif isinstance(mark, Patch):
            assert max(contrast(mark.fill), contrast(mark.outline) if mark.outline else 0) >= 2.99, mark


def test_the_bytes_do_not_change_from_one_process_to_another() -> None:
    code = (
        "import hashlib\nfrom chart_examples import EXAMPLES\nfrom costmodel.pages.metafile import metafile\n"
        "made = [EXAMPLES[name](width) for name in EXAMPLES for width in (320, 640)]\n"
        "print(hashlib.sha256(b''.join(m.svg().encode() + metafile(m) for m in made)).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**environment(), "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, encoding="utf-8", check=True, timeout=60,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


# What is said


def test_the_words_give_both_ends_and_what_is_largest() -> None:
    assert columns_by_year(COST).description == (
        "Stacked columns, one a year, made up of Labour costs of teams fully operational, Labour costs of teams coming "
        "into operation, Training and Development programme. They add to: from £15.2 million in 2022/23 to "
        "£52.8 million in 2025/26. In 2025/26 the largest part is "
        "Labour costs of teams fully operational, £52.5 million."
    )
    assert columns(3e6, 9e6, 1e6, 5e6).description == (
        "Columns of Total, one a year: from £3 million in 2022/23 to £5 million in 2025/26; the largest is £9 million "
        "in 2023/24; the least is £1 million in 2024/25."
    )
    assert columns(3e6).description == "Columns of Total, one a year: £3 million in 2022/23."


def test_the_words_of_costs_and_benefits_say_when_they_pay_back() -> None:
    said = costs_and_benefits(NET).description
    assert "benefits of £65 million and costs of £47 million in all" in said
    assert "ends at £18 million. It is 0 or above from 2025/26 on." in said


def test_the_words_of_the_others_name_every_figure() -> None:
    assert "Larger teams: Costs £181 million, Benefits £140 million and" in options_side_by_side(CHOICES).description
    assert bridge(STEPS).description.startswith(
        "A bridge from As published, £87.8 million, to Realistic, £90.3 million, in 3 steps: Employer on-costs adds "
        "£15.4 million; Slower rollout takes away £12.9 million; Programme kept changes nothing."
    )
    assert "Pay uplift (1% to 5%): £84.9 million at the low end, £92.6 million" in tornado(SWINGS).description
    assert "the 20 largest of 153 authorities" in largest_rows(AREAS).description
    assert "And 133 more authorities, of 500,000 or less each." in largest_rows(AREAS).description


# Hostile text


def test_text_is_only_text_and_a_long_one_is_whole_in_its_title() -> None:
    nasty = "</title><script>alert(1)</script>\x00\ud800\n&amp; \"quoted\" 'so'"
    figure = columns_by_year(by_year((nasty,), series(**{nasty: (1.0,), LONG: (2.0,)}), title=nasty))
    root = ElementTree.fromstring(figure.svg())
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "text", "polyline", "polygon",
    }  # fmt: skip
    assert root[0].text == "</title><script>alert(1)</script>\ufffd\ufffd &amp; \"quoted\" 'so'"
    titles = [element.text for element in root.iter(f"{SVG}title")]
    assert " ".join(LONG.split()) in titles


WIDTH = st.sampled_from([320, 640])
LABEL = st.text(max_size=60)
VALUE = st.floats(min_value=-1e12, max_value=1e12).filter(lambda held: held == 0 or abs(held) > 1e-3)
NAMED = st.builds(NamedValue, label=LABEL, value=VALUE)


@settings(max_examples=40)
@given(held=st.dictionaries(LABEL, st.lists(VALUE, min_size=7, max_size=7), min_size=1, max_size=12), width=WIDTH)
def test_whatever_is_drawn_by_year_is_legible(held: dict[str, list[float]], width: int) -> None:
    years = tuple(f"{year}" for year in range(2022, 2029))
    given_series = tuple(ChartSeries(label=name, values=tuple(values)) for name, values in held.items())
    for make in (columns_by_year, lines_by_year):
        figure = make(by_year(years, given_series), width)
        assert (overlaps(figure), outside(figure)) == ([], [])


@settings(max_examples=40)
@given(rows=st.lists(NAMED, min_size=1, max_size=30), width=WIDTH)
def test_whatever_is_drawn_in_rows_is_legible(rows: list[NamedValue], width: int) -> None:
    largest = Largest(title="Rows", unit="£", figure=in_prose, noun="rows", rows=tuple(rows))
    swings = tuple(Swing(label=row.label, low=row.value, high=other.value) for row, other in pairwise([*rows, rows[0]]))
    moved = Tornado(title="Moves", unit="£", figure=in_prose, central=rows[0], swings=swings)
    reached = sum(row.value for row in rows)
    steps = Bridge(
        title="Steps",
        unit="£",
        figure=in_prose,
        start=rows[0],
        steps=tuple(rows[1:]),
        end=replace(rows[0], value=reached),
    )
    for figure in (largest_rows(largest, width), tornado(moved, width), bridge(steps, width)):
        assert (overlaps(figure), outside(figure)) == ([], [])
