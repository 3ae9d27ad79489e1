"""Measures over time on a page: verdicts, charts, and what is said where a period cannot be judged."""

import datetime as dt
from dataclasses import replace

import pytest
from facts import MEASURE
from quarterly import CURVE, PLANS, STAYED, TURNED, quarterly
from shown_tables import read_csv
from small_slice import words

from pipeline.contract.context import MeasureFacts
from pipeline.present.page import Page
from pipeline.present.performance.catalogue import measures_table, show_measures, show_trend

MINIMUM = 13


def trend(page: Page) -> str:
    return words(show_trend(page, "completed", MINIMUM))


def test_a_measure_that_stays_as_it_is_shows_no_clear_change() -> None:
    page = quarterly(STAYED)
    assert "No clear change over time in 1 of 1 measures." in words(show_measures(page, MINIMUM))
    assert measures_table(page, MINIMUM).values("variation") == ["no clear change"]


def test_a_shift_is_named_and_marked() -> None:
    page = quarterly(TURNED)
    assert "Getting better: Completed." in words(show_measures(page, MINIMUM))
    assert "outside the limits" in trend(page)
    worse = quarterly([200 - events for events in TURNED])
    assert "Getting worse: Completed." in words(show_measures(worse, MINIMUM))


def test_a_last_quarter_whose_events_are_still_to_come_is_no_worsening() -> None:
    low = (*STAYED[:11], 60)
    assert "Getting worse: Completed." in words(show_measures(quarterly(low), MINIMUM))
    page = quarterly(low, measure=replace(MEASURE, settled_to=dt.date(2011, 12, 31)))
    assert "Getting worse" not in words(show_measures(page, MINIMUM))
    assert "Jan–Mar 2012 not judged yet: some of what is counted there is still to come" in trend(page)


def test_first_quarters_of_what_comes_late_in_a_stay_are_left_out() -> None:
    page = quarterly(STAYED, measure=replace(MEASURE, grown_months=5))
    assert (
        "Apr–Jun 2009 and Jul–Sep 2009 not judged: the work was too new for longer stays to have ended"
        in trend(page)
    )


def test_hidden_quarters_are_counted_and_too_many_leave_nothing_to_say() -> None:
    page = quarterly(STAYED[:9], more=((0, 5),) * 3)
    assert "3 of 12 quarters are left out, because they rest on a small number of children" in trend(page)
    few = quarterly((3, 5, 2, 4, 1, 6) * 2, 8)
    assert "Too few quarters with enough children" in words(show_measures(few, MINIMUM))
    assert "Mean and limits" not in trend(few)


def test_fewer_than_twelve_points_say_that_limits_are_on_trial() -> None:
    assert "trial limits" in trend(quarterly(STAYED[:9]))
    assert "trial limits" not in trend(quarterly(STAYED))


@pytest.mark.parametrize("measure", [MEASURE, PLANS])
def test_events_so_few_that_rounding_is_what_moves_have_no_chart(measure: MeasureFacts) -> None:
    page = quarterly((3, 5, 2, 4, 3, 4) * 2, measure=measure)
    assert "or too few events in them, to say for 1 of 1 measures" in words(show_measures(page, MINIMUM))
    assert measures_table(page, MINIMUM).values("variation") == ["too few to say"]
    assert "Mean and limits" not in trend(page)


def test_a_target_is_held_against_the_limits_only_while_the_measure_stays() -> None:
    assert "assurance" not in read_csv(measures_table(quarterly(STAYED), MINIMUM))[0]
    steady = measures_table(quarterly(STAYED, curves=(CURVE,)), MINIMUM)
    assert steady.values("assurance") == ["90: never reached"]
    moving = measures_table(quarterly(TURNED, curves=(CURVE,)), MINIMUM)
    assert moving.values("assurance") == ["90: to be seen, since it is changing"]
    other = measures_table(quarterly(STAYED, curves=(replace(CURVE, service_id=None),)), MINIMUM)
    assert "assurance" not in read_csv(other)[0]


def test_limits_go_no_further_than_the_measure_can() -> None:
    page = quarterly((190, 200, 180, 200, 195, 200, 185, 200, 190, 200, 180, 200))
    assert "to 100)" in trend(page)
    assert "to 101)" not in trend(page)
