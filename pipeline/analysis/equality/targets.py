"""Race-equality targets judged: baseline, evidence, verdict."""

import math
from dataclasses import dataclass, replace
from functools import cache

from pipeline.analysis.equality.baselines import Baseline, assess_baseline
from pipeline.analysis.equality.target_evidence import Tables, gather_evidence
from pipeline.analysis.equality.target_figures import CountedFigure, TargetFigure
from pipeline.analysis.equality.target_forecasts import forecast_target
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import Window, last_complete_month, month_number
from pipeline.analysis.performance.reach import effect_of
from pipeline.analysis.scope import Scope
from pipeline.analysis.verdicts import Reason, Verdict, judge_target, months_needed
from pipeline.contract.context import Context, MeasureFacts, Target
from pipeline.contract.plans import CHANGE_IN_SCORE, POPULATION
from pipeline.stats.power import detectable_difference, detectable_from_interval
from pipeline.stats.results import NotEstimable, Result

_PER_CENT = 100
_WAITED_FOR: tuple[Reason, ...] = ("few", "across", "no estimate")
"""Why it cannot be told, where more months at the same intake would let it be."""


@dataclass(frozen=True)
class TargetEvidence:
    """A target, what the data say of it, and the verdict. Values in the measure's own unit (shares, not %)."""

    target: Target
    measure: MeasureFacts
    baseline: Baseline
    window: Window
    reading: TargetFigure
    current: Result
    forecast: Result | None
    unknown_share: float
    verdict: Verdict
    reason: Reason
    detectable: float | NotEstimable
    months_needed: int | NotEstimable
    seasonal: bool

    @property
    def more_months(self) -> int | None:
        """How many more months, at today's intake, would let it be told; None where waiting is no answer."""
        waits = self.verdict in ("cannot tell yet", "too few to say") and self.reason in _WAITED_FOR
        if not waits or isinstance(self.months_needed, NotEstimable):
            return None
        more = self.months_needed - self.window.months
        return more if more > 0 else None


def goal_value(target: Target, measure: MeasureFacts) -> float:
    """The target's value in the measure's own unit."""
    return target.target / _PER_CENT if measure.unit == "percent" else target.target


def scored_window(baseline: Baseline, due: int, last_month: int, first_month: int, months: int) -> Window:
    """The last `months` months up to the due month, never reaching into the baseline's own months."""
    last = min(last_month, due)
    earliest = baseline.window.last + 1 if baseline.window else first_month
    return Window(max(earliest, last - months + 1), last)


def _smallest_gap(reading: TargetFigure, result: Result, confidence: float) -> float | NotEstimable:
    """The smallest gap (or distance to a level) that so many children would usually have shown."""
    if isinstance(reading, CountedFigure) and reading.unit == "percent" and reading.reference is not None:
        group, reference = reading.group, reading.reference
        if not (group.total and reference.total):
            return NotEstimable("nobody in one of the two groups")
        own, other = (math.floor(side.counts().effective_total) for side in (group, reference))
        return detectable_difference(own, other, reference.events / reference.total, confidence)
    return detectable_from_interval(result)


def _worth_of(reading: TargetFigure) -> float:
    """Return what the smaller side of a figure has of what it takes to be judged."""
    if isinstance(reading, CountedFigure):
        sides = (reading.group, reading.reference or reading.group)
        return min(side.worth for side in sides)
    return reading.size


@dataclass(frozen=True)
class _Question:
    """What a verdict answers: the goal, and what may stand in the way of judging at all."""

    goal: float
    measure: MeasureFacts
    smallest: float
    unknown: float
    rules: JudgementRules

    def judge(self, current: Result, forecast: Result | None) -> tuple[Verdict, Reason]:
        if self.smallest < self.rules.minimum_total:
            return "too few to say", "few"
        if self.unknown > self.rules.maximum_unknown:
            return "cannot tell yet", "unknown"
        return judge_target(current, forecast, self.goal, self.measure.direction)

    def months(self, current: Result, window: Window, reason: Reason) -> int | NotEstimable:
        """Return in how many months, at today's intake, it could be told: enough children, or a narrow interval."""
        if reason != "few":
            return months_needed(current, self.goal, window)
        if not self.smallest:
            return NotEstimable("nobody in one of the two groups")
        return math.ceil(window.months * self.rules.minimum_total / self.smallest)


def _furthest(target: Target, context: Context) -> float:
    """How far a score can move on the target's scale; anything else as far as it likes."""
    scale = next((scale for scale in context.scales if scale.scale == target.measure_id), None)
    return scale.maximum - scale.minimum if scale and target.kind == CHANGE_IN_SCORE else math.inf


def assess_target(target: Target, tables: Tables, context: Context, rules: JudgementRules) -> TargetEvidence:
    """Judge one target on the tables of the services that it is set for."""
    evidence = gather_evidence(target, tables, context)
    measure, confidence = evidence.measure, rules.confidence_level
    last_month, due = last_complete_month(context.dataset.complete_to), month_number(target.due)
    start = max(context.commissioned_from, measure.since)
    baseline = assess_baseline(evidence, start, last_month, rules.baseline_months, context.frozen_baselines)
    window = scored_window(baseline, due, last_month, month_number(start), rules.window_months)
    reading = evidence.read(window.first, window.last)
    current = reading.result(confidence)
    first = baseline.window.last + 1 if baseline.window else month_number(start)
    judged_then = Window(due - rules.window_months + 1, due)
    told = forecast_target(evidence, (first, last_month), judged_then, confidence, _furthest(target, context))
    forecast = None if due <= last_month else told.result
    unknown = evidence.unknown_share(window.first, window.last)
    question = _Question(goal_value(target, measure), measure, _worth_of(reading), unknown, rules)
    judged: tuple[Verdict, Reason] = ("baseline forming", "forming")
    if baseline.kind != "forming":
        judged = question.judge(current, forecast)
    return TargetEvidence(
        target=target,
        measure=measure,
        baseline=baseline,
        window=window,
        reading=reading,
        current=current,
        forecast=forecast,
        unknown_share=unknown,
        verdict=judged[0],
        reason=judged[1],
        detectable=_smallest_gap(reading, current, confidence),
        months_needed=question.months(current, window, judged[1]),
        seasonal=told.seasonal,
    )


_KIND_ORDER = (
    "representation",
    "access",
    "waiting",
    "participation",
    "completion",
    "outcome_achieved",
    "change_in_score",
    "positive_feedback",
    "other",
)


@cache
def assess_targets(scope: Scope, rules: JudgementRules) -> tuple[TargetEvidence, ...]:
    """Every target of this scope, by kind: the service's own; on the page over all, those of services too."""
    ordered = sorted(scope.context.targets, key=lambda target: _KIND_ORDER.index(target.kind))
    return tuple(assess_target(target, *_scope(scope, target), rules) for target in ordered)


def _scope(scope: Scope, target: Target) -> tuple[Tables, Context]:
    """Tables and context of the services the target is set for."""
    content = scope.slice
    context, measures, scores = content.context, content.measures, content.scores
    if target.service_id is not None:
        measures = measures.where("service_id", target.service_id)
        scores = scores[scores["service_id"] == target.service_id]
        context = replace(context, service=context.service_of(target.service_id))
    elif context.service is None:
        measures = measures.over_services()
    group = context.dataset.broad_group_of(target.ethnic_group)
    effect = effect_of(scope, f"reached {group}", target.service_id or "")
    return Tables(measures, content.newcomers, scores, content.population, effect), context


def break_year(scope: Scope, target: Target) -> int | None:
    """Return from which year on the population that a target is compared with was counted in another way, if any."""
    if target.comparator != POPULATION:
        return None
    facts, told = scope.dataset, scope.slice.breaks
    group = facts.broad_group_of(target.ethnic_group)
    years = told[(told["counted"] == facts.population_counted) & (told["ethnic_group"] == group)]["year"]
    return int(years.max()) if len(years) else None
