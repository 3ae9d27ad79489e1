"""XmR and t charts: published values, each rule just inside, at and just outside its boundary, false alarms."""

import math

import numpy as np
import pytest

from pipeline.stats.monitoring.control_chart import (
    ControlChart,
    Limits,
    Point,
    control_chart,
    fit_limits,
    read_signals,
)

# The example of R's NHSRplotthedots (vignette "Deviations from Excel defaults"), as in the project's methods.
SPIKE = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
UNIT = Limits(mean=0.0, lower=-3.0, upper=3.0, trial=False)
LEVEL = [0.5, -0.5] * 4


@pytest.mark.parametrize(("screen", "lower", "upper"), [(True, -0.72, 4.60), (False, -3.06, 6.95)])
def test_limits_are_those_of_plot_the_dots(screen: bool, lower: float, upper: float) -> None:
    limits = fit_limits(SPIKE, screen)
    found = round(limits.mean, 2), round(limits.lower, 2), round(limits.upper, 2)
    assert found == (1.94, lower, upper)
    assert not limits.trial


@pytest.mark.parametrize(("points", "trial"), [(11, True), (12, False)])
def test_fewer_than_twelve_points_give_trial_limits(points: int, trial: bool) -> None:
    assert fit_limits([1.0, 2.0] * 5 + [1.0] * (points - 10)).trial is trial


@pytest.mark.parametrize(("step", "screened"), [(-0.01, False), (0.01, True)])
def test_a_moving_range_above_3_267_times_their_mean_is_left_out(step: float, screened: bool) -> None:
    """Nineteen ranges of 1 and a last one j: j is their mean times 3.267 where j = 3.267 (19 + j) / 20."""
    values = [float(place % 2) for place in range(21)]
    boundary = 3.267 * 19 / (20 - 3.267)
    last = [*values[:-1], values[-2] - (boundary + step)]
    reach = fit_limits(last).upper - fit_limits(last).mean
    assert (round(reach, 9) == 2.66) is screened


def test_equal_points_but_one_keep_their_spread() -> None:
    limits = fit_limits([5.0] * 11 + [9.0])
    assert limits.upper > limits.mean


def test_points_that_are_all_alike_signal_nothing() -> None:
    assert control_chart([0.1 + 0.2] * 12).points[-1].signals == ()


def test_one_point_has_no_limits() -> None:
    with pytest.raises(ValueError, match="1 points, expected two or more"):
        fit_limits([1.0])


RULES = [
    ("just inside", [2.999], ()),
    ("on the limit", [3.0], ()),
    ("just outside", [3.001], ("outside",)),
    ("low, on the limit", [-3.0], ()),
    ("low, just outside", [-3.001], ("outside",)),
    ("two on the two-thirds line", [2.0, 2.0], ()),
    ("two just beyond it", [2.001, 2.001], ("two of three",)),
    ("with one between", [2.001, 0.5, 2.001], ("two of three",)),
    ("with one of the other side between", [2.001, -0.5, 2.001], ("two of three",)),
    ("with two between", [2.001, 0.5, -0.5, 2.001], ()),
    ("one beyond on each side", [2.001, -2.001], ()),
    ("the last not beyond", [2.001, 2.001, 0.5], ()),
    ("one outside counts as beyond", [3.001, 2.001], ("two of three",)),
    ("six above the mean", [1, 2, 1, 2, 1, 1.5], ()),
    ("seven above the mean", [1, 2, 1, 2, 1, 2, 1.5], ("one side",)),
    ("seven below the mean", [-1, -2, -1, -2, -1, -2, -1.5], ("one side",)),
    ("one of seven on the mean", [1, 2, 1, 0, 1, 2, 1.5], ()),
    ("seven just above", [0.001, 0.002] * 3 + [0.001], ("one side",)),
    ("six rising", [-1.5, -1, -0.5, 0.1, 0.5, 1], ()),
    ("seven rising", [-1.5, -1, -0.5, 0.1, 0.5, 1, 1.5], ("rise or fall",)),
    ("seven falling", [1.5, 1, 0.5, 0.1, -0.5, -1, -1.5], ("rise or fall",)),
    ("seven with two equal", [-1.5, -1, -0.5, -0.5, 0.5, 1, 1.5], ()),
]


@pytest.mark.parametrize(("points", "signals"), [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_a_rule_holds_only_beyond_its_boundary(points: list[float], signals: tuple[str, ...]) -> None:
    assert tuple(name for name, _ in read_signals(np.array([*LEVEL, *points]), UNIT)[-1]) == signals


def test_a_signal_says_its_side() -> None:
    assert read_signals(np.array([*LEVEL, -3.5]), UNIT)[-1] == (("outside", -1),)
    rising = np.array([-2.5, -2.4, -2.3, -2.2, -2.1, -1.9, -1.8])
    assert read_signals(rising, UNIT)[-1] == (("one side", -1), ("rise or fall", 1))


def _ending(*signals: tuple[str, int]) -> ControlChart:
    return ControlChart((Point(0.0, UNIT, ()), Point(0.0, UNIT, signals)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chart", "higher", "lower"),
    [
        (_ending(), "no clear change", "no clear change"),
        (_ending(("outside", 1)), "better", "worse"),
        (_ending(("one side", -1)), "worse", "better"),
        (_ending(("one side", -1), ("rise or fall", 1)), "worse", "better"),
    ],
)
def test_variation_is_what_the_last_point_says(chart: ControlChart, higher: str, lower: str) -> None:
    assert (chart.variation("higher"), chart.variation("lower")) == (higher, lower)


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (-3.001, "reached", "missed"),
        (-3.0, "may go either way", "may go either way"),
        (3.0, "may go either way", "may go either way"),
        (3.001, "missed", "reached"),
    ],
)
def test_assurance_sets_the_target_against_the_last_limits(target: float, higher: str, lower: str) -> None:
    assert (_ending().assurance(target, "higher"), _ending().assurance(target, "lower")) == (higher, lower)


def test_a_rebase_begins_limits_and_runs_anew() -> None:
    values = [*LEVEL, *(10 + value for value in LEVEL)]
    whole, rebased = control_chart(values), control_chart(values, rebase=[8])
    assert whole.variation("higher") == "better"
    assert rebased.variation("higher") == "no clear change"
    assert [round(point.limits.mean, 9) for point in rebased.points] == [0.0] * 8 + [10.0] * 8
    assert control_chart([1, 2, 1, 2, 1, 2, 1, 1], rebase=[2]).points[-1].signals == ()


@pytest.mark.parametrize("values", [[1.0, math.nan, 2.0], [1.0, math.inf, 2.0], [math.nan] * 12])
def test_a_point_that_is_missing_or_infinite_is_refused(values: list[float]) -> None:
    for chart in (fit_limits, control_chart):
        with pytest.raises(ValueError, match="missing or infinite"):
            chart(values)


@pytest.mark.parametrize("place", [0, 4, 6])
def test_points_that_are_alike_but_for_a_spike_are_on_no_side(place: int) -> None:
    values = [0.0] * 14
    values[place] = 50.0
    assert control_chart(values).points[-1].signals == ()
    assert control_chart([*values[:7], *[-20.0] * 7]).variation("higher") == "worse"


@pytest.mark.long
@pytest.mark.parametrize("points", [8, 12, 24])
def test_with_no_change_the_last_point_rarely_signals(points: int) -> None:
    random = np.random.default_rng(20090401)
    charts = 1500
    alarms = sum(
        bool(control_chart(list(random.normal(size=points))).points[-1].signals) for _ in range(charts)
    )
    assert alarms / charts < 0.025
