"""Every model behind the impact pages of the sample's services, fitted one after another in one process."""

import time
from pathlib import Path

from benchmarks.trial import Trial, tell
from pipeline.analysis.impact.outcomes import list_findings
from pipeline.analysis.performance.curves import finding_of
from pipeline.analysis.performance.kpis import verdict_of
from pipeline.analysis.performance.providers import comparisons
from pipeline.files.context import PEERS
from pipeline.present.page import Page, open_page
from pipeline.settings import read_settings

TARGET = 10


def _pages(trial: Trial) -> list[Page]:
    slices = trial.folder / "data" / "processed" / "protect"
    shared = read_settings(trial.folder).shared
    return [
        open_page(
            str(folder),
            "",
            shared.confidence_level,
            shared.disclosure.hide_up_to,
            shared.disclosure.round_to,
            str(slices / PEERS),
        )
        for folder in sorted(Path(slices / "services").iterdir())
    ]


def _fit(page: Page, minimum: int) -> None:
    """Fit declared designs with their checks, control charts, curves against forecasts, and funnels."""
    assert page.service is not None
    list_findings(page, page.service, minimum)
    for measure in page.slice.context.measures:
        verdict_of(page, measure)
    for curve in page.slice.context.curves:
        finding_of(page, curve)
    comparisons(page, minimum)


def time_models(trial: Trial) -> None:
    """Time all fits; `trial` must have run `protect`. Reading the slices is not timed."""
    pages, minimum = _pages(trial), read_settings(trial.folder).impact.minimum_pairs
    start = time.perf_counter()
    for page in pages:
        _fit(page, minimum)
    tell(f"every model of {len(pages)} services, seconds", time.perf_counter() - start, TARGET)
