"""The ratio among like children beside the difference, and whether it is the same in all strata."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from small_slice import make_page, words

from pipeline.present.gap_checks import check_tables
from pipeline.present.gaps import find_gaps

Cell = tuple[int, int]


def shown(*strata: tuple[Cell, Cell]) -> str:
    """What the page says of (events, total) of Black and of White children in each stratum."""
    rows = [
        ("completed", "S01", group, stratum, events, total, 0.0)
        for stratum, cells in enumerate(strata)
        for group, (events, total) in zip(("Black", "White"), cells, strict=True)
    ]
    columns = ["measure_id", "service_id", "ethnic_group", "stratum", "events", "total", "child_years"]
    page = make_page(groups={"Black": (200, 400), "White": (200, 400)})
    told = replace(page, slice=replace(page.slice, strata=pd.DataFrame(rows, columns=columns)))
    table, _ = check_tables(told, find_gaps(told)[0])
    return words(told.format(table))


def test_the_ratio_of_odds_stands_beside_the_difference() -> None:
    # Rothman, Greenland and Lash 2008, table 15-1: 1.4031 at 90 % (.8411 to 2.3409), so at 95 % .76 to 2.58.
    assert "1.40 (0.76 to 2.58) nothing speaks against it" in shown(
        ((8, 106), (5, 120)), ((22, 98), (16, 85))
    )


@pytest.mark.parametrize(
    ("strata", "word"),
    [
        ([((60, 100), (30, 100)), ((30, 100), (60, 100))], "clearly not: one number for all hides that"),
        ([((90, 100), (30, 100)), ((50, 100), (50, 100))], "clearly not: one number for all hides that"),
        ([((60, 100), (30, 100)), ((30, 50), (15, 50))], "nothing speaks against it"),
        ([((60, 100), (30, 100)), ((45, 100), (30, 100))], "nothing speaks against it"),
        ([((60, 100), (30, 100))], "cannot be told"),
        ([((60, 100), (0, 100)), ((30, 100), (0, 100))], "cannot be told"),
        ([((2, 3), (1, 3)), ((1, 3), (2, 3))], "cannot be told"),
    ],
)
def test_that_the_ratio_differs_from_stratum_to_stratum_is_said_only_where_it_is_clear(
    strata: list[tuple[Cell, Cell]], word: str
) -> None:
    assert word in shown(*strata)


def test_few_with_a_counterpart_hide_the_ratio_as_they_hide_the_difference() -> None:
    assert "[c] cannot be told [c] cannot be told" in shown(((2, 3), (1, 3)), ((1, 3), (2, 3)))
