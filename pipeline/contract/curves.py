"""Curves to turn: a measure, what was done about it, and the target (outcomes based accountability)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

CurveKind = Literal["how_much", "how_well", "better_off"]


@dataclass(frozen=True)
class Curve:
    """One line of curves.csv; over all services where `service_id` is None."""

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
