"""Every service's and every area's figures beside what was to be expected of these children: shared by all pages."""

from collections.abc import Sequence

import pandas as pd

from pipeline.contract.context import MeasureFacts
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.record_keys import KEYS
from pipeline.protect.cells import Cells
from pipeline.stats.proportions.case_mix import expected_shares
from pipeline.stats.results import NotEstimable

COLUMNS = ("measure_id", "peer", "events", "total", "child_years", *KEYS, "expected", "variance")
AREA = "area"
_TYPES = {"events": "int64", "total": "int64", "peer": "str", "measure_id": "str"}
_DECIMALS = 6


def list_peers(
    case_mix: pd.DataFrame, measures: pd.DataFrame, facts: Sequence[MeasureFacts], adjusted_for: Sequence[str]
) -> pd.DataFrame:
    """By measure and service (`peer`): events, out of how many or in how many child-years, and how many are expected.

    Of a percentage under its latest definition what is expected comes from the children's age, sex, area and need, as
    far as recorded; of a rate from the time spent alone. `variance` is that of the events if it were all chance,
    larger where several rows are of one child. No service is left out, and none is counted that had nobody.
    """
    versions = {(each.measure_id, each.version) for each in facts}
    own = pd.MultiIndex.from_frame(measures[["measure_id", "version"]]).isin(versions)
    return _list(case_mix, measures[own], facts, adjusted_for, "service_id")


def list_areas(
    case_mix: pd.DataFrame,
    characteristics: pd.DataFrame,
    facts: Sequence[MeasureFacts],
    adjusted_for: Sequence[str],
    areas: Sequence[str],
) -> pd.DataFrame:
    """The same by the area that children live in (`peer`), of those whose area is known.

    What is expected comes from the other characteristics. `areas` are the area's levels, by their places in `case_mix`.
    """
    known = characteristics[
        (characteristics["characteristic"] == AREA) & (characteristics["level"] != NOT_KNOWN)
    ]
    if AREA not in case_mix or known.empty:
        return pd.DataFrame(columns=[*COLUMNS])
    named = case_mix.assign(level=[areas[place] for place in case_mix[AREA]])
    named = named[named["level"] != NOT_KNOWN]
    return _list(named, known, facts, [name for name in adjusted_for if name != AREA], "level")


def _list(
    case_mix: pd.DataFrame,
    rows: pd.DataFrame,
    facts: Sequence[MeasureFacts],
    adjusted_for: Sequence[str],
    by: str,
) -> pd.DataFrame:
    parts = []
    for each in facts:
        own = rows[rows["measure_id"] == each.measure_id]
        cells = case_mix[case_mix["measure_id"] == each.measure_id]
        part = _shares(cells, adjusted_for, by) if each.unit == "percent" else _rates(own, by)
        effects = {name: tally.design_effect for name, tally in Cells(own).tally_by(by).items()}
        variance = part["variance"] * part[by].map(effects).fillna(1.0)
        parts.append(part.assign(measure_id=each.measure_id, variance=variance))
    found = pd.concat(parts, ignore_index=True)
    found = found[found["variance"] > 0].rename(columns={by: "peer"})
    return found.round(_DECIMALS).astype(_TYPES)[list(COLUMNS)].reset_index(drop=True)


def _shares(cells: pd.DataFrame, adjusted_for: Sequence[str], by: str) -> pd.DataFrame:
    share = expected_shares(cells["events"], cells["total"], cells[list(adjusted_for)].to_numpy())
    if isinstance(share, NotEstimable):
        share = cells["events"].to_numpy() * 0.0
    told = cells.assign(
        expected=cells["total"] * share, variance=cells["total"] * share * (1 - share), child_years=0.0
    )
    return told.groupby(by, as_index=False)[
        ["events", "total", "child_years", *KEYS, "expected", "variance"]
    ].sum()


def _rates(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    told = rows.groupby(by, as_index=False)[["events", "child_years", *KEYS]].sum()
    years = told["child_years"].sum()
    expected = told["child_years"] * (told["events"].sum() / years if years else 0.0)
    return told.assign(total=0, expected=expected, variance=expected)
