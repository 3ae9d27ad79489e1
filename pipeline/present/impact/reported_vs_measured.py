"""Do the whole and its parts agree: what is reported of the work beside the children's own scores."""

from pipeline.analysis.impact.reported_vs_measured import WholeAndParts
from pipeline.analysis.impact.whole_and_parts import Named, list_compared
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.estimates import gap_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, paragraph, stack
from pipeline.present.sentences import say


def show_whole_and_parts(page: Page, measure_id: str, minimum_pairs: int) -> str:
    """The section: a row a scale of the service, or over all a row an outcome of Every Child Matters."""
    measure = _measure(page, measure_id)
    if page.slice.scores.empty or measure is None:
        return paragraph(say("whole none"))
    compared = list_compared(page, measure, minimum_pairs)
    parts = [paragraph(sentence) for sentence in _sentences(measure, compared)]
    return stack(*parts, page.format(whole_table(page, measure, compared)))


def _measure(page: Page, measure_id: str) -> MeasureFacts | None:
    """The measure asked for, or the first percentage of the catalogue."""
    percent = [measure for measure in page.context.measures if measure.unit == "percent"]
    named = [measure for measure in percent if measure.measure_id == measure_id]
    return next(iter([*named, *percent]), None)


def _sentences(measure: MeasureFacts, compared: Named) -> list[str]:
    """Each disagreement with what may be behind it; else that there is none, or that it cannot be told."""
    said = [_disagreement(measure, name, found) for name, found in compared if found.agreement == "disagree"]
    if said:
        return said
    told = any(found.agreement == "agree" for _, found in compared)
    return [say("whole agree" if told else "whole few")]


def _disagreement(measure: MeasureFacts, name: str, found: WholeAndParts) -> str:
    words = say(
        "whole disagree",
        name=name,
        measure=measure.title,
        rate=say(f"whole rate {found.rate}"),
        scores=say(f"whole scores {found.scores}"),
    )
    causes = [say(f"whole cause {cause}") for cause in found.causes] or [say("whole cause none")]
    return " ".join([words, *causes])


def whole_table(page: Page, measure: MeasureFacts, compared: Named) -> PublishedTable:
    """The rate of two years and the children's change, side by side."""
    rows = [
        {
            **vars(found),
            "what": name,
            "verdict": found.agreement,
            **gap_cells("difference", found.last, found.first, measure, page.confidence_level),
            "fewest": min(found.scored, found.scored_first),
        }
        for name, found in compared
    ]
    what = say("impact scale") if page.service else say("impact outcome")
    return page.table("whole_and_parts", rows, told={"title": measure.title, "what": what})
