"""Forecasts of short series: against statsmodels, at each boundary, and how often they find a turn that is none."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from pipeline.stats.confidence import t_quantile
from pipeline.stats.forecast import (
    Series,
    backtest,
    fit_line,
    forecast_points,
    judge_turn,
    mean_departure,
)
from pipeline.stats.results import Estimate

BEFORE = Series(
    (0, 1, 2, 3, 4, 5, 6, 7),
    (0.52, 0.61, 0.48, 0.66, 0.55, 0.70, 0.51, 0.69),
    (210, 340, 300, 410, 280, 390, 330, 250),
)
AFTER = Series((8, 9, 10), (0.78, 0.81, 0.75), (300, 260, 340))
CHANCE = 0.24


def test_points_that_vary_beyond_chance_are_forecast_as_statsmodels_does() -> None:
    """Weighted least squares with prediction intervals: get_prediction with the weights of the new points."""
    model = sm.WLS(BEFORE.values, sm.add_constant(BEFORE.times), weights=BEFORE.sizes).fit()
    assert model.scale > CHANCE
    told = model.get_prediction(sm.add_constant(AFTER.times), weights=AFTER.sizes).summary_frame(alpha=0.05)
    line = fit_line(BEFORE, CHANCE)
    found = forecast_points(line, AFTER.times, AFTER.sizes, 0.95, "proportion")
    assert [point.value for point in found] == pytest.approx(list(told["mean"]))
    # statsmodels takes a new point's variance as the scale itself, whatever its weight.
    errors = np.sqrt(told["mean_se"] ** 2 + model.scale / np.asarray(AFTER.sizes))
    half = t_quantile(0.95, 6) * errors
    assert [point.upper - point.value for point in found] == pytest.approx(list(half))


def test_points_closer_to_the_line_than_chance_are_not_taken_at_their_word() -> None:
    exact = Series((0, 1, 2, 3), (0.5, 0.51, 0.52, 0.53), (100,) * 4)
    [point] = forecast_points(fit_line(exact, CHANCE), [4], [100], 0.95, "proportion")
    assert point.value == pytest.approx(0.54)
    assert point.upper - point.value > 1.96 * np.sqrt(CHANCE / 100)


def test_the_departure_of_one_period_is_that_period_less_its_forecast() -> None:
    line, one = fit_line(BEFORE, CHANCE), AFTER.part(0, 1)
    [told] = forecast_points(line, one.times, one.sizes, 0.95, "proportion")
    departure = mean_departure(line, one, 0.95, "proportion")
    assert departure.value == pytest.approx(one.values[0] - told.value)
    assert departure.upper - departure.lower == pytest.approx(told.upper - told.lower)


def test_several_periods_are_one_departure_weighted_by_size() -> None:
    line = fit_line(BEFORE, CHANCE)
    departure = mean_departure(line, AFTER, 0.95, "proportion")
    gaps = np.asarray(AFTER.values) - line.at(AFTER.times)
    assert departure.value == pytest.approx(np.average(gaps, weights=AFTER.sizes))


def test_without_a_period_since_the_action_nothing_can_be_said() -> None:
    with pytest.raises(ValueError, match="no point after"):
        mean_departure(fit_line(BEFORE, CHANCE), AFTER.part(0, 0), 0.95, "proportion")


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
    found = backtest(BEFORE, CHANCE, 0.95)
    assert found is not None
    errors = []
    for place in range(4, 8):
        slope, level = np.polyfit(
            BEFORE.times[:place], BEFORE.values[:place], 1, w=np.sqrt(BEFORE.sizes[:place])
        )
        errors.append(abs(BEFORE.values[place] - level - slope * place))
    assert found.forecasts == 4
    assert found.error == pytest.approx(np.mean(errors))
    assert found.naive_error == pytest.approx(np.mean(np.abs(np.diff(BEFORE.values))[3:]))
    assert 0 <= found.inside <= 4


def test_four_points_leave_none_to_forecast() -> None:
    assert backtest(BEFORE.part(0, 4), CHANCE, 0.95) is None


def test_impossible_series_are_refused() -> None:
    with pytest.raises(ValueError, match="size 0"):
        Series((0,), (0.5,), (0,))
    with pytest.raises(ValueError, match="differ in number"):
        Series((0, 1), (0.5,), (10,))
    with pytest.raises(ValueError, match="expected three or more"):
        fit_line(BEFORE.part(0, 2), CHANCE)


def turns(before: int, after: int, size: float, jump: float, draws: int, slope: float = 0.0) -> float:
    """How often, of simulated shares (counts rounded to 5 as they are shown), all of the interval lies above 0."""
    random = np.random.default_rng(20090401)
    times = np.arange(before + after, dtype=float)
    rates = 0.6 + slope * (times - before) + jump * (times >= before)
    found = 0
    for _ in range(draws):
        people = random.poisson(size, len(times)) + 8
        events = np.floor(random.binomial(people, rates) / 5 + 0.5) * 5
        shown = np.maximum(np.floor(people / 5 + 0.5) * 5, events)
        series = Series(tuple(times), tuple(events / shown), tuple(shown))
        pooled = float(events[:before].sum() / shown[:before].sum())
        line = fit_line(series.part(0, before), pooled * (1 - pooled))
        departure = mean_departure(line, series.part(before, len(times)), 0.95, "proportion")
        found += departure.lower > 0
    return found / draws


@pytest.mark.parametrize(("size", "slope"), [(25, 0.0), (100, 0.0), (400, 0.0), (400, 0.01)])
def test_without_a_change_a_turn_is_found_no_more_often_than_the_level_allows(
    size: float, slope: float
) -> None:
    assert turns(8, 4, size, jump=0.0, draws=1000, slope=slope) <= 0.025


def test_a_planted_change_is_found() -> None:
    assert turns(8, 4, 400, jump=0.15, draws=300) > 0.95
