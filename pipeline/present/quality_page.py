"""The data-quality page: what was sent, what could be used, and how complete it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.contract.context import DatasetFacts
from pipeline.present.columns import Column, Count, Figure, Text, Verdict
from pipeline.present.door import Door
from pipeline.present.estimates import Share
from pipeline.present.page import paragraph
from pipeline.present.rounding import format_number
from pipeline.present.table import PublishedTable, Table
from pipeline.stats.results import Counts

_FATES = ("lines", "accepted", "set_aside", "out_of_scope")
_STATES = {
    "known": "Known",
    "not_stated": "Not stated",
    "refused": "Refused",
    "not_yet_asked": "Not yet asked",
    "missing": "Left blank",
}
_PER_CENT = 100


@dataclass(frozen=True)
class QualityData:
    """What `validate` wrote about the returns, and what the page is about."""

    dataset: DatasetFacts
    returns: pd.DataFrame
    rules: pd.DataFrame
    ethnicity: pd.DataFrame
    expected_periods: Sequence[str]
    provider_names: dict[str, str]
    service_names: dict[str, str]
    minimum_known: float


def _table(
    door: Door,
    data: QualityData,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    note: str = "",
) -> PublishedTable:
    period = (
        f"{data.expected_periods[0]} to {data.expected_periods[-1]}" if data.expected_periods else "no period"
    )
    return door.publish(
        Table(name, title, "Rows sent by providers", period, data.dataset.source, columns, rows, note)
    )


def _fate_columns() -> list[Column]:
    return [
        Count("lines", "Lines"),
        Count("accepted", "Accepted"),
        Count("set_aside", "Set aside"),
        Count("out_of_scope", "Out of scope"),
    ]


def _sums(rows: pd.DataFrame) -> dict[str, int]:
    return {fate: int(rows[fate].sum()) for fate in _FATES}


def providers_table(door: Door, data: QualityData) -> PublishedTable:
    """One row a provider: returns received and missing, and what became of the lines."""
    rows = []
    for provider, sent in data.returns.groupby("provider", sort=True):
        received = set(sent[sent["lines"] > 0]["period"]) & set(data.expected_periods)
        missing = [period for period in data.expected_periods if period not in received]
        rows.append(
            {
                "provider": data.provider_names.get(str(provider), str(provider) or "not named in the file"),
                "received": len(received),
                "missing": ", ".join(missing) or "none",
                **_sums(sent),
            }
        )
    columns: list[Column] = [
        Text("provider", "Provider"),
        Figure("received", "Quarters or years received"),
        Text("missing", "Not received"),
        *_fate_columns(),
    ]
    return _table(door, data, "providers", "What each provider sent", columns, rows)


def returns_table(door: Door, data: QualityData) -> PublishedTable:
    """One row a return and table."""
    order = data.returns.sort_values(["provider", "period", "table"], kind="stable")
    rows = [
        {
            "provider": data.provider_names.get(row["provider"], row["provider"] or "not named in the file"),
            "period": row["period"],
            "table": row["table"],
            **{fate: int(row[fate]) for fate in _FATES},
        }
        for row in order.to_dict("records")
    ]
    columns: list[Column] = [
        Text("provider", "Provider"),
        Text("period", "Period"),
        Text("table", "Table"),
        *_fate_columns(),
    ]
    return _table(door, data, "returns", "Every return", columns, rows)


def rules_table(door: Door, data: QualityData) -> PublishedTable:
    """Rules that any row or file failed, with how many did."""
    summed = data.rules.groupby(["rule", "title", "table"], sort=True, as_index=False)[
        ["checked", "failed"]
    ].sum()
    rows = [
        {"title": row["title"], "table": row["table"], "checked": row["checked"], "failed": row["failed"]}
        for row in summed[summed["failed"] > 0].to_dict("records")
    ]
    columns: list[Column] = [
        Text("title", "Rule"),
        Text("table", "Table"),
        Count("checked", "Checked"),
        Count("failed", "Failed"),
    ]
    return _table(door, data, "rules", "Rules that were broken", columns, rows)


def _reached(row: Mapping[Hashable, Any], door: Door) -> str:
    if door.protect(int(row["total"])) is None:
        return "too few to say"
    return "met" if row["reached"] == "True" else "not met"


def ethnicity_table(door: Door, data: QualityData) -> PublishedTable:
    """Completeness of ethnicity by service, against the contract's minimum; the ways of not knowing kept apart."""
    rows = [
        {
            "service": f"{row['service_id']} {data.service_names.get(row['service_id'], '')}".strip(),
            "episodes": row["total"],
            **{state: Counts(row[state], row["total"]) for state in _STATES},
            "verdict": _reached(row, door),
        }
        for row in data.ethnicity.to_dict("records")
    ]
    columns: list[Column] = [
        Text("service", "Service"),
        Count("episodes", "Episodes"),
        *(Share(state, words, 0.95, interval=False) for state, words in _STATES.items()),
        Verdict("verdict", "Minimum"),
    ]
    minimum = format_number(data.minimum_known * _PER_CENT)
    note = f"Contracts ask for a known ethnic group in at least {minimum}% of episodes"
    return _table(door, data, "ethnicity", "Is ethnicity recorded?", columns, rows, note)


def show_quality(door: Door, data: QualityData) -> str:
    """The whole page."""
    sums = _sums(data.returns)
    agree = sums["lines"] == sums["accepted"] + sums["set_aside"] + sums["out_of_scope"]
    if not agree:
        raise ValueError("the lines in the files are not the sum of accepted, set aside and out of scope")
    rules = rules_table(door, data)
    parts = [
        paragraph(
            "In every return on this page, the lines accepted, set aside and out of scope add up to the lines in "
            "the files: this is checked on the exact numbers each time the page is made. The counts shown are rounded, "
            "so they may not add up exactly."
        ),
        "## What each provider sent",
        door.format(providers_table(door, data)),
        "## What could not be used, and why",
        door.format(rules) if rules.cells else paragraph("Every row that was sent could be used."),
        "## Is ethnicity recorded?",
        door.format(ethnicity_table(door, data)),
        "## Every return",
        "<details><summary>Show every return</summary>",
        door.format(returns_table(door, data)),
        "</details>",
    ]
    return "\n\n".join(parts) + "\n"
