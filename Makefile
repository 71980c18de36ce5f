# Everything a person needs to type. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv with every package, pinned and checked by hash (instant the second time)
	@command -v $(PYTHON) >/dev/null || { echo "setup: no $(PYTHON) found; install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) deploy/local/bootstrap.py

clean: ## remove .venv and every cache of this folder
	rm -rf .venv .setup.lock .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
