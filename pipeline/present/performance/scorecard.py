"""The curves to turn: by outcome a scorecard, the story behind each curve and what to do."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pipeline.analysis.performance.curves import curve_scope, finding_of
from pipeline.analysis.performance.kpis import figures_of
from pipeline.contract.plans import Curve, CurveKind
from pipeline.contract.services import OUTCOMES
from pipeline.present.dates import format_month
from pipeline.present.disclosure.estimates import Worked, level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, fold, headline, join_words, paragraph, stack
from pipeline.present.performance.curve_charts import curve_sentences, curve_table, format_goal, show_curve
from pipeline.present.sentences import say, verdict_word

_KINDS = get_args(CurveKind)
_VERDICTS = ("turned", "not turned", "cannot tell yet", "too few to say")
_MOST_CURVES = 5
_IN_VIEW = 2
"""Rows of an outcome that stand in view where many are folded: each is a link, and there are five outcomes."""
_NO_LATEST: Mapping[str, Any] = {"latest": "–", "latest_kind": Worked("latest", "")}
_OF_ONE_OUTCOME = slice(1, None)
"""The columns of the scorecard without the outcome, which is the heading."""


def show_curves(page: Page) -> str:
    """Each curve of the service, with what can be said of it; over all, how many turned and where they are shown.

    What the page of curves shows is published here, with the other files of the index.
    """
    own = page.service.service_id if page.service else None
    curves = page.context.curves
    if page.service is None and curves:
        scorecard_table(page)
        for curve in curves:
            if curve.service_id is None:
                curve_table(page, curve)
        return (
            f"{paragraph(_count_verdicts(page, page.context.curves))} [{say('curves link')}](curves.ipynb)."
        )
    shown = [show_curve(page, curve) for curve in curves if curve.service_id == own]
    return stack(*shown) or paragraph(say("curves none"))


def show_curves_headline(page: Page) -> str:
    """How many of all curves turned, and that a turn does not say why."""
    return headline(_count_verdicts(page, page.context.curves), say("curves caution"))


def _count_verdicts(page: Page, curves: Sequence[Curve]) -> str:
    counted: Counter[str] = Counter(finding_of(page, curve).verdict for curve in curves)
    told = [say(f"curves {verdict}", number=counted[verdict]) for verdict in _VERDICTS if counted[verdict]]
    return say("curves counted", number=counted.total(), told=join_words(told))


def show_scorecards(page: Page) -> str:
    """By outcome: how much, how well and is anyone better off; the story behind each curve, and what to do."""
    table = scorecard_table(page)
    outcomes = [name for name in OUTCOMES if OUTCOMES[name] in table.values("outcome")]
    parts = [_show_outcome(page, table, outcome) for outcome in outcomes]
    return stack(*parts, *(paragraph(said) for said in _remarks(page)))


def _show_outcome(page: Page, table: PublishedTable, outcome: str) -> str:
    title = OUTCOMES[outcome]
    rows = zip(table.cells, table.values("outcome"), strict=True)
    name = f"{verdict_word(title)}: {table.title[:1].lower()}{table.title[1:]}"
    cut = table.with_rows(name, (cells for cells, other in rows if other == title)).with_columns(
        _OF_ONE_OUTCOME
    )
    curves = [curve for curve in _in_order(page.context.curves) if curve.ecm_outcome == outcome]
    cut = cut.saying(_count_verdicts(page, curves))
    whole = [
        f"{show_curve(page, curve)}\n\n{_tell_next(page, curve)}" for curve in curves if not curve.service_id
    ]
    stories = [_tell_story(page, curve) for curve in curves if curve.service_id]
    folded = fold(say("curves stories"), *whole, *stories)
    return stack(f"## {paragraph(verdict_word(title))}", page.format(cut, in_view=_IN_VIEW), folded)


def _tell_story(page: Page, curve: Curve) -> str:
    """A service's curve in words; it is drawn on the service's page."""
    measure, name = page.context.measure(curve.measure_id), curve_scope(page, curve).service
    assert name is not None
    link = f"[{paragraph(name.name)}]({curve.service_id}.ipynb)"
    said = f"{paragraph(measure.title)}, {link}. {curve_sentences(page, curve)}"
    return f"{said}\n\n{_tell_next(page, curve)}"


def _tell_next(page: Page, curve: Curve) -> str:
    """What to do about a curve, and with whom."""
    service = curve_scope(page, curve).service
    return paragraph(
        say(
            f"curve next {finding_of(page, curve).verdict}",
            who=service.provider if service else say("curve who all"),
            due=format_month(curve.due),
            period=page.dataset.period,
        )
    )


def _scorecard_row(page: Page, curve: Curve) -> dict[str, Any]:
    own, measure = curve_scope(page, curve), page.context.measure(curve.measure_id)
    found, whom = finding_of(page, curve), own.service.name if own.service else say("heard about all")
    judged = [figure for figure in figures_of(own, measure) if figure.judged]
    latest = level_cells("latest", judged[-1].tally, measure, page.confidence_level) if judged else _NO_LATEST
    return {
        "outcome": OUTCOMES[curve.ecm_outcome],
        "question": say(f"question {curve.kind}"),
        "curve": f"{measure.title}, {whom}: {curve.action} ({format_month(curve.action_on)})",
        "curve_id": curve.curve_id,
        "service_id": curve.service_id,
        "curve_link": f"{curve.service_id}.ipynb" if curve.service_id else "",
        "verdict": found.verdict,
        "departure": found.departure or "–",
        "target": format_goal(curve, measure),
        **latest,
    }


def _in_order(curves: Sequence[Curve]) -> list[Curve]:
    order = {name: place for place, name in enumerate((*OUTCOMES, *_KINDS))}
    return sorted(curves, key=lambda curve: (order[curve.ecm_outcome], order[curve.kind]))


def scorecard_table(page: Page) -> PublishedTable:
    """Every curve by outcome and question, in the order of the outcomes."""
    rows = [_scorecard_row(page, curve) for curve in _in_order(page.context.curves)]
    return page.table("scorecard", rows)


def _remarks(page: Page) -> Iterator[str]:
    """Outcomes without a curve, and questions with too many to follow."""
    curves = page.context.curves
    covered = {curve.ecm_outcome for curve in curves}
    missing = [verdict_word(OUTCOMES[name]) for name in OUTCOMES if name not in covered]
    if missing:
        yield say("scorecard missing", outcomes=join_words(missing))
    for (outcome, kind), number in Counter((curve.ecm_outcome, curve.kind) for curve in curves).items():
        if number > _MOST_CURVES:
            told = {"outcome": verdict_word(OUTCOMES[outcome]), "question": say(f"question {kind}")}
            yield say("scorecard many", number=number, **told)
