"""Benjamini-Hochberg over a declared family, and p-values from intervals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest
from told import counts

from pipeline.stats.multiple_testing import benjamini_hochberg, chance_of_signals, p_value_by_inversion
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.proportions.stratified import Strata, mantel_haenszel_difference
from pipeline.stats.proportions.two_groups import (
    change_in_difference,
    koopman_ratio,
    newcombe_difference,
    score_test,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable, PValue

PAPER = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_the_first_four_hypotheses_of_the_paper_are_rejected_at_5_per_cent() -> None:
    rejected = benjamini_hochberg(PAPER) <= 0.05
    assert rejected.tolist() == [True] * 4 + [False] * 11, (
        "Benjamini and Hochberg 1995, JRSS B 57:289-300, section 4"
    )


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_the_adjusted_values_agree_with_statsmodels(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="fdr_bh")[1]
    np.testing.assert_allclose(benjamini_hochberg(p_values), expected, rtol=1e-12, atol=1e-300)


def test_the_p_values_handed_in_stay_as_they_were() -> None:
    given_values = np.array([0.04, 0.01])
    benjamini_hochberg(given_values)
    assert given_values.tolist() == [0.04, 0.01]


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_an_impossible_p_value_in_the_family_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="missing or outside 0 to 1"):
        benjamini_hochberg([0.5, bad])


def p_value(result: float | NotEstimable) -> float:
    assert isinstance(result, float), result
    return result


@settings(deadline=None)
@given(counts(60), counts(60))
def test_koopmans_p_at_parity_is_that_of_the_score_test(group: Counts, reference: Counts) -> None:
    p = p_value_by_inversion(lambda level: koopman_ratio(group, reference, level), null=1.0)
    test = score_test(group, reference)
    if group.events + reference.events > 0:
        assert isinstance(test, PValue)
        assert p_value(p) == pytest.approx(test.value, abs=1.1e-6)
    else:
        assert p == NotEstimable("no events in either group")


@pytest.mark.parametrize(
    ("events", "total", "rate"), [(65, 100, 0.5), (7, 34, 0.4), (0, 9, 0.2), (3, 10, 0.3)]
)
def test_wilsons_p_is_that_of_the_score_test_of_one_rate(events: int, total: int, rate: float) -> None:
    _, expected = proportions_ztest(events, total, value=rate, prop_var=rate)
    p = p_value_by_inversion(lambda level: wilson_interval(Counts(events, total), level), rate)
    assert p_value(p) == pytest.approx(expected, abs=1.1e-6)


@settings(deadline=None)
@given(counts(60), counts(60), st.floats(-0.9, 0.9))
def test_newcombes_interval_excludes_the_null_exactly_when_p_is_below_alpha(
    group: Counts, reference: Counts, null: float
) -> None:
    p = p_value(p_value_by_inversion(lambda level: newcombe_difference(group, reference, level), null))
    for alpha in (0.2, 0.05, 0.01):
        result = newcombe_difference(group, reference, 1 - alpha)
        assert isinstance(result, Estimate)
        if abs(p - alpha) > 2e-6:
            assert result.contains(null) == (p > alpha)


def test_the_p_of_a_changed_gap_is_where_its_interval_touches_0() -> None:
    before, after = (Counts(40, 100), Counts(60, 100)), (Counts(60, 100), Counts(60, 100))
    p = p_value(p_value_by_inversion(lambda level: change_in_difference(before, after, level), null=0.0))
    touching = change_in_difference(before, after, 1 - p)
    assert isinstance(touching, Estimate)
    assert touching.lower == pytest.approx(0.0, abs=1e-5)
    assert 0.02 < p < 0.06


def test_the_p_of_a_stratified_gap_is_that_of_the_cochran_mantel_haenszel_test() -> None:
    trials = [(21, 41, 2, 12), (14, 31, 12, 34), (11, 23, 9, 16)]
    strata = Strata(*zip(*trials, strict=True))
    p = p_value_by_inversion(lambda level: mantel_haenszel_difference(strata, level), null=0.0)
    tables = [np.array([[x, n - x], [y, m - y]]) for x, n, y, m in trials]
    expected = StratifiedTable(tables).test_null_odds(correction=False).pvalue
    assert p_value(p) == pytest.approx(expected, abs=1.1e-6)


def test_an_interval_around_the_null_itself_has_p_1() -> None:
    assert p_value_by_inversion(lambda level: wilson_interval(Counts(5, 10), level), 0.5) == 1.0


def test_an_interval_far_from_the_null_has_the_smallest_p() -> None:
    p = p_value(p_value_by_inversion(lambda level: wilson_interval(Counts(900, 1000), level), 0.5))
    assert p == 2**-20


def test_without_an_interval_there_is_no_p() -> None:
    nobody = NotEstimable("nobody in the group")
    assert p_value_by_inversion(lambda level: wilson_interval(Counts(0, 0), level), 0.5) == nobody


@settings(deadline=None)
@given(st.integers(1, 30), st.floats(0.001, 0.5), st.data())
def test_the_chance_of_false_signals_is_binomial(series: int, rate: float, data: st.DataObject) -> None:
    signals = data.draw(st.integers(0, series))
    assert chance_of_signals(signals, series, rate) == pytest.approx(
        stats.binom.sf(signals - 1, series, rate)
    )
