# Three commands: `make demo` shows what this is, `make test` proves it, `make lint` keeps it tidy.
# Each makes its own virtual environment in .venv and installs what it needs from pyproject.toml.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# BLAS threads fight with the parallel test workers for the cores.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1

.PHONY: demo test lint bench clean

demo: $(VENV)/.train
	$(BIN)/python examples/demo.py

test: $(VENV)/.test
	$(ONE_THREAD) $(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench
	$(ONE_THREAD) $(BIN)/python benchmarks/run.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autograd_mini needs Python >= 3.11; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.train: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[train,draw]'
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[train,draw,test]'
	@touch $@

$(VENV)/.lint: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[train,draw,test]' --group lint
	@touch $@

$(VENV)/.bench: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[train,bench]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache
