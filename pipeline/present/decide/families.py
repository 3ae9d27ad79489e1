"""A page in plain words for families and young people: what services did, what was asked for and what was done."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.contract.context import Context, Target
from pipeline.present.dates import tell_day
from pipeline.present.decide.overview import Overview
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.page import headline
from pipeline.present.sentences import say

_VIEWS = ("positive_feedback", "took_part")
"""Measures of what families themselves said."""


def _did(context: Context, target: Target) -> str:
    """What is being done about a target: what the register says, else about its measure by the service or by all."""
    if target.action:
        return target.action
    curves = [each for each in context.curves if each.measure_id == target.measure_id]
    for service_id in (target.service_id, None):
        for curve in curves:
            if curve.service_id == service_id:
                return say("we did", action=curve.action, day=tell_day(curve.action_on))
    return say("we did nothing")


def _said_and_done(context: Context, target: Target, verdict: str) -> str:
    lines = [
        f"**{escape(say('you said'))}** {escape(say('you said words', whom=target.agreed_with, why=target.why))}",
        f"**{escape(say('we did title'))}** {escape(_did(context, target))}",
        f"**{escape(say('came of it'))}** {escape(say(f'came of it {verdict}'))}",
    ]
    return "\n\n".join(lines)


def _views(rows: Iterator[Row]) -> Iterator[str]:
    """What families said of services, of a hundred who were asked."""
    found = {row["measure_id"]: row for row in rows}
    for measure in _VIEWS:
        row = found.get(measure)
        if row is not None and pd.notna(row["estimate"]):
            share, low, high = (format_number(100 * row[name]) for name in ("estimate", "lower", "upper"))
            yield f"- {escape(say(f'view {measure}', share=share, low=low, high=high))}"


def show_families(overview: Overview) -> str:
    """Return the page: what services did, what families said of them, what was asked for and done, and whom to ask."""
    context, published = overview.context, overview.published
    words = [row["children"] for row in published.rows("services/index", "contracts")]
    reached = overview.reach.get("")
    told = say("families better", better=words.count("better"), number=len(words)) if words else ""
    came = say("families reached", children=format_number(reached["children"])) if reached else ""
    parts = [headline(came, told)]
    if views := [*_views(published.rows("services/index", "kpis"))]:
        parts += [f"## {say('views title')}", "\n".join(views)]
    verdicts = {row["target_id"]: row["verdict"] for row in published.rows("equality/index", "targets")}
    asked = [
        _said_and_done(context, each, verdicts[each.target_id])
        for each in context.targets
        if each.target_id in verdicts
    ]
    if asked:
        parts += [f"## {say('asked title')}", "\n\n* * *\n\n".join(asked)]
    parts += [f"## {say('tell us title')}", escape(say("tell us"))]
    return "\n\n".join(parts) + "\n"
