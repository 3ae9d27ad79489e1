"""What became of the rows, by provider, period, rule and return; why they could not be used, and how to fix them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

from pipeline.contract.rules import BY_NAME
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable
from pipeline.present.page import fold, paragraph
from pipeline.present.quality.data import QualityData
from pipeline.present.sentences import say, sentence_case
from pipeline.protect.rounding import ShownCount, round_count

_FATES = ("lines", "accepted", "set_aside", "out_of_scope")
_NAMED = 3
_OF_THE_CONTRACT = frozenset(("column.absent", "column.no_review"))
"""Rules whose messages name columns of the contract only."""


def sum_fates(rows: Collection[Mapping[str, Any]]) -> dict[str, int]:
    """Lines and what became of them."""
    return {fate: sum(row[fate] for row in rows) for fate in _FATES}


def _sum_by(key: str, number: str, rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[key]] += row[number]
    return sums


def check_sums(data: QualityData) -> None:
    """ValueError where lines are lost: a fault of ours."""
    sums = sum_fates(data.returns)
    if sums["lines"] != sums["accepted"] + sums["set_aside"] + sums["out_of_scope"]:
        raise ValueError("the lines in the files are not the sum of accepted, set aside and out of scope")


def used_sentence(data: QualityData) -> str:
    """How many of the lines could be used: lines tell how many children there are, those set aside do not."""
    sums = _show_fates(data, sum_fates(data.returns))
    lines = sums["lines"]
    if not lines:
        return ""
    whole = say("quality of about lines", lines=format_number(lines))
    if sums["out_of_scope"]:
        whole = say("quality out of scope", whole=whole, number=format_number(sums["out_of_scope"]))
    aside = sums["set_aside"]
    if not aside:
        return say("quality all could be", whole=whole)
    return say("quality could not be", whole=whole, aside=format_number(aside))


def _round(data: QualityData, rows: int, *names: str) -> ShownCount:
    return round_count(rows, data.name_key(*names), data.door.rule)


def _show_fates(data: QualityData, sums: Mapping[str, int], *names: str) -> dict[str, int]:
    """Accepted rows, which are about as many as children, rounded, and lines by what they hold; others as they are.

    Lines rounded by themselves would tell of the accepted rows a second time.
    """
    accepted = _round(data, sums["accepted"], "accepted", *names)
    lines = ShownCount(accepted + sums["set_aside"] + sums["out_of_scope"])
    return {**{fate: sums[fate] for fate in _FATES}, "accepted": accepted, "lines": lines}


def _grouped_table(data: QualityData, key: str) -> PublishedTable:
    """One row for each provider or period: what became of its rows, how many were odd, how many cells were tidied.

    Rows that were odd are accepted, and of children as these are; cells that were tidied tell of nobody.
    """
    warned = _sum_by(key, "failed", (row for row in data.rules if row["severity"] == "warn"))
    tidied = _sum_by(key, "normalised", data.files)
    groups = sorted({row[key] for row in data.returns}, key=data.provider if key == "provider" else str)
    rows = [
        {
            key: data.provider(group) if key == "provider" else group or say("quality no period"),
            **_show_fates(data, sum_fates([row for row in data.returns if row[key] == group]), group),
            "warned": _round(data, warned[group], "warned", group),
            "tidied": tidied[group],
        }
        for group in groups
    ]
    return data.table(f"{key}s, rows", rows)


def returns_table(data: QualityData) -> PublishedTable:
    """One row a return and table."""
    names = itemgetter("provider", "period", "table")
    rows = [
        {**row, "provider": data.provider(row["provider"]), **_show_fates(data, row, *names(row))}
        for row in sorted(data.returns, key=lambda row: (not row["set_aside"], *names(row)))
    ]
    return data.table("returns, rows", rows)


def _broken_rules(data: QualityData, *, warnings: bool) -> list[dict[str, Any]]:
    checked: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    for row in data.rules:
        if (row["severity"] == "warn") is warnings:
            checked[row["rule"], row["table"]] += row["checked"]
            failed[row["rule"], row["table"]] += row["failed"]
    rows = []
    for name, table in sorted(broken for broken, number in failed.items() if number):
        rule = BY_NAME[name]
        told = {"title": rule.title, "why": sentence_case(rule.message), "fix": sentence_case(rule.fix)}
        shown = _round(data, checked[name, table], "checked", name, rule.title, table)
        found = failed[name, table]
        odd = _round(data, found, "odd", name, table) if warnings else found
        rows.append({**told, "table": table, "checked": shown, "failed": odd})
    return rows


def _rules_table(data: QualityData, *, warnings: bool) -> PublishedTable:
    """Rules that keep a row or a file out, with how many they kept out; or those that only warn.

    What is odd but accepted is a row about a child, so how many are is rounded: "another sex in another row" of one row
    is said of one child.
    """
    return data.table("warnings" if warnings else "rules", _broken_rules(data, warnings=warnings))


def show_set_aside(data: QualityData) -> list[str]:
    """The section on what could not be used: by rule, with what was found and how to fix it."""
    rules = _rules_table(data, warnings=False)
    told = [say("rows counted"), data.format(rules)] if rules.cells else [say("rows all used")]
    return ["## " + say("quality what could not"), paragraph(told[0]), *told[1:]]


def show_rows(data: QualityData) -> list[str]:
    """The sections on what was odd, and on every provider, period and return by itself."""
    warnings = _rules_table(data, warnings=True)
    providers, periods = _grouped_table(data, "provider"), _grouped_table(data, "period")
    return [
        "## " + say("warnings title"),
        data.format(warnings) if warnings.cells else paragraph(say("rows nothing odd")),
        "## " + say("quality what happened to each row"),
        paragraph(say("rows add up")),
        data.format(providers),
        fold(say("quality show it by"), data.format(periods, in_view=MOST_ROWS)),
        fold(say("quality show every return"), data.format(returns_table(data), in_view=MOST_ROWS)),
    ]


def columns_table(data: QualityData) -> PublishedTable:
    """Return what is said of each provider's columns, what asks for a look first, and of which periods."""
    told: dict[tuple[int, str, str, str], list[str]] = {}
    order = [*BY_NAME]
    for row in data.columns:
        key = order.index(row["rule"]), data.provider(row["provider"]), row["table"], _say_of(row)
        told.setdefault(key, []).append(row["period"])
    rows = [
        {"provider": provider, "table": table, "what": message, "periods": name_periods(periods)}
        for (_, provider, table, message), periods in sorted(told.items())
    ]
    return data.table("columns", rows)


def _say_of(row: Mapping[str, str]) -> str:
    """What is said of columns; the name that a sender gave one may be anything, and stands in its feedback alone."""
    return row["message"] if row["rule"] in _OF_THE_CONTRACT else BY_NAME[row["rule"]].message


def name_periods(periods: list[str]) -> str:
    """Return the periods in a few words."""
    each = sorted(set(periods))
    if len(each) <= _NAMED:
        return ", ".join(each)
    return say("quality periods", first=each[0], last=each[-1], number=len(each))


def unreviewed_words(data: QualityData) -> dict[str, str]:
    """Return by provider's name, for the overview, of which periods its outcomes have no review date at all."""
    periods: dict[str, list[str]] = {}
    for row in data.columns:
        if row["rule"] == "column.no_review":
            periods.setdefault(data.provider(row["provider"]), []).append(row["period"])
    without = say("quality have no review")
    return {
        name: say("quality the outcomes sent", name_periods=name_periods(periods[name]), without=without)
        for name in sorted(periods)
    }


def show_columns(data: QualityData) -> list[str]:
    """Return the section on columns."""
    table = columns_table(data)
    return [
        "## " + say("quality columns were not"),
        data.format(table) if table.cells else paragraph(say("quality every column was")),
    ]
