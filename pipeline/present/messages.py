"""What a chart says, out of the verdicts of the table beside it; and how much wider its intervals are, and why."""

from collections.abc import Mapping, Sequence

from pipeline.analysis.scope import measure_rows
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import say

_TOLD = ("better", "no clear change", "worse")
_NOTICED = 1.1
"""Below this design effect an interval is less than a twentieth wider."""


def verdict_message(kind: str, words: Mapping[str, str], told: Sequence[str], **values: str) -> str:
    """Return which groups have which of the verdicts `told`, in this order; blank where none has one of them."""
    found: dict[str, list[str]] = {}
    for group, word in words.items():
        found.setdefault(word, []).append(group)
    parts = [
        say(f"{kind} {word}", groups=join_words(found[word]), **values) for word in told if word in found
    ]
    return "; ".join(parts)


def groups_message(table: PublishedTable, known: Sequence[str]) -> str:
    """Return for which of the ethnic groups `known` there is a change and for which none; blank where none is told."""
    verdicts = zip(table.cells, table.values("verdict"), strict=True)
    words = {row[0].text: str(verdict) for row, verdict in verdicts if row[0].text in known}
    return verdict_message("chart", words, _TOLD)


def services_message(table: PublishedTable) -> str:
    """Return how many of the results of services are better and how many worse."""
    verdicts = table.values("verdict")
    better, worse = (sum(verdict == word for verdict in verdicts) for word in ("better", "worse"))
    return say("chart services", better=better, worse=worse, number=len(verdicts))


def together_words(page: Page) -> str:
    """Of which measures intervals are wider for that, and by how much; blank where it is of none."""
    told = []
    for measure in page.context.measures:
        effect = measure_rows(page, measure).add_up().design_effect
        if effect >= _NOTICED:
            told.append(f"{measure.title} ({say('together worth', worth=format_number(100 / effect))})")
    return say("together", measures=join_words(told)) if told else ""
