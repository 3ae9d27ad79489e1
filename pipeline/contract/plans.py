"""Declared before the data: kinds of target, how outcomes are judged, curves to turn."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Design = Literal[
    "before_and_after", "interrupted_series", "difference_in_differences", "comparison_group", "randomised"
]
COMPARISON_ARM = "comparison arm"
OF_SCORES: frozenset[Design] = frozenset({"before_and_after", "comparison_group", "randomised"})
OF_MEASURES: frozenset[Design] = frozenset(
    {"before_and_after", "interrupted_series", "difference_in_differences"}
)
AGAINST_ARM: frozenset[Design] = frozenset({"comparison_group", "randomised"})
AGAINST_SERVICES: frozenset[Design] = frozenset({"difference_in_differences"})
CurveKind = Literal["how_much", "how_well", "better_off"]
TargetKind = Literal[
    "representation", "access", "waiting", "completion", "outcome_achieved", "change_in_score", "positive_feedback",
    "participation", "other",
]  # fmt: skip
TargetDirection = Literal["at_least", "at_most"]
REPRESENTATION: TargetKind = "representation"
CHANGE_IN_SCORE: TargetKind = "change_in_score"
POPULATION = "population"
"""The comparator that is who lives in the area."""


class PlanError(ValueError):
    """A plan that does not fit the data; the message gives file, line and how to fix it."""


def split_names(text: str | None) -> tuple[str, ...]:
    """Split a text at semicolons, without blanks.

    >>> split_names("S02; S03;"), split_names(None)
    (('S02', 'S03'), ())
    """
    return tuple(name for part in (text or "").split(";") if (name := part.strip()))


def cited_by(service: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the priorities that a row of services.csv answers to, the main one first."""
    first = service["priority_id"]
    return tuple(dict.fromkeys([*([first] if first else []), *split_names(service["also_for"])]))


@dataclass(frozen=True)
class EvaluationPlan:
    """One version of a line of evaluation_plan.csv; `outcome` is a measure of the catalogue or a scale."""

    plan_id: str
    version: int
    service_id: str
    outcome: str
    design: Design
    comparison: str | None
    start: dt.date
    first_day: dt.date
    last_day: dt.date
    covariates: str | None
    why: str
    agreed_with: str
    agreed_on: dt.date

    @property
    def compared_services(self) -> tuple[str, ...]:
        """The services that it is compared with."""
        return split_names(self.comparison) if self.design in AGAINST_SERVICES else ()

    @property
    def covariate_names(self) -> tuple[str, ...]:
        """The covariates."""
        return split_names(self.covariates)

    @property
    def declared_first(self) -> bool:
        """Whether it was agreed before the first data that could show an effect."""
        return self.agreed_on <= self.start

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the row; a change in any column gives another."""
        text = json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class FrozenPlan:
    """The fingerprint of a plan and the day it was recorded."""

    plan_id: str
    version: int
    frozen_on: dt.date
    fingerprint: str


@dataclass(frozen=True)
class Curve:
    """A line of curves.csv; over all services where `service_id` is None."""

    curve_id: str
    ecm_outcome: str
    kind: CurveKind
    measure_id: str
    service_id: str | None
    action: str
    action_on: dt.date
    target: float
    due: dt.date
    agreed_on: dt.date
