"""What executed notebooks have published: findings, which other pages and the figures for DVC are made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import Row, list_rows
from pipeline.analysis.group_counts import FEW
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import round_half_up


@dataclass(frozen=True)
class Published:
    """What executed notebooks have published, by page ("services/index") and name.

    `finding` is a frame with its declared columns, without rows where the page has none.
    """

    finding: Callable[[str, str], pd.DataFrame]

    def rows(self, page: str, name: str) -> Iterator[Row]:
        """Yield the rows of a finding, typed."""
        yield from list_rows(self.finding(page, name))


def _tally_words(words: Iterable[str]) -> dict[str, int]:
    counted = Counter(words)
    return {word.replace(" ", "_"): counted[word] for word in sorted(counted)}


def _level(row: Row) -> float | str:
    """A measure's level in its unit, in the digits that are told; a symbol where there is none."""
    if math.isnan(row["estimate"]):
        return HIDDEN if row["method"] == FEW.reason else NOT_AVAILABLE
    return round_half_up(100 * row["estimate"], 1) if row["unit"] == "proportion" else float(row["estimate"])


def headline_metrics(published: Published) -> dict[str, Any]:
    """The figures of `dvc metrics show`: counts of services and targets, and protected levels."""
    contracts, targets = (
        published.rows(page, name)
        for page, name in (("services/index", "contracts"), ("equality/index", "targets"))
    )
    return {
        "services": _tally_words(row["children"] for row in contracts),
        "targets": _tally_words(row["verdict"] for row in targets),
        "measures": {
            f"{row['measure_id']} v{row['version']}": _level(row)
            for row in published.rows("services/index", "kpis")
        },
    }
