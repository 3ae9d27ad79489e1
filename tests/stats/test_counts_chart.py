"""p' and u' charts: limits against exact tails and published ones, false signals, edges."""

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats

from pipeline.stats.monitoring.control_chart import ControlChart
from pipeline.stats.monitoring.counts_chart import rate_chart, share_chart

TAIL = stats.norm.sf(3)


def last(chart: ControlChart) -> tuple[str, ...]:
    return tuple(name for name, _ in chart.points[-1].signals)


@pytest.mark.parametrize("size", [20, 43])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.97])
def test_without_more_than_chance_a_share_lies_outside_where_its_binomial_tail_says_so(
    share: float, size: int
) -> None:
    """Every count in the last place, the mean being that of the whole series; tails by scipy."""
    usual = [round(share * size)] * 40
    for events in range(size + 1):
        counts = [*usual, events]
        mean = sum(counts) / (size * len(counts))
        chance = stats.binom(size, mean)
        ends = chance.sf(events) + chance.pmf(events) / 2, chance.cdf(events) - chance.pmf(events) / 2
        assert ("outside" in last(share_chart(counts, [size] * len(counts)))) == (min(ends) < TAIL)


def test_of_many_children_the_limits_are_those_of_laney() -> None:
    """mean -+ 3 sigma_p sigma_z, sigma_z the mean moving range of the z-values over 1.128 (Laney 2002)."""
    draw = np.random.default_rng(2002)
    totals = draw.integers(4000, 6000, 24)
    events = draw.binomial(totals, draw.normal(0.6, 0.02, 24))
    mean = events.sum() / totals.sum()
    sigma = np.sqrt(mean * (1 - mean) / totals)
    spread = np.abs(np.diff((events / totals - mean) / sigma)).mean() / 1.128
    assert spread > 2
    limits = [point.limits for point in share_chart(events, totals, per=100).points]
    assert [limit.mean for limit in limits] == pytest.approx([100 * mean] * 24)
    assert [limit.lower for limit in limits] == pytest.approx(100 * (mean - 3 * sigma * spread), abs=0.2)
    assert [limit.upper for limit in limits] == pytest.approx(100 * (mean + 3 * sigma * spread), abs=0.2)
    rates = [point.limits for point in rate_chart(events, totals).points]
    spread = np.abs(np.diff((events / totals - mean) / np.sqrt(mean / totals))).mean() / 1.128
    assert [limit.upper for limit in rates] == pytest.approx(
        mean + 3 * np.sqrt(mean / totals) * spread, abs=0.004
    )


@pytest.mark.parametrize(
    ("events", "totals"),
    [
        ([40] * 11 + [42], [42] * 11 + [43]),
        ([20] * 12, [20] * 12),
        ([0] * 12, [20] * 12),
        ([20] * 11 + [19], [20] * 12),
        ([97, 98, 97, 97, 98, 97, 97, 97, 97, 97, 97, 96], [99] * 12),
        ([20] * 4 + [6] + [20] * 14, [20] * 19),
        ([100] * 3 + [40] + [100] * 12, [100] * 16),
        ([39, 40] * 8, [40] * 16),
    ],
)
def test_a_share_that_stays_by_100_or_0_per_cent_signals_nothing(
    events: list[int], totals: list[int]
) -> None:
    assert last(share_chart(events, totals)) == ()
    assert last(share_chart(np.subtract(totals, events), totals)) == ()


def test_of_points_that_are_all_alike_at_an_end_the_limits_are_the_mean() -> None:
    for chart in (
        share_chart([0] * 9, [20] * 9),
        rate_chart([0] * 9, [2.5] * 9),
    ):
        assert (chart.points[-1].limits.lower, chart.points[-1].limits.upper) == (0.0, 0.0)
    limits = share_chart([20] * 9, [20] * 9).points[-1].limits
    assert (limits.lower, limits.upper) == (1.0, 1.0)


@pytest.mark.parametrize("spike", [5, 20, 200])
@pytest.mark.parametrize("place", [0, 3, 6])
def test_noughts_after_a_spike_are_no_change(spike: int, place: int) -> None:
    events = [0] * 14
    events[place] = spike
    assert last(rate_chart(events, [2.0] * 14)) == ()
    assert last(share_chart(events, [400] * 14)) == ()


def test_what_changed_is_told() -> None:
    assert last(share_chart([38] * 11 + [20], [40] * 12)) == ("outside",)
    assert last(share_chart([240, 239, 241, 240, 238] * 2 + [270] * 7, [400] * 17))[-1] == "one side"
    assert last(share_chart([200, 196, 204] * 3 + [160, 240, 240], [400] * 12)) == ("two of three",)
    assert last(rate_chart([3, 2, 4, 3, 2, 4, 3, 2, 4, 3, 2, 15], [1.0] * 12)) == ("outside",)


@pytest.mark.parametrize(
    ("chart", "counts", "message"),
    [
        (share_chart, ([1, math.nan], [2, 2]), "missing or infinite"),
        (share_chart, ([1, 2], [2, math.inf]), "missing or infinite"),
        (share_chart, ([1, 3], [2, 2]), "exceed the total"),
        (share_chart, ([1, -1], [2, 2]), "below 0"),
        (share_chart, ([1, 1], [2, 0]), "not above 0"),
        (share_chart, ([1, 1, 1], [2, 2]), "differ in number"),
        (share_chart, ([1], [2]), "two or more"),
        (rate_chart, ([1, math.nan], [2, 2]), "missing or infinite"),
        (rate_chart, ([1, 1], [0.0, 1.0]), "not above 0"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    chart: object, counts: tuple[ArrayLike, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        chart(*counts)  # type: ignore[operator]


@pytest.mark.long
@pytest.mark.parametrize("mean", [0.5, 1, 2, 4, 7])
def test_steady_small_counts_rarely_signal(mean: float) -> None:
    drawn = np.random.default_rng(20090401).poisson(mean, (500, 12))
    assert sum(last(rate_chart(row, [1.0] * 12)) != () for row in drawn) / 500 < 0.03
