"""Who lives in the area and who is in need: never added together, each in its latest year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.contract.ethnicity import load_classification
from pipeline.measures.population import group_population

CLASSIFICATION = load_classification("ons_2021", Path())
Row = tuple[str, int, int | None, str | None]


def grouped(*rows: Row) -> list[tuple[Any, ...]]:
    frame = pd.DataFrame(rows, columns=["ethnic_group", "year", "population", "counted"])
    found = group_population(frame.astype({"population": "Int64"}), CLASSIFICATION)
    assert list(found.columns) == ["counted", "year", "ethnic_group", "ethnicity", "population"]
    listed = found.astype(object).where(found.notna(), None)
    return list(listed.itertuples(index=False, name=None))


def test_groups_counted_stand_apart_in_the_order_named_each_in_its_latest_year() -> None:
    assert grouped(
        ("WBRI", 2009, 10, None),
        ("WBRI", 2011, 11, None),
        ("BAFR", 2011, 3, None),
        ("WBRI", 2009, 5, "aged in care"),
    ) == [
        ("children", 2011, "Black", "BAFR", 3),
        ("children", 2011, "White", "WBRI", 11),
        ("aged in care", 2009, "White", "WBRI", 5),
    ]


def test_a_code_is_blank_where_only_the_broad_group_is_told_or_nothing_is_known() -> None:
    found = grouped(("Black", 2011, 3, "x"), ("REFU", 2011, 1, "x"), ("Not known", 2011, 2, "x"))
    assert found == [("x", 2011, "Black", "", 3), ("x", 2011, "Not known", "", 3)]


def test_what_is_withheld_stays_blank_and_so_does_what_it_is_a_part_of() -> None:
    assert grouped(("REFU", 2011, None, "x"), ("Not known", 2011, 2, "x"), ("WBRI", 2011, 4, "x")) == [
        ("x", 2011, "Not known", "", None),
        ("x", 2011, "White", "WBRI", 4),
    ]


def test_a_dataset_without_a_population_has_none() -> None:
    assert grouped() == []
