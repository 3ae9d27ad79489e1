"""Slope and relative index of inequality along an ordered scale."""

import numpy as np
import pytest
import statsmodels.api as sm
from told import limits

from pipeline.stats.proportions.gradient import relative_index, slope_index
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.results import Counts, Estimate, NotEstimable

# Directly standardised rates by fifth of deprivation in 2010: PHEindicatormethods, tests/testthat/DSR_testdata.csv.
PEOPLE = [1434002, 1450590, 1453827, 1440980, 1457780]
RATES = [
    (150.2200205, 147.3194185, 153.1498241),
    (131.0221747, 128.3676972, 133.7051129),
    (127.4954973, 125.0421198, 129.975513),
    (130.494241, 128.2469515, 132.7657553),
    (135.4664241, 133.2469515, 137.8657553),
]
FIFTHS = [Estimate(*rate, 0.95, "directly standardised", "per 100,000") for rate in RATES]


def normal(value: float, error: float = 1.0) -> Estimate:
    return Estimate(value, value - 1.959964 * error, value + 1.959964 * error, 0.95, "normal", "points")


def test_the_slope_is_that_of_other_implementations() -> None:
    """R's dceasimR, calc_sii of 60, 63, 66, 69 and 72 in equal fifths: 15, from 58.5; statsmodels for the other."""
    even = [normal(value) for value in (60, 63, 66, 69, 72)]
    slope, ratio = slope_index(even, [20] * 5), relative_index(even, [20] * 5)
    assert isinstance(slope, Estimate)
    assert isinstance(ratio, Estimate)
    assert (slope.value, ratio.value) == pytest.approx((15.0, 73.5 / 58.5))
    share = np.array(PEOPLE) / sum(PEOPLE)
    rank = share.cumsum() - share / 2
    fit = sm.WLS([rate[0] for rate in RATES], sm.add_constant(rank), weights=share).fit()
    slope, ratio = slope_index(FIFTHS, PEOPLE), relative_index(FIFTHS, PEOPLE)
    assert isinstance(slope, Estimate)
    assert isinstance(ratio, Estimate)
    assert slope.value == pytest.approx(fit.params[1])
    assert ratio.value == pytest.approx(fit.params.sum() / fit.params[0])


@pytest.mark.parametrize(
    "values", [(60, 63, 66, 69, 72), (15, 19, 20, 24, 30), (40, 30, 28, 24, 25), (10, 10, 10, 10, 10)]
)
@pytest.mark.parametrize("people", [(20, 20, 20, 20, 20), (50, 10, 25, 5, 10)])
def test_intervals_are_those_of_drawing_each_level_anew(
    values: tuple[int, ...], people: tuple[int, ...]
) -> None:
    """What PHEindicatormethods' phe_sii does: 100,000 normal draws of each level, a line through each, quantiles."""
    levels = [normal(value, 0.5) for value in values]
    share = np.array(people) / sum(people)
    rank = share.cumsum() - share / 2
    drawn = np.random.default_rng(5).normal(values, 0.5, size=(100_000, 5))
    design = np.column_stack([np.ones(5), rank]) * np.sqrt(share)[:, None]
    bottom, slope = np.linalg.lstsq(design, (drawn * np.sqrt(share)).T, rcond=None)[0]
    assert limits(slope_index(levels, people)) == pytest.approx(np.quantile(slope, [0.025, 0.975]), abs=0.05)
    assert limits(relative_index(levels, people)) == pytest.approx(
        np.quantile((bottom + slope) / bottom, [0.025, 0.975]), rel=0.03
    )


def test_two_levels_are_no_scale_and_a_line_below_nought_has_no_ratio() -> None:
    two = [normal(1.0), normal(2.0), normal(3.0)]
    assert slope_index(two, [5, 5, 0]) == NotEstimable("fewer than three levels with somebody in them")
    assert slope_index([], []) == NotEstimable("fewer than three levels with somebody in them")
    steep = [normal(value) for value in (0.1, 0.1, 30.0)]
    assert isinstance(slope_index(steep, [1, 1, 1]), Estimate)
    assert relative_index(steep, [1, 1, 1]) == NotEstimable(
        "the line through the levels is not above 0 at both ends of the scale"
    )


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one size"):
        slope_index([normal(1.0)] * 3, [1, 2])
    with pytest.raises(ValueError, match="one kind of estimate"):
        slope_index([normal(1.0), normal(2.0), FIFTHS[0]], [1, 2, 3])


@pytest.mark.parametrize("top", [0.15, 0.5, 0.9])
def test_a_planted_gradient_is_held_about_as_often_as_the_level_says(top: float) -> None:
    rng, people = np.random.default_rng(3), np.array([60, 50, 40, 30, 20])
    rank = people.cumsum() / people.sum() - people / people.sum() / 2
    share = 0.1 + (top - 0.1) * rank
    held = []
    for events in rng.binomial(people, share, size=(1000, 5)):
        pairs = zip(events.tolist(), people.tolist(), strict=True)
        levels = [
            each for each in (wilson_interval(Counts(*pair)) for pair in pairs) if isinstance(each, Estimate)
        ]
        found = slope_index(levels, people)
        held.append(isinstance(found, Estimate) and found.contains(top - 0.1))
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


def test_rates_and_levels_without_events_have_an_answer() -> None:
    rates = [event_rate(events, 100.0) for events in (0, 0, 3, 0, 9)]
    found = slope_index([rate for rate in rates if isinstance(rate, Estimate)], [100.0] * 5)
    assert isinstance(found, Estimate)
    assert found.lower < found.value < found.upper
