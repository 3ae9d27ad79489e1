"""Every service's figures beside what was to be expected from whom it served: the table that all pages share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contract.context import MeasureFacts
from pipeline.contract.record_keys import KEYS
from pipeline.protect.cells import Cells
from pipeline.stats.proportions.case_mix import expected_shares
from pipeline.stats.results import NotEstimable

COLUMNS = ("measure_id", "peer", "events", "total", "child_years", *KEYS, "expected", "variance")
_DECIMALS = 6


def list_peers(
    case_mix: pd.DataFrame, measures: pd.DataFrame, facts: Sequence[MeasureFacts], adjusted_for: Sequence[str]
) -> pd.DataFrame:
    """By measure and service (`peer`): events, out of how many or in how many child-years, and how many are expected.

    Of a percentage under its latest definition what is expected comes from the children's age, sex, area and need, as
    far as recorded; of a rate from the time spent alone. `variance` is that of the events if it were all chance,
    larger where several rows are of one child. No service is left out, and none is counted that had nobody.
    """
    parts = [
        _shares(case_mix[case_mix["measure_id"] == each.measure_id], adjusted_for)
        if each.unit == "percent"
        else _rates(_of_measure(measures, each))
        for each in facts
    ]
    effects = [_effects(_of_measure(measures, each)) for each in facts]
    named = [
        part.assign(
            measure_id=each.measure_id, variance=part["variance"] * part["service_id"].map(effect).fillna(1.0)
        )
        for part, each, effect in zip(parts, facts, effects, strict=True)
    ]
    found = pd.concat(named, ignore_index=True)
    found = found[found["variance"] > 0].rename(columns={"service_id": "peer"})
    whole = {"events": "int64", "total": "int64", "peer": "str", "measure_id": "str"}
    return found.round(_DECIMALS).astype(whole)[list(COLUMNS)].reset_index(drop=True)


def _shares(cells: pd.DataFrame, adjusted_for: Sequence[str]) -> pd.DataFrame:
    share = expected_shares(cells["events"], cells["total"], cells[list(adjusted_for)].to_numpy())
    if isinstance(share, NotEstimable):
        share = cells["events"].to_numpy() * 0.0
    told = cells.assign(
        expected=cells["total"] * share, variance=cells["total"] * share * (1 - share), child_years=0.0
    )
    return told.groupby("service_id", as_index=False)[
        ["events", "total", "child_years", *KEYS, "expected", "variance"]
    ].sum()


def _effects(rows: pd.DataFrame) -> dict[str, float]:
    """Each service's design effect."""
    return {name: tally.design_effect for name, tally in Cells(rows).tally_by("service_id").items()}


def _of_measure(measures: pd.DataFrame, measure: MeasureFacts) -> pd.DataFrame:
    """The rows of a measure under its latest definition."""
    return measures[(measures["measure_id"] == measure.measure_id) & (measures["version"] == measure.version)]


def _rates(rows: pd.DataFrame) -> pd.DataFrame:
    told = rows.groupby("service_id", as_index=False)[["events", "child_years", *KEYS]].sum()
    years = told["child_years"].sum()
    expected = told["child_years"] * (told["events"].sum() / years if years else 0.0)
    return told.assign(total=0, expected=expected, variance=expected)
