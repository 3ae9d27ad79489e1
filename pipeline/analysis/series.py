"""One measure of one service by its plan: before and after, an interrupted series, or against other services."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.analysis.change import ChangeVerdict
from pipeline.analysis.design_checks import CheckRules, check_declared
from pipeline.analysis.designs import Finding, decide_by_clusters, judge_against
from pipeline.analysis.monthly import Followed, follow_months, interrupt
from pipeline.analysis.months import last_complete_month, month_number
from pipeline.analysis.series_checks import (
    check_autocorrelation,
    check_few_services,
    check_placebo_dates,
    check_placebo_groups,
    check_placebo_start,
    check_pre_trend,
    check_services,
)
from pipeline.analysis.side_by_side import compare_sides, put_side, tell_sides
from pipeline.analysis.tally import difference, of_measure
from pipeline.contract.context import DatasetFacts, MeasureFacts
from pipeline.contract.plans import EvaluationPlan
from pipeline.stats.interrupted_series import SeriesModel
from pipeline.stats.results import NotEstimable, Result

MODEL = SeriesModel()
"""Level and slope may both change; months may lean on one another. Decided here for every plan, not by its data."""
_PER_CENT = 100
_NO_SIZE = NotEstimable("a measure has no standard deviation of starting scores")


def assess_measure(
    measures: pd.DataFrame,
    measure: MeasureFacts,
    plan: EvaluationPlan,
    dataset: DatasetFacts,
    rules: CheckRules,
) -> Finding:
    """The plan's outcome by its design; `measures` hold the service and those it is compared with."""
    rows = of_measure(measures, measure)
    last = min(month_number(plan.last_day), last_complete_month(dataset.complete_to))
    months = month_number(plan.first_day), month_number(plan.start), last
    match plan.design:
        case "interrupted_series":
            return _interrupted(rows, measure, plan, months, rules)
        case "difference_in_differences":
            return _side_by_side(rows, measure, plan, months, rules)
        case _:
            return _before_and_after(rows, measure, plan, months, rules)


def _unknown(measure: MeasureFacts, plan: EvaluationPlan, size: int, why: str) -> Finding:
    none = NotEstimable(why)
    return Finding(measure.measure_id, size, none, none, "too few to say", "descriptive", plan)


def _few(rules: CheckRules) -> str:
    return f"fewer than {rules.minimum_pairs} counted before the start or after it"


def _before_and_after(
    rows: pd.DataFrame,
    measure: MeasureFacts,
    plan: EvaluationPlan,
    months: tuple[int, int, int],
    rules: CheckRules,
) -> Finding:
    side = put_side(rows, plan.service_id, *months)
    if side.size < rules.minimum_pairs:
        return _unknown(measure, plan, side.size, _few(rules))
    moved = _in_points(difference(side.after, side.before, measure.unit, rules.confidence_level), measure)
    verdict = judge_against(moved, 0.0, measure.direction == "higher")
    checks = (
        check_declared(plan),
        check_placebo_dates(follow_months(rows, plan.service_id, months, measure.unit), _FLAT, rules),
    )
    return Finding(
        measure.measure_id, side.fewest, moved, _NO_SIZE, verdict, "before and after", plan, checks
    )


_FLAT = replace(MODEL, trend="none")


def _in_points(result: Result, measure: MeasureFacts) -> Result:
    """A difference of shares in percentage points."""
    if isinstance(result, NotEstimable) or measure.unit != "percent":
        return result
    value, lower, upper = (_PER_CENT * number for number in (result.value, result.lower, result.upper))
    return replace(result, value=value, lower=lower, upper=upper, unit="percentage points")


def _interrupted(
    rows: pd.DataFrame,
    measure: MeasureFacts,
    plan: EvaluationPlan,
    months: tuple[int, int, int],
    rules: CheckRules,
) -> Finding:
    side = put_side(rows, plan.service_id, *months)
    if side.size < rules.minimum_pairs:
        return _unknown(measure, plan, side.size, _few(rules))
    counted = follow_months(rows, plan.service_id, months, measure.unit)
    series = interrupt(counted, MODEL, rules.confidence_level)
    if isinstance(series, NotEstimable):
        return _unknown(measure, plan, side.size, series.reason)
    verdict = judge_against(series.level_change, 1.0, measure.direction == "higher")
    checks = (
        check_declared(plan),
        check_placebo_dates(counted, MODEL, rules),
        check_autocorrelation(series, rules),
    )
    return Finding(
        measure.measure_id,
        side.fewest,
        series.level_change,
        _NO_SIZE,
        verdict,
        "interrupted series",
        plan,
        checks,
        Followed(counted, series),
    )


def _side_by_side(
    rows: pd.DataFrame,
    measure: MeasureFacts,
    plan: EvaluationPlan,
    months: tuple[int, int, int],
    rules: CheckRules,
) -> Finding:
    own = put_side(rows, plan.service_id, *months)
    others, _ = tell_sides(rows, plan.compared_services, months, rules.minimum_pairs)
    if own.size < rules.minimum_pairs:
        return _unknown(measure, plan, own.size, _few(rules))
    effect = compare_sides(own, others, measure.unit, rules.confidence_level)
    if isinstance(effect, NotEstimable):
        return _unknown(measure, plan, own.size, effect.reason)
    higher, level = measure.direction == "higher", rules.confidence_level
    verdict: ChangeVerdict = judge_against(effect, 0.0, higher)
    before = range(months[0], months[1])
    checks = (
        check_declared(plan),
        check_pre_trend(rows, own, others, before, measure.unit, level),
        check_placebo_start(rows, own, others, before, measure.unit, level),
        check_placebo_groups(own, others, measure.unit, verdict),
        check_services(own, others, measure.unit, verdict, higher, level),
    )
    found = Finding(
        measure.measure_id, own.fewest, effect, _NO_SIZE, verdict, "comparison group", plan, checks
    )
    return decide_by_clusters(found, check_few_services(own, others, measure.unit, rules))
