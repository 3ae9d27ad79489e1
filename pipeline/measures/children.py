"""Children counted as children: each once in a service, and once over all."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.measures.child_time import month_number

_DAYS = 32


def _count(found: Table, places: int, *by: str) -> pd.DataFrame:
    month = found["first"] // (places * _DAYS)
    named = found.select(*by, "groups", month=month, code_place=found["first"] % places)
    counted = named.group_by(*named.columns).aggregate(children=ibis._.count())
    frame: pd.DataFrame = counted.to_pyarrow().to_pandas()
    return frame


def follow_children(children: Table, classification: Classification) -> pd.DataFrame:
    """Children by service (blank: over all), the set of broad groups they were recorded with (as bits), and the month
    and code (its place among the sorted codes) of their first referral there.

    Of two codes on the same day the smaller counts, and a known one before none.
    """
    places = len(classification.codes) + 1
    referred = children.referral_date
    day = month_number(referred) * _DAYS + referred.day()
    sets = (
        children.group_by("child", "service_id")
        .aggregate(groups=children.group_bit.bit_or(), first=(day * places + children.code_place).min())
        .cache()
    )
    over_all = sets.group_by("child").aggregate(groups=sets.groups.bit_or(), first=sets["first"].min())
    return pd.concat(
        [_count(sets, places, "service_id"), _count(over_all, places).assign(service_id="")],
        ignore_index=True,
    )


def count_children(found: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Children (not episodes) by service and ethnic group; service_id blank counts each child once over all.

    A child recorded with two groups counts once in each group, and once in the total of all groups
    (ethnic_group blank). `found` is what `follow_children` tells.
    """
    sets = found.groupby(["service_id", "groups"], as_index=False)[["children"]].sum()
    cuts = [sets.assign(ethnic_group="")]
    cuts += [
        sets[sets["groups"] & 1 << place > 0].assign(ethnic_group=group)
        for place, group in enumerate(classification.broad_groups)
    ]
    summed: pd.DataFrame = (
        pd.concat(cuts).groupby(["service_id", "ethnic_group"], as_index=False)[["children"]].sum()
    )
    return summed.astype({"children": "int64"})


def count_newcomers(found: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Each child once in each service, and once over all (service_id blank), in the month of its first referral there.

    It counts under the code of that referral, so that any months add up to the children newly reached in them.
    """
    codes = [*sorted(classification.by_code), ""]
    broad = {entry.code: entry.broad_group for entry in classification.codes} | {"": NOT_KNOWN}
    ethnicity = found["code_place"].map(dict(enumerate(codes))).astype("str")
    named = found.assign(ethnicity=ethnicity, ethnic_group=ethnicity.map(broad).astype("str"))
    by = ["service_id", "ethnicity", "ethnic_group", "month"]
    counted: pd.DataFrame = named.groupby(by, as_index=False)[["children"]].sum()
    return counted.astype({"month": "int64", "children": "int64"})
