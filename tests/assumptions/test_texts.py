"""What a text may hold: what would make a workbook that does not open is refused where it is read, with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from helpers import HERE, costmodel_cli, write, write_proposal

import costmodel
from costmodel.analysis.edits import Edit
from costmodel.analysis.writing import write_scenario
from costmodel.assumptions.texts import LONGEST_TEXT, check_text, cut
from costmodel.errors import BadInput, BadText, Mistakes, Position
from costmodel.workbook.write import workbook_bytes

PROPOSAL = """proposal: {title: TITLE, years: 2026/27 to 2027/28, asks_for: [ASK]}
assumptions:
  a: {label: LABEL, unit: meals, value: 1, reason: REASON, note: NOTE}
lists:
  areas: {label: Areas, file: areas.csv, columns: {people: {unit: people, reason: A test.}}}
lines:
  l: {label: L, unit: meals, formula: a}
  people: {label: P, unit: people, formula: sum(areas.people)}
tables:
  t: {title: TABLE, rows: [l]}
"""
SCENARIO = "scenario: {title: HEADING, reason: WHY}\nchanges: {a: 2}\n"
SOURCES = "sources:\n  a-source: {title: SOURCE}\n"
AREAS = "name,people\nROW,5\n"
FILES = {
    "trial/proposal.yaml": PROPOSAL,
    "trial/scenarios/low.yaml": SCENARIO,
    "trial/areas.csv": AREAS,
    "evidence/sources.yaml": SOURCES,
}
PLACES = [(file, word) for file, text in FILES.items() for word in text.replace(",", " ").replace("]", " ").split()]
PLACES = [(file, word.strip("{}[],:")) for file, word in PLACES]
PLACES = [(file, word) for file, word in PLACES if word.isupper() and len(word) > 2]
"""Every text of the files that stands in capitals, and its file."""
NO_TEXT = [*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF]
CALLED = {0: "the control character U+0000 (null)", 27: "the control character U+001B (escape)", 0xFFFE: "U+FFFE"}


def put(folder: Path, file: str = "", word: str = "", text: str = "") -> str:
    """Write the trial with a text in place of a word; returns where the text stands that is marked in it."""
    root = folder / "assumptions"
    write_proposal(root, FILES)
    return write(root / file, FILES[file].replace(word, text)) if file else ""


def refused(folder: Path) -> str:
    """The one message of a run that wrote nothing."""
    ran = costmodel_cli("run")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("\n1 mistake. Nothing was written.\n"), ran.err
    assert not (folder / "outputs").exists()
    return ran.err


def test_the_trial_is_in_order_and_has_texts_everywhere(empty_folder: Path) -> None:
    put(empty_folder)
    assert costmodel_cli("check").code == 0
    assert [word for _, word in PLACES] == [
        "TITLE", "ASK", "LABEL", "REASON", "NOTE", "TABLE", "HEADING", "WHY", "ROW", "SOURCE",
    ]  # fmt: skip


@pytest.mark.parametrize(("file", "word"), PLACES)
def test_a_control_character_is_named_with_its_place_whatever_the_text_is_for(
    file: str, word: str, empty_folder: Path
) -> None:
    place = put(empty_folder, file, word, f"ab{HERE}\x1bc")
    says = "the control character U+001B (escape) stands here"
    assert refused(empty_folder).startswith(f"assumptions/{file}:{place}: {says}\n  Take it out: ")


@pytest.mark.parametrize(("file", "word"), [(file, word) for file, word in PLACES if file.endswith(".yaml")])
@pytest.mark.parametrize(("code", "called"), CALLED.items())
def test_a_control_character_that_yaml_spells_out_is_refused_likewise(
    file: str, word: str, code: int, called: str, empty_folder: Path
) -> None:
    place = put(empty_folder, file, word, f'{HERE}"ab\\u{code:04X}c"')
    err = refused(empty_folder)
    assert err.startswith(f"assumptions/{file}:{place}: {called}")
    assert "is character 3 of this text" in err


def test_a_key_is_a_text_too(empty_folder: Path) -> None:
    put(empty_folder)
    place = write(
        empty_folder / "assumptions" / "evidence" / "sources.yaml", f'sources:\n  {HERE}"a\\eb": {{title: T}}\n'
    )
    assert refused(empty_folder).startswith(f"assumptions/evidence/sources.yaml:{place}: the control character U+001B")


@pytest.mark.parametrize("code", NO_TEXT)
def test_each_character_that_no_text_holds_is_refused(code: int) -> None:
    mistakes, where = Mistakes(), Position("a.yaml", 2, 9)
    check_text(f"a{chr(code)}", where, mistakes)
    assert [(type(found), found.where) for found in mistakes.found] == [(BadText, where)]
    assert f"U+{code:04X}" in mistakes.found[0].says


def test_half_a_character_is_refused_and_every_whole_one_is_text() -> None:
    mistakes = Mistakes()
    check_text("a\ud800", Position("a.yaml"), mistakes)
    assert "U+D800, which is no character" in mistakes.found[0].says
    whole = Mistakes()
    check_text("a\tb\nc £ é \u00a0 \u2028 \ufeff \ufffd 😀 \U0010fffd", Position("a.yaml"), whole)
    assert whole.found == []


@pytest.mark.parametrize(("file", "word"), PLACES)
def test_a_text_that_no_cell_holds_is_refused(file: str, word: str, empty_folder: Path) -> None:
    place = put(empty_folder, file, word, HERE + "many words " * 3000)
    start = f"assumptions/{file}:{place if file.endswith('.yaml') else '2:1'}: "
    assert refused(empty_folder).startswith(start + "this text has 3")
    assert "and 32,000 at most fit in a cell of a workbook\n  Shorten it." in refused(empty_folder)


@pytest.mark.parametrize(("text", "fits"), [("x" * 32_000, True), ("x" * 32_001, False), ("😀" * 16_001, False)])
def test_a_text_is_as_long_as_excel_counts(text: str, fits: bool) -> None:
    mistakes = Mistakes()
    check_text(text, Position("a.yaml"), mistakes)
    assert (mistakes.found == []) == fits
    assert len(cut(text).encode("utf-16-le")) <= 2 * LONGEST_TEXT
    assert text.startswith(cut(text))
    assert (cut(text) == text) == fits


def cells(folder: Path, *, values: bool) -> Iterator[str]:
    made = workbook_bytes(costmodel.load("trial", folder / "assumptions").run("low"))
    book = openpyxl.load_workbook(io.BytesIO(made), data_only=values)
    yield from (
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    )


@pytest.mark.parametrize("text", ["a_x0041_b", "_x000D_", "_x0000_ and _xFFFF_", "x005F", "_x41_"])
def test_a_text_that_looks_like_the_code_of_a_character_is_shown_as_it_is_written(
    text: str, empty_folder: Path
) -> None:
    for file, words in {file: [word for name, word in PLACES if name == file] for file, _ in PLACES}.items():
        whole = FILES[file]
        for word in words:
            whole = whole.replace(word, f"{word}{text}")
        write(empty_folder / "assumptions" / file, whole)
    for values in (False, True):
        shown = "\n".join(cells(empty_folder, values=values))
        for word in ("TITLE", "ASK", "LABEL", "REASON", "NOTE", "TABLE", "HEADING", "WHY", "ROW"):
            assert f"{word}{text}" in shown, word
            assert shown.count(word) == shown.count(f"{word}{text}"), word


def test_ends_of_lines_within_a_cell_of_a_csv_file_are_line_feeds(empty_folder: Path) -> None:
    put(empty_folder)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["name", "people"], ["North\r\nand west", "5"]])
    (empty_folder / "assumptions" / "trial" / "areas.csv").write_bytes(out.getvalue().encode())
    assert "North\nand west" in list(cells(empty_folder, values=False))


@pytest.mark.parametrize("typed", [{"title": "a\x1bb"}, {"reason": "a\x00b"}, {"title": "many words " * 3000}])
def test_what_is_typed_for_a_scenario_is_read_by_the_same_rule(typed: dict[str, str], empty_folder: Path) -> None:
    put(empty_folder)
    start = costmodel.load("trial", empty_folder / "assumptions").run("base")
    with pytest.raises(BadInput) as caught:
        write_scenario(start, "new", [Edit(name="a", value=3.0)], **typed)
    assert [(type(found), str(found.where)) for found in caught.value.mistakes] == [(BadText, f"--{next(iter(typed))}")]
    assert [file.name for file in (start.costing.files.folder / "scenarios").iterdir()] == ["low.yaml"]
