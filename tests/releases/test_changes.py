"""Each changed value is told with its row and why; a planted change of each kind a case."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.releases.changes import Change, Why, compare_tables
from pipeline.releases.manifest import Manifest

FIRST = Manifest(
    name="R1",
    date=dt.date(2010, 2, 1),
    complete_to=dt.date(2009, 12, 31),
    data="d1",
    code="c1",
    parameters={"shared": {"disclosure": "nhs"}},
    commit="",
    environment="",
    python="",
    measures={"started": 1},
    tables={},
)
TABLE = """period,measure_id,level,verdict,table_period
2009-q3,started,50.0,met,2009
2009-q4,started,60.0,not met,2009
"""
OVER_ALL = "measure_id,level,verdict\nstarted,55.0,met\n"
LATER = {"complete_to": dt.date(2010, 3, 31), "data": "d2"}
CASES: Mapping[str, tuple[str, str, dict[str, Any], list[tuple[str, str, str, str, Why]]]] = {
    "nothing": (TABLE, TABLE, {"data": "d2"}, []),
    "data sent again": (
        TABLE,
        TABLE.replace("60.0,not met", "65.0,met"),
        {"data": "d2"},
        [
            ("2009-q4, started", "level", "60.0", "65.0", "revision"),
            ("2009-q4, started", "verdict", "not met", "met", "revision"),
        ],
    ),
    "a setting": (
        TABLE,
        TABLE.replace("60.0", "61.0"),
        {"parameters": {"shared": {"disclosure": "dfe"}}},
        [("2009-q4, started", "level", "60.0", "61.0", "method")],
    ),
    "code": (
        TABLE,
        TABLE.replace("60.0", "61.0"),
        {"code": "c2"},
        [("2009-q4, started", "level", "60.0", "61.0", "method")],
    ),
    "both": (
        TABLE,
        TABLE.replace("60.0", "61.0"),
        {"code": "c2", "data": "d2"},
        [("2009-q4, started", "level", "60.0", "61.0", "revision or method")],
    ),
    "another definition": (
        TABLE,
        TABLE.replace("50.0", "51.0"),
        {"measures": {"started": 2}},
        [("2009-q3, started", "level", "50.0", "51.0", "definition")],
    ),
    "a further period": (
        TABLE,
        TABLE + "2010-q1,started,70.0,met,2010\n",
        LATER,
        [
            ("2010-q1, started", "period", "", "2010-q1", "new data"),
            ("2010-q1, started", "measure_id", "", "started", "new data"),
            ("2010-q1, started", "level", "", "70.0", "new data"),
            ("2010-q1, started", "verdict", "", "met", "new data"),
        ],
    ),
    "an old period beside a further one": (
        TABLE,
        TABLE.replace("50.0", "51.0"),
        LATER,
        [("2009-q3, started", "level", "50.0", "51.0", "revision")],
    ),
    "all periods together": (
        OVER_ALL,
        OVER_ALL.replace("55.0", "57.0"),
        LATER,
        [("started", "level", "55.0", "57.0", "new data")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_with_its_row_and_reason(case: str) -> None:
    before, now, made, expected = CASES[case]
    found = compare_tables({"t.csv": before}, {"t.csv": now}, FIRST, FIRST.model_copy(update=made))
    assert list(found) == [Change("t.csv", *each) for each in expected]


def test_rows_of_the_same_name_are_held_against_one_another_in_their_order() -> None:
    before = "measure_id,level\nstarted,1.0\nstarted,2.0\n"
    found = compare_tables(
        {"t.csv": before},
        {"t.csv": before.replace("2.0", "3.0")},
        FIRST,
        FIRST.model_copy(update={"data": "d2"}),
    )
    assert [(each.before, each.now) for each in found] == [("2.0", "3.0")]
