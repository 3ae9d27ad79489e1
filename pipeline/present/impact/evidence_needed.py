"""What would change these answers: the children, months, checks and comparisons that each of them lacks."""

from collections.abc import Iterator

from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.outcomes import RATIOS, all_findings, is_shown, months_to_tell
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.impact.check_words import name_check
from pipeline.present.impact.claims import unit_of
from pipeline.present.impact.what_works import list_evaluated
from pipeline.present.page import Page, callout, paragraph
from pipeline.present.sentences import say
from pipeline.stats.power import detectable_from_interval
from pipeline.stats.results import Estimate, NotEstimable

_BESIDE = {"comparison group", "randomised comparison"}


def _more(page: Page, finding: Finding) -> str:
    """How large a difference would have been seen, and how long the one found would take to show."""
    outcome, effect = page.context.outcome_title(finding.outcome), finding.effect
    assert isinstance(effect, Estimate)
    if effect.unit in RATIOS:
        return say("would change ratio", outcome=outcome)
    detectable = detectable_from_interval(effect)
    assert not isinstance(detectable, NotEstimable)
    seen, months = f"{format_number(detectable, 1)} {unit_of(finding)}", months_to_tell(page, finding)
    if months is None:
        return say("would change nothing found", outcome=outcome, detectable=seen)
    return say("would change more", outcome=outcome, detectable=seen, months=months[0], have=months[1])


def list_lacking(page: Page, finding: Finding, minimum_pairs: int) -> Iterator[str]:
    """What one answer lacks, in sentences."""
    outcome = page.context.outcome_title(finding.outcome)
    if not is_shown(page, finding):
        yield say("would change few", outcome=outcome, minimum=minimum_pairs)
        return
    if finding.verdict in ("no clear change", "cannot tell yet"):
        yield _more(page, finding)
    failed = [check for check in finding.failed if check.name != "declared first"]
    if failed:
        names = "; ".join(name_check(check).lower() for check in failed)
        yield say("would change failed", outcome=outcome, names=names)
    if finding.plan is None or not finding.plan.declared_first:
        yield say("would change plan", outcome=outcome)
    if finding.strength == "comparison group":
        yield say("would change randomise", outcome=outcome)
    elif finding.strength != "randomised comparison":
        scored = any(scale.scale == finding.outcome for scale in page.context.scales)
        yield say("would change compare" if scored else "would change beside", outcome=outcome)
    lacking = {check.reason for check in finding.checks if check.outcome == "not possible"}
    for reason, key in (("one site", "would change site"), ("no norm", "would change norm")):
        if reason in lacking:
            yield say(key, outcome=outcome)


def show_would_change(page: Page, minimum_pairs: int) -> str:
    """What each answer of the page lacks; over all services how many lack a plan or a comparison."""
    if page.service is None:
        found = [finding for _, finding in list_evaluated(page, minimum_pairs)]
        if not found:
            return paragraph(say("would change none"))
        undeclared = sum(not (finding.plan and finding.plan.declared_first) for finding in found)
        alone = sum(finding.strength not in _BESIDE for finding in found)
        return paragraph(say("would change over all", undeclared=undeclared, number=len(found), alone=alone))
    findings = all_findings(page, page.service, minimum_pairs)
    said = [line for finding in findings for line in list_lacking(page, finding, minimum_pairs)]
    if not said:
        return paragraph(say("would change none"))
    return callout("\n".join(f"- {page.told(line, 'finding_outcomes')}" for line in said))
