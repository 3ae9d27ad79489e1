"""`reference/standards.csv`: what must hold of them beyond their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.files.commissioner.register_table import RegisterFault

Row = Mapping[str, Any]


def check_standards(rows: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every fault: a finding without its day, a day without a finding, a next check before the last."""
    for row in rows:
        checked, after = row["checked_on"], row["next_check"]
        if row["met"] == "not_checked" and checked is not None:
            said = f"this says {checked}, but the standard is 'not_checked'; say what was found, or leave it blank."
            yield RegisterFault(row["row"], "checked_on", said)
        if row["met"] != "not_checked" and checked is None:
            said = f"this is blank, but the standard is '{row['met']}'; give the day, or write 'not_checked'."
            yield RegisterFault(row["row"], "checked_on", said)
        if checked is not None and after is not None and after <= checked:
            said = f"{after} is not after the last check ({checked}); correct one of them."
            yield RegisterFault(row["row"], "next_check", said)
