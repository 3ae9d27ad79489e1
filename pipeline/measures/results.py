"""What agreements and outcomes came to, as shares: agreements completed, outcomes achieved fully and partly."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.rows import Rows

RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")


def _count(rows: Table, total: str, events: dict[str, str]) -> list[pd.DataFrame]:
    """`events` out of `total`, columns of `rows` that are true or false, by service."""
    sums = {name: rows[column].sum().cast("int64") for name, column in events.items()}
    counted = rows.filter(rows[total]).group_by("service_id").aggregate(total=ibis._.count(), **sums)
    frame: pd.DataFrame = counted.to_pyarrow().to_pandas()
    return [frame[["service_id", "total"]].assign(result=name, events=frame[name]) for name in events]


def count_results(rows: Rows) -> pd.DataFrame:
    """By service: of agreements whose episode has ended, those that ended as completed; of outcomes that were judged,
    those achieved fully, and those achieved partly.
    """
    episodes, outcomes = rows.episodes, rows.outcomes
    agreed = episodes.mutate(
        over=episodes.isa_date.notnull() & episodes.end_date.notnull(),
        completed=(episodes.end_reason == "completed").fill_null(False),
    )
    judged = outcomes.mutate(
        judged=outcomes.achieved.notnull(),
        **{word: (outcomes.achieved == word).fill_null(False) for word in ("fully", "partly")},
    )
    parts = [
        *_count(agreed, "over", {"isa_completed": "completed"}),
        *_count(judged, "judged", {"achieved_fully": "fully", "achieved_partly": "partly"}),
    ]
    order = {name: place for place, name in enumerate(RESULTS)}
    tidy = pd.concat(parts)[["service_id", "result", "events", "total"]]
    return tidy.sort_values(
        ["service_id", "result"],
        key=lambda column: column.map(order) if column.name == "result" else column,
        ignore_index=True,
    )
