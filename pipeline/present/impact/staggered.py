"""Services that started the same thing at different times, over all of them together."""

import math
from typing import Any

from pipeline.analysis.impact.outcomes import check_rules
from pipeline.analysis.impact.staggered import Staggered, assess_staggered
from pipeline.contract.context import Unit
from pipeline.contract.tables import load_table
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.impact.check_words import format_estimate, format_percent
from pipeline.present.page import Page, join_words, stack
from pipeline.present.sentences import retell, say, say_number
from pipeline.stats.results import Estimate, NotEstimable, Result

_FEWEST_STARTS = 2


def _row(page: Page, found: Staggered, unit: Unit) -> dict[str, Any]:
    names = {service.service_id: service.name for service in page.context.services}
    titles = {field.name: field.title.lower() for field in load_table("episodes").fields}
    held = [
        say("staggered held", characteristic=titles[name], level=at) for name, at in found.covariate_names
    ]
    chance = found.chance
    return {
        "outcome": page.context.outcome_title(found.outcome),
        "services": join_words([names[service] for service in found.services]),
        "verdict": found.claim.verdict,
        "effect": found.value,
        "unit": say(f"unit of difference {unit}"),
        "chance": retell(chance.reason) if isinstance(chance, NotEstimable) else format_percent(chance.value),
        "before": _tell_trend(found.pre_trend),
        "dynamic": _tell_trend(found.study.dynamic),
        "breakdown": _tell_breakdown(found.study.breakdown),
        "compared": say_number("services", found.compared),
        "held": join_words(held or [say("staggered nothing")]),
    }


def _tell_trend(trend: Result) -> str:
    return retell(trend.reason) if isinstance(trend, NotEstimable) else format_estimate(trend)


def _tell_breakdown(times: float | NotEstimable) -> str:
    if isinstance(times, NotEstimable):
        return retell(times.reason)
    if times == math.inf:
        return say("staggered firm")
    return say("staggered breakdown", times=format_number(times, 1))


def _study_rows(page: Page, found: Staggered) -> list[dict[str, Any]]:
    """The effect by quarters since the start, with the band that holds all of them together, where it has one."""
    return [
        {
            "outcome": page.context.outcome_title(found.outcome),
            "quarter": f"{each.exposure:+.0f}",
            "effect": _tell_trend(each.effect),
            "band": _tell_trend(each.band),
        }
        for each in found.study.exposures
        if isinstance(each.effect, Estimate)
    ]


def show_staggered(page: Page, minimum_pairs: int) -> str:
    """What starting did where several services have a plan for the same measure; nothing where none has."""
    context = page.context
    rows, quarters, left = [], [], []
    for measure in context.measures:
        plans = [
            plan
            for plan in context.plans_in_force
            if plan.compared_services and plan.outcome == measure.measure_id
        ]
        if page.service is not None or len(plans) < _FEWEST_STARTS:
            continue
        told = page.slice.measures, page.slice.characteristics
        found = assess_staggered(*told, measure, plans, context.dataset, check_rules(page, minimum_pairs))
        if isinstance(found, NotEstimable):
            left.append(say("staggered left", outcome=measure.title, why=retell(found.reason)))
        else:
            rows.append(_row(page, found, measure.unit))
            quarters += _study_rows(page, found)
    if not rows:
        return stack(*left)
    table = page.table("staggered", rows)
    return stack(page.format(table), page.show(page.table("staggered_quarters", quarters)), *left)
