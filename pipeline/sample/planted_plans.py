"""Evaluation plans of the sample: declared before the data, but for one that is late and one that was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.contract.plans import COMPARISON_ARM, Design, EvaluationPlan, FrozenPlan
from pipeline.sample.borough import FIRST_DAY, LAST_DAY
from pipeline.sample.truths import CHANGED_FROM

_BOARD = "Tillingbourne Children's Trust Board"
_BEFORE = dt.date(2009, 3, 20)
_BEFORE_CHANGE = dt.date(2010, 9, 15)
_BESIDE = "S01; S02; S03; S04; S06; S07; S09; S11; S12; S13; S15; S16; S17"
_WAITING = "Children on the waiting list are scored as those in the service are, and start at the same level."


@dataclass(frozen=True)
class _Terms:
    """What most plans share."""

    comparison: str | None = None
    start: dt.date = FIRST_DAY
    covariates: str | None = None
    agreed_on: dt.date = _BEFORE
    version: int = 1


def _plan(
    plan_id: str, service_id: str, outcome: str, design: Design, why: str, terms: _Terms | None = None
) -> EvaluationPlan:
    terms = terms or _Terms()
    return EvaluationPlan(
        plan_id,
        terms.version,
        service_id,
        outcome,
        design,
        terms.comparison,
        terms.start,
        FIRST_DAY,
        LAST_DAY,
        terms.covariates,
        why,
        _BOARD,
        terms.agreed_on,
    )


_ARM = _Terms(COMPARISON_ARM)
_EACH_CHILD = "No other children are scored, so each child's second score stands against its first."

PLANS = (
    _plan("P01", "S01", "difficulties", "comparison_group", _WAITING, _Terms(COMPARISON_ARM, covariates="age; sex")),
    _plan("P02", "S03", "family_star", "comparison_group", _WAITING, _ARM),
    _plan("P03", "S05", "wellbeing", "comparison_group", _WAITING, _ARM),
    _plan("P04", "S06", "wellbeing", "before_and_after", _EACH_CHILD),
    _plan("P05", "S07", "difficulties", "before_and_after", _EACH_CHILD, _Terms(agreed_on=dt.date(2011, 6, 30))),
    _plan("P06", "S02", "family_star", "before_and_after", _EACH_CHILD),
    _plan(
        "P06", "S02", "family_star", "before_and_after", "As before; keyworkers now score with the family.",
        _Terms(agreed_on=dt.date(2010, 6, 30), version=2),
    ),
    _plan("P07", "S12", "difficulties", "before_and_after", _EACH_CHILD),
    _plan(
        "P08", "S08", "positive_feedback", "interrupted_series",
        "From October 2010 on sessions are in another hall; the months before show what families said till then.",
        _Terms(start=CHANGED_FROM, agreed_on=_BEFORE_CHANGE),
    ),
    _plan(
        "P09", "S05", "took_part", "difference_in_differences",
        "From October 2010 on young carers sit on the panel of the service; no other service changed that.",
        _Terms(_BESIDE, CHANGED_FROM, agreed_on=_BEFORE_CHANGE),
    ),
    _plan(
        "P10", "S07", "took_part", "interrupted_series",
        "A new booklet from October 2010 on tells families how to take part.",
        _Terms(start=CHANGED_FROM, agreed_on=_BEFORE_CHANGE),
    ),
)  # fmt: skip

CHANGED_SINCE = "P07"
"""Its row was changed after it was frozen, without a version: no fingerprint of today is the one that was frozen."""

FROZEN_PLANS = tuple(
    FrozenPlan(
        plan.plan_id,
        plan.version,
        plan.agreed_on + dt.timedelta(days=7),
        "7" * 64 if plan.plan_id == CHANGED_SINCE else plan.fingerprint,
    )
    for plan in PLANS
)


def plan_truths() -> Mapping[str, str]:
    """What the pipeline has to find of plans."""
    return {"changed_from": CHANGED_FROM.isoformat(), "plan_changed_since_frozen": CHANGED_SINCE}
