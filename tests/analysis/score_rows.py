"""Scores of one service as notebooks read them, made up for a test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import facts
import numpy as np
import pandas as pd

from pipeline.analysis.impact.design_checks import CheckRules
from pipeline.contract.context import ScaleFacts
from pipeline.contract.plans import COMPARISON_ARM, Design, EvaluationPlan
from pipeline.protect.rounding import Least

SCALE = ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher")
RULES = CheckRules(minimum_pairs=Least(13), confidence_level=0.95, maximum_unmatched=0.5, few_clusters=10)


def make_plan(design: Design = "comparison_group", **changes: Any) -> EvaluationPlan:
    """A sound plan for the scale, agreed beforehand."""
    against = COMPARISON_ARM if design in ("comparison_group", "randomised") else None
    return replace(facts.PLAN, **{"design": design, "comparison": against, **changes})


def make_arms(
    effect: float, seed: int = 1, pairs: int = 100, growth: float = 1.0, providers: Sequence[str] = ("p",)
) -> pd.DataFrame:
    """Both arms with the same start and growth, the treated with the effect besides; children spread over providers."""
    draw = np.random.default_rng(seed)
    start = draw.normal(20, 5, 2 * pairs)
    arm = np.repeat(["treated", "comparison"], pairs)
    review = start + growth + np.where(arm == "treated", effect, 0.0) + draw.normal(0, 4, 2 * pairs)
    frame = pd.DataFrame({"baseline_score": start, "review_score": review, "arm": arm})
    return frame.assign(
        service_id="S01",
        provider_id=[providers[place % len(providers)] for place in range(2 * pairs)],
        scale="wellbeing",
        ethnic_group="White",
        ethnicity="WBRI",
        sign=1.0,
        child=np.arange(2 * pairs),
        review_date=pd.Timestamp("2010-06-01"),
        improvement=review - start,
    )
