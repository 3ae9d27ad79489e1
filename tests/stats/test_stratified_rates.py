"""The Mantel-Haenszel rate difference with its score interval."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from told import estimated

from pipeline.stats.inputs import normal_quantile
from pipeline.stats.proportions.stratified_rates import RateStrata, mantel_haenszel_rate_difference
from pipeline.stats.results import NotEstimable

Row = tuple[int, float, int, float]
LEVELS = st.floats(0.5, 0.999)
# Coronary deaths and person-years of British doctors who smoked and who did not, in five bands of age (Rothman,
# Greenland and Lash 2008, Modern Epidemiology, table 15-2).
DOCTORS: list[Row] = [
    (32, 52407, 2, 18790), (104, 43248, 12, 10673), (206, 28612, 28, 5710), (186, 12663, 28, 2585),
    (102, 5317, 31, 1462),
]  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    def one() -> Row:
        times = st.one_of(st.just(0.0), st.floats(0.1, 50.0))
        return draw(st.integers(0, 12)), draw(times), draw(st.integers(0, 12)), draw(times)

    return [one() for _ in range(draw(st.integers(1, 6)))]


def strata(given: list[Row]) -> RateStrata:
    return RateStrata(*np.array(given, dtype=float).reshape(-1, 4).T)


def test_the_doctors_rate_difference_is_the_published_one() -> None:
    gap = estimated(mantel_haenszel_rate_difference(strata(DOCTORS), per=10_000, confidence_level=0.9))
    assert gap.value == pytest.approx(11.44, abs=0.005), (
        "Modern Epidemiology 2008; metafor, rma.mh(measure='IRD')"
    )
    assert (gap.lower, gap.upper) == pytest.approx((6.35, 16.53), abs=0.35), (
        "their interval is Wald's, which with 735 events lies near the score interval"
    )


def test_the_doctors_interval_touches_0_at_the_level_of_the_published_test() -> None:
    p = float(stats.chi2.sf(11.016, 1))
    just_inside, just_outside = (
        estimated(mantel_haenszel_rate_difference(strata(DOCTORS), 1, level))
        for level in (1 - p * 1.01, 1 - p * 0.99)
    )
    assert not just_inside.contains(0.0), "metafor, rma.mh(correct=FALSE): X^2 = 11.016"
    assert just_outside.contains(0.0)


def searched_variance(given: list[Row], difference: float) -> float:
    """Var of the estimate were `difference` the truth, the likeliest rates found by search."""
    total = weights = 0.0
    for x, t, y, u in given:

        def unlikeliness(q: float, x: int = x, t: float = t, y: int = y, u: float = u) -> float:
            sides = ((x, t, q + difference), (y, u, q))
            return sum(time * rate - events * math.log(max(rate, 1e-300)) for events, time, rate in sides)

        least = max(0.0, -difference)
        found = minimize_scalar(
            unlikeliness, bounds=(least, least + 10), method="bounded", options={"xatol": 1e-12}
        )
        q = min((float(found.x), least), key=unlikeliness)
        weight = t * u / (t + u)
        total += weight**2 * ((q + difference) / t + q / u)
        weights += weight
    return total / weights**2


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
@pytest.mark.parametrize(
    "given",
    [[(3, 20.0, 9, 25.0), (0, 5.0, 2, 7.0)], [(4, 9.0, 0, 8.0), (0, 2.0, 0, 3.0)], [(0, 9.0, 6, 8.0)]],
)
def test_at_the_limits_the_score_test_just_rejects_when_the_likelihood_is_maximised_by_search(
    given: list[Row], level: float
) -> None:
    gap = estimated(mantel_haenszel_rate_difference(strata(given), 1, level))
    for limit in (gap.lower, gap.upper):
        z = (gap.value - limit) / math.sqrt(searched_variance(given, limit))
        assert abs(z) == pytest.approx(normal_quantile(level), rel=1e-4)


@pytest.mark.long
@settings(deadline=None)
@given(rows(), LEVELS)
def test_the_interval_holds_0_exactly_when_the_person_time_test_does_not_reject(
    given: list[Row], level: float
) -> None:
    x, t, y, u = np.array(given, dtype=float).T
    kept = (t > 0) & (u > 0)
    x, t, y, u = x[kept], t[kept], y[kept], u[kept]
    assume((x + y).sum() > 0)
    excess = (x - (x + y) * t / (t + u)).sum()
    p = stats.norm.sf(abs(excess) / math.sqrt(((x + y) * t * u / (t + u) ** 2).sum())) * 2
    assume(abs(p - (1 - level)) > 1e-6)
    held = estimated(mantel_haenszel_rate_difference(strata(given), 1, level)).contains(0.0)
    assert held == (p > 1 - level)


def test_strata_without_one_of_the_groups_weigh_nothing() -> None:
    alone = [(3, 10.0, 5, 10.0)]
    assert mantel_haenszel_rate_difference(strata([*alone, (9, 4.0, 0, 0.0), (2, 0.0, 1, 3.0)])) == (
        mantel_haenszel_rate_difference(strata(alone))
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([(3, 10.0, 0, 0.0)], "in no stratum did people of both groups spend time"),
        ([(0, 10.0, 0, 5.0)], "no events in strata that hold people of both groups"),
    ],
)
def test_without_a_comparison_or_an_event_there_is_a_reason(given: list[Row], reason: str) -> None:
    assert mantel_haenszel_rate_difference(strata(given)) == NotEstimable(reason)


@pytest.mark.parametrize(
    "columns", [([1], [-1.0], [1], [1.0]), ([1], [math.nan], [1], [1.0]), ([1, 2], [1.0], [1], [1.0])]
)
def test_impossible_strata_cannot_be_built(columns: tuple[list[float], ...]) -> None:
    with pytest.raises(ValueError, match="expected one"):
        RateStrata(*columns)


def test_the_interval_covers_at_about_its_level_in_small_strata() -> None:
    random = np.random.default_rng(20240611)
    times, others = np.array([8.0, 15.0, 4.0]), np.array([20.0, 12.0, 9.0])
    rates = np.array([0.1, 0.3, 0.05])
    held = [
        estimated(
            mantel_haenszel_rate_difference(
                RateStrata(
                    random.poisson((rates + 0.1) * times), times, random.poisson(rates * others), others
                )
            )
        ).contains(0.1)
        for _ in range(600)
    ]
    assert 0.93 < np.mean(held) < 0.98
