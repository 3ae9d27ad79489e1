"""Whether what a service reports as a whole and what its children's own scores say agree, and why they may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.analysis.group_counts import difference
from pipeline.analysis.impact.change import (
    ChangeVerdict,
    count_children,
    describe_values,
    judge_against,
    judge_change,
    paired_rows,
    rows_where,
    rows_with,
    spread_of_starts,
)
from pipeline.analysis.months import Window
from pipeline.contract.context import MeasureFacts, ScaleFacts
from pipeline.protect.cells import Cells, has
from pipeline.protect.rounding import Least, People
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.two_groups import difference_of_means
from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.scores.paired import clustered_mean

Agreement = Literal["agree", "disagree", "cannot tell yet", "too few to say"]
Cause = Literal[
    "other children",
    "intake better",
    "intake worse",
    "unmatched better",
    "unmatched worse",
    "ceiling",
    "moved",
]
"""What the data show that may be behind a disagreement; the words for each stand in the page's sentences."""

YEAR = 12
_MONTH_OF_1970 = 1970 * YEAR
_MOST_SCORED = 0.75
_NEAR_THE_TOP = 0.1
_MANY_AT_THE_TOP = 0.3
_AGREEMENTS: Mapping[tuple[str, str], Agreement] = {
    ("better", "better"): "agree",
    ("better", "no clear change"): "disagree",
    ("better", "worse"): "disagree",
    ("no clear change", "better"): "agree",
    ("no clear change", "no clear change"): "agree",
    ("no clear change", "worse"): "disagree",
    ("worse", "better"): "disagree",
    ("worse", "no clear change"): "agree",
    ("worse", "worse"): "agree",
}


@dataclass(frozen=True)
class WholeAndParts:
    """The rate in the first and the last twelve months, and the change of the children reviewed in the last.

    `first` and `last` are tallies of the measure; `rate` says which way it moved (better, worse). `scored` children
    were reviewed in the last twelve months and have both scores; `change` is their mean improvement in standard
    deviations of all starting scores, `moved` that less the same of the first twelve months. `causes` are what the
    data can support where the two disagree.
    """

    first: Tally
    last: Tally
    rate: ChangeVerdict
    scored: People
    scored_first: People
    change: Result
    moved: Result
    scores: ChangeVerdict
    agreement: Agreement
    causes: tuple[Cause, ...]


def judge_agreement(rate: ChangeVerdict, scores: ChangeVerdict) -> Agreement:
    """Whether the whole and its parts agree: a rate that holds while children still improve does not disagree.

    >>> judge_agreement("better", "no clear change")
    'disagree'
    """
    if "too few to say" in (rate, scores):
        return "too few to say"
    return _AGREEMENTS.get((rate, scores), "cannot tell yet")


def compare_whole(
    measures: Cells,
    measure: MeasureFacts,
    scores: pd.DataFrame,
    scales: Mapping[str, ScaleFacts],
    window: Window,
    minimum: Least,
    confidence_level: float,
) -> WholeAndParts:
    """A percentage and the children's scores that belong to the same work, over `window`.

    `measures` are the rows of the measure under its latest definition; `scores` are standardised, of one scale or more.
    Below `minimum` children, or in under two years, nothing is judged.
    """
    years = (Window(window.first, window.first + YEAR - 1), Window(window.last - YEAR + 1, window.last))
    first, last = (measures.between(year.first, year.last).add_up() for year in years)
    told = window.months >= 2 * YEAR and min(first.total, last.total) >= minimum.number
    apart = difference(last, first, measure.unit, confidence_level)
    rate = judge_against(apart, 0.0, measure.direction == "higher") if told else "too few to say"
    paired = paired_rows(scores)
    pairs = [_reviewed(paired, year) for year in years]
    changes = [_mean_change(each, minimum, confidence_level) for each in pairs]
    moved = _moved(pairs, changes, confidence_level)
    agreement = judge_agreement(rate, judge_change(changes[1]))
    causes: tuple[Cause, ...] = ()
    if agreement == "disagree":
        together = judge_change(moved) == rate
        causes = _causes(scores, pairs, last, scales, together, minimum, confidence_level)
    return WholeAndParts(
        first=first,
        last=last,
        rate=rate,
        scored=count_children(pairs[1]),
        scored_first=count_children(pairs[0]),
        change=changes[1],
        moved=moved,
        scores=judge_change(changes[1]),
        agreement=agreement,
        causes=causes,
    )


def standardise(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of the children in the services, by service and scale, with how far each improved.

    `standardised` is the improvement in SDs of all starting scores of the same service and scale.
    """
    treated = rows_where(scores, has(scores, "arm", "treated"))
    parts = treated.groupby(["service_id", "scale"]).indices
    if not parts:
        return treated.assign(standardised=treated["improvement"])
    ordered = [np.asarray(rows) for _, rows in sorted(parts.items(), key=itemgetter(0))]
    starts = treated["baseline_score"].to_numpy(dtype=np.float64)
    spreads = [spread_of_starts(starts[rows]) or np.nan for rows in ordered]
    found = treated.take(np.concatenate(ordered))
    sizes = [rows.size for rows in ordered]
    return found.assign(standardised=found["improvement"] / np.repeat(spreads, sizes))


def _reviewed(rows: pd.DataFrame, year: Window) -> pd.DataFrame:
    months = rows["review_date"].to_numpy(dtype="datetime64[M]").astype(np.int64) + _MONTH_OF_1970
    return rows_where(rows, (months >= year.first) & (months <= year.last))


def _mean_change(pairs: pd.DataFrame, minimum: Least, confidence_level: float) -> Result:
    told = rows_with(pairs, "standardised")
    if not minimum.is_met(count_children(told)):
        return NotEstimable(f"fewer than {minimum} children with both scores")
    return clustered_mean(told["standardised"], told["child"], confidence_level, unit="baseline SDs")


def _moved(pairs: list[pd.DataFrame], changes: list[Result], confidence_level: float) -> Result:
    for change in changes:
        if isinstance(change, NotEstimable):
            return change
    return _between(pairs[1]["standardised"], pairs[0]["standardised"], confidence_level)


def _between(last: pd.Series, first: pd.Series, confidence_level: float) -> Result:
    """Mean of the last less mean of the first."""
    after, before = (describe_values(each.dropna().to_numpy(dtype=np.float64)) for each in (last, first))
    return difference_of_means(*after, *before, confidence_level, unit="baseline SDs")


def _causes(
    scores: pd.DataFrame,
    pairs: list[pd.DataFrame],
    last: Tally,
    scales: Mapping[str, ScaleFacts],
    together: bool,
    minimum: Least,
    confidence_level: float,
) -> tuple[Cause, ...]:
    """What may be behind a disagreement, as far as it can be seen, the likeliest to mislead first.

    `together`: the children's change moved as the rate did.
    """
    found: list[Cause] = []
    if len(pairs[1]) < _MOST_SCORED * last.total:
        found.append("other children")
    intake = _shift_of_intake(pairs, minimum, confidence_level)
    if isinstance(intake, Estimate) and not intake.contains(0.0):
        found.append("intake better" if intake.value > 0 else "intake worse")
    unmatched = _unmatched(scores, minimum, confidence_level)
    if isinstance(unmatched, Estimate) and not unmatched.contains(0.0):
        found.append("unmatched better" if unmatched.value > 0 else "unmatched worse")
    if minimum.is_met(count_children(pairs[1])) and _near_the_top(pairs[1], scales).mean() > _MANY_AT_THE_TOP:
        found.append("ceiling")
    if together:
        found.append("moved")
    return tuple(found)


def _starts(rows: pd.DataFrame) -> pd.Series:
    """Starting scores, more being better, in SDs from the mean of their service and scale."""
    turned = rows["baseline_score"] * rows["sign"]
    of_scale = turned.groupby([rows["service_id"], rows["scale"]])
    spread = of_scale.transform("std")
    return ((turned - of_scale.transform("mean")) / spread.where(spread > 0)).dropna()


def _shift_of_intake(pairs: list[pd.DataFrame], minimum: Least, confidence_level: float) -> Result:
    """How the children reviewed in the last year began, less those of the first; more is better."""
    if not all(minimum.is_met(count_children(each)) for each in pairs):
        return NotEstimable("too few children with both scores")
    starts = _starts(pd.concat(pairs))
    first, last = (starts[starts.index.isin(each.index)] for each in pairs)
    return _between(last, first, confidence_level)


def _unmatched(scores: pd.DataFrame, minimum: Least, confidence_level: float) -> Result:
    """How children without a review began, less those with one; more is better."""
    started = rows_with(scores, "baseline_score")
    parts = [started[started["review_score"].isna()], started[started["review_score"].notna()]]
    if not all(minimum.is_met(count_children(each)) for each in parts):
        return NotEstimable("too few children with a review, or without one")
    starts = _starts(started)
    lost, kept = (starts[starts.index.isin(each.index)] for each in parts)
    return _between(lost, kept, confidence_level)


def _near_the_top(pairs: pd.DataFrame, scales: Mapping[str, ScaleFacts]) -> pd.Series:
    """Whether each began within the best tenth of its scale."""
    ends = pairs["scale"].map({name: (scale.minimum, scale.maximum) for name, scale in scales.items()})
    low, high = ends.map(lambda end: end[0]), ends.map(lambda end: end[1])
    best = high.where(pairs["sign"] > 0, low)
    return (pairs["baseline_score"] - best).abs() <= _NEAR_THE_TOP * (high - low)
