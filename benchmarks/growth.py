"""How time and memory grow with what is put in: ``make bench``, or ``python benchmarks/growth.py --only lines``.

Proposals and workbooks of three sizes are made up in a temporary folder, each three times as large as the one before.
Each is gone through in a process of its own, as commands do: read and worked out, briefed, written, audited, compared,
imported. From one size to the next, a time that is in proportion to the size is multiplied by it to the power of 1, and
one that grows with the square, of 2. The exponent of the last step is held to a bar, of time and of memory alike.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import math
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import made_up

BAR = 1.2
"""The largest exponent: one in proportion, and what a machine that does other things too adds."""
SLIGHT = 0.05, 10.0
"""Seconds and MB that are too few to tell how they grow."""
MOST_BYTES, MOST_SECONDS = 400_000, 1.0
"""The limits of the workbook of the proposal as it ships."""


@dataclass
class Measured:
    """What one size took: seconds of processor time by stage, and MB beyond what any takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        gc.collect()
        gc.disable()  # as commands do
        start = time.process_time()
        yield
        self.seconds[name] = time.process_time() - start
        gc.enable()


def proposal(made: Path) -> Measured:
    """What a proposal takes to read and work out, and then what a run makes of it."""
    import costmodel
    from costmodel.audit.report import audited
    from costmodel.pages.brief import Briefs
    from costmodel.workbook.write import workbook_bytes

    found = _warm()
    with found.stage("check"):
        costed = costmodel.load(made, made_up.ROOT / "assumptions").run().costed
        for run in costed.runs:
            _ = run.grading
    with found.stage("brief"):
        brief = Briefs().render(costed.run("base"))
    with found.stage("write"):
        content = workbook_bytes(costed.run("base"))
    with found.stage("audit"):
        audited(content, brief, "workbook.xlsx")
    (made.parent / "old.xlsx").write_bytes(content)
    found.memory = _peak() - found.memory
    return found


def review(made: Path) -> Measured:
    """What it takes to compare a proposal's workbook with one in which inputs were edited, and to import that."""
    import costmodel
    from costmodel.pages.compared import compared
    from costmodel.reviews.importing import import_workbook
    from costmodel.workbook.write import workbook_bytes

    content = workbook_bytes(costmodel.load(made, made_up.ROOT / "assumptions").run("base"))
    old, new = made.parent / "old.xlsx", made.parent / "new.xlsx"
    old.write_bytes(content)
    made_up.edited(old, new)
    found = _warm()
    with found.stage("compare"):
        compared([str(old), str(new)], "text")
    with found.stage("import"):
        assert import_workbook(new, "edited", made.parent).changes
    found.memory = _peak() - found.memory
    return found


def workbook(made: Path) -> Measured:
    """What a workbook that costmodel did not make takes to audit, and to compare with itself."""
    from costmodel.audit.report import audited
    from costmodel.pages.compared import compared

    found = _warm()
    with found.stage("audit"):
        audited(made.read_bytes(), None, made.name)
    with found.stage("compare"):
        compared([str(made), str(made)], "text")
    found.memory = _peak() - found.memory
    return found


def _warm() -> Measured:
    """Load what every run uses, with a small proposal, and note the memory that it takes."""
    import costmodel
    from costmodel.audit.report import audited
    from costmodel.pages.brief import Briefs
    from costmodel.workbook.write import workbook_bytes

    results = costmodel.load("parent-infant-team-cost", made_up.ROOT / "assumptions").run("base")
    audited(workbook_bytes(results), Briefs().render(results), "workbook.xlsx")
    return Measured(memory=_peak())


def _peak() -> float:
    """The most memory that this process has taken, in MB."""
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What grows, in which sizes, and what is done with each."""

    of: str
    make: Callable[[Path, int], Path]
    sizes: tuple[int, int, int]
    work: Callable[[Path], Measured] = proposal


GROWTHS = (
    Growth(of="lines", make=made_up.with_lines, sizes=(500, 1_500, 4_500)),
    Growth(of="rows of a list", make=made_up.with_rows, sizes=(1_000, 3_000, 9_000)),
    Growth(of="years", make=made_up.with_years, sizes=(7, 20, 60)),
    Growth(of="scenarios", make=made_up.with_scenarios, sizes=(20, 60, 180)),
    Growth(of="letters", make=made_up.with_letters, sizes=(3_000, 9_000, 27_000)),
    Growth(of="lines, reviewed", make=made_up.with_lines, sizes=(400, 1_200, 3_600), work=review),
    Growth(of="rows, reviewed", make=made_up.with_rows, sizes=(200, 600, 1_800), work=review),
    Growth(of="cells of any workbook", make=made_up.plain_cells, sizes=(6_000, 20_000, 60_000), work=workbook),
    Growth(of="rows of running totals", make=made_up.running_totals, sizes=(2_000, 6_000, 18_000), work=workbook),
)


def measured(growth: Growth, folder: Path) -> list[Measured]:
    """Each size, in a process of its own."""
    spawning = multiprocessing.get_context("spawn")
    here = folder / growth.of
    here.mkdir()
    found = []
    for size in growth.sizes:
        with spawning.Pool(1) as pool:
            found.append(pool.apply(growth.work, (growth.make(here, size),)))
    return found


def report(growth: Growth, found: list[Measured]) -> list[str]:
    """Print what each size took, and the exponents of the last step; returns what is over the bar."""
    print(f"{growth.of:<26}" + "".join(f"{size:>10,}" for size in growth.sizes) + f"{'exponent':>10}")
    failures = []
    rows = [(f"{stage}, s", [one.seconds[stage] for one in found], SLIGHT[0]) for stage in found[0].seconds]
    for what, values, slight in [*rows, ("memory, MB", [one.memory for one in found], SLIGHT[1])]:
        step = max(values[2], slight) / max(values[1], slight)
        exponent = math.log(step) / math.log(growth.sizes[2] / growth.sizes[1])
        verdict = "" if exponent <= BAR else "  OVER"
        print(f"  {what:<24}" + "".join(f"{value:>10.2f}" for value in values) + f"{exponent:>10.2f}{verdict}")
        if verdict:
            failures.append(f"{what.partition(',')[0]} by {growth.of}")
    print(flush=True)
    return failures


def shipped() -> list[str]:
    """Whether the workbook of the proposal as it ships is small, and quickly written."""
    import costmodel
    from costmodel.workbook.write import workbook_bytes

    seconds, content = [], b""
    for _ in range(3):
        results = costmodel.load(made_up.PROPOSAL, made_up.ROOT / "assumptions").run("base")
        start = time.process_time()
        content = workbook_bytes(results)
        seconds.append(time.process_time() - start)
    print(f"{made_up.PROPOSAL} as it ships: {len(content) / 1000:.0f} kB of {MOST_BYTES / 1000:.0f}, ", end="")
    print(f"written in {min(seconds):.2f} s of {MOST_SECONDS:.2f}\n", flush=True)
    is_over = len(content) > MOST_BYTES or min(seconds) > MOST_SECONDS
    return ["the limits of the workbook that ships"] if is_over else []


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how time and memory grow.")
    parser.add_argument("--only", default="", help="only what has this text in its name")
    asked = parser.parse_args()
    failures = shipped()
    with tempfile.TemporaryDirectory() as folder:
        for growth in GROWTHS:
            if asked.only in growth.of:
                failures += report(growth, measured(growth, Path(folder)))
    if failures:
        sys.exit(f"Over: {', '.join(failures)}.")


if __name__ == "__main__":
    main()
