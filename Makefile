# Everything a developer asks for. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run install install-all programs test test-all lint format lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# what `make test ARGS="-k lockout"` hands to pytest
ARGS ?=
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 5

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20
	@echo
	@echo "  make run takes PORT_BASE=8000 STATE_DIR=var KEYS_DIR=keys SITES_HOST=localhost, here or in the environment."
	@echo "  APT=no keeps make from installing any Debian package."

run: install ## the identity provider, the member sites and the inbox, until Ctrl-C
	@exec $(BIN)/python -m idp.development

install: ## the virtual environment, as `make run` needs it
	@requirements/install $(PYTHON) $(VENV) run

install-all: ## the same with test and lint tools
	@requirements/install $(PYTHON) $(VENV) all

programs:
	@requirements/programs

test: install-all programs ## every test but the slow tiers; under 15 minutes
	@$(PYTEST) -m "not slow" $(ARGS)

test-all: install-all ## every test, the slow tiers too
	@requirements/programs slow
	@$(PYTEST) $(ARGS)

lint: install-all ## format, lint, types, import rules, sizes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/house

format: install-all ## rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: install-all ## choose versions anew: requirements/*.txt
	@requirements/lock $(BIN)/uv

clean: ## forget the environment and caches; var/ and keys/ stay
	@rm -rf $(VENV) build *.egg-info .*_cache .hypothesis
	@find idp relying_parties tests -name __pycache__ -prune -exec rm -rf {} +
