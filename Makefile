# medlake: every command a person needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
BENCH ?= all
SHARED := $(wildcard ../shared/data)
export MEDLAKE_LANDING ?= $(abspath $(SHARED))

.PHONY: help setup demo test storm check up bench docs lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.ready: requirements.lock pyproject.toml
	@echo "Setting up .venv from requirements.lock (about two minutes, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/.ready ## make .venv from requirements.lock

demo: setup ## simulate a device maker, run the main job end to end, print what came out
	@$(BIN)/medlake simulate --if-absent
	@$(BIN)/medlake refresh

test: setup ## run every test
	@$(BIN)/python -m pytest

storm: setup ## try every failure in full: polluted files, kills, full disks, power cuts (tests run a sample)
	@$(BIN)/python -m pytest tests -m storm --storm

check: setup ## format, lint, types, floors, SQL lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/medlake models lint

up: setup ## Dagster and Streamlit on loopback
	@$(BIN)/medlake up

bench: setup ## measure; BENCH=ingest|small_files|loads|refresh|udi|genealogy|recall|pages for one
	@$(BIN)/python -m benchmarks $(BENCH)

docs: setup ## write the KPI handbook and the data dictionary again from their sources
	@$(BIN)/python -m pipelines.kpi_handbook
	@$(BIN)/python -m pipelines.dictionary

lock: ## resolve pyproject.toml into requirements.lock again
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
	    --extra dev pyproject.toml --output-file requirements.lock

clean: ## remove everything the platform wrote (the lake too)
	find data -mindepth 1 -maxdepth 1 ! -name README.md ! -name samples -exec rm -rf {} +
	rm -rf .cache
