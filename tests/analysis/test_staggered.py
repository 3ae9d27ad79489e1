"""Services that start at different times: planted effects, none where none is, and too few to tell."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from month_rows import DATASET, FIRST, make_measure, make_months, make_plan
from score_rows import RULES

from pipeline.analysis.staggered import Staggered, assess_staggered
from pipeline.contract.plans import EvaluationPlan
from pipeline.stats.results import NotEstimable, PValue

NEVER = [f"S{number:02}" for number in range(4, 16)]
STARTS = {"S01": dt.date(2010, 4, 1), "S02": dt.date(2010, 10, 1), "S03": dt.date(2010, 10, 1)}


def plans(**changes: object) -> list[EvaluationPlan]:
    return [
        make_plan(
            "difference_in_differences",
            plan_id=service,
            service_id=service,
            start=start,
            comparison=";".join(NEVER),
            agreed_on=dt.date(2010, 3, 1),
            **changes,
        )
        for service, start in STARTS.items()
    ]


def drawn(effect: float, seed: int = 1, size: int = 60) -> pd.DataFrame:
    """Shares that all rise alike, and from its start on by `effect` more in each service that starts."""
    draw = np.random.default_rng(seed)
    events = {}
    for service in [*STARTS, *NEVER]:
        start = STARTS.get(service)
        since = 99 if start is None else start.year * 12 + start.month - 1 - FIRST
        share = [0.3 + 0.004 * month + effect * (month >= since) for month in range(36)]
        events[service] = draw.binomial(size, share).tolist()
    return make_months(events, size)


def assess(rows: pd.DataFrame, declared: list[EvaluationPlan]) -> Staggered:
    found = assess_staggered(rows, make_measure(), declared, DATASET, RULES)
    assert isinstance(found, Staggered)
    return found


def test_a_planted_effect_is_found_over_all_that_started() -> None:
    found = assess(drawn(0.25), plans())
    assert found.value == pytest.approx(25.0, abs=6)
    assert isinstance(found.chance, PValue)
    assert found.chance.value < 0.05
    assert (found.verdict, found.claim.rung) == ("better", "comparison group")
    assert (found.services, found.compared) == (("S01", "S02", "S03"), 12)


def test_what_rises_alike_everywhere_is_no_effect() -> None:
    verdicts = [assess(drawn(0.0, seed), plans()).verdict for seed in range(6)]
    assert verdicts.count("no clear change") >= 5


def test_plans_agreed_late_weaken_the_claim() -> None:
    late = [*plans()[:2], make_plan(**{**vars(plans()[2]), "agreed_on": dt.date(2011, 1, 1)})]
    assert assess(drawn(0.25), late).claim.rung == "interrupted series"


def test_a_service_without_figures_in_a_quarter_is_no_service_to_compare_with() -> None:
    rows = drawn(0.25)
    gap = rows[(rows["service_id"] != "S04") | (rows["month"] >= FIRST + 3)]
    assert assess(gap, plans()).compared == 11
    treated = rows[(rows["service_id"] != "S01") | (rows["month"] >= FIRST + 3)]
    found = assess_staggered(treated, make_measure(), plans(), DATASET, RULES)
    assert isinstance(found, NotEstimable)
    assert "nobody in a quarter" in found.reason


def test_so_few_services_that_no_dealing_of_starts_is_rare_cannot_tell() -> None:
    few = [make_plan(**{**vars(plan), "comparison": "S04"}) for plan in plans()[1:]]
    found = assess(drawn(0.25), few)
    assert (found.verdict, found.claim.verdict) == ("cannot tell yet", "cannot tell yet")
