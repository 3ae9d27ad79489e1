"""The symbols that stand where there is no figure, what they mean, and how counts are rounded."""

from __future__ import annotations

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
        return f"counts are exact: {NOT_FOR_PUBLICATION}"
    return (
        f"counts are randomly rounded to a multiple of {rule.round_to} so that nobody can be picked out, and intervals "
        f"allow for it; no share, rate or mean rests on {rule.hide_up_to} children or fewer"
    )
