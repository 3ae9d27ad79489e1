"""What each planned outcome of a service shows, and each scale that nobody planned for; and tables of both by group."""

from dataclasses import replace
from functools import cache

import pandas as pd

from pipeline.analysis.impact.change import ALL_GROUPS, ChangeVerdict, ScoreChange, assess_changes
from pipeline.analysis.impact.design_checks import CheckRules
from pipeline.analysis.impact.designs import Finding, assess_scores, rows_of
from pipeline.analysis.impact.effects import Effect, assess_effects
from pipeline.analysis.impact.series import assess_measure
from pipeline.analysis.months import Window, month_number
from pipeline.analysis.scope import Scope, part_of
from pipeline.analysis.verdicts import months_needed
from pipeline.contract.context import find_named
from pipeline.contract.plans import EvaluationPlan
from pipeline.contract.services import ServiceFacts
from pipeline.protect.rounding import Least, rests_on_enough
from pipeline.stats.results import Estimate, NotEstimable

_MOST_UNMATCHED, _FEW_CLUSTERS = 0.5, 10
"""Both are told in docs/methods.md: conventions of the field, the same for every dataset."""
_OPEN = ("no clear change", "cannot tell yet")
RATIOS = ("odds ratio", "rate ratio")
_MOST_TIMES = 10
"""A wait of more than so many times the months of data there are is no plan."""


def check_rules(scope: Scope, minimum_pairs: int) -> CheckRules:
    """The rules of checks on this scope."""
    return CheckRules(
        Least(minimum_pairs, scope.rule), scope.confidence_level, _MOST_UNMATCHED, _FEW_CLUSTERS
    )


def plans_of(scope: Scope, service_id: str) -> dict[str, EvaluationPlan]:
    """The plans of a service that are in force, by outcome."""
    plans = scope.context.plans_in_force
    return {plan.outcome: plan for plan in plans if plan.service_id == service_id}


@cache
def list_findings(scope: Scope, service: ServiceFacts, minimum_pairs: int) -> tuple[Finding, ...]:
    """The finding on each scale a service uses, by its plan; one that says there is none where it uses none."""
    scores = part_of(scope, service.service_id).slice.scores
    plans, used = plans_of(scope, service.service_id), set(scores["scale"].unique())
    scales = sorted(scope.context.scales, key=lambda scale: scale.scale)
    rules = check_rules(scope, minimum_pairs)
    findings = tuple(
        assess_scores(scores, scale, plans.get(scale.scale), rules)
        for scale in scales
        if scale.scale in used | plans.keys()
    )
    none = NotEstimable("no scores")
    return findings or (Finding("", 0, none, none, "too few to say", "descriptive"),)


def finding_on(scope: Scope, service: ServiceFacts, scale: str, minimum_pairs: int) -> Finding:
    """The finding on one scale that the service uses."""
    found = {each.outcome: each for each in list_findings(scope, service, minimum_pairs)}
    return find_named(scale, found, "scale")


@cache
def list_measure_findings(scope: Scope, service: ServiceFacts, minimum_pairs: int) -> tuple[Finding, ...]:
    """The finding on each measure that the service has a plan for."""
    content, plans = scope.slice, plans_of(scope, service.service_id)
    planned = [measure for measure in content.context.measures if measure.measure_id in plans]
    if not planned:
        return ()
    measures = content.measures.beside(content.compared)
    return tuple(
        assess_measure(
            measures,
            measure,
            plans[measure.measure_id],
            content.context.dataset,
            check_rules(scope, minimum_pairs),
        )
        for measure in planned
    )


def all_findings(scope: Scope, service: ServiceFacts, minimum_pairs: int) -> tuple[Finding, ...]:
    """Those on scales, then those on measures; nothing where there are neither."""
    scored = [finding for finding in list_findings(scope, service, minimum_pairs) if finding.outcome]
    return (*scored, *list_measure_findings(scope, service, minimum_pairs))


def verdict_on(scope: Scope, finding: Finding) -> ChangeVerdict:
    """The one word for an outcome on every page: what may be said of it, where it rests on enough to be shown."""
    return finding.verdict if is_shown(scope, finding) else "too few to say"


def is_shown(scope: Scope, finding: Finding) -> bool:
    """Whether there is an estimate, and it rests on enough children."""
    return not isinstance(finding.effect, NotEstimable) and rests_on_enough(finding.size, scope.rule)


def months_to_tell(scope: Scope, finding: Finding) -> tuple[int, int] | None:
    """How many months of data, at today's intake, would show the difference that was found, and how many there are.

    None where the verdict is clear, where a ratio was estimated, and where it would take far longer than the work runs.
    """
    effect, plan = finding.effect, finding.plan
    if finding.verdict not in _OPEN or not isinstance(effect, Estimate) or effect.unit in RATIOS:
        return None
    window = scope.whole
    if plan is not None:
        window = Window(month_number(plan.first_day), min(month_number(plan.last_day), window.last))
    needed = months_needed(effect, 0.0, window)
    if isinstance(needed, NotEstimable) or needed > _MOST_TIMES * window.months or not effect.contains(0.0):
        return None
    return needed, window.months


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
    covariate_names = {outcome: plan.covariate_names for outcome, plan in plans.items()}
    least = Least(minimum_pairs, scope.rule)
    found = assess_effects(scores_within(scope), groups, least, scope.confidence_level, covariate_names)
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
