"""One measure of one service by its plan: before and after, an interrupted series, or against other services."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.analysis.group_counts import difference
from pipeline.analysis.impact.change import judge_against
from pipeline.analysis.impact.claims import EvidenceStrength
from pipeline.analysis.impact.comparison_services import Side, compare_sides, put_side, split_sides
from pipeline.analysis.impact.design_checks import Check, CheckRules, check_declared
from pipeline.analysis.impact.designs import Finding, decide_by_clusters
from pipeline.analysis.impact.monthly import Followed, follow_months, interrupt
from pipeline.analysis.impact.series_checks import (
    check_autocorrelation,
    check_few_services,
    check_placebo_dates,
    check_placebo_groups,
    check_placebo_start,
    check_pre_trend,
    check_season,
    check_services,
    tells_season,
)
from pipeline.analysis.months import last_complete_month, month_number
from pipeline.contract.context import DatasetFacts, MeasureFacts
from pipeline.contract.plans import EvaluationPlan
from pipeline.protect.cells import Cells
from pipeline.stats.designs.interrupted_series import SeriesModel
from pipeline.stats.results import NotEstimable, Result

MODEL = SeriesModel(harmonics=1)
"""Level and slope may both change; months may lean on one another, and have a season. Decided here for every plan, not
by its data; where months are too few for it, without a season. See `check_season` for seasons of other shapes."""
_PER_CENT = 100
_NO_SIZE = NotEstimable("a measure has no standard deviation of starting scores")


def assess_measure(
    measures: Cells, measure: MeasureFacts, plan: EvaluationPlan, dataset: DatasetFacts, rules: CheckRules
) -> Finding:
    """The plan's outcome by its design; `measures` hold the service and those it is compared with."""
    last = min(month_number(plan.last_day), last_complete_month(dataset.complete_to))
    months = month_number(plan.first_day), month_number(plan.start), last
    rows = measures.of_measure(measure)
    case = _Case(rows, measure, plan, months, rules, put_side(rows, plan.service_id, *months))
    if case.own.size < rules.minimum_pairs.number:
        return case.unknown(f"fewer than {rules.minimum_pairs} counted before the start or after it")
    match plan.design:
        case "interrupted_series":
            return _interrupted(case)
        case "difference_in_differences":
            return _side_by_side(case)
        case _:
            return _before_and_after(case)


@dataclass(frozen=True)
class _Case:
    """One measure and its plan; `months` are the first, that of the start and the last, `own` the service's counts."""

    rows: Cells
    measure: MeasureFacts
    plan: EvaluationPlan
    months: tuple[int, int, int]
    rules: CheckRules
    own: Side

    def unknown(self, why: str) -> Finding:
        none = NotEstimable(why)
        size = self.own.size
        return Finding(self.measure.measure_id, size, none, none, "too few to say", "descriptive", self.plan)

    def found(
        self, effect: Result, null: float, strength: EvidenceStrength, checks: Sequence[Check]
    ) -> Finding:
        """The effect against its null value, with what was checked besides the plan's date."""
        verdict = judge_against(effect, null, self.measure.direction == "higher")
        every = (check_declared(self.plan), *checks)
        fewest = self.own.fewest
        return Finding(self.measure.measure_id, fewest, effect, _NO_SIZE, verdict, strength, self.plan, every)


def _before_and_after(case: _Case) -> Finding:
    own, measure, rules = case.own, case.measure, case.rules
    moved = _in_points(difference(own.after, own.before, measure.unit, rules.confidence_level), measure)
    followed = follow_months(case.rows, case.plan.service_id, case.months, measure.unit)
    return case.found(moved, 0.0, "before and after", [check_placebo_dates(followed, _FLAT, rules)])


_SEASONLESS = replace(MODEL, harmonics=0)
_FLAT = replace(_SEASONLESS, slopes=False)


def _in_points(result: Result, measure: MeasureFacts) -> Result:
    """A difference of shares in percentage points."""
    percent = measure.unit == "percent"
    return result.map(lambda share: _PER_CENT * share, "percentage points") if percent else result


def _interrupted(case: _Case) -> Finding:
    counted = follow_months(case.rows, case.plan.service_id, case.months, case.measure.unit)
    model = MODEL if tells_season(counted) else _SEASONLESS
    series = interrupt(counted, model, case.rules.confidence_level)
    if isinstance(series, NotEstimable):
        return case.unknown(series.reason)
    season = check_season(counted, series, case.rules.confidence_level)
    checks = (
        season,
        check_placebo_dates(counted, model, case.rules),
        check_autocorrelation(series, case.rules),
    )
    found = case.found(series.level_change, 1.0, "interrupted series", checks)
    verdict = "no clear change" if season.reason == "own shape" else found.by_interval
    return replace(found, by_interval=verdict, followed=Followed(counted, series))


def _side_by_side(case: _Case) -> Finding:
    rows, own, rules, unit = case.rows, case.own, case.rules, case.measure.unit
    others, _ = split_sides(rows, case.plan.compared_services, case.months, rules.minimum_pairs.number)
    effect = compare_sides(own, others, unit, rules.confidence_level)
    if isinstance(effect, NotEstimable):
        return case.unknown(effect.reason)
    higher, level = case.measure.direction == "higher", rules.confidence_level
    verdict = judge_against(effect, 0.0, higher)
    before = range(case.months[0], case.months[1])
    checks = (
        check_pre_trend(rows, own, others, before, unit, level),
        check_placebo_start(rows, own, others, before, unit, level),
        check_placebo_groups(own, others, unit, verdict),
        check_services(own, others, unit, verdict, higher, level),
    )
    found = case.found(effect, 0.0, "comparison group", checks)
    return decide_by_clusters(found, check_few_services(own, others, unit, rules))
