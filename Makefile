# Verbs for people, hooks and CI. Everything lives in .venv and var/, both ignored by git.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STATE := var/demo
# Trust what the machine trusts, as pip does: company networks have certificates of their own.
export UV_SYSTEM_CERTS = true
export BENTOML_DO_NOT_TRACK = True
export MLFLOW_DISABLE_TELEMETRY = true
export DO_NOT_TRACK = true

.PHONY: help demo test check format bench bench-accuracy bench-anomaly bench-ledger bench-lock serve samples notebooks browser lock clean

help:  ## what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# One hashed lock for everything; uv only because it installs four times faster than pip.
$(READY): requirements.lock bootstrap.lock pyproject.toml
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

demo: $(READY)  ## the main job on the samples, from exports to the report
	$(BIN)/costcast demo

test: $(READY) browser  ## the whole test suite
	$(BIN)/python -m pytest $(PYTEST_ARGS)

browser:  ## Chromium for the page tests, where it may be installed
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && { echo 'installing chromium'; (apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium) >/dev/null 2>&1; }; } \
	  || echo 'chromium is absent and cannot be installed here: the browser tests are deselected'

check: $(READY)  ## format, lint, types, layers, lock freshness
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-lock

.PHONY: check-lock
check-lock: $(READY)
	@cp requirements.lock $(VENV)/fresh.lock
	@$(BIN)/uv pip compile --quiet $(LOCK_ARGS) --output-file $(VENV)/fresh.lock
	@diff -q requirements.lock $(VENV)/fresh.lock >/dev/null || { echo 'requirements.lock is stale: run make lock'; exit 1; }

format: $(READY)  ## write the code as the checks want it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## timings and scores into benchmarks/results (DATA=folder of real data)
	$(BIN)/python -m benchmarks.run $(if $(DATA),--data $(DATA))

# Peers that only benches need: an environment of their own.
BENCH_BIN := var/bench-venv/bin
BENCH_READY := var/bench-venv/.ready
$(BENCH_READY): $(READY) bench.lock
	python3 -m venv var/bench-venv
	$(BIN)/uv pip sync --quiet --python $(BENCH_BIN)/python --require-hashes --compile-bytecode bench.lock
	$(BIN)/uv pip install --quiet --python $(BENCH_BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

bench-accuracy: $(BENCH_READY)  ## nine real sets against every peer, and what each part is worth (DATA=folder of real data, AGAIN=1: peers anew)
	$(BENCH_BIN)/python -m benchmarks.accuracy_sets --data $(DATA) $(if $(AGAIN),--again)
	$(BENCH_BIN)/python -m benchmarks.ablation --data $(DATA)
	$(BENCH_BIN)/python -m benchmarks.totals --data $(DATA)
	$(BENCH_BIN)/python -m benchmarks.knowledge --data $(DATA)
	$(BENCH_BIN)/python -m benchmarks.cold_start --data $(DATA)
	$(BENCH_BIN)/python -m benchmarks.fit_scale

bench-anomaly: $(BENCH_READY)  ## anomalies in real and injected series, their causes, and what labels do (DATA=folder of real data)
	$(BENCH_BIN)/python -m benchmarks.anomaly --data $(DATA)
	$(BENCH_BIN)/python -m benchmarks.causes
	$(BENCH_BIN)/python -m benchmarks.feedback

bench-ledger: $(READY)  ## five million rows beside bare DuckDB, fifty kills
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.ledger_kill --points 50

serve: $(READY)  ## the HTTP service on what the demo published (STATE=var for your own)
	$(BIN)/costcast serve --state $(STATE)

samples: $(READY)  ## generate data/samples again
	$(BIN)/python -m costcast.world --to data/samples

notebooks: $(READY)  ## execute every notebook in place of a reader
	$(BIN)/python -m pytest tests/notebooks $(PYTEST_ARGS)

LOCK_ARGS := pyproject.toml --group dev --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock"
lock: $(READY)  ## resolve the dependencies again
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_ARGS) --output-file requirements.lock

bench-lock: $(READY)  ## resolve the benchmark's peers again
	$(BIN)/uv pip compile --quiet $(subst make lock,make bench-lock,$(LOCK_ARGS)) --group bench --output-file bench.lock

clean:  ## forget the environment and all state
	rm -rf $(VENV) var
