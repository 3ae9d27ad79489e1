"""What a service's outcome shows by the design that was declared for it; by the weakest where none was."""

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.analysis.impact.change import (
    ALL_GROUPS,
    ChangeVerdict,
    assess_changes,
    baseline_spread,
    rows_where,
)
from pipeline.analysis.impact.claims import Claim, EvidenceStrength, weigh_claim
from pipeline.analysis.impact.design_checks import (
    Check,
    CheckRules,
    check_attrition,
    check_clusters,
    check_declared,
    check_overlap,
    check_placebo_outcome,
    check_regression,
    check_sites,
)
from pipeline.analysis.impact.effects import Effect, compare_arms
from pipeline.analysis.impact.monthly import Followed
from pipeline.contract.context import ScaleFacts
from pipeline.contract.plans import AGAINST_ARM, EvaluationPlan
from pipeline.protect.cells import has
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.scores.paired import effect_size


@dataclass(frozen=True)
class Finding:
    """What one outcome of a service shows, and by what design.

    `effect` is in its own unit: of a scale points, above 0 being better, and `estimate` the same in standard deviations
    of the starting scores. `size` is how many it rests on, on the smaller side of a comparison. `by_interval` is what
    the interval alone says; `verdict`, what may be said, is the one that pages show. `plan` is None where nobody
    declared one; `followed` are the months of an interrupted series.
    """

    outcome: str
    size: int
    effect: Result
    estimate: Result
    by_interval: ChangeVerdict
    strength: EvidenceStrength
    plan: EvaluationPlan | None = None
    checks: tuple[Check, ...] = ()
    followed: Followed | None = None

    @property
    def claim(self) -> Claim:
        """What may be said of it. That no change is clear is no weaker for having been looked at late."""
        late = "declared first" if self.by_interval == "no clear change" else ""
        outcomes = [check.outcome for check in self.checks if check.name != late]
        return weigh_claim(self.by_interval, self.strength, outcomes)

    @property
    def verdict(self) -> ChangeVerdict:
        """The one word for this outcome, wherever it is told: what the interval and the checks together bear."""
        return self.claim.verdict

    @property
    def compared(self) -> bool:
        """Whether the design sets the service against others."""
        return self.strength in ("comparison group", "randomised comparison")

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that weaken the claim."""
        return tuple(check for check in self.checks if check.outcome == "fail")


def rows_of(scores: pd.DataFrame, scale: str, plan: EvaluationPlan | None) -> pd.DataFrame:
    """Rows of one scale, reviewed within the plan's window; those without a review have no day and stay."""
    rows = rows_where(scores, has(scores, "scale", scale))
    if plan is None:
        return rows
    days = pd.to_datetime(rows["review_date"])
    inside = days.between(pd.Timestamp(plan.first_day), pd.Timestamp(plan.last_day))
    return rows_where(rows, inside | days.isna())


def assess_scores(
    scores: pd.DataFrame, scale: ScaleFacts, plan: EvaluationPlan | None, rules: CheckRules
) -> Finding:
    """One scale of one service by its plan: against its comparison arm, or each child before and after.

    Without a plan it is before and after, whatever else the data hold: a design that is chosen once the results are
    known can be chosen for them.
    """
    rows = rows_of(scores, scale.scale, plan)
    if plan is not None and plan.design in AGAINST_ARM:
        return _against_arm(rows, scale, plan, rules)
    return _before_and_after(rows, scale, plan, rules)


def _few(
    scale: ScaleFacts, size: int, plan: EvaluationPlan | None, rules: CheckRules, where: str = ""
) -> Finding:
    few = NotEstimable(f"fewer than {rules.minimum_pairs} children with both scores{where}")
    return Finding(scale.scale, size, few, few, "too few to say", "descriptive", plan)


def _before_and_after(
    rows: pd.DataFrame, scale: ScaleFacts, plan: EvaluationPlan | None, rules: CheckRules
) -> Finding:
    treated = rows_where(rows, has(rows, "arm", "treated"))
    (change, *_) = assess_changes(treated, (), rules.minimum_pairs, rules.confidence_level) or (None,)
    if change is None or isinstance(change.change, NotEstimable):
        return _few(scale, change.with_both if change else 0, plan, rules)
    checks = (
        check_declared(plan),
        check_attrition(treated, rules),
        check_regression(treated, change.change, scale),
        check_sites(treated, change.verdict, lambda part: _change_in(part, rules)),
    )
    return Finding(
        scale.scale,
        change.with_both,
        change.change,
        change.effect_size,
        change.verdict,
        "before and after",
        plan,
        checks,
    )


def _change_in(rows: pd.DataFrame, rules: CheckRules) -> Result:
    (change, *_) = assess_changes(rows, (), rules.minimum_pairs, rules.confidence_level) or (None,)
    return NotEstimable("nobody was scored twice") if change is None else change.change


def _against_arm(rows: pd.DataFrame, scale: ScaleFacts, plan: EvaluationPlan, rules: CheckRules) -> Finding:
    def compare(part: pd.DataFrame) -> Effect:
        return compare_arms(
            part, scale.scale, ALL_GROUPS, rules.minimum_pairs, rules.confidence_level, plan.covariate_names
        )

    effect = compare(rows)
    rule, arms = rules.minimum_pairs.rule, (effect.treated, effect.comparison)
    size = min(
        arms, key=lambda people: people.shown(rule)
    )  # by the true numbers it would tell which is the smaller
    if isinstance(effect.given_start, NotEstimable):
        return _few(scale, size, plan, rules, " in one of the two groups")
    known = sum(people.shown(rule) for people in arms)
    found = Finding(
        scale.scale,
        size,
        effect.given_start,
        effect_size(rules.minimum_pairs.tell(effect.given_start, size), baseline_spread(rows), known),
        effect.verdict,
        "randomised comparison" if plan.design == "randomised" else "comparison group",
        plan,
        (
            check_declared(plan),
            check_attrition(rows, rules),
            check_overlap(rows),
            check_placebo_outcome(rows, rules),
            check_sites(rows, effect.verdict, lambda part: compare(part).given_start),
        ),
    )
    return decide_by_clusters(found, check_clusters(rows, plan.covariate_names, rules))


def decide_by_clusters(finding: Finding, check: Check) -> Finding:
    """With few clusters a test made for few decides: what it does not bear out is no clear change."""
    unclear = check.outcome == "fail" and finding.by_interval in ("better", "worse")
    verdict: ChangeVerdict = "no clear change" if unclear else finding.by_interval
    return replace(finding, by_interval=verdict, checks=(*finding.checks, check))
