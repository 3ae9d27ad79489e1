"""The symbols that stand where there is no figure, what they mean, and how counts are rounded."""

from __future__ import annotations

from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
NOT_FOR_PUBLICATION = "not for publication"
SYMBOLS = {
    HIDDEN: "left out, because it rests on a small number of children",
    NOT_AVAILABLE: "not available: there is nothing to work it out from",
}


def describe_rounding(rule: Disclosure) -> str:
    """What a reader of counts must know of them."""
    if rule.exact:
        return say("note exact", edition=NOT_FOR_PUBLICATION)
    return say("note rounded", base=rule.round_to, few=rule.hide_up_to)
