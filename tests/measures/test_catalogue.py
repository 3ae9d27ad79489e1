"""Faults of the measure catalogue: named by row, each with its fix."""

import datetime as dt
from typing import Any

import pytest
from measure_tables import measure

from pipeline.measures.catalogue import CatalogueError, load_catalogue

DATES = "referral_date, start_date, end_date, isa_date, protection_plan_start, protection_plan_end"
RATE = (
    "a measure per 100 child-years counts in episodes and is out of 'all' "
    "(its denominator is the time children spent in the service)."
)


def test_a_measure_is_read_with_its_conditions_and_its_window() -> None:
    (loaded,) = load_catalogue([measure()])
    assert (loaded.measure_id, loaded.version, loaded.end) == ("started", 1, None)
    assert loaded.denominator.terms == ()
    assert [term.column for term in loaded.numerator.terms] == ["start_date"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dated_by": "age"}, f"row 2, dated_by: 'age' is not a date column of episodes; those are {DATES}."),
        (
            {"dated_by": "review_date"},
            f"row 2, dated_by: 'review_date' is not a date column of episodes; those are {DATES}.",
        ),
        (
            {"numerator": "begun"},
            "row 2: 'begun' is not a condition; write 'column is given', 'column is blank', "
            "'column = value or value', 'date within 28 days of date', joined by ' and ', or the word 'all'.",
        ),
        (
            {"numerator": "start_date within 28 days of age"},
            f"row 2: 'start_date within 28 days of age': 'age' is not a date column of this table; "
            f"those are {DATES}.",
        ),
        ({"unit": "per_100_child_years", "denominator": "start_date is given"}, f"row 2: {RATE}"),
        (
            {
                "unit": "per_100_child_years",
                "table": "outcomes",
                "dated_by": "review_date",
                "numerator": "achieved is given",
            },
            f"row 2: {RATE}",
        ),
    ],
)
def test_a_fault_names_the_row_and_the_fix(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogueError) as error:
        load_catalogue([measure(**changes)])
    assert str(error.value) == f"reference/measures.csv, {message}"


def test_rows_are_numbered_as_in_the_file() -> None:
    with pytest.raises(CatalogueError, match=r"measures\.csv, row 3, dated_by: 'age'"):
        load_catalogue([measure(), measure(measure_id="second", dated_by="age")])


FIRST = {"version": 1, "end": dt.date(2010, 3, 31)}
SECOND = {"version": 2, "start": dt.date(2010, 4, 1)}


def test_definitions_of_one_measure_follow_one_another() -> None:
    loaded = load_catalogue([measure(**FIRST), measure(**SECOND)])
    assert [(entry.version, entry.end) for entry in loaded] == [(1, dt.date(2010, 3, 31)), (2, None)]


def test_a_definition_that_begins_within_a_month_is_refused() -> None:
    with pytest.raises(CatalogueError) as error:
        load_catalogue([measure(**FIRST), measure(**SECOND | {"start": dt.date(2010, 4, 2)})])
    assert str(error.value) == (
        "reference/measures.csv, started, version 2, start: a new definition starts on the first day of a month."
    )


def test_a_definition_that_measures_another_kind_of_thing_is_refused() -> None:
    with pytest.raises(CatalogueError) as error:
        load_catalogue([measure(**FIRST), measure(**SECOND, direction="lower")])
    assert str(error.value) == (
        "reference/measures.csv, started, version 2: unit and direction differ from version 1; "
        "give what is measured otherwise a measure_id of its own."
    )
