"""What must hold of curves.csv beyond its columns: each fault with its row and mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.files.commissioner.register_table import RegisterFault

Row = Mapping[str, Any]
_MOST_PERCENT = 100


def check_curves(
    curves: Sequence[Row], services: Sequence[Row], measures: Sequence[Row], complete_to: dt.date
) -> Iterator[RegisterFault]:
    """Every fault, row by row; measures and services are known already."""
    starts = {row["service_id"]: row["start"] for row in services}
    latest = {row["measure_id"]: row for row in sorted(measures, key=lambda row: int(row["version"]))}
    for row in curves:
        service, measure = row["service_id"], latest[row["measure_id"]]
        begins = min(starts.values()) if service is None else starts[service]
        yield from _check_action(row, max(begins, measure["start"]), complete_to)
        yield from _check_target(row, measure["unit"])


def _check_action(row: Row, data_from: dt.date, complete_to: dt.date) -> Iterator[RegisterFault]:
    action, due, agreed = row["action_on"], row["due"], row["agreed_on"]
    if data_from >= complete_to:
        said = f"there are no data of '{row['measure_id']}' before {complete_to}; leave the curve out until there are."
        yield _fault(row, "measure_id", said)
    elif action <= data_from:
        said = f"{action} is not after the first day of the data of '{row['measure_id']}' ({data_from})"
        yield _fault(row, "action_on", f"{said}; choose a later day, or leave the curve out.")
    elif action > complete_to:
        said = f"{action} is after the last day of the data ({complete_to})"
        yield _fault(row, "action_on", f"{said}; correct the day, or leave the curve out until then.")
    if due <= action:
        said = f"the target is due on {due}, not after the action ({action}); choose a later day."
        yield _fault(row, "due", said)
    if agreed > due:
        said = f"{agreed} is after the target was due ({due}); correct one of them."
        yield _fault(row, "agreed_on", said)


def _check_target(row: Row, unit: str) -> Iterator[RegisterFault]:
    target = row["target"]
    if target < 0:
        yield _fault(row, "target", f"{target:g} is less than 0; correct it.")
    elif unit == "percent" and target > _MOST_PERCENT:
        yield _fault(row, "target", f"{target:g} is more than 100 per cent; correct it.")


def _fault(row: Row, column: str, said: str) -> RegisterFault:
    return RegisterFault(row["row"], column, said)
