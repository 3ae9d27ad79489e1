"""Do: who bids and who is paid, how far families and communities take part, how partners work together."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.cycle.awards import KINDS, compare_awards, follow_awards
from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.finding_columns import Row, as_frame, list_rows, read_estimate
from pipeline.files.cycle import Row as Record
from pipeline.present.chart import interval_chart
from pipeline.present.cycle.due_page import due
from pipeline.present.cycle.page import CyclePage
from pipeline.present.dates import format_month
from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.frames import finding_file
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import Told
from pipeline.present.page import fold, headline, join_words, paragraph
from pipeline.present.sentences import say
from pipeline.stats.results import NotEstimable

_RUNGS = ("coercing", "educating", "informing", "consulting", "engaging", "co_designing", "co_producing")
_KINDS = {
    **dict.fromkeys(_RUNGS[:2], "to"),
    **dict.fromkeys(_RUNGS[2:5], "for"),
    **dict.fromkeys(_RUNGS[5:], "with"),
}
"""Doing to, doing for, doing with (adapted from Slay and Penny 2014)."""
_PLACE = {
    (by, group): (first, second)
    for first, (by, groups) in enumerate(KINDS.items())
    for second, group in enumerate(groups)
}
"""Where a kind of bidder stands among all."""


@cache
def awards(page: CyclePage, rules: CycleRules) -> pd.DataFrame:
    """Compare how often each kind of bidder wins (columns of `awards`)."""
    found = compare_awards(page.records("bids"), page.confidence_level, rules)
    return page.record("awards", as_frame(found, "awards"))


@cache
def award_years(page: CyclePage) -> pd.DataFrame:
    """Follow who wins from year to year (columns of `award_years`)."""
    return page.record("award_years", as_frame(follow_awards(page.records("bids")), "award_years"))


def _over_all(page: CyclePage, rules: CycleRules) -> list[Row]:
    return [row for row in list_rows(awards(page, rules)) if not row["year"]]


def _tell_bias(rows: list[Row]) -> str:
    """The clear differences in words, the widest first; that there is none else."""
    clear = [row for row in rows if row["verdict"] == "wins less often"]
    if not clear:
        return say("awards none")
    told = []
    for row in sorted(clear, key=lambda row: row["estimate"]):
        shares = {"own": row["share_won"], "other": row["share_won_elsewhere"]}
        percent = {side: format_number(100 * share) for side, share in shares.items()}
        told.append(say("awards less", group=say(f"bidder {row['by']} {row['group']}"), **percent))
    return " ".join(told)


def _name_bidder(row: Row) -> dict[str, object]:
    return {**row, "bidder": say(f"bidder {row['by']} {row['group']}"), "gap": read_estimate(row)}


def show_awards(page: CyclePage, rules: CycleRules) -> str:
    """Who wins: bids by kind of bidder, each against everyone else."""
    rows = _over_all(page, rules)
    if not rows:
        return paragraph(_tell_left_out(page))
    shown = [_name_bidder(row) for row in rows]
    words = _tell_bias(rows)
    table = page.table("awards", shown, told={"minimum": rules.minimum_bids})
    title, axis = say("awards chart"), say("unit of difference percent")
    chart = interval_chart(table, "gap", title, axis, 0, message=words.split(". ")[0])
    # The chart's title says it already.
    said = [_tell_left_out(page)] if chart else [words, _tell_left_out(page)]
    return page.tell(" ".join(filter(None, said)), table, chart)


def _tell_left_out(page: CyclePage) -> str:
    """How many tenders are compared with nothing, since nobody chose between bids."""
    years = list_rows(award_years(page))
    left = {name: sum(row[name] for row in years) for name in ("not_let", "one_bid")}
    return say("awards left out", **left) if any(left.values()) else ""


def show_award_success(page: CyclePage, rules: CycleRules) -> str:
    """Bids won by year and kind of bidder against everyone else, where there are several years."""
    rows = [row for row in list_rows(awards(page, rules)) if row["year"]]
    if not rows:
        return ""
    rows.sort(key=lambda row: (*_PLACE[row["by"], row["group"]], row["year"]))
    shown = [_name_bidder(row) for row in rows]
    table = page.table("award_success", shown)
    return fold(say("success", clear=sum("often" in row["verdict"] for row in rows)), page.format(table))


def show_award_years(page: CyclePage) -> str:
    """Who is paid from year to year: newcomers, small and BME-led organisations, and how concentrated it is."""
    rows = list_rows(award_years(page))
    if not rows:
        return ""
    shown = [
        {
            **row,
            "small": _percent(row["share_small"]),
            "bme_led": _percent(row["share_bme_led"]),
            "effective": None if pd.isna(row["effective_winners"]) else row["effective_winners"],
        }
        for row in rows
    ]
    table = page.table("award_years", shown)
    last = rows[-1]
    told = say("award years", year=last["year"], winners=last["winners"], new=last["new_winners"])
    return page.tell(told, table)


def _percent(share: float) -> float | None:
    return None if pd.isna(share) else 100 * share


def show_coproduction(page: CyclePage) -> str:
    """How far families and communities design and deliver: the rung of each service, then and now."""
    rows = sorted(page.records("coproduction"), key=lambda row: row["assessed_on"])
    if not rows:
        return ""
    took_part = page.level_of_each("took_part")
    shown = [
        _place_service(page, own, [row for row in rows if row["service_id"] == own], took_part.get(own))
        for own in dict.fromkeys(row["service_id"] for row in page.records("coproduction"))
    ]
    shown.sort(key=lambda row: row["order"], reverse=True)
    table = page.table("coproduction", shown)
    with_them = sum(row["kind"] == say("doing with") for row in shown)
    words = say("coproduction", number=len(shown), with_them=with_them)
    return page.tell(words, table)


def _place_service(
    page: CyclePage, own: str, judged: Sequence[Record], took_part: Row | None
) -> dict[str, Any]:
    """A service's row: its rung at its first assessment and its last, and how many say they took part."""
    first, now = judged[0], judged[-1]
    return {
        **page.named(own),
        "kind": say(f"doing {_KINDS[now['rung']]}"),
        "rung": say(f"rung {now['rung']}"),
        "before": say(f"rung {first['rung']}") if first is not now else say("rung new"),
        "place": say("matrix", design=now["designed_by"], delivery=now["delivered_by"]),
        "part": NotEstimable("not asked") if took_part is None else read_estimate(took_part),
        "order": _RUNGS.index(now["rung"]),
    }


def show_joint_working(page: CyclePage) -> str:
    """How far partners work as one, in each part of commissioning, assessment by assessment."""
    rows = page.records("joint_working")
    if not rows:
        return ""
    days = sorted({row["assessed_on"] for row in rows})
    aspects = dict.fromkeys(row["aspect"] for row in rows)
    found = {(row["aspect"], row["assessed_on"]): row for row in rows}
    shown = [
        {
            "aspect": aspect.capitalize(),
            **{f"d{day}": found[aspect, day]["approach"] if (aspect, day) in found else "" for day in days},
            "why": (found[aspect, days[-1]]["why"] or "") if (aspect, days[-1]) in found else "",
        }
        for aspect in aspects
    ]
    table = page.table("joint_working", shown, more=[Text(f"d{day}", format_month(day)) for day in days])
    least = [row["aspect"] for row in shown if row[f"d{days[-1]}"] in ("separate", "parallel")]
    named = join_words([word.lower() for word in least]) if least else ""
    words = say("joint least", named=named) if least else say("joint all")
    return page.tell(words, table)


def show_market(page: CyclePage, rules: CycleRules) -> str:
    """The first words of the page: what is due, how many providers are paid, and whether bidding is fair."""
    services = page.records("services")
    value = sum(row["annual_value"] or 0 for row in services)
    providers = {row["provider_id"] for row in services if row["provider_id"]}
    dates, rows = list_rows(due(page, rules)), _over_all(page, rules)
    overdue = sum(row["state"] == "overdue" for row in dates)
    counted = {"services": len(services), "providers": len(providers)}
    money = say("market", value=format_number(value), **counted) if services else ""
    told = say("market dates", number=len(dates), overdue=overdue) if dates else ""
    money = Told(money, f"tables/money-{finding_file('rolled_up')}")
    return headline(told, money, page.told(_tell_bias(rows) if rows else "", "finding_awards"))
