"""Race-equality targets as cards: for whom, now, the target, what it takes, what is done, why and agreed with whom."""

import html

from pipeline.analysis.equality.target_evidence import measure_of
from pipeline.analysis.equality.target_figures import CountedFigure, Represented, Scored
from pipeline.analysis.equality.targets import TargetEvidence, assess_targets, break_year
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.plans import POPULATION
from pipeline.present.dates import format_day, format_month_number, format_short_month, format_window
from pipeline.present.disclosure.estimates import Read
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.equality.baselines import describe_state, is_withheld
from pipeline.present.equality.targets import by_verdict, children_of, difference_unit, goal_words
from pipeline.present.page import Page, fold, paragraph, stack
from pipeline.present.sentences import retell, say, sentence_case, verdict_word
from pipeline.protect.tally import Tally
from pipeline.stats.results import NotEstimable

_PER_CENT = 100
_MOST_MONTHS = 120
_MISSED = ("not met", "off track")
"""Of these, why the target is needed stands open."""
_REACHED = ("met", "on track")
"""Of these, no card need stand in view."""
_MOST_OPEN = 4
"""Cards that stand in view, and at least one of each other verdict; a link to one that is folded opens the fold."""


def _figure(page: Page, reading: object) -> str:
    """A figure with its interval, as the table of targets has it."""
    return Read("figure", "", page.confidence_level).cell({"figure": reading}, page.rule).text


def _level(page: Page, evidence: TargetEvidence, tally: Tally, group: str) -> str:
    """One side of a gap: '25% of Black children'."""
    unit = evidence.measure.unit
    number = _figure(page, CountedFigure(tally, None, unit)).partition(" (")[0]
    children = children_of(group, page.dataset)
    return say(f"side {unit}", number=number, children=children)


def _now(page: Page, evidence: TargetEvidence) -> str:
    """Where the group stands: both sides and the gap between them, or why nothing is said."""
    target, reading, window = evidence.target, evidence.reading, evidence.window
    if not window.months:
        return say("now not yet")
    if isinstance(evidence.current, NotEstimable):
        return say("now few" if evidence.current == FEW else "now none", window=format_window(window))
    figure = _figure(page, reading)
    unit = difference_unit(evidence.measure, figure.partition(" (")[0].lstrip("+−"))
    gap = figure.replace(" (", f"{unit} (", 1)
    match reading:
        case CountedFigure(reference=Tally()) if target.comparator:
            sides = zip(
                (reading.group, reading.reference), (target.ethnic_group, target.comparator), strict=True
            )
            own, other = (_level(page, evidence, tally, group) for tally, group in sides if tally)
            return say("now gap", own=own, other=other, gap=gap, window=format_window(window))
        case Represented() if target.comparator == POPULATION:
            own = _figure(page, Represented(reading.group, None)).partition(" (")[0]
            return say("now reached", own=own, gap=gap, window=format_window(window))
        case Scored():
            return say("now score", gap=gap, window=format_window(window))
        case _:
            return say("now level", level=figure, window=format_window(window))


def _whom(page: Page, evidence: TargetEvidence) -> str:
    """The group and whom it is compared with, and why with them."""
    target, dataset = evidence.target, page.dataset
    group = children_of(target.ethnic_group, dataset)
    if target.comparator is None:
        words = say("whom alone", group=group)
    elif target.comparator == POPULATION:
        words = say("whom population", group=group, counted=dataset.population_counted)
        year = break_year(page, target)
        words += f" {say('whom broken', year=year)}" if year else ""
    else:
        words = say("whom compared", group=group, others=children_of(target.comparator, dataset))
    return " ".join(filter(None, [sentence_case(words), target.comparator_why]))


def _start(page: Page, evidence: TargetEvidence) -> str:
    """Where the target starts from, since when, and whether that figure still holds."""
    target, baseline = evidence.target, evidence.baseline
    unit = difference_unit(evidence.measure) if target.comparator else "%"
    if target.baseline is not None:
        value = f"{format_number(target.baseline, sign=target.comparator is not None)}{unit}"
        return say("start stated", value=value)
    if baseline.reading is None or baseline.window is None:
        return say("start forming")
    if is_withheld(evidence):
        return say("start few", window=format_window(baseline.window))
    value = _figure(page, baseline.reading)
    value = value.replace(" (", f"{unit} (", 1) if target.comparator else value
    return f"{say('start measured', value=value, window=format_window(baseline.window))} {describe_state(evidence)}."


def _detectable_words(evidence: TargetEvidence) -> str:
    """The smallest difference that could have been seen; blank where it cannot be told."""
    found = evidence.detectable
    if isinstance(found, NotEstimable):
        return ""
    percent = evidence.measure.unit == "percent"
    number = format_number(found * _PER_CENT) if percent else format_number(found, 1)
    return say("detectable", points=f"{number}{difference_unit(evidence.measure, number)}")


def _few_words(evidence: TargetEvidence, rules: JudgementRules) -> list[str]:
    """How many children a verdict needs, and in how many months so many would come."""
    months, whom = evidence.months_needed, evidence.target.agreed_with
    told = {"minimum": rules.minimum_total, "what": say(f"counted {evidence.measure.unit}"), "whom": whom}
    told |= {"months": months, "window": evidence.window.months}
    soon = not isinstance(months, NotEstimable) and months <= _MOST_MONTHS
    return [say("do gather" if soon else "do join", **told)]


def _what_it_takes(evidence: TargetEvidence, rules: JudgementRules) -> list[str]:
    """What a commissioner can do about a verdict; nothing where the target is met or on track."""
    target = evidence.target
    ask = say("do ask", whom=target.agreed_with)
    match evidence.verdict, evidence.reason:
        case "not met" | "off track", _:
            return [say("do act", whom=target.agreed_with)]
        case _, "unknown":
            return [say("do record"), ask]
        case "baseline forming", _ if evidence.baseline.window is not None:
            return [say("do baseline", month=format_month_number(evidence.baseline.window.last)), ask]
        case _, "forecast across" | "no forecast":
            return [say("do due", due=format_day(target.due)), ask]
        case _, "few":
            return _few_words(evidence, rules)
        case "cannot tell yet" | "too few to say", _:
            more = evidence.more_months
            if more is None:
                return [ask]
            return [say("do wait", more=more) if more <= _MOST_MONTHS else say("do widen"), ask]
        case _:
            return []


def _reason(evidence: TargetEvidence, rules: JudgementRules) -> str:
    """Why the verdict is what it is, and where it is open, what could have been seen."""
    reason = say(
        f"reason {evidence.reason}",
        minimum=rules.minimum_total,
        maximum=f"{format_number(rules.maximum_unknown * _PER_CENT)}%",
        months=rules.baseline_months,
    )
    forecast = say("forecast season" if evidence.seasonal else "forecast no season")
    told = [reason, forecast] if evidence.reason.startswith("forecast") else [reason]
    seen = _detectable_words(evidence) if evidence.verdict == "cannot tell yet" else ""
    return " ".join(filter(None, [*told, seen]))


def _agreed(page: Page, evidence: TargetEvidence) -> str:
    """Who agreed it and when, and what earlier versions asked for."""
    target, context = evidence.target, page.context
    revised = [
        say(
            "register revised",
            version=target.version,
            goal=goal_words(each, measure_of(each, context)),
            due=format_short_month(each.due),
            date=format_day(each.agreed_on),
        )
        for each in context.earlier_targets
        if each.target_id == target.target_id
    ]
    agreed = say("register agreed", whom=target.agreed_with, date=format_day(target.agreed_on))
    return " ".join([agreed, *revised])


def _list(page: Page, target: str, lines: dict[str, str]) -> str:
    """Terms and what is said of them; those of which nothing is said are left out."""
    tables = ("targets", "finding_targets", "baselines")
    told = ((say(f"card {name}"), page.told(words, *tables, row=target)) for name, words in lines.items())
    return f"<dl>{''.join(f'<dt>{term}</dt><dd>{words}</dd>' for term, words in told if words)}</dl>"


def _title(page: Page, evidence: TargetEvidence) -> str:
    """What the target is about, whom it is for, and of which service where a page holds several."""
    target, context = evidence.target, page.context
    named = [
        f"{target.target_id} {retell(evidence.measure.title)}",
        children_of(target.ethnic_group, context.dataset),
    ]
    if page.service is None and target.service_id is not None:
        named.append(f"{target.service_id} {context.service_of(target.service_id).name}")
    return ", ".join(named)


def _card(page: Page, evidence: TargetEvidence, rules: JudgementRules) -> str:
    """One target as one block of HTML, on one line so that no blank line ends it; its number is its anchor."""
    target, word = evidence.target, evidence.verdict
    goal = goal_words(target, evidence.measure)
    first = {
        "whom": _whom(page, evidence),
        "now": _now(page, evidence),
        "goal": say("goal by", goal=sentence_case(goal), due=format_day(target.due)),
        "takes": " ".join(_what_it_takes(evidence, rules)),
        "action": target.action or "",
    }
    rest = {
        "why": target.why,
        "start": _start(page, evidence),
        "agreed": _agreed(page, evidence),
        "reason": _reason(evidence, rules),
    }
    if word in _MISSED:
        first["why"] = rest.pop("why")
    front, back = (_list(page, target.target_id, lines) for lines in (first, rest))
    cut = page.context.cuts.get(target.service_id or "", "").split()
    name, more = html.escape(target.target_id), escape(say("card more", target=target.target_id))
    return (
        f'<article class="{" ".join(["target", *cut])}" id="{name}"><h4>{escape(_title(page, evidence))}</h4>'
        f'<p><span class="verdict verdict-{word.replace(" ", "-")}">{escape(verdict_word(word))}</span></p>{front}'
        f"<details><summary>{more}</summary>{back}</details></article>"
    )


def show_targets(page: Page, rules: JudgementRules) -> str:
    """The targets as cards by verdict, what asks for a decision first."""
    found = by_verdict(assess_targets(page, rules))
    if not found:
        return paragraph(say("targets none"))
    parts, room = [], _MOST_OPEN
    for word, listed in found.items():
        title = say("targets group", word=sentence_case(verdict_word(word)), number=len(listed))
        cards = [_card(page, evidence, rules) for evidence in listed]
        opened = max(room, word not in _REACHED)
        more = fold(say("targets more", number=len(cards) - opened), *cards[opened:])
        parts += [f"### {escape(title)}", *cards[:opened], more]
        room -= len(cards)
    return stack(*parts)
