"""The symbols that stand where there is no figure, what they mean, and how counts are rounded."""

from __future__ import annotations

from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
NOT_FOR_PUBLICATION = "not for publication"


def explain_symbols() -> dict[str, str]:
    """Return what each symbol means that a page may show."""
    return {HIDDEN: say("symbol hidden"), NOT_AVAILABLE: say("symbol not available")}


def describe_rounding(rule: Disclosure) -> str:
    """What a reader of counts must know of them."""
    if rule.exact:
        return say("note exact", edition=NOT_FOR_PUBLICATION)
    return say("note rounded", base=rule.round_to, few=rule.hide_up_to)
