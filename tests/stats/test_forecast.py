"""Forecasts of short series: against statsmodels, at each boundary, and how often they err."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from pipeline.stats.designs.series_regression import Family
from pipeline.stats.inputs import t_quantile
from pipeline.stats.monitoring.forecast import ForecastSeries, Line, fit_line, forecast_level
from pipeline.stats.monitoring.turn import backtest, judge_turn, mean_departure
from pipeline.stats.results import Estimate, NotEstimable

TIMES = (0, 1, 2, 3, 4, 5, 6, 7)
BEFORE = ForecastSeries(
    TIMES,
    (0.52, 0.61, 0.48, 0.66, 0.55, 0.70, 0.51, 0.69),
    (210, 340, 300, 410, 280, 390, 330, 250),
    "share",
)
AFTER = ForecastSeries((8, 9, 10), (0.78, 0.81, 0.75), (300, 260, 340), "share")


def line_of(series: ForecastSeries) -> Line:
    line = fit_line(series)
    assert isinstance(line, Line)
    return line


def test_means_are_forecast_as_statsmodels_does() -> None:
    """Weighted least squares; a new point of weight w has variance scale / w beside the line's."""
    weights = np.asarray(BEFORE.sizes) * 4
    series = ForecastSeries(TIMES, BEFORE.values, tuple(weights), "mean")
    fit = sm.WLS(BEFORE.values, sm.add_constant(TIMES), weights=weights).fit()
    assert fit.scale > 1
    told = fit.get_prediction([[1.0, 10.0]]).summary_frame(alpha=0.05)
    found = line_of(series).forecast([10], [900], 0.95, "points")
    half = t_quantile(0.95, 6) * np.sqrt(told["mean_se"].iloc[0] ** 2 + fit.scale / 900)
    assert (found.value, found.upper) == pytest.approx((told["mean"].iloc[0], told["mean"].iloc[0] + half))


def test_of_many_children_the_line_is_statsmodels_generalised_linear_model() -> None:
    """With so many that neither half an event nor what is believed of slopes before counts."""
    draw, design = np.random.default_rng(1), sm.add_constant(np.asarray(TIMES, dtype=float))
    sizes, index = np.asarray(BEFORE.sizes) * 10_000, 0.2 * design[:, 1] - 2
    events = draw.binomial(sizes, 1 / (1 + np.exp(-index)))
    fit = sm.GLM(np.column_stack([events, sizes - events]), design, sm.families.Binomial()).fit()
    line = line_of(ForecastSeries(TIMES, tuple(events / sizes), tuple(sizes.astype(float)), "share"))
    assert line.at([0, 10]) == pytest.approx(fit.predict([[1, 0], [1, 10]]), rel=1e-4)
    events = draw.poisson(sizes * np.exp(index))
    fit = sm.GLM(events, design, sm.families.Poisson(), exposure=sizes).fit(scale="X2")
    line = line_of(ForecastSeries(TIMES, tuple(events / sizes), tuple(sizes.astype(float)), "rate"))
    assert line.at([0, 10]) == pytest.approx(fit.predict([[1, 0], [1, 10]], exposure=[1, 1]), rel=1e-4)
    assert line.spreads[1] == pytest.approx(fit.scale, rel=1e-2)


def test_points_closer_to_the_line_than_chance_are_not_taken_at_their_word() -> None:
    """Four points on a line: the new one varies as a binomial share does all the same."""
    exact = ForecastSeries((0, 1, 2, 3), (0.5, 0.51, 0.52, 0.53), (100,) * 4, "share")
    point = line_of(exact).forecast([4], [100], 0.95, "proportion")
    assert point.value == pytest.approx(0.54, abs=0.005)
    assert point.upper - point.value > stats.binom(100, point.value).ppf(0.975) / 100 - point.value


@pytest.mark.parametrize("family", ["share", "rate"])
@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize(("points", "ahead"), [(4, 1), (6, 4), (12, 40)])
def test_where_all_points_are_alike_nothing_is_certain(
    family: Family, value: float, points: int, ahead: int
) -> None:
    series = ForecastSeries(tuple(range(points)), (value,) * points, (20.0,) * points, family)
    told = forecast_level(series, [points - 1 + ahead], 0.95, "")
    assert isinstance(told, Estimate)
    assert 0 <= told.lower < told.upper
    assert told.contains(value)
    assert family == "rate" or told.upper <= 1


@pytest.mark.parametrize("values", [(0.2, 0.4, 0.6, 0.8), (0.8, 0.9, 0.97, 1.0), (0.3, 0.2, 0.1, 0.0)])
@pytest.mark.parametrize("size", [8, 50, 5000])
@pytest.mark.parametrize("at", [4, 8, 60])
def test_a_share_is_never_forecast_beyond_its_scale(
    values: tuple[float, ...], size: float, at: float
) -> None:
    told = forecast_level(ForecastSeries((0, 1, 2, 3), values, (size,) * 4, "share"), [at], 0.95, "")
    assert isinstance(told, Estimate)
    assert 0 <= told.lower <= told.value <= told.upper <= 1


def test_fewer_than_four_points_or_times_all_alike_tell_no_line() -> None:
    assert forecast_level(BEFORE.part(0, 3), [9], 0.95, "") == NotEstimable(
        "fewer than four periods to draw a line through"
    )
    alike = ForecastSeries((1, 1, 1, 1), (0.5,) * 4, (9.0,) * 4, "share")
    assert isinstance(forecast_level(alike, [9], 0.95, ""), NotEstimable)


@pytest.mark.parametrize(
    ("points", "step", "season", "seasonal"),
    [
        (12, 0.25, 1.0, True),
        (11, 0.25, 1.0, False),
        (36, 1.0, 12.0, True),
        (35, 1.0, 12.0, False),
        (40, 1.0, 0.0, False),
    ],
)
def test_a_season_is_modelled_from_three_whole_ones_on(
    points: int, step: float, season: float, seasonal: bool
) -> None:
    times = tuple(step * place for place in range(points))
    series = ForecastSeries(times, (0.5,) * points, (100.0,) * points, "share", season)
    assert series.seasonal is seasonal


@pytest.mark.parametrize("phase", [0.0, 0.2, 0.5, 0.7])
def test_a_season_that_is_known_is_forecast(phase: float) -> None:
    """Three years of quarters of 30 % up and down; the quarter forecast is as high as its like were."""
    times = np.arange(16) / 4
    values = 0.5 * (1 + 0.3 * np.sin(2 * np.pi * (times + phase)))
    series = ForecastSeries(tuple(times[:12]), tuple(values[:12]), (400.0,) * 12, "share", 1.0)
    for place in range(12, 16):
        told = line_of(series).forecast([times[place]], [400], 0.95, "")
        assert told.value == pytest.approx(values[place], abs=0.02)
        assert told.upper - told.lower < 0.2


def test_the_departure_of_one_period_is_that_period_less_its_forecast() -> None:
    line, one = line_of(BEFORE), AFTER.part(0, 1)
    told = line.forecast(one.times, one.sizes, 0.95, "proportion")
    departure = mean_departure(line, one, 0.95, "proportion")
    assert departure.value == pytest.approx(one.values[0] - told.value)
    assert departure.upper - departure.lower == pytest.approx(told.upper - told.lower)


def test_several_periods_are_one_departure_weighted_by_size() -> None:
    line = line_of(BEFORE)
    departure = mean_departure(line, AFTER, 0.95, "proportion")
    gaps = np.asarray(AFTER.values) - line.at(AFTER.times)
    assert departure.value == pytest.approx(np.average(gaps, weights=AFTER.sizes))


def test_without_a_period_since_the_action_nothing_can_be_said() -> None:
    with pytest.raises(ValueError, match="no point after"):
        mean_departure(line_of(BEFORE), AFTER.part(0, 0), 0.95, "proportion")


@pytest.mark.parametrize(
    ("lower", "upper", "needed", "turn"),
    [
        (0.001, 0.2, 0.3, "turned"),
        (0.0, 0.2, 0.1, "cannot tell"),
        (-0.1, 0.2, 0.2, "cannot tell"),
        (-0.1, 0.2, 0.201, "not turned"),
        (-0.1, 0.001, 0.0, "cannot tell"),
        (-0.1, 0.0, 0.0, "not turned"),
        (-0.2, -0.1, -0.3, "not turned"),
    ],
)
def test_a_turn_is_judged_by_the_whole_interval(lower: float, upper: float, needed: float, turn: str) -> None:
    middle = (lower + upper) / 2
    assert judge_turn(Estimate(middle, lower, upper, 0.95, "", ""), needed, higher=True) == turn
    turned_round = Estimate(-middle, -upper, -lower, 0.95, "", "")
    assert judge_turn(turned_round, -needed, higher=False) == turn


def test_the_backtest_forecasts_each_point_from_those_before_it() -> None:
    found = backtest(BEFORE, 0.95)
    assert found is not None
    errors = [
        abs(BEFORE.values[place] - line_of(BEFORE.part(0, place)).at([BEFORE.times[place]])[0])
        for place in range(4, 8)
    ]
    assert found.forecasts == 4
    assert found.error == pytest.approx(np.mean(errors))
    assert found.naive_error == pytest.approx(np.mean(np.abs(np.diff(BEFORE.values))[3:]))
    assert 0 <= found.inside <= 4


def test_four_points_leave_none_to_forecast() -> None:
    assert backtest(BEFORE.part(0, 4), 0.95) is None


@pytest.mark.parametrize(
    ("times", "values", "sizes", "message"),
    [
        ((0,), (0.5,), (0,), "size 0"),
        ((0, 1), (0.5,), (10,), "differ in number"),
        ((0,), (float("nan"),), (10,), "missing or infinite"),
        ((0,), (0.5,), (float("inf"),), "missing or infinite"),
        ((0,), (1.01,), (10,), "beyond 1"),
        ((0,), (-0.01,), (10,), "not from 0"),
    ],
)
def test_impossible_series_are_refused(
    times: tuple[float, ...], values: tuple[float, ...], sizes: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ForecastSeries(times, values, sizes, "share")


def test_two_points_are_too_few_to_fit() -> None:
    with pytest.raises(ValueError, match="expected three or more"):
        fit_line(BEFORE.part(0, 2))


def drawn(
    random: np.random.Generator, share: np.ndarray, size: float, beyond_chance: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Events and people of each quarter; `beyond_chance` is the correlation of two children of a quarter."""
    if beyond_chance:
        share = random.beta(*((1 / beyond_chance - 1) * part for part in (share, 1 - share)))
    people = np.maximum(random.poisson(size, share.size), 1)
    return random.binomial(people, share), people


def held(share: np.ndarray, ahead: int, size: float, beyond_chance: float, draws: int) -> float:
    """How often the forecast of the last quarter, made from all but the last `ahead`, holds what then comes."""
    random, inside, times = np.random.default_rng(20090401), 0, tuple(np.arange(share.size) / 4)
    for _ in range(draws):
        events, people = drawn(random, share, size, beyond_chance)
        series = ForecastSeries(times, tuple(events / people), tuple(people.astype(float)), "share", 1.0)
        line = line_of(series.part(0, share.size - ahead))
        inside += line.forecast(times[-1:], series.sizes[-1:], 0.95, "").contains(series.values[-1])
    return inside / draws


def rising(first: float, last: float, quarters: int) -> np.ndarray:
    """Shares whose logit rises evenly."""
    start, end = math.log(first / (1 - first)), math.log(last / (1 - last))
    logits = start + (end - start) * np.arange(quarters) / (quarters - 1)
    return np.asarray(1 / (1 + np.exp(-logits)))


@pytest.mark.parametrize(("first", "last"), [(0.6, 0.6), (0.97, 0.97), (0.7, 0.93)])
def test_a_forecast_holds_what_comes_as_often_as_it_says(first: float, last: float) -> None:
    assert held(rising(first, last, 12), 4, 100, 0.0, 150) >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [7, 12, 16])
@pytest.mark.parametrize("size", [20, 100, 400])
@pytest.mark.parametrize("beyond_chance", [0.0, 0.02])
@pytest.mark.parametrize(
    ("first", "last"), [(0.6, 0.6), (0.9, 0.9), (0.97, 0.97), (0.5, 0.6), (0.7, 0.85), (0.8, 0.93)]
)
def test_forecasts_hold_what_comes_as_often_as_they_say(
    first: float, last: float, beyond_chance: float, size: float, quarters: int
) -> None:
    assert held(rising(first, last, quarters), 3, size, beyond_chance, 1000) >= 0.93


def turns(
    before: int, after: int, size: float, jump: float, draws: int, slope: float = 0.0, share: float = 0.6
) -> float:
    """How often, of simulated shares (counts rounded to 5 as they are shown), all of the interval lies above 0."""
    random = np.random.default_rng(20090401)
    times = np.arange(before + after, dtype=float)
    rates = share + slope * (times - before) + jump * (times >= before)
    found = 0
    for _ in range(draws):
        people = random.poisson(size, len(times)) + 8
        events = np.floor(random.binomial(people, rates) / 5 + 0.5) * 5
        shown = np.maximum(np.floor(people / 5 + 0.5) * 5, events)
        series = ForecastSeries(tuple(times / 4), tuple(events / shown), tuple(shown), "share", 1.0)
        departure = mean_departure(line_of(series.part(0, before)), series.part(before, len(times)), 0.95, "")
        found += departure.lower > 0
    return found / draws


@pytest.mark.parametrize(
    ("size", "slope", "share"),
    [(25, 0.0, 0.6), (100, 0.0, 0.6), (400, 0.0, 0.6), (400, 0.01, 0.6), (25, 0.0, 0.95), (400, 0.0, 0.95)],
)
@pytest.mark.long
def test_without_a_change_a_turn_is_found_no_more_often_than_the_level_allows(
    size: float, slope: float, share: float
) -> None:
    assert turns(8, 4, size, jump=0.0, draws=600, slope=slope, share=share) <= 0.025


@pytest.mark.long
def test_a_planted_change_is_found() -> None:
    assert turns(8, 4, 400, jump=0.15, draws=300) > 0.95


@pytest.mark.parametrize("points", [2, 3, 4, 5])
@pytest.mark.parametrize("family", ["share", "rate", "mean"])
def test_few_points_over_many_seasons_are_forecast_without_one_or_not_at_all(
    points: int, family: Family
) -> None:
    times = tuple(np.linspace(0, 48, points).tolist())
    found = forecast_level(
        ForecastSeries(times, (0.5,) * points, (20.0,) * points, family, 12.0), [50.0], 0.95, "points"
    )
    assert isinstance(found, Estimate if points == 4 else Estimate | NotEstimable)
