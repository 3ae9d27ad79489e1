"""The overview: what to decide first, what goes well, what cannot be told yet, and every service."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.matter_rules import list_matters
from pipeline.analysis.matters import Findings, Matter, group_decisions
from pipeline.analysis.scope import months_of
from pipeline.contract.context import Context, Target
from pipeline.contract.services import ServiceFacts
from pipeline.present.dates import format_day, format_window
from pipeline.present.decide.decisions import by_rule, decision_sentence, finding_sentence, whole_reach
from pipeline.present.decide.every_service import show_every_service
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.frames import Published, finding_file
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import Told, escape
from pipeline.present.needs.areas import say_areas
from pipeline.present.page import callout, fold, headline
from pipeline.present.sentences import say, say_number

_FIRST, _MOST_WELL, _MOST_ASKED = 3, 3, 6
_SERVICE_FINDINGS = ("score_changes", "kpis")
_ALL_FINDINGS = ("contracts", "outcomes", "curves")
_RULE = "\n\n* * *\n\n"
NOTHING: Mapping[str, str] = MappingProxyType({})
_VIEWS = ("positive_feedback", "took_part")
"""Measures of what families themselves said."""


def read_findings(context: Context, published: Published) -> list[Findings]:
    """Return what was found of each service, and of all together."""
    targets = [*published.rows("equality/index", "targets")]
    whole = {name: [*published.rows("services/index", name)] for name in _ALL_FINDINGS}

    def of_service(service: ServiceFacts) -> Findings:
        own, page = service.service_id, f"services/{service.service_id}"
        rows = {name: [row for row in whole[name] if row["service_id"] == own] for name in whole}
        rows |= {name: [*published.rows(page, name)] for name in _SERVICE_FINDINGS}
        return Findings(service, {**rows, "targets": targets})

    kpis = [*published.rows("services/index", "kpis")]
    over_all = {"targets": targets, "curves": whole["curves"], "kpis": kpis}
    return [*map(of_service, context.services), Findings(None, over_all)]


@dataclass(frozen=True)
class Overview:
    """What the overview is made of: what was published, and the matters found in it, ranked."""

    context: Context
    published: Published
    matters: Sequence[Matter]
    reach: Mapping[str, Row]

    @property
    def decisions(self) -> list[tuple[Matter, ...]]:
        """What has to be decided, a subject at a time, the most urgent first."""
        return group_decisions(self.matters)

    def found(self, matters: Sequence[Matter]) -> str:
        """What was found of one subject, rule by rule."""
        return "; ".join(finding_sentence(self.context, same, self.reach) for same in by_rule(matters))


def open_overview(context: Context, published: Published) -> Overview:
    """Read what was published, and find what matters in it."""
    pages = {"": "index", **{each.service_id: each.service_id for each in context.services}}
    found = {own: whole_reach(published.rows(f"services/{page}", "reach")) for own, page in pages.items()}
    reach = {own: row for own, row in found.items() if row}
    return Overview(context, published, list_matters(context, read_findings(context, published)), reach)


def _name(context: Context, matter: Matter) -> str:
    if matter.service:
        return f"{matter.service.service_id} {matter.service.name}"
    if matter.rule.startswith("target"):
        target = context.target(matter.hit.about)
        measure = context.outcome_title(target.measure_id) if target.measure_id else say("target reached")
        return f"{target.target_id} {measure}"
    return say("matter all services")


def _linked(context: Context, matter: Matter) -> str:
    """The matter's name, as a link to where the evidence stands: the service's page, or that of what is about all."""
    named = f"[{escape(_name(context, matter))}]"
    if matter.service:
        return f"{named}(services/{matter.service.service_id}.ipynb)"
    targets = matter.rule.startswith("target")
    return f"{named}({f'equality/index.ipynb#{matter.hit.about}' if targets else 'services/index.ipynb'})"


def show_facts(overview: Overview) -> str:
    """One line of facts: place, period, children, services, money."""
    dataset, services = overview.context.dataset, overview.context.services
    values = [each.annual_value for each in services if each.annual_value is not None]
    reached = overview.reach.get("")
    told = {
        "place": dataset.title,
        "period": format_window(months_of(overview.context)),
        "services": say_number("services", len(services)),
        "children": format_number(reached["children"]) if reached else say("facts none"),
    }
    money = say("facts money", value=format_number(sum(values))) if values else ""
    facts = " ".join(filter(None, [say("facts", **told), money]))
    return f'<p class="lede">{_told(None, facts)}</p>'


def show_decisions(overview: Overview) -> str:
    """The most urgent decisions: each what was found, what to decide, by when, and where the evidence is."""
    first = overview.decisions[:_FIRST]
    if not first:
        return escape(say("decisions none"))
    lines = []
    for number, own in enumerate(first, 1):
        same = [*next(by_rule(own))]
        name = f"{_linked(overview.context, own[0])}: {escape(say(f'kind {own[0].kind}'))}"
        found = _told(own[0].service, f"{finding_sentence(overview.context, same, overview.reach)}.")
        decide = escape(decision_sentence(overview.context, same, overview.reach))
        lines.append(f"{number}. **{name}.** {found} **{decide}**")
    return "\n".join(['<div class="decisions">\n', *lines, "\n</div>"])


def show_whole(overview: Overview) -> str:
    """One line of the whole: how many services are better, how many targets missed, how many cannot be told."""
    published = overview.published
    words = [row["children"] for row in published.rows("services/index", "contracts")]
    verdicts = Counter(row["verdict"] for row in published.rows("equality/index", "targets"))
    missed = verdicts["not met"] + verdicts["off track"]
    told = verdicts["met"] + verdicts["on track"] + missed
    number = sum(verdicts.values())
    said = [say("whole services", better=words.count("better"), number=len(words))] if words else []
    said += [say("whole targets", missed=missed, number=number, untold=number - told)] if number else []
    return escape(" ".join(said))


def _line(overview: Overview, own: Sequence[Matter]) -> str:
    """What was found of one subject, with its link."""
    return f"- {_linked(overview.context, own[0])}: {_told(own[0].service, overview.found(own))}."


def _told(service: ServiceFacts | None, words: str) -> Told:
    """Words with numbers that a service's page tells, or those over all services."""
    if service:
        return Told(words, f"services/tables/{service.service_id}-{finding_file('reach')}")
    over_all = ("services/tables/index-", "reach"), ("cycle/tables/money-", "rolled_up")
    return Told(words, *(page + finding_file(name) for page, name in over_all))


def _lines(overview: Overview, kinds: Sequence[str], unreviewed: Mapping[str, str] = NOTHING) -> list[str]:
    """A line a subject of what is of these kinds."""
    of_subject: dict[str, list[Matter]] = {}
    for each in overview.matters:
        if each.kind in kinds:
            of_subject.setdefault(each.subject, []).append(each)
    return [_line(overview, own) for own in of_subject.values()] + [
        f"- [{escape(name)}](quality.qmd): {escape(words)}." for name, words in unreviewed.items()
    ]


def _show_rest(overview: Overview) -> list[str]:
    """What else asks for a decision: race equality over all services in view, other services folded."""
    rest = overview.decisions[_FIRST:]
    overall = [_line(overview, own) for own in rest if own[0].service is None]
    services = [_line(overview, own) for own in rest if own[0].service is not None]
    parts = [escape(say("decisions also")), "\n".join(overall)] if overall else []
    if services:
        parts.append(fold(say("decisions more", number=len(services)), "\n".join(services)))
    return parts


def show_overview(
    overview: Overview, door: Door, provisional: str = "", unreviewed: Mapping[str, str] = NOTHING
) -> str:
    """The page: decide first; what goes well; what cannot be told yet; every service; what is provisional."""
    context, decisions = overview.context, overview.decisions
    parts = [show_facts(overview), show_decisions(overview), show_whole(overview), *_show_rest(overview)]
    if well := _lines(overview, ("going well",)):
        more = fold(say("well more", number=len(well) - _MOST_WELL), "\n".join(well[_MOST_WELL:]))
        parts += [f"## {say('well title')}", "\n".join(well[:_MOST_WELL]), *filter(None, [more])]
    if still := _lines(overview, ("cannot tell yet",), unreviewed):
        parts += [f"## {say('open title', number=len(still))} {{.folded}}", callout("\n".join(still))]
    order = [own[0].subject for own in decisions if own[0].service]
    services = show_every_service(context, overview.published, overview.reach, order, door)
    parts += [f"## {say('services heading')}", services]
    if provisional:
        parts.append(f"{escape(provisional)} {say('provisional where')}")
    return "\n\n".join(parts) + "\n"


def show_without_review(context: Context, published: Published, pages: Sequence[str]) -> str:
    """The page where no provider has sent a return: what the area needs, and which pages of the cycle there are."""
    place, day = context.dataset.title, format_day(context.dataset.complete_to)
    trends = [*published.rows("cycle/needs", "area_trends")]
    lines = [f"- [{escape(say(f'page {name}'))}](cycle/{name}.ipynb)" for name in pages]
    lede = f'<p class="lede">{escape(say("facts without returns", place=place, day=day))}</p>'
    return "\n\n".join([lede, headline(say_areas(trends) if trends else ""), "\n".join(lines)]) + "\n"


def _did(context: Context, target: Target) -> str:
    """What is being done about a target: what the register says, else about its measure by the service or by all."""
    if target.action:
        return target.action
    curves = [each for each in context.curves if each.measure_id == target.measure_id]
    for service_id in (target.service_id, None):
        for curve in curves:
            if curve.service_id == service_id:
                return say("we did", action=curve.action, day=format_day(curve.action_on))
    return say("we did nothing")


def _said_and_done(context: Context, target: Target, verdict: str) -> str:
    lines = [
        f"**{escape(say('you said'))}** {escape(say('you said words', whom=target.agreed_with, why=target.why))}",
        f"**{escape(say('we did title'))}** {escape(_did(context, target))}",
        f"**{escape(say('came of it'))}** {escape(say(f'came of it {verdict}'))}",
    ]
    return "\n\n".join(lines)


def _views(rows: Iterator[Row]) -> Iterator[str]:
    """What families said of services, of a hundred who were asked."""
    found = {row["measure_id"]: row for row in rows}
    for measure in _VIEWS:
        row = found.get(measure)
        if row is not None and pd.notna(row["estimate"]):
            share, low, high = (format_number(100 * row[name]) for name in ("estimate", "lower", "upper"))
            yield f"- {escape(say(f'view {measure}', share=share, low=low, high=high))}"


def show_families(overview: Overview) -> str:
    """Return the page: what services did, what families said of them, what was asked for and done, and whom to ask."""
    context, published = overview.context, overview.published
    words = [row["children"] for row in published.rows("services/index", "contracts")]
    reached = overview.reach.get("")
    told = say("families better", better=words.count("better"), number=len(words)) if words else ""
    came = say("families reached", children=format_number(reached["children"])) if reached else ""
    parts = [headline(_told(None, came), told)]
    if views := [*_views(published.rows("services/index", "kpis"))]:
        parts += [f"## {say('views title')}", "\n".join(views)]
    verdicts = {row["target_id"]: row["verdict"] for row in published.rows("equality/index", "targets")}
    asked = [
        _said_and_done(context, each, verdicts[each.target_id])
        for each in context.targets
        if each.target_id in verdicts
    ]
    if asked:
        first, others = (_RULE.join(some) for some in (asked[:_MOST_ASKED], asked[_MOST_ASKED:]))
        more = fold(say("asked more", number=len(asked) - _MOST_ASKED), others)
        parts += [f"## {say('asked title')}", first, *filter(None, [more])]
    parts += [f"## {say('tell us title')}", escape(say("tell us"))]
    return "\n\n".join(parts) + "\n"
