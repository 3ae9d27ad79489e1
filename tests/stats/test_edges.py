"""Every statistic at its edges: an answer, a reason, or the ValueError of what cannot be; no warning, nothing else."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.designs.autocorrelation import check_autocorrelation
from pipeline.stats.designs.difference_in_differences import staggered_effects
from pipeline.stats.designs.interrupted_series import (
    SeriesModel,
    interrupted_series,
)
from pipeline.stats.designs.panel import Panel, balanced_panel
from pipeline.stats.designs.single_case import single_case_difference
from pipeline.stats.inputs import normal_quantile, t_quantile
from pipeline.stats.missing_group_bounds import bounds, rate_bounds, tipping_point
from pipeline.stats.monitoring.counts_chart import rate_chart, share_chart
from pipeline.stats.monitoring.forecast import ForecastSeries, fit_line, forecast_level
from pipeline.stats.monitoring.funnel import Observed, fit_funnel, fit_overdispersion
from pipeline.stats.monitoring.turn import backtest, mean_departure
from pipeline.stats.multiple_testing import benjamini_hochberg, chance_of_signals, p_value_by_inversion
from pipeline.stats.power import detectable_difference, detectable_from_interval
from pipeline.stats.proportions import two_groups
from pipeline.stats.proportions.case_mix import expected_shares
from pipeline.stats.proportions.gradient import relative_index, slope_index
from pipeline.stats.proportions.one_group import byar_interval, event_rate, mean_interval, wilson_interval
from pipeline.stats.proportions.paired_shares import mcnemar_mid_p, paired_difference
from pipeline.stats.proportions.rounded import rounded_share
from pipeline.stats.proportions.score_ratio import ScoreTestOfRatio
from pipeline.stats.proportions.stratified import Strata, mantel_haenszel_difference
from pipeline.stats.proportions.stratified_rates import RateStrata, mantel_haenszel_rate_difference
from pipeline.stats.proportions.stratified_ratio import (
    mantel_haenszel_odds_ratio,
    mantel_haenszel_rate_ratio,
    same_odds_ratio,
    same_rate_ratio,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable
from pipeline.stats.scores.comparison import adjusted_difference, difference_in_effects
from pipeline.stats.scores.few_clusters import randomisation_test, wild_cluster_bootstrap
from pipeline.stats.scores.paired import (
    clustered_mean,
    effect_size,
)
from pipeline.stats.scores.ranks import rank_intervals
from pipeline.stats.scores.reliable_change import goal_attainment, reliably_better
from pipeline.stats.shrinkage import (
    expected_rate_regression,
    expected_regression,
    fit_beta_binomial,
    fit_gamma_poisson,
    shrunk_event_rate,
    shrunk_rate,
)

MILLION, VAST = 10**6, 10**15
COUNTS = [
    Counts(*pair)
    for pair in (
        *((0, 0), (0, 1), (1, 1), (1, 2), (5, 10), (0, MILLION), (1, MILLION), (3, MILLION), (30, MILLION)),
        *((MILLION - 1, MILLION), (MILLION, MILLION), (0, VAST), (1, VAST), (VAST, VAST), (1, 10**18)),
    )
]
NUMBERS = [0.0, 1.0, -1.0, 1e-300, 5e-324, 1e-15, 1e15, 1e300, -1e300, math.inf, -math.inf, math.nan]
LISTS = [
    *([], [0.0], [1.0], [1.0, 1.0], [0.0] * 3, [1e300, -1e300], [1e-300, 2e-300, 0.0], [1e15, 1e15 + 1, 1e15]),
    *([math.nan, 1.0], [math.inf, 1.0, 2.0], [1e308, 1e308, -1e308], [1.0, 2.0, 3.0, 4.0], [5e-324, 0.0, 0.0]),
]  # fmt: skip
EVENTS = [0, 1, 3, 30, MILLION, VAST]
OVER_TIME = list(product(EVENTS, NUMBERS))
DRAWS = random.Random(7)


def some(of: Sequence[object], draws: int, sizes: Sequence[int]) -> Iterator[list[object]]:
    """Lists drawn from what there is."""
    for _ in range(draws):
        yield DRAWS.choices(of, k=DRAWS.choice(sizes))


def holds(result: object) -> bool:
    """Whether no part of a result is NaN."""
    if isinstance(result, float | np.ndarray):
        return not bool(np.isnan(result).any())
    if isinstance(result, list | tuple):
        return all(map(holds, result))
    if is_dataclass(result):
        return all(holds(getattr(result, field.name)) for field in fields(result))
    return True


def stands(function: Callable[..., object], *given: object) -> None:
    """Raise AssertionError where a statistic gives NaN, or a ValueError that does not say what it expected."""
    try:
        result = function(*given)
    except ValueError as fault:
        assert "expected" in str(fault), (function, given)
    else:
        assert holds(result), (function, given, result)


def shrunk_shares(groups: Sequence[Counts]) -> object:
    prior = fit_beta_binomial(groups)
    if isinstance(prior, NotEstimable):
        return prior
    shrunk = [shrunk_rate(each, prior) for each in groups]
    shown = [each for each in shrunk if isinstance(each, Estimate)]
    return shrunk, [expected_regression(each, prior) for each in groups], rank_intervals(shown)


def shrunk_rates(groups: Sequence[tuple[int, float]]) -> object:
    prior = fit_gamma_poisson(groups)
    if isinstance(prior, NotEstimable):
        return prior
    return [(shrunk_event_rate(*each, prior), expected_rate_regression(*each, prior)) for each in groups]


def funnel_of(units: Sequence[tuple[int, float, float]], centre: float) -> object:
    found = [
        fit_funnel([Observed(*unit) for unit in units], centre, "share"),
        fit_funnel([Observed(*unit) for unit in units], centre, "rate"),
    ]
    return [
        [(unit, unit.limits) for unit in each.units] for each in found if not isinstance(each, NotEstimable)
    ]


def staggered(
    outcome: Sequence[float], starts: Sequence[float | None], times: int, known: Sequence[float] = ()
) -> object:
    units, begun = (np.repeat(np.array(each, float), times) for each in (range(len(starts)), starts))
    covariates = pd.DataFrame({"known": np.repeat(known, times)}) if known else None
    panel = balanced_panel(units, [*range(times)] * len(starts), outcome, begun, covariates)
    if not isinstance(panel, Panel):
        return panel
    return staggered_effects(panel)


def test_one_group() -> None:
    for counts, level in product(COUNTS, (0.5, 0.95, 0.999999)):
        stands(wilson_interval, counts, level)
    for events, number in OVER_TIME:
        stands(byar_interval, events)
        for per in (1.0, 1e-300, math.nan):
            stands(event_rate, events, number, per)
        for spread in NUMBERS:
            stands(mean_interval, events, number, spread)
    for number in NUMBERS:
        stands(normal_quantile, number)
        stands(t_quantile, 0.95, number)


@pytest.mark.parametrize(
    "statistic",
    [
        two_groups.newcombe_difference,
        two_groups.koopman_ratio,
        two_groups.score_test,
        lambda a, b: ScoreTestOfRatio(a, b).lower_limit(1.96),
        lambda a, b: detectable_difference(a.total, b.total, a.rate if a.total else 0.0),
        lambda a, b: detectable_difference(a.total, b.total, b.rate if b.total else 1.0),
        lambda a, b: [bounds(a, b, unknown) for unknown in COUNTS],
        lambda a, b: [tipping_point(a, b, unknown) for unknown in COUNTS],
        lambda a, b: p_value_by_inversion(lambda level: two_groups.newcombe_difference(a, b, level), 0.0),
    ],
)
def test_two_groups(statistic: Callable[..., object]) -> None:
    for pair in product(COUNTS, COUNTS):
        stands(statistic, *pair)


def test_groups_over_time() -> None:
    for group, reference in product(OVER_TIME, OVER_TIME):
        stands(two_groups.rate_ratio, *group, *reference)
    for three in some(OVER_TIME, 2000, [3]):
        stands(rate_bounds, *three)


def test_shrinkage() -> None:
    for groups in some(COUNTS, 400, [1, 3, 4, 8]):
        stands(shrunk_shares, groups)
    plain = [(events, time) for events, time in OVER_TIME if 0 <= time <= 1e15]
    for over in (*some(OVER_TIME, 200, [3, 8]), *some(plain, 400, [1, 3, 4, 8])):
        stands(shrunk_rates, over)


@pytest.mark.long
def test_strata() -> None:
    def shares(*pairs: Counts) -> object:
        group, reference = pairs[::2], pairs[1::2]
        strata = Strata(
            *([getattr(each, part) for each in side] for side in (group, reference) for part in PARTS)
        )
        ratio = mantel_haenszel_odds_ratio(strata), same_odds_ratio(strata)
        return mantel_haenszel_difference(strata), ratio

    def rates(*pairs: tuple[int, float]) -> object:
        group, reference = np.array(pairs).reshape(-1, 2, 2).transpose(1, 2, 0)
        strata = RateStrata(*group, *reference)
        ratio = mantel_haenszel_rate_ratio(strata), same_rate_ratio(strata)
        return mantel_haenszel_rate_difference(strata), ratio

    for pairs in some(COUNTS, 500, [0, 2, 4, 10]):
        stands(shares, *pairs)
    plain = [(events, time) for events, time in OVER_TIME if 0 <= time <= 1e15]
    for over in (*some(OVER_TIME, 200, [2, 4]), *some(plain, 400, [0, 2, 4, 10])):
        stands(rates, *over)


PARTS = ("events", "total")


def test_lists_of_numbers() -> None:
    for values in LISTS:
        stands(benjamini_hochberg, values)
        stands(goal_attainment, values)
        for clusters in ([1] * len(values), [*range(len(values))], [None] * len(values), ["a"]):
            stands(clustered_mean, values, clusters)
        for other in LISTS:
            stands(single_case_difference, sum(values[:1]), sum(other[:1]), values, other)
            stands(fit_overdispersion, values, other)
        for number in NUMBERS:
            stands(single_case_difference, number, 1.0, values, [1.0] * len(values))
            for reliability in (0.0, 0.5, 1 - 1e-16, 1.0, math.nan):
                stands(reliably_better, values, number, reliability)


def test_levels_along_a_scale() -> None:
    shares = [each for each in map(wilson_interval, COUNTS) if isinstance(each, Estimate)]
    for levels in some(shares, 400, [0, 1, 3, 5]):
        for sizes in some([*NUMBERS, 1.0, 5.0, 30.0, 1e6], 3, [len(levels)]):
            stands(slope_index, levels, sizes)
            stands(relative_index, levels, sizes)


def test_pairs() -> None:
    for gained, lost in product([-1, *EVENTS, 10**17], repeat=2):
        stands(mcnemar_mid_p, gained, lost)
        for alike in (-1, 0, 5, VAST):
            stands(paired_difference, gained, lost, gained + lost + alike)
    for three in some(NUMBERS, 300, [3]):
        stands(paired_difference, *three)


def test_power_and_chance() -> None:
    for limits in ((0.0, 0.0, 0.0), (1.0, 0.0, math.inf), (0.0, -1e300, 1e300), (math.inf, 1.0, math.inf)):
        stands(detectable_from_interval, Estimate(*limits, 0.95, "made up", "points"))
    for signals, series, rate in product([0, 1, 3, VAST], [0, 1, 3, VAST], [0.0, 0.5, 1.0, 1e-300, math.nan]):
        stands(chance_of_signals, signals, series, rate)


def test_funnels_and_case_mix() -> None:
    sizes = [1e-60, 1e-40, 1e-15, 0.01, 1.0, 10.0, 1e6, 1e15, 1e40, math.inf, math.nan]
    plain = list(product(EVENTS, [0.01, 1.0, 10.0, 1e6], [0.01, 1.0, 10.0, 1e6]))
    for units in (*some(list(product(EVENTS, sizes, sizes)), 400, [2, 3]), *some(plain, 300, [3, 4])):
        stands(funnel_of, units, DRAWS.choice([0.0, 1e-9, 0.001, 0.5, 1 - 1e-9, 1.0, math.nan]))
    for totals in some([0, 1, 30, MILLION, VAST], 300, [0, 1, 2, 5]):
        events = [DRAWS.choice([0, 1, total]) for total in totals]
        stands(expected_shares, events, totals, [DRAWS.choices([0, 1, 2], k=2) for _ in totals])
        stands(expected_shares, events, totals, [[] for _ in totals])
    stands(expected_shares, [math.nan, 1], [2, 3], [[0], [1]])
    stands(expected_shares, [1], [2, 3], [[0], [1]])


def test_forecasts() -> None:
    for family, values in (
        ("mean", [*[0.0, 1.0, 2.0] * 4, 1e15, *NUMBERS]),
        ("rate", [*[0.0, 1.0, 0.2] * 4, 1e15, *NUMBERS]),
        ("share", [*[0.0, 1.0, 0.2, 0.97] * 8, 1e-15, -0.1, math.nan]),
    ):
        sizes = [*[1.0, 5.0, 400.0] * 12, 1e15, 1e-15, 0.0, math.inf]
        for drawn in some(values, 400, [0, 1, 4, 6, 14]):
            for step in (1.0, 0.25, 0.0, 1e300, 1e-300, 1e-20, math.nan):
                times = tuple(step * place for place in range(len(drawn)))
                given = times, tuple(drawn), tuple(DRAWS.choices(sizes, k=len(drawn))), family, step
                at = DRAWS.choice([0.0, 5.0, 1e15, math.inf, math.nan])
                stands(
                    lambda *parts, at=at: forecast_level(ForecastSeries(*parts), [at], 0.95, "points"), *given
                )


@pytest.mark.long
def test_few_clusters_and_panels() -> None:
    for outcome in some(FIGURES, 300, [0, 1, 2, 4, 8, 16]):
        flags, clusters = DRAWS.choices([0, 1], k=len(outcome)), DRAWS.choices("abcdef", k=len(outcome))
        stands(wild_cluster_bootstrap, outcome, flags, clusters)
    for starts in some([None, 0.0, 1.0, 2.0, 9.0, math.inf], 300, [0, 1, 2, 3, 4, 6]):
        times = DRAWS.choice([1, 2, 3, 5])
        outcome = DRAWS.choices(FIGURES, k=times * len(starts))
        stands(staggered, outcome, starts, times)
        stands(staggered, outcome, starts, times, DRAWS.choices(FIGURES, k=len(starts)))
    for labels in ([], [1.0], [0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], [math.nan] * 8):
        stands(randomisation_test, lambda flags: float(flags.sum()), labels)


PLAIN = [0.0, 1.0, 2.0, 5.0, 3.0, 1e6, 1e15, 1e-15]
# The larger figures seldom: with one of them nothing else in a list counts.
FIGURES = [*[0.0, 1.0, 2.0, 5.0] * 8, 1e15, 1e-15, *NUMBERS[3:]]
ALIKE = ([1.0], [0.0], [1e15], [1e15, 1e15 + 1], [5.0, 1e15])


def drawn(draws: int, sizes: Sequence[int]) -> Iterator[tuple[int, list[float], list[float]]]:
    """Two lists of the same length, of plain figures, of odd ones and of those that hardly vary."""
    for _ in range(draws):
        n = DRAWS.choice(sizes)
        one, other = (DRAWS.choices(DRAWS.choice([FIGURES, PLAIN, PLAIN, *ALIKE]), k=n) for _ in range(2))
        yield n, one, other


@pytest.mark.long
def test_regressions() -> None:
    for n, outcome, other in drawn(400, [0, 1, 2, 3, 4, 6, 12]):
        flags, groups, strata = (DRAWS.choices(of, k=n) for of in ([0, 1], [0, 1], "ab"))
        beside, clusters = pd.DataFrame({"one": other}), DRAWS.choices("abcdef", k=n)
        for covariates, own in ((None, clusters), (beside, clusters), (beside, None)):
            stands(adjusted_difference, outcome, flags, covariates, DRAWS.choice([None, strata]), own)
        stands(difference_in_effects, outcome, flags, groups, beside, strata, clusters)


@pytest.mark.long
def test_series_and_charts() -> None:
    models = (
        SeriesModel(minimum_points=3),
        SeriesModel(slopes=False, minimum_points=3),
        None,
    )
    for n, values, sizes in drawn(250, [0, 1, 2, 4, 6, 12, 24, 36]):
        events = [min(pair) for pair in zip(values, sizes, strict=True)]
        for figures in (events, values):
            stands(share_chart, figures, sizes)
            stands(rate_chart, figures, sizes)
        for lags in (0, 2, 12):
            stands(check_autocorrelation, values, range(n), lags)
        times = DRAWS.choice([[*range(n)], [2 * place for place in range(n)], sizes])
        for at, model in ((n // 2, models[0]), (n / 2, models[1]), (math.nan, models[0]), (1e300, models[0])):
            stands(interrupted_series, "rate", times, events, sizes, at, model)
            stands(interrupted_series, "share", times, events, sizes, at, model)
        for family in ("mean", "rate", "share"):
            stands(departed, *(tuple(map(float, each)) for each in (times, values, sizes)), family)


def departed(*series: Any) -> object:
    learnt = ForecastSeries(*series)
    line = fit_line(learnt)
    after = ForecastSeries((1e3, 1e3 + 1), (0.0, 1.0), (1e15, 5.0), learnt.family)
    told = line if isinstance(line, NotEstimable) else mean_departure(line, after, 0.95, "points")
    return backtest(learnt, 0.95), told


def test_scores_and_means() -> None:
    sizes = [0, 1, 2, 3, 30, *EVENTS, 10**18]
    change = mean_interval(30, 1.0, 2.0)
    for mean, sd, other, spread in some(FIGURES, 600, [4]):
        one, two = DRAWS.choices(sizes, k=2)
        stands(two_groups.difference_of_means, one, mean, sd, two, other, spread)
        for baselines in (None, 3, 30, 10**18):
            stands(effect_size, change, spread, baselines)
        stands(rounded_share, mean, sd, other, spread)
    for four in some(COUNTS, 300, [4]):
        stands(two_groups.change_in_difference, four[:2], four[2:])


def test_welch_with_a_group_that_does_not_vary_has_a_reason() -> None:
    """scipy gives a number and, with both constant, warnings: the one group shows nothing of its own spread."""
    reason = (
        "in one of the two groups: all values are the same, so nothing shows how far their mean may be off"
    )
    for sds in ((0.0, 2.0), (2.0, 0.0), (0.0, 0.0), (1e-60, 2.0), (2.0, 1e-16)):
        found = two_groups.difference_of_means(10, 5.0, sds[0], 12, 4.0, sds[1])
        assert found == NotEstimable(reason)


@pytest.mark.parametrize(("time", "reference"), [(math.inf, 1.0), (1.0, math.inf), (math.inf, math.inf)])
def test_a_rate_ratio_with_endless_time_has_a_reason(time: float, reference: float) -> None:
    found = two_groups.rate_ratio(3, time, 4, reference)
    assert found == NotEstimable("the time spent in one of the two groups is beyond all measure")


def test_events_where_nobody_spent_time_are_not_read_as_a_rate() -> None:
    prior = fit_gamma_poisson([(3, 10.0), (5, 12.0), (1, 9.0)])
    assert not isinstance(prior, NotEstimable)
    assert shrunk_event_rate(5, 0.0, prior) == NotEstimable("no time spent in the group")
    assert isinstance(shrunk_event_rate(0, 0.0, prior), Estimate)
