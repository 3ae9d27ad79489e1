"""Baselines of the sample that were frozen in November 2009; what one of them rests on has changed since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Frozen:
    """One line of reference/baselines.csv; figures are blank where they rest on few children."""

    target_id: str
    value: str
    lower: str
    upper: str
    fingerprint: str
    version: int = 1
    frozen_on: dt.date = dt.date(2009, 11, 2)
    first_day: dt.date = dt.date(2009, 4, 1)
    last_day: dt.date = dt.date(2009, 9, 30)


CHANGED_SINCE = "T11"
"""Late returns moved this one: it was frozen at -3.0, and no count of today gives its fingerprint."""

FROZEN = (
    Frozen("T11", "-3.0", "-5.2", "-0.4", "5" * 64),
    Frozen("T04", "", "", "", "68b41de244eff263b4a68f2d2564b38598d17192fde8d13a84a95f38bbadebdb"),
    Frozen("T13", "", "", "", "86eda0528a8e63bb83d4b44ae9008c6d5285f17a185b6c87818c3b8e939ecca2"),
    Frozen(
        "T02", "100.0", "79.6", "100.0", "4875a70587b187b3cd473c07b09ba3348f5471a7b10109e4247e4f120dff224f"
    ),
)
"""As `outturn freeze` wrote them, but for the one that has changed."""
