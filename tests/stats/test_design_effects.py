"""Counts with a design effect: worth as many fewer independent ones, wherever they are compared."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from told import triple

from pipeline.stats.proportions.one_group import byar_interval, event_rate, wilson_interval
from pipeline.stats.proportions.stratified import Strata, mantel_haenszel_difference
from pipeline.stats.proportions.stratified_rates import RateStrata, mantel_haenszel_rate_difference
from pipeline.stats.proportions.stratified_ratio import (
    mantel_haenszel_odds_ratio,
    mantel_haenszel_rate_ratio,
    same_odds_ratio,
)
from pipeline.stats.proportions.two_groups import (
    koopman_ratio,
    newcombe_difference,
    rate_ratio,
    score_test,
)
from pipeline.stats.results import Counts, NotEstimable, PValue, Result
from pipeline.stats.shrinkage import BetaPrior, expected_regression, fit_beta_binomial, shrunk_rate


def value(found: PValue | NotEstimable) -> float:
    assert isinstance(found, PValue)
    return found.value


@pytest.mark.parametrize("compare", [newcombe_difference, koopman_ratio])
def test_two_groups_of_effect_two_are_as_sure_as_groups_half_as_large(
    compare: Callable[[Counts, Counts], Result],
) -> None:
    found = compare(Counts(40, 100, 2.0), Counts(120, 200, 2.0))
    assert triple(found) == pytest.approx(triple(compare(Counts(20, 50), Counts(60, 100))))


def test_one_group_and_the_tests_are_too() -> None:
    assert triple(wilson_interval(Counts(40, 100, 2.0))) == pytest.approx(
        triple(wilson_interval(Counts(20, 50)))
    )
    found = score_test(Counts(40, 100, 2.0), Counts(120, 200, 2.0))
    assert value(found) == pytest.approx(value(score_test(Counts(20, 50), Counts(60, 100))))


def test_rao_and_scotts_test_of_the_rats_comes_out() -> None:
    # Weil's litters with their published design effects: X^2 = sum of (y' - n' p')^2 / (n' p' (1 - p')).
    effects, events, totals = (1.232495, 3.952861), (142, 112), (158, 145)
    y, n = (np.array(counts) / effects for counts in (events, totals))
    p = y.sum() / n.sum()
    chi_square = ((y - n * p) ** 2 / (n * p * (1 - p))).sum()
    groups = [Counts(*each) for each in zip(events, totals, effects, strict=True)]
    assert value(score_test(*groups)) == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))


def test_a_rate_of_effect_four_is_as_sure_as_a_quarter_of_its_events() -> None:
    few = event_rate(20, 50.0, 100)
    assert triple(event_rate(80, 200.0, 100, effect=4.0)) == pytest.approx(triple(few))
    assert triple(event_rate(0, 40.0, 100, effect=4.0)) == pytest.approx(triple(event_rate(0, 10.0, 100)))
    assert byar_interval(32, effect=4.0).method == "exact Poisson"
    found = rate_ratio(80, 200.0, 120, 200.0, effects=(4.0, 4.0))
    assert triple(found) == pytest.approx(triple(rate_ratio(20, 50.0, 30, 50.0)))


def test_strata_of_effect_four_are_twice_as_unsure() -> None:
    parts = [30, 22], [106, 98], [25, 16], [120, 85]
    plain, wide = Strata(*parts), Strata(*parts, effects=(4.0, 4.0))
    narrow, broad = (triple(mantel_haenszel_difference(each)) for each in (plain, wide))
    assert broad[0] == narrow[0]
    assert broad[2] - broad[1] == pytest.approx(2 * (narrow[2] - narrow[1]), rel=0.03)
    narrow, broad = (triple(mantel_haenszel_odds_ratio(each)) for each in (plain, wide))
    assert math.log(broad[2] / broad[1]) == pytest.approx(2 * math.log(narrow[2] / narrow[1]))
    assert value(same_odds_ratio(wide)) > value(same_odds_ratio(plain))


def test_strata_of_rates_of_effect_four_are_too() -> None:
    parts = [320, 104], [524.0, 432.0], [120, 112], [187.0, 506.0]
    plain, wide = RateStrata(*parts), RateStrata(*parts, effects=(4.0, 4.0))
    narrow, broad = (triple(mantel_haenszel_rate_difference(each)) for each in (plain, wide))
    assert broad[2] - broad[1] == pytest.approx(2 * (narrow[2] - narrow[1]), rel=0.03)
    narrow, broad = (triple(mantel_haenszel_rate_ratio(each)) for each in (plain, wide))
    assert math.log(broad[2] / broad[1]) == pytest.approx(2 * math.log(narrow[2] / narrow[1]))


def test_only_the_side_with_an_effect_is_wider() -> None:
    own, other = Counts(40, 100), Counts(120, 200)
    one = newcombe_difference(Counts(40, 100, 3.0), other)
    assert triple(newcombe_difference(own, other))[1] > triple(one)[1]
    parts = [30, 22], [106, 98], [25, 16], [120, 85]
    widths = [
        triple(mantel_haenszel_difference(Strata(*parts, effects=effects)))
        for effects in ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0))
    ]
    spans = [upper - lower for _, lower, upper in widths]
    assert spans == sorted(spans)


def test_shrinkage_draws_counts_of_large_effect_further() -> None:
    prior = BetaPrior(np.array([2.0]), np.array([6.0]), np.array([1.0]))
    assert triple(shrunk_rate(Counts(8, 8, 2.0), prior)) == triple(shrunk_rate(Counts(4, 4), prior))
    assert expected_regression(Counts(2, 16, 2.0), prior) == expected_regression(Counts(1, 8), prior)
    groups = [(0, 10), (8, 10), (2, 10), (5, 10)]
    twice = fit_beta_binomial([Counts(2 * events, 2 * total, 2.0) for events, total in groups])
    once = fit_beta_binomial([Counts(*group) for group in groups])
    assert isinstance(twice, BetaPrior)
    assert isinstance(once, BetaPrior)
    assert twice.mean == pytest.approx(once.mean)


@pytest.mark.parametrize("effect", [0.99, 0.0, -1.0, math.inf, math.nan])
def test_a_design_effect_is_never_below_one_nor_endless(effect: float) -> None:
    with pytest.raises(ValueError, match="design effect"):
        Counts(1, 2, effect)
