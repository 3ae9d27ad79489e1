"""Our columns of docs/comparison.md, worked out again; the others' were printed by their packages on that day."""

import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.library import Disclosure, compare_groups
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.results import Counts, Estimate

TEXT = (Path(__file__).parents[2] / "docs" / "comparison.md").read_text(encoding="utf-8")
SIZES = {"Asian": (112, 150), "Black": (70, 140), "White": (229, 300), "Other": (6, 10)}


def cells(first: str) -> list[str]:
    """The cells of the line that begins so."""
    (line,) = [line for line in TEXT.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("events", "total"), [(65, 100), (7, 34), (0, 20), (16, 16)])
def test_shares_are_those_of_public_health(events: int, total: int) -> None:
    found = wilson_interval(Counts(events, total))
    assert isinstance(found, Estimate)
    _, theirs, ours = cells(f"share, {events} of {total}")
    assert ours == f"{found.lower:.6f} to {found.upper:.6f}" == theirs.removesuffix(" (Wilson)")


@pytest.mark.parametrize("events", [65, 7])
def test_rates_are_those_of_public_health(events: int) -> None:
    found = event_rate(events, 100.0, 100)
    assert isinstance(found, Estimate)
    _, theirs, ours = cells(f"rate, {events} over 100")
    assert ours == f"{found.lower:.6f} to {found.upper:.6f}" == theirs.partition(" (")[0]


@pytest.mark.parametrize("name", SIZES)
def test_groups_read_as_the_page_says(name: str) -> None:
    rows = [(group, place < had) for group, (had, size) in SIZES.items() for place in range(size)]
    children = pd.DataFrame(rows, columns=["group", "achieved"]).assign(child=range(600))
    exact = compare_groups(children, "group", "achieved", "child", bytes(32), Disclosure(0, 1))
    row = exact.set_index("group").loc[name]
    share, gap = (
        f"{row[each]:.3f} ({row[f'{each}_lower']:.3f} to {row[f'{each}_upper']:.3f})"
        for each in ("share", "difference")
    )
    assert cells(name)[1] == str(SIZES[name][1])
    assert cells(name)[3:] == [share, gap, row["verdict"]]
    assert re.match(r"0\.\d+", cells(name)[2])
