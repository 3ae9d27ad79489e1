"""Signals of a control chart, each rule just inside, at and just outside its boundary; variation and assurance."""

import numpy as np
import pytest

from pipeline.stats.monitoring.control_chart import (
    ControlChart,
    Limits,
    Point,
    Signals,
    find_signals,
    signs_of,
)

UNIT = Limits(mean=0.0, lower=-3.0, upper=3.0, trial=False)
LEVEL = [0.5, -0.5] * 4


def read(points: list[float]) -> list[Signals]:
    """The signals of points around 0 whose limits are 3 to either side."""
    values = np.array(points)
    sides, far = signs_of(values), np.abs(values)
    return find_signals(np.where(far > 3, sides, 0), np.where(far > 2, sides, 0), sides, values)


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
    assert tuple(name for name, _ in read([*LEVEL, *points])[-1]) == signals


def test_a_signal_says_its_side() -> None:
    assert read([*LEVEL, -3.5])[-1] == (("outside", -1),)
    assert read([-2.5, -2.4, -2.3, -2.2, -2.1, -1.9, -1.8])[-1] == (("one side", -1), ("rise or fall", 1))


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


def test_points_that_are_all_alike_signal_nothing() -> None:
    assert read([0.1 + 0.2] * 12)[-1] == ()


@pytest.mark.parametrize("place", [0, 4, 6])
def test_points_that_are_alike_but_for_a_spike_are_on_no_side(place: int) -> None:
    values = [-1.0] * 14
    values[place] = 13.0
    assert read(values)[-1] == ()
    assert read([*values[:7], *[-2.5] * 7])[-1] == (("two of three", -1), ("one side", -1))
