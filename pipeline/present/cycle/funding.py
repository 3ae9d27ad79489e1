"""Where the money comes from, and by which kinds of contract it goes out."""

from __future__ import annotations

from pipeline.analysis.finding_columns import list_rows
from pipeline.present.cycle.money_page import label_of, rolled_up
from pipeline.present.cycle.page import CyclePage
from pipeline.present.disclosure.columns import Figure, Text, headed
from pipeline.present.page import paragraph
from pipeline.present.sentences import say, tell_counts

_KINDS = ("service_contract", "framework_contract", "grant", "trial")


def show_funding(page: CyclePage) -> str:
    """Where the money comes from, year by year, and how much of it is pooled."""
    rows = page.records("funding")
    if not rows:
        return ""
    years = sorted({row["year"] for row in rows})
    whole = sum(row["amount"] for row in rows)
    pooled = sum(row["amount"] for row in rows if row["pooled"] == "yes")
    named = {
        "whole": f"{whole:,.0f}",
        "share": f"{100 * pooled / whole:.0f}" if whole else "0",
        "first": years[0],
        "last": years[-1] + 1,
    }
    columns = [
        *headed(Text, paid_by="paid by", pooled="pooled"),
        *(Figure(f"y{year}", f"{year}–{(year + 1) % 100:02d}, £") for year in years),
    ]
    shown = {
        key: {"paid_by": key[0], "pooled": key[1], **{f"y{year}": None for year in years}}
        for key in dict.fromkeys((row["paid_by"], row["pooled"]) for row in rows)
    }
    for row in rows:
        shown[row["paid_by"], row["pooled"]][f"y{row['year']}"] = row["amount"]
    table = page.table("funding", say("funding title"), columns, [*shown.values()])
    return "\n\n".join([paragraph(say("funding", **named)), page.door.format(table)])


def show_contract_types(page: CyclePage) -> str:
    """How much is paid by each type of contract, and to how many providers."""
    rows = {row["name"]: row for row in list_rows(rolled_up(page)) if row["by"] == "contract_type"}
    columns = [
        Text("type", say("heading type of contract")),
        *headed(Figure, number="contracts", providers="providers", annual_value="£ a year"),
        Figure("share", say("heading of all"), suffix="%"),
        Text("outcomes", say("heading their outcomes")),
    ]
    whole = sum(row["annual_value"] for row in rows.values())
    shown = [
        {
            **rows[kind],
            "type": label_of(rows[kind]),
            "outcomes": tell_counts(rows[kind]["outcomes"]),
            "share": 100 * rows[kind]["annual_value"] / whole if whole else None,
        }
        for kind in _KINDS
        if kind in rows
    ]
    table = page.table(
        "contract_types", say("contract types title"), columns, shown, say("contract types note")
    )
    most = max(shown, key=lambda row: row["annual_value"])
    words = say("contract types", type=most["type"], value=f"{most['annual_value']:,}", number=most["number"])
    return "\n\n".join([paragraph(words), page.door.format(table)])
