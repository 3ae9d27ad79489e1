"""Measures by month as notebooks read them, made up for a test."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import facts
import numpy as np
import pandas as pd

from pipeline.contract.context import Definition, Direction, MeasureFacts, Unit
from pipeline.contract.plans import Design, EvaluationPlan

FIRST = 2009 * 12 + 3
START, LAST = FIRST + 18, FIRST + 35
CHANGED = dt.date(2010, 10, 1)
DATASET = replace(facts.DATASET, groups=("White",))


def make_measure(unit: Unit = "percent", direction: Direction = "higher") -> MeasureFacts:
    """A measure with one definition."""
    return MeasureFacts("completed", "Completed", unit, direction, (Definition(1, dt.date(2009, 4, 1)),))


def make_plan(design: Design, **changes: Any) -> EvaluationPlan:
    """A plan for the measure, its start half-way, agreed beforehand."""
    of_measure = {
        "outcome": "completed",
        "comparison": None,
        "start": CHANGED,
        "agreed_on": dt.date(2010, 9, 1),
    }
    return replace(facts.PLAN, **{**of_measure, "design": design, **changes})


def make_months(
    events: Mapping[str, Sequence[int]], totals: int | Mapping[str, Sequence[int]], unit: Unit = "percent"
) -> pd.DataFrame:
    """A row a service and month from April 2009 on."""
    rows = []
    for service, counted in events.items():
        for place, number in enumerate(counted):
            total = totals if isinstance(totals, int) else totals[service][place]
            share = unit == "percent"
            rows.append(
                (service, FIRST + place, int(number), total if share else 0, 0.0 if share else float(total))
            )
    frame = pd.DataFrame(rows, columns=["service_id", "month", "events", "total", "child_years"])
    return frame.assign(measure_id="completed", version=1, ethnic_group="White", ethnicity="WBRI")


def draw_months(
    draw: np.random.Generator,
    services: Sequence[str],
    change: Mapping[str, float],
    size: int = 20,
    drift: float = 0.0,
    spread: float = 0.0,
) -> pd.DataFrame:
    """Shares of 50 % in every month, drifting by `drift` a month, and from the start on changed by `change`.

    From the start on each service moves by itself besides, with SD `spread`.
    """
    events = {}
    for service in services:
        months = np.arange(36)
        own = draw.normal(0, spread) if spread else 0.0
        share = 0.5 + drift * (months - 18) + np.where(months >= 18, change.get(service, 0.0) + own, 0.0)
        events[service] = draw.binomial(size, np.clip(share, 0.01, 0.99)).tolist()
    return make_months(events, size)
