"""Measures over time: which periods are judged, what their chart says, and where it cannot say anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.analysis.group_counts import Tally, tally_by
from pipeline.analysis.performance.kpis import judge_kpi, signals_of, size_between
from pipeline.analysis.performance.periods import PeriodFigure, follow_periods, rate_of
from pipeline.contract.context import Definition, Direction, MeasureFacts

SINCE = dt.date(2009, 4, 1)
MEASURE = MeasureFacts("started", "Started", "percent", "higher", (Definition(1, SINCE),))
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", (Definition(1, SINCE),))
QUARTERS = [f"{year}-q{quarter}" for year in (2009, 2010, 2011, 2012) for quarter in (1, 2, 3, 4)][1:13]
SETTLED = dt.date(2011, 12, 31)


def no_rows() -> pd.DataFrame:
    return pd.DataFrame(columns=["month", "period", "events", "total", "child_years"])


def counted(rows: dict[str, tuple[int, int]], measure: MeasureFacts = MEASURE) -> pd.DataFrame:
    return pd.DataFrame(
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
    ).assign(child_years=0.0)


def protect(count: int) -> int | None:
    return None if 0 < count < 8 else count


def states(measure: MeasureFacts, since: dt.date = SINCE) -> list[str]:
    frame = counted(dict.fromkeys(QUARTERS, (80, 100)))
    return [f.state for f in follow_periods(tally_by(frame, "period"), measure, since, protect)]


def figures(rates: list[float | None]) -> list[PeriodFigure]:
    return [
        PeriodFigure(period, None if rate is None else Tally(round(rate * 100), 100, 0.0), "ready")
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
        judge_kpi(
            follow_periods(tally_by(counted(rows), "period"), measure, SINCE, protect), measure, None, no_rows
        )
        for measure in (naive, waiting)
    ]
    assert [verdict.variation for verdict in verdicts] == ["worse", "no clear change"]


def test_a_hidden_period_is_kept_as_hidden_and_an_empty_one_is_none() -> None:
    frame = counted({"2009-q2": (3, 100), "2009-q3": (0, 0), "2009-q4": (50, 100)})
    first, second = follow_periods(tally_by(frame, "period"), MEASURE, SINCE, protect)
    assert (first.shown, first.judged) == (None, False)
    assert second.shown is not None
    assert rate_of(second.shown, MEASURE) == 50.0


@pytest.mark.parametrize(
    ("points", "hidden", "variation"),
    [
        (7, 0, "too few to say"),
        (8, 0, "no clear change"),
        (9, 3, "no clear change"),
        (8, 3, "too few to say"),
    ],
)
def test_a_verdict_needs_eight_points_and_three_in_four_shown(
    points: int, hidden: int, variation: str
) -> None:
    rates: list[float | None] = [0.6, 0.61] * 6
    shown = figures([*[None] * hidden, *rates[:points]])
    assert judge_kpi(shown, MEASURE, None, no_rows).variation == variation


def test_a_target_is_held_against_the_limits_of_a_steady_measure() -> None:
    steady = figures([0.5, 0.52] * 6)
    found = [judge_kpi(steady, MEASURE, target, no_rows).assurance for target in (30.0, 51.0, 95.0, None)]
    assert found == ["reached", "may go either way", "missed", None]


def test_a_shift_is_told_with_its_signals_and_is_no_time_to_hold_a_target_against_it() -> None:
    rates: list[float | None] = [0.5, 0.52, 0.5, 0.52, 0.5, 0.7, 0.72, 0.7, 0.72, 0.7, 0.72, 0.7]
    verdict = judge_kpi(figures(rates), MEASURE, 95.0, no_rows)
    assert (verdict.variation, verdict.assurance) == ("better", None)
    assert verdict.chart is not None
    assert signals_of(figures(rates), verdict.chart)["2012-q1"][-1] == "one side"
    assert verdict.limits is not None
    assert not verdict.limits.trial


def monthly(events: list[int], first: int = 2009 * 12 + 3) -> pd.DataFrame:
    months = range(first, first + len(events))
    periods = [f"{month // 12}-q{month % 12 // 3 + 1}" for month in months]
    return pd.DataFrame(
        {"month": months, "period": periods, "events": events, "total": 0, "child_years": 2.0}
    )


def test_size_between_events_counts_child_years() -> None:
    assert size_between(monthly([1, 0, 2])) == [3.5, 1.0]
    assert size_between(monthly([2, 1]).assign(child_years=0.0)) == []


def judge_plans(events: list[int], direction: Direction = "lower") -> tuple[str, str]:
    hidden = figures([None] * 12)
    verdict = judge_kpi(hidden, replace(PLANS, direction=direction), None, lambda: monthly(events))
    assert verdict.chart is None
    return verdict.variation, verdict.read


def test_rare_events_are_read_from_the_times_between_them() -> None:
    steady = [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1] * 3
    assert judge_plans(steady) == ("no clear change", "times between")
    rarer = [*[1, 0] * 10, *[0] * 40, 1]
    assert judge_plans(rarer, "lower") == ("better", "times between")
    assert judge_plans(rarer, "higher") == ("worse", "times between")


def test_few_events_a_period_are_read_from_their_exact_counts() -> None:
    steady = [1, 1, 2] * 12
    assert judge_plans(steady) == ("no clear change", "exact counts")
    assert judge_plans([*[1, 1, 1] * 11, 7, 7, 7]) == ("worse", "exact counts")


def test_with_few_events_nothing_is_said() -> None:
    assert judge_plans([1, 0, 1] * 6 + [0, 1, 0] * 6) == ("no clear change", "exact counts")
    assert judge_plans([1] * 8 + [0] * 28) == ("too few to say", "chart")


def judge_share(events: list[int], total: int = 30) -> tuple[str, str]:
    months = monthly(events).assign(total=total, child_years=0.0)
    verdict = judge_kpi(figures([None] * 12), replace(MEASURE, direction="lower"), None, lambda: months)
    assert verdict.chart is None
    return verdict.variation, verdict.read


def test_rare_events_of_a_share_are_read_from_the_cases_between_them() -> None:
    assert judge_share([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1] * 3) == ("no clear change", "cases between")
    assert judge_share([*[1, 0, 1] * 3, *[0] * 24, 1, 1, 1]) == ("no clear change", "cases between")
    assert judge_share([*[1] * 10, *[0] * 25, 1]) == ("better", "cases between")


def test_a_share_of_few_events_is_read_from_its_exact_counts_unless_of_few_children() -> None:
    assert judge_share([1, 1, 0] * 12) == ("no clear change", "exact counts")
    assert judge_share([*[1, 1, 0] * 11, 5, 6, 7]) == ("worse", "exact counts")
    assert judge_share([1, 1, 0] * 12, total=3) == ("too few to say", "chart")


SAME = [
    ([(40, 42)] * 11 + [(42, 43)], "higher"),
    ([(42, 43)] * 11 + [(40, 42)], "higher"),
    ([(88, 90)] * 11 + [(93, 93)], "lower"),
    ([(97, 98), (98, 98), (97, 97)] * 4, "higher"),
    ([(57, 58)] * 15 + [(58, 62)], "higher"),
    ([(12, 12)] * 9 + [(13, 13), (12, 13)], "higher"),
]


@pytest.mark.parametrize(("counts", "direction"), SAME)
def test_two_roundings_against_each_other_are_no_change(
    counts: list[tuple[int, int]], direction: Direction
) -> None:
    rounded = [
        PeriodFigure(f"{2009 + place // 4}-q{place % 4 + 1}", Tally(*each, 0.0).protected(to_five), "ready")
        for place, each in enumerate(counts)
    ]
    exact = [replace(figure, shown=Tally(*each, 0.0)) for figure, each in zip(rounded, counts, strict=True)]
    for seen in (rounded, exact):
        assert judge_kpi(seen, replace(MEASURE, direction=direction), None, no_rows).variation == (
            "no clear change"
        )


def to_five(count: int) -> int | None:
    """The NHS rule."""
    if count == 0:
        return 0
    return None if count <= 7 else max(10, (2 * count + 5) // 10 * 5)
