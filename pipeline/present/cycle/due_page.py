"""What is due: dates that somebody has to act by, from the registers and the last day of the data."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

import pandas as pd

from pipeline.analysis.cycle.due import list_due, phase_of
from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.finding_columns import Row, as_frame, list_rows
from pipeline.present.cycle.page import CyclePage
from pipeline.present.dates import format_day, format_period
from pipeline.present.page import paragraph, stack
from pipeline.present.sentences import say

_MOST_NAMED = 6


@cache
def due(page: CyclePage, rules: CycleRules) -> pd.DataFrame:
    """List what is overdue, or due within some months of the last day of the data (columns of `due`)."""
    services, providers = page.records("services"), page.records("providers")
    return page.record(
        "due", as_frame(list_due(page.data.context, services, providers, rules.months_ahead), "due")
    )


def show_due(page: CyclePage, rules: CycleRules) -> str:
    """The dates, the earliest first, under where the year stands in the cycle; what is due on one day is one row."""
    rows, today = list_rows(due(page, rules)), page.data.context.dataset.complete_to
    told = paragraph(say("due", day=format_day(today), phase=say(f"phase {phase_of(today)}")))
    if not rows:
        return told
    passed = say("due passed", overdue=sum(row["state"] == "overdue" for row in rows), number=len(rows))
    return stack(told, page.tell(passed, page.table("due", [*_group(rows)])))


def _group(rows: Sequence[Row]) -> Iterator[Row]:
    """A row a day and kind of date, with what it is about."""
    for (day, state, what), found in groupby(rows, key=lambda row: (row["due"], row["state"], row["what"])):
        own = [*found]
        about = [*dict.fromkeys(row["about"] for row in own)]
        named = about if len(about) <= _MOST_NAMED else [*about[:_MOST_NAMED], say("due more")]
        name = format_period(own[0]["name"]) if what == "return" else own[0]["name"]
        alone = len(own) == 1
        yield {
            "day": format_day(dt.date.fromisoformat(day)),
            "state": state,
            "kind": say(f"due {what}") if alone else say(f"due {what}s"),
            "number": len(own),
            "about": f"{own[0]['about']}: {name}" if alone else ", ".join(named),
        }
