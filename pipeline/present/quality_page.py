"""The data-quality page: what was sent, what could be used, and how complete it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pipeline.contract.context import DatasetFacts
from pipeline.present.columns import Column, Count, Figure, Percentage, Text, Verdict
from pipeline.present.door import Door
from pipeline.present.page import paragraph
from pipeline.present.rounding import format_number
from pipeline.present.table import PublishedTable, Table
from pipeline.stats.results import Counts

_FATES = ("lines", "accepted", "set_aside", "out_of_scope")
ETHNICITY_STATES = {
    "known": "Known",
    "not_stated": "Not stated",
    "refused": "Refused",
    "not_yet_asked": "Not yet asked",
    "missing": "Left blank",
}
_PER_CENT = 100
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class QualityData:
    """What `validate` wrote about the returns, numbers as such, and what the page is about."""

    dataset: DatasetFacts
    returns: Rows
    rules: Rows
    ethnicity: Rows
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


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({fate: row[fate] for fate in _FATES})
    return {fate: sums[fate] for fate in _FATES}


def providers_table(door: Door, data: QualityData) -> PublishedTable:
    """One row a provider: returns received and missing, and what became of the lines."""
    rows = []
    for provider in sorted({row["provider"] for row in data.returns}):
        sent = [row for row in data.returns if row["provider"] == provider]
        received = {row["period"] for row in sent if row["lines"] > 0} & set(data.expected_periods)
        missing = [period for period in data.expected_periods if period not in received]
        rows.append(
            {
                "provider": data.provider_names.get(provider, provider or "not named in the file"),
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
    rows = [
        {
            "provider": data.provider_names.get(row["provider"], row["provider"] or "not named in the file"),
            "period": row["period"],
            "table": row["table"],
            **{fate: row[fate] for fate in _FATES},
        }
        for row in sorted(data.returns, key=itemgetter("provider", "period", "table"))
    ]
    columns: list[Column] = [
        Text("provider", "Provider"),
        Text("period", "Period"),
        Text("table", "Table"),
        *_fate_columns(),
    ]
    return _table(door, data, "returns", "Every return", columns, rows)


def _broken_rules(data: QualityData, *, warnings: bool) -> list[dict[str, Any]]:
    checked: Counter[tuple[str, str, str]] = Counter()
    failed: Counter[tuple[str, str, str]] = Counter()
    for row in data.rules:
        if (row["severity"] == "warn") is warnings:
            rule = (row["rule"], row["title"], row["table"])
            checked[rule] += row["checked"]
            failed[rule] += row["failed"]
    return [
        {"title": rule[1], "table": rule[2], "checked": checked[rule], "failed": failed[rule]}
        for rule in sorted(failed)
        if failed[rule]
    ]


def _rule_columns(failed: str) -> list[Column]:
    return [
        Text("title", "Rule"),
        Text("table", "Table"),
        Count("checked", "Checked"),
        Count("failed", failed),
    ]


def rules_table(door: Door, data: QualityData) -> PublishedTable:
    """Rules that keep a row or a file out, with how many they kept out."""
    rows = _broken_rules(data, warnings=False)
    return _table(door, data, "rules", "Rules that were broken", _rule_columns("Failed"), rows)


def warnings_table(door: Door, data: QualityData) -> PublishedTable:
    """Rules that only warn: how many rows were accepted all the same."""
    rows = _broken_rules(data, warnings=True)
    return _table(door, data, "warnings", "What was odd, but accepted", _rule_columns("Odd"), rows)


def _reached(row: Mapping[str, Any], door: Door) -> str:
    if door.protect(row["total"]) is None:
        return "too few to say"
    return "met" if row["reached"] == "True" else "not met"


def ethnicity_table(door: Door, data: QualityData) -> PublishedTable:
    """Completeness of ethnicity by service, against the contract's minimum; the ways of not knowing kept apart."""
    rows = [
        {
            "service": f"{row['service_id']} {data.service_names.get(row['service_id'], '')}".strip(),
            "episodes": row["total"],
            **{state: Counts(row[state], row["total"]) for state in ETHNICITY_STATES},
            "verdict": _reached(row, door),
        }
        for row in data.ethnicity
    ]
    columns: list[Column] = [
        Text("service", "Service"),
        Count("episodes", "Episodes"),
        *(Percentage(state, words) for state, words in ETHNICITY_STATES.items()),
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
    rules, warnings = rules_table(door, data), warnings_table(door, data)
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
        "## What was odd, but accepted",
        door.format(warnings) if warnings.cells else paragraph("Nothing that was accepted looked odd."),
        "## Is ethnicity recorded?",
        door.format(ethnicity_table(door, data)),
        "## Every return",
        "<details><summary>Show every return</summary>",
        door.format(returns_table(door, data)),
        "</details>",
    ]
    return "\n\n".join(parts) + "\n"
