"""That intervals are wider where several rows belong to the same child, in words."""

from __future__ import annotations

from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import say

_NOTICED = 1.1
"""Below this design effect an interval is less than a twentieth wider."""


def together_words(page: Page) -> str:
    """Of which measures intervals are wider for that, and by how much; blank where it is of none."""
    measured = ((measure, _worth(page, measure)) for measure in page.slice.context.measures)
    told = [f"{measure.title} ({worth})" for measure, worth in measured if worth]
    return say("together", measures=join_words(told)) if told else ""


def _worth(page: Page, measure: MeasureFacts) -> str:
    """How many rows of different children a hundred rows tell as much as; blank where the difference is small."""
    effect = measure_rows(page, measure).add_up().design_effect
    return say("together worth", worth=format_number(100 / effect)) if effect >= _NOTICED else ""
