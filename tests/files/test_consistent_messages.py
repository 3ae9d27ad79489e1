"""Whoever does what a message says sees the next check pass: no two messages about one field gainsay each other."""

import datetime as dt
from typing import Any

import pytest
from fixing import list_fixes, walk
from hypothesis import given
from hypothesis import strategies as st
from test_plans import MEASURES, SCALES, SCORED, SERVICES
from test_register import MEASURES as COUNTED
from test_register import ONS, SOUND

from pipeline.files.commissioner.cycle_tables import check_curves
from pipeline.files.commissioner.plans_table import check_plans
from pipeline.files.commissioner.register_table import (
    RegisterFault,
    check_register,
    check_scales,
    check_standards,
)

DAYS = [
    dt.date(year, month, day)
    for year, month, day in [
        (2008, 4, 1), (2009, 3, 31), (2009, 4, 1), (2009, 4, 2), (2009, 6, 30), (2010, 3, 31), (2010, 4, 1),
        (2010, 10, 1), (2011, 1, 10), (2012, 3, 30), (2012, 3, 31), (2012, 4, 1), (2030, 3, 31),
    ]
]  # fmt: skip
DAY = st.sampled_from(DAYS)
LATER = DAYS[-1]
BEGINS: dict[str, dt.date] = {
    str(row.get("service_id", row.get("measure_id"))): row["start"] for row in [*SERVICES, *MEASURES]
}


def choosing(data: st.DataObject) -> Any:
    return lambda offered: data.draw(st.sampled_from(offered))


def check_plan(row: dict[str, Any]) -> list[RegisterFault]:
    return list(check_plans([row], SERVICES, MEASURES, SCALES))


@given(
    st.data(),
    st.fixed_dictionaries(
        {
            "service_id": st.sampled_from([service["service_id"] for service in SERVICES]),
            "outcome": st.sampled_from(["wellbeing", "completed", "isa_agreed", "complete"]),
            "design": st.sampled_from(
                ["before_and_after", "interrupted_series", "difference_in_differences", "randomised"]
            ),
            "comparison": st.sampled_from([None, "comparison arm", "S01", "S02;S03", "S03", "S04;S9"]),
            "covariates": st.sampled_from([None, "age", "gendr", "sexx"]),
            "first_day": DAY,
            "start": DAY,
            "last_day": DAY,
        }
    ),
)
def test_plans_can_be_fixed_by_their_messages(data: st.DataObject, changes: dict[str, Any]) -> None:
    knows: dict[str, Any] = {
        "choose another outcome": ("outcome", "wellbeing"),
        "or a scale as the outcome": ("outcome", "wellbeing"),
        "name a measure": ("outcome", "completed"),
        "name a scale": ("outcome", "wellbeing"),
        "choose another design": ("design", "before_and_after"),
    }
    walk({**SCORED, **changes}, check_plan, knows, choosing(data))


@pytest.mark.parametrize("design", ["before_and_after", "interrupted_series"])
@pytest.mark.parametrize("service", ["S01", "S02", "S03"])
@pytest.mark.parametrize("outcome", ["completed", "isa_agreed"])
def test_a_measure_that_starts_with_its_service_is_not_sent_before_it(
    outcome: str, service: str, design: str
) -> None:
    begins = max(BEGINS[service], BEGINS[outcome])
    row = {**SCORED, "service_id": service, "outcome": outcome, "design": design, "comparison": None}
    row |= {"start": begins, "first_day": begins}
    (fault,) = check_plan(row)
    assert (fault.column, "first_day" in fault.said) == ("start", False)
    assert ("a scale" in fault.said) is (design == "before_and_after")
    assert all(check_plan({**row, column: value}) == [] for column, value in list_fixes(row, fault))


def test_a_frozen_plan_is_never_to_be_deleted() -> None:
    frozen = {**SCORED, "row": 3, "plan_id": "P2"}
    both = (SCORED, frozen)
    (fault,) = check_plans(both, SERVICES, MEASURES, SCALES, [{"plan_id": "P2", "version": 1}])
    assert fault.row == 2
    assert fault.said.endswith("make this the next version of 'P2' or delete it.")
    every = [{"plan_id": name, "version": 1} for name in ("P1", "P2")]
    (fault,) = check_plans(both, SERVICES, MEASURES, SCALES, every)
    assert fault.said.endswith("this plan is frozen, so agree its version 2 about something else.")


@given(
    st.data(),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["representation", "completion", "change_in_score", "other"]),
            "measure_id": st.sampled_from([None, "completed", "plan_started", "wellbeing", "complete"]),
            "ethnic_group": st.sampled_from(["Black", "Caribbean", "Blck", "Not known"]),
            "comparator": st.sampled_from(
                [None, "population", "everyone else", "White", "Black", "everybody"]
            ),
            "direction": st.sampled_from(["at_least", "at_most"]),
            "target": st.sampled_from([-500.0, -5.0, 60.0, 250.0]),
            "due": DAY,
            "agreed_on": DAY,
        }
    ),
)
def test_targets_can_be_fixed_by_their_messages(data: st.DataObject, changes: dict[str, Any]) -> None:
    scales = [{"scale": "wellbeing"}]
    knows: dict[str, Any] = {
        "in reference/measures.csv": ("measure_id", "completed"),
        "a scale in reference/scales.csv": ("measure_id", "wellbeing"),
        "correct it": ("target", 60.0),
    }
    walk(
        {**SOUND, **changes},
        lambda row: list(check_register([row], COUNTED, scales, ONS)),
        knows,
        choosing(data),
    )


@given(st.data(), DAY, DAY, DAY, st.sampled_from([None, *(each["service_id"] for each in SERVICES)]))
def test_curves_can_be_fixed_by_their_messages(
    data: st.DataObject, action: dt.date, due: dt.date, agreed: dt.date, service: str | None
) -> None:
    measures = [{"measure_id": "completed", "version": 1, "unit": "percent", "start": dt.date(2009, 4, 1)}]
    row = {"row": 2, "measure_id": "completed", "service_id": service, "action_on": action, "due": due}
    row |= {"agreed_on": agreed, "target": 175.0}
    knows: dict[str, Any] = {
        "correct the day": ("action_on", dt.date(2012, 3, 31)),
        "was due": ("agreed_on", dt.date(2009, 3, 31)),
        "more than 100": ("target", 75.0),
    }
    complete_to = dt.date(2012, 3, 31)
    walk(row, lambda row: list(check_curves([row], SERVICES, measures, complete_to)), knows, choosing(data))


@given(st.data(), st.sampled_from(["yes", "not_checked"]), st.none() | DAY, st.none() | DAY)
def test_standards_can_be_fixed_by_their_messages(
    data: st.DataObject, met: str, checked: dt.date | None, after: dt.date | None
) -> None:
    row = {"row": 2, "met": met, "checked_on": checked, "next_check": after}
    knows: dict[str, Any] = {
        "say what was found": ("met", "yes"),
        "give the day": ("checked_on", DAYS[0]),
        "not after the last check": ("next_check", LATER + dt.timedelta(days=1)),
    }
    walk(row, lambda row: list(check_standards([row])), knows, choosing(data))


@given(st.data(), st.sampled_from([-2, 0]), st.sampled_from([2, 35]), st.sampled_from([None, 1, 36]))
def test_scales_can_be_fixed_by_their_messages(
    data: st.DataObject, low: int, high: int, cutoff: int | None
) -> None:
    row = {"row": 2, "kind": "goal_attainment", "minimum": low, "maximum": high, "direction": "higher"}
    row["clinical_cutoff"] = cutoff
    knows: dict[str, Any] = {"correct one of them": ("clinical_cutoff", high)}
    walk(row, lambda row: list(check_scales([row])), knows, choosing(data))
