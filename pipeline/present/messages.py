"""What a chart says, out of the verdicts of the table beside it."""

from __future__ import annotations

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import join_words
from pipeline.present.sentences import say

_TOLD = ("better", "no clear change", "worse")


def groups_message(table: PublishedTable, known: tuple[str, ...]) -> str:
    """Return for which of the ethnic groups `known` there is a change and for which none; blank where none is told."""
    found: dict[str, list[str]] = {}
    for row, verdict in zip(table.cells, table.values("verdict"), strict=True):
        if row[0].text in known and row[0].text != NOT_KNOWN:
            found.setdefault(str(verdict), []).append(row[0].text)
    return "; ".join(say(f"chart {word}", groups=join_words(found[word])) for word in _TOLD if word in found)


def services_message(table: PublishedTable) -> str:
    """Return how many of the results of services are better and how many worse."""
    verdicts = table.values("verdict")
    better, worse = (sum(verdict == word for verdict in verdicts) for word in ("better", "worse"))
    return say("chart services", better=better, worse=worse, number=len(verdicts))
