# Two commands do everything: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.PHONY: demo test bench bench-load lint clean

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	echo "$(CURDIR)/src" > $$($(BIN)/python -c "import site; print(site.getsitepackages()[0])")/maillage.pth
	printf '#!/bin/sh\nexec "$(CURDIR)/$(BIN)/python" -P -m maillage.portal.command "$$@"\n' > $(BIN)/maillage
	chmod +x $(BIN)/maillage
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	echo "$(CURDIR)/src" > $$($(BIN)/python -c "import site; print(site.getsitepackages()[0])")/maillage.pth
	printf '#!/bin/sh\nexec "$(CURDIR)/$(BIN)/python" -P -m maillage.portal.command "$$@"\n' > $(BIN)/maillage
	chmod +x $(BIN)/maillage
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/python -m maillage.portal.command demo

test: $(VENV)/.installed-dev
	@sh tests/debian.sh
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src --lint --quiet
	$(BIN)/python -m pytest -q -n 2 --dist loadfile
	$(BIN)/python -m tests.postgresql $(BIN)/python -m pytest -q -n 2 --dist loadfile \
		-m "not browser" --ignore-glob='tests/*/engine' --ignore-glob='tests/*/*/engine' --ignore=tests/ui --ignore=tests/bench \
		--ignore=tests/test_packaging.py --ignore=tests/schemes/cartography/test_shown.py \
		--ignore=tests/architecture/test_house.py --ignore=tests/architecture/test_documented.py \
		--ignore=tests/architecture/test_templates.py

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
