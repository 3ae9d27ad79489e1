"""`reference/scales.csv`: what must hold of scales beyond their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.files.commissioner.register_table import RegisterFault

GOAL_ATTAINMENT = "goal_attainment"
_GOALS = (-2, 2, "higher")


def check_scales(rows: Iterable[Mapping[str, Any]]) -> Iterator[RegisterFault]:
    """Every fault: goals scored otherwise than from -2 to 2, a cut-off that is no score of the scale."""
    for row in rows:
        if (
            row.get("kind") == GOAL_ATTAINMENT
            and (row["minimum"], row["maximum"], row["direction"]) != _GOALS
        ):
            said = "goals are scored from -2 to 2, more being better; correct that, or write 'score'."
            yield RegisterFault(row["row"], "kind", said)
        cutoff = row.get("clinical_cutoff")
        if cutoff is not None and not row["minimum"] <= cutoff <= row["maximum"]:
            said = (
                f"{cutoff:g} is no score from {row['minimum']:g} to {row['maximum']:g}; correct one of them."
            )
            yield RegisterFault(row["row"], "clinical_cutoff", said)
