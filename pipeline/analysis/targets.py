"""Race-equality targets judged: baseline rule, evidence, verdict."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.analysis.months import Window, baseline_window, last_complete_month, month_number
from pipeline.analysis.tally import (
    NOBODY,
    Protect,
    Tally,
    between_months,
    difference,
    level,
    of_measure,
    reference_tally,
    tally_groups,
    unknown_share,
)
from pipeline.analysis.verdicts import Verdict, judge_target, months_needed
from pipeline.contract.context import Context, Direction, MeasureFacts, Target
from pipeline.stats.power import detectable_difference
from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.trend import linear_forecast

_QUARTER = 3
_PER_CENT = 100
_FORMING: Verdict = "baseline forming"


@dataclass(frozen=True)
class JudgementRules:
    """The policy of `params.yaml` that a verdict depends on."""

    baseline_months: int
    window_months: int
    minimum_total: int
    maximum_unknown: float
    confidence_level: float
    protect: Protect


@dataclass(frozen=True)
class Baseline:
    """Where a target starts from: stated in the register, or measured in the first months (L3)."""

    kind: Literal["stated", "first months", "forming"]
    window: Window | None
    group: Tally | None
    reference: Tally | None


@dataclass(frozen=True)
class TargetEvidence:
    """A target, what the data say of it, and the verdict. Values in the measure's own unit (shares, not %)."""

    target: Target
    measure: MeasureFacts
    baseline: Baseline
    window: Window
    group: Tally
    reference: Tally | None
    current: Result
    forecast: Result | None
    verdict: Verdict
    reason: str
    detectable: float | NotEstimable
    months_needed: int | NotEstimable


def goal_value(target: Target, measure: MeasureFacts) -> float:
    """The target's value in the measure's own unit."""
    return target.target / _PER_CENT if measure.unit == "percent" else target.target


def _measured(
    rows: pd.DataFrame, target: Target, measure: MeasureFacts, confidence: float
) -> tuple[Tally, Tally | None, Result]:
    tallies = tally_groups(rows)
    group = tallies.get(target.ethnic_group, NOBODY)
    if target.comparator is None:
        return group, None, level(group, measure.unit, confidence)
    reference = reference_tally(tallies, target.ethnic_group, target.comparator)
    return group, reference, difference(group, reference, measure.unit, confidence)


def assess_baseline(
    target: Target,
    measure: MeasureFacts,
    rows: pd.DataFrame,
    commissioned_from: dt.date,
    last_month: int,
    rules: JudgementRules,
) -> Baseline:
    """A stated baseline wins; else the first months of commissioned work; else, until they are over, forming."""
    if target.baseline is not None:
        return Baseline("stated", None, None, None)
    window = baseline_window(commissioned_from, rules.baseline_months)
    if window.last > last_month:
        return Baseline("forming", window, None, None)
    first = between_months(rows, window.first, window.last)
    return Baseline("first months", window, *_measured(first, target, measure, rules.confidence_level)[:2])


def scored_window(baseline: Baseline, due: dt.date, last_month: int, first_month: int, months: int) -> Window:
    """The last `months` months up to the due date, never reaching into the baseline's own months."""
    last = min(last_month, month_number(due))
    earliest = baseline.window.last + 1 if baseline.window else first_month
    return Window(max(earliest, last - months + 1), last)


def _forecast(
    rows: pd.DataFrame, target: Target, measure: MeasureFacts, first: int, last: int, confidence: float
) -> Result:
    middles, estimates = [], []
    for start in range(last - _QUARTER + 1, first - 1, -_QUARTER):
        quarter = between_months(rows, start, start + _QUARTER - 1)
        result = _measured(quarter, target, measure, confidence)[2]
        if isinstance(result, Estimate) and result.upper > result.lower:
            middles.append(start + 1.0)
            estimates.append(result)
    return linear_forecast(
        middles, estimates, at=float(month_number(target.due)), confidence_level=confidence
    )


@dataclass(frozen=True)
class _Shown:
    """What may be shown of a target's figure, all of it from the counts as they may be published."""

    current: Result
    detectable: float | NotEstimable


def _as_shown(group: Tally, reference: Tally | None, measure: MeasureFacts, rules: JudgementRules) -> _Shown:
    own = group.protected(rules.protect)
    other = reference.protected(rules.protect) if reference else None
    if own is None or (reference is not None and other is None):
        hidden = NotEstimable("the figure rests on a small number of children")
        return _Shown(hidden, hidden)
    confidence = rules.confidence_level
    if other is None:
        return _Shown(level(own, measure.unit, confidence), _smallest_gap(own, other, confidence))
    return _Shown(difference(own, other, measure.unit, confidence), _smallest_gap(own, other, confidence))


def _smallest_gap(group: Tally, reference: Tally | None, confidence: float) -> float | NotEstimable:
    if reference is None or not (group.total and reference.total):
        return NotEstimable("given for gaps between percentages only")
    return detectable_difference(group.total, reference.total, reference.events / reference.total, confidence)


def _verdict(
    evidence: Result,
    forecast: Result | None,
    goal: float,
    direction: Direction,
    smallest: int,
    unknown: float,
    rules: JudgementRules,
) -> tuple[Verdict, str]:
    if smallest < rules.minimum_total:
        return "too few to say", f"fewer than {rules.minimum_total} in one of the groups"
    if unknown > rules.maximum_unknown:
        return "cannot tell yet", f"ethnicity is not known for more than {rules.maximum_unknown:.0%}"
    return judge_target(evidence, forecast, goal, direction)


def assess_target(
    target: Target, measures: pd.DataFrame, context: Context, rules: JudgementRules
) -> TargetEvidence:
    """Judge one target on a tidy measures table that holds the services it is set for."""
    measure = context.measure(target.measure_id)
    rows = of_measure(measures, measure)
    last_month = last_complete_month(context.dataset.complete_to)
    start = max(context.commissioned_from, measure.since)
    baseline = assess_baseline(target, measure, rows, start, last_month, rules)
    window = scored_window(baseline, target.due, last_month, month_number(start), rules.window_months)
    inside = between_months(rows, window.first, window.last)
    group, reference, current = _measured(inside, target, measure, rules.confidence_level)
    goal = goal_value(target, measure)
    shown = _as_shown(group, reference, measure, rules)
    passed = month_number(target.due) <= last_month
    first = baseline.window.last + 1 if baseline.window else month_number(start)
    forecast = None if passed else _forecast(rows, target, measure, first, last_month, rules.confidence_level)
    smallest = min(group.size, reference.size if reference else group.size)
    unknown = unknown_share(inside)
    if baseline.kind == "forming":
        judged: tuple[Verdict, str] = _FORMING, f"under {rules.baseline_months} months of commissioned work"
    else:
        known = (goal, measure.direction, smallest, unknown, rules)
        judged = _verdict(current, forecast, *known)
        if forecast is None and judged[0] != _verdict(shown.current, None, *known)[0]:
            judged = "cannot tell yet", "the figure as it may be shown lies too near the target"
    return TargetEvidence(
        target=target,
        measure=measure,
        baseline=baseline,
        window=window,
        group=group,
        reference=reference,
        current=current,
        forecast=forecast,
        verdict=judged[0],
        reason=judged[1],
        detectable=shown.detectable,
        months_needed=months_needed(shown.current, goal, window),
    )
