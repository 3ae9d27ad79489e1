"""Stage `equality`: the race-equality notebook, once over all services and once for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.contract.services import ServiceFacts
from pipeline.notebooks.pages import PageSet, make_pages
from pipeline.protect.rounding import Disclosure
from pipeline.settings import EqualitySettings, ImpactSettings, MeasureSettings, SharedSettings
from pipeline.stages.impact import judging_parameters, page_titles


def run_equality(
    root: Path,
    services: Sequence[ServiceFacts],
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
        titles=page_titles(services, "Race equality", "{}: race equality"),
        parameters={
            "confidence_level": shared.confidence_level,
            "hide_up_to": rule.hide_up_to,
            "round_to": rule.round_to,
            **judging_parameters(measure, settings),
            "minimum_pairs": impact.minimum_pairs,
        },
    )
    outcomes = make_pages(pages, settings.workers)
    return {"pages": len(outcomes), "executed": sum(outcome.status == "executed" for outcome in outcomes)}
