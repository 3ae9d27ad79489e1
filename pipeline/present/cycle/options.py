"""Options: of each service whose future is open, the evidence in a few lines, and who would be affected by its end."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.analysis.finding_columns import Row, list_rows
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.files.cycle import Row as Record
from pipeline.present.cycle.page import CyclePage
from pipeline.present.cycle.plan_page import costs
from pipeline.present.dates import tell_day as format_day
from pipeline.present.disclosure.columns import Column, Text
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.page import join_words, paragraph
from pipeline.present.performance.contracts import round_pounds
from pipeline.present.sentences import say


def _tell_outcomes(page: CyclePage, own: str) -> str:
    """What was found of its outcomes, and how strong the evidence is."""
    context = page.data.context
    told = [
        say(
            "option outcome",
            outcome=context.outcome_title(row["outcome"]),
            verdict=row["verdict"],
            level=0 if pd.isna(row["claim_level"]) else int(row["claim_level"]),
        )
        for row in page.found("services/index", "outcomes")
        if row["service_id"] == own
    ]
    return say("option evidence", told=join_words(told)) if told else say("option no outcome")


def _tell_affected(rows: list[Row]) -> str:
    """Who would be affected, by ethnic group where the group's share is told."""
    whole = next((row for row in rows if row["ethnic_group"] == "All children"), None)
    if whole is None:
        return say("option affected none")
    groups = [
        f"{row['ethnic_group']} {format_number(row['children'])}"
        for row in rows
        if row["ethnic_group"] not in ("All children", NOT_KNOWN) and row["children"]
    ]
    return say("option affected", children=format_number(whole["children"]), groups=join_words(groups))


def _tell_others(page: CyclePage, row: Record) -> str:
    """Who else answers to the same priority."""
    if row["priority_id"] is None:
        return say("option no priority")
    others = [
        page.name_of(each["service_id"])
        for each in page.records("services")
        if each["priority_id"] == row["priority_id"] and each["service_id"] != row["service_id"]
    ]
    title = next(
        each["title"] for each in page.records("priorities") if each["priority_id"] == row["priority_id"]
    )
    return (
        say("option others", priority=title, named=join_words(others))
        if others
        else say("option alone", priority=title)
    )


def _tell_market(page: CyclePage, row: Record) -> str:
    """What its end would mean for the provider."""
    services = [each for each in page.records("services") if each["provider_id"] == row["provider_id"]]
    whole = sum(each["annual_value"] or 0 for each in services)
    if row["provider_id"] is None or not whole or not row["annual_value"]:
        return ""
    provider = page.data.context.service_of(row["service_id"]).provider
    share = f"{100 * row['annual_value'] / whole:.0f}"
    return say("option market", provider=provider, share=share, number=len(services))


def _tell_heard(page: CyclePage, row: Record) -> Iterator[str]:
    """What families, practitioners and inspectors have said of the service, the latest first."""
    notes = (note for note in page.records("evidence") if note["service_id"] == row["service_id"])
    for note in sorted(notes, key=lambda note: note["said_on"], reverse=True):
        yield say(
            "option heard", kind=say(f"heard {note['kind']}"), says=note["says"], found_in=note["found_in"]
        )


def _lines(page: CyclePage, row: Record) -> Iterator[str]:
    own = row["service_id"]
    yield _tell_outcomes(page, own)
    yield from _tell_heard(page, row)
    yield _tell_affected([*page.found(f"services/{own}", "reach")])
    yield _tell_others(page, row)
    yield _tell_market(page, row)
    cost = next((each for each in list_rows(costs(page)) if each["service_id"] == own), None)
    if cost and pd.notna(cost["cost_child"]):
        value = format_number(round_pounds(cost["cost_child"]))
        yield say("option cost", value=value, outcome=cost["outcome"])


def show_options(page: CyclePage) -> str:
    """A note a service with a date by which to decide; never a recommendation."""
    rows = sorted(
        (row for row in page.records("services") if row["review_on"]), key=lambda row: row["review_on"]
    )
    if not rows:
        return ""
    parts = [escape(say("options", number=len(rows)))]
    for row in rows:
        name, day = page.name_of(row["service_id"]), format_day(row["review_on"])
        parts.append(f"### {escape(say('option title', service=name, day=day))}")
        lines = [escape(line) for line in _lines(page, row) if line]
        own = f"../services/{row['service_id']}.ipynb#what-would-change-these-answers"
        lines.append(f"[{escape(say('option change'))}]({own})")
        parts.append("\n".join(f"- {line}" for line in lines))
    return "\n\n".join(parts)


def show_evidence(page: CyclePage) -> str:
    """What was said, by whom, of which service or priority: the latest first."""
    notes = sorted(page.records("evidence"), key=lambda note: note["said_on"], reverse=True)
    if not notes:
        return ""
    titles = {each["priority_id"]: each["title"] for each in page.records("priorities")}
    shown = [
        {
            "said_on": f"{note['said_on']:%B %Y}",
            "kind": say(f"heard {note['kind']}"),
            "about": page.name_of(note["service_id"])
            if note["service_id"]
            else titles.get(note["priority_id"], say("heard about all")),
            "says": note["says"],
            "found_in": note["found_in"],
        }
        for note in notes
    ]
    columns: list[Column] = [
        Text("kind", "Who"),
        Text("says", "What was said"),
        Text("about", "About"),
        Text("said_on", "When"),
        Text("found_in", "Where to read it"),
    ]
    table = page.table("evidence", say("heard title"), columns, shown)
    return "\n\n".join([paragraph(say("heard", number=len(shown))), page.door.format(table)])
