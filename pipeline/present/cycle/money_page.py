"""Plan: where money comes from, what a child and an outcome cost, whether contracts pay what the work costs."""

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from pipeline.analysis.cycle.costs import Delivered, work_out_costs
from pipeline.analysis.cycle.roll_up import roll_up
from pipeline.analysis.finding_columns import Row, as_frame, list_rows, read_estimate
from pipeline.present.cycle.page import CyclePage
from pipeline.present.cycle.plan_page import (
    known_of,
    reached_by,
    ready_services,
    shown_children,
    verdicts_of_contracts,
)
from pipeline.present.disclosure.columns import Figure
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.page import headline, join_words
from pipeline.present.performance.contracts import round_pounds
from pipeline.present.sentences import format_verdict_counts, join_notes, say

_ACHIEVED, _UNSCORED = "outcome_achieved", "no scores"
_KINDS = ("service_contract", "framework_contract", "grant", "trial")
_PARTS: Mapping[str, Sequence[str]] = {
    "strategy": ("programme", "plan", "all"),
    "tiers": ("tier", "level", "all"),
}


@cache
def worked_costs(page: CyclePage) -> tuple[Row, ...]:
    """The rows of `costs`, typed, which other pages rest on too."""
    contracts, reached = verdicts_of_contracts(page), reached_by(page)
    achieved = page.level_of_each(_ACHIEVED)
    told = {}
    for own in (each.service_id for each in page.data.context.services):
        contract = contracts.get(own, {})
        volume, children = contract.get("volume", ""), contract.get("children", _UNSCORED)
        told[own] = Delivered(reached.get(own), achieved.get(own), volume, children)
    rows = work_out_costs(page.data.context, told, page.records("services"))
    return tuple(list_rows(as_frame(rows, "costs")))


@cache
def costs(page: CyclePage) -> pd.DataFrame:
    """Work out what each child reached and each outcome achieved cost (columns of `costs`)."""
    return page.record("costs", as_frame(worked_costs(page), "costs"))


@cache
def rolled_up(page: CyclePage) -> pd.DataFrame:
    """Draw services together by programme, plan, tier and contract type: one row each (columns of `rolled_up`)."""
    contracts = {own: row["contract"] for own, row in verdicts_of_contracts(page).items()}
    rows = roll_up(
        page.records("services"),
        page.records("priorities"),
        known_of(page),
        contracts,
        ready_services(page),
    )
    return page.record("rolled_up", as_frame(rows, "rolled_up"))


def _pounds(value: float) -> float | None:
    return None if pd.isna(value) else round_pounds(value)


def show_costs(page: CyclePage) -> str:
    """What a child and an outcome cost beside what was commissioned, and whether children are better off."""
    rows = list_rows(costs(page))
    shown = [
        {
            **row,
            **page.named(row["service_id"]),
            "children": shown_children(row),
            "volume": say(f"volume {row['volume'] or 'not told'}"),
            "cost_planned": _pounds(row["cost_planned"]),
            "cost_child": _pounds(row["cost_child"]),
            "cost": read_estimate(row).map(round_pounds),
        }
        for row in rows
    ]
    table = page.table("costs", shown)
    told = [
        say(f"costs {what}", least=format_number(min(values)), most=format_number(max(values)))
        for what, key in (("child", "cost_child"), ("outcome", "estimate"))
        if (values := [round_pounds(row[key]) for row in rows if pd.notna(row[key])])
    ]
    return page.tell(" ".join([*told, say("costs")]), table) if rows else ""


def show_full_cost(page: CyclePage) -> str:
    """Which contracts pay less than the work costs its provider, the least first; nothing where none was asked."""
    asked = (row for row in worked_costs(page) if pd.notna(row["recovered"]))
    rows = sorted(asked, key=lambda row: row["recovered"])
    if not rows:
        return ""
    values = {row["service_id"]: row for row in page.records("services")}
    shown = [
        {**values[row["service_id"]], **page.named(row["service_id"]), "recovered": 100 * row["recovered"]}
        for row in rows
    ]
    table = page.table("full_cost", shown)
    below = sum(row["recovered"] < 1 for row in rows)
    named = {
        "service": page.name_of(rows[0]["service_id"]),
        "share": format_number(100 * rows[0]["recovered"]),
    }
    words = say("full cost" if below else "full cost all", below=below, number=len(rows), **named)
    return page.tell(words, table)


def label_of(row: Row) -> str:
    """What a row of the roll-up is called on a page."""
    known = ("tier", "level", "contract_type")
    return say(f"part {row['by']} {row['name']}") if row["by"] in known else row["name"] or say("rolled all")


def show_strategy(page: CyclePage) -> str:
    """Services drawn together by programme and by plan."""
    return _show_rolled_up(page, "strategy")


def show_tiers(page: CyclePage) -> str:
    """Services drawn together by tier: what each does at the strategic, operational and individual level."""
    return _show_rolled_up(page, "tiers")


def _show_rolled_up(page: CyclePage, part: str) -> str:
    rows = [row for row in list_rows(rolled_up(page)) if row["by"] in _PARTS[part]]
    if not page.records("services"):
        return ""
    shown = [
        {
            **row,
            "what": label_of(row),
            **{name: format_verdict_counts(row[name]) for name in ("stages", "contracts", "outcomes")},
            "services": row["services"] if row["by"] != "all" else say("rolled every"),
            "children": shown_children(row),
            "priorities": row["priorities"] or say("coverage none cited"),
        }
        for row in rows
    ]
    named = [f"{row['priority_id']}: {row['title']}" for row in page.records("priorities")]
    note = join_notes([say("rolled note"), "; ".join(named)])
    table = page.table(f"rolled_{part}", shown, note)
    return page.tell(_tell_rolled(rows, part), table)


def _tell_rolled(rows: Sequence[Row], part: str) -> str:
    whole = rows[-1]
    told = [
        say("rolled part", name=label_of(row), children=format_number(row["children"]))
        for row in rows
        if row["by"] == _PARTS[part][0] and pd.notna(row["children"])
    ]
    if not told or pd.isna(whole["children"]):
        return say("rolled untold", number=whole["number"])
    children = format_number(whole["children"])
    return say(f"rolled {part}", number=whole["number"], children=children, told=join_words(told))


@cache
def funding(page: CyclePage) -> pd.DataFrame:
    """Add up what was paid in over all years, and the share of it that is pooled (columns of `funding`)."""
    rows = page.records("funding")
    years = [row["year"] for row in rows]
    whole = sum(row["amount"] for row in rows)
    pooled = sum(row["amount"] for row in rows if row["pooled"] == "yes")
    found = {
        "first_year": min(years),
        "last_year": max(years),
        "amount": int(whole),
        "pooled_share": pooled / whole if whole else 0.0,
    }
    return page.record("funding", as_frame([found], "funding"))


def show_money(page: CyclePage) -> str:
    """The first words of the page: what is agreed a year, what it pays for, and what it does not."""
    rows = worked_costs(page)
    value = int(sum(row["annual_value"] or 0 for row in page.records("services")))
    better = sum(row["outcome"] == "better" for row in rows)
    below = [row for row in rows if pd.notna(row["recovered"]) and row["recovered"] < 1]
    if not rows:
        return ""
    key = "money" if any(row["outcome"] != _UNSCORED for row in rows) else "money unscored"
    told = say(key, value=f"{value:,}", number=len(rows), better=better)
    told = page.told(told, "finding_rolled_up")
    return headline(told, say("money below", number=len(below)) if below else "")


def show_funding(page: CyclePage) -> str:
    """Where the money comes from, year by year, and how much of it is pooled."""
    rows = page.records("funding")
    if not rows:
        return ""
    years = sorted({row["year"] for row in rows})
    found = funding(page).iloc[0]
    whole, share = f"{int(found['amount']):,}", format_number(100 * found["pooled_share"])
    columns = [Figure(f"y{year}", f"{year}–{(year + 1) % 100:02d}, £") for year in years]
    shown = {
        key: {"paid_by": key[0], "pooled": key[1], **{f"y{year}": None for year in years}}
        for key in dict.fromkeys((row["paid_by"], row["pooled"]) for row in rows)
    }
    for row in rows:
        shown[row["paid_by"], row["pooled"]][f"y{row['year']}"] = row["amount"]
    words = say("funding", whole=whole, share=share, first=years[0], last=years[-1] + 1)
    return page.tell(words, page.table("funding", [*shown.values()], more=columns))


def show_contract_types(page: CyclePage) -> str:
    """How much is paid by each type of contract, and to how many providers."""
    rows = {row["name"]: row for row in list_rows(rolled_up(page)) if row["by"] == "contract_type"}
    whole = sum(row["annual_value"] for row in rows.values())
    shown = [
        {
            **rows[kind],
            "type": label_of(rows[kind]),
            "outcomes": format_verdict_counts(rows[kind]["outcomes"]),
            "share": 100 * rows[kind]["annual_value"] / whole if whole else None,
        }
        for kind in _KINDS
        if kind in rows
    ]
    if not shown:
        return ""
    most = max(shown, key=lambda row: row["annual_value"])
    words = say("contract types", type=most["type"], value=f"{most['annual_value']:,}", number=most["number"])
    return page.tell(words, page.table("contract_types", shown))
