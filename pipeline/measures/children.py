"""Children counted as children: each once in a service, and once over all."""

from __future__ import annotations

import ibis
import pandas as pd

from pipeline.measures.child_time import month_number
from pipeline.measures.rows import Rows, fetch, over_all, sum_keys


def count_children(rows: Rows) -> pd.DataFrame:
    """Return children (not episodes) by service and ethnic group, in `total`; service_id blank: once over all.

    A child recorded with two groups counts once in each group, and once in the total of all groups
    (ethnic_group blank).
    """
    own = rows.treated("episodes")
    cuts = [
        cut
        for episodes in (own, over_all(own))
        for cut in (episodes, episodes.mutate(ethnic_group=ibis.literal("")))
    ]
    keys = ("service_id", "ethnic_group")
    parts = []
    for cut in cuts:
        each = cut.select(*keys, "child", "record_key").distinct()
        parts.append(each.group_by(*keys).aggregate(total=each.count(), size_key=sum_keys(each)))
    return fetch(ibis.union(*parts).order_by(*keys))


def count_newcomers(rows: Rows) -> pd.DataFrame:
    """Return each child once in each service, and once over all (service_id blank), by the month of first referral.

    It counts under the code of that referral, so that any months add up to the children newly reached in them. Of two
    codes on the same day the first in their order counts, and a known one before none.
    """
    own = rows.treated("episodes")
    keys = ["service_id", "ethnicity", "ethnic_group", "month"]
    parts = []
    for episodes in (own, over_all(own)):
        order = [episodes.referral_date, episodes.ethnicity == "", episodes.ethnicity]
        window = ibis.window(group_by=[episodes.child, episodes.service_id], order_by=order)
        ranked = episodes.mutate(
            place=ibis.row_number().over(window), month=month_number(episodes.referral_date)
        )
        first = ranked.filter(ranked.place == 0)
        parts.append(first.group_by(*keys).aggregate(total=first.count(), size_key=sum_keys(first)))
    return fetch(ibis.union(*parts).order_by(*keys))
