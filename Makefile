# Every target works from a fresh clone: scripts/prepare.py sets up what is missing, then remembers it.
#
#   make run                     the training window; without a display, training in the terminal
#   make test                    ruff, mypy and the tests       make test PYTEST_ARGS='-k idx_file -x'
#   make test EXTRAS=test,peers  also against PyTorch, scikit-learn and JAX
#   make bench                   speed against peers            make bench BENCH_ARGS='--help'
#   make bench-scaling           how cost and memory grow with images, batches, width and depth
#   make bench-search            a search on two cores against its runs one after another
#   make bench-windows           speed of the windows
#   make fuzz                    an hour of broken files for every parser; a minute: FUZZ_ARGS='--seconds 60'
#   make lint                    ruff and mypy alone
#   make format                  lay the code out as `make lint` wants it

PYTHON ?= $(firstword $(foreach name,python3 python,$(shell command -v $(name) 2>/dev/null)))
NO_PYTHON = no Python is installed; install 3.10 or newer (sudo apt-get install python3, sudo dnf install python3, \
brew install python, or https://www.python.org/downloads/)
PREPARE = $(if $(PYTHON),$(PYTHON),$(error $(NO_PYTHON))) scripts/prepare.py
IN_VENV = .venv/bin/python

EXTRAS ?= test
RUN_ARGS ?=
PYTEST_ARGS ?=
BENCH_ARGS ?=
FUZZ_ARGS ?=

.PHONY: run test bench bench-scaling bench-search bench-windows fuzz lint format

run:
	@$(PREPARE) run
	@$(IN_VENV) training.py $(RUN_ARGS)

test:
	@$(PREPARE) test --extras $(EXTRAS)
	@$(MAKE) --no-print-directory lint
	$(IN_VENV) -m pytest $(PYTEST_ARGS)

bench:
	@$(PREPARE) bench
	$(IN_VENV) benchmarks/training.py $(BENCH_ARGS)

bench-scaling:
	@$(PREPARE) run
	$(IN_VENV) benchmarks/scaling.py $(BENCH_ARGS)

bench-search:
	@$(PREPARE) run
	$(IN_VENV) benchmarks/search.py $(BENCH_ARGS)

bench-windows:
	@$(PREPARE) test
	$(IN_VENV) benchmarks/window.py
	$(IN_VENV) benchmarks/testing_window.py

fuzz:
	@$(PREPARE) test --extras test,fuzz
	$(IN_VENV) tests/fuzzing/fuzz.py $(FUZZ_ARGS)

lint:
	@$(PREPARE) lint
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy

format:
	@$(PREPARE) lint
	$(IN_VENV) -m ruff check --fix
	$(IN_VENV) -m ruff format
