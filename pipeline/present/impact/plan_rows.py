"""Evaluation plans on a page: what was agreed, when, and whether it still reads as it did when it was frozen."""

from typing import Any

from pipeline.analysis.impact.outcomes import plans_of
from pipeline.analysis.months import Window, month_number
from pipeline.contract.plans import EvaluationPlan
from pipeline.present.dates import format_day, format_window
from pipeline.present.disclosure.columns import Cell, Column, Row
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure

_LETTERS = 12


class Fingerprint(Column):
    """A SHA-256: its first letters on the page, the whole in the CSV."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        whole = str(row[self.key])
        return Cell(whole[:_LETTERS], {self.key: whole})


def describe_plan(page: Page, plan: EvaluationPlan) -> str:
    """When it was agreed with regard to its data, whether anew, and whether it reads as when it was frozen."""
    context = page.context
    said = [say("plan first" if plan.declared_first else "plan late")]
    before = [each for each in context.plans if each.plan_id == plan.plan_id and each.version < plan.version]
    if before:
        earlier = max(before, key=lambda each: each.version)
        day = format_day(earlier.agreed_on)
        said.append(say("plan anew", version=plan.version, before=earlier.version, day=day))
    frozen = [
        each for each in context.frozen_plans if (each.plan_id, each.version) == (plan.plan_id, plan.version)
    ]
    if not frozen:
        return "; ".join([*said, say("plan not frozen")])
    same = frozen[0].fingerprint == plan.fingerprint
    said.append(say("plan frozen" if same else "plan changed", day=format_day(frozen[0].frozen_on)))
    return "; ".join(said)


def _row(page: Page, plan: EvaluationPlan) -> dict[str, Any]:
    key = "plan held over all" if plan.compared_services else "plan held"
    held = say(key, named=join_words(plan.covariate_names)) if plan.covariate_names else ""
    window = Window(month_number(plan.first_day), month_number(plan.last_day))
    return {
        "plan": say("impact version", plan_id=plan.plan_id, version=plan.version),
        "outcome": page.context.outcome_title(plan.outcome),
        "design": say(f"design {plan.design}") + held,
        "comparison": plan.comparison or say("plan nobody"),
        "window": say("impact start on", window=format_window(window), day=format_day(plan.start)),
        "why": plan.why,
        "agreed": f"{plan.agreed_with}, {format_day(plan.agreed_on)}",
        "standing": describe_plan(page, plan),
        "fingerprint": plan.fingerprint,
    }


def plans_table(page: Page) -> PublishedTable:
    """What was declared for the page's service."""
    rows = [_row(page, plan) for plan in list_plans(page)]
    return page.table("plans", rows)


def list_plans(page: Page) -> tuple[EvaluationPlan, ...]:
    """The plans in force of the page's service."""
    return tuple(plans_of(page, page.service.service_id).values()) if page.service else ()
