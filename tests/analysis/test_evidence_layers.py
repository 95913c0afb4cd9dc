"""Evidence in layers: a proposal's own lies over its root's and what ships, and is no other proposal's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benefits_helpers import TRIAL, Part, as_yaml, trial, write_trial
from helpers import HERE, costmodel_cli, write

import costmodel

OTHER = "other"
SOURCES = "sources: {mine: {title: A survey of our own, publisher: A council, read: read}}\n"


def resting_on(source: str) -> Part:
    rent = {"label": "Rent", "unit": "£", "value": 5, "source": source, "grade": "published"}
    lines = {"all": {"label": "All", "unit": "£", "formula": "spend + rent"}}
    return trial(assumptions={"rent": rent}, lines=lines)


def two(folder: Path) -> Path:
    """A root with two proposals, of which the first has a source of its own."""
    root = write_trial(folder, resting_on("mine"))
    write(root / TRIAL / "evidence" / "sources.yaml", SOURCES)
    write(root / OTHER / "proposal.yaml", as_yaml(resting_on("hmt-optimism-bias")))
    return root


def test_a_proposal_in_an_empty_folder_needs_only_its_own_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root = write_trial(tmp_path, resting_on("mine"))
    assert "there is no source 'mine' in the register" in costmodel_cli("check", TRIAL).err
    write(root / TRIAL / "evidence" / "sources.yaml", SOURCES)
    ran = costmodel_cli("run", TRIAL)
    assert ran.code == 0, ran.err
    manifest = json.loads((tmp_path / "outputs" / TRIAL / "base" / "manifest.json").read_text(encoding="utf-8"))
    assert f"{TRIAL}/evidence/sources.yaml" in manifest["inputs"]
    assert "evidence/deflators.yaml" in manifest["inputs"]


def test_what_one_proposal_adds_is_not_in_anothers(tmp_path: Path) -> None:
    root = two(tmp_path)
    mine, other = (costmodel.load(name, root).costing.files for name in (TRIAL, OTHER))
    assert "mine" in mine.evidence.sources
    assert "mine" not in other.evidence.sources
    assert f"{TRIAL}/evidence/sources.yaml" in mine.digests
    assert not [name for name in other.digests if name.startswith(TRIAL)]


def test_adding_evidence_to_one_proposal_changes_no_output_of_another_and_stops_no_import(tmp_path: Path) -> None:
    root, out = two(tmp_path), tmp_path / "out"
    folder = out / OTHER / "base"
    assert costmodel_cli("run", OTHER, "--assumptions", root, "--outputs", out).code == 0
    before = {file.name: file.read_bytes() for file in folder.glob("*.*")}
    index = "indices: {ours: {title: O, source: mine, status: V, values: {2024/25: 1}}}\n"
    write(root / TRIAL / "evidence" / "indices.yaml", index)
    write(root / TRIAL / "evidence" / "broken.yaml", "sources: {mine: [}\n")
    assert costmodel_cli("run", OTHER, "--assumptions", root, "--outputs", out).code == 0
    assert {file.name: file.read_bytes() for file in folder.glob("*.*")} == before
    found = costmodel_cli("import", folder / "workbook.xlsx", "--as", "again", "--assumptions", root)
    assert found.code == 0, found.err
    assert costmodel_cli("check", TRIAL, "--assumptions", root).code == 2  # its own mistake is its own


def test_ones_own_evidence_added_since_stops_the_import_of_ones_own_workbook(tmp_path: Path) -> None:
    root, out = two(tmp_path), tmp_path / "out"
    assert costmodel_cli("run", TRIAL, "--assumptions", root, "--outputs", out).code == 0
    write(root / TRIAL / "evidence" / "more.yaml", SOURCES.replace("mine", "more"))
    book = out / TRIAL / "base" / "workbook.xlsx"
    found = costmodel_cli("import", book, "--as", "again", "--assumptions", root)
    assert found.code == 2
    assert f"{TRIAL}/evidence/more.yaml was added since the workbook was made" in found.err


def deflator(level: int) -> str:
    return (
        "deflators:\n  gdp-deflator-2025-12:\n"
        f"    {{title: Ours, source: hmt-optimism-bias, status: V, values: {{2024: {level}, 2025: {level}}}}}\n"
    )


def test_the_nearest_entry_of_an_id_counts_and_is_said(tmp_path: Path) -> None:
    root = write_trial(tmp_path, trial())
    assert costmodel.load(TRIAL, root).run().value("deflator_price_base") == 100
    write(root / "evidence" / "deflators.yaml", deflator(50))
    assert costmodel.load(TRIAL, root).run().value("deflator_price_base") == 50
    write(root / TRIAL / "evidence" / "deflators.yaml", deflator(70))
    costed = costmodel.load(TRIAL, root)
    assert costed.run().value("deflator_price_base") == 70
    assert costed.costing.files.evidence.replaced() == [
        ("deflator", "gdp-deflator-2025-12", f"{TRIAL}/evidence"),
        ("deflator", "gdp-deflator-2025-12", "evidence"),
    ]
    ran = costmodel_cli("run", "--assumptions", root, "--outputs", tmp_path / "out")
    assert ran.code == 0, ran.err
    page = (tmp_path / "out" / "evidence.md").read_text(encoding="utf-8")
    assert f"| deflator | `gdp-deflator-2025-12` | {TRIAL}/evidence |" in page


def test_the_page_of_evidence_keeps_the_sources_of_proposals_apart(tmp_path: Path) -> None:
    root = two(tmp_path)
    write(root / "evidence" / "sources.yaml", "sources: {ours: {title: What all of us read}}\n")
    write(root / OTHER / "evidence" / "sources.yaml", SOURCES.replace("survey", "count"))
    ran = costmodel_cli("run", "--assumptions", root, "--outputs", tmp_path / "out")
    assert ran.code == 0, ran.err
    page = (tmp_path / "out" / "evidence.md").read_text(encoding="utf-8")
    assert f"Id `mine`, of {TRIAL} alone, read." in page
    assert f"Id `mine`, of {OTHER} alone, read." in page
    assert page.index("A survey of our own") != page.index("A count of our own")
    mine = page.split(f"Id `mine`, of {TRIAL} alone, read.")[1].split("\n#")[0]
    assert f"- {TRIAL}: `rent`" in mine
    assert OTHER not in mine


def test_an_id_stands_once_in_a_layer(tmp_path: Path) -> None:
    root = two(tmp_path)
    place = write(root / TRIAL / "evidence" / "zwei.yaml", f"sources:\n  {HERE}mine: {{title: Again}}\n")
    ran = costmodel_cli("check", TRIAL, "--assumptions", root)
    assert ran.code == 2
    assert f"zwei.yaml:{place}: mine: the evidence mine stands twice" in ran.err
    assert "It stands first at " in ran.err
    assert costmodel_cli("check", OTHER, "--assumptions", root).code == 0


def test_one_year_of_a_pay_scale_can_be_laid_over_the_others(tmp_path: Path) -> None:
    root = write_trial(tmp_path, trial())
    scale = {
        "name": "agenda-for-change-england",
        "year": "2030/31",
        "title": "A scale of our own",
        "unit": "£ a year",
        "source": "nhs-employers-afc",
        "bands": {"5": [{"from": 0, "pay": "£40,000", "status": "D"}]},
    }
    write(root / TRIAL / "evidence" / "pay" / "ours.yaml", as_yaml({"pay_scale": scale}))
    years = [str(year) for year in costmodel.load(TRIAL, root).costing.files.evidence.pay["agenda-for-change-england"]]
    assert "2030/31" in years
    assert "2020/21" in years


def test_a_proposal_that_is_given_by_its_path_has_its_own_evidence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = two(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = costmodel_cli("check", root / TRIAL)
    assert ran.code == 0, ran.err
