# Everything a developer or a first user needs. `make run` serves Tiercel; `make test` runs the tests.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFORMANCE_DIR ?= ../shared/conformance
NAME ?= all
WORKERS ?= 2

UI := src/tiercel/api/static/index.html
UI_SOURCES := $(shell find ui/src ui/public ui/scripts -type f) $(addprefix ui/,index.html package.json package-lock.json vite.config.ts)
NPM := $(shell command -v npm)

.DELETE_ON_ERROR: # a build that broke off has already written its page
.PHONY: help setup run demo screenshots azurite test test-ui browser budget check lint types conformance bench lock clean wheel-check

setup: $(VENV)/.ready $(if $(NPM),$(UI),no-node) ## Prepare .venv with the CLI at .venv/bin/tiercel, and the web interface

$(UI): ui/node_modules/.ready $(UI_SOURCES)
	cd ui && npm run --silent build -- --logLevel warn

ui/node_modules/.ready: ui/package-lock.json ui/.npmrc
	cd ui && npm ci --silent
	@touch $@

.PHONY: no-node
no-node:
	@echo "npm is not here: the web interface is left out. It needs Node 20.19 or newer."

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src # so that the first start is as quick as the next
	@touch $@

run: setup ## Serve Tiercel on http://localhost:8080 with the embedded database in ./.tiercel
	TIERCEL_HOME=$${TIERCEL_HOME:-./.tiercel} exec $(BIN)/tiercel server --port $${PORT:-8080} --no-auth

demo: setup ## Serve an installation full of runs on http://localhost:8090, with data of its own in ./.tiercel-demo
	@trap 'kill %1 2>/dev/null' EXIT; TIERCEL_HOME=./.tiercel-demo $(BIN)/tiercel server --port 8090 --no-auth & \
	until curl -sf http://localhost:8090/ping >/dev/null; do sleep 0.3; kill -0 %1 || exit 1; done; \
	$(BIN)/python docs/demo/seed.py http://localhost:8090 && echo "http://localhost:8090 (Ctrl-C ends it)" && wait %1

screenshots: setup ## Take the pictures of the documentation from the installation that `make demo` serves
	node docs/demo/screenshots.mjs http://localhost:8090 docs/images

azurite: tests/azurite/node_modules/.ready ## Bring the server that stands for Azure's storage in tests

tests/azurite/node_modules/.ready: tests/azurite/package-lock.json tests/azurite/.npmrc
	cd tests/azurite && npm ci --silent --ignore-scripts
	@touch $@

test: setup $(if $(NPM),test-ui) ## Run the tests
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not alone"
	$(BIN)/python -m pytest -q -m alone $$(grep -rl --include='*.py' 'mark\.alone' tests) # to collect only these

test-ui: setup ## Run the tests of the web interface that need no browser
	cd ui && npm run --silent test

browser: setup ## Use the web interface in Chromium, against a server of its own
	cd ui && PYTHON_BIN="$(CURDIR)/$(BIN)" npm run --silent browser

budget: setup ## Check that the bundles of the web interface stay small
	cd ui && npm run --silent budget

check: lint types ## Lint, formatting, import contracts and types

lint: setup ## Lint, formatting and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(if $(NPM),cd ui && npm run --silent lint)

types: setup ## Types
	$(BIN)/mypy
	$(if $(NPM),cd ui && npm run --silent types)

conformance: setup ## Run the conformance suite of CONFORMANCE_DIR
	PYTHONPATH=src:tests $(BIN)/python -m conformance --dir "$(CONFORMANCE_DIR)" $(ARGS)

bench: setup ## Run one benchmark: make bench NAME=b1
	$(BIN)/python -m benchmarks $(NAME) $(ARGS)

wheel-check: setup ## Build the wheel, install it in an empty environment and run the first flow with it
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/env
	build/wheel/env/bin/python -m pip install --quiet --disable-pip-version-check build/wheel/*.whl
	for name in py.typed $(if $(NPM),api/static/licenses.md); do \
	  build/wheel/env/bin/python -c "from importlib.resources import files; files('tiercel').joinpath('$$name').read_bytes()" || exit 1; done
	build/wheel/env/bin/tiercel run examples/hello_world.yaml

lock: ## Pin the dependencies again, with hashes and without addresses
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
	  --allow-unsafe --strip-extras --no-annotate --output-file requirements/dev.txt pyproject.toml requirements/dev.in

help: ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.* ## /\1\t/p' Makefile | expand -t 14

clean: ## Remove all that was made
	rm -rf $(VENV) ui/node_modules tests/azurite/node_modules src/tiercel/api/static build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
