"""The audit of a workbook with a selector of scenarios, made as people make them; and audits of content in memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import xlsxwriter
from audit_helpers import Found, failures

from costmodel.audit import report
from costmodel.audit.choices import rests_on, value_of
from costmodel.spreadsheets.formulas import Reader
from costmodel.spreadsheets.parsing import parsed
from costmodel.spreadsheets.reading import workbook_of

HEADERS = [
    "Label",
    "Id",
    "Unit",
    "Live value",
    "base",
    "high",
    "low",
    "Type",
    "Grade",
    "Source",
    "Note",
    "Lowest",
    "High",
]
PRICE = ["Price", "price", "£", "=INDEX($E5:$G5,Cover!$B$5)", 10, 12, 8, "Input", "published", "A study", "", 8, 12]
RENT = ["Rent", "rent", "£", "=INDEX($E6:$G6,Cover!$B$5)", 5, 6, 4, "Input", "published", "A study", "", 4, 6]
POSTS = ["Posts", "posts", "posts", "=INDEX($E7:$G7,Cover!$B$5)", 2, 2, 3, "Input", "illustrative", "A guess", "", 1, 3]
FIXED = ["Label", "Id", "Unit", "Constant", "2025/26", "2026/27", "2027/28", "Total", "Type", "By scenario", "Source"]
IDS, PRICES = "Scenarios!$A$4:$A$6", "'Scenario values'"
YEARS = ["Label", "Id", "Unit", "Constant", "2025/26", "2026/27", "2027/28", "Type", "Grade"]


@dataclass(kw_only=True)
class Selected:
    """A model of three scenarios; cells may be put otherwise before it is written."""

    selected: str = "base"
    cells: dict[str, Any] = field(default_factory=dict)
    cached: dict[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            rows: dict[str, list[list[Any]]] = {
                "Cover": [["A cover"], [], [], ["Scenario", self.selected], ["Number", "=MATCH(B4,{0},0)"]],
                "Scenarios": [["Scenarios"], [], [], ["base"], ["high"], ["low"]],
                "Scenario values": [["Values"], [], [], HEADERS, PRICE, RENT, POSTS],
                "Inputs": [
                    ["Inputs"], [], [], FIXED,
                    ["Desks", "desks", "desks", 3, *[""] * 4, "Input", "The same in every scenario", "A count"],
                    ["Chairs", "chairs", "chairs", "", 4, 5, 6, "=SUM(E6:G6)", "Input", "The same in all scenarios"],
                    ["Price", "price", "£", "='Scenario values'!$D$5", *[""] * 4, "Link", "Differs", ""],
                ],
                "Model": [
                    ["Model"], [], [], YEARS,
                    ["Pay", "pay", "£", "", *[f"={PRICES}!$D$5*Inputs!{c}6" for c in "EFG"], "Step", "published"],
                    ["Room", "room", "£", "", *[f"={PRICES}!$D$6*Inputs!{c}6" for c in "EFG"], "Step", "published"],
                ],
            }  # fmt: skip
            for name, lines in rows.items():
                sheet = book.add_worksheet(name)
                for row, line in enumerate(lines):
                    for at, value in enumerate(line):
                        place = f"{name}!{chr(65 + at)}{row + 1}"
                        self.write(sheet, place, value)
            book.get_worksheet_by_name("Cover").data_validation(
                "B4", {"validate": "list", "source": "=Scenarios!$A$4:$A$6"}
            )
            for place, value in self.cells.items():
                self.write(book.get_worksheet_by_name(place.partition("!")[0]), place, value)
        return out.getvalue()

    def write(self, sheet: Any, place: str, value: Any) -> None:
        cell = place.partition("!")[2]
        number = ("base", "high", "low").index(self.selected) + 1
        if isinstance(value, str) and value.startswith("="):
            known = {"Cover!B5": number, "Inputs!H6": 15, **self.cached}
            sheet.write_formula(cell, value.format(IDS), None, known.get(place, 1))
        elif value != "":
            sheet.write(cell, value)


def seen(made: Selected, *rules: str) -> Found:
    return {found for found in failures(report.audited(made.content(), None, "model.xlsx")) if found[0] in rules}


def test_inputs_beside_a_selector_are_held_to_no_more_than_they_should_be() -> None:
    assert seen(Selected(), "W01", "W05", "W06", "W12", "W13", "W15", "W16") == set()
    assert {cell for _, sheet, cell in seen(Selected(), "W23") if sheet == "Scenario values"} == set()
    # assumptions that say they are the same in every scenario need no column for each
    told = [o for o in report.audited(Selected().content(), None, "x").of("fails") if o.rule.id == "W23"]
    assert not [f.says for o in told for f in o.failures if "scenario" in f.says]


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ("Inputs!J5", "Differs", "W23"),
        ("Scenario values!D6", "=INDEX($F6:$H6,Cover!$B$5)", "W23"),
        ("Scenario values!D6", "=INDEX($E6:$F6,Cover!$B$5)", "W23"),
        ("Scenario values!D6", "=INDEX($E6:$G6,Cover!$B$5+1)", "W23"),
        ("Scenario values!D6", "=INDEX($E7:$G7,Cover!$B$5)", "W23"),
        ("Inputs!D7", "='Scenario values'!$E$5", "W23"),
        ("Inputs!D7", "='Scenario values'!$D$5*2", "W01"),
        ("Scenario values!B7", "price", "W04"),
    ],
)
def test_what_a_choice_among_scenarios_gets_wrong_is_found(place: str, value: str, rule: str) -> None:
    live = {"Scenario values!D7": "=INDEX($E7:$G7,Cover!$B$5)"}
    sheet, _, cell = place.partition("!")
    where = "A5" if place == "Inputs!J5" else cell
    assert (rule, sheet, where) in seen(Selected(cells={**live, place: value}), rule) - seen(Selected(), rule)


def test_a_choice_by_choose_is_as_good() -> None:
    cells = {f"Scenario values!D{row}": f"=CHOOSE(Cover!$B$5,$E{row},$F{row},$G{row})" for row in (5, 6, 7)}
    assert seen(Selected(cells=cells), "W01", "W05", "W12", "W23") == seen(Selected(), "W01", "W05", "W12", "W23")


@pytest.mark.parametrize(
    "text",
    [
        "=INDEX('Scenario values'!$D$6:$D$7,Cover!$B$5)",
        "=CHOOSE(Cover!$B$5,'Scenario values'!$D$6,'Scenario values'!$D$7)",
        "=IF(Cover!$B$5=1,'Scenario values'!$D$6,'Scenario values'!$D$7)",
        "=IF(Cover!$B$5<>2,'Scenario values'!$D$6,'Scenario values'!$D$7)",
        "=1+INDEX('Scenario values'!$A$6:$D$7,Cover!$B$5,3+1)",
        "=INDEX('Scenario values'!$D$6:$D$7,MATCH(Cover!$B$4,Scenarios!$A$4:$A$6,0))",
    ],
)
def test_a_result_rests_on_what_is_chosen_now_and_on_nothing_else(text: str) -> None:
    published, illustrative = (
        seen(Selected(selected=name, cells={"Model!D6": text}), "W22") for name in ("base", "high")
    )
    assert published == set()
    assert illustrative == {("W22", "Model", "D6")}


def test_what_cannot_be_followed_leaves_nothing_out() -> None:
    text = "=INDEX('Scenario values'!$D$6:$D$7,SUM(Cover!$B$5))"
    assert seen(Selected(cells={"Model!D6": text}), "W22") == {("W22", "Model", "D6")}


def test_a_choice_is_no_daisy_chain_but_a_link_to_a_link_is() -> None:
    chain = {"Model!D5": "=Inputs!$D$7"}
    assert seen(Selected(cells=chain), "W12") == {("W12", "Model", "D5")}
    assert seen(Selected(cells={"Model!D5": "='Scenario values'!$D$5"}), "W12") == set()


def test_series_are_chosen_by_year_on_a_sheet_of_inputs() -> None:
    text = "=INDEX('Scenario values'!$D$5:$D$7,{}-1+1)"
    chosen = {f"Inputs!{column}5": text.format(place) for place, column in enumerate("EFG", start=1)}
    assert seen(Selected(cells=chosen), "W01", "W15") == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=Cover!$B$5", 2),
        ("=Cover!$B$5-1+3", 4),
        ("=(Cover!$B$5)", 2),
        ('="high"', "high"),
        ("=MATCH(Cover!$B$4,Scenarios!$A$4:$A$6,0)", 2),
        ('=MATCH("LOW",Scenarios!$A$4:$A$6,0)', 3),
        ("=MATCH(9,Scenarios!$A$4:$A$6,0)", None),
        ("=MATCH(Cover!$B$4,Scenarios!$A$4:$A$6,1)", None),
        ("=Cover!$B$5=2", True),
        ("=Cover!$B$5>=3", False),
        ('=Cover!$B$5="high"', None),
        ("=Cover!$B$5*2", None),
        ("=SUM(Cover!$B$5)", None),
        ("=Scenarios!$A$4:$A$6", None),
        ("=Cover!$Z$99", None),
    ],
)
def test_plain_expressions_have_values(text: str, value: object) -> None:
    book = workbook_of(Selected(selected="high").content(), "x")
    cell = book.formulas[0]
    assert value_of(Reader(book), cell, parsed(text).tokens) == value


# Content in memory


def audited(content: bytes, brief: str | None = None) -> str:
    return report.as_markdown(report.audited(content, brief, "workbook.xlsx"))


def test_an_audit_in_memory_is_the_same_whatever_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = Selected().content()
    before = audited(content)
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    monkeypatch.setitem(sys.modules, "cellrune", None)
    assert audited(content) == before
    assert before.startswith("# Audit of workbook.xlsx\n")
    assert "values are recalculated by costmodel audit" in before


def test_the_brief_may_be_given_as_text() -> None:
    content = Selected().content()
    verdicts = {
        text: next(o for o in report.audited(content, text, "x").outcomes if o.rule.id == "G12")
        for text in (None, "It costs £12.", "It costs £99 million.")
    }
    assert [found.verdict for found in verdicts.values()] == ["not applicable", "holds", "fails"]


def test_what_is_kept_of_one_workbook_is_not_told_of_another() -> None:
    one, other = Selected(), Selected(cells={"Inputs!A5": "Desks¹", "Inputs!K5": "Another count"})
    changed = Selected(cached={"Model!E5": "#DIV/0!"})
    name = Selected(cells={"Model!D5": "=rate"})
    contents = [made.content() for made in (one, other, changed, name)]
    alone = [audited(content) for content in contents]
    again = [audited(content) for content in contents[::-1]]
    assert again == alone[::-1]
    assert len(set(alone)) == 4


def counted(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many shapes of formulas the tokenizer reads."""
    from openpyxl.formula import Tokenizer

    read: list[str] = []
    whole = Tokenizer.__init__

    def count(self: Any, text: str) -> None:
        read.append(text)
        whole(self, text)

    monkeypatch.setattr(Tokenizer, "__init__", count)
    work()
    return len(read)


def test_a_formula_that_is_copied_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def many() -> None:
        for row in range(1, 101):
            text = f"=SUM($A{row}:B{row})*'It''s A1'!C$3+LOG10(D{row})"
            assert parsed(text).operands == (f"$A{row}:B{row}", "'It''s A1'!C$3", f"D{row}")

    assert counted(many, monkeypatch) == 1
    found = parsed("=IF(A1=\"B2\",'C3 '!D4,rate_1+E5)")
    assert found.operands == ("A1", "'C3 '!D4", "rate_1", "E5")
    assert found.within == ("IF",) * 4


def test_references_that_stand_in_a_choice_are_those_of_its_arguments() -> None:
    book = workbook_of(Selected().content(), "x")
    reader = Reader(book)
    live = reader.all["Scenario values", 5, 4]
    assert [(found.sheet, found.box) for found in rests_on(reader, live)] == [
        ("Scenario values", (5, 5, 5, 5)),
        ("Cover", (5, 2, 5, 2)),
    ]
