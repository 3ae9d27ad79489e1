"""The section on the whole and its parts, in words and as a table."""

from dataclasses import replace
from typing import get_args

import pandas as pd
from small_slice import SERVICE, make_measures, make_page, make_scores, with_facts, with_tables, words

from pipeline.analysis.impact.reported_vs_measured import Cause
from pipeline.analysis.impact.whole_and_parts import list_compared
from pipeline.present.impact.reported_vs_measured import show_whole_and_parts, whole_table
from pipeline.present.page import Page
from pipeline.present.sentences import SENTENCES


def page_with(
    first: tuple[int, int], last: tuple[int, int], improvement: float, *, over_all: bool = False
) -> Page:
    early = make_scores(30, improvement).assign(review_date=pd.Timestamp("2009-09-01"))
    late = make_scores(60, improvement, first=100).assign(review_date=pd.Timestamp("2010-09-01"))
    page = make_page(scores=pd.concat([early, late], ignore_index=True), groups={"White": last})
    before = make_measures({"White": first}).assign(month=2009 * 12 + 3, period="2009-q2")
    measures = pd.concat([before, make_measures({"White": last})], ignore_index=True)
    services = (SERVICE, replace(SERVICE, service_id="S02", ecm_outcome="stay_safe"))
    return with_tables(
        with_facts(page, services=services, service=None if over_all else SERVICE), measures=measures
    )


def test_a_disagreement_is_told_with_its_reasons() -> None:
    shown = words(show_whole_and_parts(page_with((20, 60), (48, 60), 0.0), "completed", 13))
    assert (
        "Wellbeing: Completed got better from the first year to the last, while the scores of the children reviewed "
        "in the last year did not clearly change."
    ) in shown
    assert "Nothing that is recorded shows why: ask what counts as achieved, and who decides it." in shown
    assert "disagree" in shown


def test_the_table_holds_rounded_counts_only() -> None:
    page = page_with((0, 5), (50, 60), 0.0)
    measure = page.slice.context.measures[0]
    table = whole_table(page, measure, list_compared(page, measure, 13))
    assert table.values("first") == ["[c]"]
    assert table.values("difference") == ["[c]"]
    assert table.values("last") == [83.3]
    assert table.values("scored") == [60]


def test_over_all_services_there_is_a_row_an_outcome_that_any_works_for() -> None:
    page = page_with((20, 60), (48, 60), 0.0, over_all=True)
    measure = page.slice.context.measures[0]
    assert [name for name, _ in list_compared(page, measure, 13)] == ["Be healthy", "Stay safe"]
    shown = words(show_whole_and_parts(page, "completed", 13))
    assert "Be healthy: Completed got better" in shown


def test_every_cause_has_its_sentence() -> None:
    assert {f"whole cause {cause}" for cause in get_args(Cause)} <= SENTENCES.keys()


def test_agreement_too_little_and_nothing_are_told_too() -> None:
    agreed = words(show_whole_and_parts(page_with((20, 60), (48, 60), 4.0), "completed", 13))
    assert "do not contradict one another" in agreed
    few = words(show_whole_and_parts(page_with((3, 9), (48, 60), 4.0), "completed", 13))
    assert "Too few children, or too short a time" in few
    assert "No child here has a score yet" in words(show_whole_and_parts(make_page(), "completed", 13))
