"""Which returns are in, late, sent again, nil or missing, and what had to be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.contract.groups.ethnicity_censuses import CENSUSES
from pipeline.present.dates import tell_day
from pipeline.present.disclosure.columns import Column, Text, Verdict
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import fold, join_words, paragraph
from pipeline.present.quality.data import QualityData, publish_table
from pipeline.present.sentences import say

MISSING, RECEIVED = "missing", "received"
APPLIED = "applied"
_WORDS = {"late": "late", "revised": "sent again", "nil": "nil", MISSING: MISSING}
_CODING = (
    "A group that a census did not offer could not be chosen in returns coded by it: such children stand there in "
    "another group, so that a change over time may be one of the form and not of the children."
)
_STATES = {"late": "late", "revised": "revised", "nil": "nil return", MISSING: MISSING}
_CENSUSES = {name: f"Census {name.removeprefix('ons_')}" for name in CENSUSES}
_POPULATION = "Returns of providers with a commissioned service"


def without_versions(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a return stands without a word of whether it was sent again.

    Who knows which return was corrected, and compares what was published before and after, may find out for whom.
    """
    if row["status"] != "revised":
        return dict(row)
    status = "late" if row["late"] == "yes" else RECEIVED
    return {**row, "status": status, "version": 1, "revised": "", "remarks": ""}


def _day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return tell_day(day)


def _cell(rows: Iterable[Mapping[str, Any]]) -> str:
    """How many returns of a year are in, and each that is not plainly so."""
    stand = list(rows)
    if not stand:
        return "none expected"
    inside = sum(row["status"] != MISSING for row in stand)
    odd = [
        f"{row['period'].partition('-')[2]} {_WORDS[row['status']]}".strip()
        for row in stand
        if row["status"] in _WORDS
    ]
    return "; ".join([f"{inside} of {len(stand)}", *odd])


def grid_table(door: Door, data: QualityData) -> PublishedTable:
    """Providers by years: how many returns are in, and which are not or not in time."""
    years = sorted({period[:4] for period in data.periods})
    rows = [
        {
            "provider": data.provider(provider),
            **{
                f"in_{year}": _cell(
                    row for row in data.received if row["provider"] == provider and row["period"][:4] == year
                )
                for year in years
            },
        }
        for provider in sorted({row["provider"] for row in data.received}, key=data.provider)
    ]
    columns: list[Column] = [Text("provider", "Provider"), *(Text(f"in_{year}", year) for year in years)]
    return publish_table(
        door,
        data,
        "received",
        "Returns that are in, of those expected",
        columns,
        rows,
        population=_POPULATION,
    )


def _story(row: Mapping[str, Any]) -> str:
    """What happened to a return, in words."""
    said = [row["remarks"]] if row["remarks"] else []
    match row["status"]:
        case "missing" if not said:
            said.append(f"was due on {_day(row['due'])}" if row["due"] else "has not come")
        case "revised" if row["version"] > 1:
            came = f", which came on {_day(row['revised'])}" if row["revised"] else ""
            said.insert(0, f"version {row['version']}{came}, stands in place of the earlier one")
        case "revised":
            said.insert(0, f"came on {_day(row['received'])}, after the return for a later period")
        case "nil":
            said.insert(0, "the provider says that there is nothing to report")
    if row["late"] == "yes":
        days = (dt.date.fromisoformat(row["received"]) - dt.date.fromisoformat(row["due"])).days
        said.append(f"came on {_day(row['received'])}, {days} day{'s' * (days > 1)} late")
    return "; ".join(said)


def standing_table(door: Door, data: QualityData) -> PublishedTable:
    """One row for each return about which there is something to say."""
    rows = [
        {
            "provider": data.provider(row["provider"]),
            "period": row["period"],
            "status": _STATES.get(row["status"], row["status"]),
            "what": _story(row),
        }
        for row in sorted(data.received, key=lambda row: (row["period"], data.provider(row["provider"])))
        if row["status"] != RECEIVED or row["remarks"]
    ]
    columns: list[Column] = [
        Text("provider", "Provider"),
        Text("period", "Period"),
        Verdict("status", "Status"),
        Text("what", "What happened"),
    ]
    return publish_table(
        door, data, "standing", "Late, missing and replaced returns", columns, rows, population=_POPULATION
    )


def corrections_table(door: Door, data: QualityData) -> PublishedTable:
    """What the commissioner corrects, and whether it still applies; no value, no episode and no word of why."""
    rows = [
        {
            "correction": row["correction"],
            "state": row["state"],
            "provider": data.provider(row["provider"]),
            "what": f"{row['column']} in the {row['table']} of {row['period']}",
            "until": _day(row["until"]) + (f"; not applied: {row['remark']}" if row["remark"] else ""),
        }
        for row in data.corrections
    ]
    columns: list[Column] = [
        Text("correction", "Correction"),
        Verdict("state", "Status"),
        Text("provider", "Provider"),
        Text("what", "What it corrects"),
        Text("until", "Good until"),
    ]
    return publish_table(door, data, "corrections", "Corrections made by the commissioner", columns, rows)


def coding_table(door: Door, data: QualityData) -> PublishedTable:
    """Returns whose ethnic groups are of another census than the report's, and what that means."""
    rows = [
        {
            "provider": data.provider(provider),
            "periods": join_words([row["period"] for row in lines]),
            "census": _CENSUSES.get(said, said),
            "remark": remark,
        }
        for (provider, said, remark), lines in _by_coding(data).items()
    ]
    columns: list[Column] = [
        Text("provider", "Provider"),
        Text("periods", "Periods"),
        Text("census", "Ethnic groups as in"),
        Text("remark", "What this means"),
    ]
    title = "Returns coded by another census"
    return publish_table(door, data, "coding", title, columns, rows, population=_POPULATION)


def _by_coding(data: QualityData) -> Mapping[tuple[str, str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(data.received, key=lambda row: (data.provider(row["provider"]), row["period"])):
        if row.get("ethnic_remark"):
            key = (row["provider"], row["ethnic_classification"], row["ethnic_remark"])
            found.setdefault(key, []).append(row)
    return found


def provisional_periods(data: QualityData) -> dict[str, int]:
    """Periods for which a return is missing, and how many are."""
    missing = [row["period"] for row in data.received if row["status"] == MISSING]
    return {period: missing.count(period) for period in sorted(set(missing))}


def provisional_words(data: QualityData) -> str:
    """'2011-q2 is provisional: 1 return is missing.' Blank where nothing is."""
    said = [
        f"{period} ({number} return{'s' * (number > 1)} missing)"
        for period, number in provisional_periods(data).items()
    ]
    return f"Figures are provisional for {join_words(said)}." if said else ""


def received_sentence(data: QualityData) -> str:
    """How many of the expected returns are in, and how many not plainly so."""
    states = [row["status"] for row in data.received]
    inside = len(states) - states.count(MISSING)
    parts = [
        f"{count} {words}"
        for count, words in (
            (states.count(MISSING), "missing"),
            (sum(row["late"] == "yes" for row in data.received), "late"),
            (states.count("revised"), "sent again"),
            (states.count("nil"), "nil"),
        )
        if count
    ]
    return f"{inside} of {len(states)} returns are in{': ' + join_words(parts) if parts else ''}."


def _show_corrections(door: Door, data: QualityData) -> list[str]:
    """What the commissioner corrected; for the public how much of it, as each correction is about one child."""
    number = len(data.corrections)
    if not number:
        return []
    if door.rule.exact:
        parts = [door.format(corrections_table(door, data))]
    else:
        values = "value that providers had wrong is" if number == 1 else "values that providers had wrong are"
        parts = [paragraph(f"{number} {values} corrected.")]
    if words := expired_words(data):
        parts.append(
            paragraph(f"{words} Take out of reference/corrections.csv what the provider has mended.")
        )
    return ["## What the commissioner corrected", *parts]


def show_each_return(door: Door, data: QualityData) -> list[str]:
    """The section for providers: each provider's returns by year, and those about which there is something to say."""
    standing = standing_table(door, data)
    return [
        "## Which returns are in",
        door.format(standing) if standing.cells else paragraph(say("returns as expected")),
        fold("Show every provider, year by year", door.format(grid_table(door, data))),
    ]


def show_returns(door: Door, data: QualityData) -> list[str]:
    """The section on returns: what is provisional, what is coded otherwise, the corrections."""
    provisional = provisional_words(data) or say("returns complete")
    parts = ["## Which returns are in", paragraph(provisional), say("returns elsewhere")]
    if (coding := coding_table(door, data)).cells:
        parts += [paragraph(_CODING), door.format(coding)]
    return [*parts, *_show_corrections(door, data)]


def expired_words(data: QualityData) -> str:
    """Which corrections are no longer applied; blank where all are."""
    expired = [row["correction"] for row in data.corrections if row["state"] != APPLIED]
    if not expired:
        return ""
    one = len(expired) == 1
    return (
        f"Correction{'' if one else 's'} {join_words(expired)} {'is' if one else 'are'} not applied any more."
    )
