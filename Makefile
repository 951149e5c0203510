# dualcirc: set up once, then run, test or look. Every target sets up first; set up, it does nothing.
#   make setup [PYTHON=/path/to/python3.13]
SHELL := bash
.SHELLFLAGS := -euc -o pipefail
.ONESHELL:
.PHONY: setup run test app lint bench
.DEFAULT_GOAL := setup

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
export PYTHON

# A shim of a version manager may exist and fail: what counts is that the interpreter runs, is 3.12 or
# 3.13, and can make an environment with pip in it. It then prints its own path.
define PROBE
import sys
if sys.version_info[:2] not in ((3, 12), (3, 13)):
    sys.exit(1)
import ensurepip, venv
print(sys.executable)
endef
export PROBE

# What the environment was made of: the lock, the project file, the folder, the Python. It runs in the
# environment's own Python, so that a broken environment never counts as made.
define STAMP
import hashlib, os, sys
made_of = hashlib.sha256()
for name in ("requirements.lock", "pyproject.toml"):
    with open(name, "rb") as file:
        made_of.update(hashlib.sha256(file.read()).digest())
made_of.update(os.getcwd().encode())
print("%d.%d" % sys.version_info[:2], made_of.hexdigest())
endef
export STAMP

setup:
	@version() { "$$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
	stamp() { $(BIN)/python -c "$$STAMP" 2>/dev/null; }
	if [ -f $(VENV)/.setup-stamp ] && [ "$$(stamp)" = "$$(cat $(VENV)/.setup-stamp)" ]; then
	    [ -n "$$PYTHON" ] || exit 0
	    [ "$$(version "$$PYTHON")" != "$$(version $(BIN)/python)" ] || exit 0
	fi
	chosen=
	if [ -n "$$PYTHON" ]; then
	    chosen=$$("$$PYTHON" -c "$$PROBE" 2>/dev/null) || chosen=
	    if [ -z "$$chosen" ]; then
	        echo "PYTHON=$$PYTHON is not a working Python 3.12 or 3.13 with venv and pip." >&2
	        exit 1
	    fi
	else
	    while read -r candidate; do
	        if chosen=$$("$$candidate" -c "$$PROBE" </dev/null 2>/dev/null); then break; else chosen=; fi
	    done < <(type -aP python3.13 python3.12 python3 || true)
	    if [ -z "$$chosen" ]; then
	        echo "No working Python 3.12 or 3.13 (with venv and pip) found: install one, or name it with make setup PYTHON=/path/to/python." >&2
	        exit 1
	    fi
	fi
	rm -f $(VENV)/.setup-stamp
	# An environment of the same Python in the same place is brought up to date, any other is made anew.
	if [ "$$(version $(BIN)/python)" != "$$(version "$$chosen")" ] \
	    || ! grep -qF "$$PWD/$(VENV)" $(VENV)/bin/activate || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then
	    echo "Making $(VENV) with $$chosen" >&2
	    "$$chosen" -m venv --clear $(VENV)
	fi
	pip() { $(BIN)/python -m pip --disable-pip-version-check --no-input "$$@"; }
	echo "Installing the packages of requirements.lock (a minute or two)" >&2
	pip install -qq --require-hashes -r requirements.lock
	pip install -qq --no-deps --no-build-isolation -e .
	stamp > $(VENV)/.setup-stamp
	echo "Ready: $(BIN)/dualcirc" >&2

run: setup
	@$(BIN)/dualcirc compare baseline paper --seeds 8 --out out/paper

test: setup
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

app: setup
	@exec $(BIN)/dualcirc app

bench: setup
	@$(BIN)/dualcirc bench

# All three look at everything before the verdict.
lint: setup
	@verdict=0
	$(BIN)/ruff check . || verdict=1
	$(BIN)/mypy || verdict=1
	$(BIN)/lint-imports || verdict=1
	exit $$verdict
