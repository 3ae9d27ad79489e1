"""Days between two dates of a row, counted by how many they are: any quantile of them follows exactly."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table


def days_between(rows: Table, days: Any, early: Any, waiting: Any = None) -> Table:
    """Rows as `ask_days` wants them, by `service` where they have one.

    `early` says which began early enough to be looked at, `waiting` (nobody where it is not given) who waits.
    """
    return rows.select(
        service=rows.service if "service" in rows.columns else ibis.literal(0, "int32"),
        days=days.cast("int32"),
        early=early,
        waiting=ibis.literal(False) if waiting is None else waiting,
    )


def ask_days(asked: Mapping[str, Table]) -> Table:
    """Of each table of `days_between`, how many `rows` by service, days, early and waiting; all in one statement."""
    parts = [table.mutate(asked=ibis.literal(place, "int16")) for place, table in enumerate(asked.values())]
    together = reduce(ibis.union, parts)
    return together.group_by(*together.columns).aggregate(rows=ibis._.count())


def split_days(counted: pd.DataFrame, asked: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """What `ask_days` asks, by the names of what was asked."""
    return {name: counted[counted["asked"] == place] for place, name in enumerate(asked)}
