"""What stands on top and at the foot of every page."""

from __future__ import annotations

from pipeline.contract.context import DatasetFacts
from pipeline.present.dates import tell_day
from pipeline.present.disclosure.table import escape
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure


def format_banner(dataset: DatasetFacts, rule: Disclosure) -> str:
    """What stands on top of every page: whose data these are, whether they are invented, and whether exact."""
    words = escape(dataset.title)
    if dataset.synthetic:
        words = say("site synthetic", place=words)
    if rule.exact:
        words = f"{say('site internal')} {words}"
    kind = "banner" if dataset.synthetic or rule.exact else "dataset"
    return f'<div class="{kind}"><p>{words}</p></div>\n'


def format_footer(dataset: DatasetFacts, version: str) -> str:
    """What stands at the foot of every page."""
    source = escape(say("table source", source=dataset.source))
    complete = say("site complete to", day=tell_day(dataset.complete_to))
    return f"<p>{source} {complete} {say('site made with', version=version)}</p>\n"
