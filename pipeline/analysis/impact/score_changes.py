"""Before and after, and against a comparison group, by scale and ethnic group."""

from dataclasses import replace
from functools import cache

import pandas as pd

from pipeline.analysis.impact.change import ALL_GROUPS, ChangeVerdict, ScoreChange, assess_changes
from pipeline.analysis.impact.designs import rows_of
from pipeline.analysis.impact.effects import Effect, assess_effects
from pipeline.analysis.impact.outcomes import finding_on, plans_of, verdict_on
from pipeline.analysis.scope import Scope
from pipeline.protect.rounding import Least


@cache
def scores_within(scope: Scope) -> pd.DataFrame:
    """Return the scores, each scale's within the window of its plan where there is one."""
    scores = scope.slice.scores
    plans = plans_of(scope, scope.service.service_id) if scope.service else {}
    windows = [rows_of(scores, scale, plans.get(scale)) for scale in scales_scored(scope)]
    return pd.concat(windows) if windows else scores


@cache
def list_changes(scope: Scope, minimum_pairs: int) -> tuple[ScoreChange, ...]:
    """Before and after, by scale and group."""
    groups = scope.dataset.groups
    found = assess_changes(
        scores_within(scope), groups, Least(minimum_pairs, scope.rule), scope.confidence_level
    )
    return tuple(replace(each, verdict=_told(scope, each, False, minimum_pairs)) for each in found)


@cache
def list_effects(scope: Scope, minimum_pairs: int) -> tuple[Effect, ...]:
    """Treated against comparison, by scale and group, with what the plan of each holds fixed."""
    groups = scope.dataset.groups
    plans = plans_of(scope, scope.service.service_id) if scope.service else {}
    held_fixed = {outcome: plan.held_fixed for outcome, plan in plans.items()}
    least = Least(minimum_pairs, scope.rule)
    found = assess_effects(scores_within(scope), groups, least, scope.confidence_level, held_fixed)
    return tuple(replace(each, verdict=_told(scope, each, True, minimum_pairs)) for each in found)


def _told(scope: Scope, found: ScoreChange | Effect, compared: bool, minimum_pairs: int) -> ChangeVerdict:
    """The word for a row of a table by the design that speaks for the scale: that of its finding, told once.

    Where the checks leave open even that there was no change, they leave it open for each group too.
    """
    if scope.service is None:
        return found.verdict
    finding = finding_on(scope, scope.service, found.scale, minimum_pairs)
    if finding.compared != compared:
        return found.verdict
    if found.ethnic_group == ALL_GROUPS:
        return verdict_on(scope, finding)
    left_open = finding.verdict == "cannot tell yet" and found.verdict == "no clear change"
    return "cannot tell yet" if left_open else found.verdict


def scales_scored(scope: Scope) -> tuple[str, ...]:
    """Scales on which anyone on this page was scored."""
    return tuple(sorted(scope.slice.scores["scale"].unique()))
