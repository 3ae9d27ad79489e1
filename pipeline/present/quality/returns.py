"""Which returns are in, late, sent again, nil or missing, and what had to be corrected."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipeline.contract.groups.ethnicity_censuses import CENSUSES
from pipeline.present.dates import format_day, format_period
from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable
from pipeline.present.page import fold, join_words, paragraph
from pipeline.present.quality.data import QualityData, Rows
from pipeline.present.sentences import say, say_number

MISSING, RECEIVED = "missing", "received"
APPLIED = "applied"


def without_versions(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a return stands without a word of whether it was sent again.

    Who knows which return was corrected, and compares what was published before and after, may find out for whom.
    """
    if row["status"] != "revised":
        return dict(row)
    status = "late" if row["late"] == "yes" else RECEIVED
    return {**row, "status": status, "version": 1, "revised": "", "remarks": ""}


def _day(text: str) -> str:
    return format_day(dt.date.fromisoformat(text))


def _cell(stand: Rows) -> str:
    """How many returns of a year are in, and each that is not plainly so."""
    if not stand:
        return say("quality none expected")
    inside = sum(row["status"] != MISSING for row in stand)
    odd = [
        say(f"quality cell {row['status']}", period=row["period"].partition("-")[2]).strip()
        for row in stand
        if row["status"] != RECEIVED
    ]
    return "; ".join([say("quality of", inside=inside, number=len(stand)), *odd])


def grid_table(data: QualityData) -> PublishedTable:
    """Providers by years: how many returns are in, and which are not or not in time."""
    years = sorted({period[:4] for period in data.periods})
    rows = []
    for provider in sorted({row["provider"] for row in data.received}, key=data.provider):
        own = [row for row in data.received if row["provider"] == provider]
        cells = {f"in_{year}": _cell([row for row in own if row["period"][:4] == year]) for year in years}
        rows.append({"provider": data.provider(provider), **cells})
    return data.table("received", rows, more=[Text(f"in_{year}", year) for year in years])


def _story(row: Mapping[str, Any]) -> str:
    """What happened to a return, in words."""
    said = [row["remarks"]] if row["remarks"] else []
    match row["status"]:
        case "missing" if not said:
            said.append(
                say("quality was due on", day=_day(row["due"])) if row["due"] else say("quality has not come")
            )
        case "revised" if row["version"] > 1:
            way, day = ("came", _day(row["revised"])) if row["revised"] else ("stands", "")
            said.insert(0, say(f"quality version {way}", version=row["version"], day=day))
        case "revised":
            said.insert(0, say("quality came on after", day=_day(row["received"])))
        case "nil":
            said.insert(0, say("quality provider says there"))
    if row["late"] == "yes":
        days = (dt.date.fromisoformat(row["received"]) - dt.date.fromisoformat(row["due"])).days
        said.append(say_number("quality days late", days, day=_day(row["received"])))
    return "; ".join(said)


def standing_table(data: QualityData) -> PublishedTable:
    """One row for each return about which there is something to say."""
    rows = [
        {
            "provider": data.provider(row["provider"]),
            "period": row["period"],
            "status": "nil return" if row["status"] == "nil" else row["status"],
            "what": _story(row),
        }
        for row in sorted(data.received, key=lambda row: (row["period"], data.provider(row["provider"])))
        if row["status"] != RECEIVED or row["remarks"]
    ]
    return data.table("standing", rows)


def corrections_table(data: QualityData) -> PublishedTable:
    """What the commissioner corrects, and whether it still applies; no value, no episode and no word of why."""
    rows = []
    for row in data.corrections:
        what = {name: row[name] for name in ("column", "table", "period")}
        until, remark = _day(row["until"]), row["remark"]
        told = say("quality not applied", day=until, remark=remark) if remark else until
        what_words = say("quality what it corrects", **what)
        rows.append({**row, "provider": data.provider(row["provider"]), "what": what_words, "until": told})
    return data.table("corrections", rows)


def coding_table(data: QualityData) -> PublishedTable:
    """Returns whose ethnic groups are of another census than the report's, and what that means."""
    rows = [
        {
            "provider": data.provider(provider),
            "periods": join_words([format_period(row["period"]) for row in lines if row["period"]]),
            "census": say("quality census", year=said.removeprefix("ons_")) if said in CENSUSES else said,
            "remark": remark,
        }
        for (provider, said, remark), lines in _by_coding(data).items()
    ]
    return data.table("coding", rows)


def _by_coding(data: QualityData) -> Mapping[tuple[str, str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(data.received, key=lambda row: (data.provider(row["provider"]), row["period"])):
        if row.get("ethnic_remark"):
            key = (row["provider"], row["ethnic_classification"], row["ethnic_remark"])
            found.setdefault(key, []).append(row)
    return found


def provisional_words(data: QualityData) -> str:
    """'Figures are provisional for Apr–Jun 2011 (1 return missing).' Blank where nothing is."""
    missing = Counter(row["period"] for row in data.received if row["status"] == MISSING)
    said = [
        say_number("quality return missing", missing[each], period=format_period(each))
        for each in sorted(missing)
    ]
    return say("quality figures are provisional", named=join_words(said)) if said else ""


def received_sentence(data: QualityData) -> str:
    """How many of the expected returns are in, and how many not plainly so."""
    states = [row["status"] for row in data.received]
    inside = len(states) - states.count(MISSING)
    counted = {state: states.count(state) for state in ("missing", "late", "revised", "nil")}
    counted["late"] = sum(row["late"] == "yes" for row in data.received)
    parts = [say(f"quality count {state}", number=count) for state, count in counted.items() if count]
    key = "quality returns in but" if parts else "quality returns in"
    return say(key, inside=inside, number=len(states), named=join_words(parts) if parts else "")


def _show_corrections(data: QualityData) -> list[str]:
    """What the commissioner corrected; for the public how much of it, as each correction is about one child."""
    number = len(data.corrections)
    if not number:
        return []
    if data.door.rule.exact:
        parts = [data.format(corrections_table(data))]
    else:
        parts = [paragraph(say_number("quality corrected", number))]
    if words := expired_words(data):
        parts.append(paragraph(say("quality take out reference", words=words)))
    return ["## " + say("quality what the commissioner"), *parts]


def show_each_return(data: QualityData) -> list[str]:
    """The section for providers: each provider's returns by year, and those about which there is something to say."""
    standing = standing_table(data)
    return [
        "## " + say("quality which returns are"),
        data.format(standing) if standing.cells else paragraph(say("returns as expected")),
        fold(say("quality show every provider"), data.format(grid_table(data), in_view=MOST_ROWS)),
    ]


def show_returns(data: QualityData) -> list[str]:
    """The section on returns: what is provisional, what is coded otherwise, the corrections."""
    provisional = provisional_words(data) or say("returns complete")
    parts = ["## " + say("quality which returns are"), paragraph(provisional), say("returns elsewhere")]
    if (coding := coding_table(data)).cells:
        parts += [paragraph(say("quality coded otherwise")), data.format(coding)]
    return [*parts, *_show_corrections(data)]


def expired_words(data: QualityData) -> str:
    """Which corrections are no longer applied; blank where all are."""
    expired = [row["correction"] for row in data.corrections if row["state"] != APPLIED]
    if not expired:
        return ""
    return say_number("quality expired", len(expired), named=join_words(expired))
