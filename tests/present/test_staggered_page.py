"""Services that started at different times on the page over all: from counts to words, through the door."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_slice import PLAN, SERVICE, make_page, with_facts, with_tables, words

from pipeline.present.impact.staggered import show_staggered
from pipeline.present.page import Page

EARLY, LATE = dt.date(2009, 10, 1), dt.date(2010, 4, 1)
STARTS = {"S01": EARLY, "S02": EARLY, "S03": LATE, "S04": LATE}
NEVER = [f"S{number:02}" for number in range(5, 15)]
FIRST = 2009 * 12 + 3


def page_over_all(effect: float, *, size: int = 60, never: list[str] = NEVER) -> Page:
    """Two years of shares that rise alike, and by `effect` more in each service that starts."""
    draw, rows = np.random.default_rng(4), []
    for service in [*STARTS, *never]:
        start = STARTS.get(service, dt.date(2099, 1, 1))
        since = start.year * 12 + start.month - 1
        for month in range(FIRST, FIRST + 24):
            share = 0.3 + 0.004 * (month - FIRST) + effect * (month >= since)
            rows.append((service, month, int(draw.binomial(size, share)), size))
    measures = pd.DataFrame(rows, columns=["service_id", "month", "events", "total"]).assign(
        measure_id="completed", version=1, ethnic_group="White", ethnicity="WBRI", child_years=0.0
    )
    level = measures.groupby("service_id")["total"].sum().rename("total").reset_index()
    girls = level.assign(measure_id="completed", characteristic="sex", level="female", child_years=0.0)
    girls["total"] -= 10 * np.arange(len(girls))
    boys = girls.assign(level="male", total=10 * np.arange(len(girls)))
    plans = tuple(
        replace(
            PLAN, plan_id=name, service_id=name, outcome="completed", design="difference_in_differences",
            comparison=";".join(never), start=start, covariates="sex",
        )
        for name, start in STARTS.items()
    )  # fmt: skip
    services = tuple(replace(SERVICE, service_id=name, name=f"Service {name}") for name in [*STARTS, *never])
    page = make_page()
    told = with_facts(page, service=None, services=services, plans=plans)
    return with_tables(told, measures=measures, characteristics=pd.concat([girls, boys]))


@pytest.mark.long
def test_what_starting_did_is_told_over_all_services_with_its_range_band_and_breakdown() -> None:
    page = page_over_all(0.25)
    shown = words(show_staggered(page, 13))
    assert "Completed Service S01, Service S02, Service S03 and Service S04 better" in shown
    assert "percentage points" in shown
    assert "10 services" in shown
    assert "female (sex)" in shown, "what is held fixed"
    assert "times their largest step before" in shown
    assert "Before and after the start, quarter by quarter" in shown
    assert shown.count(" to ") > 10, "ranges by quarter"


@pytest.mark.long
def test_where_nothing_came_of_it_no_change_is_told() -> None:
    assert "no clear change" in words(show_staggered(page_over_all(0.0), 13))


def test_too_few_children_or_services_are_a_reason_in_words() -> None:
    assert words(show_staggered(page_over_all(0.25, size=1), 30)) == (
        "Completed cannot be told over all services that started: a service that started holds fewer than 30, or "
        "nobody in a quarter."
    )
    alone = words(show_staggered(page_over_all(0.25, never=["S05"]), 13))
    assert "nobody starts after the first time, or there are too few for so many covariates" in alone


def test_one_plan_or_a_services_own_page_shows_nothing() -> None:
    page = page_over_all(0.25)
    assert show_staggered(with_facts(page, service=SERVICE), 13) == ""
    assert show_staggered(with_facts(page, plans=page.slice.context.plans[:1]), 13) == ""
