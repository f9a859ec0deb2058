# Two commands matter: `make run` starts the platform, `make test` passes every test.
# Needs git, make, python3 and python3-venv; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: run test prove wheel bundle frontend catalogue lint types fmt pins reference clean

## Starts the platform at http://127.0.0.1:8000 and prints the demo accounts; Ctrl+C stops it.
run: .make/run frontend catalogue
	@exec $(BIN)/anning up $(ARGS)

## Passes every test: style, types, contracts, SQLite, PostgreSQL, Chromium, coverage.
test: .make/test frontend catalogue
	@.ci/packages
	@.ci/tests

## Proves the large counts and writes docs/proof/*.json (hours).
prove: .make/test frontend catalogue
	@.ci/packages
	$(BIN)/python proof/run.py $(ARGS)

## Makes dist/anning-*.whl, which runs without Node and gettext.
wheel: .make/run frontend catalogue
	rm -rf build dist/anning-*.whl
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

## Makes dist/anning-*-bundle.tar.gz: all wheels and an installer, for a machine without network.
bundle: wheel
	@deploy/make-bundle

## Builds the front end into anning/ui/static; does nothing when its sources are unchanged.
frontend: .make/run
	@$(BIN)/python frontend/build.py

## Compiles the English catalogue.
catalogue: .make/catalogue

.make/catalogue: $(wildcard anning/locale/*/LC_MESSAGES/*.po) | .make/run
	@for domain in django djangojs; do \
	  if compgen -G "anning/locale/*/LC_MESSAGES/$$domain.po" >/dev/null; then \
	    $(BIN)/pybabel --quiet compile --directory anning/locale --domain $$domain; fi; done
	@touch $@

lint: .make/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .make/test
	$(BIN)/mypy

fmt: .make/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## Pins requirements/*.in by hash, without naming an index.
pins: .make/test
	for name in run build test; do $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	  --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --output-file requirements/$$name.txt requirements/$$name.in; done

## Writes the generated pages of docs/reference.
reference: .make/run
	$(BIN)/anning ops_settings_reference

clean:
	rm -rf .make build dist anning/ui/static *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.make/run: requirements/run.txt requirements/build.txt pyproject.toml
	@echo "准备运行环境 .venv（首次需要几分钟）……"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --no-deps --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $@

.make/test: requirements/test.txt .make/run
	@$(PIP) install --no-deps --require-hashes -r requirements/test.txt
	@touch $@
