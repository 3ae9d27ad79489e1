"""An SVG's coordinates are numbers too: they tell no digit more than the published CSV does."""

from pathlib import Path

import numpy as np
import pytest
from chart_coordinates import count_precise, read_intervals
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)


@pytest.fixture(scope="module")
def pages(run: Copy) -> list[Path]:
    site = run.root / "reports/_site"
    return sorted(page for folder in ("services", "equality") for page in (site / folder).glob("*.html"))


def test_every_interval_stands_where_a_published_one_does(pages: list[Path]) -> None:
    counted = {page.name: count_precise(page) for page in pages}
    assert sum(drawn for drawn, _ in counted.values()) > 300
    assert {name: precise for name, (_, precise) in counted.items() if precise} == {}


def test_a_ruler_would_tell_a_digit_more(pages: list[Path]) -> None:
    """Figures have tenths: a chart of exact ones would stand elsewhere by more than its coordinates are off."""
    offs = [off for page in pages for _, off in read_intervals(page)]
    assert np.quantile(offs, 0.25) < 0.05
