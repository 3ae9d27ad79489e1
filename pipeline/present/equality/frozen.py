"""Measured baselines as they are frozen: what was published of them, and the fingerprint of what they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.analysis.equality.targets import TargetEvidence, assess_targets
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import first_day
from pipeline.contract.context import FrozenBaseline
from pipeline.present.disclosure.figure_cells import figure_numbers
from pipeline.present.page import Page


def freeze_baseline(evidence: TargetEvidence, page: Page, day: dt.date) -> FrozenBaseline:
    """One measured baseline, its figures as a page shows them; None where they are hidden."""
    baseline, target = evidence.baseline, evidence.target
    assert baseline.window is not None
    assert baseline.reading is not None
    value, lower, upper = figure_numbers(baseline.reading, page.confidence_level) or (None, None, None)
    return FrozenBaseline(
        target.target_id,
        target.version,
        day,
        first_day(baseline.window.first),
        first_day(baseline.window.last + 1) - dt.timedelta(days=1),
        value,
        lower,
        upper,
        baseline.fingerprint,
    )


def freeze_baselines(page: Page, rules: JudgementRules, day: dt.date) -> Iterator[FrozenBaseline]:
    """Every baseline of the page's targets whose months are over and that is not frozen yet."""
    for evidence in assess_targets(page, rules):
        if evidence.baseline.kind == "first months" and evidence.baseline.frozen is None:
            yield freeze_baseline(evidence, page, day)
