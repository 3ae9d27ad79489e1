"""Every worked number in a docstring of the statistics is true."""

import doctest
import importlib
import pkgutil

import pytest

import pipeline.stats

MODULES = [
    module.name
    for module in pkgutil.walk_packages(pipeline.stats.__path__, "pipeline.stats.")
    if not module.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_in_docstrings_are_true(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0
