"""Services in which nothing changes: how often a measure or a curve is said to have changed."""

import numpy as np
import pytest
from facts import CURVE
from facts import MEASURE as SHARE
from numpy.typing import ArrayLike

from pipeline.analysis.performance.curves import judge_curve
from pipeline.analysis.performance.kpis import judge_kpi
from pipeline.analysis.performance.periods import PeriodFigure
from pipeline.contract.context import MeasureFacts
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Sum

PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", SHARE.definitions)
SERVICES = 500
NHS = Disclosure(hide_up_to=7, round_to=5)


def shares(random: np.random.Generator, size: float, jump: float = 0.0) -> list[PeriodFigure]:
    """Twelve quarters of about so many children, of whom 60 per cent have the event, `jump` more in the last four."""
    share = 0.6 + jump * (np.arange(12) >= 8)
    return as_shown(random, random.binomial(people := random.poisson(size, 12), share), people)


def as_shown(
    random: np.random.Generator, events: ArrayLike, people: ArrayLike, years: float = 0.0
) -> list[PeriodFigure]:
    """Quarters with these counts, rounded; the children of each are others."""
    pairs = np.stack([np.asarray(events), np.asarray(people)], axis=1)
    keys = random.integers(2**31, size=pairs.shape)
    sums = [
        Sum(counted, size, years, 0.0, own, whole)
        for (counted, size), (own, whole) in zip(pairs.tolist(), keys.tolist(), strict=True)
    ]
    return [
        PeriodFigure(f"{2009 + place // 4}-q{place % 4 + 1}", found.tally(NHS), "ready")
        for place, found in enumerate(sums)
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
        figures = as_shown(random, random.binomial(people, level), people)
        called += judge_kpi(figures, SHARE, None).variation in ("better", "worse")
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
@pytest.mark.parametrize("rate", [1.5, 4, 5, 6, 8, 12, 20, 50])
def test_events_at_a_steady_rate_are_seldom_called_better_or_worse(rate: float) -> None:
    """So many a quarter."""
    random = np.random.default_rng(20090401)
    words = []
    for _ in range(SERVICES):
        quarters = as_shown(random, random.poisson(rate, 12), [0] * 12, years=15.0)
        words.append(judge_kpi(quarters, PLANS, None).variation)
    assert sum(word in ("better", "worse") for word in words) / SERVICES <= 0.03


@pytest.mark.slow
@pytest.mark.parametrize("size", [60, 200])
@pytest.mark.parametrize("share", [0.01, 0.03, 0.1])
def test_rare_events_of_a_share_that_stays_are_seldom_called_better_or_worse(share: float, size: int) -> None:
    random, words = np.random.default_rng(20090401), []
    for _ in range(SERVICES):
        people = random.poisson(size, 12)
        quarters = as_shown(random, random.binomial(people, share), people)
        words.append(judge_kpi(quarters, SHARE, None).variation)
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
    better = [judge_kpi(service, SHARE, None).variation for service in services].count("better")
    turned = [judge_curve(CURVE, SHARE, service, 0.95).verdict for service in services].count("turned")
    assert min(better, turned) / SERVICES > 0.95
