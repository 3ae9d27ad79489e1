"""Findings on children's outcomes as tables, with the columns that contract/findings.yaml declares."""

import pandas as pd

from pipeline.analysis.finding_columns import Row, as_frame, estimate_columns, figures, taken
from pipeline.analysis.impact.change import ScoreChange
from pipeline.analysis.impact.children_change import spread_of
from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.effects import Effect
from pipeline.analysis.impact.outcomes import (
    RATIOS,
    all_findings,
    list_changes,
    list_effects,
    months_to_tell,
    verdict_on,
)
from pipeline.analysis.scope import Scope
from pipeline.protect.rounding import People, rests_on_enough
from pipeline.stats.power import detectable_from_interval
from pipeline.stats.results import Estimate
from pipeline.stats.scores.reliable_change import smallest_reliable_change


def _outcome(scope: Scope, service_id: str, found: Finding) -> Row:
    row: Row = {
        "service_id": service_id,
        "outcome": found.outcome,
        "design": found.plan.design if found.plan else "before_and_after",
        "declared": "no" if found.plan is None else "first" if found.plan.declared_first else "late",
        "strength": found.strength,
        "failed_checks": "; ".join(check.name for check in found.failed),
        "verdict": verdict_on(scope, found),
        "claim": found.claim.rung,
        "claim_level": found.claim.level,
    }
    if not rests_on_enough(found.size, scope.rule):
        return row
    size = found.size.shown(scope.rule) if isinstance(found.size, People) else found.size
    if months := months_to_tell(scope, found):
        row["more_months"] = months[0] - months[1]
    if isinstance(found.effect, Estimate) and found.effect.unit not in RATIOS:
        row["detectable"] = detectable_from_interval(found.effect)
    return {
        **row,
        "size": int(size),
        **figures("standardised", found.estimate),
        **estimate_columns(found.effect),
    }


def tabulate_outcomes(scope: Scope, minimum_pairs: int) -> pd.DataFrame:
    """Evaluate every outcome of the page's services by its design: one row each (columns of `outcomes`)."""
    rows = (
        _outcome(scope, service.service_id, found)
        for service in scope.context.services
        for found in all_findings(scope, service, minimum_pairs)
    )
    return as_frame(rows, "outcomes")


def _change(scope: Scope, found: ScoreChange) -> Row:
    row: Row = {
        "design": "before and after",
        "with_baseline": int(found.with_baseline.shown(scope.rule)),
        "total": int(found.with_both.shown(scope.rule)),
    }
    if not rests_on_enough(found.with_both, scope.rule):
        return row
    standardised = found.effect_size.value if isinstance(found.effect_size, Estimate) else None
    means = {"baseline": found.baseline_mean, "review": found.review_mean, "standardised": standardised}
    scale = scope.context.scale(found.scale)
    if scale.reliability is not None:
        spread = spread_of(scope.slice.scores, scale)
        means["reliable_from"] = smallest_reliable_change(spread, scale.reliability)
    return {**row, **means, **estimate_columns(found.change)}


def _effect(scope: Scope, found: Effect) -> Row:
    row: Row = {
        "design": "comparison",
        "total": int(found.treated.shown(scope.rule)),
        "other_total": int(found.comparison.shown(scope.rule)),
    }
    enough = all(rests_on_enough(arm, scope.rule) for arm in (found.treated, found.comparison))
    return {**row, **estimate_columns(found.given_start)} if enough else row


def tabulate_score_changes(scope: Scope, minimum_pairs: int) -> pd.DataFrame:
    """Compare scores before and after, and with a comparison group, by ethnic group (columns of `score_changes`).

    Over all services there is none: they use different scales.
    """
    if scope.service is None:
        return as_frame((), "score_changes")
    found: list[tuple[ScoreChange | Effect, Row]] = [
        *((each, _change(scope, each)) for each in list_changes(scope, minimum_pairs)),
        *((each, _effect(scope, each)) for each in list_effects(scope, minimum_pairs)),
    ]
    rows = (
        {"service_id": scope.service.service_id, **taken(each, "scale", "ethnic_group", "verdict"), **row}
        for each, row in found
    )
    return as_frame(rows, "score_changes")
