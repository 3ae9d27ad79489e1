"""What has to be decided, what goes well and what cannot be told yet, in words: overview, contract meeting, table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pandas as pd

from pipeline.analysis.contract_findings import tabulate_contracts
from pipeline.analysis.finding_columns import Row, list_rows
from pipeline.analysis.findings import tabulate_targets
from pipeline.analysis.impact.change import ALL_GROUPS
from pipeline.analysis.impact_findings import tabulate_outcomes, tabulate_score_changes
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.matter_rules import list_matters
from pipeline.analysis.matters import TO_DECIDE, Findings, Kind, Matter
from pipeline.analysis.performance_findings import (
    tabulate_curves,
    tabulate_journey,
    tabulate_kpis,
    tabulate_reach,
)
from pipeline.contract.context import Context
from pipeline.present.dates import format_day
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.equality.targets import children_of_groups
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import SENTENCES, say, verdict_word

_QUESTIONS = 3
_MOST_MONTHS = 120
_ASKED: tuple[Kind, ...] = (*TO_DECIDE, "cannot tell yet", "to ask", "going well")


def _title(context: Context, matter: Matter) -> str:
    """What a matter is about, by the name that readers know; of what is open with the word for it."""
    hit, rule = matter.hit, matter.rule
    if rule == "most lost":
        return say(f"step {hit.about}")
    if rule == "curve turned":
        measures = {curve.curve_id: curve.measure_id for curve in context.curves}
        return context.outcome_title(measures[hit.about])
    as_it_is = not hit.about or hit.standard or rule.startswith("target")
    named = hit.about if as_it_is else context.outcome_title(hit.about)
    return f"{named} ({verdict_word(hit.verdict)})" if rule.endswith("open") else named


def _takes(matter: Matter) -> str:
    """What it would take to tell what cannot be told yet."""
    hit, months = matter.hit, matter.hit.more_months
    if months is not None and months <= _MOST_MONTHS:
        return say("takes months", months=months)
    if not hit.reason:
        return say("takes outcome")
    due = format_day(hit.on) if hit.on else ""
    return say("takes years") if months is not None else say(f"takes {hit.reason}", due=due)


def _tell_share(share: float, lower: float, upper: float) -> str:
    value, low, high = (format_number(100 * each) for each in (share, lower, upper))
    return say("interval", value=f"{value}%", lower=low, upper=high)


def places(context: Context, matters: Sequence[Matter], reach: Mapping[str, Row]) -> dict[str, str]:
    """Return what the sentences about matters of one rule and service have places for."""
    first = matters[0]
    service, standard = first.service, first.hit.standard
    reached = reach.get(service.service_id if service else "")
    told = {
        "what": join_words(list(dict.fromkeys(_title(context, each) for each in matters))),
        "groups": children_of_groups(
            (group for each in matters for group in each.hit.groups), context.dataset
        ),
        "by": format_day(first.by),
        "verdict": verdict_word(first.hit.verdict),
        "share": _tell_share(*first.hit.share) if first.hit.share else "",
        "value": format_number(service.annual_value) if service and service.annual_value is not None else "",
    }
    if first.kind == "cannot tell yet":
        told["takes"] = "; ".join(dict.fromkeys(_takes(each) for each in matters))
    if standard is not None:
        told["evidence"] = (standard.evidence or say("matter no evidence")).rstrip(".")
    if first.rule.startswith("target"):
        agreed = dict.fromkeys(context.target(each.hit.about).agreed_with for each in matters)
        told["whom"] = join_words(list(agreed))
        told["what"] = say("target one" if len(matters) == 1 else "target several", what=told["what"])
    for name, figure in (("children", "children"), ("agreed", "commissioned")):
        if reached is not None and pd.notna(reached[figure]):
            told[name] = format_number(reached[figure])
    return told


def by_rule(matters: Sequence[Matter]) -> Iterator[list[Matter]]:
    """Yield the matters of one subject by rule, in their order."""
    return ([*same] for _, same in groupby(matters, key=lambda each: each.rule))


def finding_sentence(context: Context, matters: Sequence[Matter], reach: Mapping[str, Row]) -> str:
    """What was found, of matters of one rule and service: no full stop, so that several can stand in a row."""
    rule = matters[0].rule
    told = places(context, matters, reach)
    if rule == "no clear change" and not told["value"]:
        return say("found no clear change unpriced", **told)
    if matters[0].service is None and rule.startswith("target"):
        return say(f"found target alone{' open' * rule.endswith('open')}", **told)
    return say(f"found {rule}", **told)


def decision_sentence(context: Context, matters: Sequence[Matter], reach: Mapping[str, Row]) -> str:
    """What to decide about matters of one rule and service, and by which day."""
    rule, kind = matters[0].rule, matters[0].kind
    key = f"decide {rule}" if f"decide {rule}" in SENTENCES else f"decide {kind}"
    return say(key, **places(context, matters, reach))


def page_findings(page: Page, minimum_pairs: int, rules: JudgementRules) -> Findings:
    """Return the findings of a page that matters are made of."""
    frames = {
        "contracts": tabulate_contracts(page, minimum_pairs),
        "outcomes": tabulate_outcomes(page, minimum_pairs),
        "score_changes": tabulate_score_changes(page, minimum_pairs),
        "kpis": tabulate_kpis(page, minimum_pairs),
        "curves": tabulate_curves(page),
        "targets": tabulate_targets(page, rules),
        "journey": tabulate_journey(page),
    }
    return Findings(page.service, {name: list_rows(frame) for name, frame in frames.items()})


def whole_reach(rows: Iterable[Row]) -> Row | None:
    """Return the row of all children out of the finding on who was reached."""
    return next((row for row in rows if row["ethnic_group"] == ALL_GROUPS), None)


def show_questions(page: Page, minimum_pairs: int, rules: JudgementRules) -> str:
    """Return the questions for the next contract meeting, the most urgent first; nothing over all services."""
    if page.service is None:
        return ""
    context = page.context
    found = list_matters(context, [page_findings(page, minimum_pairs, rules)])
    reached = whole_reach(list_rows(tabulate_reach(page)))
    reach = {page.service.service_id: reached} if reached else {}
    ordered = sorted(found, key=lambda each: _ASKED.index(each.kind))
    asked = [say(f"ask {same[0].rule}", **places(context, same, reach)) for same in by_rule(ordered)]
    told = [page.told(question, "journey", "finding_reach") for question in asked[:_QUESTIONS]]
    lines = [f"{number}. {question}" for number, question in enumerate(told, 1)]
    return "\n\n".join([f"## {say('questions title')}", "\n".join(lines) or escape(say("questions none"))])
