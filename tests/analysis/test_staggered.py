"""Services that start at different times: planted effects, none where none is, and too few to tell."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from month_rows import DATASET, FIRST, make_measure, make_months, make_plan
from score_rows import RULES

from pipeline.analysis.impact.staggered import Staggered, assess_staggered
from pipeline.contract.plans import EvaluationPlan
from pipeline.protect.cells import Cells
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


def by_age(older: dict[str, float]) -> pd.DataFrame:
    """Of 1,000 children in each service the share that is older."""
    rows = [
        ("completed", service, "age", level, number)
        for service, share in older.items()
        for level, number in (("5 to 9", round(1000 * (1 - share))), ("10 to 15", round(1000 * share)))
    ]
    return pd.DataFrame(rows, columns=["measure_id", "service_id", "characteristic", "level", "total"])


def try_to_assess(
    rows: pd.DataFrame, declared: list[EvaluationPlan], older: dict[str, float] | None = None
) -> Staggered | NotEstimable:
    return assess_staggered(Cells(rows), Cells(by_age(older or {})), make_measure(), declared, DATASET, RULES)


def assess(*given: Any) -> Staggered:
    found = try_to_assess(*given)
    assert isinstance(found, Staggered), found
    return found


@pytest.mark.long
def test_a_trend_of_older_children_is_no_effect_where_the_plans_hold_age_fixed() -> None:
    """Shares rise by the share of older children, which is larger where something started."""
    draw = np.random.default_rng(3)
    names = [*STARTS, *NEVER]
    older = {name: 0.4 + 0.025 * place % 0.3 + 0.3 * (name in STARTS) for place, name in enumerate(names)}
    months = np.arange(36)
    rows = make_months(
        {name: draw.binomial(300, 0.2 + 0.02 * months * share).tolist() for name, share in older.items()}, 300
    )
    crude, alike = assess(rows, plans()), assess(rows, plans(covariates="age"), older)
    assert (crude.verdict, crude.covariate_names) == ("better", ())
    assert (alike.verdict, alike.covariate_names) == ("no clear change", (("age", "10 to 15"),))
    assert abs(alike.value) < 2 < crude.value
    some = {name: share for name, share in older.items() if name not in ("S01", "S04")}
    assert isinstance(try_to_assess(rows, plans(covariates="age"), some), NotEstimable)
    assert assess(rows, plans(covariates="age"), {**some, "S01": 0.7}).compared == 11
    assert assess(rows, plans(covariates="ethnicity")).value == pytest.approx(crude.value), "all White"


@pytest.mark.long
def test_a_planted_effect_is_found_over_all_that_started() -> None:
    found = assess(drawn(0.25), plans())
    assert found.value == pytest.approx(25.0, abs=6)
    assert isinstance(found.chance, PValue)
    assert found.chance.value < 0.05
    assert (found.verdict, found.claim.rung) == ("better", "comparison group")
    assert (found.services, found.compared) == (("S01", "S02", "S03"), 12)


@pytest.mark.slow
def test_what_rises_alike_everywhere_is_no_effect() -> None:
    verdicts = [assess(drawn(0.0, seed), plans()).verdict for seed in range(6)]
    assert verdicts.count("no clear change") >= 5


@pytest.mark.long
def test_plans_agreed_late_weaken_the_claim() -> None:
    late = [*plans()[:2], make_plan(**{**vars(plans()[2]), "agreed_on": dt.date(2011, 1, 1)})]
    assert assess(drawn(0.25), late).claim.rung == "interrupted series"


@pytest.mark.long
def test_a_service_without_figures_in_a_quarter_is_no_service_to_compare_with() -> None:
    rows = drawn(0.25)
    gap = rows[(rows["service_id"] != "S04") | (rows["month"] >= FIRST + 3)]
    assert assess(gap, plans()).compared == 11
    treated = rows[(rows["service_id"] != "S01") | (rows["month"] >= FIRST + 3)]
    found = try_to_assess(treated, plans())
    assert isinstance(found, NotEstimable)
    assert "nobody in a quarter" in found.reason


def test_so_few_services_that_no_dealing_of_starts_is_rare_cannot_tell() -> None:
    few = [make_plan(**{**vars(plan), "comparison": "S04"}) for plan in plans()[1:]]
    found = assess(drawn(0.25), few)
    assert (found.verdict, found.claim.verdict) == ("cannot tell yet", "cannot tell yet")
