# One word for each thing to do. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --silent
.DEFAULT_GOAL := help

# The first Python here that is new enough; PYTHON=... chooses another.
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name $(NEW_ENOUGH) 2>/dev/null && command -v $$name && break; done)
endif
PY := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

help: ## list what can be done
	grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/.runtime .venv-engine/.engine $(CATALOGUES) ## start everything on this machine (PORT, HOST)
	exec $(PY) -m infra.local.runner

test: .venv/.dev .venv-engine/.engine $(CATALOGUES) ## install what the tests need and run them all
	$(PYTHON) infra/install.py browser
	$(PY) -m pytest $(ARGS)

check: .venv/.dev .venv-engine/.engine $(CATALOGUES) ## format, lint, types, import contracts, templates, fast tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/cfn-lint infra/*.yaml
	$(PY) -m pytest -q -m "not browser and not slow and not reliability and not screenshots and not bench"

bench: .venv/.dev .venv-engine/.engine $(CATALOGUES) ## time and cost the main actions
	$(PY) -m pytest -m bench -s

prove: .venv/.dev .venv-engine/.engine $(CATALOGUES) ## everything, with the full matrix of languages, sizes and scripts
	$(PYTHON) infra/install.py browser
	MATRIX=full $(PY) -m pytest -m "not screenshots"

screenshots: .venv/.dev .venv-engine/.engine $(CATALOGUES) ## write every page's picture
	$(PYTHON) infra/install.py browser
	$(PY) -m pytest -m screenshots

package: .venv/.dev $(CATALOGUES) ## build a zip for each function into dist/
	$(PY) -m infra.package

backup: .venv/.runtime ## keep the data of this machine in one file
	$(PY) -m infra.local.backup backup

restore: .venv/.runtime ## bring data back: make restore FILE=backups/...tar.gz
	$(PY) -m infra.local.backup restore $(FILE)

reset: .venv/.runtime ## forget the data of this machine (asks)
	$(PY) -m infra.local.backup reset

catalogue: .venv/.runtime ## find what pages say and bring the English catalogue up to it
	$(PY) -m infra.catalogue

install: .venv/.dev .venv-engine/.engine ## only install

.venv/.runtime: requirements.txt | python
	$(PYTHON) infra/install.py runtime
	touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	$(PYTHON) infra/install.py dev
	touch $@

.venv-engine/.engine: requirements-engine.txt | python
	$(PYTHON) infra/install.py engine
	touch $@

%.mo: %.po | .venv/.runtime
	.venv/bin/pybabel -q compile -i $< -o $@

python:
	$(or $(PYTHON),false) $(NEW_ENOUGH) 2>/dev/null || { \
		echo "Yizhan needs Python 3.11 or newer, and there is none here: install it, or name one with PYTHON=..." >&2; exit 1; }

.PHONY: help run test check bench prove screenshots package backup restore reset catalogue install python
