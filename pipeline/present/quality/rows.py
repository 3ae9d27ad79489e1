"""What became of the rows, by provider, period, rule and return; why they could not be used, and how to mend them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

from pipeline.contract.rules import BY_NAME
from pipeline.present.disclosure.columns import Column, Count, Figure, Text, headed
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


def _fate_columns() -> list[Column]:
    return [
        *headed(Count, "lines", "accepted"),
        *headed(Figure, set_aside="set aside", out_of_scope="out of scope"),
    ]


def _show_fates(data: QualityData, sums: Mapping[str, int], *names: str) -> dict[str, int]:
    """Accepted rows, which are about as many as children, rounded, and lines by what they hold; others as they are.

    Lines rounded by themselves would tell of the accepted rows a second time.
    """
    accepted = round_count(sums["accepted"], data.name_key("accepted", *names), data.door.rule)
    lines = ShownCount(accepted + sums["set_aside"] + sums["out_of_scope"])
    return {**{fate: sums[fate] for fate in _FATES}, "accepted": accepted, "lines": lines}


def _grouped_table(data: QualityData, key: str, title: str, label: str) -> PublishedTable:
    """One row for each provider or period: what became of its rows, how many were odd, how many cells were tidied."""
    warned = _sum_by(key, "failed", (row for row in data.rules if row["severity"] == "warn"))
    tidied = _sum_by(key, "normalised", data.files)
    groups = sorted({row[key] for row in data.returns}, key=data.provider if key == "provider" else str)
    rows = [
        {
            key: data.provider(group) if key == "provider" else group or say("quality no period"),
            **_show_fates(data, sum_fates([row for row in data.returns if row[key] == group]), group),
            "warned": warned[group],
            "tidied": tidied[group],
        }
        for group in groups
    ]
    columns = [Text(key, label), *_fate_columns(), *headed(Figure, warned="warnings", tidied="cells tidied")]
    return data.table(f"{key}s", title, columns, rows)


def returns_table(data: QualityData) -> PublishedTable:
    """One row a return and table."""
    names = itemgetter("provider", "period", "table")
    rows = [
        {**row, "provider": data.provider(row["provider"]), **_show_fates(data, row, *names(row))}
        for row in sorted(data.returns, key=lambda row: (not row["set_aside"], *names(row)))
    ]
    columns = [*headed(Text, "provider", "period", "table"), *_fate_columns()]
    return data.table("returns", say("quality every return"), columns, rows)


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
        key = data.name_key("checked", name, rule.title, table)
        told = {"title": rule.title, "why": sentence_case(rule.message), "mend": sentence_case(rule.mend)}
        shown = round_count(checked[name, table], key, data.door.rule)
        rows.append({**told, "table": table, "checked": shown, "failed": failed[name, table]})
    return rows


def _rules_table(data: QualityData, *, warnings: bool) -> PublishedTable:
    """Rules that keep a row or a file out, with how many they kept out; or those that only warn."""
    columns = [
        *headed(Text, title="rule", table="table"),
        Count("checked", say("heading checked")),
        Figure("failed", say("quality odd") if warnings else say("quality set aside")),
        *headed(Text, why="what was found", mend="how to mend it"),
    ]
    title = say("quality what was odd") if warnings else say("quality rules that were")
    rows = _broken_rules(data, warnings=warnings)
    return data.table("warnings" if warnings else "rules", title, columns, rows)


def show_set_aside(data: QualityData) -> list[str]:
    """The section on what could not be used: by rule, with what was found and how to mend it."""
    rules = _rules_table(data, warnings=False)
    told = [say("rows counted"), data.format(rules)] if rules.cells else [say("rows all used")]
    return ["## " + say("quality what could not"), paragraph(told[0]), *told[1:]]


def show_rows(data: QualityData) -> list[str]:
    """The sections on what was odd, and on every provider, period and return by itself."""
    warnings = _rules_table(data, warnings=True)
    title, each = say("quality what happened to"), say("quality what happened to each")
    providers = _grouped_table(data, "provider", title, say("quality provider"))
    periods = _grouped_table(data, "period", each, say("quality period"))
    return [
        "## " + say("quality what was odd"),
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
    columns = headed(Text, "provider", "table", what="what is so", periods="in the returns for")
    title, population = say("quality columns not used"), say("quality columns sent by")
    return data.table("columns", title, columns, rows, population=population)


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
