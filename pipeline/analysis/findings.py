"""Findings as tables: what was evaluated, as rows with the columns that analysis/finding_columns.py declares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.analysis.equality.gap_changes import GapChange, GapVerdict
from pipeline.analysis.equality.gaps import GapWord, GroupGap, MeasureGaps
from pipeline.analysis.equality.target_figures import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.analysis.equality.targets import TargetEvidence, goal_value
from pipeline.analysis.finding_columns import GAP_CHANGES, GAPS, OUTCOMES, TARGETS, Row, as_frame
from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.months import first_day
from pipeline.contract.context import MeasureFacts
from pipeline.protect.rounding import Disclosure, People
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable, Result


def _estimate(result: Result) -> Row:
    """An estimate's columns; of none the reason stands where the method would."""
    if isinstance(result, NotEstimable):
        return {"method": result.reason}
    return {
        "estimate": result.value,
        "lower": result.lower,
        "upper": result.upper,
        "confidence_level": result.confidence_level,
        "method": result.method,
        "unit": result.unit,
    }


def _side(tally: Tally | None, prefix: str = "") -> Row:
    """What was counted; nothing where few stand behind it."""
    if tally is None or tally.few:
        return {}
    rate = bool(tally.child_years)
    return {
        f"{prefix}events": int(tally.events),
        f"{prefix}total": None if rate else int(tally.total),
        f"{prefix}child_years": tally.child_years if rate else None,
        f"{prefix}effect": tally.design_effect,
    }


def _mean_side(mean: MeanFigure | None, rule: Disclosure, prefix: str = "") -> Row:
    """How many children a mean is of."""
    return {} if mean is None else {f"{prefix}total": int(mean.children.shown(rule))}


def _figure(figure: TargetFigure, rule: Disclosure) -> Row:
    match figure:
        case CountedFigure():
            return {**_side(figure.group), **_side(figure.reference, "other_")}
        case Represented():
            share = figure.population_share
            known = share.value if isinstance(share, Between) else None
            return {**_side(figure.group), "population_share": known}
        case Scored():
            return {**_mean_side(figure.group, rule), **_mean_side(figure.reference, rule, "other_")}
        case _:
            raise TypeError(f"{type(figure).__name__} is no figure of a target")


def _month(number: int) -> str:
    return f"{first_day(number):%Y-%m}"


def _target(found: TargetEvidence, rule: Disclosure) -> Row:
    target, forecast = found.target, found.forecast
    row: Row = {
        "target_id": target.target_id,
        "version": target.version,
        "measure_id": found.measure.measure_id,
        "service_id": target.service_id or "",
        "ethnic_group": target.ethnic_group,
        "comparator": target.comparator or "",
        **_figure(found.reading, rule),
        **_estimate(found.current),
        "goal": goal_value(target, found.measure),
        "direction": target.direction,
        "due": f"{target.due}",
        # Of scores it is a share of pairs that were not rounded.
        "unknown_share": None if isinstance(found.reading, Scored) else found.unknown_share,
        "verdict": found.verdict,
        "reason": found.reason,
    }
    if found.window.months:
        row |= {"first_month": _month(found.window.first), "last_month": _month(found.window.last)}
    if isinstance(forecast, Estimate):
        row |= {
            "forecast": forecast.value,
            "forecast_lower": forecast.lower,
            "forecast_upper": forecast.upper,
        }
    return row


def tabulate_targets(found: Iterable[TargetEvidence], rule: Disclosure) -> pd.DataFrame:
    """Return a row a target, with the columns of TARGETS."""
    return as_frame((_target(each, rule) for each in found), TARGETS)


def _of_gap(measure: MeasureFacts, group: str, comparator: str) -> Row:
    return {
        "measure_id": measure.measure_id,
        "version": measure.version,
        "ethnic_group": group,
        "comparator": comparator,
    }


def _gap(found: MeasureGaps, gap: GroupGap, comparator: str, word: GapWord | None) -> Row:
    level = {}
    if isinstance(gap.level, Estimate):
        level = {"level": gap.level.value, "level_lower": gap.level.lower, "level_upper": gap.level.upper}
    return {
        **_of_gap(found.measure, gap.ethnic_group, comparator if gap.reference else ""),
        **_side(gap.tally),
        **level,
        **_side(gap.reference, "other_"),
        **_estimate(gap.difference),
        "unknown_share": found.unknown_share,
        "verdict": word,
    }


def tabulate_gaps(
    found: Iterable[MeasureGaps], words: Mapping[tuple[str, str], GapWord], comparator: str
) -> pd.DataFrame:
    """Return a row a measure and group, with the columns of GAPS."""
    rows = (
        _gap(each, gap, comparator, words.get((each.measure.measure_id, gap.ethnic_group)))
        for each in found
        for gap in each.gaps
    )
    return as_frame(rows, GAPS)


def _change(measure: MeasureFacts, change: GapChange, comparator: str, verdict: GapVerdict) -> Row:
    row = {
        **_of_gap(measure, change.ethnic_group, comparator),
        **_estimate(change.change),
        "verdict": verdict,
    }
    for name, gap in (("first", change.first), ("last", change.last)):
        row |= {**_side(gap.tally, f"{name}_"), **_side(gap.reference, f"{name}_other_")}
        row[f"{name}_gap"] = gap.difference.value if isinstance(gap.difference, Estimate) else math.nan
    return row


def tabulate_gap_changes(
    found: Iterable[tuple[MeasureFacts, Iterable[GapChange]]],
    verdicts: Mapping[tuple[str, str], GapVerdict],
    comparator: str,
) -> pd.DataFrame:
    """Return a row a measure and group, with the columns of GAP_CHANGES."""
    rows = (
        _change(measure, change, comparator, verdicts[measure.measure_id, change.ethnic_group])
        for measure, changes in found
        for change in changes
    )
    return as_frame(rows, GAP_CHANGES)


def tabulate_outcomes(
    found: Iterable[tuple[str, Finding]], verdicts: Mapping[tuple[str, str], str], rule: Disclosure
) -> pd.DataFrame:
    """Return a row a service and outcome, with the columns of OUTCOMES; without figures where few stand behind it."""
    rows = []
    for service_id, each in found:
        shown = each.size > rule.hide_up_to
        standardised = each.estimate.value if shown and isinstance(each.estimate, Estimate) else None
        row: Row = {
            "service_id": service_id,
            "outcome": each.outcome,
            "design": each.plan.design if each.plan else "before_and_after",
            "declared": "first" if each.plan and each.plan.declared_first else "late" if each.plan else "no",
            "size": int(each.size.shown(rule) if isinstance(each.size, People) else each.size)
            if shown
            else None,
            "standardised": standardised,
            "strength": each.strength,
            "failed_checks": "; ".join(check.name for check in each.failed),
            "verdict": verdicts[service_id, each.outcome],
        }
        rows.append({**row, **(_estimate(each.effect) if shown else {})})
    return as_frame(rows, OUTCOMES)
