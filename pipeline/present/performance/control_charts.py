"""What every provider reports, over time: verdicts from control charts, and the charts themselves."""

from collections.abc import Mapping
from typing import Any

from pipeline.analysis.performance.kpis import (
    CHANGED,
    figures_of,
    planned_verdicts,
    signals_of,
    target_of,
    variation_of,
    verdict_of,
)
from pipeline.contract.context import MeasureFacts
from pipeline.present.dates import format_period
from pipeline.present.page import Page, join_words, paragraph
from pipeline.present.sentences import say, verdict_word

VARIATION_WORDS = {"better": "getting better", "worse": "getting worse"}


def verdict_cells(page: Page, measure: MeasureFacts, minimum_pairs: int) -> dict[str, Any]:
    """Row entries of the measures' table: variation and assurance in words."""
    variation, target = variation_of(page, measure, minimum_pairs), target_of(page, measure)
    return {
        "variation": VARIATION_WORDS.get(variation, variation),
        "assurance": f"{target.target:g}: {_assurance_words(page, measure, minimum_pairs)}"
        if target
        else say("performance none set"),
    }


def _assurance_words(page: Page, measure: MeasureFacts, minimum_pairs: int) -> str:
    """Whether the measure's target is reached, in words; of a measure that moves it is to be seen."""
    verdict = verdict_of(page, measure)
    if variation_of(page, measure, minimum_pairs) in CHANGED or verdict.variation in CHANGED:
        return say("kpi moving")
    return say(f"kpi {verdict.assurance}") if verdict.assurance else verdict_word(verdict.variation)


def titles_by_variation(page: Page, minimum_pairs: int) -> dict[str, list[str]]:
    """The page's measures by what is told of each."""
    listed: dict[str, list[str]] = {}
    for measure in page.context.measures:
        listed.setdefault(variation_of(page, measure, minimum_pairs), []).append(measure.title)
    return listed


def show_variation(page: Page, minimum_pairs: int) -> str:
    """Which measures are getting better or worse, and for how many it cannot be told."""
    measures, listed = page.context.measures, titles_by_variation(page, minimum_pairs)
    said = [say(f"kpi {word}", measures="; ".join(listed[word])) for word in CHANGED if word in listed]
    said += [
        say(f"kpi {word}", number=len(listed[word]), every=len(measures))
        for word in ("no clear change", "cannot tell yet")
        if word in listed
    ]
    if "too few to say" in listed:
        few, periods = len(listed["too few to say"]), say(f"periods {page.dataset.period}")
        said.append(say("kpi too few to say", periods=periods, number=few, every=len(measures)))
    return paragraph(" ".join(said))


def describe_verdicts(page: Page, minimum_pairs: int) -> list[str]:
    """What the measures' verdicts rest on."""
    context = page.context
    periods = say(f"periods {context.dataset.period}")
    said = [say("kpi note", periods=periods)]
    if planned := planned_verdicts(page, minimum_pairs):
        titles = [measure.title for measure in context.measures if measure.measure_id in planned]
        said.append(say("kpi planned", measures=join_words(titles)))
    if has_targets(page):
        said.append(say("kpi target note", periods=periods))
    return said


def has_targets(page: Page) -> bool:
    """Whether any measure has a target on this page."""
    return any(target_of(page, measure) for measure in page.context.measures)


def describe_periods(page: Page, measure: MeasureFacts, charted: bool = True) -> list[str]:
    """What must be said of a measure's periods: which are not judged, how many are hidden, how sure the limits are.

    Of limits only where they are `charted`.
    """
    figures, length = figures_of(page, measure), page.dataset.period
    said = []
    for state, key in (("too recent", "kpi recent"), ("too early", "kpi early")):
        periods = [format_period(figure.period) for figure in figures if figure.state == state]
        if periods:
            said.append(say(key, periods=join_words(periods)))
    hidden = sum(figure.tally.few for figure in figures)
    if hidden:
        said.append(say("kpi hidden", number=hidden, every=len(figures), periods=say(f"periods {length}")))
    limits = verdict_of(page, measure).limits
    if charted and limits:
        said.append(say("kpi marks"))
    if charted and limits and limits.trial:
        said.append(say("kpi trial"))
    return said


def remarks_of(page: Page, measure: MeasureFacts) -> Mapping[str, str]:
    """What the chart signals of each period."""
    figures, chart = figures_of(page, measure), verdict_of(page, measure).chart
    signals = signals_of(figures, chart) if chart else {}
    return {
        figure.period: "; ".join(say(f"kpi signal {signal}") for signal in signals.get(figure.period, ()))
        for figure in figures
    }


def states_of(page: Page, measure: MeasureFacts) -> Mapping[str, str]:
    """Why a period is not judged; blank where it is."""
    figures = figures_of(page, measure)
    return {each.period: "" if each.state == "ready" else say(f"kpi state {each.state}") for each in figures}


def decimals_of(measure: MeasureFacts) -> int:
    """Decimals of a figure in the measure's unit, as pages show it."""
    return 0 if measure.unit == "percent" else 1
