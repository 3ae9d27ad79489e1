"""What is due: dates that somebody has to act by, from the registers and the last day of the data."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipeline.analysis.cycle.due import list_due, phase_of
from pipeline.analysis.cycle_columns import DUE
from pipeline.analysis.finding_columns import as_frame, list_rows
from pipeline.present.cycle.page import CyclePage
from pipeline.present.disclosure.columns import Column, Text, Verdict
from pipeline.present.page import paragraph
from pipeline.present.sentences import say


def due(page: CyclePage) -> pd.DataFrame:
    """List what is overdue, or due within half a year of the last day of the data (columns of DUE)."""
    return page.record("due", as_frame(list_due(page.data.context, page.records("services")), DUE))


def show_due(page: CyclePage) -> str:
    """The dates, the earliest first, under where the year stands in the cycle."""
    rows, today = list_rows(due(page)), page.data.context.dataset.complete_to
    overdue = sum(row["state"] == "overdue" for row in rows)
    told = say(
        "due", day=_day(today), phase=say(f"phase {phase_of(today)}"), overdue=overdue, number=len(rows)
    )
    columns: list[Column] = [
        Text("day", "By"),
        Verdict("state", "State"),
        Text("kind", "What"),
        Text("about", "About"),
        Text("name", "Which"),
    ]
    shown = [
        {**row, "day": _day(dt.date.fromisoformat(row["due"])), "kind": say(f"due {row['what']}")}
        for row in rows
    ]
    if not shown:
        return paragraph(told)
    table = page.table("due", say("due title"), columns, shown)
    return "\n\n".join([paragraph(told), page.door.format(table)])


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
