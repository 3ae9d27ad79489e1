"""One outcome in several services that started at different times, against those that never did."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analysis.impact.change import ChangeVerdict
from pipeline.analysis.impact.claims import CheckOutcome, Claim, weigh_claim
from pipeline.analysis.impact.comparison_services import level_of, put_side
from pipeline.analysis.impact.design_checks import CheckRules
from pipeline.analysis.months import last_complete_month, month_number
from pipeline.contract.context import DatasetFacts, MeasureFacts
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import EvaluationPlan
from pipeline.protect.cells import Cells
from pipeline.stats.designs.difference_in_differences import StaggeredEffects, staggered_effects
from pipeline.stats.designs.panel import (
    NEVER,
    Panel,
    average_effect,
    balanced_panel,
    group_times,
    weigh_groups,
)
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result
from pipeline.stats.scores.few_clusters import randomisation_test

_QUARTER = 3


@dataclass(frozen=True)
class Staggered:
    """What starting did in these services, in points of the measure.

    `chance` is how often dealing the starts to other services does as much; `pre_trend` how much more those that
    started rose a quarter before they did; `covariate_names` the characteristics, each with its most common level, in
    whose share services are made alike.
    """

    outcome: str
    services: tuple[str, ...]
    compared: int
    value: float
    chance: PValue | NotEstimable
    pre_trend: Result
    verdict: ChangeVerdict
    claim: Claim
    study: StaggeredEffects
    covariate_names: tuple[tuple[str, str], ...]


def assess_staggered(
    measures: Cells,
    characteristics: Cells,
    measure: MeasureFacts,
    plans: Sequence[EvaluationPlan],
    dataset: DatasetFacts,
    rules: CheckRules,
) -> Staggered | NotEstimable:
    """Group-time effects of Callaway and Sant'Anna (2021), by quarters, judged by randomisation of the starts.

    Never plain two-way fixed effects, which would set services that have started already against those that start later
    as if they had not. What any of the plans holds fixed is held fixed.
    """
    rows = measures.of_measure(measure)
    first = max(month_number(plan.first_day) for plan in plans)
    last = min(last_complete_month(dataset.complete_to), *(month_number(plan.last_day) for plan in plans))
    starts = {plan.service_id: (month_number(plan.start) - first) // _QUARTER for plan in plans}
    never = set.intersection(*(set(plan.compared_services) for plan in plans)) - starts.keys()
    mix = _mix(
        measures,
        characteristics,
        measure,
        list(dict.fromkeys(name for plan in plans for name in plan.covariate_names)),
    )
    if len(mix.columns) and set(starts) - set(mix.index):
        return NotEstimable("of a service that started it is not known what is to be held fixed")
    begun = {**dict.fromkeys(sorted(never), NEVER), **starts}
    panel = _panel(rows, measure, begun, (first, last), rules, mix)
    if isinstance(panel, NotEstimable):
        return panel
    found = staggered_effects(panel, rules.confidence_level)
    if isinstance(found, NotEstimable):
        return found
    chance = randomisation_test(lambda dealt: _value(panel, dealt), panel.starts, rules.confidence_level)
    verdict = _judge(found.value, chance, measure.direction == "higher", 1 - rules.confidence_level)
    claim = weigh_claim(verdict, "comparison group", _checks(plans, found))
    held = tuple((pair[0], pair[1]) for pair in mix.columns)
    counted = found.comparison, found.value, chance, found.pre_trend
    return Staggered(measure.measure_id, tuple(sorted(starts)), *counted, verdict, claim, found, held)


def _mix(
    measures: Cells, characteristics: Cells, measure: MeasureFacts, names: Sequence[str]
) -> pd.DataFrame:
    """By service, the share of its children at the most common level of each characteristic (name and level)."""
    shares = {}
    for name in names:
        level, told = "ethnic_group", measures
        if name != "ethnicity":
            level, told = "level", characteristics.where("characteristic", name)
        told = told.where("measure_id", measure.measure_id).without(level, NOT_KNOWN)
        counted = {key: t.total or t.child_years for key, t in told.sum_by(["service_id", level]).items()}
        if not counted:
            return pd.DataFrame(columns=[(name, "")])
        children = pd.Series(counted).unstack(fill_value=0).astype("float64")
        common = str(children.sum().idxmax())
        shares[name, common] = children[common] / children.sum(axis=1)
    return pd.DataFrame(shares).dropna()


def _panel(
    rows: Cells,
    measure: MeasureFacts,
    starts: dict[str, float],
    months: tuple[int, int],
    rules: CheckRules,
    mix: pd.DataFrame,
) -> Panel | NotEstimable:
    """Each service's level by quarter; a service that holds too few in all, or nobody in some quarter, is left out."""
    first, last = months
    quarters = range((last - first + 1) // _QUARTER)
    found: list[tuple[str, int, float, float]] = []
    for service, start in starts.items():
        if len(mix.columns) and service not in mix.index:
            continue
        begins = [first + _QUARTER * quarter for quarter in quarters]
        tallies = [put_side(rows, service, begin, begin, begin + _QUARTER - 1).after for begin in begins]
        told = all(tally.total or tally.child_years for tally in tallies)
        if told and sum(tally.size for tally in tallies) >= rules.minimum_pairs.number:
            levels = [level_of(tally, measure.unit)[0] for tally in tallies]
            found += [(service, quarter, levels[quarter], start) for quarter in quarters]
        elif start != NEVER:
            return NotEstimable(
                f"a service that started holds fewer than {rules.minimum_pairs}, or nobody in a quarter"
            )
    units, times, levels, begun = (list(column) for column in zip(*found, strict=True))
    alike = mix.loc[units] if len(mix.columns) else None
    return balanced_panel(units, times, levels, begun, alike)


def _value(panel: Panel, starts: np.ndarray) -> float:
    dealt = panel.with_starts(starts)
    since = [one for one in group_times(dealt) if one.time >= one.start]
    return average_effect(dealt, since, weigh_groups(dealt, since))[0] if since else 0.0


def _judge(
    value: float, chance: PValue | NotEstimable, higher_is_better: bool, significance: float
) -> ChangeVerdict:
    if isinstance(chance, NotEstimable):
        return "cannot tell yet"
    if chance.value > significance:
        return "no clear change"
    return "better" if (value > 0) == higher_is_better else "worse"


def _checks(plans: Sequence[EvaluationPlan], found: StaggeredEffects) -> list[CheckOutcome]:
    trend: CheckOutcome = "not possible"
    if isinstance(found.pre_trend, Estimate):
        trend = "pass" if found.pre_trend.contains(0.0) else "fail"
    return ["pass" if all(plan.declared_first for plan in plans) else "fail", trend]
