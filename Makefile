# The commands of this project. Each one builds what it needs first; nothing else has to be installed
# than Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1
# node comes from a package: jsii finds it here before it finds an older one.
export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: run test check bench notebooks e2e-aws second-opinion setup clean

setup: $(VENV)/.ready build/layer/.ready

$(VENV)/.ready: requirements.txt requirements-local.txt requirements-dev.txt constraints.txt
	$(PYTHON) scripts/require_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The handlers' layers: the same pinned packages, in the Lambda's own platform, without Docker.
build/layer/.ready: lambdas/requirements.txt lambdas/requirements-data.txt constraints.txt scripts/build_layer.py $(VENV)/.ready
	$(BIN)/python scripts/build_layer.py build/layer
	touch $@

.venv-checkov/.ready: requirements-checkov.txt $(VENV)/.ready
	$(PYTHON) -m venv .venv-checkov
	.venv-checkov/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-checkov.txt
	touch $@

run: setup
	$(BIN)/python -m localcloud run pipelines/movielens.yaml

test: setup
	@# Three on two cores: a third of the time, end-to-end tests wait for what they have started.
	$(BIN)/python -m pytest -n 3 --dist loadfile

check: setup .venv-checkov/.ready
	$(BIN)/python scripts/check.py

bench: setup
	$(BIN)/python -m benchmarks

# JupyterLab is large and only this needs it: it comes when it is first asked for.
notebooks: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-notebooks.txt
	$(BIN)/python scripts/notebooks.py

# What a policy simulator and a validator by others say of a recorded run: both come from npm.
second-opinion: setup
	$(BIN)/python -m scripts.second_opinion
	$(BIN)/python -m pytest tests/e2e/runs/test_shop.py -k another

# The same journey in a real account. It spends money: it says how much, and does nothing without
# SPEND=yes and an answer.
SPEND ?= no
e2e-aws: setup
	$(BIN)/python -m scripts.e2e_aws --spend $(SPEND)

clean:
	rm -rf build cdk.out
