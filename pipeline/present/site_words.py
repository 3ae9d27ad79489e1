"""What stands on top and at the foot of every page."""

from __future__ import annotations

from pipeline.contract.context import DatasetFacts
from pipeline.present.disclosure.table import escape
from pipeline.protect.rounding import Disclosure


def format_banner(dataset: DatasetFacts, rule: Disclosure) -> str:
    """What stands on top of every page: whose data these are, whether they are invented, and whether exact."""
    words = escape(dataset.title)
    if dataset.synthetic:
        invented = "no child, provider or number on this site is real."
        words = f"<strong>Synthetic data.</strong> {words}: {invented}"
    if rule.exact:
        words = f"<strong>Not for publication.</strong> Internal edition, with exact numbers. {words}"
    kind = "banner" if dataset.synthetic or rule.exact else "dataset"
    return f'<div class="{kind}"><p>{words}</p></div>\n'


def format_footer(dataset: DatasetFacts, version: str) -> str:
    """What stands at the foot of every page."""
    day = f"{dataset.complete_to:%d %B %Y}".lstrip("0")
    made = f'Made with Outturn {version}: <a href="/methods.qmd">how the numbers are made</a>.'
    return f"<p>{escape('Source: ' + dataset.source)} Data complete to {day}. {made}</p>\n"
