"""Random formulas come to the same in the engine, in a plain reading of their text, and in other spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_models import ELSEWHERE, OTHER, RandomModel, random_model
from recalculation import ENGINES, assert_recalculates, by_libreoffice_many, differences, plant_wrong_values

import costmodel
from costmodel.analysis.results import Costed
from costmodel.language.vocabulary import VOCABULARY
from costmodel.workbook.write import workbook_bytes

BATCHES = [range(start, start + 13) for start in range(0, 208, 13)]
"""Seeds, 13 to a test: 208 models of a dozen lines, each in two scenarios."""


def load(model: RandomModel, root: Path) -> Costed:
    return costmodel.load(model.write(root), assumptions=root)


def told_apart(costed: Costed, model: RandomModel) -> list[str]:
    """Every cell in which the engine differs from the plain reading by more than 1 part in 10^9."""
    lines = []
    for scenario, reading in model.readings.items():
        results = costed.run(scenario)
        for name, cells in model.cells.items():
            found = results.cells(name)
            assert found.shape == tuple(at + 1 for at in cells[-1]), f"{name} runs over {found.shape}"
            for row, year in cells:
                expected = reading.cell(name, row, year)
                assert not isinstance(expected, str)
                value = float(found[row, year])
                if not abs(value - expected.value) <= 1e-9 * max(1.0, abs(expected.value)):
                    lines.append(f"{scenario}: {name}[{row}] in year {year}: {value!r}, and plainly {expected.value!r}")
    return lines


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_random_models_come_to_the_same_everywhere(seeds: range, tmp_path: Path) -> None:
    for seed in seeds:
        model = random_model(seed)
        costed = load(model, tmp_path)
        told = told_apart(costed, model)
        assert not told, "\n".join([*told[:10], model.files["model.yaml"]])
        path = tmp_path / f"{seed}.xlsx"
        path.write_bytes(workbook_bytes(costed.run(("base", OTHER)[seed % 2])))
        try:
            assert_recalculates(path)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{model.files['model.yaml']}") from None


@pytest.mark.libreoffice
def test_random_models_come_to_the_same_in_libreoffice(tmp_path: Path) -> None:
    planted, expected = [], []
    for seed in range(0, 208, 13):
        path, spoilt = tmp_path / f"{seed}.xlsx", tmp_path / f"{seed}-planted.xlsx"
        path.write_bytes(workbook_bytes(load(random_model(seed), tmp_path).run(OTHER)))
        plant_wrong_values(path, spoilt)
        planted.append(spoilt)
        expected.append(ENGINES["ironcalc"](path))
    found = by_libreoffice_many(planted)
    told = [line for one, other in zip(expected, found, strict=True) for line in differences(one, other)]
    assert not told, "\n".join(told[:20])


def test_random_models_use_the_whole_vocabulary() -> None:
    formulas = " ".join(
        text
        for seeds in BATCHES[::2]
        for seed in seeds
        for text in random_model(seed).readings["base"].model.formulas.values()
    )
    unused = [function for function in VOCABULARY.keys() - ELSEWHERE if formulas.count(f"{function}(") < 10]
    assert not unused
    for sign in ("**", "/", " == ", " != ", " <= ", " and ", " or ", " not ", " if ", ".kind ==", "start="):
        assert formulas.count(sign) >= 10, sign
