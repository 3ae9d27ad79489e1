"""Numbers that were rounded before they were published."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.proportions.rounded import Between, less_known, over_known, rounded_share
from pipeline.stats.results import Counts, Estimate, NotEstimable

SHARE = Between(0.2, 0.1, 0.4)


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([5, 10]))
def test_every_pair_of_true_counts_gives_a_share_between_the_ends_and_some_reach_them(
    part: int, others: int, base: int
) -> None:
    shown = [base * ((2 * each + base) // (2 * base)) for each in (part, others)]
    found = rounded_share(shown[0], shown[1], base / 2, base / 2)
    if isinstance(found, NotEstimable):
        assert shown == [0, 0]
        return
    assert found.lower - 1e-12 <= part / (part + others) <= found.upper + 1e-12


def test_the_ends_are_reached_by_the_true_counts_farthest_out() -> None:
    found = rounded_share(20, 80, 2.5, 2.5)
    assert isinstance(found, Between)
    shares = [part / (part + others) for part, others in product((17.5, 22.5), (77.5, 82.5))]
    assert (found.lower, found.upper) == pytest.approx((min(shares), max(shares)))


@pytest.mark.parametrize(
    ("figures", "ends"),
    [
        ((20, 80, 0, 0), (0.2, 0.2, 0.2)),
        ((0, 80, 2.5, 2.5), (0.0, 0.0, 2.5 / 80)),
        ((100, 0, 2.5, 2.5), (1.0, 97.5 / 100, 1.0)),
        ((0, 50, 0, 5), (0.0, 0.0, 0.0)),
    ],
)
def test_nobody_and_everybody_stay_on_the_scale(figures: tuple[float, ...], ends: tuple[float, ...]) -> None:
    found = rounded_share(*figures)
    assert isinstance(found, Between)
    assert (found.value, found.lower, found.upper) == pytest.approx(ends)


def test_without_anybody_or_with_a_number_that_is_none_there_is_no_share() -> None:
    assert rounded_share(0, 0, 2.5, 2.5) == NotEstimable("nobody is counted")
    with pytest.raises(ValueError, match="expected a number"):
        rounded_share(float("nan"), 3)
    with pytest.raises(ValueError, match="expected lower <= value <= upper"):
        Between(0.5, 0.6, 0.7)


def test_an_estimate_less_or_over_it_is_as_wide_as_both_together() -> None:
    reached = wilson_interval(Counts(65, 100))
    less, over = less_known(reached, SHARE), over_known(reached, SHARE)
    assert isinstance(less, Estimate)
    assert isinstance(over, Estimate)
    # Wilson for 65/100: .55254 to .73636.
    assert (less.value, less.lower, less.upper) == pytest.approx((0.45, 0.15254, 0.63636), abs=5e-6)
    assert (over.value, over.lower, over.upper) == pytest.approx((3.25, 1.38135, 7.3636), abs=5e-5)
    assert over_known(reached, Between(0.1, 0.0, 0.2)) == NotEstimable("the number counted may be nought")
    assert less_known(NotEstimable("nobody"), SHARE) == over_known(NotEstimable("nobody"), SHARE)
