"""Children counted as children: each once in a service, and once over all."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.measures.cells import Cells
from pipeline.measures.child_time import month_number
from pipeline.measures.rows import Rows

_DAYS = 32


def _name(found: Table, places: int, service: Any) -> Table:
    """Each set with its month and code, to be counted; `service` is -1 over all."""
    month = found["first"] // (places * _DAYS)
    return found.select("groups", service=service, month=month, code_order=found["first"] % places)


def ask_children(rows: Rows) -> Table:
    """Children by service (-1: over all), the set of broad groups they were recorded with (as bits), and the month
    and code (its place in the codes' order) of their first referral there.

    Of two codes on the same day the smaller counts, and a known one before none.
    """
    places = len(rows.known_cells.codes)
    of = rows.treated("service", "code_order", "group_bit")
    children = rows.episodes.select("child", "cell", "referral_date").inner_join(of, "cell")
    referred = children.referral_date
    day = month_number(referred) * _DAYS + referred.day()
    sets = children.group_by("child", "service").aggregate(
        groups=children.group_bit.bit_or(), first=(day * places + children.code_order).min()
    )
    over_all = sets.group_by("child").aggregate(groups=sets.groups.bit_or(), first=sets["first"].min())
    both = _name(sets, places, sets.service).union(_name(over_all, places, ibis.literal(-1, "int32")))
    return both.group_by(*both.columns).aggregate(children=ibis._.count())


def follow_children(counted: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """What `ask_children` asks, with services (blank: over all) and codes by name."""
    services = pd.Index([*cells.services, ""], dtype="str")
    return pd.DataFrame(
        {
            "service_id": services.take(counted["service"].to_numpy("int64") % len(services)),
            "ethnicity": cells.codes_in_order.take(counted["code_order"].to_numpy("int64")),
            **counted[["groups", "month", "children"]],
        }
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
        for place, group in enumerate(sorted(classification.broad_groups))
    ]
    summed: pd.DataFrame = (
        pd.concat(cuts).groupby(["service_id", "ethnic_group"], as_index=False)[["children"]].sum()
    )
    return summed.astype({"children": "int64"})


def count_newcomers(found: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Each child once in each service, and once over all (service_id blank), in the month of its first referral there.

    It counts under the code of that referral, so that any months add up to the children newly reached in them.
    """
    broad = {entry.code: entry.broad_group for entry in classification.codes} | {"": NOT_KNOWN}
    named = found.assign(ethnic_group=found["ethnicity"].map(broad).astype("str"))
    by = ["service_id", "ethnicity", "ethnic_group", "month"]
    counted: pd.DataFrame = named.groupby(by, as_index=False)[["children"]].sum()
    return counted.astype({"month": "int64", "children": "int64"})
