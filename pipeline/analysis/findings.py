"""Findings as tables: what was evaluated, as rows with the columns that contract/findings.yaml declares."""

import math

import pandas as pd

from pipeline.analysis.equality.gap_changes import GapChange, GapVerdict, find_changes, judge_changes
from pipeline.analysis.equality.gaps import GapWord, GroupGap, MeasureGaps, find_gaps, gap_words, list_unknown
from pipeline.analysis.equality.target_figures import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.analysis.equality.targets import TargetEvidence, assess_targets, break_year, goal_value
from pipeline.analysis.finding_columns import Row, as_frame, estimate_columns, figures, side_columns, taken
from pipeline.analysis.group_counts import level
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import first_day
from pipeline.analysis.scope import Scope
from pipeline.contract.context import MeasureFacts
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable


def _mean_side(mean: MeanFigure | None, prefix: str = "") -> Row:
    """How many children a mean is of."""
    return {} if mean is None else {f"{prefix}total": int(mean.children)}


def _figure(figure: TargetFigure) -> Row:
    match figure:
        case CountedFigure():
            return {**side_columns(figure.group), **side_columns(figure.reference, "other_")}
        case Represented():
            share = figure.population_share
            known = share.value if isinstance(share, Between) else None
            return {**side_columns(figure.group), "population_share": known}
        case Scored():
            return {**_mean_side(figure.group), **_mean_side(figure.reference, "other_")}


def _month(number: int) -> str:
    return f"{first_day(number):%Y-%m}"


def _target(scope: Scope, found: TargetEvidence) -> Row:
    target = found.target
    row: Row = {
        **taken(target, "target_id", "version", "ethnic_group", "direction"),
        **taken(found, "verdict", "reason", "more_months"),
        "measure_id": found.measure.measure_id,
        "measure": found.measure.title,
        "service_id": target.service_id or "",
        "comparator": target.comparator or "",
        **_figure(found.reading),
        "population_breaks": break_year(scope, target),
        **estimate_columns(found.current),
        "goal": goal_value(target, found.measure),
        "detectable": found.detectable if _is_open(found) else None,
        "earlier_goals": ", ".join(
            f"{goal_value(each, found.measure):g}"
            for each in scope.context.earlier_targets
            if each.target_id == target.target_id
        ),
        "due": f"{target.due}",
        # Of scores it is a share of pairs that were not rounded.
        "unknown_share": None if isinstance(found.reading, Scored) else found.unknown_share,
    }
    if found.window.months:
        row |= {"first_month": _month(found.window.first), "last_month": _month(found.window.last)}
    return row | figures("forecast", found.forecast)


def _is_open(found: TargetEvidence) -> bool:
    """Whether the page says what could have been seen: of fewer children that would tell how many there are."""
    return found.verdict == "cannot tell yet" and not isinstance(found.detectable, NotEstimable)


def tabulate_targets(scope: Scope, rules: JudgementRules) -> pd.DataFrame:
    """Judge every target of the page: one row each, with the counts it rests on (columns of `targets`)."""
    return as_frame((_target(scope, each) for each in assess_targets(scope, rules)), "targets")


def _of_gap(measure: MeasureFacts, group: str, comparator: str) -> Row:
    return {**taken(measure, "measure_id", "version"), "ethnic_group": group, "comparator": comparator}


def _gap(found: MeasureGaps, gap: GroupGap, comparator: str, word: GapWord | None) -> Row:
    return {
        **_of_gap(found.measure, gap.ethnic_group, comparator if gap.reference else ""),
        **side_columns(gap.tally),
        **figures("level", gap.level),
        **side_columns(gap.reference, "other_"),
        **estimate_columns(gap.difference),
        "unknown_share": found.unknown_share,
        "verdict": word,
    }


def tabulate_gaps(scope: Scope, rules: JudgementRules) -> pd.DataFrame:
    """Compare every ethnic group with the comparator on every measure (columns of `gaps`)."""
    words, comparator = gap_words(scope, rules), scope.dataset.comparator
    rows = (
        _gap(each, gap, comparator, words.get((each.measure.measure_id, gap.ethnic_group)))
        for each in find_gaps(scope)
        for gap in each.gaps
    )
    return as_frame(rows, "gaps")


def tabulate_unknown(scope: Scope) -> pd.DataFrame:
    """Count of each percentage whose ethnic group is not known (columns of `unknown`)."""
    rows = (
        {
            "measure_id": measure.measure_id,
            "measure": measure.title,
            **side_columns(tally),
            **estimate_columns(level(tally, "percent", scope.confidence_level)),
        }
        for measure, tally in list_unknown(scope)
    )
    return as_frame(rows, "unknown")


def _change(measure: MeasureFacts, change: GapChange, comparator: str, verdict: GapVerdict) -> Row:
    row = {
        **_of_gap(measure, change.ethnic_group, comparator),
        **estimate_columns(change.change),
        "verdict": verdict,
    }
    for name, gap in (("first", change.first), ("last", change.last)):
        row |= {**side_columns(gap.tally, f"{name}_"), **side_columns(gap.reference, f"{name}_other_")}
        row[f"{name}_gap"] = gap.difference.value if isinstance(gap.difference, Estimate) else math.nan
    return row


def tabulate_gap_changes(scope: Scope, rules: JudgementRules) -> pd.DataFrame:
    """Compare every gap in the first twelve months with the same in the last twelve (columns of `gap_changes`)."""
    verdicts, comparator = judge_changes(scope, rules), scope.dataset.comparator
    rows = (
        _change(measure, change, comparator, verdicts[measure.measure_id, change.ethnic_group])
        for measure, changes in find_changes(scope, rules)
        for change in changes
    )
    return as_frame(rows, "gap_changes")
