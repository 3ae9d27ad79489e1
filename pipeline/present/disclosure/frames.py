"""Frames of findings as they leave the project, no more digits than tell anything; and as other pages read them."""

import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import SCHEMAS as SCHEMAS
from pipeline.analysis.finding_columns import Row, as_frame, list_rows
from pipeline.analysis.group_counts import FEW
from pipeline.present.disclosure.rounding import (
    HIDDEN,
    NOT_AVAILABLE,
    ON_PAGES,
    SPARE,
    round_for_file,
    round_half_up,
    tell_digits,
)
from pipeline.protect.rounding import EXACT, Disclosure, mean_decimals

RULE = "rule"
"""The attribute of a frame that holds the rule by which its counts were rounded."""
_MEANS = (
    *("estimate", "lower", "upper", "forecast", "forecast_lower", "forecast_upper"),
    *("baseline", "review", "detectable", "reliable_from"),
)
_OF_COUNTS = ("estimate", "lower", "upper", "level", "level_lower", "level_upper")
"""Figures that come from counts as they are shown, where they are proportions; `before_` may stand before a name."""
_SIZES = ("size", "total", "other_total")
_PUBLISHED = frozenset(name for name, kind in SCHEMAS["areas"].items() if kind == "float64")
"""Figures that others have published, and what rounding leaves open of them."""


def finding_file(name: str) -> str:
    """Return what the file of a frame is called."""
    return f"finding_{name}.csv"


def read_finding(name: str, text: str) -> pd.DataFrame:
    """Return a frame out of its file, in its declared types; one without rows where the text is blank."""
    schema = SCHEMAS[name]
    if not text:
        return as_frame((), name)
    numbers = {column: [""] for column, kind in schema.items() if kind != "str"}
    frame: pd.DataFrame = pd.read_csv(
        io.StringIO(text), dtype=dict(schema), keep_default_na=False, na_values=numbers
    )
    return frame


def trim_means(frame: pd.DataFrame, rule: Disclosure) -> pd.DataFrame:
    """Return the frame with means in points in as many decimals as one of the smallest number beside it may have."""
    sizes = [name for name in _SIZES if name in frame]
    if rule.exact or "unit" not in frame or not sizes:
        return frame
    points = frame["unit"].isin(["points", ""]) & frame[sizes].notna().any(axis=1)
    told = frame.copy()
    for at in frame.index[points]:
        finest = mean_decimals(int(frame.loc[at, sizes].min()), rule, 2 + SPARE)
        decimals = min(2, finest)
        for name in frame.columns.intersection([*_MEANS]):
            if pd.notna(frame.loc[at, name]):
                value = frame.loc[at, name]
                told.loc[at, name] = (
                    round_for_file(value, decimals, min(SPARE, finest - decimals))
                    if decimals > ON_PAGES
                    else round_half_up(value, decimals)
                )
    return told


def format_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its numbers as text: three digits, and six of what was rounded already.

    A mean in all its digits tells how many scores it is of, and so may a share; one in points has fewer still where
    the frame has the rule that it is shown by.
    """
    frame = trim_means(frame, frame.attrs.get(RULE, EXACT))
    numbers = frame.select_dtypes("float64").columns
    told = {}
    for name in numbers:
        digits = 6 if name.endswith("child_years") or name in _PUBLISHED else 3
        told[name] = frame[name].map(partial(tell_digits, digits=digits), na_action="ignore")
        before = "before_" if name.startswith("before_") else ""
        if name.removeprefix(before) in _OF_COUNTS and f"{before}unit" in frame:
            shares = frame[f"{before}unit"] == "proportion"
            if name.startswith("level"):  # one that nothing is set beside has no estimate, and no unit of it
                shares |= frame["unit"].eq("") & frame.filter(items=["child_years"]).isna().all(
                    axis="columns"
                )
            more = partial(tell_digits, digits=digits, spare=SPARE)
            told[name] = told[name].where(~shares, frame[name].map(more, na_action="ignore"))
    return frame.assign(**told)


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
