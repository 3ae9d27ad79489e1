"""What a check found, in words: counts as they may be shown, everything else rounded."""

from pipeline.analysis.impact.design_checks import Check, Shown
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.page import Page
from pipeline.present.sentences import retell, say
from pipeline.protect.tally import Sum
from pipeline.stats.results import Estimate, NotEstimable, PValue

_SHARES = {"chance", "most"}
_SPREADS = {"apart", "limit"}
_LEAST_SHOWN = 0.01


def format_percent(share: float) -> str:
    """A share as a percentage."""
    return say("impact under 1%") if 0 < share < _LEAST_SHOWN else f"{format_number(100 * share)}%"


def format_estimate(estimate: Estimate) -> str:
    """An estimate with its range, to one decimal."""
    middle, lower, upper = (
        format_number(number, 1, sign=True) for number in (estimate.value, estimate.lower, estimate.upper)
    )
    return say("interval", value=middle, lower=lower, upper=upper)


def _tell(page: Page, name: str, value: Shown) -> str:
    match value:
        case Sum():
            shown = value.tally(page.rule)
            if shown.few or not shown.total:
                return say("impact a small number")
            return say("impact about", format_percent=format_percent(shown.counts().rate))
        case Estimate():
            return format_estimate(value)
        case NotEstimable():
            return retell(value.reason)
        case PValue():
            return format_percent(value.value)
        case float() if name in _SHARES:
            return format_percent(value)
        case float():
            return format_number(value, 2) if name in _SPREADS else format_number(value, 1, sign=True)
        case _:
            return str(value)


def name_check(check: Check) -> str:
    """What a check is called."""
    return say(f"check name {check.name}")


def check_sentence(page: Page, check: Check) -> str:
    """The check's sentence."""
    places = {name: _tell(page, name, value) for name, value in check.figures.items()}
    return say(f"check {check.name} {check.reason}", **places)


def name_failed(checks: tuple[Check, ...]) -> str:
    """How many checks failed, and which."""
    names = "; ".join(name_check(check).lower() for check in checks)
    if len(checks) == 1:
        return say("claim failed one", names=names)
    return say("claim failed several", number=len(checks), names=names)
