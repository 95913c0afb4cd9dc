"""Grades travel: a result is as weak as the weakest assumption that it rests on, and no weaker."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from evidence_helpers import HUBS, copy_of_all, shipped
from helpers import SHIPPED, TEAMS, costmodel_cli, edit, write
from hypothesis import given, settings
from hypothesis import strategies as st

import costmodel
from costmodel.analysis.explanation import reached_by
from costmodel.analysis.results import Costed, Results
from costmodel.assumptions.kinds import GRADES

# Proposals at random: assumptions with grades, and lines that read what stands before them in every way there is


class Line(NamedTuple):
    """A line's formula, what it reads, and what it reads only one way of a switch."""

    formula: str
    reads: frozenset[str]
    switch: str = ""
    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def rests_on(self, switches: Mapping[str, bool]) -> set[str]:
        if not self.switch:
            return set(self.reads)
        return {*self.reads, self.switch, *(self.on if switches[self.switch] else self.off)}


class Drawn(NamedTuple):
    """A proposal drawn at random."""

    grades: dict[str, str]
    by_year: frozenset[str]
    switches: dict[str, bool]
    lines: dict[str, Line]
    turned: dict[str, str]
    """The grade of each switch where a scenario turns it the other way."""

    def text(self, grades: Mapping[str, str] | None = None) -> str:
        """The proposal as a file, with its own grades or these."""
        grades = grades or self.grades
        rows = ["proposal: {title: T, years: 2025/26 to 2027/28}", "assumptions:"]
        for name in self.grades:
            value = "by_year: {2025/26: 3, 2026/27: 5, 2027/28: 4}" if name in self.by_year else "value: 2"
            if name in self.switches:
                value = f"value: {int(self.switches[name])}"
            unit = "flag" if name in self.switches else "number"
            rows.append(f"  {name}: {{label: {name}, {value}, unit: {unit}, reason: R., grade: {grades[name]}}}")
        rows += ["lists:", "  parts:", "    label: Parts", "    rows: [{name: One, size: 3}, {name: Two, size: 4}]"]
        rows += ["    columns: {size: {unit: number, reason: R., grade: published}}", "lines:"]
        for name, line in self.lines.items():
            rows.append(f'  {name}: {{label: {name}, unit: number, formula: "{line.formula}"}}')
        return "\n".join(rows) + "\n"

    def weakest(self, name: str, switches: Mapping[str, bool], grades: Mapping[str, str]) -> str:
        """The weakest grade of all that a line rests on, by following what it reads."""
        waiting, seen = [name], {name}
        while waiting:
            here = waiting.pop()
            more = (self.lines[here].rests_on(switches) if here in self.lines else set()) - seen
            seen |= more
            waiting.extend(more)
        return max((grades.get(other, "published") for other in seen - set(self.lines)), key=GRADES.index)

    def rests_on(self, name: str, switches: Mapping[str, bool]) -> set[str]:
        waiting, seen = [name], {name}
        while waiting:
            here = waiting.pop()
            more = (self.lines[here].rests_on(switches) if here in self.lines else set()) - seen
            seen |= more
            waiting.extend(more)
        return seen


@st.composite
def proposals(draw: st.DrawFn) -> Drawn:
    grade: st.SearchStrategy[str] = st.sampled_from(GRADES)
    inputs = [f"a{at}" for at in range(draw(st.integers(2, 6)))]
    by_year = frozenset(name for name in inputs if draw(st.booleans()))
    switches: dict[str, bool] = {f"s{at}": draw(st.booleans()) for at in range(draw(st.integers(0, 2)))}
    grades = {name: draw(grade) for name in [*inputs, *switches]}
    lines: dict[str, Line] = {}
    count = draw(st.integers(1, 8))
    for at in range(count):
        known = [*inputs, *lines]
        x, y, z = (draw(st.sampled_from(known)) for _ in range(3))
        any_line = f"l{draw(st.integers(0, count - 1))}"  # its past may be read before it is worked out
        scalar = draw(st.sampled_from([name for name in inputs if name not in by_year] or ["1"]))
        name = f"l{at}"
        plain = {
            f"{x} + {y} * {z}": {x, y, z},
            f"prior({x}) - {y}": {x, y},
            f"prior({any_line}) + {y}": {any_line, y},
            f"prior({x}, 2)": {x},
            f"prior({x}, start={scalar}) + 1": {x, scalar} - {"1"},
            f"prior({name}, start={scalar}) + {x}": {x, scalar} - {"1"},
            f"cumulative({x}) + total(prior({y}))": {x, y},
            f"at({x}, '2026/27') + min({y}, {z})": {x, y, z},
            f"growth({x} * 0, '2025/26') + abs(-{y})": {x, y},
            f"ceil({x}) if {y} > {z} else floor({x})": {x, y, z},
            f"sum(parts.size * {x}) + (not {y})": {x, y, "parts.size"},
        }
        chooses = draw(st.booleans())
        if switches and chooses:
            switch = draw(st.sampled_from(sorted(switches)))
            formula = f"({x} if {switch} else {y}) + {z}"
            lines[name] = Line(formula, frozenset({z}), switch, frozenset({x}), frozenset({y}))
        else:
            formula = draw(st.sampled_from(sorted(plain)))
            lines[name] = Line(formula, frozenset(plain[formula]))
    return Drawn(grades, by_year, switches, lines, {name: draw(grade) for name in switches})


def loaded(folder: Path, drawn: Drawn, grades: Mapping[str, str] | None = None) -> Costed:
    """The proposal, with a scenario that turns each switch the other way and grades it anew."""
    write(folder / "t" / "proposal.yaml", drawn.text(grades))
    turned = ", ".join(
        f"{name}: {{value: {int(not on)}, reason: R., grade: {drawn.turned[name]}}}"
        for name, on in drawn.switches.items()
    )
    write(folder / "t" / "scenarios" / "turned.yaml", f"scenario: {{title: T, reason: R.}}\nchanges: {{{turned}}}\n")
    write(folder / "evidence" / "sources.yaml", "sources: {report: {title: A report}}\n")
    return costmodel.load("t", folder)


def grades_of(results: Results, names: Iterable[str]) -> dict[str, str | None]:
    return {name: results.grading[name].grade for name in names}


@settings(max_examples=80)
@given(drawn=proposals())
def test_a_result_has_the_weakest_grade_of_all_that_it_rests_on(
    tmp_path_factory: pytest.TempPathFactory, drawn: Drawn
) -> None:
    costed = loaded(tmp_path_factory.mktemp("graph"), drawn)
    turned = {name: not on for name, on in drawn.switches.items()}
    cases = [("base", drawn.switches, drawn.grades), ("turned", turned, drawn.grades | drawn.turned)]
    for scenario, switches, grades in cases:
        expected = {name: drawn.weakest(name, switches, grades) for name in drawn.lines}
        assert grades_of(costed.run(scenario), drawn.lines) == expected


@settings(max_examples=80)
@given(drawn=proposals(), data=st.data())
def test_a_grade_that_changes_in_the_file_changes_every_result_that_rests_on_it_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, drawn: Drawn, data: st.DataObject
) -> None:
    changed = data.draw(st.sampled_from(sorted(drawn.grades)))
    grades = {**drawn.grades, changed: data.draw(st.sampled_from(GRADES))}
    folder = tmp_path_factory.mktemp("graph")
    before = grades_of(loaded(folder, drawn).run("base"), drawn.lines)
    after = grades_of(loaded(folder, drawn, grades).run("base"), drawn.lines)
    for name in drawn.lines:
        if changed in drawn.rests_on(name, drawn.switches):
            assert after[name] == drawn.weakest(name, drawn.switches, grades)
        else:
            assert after[name] == before[name]


@settings(max_examples=60)
@given(drawn=proposals())
def test_the_path_of_a_grade_leads_from_the_result_to_the_assumption_that_sets_it(
    tmp_path_factory: pytest.TempPathFactory, drawn: Drawn
) -> None:
    results = loaded(tmp_path_factory.mktemp("graph"), drawn).run("base")
    lines = results.costing.model.lines
    for name in drawn.lines:
        grading = results.grading[name]
        assert (grading.path[0], grading.path[-1]) == (name, grading.set_by)
        assert drawn.grades.get(grading.set_by, "published") == grading.grade
        named = [step for step in grading.path if not lines[step].step_of]
        for reader, read in pairwise(named):
            assert read in drawn.lines[reader].rests_on(drawn.switches), f"{reader} does not read {read}"
        assert len(set(grading.path)) == len(grading.path)


def test_what_stands_before_the_first_year_weakens_who_reads_it_and_not_the_line_itself(tmp_path: Path) -> None:
    lines = {
        "stock": Line("firm * 1", frozenset({"firm"})),
        "flow": Line("prior(stock, start=guess)", frozenset({"stock", "guess"})),
    }
    drawn = Drawn({"firm": "published", "guess": "illustrative"}, frozenset({"firm"}), {}, lines, {})
    found = grades_of(loaded(tmp_path, drawn).run("base"), drawn.lines)
    assert found == {"stock": "published", "flow": "illustrative"}


def test_lines_that_read_each_others_past_are_all_as_weak_as_the_weakest_of_them(tmp_path: Path) -> None:
    lines = {
        "first": Line("prior(last) + firm", frozenset({"last", "firm"})),
        "middle": Line("first * 1", frozenset({"first"})),
        "last": Line("middle + guess", frozenset({"middle", "guess"})),
    }
    drawn = Drawn({"firm": "published", "guess": "illustrative"}, frozenset(), {}, lines, {})
    results = loaded(tmp_path, drawn).run("base")
    assert set(grades_of(results, lines).values()) == {"illustrative"}
    assert [step for step in results.grading["first"].path if not step.endswith("step_1")] == ["first", "last", "guess"]


# What ships


def written(name: str) -> dict[str, Any]:
    """The grades of a proposal as ``costmodel show --grades`` prints them in JSON."""
    ran = costmodel_cli("show", name, "--grades", "--format", "json", "--assumptions", SHIPPED)
    assert ran.code == 0, ran.err
    lines: dict[str, Any] = json.loads(ran.out)["lines"]
    return lines


@pytest.mark.parametrize("name", [TEAMS, HUBS])
def test_every_line_that_is_shown_has_its_grade_from_the_assumption_that_is_said_to_set_it(name: str) -> None:
    results = shipped(name).run("base")
    shown = written(name)
    assert set(shown) == {line.name for line in results.shown_lines}
    for line, entry in shown.items():
        setter = results.costing.assumptions.get(entry["path"][-1])
        assert entry["grade"] == (setter.grounds[0].grade if setter else None), line
    ungraded = {line for line, entry in shown.items() if entry["grade"] is None}
    lines = results.costing.model.lines
    assert {line for line in ungraded if not lines[line].unit.chooses and lines[line].unit.has_money} == set()


THROUGH = ["labour_operating", "team_cost", "team_salaries", "team.pay", "team.salary"]


def test_the_total_of_2021_is_calibrated_because_the_pay_year_was_worked_back_from_the_table() -> None:
    total = written(TEAMS)["total"]
    assert total["grade"] == "calibrated"
    assert total["path"] == ["total", *THROUGH, "pay_year"]
    assert written(TEAMS)["teams_operating"]["grade"] == "published"


def test_text_and_csv_list_each_line_with_its_grade_and_what_sets_it() -> None:
    words = ("show", TEAMS, "--grades", "--assumptions", SHIPPED)
    head, *rows = costmodel_cli(*words).out.splitlines()
    assert head.split() == ["line", "grade", "set", "by", "through"]
    total = next(row for row in rows if row.startswith("total "))
    assert total.split() == ["total", "calibrated", "pay_year", *" < ".join(THROUGH).split()]
    read = list(csv.DictReader(io.StringIO(costmodel_cli(*words, "--format", "csv").out)))
    assert [row["line"] for row in read] == [row.split()[0] for row in rows]
    assert {row["line"]: (row["grade"], row["set by"]) for row in read}["total"] == ("calibrated", "pay_year")


def test_one_grade_in_yaml_changes_the_results_that_rest_on_it_in_every_form_and_no_other(tmp_path: Path) -> None:
    root = copy_of_all(tmp_path)
    edit(
        root / TEAMS / "team.yaml",
        "where: footnote 2\n      grade: published\n      range: 14% to 38%",
        "where: footnote 2\n      grade: illustrative\n      range: 14% to 38%",
    )
    before, after = shipped(TEAMS).run("base"), costmodel.load(TEAMS, root).run("base")
    reached = {found.name.partition("[")[0] for found in reached_by(before, "on_cost_rate")} | {"on_cost_rate"}
    assert "total_spending_review" in reached
    assert "children" not in reached
    for line in before.shown_lines:
        expected = "illustrative" if line.name in reached else before.grading[line.name].grade
        assert after.grading[line.name].grade == expected, line.name
    json_grades = {name: entry["grade"] for name, entry in shown_json(root).items()}
    assert json_grades == {line.name: after.grading[line.name].grade for line in after.shown_lines}
    shown = costmodel_cli("show", TEAMS, "--assumptions", root).out
    rows = {row.split("  ")[0]: row.split()[-1] for row in shown.splitlines()}
    assert rows["Total each year"] == "illustrative"
    assert rows["Number of teams operating fully from the start of the year"] == "published"


def shown_json(root: Path) -> dict[str, Any]:
    ran = costmodel_cli("show", TEAMS, "--format", "json", "--assumptions", root)
    lines: dict[str, Any] = json.loads(ran.out)["lines"]
    return lines


def test_the_brief_and_the_workbook_show_the_grade_of_each_figure(tmp_path: Path) -> None:
    ran = costmodel_cli("run", TEAMS, "--scenario", "base", "--assumptions", SHIPPED, "--outputs", tmp_path)
    assert ran.code == 0, ran.err
    folder = tmp_path / TEAMS / "base"
    brief = (folder / "brief.md").read_text(encoding="utf-8")
    total = next(row for row in brief.splitlines() if row.startswith("| Total each year (£) |"))
    assert total.endswith("| calibrated |")
    teams = next(row for row in brief.splitlines() if row.startswith("| Number of teams operating fully"))
    assert teams.endswith("| published |")
    results = shipped(TEAMS).run("base")
    expected = {line.label: results.grading[line.name].grade for line in results.shown_lines}
    found = grades_in_workbook(folder / "workbook.xlsx", "Summary")
    assert found["Total each year"] == "calibrated"
    assert found["Number of teams operating fully from the start of the year"] == "published"
    assert {label: grade for label, grade in found.items() if expected.get(label, grade) != grade} == {}


def grades_in_workbook(file: Path, sheet: str) -> dict[str, str]:
    """The grade beside each label of a sheet that has a column of them."""
    found: dict[str, str] = {}
    column = None
    for row in openpyxl.load_workbook(file, read_only=True, data_only=True)[sheet].iter_rows(values_only=True):
        texts = [str(cell or "").strip() for cell in row]
        column = texts.index("Grade") if "Grade" in texts else column
        label = next((text for text in texts if text), "")
        if column is not None and texts[column] in GRADES:
            found[label] = texts[column]
    return found
