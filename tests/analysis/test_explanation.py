"""Where a figure comes from: every step of every tree comes to what it says, worked out again from its parts alone."""

import json
import math
import operator
import re
import shutil
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from statistics import NormalDist, median

import numpy as np
import pytest
from evidence_helpers import HUBS, TEAM_COST, of_tests, proposals_in, shipped
from helpers import PROPOSALS, SHIPPED, TEAMS, costmodel_cli, write
from scipy.optimize import brentq

import costmodel
from costmodel.analysis.explanation import Part, explain, reached_by
from costmodel.analysis.results import Costed, Results
from costmodel.assumptions.document import find, read_path
from costmodel.assumptions.kinds import GRADES
from costmodel.errors import BadInput
from costmodel.language.shape import SCALAR
from costmodel.language.tree import (
    Arithmetic,
    At,
    Call,
    Choice,
    Comparison,
    Constant,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pay,
    Prior,
    Text,
)
from costmodel.language.units import YEAR
from costmodel.model.line import Model

ALL = [(name, "shipped") for name in proposals_in(SHIPPED)] + [(name, "tests") for name in proposals_in(PROPOSALS)]


def costed(name: str, where: str) -> Costed:
    return shipped(name) if where == "shipped" else of_tests(name)


# A formula worked out from the values of its parts, one number at a time: no arrays, and nothing of the engine.


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


class FromParts:
    """What a figure comes to, given only the figures that stand below it in its tree."""

    def __init__(self, model: Model, part: Part) -> None:
        self.model, self.part = model, part
        self.line = model.lines[part.name.partition("[")[0]]
        self.year = model.years.index(part.year) if part.year else None
        self.known = {(below.name, below.year): below.value for below in part.parts}

    def value(self) -> float:
        assert self.line.formula is not None
        return self.of(self.line.formula, self.part.row)

    def cell(self, name: str, row: int, year: int | None) -> float:
        """A part's value; a part that is not there is worth nothing."""
        line = self.model.lines[name]
        key = f"{name}[{row + 1}]" if line.shape.rows else name
        return self.known.get((key, self.model.years[year] if line.shape.by_year and year is not None else None), 0.0)

    def text(self, node: Node, row: int) -> str:
        texts = self.model.lines[node.name].texts if isinstance(node, Name) else None
        return texts[row] if texts else node.value if isinstance(node, Text) else ""

    def of(self, node: Node, row: int) -> float:
        match node:
            case Constant(value):
                return float(value)
            case Name(name):
                return self.cell(name, row, self.year)
            case Prior(name):
                if self.year:
                    return self.cell(name, row, self.year - 1)
                opening = self.model.lines[name].opening
                return self.of(opening, row) if opening is not None else 0.0
            case At(name, at):
                held = self.model.lines[at].values
                assert held is not None
                return self.cell(name, row, int(held[0, min(row, held.shape[1] - 1), 0]) - self.model.years[0].start)
            case Pay():
                return next((below.value for below in self.part.parts if below.name == "pay"), 0.0)
            case Negative(of):
                return -self.of(of, row)
            case Not(of):
                return float(self.of(of, row) == 0)
            case Arithmetic(sign, left, right):
                return _ARITHMETIC[sign](self.of(left, row), self.of(right, row))
            case Logic(sign, of):
                return float((all if sign == "and" else any)([self.of(part, row) != 0 for part in of]))
            case Choice(condition, yes, no):
                return self.of(yes if self.of(condition, row) else no, row)
            case Comparison(sign, left, right):
                return self.compare(sign, left, right, row)
            case Call(function, of):
                return self.call(function.name, of, row)
        raise TypeError(node)

    def compare(self, sign: str, left: Node, right: Node, row: int) -> float:
        words = self.text(left, row), self.text(right, row)
        if any(words):
            return float((words[0].lower() == words[1].lower()) == (sign == "=="))
        a, b = self.of(left, row), self.of(right, row)
        same = math.isclose(a, b, rel_tol=1e-9 if sign in ("==", "!=") else 5e-15, abs_tol=0)
        return float(
            {
                "==": same,
                "!=": not same,
                "<": a < b and not same,
                "<=": a < b or same,
                ">": a > b and not same,
                ">=": a > b or same,
            }[sign]
        )

    def call(self, function: str, of: tuple[Node, ...], row: int) -> float:
        years = range(len(self.model.years))
        names = [part.name for part in of if isinstance(part, Name)]
        match function:
            case "sum":
                rows = range(self.model.rows_of(self.model.lines[names[0]]))
                return sum(math.prod(self.cell(name, place, self.year) for name in names) for place in rows)
            case "running":
                return sum(self.cell(names[0], place, self.year) for place in range(row + 1))
            case "total":
                runs = {"ask": self.model.ask_years, **self.model.periods}
                run = runs[names[1].removeprefix("in_")] if len(names) > 1 else self.model.years
                return sum(self.cell(names[0], row, year) for year in years if self.model.years[year] in run)
            case "cohort":
                cohort = self.model.lines[names[2]].values
                assert cohort is not None
                assert self.year is not None
                since = self.model.years[self.year].start - int(cohort[0, row, 0])
                return self.cell(names[0], row, None) * self.cell(names[1], 0, since) if since >= 0 else 0.0
            case "irr":
                flows = [self.cell(names[0], row, year) for year in years]
                return float(brentq(lambda rate: sum(f / (1 + rate) ** at for at, f in enumerate(flows)), -0.9, 9))
            case "median":
                rows = range(self.model.rows_of(self.model.lines[names[0]]))
                return median(self.cell(names[0], place, self.year) for place in rows)
            case "cumulative":
                return sum(self.cell(names[0], row, year) for year in years[: (self.year or 0) + 1])
            case "min" | "max" if len(of) == 1:
                rows = range(self.model.rows_of(self.model.lines[names[0]]))
                return (min if function == "min" else max)(self.cell(names[0], place, self.year) for place in rows)
        inside = [self.of(part, row) for part in of]
        match function:
            case "min" | "max":
                return min(inside) if function == "min" else max(inside)
            case "ceil" | "floor":
                up = ROUND_CEILING if function == "ceil" else ROUND_FLOOR
                return float(Decimal(f"{inside[0]:.15g}").to_integral_value(rounding=up))
            case "abs":
                return abs(inside[0])
            case "exp":
                return math.exp(inside[0])
            case "ln":
                return math.log(inside[0])
            case "normal_cdf":
                return NormalDist().cdf(inside[0])
            case "normal_quantile":
                return NormalDist().inv_cdf(inside[0])
        raise TypeError(function)


def table_cells(results: Results) -> Iterator[str]:
    """Every figure of every table, as a person asks for it."""
    model = results.costing.model
    for table in results.costing.tables.values():
        for row in (*table.rows, *(total for totals in table.totals.values() for total in totals.values())):
            by_year = model.lines[row].shape.by_year
            yield from ([f"{row}@{year}" for year in model.years] if by_year else [row])


def weakness(part: Part) -> int:
    return GRADES.index(part.grade) if part.grade else -1


def parts_of_tables(results: Results) -> list[Part]:
    """Every part of every tree of every figure of a table, each cell once."""
    found: dict[str, Part] = {}
    for cell in dict.fromkeys(table_cells(results)):
        for part in explain(results, cell).walk():
            if part.name == "pay" or part.cut or part.cell not in found:
                found[f"{part.cell}{part.label if part.name == 'pay' else ''}"] = part
    return list(found.values())


@pytest.mark.parametrize(("name", "where"), ALL)
def test_every_part_of_every_tree_comes_to_what_its_own_parts_make(name: str, where: str) -> None:
    proposal = costed(name, where)
    for scenario in proposal.scenarios:
        results = proposal.run(scenario)
        wrong: list[str] = []
        baseless: list[str] = []
        weaker: list[str] = []
        parts = parts_of_tables(results)
        for part in parts:
            assert not part.cut, f"{part.cell} is cut short"
            if part.how:
                found = FromParts(results.costing.model, part).value()
                if not math.isclose(found, part.value, rel_tol=1e-9, abs_tol=1e-9):
                    wrong.append(f"{part.cell} says {part.value!r}, and its parts make {found!r}")
            elif not (part.grounds and (part.grounds.source or part.grounds.reason)):
                line = results.costing.model.lines[part.name.partition("[")[0]]
                if line.section != "timeline":  # the calendar rests on nothing
                    baseless.append(part.cell)
            weaker += [f"{below.cell} below {part.cell}" for below in part.parts if weakness(below) > weakness(part)]
        assert wrong == []
        assert weaker == []
        assert baseless == []
        assert len(parts) > 10


VOCABULARY = """
proposal: {title: Every word of the language, years: 2025/26 to 2029/30, periods: {middle: 2026/27 to 2028/29}}
assumptions:
  rate: {label: Rate, value: 3%, unit: rate a year, reason: R.}
  big: {label: Big, value: 2.5, unit: number, reason: R.}
  small:
    label: Small
    by_year: {2025/26: 1, 2026/27: 0.3, 2027/28: 2, 2028/29: 1.1, 2029/30: 4}
    unit: number
    reason: R.
  chance: {label: Chance, value: 0.3, unit: number, reason: R.}
  profile: {label: Profile, by_age: [0.5, 0.3, 0.2], unit: number, reason: R.}
  on: {label: On, value: 1, unit: flag, reason: R.}
lists:
  parts:
    label: Parts
    columns: {size: {unit: number, reason: R.}}
    rows: [{name: North, size: 3}, {name: South, size: 0}, {name: East, size: 5}]
tables:
  all: {title: All, rows: [sums, rows, past, added, wholes, curves, grown, returns, switched, chosen, flags]}
lines:
"""
FORMULAS = {
    "sums": "sum(parts.size * big * small) - sum(parts.size * (parts.name != 'east'))",
    "rows": "sum(running(parts.size)) + max(parts.size) - min(parts.size) + median(parts.size)",
    "past": "prior(small, 2) + prior(small, start=big) * prior(past, start=1)",
    "added": "cumulative(small) + total(small, 'middle') - at(small, '2027/28')",
    "wholes": "ceil(small * big) - floor(small / big) + abs(-small)",
    "curves": "exp(small) - ln(big) + normal_cdf(small) * normal_quantile(chance)",
    "grown": "small ** big * growth(rate, '2026/27') + spread(small, profile)",
    "returns": "irr(small * big - big)",
    "switched": "small if on else big",
    "chosen": "small if small > 1 and not small >= big or small == big else big",
    "flags": "flag('middle') * (big != small) * (small <= big) * min(small, big, 1) + max(small, big)",
}


def test_every_word_of_the_language_is_explained_by_parts_that_make_it(tmp_path: Path) -> None:
    lines = (f'  {name}: {{label: {name}, unit: number, formula: "{text}"}}\n' for name, text in FORMULAS.items())
    write(tmp_path / "words" / "proposal.yaml", VOCABULARY + "".join(lines))
    results = costmodel.load("words", tmp_path).run("base")
    for part in parts_of_tables(results):
        if part.how:
            assert FromParts(results.costing.model, part).value() == pytest.approx(part.value, rel=1e-9, abs=1e-9), part
    assert len({part.name for part in parts_of_tables(results)}) > 40


@pytest.mark.parametrize(("name", "where"), ALL)
def test_a_tree_begins_with_the_figure_of_the_table_itself(name: str, where: str) -> None:
    results = costed(name, where).run("base")
    for cell in table_cells(results):
        row, _, year = cell.partition("@")
        years = [str(year) for year in results.costing.model.years]
        expected = results.along_axis(row)[years.index(year)] if year else results.value(row)
        part = explain(results, cell, 0)
        assert (part.cell, part.value) == (cell, expected)


def test_the_tree_of_a_figure_ends_at_the_assumptions_that_a_person_would_name() -> None:
    leaves = {part.name for part in explain(shipped(TEAMS).run("base"), "total@2024/25").walk() if not part.parts}
    assert leaves >= {"teams_at_start", "teams_starting", "team.wte[1]", "pay", "pay_uplift_rate", "on_cost_rate"}
    assert leaves >= {"starting_cost_share", "training_per_team_year_1", "development_programme"}
    assert not {name for name in leaves if name.startswith(("national_insurance", "children", "pension"))}


def test_a_switch_is_followed_where_it_points_and_nowhere_else() -> None:
    flat = {part.name for part in explain(shipped(TEAMS).run("base"), "total@2024/25").walk()}
    by_rule = {part.name for part in explain(shipped(TEAMS).run("real-on-costs"), "total@2024/25").walk()}
    assert "on_cost_rate" in flat
    assert "pension_rate" not in flat
    assert "pension_rate" in by_rule
    assert "on_cost_rate" not in by_rule


def test_a_stock_is_explained_year_by_year_back_to_where_it_began() -> None:
    cells = [part.cell for part in explain(shipped(TEAMS).run("base"), "teams_operating@2025/26").walk()]
    assert [cell for cell in cells if cell.startswith("teams_operating")] == [
        f"teams_operating@{year}" for year in ("2025/26", "2024/25", "2023/24", "2022/23")
    ]
    assert "teams_at_start" in cells


def test_a_tree_has_its_years_and_rows_right() -> None:
    salary = explain(shipped(TEAM_COST).run("base"), "team.pay[6]@2025/26")
    assert salary.label == "Pay of the role in one team: Admin"
    assert salary.value == pytest.approx(0.8 * 30_162)  # band 4, three years' experience, 2025/26
    assert [(part.name, str(part.year)) for part in salary.parts] == [
        ("team.wte[6]", "None"),
        ("team.salary[6]", "2025/26"),
    ]


# Depth and formats


def assert_cut(here: Part, full: Part, left: int) -> None:
    """A tree is another one down to a number of steps, and marks what is left out below."""
    assert (here.cell, here.value, here.how) == (full.cell, full.value, full.how)
    if left == 0:
        assert here.parts == ()
        assert here.cut is bool(full.parts)
    else:
        assert not here.cut
        assert len(here.parts) == len(full.parts)
        for below, full_below in zip(here.parts, full.parts, strict=True):
            assert_cut(below, full_below, left - 1)


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 5, 7, 9])
@pytest.mark.parametrize("figure", ["total@2024/25", "total_spending_review"])
def test_a_depth_cuts_the_tree_there_and_marks_what_is_left_out(figure: str, depth: int) -> None:
    results = shipped(TEAMS).run("base")
    assert_cut(explain(results, figure, depth), explain(results, figure), depth)


def deep_then_shallow(folder: Path) -> Results:
    """A proposal whose total reads a cost first four steps down, and then again one step down."""
    text = "proposal: {title: T, years: 2025/26}\nassumptions: {a: {label: A, value: 1, unit: £, reason: R.}}\nlines:\n"
    lines = {"cost": "price", "price": "a + a", "first": "second", "second": "third", "third": "cost"}
    for name, formula in {**lines, "total": "first + cost"}.items():
        text += f"  {name}: {{label: {name.title()}, unit: £, formula: {formula}}}\n"
    write(folder / "deep" / "proposal.yaml", f"{text}tables: {{t: {{title: T, rows: [total]}}}}\n")
    return costmodel.load("deep", folder).run("base")


@pytest.mark.parametrize("depth", range(7))
def test_a_part_that_is_cut_deep_down_is_whole_where_it_stands_higher_up(tmp_path: Path, depth: int) -> None:
    results = deep_then_shallow(tmp_path)
    assert_cut(explain(results, "total", depth), explain(results, "total"), depth)
    ran = costmodel_cli("explain", "deep", "total", "--depth", depth, "--assumptions", tmp_path)
    assert ("as explained above" in ran.out) is (depth >= 6)


def printed(figure: str, form: str, *more: object, proposal: str = TEAMS) -> str:
    ran = costmodel_cli("explain", proposal, figure, "--format", form, "--assumptions", SHIPPED, *more)
    assert ran.code == 0, ran.err
    return ran.out


Entry = tuple[int, str, str]
"""How deep a part stands, its label with its year, and its grade."""


def entries_of_json(entry: dict[str, object], depth: int = 0) -> Iterator[Entry]:
    year = f", {entry['year']}" if entry["year"] else ""
    yield depth, f"{entry['label']}{year}", str(entry["grade"] or "")
    for below in entry["parts"]:  # type: ignore[attr-defined]
        yield from entries_of_json(below, depth + 1)


def entries_of_text(text: str) -> Iterator[Entry]:
    for line in text.splitlines():
        found = re.match(r"^(?P<indent>[│ ]*)(?P<mark>[├└]─ )?(?P<says>.*?): [^:]*?(?:  \[(?P<grade>\w+)\])?$", line)
        if found and (found["mark"] or not found["indent"]):
            depth = (len(found["indent"]) + 3) // 3 if found["mark"] else 0
            yield depth, found["says"], found["grade"] or ""


def entries_of_markdown(text: str) -> Iterator[Entry]:
    for line in text.splitlines():
        found = re.match(r"^(?P<indent> *)- \*\*(?P<says>.*): [^:]*?\*\*(?:, (?P<grade>[a-z]+))?", line)
        assert found, line
        grade = found["grade"] if found["grade"] in GRADES else ""
        yield len(found["indent"]) // 2, found["says"], grade


@pytest.mark.parametrize(
    ("proposal", "figure", "more"),
    [
        (TEAMS, "total@2024/25", ()),
        (TEAMS, "total@2024/25", ("--depth", 3)),
        (TEAMS, "total_spending_review", ("--scenario", "realistic")),
        (HUBS, "implied_cost_per_baby", ()),
        (HUBS, "teams_affordable@2027/28", ("--scenario", "uplifted-pay")),
        (TEAM_COST, "on_cost_share@2022/23", ()),
    ],
)
def test_text_markdown_and_json_hold_the_same_tree(proposal: str, figure: str, more: tuple[object, ...]) -> None:
    of_json = list(entries_of_json(json.loads(printed(figure, "json", *more, proposal=proposal))))
    assert list(entries_of_text(printed(figure, "text", *more, proposal=proposal))) == of_json
    assert list(entries_of_markdown(printed(figure, "markdown", *more, proposal=proposal))) == of_json
    assert len(of_json) > 5


def test_json_has_values_unrounded_with_sources_and_says_where_it_is_cut() -> None:
    read = json.loads(printed("total@2024/25", "json", "--depth", 1))
    assert read["value"] == shipped(TEAMS).run("base").by_year("total")[2]
    assert [part["name"] for part in read["parts"] if part.get("cut")] == [
        "labour_operating",
        "labour_starting",
        "training",
    ]
    programme = read["parts"][3]
    assert (programme["name"], programme["value"]) == ("development_programme", 1_000_000)
    assert programme["source"] == "pif-spending-review-2021"
    assert "cut" not in programme


def test_a_formula_is_told_in_words() -> None:
    text = printed("total_spending_review", "text", "--depth", 0)
    assert "= the total of total each year over the spending review period …" in text
    operating = printed("labour_operating@2024/25", "text", "--depth", 0).splitlines()
    assert operating[0] == "Labour costs of teams fully operational, 2024/25: £34,041,572  [calibrated]"
    assert operating[1].strip().startswith("= number of teams operating fully from the start of the year × labour cost")


def test_text_marks_what_is_cut_and_what_is_explained_above_it() -> None:
    cut = printed("total@2024/25", "text", "--depth", 1)
    assert cut.count("…") == 3
    whole = printed("total@2024/25", "text")
    assert "…" not in whole
    assert "as explained above" in whole
    lines = whole.splitlines()
    for at, line in enumerate(lines):
        if line.endswith("as explained above"):
            says = re.sub(r"^[│├└─ ]+", "", lines[at - 1])
            assert any(says in other for other in lines[: at - 1]), says


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_stock_is_followed_through_a_hundred_and_fifty_years(tmp_path: Path, form: str) -> None:
    text = """
proposal: {title: A long time, years: 2000/01 to 2149/50}
assumptions: {start: {label: Start, value: 7, unit: teams, reason: R.}}
lines:
  stock: {label: Stock, unit: teams, formula: "prior(stock, start=start)"}
tables: {t: {title: T, rows: [stock]}}
"""
    write(tmp_path / "long" / "proposal.yaml", text)
    ran = costmodel_cli("explain", "long", "stock@2149/50", "--format", form, "--assumptions", tmp_path)
    assert ran.code == 0
    assert "…" not in ran.out
    assert "Start" in ran.out.splitlines()[-2 if form == "text" else -1] or form == "json"
    assert ran.out.count("Stock, ") == 150 or form == "json"
    if form == "json":
        depth, here = 0, json.loads(ran.out)
        while here["parts"]:
            depth, here = depth + 1, here["parts"][0]
        assert (depth, here["name"]) == (150, "start")


# Backwards: what an assumption reaches


def plain(value: float) -> str:
    return format(Decimal(repr(value)), "f")


def one_per_cent_more(results: Results) -> dict[str, str]:
    """Every single number that stands in a file and may be a little larger, by name: as a scenario's change."""
    found = {}
    for name, held in results.costing.assumptions.items():
        line, grounds = results.costing.model.lines[name], held.grounds[0]
        stands = find(results.costing.files.base.tree, read_path(held.path)) is not None
        if line.shape == SCALAR and line.unit != YEAR and not line.unit.is_flag and stands and grounds.log:
            if grounds.log.value is None:  # by age: a list of values
                continue
            assert grounds.log.value.value == results.value(name)
            basis = f"source: {grounds.source}" if grounds.source else "reason: One per cent more."
            value = plain(results.value(name) * 1.01)
            found[name] = f"{held.path}: {{value: '{value}', {basis}, grade: {grounds.grade}}}"
    return found


@pytest.mark.parametrize(
    ("name", "where", "at_least"),
    [
        (TEAMS, "shipped", 12),
        (HUBS, "shipped", 25),
        ("150-areas", "tests", 5),
        ("free-school-meals", "tests", 3),
    ],
)
def test_what_an_assumption_reaches_is_what_changes_when_the_file_is_changed(
    tmp_path: Path, name: str, where: str, at_least: int
) -> None:
    root = tmp_path / "assumptions"
    shutil.copytree(SHIPPED if where == "shipped" else PROPOSALS, root)
    results = costed(name, where).run("base")
    inputs = one_per_cent_more(results)
    assert len(inputs) >= at_least
    for input_, change in inputs.items():
        heading = "scenario: {title: One per cent more, reason: To see what moves.}"
        write(root / name / "scenarios" / f"more-{input_}.yaml", f"{heading}\nchanges:\n  {change}\n")
    reloaded = costmodel.load(name, root)
    model = results.costing.model
    for input_ in inputs:
        after = reloaded.run(f"more-{input_}")
        reached = {found.name.partition("[")[0]: found for found in reached_by(results, input_)}
        for line in results.shown_lines:
            if line.name == input_:
                continue
            before_cells, after_cells = np.broadcast_arrays(results.cells(line.name), after.cells(line.name))
            if line.name not in reached:
                assert (before_cells == after_cells).all(), f"{line.name} moves with {input_}, and is not said to"
                continue
            found = reached[line.name]
            row = int(found.name.partition("[")[2].rstrip("]") or 1) - 1
            year = model.years.index(found.year) if found.year else 0
            row, year = (min(place, size - 1) for place, size in zip((row, year), before_cells.shape, strict=True))
            assert found.before == before_cells[row, year]
            assert found.after == pytest.approx(after_cells[row, year], rel=1e-12, abs=1e-9)
            moved = abs(after_cells - before_cells)
            if line.shape.by_year and moved[:, model.ask].any():
                moved = moved[:, model.ask]
            assert moved.max() == pytest.approx(abs(found.change or 0), rel=1e-9, abs=1e-9)


def test_an_input_by_year_or_with_rows_moves_as_a_whole_and_one_row_of_it_alone() -> None:
    results = shipped(TEAMS).run("base")
    cost = {found.name: found for found in reached_by(results, "team.wte")}["team_salaries"]
    one = {found.name: found for found in reached_by(results, "team.wte[2]")}["team_salaries"]
    assert cost.share == pytest.approx(0.01)
    assert one.change == pytest.approx(0.01 * 53_168 * 1.03**3)
    starting = {found.name: found for found in reached_by(results, "teams_starting")}["labour_starting"]
    assert starting.share == pytest.approx(0.01)


def test_a_switch_that_points_elsewhere_is_not_reached() -> None:
    assert {found.name for found in reached_by(shipped(TEAMS).run("base"), "pension_rate")} == {"team_pension"}
    by_rule = {found.name for found in reached_by(shipped(TEAMS).run("real-on-costs"), "pension_rate")}
    assert "total_spending_review" in by_rule
    assert reached_by(shipped(TEAMS).run("real-on-costs"), "on_cost_rate") == []


@pytest.mark.parametrize("name", ["pay_year", "pay_follows_awards", "on_costs_by_rule"])
def test_of_a_year_or_a_switch_one_per_cent_means_nothing_and_what_it_reaches_is_still_listed(name: str) -> None:
    found = reached_by(shipped(TEAMS).run("base"), name)
    assert "total_spending_review" in {entry.name for entry in found}
    assert {entry.change for entry in found} == {None}
    assert "1% of it means nothing" in printed(name, "text")
    assert json.loads(printed(name, "json"))["reaches"][0]["change"] is None


def test_one_per_cent_more_of_on_costs_moves_the_total_by_the_on_costs_of_one_per_cent() -> None:
    rows = {row["name"]: row for row in json.loads(printed("on_cost_rate", "json"))["reaches"]}
    assert rows["team_on_costs"]["share"] == pytest.approx(0.01, rel=1e-12)
    assert rows["total_spending_review"]["share"] == pytest.approx(
        0.01 * 0.14 / 1.14 * (9_507_392 + 4_753_696 + 19_585_227 + 6_732_422 + 34_041_572 + 8_447_353) / 87_836_029,
        rel=1e-6,
    )
    assert "labour_operating" in rows
    assert "training" not in rows
    for form in ("text", "markdown"):
        shown = printed("on_cost_rate", form)
        assert "+£102,013" in shown
        assert "+0.116%" in shown


# Figures that are not there


RUN = "Its years are 2022/23 to 2025/26, and its horizon ends in 2040/41."


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("totl@2024/25", "there is no line 'totl' in parent-infant-teams-2021\n  Did you mean total?"),
        ("total", f"total has a figure for each year\n  Say which: total@2025/26. {RUN}"),
        ("total@2050/51", f"the year 2050/51 is not in the proposal\n  {RUN}"),
        ("total@2024", f"the year 2024 is not in the proposal\n  {RUN}"),
        ("total@2024/26", "the second part should be the year after the first"),
        ("total@next", "'next' is not a year"),
        ("team.pay@2024/25", "team.pay has a figure for each row of team\n  Say which: team.pay[1]@2025/26."),
        ("team.pay[Amin]@2024/25", "team.pay has no row 'Amin'\n  Did you mean Admin?"),
        ("team.pay[0]@2024/25", "team.pay has no row '0'"),
        ("team.pay[10]@2024/25", "team.pay has no row '10'\n  team.pay has 9 rows."),
        ("team.pay[²]@2024/25", "team.pay has no row '²'"),
        ("total[1]@2024/25", "total has no row '1'"),
        ("team.band", "team.band is text, and is no assumption"),
        ("", "'' names no figure"),
        ("total @ 2024/25", "names no figure"),
        ("total@", "names no figure"),
    ],
)
def test_a_figure_that_is_not_there_is_an_error_that_says_what_is(figure: str, says: str) -> None:
    ran = costmodel_cli("explain", TEAMS, figure, "--assumptions", SHIPPED)
    assert ran.code == 2
    assert says in ran.err
    assert ran.out == ""


def test_a_figure_that_is_worked_out_is_no_assumption() -> None:
    with pytest.raises(BadInput, match="total is worked out, and is no assumption"):
        reached_by(shipped(TEAMS).run("base"), "total")
