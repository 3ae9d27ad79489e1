"""How far children got, from step to step, how long it took, and what agreements and outcomes came to."""

from dataclasses import replace

import pandas as pd
import pytest
from small_slice import make_journey, make_page, with_tables, words

from pipeline.analysis.performance.reach import list_steps
from pipeline.present.page import Page
from pipeline.present.performance.reach import show_journey, show_waits

MINIMUM = 13


def with_journey(page: Page, **steps: int) -> Page:
    return with_tables(page, journey=make_journey(80, **steps))


def test_each_step_is_told_of_those_referred_and_of_those_at_the_step_before() -> None:
    said = words(show_journey(with_journey(make_page(80), started=60, isa_agreed=30)))
    assert "Started the service 60 75% (64 to 84) 75% (64 to 84)" in said
    assert "agreed 30 38% (25 to 51) 50% (35 to 65)" in said


def test_a_step_that_more_took_than_the_one_before_is_no_share_of_it() -> None:
    said = words(show_journey(with_journey(make_page(80), isa_agreed=30, baseline=40)))
    assert "Scored at the start 40 50% (37 to 63) more than took the step before" in said


def test_how_many_come_together_is_told_in_tenths() -> None:
    """More digits, beside a shown number, would tell how many siblings there are."""
    page = with_journey(make_page(80), started=60)
    assert page.service is not None
    effects = pd.DataFrame({"service_id": [page.service.service_id], "what": ["started"], "effect": [1.142]})
    started = list_steps(replace(page, slice=replace(page.slice, together=effects)))[1]
    assert (started.step, round(started.of_referred.design_effect, 6)) == ("started", 1.1)


def test_days_stand_with_the_middle_half_and_who_still_waits() -> None:
    said = words(show_waits(make_page(40), MINIMUM))
    assert "Referral to start 40 21 (10 to 30) 28 days 100% (83 to 100) 0" in said
    assert "Children still waiting are counted separately" in said


@pytest.mark.parametrize(("children", "shown"), [(12, False), (13, True)])
def test_days_of_few_are_hidden(children: int, shown: bool) -> None:
    assert ("21 (10 to 30)" in words(show_waits(make_page(children), MINIMUM))) is shown


def test_a_step_that_nobody_took_has_no_days() -> None:
    assert "Referral to start 0 [x] 28 days [x]" in words(show_waits(make_page(0), MINIMUM))


def test_fully_and_partly_achieved_are_kept_apart() -> None:
    said = words(show_waits(make_page(40), MINIMUM))
    assert "Agreements completed, of those whose episode has ended 40 40 100%" in said
    assert "Outcomes achieved fully, of those judged 20 40 50% (32 to 68)" in said
    assert "Outcomes achieved partly, of those judged 0 40 0% (0 to 19)" in said
