"""The page of measures: of each what is counted, out of what, in every version, and where its figures are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.contract.services import OUTCOMES
from pipeline.present.dates import tell_day
from pipeline.present.disclosure.table import escape
from pipeline.present.sentences import say, tell_word

PAGE = "/definitions.qmd"


def definition_link(measure_id: str) -> str:
    """Return the address of a measure's definition, from any page."""
    return f"{PAGE}#measure-{measure_id}"


def show_definitions(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the page as Markdown; `rows` are those of the commissioner's catalogue, the versions of one together."""
    parts = []
    for measure_id, versions in groupby(rows, key=lambda row: str(row["measure_id"])):
        told = list(versions)
        last = told[-1]
        better = say(f"definition {last['direction']}", unit=say(f"definition {last['unit']}"))
        outcome = tell_word(OUTCOMES.get(last["ecm_outcome"] or "", ""))
        parts += [
            f"## {escape(last['title'])} {{#measure-{measure_id}}}",
            escape(" ".join(filter(None, (better, outcome and say("definition outcome", outcome=outcome))))),
            "\n".join(f"- {escape(_version_words(row))}" for row in told),
            say("definition figures", measure_id=measure_id),
        ]
    return "\n\n".join(parts) + "\n"


def _version_words(row: Mapping[str, Any]) -> str:
    """One version: from when, what is counted, out of what."""
    start, end = row["start"], row["end"]
    since = (
        say("definition until", start=tell_day(start), end=tell_day(end))
        if isinstance(end, dt.date)
        else say("definition since", start=tell_day(start))
    )
    out_of = row["denominator"]
    return say(
        "definition version",
        version=row["version"],
        since=since,
        table=row["table"],
        numerator=row["numerator"],
        denominator=say("definition all") if out_of == "all" else out_of,
        dated_by=row["dated_by"],
    )
