"""Options: of each service whose future is open, the evidence in a few lines, and who would be affected by its end."""

from collections.abc import Iterator
from functools import cache

import pandas as pd

from pipeline.analysis.cycle.affected import judge_affected
from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.finding_columns import Row, as_frame, list_rows, read_estimate
from pipeline.analysis.impact.claims import TOLD
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import cited_by
from pipeline.contract.tables import load_table
from pipeline.files.cycle import Row as Record
from pipeline.present.cycle.money_page import worked_costs
from pipeline.present.cycle.page import CyclePage
from pipeline.present.dates import format_day, format_month
from pipeline.present.disclosure.frames import finding_file
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import Told, escape
from pipeline.present.page import fold, join_some, join_words, stack
from pipeline.present.performance.contracts import round_pounds
from pipeline.present.sentences import say, verdict_word


def _tell_outcomes(page: CyclePage, own: str) -> str:
    """What was found of its outcomes, and how strong the evidence is."""
    context = page.data.context
    told = []
    for row in page.found("services/index", "outcomes"):
        if row["service_id"] == own:
            sure = row["verdict"] in TOLD and pd.notna(row["claim_level"])
            named = {
                "outcome": context.outcome_title(row["outcome"]),
                "verdict": verdict_word(row["verdict"]),
            }
            evidence = say("option level of evidence", level=row["claim_level"]) if sure else ""
            told.append(say("option outcome", evidence=evidence, **named))
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
    told = {"groups": join_words(groups)} if groups else {}
    return say(
        "option affected" if groups else "option affected all",
        children=format_number(whole["children"]),
        **told,
    )


def _tell_where(page: CyclePage, own: str) -> Iterator[str]:
    """Where the children live and how great their need is, where their race-equality page tells it."""
    for field in ("area", "need"):
        title = load_table("episodes").field(field).title
        rows = page.levels_of(own, title)
        if rows:
            told = join_words([say("option level", level=level, number=number) for level, number in rows])
            yield say(f"option by {field}", told=told)


def _tell_others(page: CyclePage, row: Record) -> Iterator[str]:
    """Who else answers to the same priorities."""
    titles = {each["priority_id"]: each["title"] for each in page.records("priorities")}
    if not cited_by(row):
        yield say("option no priority")
    for cited in cited_by(row):
        others = [
            page.name_of(each["service_id"])
            for each in page.records("services")
            if cited in cited_by(each) and each["service_id"] != row["service_id"]
        ]
        key, named = ("option others", join_some(others, _MOST_OTHERS)) if others else ("option alone", "")
        yield say(key, priority=titles.get(cited, cited), named=named)


def _of_provider(page: CyclePage, row: Record) -> list[Record]:
    return [each for each in page.records("services") if each["provider_id"] == row["provider_id"]]


def _share_of_provider(page: CyclePage, row: Record) -> float | None:
    """The service's share of what its provider is paid here; None where that is not known."""
    whole = sum(each["annual_value"] or 0 for each in _of_provider(page, row))
    known = row["provider_id"] is not None and whole and row["annual_value"]
    return row["annual_value"] / whole if known else None


def _tell_market(page: CyclePage, row: Record) -> str:
    """What its end would mean for the provider."""
    share = _share_of_provider(page, row)
    if share is None:
        return ""
    provider, number = page.data.context.service_of(row["service_id"]).provider, len(_of_provider(page, row))
    return say("option market", provider=provider, share=format_number(100 * share), number=number)


@cache
def options(page: CyclePage) -> pd.DataFrame:
    """List the services whose future is open, with what they cost and are for their provider (columns of `options`)."""
    cost = {each["service_id"]: each["cost_child"] for each in worked_costs(page)}
    rows = [
        {
            "service_id": row["service_id"],
            "review_on": f"{row['review_on']}",
            "passed": "yes" if row["review_on"] < page.data.context.dataset.complete_to else "no",
            "cost_child": int(round_pounds(cost[own])) if pd.notna(cost.get(own)) else None,
            "provider_share": _share_of_provider(page, row),
        }
        for row in _open(page)
        for own in (row["service_id"],)
    ]
    return page.record("options", as_frame(rows, "options"))


def _tell_heard(page: CyclePage, row: Record) -> Iterator[str]:
    """What families, practitioners and inspectors have said of the service, the latest first."""
    notes = (note for note in page.records("evidence") if note["service_id"] == row["service_id"])
    for note in sorted(notes, key=lambda note: note["said_on"], reverse=True):
        kind = say(f"heard {note['kind']}")
        yield say("option heard", kind=kind, says=note["says"], found_in=note["found_in"])


def _lines(page: CyclePage, row: Record, rules: CycleRules) -> Iterator[str]:
    own = row["service_id"]
    yield _tell_outcomes(page, own)
    yield from _tell_heard(page, row)
    reached = _tell_affected([*page.found(f"services/{own}", "reach")])
    yield Told(reached, f"../services/tables/{own}-{finding_file('reach')}")
    yield from _tell_where(page, own)
    yield _tell_equality(list_rows(affected(page, rules)), own)
    yield from _tell_others(page, row)
    yield page.told(_tell_market(page, row), "finding_options", row=own)
    cost = next((each for each in worked_costs(page) if each["service_id"] == own), None)
    if cost and pd.notna(cost["cost_child"]):
        value = format_number(round_pounds(cost["cost_child"]))
        said = say("option cost", value=value, outcome=verdict_word(cost["outcome"]))
        yield page.told(said, "finding_options", row=own)


_MOST_OPEN = 4
"""Notes that stand in view; the others are folded."""
_MOST_OTHERS = 4
"""Other services of a priority that a note names; the map of priorities has all."""
_MOST_NOTES = 40
"""Notes that one page has room for; services that come later are named with their day."""


def _open(page: CyclePage) -> list[Record]:
    """The services whose future is open, by the day on which it is to be decided."""
    dated = (row for row in page.records("services") if row["review_on"])
    return sorted(dated, key=lambda row: row["review_on"])


@cache
def affected(page: CyclePage, rules: CycleRules) -> pd.DataFrame:
    """Set whom each open service reached beside who lives in the area (columns of `affected`)."""
    rows: list[Row] = []
    for own in (row["service_id"] for row in _open(page)):
        reached = [*page.found(f"services/{own}", "reach")]
        rows += judge_affected(own, reached, rules, page.door.rule.variance)
    return page.record("affected", as_frame(rows, "affected"))


def _tell_equality(rows: list[Row], own: str) -> str:
    """Whom its end would touch more than others, or that it cannot be told."""
    groups = [row for row in rows if row["service_id"] == own]
    more = [row["ethnic_group"] for row in groups if row["verdict"] == "more than others"]
    unclear = [row["ethnic_group"] for row in groups if row["verdict"] == "cannot tell yet"]
    if not groups:
        return say("option equality none")
    told = say("option equality", named=join_words(more)) if more else say("option equality nobody")
    return f"{told} {say('option equality unclear', named=join_words(unclear))}" if unclear else told


def show_equality_impact(page: CyclePage, rules: CycleRules) -> str:
    """Each group's share of those whom an open service reached, beside its share of the area."""
    rows = list_rows(affected(page, rules))
    if not rows:
        return ""
    shown = [
        {
            **row,
            "service": page.name_of(row["service_id"]),
            "share": read_estimate(row),
            "population": 100 * row["population_share"],
        }
        for row in rows
    ]
    table = page.table("equality_impact", shown)
    number = len({row["service_id"] for row in rows if row["verdict"] == "more than others"})
    return page.tell(say("impact", number=number), table)


def show_options(page: CyclePage, rules: CycleRules) -> str:
    """A note a service with a date by which to decide; never a recommendation."""
    rows = _open(page)
    if not rows:
        return ""
    notes = [_show_note(page, row, rules) for row in rows[:_MOST_NOTES]]
    folded = notes[_MOST_OPEN:]
    if later := rows[_MOST_NOTES:]:
        named = "; ".join(
            f"{page.name_of(row['service_id'])}, {format_day(row['review_on'])}" for row in later
        )
        folded.append(escape(say("options later", shown=_MOST_NOTES, services=named)))
    more = fold(say("options more", number=len(rows) - _MOST_OPEN), *folded)
    return stack(escape(say("options", number=len(rows))), *notes[:_MOST_OPEN], more)


def _show_note(page: CyclePage, row: Record, rules: CycleRules) -> str:
    """The note of one service: by when to decide, and what is known."""
    name, day = page.name_of(row["service_id"]), format_day(row["review_on"])
    passed = row["review_on"] < page.data.context.dataset.complete_to
    title = say("option title passed" if passed else "option title", service=name, day=day)
    lines = [escape(line) for line in _lines(page, row, rules) if line]
    lines = [escape(say("option passed")), *lines] if passed else lines
    if own := page.named(row["service_id"])["service_link"]:
        lines.append(f"[{escape(say('option change'))}]({own}#what-would-change-these-answers)")
    return stack(f"### {escape(title)}", "\n".join(f"- {line}" for line in lines))


def show_evidence(page: CyclePage) -> str:
    """What was said, by whom, of which service or priority: the latest first."""
    notes = sorted(page.records("evidence"), key=lambda note: note["said_on"], reverse=True)
    if not notes:
        return ""
    titles = {each["priority_id"]: each["title"] for each in page.records("priorities")}
    shown = [
        {
            **note,
            "said_on": format_month(note["said_on"]),
            "kind": say(f"heard {note['kind']}"),
            "about": page.name_of(note["service_id"])
            if note["service_id"]
            else titles.get(note["priority_id"], say("heard about all")),
        }
        for note in notes
    ]
    return page.tell(say("heard", number=len(shown)), page.table("evidence", shown))
