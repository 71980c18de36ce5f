# Everything a person needs to type. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
OURS := $(wildcard services shared deploy tests)

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test mutations prove bench check asyncapi lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv with every package, pinned and checked by hash (instant the second time)
	@command -v $(PYTHON) >/dev/null || { echo "setup: no $(PYTHON) found; install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) deploy/local/bootstrap.py

demo: setup ## watch children travel from the street to safety (KEEP=1 leaves the city running)
	@$(BIN)/python -m deploy.cli demo

up: setup ## start the city and leave it running
	@$(BIN)/python -m deploy.cli up

down: ## stop the city that `make up` or `KEEP=1 make demo` left running
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m deploy.cli down; fi

test: setup ## run every test (ARGS='-k hearing -x' is passed on; SENANDUNG_TEST_SERVERS=embedded|containers|auto)
	@$(BIN)/python -m pytest $(ARGS)

mutations: setup ## take each mechanism out of a copy, see its test fail, and make docs/guarantees.md of it (10 minutes)
	@$(BIN)/python -m tests.mutations --write

prove: setup ## a thousand children at a time while the city dies, seed after seed, for an hour (MINUTES=… CHILDREN=…)
	@SENANDUNG_TEST_CHILDREN=$(or $(CHILDREN),1000) MINUTES=$(MINUTES) $(BIN)/python -m tests.journeys

bench: setup ## measure the engine beside what others would use, ten minutes (QUICK=1: one; RUN=name keeps the results)
	@$(BIN)/python -m tests.bench run

check: setup ## format, lint, types, layers, contracts and the tests that need no server
	@$(BIN)/ruff format --check $(OURS)
	@$(BIN)/ruff check $(OURS)
	@$(BIN)/mypy $(OURS)
	@$(BIN)/lint-imports
	@$(BIN)/python -m shared.contracts check
	@$(BIN)/python -m pytest -q -m 'not (postgres or kafka or containers or compose or slow)'

asyncapi: tests/contracts/node/node_modules/.package-lock.json ## have the official AsyncAPI parser read the contracts (needs node and npm)
	@node tests/contracts/node/check.mjs shared/contracts/asyncapi.yaml
	@node --test --test-reporter=spec tests/contracts/node/check.test.mjs

tests/contracts/node/node_modules/.package-lock.json: tests/contracts/node/package-lock.json
	@cd tests/contracts/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lock: setup ## pin the newest versions that requirements/*.in allow, by hash
	@cd requirements && for name in runtime local dev bench-outbox bench-stream; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	    --no-annotate --no-header $$name.in -o $$name.txt || exit 1; done
	@$(BIN)/python -m deploy.local.jars

clean: down ## remove .venv, every cache of this folder, and what the city left in .senandung
	rm -rf .venv .venv-bench .setup.lock .senandung .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find $(OURS) -name __pycache__ -prune -exec rm -rf {} +
