"""A service's own race-equality targets on its impact page: the verdicts of its race-equality page, said again."""

from __future__ import annotations

from typing import get_args

from pipeline.analysis.equality.targets import assess_targets
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.verdicts import Verdict
from pipeline.present.equality.targets import targets_table
from pipeline.present.page import Page
from pipeline.present.sentences import say

_ORDER: tuple[Verdict, ...] = ("not met", "off track", "met", "on track")


def tell_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets by verdict, what is missed first; blank where it has none, and over all services."""
    if page.service is None:
        return ""
    listed: dict[str, list[str]] = {}
    for evidence in assess_targets(page, rules):
        name = f"{evidence.target.target_id} {evidence.measure.title}"
        listed.setdefault(evidence.verdict, []).append(name)
    order = (*_ORDER, *(word for word in get_args(Verdict) if word not in _ORDER))
    found = [f"{len(listed[word])} {word} ({', '.join(listed[word])})" for word in order if word in listed]
    return say("own targets", found="; ".join(found)) if found else ""


def show_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets under a heading of their own; nothing where it has none, and over all services."""
    if page.service is None or not page.slice.context.targets:
        return ""
    table = page.format(targets_table(page, rules))
    link = say("own targets page", page=f"../equality/{page.service.service_id}.ipynb")
    return f"## Are its race-equality targets being met?\n\n{table}\n\n{link}"
