"""A service's own race-equality targets on its impact page: the verdicts of its race-equality page, said again."""

from __future__ import annotations

from pipeline.analysis.equality.targets import TargetEvidence, assess_targets
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.present.equality.target_words import by_verdict
from pipeline.present.equality.targets import targets_table
from pipeline.present.page import Page, fold_mark
from pipeline.present.sentences import retell, say, tell_word


def _name(evidence: TargetEvidence) -> str:
    return f"{evidence.target.target_id} {retell(evidence.measure.title)}"


def tell_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets by verdict, what is missed first; blank where it has none, and over all services."""
    if page.service is None:
        return ""
    found = [
        f"{len(own)} {tell_word(word)} ({', '.join(map(_name, own))})"
        for word, own in by_verdict(assess_targets(page, rules)).items()
    ]
    return say("own targets", found="; ".join(found)) if found else ""


def show_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets under a heading of their own; nothing where it has none, and over all services."""
    if page.service is None or not page.slice.context.targets:
        return ""
    table = page.format(targets_table(page, rules))
    link = say("own targets page", page=f"../equality/{page.service.service_id}.ipynb")
    return f"## {say('own targets title')}{fold_mark(page, rules)}\n\n{table}\n\n{link}"
