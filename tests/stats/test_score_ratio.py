"""Ratios of proportions: Koopman's limits."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import confint_proportions_2indep
from told import counts, limits

from pipeline.stats.inputs import normal_quantile
from pipeline.stats.proportions.two_groups import koopman_ratio, score_test
from pipeline.stats.results import Counts, Estimate, NotEstimable, PValue

LEVELS = st.floats(0.5, 0.999)


def holds_parity_exactly_when_not_rejected(group: Counts, reference: Counts, level: float) -> bool:
    ratio, test = koopman_ratio(group, reference, level), score_test(group, reference)
    assert isinstance(ratio, Estimate) and isinstance(test, PValue)
    return ratio.contains(1.0) == (test.value > 1 - level)


def disagreements(total: int, reference_totals: range) -> list[tuple[int, int, int, int]]:
    return [
        (events, total, reference_events, reference_total)
        for events in range(total + 1)
        for reference_total in reference_totals
        for reference_events in range(reference_total + 1)
        if events + reference_events > 0
        and not holds_parity_exactly_when_not_rejected(
            Counts(events, total), Counts(reference_events, reference_total), 0.95
        )
    ]


@pytest.mark.parametrize(
    ("group", "reference", "lower", "upper", "places", "source"),
    [
        ((7, 34), (1, 34), 1.2209, 42.5757, 4, "methods.md, two groups"),
        ((36, 40), (16, 80), 2.94, 7.15, 2, "Koopman 1984, Biometrics 40:513-517, example"),
    ],
)
def test_the_ratio_has_the_published_limits(
    group: tuple[int, int], reference: tuple[int, int], lower: float, upper: float, places: int, source: str
) -> None:
    expected = pytest.approx((lower, upper), abs=0.51 * 10**-places)
    assert limits(koopman_ratio(Counts(*group), Counts(*reference))) == expected, source


@pytest.mark.parametrize(
    ("group", "reference"), [((7, 34), (1, 34)), ((20, 50), (30, 60)), ((5, 400), (9, 35))]
)
def test_the_ratio_agrees_with_statsmodels_where_that_is_right(
    group: tuple[int, int], reference: tuple[int, int]
) -> None:
    expected = confint_proportions_2indep(
        *group, *reference, method="score", compare="ratio", correction=False
    )
    assert limits(koopman_ratio(Counts(*group), Counts(*reference))) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("group", "reference"), [((7, 34), (1, 34)), ((3, 12), (9, 30)), ((0, 9), (4, 20))])
def test_at_the_upper_limit_koopmans_chi_square_is_critical_when_the_likelihood_is_maximised_by_search(
    group: tuple[int, int], reference: tuple[int, int]
) -> None:
    (x1, n1), (x0, n0) = group, reference
    _, ratio = limits(koopman_ratio(Counts(*group), Counts(*reference)))

    def unlikeliness(p: float) -> float:
        group_term = (x1 * math.log(ratio * p) if x1 else 0.0) + (n1 - x1) * math.log1p(-ratio * p)
        return -group_term - x0 * math.log(p) - (n0 - x0) * math.log1p(-p)

    top = min(1.0, 1 / ratio)
    found = minimize_scalar(
        unlikeliness, bounds=(1e-9, top * (1 - 1e-9)), method="bounded", options={"xatol": 1e-11}
    )
    p0, p1 = float(found.x), ratio * float(found.x)
    chi_square = (x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1)) + (x0 - n0 * p0) ** 2 / (n0 * p0 * (1 - p0))
    assert chi_square == pytest.approx(normal_quantile(0.95) ** 2, rel=1e-5)


def test_everyone_in_the_small_group_achieving_it_is_no_proof_of_a_gap() -> None:
    result = koopman_ratio(Counts(16, 16), Counts(60, 72))
    assert isinstance(result, Estimate)
    assert result.contains(1.0), "methods.md, known wrong: pooled p = .079"


def test_two_groups_at_100_per_cent_have_the_limits_of_wilsons_interval() -> None:
    z = normal_quantile(0.95)
    expected = 12 / (12 + z**2), (30 + z**2) / 30
    result = limits(koopman_ratio(Counts(12, 12), Counts(30, 30)))
    assert result == pytest.approx(expected, rel=1e-9), (
        "by hand: at 100 % n (1 - r) / r = z^2 bounds the ratio r"
    )


def test_no_events_in_the_group_put_the_lower_limit_at_0() -> None:
    lower, upper = limits(koopman_ratio(Counts(0, 16), Counts(15, 72)))
    assert lower == 0.0 and 0 < upper < math.inf


def test_no_events_in_the_reference_put_the_upper_limit_at_infinity() -> None:
    result = koopman_ratio(Counts(15, 72), Counts(0, 16))
    assert isinstance(result, Estimate)
    assert (result.value, result.upper) == (math.inf, math.inf) and 0 < result.lower < math.inf


def test_no_events_at_all_give_no_ratio() -> None:
    assert koopman_ratio(Counts(0, 16), Counts(0, 72)) == NotEstimable("no events in either group")


@pytest.mark.parametrize(("group", "reference"), [((0, 0), (1, 2)), ((1, 1), (0, 0)), ((0, 0), (0, 0))])
def test_a_group_of_nobody_gives_no_ratio(group: tuple[int, int], reference: tuple[int, int]) -> None:
    expected = NotEstimable("nobody in one of the two groups")
    assert koopman_ratio(Counts(*group), Counts(*reference)) == expected


@pytest.mark.parametrize("total", range(1, 13))
def test_koopman_contains_parity_exactly_when_the_score_test_does_not_reject_in_every_small_table(
    total: int,
) -> None:
    assert disagreements(total, range(1, 13)) == []


@pytest.mark.slow
@pytest.mark.parametrize("total", range(1, 41))
def test_koopman_contains_parity_exactly_when_the_score_test_does_not_reject_in_every_table_to_40(
    total: int,
) -> None:
    assert disagreements(total, range(1, 41)) == []


@settings(deadline=None)
@given(counts(60), counts(60), LEVELS)
def test_swapping_groups_inverts_the_ratio(group: Counts, reference: Counts, level: float) -> None:
    assume(group.events > 0 and reference.events > 0)
    lower, upper = limits(koopman_ratio(group, reference, level))
    assert limits(koopman_ratio(reference, group, level)) == pytest.approx((1 / upper, 1 / lower), rel=1e-9)


@pytest.mark.parametrize(
    ("group", "reference"),
    [((1, 1_000_000), (999_999, 1_000_000)), ((1_000_000, 1_000_000), (1, 1)), ((1, 1), (0, 1))],
)
def test_extreme_tables_have_an_interval_around_their_ratio(
    group: tuple[int, int], reference: tuple[int, int]
) -> None:
    result = koopman_ratio(Counts(*group), Counts(*reference), 0.998)
    assert isinstance(result, Estimate)
    assert 0 < result.lower < result.value <= result.upper
