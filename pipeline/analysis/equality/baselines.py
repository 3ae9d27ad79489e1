"""Where a target starts from (L3): a stated baseline, else the first months of commissioned work, frozen once over."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.analysis.equality.target_evidence import CountedFigure, Evidence, TargetFigure
from pipeline.analysis.group_counts import PER_CHILD_YEARS, Protect, Tally, tally_by
from pipeline.analysis.months import Window, baseline_window
from pipeline.contract.context import FrozenBaseline, Target, Unit
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.stats.results import NotEstimable
from pipeline.stats.shrinkage import expected_regression, fit_beta_binomial
from pipeline.stats.shrinkage_rates import expected_rate_regression, fit_gamma_poisson

OTHER_LENGTHS = (-2, -1, 1, 2)
"""How many months fewer or more than the rule's a baseline is shown with, to tell what hangs on the rule."""
_DECIMALS = 6
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
    protect: Protect,
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
        fingerprint_rows(evidence.between(window.first, window.last)),
        _frozen_of(target, frozen),
        _regression(evidence, reading, window, protect),
    )


def _frozen_of(target: Target, frozen: Iterable[FrozenBaseline]) -> FrozenBaseline | None:
    key = target.target_id, target.version
    return next((each for each in frozen if (each.target_id, each.version) == key), None)


def fingerprint_rows(rows: pd.DataFrame) -> str:
    """SHA-256 of the sums by month and ethnic group: any change of what a baseline rests on changes it."""
    keys = ["month", "ethnic_group", "ethnicity"]
    payload = [name for name in ("events", "total", "child_years", "children", "improvement") if name in rows]
    summed = rows.groupby(keys, sort=True)[payload].agg(["sum", "count"]).round(_DECIMALS)
    lines = "\n".join(repr(line) for line in summed.reset_index().to_numpy().tolist())
    return hashlib.sha256(lines.encode()).hexdigest()


def _regression(
    evidence: Evidence, reading: TargetFigure, window: Window, protect: Protect
) -> float | NotEstimable:
    """By the spread of the detailed groups in the same months; the group's own counts as they may be shown."""
    if not isinstance(reading, CountedFigure):
        return NotEstimable("worked out for percentages and rates only")
    compared = reading.protected(protect)
    if compared is None:
        return NotEstimable("the figure rests on a small number of children")
    rows = evidence.between(window.first, window.last)
    groups = list(tally_by(rows[rows["ethnic_group"] != NOT_KNOWN], "ethnicity").values())
    own = _expected(compared.group, groups, reading.unit)
    other = _expected(compared.reference, groups, reading.unit) if compared.reference else 0.0
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
