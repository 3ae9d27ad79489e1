"""Five hundred services in which nothing changes: how often a measure or a curve is said to have changed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.curves import judge_curve
from pipeline.analysis.kpis import judge_kpi
from pipeline.analysis.periods import PeriodFigure
from pipeline.analysis.tally import Tally
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.contract.curves import Curve

SHARE = MeasureFacts("completed", "Completed", "percent", "higher", (Definition(1, dt.date(2009, 4, 1)),))
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", SHARE.definitions)
CURVE = Curve(
    "C1",
    "be_healthy",
    "how_well",
    "completed",
    None,
    "Done",
    dt.date(2011, 4, 1),
    80,
    dt.date(2013, 3, 31),
    dt.date(2011, 1, 1),
)
QUARTERS = [f"{year}-q{quarter}" for year in (2009, 2010, 2011, 2012) for quarter in (1, 2, 3, 4)][1:13]
SERVICES = 500


def no_rows() -> pd.DataFrame:
    return pd.DataFrame(columns=["month", "period", "events", "total", "child_years"])


def protect(count: int) -> int | None:
    """The NHS rule."""
    if count == 0:
        return 0
    return None if count <= 7 else max(10, (2 * count + 5) // 10 * 5)


def shares(random: np.random.Generator, size: float, jump: float = 0.0) -> list[PeriodFigure]:
    """Twelve quarters of about so many children, of whom 60 per cent have the event, `jump` more in the last four."""
    people = random.poisson(size, 12)
    events = random.binomial(people, 0.6 + jump * (np.arange(12) >= 8))
    tallies = [Tally(int(x), int(n), 0.0).protected(protect) for x, n in zip(events, people, strict=True)]
    return [PeriodFigure(name, tally, "ready") for name, tally in zip(QUARTERS, tallies, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("size", [20, 50, 100, 400])
def test_measures_that_stay_are_seldom_called_better_or_worse(size: float) -> None:
    random = np.random.default_rng(20090401)
    words = [judge_kpi(shares(random, size), SHARE, None, no_rows).variation for _ in range(SERVICES)]
    assert sum(word in ("better", "worse") for word in words) / SERVICES <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.2, 0.3, 0.7, 1.0, 2.0])
def test_rare_events_at_a_steady_rate_are_seldom_called_better_or_worse(rate: float) -> None:
    random = np.random.default_rng(20090401)
    words = []
    for _ in range(SERVICES):
        months = pd.DataFrame(
            {"month": range(36), "events": random.poisson(rate, 36), "total": 0, "child_years": 5.0}
        )
        exact = months.assign(period=[QUARTERS[month // 3] for month in range(36)])
        hidden = [PeriodFigure(name, None, "ready") for name in QUARTERS]
        words.append(judge_kpi(hidden, PLANS, None, exact.copy).variation)
    assert sum(word in ("better", "worse") for word in words) / SERVICES <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize("size", [25, 100, 400])
def test_curves_that_go_on_are_turned_no_more_often_than_the_level_allows(size: float) -> None:
    random = np.random.default_rng(20090401)
    words = [judge_curve(CURVE, SHARE, shares(random, size), 0.95).verdict for _ in range(SERVICES)]
    assert words.count("turned") / SERVICES <= 0.025


@pytest.mark.slow
def test_a_planted_jump_is_found_by_both() -> None:
    random = np.random.default_rng(20090401)
    services = [shares(random, 400, jump=0.2) for _ in range(SERVICES)]
    better = [judge_kpi(service, SHARE, None, no_rows).variation for service in services].count("better")
    turned = [judge_curve(CURVE, SHARE, service, 0.95).verdict for service in services].count("turned")
    assert min(better, turned) / SERVICES > 0.95
