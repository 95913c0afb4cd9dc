"""What every test stands on: the same examples in every run, and an empty folder to work in where one is asked for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from recalculation import libreoffice_available

# As costmodel has it: tests may import openpyxl before they import costmodel.
os.environ["OPENPYXL_LXML"] = "False"

# What commands keep of earlier ones is of this run of the tests alone, and gone after it.
CACHE = tempfile.TemporaryDirectory()
os.environ["XDG_CACHE_HOME"] = CACHE.name

settings.register_profile("costmodel", deadline=None, derandomize=True, database=None)
settings.load_profile("costmodel")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "libreoffice: needs LibreOffice, the second opinion on every workbook")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked ``libreoffice`` is skipped only where LibreOffice is absent and nobody said that it is needed."""
    needs = item.get_closest_marker("libreoffice")
    if needs and not os.environ.get("COSTMODEL_NEEDS_LIBREOFFICE") and not libreoffice_available(*needs.args):
        pytest.skip("LibreOffice is not installed; CI installs it")


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test stands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
