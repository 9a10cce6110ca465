# Everything a developer or a first user needs. `make run` serves Tiercel; `make test` runs the tests.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFORMANCE_DIR ?= ../shared/conformance
NAME ?= all

.PHONY: setup run test check lint types conformance bench lock clean wheel-check

setup: $(VENV)/.ready ## Prepare .venv with the CLI at .venv/bin/tiercel

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## Serve Tiercel on http://localhost:8080 with the embedded database in ./.tiercel
	TIERCEL_HOME=$${TIERCEL_HOME:-./.tiercel} exec $(BIN)/tiercel server --port $${PORT:-8080} --no-auth

test: setup ## Run the tests
	$(BIN)/python -m pytest -q

check: lint types ## Lint, formatting, import contracts and types

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

conformance: setup ## Run the conformance suite of CONFORMANCE_DIR
	PYTHONPATH=src:tests $(BIN)/python -m conformance --dir "$(CONFORMANCE_DIR)" $(ARGS)

bench: setup ## Run one benchmark: make bench NAME=b1
	$(BIN)/python -m benchmarks $(NAME) $(ARGS)

wheel-check: setup ## Build the wheel, install it in an empty environment and run the first flow with it
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/env
	build/wheel/env/bin/python -m pip install --quiet --disable-pip-version-check build/wheel/*.whl
	build/wheel/env/bin/tiercel run examples/hello_world.yaml

lock: ## Pin the dependencies again, with hashes and without addresses
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-header \
	  --allow-unsafe --strip-extras --no-annotate --output-file requirements/dev.txt pyproject.toml requirements/dev.in

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
