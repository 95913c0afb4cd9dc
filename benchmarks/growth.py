"""How the workbook grows with scenarios and years: ``make bench``, or ``python benchmarks/growth.py``.

Proposals like the one for family hubs are made in a temporary folder: with 7, 50 and 200 scenarios, and with 4, 20 and
60 years. Each is read and worked out, and one workbook of all its scenarios is written. What a scenario or a year adds
is then held against what it adds from the second size to the third: growth is linear where the two are alike.
"""

from __future__ import annotations

import argparse
import gc
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROPOSAL = "family-hubs-2025"
SCENARIOS, YEARS = (7, 50, 200), (4, 20, 60)
MOST_BYTES, MOST_SECONDS = 400_000, 1.0
"""The limits of the workbook of the proposal as it ships."""
LINEAR = 1.5
"""What each scenario or year adds may be at most this many times what it added before: time on a machine that does
other things too varies by a third, and what grows with the square adds 3 to 4 times as much."""
LEAST = 0.5
"""Milliseconds or kB that one more may add whatever it added before: less is lost in what else the machine does."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one proposal took: seconds of processor time, the least of several runs, and bytes."""

    size: int
    load: float
    write: float
    bytes: int


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
    """The proposal over more years, with benefits counted over the same 75 years whatever its own.

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
        ("benefits.yaml", r"horizon: 2026/27 to 2043/44", f"horizon: 2026/27 to {_year(2026 + YEARS[-1] + 14)}"),
    ):
        text, found = re.subn(old, new, (proposal / file).read_text(encoding="utf-8"))
        assert found >= 1, f"{file} has no {old}"
        (proposal / file).write_text(text, encoding="utf-8")
    return proposal


def _year(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02d}"


def measure(proposal: Path, size: int, runs: int) -> Measured:
    """Read, work out and write, several times over, as a command does: without the collector of cycles."""
    import costmodel
    from costmodel.workbook.write import workbook_bytes

    loads, writes, content = [], [], b""
    for _ in range(runs):
        gc.collect()
        gc.disable()
        start = time.process_time()
        costed = costmodel.load(proposal, ROOT / "assumptions").run().costed
        for run in costed.runs:
            _ = run.grading
        loaded = time.process_time()
        content = workbook_bytes(costed.run("base"))
        loads.append(loaded - start)
        writes.append(time.process_time() - loaded)
    gc.enable()
    return Measured(size=size, load=min(loads), write=min(writes), bytes=len(content))


def report(what: str, found: list[Measured]) -> list[str]:
    """Print what was measured and what each scenario or year adds; returns what is not linear."""
    print(f"{what:>12}{'load, s':>12}{'write, s':>12}{'kB':>10}   each {what[:-1]} more adds")
    failures = []
    for at, now in enumerate(found):
        adds = ""
        if at:
            before = found[at - 1]
            adds = "".join(f"{each:>9.2f} {unit}" for each, unit in _each(before, now))
        print(f"{now.size:>12}{now.load:>12.3f}{now.write:>12.3f}{now.bytes / 1000:>10.1f}   {adds}")
    first, last = _each(*found[:2]), _each(*found[1:])
    for name, (earlier, unit), (later, _) in zip(("load", "write", "bytes"), first, last, strict=True):
        linear = later <= max(LINEAR * earlier, LEAST)
        verdict = "linear" if linear else "FASTER THAN LINEAR"
        print(f"{name:>12}: a {what[:-1]} adds {later:.2f} {unit} where it added {earlier:.2f} before: {verdict}")
        if not linear:
            failures.append(f"{name} by {what}")
    print()
    return failures


def _each(before: Measured, now: Measured) -> list[tuple[float, str]]:
    more = now.size - before.size
    return [
        (1000 * (now.load - before.load) / more, "ms"),
        (1000 * (now.write - before.write) / more, "ms"),
        ((now.bytes - before.bytes) / more / 1000, "kB"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how a workbook grows.")
    parser.add_argument("--runs", type=int, default=3, help="how many runs of each, of which the least counts")
    parser.add_argument("--only", choices=("scenarios", "years"), help="only the growth with these")
    asked = parser.parse_args()
    measure(ROOT / "assumptions" / PROPOSAL, 0, 1)  # not counted: it loads what every run uses
    shipped = measure(ROOT / "assumptions" / PROPOSAL, 0, asked.runs)
    print(f"{PROPOSAL} as it ships: {shipped.bytes / 1000:.0f} kB of {MOST_BYTES / 1000:.0f}, written in ", end="")
    print(f"{shipped.write:.2f} s of {MOST_SECONDS:.2f}\n")
    failures = []
    if shipped.bytes > MOST_BYTES or shipped.write > MOST_SECONDS:
        failures.append("the limits of the workbook that ships")
    kinds: dict[str, tuple[Callable[[Path, int], Path], tuple[int, ...]]] = {
        "scenarios": (with_scenarios, SCENARIOS),
        "years": (with_years, YEARS),
    }
    with tempfile.TemporaryDirectory() as name:
        for what, (make, sizes) in kinds.items():
            if asked.only in (None, what):
                found = [measure(make(Path(name), size), size, asked.runs) for size in sizes]
                failures += report(what, found)
    if failures:
        sys.exit(f"Over: {', '.join(failures)}.")


if __name__ == "__main__":
    main()
