"""The order of tests: whole runs first, each begun by another of pytest's processes, as they take longest."""

import pytest

FIRST = ("pipeline/test_whole_run", "pipeline/test_how_to", "pipeline/test_star_site", "pipeline/", "stages/")
"""Of these the first three make what the others of their folder look at."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first; what is alike stays in its order."""
    items.sort(key=lambda item: next((n for n, part in enumerate(FIRST) if part in item.nodeid), len(FIRST)))
