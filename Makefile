# The same four commands without make: python run.py report | test | verify | setup
PYTHON ?= python3

.PHONY: report test verify setup

report:
	$(PYTHON) run.py report

test:
	$(PYTHON) run.py test

verify:
	$(PYTHON) run.py verify

setup:
	$(PYTHON) run.py setup
