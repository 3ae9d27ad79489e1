"""Interrupted time series: a published example, statsmodels, planted truths and coverage."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import acorr_ljungbox
from told import triple

from pipeline.stats.designs import series_regression
from pipeline.stats.designs.autocorrelation import check_autocorrelation
from pipeline.stats.designs.interrupted_series import (
    InterruptedSeries,
    SeriesModel,
    interrupted_series,
)
from pipeline.stats.designs.series_regression import autoregressive_errors
from pipeline.stats.inputs import Floats, t_quantile
from pipeline.stats.results import NotEstimable, PValue, Result

# Acute coronary episodes under 70 in Sicily by month, January 2002 to November 2006, and the age-standardised
# population; smoking was banned in January 2005 (Lopez Bernal, Cummins and Gasparrini 2017, Int J Epidemiol
# 46:348-355; github.com/gasparrini/2017_lopezbernal_IJE_codedata, sicily.csv).
EPISODES = [
    728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781, 756, 766, 752, 765, 831,
    879, 928, 914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886, 831, 796, 833, 820, 877, 758, 767, 738,
    781, 843, 850, 908, 1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912,
]  # fmt: skip
POPULATION = [
    379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5, 374653.2, 378485.6, 375955.5,
    378349.7, 376762.4, 379032.3, 379360.4, 376162.0, 377972.4, 381830.7, 379888.6, 380872.2, 380966.9, 381240.4,
    382104.9, 381802.7, 381656.3, 383680.0, 383504.2, 386462.9, 383783.1, 380836.8, 383483.0, 380906.2, 382926.8,
    384052.4, 384449.6, 383428.4, 388153.2, 388373.2, 386470.1, 386033.2, 383686.4, 385509.3, 385901.9, 386516.6,
    388436.5, 383255.2, 390148.7, 385874.9, 391613.6, 391750.4, 394005.6, 391364.9, 391664.6, 389022.3, 391878.5,
    388575.3, 392989.0, 390018.8, 390712.3,
]  # fmt: skip
MONTHS = np.arange(1.0, 60.0)
BAN = 37


def found(result: InterruptedSeries | NotEstimable) -> InterruptedSeries:
    assert isinstance(result, InterruptedSeries), result
    return result


@pytest.fixture
def independent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that do not lean on one another, which is what statsmodels takes them for."""
    monkeypatch.setattr(series_regression, "_AUTOCORRELATIONS", np.zeros(1))


def design(times: Floats, intervention: float, harmonics: int) -> Floats:
    """Worked by itself: level, step, change of slope, slope, harmonics of 12."""
    since, step = times - intervention, (times >= intervention).astype(float)
    turns = [f(2 * np.pi * k * since / 12) for k in range(1, harmonics + 1) for f in (np.sin, np.cos)]
    return np.column_stack([np.ones_like(since), step, step * since, since, *turns])


@pytest.mark.parametrize("harmonics", [0, 2])
@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.usefixtures("independent")
def test_the_model_of_the_smoking_ban_is_statsmodels_quasi_poisson(harmonics: int, level: float) -> None:
    """With two harmonics model 4 of the authors' Rcode.R."""
    fit = sm.GLM(
        EPISODES, design(MONTHS, BAN, harmonics), family=sm.families.Poisson(), offset=np.log(POPULATION)
    ).fit(scale="X2")
    model = SeriesModel(harmonics=harmonics)
    series = found(interrupted_series("rate", MONTHS, EPISODES, POPULATION, BAN, model, level))
    value, reach = fit.params[1], t_quantile(level, fit.df_resid) * fit.bse[1]
    expected = np.exp([value, value - reach, value + reach])
    assert triple(series.level_change) == pytest.approx(tuple(expected), rel=1e-6)
    before = MONTHS < BAN
    assert (series.counterfactual * POPULATION)[before] == pytest.approx(fit.fittedvalues[before])
    assert triple(series.level_change)[2] < 1, "there were clearly fewer after the ban"


@pytest.mark.usefixtures("independent")
def test_shares_are_statsmodels_quasi_binomial() -> None:
    random = np.random.default_rng(8)
    totals = random.integers(20, 60, 30)
    events = random.binomial(totals, np.where(np.arange(30) < 15, 0.5, 0.7) + random.normal(0, 0.12, 30))
    fit = sm.GLM(
        np.column_stack([events, totals - events]),
        design(np.arange(30.0), 15, 0),
        family=sm.families.Binomial(),
    ).fit()
    dispersion = fit.pearson_chi2 / fit.df_resid
    assert dispersion > 1, "else the floor of the dispersion is tested too"
    series = found(interrupted_series("share", range(30), events, totals, 15))
    reach = t_quantile(0.95, 26) * fit.bse[1] * np.sqrt(dispersion)
    expected = np.exp([fit.params[1], fit.params[1] - reach, fit.params[1] + reach])
    assert triple(series.level_change) == pytest.approx(tuple(expected), rel=1e-6)


@pytest.mark.usefixtures("independent")
def test_counts_spread_less_than_poisson_are_not_taken_to_be_surer_than_poisson() -> None:
    events = [10, 11, 10, 9, 10, 10, 11, 9, 10, 10] * 2
    fit = sm.GLM(events, design(np.arange(20.0), 10, 0), family=sm.families.Poisson()).fit()
    series = found(interrupted_series("rate", range(20), events, np.ones(20), 10))
    _, lower, upper = triple(series.level_change)
    assert np.log(upper / lower) / 2 == pytest.approx(t_quantile(0.95, 16) * fit.bse[1], rel=1e-6)


def test_time_is_centred_at_the_intervention() -> None:
    times = np.arange(100.0, 140.0)
    course = 5 + 0.01 * (times - 100) + np.where(times >= 120, 1 + 0.05 * (times - 120), 0)
    events = np.exp(course).round()
    series = found(interrupted_series("rate", times, events, np.ones(40), 120))
    assert triple(series.level_change)[0] == pytest.approx(np.e, rel=0.01)
    assert series.counterfactual[-1] == pytest.approx(np.exp(5 + 0.39), rel=0.01)
    flat = found(interrupted_series("rate", times, events, np.ones(40), 120, SeriesModel(slopes=False)))
    assert flat.counterfactual == pytest.approx(np.full(40, events[:20].mean())), "two levels"


def test_the_autocorrelation_check_is_that_of_statsmodels() -> None:
    volume = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    residuals = volume - volume.mean()
    check = check_autocorrelation(residuals, range(100), lags=4)
    assert isinstance(check, PValue)
    assert check.value == pytest.approx(float(acorr_ljungbox(residuals, [4])["lb_pvalue"].iloc[0]))
    assert check.value < 0.05, "one mean over the break leaves long stretches on one side of it"


def test_a_wider_level_never_narrows_and_errors_are_wider_where_points_lean_on_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = simulated(np.random.default_rng(3), 1, 40, 0.6)[0]
    leaning = found(interrupted_series("rate", range(40), counts, np.ones(40), 20))
    wider = found(interrupted_series("rate", range(40), counts, np.ones(40), 20, confidence_level=0.99))
    monkeypatch.setattr(series_regression, "_AUTOCORRELATIONS", np.zeros(1))
    plain = found(interrupted_series("rate", range(40), counts, np.ones(40), 20))
    widths = [float(np.ptp(triple(series.level_change))) for series in (plain, leaning, wider)]
    assert widths == sorted(widths)


REASONS = [
    ([1, 2] * 5, [9] * 10, 3, "fewer than 8 points before the intervention"),
    ([1, 2] * 6, [9] * 12, 9, "fewer than 8 points after the intervention"),
    ([0] * 8 + [1, 2] * 4, [9] * 16, 8, "no events before the intervention"),
    ([1, 2] * 4 + [9] * 8, [9] * 16, 8, "everybody has the event after the intervention"),
    ([2] * 16, [9] * 16, 8, "the figures do not vary beyond what the model explains"),
    ([1, 2] * 8, [9, 0] * 8, 8, "fewer than 8 points before the intervention"),
]


@pytest.mark.parametrize(("events", "totals", "at", "reason"), REASONS)
def test_a_series_that_says_nothing_says_why(
    events: list[int], totals: list[int], at: int, reason: str
) -> None:
    assert interrupted_series(
        "share", range(len(events)), np.minimum(events, totals), totals, at
    ) == NotEstimable(reason)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        interrupted_series("rate", [1, 2], [1, 2, 3], [9, 9, 9], 2)
    with pytest.raises(ValueError, match="missing or infinite"):
        interrupted_series("rate", [1, 2, 3], [1, np.nan, 3], [9, 9, 9], 2)
    with pytest.raises(ValueError, match="do not rise"):
        interrupted_series("rate", [1, 3, 2], [1, 2, 3], [9, 9, 9], 2)
    with pytest.raises(ValueError, match="are negative"):
        interrupted_series("rate", [1, 2, 3], [1, -2, 3], [9, 9, 9], 2)
    with pytest.raises(ValueError, match="exceed the total"):
        interrupted_series("share", [1, 2, 3], [1, 2, 3], [3, 3, 2], 2)


def simulated(random: np.random.Generator, series: int, n: int, rho: float) -> Floats:
    """Series of n counts of about 20; every point leans on the one before with `rho`; a step of 1.5 times."""
    noise = random.normal(size=(series, n + 30))
    for place in range(1, n + 30):
        noise[:, place] = rho * noise[:, place - 1] + np.sqrt(1 - rho**2) * noise[:, place]
    step = (np.arange(n) >= n // 2).astype(float)
    return np.asarray(random.poisson(20 * np.exp(0.2 * noise[:, 30:] + np.log(1.5) * step)), dtype=float)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5])
@pytest.mark.parametrize("n", [20, 36, 60])
def test_intervals_cover_at_their_level_whether_points_lean_on_one_another_or_not(n: int, rho: float) -> None:
    """Figures in docs/methods.md."""
    held = []
    for values in simulated(np.random.default_rng(n), 1000, n, rho):
        _, lower, upper = triple(
            found(interrupted_series("rate", range(n), values, np.ones(n), n // 2)).level_change
        )
        held.append(lower <= 1.5 <= upper)
    print(f"{n} points, autocorrelation {rho}: {np.mean(held):.3f}")
    assert np.mean(held) >= 0.935


@pytest.mark.parametrize("values", [[5.0] * 20, [0.0] * 20, [0.1] * 20, [1e15] * 20, [-3.0] * 8])
def test_a_constant_series_cannot_be_tested_for_autocorrelation(values: list[float]) -> None:
    assert check_autocorrelation(values, range(len(values)), lags=4) == NotEstimable(
        "the figures do not vary beyond what the model explains"
    )
    with pytest.raises(ValueError, match="missing or infinite"):
        check_autocorrelation([*values, float("nan")], range(len(values) + 1), lags=4)


def test_across_a_gap_points_lean_less() -> None:
    """Errors are those of the whole series where the gap holds no point; pairs are as far apart as their times."""
    alternating = [1.0, -1.0] * 6
    times = [place + 7 * (place >= 6) for place in range(12)]
    whole, broken = (check_autocorrelation(alternating, each, 2) for each in (range(12), times))
    assert isinstance(whole, PValue)
    assert isinstance(broken, PValue)
    assert broken.value > whole.value
    design = np.column_stack([np.ones(12), np.arange(12) >= 6]).astype(float)
    residuals = np.array([1.0, 0.8, 0.5, 0.2, -0.5, -1.0, -0.9, -0.2, 0.3, 0.4, 0.3, 0.1])
    near, far = (
        autoregressive_errors(design, residuals, np.asarray(each, dtype=float)) for each in (range(12), times)
    )
    assert near[0, 1] != pytest.approx(far[0, 1], abs=1e-3)
    assert np.isfinite(far).all()


@pytest.mark.slow
@pytest.mark.parametrize("size", [20, 50, 200])
@pytest.mark.parametrize("family", ["rate", "share"])
def test_with_twelve_months_a_side_a_season_makes_no_more_steps_than_declared(size: int, family: str) -> None:
    draw, months, steps = np.random.default_rng(size), np.arange(24), 0
    model = SeriesModel(harmonics=1)
    for place in range(480):
        season = 1 + 0.3 * np.sin(2 * np.pi * (months + place % 12) / 12)
        if family == "share":
            series = interrupted_series(
                "share", months, draw.binomial(size, 0.6 * season), [size] * 24, 12, model
            )
        else:
            series = interrupted_series(
                "rate", months, draw.poisson(size * season / 2), [50.0] * 24, 12, model
            )
        steps += isinstance(series, InterruptedSeries) and not triple_holds(series.level_change)
    assert steps / 480 <= 0.05


def test_half_as_many_pairs_as_points_are_a_season_of_any_shape() -> None:
    """Each place in the season has its own level, a place without any figures none; the step is found all the same."""
    times = np.asarray([time for time in range(72) if time % 12 != 2])
    own = np.random.default_rng(12).normal(0, 1, 12)[times % 12]
    events = (1000 * np.exp(own + np.where(times >= 36, 0.3, 0.0))).round()
    series = found(interrupted_series("rate", times, events, np.ones(66), 36, SeriesModel(harmonics=6)))
    value, lower, upper = triple(series.level_change)
    assert value == pytest.approx(np.exp(0.3), rel=0.02)
    assert 1 < lower < upper


def triple_holds(result: Result) -> bool:
    """Whether a ratio's interval holds 1, or there is none."""
    return isinstance(result, NotEstimable) or result.contains(1.0)
