"""Differences of proportions and of means, tests, and how a gap has changed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from told import counts, limits

from pipeline.stats.proportions.two_groups import (
    change_in_difference,
    difference_of_means,
    independent_difference,
    newcombe_difference,
    rate_ratio,
    score_test,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable, PValue

PAPER = "Newcombe 1998, Stat Med 17:873-890, table II, method 10"
LEVELS = st.floats(0.5, 0.999)
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def p_value(result: PValue | NotEstimable) -> float:
    assert isinstance(result, PValue), result
    return result.value


def moments(scores: list[float]) -> tuple[int, float, float]:
    return len(scores), float(np.mean(scores)), float(np.std(scores, ddof=1))


@pytest.mark.parametrize(
    ("group", "reference", "lower", "upper", "source"),
    [
        ((7, 34), (1, 34), 0.0189, 0.3404, "methods.md, two groups"),
        ((56, 70), (48, 80), 0.0524, 0.3339, PAPER),
        ((9, 10), (3, 10), 0.1705, 0.8090, PAPER),
        ((6, 7), (2, 7), 0.0582, 0.8062, PAPER),
        ((5, 56), (0, 29), -0.0381, 0.1926, PAPER),
        ((0, 10), (0, 20), -0.1611, 0.2775, PAPER),
        ((0, 10), (0, 10), -0.2775, 0.2775, PAPER),
        ((10, 10), (0, 20), 0.6791, 1.0, PAPER),
        ((10, 10), (0, 10), 0.6075, 1.0, PAPER),
    ],
)
def test_the_newcombe_difference_has_the_published_limits(
    group: tuple[int, int], reference: tuple[int, int], lower: float, upper: float, source: str
) -> None:
    result = newcombe_difference(Counts(*group), Counts(*reference))
    assert limits(result) == pytest.approx((lower, upper), abs=0.000051), source


@settings(deadline=None)
@given(counts(200), counts(200), LEVELS)
def test_the_newcombe_difference_agrees_with_statsmodels(
    group: Counts, reference: Counts, level: float
) -> None:
    expected = confint_proportions_2indep(
        group.events, group.total, reference.events, reference.total,
        method="newcomb", compare="diff", alpha=1 - level,
    )  # fmt: skip
    assert limits(newcombe_difference(group, reference, level)) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("group", "reference"), [((0, 0), (1, 2)), ((1, 2), (0, 0)), ((0, 0), (0, 0))])
def test_a_group_of_nobody_cannot_be_compared(group: tuple[int, int], reference: tuple[int, int]) -> None:
    nobody = NotEstimable("nobody in one of the two groups")
    pair = Counts(*group), Counts(*reference)
    assert [newcombe_difference(*pair), score_test(*pair)] == [nobody] * 2


def test_symmetric_intervals_add_their_widths_as_standard_errors_do() -> None:
    a = Estimate(10.0, 7.0, 13.0, 0.95, "Student t", "points")
    b = Estimate(4.0, 0.0, 8.0, 0.95, "Student t", "points")
    assert limits(independent_difference(a, b)) == pytest.approx((1.0, 11.0))


def test_estimates_of_different_levels_or_units_are_not_subtracted() -> None:
    a = Estimate(10.0, 7.0, 13.0, 0.95, "Student t", "points")
    for b in (Estimate(4.0, 0.0, 8.0, 0.9, "t", "points"), Estimate(4.0, 0.0, 8.0, 0.95, "t", "days")):
        with pytest.raises(ValueError, match="expected one confidence level and one unit"):
            independent_difference(a, b)


@pytest.mark.parametrize(
    ("group", "reference", "expected", "places", "source"),
    [((16, 16), (60, 72), 0.079, 3, "methods.md, known wrong"), ((4, 4), (9, 9), 1.0, 9, "nothing varies")],
)
def test_the_score_test_has_the_published_p_value(
    group: tuple[int, int], reference: tuple[int, int], expected: float, places: int, source: str
) -> None:
    p = p_value(score_test(Counts(*group), Counts(*reference)))
    assert p == pytest.approx(expected, abs=0.51 * 10**-places), source


@settings(deadline=None)
@given(counts(200), counts(200))
def test_the_score_test_is_pearsons_chi_square(group: Counts, reference: Counts) -> None:
    events = group.events + reference.events
    if 0 < events < group.total + reference.total:
        table = [[c.events, c.total - c.events] for c in (group, reference)]
        expected = float(stats.chi2_contingency(table, correction=False).pvalue)
    else:
        expected = 1.0
    assert p_value(score_test(group, reference)) == pytest.approx(expected, abs=1e-9)


def test_the_welch_interval_is_that_of_r_for_students_sleep_data() -> None:
    result = difference_of_means(*moments(SLEEP[0]), *moments(SLEEP[1]))
    assert limits(result) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7), (
        "R, t.test(extra ~ group, sleep)"
    )


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_the_welch_interval_agrees_with_scipy(level: float) -> None:
    a, b = [1.0, 4.0, 2.5, 8.0], [3.0, 3.5, 2.0, 9.0, 12.0, 7.0]
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(level)
    result = difference_of_means(*moments(a), *moments(b), level)
    assert limits(result) == pytest.approx((expected.low, expected.high), abs=1e-10)


@pytest.mark.parametrize(("n", "sd"), [(1, 2.0), (9, 0.0)])
def test_a_group_without_spread_gives_no_difference_of_means(n: int, sd: float) -> None:
    result = difference_of_means(n, 3.0, sd, 20, 4.0, 2.0)
    assert isinstance(result, NotEstimable)
    assert result.reason.startswith("in one of the two groups: ")


def test_the_change_of_a_gap_joins_the_newcombe_intervals_of_statsmodels() -> None:
    before = confint_proportions_2indep(40, 100, 60, 100, method="newcomb", compare="diff")
    after = confint_proportions_2indep(55, 100, 60, 100, method="newcomb", compare="diff")
    lower = 0.15 - math.hypot(-0.05 - after[0], before[1] + 0.2)
    upper = 0.15 + math.hypot(after[1] + 0.05, -0.2 - before[0])
    change = change_in_difference((Counts(40, 100), Counts(60, 100)), (Counts(55, 100), Counts(60, 100)))
    assert limits(change) == pytest.approx((lower, upper), abs=1e-10)


def test_the_change_of_a_gap_covers_the_planted_truth_at_about_its_level() -> None:
    random = np.random.default_rng(20240611)
    totals, rates = (60, 200, 50, 220), (0.35, 0.6, 0.5, 0.62)
    draws = random.binomial(totals, rates, size=(1500, 4))
    covered = 0
    for draw in draws:
        a, b, c, d = (Counts(int(events), total) for events, total in zip(draw, totals, strict=True))
        change = change_in_difference((a, b), (c, d))
        covered += isinstance(change, Estimate) and change.contains((0.5 - 0.62) - (0.35 - 0.6))
    assert 0.935 < covered / len(draws) < 0.97


def test_a_period_with_an_empty_group_has_no_change_of_gap() -> None:
    change = change_in_difference((Counts(0, 0), Counts(3, 9)), (Counts(1, 9), Counts(3, 9)))
    assert change == NotEstimable("nobody in one of the two groups")


@pytest.mark.parametrize(
    ("group", "reference", "limits"),
    [
        # statsmodels 0.15.0, confint_poisson_2indep(method="score", compare="ratio").
        ((60, 51477.5), (30, 54308.7), (1.36596243, 3.25930615)),
        ((12, 100.0), (30, 300.0), (0.62174604, 2.31605820)),
    ],
)
def test_a_rate_ratio_has_the_limits_of_the_score_test(
    group: tuple[int, float], reference: tuple[int, float], limits: tuple[float, float]
) -> None:
    result = rate_ratio(*group, *reference)
    assert isinstance(result, Estimate)
    assert result.value == pytest.approx(group[0] / group[1] / (reference[0] / reference[1]))
    assert (result.lower, result.upper) == pytest.approx(limits, abs=1e-7)


def test_a_rate_ratio_turns_over_when_its_groups_do() -> None:
    one, other = rate_ratio(12, 100.0, 30, 300.0), rate_ratio(30, 300.0, 12, 100.0)
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert (other.lower, other.upper) == pytest.approx((1 / one.upper, 1 / one.lower))


def test_a_rate_ratio_without_events_on_one_side_has_a_limit_on_the_other() -> None:
    without, against = rate_ratio(0, 10.0, 4, 7.0), rate_ratio(4, 10.0, 0, 7.0)
    assert isinstance(without, Estimate)
    assert isinstance(against, Estimate)
    assert (without.value, without.lower, without.upper) == pytest.approx((0.0, 0.0, 0.6722553))
    assert (against.value, against.upper) == (math.inf, math.inf)
    assert against.lower == pytest.approx(0.7288898)


@pytest.mark.parametrize("counts", [(0, 10.0, 0, 7.0), (3, 0.0, 4, 7.0), (3, 10.0, 4, 0.0)])
def test_a_rate_ratio_of_nothing_is_not_estimable(counts: tuple[int, float, int, float]) -> None:
    assert isinstance(rate_ratio(*counts), NotEstimable)
