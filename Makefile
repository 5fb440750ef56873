PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: reader install demo test run-tests test-slow lint bench docs lock

install: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Leadlight needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: install
	$(BIN)/leadlight demo

# The checks of types take one core a minute: the tests run beside them.
test: install
	$(MAKE) --no-print-directory --jobs=2 lint run-tests

run-tests: install
	$(BIN)/python -m pytest -n auto --dist worksteal

test-slow: install
	$(BIN)/python -m pytest -m slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: install
	$(BIN)/leadlight bench $(if $(DATA),--data $(DATA))

# Learn the reader's weights from the tables of tests/sentences; takes half an hour to an hour.
reader: install
	$(BIN)/python -m tests.train_reader

# For maintainers: renew what pages say of commands.
docs: install
	$(BIN)/python -m bot.command_pages

# For maintainers: renew the pinned versions (needs uv).
lock:
	uv pip compile pyproject.toml --all-extras --group build --group test --group lint --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
