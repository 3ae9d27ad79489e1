"""Where a target starts from (L3): a stated baseline, else the first months of commissioned work, frozen once over."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.equality.target_evidence import CountedEvidence, Evidence
from pipeline.analysis.equality.target_figures import TargetFigure
from pipeline.analysis.group_counts import FEW, PER_CHILD_YEARS
from pipeline.analysis.months import Window, baseline_window
from pipeline.contract.context import FrozenBaseline, Target, Unit
from pipeline.protect.tally import Tally
from pipeline.stats.results import NotEstimable
from pipeline.stats.shrinkage import (
    expected_rate_regression,
    expected_regression,
    fit_beta_binomial,
    fit_gamma_poisson,
)

OTHER_LENGTHS = (-2, -1, 1, 2)
"""How many months fewer or more than the rule's a baseline is shown with, to tell what hangs on the rule."""
_NOT_MEASURED = NotEstimable("no baseline was measured")


@dataclass(frozen=True)
class Baseline:
    """Where a target starts from.

    `others` are the readings of windows of other lengths, by their months; `frozen` is what the commissioner's
    register of baselines holds of it; `regression` is what the figure would be expected to move by next time if
    nothing changed, because extreme figures of few people are partly luck.
    """

    kind: Literal["stated", "first months", "forming"]
    window: Window | None = None
    reading: TargetFigure | None = None
    others: tuple[tuple[int, TargetFigure], ...] = ()
    fingerprint: str = ""
    frozen: FrozenBaseline | None = None
    regression: float | NotEstimable = _NOT_MEASURED

    @property
    def changed(self) -> bool:
        """Whether the data of the baseline's months are others than when it was frozen."""
        return self.frozen is not None and self.frozen.fingerprint != self.fingerprint


def assess_baseline(
    evidence: Evidence,
    commissioned_from: dt.date,
    last_month: int,
    months: int,
    frozen: Iterable[FrozenBaseline] = (),
) -> Baseline:
    """A stated baseline wins; else the first months of commissioned work; else, until they are over, forming."""
    target = evidence.target
    if target.baseline is not None:
        return Baseline("stated")
    window = baseline_window(commissioned_from, months)
    if window.last > last_month:
        return Baseline("forming", window)
    reading = evidence.read(window.first, window.last)
    others = ((months + more, window.first + months + more - 1) for more in OTHER_LENGTHS)
    return Baseline(
        "first months",
        window,
        reading,
        tuple(
            (size, evidence.read(window.first, last))
            for size, last in others
            if size > 0 and last <= last_month
        ),
        evidence.fingerprint(window.first, window.last),
        _frozen_of(target, frozen),
        _regression(evidence, window),
    )


def _frozen_of(target: Target, frozen: Iterable[FrozenBaseline]) -> FrozenBaseline | None:
    key = target.target_id, target.version
    return next((each for each in frozen if (each.target_id, each.version) == key), None)


def _regression(evidence: Evidence, window: Window) -> float | NotEstimable:
    """By the spread of the detailed groups in the same months."""
    if not isinstance(evidence, CountedEvidence):
        return NotEstimable("worked out for percentages and rates only")
    figure = evidence.read(window.first, window.last)
    sides = [figure.group, *([figure.reference] if figure.reference else [])]
    if any(side.few for side in sides):
        return FEW
    inside = evidence.cells.between(window.first, window.last).known()
    groups = list(inside.tally_by("ethnicity").values())
    own = _expected(figure.group, groups, figure.unit)
    other = _expected(figure.reference, groups, figure.unit) if figure.reference else 0.0
    if isinstance(own, NotEstimable):
        return own
    return other if isinstance(other, NotEstimable) else own - other


def _expected(tally: Tally, groups: Sequence[Tally], unit: Unit) -> float | NotEstimable:
    """How one side would move: a share, or events per 100 child-years."""
    if unit == "percent":
        shares = fit_beta_binomial([each.counts() for each in groups if each.total])
        return shares if isinstance(shares, NotEstimable) else expected_regression(tally.counts(), shares)
    rates = fit_gamma_poisson([each.effective_rate for each in groups])
    if isinstance(rates, NotEstimable):
        return rates
    return expected_rate_regression(*tally.effective_rate, rates, PER_CHILD_YEARS)
