"""The Mantel-Haenszel risk difference with Klingenberg's interval."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from pipeline.stats.confidence import normal_quantile
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.stratified import Strata, mantel_haenszel_difference

Table = tuple[int, int, int, int]
LEVELS = st.floats(0.5, 0.999)
TRIALS: list[Table] = [(21, 41, 2, 12), (14, 31, 12, 34), (11, 23, 9, 16)]
# Tuberculosis with and without BCG vaccine in 13 trials (Colditz et al. 1994, JAMA 271:698-702, table 1).
BCG: list[Table] = [
    (4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867), (33, 5069, 47, 5808),
    (180, 1541, 372, 1451), (8, 2545, 10, 629), (505, 88391, 499, 88391), (29, 7499, 45, 7277),
    (17, 1716, 65, 1665), (186, 50634, 141, 27338), (5, 2498, 3, 2341), (27, 16913, 29, 17854),
]  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> list[Table]:
    def one() -> Table:
        n, m = draw(st.integers(0, 12)), draw(st.integers(0, 12))
        return draw(st.integers(0, n)), n, draw(st.integers(0, m)), m

    return [one() for _ in range(draw(st.integers(1, 6)))]


def strata(rows: Sequence[Table]) -> Strata:
    return Strata.of((Counts(x, n), Counts(y, m)) for x, n, y, m in rows)


def estimated(result: Result) -> Estimate:
    assert isinstance(result, Estimate), result
    return result


def limits(result: Result) -> tuple[float, float]:
    return estimated(result).lower, estimated(result).upper


@pytest.mark.parametrize(
    ("rows", "value", "standard_error", "places", "source"),
    [
        (
            TRIALS,
            0.114863,
            0.082751,
            6,
            "metafor, rma.mh(measure='RD'), as quoted in the tests of MetidaFreq.jl",
        ),
        (BCG, -0.003288181833, 2.866567485e-04, 10, "metafor, rma.mh(measure='RD', data=dat.bcg)"),
    ],
)
def test_estimate_and_sato_variance_are_those_of_metafor(
    rows: list[Table], value: float, standard_error: float, places: int, source: str
) -> None:
    barely = 0.001
    result = estimated(mantel_haenszel_difference(strata(rows), barely))
    # At a level near 0 the interval is symmetric, and its half-width is z standard errors of Sato.
    found = (result.upper - result.lower) / 2 / normal_quantile(barely)
    assert result.value == pytest.approx(value, abs=0.51 * 10**-places), source
    assert found == pytest.approx(standard_error, rel=2e-6), source


def sato_variance(rows: Sequence[Table], difference: float) -> float:
    """Var of the estimate were `difference` the truth, term by term as in SAS/STAT, PROC FREQ, COMMONRISKDIFF."""
    p = q = w = 0.0
    for x, n, y, m in rows:
        if n and m:
            p += (n**2 * y - m**2 * x + n * m * (m - n) / 2) / (n + m) ** 2
            q += (x * (m - y) + y * (n - x)) / (2 * (n + m))
            w += n * m / (n + m)
    return (difference * p + q) / w**2


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
@pytest.mark.parametrize("rows", [TRIALS, BCG, [(1, 10, 0, 10), (0, 3, 1, 1)]])
def test_the_limits_are_where_the_test_with_satos_null_variance_just_rejects(
    rows: list[Table], level: float
) -> None:
    result = estimated(mantel_haenszel_difference(strata(rows), level))
    z = normal_quantile(level)

    def excess(difference: float) -> float:
        return (result.value - difference) ** 2 - z**2 * sato_variance(rows, difference)

    expected = brentq(excess, -1, result.value, xtol=1e-14), brentq(excess, result.value, 1, xtol=1e-14)
    assert limits(result) == pytest.approx(expected, abs=1e-9), "Klingenberg 2014, Stat Med 33:2968-2983"


@settings(deadline=None)
@given(tables(), LEVELS)
def test_swapping_groups_negates_the_stratified_difference(rows: list[Table], level: float) -> None:
    result = mantel_haenszel_difference(strata(rows), level)
    swapped = mantel_haenszel_difference(strata([(y, m, x, n) for x, n, y, m in rows]), level)
    assert isinstance(result, NotEstimable) == isinstance(swapped, NotEstimable)
    if isinstance(result, Estimate):
        lower, upper = limits(swapped)
        assert limits(result) == pytest.approx((-upper, -lower), abs=1e-9)


@settings(deadline=None)
@given(tables(), LEVELS, LEVELS)
def test_a_wider_level_never_narrows_and_limits_stay_within_1(
    rows: list[Table], one: float, other: float
) -> None:
    inner, outer = (mantel_haenszel_difference(strata(rows), level) for level in sorted((one, other)))
    assume(isinstance(inner, Estimate))
    assert -1 <= limits(outer)[0] <= limits(inner)[0] + 1e-9
    assert limits(inner)[1] - 1e-9 <= limits(outer)[1] <= 1


@settings(deadline=None)
@given(tables(), tables())
def test_strata_without_one_of_the_groups_change_nothing(rows: list[Table], others: list[Table]) -> None:
    lone = [(x, n, 0, 0) for x, n, _, _ in others] + [(0, 0, y, m) for _, _, y, m in others]
    assert mantel_haenszel_difference(strata(rows + lone)) == mantel_haenszel_difference(strata(rows))
    assert strata(rows + lone).compared() == strata(rows).compared()


def test_one_stratum_has_the_difference_of_its_rates() -> None:
    result = estimated(mantel_haenszel_difference(strata([(7, 34, 1, 34)])))
    assert result.value == pytest.approx(6 / 34)
    assert result.lower < 6 / 34 < result.upper


def test_adjusting_undoes_a_gap_that_is_only_a_matter_of_who_is_in_which_stratum() -> None:
    rows = [(80, 100, 8, 10), (2, 10, 20, 100)]
    group, reference = strata(rows).compared()
    assert group.rate - reference.rate > 0.4
    assert estimated(mantel_haenszel_difference(strata(rows))).value == pytest.approx(0.0, abs=1e-12)


def test_everyone_against_no_one_reaches_1_and_keeps_its_width() -> None:
    result = estimated(mantel_haenszel_difference(strata([(4, 4, 0, 6), (3, 3, 0, 2)])))
    assert result.value == pytest.approx(1.0)
    assert result.upper == pytest.approx(1.0)
    assert 0 < result.lower < 0.8


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([(1, 2, 0, 0), (0, 0, 3, 4)], "no stratum holds people of both groups"),
        ([], "no stratum holds people of both groups"),
        ([(0, 9, 0, 4), (3, 3, 5, 5)], "in every stratum all people of both groups have the same outcome"),
    ],
)
def test_strata_that_compare_nothing_give_a_reason(rows: list[Table], reason: str) -> None:
    assert mantel_haenszel_difference(strata(rows)) == NotEstimable(reason)


def test_thousands_of_pairs_cover_a_planted_difference() -> None:
    random = np.random.default_rng(20240611)
    base = random.uniform(0.1, 0.7, 4000)
    covered = 0
    for _ in range(200):
        x, y = random.binomial(1, base + 0.2), random.binomial(1, base)
        ones = np.ones_like(x)
        covered += estimated(mantel_haenszel_difference(Strata(x, ones, y, ones))).contains(0.2)
    assert 0.92 <= covered / 200 <= 0.98


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1], [2], [1], [2, 3]), "differ in length"),
        (([3], [2], [1], [2]), "events exceed the total"),
        (([1], [2], [-1], [2]), "reference_events hold a negative value"),
        (([0.5], [2], [1], [2]), "events hold a value that is not a whole number"),
        (([1], [math.nan], [1], [2]), "total hold a value that is not a whole number"),
    ],
)
def test_impossible_strata_are_refused(columns: tuple[list[float], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Strata(*columns)


def test_the_arrays_handed_in_stay_as_they_were_and_apart() -> None:
    events = np.array([1.0, 2.0])
    made = Strata(events, [4, 4], [1, 1], [4, 4])
    events[0] = 3.0
    assert made.events.tolist() == [1.0, 2.0]
