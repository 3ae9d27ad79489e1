"""Whom the end of a service would touch more than others: its groups beside the area's, with intervals."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import pandas as pd

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.equality.gaps import p_value_at_zero
from pipeline.analysis.finding_columns import Row
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Counts, Result

AffectedVerdict = Literal["more than others", "less than others", "cannot tell yet"]


def _difference(row: Row, rounding: float, confidence_level: float) -> Result:
    """A group's share of the children reached less its share of the population, which is known."""
    counted = Counts(int(row["events"]), int(row["total"]), row["effect"], rounding)
    share, known = wilson_interval(counted, confidence_level), row["population_share"]
    return share.map(lambda number: number - known)


def judge_affected(
    service_id: str, reached: Sequence[Row], rules: CycleRules, rounding: float
) -> Iterator[Row]:
    """Yield a row an ethnic group (columns of `affected`): whether more of the reached are of it than of the area.

    The groups of one service are judged together under false-discovery control. A group of whom so few were reached
    that no share is told reads 'cannot tell yet'. `rounding` is the variance that rounding adds to a count.
    """
    groups = [row for row in reached if pd.notna(row["population_share"])]
    adjusted = adjust_by_name(
        {
            row["ethnic_group"]: p_value_at_zero(partial(_difference, row, rounding))
            for row in groups
            if pd.notna(row["estimate"])
        }
    )
    for row in groups:
        verdict: AffectedVerdict = "cannot tell yet"
        if adjusted.get(row["ethnic_group"], 1.0) <= rules.false_discovery_rate:
            if row["lower"] > row["population_share"]:
                verdict = "more than others"
            elif row["upper"] < row["population_share"]:
                verdict = "less than others"
        columns = ("ethnic_group", "estimate", "lower", "upper", "confidence_level", "method", "unit")
        yield {
            "service_id": service_id,
            **{name: row[name] for name in columns},
            "population_share": row["population_share"],
            "verdict": verdict,
        }
