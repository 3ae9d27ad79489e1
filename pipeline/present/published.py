"""What executed notebooks have published: findings, which other pages and the figures for DVC are made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import Row, list_rows
from pipeline.analysis.group_counts import FEW
from pipeline.present.disclosure.frames import finding_file, read_finding
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


def read_files(files_of: Callable[[str], Mapping[str, str]]) -> Published:
    """Return what pages have published, from the texts of the files that each offers, by their names."""

    @cache
    def finding(page: str, name: str) -> pd.DataFrame:
        return read_finding(name, files_of(page).get(finding_file(name), ""))

    return Published(finding)


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
