"""What a run leaves: the same bytes each time, the old outputs whole where it fails, and a manifest that is true."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import (
    HERE,
    OUTPUTS,
    SHIPPED,
    TEAMS,
    content,
    copy_of_teams,
    costmodel_cli,
    edit,
    environment,
    in_own_process,
    untrue,
)

import costmodel

Bytes = dict[str, bytes]


def apart(one: Bytes, other: Bytes) -> list[str]:
    """The names of files that differ, or that only one has."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def run(outputs: Path, *words: str) -> Bytes:
    ran = costmodel_cli("run", *words, "--assumptions", SHIPPED, "--outputs", outputs)
    assert ran.code == 0, ran.err
    return content(outputs)


def test_a_fresh_run_gives_the_outputs_that_ship(empty_folder: Path) -> None:
    fresh, shipped = run(empty_folder / "fresh"), content(OUTPUTS)
    assert f"{TEAMS}/base/workbook.xlsx" in fresh
    different = apart(fresh, shipped)
    assert not different, f"{len(different)} files differ; run costmodel run: {', '.join(different[:40])}"


def test_the_order_of_hashes_and_the_hour_do_not_show(empty_folder: Path) -> None:
    made = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        folder = empty_folder / seed
        words = ("run", TEAMS, "--assumptions", SHIPPED, "--outputs", folder, "-s", "base", "-s", "realistic")
        ran = in_own_process(*words, cwd=empty_folder, env=environment(PYTHONHASHSEED=seed, TZ=zone))
        assert ran.code == 0, ran.err
        made.append(content(folder))
    assert apart(*made) == []


def test_what_each_scenario_and_proposal_has(empty_folder: Path) -> None:
    few_scenarios(empty_folder)
    assert costmodel_cli("run", TEAMS).code == 0
    found = content(empty_folder / "outputs")
    base = {name.removeprefix(f"{TEAMS}/base/") for name in found if name.startswith(f"{TEAMS}/base/")}
    assert {"workbook.xlsx", "brief.md", "results.json", "manifest.json", "tables/submission.csv"} <= base
    assert {f"{TEAMS}/comparison.md", f"{TEAMS}/comparison.csv"} <= set(found)
    assert not [name for name in found if Path(name).name.startswith(".costmodel")]


def test_the_manifest_has_the_digest_of_every_file(empty_folder: Path) -> None:
    run(empty_folder / "outputs", TEAMS, "--scenario", "base")
    made = empty_folder / "outputs" / TEAMS / "base"
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["proposal"], manifest["scenario"], manifest["costmodel"]) == (TEAMS, "base", costmodel.__version__)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in content(made).items()}
    del digests["manifest.json"]
    assert manifest["outputs"] == digests
    team = SHIPPED / TEAMS / "team.yaml"
    assert manifest["inputs"][f"{TEAMS}/team.yaml"] == hashlib.sha256(team.read_bytes()).hexdigest()
    assert "templates/brief.md" in manifest["inputs"]
    assert not [name for name in manifest["inputs"] if name.startswith("/")]


def few_scenarios(folder: Path) -> Path:
    """A copy of the shipped proposal with its base and one scenario more, which is soon run."""
    teams = copy_of_teams(folder)
    for file in (teams / "scenarios").glob("*.yaml"):
        if file.stem not in ("base", "slower-rollout"):
            file.unlink()
    return teams


def test_a_run_that_fails_leaves_the_old_outputs_whole(empty_folder: Path) -> None:
    teams = few_scenarios(empty_folder)
    assert costmodel_cli("run").code == 0
    before = content(empty_folder / "outputs")
    edit(teams / "team.yaml", "stated_wte: 5.13", f"stated_wte: {HERE}some")
    assert costmodel_cli("run").code == 2
    assert content(empty_folder / "outputs") == before


def test_a_run_that_cannot_write_leaves_the_old_outputs_whole(empty_folder: Path) -> None:
    teams = few_scenarios(empty_folder)
    outputs = empty_folder / "outputs"
    assert costmodel_cli("run").code == 0
    before = content(outputs)
    edit(teams / "team.yaml", "stated_wte: 5.13", "stated_wte: 5.12")
    write_bytes, written = Path.write_bytes, []

    def full(file: Path, data: bytes) -> int:
        written.append(file)
        if len(written) > 7:
            raise OSError(28, "No space left on device")
        return write_bytes(file, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        ran = costmodel_cli("run")
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert "Nothing was written." in ran.err
    assert content(outputs) == before
    assert costmodel_cli("run").code == 0
    assert apart(content(outputs), before)


def test_a_process_that_is_killed_leaves_outputs_that_are_whole(empty_folder: Path) -> None:
    import signal

    outputs = empty_folder / "outputs"
    before = run(outputs, TEAMS, "--scenario", "base")
    words = ["run", TEAMS, "--assumptions", str(SHIPPED), "--outputs", str(outputs), "--scenario", "base"]
    process = subprocess.Popen([sys.executable, "-m", "costmodel", *words], cwd=empty_folder, env=environment())
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run(outputs, TEAMS, "--scenario", "base") == before


def test_a_scenario_that_is_no_more_is_dropped_and_what_a_person_wrote_stays(empty_folder: Path) -> None:
    teams = few_scenarios(empty_folder)
    shutil.copy(teams / "scenarios" / "slower-rollout.yaml", teams / "scenarios" / "another.yaml")
    assert costmodel_cli("run").code == 0
    made = empty_folder / "outputs" / TEAMS
    (made / "my notes").mkdir()
    (made / "my notes" / "read me.txt").write_text("mine", encoding="utf-8")
    (teams / "scenarios" / "another.yaml").unlink()
    assert (made / "another").is_dir()
    assert costmodel_cli("run").code == 0
    assert not (made / "another").exists()
    assert (made / "my notes" / "read me.txt").read_text(encoding="utf-8") == "mine"


def test_what_a_person_wrote_or_changed_is_kept_and_said(empty_folder: Path) -> None:
    few_scenarios(empty_folder)
    assert costmodel_cli("run").code == 0
    outputs = empty_folder / "outputs"
    before, base = content(outputs), outputs / TEAMS / "base"
    (base / "my-notes.md").write_bytes(b"mine")
    (base / "workbook.xlsx").write_bytes(b"a reviewer saved it in place")
    (outputs / TEAMS / "comparison.md").write_bytes(b"edited")
    ran = costmodel_cli("run")
    assert ran.code == 0
    assert content(outputs) == {
        **before,
        f"{TEAMS}/base/my-notes.md": b"mine",
        f"{TEAMS}/base/workbook.edited.xlsx": b"a reviewer saved it in place",
        f"{TEAMS}/comparison.edited.md": b"edited",
    }
    was, now = (f"outputs/{TEAMS}/base/workbook{ending}.xlsx" for ending in ("", ".edited"))
    assert f"Note: {was} was changed after a run wrote it. It is kept as {now}." in ran.err
    assert f"costmodel import {now} --as NAME" in ran.err
    assert f"It is kept as outputs/{TEAMS}/comparison.edited.md.\n" in ran.err


def test_nothing_is_written_where_something_stands_in_the_way(empty_folder: Path) -> None:
    teams = few_scenarios(empty_folder)
    outputs = empty_folder / "outputs"
    assert costmodel_cli("run").code == 0
    edit(teams / "team.yaml", "stated_wte: 5.13", "stated_wte: 5.12")
    (outputs / TEAMS / "comparison.md").unlink()
    (outputs / TEAMS / "comparison.md").mkdir()
    before = content(outputs)
    ran = costmodel_cli("run")
    assert ran.code == 2
    assert f"outputs/{TEAMS}/comparison.md: this is no file, and a run writes a file of this name" in ran.err
    assert "1 mistake. Nothing was written." in ran.err
    assert content(outputs) == before


def test_runs_at_once_leave_every_scenario_whole(empty_folder: Path) -> None:
    outputs = empty_folder / "outputs"
    for at in (0, 1):
        teams = few_scenarios(empty_folder / str(at))
        edit(teams / "team.yaml", "stated_wte: 5.13", f"stated_wte: 5.1{at}")
    command = [sys.executable, "-m", "costmodel", "run", "--outputs", str(outputs)]
    for _ in range(2):
        both = [
            subprocess.Popen(
                command,
                cwd=empty_folder / str(at),
                env=environment(),
                stderr=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            for at in (0, 1)
        ]
        assert [process.wait(timeout=60) for process in both] == [0, 0]
        assert untrue(outputs) == []
        manifests = [json.loads(file.read_bytes()) for file in outputs.rglob("manifest.json")]
        assert len(manifests) == 3
        assert len({manifest["inputs"][f"{TEAMS}/team.yaml"] for manifest in manifests}) == 1, "two runs are mixed"
        assert not list(outputs.rglob(".costmodel*"))


def test_outputs_that_cannot_be_written_are_a_mistake(empty_folder: Path) -> None:
    (empty_folder / "outputs").write_text("a file, and no folder", encoding="utf-8")
    ran = costmodel_cli("run", TEAMS, "--scenario", "base", "--assumptions", SHIPPED)
    assert ran.code == 2
    assert "the outputs cannot be written to outputs" in ran.err
    assert "--outputs" in ran.err
    assert (empty_folder / "outputs").read_text(encoding="utf-8") == "a file, and no folder"
    assert "Nothing was written." in ran.err


def test_a_check_that_does_not_hold_is_written_and_ends_with_1(empty_folder: Path) -> None:
    proposal = copy_of_teams(empty_folder) / "proposal.yaml"
    edit(proposal, "value: 280,000", "value: 140,000")
    ran = costmodel_cli("run", TEAMS, "--scenario", "base")
    assert ran.code == 1
    assert f"Does not hold: {TEAMS}, base: Teams operating or starting in the last year cover England" in ran.err
    assert (empty_folder / "outputs" / TEAMS / "base" / "workbook.xlsx").is_file()
    assert costmodel_cli("check").code == 1
