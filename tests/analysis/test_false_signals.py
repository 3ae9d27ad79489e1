"""Services in which nothing changes: how often a measure or a curve is said to have changed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike

from pipeline.analysis.group_counts import Tally
from pipeline.analysis.performance.curves import judge_curve
from pipeline.analysis.performance.kpis import judge_kpi
from pipeline.analysis.performance.periods import PeriodFigure
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
    share = 0.6 + jump * (np.arange(12) >= 8)
    return as_shown(random.binomial(people := random.poisson(size, 12), share), people)


def as_shown(events: ArrayLike, people: ArrayLike) -> list[PeriodFigure]:
    """Quarters with these counts, protected."""
    pairs = zip(np.asarray(events).tolist(), np.asarray(people).tolist(), strict=True)
    return [
        PeriodFigure(f"{2009 + place // 4}-q{place % 4 + 1}", Tally(x, n, 0.0).protected(protect), "ready")
        for place, (x, n) in enumerate(pairs)
    ]


def share_called_changed(
    random: np.random.Generator,
    series: int,
    share: ArrayLike,
    size: int,
    quarters: int,
    beyond_chance: float = 0.0,
) -> float:
    """In how many of so many series the last quarter is called better or worse; `beyond_chance` is a correlation."""
    called = 0
    for place in range(series):
        people = np.full(quarters, size) if place % 2 else random.poisson(size, quarters)
        level = np.broadcast_to(np.asarray(share), quarters)
        if beyond_chance:
            level = random.beta(*((1 / beyond_chance - 1) * part for part in (level, 1 - level)))
        figures = as_shown(random.binomial(people, level), people)
        called += judge_kpi(figures, SHARE, None, no_rows).variation in ("better", "worse")
    return called / series


@pytest.mark.parametrize("share", [0.9, 0.97, 0.99])
@pytest.mark.parametrize("size", [20, 43, 400])
def test_a_share_near_100_per_cent_that_stays_is_seldom_called_changed(share: float, size: int) -> None:
    assert share_called_changed(np.random.default_rng(20090401), 60, share, size, 12) <= 2 / 60


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [12, 20])
@pytest.mark.parametrize("size", [20, 43, 100, 400])
@pytest.mark.parametrize("share", [0.03, 0.6, 0.8, 0.9, 0.95, 0.97, 0.99])
def test_a_share_that_stays_is_called_changed_no_more_often_than_declared(
    share: float, size: int, quarters: int
) -> None:
    assert share_called_changed(np.random.default_rng(20090401), 1000, share, size, quarters) <= 0.03


@pytest.mark.slow
@pytest.mark.parametrize("size", [50, 100, 400])
@pytest.mark.parametrize("share", [0.6, 0.9, 0.97])
@pytest.mark.parametrize("beyond_chance", [0.01, 0.03])
def test_a_share_that_varies_beyond_chance_is_called_changed_no_more_often_than_declared(
    beyond_chance: float, share: float, size: int
) -> None:
    random = np.random.default_rng(20090401)
    assert share_called_changed(random, 1000, share, size, 12, beyond_chance) <= 0.03


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "size", "found"),
    [(0.95, 0.85, 100, 0.25), (0.95, 0.85, 400, 0.85), (0.97, 0.9, 400, 0.75), (0.6, 0.8, 100, 0.6)],
)
def test_a_true_shift_of_four_quarters_is_found(before: float, after: float, size: int, found: float) -> None:
    share = np.where(np.arange(12) < 8, before, after)
    assert share_called_changed(np.random.default_rng(20090401), 400, share, size, 12) >= found


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 2.0])
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
    assert sum(word in ("better", "worse") for word in words) / SERVICES <= 0.03


@pytest.mark.slow
@pytest.mark.parametrize("size", [20, 60])
@pytest.mark.parametrize("share", [0.003, 0.01, 0.03])
def test_rare_events_of_a_share_that_stays_are_seldom_called_better_or_worse(share: float, size: int) -> None:
    random, words = np.random.default_rng(20090401), []
    for _ in range(SERVICES):
        people = random.poisson(size, 36)
        months = pd.DataFrame(
            {
                "month": range(36),
                "events": random.binomial(people, share),
                "total": people,
                "child_years": 0.0,
            }
        )
        exact = months.assign(period=[QUARTERS[month // 3] for month in range(36)])
        hidden = [PeriodFigure(name, None, "ready") for name in QUARTERS]
        words.append(judge_kpi(hidden, SHARE, None, exact.copy).variation)
    assert sum(word in ("better", "worse") for word in words) / SERVICES <= 0.03


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
