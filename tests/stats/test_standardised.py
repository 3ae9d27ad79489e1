"""Directly standardised rates: published figures, what must hold, and how often the truth is held."""

from itertools import product

import numpy as np
import pytest
from test_edges import EVENTS, NUMBERS, some, stands

from pipeline.stats.proportions.one_group import event_rate
from pipeline.stats.proportions.standardised import directly_standardised_rate
from pipeline.stats.results import Estimate, NotEstimable

CASES = {
    "england": (
        [27, 45, 55, 100, 125, 300, 295, 270, 275, 450, 455, 459, 345, 300, 270, 265, 100, 90, 35],
        [84935, 80367, 72122, 79259, 99806, 87362, 81579, 71103, 70001, 69007, 63203, 52638, 46087, 40887, 32604,
         28399, 21625, 13021, 7355],
        [5000, 5500, 5500, 5500, 6000, 6000, 6500, *[7000] * 4, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000],
    ),
    "downs": (
        [0, 8, 63, 112, 262, 295],
        [327, 30666, 123419, 149919, 104088, 34392],
        [319933, 931318, 786511, 488235, 237863, 61313],
    ),
    "gardner": ([4, 13, 8, 7], [96, 237, 105, 32], [2773, 2556, 1113, 184]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        # PHStatsMethods 0.1.16: tests/oracles/phstatsmethods_rates.py. 75.52901 is also what R's dsrTest has of the
        # Michigan births (Fay and Feuer 1997).
        ("england", 0.95, (464.91565132391906, 450.6883093326188, 479.4689343041292)),
        ("england", 0.998, (464.91565132391906, 442.63456227474614, 487.9499776897795)),
        ("downs", 0.95, (75.52900744525678, 67.63274312268956, 83.86710870854242)),
        ("downs", 0.998, (75.52900744525678, 63.280040874650915, 88.79668977318875)),
        ("gardner", 0.95, (5746.969488563784, 3659.9868246975993, 8465.288661654064)),
    ],
)
def test_rates_are_those_of_english_public_health(
    name: str, level: float, expected: tuple[float, float, float]
) -> None:
    rate = directly_standardised_rate(*CASES[name], per=100_000, confidence_level=level)
    assert isinstance(rate, Estimate)
    assert (rate.value, rate.lower, rate.upper) == pytest.approx(expected, rel=1e-9)


def test_a_group_that_is_the_standard_has_its_own_rate_and_limits() -> None:
    events, people, _ = CASES["downs"]
    rate, crude = directly_standardised_rate(events, people, people), event_rate(sum(events), sum(people))
    assert isinstance(rate, Estimate)
    assert isinstance(crude, Estimate)
    assert (rate.value, rate.lower, rate.upper) == pytest.approx((crude.value, crude.lower, crude.upper))
    wider = directly_standardised_rate(events, people, people, effect=4)
    assert isinstance(wider, Estimate)
    assert (wider.upper - wider.lower) / (rate.upper - rate.lower) == pytest.approx(2, abs=0.03)


def test_what_weighs_nothing_is_left_out_and_what_cannot_be_told_has_a_reason() -> None:
    whole = directly_standardised_rate([10, 30], [100, 200], [3, 1])
    assert directly_standardised_rate([10, 30, 7], [100, 200, 5], [3, 1, 0]) == whole
    assert directly_standardised_rate([4, 5], [100, 200], [3, 1]) == NotEstimable("fewer than 10 events")
    nobody = NotEstimable("the group has nobody in a part of the standard population")
    assert directly_standardised_rate([10, 0], [100, 0], [3, 1]) == nobody
    assert isinstance(directly_standardised_rate([], [], []), NotEstimable)
    for wrong, message in ((([1.5], [2], [1]), "no whole number"), (([1], [2, 3], [1]), "differ in length")):
        with pytest.raises(ValueError, match=message):
            directly_standardised_rate(*wrong)


def test_edges_have_an_answer_or_a_reason() -> None:
    for (events, exposure), standard in product(product(EVENTS, NUMBERS), NUMBERS):
        stands(directly_standardised_rate, [events, 30], [exposure, 5.0], [standard, 1.0])
    for three in some(NUMBERS, 300, [3]):
        stands(directly_standardised_rate, [40], [three[0]], [three[1]], three[2])


@pytest.mark.parametrize(
    ("standard", "holds"), [([8, 4, 2, 1], 0.96), ([3, 3, 2, 2], 0.96), ([1, 2, 4, 8], 0.94)]
)
def test_its_interval_holds_the_truth(standard: list[int], holds: float) -> None:
    """Four ages at rates of 1 to 8 %; at last the standard has most where the group has fewest."""
    draw, held = np.random.default_rng(9), 0
    rates, times = np.array([0.01, 0.02, 0.04, 0.08]), [800, 400, 200, 100]
    truth = float(rates @ standard / sum(standard))
    for _ in range(2000):
        found = directly_standardised_rate(draw.poisson(rates * times), times, standard)
        held += isinstance(found, Estimate) and found.contains(truth)
    assert held / 2000 == pytest.approx(holds, abs=0.012)
