"""Boroughs of children with several rows each, counted as `measure` counts them: a measure is one borough."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.contract.context import DatasetFacts, Definition, MeasureFacts
from pipeline.contract.record_keys import KEYS
from pipeline.measures.catalogue import Measure, Unit
from pipeline.measures.clusters import estimate_cell_levels, pairs_by_month, sum_covariances, sum_pairs
from pipeline.measures.conditions import Condition
from pipeline.measures.excess import add_to_measures, find_excess

START, END = dt.date(2009, 4, 1), dt.date(2012, 3, 31)
FIRST, MONTHS = 2009 * 12 + 3, 36
SHARES = {"Asian": 0.13, "Black": 0.21, "Mixed": 0.06, "White": 0.55, "Other": 0.05}
DATASET = DatasetFacts("A borough", True, "made up", "quarter", END, "everyone else", (*SHARES, "Not known"))
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Sizes = Callable[[np.random.Generator, Numbers], Numbers]
"""How many rows each child has, given the place of its group."""


def pairs(_: np.random.Generator, groups: Numbers) -> Numbers:
    """Two rows a child."""
    return np.full(len(groups), 2)


def singles(_: np.random.Generator, groups: Numbers) -> Numbers:
    """One row a child."""
    return np.ones(len(groups), dtype="int64")


def unequal(rng: np.random.Generator, groups: Numbers) -> Numbers:
    """One, two or six rows."""
    return rng.choice([1, 2, 6], len(groups), p=[0.5, 0.3, 0.2])


def by_group(_: np.random.Generator, groups: Numbers) -> Numbers:
    """Four rows where children of the first group have several, the others one."""
    return np.where(groups == 0, 4, 1)


def _groups(rng: np.random.Generator, children: int) -> Numbers:
    return rng.choice(len(SHARES), children, p=list(SHARES.values()))


def draw_share(
    rng: np.random.Generator,
    children: int,
    sizes: Sizes = pairs,
    correlation: float = 0.5,
    rate: float = 0.6,
    apart: bool = True,
    lift: float = 0.0,
) -> pd.DataFrame:
    """Rows of children whose own chance is beta-distributed about the rate; `lift` is the first group's gap.

    Rows of a child fall into any months, or, where they do not lie `apart`, all into one.
    """
    groups = _groups(rng, children)
    size = sizes(rng, groups)
    mean = rate + np.where(groups == 0, lift, 0.0)
    if correlation:
        spread = (1 - correlation) / correlation
        chance = rng.beta(mean * spread, (1 - mean) * spread)
    else:
        chance = mean
    child = np.repeat(np.arange(children), size)
    own_month = rng.integers(0, MONTHS, children)
    month = rng.integers(0, MONTHS, len(child)) if apart else own_month[child]
    return pd.DataFrame(
        {
            "cluster": child,
            "place": groups[child],
            "month": FIRST + month,
            "weight": 1,
            "events": rng.binomial(1, chance[child]),
        }
    )


def draw_rate(
    rng: np.random.Generator,
    children: int,
    shape: float | None = 0.5,
    mean: float = 1.0,
    longest: int = 24,
    lift: float = 1.0,
) -> pd.DataFrame:
    """Months of children whose own rate is gamma-distributed; Poisson events where `shape` is None.

    `mean` is how many events a stay of average length has; `lift` is the first group's rate ratio.
    """
    groups = _groups(rng, children)
    own = rng.gamma(shape, 1 / shape, children) if shape else np.ones(children)
    stay = rng.integers(1, longest + 1, children)
    first = rng.integers(0, MONTHS - np.minimum(stay, MONTHS) + 1)
    child = np.repeat(np.arange(children), stay)
    month = first[child] + np.arange(len(child)) - np.repeat(np.cumsum(stay) - stay, stay)
    expected = mean / ((longest + 1) / 2) * own[child] * np.where(groups[child] == 0, lift, 1.0)
    return pd.DataFrame(
        {
            "cluster": child,
            "place": groups[child],
            "month": FIRST + month,
            "weight": 30,
            "events": rng.poisson(expected),
        }
    )


@dataclass(frozen=True)
class Boroughs:
    """The tidy measures of all, and the measure that each borough is."""

    measures: pd.DataFrame
    facts: tuple[MeasureFacts, ...]


def count_boroughs(drawn: list[pd.DataFrame], unit: Unit) -> Boroughs:
    """All of them at once, by the code that counts a dataset's measures."""
    rows = pd.concat([frame.assign(number=number) for number, frame in enumerate(drawn)], ignore_index=True)
    groups = pd.Index(SHARES).take(rows["place"].to_numpy())
    rows = rows.assign(
        service_id="S1", ethnic_group=groups, ethnicity=groups.str.upper(), is_rate=unit != "percent"
    )
    catalogue = [
        Measure(
            f"B{number}", 1, "", unit, "episodes", "", Condition(()), Condition(()), "higher", START, None
        )
        for number in range(len(drawn))
    ]
    measures = _add_up(_with_keys(rows), catalogue)
    keys = ["number", "service_id", "ethnic_group", "ethnicity", "cluster", "month", "is_rate"]
    clustered = rows.groupby(keys, as_index=False)[["weight", "events"]].sum()
    months = clustered.pop("month")
    days = (months - 1970 * 12).to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    clustered = clustered.assign(first=days, last=days, first_month=months, last_month=months)
    connection = ibis.duckdb.connect()
    table = connection.create_table("clustered", pa.Table.from_pandas(clustered, preserve_index=False))
    cells = connection.create_table("cells", estimate_cell_levels(table))
    counted = connection.create_table("company", sum_pairs(table, cells, END))
    company, alike = (
        asked.to_pyarrow().to_pandas()
        for asked in (pairs_by_month(counted), sum_covariances(counted, table, cells, END))
    )
    excess = find_excess(company, alike, measures, catalogue)
    facts = tuple(
        MeasureFacts(each.measure_id, each.measure_id, unit, "higher", (Definition(1, START),))
        for each in catalogue
    )
    return Boroughs(add_to_measures(measures, excess), facts)


def _with_keys(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the record keys of those counted and of those that they are out of."""
    keys = np.random.default_rng(1).integers(2**31, size=rows["cluster"].max() + 1)[rows["cluster"]]
    return rows.assign(events_key=rows["events"] * keys, size_key=keys)


def _add_up(rows: pd.DataFrame, catalogue: list[Measure]) -> pd.DataFrame:
    counted = ["weight", "events", *KEYS]
    summed = rows.groupby(["number", "place", "month"], as_index=False)[counted].sum()
    groups = pd.Index(SHARES).take(summed["place"].to_numpy())
    is_rate = catalogue[0].unit != "percent"
    return pd.DataFrame(
        {
            "measure_id": [f"B{number}" for number in summed["number"]],
            "version": 1,
            "service_id": "S1",
            "ethnic_group": groups,
            "ethnicity": groups.str.upper(),
            "month": summed["month"],
            "service_month": 0,
            "period": [f"{month // 12}-q{month % 12 // 3 + 1}" for month in summed["month"]],
            "events": summed["events"],
            "total": 0 if is_rate else summed["weight"],
            "child_years": summed["weight"] / 365.25 if is_rate else 0.0,
            **{name: summed[name] for name in KEYS},
        }
    )
