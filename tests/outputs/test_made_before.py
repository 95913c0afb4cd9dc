"""A run leaves what is there as it would be made now, makes everything else, and believes no old output."""

import hashlib
import json
from pathlib import Path

import pytest
from helpers import PROPOSALS, TEAMS, content, copy_of_teams, costmodel_cli, edit, untrue

import costmodel
from costmodel.outputs import publish
from costmodel.outputs.swap import Content


@pytest.fixture
def teams(empty_folder: Path) -> Path:
    """The shipped proposal with two scenarios, once it has been run."""
    folder = copy_of_teams(empty_folder)
    for file in (folder / "scenarios").glob("*.yaml"):
        if file.stem not in ("base", "slower-rollout"):
            file.unlink()
    assert "up to date" not in costmodel_cli("run").out
    return folder


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scenarios that are made from here on."""
    found: list[str] = []
    files = publish.scenario_files

    def noted(results: costmodel.analysis.results.Results, *more: object) -> Content:
        found.append(results.scenario)
        return files(results, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(publish, "scenario_files", noted)
    return found


def test_what_is_there_is_left_and_said_to_be_up_to_date(teams: Path, made: list[str]) -> None:
    before = content(Path("outputs"))
    ran = costmodel_cli("run")
    assert (ran.code, made, content(Path("outputs"))) == (0, [], before)
    assert f"{TEAMS}: 2 scenarios, 14 files in outputs/{TEAMS}, up to date\n" in ran.out
    assert "Checks: 6 of 6 hold." in ran.out
    assert costmodel_cli("run", TEAMS, "--scenario", "base").out.count("up to date") == 1
    assert costmodel_cli("run", "--outputs", "elsewhere").out.count("up to date") == 0
    assert content(Path("elsewhere")) == before


@pytest.mark.parametrize("forged", ["audit.md", "results.json", "workbook.xlsx"])
def test_an_output_that_was_edited_does_not_stay_whatever_its_manifest_says(
    teams: Path, made: list[str], forged: str
) -> None:
    before, base = content(Path("outputs")), Path("outputs") / TEAMS / "base"
    (base / forged).write_bytes((base / forged).read_bytes() + b"\nEvery rule holds.\n")
    manifest = json.loads((base / "manifest.json").read_bytes())
    manifest["outputs"][forged] = hashlib.sha256((base / forged).read_bytes()).hexdigest()
    (base / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert untrue(Path("outputs")) == []
    assert costmodel_cli("run").code == 0
    assert made
    now = content(Path("outputs"))
    assert {name: data for name, data in now.items() if ".edited" not in name} == before
    assert not [name for name, data in now.items() if "slower-rollout" in name and before.get(name) != data]


def test_what_is_not_there_or_of_other_inputs_is_made(teams: Path, made: list[str], empty_folder: Path) -> None:
    before = content(Path("outputs"))
    (Path("outputs") / TEAMS / "slower-rollout" / "brief.md").unlink()
    costmodel_cli("run")
    assert content(Path("outputs")) == before
    (Path("outputs") / TEAMS / "comparison.csv").unlink()
    costmodel_cli("run")
    assert content(Path("outputs")) == before
    assert len(made) == 4
    edit(teams / "team.yaml", "stated_wte: 5.13", "stated_wte: 5.12")
    costmodel_cli("run")
    assert len(made) == 6
    (empty_folder / "templates").mkdir()
    (empty_folder / "templates" / "brief.md").write_text("Made of {{ name }}.", encoding="utf-8")
    costmodel_cli("run")
    assert len(made) == 8
    assert (Path("outputs") / TEAMS / "base" / "brief.md").read_text(encoding="utf-8") == f"Made of {TEAMS}."


def test_a_folder_of_a_scenario_that_is_no_more_is_not_up_to_date(teams: Path, made: list[str]) -> None:
    kept = (teams / "scenarios" / "slower-rollout.yaml").read_bytes()
    (teams / "scenarios" / "slower-rollout.yaml").unlink()
    costmodel_cli("run")
    costmodel_cli("run", "--outputs", "elsewhere")
    (teams / "scenarios" / "slower-rollout.yaml").write_bytes(kept)
    costmodel_cli("run", "--outputs", "elsewhere", "--scenario", "slower-rollout")
    (teams / "scenarios" / "slower-rollout.yaml").unlink()
    assert (Path("elsewhere") / TEAMS / "slower-rollout").is_dir()
    costmodel_cli("run", "--outputs", "elsewhere")
    assert not (Path("elsewhere") / TEAMS / "slower-rollout").exists()


def test_manifests_have_the_digests_of_files_as_they_were_read(empty_folder: Path) -> None:
    teams = copy_of_teams(empty_folder)
    read = hashlib.sha256((teams / "team.yaml").read_bytes()).hexdigest()
    costed = costmodel.load(TEAMS)
    edit(teams / "team.yaml", "stated_wte: 5.13", "stated_wte: 5.12")
    (teams / "benefits.yaml").unlink()
    publish.run([costed], empty_folder / "outputs", ["base"])
    manifest = json.loads((empty_folder / "outputs" / TEAMS / "base" / "manifest.json").read_bytes())
    assert manifest["inputs"][f"{TEAMS}/team.yaml"] == read
    assert f"{TEAMS}/benefits.yaml" in manifest["inputs"]


def test_lists_in_files_and_templates_that_others_include_are_inputs(empty_folder: Path) -> None:
    (empty_folder / "templates").mkdir()
    (empty_folder / "templates" / "brief.md").write_text("{% include 'end.md' %}", encoding="utf-8")
    (empty_folder / "templates" / "end.md").write_text("The end.\r\n", encoding="utf-8", newline="")
    (empty_folder / "templates" / "unused.md").write_text("Not used.", encoding="utf-8")
    areas = PROPOSALS / "150-areas"
    assert costmodel_cli("run", areas, "--scenario", "base").code == 0
    inputs = json.loads((empty_folder / "outputs" / "150-areas" / "base" / "manifest.json").read_bytes())["inputs"]
    assert inputs["150-areas/areas.csv"] == hashlib.sha256((areas / "areas.csv").read_bytes()).hexdigest()
    assert inputs["templates/end.md"] == hashlib.sha256(b"The end.\r\n").hexdigest()
    assert {name for name in inputs if name.startswith("templates/")} == {"templates/brief.md", "templates/end.md"}
