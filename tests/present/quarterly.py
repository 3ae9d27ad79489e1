"""A page of one service whose one measure is counted in twelve quarters."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import facts
import pandas as pd
from facts import FIRST, MEASURE
from small_slice import DATASET, SERVICE, make_page, with_tables

from pipeline.contract.context import MeasureFacts
from pipeline.contract.plans import Curve
from pipeline.present.page import Page

QUARTERS = [f"{year}-q{quarter}" for year in (2009, 2010, 2011, 2012) for quarter in (1, 2, 3, 4)][1:13]
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", (FIRST,))
CURVE = replace(
    facts.CURVE, kind="better_off", service_id="S01", action="Sessions after <b>school</b>", target=90.0
)
FLAT = (120, 126, 118, 122, 120, 124, 119, 125)
STAYED = (*FLAT, 121, 123, 120, 122)
TURNED = (*FLAT, 165, 168, 163, 166)


def quarterly(
    events: Sequence[int],
    total: int = 200,
    *,
    more: Sequence[tuple[int, int]] = (),
    measure: MeasureFacts = MEASURE,
    curves: tuple[Curve, ...] = (),
    over_all: bool = False,
    folder: Path | None = None,
) -> Page:
    """The page where each quarter has so many events, out of `total` people or child-years.

    `more` are quarters with totals of their own.
    """
    events, totals = (
        [*events, *(each for each, _ in more)],
        [total] * len(events) + [each for _, each in more],
    )
    percent = measure.unit == "percent"
    rows = pd.DataFrame(
        {
            "measure_id": measure.measure_id,
            "version": 1,
            "service_id": "S01",
            "ethnic_group": "White",
            "ethnicity": "WBRI",
            "month": [(2009 * 12 + 3) + 3 * place for place in range(len(events))],
            "service_month": 0,
            "period": QUARTERS[: len(events)],
            "events": pd.Series(events, dtype="int64"),
            "total": totals if percent else 0,
            "child_years": 0.0 if percent else [float(each) for each in totals],
        }
    )
    page = make_page(folder=folder)
    context = replace(
        page.slice.context,
        dataset=replace(DATASET, complete_to=dt.date(2012, 3, 31)),
        measures=(measure,),
        curves=curves,
        service=None if over_all else SERVICE,
    )
    return with_tables(replace(page, slice=replace(page.slice, context=context)), measures=rows)
