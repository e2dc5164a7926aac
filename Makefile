# What developing needs, in one word each. `make help` lists them.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.set-up
TESTS ?= tests
JOBS ?= auto
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test check bench lock manifests assets docs kill peers clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: $(STAMP) ## a virtual environment with everything, compiled

$(STAMP): pyproject.toml requirements.lock tools/setup.sh
	@sh tools/setup.sh
	@touch $@

demo: $(STAMP) ## the main job on real databases, told as a story (SERVE=1 leaves it running)
	@$(PY) -m tools.demo $(if $(SERVE),--serve,)

test: $(STAMP) ## every test, in parallel
	@sh tools/setup.sh servers
	@$(PY) -m pytest -n $(JOBS) $(TESTS)

check: $(STAMP) ## ruff, mypy, import rules, generated pages
	@$(VENV)/bin/ruff format --check src tests tools bench docs
	@$(VENV)/bin/ruff check src tests tools bench docs
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m docs.generate --check

bench: $(STAMP) ## measured figures beside the budgets of the design
	@sh tools/setup.sh servers
	@$(PY) -m bench

kill: $(STAMP) ## kill -9 at random moments, N times per database
	@$(PY) -m pytest -m kill tests --kill-rounds=$(or $(N),200)

peers: $(STAMP) ## takeover and return with the real Liquibase (Java 17, npm; CASES=glob DATABASES=sqlite,postgresql,mariadb)
	@sh tools/setup.sh servers
	@$(PY) -m tools.peers $(if $(CASES),--cases '$(CASES)',) $(if $(DATABASES),--databases $(DATABASES),)

docs: $(STAMP) ## write the generated reference pages
	@$(PY) -m docs.generate

manifests: $(STAMP) ## write deploy/kubernetes from the Helm chart
	@$(PY) -m tools.manifests

lock: $(STAMP) ## resolve the pinned versions anew
	@$(VENV)/bin/uv pip compile -q --universal --no-header --no-annotate --extra all --group dev pyproject.toml -o requirements.lock

assets: ## bundle the web assets from npm into the package
	@cd web && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

clean: ## remove what was made here
	@rm -rf $(VENV) .demo .peers build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests tools bench docs -name __pycache__ -type d -prune -exec rm -rf {} +
