# Doors of the repository. `make` or `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PAGE_TESTS := $(addprefix tests/test_site,.py _access.py _axe.py _formats.py _frame.py)
CODE := src $(wildcard conftest.py tests benchmarks) notebooks/py
# The tool that installs the lock comes from the lock, with its hashes.
UV := awk '/^[^ ]/ {wanted = /^uv==/} wanted' requirements.lock

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: site
site: $(STAMP) ## notebooks that are out of date, then the website in _site/ (the first run makes .venv)
	@$(BIN)/review build

# Linters come first, so that the last line is pytest's count.
.PHONY: test
test: $(STAMP) browser lint ## the whole test suite; CI runs the same
	@$(BIN)/pytest -n 2 --dist loadscope

.PHONY: check
check: $(STAMP) lint ## linters, types and `review check`
	@$(BIN)/review check

# Not part of `make test`, which needs no Quarto. The tests that look at pages look at Quarto's here.
.PHONY: quarto-check
quarto-check: $(STAMP) browser ## both renderers' sites word for word, and the page tests on Quarto's (needs Quarto)
	@$(BIN)/python tests/quarto_check.py
	@$(BIN)/pytest -n 2 --dist loadscope --site _runs/quarto-check/quarto/_site $(PAGE_TESTS)

# In a container people are root, whom Jupyter refuses unless told; it listens on this machine alone.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab
lab: $(STAMP) ## JupyterLab with the notebooks and their scripts; saving writes both forms of a pair
	@$(BIN)/jupyter trust --log-level=ERROR notebooks/*.ipynb > /dev/null # or their figures stay hidden until they are rerun
	@JUPYTER_CONFIG_PATH=$(CURDIR)/.jupyter $(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks $(AS_ROOT)

.PHONY: bench
bench: $(STAMP) ## the measurements in benchmarks/; REVIEW_LABELLED_SETS names the folder of labelled records
	@missed=0; for script in benchmarks/*.py; do \
		echo "== $$script"; $(BIN)/python "$$script" || missed=1; \
	done; exit $$missed

.PHONY: format
format: $(STAMP) ## ruff's fixes and formatting
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

.PHONY: lock
lock: $(STAMP) ## a new requirements.lock from pyproject.toml (needs the network)
	@$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-header --upgrade \
		--quiet --output-file requirements.lock
	@echo "requirements.lock is new. Next: make test, which says what environment.yml must follow."

.PHONY: fuzz
fuzz: $(STAMP) ## damaged inputs and killed commands at length; the suite plays a bounded share of them
	@REVIEW_FUZZ=long $(BIN)/pytest -n 2 tests/update/test_fuzz.py tests/update/test_unreadable.py tests/update/test_killed.py

.PHONY: clean
clean: ## removes what was made (site, runs, caches), not what was written, and not .venv
	@rm -rf _site _runs _freeze .quarto figures v downloads feedback.qmd .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

.PHONY: lint
lint: $(STAMP)
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "Not formatted as above. Run: make format" >&2; exit 1; }
	@$(BIN)/mypy

# The tests look at the pages in a real browser.
.PHONY: browser
browser:
	@command -v chromium > /dev/null && exit; \
	admin=; [ "$$(id -u)" = 0 ] || admin="sudo --non-interactive"; \
	echo "Installing Chromium, which the tests look at the pages with ..." >&2; \
	{ $$admin apt-get update && $$admin apt-get install --yes --no-install-recommends chromium; } > /dev/null || { \
		echo "Chromium is missing and could not be installed. Install it, so that \`chromium\` is found, for example:" >&2; \
		echo "    sudo apt-get install chromium" >&2; exit 1; }

.PHONY: .venv
.venv: $(STAMP)

# Made anew when the lock changes; started afresh when the Python it was made with is gone.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { \
		echo "Python's venv module is missing. On Debian: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c '' 2> /dev/null || $(PYTHON) -m venv --clear .venv
	@echo "Installing the locked versions into .venv ..." >&2
	@$(UV) > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
