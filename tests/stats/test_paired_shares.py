"""Shares of the same people before and after: Tango's interval and McNemar's mid-P."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar
from told import limits

from pipeline.stats.proportions.paired_shares import mcnemar_mid_p, paired_difference
from pipeline.stats.results import Estimate, NotEstimable

# R's contingencytables 3.1.0 on Cavo and others (2012); table 1 of Fagerland, Lydersen and Laake (2013).
CAVO, BENTUR = (6, 16, 161), (7, 1, 21)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int, int]:
    gained, lost, alike = (draw(st.integers(0, 60)) for _ in range(3))
    return gained, lost, gained + lost + alike + 1


def test_the_interval_is_that_of_another_implementation() -> None:
    assert limits(paired_difference(*CAVO)) == pytest.approx((-0.1240, -0.0054), abs=0.00006)


@pytest.mark.parametrize(("table", "p_value"), [(CAVO, 0.034690), (BENTUR, 0.0391)])
def test_mid_p_is_that_which_was_published(table: tuple[int, int, int], p_value: float) -> None:
    assert mcnemar_mid_p(*table[:2]).value == pytest.approx(p_value, abs=0.00004)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_mid_p_is_statsmodels_exact_test_less_the_chance_of_what_was_seen(gained: int, lost: int) -> None:
    exact = mcnemar([[0, gained], [lost, 0]], exact=True).pvalue if gained + lost else 1.0
    seen = float(np.prod([(i + 1 + max(gained, lost)) / (i + 1) / 2 for i in range(min(gained, lost))]))
    seen *= 0.5 ** max(gained, lost) if gained + lost else 0.0
    expected = 1 - seen / 2 if gained == lost else exact - seen
    assert mcnemar_mid_p(gained, lost).value == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(pairs(), st.sampled_from([0.8, 0.95, 0.998]))
def test_the_interval_holds_nought_exactly_when_mcnemars_test_does_not_reject(
    table: tuple[int, int, int], level: float
) -> None:
    gained, lost, _ = table
    if gained + lost:
        p_value = mcnemar([[0, gained], [lost, 0]], exact=False, correction=False).pvalue
        if abs(p_value - (1 - level)) > 1e-9:
            found = paired_difference(*table, level)
            assert isinstance(found, Estimate)
            assert found.contains(0.0) is bool(p_value > 1 - level)


@pytest.mark.parametrize("total", [1, 10, 1000])
def test_where_nobody_crossed_over_the_interval_still_has_its_width(total: int) -> None:
    z2 = 1.959964**2
    expected = z2 / (total + z2)
    assert limits(paired_difference(0, 0, total)) == pytest.approx((-expected, expected), abs=1e-6)
    assert mcnemar_mid_p(0, 0).value == 1.0


@pytest.mark.parametrize("table", [(10, 0, 10), (1, 0, 1), (0, 10**15, 10**15), (5, 5, 10), (2.5, 7.5, 30.0)])
def test_all_or_half_crossing_over_stays_on_the_scale(table: tuple[float, float, float]) -> None:
    lower, upper = limits(paired_difference(*table))
    assert -1 <= lower <= (table[0] - table[1]) / table[2] <= upper <= 1


def test_nobody_has_a_reason_and_more_than_all_is_refused() -> None:
    assert paired_difference(0, 0, 0) == NotEstimable("nobody was seen before and after")
    with pytest.raises(ValueError, match="a part of the total"):
        paired_difference(5, 6, 10)


@pytest.mark.parametrize(("before", "alike"), [(0.3, 0.6), (0.1, 0.9), (0.5, 0.2)])
def test_the_interval_holds_at_least_about_its_level_for_forty_people(before: float, alike: float) -> None:
    """`alike` is how often the second answer just repeats the first; the shares are equal."""
    rng = np.random.default_rng(11)
    first = rng.random((1500, 40)) < before
    second = np.where(rng.random(first.shape) < alike, first, rng.random(first.shape) < before)
    crossed = zip((second & ~first).sum(axis=1), (first & ~second).sum(axis=1), strict=True)
    found = [paired_difference(int(gained), int(lost), 40) for gained, lost in crossed]
    held = np.mean([isinstance(each, Estimate) and each.contains(0.0) for each in found])
    assert held > 0.925
