"""Stage `equality`: the race-equality notebook, over all services and for each, and a notebook for each measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.contract.context import Context
from pipeline.notebooks.pages import PageSet, make_pages
from pipeline.present.sentences import retell, say
from pipeline.protect.rounding import Disclosure
from pipeline.settings import EqualitySettings, ImpactSettings, MeasureSettings, SharedSettings
from pipeline.stages.impact import judging_parameters, page_titles

_OF_SCORES = "minimum_pairs"
"""A page of one measure holds no scores."""


def run_equality(
    root: Path,
    context: Context,
    shared: SharedSettings,
    rule: Disclosure,
    measure: MeasureSettings,
    settings: EqualitySettings,
    impact: ImpactSettings,
    measures: Path,
    output: Path,
) -> dict[str, int]:
    """Make the pages that are not up to date; returns the counts for the log."""
    pages = PageSet(
        root=root,
        notebook=root / "notebooks" / "equality.ipynb",
        output=output,
        measures=measures,
        titles=page_titles(context.services, "equality"),
        parameters={
            "confidence_level": shared.confidence_level,
            "hide_up_to": rule.hide_up_to,
            "round_to": rule.round_to,
            "language": shared.language,
            **judging_parameters(measure, settings),
            "minimum_pairs": impact.minimum_pairs,
        },
    )
    of_measures = replace(
        pages,
        notebook=root / "notebooks" / "equality_measure.ipynb",
        titles={
            each.measure_id: say("equality by ethnic group", title=each.title) for each in context.measures
        },
        parameters={name: value for name, value in pages.parameters.items() if name != _OF_SCORES},
        again=True,
        named="measure_id",
    )
    outcomes = make_pages(pages, of_measures, workers=settings.workers, words=retell)
    return {"pages": len(outcomes), "executed": sum(outcome.status == "executed" for outcome in outcomes)}
