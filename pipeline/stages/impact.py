"""Stage `impact`: the impact notebook, over all services and for each, and two that show curves and what works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts
from pipeline.files.slices import PEERS
from pipeline.notebooks.pages import INDEX, PageSet, make_pages
from pipeline.notebooks.parameters import Scalar
from pipeline.present.sentences import retell, say
from pipeline.protect.rounding import Disclosure
from pipeline.settings import EqualitySettings, ImpactSettings, MeasureSettings, SharedSettings


def page_titles(services: Sequence[ServiceFacts], of: str) -> Mapping[str, str]:
    """What each page is called, over all services and of each; `of` is what they are about."""
    own = {each.service_id: say(f"page {of} of one", service=each.name) for each in services}
    return {INDEX: say(f"page {of}"), **own}


def judging_parameters(measure: MeasureSettings, equality: EqualitySettings) -> Mapping[str, Scalar]:
    """The rules by which race-equality targets are judged, as parameters of a notebook."""
    return {
        "baseline_months": measure.baseline_months,
        "window_months": equality.window_months,
        "minimum_total": equality.minimum_total,
        "maximum_unknown": equality.maximum_unknown,
        "false_discovery_rate": equality.false_discovery_rate,
        "family": equality.family,
    }


def run_impact(
    root: Path,
    context: Context,
    shared: SharedSettings,
    rule: Disclosure,
    settings: ImpactSettings,
    measure: MeasureSettings,
    equality: EqualitySettings,
    measures: Path,
    output: Path,
) -> dict[str, int]:
    """Make the pages that are not up to date; returns the counts for the log."""
    pages = PageSet(
        root=root,
        notebook=root / "notebooks" / "impact.ipynb",
        output=output,
        measures=measures,
        beside={"peers": measures / PEERS},
        titles=page_titles(context.services, "impact"),
        parameters={
            "confidence_level": shared.confidence_level,
            "hide_up_to": rule.hide_up_to,
            "round_to": rule.round_to,
            "language": shared.language,
            "minimum_pairs": settings.minimum_pairs,
            "measure": settings.measure,
            **judging_parameters(measure, equality),
        },
    )
    again = _list_again(pages, context)
    outcomes = make_pages(pages, *again, workers=settings.workers, words=retell)
    return {"pages": len(outcomes), "executed": sum(outcome.status == "executed" for outcome in outcomes)}


def _list_again(pages: PageSet, context: Context) -> list[PageSet]:
    """The pages that show again, each by a notebook of its own, what the index publishes; of what has no data none."""
    return [
        replace(
            pages,
            notebook=pages.root / "notebooks" / f"impact_{page}.ipynb",
            titles={page: say(f"page {page}")},
            beside={},
            again=True,
        )
        for page, has_data in (
            ("curves", context.curves),
            ("what_works", context.scales or context.plans),
        )
        if has_data
    ]
