"""The Mantel-Haenszel risk difference with the stratified score interval of Miettinen and Nurminen."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from statsmodels.stats.contingency_tables import StratifiedTable
from told import estimated

from pipeline.stats.inputs import normal_quantile
from pipeline.stats.proportions.stratified import (
    Strata,
    mantel_haenszel_difference,
    mantel_haenszel_differences,
)
from pipeline.stats.results import NotEstimable, Result

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
    return Strata(*np.array(rows, dtype=np.float64).reshape(-1, 4).T)


def limits(result: Result) -> tuple[float, float]:
    return estimated(result).lower, estimated(result).upper


def merck() -> list[Table]:
    """119 people on placebo and 116 on a drug in three strata, as the tests of R's metalite.ae lay them out."""
    reference = np.array([*[1, 2, 3] * 38, 1, 3, 3, 1, 2]), np.repeat([0, 1], [70, 49])
    group = np.array([2, *[1, 2, 3] * 37, 1, 1, 2, 3]), np.repeat([0, 1], [46, 70])
    sides = [
        (np.bincount(stratum, weights=event)[1:], np.bincount(stratum)[1:])
        for stratum, event in (group, reference)
    ]
    return [(int(x), int(n), int(y), int(m)) for x, n, y, m in zip(*sides[0], *sides[1], strict=True)]


def test_the_stratified_interval_is_that_of_merck_s_sas_macro() -> None:
    result = estimated(mantel_haenszel_difference(strata(merck())))
    found = result.value, result.lower, result.upper
    expected = 0.19181363786, 0.063399769229, 0.31396078455
    assert found == pytest.approx(expected, abs=1e-6), (
        "SAS %rate0compare, weight cmh, in tests of metalite.ae"
    )


@pytest.mark.parametrize(
    ("row", "lower", "upper"),
    [
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((9, 10, 3, 10), 0.1700, 0.8406),
        ((6, 7, 2, 7), 0.0342, 0.8534),
        ((5, 56, 0, 29), -0.0326, 0.1933),
        ((0, 10, 0, 20), -0.1658, 0.2844),
        ((0, 10, 0, 10), -0.2879, 0.2879),
        ((10, 10, 0, 20), 0.7156, 1.0),
        ((10, 10, 0, 10), 0.6636, 1.0),
    ],
)
def test_one_stratum_has_the_published_limits_of_miettinen_and_nurminen(
    row: Table, lower: float, upper: float
) -> None:
    found = limits(mantel_haenszel_difference(strata([row])))
    assert found == pytest.approx((lower, upper), abs=0.000051), "Newcombe 1998, table II, method 6"


def test_one_stratum_is_a_little_wider_than_mee_s_interval() -> None:
    lower, upper = limits(mantel_haenszel_difference(strata([(30, 40, 100, 300)])))
    assert lower == pytest.approx(0.2560, abs=0.0004), "Mee 1984, which has no N / (N - 1); methods.md"
    assert upper == pytest.approx(0.5391, abs=0.0004)
    assert lower < 0.2560 and upper > 0.5391


@pytest.mark.parametrize(
    ("rows", "value", "places", "source"),
    [
        (TRIALS, 0.114863, 6, "metafor, rma.mh(measure='RD'), as quoted in the tests of MetidaFreq.jl"),
        (BCG, -0.003288181833, 12, "metafor, rma.mh(measure='RD', data=dat.bcg)"),
    ],
)
def test_the_estimate_is_that_of_metafor(rows: list[Table], value: float, places: int, source: str) -> None:
    result = estimated(mantel_haenszel_difference(strata(rows)))
    assert result.value == pytest.approx(value, abs=0.51 * 10**-places), source


def searched_variance(rows: Sequence[Table], difference: float) -> float:
    """Var of the estimate were `difference` the truth, the likeliest rates found by search."""
    total = weights = 0.0
    for x, n, y, m in rows:

        def unlikeliness(q: float, x: int = x, n: int = n, y: int = y, m: int = m) -> float:
            cells = ((x, q + difference), (n - x, 1 - q - difference), (y, q), (m - y, 1 - q))
            return -sum(people * math.log(max(rate, 1e-300)) for people, rate in cells if people)

        ends = max(0.0, -difference), min(1.0, 1 - difference)
        found = minimize_scalar(unlikeliness, bounds=ends, method="bounded", options={"xatol": 1e-12})
        q = min((float(found.x), *ends), key=unlikeliness)
        p, weight = q + difference, n * m / (n + m)
        total += weight**2 * (p * (1 - p) / n + q * (1 - q) / m) * (n + m) / (n + m - 1)
        weights += weight
    return total / weights**2


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
@pytest.mark.parametrize(
    "rows", [TRIALS, [(1, 10, 0, 10), (0, 3, 1, 1)], [(4, 4, 0, 6), (0, 1, 1, 2), (3, 3, 9, 9)]]
)
def test_at_the_limits_the_score_test_just_rejects_when_the_likelihood_is_maximised_by_search(
    rows: list[Table], level: float
) -> None:
    result = estimated(mantel_haenszel_difference(strata(rows), level))
    for limit in (result.lower, result.upper):
        z = (result.value - limit) / math.sqrt(searched_variance(rows, limit))
        assert abs(z) == pytest.approx(normal_quantile(level), rel=1e-5)


@settings(deadline=None)
@given(tables(), LEVELS)
def test_the_interval_holds_0_exactly_when_the_cochran_mantel_haenszel_test_does_not_reject(
    rows: list[Table], level: float
) -> None:
    kept = [(x, n, y, m) for x, n, y, m in rows if n and m and 0 < x + y < n + m]
    if not kept:
        return
    cells = np.array([[[x, n - x], [y, m - y]] for x, n, y, m in kept], dtype=float)
    p = StratifiedTable(list(cells)).test_null_odds(correction=False).pvalue
    assume(abs(p - (1 - level)) > 1e-6)
    held = estimated(mantel_haenszel_difference(strata(rows), level)).contains(0.0)
    assert held == (p > 1 - level)


@settings(deadline=None)
@given(tables(), tables())
def test_strata_without_one_of_the_groups_change_nothing(rows: list[Table], others: list[Table]) -> None:
    lone = [(x, n, 0, 0) for x, n, _, _ in others] + [(0, 0, y, m) for _, _, y, m in others]
    assert mantel_haenszel_difference(strata(rows + lone)) == mantel_haenszel_difference(strata(rows))


def test_adjusting_undoes_a_gap_that_is_only_a_matter_of_who_is_in_which_stratum() -> None:
    rows = [(80, 100, 8, 10), (2, 10, 20, 100)]
    x, n, y, m = np.sum(rows, axis=0)
    assert x / n - y / m > 0.4
    assert estimated(mantel_haenszel_difference(strata(rows))).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("rows", [[(16, 16, 40, 40)], [(0, 9, 0, 4), (3, 3, 5, 5)], [(1, 1, 1, 1)] * 5])
def test_strata_without_any_difference_have_an_interval_around_0(rows: list[Table]) -> None:
    result = estimated(mantel_haenszel_difference(strata(rows)))
    assert result.value == pytest.approx(0.0, abs=1e-12)
    assert result.lower < -0.05 and result.upper > 0.05


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
    ],
)
def test_strata_that_compare_nothing_give_a_reason(rows: list[Table], reason: str) -> None:
    assert mantel_haenszel_difference(strata(rows)) == NotEstimable(reason)


def test_a_thousand_pairs_cover_a_planted_difference_at_least_as_often_as_they_say() -> None:
    random = np.random.default_rng(20240611)
    base = random.uniform(0.1, 0.7, 1000)
    covered = 0
    for _ in range(200):
        x, y = random.binomial(1, base + 0.2), random.binomial(1, base)
        ones = np.ones_like(x)
        covered += estimated(mantel_haenszel_difference(Strata(x, ones, y, ones))).contains(0.2)
    assert covered / 200 >= 0.93


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1], [2], [1], [2, 3]), "differ in length"),
        (([3], [2], [1], [2]), "events exceed the total"),
        (([1], [2], [-1], [2]), "reference_events hold a missing or infinite value, or one not from 0"),
        (([1], [math.nan], [1], [2]), "total hold a missing or infinite value"),
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


@settings(max_examples=30)
@given(st.lists(tables(), max_size=6), LEVELS)
def test_many_side_by_side_are_what_each_is_alone(many: list[list[Table]], level: float) -> None:
    together = mantel_haenszel_differences([strata(rows) for rows in many], level)
    for found, rows in zip(together, many, strict=True):
        alone = mantel_haenszel_difference(strata(rows), level)
        if isinstance(alone, NotEstimable):
            assert found == alone
        else:
            assert limits(found) == pytest.approx(limits(alone), abs=1e-8)
            assert estimated(found).value == pytest.approx(alone.value, abs=1e-12)
