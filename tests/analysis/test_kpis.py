"""Measures over time: which periods are judged, what their chart says, and where it cannot say anything."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.performance.kpis import judge_kpi, signals_of
from pipeline.analysis.performance.periods import PeriodFigure, follow_periods
from pipeline.contract.context import Definition, Direction, MeasureFacts
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Sum, Tally

SINCE = dt.date(2009, 4, 1)
MEASURE = MeasureFacts("started", "Started", "percent", "higher", (Definition(1, SINCE),))
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", (Definition(1, SINCE),))
QUARTERS = [f"{year}-q{quarter}" for year in (2009, 2010, 2011, 2012) for quarter in (1, 2, 3, 4)][1:13]
SETTLED = dt.date(2011, 12, 31)
NHS = Disclosure(hide_up_to=7, round_to=5)
OF_FEW = Tally(0, 5, 0.0, rule=NHS)


def counted(rows: dict[str, tuple[int, int]], measure: MeasureFacts = MEASURE) -> dict[str, Tally]:
    frame = pd.DataFrame(
        [
            {
                "measure_id": measure.measure_id,
                "version": 1,
                "period": period,
                "events": events,
                "total": total,
            }
            for period, (events, total) in rows.items()
        ]
    )
    return Cells(frame.assign(child_years=0.0)).tally_by("period")


def states(measure: MeasureFacts, since: dt.date = SINCE) -> list[str]:
    tallies = counted(dict.fromkeys(QUARTERS, (80, 100)))
    return [f.state for f in follow_periods(tallies, measure, since)]


def figures(rates: list[float | None]) -> list[PeriodFigure]:
    return [
        PeriodFigure(period, OF_FEW if rate is None else Tally(round(rate * 100), 100, 0.0), "ready")
        for period, rate in zip(QUARTERS, rates, strict=False)
    ]


def test_a_measure_whose_events_are_known_at_once_has_all_its_periods_judged() -> None:
    assert states(MEASURE) == ["ready"] * 12


def test_the_last_period_of_a_measure_with_a_lag_is_not_judged() -> None:
    assert states(replace(MEASURE, settled_to=SETTLED)) == ["ready"] * 11 + ["too recent"]


def test_the_first_periods_of_what_comes_late_in_a_stay_are_not_judged() -> None:
    measure = replace(MEASURE, grown_months=5)
    assert states(measure) == ["too early"] * 2 + ["ready"] * 10
    assert states(measure, dt.date(2010, 4, 1))[4:7] == ["too early", "too early", "ready"]


def test_censoring_at_the_end_is_no_worsening() -> None:
    """Planted: nine in ten start, and the last quarter shows seven in ten, its starts being still to come."""
    rows = {quarter: (90 + place % 2, 100) for place, quarter in enumerate(QUARTERS)} | {"2012-q1": (70, 100)}
    naive, waiting = MEASURE, replace(MEASURE, settled_to=SETTLED)
    verdicts = [
        judge_kpi(follow_periods(counted(rows), measure, SINCE), measure, None)
        for measure in (naive, waiting)
    ]
    assert [verdict.variation for verdict in verdicts] == ["worse", "no clear change"]


def test_a_period_of_few_people_is_kept_unjudged_and_an_empty_one_is_none() -> None:
    tallies = {"2009-q2": OF_FEW, "2009-q3": Tally(0, 0, 0.0), "2009-q4": Tally(50, 100, 0.0)}
    first, second = follow_periods(tallies, MEASURE, SINCE)
    assert (first.tally, first.judged, second.judged) == (OF_FEW, False, True)


@pytest.mark.parametrize(
    ("points", "few", "variation"),
    [
        (7, 0, "too few to say"),
        (7, 5, "too few to say"),
        (8, 0, "no clear change"),
        (8, 4, "no clear change"),
    ],
)
def test_a_verdict_needs_eight_periods_of_more_than_a_few_people(
    points: int, few: int, variation: str
) -> None:
    rates: list[float | None] = [0.6, 0.61] * 6
    shown = figures([*[None] * few, *rates[:points]])
    assert judge_kpi(shown, MEASURE, None).variation == variation


def test_a_target_is_held_against_the_limits_of_a_steady_measure() -> None:
    steady = figures([0.5, 0.52] * 6)
    found = [judge_kpi(steady, MEASURE, target).assurance for target in (30.0, 51.0, 95.0, None)]
    assert found == ["reached", "may go either way", "missed", None]


def test_a_shift_is_told_with_its_signals_and_is_no_time_to_hold_a_target_against_it() -> None:
    rates: list[float | None] = [0.5, 0.52, 0.5, 0.52, 0.5, 0.7, 0.72, 0.7, 0.72, 0.7, 0.72, 0.7]
    verdict = judge_kpi(figures(rates), MEASURE, 95.0)
    assert (verdict.variation, verdict.assurance) == ("better", None)
    assert verdict.chart is not None
    assert signals_of(figures(rates), verdict.chart)["2012-q1"][-1] == "one side"
    assert verdict.limits is not None
    assert not verdict.limits.trial


def rounded_periods(counts: list[tuple[int, int]], seed: int) -> list[PeriodFigure]:
    """Quarters of so many children who are others in each."""
    keys = np.random.default_rng(seed).integers(2**31, size=(len(counts), 2)).tolist()
    tallies = [Sum(*each, 0.0, 0.0, *own).tally(NHS) for each, own in zip(counts, keys, strict=True)]
    return [
        PeriodFigure(f"{2009 + place // 4}-q{place % 4 + 1}", tally, "ready")
        for place, tally in enumerate(tallies)
    ]


@pytest.mark.parametrize("measure", [MEASURE, PLANS])
def test_events_rarer_than_counts_are_rounded_to_tell_nothing(measure: MeasureFacts) -> None:
    def judged(events: int, rule: Disclosure) -> str:
        size = (100, 0.0) if measure is MEASURE else (0, 100.0)
        periods = [PeriodFigure(name, Tally(events, *size, rule=rule), "ready") for name in QUARTERS]
        return judge_kpi(periods, measure, None).variation

    assert judged(5, NHS) == judged(1, EXACT) == "no clear change"
    assert judged(4, NHS) == judged(0, EXACT) == "too few to say"


@pytest.mark.parametrize(
    ("events", "rule", "variation"),
    [(94, NHS, "no clear change"), (96, NHS, "too few to say"), (100, EXACT, "no clear change")],
)
def test_a_share_so_near_100_per_cent_that_rounding_moves_it_tells_nothing(
    events: int, rule: Disclosure, variation: str
) -> None:
    periods = [PeriodFigure(name, Tally(events, 100, 0.0, rule=rule), "ready") for name in QUARTERS]
    assert judge_kpi(periods, MEASURE, None).variation == variation


SAME = [
    ([(34, 42)] * 11 + [(36, 43)], "higher"),
    ([(36, 43)] * 11 + [(34, 42)], "higher"),
    ([(81, 90)] * 11 + [(86, 93)], "lower"),
    ([(12, 23)] * 9 + [(13, 23), (12, 22)], "higher"),
    ([(9, 98), (8, 98), (9, 97)] * 4, "lower"),
]


@pytest.mark.long
@pytest.mark.parametrize(("counts", "direction"), SAME)
def test_two_roundings_against_each_other_are_no_change(
    counts: list[tuple[int, int]], direction: Direction
) -> None:
    measure = replace(MEASURE, direction=direction)
    words = [judge_kpi(rounded_periods(counts, seed), measure, None).variation for seed in range(100)]
    assert sum(word in ("better", "worse") for word in words) <= 3
