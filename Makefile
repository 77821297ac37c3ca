# Everything happens in .venv, which the first target that needs it makes.
#   make run HOST=0.0.0.0 PORT=8000        make test ARGS="tests/text -k chinese"
#   make install PYTHON=python3.12         PIP_INDEX_URL=https://mirror.example/simple make run

PYTHON ?=
PORT ?=
ARGS ?=
# Some shells and conda export a HOST of their own, so only one given to make counts.
GIVEN_HOST := $(if $(filter command,$(firstword $(origin HOST))),$(HOST))

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PIP_INSTALL := $(PIP) install --compile --constraint constraints.txt
# Only files of the hashes that were recorded with the pins, whatever the index hands out.
INSTALL_LOCKED := $(PIP) install --compile --require-hashes
INSTALL_PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .
# A set-up that was interrupted early, or made by uv, has no pip yet.
ENSURE_PIP := $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
PINS := pyproject.toml $(wildcard locks/*.txt)

# These files stand for "installed from the pins as they are now".
RUN_READY := $(VENV)/run-ready
DEV_READY := $(VENV)/dev-ready

.PHONY: help install install-dev run test test-all test-jax soak browser lint format lock clean \
	fuzz bench bench-quality quality bench-startup bench-load bench-soak bench-scaling bench-gpu

help:
	@echo "make install        make .venv with all that running needs"
	@echo "make run            serve the app (HOST, PORT)"
	@echo "make test           run the tests that every change must pass (ARGS for pytest)"
	@echo "make test-all       run the slow ones as well, more than an hour"
	@echo "make test-jax       run the tests of the networks on Keras's JAX backend, without TensorFlow"
	@echo "make soak           kill trainings, workers and servers at named and random moments (KILLS=20)"
	@echo "make fuzz           give every reader of files what may break it, a minute each (ARGS; Linux)"
	@echo "make lint           check style, types and licences"
	@echo "make format         put the code into the one style"
	@echo "make bench          measure speed beside other programs, under 40 minutes (ARGS)"
	@echo "make bench-quality  measure time to BLEU 10, 20 and 25 beside Joey NMT, hours, resumable"
	@echo "make quality        train and score on public test sets, hours, resumable (ARGS: STUDY ...)"
	@echo "make bench-startup  measure how long the app takes to start"
	@echo "make bench-load     measure how long people wait when many ask, beside jobs, uploads, open pages"
	@echo "make bench-soak     work for an hour and look for what is left behind"
	@echo "make bench-scaling  measure what a second process brings (ARGS=\"SOURCE TARGET\")"
	@echo "make bench-gpu      measure speed on a GPU, beside PyTorch"
	@echo "make lock           record the hashes of all packages anew, after a pin was changed"
	@echo "make clean          remove .venv and caches; corpora, models and workspace stay"

install: $(RUN_READY)

install-dev: $(DEV_READY)

run: $(RUN_READY)
	@exec $(BIN)/python app.py $(if $(GIVEN_HOST),--host "$(GIVEN_HOST)") $(if $(PORT),--port "$(PORT)")

# A test file stays in one process. They are more than small machines have cores, since each waits
# most of the time for a server or a training of its own; more would want too much memory.
# Threads of NumPy's in each of them would only get in one another's way.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(or $(PROCESSES),3) --dist loadfile

test: $(DEV_READY) browser
	$(PYTEST) $(ARGS)

test-all: $(DEV_READY) browser
	$(PYTEST) -m "not soak" $(ARGS)

test-jax: $(DEV_READY)
	KERAS_BACKEND=jax SEQ2SEQ_BLOCK_TENSORFLOW=1 $(PYTEST) \
		tests/network tests/decoding tests/training tests/evaluation $(ARGS)

# One after another: what they kill and wait for has the machine to itself.
soak: $(DEV_READY)
	KILLS=$(or $(KILLS),20) $(BIN)/python -m pytest -m "" \
		tests/jobs/test_kills.py tests/training/test_killed_trainings.py \
		tests/test_nothing_is_lost.py tests/benchmarks/test_load.py $(ARGS)

fuzz: $(DEV_READY)
	$(PIP_INSTALL) --quiet --editable ".[fuzz]"
	@cd tests && ../$(BIN)/python -m fuzz $(ARGS)

# Without a browser its tests are skipped, save in CI, where all must run.
browser: $(DEV_READY)
	@sh tests/install-browser.sh || [ "$$CI" != true ]

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python .ci/check_licences.py

format: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_READY)
	@$(BIN)/python -m benchmarks.speed $(ARGS)

bench-quality: $(DEV_READY)
	@$(BIN)/python -m benchmarks.time_to_quality $(ARGS)

quality: $(DEV_READY)
	@$(BIN)/python -m benchmarks.quality.run $(ARGS)

bench-startup: $(DEV_READY) browser
	@$(BIN)/python -m benchmarks.startup $(ARGS)

bench-load: $(DEV_READY)
	@$(BIN)/python -m benchmarks.load $(ARGS)

bench-soak: $(DEV_READY)
	@$(BIN)/python -m benchmarks.load.soak $(ARGS)

bench-scaling: $(DEV_READY)
	@$(BIN)/python -m benchmarks.scaling $(ARGS)

bench-gpu: $(DEV_READY)
	@if command -v nvidia-smi >/dev/null; then $(PIP_INSTALL) --quiet --editable ".[jax-gpu]"; fi
	@$(BIN)/python -m benchmarks.gpu $(ARGS)

lock: $(DEV_READY)
	@$(PIP_INSTALL) --quiet uv==0.13.9
	$(BIN)/python .ci/lock.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): $(BIN)/python $(PINS)
	@$(ENSURE_PIP)
	@echo "Installing into $(VENV); the first time this takes some minutes."
	$(INSTALL_LOCKED) --requirement locks/run.txt
	-$(INSTALL_LOCKED) --requirement locks/run.txt --requirement locks/export.txt
	$(INSTALL_PROJECT)
	@$(BIN)/python -m compileall -q seq2seq_keras app.py
	@touch $@

$(DEV_READY): $(BIN)/python $(PINS)
	@$(ENSURE_PIP)
	@echo "Installing into $(VENV); the first time this takes some minutes."
	$(INSTALL_LOCKED) --requirement locks/run.txt --requirement locks/export.txt --requirement locks/dev.txt
	$(INSTALL_PROJECT)
	@$(BIN)/python -m compileall -q seq2seq_keras app.py
	@touch $(RUN_READY) $@

$(BIN)/python:
	@for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3 python); do \
		if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
			2>/dev/null; then \
			"$$python" -m venv --clear $(VENV) && exit 0; \
			rm -rf $(VENV); \
			echo "$$python cannot make virtual environments (Debian, Ubuntu: apt install python3-venv)" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 found; install one, or name it: make install PYTHON=..." >&2; \
	exit 1
