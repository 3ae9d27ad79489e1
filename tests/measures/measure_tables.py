"""Hand-made rows as `validate` leaves them, and what is counted of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from ibis.expr.types import Table

from pipeline.contract.groups.ethnicity import Classification, EthnicCode
from pipeline.contract.record_keys import child_number
from pipeline.contract.tables import load_table
from pipeline.measures.catalogue import load_catalogue
from pipeline.measures.child_time import list_spell_months, list_spells
from pipeline.measures.levels import find_levels
from pipeline.measures.rows import Rows, join_rows
from pipeline.measures.tabulate import tabulate_measures

# Ibis 12 calls a function that DuckDB 2.0 renames.
IBIS_ON_DUCKDB = pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")
Row = Mapping[str, Any]
TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
CLASSIFICATION = Classification(
    "two groups",
    (
        EthnicCode("B", "Black", "Black", "Black"),
        EthnicCode("W", "White", "White", "White"),
        EthnicCode("R", "Refused", "Not known", "Not known"),
    ),
)
GROUPS = CLASSIFICATION.broad_groups
SCALES = ("wellbeing", "worry")
SERVICES = {"S01": "2009-04-01", "S02": "2009-04-01"}
UNTIL = dt.date(2010, 3, 31)
FIRST, LAST = 2009 * 12 + 3, 2010 * 12 + 2
"""April 2009 and March 2010 as month numbers."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def table(name: str, rows: Sequence[Row], **defaults: Any) -> Table:
    """The contract's table with these rows; what a row does not say is its default, or blank."""
    columns = {field.name: TYPES[field.type] for field in load_table(name).fields}
    columns["return_provider"] = pa.string()
    filled = [{"return_provider": "harbour", **defaults, **row} for row in rows]
    unknown = {key for row in filled for key in row} - set(columns)
    assert not unknown, unknown
    data = {column: pa.array([row.get(column) for row in filled], kind) for column, kind in columns.items()}
    return ibis.memtable(pa.table(data))


def measure(**changes: Any) -> Row:
    """One row of the catalogue: children referred who started, but for the changes."""
    return {
        "measure_id": "started",
        "version": 1,
        "title": "Children referred who started",
        "unit": "percent",
        "table": "episodes",
        "dated_by": "referral_date",
        "denominator": "all",
        "numerator": "start_date is given",
        "direction": "higher",
        "start": day("2009-04-01"),
        "end": None,
        **changes,
    }


class AtOnce:
    """Nothing is held: what is asked is worked out where it is fetched."""

    def keep(self, name: str, table: Table) -> Table:
        return table

    def number(self, ids: Table, key: bytes) -> Table:
        names = ids.to_pyarrow().column("child_id").to_pylist()
        return ibis.memtable(
            pa.table(
                {
                    "child_id": pa.array(names, pa.string()),
                    "child": [child_number(each, key) for each in names],
                }
            )
        )


@dataclass(frozen=True)
class Sent:
    """What was sent, and when each service started; joined for what a catalogue counts."""

    tables: Mapping[str, Table]
    starts: Mapping[str, dt.date]

    def rows(self, catalogue: Sequence[Row] = (), key: bytes = b"ours") -> Rows:
        levels = find_levels(self.tables["episodes"])
        return join_rows(
            self.tables,
            self.starts,
            CLASSIFICATION,
            levels,
            load_catalogue(catalogue),
            AtOnce(),
            key,
        )


def joined(
    episodes: Sequence[Row],
    outcomes: Sequence[Row] = (),
    feedback: Sequence[Row] = (),
    starts: Mapping[str, str] = SERVICES,
    **defaults: Any,
) -> Sent:
    """The three tables; an episode is in S01, with the child of its own name, referred on 5 April 2009."""
    filled = [{"child_id": f"child of {row['episode_id']}", **row} for row in episodes]
    usual = {"service_id": "S01", "provider_id": "harbour", "referral_date": day("2009-04-05"), **defaults}
    tables = {
        "episodes": table("episodes", filled, **usual),
        "outcomes": table("outcomes", outcomes, outcome="calm", scale="wellbeing"),
        "feedback": table("feedback", feedback, service_id="S01", who="child", date=day("2009-05-05")),
    }
    return Sent(tables, {name: day(start) for name, start in starts.items()})


def tabulate(sent: Sent, catalogue: Sequence[Row]) -> pd.DataFrame:
    """The tidy table of the treated, by quarter."""
    rows, measures = sent.rows(catalogue), load_catalogue(catalogue)
    return tabulate_measures(rows, list_spell_months(list_spells(rows, UNTIL)), measures, "quarter")
