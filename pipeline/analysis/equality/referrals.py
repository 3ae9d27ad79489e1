"""How many were referred, by ethnic group and by each level of whatever else is recorded: what rates are made of."""

from collections.abc import Iterator

import pandas as pd

from pipeline.analysis.equality.characteristics import compare_levels
from pipeline.analysis.equality.gaps import MeasureGaps, compare_groups
from pipeline.analysis.finding_columns import Row, as_frame
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.performance.reach import effect_of
from pipeline.analysis.scope import Scope, characteristics_of, measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.protect.tally import Tally

REFERRED = "started"
"""The measure that is out of all children referred."""
ETHNICITY = "ethnicity"


def tabulate_referrals(scope: Scope) -> pd.DataFrame:
    """Count referrals by group and level, beside everyone else's (columns of `referrals`); none of whom few were.

    Over all services alone: people live in an area, not in a service.
    """
    over_all = () if scope.service else scope.context.measures
    measure = next((each for each in over_all if each.measure_id == REFERRED), None)
    return as_frame(_list_rows(scope, measure) if measure else (), "referrals")


def _list_rows(scope: Scope, measure: MeasureFacts) -> Iterator[Row]:
    rows, confidence = measure_rows(scope, measure), scope.confidence_level
    by_group = compare_groups(rows, scope.dataset.known_groups, EVERYONE_ELSE, measure, confidence)
    levels = compare_levels(characteristics_of(scope), measure, confidence)
    months, effect = scope.window_of(measure).months, effect_of(scope, "referred")
    for characteristic, found in {ETHNICITY: by_group, **levels}.items():
        for row in _list_levels(found):
            yield {"characteristic": characteristic, "months": months, "effect": effect, **row}


def _list_levels(found: MeasureGaps) -> Iterator[Row]:
    for gap in found.gaps:
        others = gap.reference
        if gap.level != FEW and others is not None and not others.few:
            yield {
                "level": gap.ethnic_group,
                **_side(gap.tally),
                **_side(others, "other_"),
                "unknown_share": found.unknown_share,
            }


def _side(tally: Tally, prefix: str = "") -> Row:
    """A total, which is the sum of those with the event and those without, each rounded, and its standard error."""
    return {f"{prefix}total": tally.total, f"{prefix}off_by": (2 * tally.variance) ** 0.5}
