# `make` alone lists the targets. All local state is in var/, and nothing is installed outside of it.
# It needs GNU make and Python 3.11 or newer. Recipes use relative paths only, so the path of the
# project may have spaces. Settings such as EXACT_CLIENT_SECRET reach the programs through the
# environment, because everybody on the machine can read command lines.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
WORKERS ?= 3
VENV := var/venv
RUN := PYTHONPATH="$$PWD/plugins:$$PWD" $(VENV)/bin/python
READY := $(VENV)/ready
BROWSER := var/browser/ready
LOCKS := requirements-uv.txt requirements-dev.txt
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock"

.PHONY: help setup lock demo demo-settings up airflow simulator test morning pictures faults faults-check \
	history lint sbom audit digests bench bench-check messages clean

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' Makefile | \
	while IFS="$$(printf '\t')" read -r name words; do printf 'make %-14s %s\n' "$$name" "$$words"; done

setup: $(READY)  ## make var/venv with the locked dependencies (PYTHON=python3.12 chooses the interpreter)
	@echo "$(VENV) holds the locked dependencies." >&2

lock: $(READY)  ## compile requirements*.in anew into the hashed locks
	$(COMPILE) $(UPGRADE) requirements.in --output-file requirements.txt
	$(COMPILE) $(UPGRADE) --constraint requirements.txt requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) $(UPGRADE) --constraint requirements-dev.txt requirements-uv.in --output-file requirements-uv.txt

demo: $(READY)  ## run the demo's nights in Airflow (other server: EXACT_URL= EXACT_CLIENT_ID= EXACT_CLIENT_SECRET=)
	@$(RUN) -m dev.demo.night

demo-settings: $(READY)  ## print as JSON what the division of each demo practice must hold
	@$(RUN) -m dev.demo.practices

up: $(READY)  ## do the same as demo, and leave Airflow running until Ctrl-C (AIRFLOW_PORT= CELERY_WORKERS=2)
	@$(RUN) -m dev.demo.night --stay

airflow: $(READY)  ## run Airflow's command line beside a running make up (ARGS="backfill create --help")
	@$(RUN) -m dev.demo.airflow_command $(ARGS)

simulator: $(READY)  ## run the Exact Online simulator alone, with the demo's divisions (PORT= ARGS=)
	@mkdir -p var/simulator
	@$(RUN) -m dev.demo.practices > var/simulator/divisions.json
	@$(RUN) -m simulator --port "$(or $(PORT),8765)" --seed-file var/simulator/divisions.json $(ARGS)

test: $(READY) $(BROWSER)  ## run every test (WORKERS=3 at a time; ARGS= for pytest)
	@$(RUN) -m pytest -n "$(WORKERS)" --dist worksteal $(ARGS)

morning: $(READY) $(BROWSER)  ## walk the morning after a night with 30 faults, in a browser, into var/morning
	@$(RUN) -m tests.morning

pictures: $(READY) $(BROWSER)  ## walk through all pages in a browser, and make the pictures of docs/handleiding.nl.md anew
	@EXACT_ONLINE_MANUAL=1 $(RUN) -m pytest -q tests/browser/test_walk.py

# LOOPS="airflow workers processes crashes programs" are all of them.
faults: $(READY)  ## run the long fault tests into var/faults/report.json (MINUTES=30 SEED= WORKERS=3 LOOPS=)
	@$(RUN) -m tests.faults.long --minutes "$(or $(MINUTES),30)" --workers "$(WORKERS)" \
	$(if $(SEED),--seed $(SEED)) $(if $(LOOPS),--loops $(LOOPS))

faults-check: $(READY)  ## plant bugs and check that the tests notice them (ARGS= for some of them)
	@$(RUN) -m tests.faults.long.planted $(ARGS)

# WAYS="import excel bulk backfill airflow" are all of them; airflow is Airflow's own, in a real scheduler.
history: $(READY)  ## bring two years of older invoices into the books in every way (INVOICES=12000 WAYS= DAYS=)
	@$(RUN) -m tests.history --invoices "$(or $(INVOICES),12000)" $(if $(DAYS),--days $(DAYS)) $(WAYS)

lint: $(READY)  ## run ruff, mypy, sqlfluff and import-linter
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy plugins simulator dev
	@$(RUN) -m sqlfluff lint --disable-progress-bar include/sql
	@$(RUN) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

sbom: $(READY)  ## write what production is made of into var/sbom.json (CycloneDX)
	@$(RUN) -m dev.sbom

audit: $(READY)  ## ask for advisories about the locked dependencies, in your own pipeline (ARGS=)
	@$(VENV)/bin/uv tool run pip-audit --require-hashes --disable-pip --requirement requirements.txt $(ARGS)

digests:  ## ask the registry for the digests of the base images, and print them for .env (REGISTRY=mirror/)
	@sed -n 's/.*$${\([A-Z]*_IMAGE\):-\([^}]*\)}.*/\1=$(subst /,\/,$(REGISTRY))\2/p' docker-compose.yaml | sort -u | \
	while IFS= read -r each; do \
	digest="$$(docker buildx imagetools inspect "$${each#*=}" --format '{{print .Manifest.Digest}}')" || exit 1; \
	echo "$$each@$$digest"; done

messages: $(READY)  ## bring the Dutch texts of the pages up to date with code and templates
	@$(RUN) -m exact_online.web.messages

bench: $(READY)  ## measure how fast the link is
	@$(RUN) -m tests.bench.transform
	@$(RUN) -m simulator.benchmark
	@$(RUN) -m tests.bench.flat
	@$(RUN) -m tests.bench.reconcile
	@$(RUN) -m tests.bench.extract
	@$(RUN) -m tests.bench.pages
	@$(RUN) -m tests.bench.auditfile
	@$(RUN) -m tests.bench.workbooks
	@$(RUN) -m tests.bench.loader
	@$(RUN) -m tests.bench.nights
	@$(RUN) -m tests.bench.workers
	@$(RUN) -m tests.bench.dag_files
	@$(RUN) -m tests.bench.fleet

bench-check: $(READY)  ## hold the ratios of the last make bench against the committed ones
	@$(RUN) -m tests.bench.check

clean:  ## stop what runs in var/ and remove it
	@if [ -e $(READY) ]; then $(RUN) -m dev.local.stop; fi
	@rm -rf var

# Standard output is for the JSON of demo-settings, so all messages here go to standard error.
$(READY): $(LOCKS) | $(VENV)/bin/uv
	@echo "Installing the locked dependencies ..." >&2
	@[ -w "$${HOME:-/}" ] || export UV_CACHE_DIR="$$PWD/var/cache"; unset PYTHONDONTWRITEBYTECODE; \
	$(VENV)/bin/uv pip sync --python $(VENV)/bin/python --require-hashes --compile-bytecode \
	requirements-dev.txt >&2
	@touch $@

# A browser for the tests of the pages: its binary is in an npm package, so it needs no root.
$(BROWSER): tests/browser/package.json tests/browser/package-lock.json | $(READY)
	@echo "Installing a browser for the tests ..." >&2
	@mkdir -p var/browser && cp tests/browser/package.json tests/browser/package-lock.json var/browser
	@[ -w "$${HOME:-/}" ] || export npm_config_cache="$$PWD/var/cache/npm"; \
	PATH="$$PWD/$(VENV)/bin:$$PATH" $(VENV)/bin/npm ci --prefix var/browser --ignore-scripts --no-audit --no-fund \
	--loglevel error >&2
	@touch $@

$(VENV)/bin/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >&2 || { \
	echo "$(PYTHON) is not Python 3.11 or newer:" \
	"install one, or name it with make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@mkdir -p var 2>/dev/null && [ -w var ] || { \
	echo "$$PWD/var can't be written:" \
	"give $$(id -un) the right to, or work in a clone of your own" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..." >&2
	@"$(PYTHON)" -m venv --clear $(VENV) >&2 || { \
	echo "$(PYTHON) can't make virtual environments:" \
	"install its module venv (on Debian and Ubuntu the package python3-venv)" >&2; exit 1; }
	@[ -w "$${HOME:-/}" ] || export PIP_CACHE_DIR="$$PWD/var/cache/pip"; \
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	--requirement requirements-uv.txt >&2
