"""Whether a curve turned: periods before the action forecast those since, all together."""

import datetime as dt
from dataclasses import replace

import facts
import numpy as np
import pytest

from pipeline.analysis.performance.curves import judge_curve
from pipeline.analysis.performance.periods import PeriodFigure
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally

MEASURE = replace(facts.MEASURE, measure_id="took_part", title="Took part")
PLANS = replace(MEASURE, measure_id="plans", unit="per_100_child_years", direction="lower")
CURVE = replace(facts.CURVE, measure_id="took_part", action="A seat in planning", target=55.0)
QUARTERS = [f"{year}-q{quarter}" for year in (2009, 2010, 2011, 2012) for quarter in (1, 2, 3, 4)][1:13]
FLAT = [0.30, 0.32, 0.29, 0.31, 0.30, 0.31, 0.29, 0.32]


def figures(rates: list[float], size: int = 400) -> list[PeriodFigure]:
    """Quarters with so many children each."""
    return [
        PeriodFigure(quarter, Tally(round(rate * size), size, 0.0), "ready")
        for quarter, rate in zip(QUARTERS, rates, strict=False)
    ]


@pytest.mark.parametrize(
    ("since", "verdict"),
    [
        ([0.50, 0.51, 0.49, 0.50], "turned"),
        ([0.31, 0.30, 0.31, 0.30], "not turned"),
        ([0.20, 0.21, 0.19, 0.20], "not turned"),
        ([0.34, 0.35, 0.33, 0.34], "cannot tell yet"),
    ],
)
def test_a_curve_is_judged_by_what_came_after_its_action(since: list[float], verdict: str) -> None:
    found = judge_curve(CURVE, MEASURE, figures([*FLAT, *since]), 0.95)
    assert (found.verdict, found.before, found.after) == (verdict, 8, 4)


def test_figures_are_in_the_unit_of_the_measure() -> None:
    found = judge_curve(CURVE, MEASURE, figures([*FLAT, 0.50, 0.51, 0.49, 0.50]), 0.95)
    assert found.departure is not None
    assert found.departure.value == pytest.approx(19.5, abs=1.5)
    assert list(found.forecasts) == QUARTERS[8:]
    assert found.tried is not None
    assert found.tried.forecasts == 4


def test_a_trend_that_was_there_before_is_no_turn() -> None:
    rates = [0.20 + 0.02 * place for place in range(12)]
    assert judge_curve(CURVE, MEASURE, figures(rates), 0.95).verdict == "cannot tell yet"


def test_the_way_to_the_target_is_straight_from_the_forecast_at_the_action() -> None:
    """From 30 to 55 in two years; the middles of four quarters lie about an eighth, 3, 5 and 7 eighths of a year on."""
    level = figures([0.30] * 12)
    found = judge_curve(CURVE, MEASURE, level, 0.95)
    assert found.needed == pytest.approx(25 * np.mean([1, 3, 5, 7]) / 16, abs=0.2)
    past = replace(CURVE, due=dt.date(2011, 4, 2))
    assert judge_curve(past, MEASURE, level, 0.95).needed == pytest.approx(25, abs=0.1)


@pytest.mark.parametrize(("before", "after"), [(5, 4), (8, 1)])
def test_too_few_periods_on_a_side_are_too_few_to_say(before: int, after: int) -> None:
    rates = figures([*FLAT, 0.50, 0.51, 0.49, 0.50])
    kept = [*rates[8 - before : 8], *rates[8 : 8 + after]]
    found = judge_curve(CURVE, MEASURE, kept, 0.95)
    assert (found.verdict, found.before, found.after) == ("too few to say", before, after)


def test_periods_not_to_be_judged_and_many_of_few_tell_nothing() -> None:
    rates = figures([*FLAT, 0.50, 0.51, 0.49, 0.50])
    recent = [*rates[:9], *(replace(each, state="too recent") for each in rates[9:])]
    assert judge_curve(CURVE, MEASURE, recent, 0.95).after == 1
    few = Tally(0, 5, 0.0, rule=Disclosure(7, 5))
    hidden = [replace(each, tally=few) if place in (1, 3, 5, 7) else each for place, each in enumerate(rates)]
    found = judge_curve(CURVE, MEASURE, hidden, 0.95)
    assert (found.verdict, found.departure) == ("too few to say", None)


@pytest.mark.parametrize(
    "before",
    [
        [0.9, 0.98, 0.9, 0.99, 0.92, 1.0, 0.95, 1.0],
        [0.55, 0.62, 0.68, 0.75, 0.81, 0.88, 0.94, 0.99],
        [1.0] * 8,
        [0.02, 0.0, 0.01, 0.0, 0.03, 0.0, 0.0, 0.01],
        [0.4, 0.35, 0.28, 0.22, 0.16, 0.1, 0.05, 0.01],
    ],
)
@pytest.mark.parametrize("size", [20, 400])
def test_a_forecast_of_a_share_is_no_lower_and_no_higher_than_a_share_can_be(
    before: list[float], size: int
) -> None:
    found = judge_curve(CURVE, MEASURE, figures([*before, *before[-1:] * 4], size), 0.95)
    for told in found.forecasts.values():
        assert 0 <= told.lower < told.value < told.upper <= 100
    assert found.verdict in ("cannot tell yet", "not turned")


def test_of_a_rate_fewer_may_be_better_and_none_at_all_is_no_certainty() -> None:
    tallies = [Tally(events, 0, 150.0) for events in [40, 42, 38, 41, 40, 39, 42, 40, 10, 11, 9, 10]]
    plans = [PeriodFigure(quarter, tally, "ready") for quarter, tally in zip(QUARTERS, tallies, strict=True)]
    found = judge_curve(replace(CURVE, target=20.0), PLANS, plans, 0.95)
    assert found.verdict == "turned"
    none = [replace(each, tally=Tally(0, 0, 150.0)) for each in plans]
    flat = judge_curve(replace(CURVE, target=0.0), PLANS, none, 0.95)
    assert flat.departure is not None
    assert flat.departure.lower < 0 <= flat.departure.upper
