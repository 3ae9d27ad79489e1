"""Who lives in the area and who is in need: never added together, each in its latest year."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.measures.population import group_population, list_breaks

CLASSIFICATION = load_classification("ons_2021", Path())
Row = tuple[str, int, int | None, str | None]


def frame_of(*rows: Row, rounded_to: int | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ethnic_group", "year", "population", "counted"])
    return frame.astype({"population": "Int64"}).assign(
        rounded_to=pd.array([rounded_to] * len(rows), dtype="Int64")
    )


def grouped(*rows: Row) -> list[tuple[Any, ...]]:
    found = group_population(frame_of(*rows), CLASSIFICATION)
    assert list(found.columns) == ["counted", "year", "ethnic_group", "ethnicity", "population", "off_by"]
    listed = found.drop(columns="off_by").astype(object).where(found.notna(), None)
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


def test_what_figures_are_added_up_from_may_each_be_off_by_half_of_what_it_was_rounded_to() -> None:
    rows = [(code, 2011, 100, "x") for code in ("WBRI", CLASSIFICATION.by_code["WBRI"].label, "BAFR")]
    found = group_population(frame_of(*rows, rounded_to=10), CLASSIFICATION)
    assert dict(zip(found["ethnicity"], found["off_by"], strict=True)) == {"BAFR": 5.0, "WBRI": 10.0}


GROUPS = {"Asian": 8000, "Black": 6000, "Mixed": 4000, "Other": 2000, "White": 40000}
Growth = dict[str, tuple[float, ...]]


def series(growth: Growth, years: tuple[int, ...], start: dict[str, int] = GROUPS) -> list[Row]:
    """Each group from its start on, growing by 1 % a time unless said otherwise."""
    rows: list[Row] = []
    for group, people in start.items():
        sizes = [float(people)]
        for place in range(len(years) - 1):
            sizes.append(sizes[-1] * growth.get(group, (1.01,) * len(years))[place])
        rows += [(group, year, round(size), "children") for year, size in zip(years, sizes, strict=True)]
    return rows


@pytest.mark.parametrize(("growth", "off"), [(1.15, 6900 - 6060), (0.86, 6060 - 5160), (1.01, 0)])
def test_a_number_that_breaks_off_may_be_what_it_would_be_had_it_grown_as_all_others(
    growth: float, off: float
) -> None:
    frame = frame_of(*series({"Black": (growth,)}, (2010, 2011)))
    found = group_population(frame, CLASSIFICATION, list_breaks(frame, CLASSIFICATION))
    told = dict(zip(found["ethnic_group"], found["off_by"], strict=True))
    assert told.pop("Black") == pytest.approx(off, abs=1)
    assert set(told.values()) == {0.0}


@pytest.mark.parametrize(
    ("growth", "years", "start", "found"),
    [
        ({"Black": (1.14,)}, (2010, 2011), GROUPS, [("Black", 2010, 2011)]),
        (
            {"White": (1.14,)},
            (2010, 2011),
            GROUPS,
            [("White", 2010, 2011)],
        ),  # most of all: the others did not shrink
        ({"Black": (0.88,)}, (2010, 2011), GROUPS, [("Black", 2010, 2011)]),
        ({"Black": (1.01, 1.14, 1.01)}, (2009, 2010, 2011, 2012), GROUPS, [("Black", 2010, 2011)]),
        (
            {"Other": (1.14,), "Mixed": (0.86,)},
            (2010, 2011),
            GROUPS,
            [("Mixed", 2010, 2011), ("Other", 2010, 2011)],
        ),
        ({}, (2010, 2011), GROUPS, []),
        ({"Black": (1.07,)}, (2010, 2011), GROUPS, []),
        ({"Black": (1.14, 1.14, 1.14)}, (2009, 2010, 2011, 2012), GROUPS, []),  # it grows so year after year
        ({"Black": (1.14,)}, (2001, 2011), GROUPS, []),  # in ten years that is nothing
        ({"Black": (1.14,)}, (2010, 2011), {**GROUPS, "Black": 60}, []),  # eight children more
        ({"Black": (1.14,)}, (2010, 2011), {"Black": 6000, "White": 40000}, []),  # no telling which of two
    ],
)
def test_a_group_that_moves_where_nobody_else_does_is_a_break(
    growth: Growth, years: tuple[int, ...], start: dict[str, int], found: list[tuple[str, int, int]]
) -> None:
    breaks = list_breaks(frame_of(*series(growth, years, start)), CLASSIFICATION)
    assert list(breaks[["ethnic_group", "before", "year"]].itertuples(index=False, name=None)) == found
    if found == [("Black", 2010, 2011)] and len(years) == 2:
        assert breaks["others_growth"].tolist() == pytest.approx([0.01], abs=1e-4)


def test_what_rounding_can_do_and_what_is_withheld_is_no_break() -> None:
    rows = series({"Black": (1.14,)}, (2010, 2011), {**GROUPS, "Black": 1000})
    assert len(list_breaks(frame_of(*rows, rounded_to=10), CLASSIFICATION)) == 1
    assert list_breaks(frame_of(*rows, rounded_to=100), CLASSIFICATION).empty
    withheld = [(group, year, None if group == "Black" else people, who) for group, year, people, who in rows]
    assert list_breaks(frame_of(*withheld), CLASSIFICATION).empty
    assert list_breaks(frame_of(), CLASSIFICATION).empty
    counted = [(group, year, people, f"{who} {year}") for group, year, people, who in rows]
    assert list_breaks(frame_of(*counted), CLASSIFICATION).empty, "people who are counted otherwise"
