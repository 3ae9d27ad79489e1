"""Intervals of one group, and directly standardised rates: published values, properties, edges."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson
from test_edges import EVENTS, NUMBERS, some, stands
from told import limits

from pipeline.stats.proportions.one_group import byar_interval, event_rate, mean_interval, wilson_interval
from pipeline.stats.proportions.standardised import directly_standardised_rate
from pipeline.stats.results import Counts, Estimate, NotEstimable

PAPER = "Newcombe 1998, Stat Med 17:857-872, table I, method 3"
LEVELS = st.floats(0.5, 0.999)


@pytest.mark.parametrize(
    ("events", "total", "level", "lower", "upper", "places", "source"),
    [
        (65, 100, 0.95, 0.55254, 0.73636, 5, "methods.md, one group"),
        (65, 100, 0.998, 0.4955, 0.7784, 4, "methods.md, one group"),
        (81, 263, 0.95, 0.2553, 0.3662, 4, PAPER),
        (15, 148, 0.95, 0.0624, 0.1605, 4, PAPER),
        (0, 20, 0.95, 0.0, 0.1611, 4, PAPER),
        (1, 29, 0.95, 0.0061, 0.1718, 4, PAPER),
    ],
)
def test_wilson_gives_the_published_limits(
    events: int, total: int, level: float, lower: float, upper: float, places: int, source: str
) -> None:
    expected = pytest.approx((lower, upper), abs=0.51 * 10**-places)
    assert limits(wilson_interval(Counts(events, total), level)) == expected, source


@settings(deadline=None)
@given(st.integers(1, 5000), st.data(), LEVELS)
def test_wilson_agrees_with_statsmodels(total: int, data: st.DataObject, level: float) -> None:
    events = data.draw(st.integers(0, total))
    expected = proportion_confint(events, total, alpha=1 - level, method="wilson")
    assert limits(wilson_interval(Counts(events, total), level)) == pytest.approx(expected, abs=1e-12)


def test_wilson_touches_0_and_1_exactly_when_nobody_or_everybody_had_the_event() -> None:
    nobody, everybody = (limits(wilson_interval(Counts(events, 7))) for events in (0, 7))
    assert (nobody[0], everybody[1]) == (0.0, 1.0)


def test_a_group_of_nobody_has_no_proportion() -> None:
    assert wilson_interval(Counts(0, 0)) == NotEstimable("nobody in the group")


@pytest.mark.parametrize(
    ("events", "lower", "upper", "places", "source"),
    [
        (65, 50.1632, 82.8491, 4, "methods.md, Byar"),
        (1, 0.025318, 5.571643, 6, "methods.md, exact Poisson"),
        (0, 0.0, 3.688879, 6, "upper limit is -ln(0.025), by hand"),
    ],
)
def test_a_count_gets_the_published_limits(
    events: int, lower: float, upper: float, places: int, source: str
) -> None:
    expected = pytest.approx((lower, upper), abs=0.51 * 10**-places)
    assert limits(byar_interval(events)) == expected, source


@pytest.mark.parametrize("events", range(10))
def test_counts_below_ten_get_the_exact_limits_of_statsmodels(events: int) -> None:
    expected = confint_poisson(events, 1, method="exact-c")
    assert limits(byar_interval(events)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("events", "method"), [(9, "exact Poisson"), (10, "Byar")])
def test_the_method_changes_at_ten_events(events: int, method: str) -> None:
    assert byar_interval(events).method == method


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="events is negative"):
        byar_interval(-1)


@settings(deadline=None)
@given(st.integers(0, 400), st.floats(0.1, 1e6), st.sampled_from([1.0, 100.0, 1000.0]))
def test_a_rate_is_the_count_scaled(events: int, person_years: float, per: float) -> None:
    count = limits(byar_interval(events))
    rate = limits(event_rate(events, person_years, per))
    assert rate == pytest.approx([limit * per / person_years for limit in count], rel=1e-12)


def test_a_rate_says_what_it_is_per() -> None:
    rate = event_rate(12, 400, per=1000)
    assert isinstance(rate, Estimate)
    assert (rate.value, rate.unit) == (30.0, "events per 1,000 person-years")


def test_no_person_years_give_no_rate() -> None:
    assert event_rate(0, 0) == NotEstimable("no person-years at risk")


@pytest.mark.parametrize(("person_years", "per"), [(-1.0, 1.0), (math.nan, 1.0), (1.0, 0.0), (math.inf, 1.0)])
def test_impossible_person_years_are_refused(person_years: float, per: float) -> None:
    with pytest.raises(ValueError, match="expected a number"):
        event_rate(3, person_years, per)


@settings(deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=30).filter(lambda scores: len(set(scores)) > 1),
    LEVELS,
)
def test_the_interval_of_a_mean_agrees_with_scipy(scores: list[int], level: float) -> None:
    expected = stats.ttest_1samp(scores, 0).confidence_interval(level)
    result = mean_interval(len(scores), float(np.mean(scores)), float(np.std(scores, ddof=1)), level)
    assert limits(result) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "sd", "reason"),
    [
        (0, 1.0, "fewer than two values"),
        (1, 1.0, "fewer than two values"),
        (5, 0.0, "all values are the same"),
    ],
)
def test_a_mean_without_spread_has_no_interval(n: int, sd: float, reason: str) -> None:
    result = mean_interval(n, 3.0, sd)
    assert isinstance(result, NotEstimable)
    assert reason in result.reason


@pytest.mark.parametrize(("mean", "sd"), [(math.nan, 1.0), (1.0, -1.0), (1.0, math.inf)])
def test_impossible_moments_are_refused(mean: float, sd: float) -> None:
    with pytest.raises(ValueError, match="expected a number"):
        mean_interval(5, mean, sd)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), LEVELS, LEVELS)
def test_a_wider_level_never_narrows_an_interval_of_one_group(
    events: int, others: int, one: float, other: float
) -> None:
    narrow, wide = sorted((one, other))
    counts = Counts(events, events + others + 1)
    pairs = [
        (wilson_interval(counts, narrow), wilson_interval(counts, wide)),
        (byar_interval(events, narrow), byar_interval(events, wide)),
        (mean_interval(events + 2, 1.0, 2.0, narrow), mean_interval(events + 2, 1.0, 2.0, wide)),
    ]
    for inner, outer in pairs:
        (inner_lower, inner_upper), (outer_lower, outer_upper) = limits(inner), limits(outer)
        assert outer_lower <= inner_lower + 1e-12 and inner_upper <= outer_upper + 1e-12


CASES = {
    "england": (
        [27, 45, 55, 100, 125, 300, 295, 270, 275, 450, 455, 459, 345, 300, 270, 265, 100, 90, 35],
        [84935, 80367, 72122, 79259, 99806, 87362, 81579, 71103, 70001, 69007, 63203, 52638, 46087, 40887, 32604,
         28399, 21625, 13021, 7355],
        [5000, 5500, 5500, 5500, 6000, 6000, 6500, *[7000] * 4, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000],
    ),
    "downs": (
        [0, 8, 63, 112, 262, 295],
        [327, 30666, 123419, 149919, 104088, 34392],
        [319933, 931318, 786511, 488235, 237863, 61313],
    ),
    "gardner": ([4, 13, 8, 7], [96, 237, 105, 32], [2773, 2556, 1113, 184]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        # PHStatsMethods 0.1.16: tests/oracles/phstatsmethods_rates.py. 75.52901 is also what R's dsrTest has of the
        # Michigan births (Fay and Feuer 1997).
        ("england", 0.95, (464.91565132391906, 450.6883093326188, 479.4689343041292)),
        ("england", 0.998, (464.91565132391906, 442.63456227474614, 487.9499776897795)),
        ("downs", 0.95, (75.52900744525678, 67.63274312268956, 83.86710870854242)),
        ("downs", 0.998, (75.52900744525678, 63.280040874650915, 88.79668977318875)),
        ("gardner", 0.95, (5746.969488563784, 3659.9868246975993, 8465.288661654064)),
    ],
)
def test_rates_are_those_of_english_public_health(
    name: str, level: float, expected: tuple[float, float, float]
) -> None:
    rate = directly_standardised_rate(*CASES[name], per=100_000, confidence_level=level)
    assert isinstance(rate, Estimate)
    assert (rate.value, rate.lower, rate.upper) == pytest.approx(expected, rel=1e-9)


def test_a_group_that_is_the_standard_has_its_own_rate_and_limits() -> None:
    events, people, _ = CASES["downs"]
    rate, crude = directly_standardised_rate(events, people, people), event_rate(sum(events), sum(people))
    assert isinstance(rate, Estimate)
    assert isinstance(crude, Estimate)
    assert (rate.value, rate.lower, rate.upper) == pytest.approx((crude.value, crude.lower, crude.upper))
    wider = directly_standardised_rate(events, people, people, effect=4)
    assert isinstance(wider, Estimate)
    assert (wider.upper - wider.lower) / (rate.upper - rate.lower) == pytest.approx(2, abs=0.03)


def test_what_weighs_nothing_is_left_out_and_what_cannot_be_told_has_a_reason() -> None:
    whole = directly_standardised_rate([10, 30], [100, 200], [3, 1])
    assert directly_standardised_rate([10, 30, 7], [100, 200, 5], [3, 1, 0]) == whole
    assert directly_standardised_rate([4, 5], [100, 200], [3, 1]) == NotEstimable("fewer than 10 events")
    nobody = NotEstimable("the group has nobody in a part of the standard population")
    assert directly_standardised_rate([10, 0], [100, 0], [3, 1]) == nobody
    assert isinstance(directly_standardised_rate([], [], []), NotEstimable)
    for wrong, message in ((([1.5], [2], [1]), "no whole number"), (([1], [2, 3], [1]), "differ in length")):
        with pytest.raises(ValueError, match=message):
            directly_standardised_rate(*wrong)


def test_edges_have_an_answer_or_a_reason() -> None:
    for (events, exposure), standard in product(product(EVENTS, NUMBERS), NUMBERS):
        stands(directly_standardised_rate, [events, 30], [exposure, 5.0], [standard, 1.0])
    for three in some(NUMBERS, 300, [3]):
        stands(directly_standardised_rate, [40], [three[0]], [three[1]], three[2])


@pytest.mark.parametrize(
    ("standard", "holds"), [([8, 4, 2, 1], 0.96), ([3, 3, 2, 2], 0.96), ([1, 2, 4, 8], 0.94)]
)
def test_its_interval_holds_the_truth(standard: list[int], holds: float) -> None:
    """Four ages at rates of 1 to 8 %; at last the standard has most where the group has fewest."""
    draw, held = np.random.default_rng(9), 0
    rates, times = np.array([0.01, 0.02, 0.04, 0.08]), [800, 400, 200, 100]
    truth = float(rates @ standard / sum(standard))
    for _ in range(2000):
        found = directly_standardised_rate(draw.poisson(rates * times), times, standard)
        held += isinstance(found, Estimate) and found.contains(truth)
    assert held / 2000 == pytest.approx(holds, abs=0.012)
