"""Funnels, overdispersion, case mix and rank intervals: published values, and equal services told apart by chance."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from pipeline.stats.monitoring.funnel import Funnel, Kind, Observed, fit_funnel, fit_overdispersion
from pipeline.stats.proportions.case_mix import expected_shares
from pipeline.stats.results import Counts, Estimate, NotEstimable
from pipeline.stats.scores import ranks
from pipeline.stats.scores.ranks import rank_intervals
from pipeline.stats.shrinkage import BetaPrior, fit_beta_binomial, shrunk_rate

# Trials of the BCG vaccine: cases and others, vaccinated and not (Colditz and others 1994; metafor's dat.bcg).
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip


def funnel_of(observed: list[Observed], centre: float, kind: Kind = "share") -> Funnel:
    funnel = fit_funnel(observed, centre, kind)
    assert isinstance(funnel, Funnel), funnel
    return funnel


def plain(events: int, total: int, share: float) -> Observed:
    return Observed(events, total * share, total * share * (1 - share))


def test_without_winsorising_the_variance_between_units_is_dersimonian_and_lairds() -> None:
    table = np.array(BCG, dtype=float)
    treated, control = table[:, 0] + table[:, 1], table[:, 2] + table[:, 3]
    effect = np.log(table[:, 0] / treated / (table[:, 2] / control))
    variance = 1 / table[:, 0] - 1 / treated + 1 / table[:, 2] - 1 / control
    centre = np.average(effect, weights=1 / variance)
    over = fit_overdispersion((effect - centre) / np.sqrt(variance), np.sqrt(variance), winsorised=0)
    assert over.tau_squared == pytest.approx(0.3088, abs=5e-5), "metafor, rma(..., method='DL')"
    assert 13 * over.phi == pytest.approx(152.233, abs=5e-4), "metafor: Q"


def test_winsorising_draws_in_the_outermost_and_leaves_the_rest() -> None:
    z = np.array([-9.0, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 2.0, 12.0])
    errors = np.full(11, 0.1)
    drawn = np.clip(z, -1.0, 2.0)
    over = fit_overdispersion(z, errors)
    assert over.phi == pytest.approx(float(np.mean(drawn**2))), "one of eleven on either side"
    assert over.tau_squared == pytest.approx((11 * over.phi - 10) / (1100 - 100))
    assert fit_overdispersion(z / 4, errors).tau_squared == 0.0, "phi below 1 asks for nothing"


# Public Health England, PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: limits in percent by
# size, from the normal distribution; ours are exact, which lies half a person or so further out.
PHE = [
    (1008, 78.203374, 83.081521, 76.796814, 84.488082),
    (10000, 79.867989, 81.416907, 79.421375, 81.863521),
    (110000, 80.408963, 80.875933, 80.274317, 81.010578),
]


@pytest.mark.parametrize(("size", "lower", "upper", "control_lower", "control_upper"), PHE)
def test_limits_of_large_units_are_those_of_public_health_england(
    size: int, lower: float, upper: float, control_lower: float, control_upper: float
) -> None:
    centre = 0.80642448
    limits = funnel_of([plain(round(size * centre), size, centre)] * 3, centre).units[0].limits
    found = [limits.warning_lower, limits.warning_upper, limits.control_lower, limits.control_upper]
    expected = np.array([lower, upper, control_lower, control_upper]) / 100
    assert found == pytest.approx(expected, abs=2.5 / size)


@pytest.mark.parametrize(("share", "size"), [(0.1, 60), (0.3, 25), (0.5, 13), (0.8, 40), (0.95, 120)])
def test_limits_of_small_shares_are_near_the_exact_ones(share: float, size: int) -> None:
    limits = funnel_of([plain(round(size * share), size, share)] * 3, share).units[0].limits
    binomial = stats.binom(size, share)
    for lower, upper, level in (
        (limits.warning_lower, limits.warning_upper, 0.95),
        (limits.control_lower, limits.control_upper, 0.998),
    ):
        outside = binomial.cdf(np.ceil(size * lower) - 1) + binomial.sf(np.floor(size * upper))
        assert outside <= 1 - level


@pytest.mark.parametrize("expected", [8.0, 30.0, 200.0])
def test_limits_of_rates_are_near_the_exact_ones(expected: float) -> None:
    limits = funnel_of([Observed(round(expected), expected, expected)] * 3, 1.0, "rate").units[0].limits
    poisson = stats.poisson(expected)
    outside = poisson.cdf(np.ceil(expected * limits.control_lower) - 1) + poisson.sf(
        np.floor(expected * limits.control_upper)
    )
    assert outside <= 0.002


def test_a_unit_far_out_is_told_and_the_usual_are_not() -> None:
    units = [plain(events, 100, 0.6) for events in (60, 58, 63, 61, 59, 57, 64, 60, 62, 56, 30)]
    funnel = funnel_of(units, 0.6)
    told = [unit.distinguishable for unit in funnel.units]
    assert told == ["not distinguishable"] * 10 + ["below"]


def test_units_that_all_differ_widen_the_limits_so_that_none_stands_out() -> None:
    units = [plain(events, 400, 0.5) for events in (150, 170, 185, 200, 215, 230, 250, 160, 240, 200)]
    funnel = funnel_of(units, 0.5)
    assert funnel.overdispersion.phi > 1
    assert {unit.distinguishable for unit in funnel.units} == {"not distinguishable"}


def test_case_mix_moves_the_figure_not_the_centre() -> None:
    units = [
        Observed(30, 30.0, 20.0),
        Observed(30, 20.0, 15.0),
        Observed(30, 40.0, 22.0),
        plain(30, 60, 0.5),
    ]
    funnel = funnel_of(units, 0.5)
    assert [round(unit.value, 3) for unit in funnel.units] == [0.5, 0.75, 0.375, 0.5]
    assert funnel.units[3].size == pytest.approx(60)


def test_what_cannot_be_compared_says_why() -> None:
    assert isinstance(fit_funnel([plain(5, 10, 0.5)] * 2, 0.5, "share"), NotEstimable)
    assert isinstance(fit_funnel([plain(5, 10, 0.5)] * 3, 1.0, "share"), NotEstimable)
    assert isinstance(expected_shares([0, 0], [5, 5], [[0], [1]]), NotEstimable)
    with pytest.raises(ValueError, match="nothing was expected"):
        Observed(3, 0.0, 0.0)


def test_expected_shares_are_statsmodels_logistic_regression() -> None:
    random = np.random.default_rng(5)
    levels = np.array([(a, b, c) for a in range(3) for b in range(2) for c in range(4)])
    total = random.integers(5, 60, len(levels))
    events = random.binomial(total, 0.3 + 0.1 * levels[:, 0] - 0.05 * levels[:, 2])
    design = np.column_stack(
        [
            np.ones(len(levels)),
            *(levels[:, k] == level for k, n in enumerate((3, 2, 4)) for level in range(1, n)),
        ]
    ).astype(float)
    fit = sm.GLM(np.column_stack([events, total - events]), design, family=sm.families.Binomial()).fit()
    found = expected_shares(events, total, levels)
    assert not isinstance(found, NotEstimable)
    assert found == pytest.approx(fit.fittedvalues, abs=1e-4)
    assert float(found @ total) == pytest.approx(float(events.sum()))


def test_a_level_without_events_is_expected_next_to_none_and_without_characteristics_all_are_alike() -> None:
    found = expected_shares([0, 5, 6], [20, 10, 12], [[0], [1], [1]])
    assert not isinstance(found, NotEstimable)
    assert 0 < found[0] < 0.01
    alike = expected_shares([1, 2], [4, 4], np.empty((2, 0), dtype=int))
    assert alike == pytest.approx([0.375, 0.375])


def shares(*middles: float, reach: float) -> list[Estimate]:
    return [Estimate(p, p - reach, p + reach, 0.95, "made up", "proportion") for p in middles]


def test_equal_units_may_stand_anywhere_and_distant_ones_where_they_are() -> None:
    alike = rank_intervals(shares(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, reach=0.1))
    assert {(rank.lowest, rank.highest) for rank in alike} == {(1, 10)}
    apart = rank_intervals(shares(0.2, 0.8, 0.5, reach=0.05))
    assert [(rank.lowest, rank.highest) for rank in apart] == [(1, 1), (3, 3), (2, 2)]


def test_rank_intervals_are_those_of_draws() -> None:
    middles = [0.42, 0.45, 0.5, 0.52, 0.55, 0.61, 0.63]
    found = rank_intervals(shares(*middles, reach=0.06))
    random = np.random.default_rng(1)
    logit = np.log(np.array(middles) / (1 - np.array(middles)))
    spread = [
        float(np.log((p + 0.06) / (1 - p - 0.06)) - np.log((p - 0.06) / (1 - p + 0.06))) / 2 / 1.959964
        for p in middles
    ]
    ranks = (random.normal(logit, spread, (100_000, 7)).argsort(axis=1).argsort(axis=1) + 1).T
    for rank, drawn in zip(found, ranks, strict=True):
        lower, upper = np.quantile(drawn, [0.025, 0.975], method="inverted_cdf")
        assert abs(rank.lowest - lower) <= 1
        assert abs(rank.highest - upper) <= 1
        assert np.mean((drawn >= rank.lowest) & (drawn <= rank.highest)) >= 0.945


@pytest.mark.parametrize("reach", [0.001, 0.02, 0.2])
def test_of_many_units_places_are_at_most_one_out(reach: float, monkeypatch: pytest.MonkeyPatch) -> None:
    middles = np.random.default_rng(3).normal(0.6, 0.1, 140).clip(0.25, 0.75)
    many, some = shares(*middles.tolist(), reach=reach), range(0, 140, 7)
    near = rank_intervals(many, of=some)
    monkeypatch.setattr(ranks, "_EXACT_UP_TO", len(many))
    exact = rank_intervals(many, of=some)
    for one, other in zip(near, exact, strict=True):
        assert abs(one.lowest - other.lowest) <= 1
        assert abs(one.highest - other.highest) <= 1


def equal_services(random: np.random.Generator, share: float, services: int) -> NDArray[np.int64]:
    totals = np.maximum(random.lognormal(4.0, 0.8, services).astype(int), 13)
    return np.column_stack([random.binomial(totals, share), totals])


@pytest.mark.slow
@pytest.mark.parametrize("services", [5, 10, 20, 50])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_equal_services_are_told_apart_no_more_often_than_the_limits_allow(
    share: float, services: int
) -> None:
    """Figures in docs/methods.md: per service at most the 0.2 % of the control limits, and ranks that say nothing."""
    outside = any_outside = 0
    widths = []
    draws = 2000
    for seed in range(draws):
        counts = equal_services(np.random.default_rng(seed), share, services)
        centre = counts[:, 0].sum() / counts[:, 1].sum()
        if not 0 < centre < 1:
            continue
        funnel = funnel_of([plain(int(x), int(n), centre) for x, n in counts], centre)
        told = [unit.distinguishable != "not distinguishable" for unit in funnel.units]
        outside += sum(told)
        any_outside += any(told)
        if seed < 50:
            groups = [Counts(int(x), int(n)) for x, n in counts]
            prior = fit_beta_binomial(groups)
            assert isinstance(prior, BetaPrior)
            shrunk = [shrunk_rate(group, prior) for group in groups]
            ranks = rank_intervals([rate for rate in shrunk if isinstance(rate, Estimate)])
            widths.append(np.mean([(rank.highest - rank.lowest) / (services - 1) for rank in ranks]))
    rate = outside / draws / services
    print(
        f"{services} services at {share}: {100 * rate:.3f} % a service, any {100 * any_outside / draws:.1f} %; "
        f"ranks span {100 * np.mean(widths):.0f} % of all places"
    )
    assert rate <= 0.0025
