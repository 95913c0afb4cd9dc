"""Proposals and workbooks of any size, made up to see how time and memory grow with it."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROPOSAL = "family-hubs-2025"
"""The proposal that ones with more scenarios or years are like."""
_HEAD = """proposal:
  title: Made up, to see how it grows
  by: A benchmark
  asked_of: Nobody
  years: 2026/27 to 2029/30
  prices: cash
  periods: {all: 2026/27 to 2029/30}
  ask: asked
"""
_TABLE = "tables: {ask: {title: The ask, rows: [total], totals: {all: [total]}}}\n"
_SCENARIO = """scenario: {title: A dearer variant, reason: Made up to have two.}
changes:
  dearness: {value: 1.2, reason: Made up., grade: judgement}
"""
_DEARNESS = (
    "  dearness: {label: Dearness, value: 1, range: 0.8 to 1.3, reason: Made up., grade: judgement, unit: ratio}\n"
)


def with_lines(folder: Path, count: int) -> Path:
    """A proposal of so many lines: for every third an input, a cost that reads it, and a running sum of all before."""
    assumptions, lines, last = [_DEARNESS], [], ""
    for at in range(count // 3):
        basis = f"reason: Made up {at}., grade: judgement, range: {90 + at % 7} to {120 + at % 7}"
        assumptions.append(f"  price_{at}: {{label: Price {at}, value: {100 + at % 7}, unit: £, {basis}}}\n")
        lines.append(f"  cost_{at}: {{label: Cost {at}, unit: £, formula: price_{at} * dearness + prior(cost_{at})}}\n")
        lines.append(f"  sum_{at}: {{label: Costs up to {at}, unit: £, formula: {last}cost_{at}}}\n")
        last = f"sum_{at} + "
    lines.append(f"  total: {{label: Total, unit: £, formula: sum_{count // 3 - 1} * dearness}}\n")
    return _written(folder, f"{count}-lines", "".join(["assumptions:\n", *assumptions, "lines:\n", *lines]))


def with_rows(folder: Path, count: int) -> Path:
    """A proposal with a list of so many rows in a CSV file, of text, numbers, numbers by year, formulas."""
    text = f"""lists:
  areas:
    label: Areas
    file: areas.csv
    columns:
      people: {{unit: people, reason: Made up., grade: judgement}}
      share: {{unit: share of people, reason: Made up., grade: judgement}}
      price: {{unit: £ per person, reason: Made up., grade: judgement}}
      cost: {{unit: £, label: Cost, formula: areas.people * areas.share * areas.price * dearness}}
assumptions:
{_DEARNESS}lines:
  total: {{label: Total, unit: £, formula: sum(areas.cost)}}
"""
    proposal = _written(folder, f"{count}-rows", text)
    years = "2026/27", "2027/28", "2028/29", "2029/30"
    rows = ["code,name,people,share," + ",".join(f"price {year}" for year in years)]
    for at in range(count):
        prices = ",".join(str(20 + at % 11 + year) for year in range(len(years)))
        rows.append(f"E{at:06d},Area number {at},{1000 + at % 97},{10 + at % 50}%,{prices}")
    (proposal / "areas.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return proposal


def with_letters(folder: Path, count: int) -> Path:
    """A proposal with a label, a row's name, years and a range of so many letters or spaces."""
    word, gap = "x" * count, " " * count
    text = f"""assumptions:
{_DEARNESS}  price: {{label: {word}, value: 5, unit: £, range: '4{gap}to{gap}6', reason: Made up., grade: judgement}}
lists:
  areas: {{label: Areas, file: areas.csv, columns: {{people: {{unit: people, reason: Made up., grade: judgement}}}}}}
lines:
  total: {{label: Total, unit: £, formula: price * dearness}}
"""
    proposal = _written(folder, f"{count}-letters", text, f"'2026/27{gap}to{gap}2029/30'")
    (proposal / "areas.csv").write_text(f"name,people\n{word},5\nother,6\n", encoding="utf-8")
    return proposal


def _written(folder: Path, name: str, text: str, years: str = "2026/27 to 2029/30") -> Path:
    proposal = folder / name
    (proposal / "scenarios").mkdir(parents=True)
    (proposal / "proposal.yaml").write_text(_HEAD.replace("2026/27 to 2029/30", years) + _TABLE, encoding="utf-8")
    asked = "  asked: {label: What is asked for, unit: £, formula: total(total)}\n"
    (proposal / "model.yaml").write_text(text + asked, encoding="utf-8")
    (proposal / "scenarios" / "dearer.yaml").write_text(_SCENARIO, encoding="utf-8")
    return proposal


def with_scenarios(folder: Path, count: int) -> Path:
    """The proposal with base and other scenarios, each at other values of the same 6 inputs."""
    proposal = folder / f"{count}-scenarios" / PROPOSAL
    shutil.copytree(ROOT / "assumptions" / PROPOSAL, proposal)
    for file in (proposal / "scenarios").glob("*.yaml"):
        if file.stem != "base":
            file.unlink()
    for number in range(1, count):
        share = number / count
        text = f"""scenario: {{title: 'Variant {number} of the ask', reason: 'Made up: variant {number}.'}}
changes:
  scale: {2 + share:.4f}
  price_uplift_rate: {{value: {4 * share:.3f}%, reason: 'Variant {number} of prices.', grade: judgement}}
  pay_uplift_rate: {{value: {3 * share:.3f}%, reason: 'Variant {number} of pay.', grade: judgement}}
  delivery_support_scale: {1 + share:.4f}
  prices_follow_deflator: {number % 2}
  babies_seen_per_team: {100 + number % 50}
"""
        (proposal / "scenarios" / f"variant-{number:03d}.yaml").write_text(text, encoding="utf-8")
    return proposal


def with_years(folder: Path, count: int) -> Path:
    """The proposal over more years, with benefits counted to the same year whatever its own.

    A stream of benefits has a row for each year in which they are counted and a column for each year of the proposal,
    so the horizon is kept as it is to see what years add, and not what both together do.
    """
    proposal = folder / f"{count}-years" / PROPOSAL
    shutil.copytree(ROOT / "assumptions" / PROPOSAL, proposal)
    years = [_year(2026 + at) for at in range(count)]
    reach = ", ".join(f"{year}: {min(100, 33 + 10 * at)}%" for at, year in enumerate(years))
    for file, old, new in (
        ("proposal.yaml", r"years: 2026/27 to 2028/29", f"years: 2026/27 to {years[-1]}"),
        ("budget.yaml", r"by_year: \{2026/27: 33%.*\}", f"by_year: {{{reach}}}"),
        ("benefits.yaml", r"horizon: 2026/27 to 2043/44", f"horizon: 2026/27 to {_year(2100)}"),
    ):
        text, found = re.subn(old, new, (proposal / file).read_text(encoding="utf-8"))
        assert found >= 1, f"{file} has no {old}"
        (proposal / file).write_text(text, encoding="utf-8")
    return proposal


def _year(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02d}"


# Workbooks that costmodel did not make


def plain_cells(folder: Path, count: int) -> Path:
    """One sheet of so many numbers, ten columns wide."""
    chance = random.Random(2026)
    rows = [[f"r{at}", *(chance.randrange(10_000) for _ in range(9))] for at in range(count // 10)]
    return _saved(folder / f"{count}-cells.xlsx", ["id", *(f"c{at}" for at in range(9))], rows)


def running_totals(folder: Path, count: int) -> Path:
    """One sheet of so many rows with a number, and running totals from the first row and in two columns."""
    rows = [
        [at % 17 + 1, f"=SUM(A$2:A{at + 2})", f"=SUM(B$2:B{at + 2})", f"=SUMPRODUCT(A$2:A{at + 2},B$2:B{at + 2})"]
        for at in range(count)
    ]
    return _saved(folder / f"{count}-running.xlsx", ["Number", "Total", "Total of totals", "Products"], rows)


def _saved(file: Path, header: list[str], rows: list[list[int | str]]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, header)
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, row)
    return file


def edited(old: Path, new: Path) -> None:
    """A copy of a workbook of ours in which every tenth price, of lines or of rows, is a little dearer."""
    import openpyxl

    book = openpyxl.load_workbook(old)
    for sheet in book:
        for cells in sheet.iter_rows(min_row=7, min_col=3, max_col=9) if sheet.title in ("Inputs", "Areas") else ():
            for cell in cells if cells[0].row % 10 == 0 else ():
                if type(cell.value) in (int, float):
                    cell.value *= 1.01
    book.save(new)
