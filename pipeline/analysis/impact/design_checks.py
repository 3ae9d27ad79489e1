"""Checks of a comparison of children's scores. Each can only weaken a claim; none can strengthen it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.analysis.impact.change import (
    ChangeVerdict,
    count_children,
    judge_change,
    paired_rows,
    rows_where,
    rows_with,
)
from pipeline.analysis.impact.children_change import compare_unmatched
from pipeline.analysis.impact.claims import CheckOutcome
from pipeline.analysis.impact.effects import adjust_for_covariates, stratify
from pipeline.contract.context import ScaleFacts
from pipeline.contract.plans import EvaluationPlan
from pipeline.protect.cells import has
from pipeline.protect.rounding import Least
from pipeline.protect.tally import Sum
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result
from pipeline.stats.scores.comparison import adjusted_difference
from pipeline.stats.scores.few_clusters import wild_cluster_bootstrap

CheckName = Literal[
    "declared first",
    "attrition",
    "overlap",
    "placebo outcome",
    "regression to the mean",
    "few clusters",
    "dropping a site",
    "pre-trend",
    "placebo dates",
    "placebo groups",
    "autocorrelation",
    "season",
]
Shown = str | int | float | Sum | Result | PValue
_FEW_LOST = 0.1
"""A share so small that, however unlike they began, those without a second score move no mean by much."""
_FAR_APART = 0.25
"""Standard deviations between two groups' starting scores, beyond which least squares no longer makes them alike
(Rubin 2001; the What Works Clearinghouse's limit)."""


@dataclass(frozen=True)
class CheckRules:
    """The policy of `params.yaml` that checks depend on."""

    minimum_pairs: Least
    confidence_level: float
    maximum_unmatched: float
    few_clusters: int


@dataclass(frozen=True)
class Check:
    """What one check found. `reason` names the sentence; `figures` are what it holds, counts unprotected."""

    name: CheckName
    outcome: CheckOutcome
    reason: str
    figures: Mapping[str, Shown] = field(default_factory=dict)


def check_declared(plan: EvaluationPlan | None) -> Check:
    """Whether the design was agreed before the first data that could show an effect."""
    if plan is None:
        return Check("declared first", "fail", "not declared")
    if not plan.declared_first:
        return Check("declared first", "fail", "late")
    return Check("declared first", "pass", "declared")


def check_attrition(rows: pd.DataFrame, rules: CheckRules) -> Check:
    """Whether too many children have no second score in either arm, or those who have none began otherwise."""
    started = rows_with(rows, "baseline_score")
    worst, unlike = Sum(), None
    for arm in sorted(started["arm"].unique()):
        own = rows_where(started, has(started, "arm", arm))
        found = compare_unmatched(own, arm, rules.minimum_pairs, rules.confidence_level)
        lost_sight_of = found.matched.complement()
        worst = lost_sight_of if not worst.total or lost_sight_of.share > worst.share else worst
        lost = found.start_difference
        if isinstance(lost, Estimate) and not lost.contains(0.0):
            unlike = lost
    if not worst.total:
        return Check("attrition", "not possible", "nobody started")
    figures: dict[str, Shown] = {"share": worst, "most": rules.maximum_unmatched}
    if worst.share > rules.maximum_unmatched:
        return Check("attrition", "fail", "many", figures)
    if worst.share <= _FEW_LOST:
        return Check("attrition", "pass", "few", figures)
    if unlike is not None:
        return Check("attrition", "fail", "unlike", {**figures, "difference": unlike})
    return Check("attrition", "pass", "alike", figures)


def check_overlap(rows: pd.DataFrame) -> Check:
    """Whether the starting scores of the two arms lie close enough for one to stand in for the other."""
    pairs = paired_rows(rows)
    starts = [pairs.loc[pairs["arm"] == arm, "baseline_score"] for arm in ("treated", "comparison")]
    spread = (sum(float(start.var()) for start in starts) / len(starts)) ** 0.5
    if not spread > 0:
        return Check("overlap", "not possible", "no spread")
    apart = abs(float(starts[0].mean()) - float(starts[1].mean())) / spread
    figures: dict[str, Shown] = {"apart": apart, "limit": _FAR_APART}
    return Check("overlap", "fail" if apart > _FAR_APART else "pass", "distance", figures)


def check_placebo_outcome(rows: pd.DataFrame, rules: CheckRules) -> Check:
    """Whether the service seems to have changed what it cannot have: the scores at the start."""
    pairs = rows_with(paired_rows(rows), "provider_id")
    strata, clusters = stratify(pairs)
    before = adjusted_difference(
        (pairs["baseline_score"] * pairs["sign"]).to_numpy(),
        has(pairs, "arm", "treated"),
        None,
        strata,
        clusters,
        rules.confidence_level,
    )
    if isinstance(before, NotEstimable):
        return Check("placebo outcome", "not possible", "no difference", {"why": before.reason})
    outcome: CheckOutcome = "pass" if before.contains(0.0) else "fail"
    return Check("placebo outcome", outcome, "start", {"difference": before})


def check_regression(rows: pd.DataFrame, change: Result, scale: ScaleFacts) -> Check:
    """Whether the improvement is more than (1 - r)(mu - m), what those who start low gain with no service at all."""
    if scale.reliability is None or scale.norm_mean is None:
        return Check("regression to the mean", "not possible", "no norm")
    if isinstance(change, NotEstimable) or change.lower <= 0:
        return Check("regression to the mean", "not possible", "no improvement")
    pairs = paired_rows(rows)
    sign = 1 if scale.direction == "higher" else -1
    start = float(pairs["baseline_score"].mean())
    expected = (1 - scale.reliability) * (scale.norm_mean - start) * sign
    outcome: CheckOutcome = "pass" if change.lower > expected else "fail"
    return Check("regression to the mean", outcome, "expected", {"expected": expected, "found": change})


def check_sites(
    rows: pd.DataFrame, verdict: ChangeVerdict, estimate: Callable[[pd.DataFrame], Result]
) -> Check:
    """Whether the verdict hangs on one site: the estimate again without each provider in turn."""
    sites = sorted(rows["provider_id"].dropna().unique())
    if len(sites) < 2:
        return Check("dropping a site", "not possible", "one site")
    without = [judge_change(estimate(rows[rows["provider_id"] != site])) for site in sites]
    turned = sum(other != verdict for other in without)
    figures: dict[str, Shown] = {"sites": len(sites), "turned": turned}
    return Check("dropping a site", "fail" if turned else "pass", "sites", figures)


def check_clusters(rows: pd.DataFrame, covariate_names: Sequence[str], rules: CheckRules) -> Check:
    """Whether there are enough sites for cluster-robust errors, or the wild cluster bootstrap bears the effect out.

    Sites are providers where there are several, else children.
    """
    pairs = rows_with(paired_rows(rows), "provider_id")
    sites = int(pairs["provider_id"].nunique())
    if sites < 2 or sites >= rules.few_clusters:
        number = sites if sites > 1 else count_children(pairs)
        return Check("few clusters", "pass", "many sites" if sites > 1 else "children", {"sites": number})
    outcome, controls = adjust_for_covariates(pairs, covariate_names)
    strata, clusters = stratify(pairs)
    if strata is not None:
        dummies = pd.get_dummies(pd.Series(strata, index=pairs.index), dtype=np.float64, drop_first=True)
        controls = pd.concat([controls, dummies], axis="columns")
    treated = (pairs["arm"] == "treated").to_numpy(dtype=np.float64)
    found = wild_cluster_bootstrap(outcome, treated, clusters, controls, rules.confidence_level)
    if isinstance(found, NotEstimable):
        return Check("few clusters", "fail", "too few sites", {"sites": sites})
    borne_out = found.p_value.value <= 1 - rules.confidence_level
    figures: dict[str, Shown] = {"sites": sites, "chance": found.p_value, "difference": found.estimate}
    return Check("few clusters", "pass" if borne_out else "fail", "few sites", figures)
