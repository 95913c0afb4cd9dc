"""How long commands and calculations take: ``make bench``, or ``python benchmarks/run.py --runs 20``.

Commands are timed as whole processes, with those that they start, after one run that is not counted, so that Python's
compiled files are there. Times are of the processor, which other work on the machine moves little; where a system does
not tell that of other processes, they are of the clock. The target, where there is one, is for the median.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROPOSAL = "parent-infant-teams-2021"
AREAS = ROOT / "tests" / "proposals" / "150-areas"
DRAWS, CHUNK = 1_000_000, 10_000


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """Something to time, and how long it may take in seconds."""

    says: str
    work: Callable[[], object]
    most: float | None = None
    runs: int | None = None
    """How many runs to time, where it is not as many as the command line says."""


def command(*words: str | Path, cache: Path | None = None) -> Callable[[], object]:
    """A run of costmodel as a process of its own, from the top of the checkout.

    Args:
        cache: what commands keep of earlier ones; nothing is kept where it is not given.
    """
    installed = Path(sys.executable).with_name("costmodel.exe" if os.name == "nt" else "costmodel")
    start = [str(installed)] if installed.is_file() else [sys.executable, "-m", "costmodel"]
    keeping = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    keeping["XDG_CACHE_HOME"] = str(cache or os.devnull)

    def work() -> None:
        done = subprocess.run([*start, *map(str, words)], cwd=ROOT, env=keeping, capture_output=True, encoding="utf-8")
        if done.returncode not in (0, 1):  # 1: a check does not hold, which takes as long
            raise SystemExit(f"costmodel {' '.join(map(str, words))} failed:\n{done.stderr}")

    return work


def commands(outputs: Path) -> Iterator[Benchmark]:
    """What a person waits for."""
    yield Benchmark(says="costmodel --help", work=command("--help"), most=0.07)
    yield Benchmark(says="check, every proposal", work=command("check"), most=0.45)
    yield Benchmark(says="check, nothing changed", work=command("check", cache=outputs / "cache"), most=0.1)
    yield Benchmark(says="show, one scenario", work=command("show", PROPOSAL))
    one = command("run", PROPOSAL, "--scenario", "base", "--outputs", outputs / "one")
    yield Benchmark(says="run, one scenario", work=one, most=1.5)
    everything = command("run", "--outputs", outputs / "all")
    yield Benchmark(says="run, every shipped scenario", work=everything, most=5)
    again = command("run", "--outputs", outputs / "all", cache=outputs / "cache")
    yield Benchmark(says="run, every one up to date", work=again, most=1)
    root = twenty_scenarios(outputs / "assumptions")
    many = command("run", PROPOSAL, "--assumptions", root, "--outputs", outputs / "twenty")
    yield Benchmark(says="run, 20 scenarios of one proposal", work=many)
    if AREAS.is_dir():
        yield Benchmark(says="show, 150 areas by year", work=command("show", AREAS))
        yield Benchmark(says="run, 150 areas by year", work=command("run", AREAS, "--outputs", outputs / "areas"))


def twenty_scenarios(root: Path) -> Path:
    """A copy of a proposal with base and 19 other scenarios, each at another uplift of pay."""
    shutil.copytree(ROOT / "assumptions" / PROPOSAL, root / PROPOSAL)
    shutil.rmtree(root / PROPOSAL / "scenarios")
    (root / PROPOSAL / "scenarios").mkdir()
    for number in range(1, 20):
        text = (
            f"scenario: {{title: Uplift {number}, reason: To time it.}}\nchanges: {{pay_uplift_rate: {number / 4}%}}\n"
        )
        (root / PROPOSAL / "scenarios" / f"uplift-{number:02d}.yaml").write_text(text, encoding="utf-8")
    return root


def calculations() -> Iterator[Benchmark]:
    """What the library does, without the start of a process."""
    import costmodel
    from costmodel.analysis.loading import shared_evidence
    from costmodel.assumptions.proposal import read_proposal
    from costmodel.errors import Mistakes
    from costmodel.model.evaluate import evaluate
    from costmodel.sections.costing import build_costing

    root = ROOT / "assumptions"
    evidence = shared_evidence(root, Mistakes())
    files = read_proposal(root / PROPOSAL, evidence, Mistakes())
    assert files is not None
    costed = costmodel.load(PROPOSAL, root)
    scenarios = len(costed.scenarios)
    yield Benchmark(says="read the evidence", work=lambda: shared_evidence(root, Mistakes()))
    yield Benchmark(
        says=f"read a proposal with {scenarios} scenarios",
        work=lambda: read_proposal(root / PROPOSAL, evidence, Mistakes()),
    )
    yield Benchmark(says="build its model", work=lambda: build_costing(files, Mistakes()))
    yield Benchmark(says=f"work out its {scenarios} scenarios", work=lambda: evaluate(costed.costing.model))
    if AREAS.is_dir():
        areas = costmodel.load(AREAS, root).costing.model
        yield Benchmark(says="work out 150 areas by year", work=lambda: evaluate(areas))
    yield Benchmark(says=f"{DRAWS:,} draws, {CHUNK:,} at a time", work=draws(), runs=3)


def draws() -> Callable[[], object]:
    """The ask of base under draws of every assumption that has a range."""
    import numpy as np

    import costmodel
    from costmodel.model.evaluate import evaluate

    costing = costmodel.load(PROPOSAL, ROOT / "assumptions").costing
    model, ask = costing.model, costing.proposal.ask
    assert ask is not None
    base = {name: line.values[:1] for name, line in model.lines.items() if line.values is not None}
    ranges: dict[str, tuple[float, float]] = {}
    for name, held in costing.assumptions.items():
        low, high = held.grounds[0].low, held.grounds[0].high
        if low is not None and high is not None and base[name].size == 1:
            ranges[name] = low, high

    def work() -> None:
        random = np.random.default_rng(2021)
        found = np.empty(DRAWS)
        for first in range(0, DRAWS, CHUNK):
            drawn = {name: random.uniform(low, high, (CHUNK, 1, 1)) for name, (low, high) in ranges.items()}
            found[first : first + CHUNK] = evaluate(model, base | drawn)[ask].ravel()
        assert np.isfinite(found).all()

    return work


def timed(benchmark: Benchmark, runs: int) -> list[float]:
    """Seconds of each run, after one that is not counted."""
    benchmark.work()
    seconds = []
    for _ in range(benchmark.runs or runs):
        start = spent()
        benchmark.work()
        seconds.append(spent() - start)
    return seconds


def spent() -> float:
    """Seconds of the processor that this process took so far, and those that it started and that have ended."""
    if sys.platform == "win32":  # which does not tell that of other processes
        return time.perf_counter()
    import resource

    both = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def row(benchmark: Benchmark, seconds: list[float]) -> str:
    """The benchmark's line of the table."""
    middle = statistics.median(seconds)
    figures = "".join(f"{figure:>9.3f}" for figure in (min(seconds), middle, max(seconds)))
    most = f"{benchmark.most:>9.2f}" if benchmark.most else " " * 9
    missed = "  over" if benchmark.most and middle > benchmark.most else ""
    return f"{benchmark.says:<38}{len(seconds):>6}{figures}{most}{missed}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time costmodel.")
    parser.add_argument("--runs", type=int, default=5, help="how many runs to time of each; 5 where not given")
    parser.add_argument("--only", default="", help="only benchmarks whose name has this text")
    asked = parser.parse_args()
    print(f"{'seconds':<38}{'runs':>6}{'least':>9}{'median':>9}{'most':>9}{'target':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for benchmark in (*commands(Path(folder)), *calculations()):
            if asked.only in benchmark.says:
                print(row(benchmark, timed(benchmark, max(1, asked.runs))), flush=True)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {sys.platform}")


if __name__ == "__main__":
    main()
