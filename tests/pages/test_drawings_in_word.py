"""The metafile of a drawing, read record by record, holds the same texts and marks at the same places."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from chart_examples import EXAMPLES

from costmodel.pages.drawing import Caption, Figure, Patch, Stroke, box
from costmodel.pages.metafile import metafile

EVERY = pytest.mark.parametrize("name", EXAMPLES)
HEADER, POLYGON, POLYLINE, END, SELECT, TEXT = 1, 3, 4, 14, 37, 84
TOOLS = (38, 39, 82)
FINE = 20


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record's kind and whole content; a record that is cut short is an error."""
    at = 0
    while at < len(content):
        kind, size = struct.unpack_from("<2I", content, at)
        assert size % 4 == 0
        assert size >= 8
        assert at + size <= len(content)
        yield kind, content[at : at + size]
        at += size


def texts(content: bytes) -> list[tuple[str, list[int]]]:
    """Each text and the steps from letter to letter."""
    found = []
    for kind, record in records(content):
        if kind == TEXT:
            count, start = struct.unpack_from("<2I", record, 44)
            (steps,) = struct.unpack_from("<I", record, 72)
            text = record[start : start + 2 * count].decode("utf-16-le")
            found.append((text, list(struct.unpack_from(f"<{count}i", record, steps))))
    return found


@EVERY
def test_a_metafile_is_whole(name: str) -> None:
    figure = EXAMPLES[name](640)
    content = metafile(figure)
    found = list(records(content))
    assert (found[0][0], found[-1][0]) == (HEADER, END)
    assert found[0][1][40:44] == b" EMF"
    size, count, tools = struct.unpack_from("<2IH", found[0][1], 48)
    assert (size, count) == (len(content), len(found))
    assert tools == 1 + sum(kind in TOOLS for kind, _ in found)
    frame = struct.unpack_from("<4i", found[0][1], 24)
    assert frame == (0, 0, 640 * 2540 // 96, figure.height * 2540 // 96)


@EVERY
def test_a_metafile_has_the_texts_and_marks_of_its_drawing(name: str) -> None:
    figure = EXAMPLES[name](640)
    content = metafile(figure)
    assert [text for text, _ in texts(content)] == [mark.text for mark in figure.marks if isinstance(mark, Caption)]
    kinds = [kind for kind, _ in records(content)]
    assert kinds.count(POLYGON) == 1 + sum(isinstance(mark, Patch) for mark in figure.marks)
    assert kinds.count(POLYLINE) == sum(isinstance(mark, Stroke) for mark in figure.marks)


@EVERY
def test_only_tools_that_were_made_are_taken_up(name: str) -> None:
    made = set()
    for kind, record in records(metafile(EXAMPLES[name](320))):
        (number,) = struct.unpack_from("<I", record, 8)
        if kind in TOOLS:
            made.add(number)
        elif kind == SELECT:
            assert number in made or number == 0x80000008


def drawing(*marks: Caption | Patch | Stroke) -> Figure:
    return Figure(title="", description="", width=100, height=50, marks=marks)


def test_a_mark_is_at_its_place() -> None:
    content = metafile(drawing(box(10, 20, 30, 5, "#12436D")))
    *_, polygon = (record for kind, record in records(content) if kind == POLYGON)
    assert struct.unpack_from("<8i", polygon, 28) == (200, 400, 800, 400, 800, 500, 200, 500)


@pytest.mark.parametrize(("anchor", "starts"), [("start", 50.0), ("middle", 50 - 5.56), ("end", 50 - 11.12)])
def test_a_text_starts_where_its_letters_put_it(anchor: str, starts: float) -> None:
    content = metafile(drawing(Caption(text="10", x=50, y=20, size=10, anchor=anchor)))
    (record,) = (record for kind, record in records(content) if kind == TEXT)
    across, down = struct.unpack_from("<2i", record, 36)
    assert across / FINE == pytest.approx(starts, abs=0.06)
    assert down == 20 * FINE
    assert texts(content) == [("10", [111, 111])]


def test_a_letter_of_two_halves_and_one_that_is_no_text_keep_the_record_whole() -> None:
    ((text, steps),) = texts(metafile(drawing(Caption(text="a𝟏\x00", x=0, y=20))))
    assert text == "a𝟏\ufffd"
    assert len(steps) == 4
    assert steps[2] == 0
