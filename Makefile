# make demo   sets everything up, builds a knowledge base from corpus/ and shows a tour of it
# make test   sets everything up and passes the tests
# make check  the same with style and types, as CI does

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check check-style clean

# Every step of the tour is a command that a user can type.
define STEP
	@if [ -t 1 ]; then printf '\n\033[1m$$ kb %s\033[0m\n' '$(1)'; else printf '\n$$ kb %s\n' '$(1)'; fi
	@$(BIN)/kb $(1)
endef

demo: export KB := out/demo.db
demo: $(READY)
	$(call STEP,build)
	$(call STEP,articles)
	$(call STEP,concepts --limit 20)
	$(call STEP,concept souvenir)
	$(call STEP,search "comment apprendre d’une réclamation" --language zh --limit 3)
	$(call STEP,pairs --article designing-experience/fr --limit 2)
	@printf '\nThe knowledge base is out/demo.db. Go on with:\n\n  export KB=out/demo.db\n  $(BIN)/kb --help\n'

test: $(READY)
	@$(BIN)/python -m pytest

check: check-style test

check-style: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# One environment for all; made again when what it should hold changes.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "kb needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing kb and its libraries into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q kb  # a command then starts in half the time, even where Python may write no cache
	@mkdir -p out
	@touch $@

clean:
	rm -rf $(VENV) out .mypy_cache .pytest_cache .ruff_cache
