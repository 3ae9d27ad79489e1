"""Benjamini-Hochberg over a declared family."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from pipeline.stats.many import benjamini_hochberg

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


@settings(deadline=None)
@given(st.permutations(PAPER))
def test_the_order_of_a_family_does_not_matter(p_values: list[float]) -> None:
    by_value = dict(zip(PAPER, benjamini_hochberg(PAPER), strict=True))
    assert benjamini_hochberg(p_values).tolist() == [by_value[p] for p in p_values]


def test_an_empty_family_has_no_values() -> None:
    assert benjamini_hochberg([]).tolist() == []


def test_the_p_values_handed_in_stay_as_they_were() -> None:
    given_values = np.array([0.04, 0.01])
    benjamini_hochberg(given_values)
    assert given_values.tolist() == [0.04, 0.01]


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_an_impossible_p_value_in_the_family_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="missing or outside 0 to 1"):
        benjamini_hochberg([0.5, bad])
