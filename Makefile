# Needs only make and Python 3.11 or newer; everything else goes into .venv.
#   make demo     the example store: imports its reports, fills every sheet into out/
#   make test     the tests, on two processes       (make test ARGS="-k status")
#   make test-all the slow ones too
#   make lint     style and types
#   make format   sorts imports and mends what the linter can mend
#   make bench    time and memory against the scripts in bench/

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
STAMP := .venv/.installed
DEBIAN := libreoffice-calc python3-uno poppler-utils fonts-noto-cjk fonts-crosextra-carlito

.PHONY: demo test test-all lint format bench system
.DEFAULT_GOAL := demo

$(STAMP): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
	    echo "No virtual environment can be made (Debian: apt-get install python3-venv)."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/opsheet demo --out out

test: $(STAMP) system
	$(BIN)/python -m pytest -n 2 -m "not slow" $(ARGS)

# With the few that take minutes: 100,000 rows in LibreOffice, a kill at every system call.
test-all: $(STAMP) system
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(STAMP)
	@failed=0; $(BIN)/ruff check --output-format concise . || failed=1; \
	$(BIN)/mypy || failed=1; exit $$failed

format: $(STAMP)
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	@for script in $$(grep -l '^def main' bench/*.py); do \
	    echo "$$script"; $(BIN)/python $$script $(ARGS) || exit 1; done

# LibreOffice, a PDF reader and fonts for the tests that open sheets; without them those are skipped.
system:
	@command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || { \
	    command -v soffice >/dev/null || \
	        echo "LibreOffice is not here: the tests that open sheets in it will be skipped."; exit 0; }; \
	missing=""; for name in $(DEBIAN); do \
	    dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q "ok installed" \
	        || missing="$$missing $$name"; done; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; \
	else echo "Not installed:$$missing. Tests that need them will be skipped."; exit 0; fi; \
	echo "Installing$$missing"; \
	{ $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } \
	|| echo "They could not be installed. Tests that need them will be skipped."
