"""What each service was to be expected to reach, from whom it served."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.analysis.performance.expected_from_case_mix import COLUMNS, list_areas, list_peers
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.contract.record_keys import KEYS

SINCE = (Definition(1, dt.date(2009, 4, 1)),)
ACHIEVED = MeasureFacts("achieved", "Achieved", "percent", "higher", SINCE)
NO_KEYS = dict.fromkeys(KEYS, 0)
STARTED = MeasureFacts("plan", "Plans", "per_100_child_years", "lower", SINCE)


def cells(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    """Service, need, events, total."""
    frame = pd.DataFrame(rows, columns=["service_id", "need", "events", "total"])
    return frame.assign(measure_id="achieved", **NO_KEYS)


def measures(*rows: tuple[str, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["service_id", "events", "child_years"])
    return frame.assign(measure_id="plan", version=1, total=0, **NO_KEYS)


def peers(case_mix: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    return list_peers(case_mix, rates, (ACHIEVED, STARTED), ["need"])


def test_a_service_with_harder_cases_is_expected_to_reach_less() -> None:
    found = peers(
        cells(("S01", 0, 80, 100), ("S01", 1, 8, 20), ("S02", 0, 16, 20), ("S02", 1, 40, 100)),
        measures(("S01", 3, 10.0), ("S02", 1, 30.0)),
    )
    assert tuple(found) == COLUMNS
    achieved = found[found["measure_id"] == "achieved"].set_index("peer")
    assert achieved["events"].tolist() == [88, 56]
    assert achieved["expected"].tolist() == pytest.approx([88, 56], abs=0.01), (
        "80 % and 40 % by need, in both"
    )
    assert achieved["variance"].tolist() == pytest.approx(
        [100 * 0.16 + 20 * 0.24, 20 * 0.16 + 100 * 0.24], abs=0.05
    )


def test_of_a_rate_as_many_are_expected_as_the_time_spent_says() -> None:
    found = peers(cells(("S01", 0, 1, 2), ("S02", 0, 1, 2)), measures(("S01", 3, 10.0), ("S02", 1, 30.0)))
    rates = found[found["measure_id"] == "plan"].set_index("peer")
    assert rates["expected"].tolist() == [1.0, 3.0]
    assert rates["total"].tolist() == [0, 0]
    assert rates["child_years"].tolist() == [10.0, 30.0]


def test_a_measure_that_all_or_none_reach_has_no_peers() -> None:
    found = peers(cells(("S01", 0, 2, 2), ("S02", 0, 5, 5)), measures(("S01", 0, 10.0), ("S02", 0, 30.0)))
    assert found.empty


def test_an_area_is_set_against_children_alike_in_all_but_where_they_live() -> None:
    case_mix = cells(
        ("S01", 0, 80, 100), ("S01", 1, 8, 20), ("S02", 0, 16, 20), ("S02", 1, 40, 100), ("S02", 1, 9, 9)
    )
    case_mix["area"] = [0, 0, 1, 1, 2]
    by_area = pd.DataFrame(
        {
            "measure_id": ["achieved"] * 3 + ["plan"] * 2,
            "level": ["North", "South", "Not known", "North", "South"],
            "events": [88, 56, 9, 3, 1],
            "total": [120, 120, 9, 0, 0],
            "child_years": [0.0, 0.0, 0.0, 10.0, 30.0],
            **NO_KEYS,
        }
    )
    found = list_areas(
        case_mix, by_area.assign(characteristic="area"), (ACHIEVED, STARTED), ["area", "need"],
        ("North", "South", "Not known"),
    )  # fmt: skip
    assert tuple(found) == COLUMNS
    assert found["peer"].tolist() == ["North", "South"] * 2, "nobody of unknown area"
    assert found["events"].tolist() == [88, 56, 3, 1]
    assert found["expected"].tolist() == pytest.approx([88, 56, 1, 3], abs=0.01), "80 % and 40 % by need"


def test_without_areas_there_are_none_to_compare() -> None:
    of_sex = measures(("S01", 1, 2.0)).assign(characteristic="sex", level="male")
    assert list_areas(cells(("S01", 0, 1, 2)), of_sex, (ACHIEVED,), ["need"], ()).empty
