"""Forecasts of a target's figure: within what it can be, with the interval of new months, and the words for it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_baseline_and_targets import FIRST, NO_CELLS, NOTHING, RULES, TARGET, assess, context, rows

from pipeline.analysis.equality.target_evidence import Tables
from pipeline.analysis.equality.targets import TargetEvidence, assess_target
from pipeline.contract.context import ScaleFacts
from pipeline.stats.results import Estimate, NotEstimable

LATER = dt.date(2013, 3, 31)
LEVEL = replace(TARGET, comparator=None, due=LATER)
Shares = Callable[[int], float]


def by_month(black: Shares, white: Shares = lambda month: 0.6, size: int = 50) -> pd.DataFrame:
    """Three years of months in which so many of each group have the outcome."""
    return pd.concat(
        rows(
            {"Black": (round(size * black(place)), size), "White": (round(200 * white(place)), 200)},
            range(FIRST + place, FIRST + place + 1),
        )
        for place in range(36)
    )


def forecast_of(evidence: TargetEvidence) -> Estimate:
    assert isinstance(evidence.forecast, Estimate)
    return evidence.forecast


RISING: list[Shares] = [
    lambda month: 0.40 + 0.016 * month,
    lambda month: min(1.0, 0.70 + 0.01 * month),
    lambda month: 1.0,
    lambda month: 0.98 + 0.02 * (month % 2),
    lambda month: 0.60 - 0.016 * month,
    lambda month: 0.02 * (month % 2),
]


@pytest.mark.long
@pytest.mark.parametrize("black", RISING)
@pytest.mark.parametrize("size", [10, 50, 500])
def test_a_share_is_forecast_within_0_and_100_per_cent(black: Shares, size: int) -> None:
    told = forecast_of(assess(by_month(lambda month: max(0.0, black(month)), size=size), LEVEL))
    assert 0 <= told.lower <= told.value <= told.upper <= 1
    assert told.lower < told.upper


def test_a_share_that_rises_steadily_is_forecast_where_it_will_be() -> None:
    """So large that chance says nothing: a forecast for a month earlier or later would be off by .007."""

    def share(month: float) -> float:
        return float(1 / (1 + np.exp(0.5 - 0.04 * month)))

    told = forecast_of(assess(by_month(share, size=1_000_000), LEVEL))
    assert told.value == pytest.approx(np.mean([share(month) for month in (37, 40, 43, 46)]), abs=0.002)


@pytest.mark.parametrize("goal", [100.5, 104.0, 120.0])
def test_nothing_is_on_track_for_a_target_beyond_the_scale(goal: float) -> None:
    """A straight line through these months would be at 117 % by the date."""
    evidence = assess(by_month(RISING[0]), replace(LEVEL, target=goal))
    assert evidence.verdict in ("off track", "cannot tell yet")


def test_a_gap_is_forecast_from_two_shares_that_each_stay_within_theirs() -> None:
    told = forecast_of(
        assess(by_month(lambda month: 0.3 + 0.018 * month, lambda month: 0.97), replace(TARGET, due=LATER))
    )
    assert told.upper <= 1 - 0.9
    assert told.value <= 0.05


def test_the_interval_is_that_of_the_months_judged_and_not_of_the_line() -> None:
    """With ever more quarters behind it, a line is known ever better; a year of 600 children is not."""
    told = forecast_of(assess(by_month(lambda month: 0.5), LEVEL))
    chance = 1.96 * np.sqrt(0.25 / 600)
    assert told.upper - told.value > chance
    assert told.value - told.lower > chance


def test_three_years_of_quarters_tell_a_season_and_fewer_do_not() -> None:
    def season(month: int) -> float:
        return 0.5 + 0.15 * float(np.sin(2 * np.pi * month / 12))

    known = assess(by_month(season), replace(LEVEL, baseline=0.5, due=dt.date(2012, 12, 31)))
    assert (known.seasonal, assess(by_month(season), LEVEL).seasonal) == (True, False)


def scored(means: list[float], target: float, compared: float | None = None) -> TargetEvidence:
    """Children reviewed in each quarter, their improvements spread about its mean; the scale goes from 0 to 10.

    `compared` is the improvement of as many children who were not in the service.
    """
    scores = pd.DataFrame(
        [
            {
                "scale": "wellbeing",
                "arm": "treated",
                "improvement": mean + step,
                "review_date": dt.date(2009 + (3 * quarter + 4) // 12, (3 * quarter + 4) % 12 + 1, 15),
                "child": 100 * quarter + place,
                "ethnic_group": "Black",
                "ethnicity": "BLACK",
            }
            for quarter, mean in enumerate(means)
            for place, step in enumerate([-0.2, -0.1, 0.0, 0.1, 0.2] * 6)
        ]
    )
    if compared is not None:
        scores = pd.concat([scores, scores.assign(arm="comparison", improvement=compared)])
    scale = ScaleFacts("wellbeing", "Well-being", 0.0, 10.0, "higher")
    asked = replace(
        LEVEL, kind="change_in_score", measure_id="wellbeing", target=target, due=dt.date(2015, 3, 31)
    )
    return assess_target(
        asked, Tables(NO_CELLS, NO_CELLS, scores, NOTHING), replace(context(), scales=(scale,)), RULES
    )


def test_a_line_that_leaves_its_scale_is_no_forecast() -> None:
    rising = scored([0.5 + 0.7 * quarter for quarter in range(12)], 9.0)
    assert rising.forecast == NotEstimable("the line leaves the scale before the target's date")
    assert (rising.verdict, rising.reason) == ("cannot tell yet", "no forecast")
    steady = scored([3.0, 3.1, 2.9, 3.0] * 3, 2.5)
    assert steady.verdict == "on track"


def test_a_target_of_change_is_of_the_children_in_the_service_alone() -> None:
    steady = [3.0, 3.1, 2.9, 3.0] * 3
    alone, beside = scored(steady, 2.5), scored(steady, 2.5, compared=-5.0)
    assert (beside.current, beside.forecast, beside.verdict) == (alone.current, alone.forecast, alone.verdict)
