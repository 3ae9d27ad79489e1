"""A group's rate, had it the ages of all children."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.analysis.group_counts import (
    NOBODY,
    PER_CHILD_YEARS,
    Protect,
    add_up,
    has,
    protect_effect,
    tally_by,
)
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.stats.proportions.standardised import directly_standardised_rate
from pipeline.stats.results import Result


@dataclass(frozen=True)
class Standardised:
    """What a rate has of what it takes to be told, and the rate from what may be shown; None where that is hidden."""

    worth: float
    rate: Result | None


def standardise_for_age(
    characteristics: pd.DataFrame, measure_id: str, group: str, protect: Protect, confidence_level: float
) -> Standardised:
    """A group's rate per 100 child-years, standardised to the child-years of all children, age by age.

    Children of unknown age are left out. The ages of the events are taken as they are, their number as it may be
    shown: neither the rate nor how wide its interval is tells how many there were.
    """
    rows = characteristics[
        has(characteristics, "measure_id", measure_id)
        & has(characteristics, "characteristic", "age")
        & ~has(characteristics, "level", NOT_KNOWN)
    ]
    group_rows = rows[has(rows, "ethnic_group", group)]
    everyone, own, whole = tally_by(rows, "level"), tally_by(group_rows, "level"), add_up(group_rows)
    tallies = [own.get(age, NOBODY) for age in everyone]
    shown = whole.protected(protect)
    if shown is None:
        return Standardised(whole.worth, None)
    part = shown.events / whole.events if whole.events else 1.0
    rate = directly_standardised_rate(
        [tally.events * part for tally in tallies],
        [tally.child_years for tally in tallies],
        [tally.child_years for tally in everyone.values()],
        PER_CHILD_YEARS,
        confidence_level,
        protect_effect(0, whole.effect),
    )
    return Standardised(whole.worth, rate)
