"""The policy of `params.yaml` that verdicts on targets and gaps depend on."""

from dataclasses import dataclass
from typing import Literal

Family = Literal["measure", "page"]


@dataclass(frozen=True)
class JudgementRules:
    """When a target or a gap is judged, on what, and how many comparisons are looked at together.

    `false_discovery_rate` is the share of the differences called clear that may be chance, within a `family`: all
    groups of one measure, or all of a page. Targets are each judged alone.
    """

    baseline_months: int
    window_months: int
    minimum_total: int
    maximum_unknown: float
    false_discovery_rate: float
    family: Family
    confidence_level: float
