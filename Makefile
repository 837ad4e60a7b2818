# Two commands do everything: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps
REPORTS := build/reports
# Three for two cores: a page is waited for, a process started, while the others go on.
TESTS := $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
# Bytecode is kept: many tests start a Python of their own.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: demo debian test checked prepared tested deep shots looks bench bench-load lint clean

# uv installs three times faster than pip, which does where uv cannot.
define install
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements-uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes --no-deps -r $(1) \
		|| $(PIP) -r $(1)
	echo "$(CURDIR)/src" > $$($(BIN)/python -c "import site; print(site.getsitepackages()[0])")/maillage.pth
	printf '#!/bin/sh\nexec "$(CURDIR)/$(BIN)/python" -P -m maillage.portal.command "$$@"\n' > $(BIN)/maillage
	chmod +x $(BIN)/maillage
endef

$(VENV)/.installed: requirements.lock requirements-uv.lock pyproject.toml
	$(call install,requirements.lock)
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements-uv.lock pyproject.toml
	$(call install,requirements-dev.lock)
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/python -m maillage.portal.command demo

debian:
	@sh tests/debian.sh

test:
	@$(MAKE) --no-print-directory -j2 debian $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory -j2 checked tested
	@$(BIN)/python -m tests.budget $(REPORTS)/sqlite.xml $(REPORTS)/postgresql.xml

checked: $(VENV)/.installed-dev
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src --lint --quiet

tested: prepared
	$(TESTS) -m "not deep" --junit-xml=$(REPORTS)/sqlite.xml
	$(BIN)/python -m tests.postgresql $(TESTS) -m "postgresql and not (deep or page)" --junit-xml=$(REPORTS)/postgresql.xml

# What every worker would wait for, made beside the types: databases, what Numba compiles.
prepared: export DJANGO_SETTINGS_MODULE = tests.settings
prepared: $(VENV)/.installed-dev
	$(BIN)/python -m tests.prepared
	$(BIN)/python -m tests.postgresql $(BIN)/python -m tests.prepared

# A cluster, fuzzers, every random test ten times further, every value of the families of which `test`
# asks a few, the pages on PostgreSQL; what is lost when an installation is killed, locked, restored.
deep:
	@$(MAKE) --no-print-directory -j2 debian $(VENV)/.installed-dev
	MAILLAGE_DEEP=1 $(TESTS) -m "deep or hypothesis" --junit-xml=$(REPORTS)/deep.xml
	$(BIN)/python -m tests.postgresql $(TESTS) -m "postgresql and page and not deep" \
		--junit-xml=$(REPORTS)/pages-postgresql.xml
	MAILLAGE_DEEP=1 $(BIN)/python -m tests.postgresql $(BIN)/python -m pytest -q -m deep \
		tests/portal/test_broken_requests.py
	$(BIN)/python -m tests.probes

# Forty pages under build/shots, at two widths, light and dark: to look at.
shots: $(VENV)/.installed-dev
	$(TESTS) tests/shots/photographs.py

# What a dozen of them must look like from now on, once looked at.
looks: $(VENV)/.installed-dev
	LOOKS=accept $(TESTS) -m deep tests/shots/test_looks.py

LINES ?= 1000000
bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench; pages=$$?; \
	$(BIN)/python -m tests.bench.ledger $(LINES) && exit $$pages

bench-load: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench.load

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

clean:
	rm -rf $(VENV) dist build
