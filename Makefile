# Every act of development is a target here, and CI calls nothing else. `make` alone prints the list.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
PACKAGES := repository/web/static/packages
EDITOR := $(PACKAGES)/yasqe.min.js
LOCKER := .venv-lock

PORT ?= 8000
ARGS ?=

# The editor of the query page, taken from its npm package: version and SHA-256 of the archive.
EDITOR_VERSION := 4.6.2
EDITOR_SHA256 := 06fb9f18817157d755df192cd613fb77cc2aa1a7048469d3f05da461809d6f00

# The tool that makes the lock; nothing else uses it.
UV_VERSION := 0.13.9

.PHONY: help
help: ## print this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(READY) ## make .venv with the locked dependencies and Mutualis itself

# A changed lock makes the environment anew: pip alone would leave behind what the lock no longer names.
$(LOCKED): requirements.lock
	@$(find_python); \
	echo "Making $(VENV) with $$python ($$($$python --version))"; \
	$$python -m venv --clear $(VENV) || { echo "The module venv is missing for $$python: install it (Debian, Ubuntu: apt install python3-venv) and run make again." >&2; exit 1; }
	@$(PY) -m pip install --disable-pip-version-check --quiet --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

.PHONY: assets
assets: $(EDITOR) ## fetch the scripts that the distribution ships, from npm

# Without npm the query page is without its editor, and works.
$(EDITOR): Makefile
	@if command -v npm >/dev/null; then \
		folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		npm pack --silent --pack-destination "$$folder" "@zazuko/yasqe@$(EDITOR_VERSION)" >/dev/null && \
		echo "$(EDITOR_SHA256)  $$folder/zazuko-yasqe-$(EDITOR_VERSION).tgz" | sha256sum --check --quiet && \
		tar -xzf "$$folder/zazuko-yasqe-$(EDITOR_VERSION).tgz" -C "$$folder" && \
		mkdir -p $(PACKAGES) && cp "$$folder"/package/build/yasqe.min.js "$$folder"/package/build/yasqe.min.css $(PACKAGES)/ && \
		touch $@; \
	else \
		echo "npm is not here, so the query page is without its editor (Debian, Ubuntu: apt install npm)." >&2; \
	fi

# The build backend is in the lock, so nothing is fetched without a hash.
$(READY): $(LOCKED) pyproject.toml | $(EDITOR)
	@$(PY) -m pip install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: $(BIN)/mutualis"

# A version manager may put a python3.12 on the PATH that does not run, so each candidate is asked.
define find_python
for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3) none; do \
	if [ "$$python" = none ]; then \
		echo "Mutualis needs Python 3.11 or newer and found none: install one, or name it (make setup PYTHON=/path/to/python3)." >&2; exit 1; \
	fi; \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
done
endef

.PHONY: demo
demo: $(READY) ## serve a sample catalogue and a partner it harvests (PORT=8000)
	@$(BIN)/mutualis demo --port $(PORT)

.PHONY: test
test: $(READY) ## run the tests (ARGS="tests/unit -k token" for some of them)
	$(PY) -m pytest $(ARGS)

.PHONY: lint
lint: $(READY) ## check style, types and floors: ruff, mypy, import-linter
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(READY) ## put imports and layout in order
	$(PY) -m ruff check --select I --fix .
	$(PY) -m ruff format .

.PHONY: golden
golden: $(READY) ## rewrite the golden files; review what changed with git diff
	MUTUALIS_GOLDEN_UPDATE=1 $(PY) -m pytest tests/golden $(ARGS)

.PHONY: corpus
corpus: $(READY) ## replay the real records of ../shared and account for each of them
	$(PY) -m bench.corpus $(ARGS)

.PHONY: model
model: $(READY) ## try thousands of stories of writers and harvesters (EXAMPLES=3000)
	MUTUALIS_TEST_EXAMPLES=$(or $(EXAMPLES),3000) $(PY) -m pytest tests/conformance/test_oai_model.py $(ARGS)

.PHONY: bench
bench: $(READY) ## measure, beside a peer in the same run
	$(PY) -m bench $(ARGS)

.PHONY: bench-oai
bench-oai: $(READY) ## measure the provider and the harvester (ARGS=--full for 200,000 records)
	$(PY) -m bench oai harvest memory $(ARGS)

.PHONY: bench-sparql
bench-sparql: $(READY) ## measure the SPARQL endpoint (ARGS=--full for 200,000 records)
	$(PY) -m bench sparql_http $(ARGS)

.PHONY: bench-vocabularies
bench-vocabularies: $(READY) ## measure the work on vocabularies (ARGS=--full for 50,000 terms)
	$(PY) -m bench vocabularies $(ARGS)

.PHONY: docs
docs: $(READY) ## rewrite the generated pages of docs/reference
	$(PY) -m repository.profile.reference
	$(PY) -m repository.commands.reference

.PHONY: wheel
wheel: $(READY) ## build the wheel into dist/
	$(PY) -m pip wheel --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

.PHONY: lock
lock: ## make requirements.lock anew from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(find_python); $$python -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip install --disable-pip-version-check --quiet uv==$(UV_VERSION)
	$(LOCKER)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --group dev --extra postgresql \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) --output-file requirements.lock

.PHONY: clean
clean: ## remove .venv, caches and dist/; data folders stay
	rm -rf $(VENV) $(LOCKER) dist build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
