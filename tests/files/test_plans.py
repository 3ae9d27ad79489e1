"""Evaluation plans: every fault with its row, its column and its fix."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.plans import EvaluationPlan, FrozenPlan
from pipeline.files.commissioner.plans_table import (
    add_frozen_plans,
    check_frozen_plans,
    check_plans,
    list_plans,
)
from pipeline.files.records import read_records

START, END = dt.date(2009, 4, 1), dt.date(2012, 3, 31)
SERVICES: list[dict[str, Any]] = [
    {"service_id": "S01", "start": START, "end": END},
    {"service_id": "S02", "start": START, "end": None},
    {"service_id": "S03", "start": dt.date(2011, 1, 10), "end": None},
    {"service_id": "S04", "start": START, "end": dt.date(2010, 3, 31)},
]
MEASURES: list[dict[str, Any]] = [
    {"measure_id": "completed", "start": START},
    {"measure_id": "isa_agreed", "start": START},
    {"measure_id": "isa_agreed", "start": dt.date(2010, 4, 1)},
]
SCALES = [{"scale": "wellbeing"}]
SCORED: dict[str, Any] = {
    "row": 2,
    "plan_id": "P1",
    "version": 1,
    "service_id": "S01",
    "outcome": "wellbeing",
    "design": "comparison_group",
    "comparison": "comparison arm",
    "start": START,
    "first_day": START,
    "last_day": END,
    "covariates": None,
    "why": "A waiting list of like children.",
    "agreed_with": "Parents' forum",
    "agreed_on": dt.date(2009, 3, 20),
}
SERIES: dict[str, Any] = {
    **SCORED,
    "outcome": "completed",
    "design": "interrupted_series",
    "comparison": None,
    "start": dt.date(2010, 10, 1),
}
SIDE_BY_SIDE: dict[str, Any] = {**SERIES, "design": "difference_in_differences", "comparison": "S02"}


def faults(*rows: dict[str, Any]) -> list[str]:
    found = check_plans(rows, SERVICES, MEASURES, SCALES)
    return [f"row {fault.row}, {fault.column}: {fault.said}" for fault in found]


@pytest.mark.parametrize(
    "row",
    [
        SCORED,
        {**SCORED, "design": "randomised", "covariates": "age; sex"},
        {**SCORED, "design": "before_and_after", "comparison": None},
        SERIES,
        {**SERIES, "design": "before_and_after"},
        SIDE_BY_SIDE,
        {**SERIES, "service_id": "S02", "last_day": dt.date(2030, 3, 31)},
    ],
)
def test_sound_rows_pass(row: dict[str, Any]) -> None:
    assert faults(row) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**SCORED, "outcome": "welbeing"},
            "outcome: 'welbeing' is neither a measure in reference/measures.csv nor a scale in "
            "reference/scales.csv; did you mean 'wellbeing'?"),
        ({**SERIES, "outcome": "wellbeing"},
            "outcome: 'wellbeing' is a scale, but interrupted_series follows a measure month by month; name a "
            "measure or choose one of before_and_after, comparison_group, randomised."),
        ({**SCORED, "outcome": "completed", "start": dt.date(2010, 10, 1)},
            "outcome: 'completed' is a measure, but comparison_group compares children's scores; name a scale or "
            "choose one of before_and_after, difference_in_differences, interrupted_series."),
        ({**SCORED, "covariates": "age; gendr"},
            "covariates: 'gendr' is not a characteristic of episodes; use some of age, sex, ethnicity, disability, "
            "area, deprivation, need, religion, sexual_orientation, learning_difficulty, looked_after, "
            "risk_of_offending."),
        ({**SERIES, "covariates": "age"},
            "covariates: interrupted_series holds no characteristics fixed; leave this blank."),
        ({**SCORED, "first_day": dt.date(2008, 4, 1)},
            "first_day: 2008-04-01 is before 'S01' was commissioned (2009-04-01), so there are no data; "
            "begin on that day or later."),
        ({**SCORED, "last_day": dt.date(2013, 3, 31)},
            "last_day: 2013-03-31 is after 'S01' ended (2012-03-31), so there will be no data; "
            "end on that day or earlier."),
        ({**SCORED, "first_day": dt.date(2009, 6, 1), "start": dt.date(2009, 6, 1), "last_day": dt.date(2009, 6, 1)},
            "last_day: 2009-06-01 is not after first_day (2009-06-01); correct one of them."),
        ({**SCORED, "last_day": START},
            "last_day: 2009-04-01 is not after 'S01' was commissioned (2009-04-01), so there are no data; "
            "choose a later day."),
        ({**SERIES, "start": dt.date(2012, 4, 1)},
            "start: 2012-04-01 is not before 'S01' ended (2012-03-31); choose an earlier day."),
        ({**SERIES, "last_day": dt.date(2010, 9, 30)},
            "start: 2010-10-01 is not after first_day (2009-04-01) and by last_day (2010-09-30); correct one of them."),
        ({**SERIES, "start": START},
            "start: there is no day before 2009-04-01 to set against those after it, as 'S01' was commissioned on "
            "that day; choose a later day, on which something changed."),
        ({**SERIES, "first_day": dt.date(2010, 10, 1)},
            "start: there is no day before 2010-10-01 to set against those after it; let first_day be earlier, "
            "from 2009-04-01 on."),
        ({**SERIES, "outcome": "isa_agreed"},
            "first_day: 2009-04-01 is before 'isa_agreed' was defined as it is (2010-04-01), so there are no data; "
            "begin on that day or later."),
        ({**SERIES, "outcome": "isa_agreed", "service_id": "S04", "last_day": dt.date(2010, 3, 31)},
            "outcome: there are no data, as 'S04' ended on 2010-03-31 and 'isa_agreed' was defined as it is on "
            "2010-04-01; choose another outcome or service."),
        ({**SCORED, "comparison": None},
            "comparison: this is blank; comparison_group is compared with the 'comparison arm' of the same service."),
        ({**SCORED, "comparison": "S02"},
            "comparison: this says 'S02'; comparison_group is compared with the 'comparison arm' of the same "
            "service."),
        ({**SERIES, "comparison": "S02"},
            "comparison: interrupted_series has no comparison, but this says 'S02'; leave it blank."),
        ({**SIDE_BY_SIDE, "comparison": None},
            "comparison: this is blank; difference_in_differences needs services to compare with, with ';' "
            "between them; name some of S02."),
        ({**SIDE_BY_SIDE, "service_id": "S02", "start": dt.date(2009, 4, 2), "comparison": "S03"},
            "comparison: 'S03' began on 2011-01-10, so it has no members before 2009-04-02; name some of S01, S04."),
        ({**SIDE_BY_SIDE, "comparison": "S02; S9"},
            "comparison: 'S9' is not in reference/services.csv; leave it out."),
        ({**SIDE_BY_SIDE, "comparison": "S01; S02"}, "comparison: 'S01' is the service itself; leave it out."),
        ({**SIDE_BY_SIDE, "comparison": "S02; S03"},
            "comparison: 'S03' began on 2011-01-10, so it has no members before 2010-10-01; leave it out."),
        ({**SIDE_BY_SIDE, "comparison": "S02; S04"},
            "comparison: 'S04' ended on 2010-03-31, so it has no members after 2010-10-01; leave it out."),
        ({**SCORED, "version": 2},
            "version: the first version of 'P1' is 2; put version 1 back, or count from 1 if there was none."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_fix(row: dict[str, Any], said: str) -> None:
    assert faults(row) == [f"row 2, {said}"]


def test_an_outcome_of_a_service_has_one_plan_in_force() -> None:
    other = {**SCORED, "row": 3, "plan_id": "P2"}
    assert faults(SCORED, other) == [
        "row 3, outcome: 'S01' has a plan for 'wellbeing' in row 2 already; "
        "make this the next version of 'P1' or delete it."
    ]
    assert faults(SCORED, {**other, "service_id": "S02"}) == []


def test_a_plan_may_be_agreed_anew_as_its_next_version() -> None:
    later = {**SCORED, "row": 3, "version": 2, "agreed_on": dt.date(2010, 3, 20)}
    assert faults(SCORED, later) == []
    assert faults(SCORED, {**later, "agreed_on": SCORED["agreed_on"]}) == [
        "row 3, agreed_on: version 2 was not agreed after version 1; correct a date."
    ]


def plan(**changes: Any) -> EvaluationPlan:
    (made,) = list_plans([{**SCORED, **changes}])
    return made


def test_any_change_of_a_row_gives_another_fingerprint() -> None:
    first = plan().fingerprint
    assert len(first) == 64
    assert plan(row=9).fingerprint == first
    changes: list[dict[str, Any]] = [
        {"why": "."}, {"last_day": dt.date(2012, 3, 30)}, {"covariates": "age"}, {"version": 2}
    ]  # fmt: skip
    assert len({first, *(plan(**change).fingerprint for change in changes)}) == 5


@pytest.mark.parametrize(("day", "first"), [(START, True), (dt.date(2009, 4, 2), False)])
def test_a_plan_is_declared_first_up_to_the_first_day_that_could_show_an_effect(
    day: dt.date, first: bool
) -> None:
    assert plan(agreed_on=day).declared_first is first
    assert plan(agreed_on=day, start=dt.date(2010, 10, 1)).declared_first


def test_a_frozen_plan_belongs_to_a_version_that_stands_still() -> None:
    row = {"row": 2, "plan_id": "P1", "version": 2}
    (fault,) = check_frozen_plans([row], [SCORED])
    assert fault.said == "'P1' has no version 2 in evaluation_plan.csv; put its row back."


def test_what_is_frozen_stays_as_it_is_and_what_is_not_comes_below(tmp_path: Path) -> None:
    path, day = tmp_path / "frozen_plans.csv", dt.date(2009, 3, 31)
    kept = {"plan_id": "P0", "version": 1, "frozen_on": day, "fingerprint": "0" * 64, "row": 2}
    add_frozen_plans(path, [kept], [FrozenPlan("P1", 1, day, plan().fingerprint)])
    assert [(row["plan_id"], row["fingerprint"][:3]) for row in read_records(path)] == [
        ("P0", "000"),
        ("P1", plan().fingerprint[:3]),
    ]
