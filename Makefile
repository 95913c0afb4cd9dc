# make run    the main job: every proposal and scenario into outputs/
# make test   lint, types and tests
# make bench  how long commands and calculations take, and how time and memory grow
# Each creates the environment in .venv first, with nothing but Python 3.11 or later.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

.PHONY: run test lint types tests bench clean

run: $(VENV)/run.stamp
	$(BIN)/costmodel run

test: lint types tests

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

tests: $(VENV)/test.stamp
	$(BIN)/pytest -n auto

bench: $(VENV)/run.stamp
	$(BIN)/python benchmarks/run.py --runs 5
	$(BIN)/python benchmarks/growth.py

$(VENV)/run.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(INSTALL) '.[test]'
	touch $@

clean:
	rm -rf $(VENV)
