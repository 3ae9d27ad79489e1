"""Verdicts: where an interval lies with regard to a target, and the word for it."""

import math
from collections.abc import Collection, Sequence
from typing import Literal

from pipeline.analysis.months import Window
from pipeline.contract.context import Direction
from pipeline.contract.open_words import CannotTell, Forming, NoChange, TooFew
from pipeline.stats.multiple_testing import chance_of_signals
from pipeline.stats.results import Estimate, NotEstimable, Result

Verdict = Literal["met", "not met", "on track", "off track", CannotTell, TooFew, Forming]
Reason = Literal[
    "inside",
    "outside",
    "across",
    "forecast inside",
    "forecast outside",
    "forecast across",
    "no estimate",
    "no forecast",
    "few",
    "unknown",
    "forming",
]
"""Why a verdict is what it is; the words for each stand in `present/words.yaml`."""
_FALSE_SIGNALS, _LEVEL = 0.03, 0.05
ServiceVerdict = Literal["better", "worse", "mixed", NoChange, CannotTell, TooFew]


def judge_service(words: Collection[str]) -> ServiceVerdict:
    """One word for a service from the verdicts on its scales; "mixed" where they point both ways.

    >>> judge_service(["better", "no clear change"])
    'better'
    """
    match "better" in words, "worse" in words:
        case True, True:
            return "mixed"
        case True, False:
            return "better"
        case False, True:
            return "worse"
        case _:
            unclear: tuple[ServiceVerdict, ...] = ("no clear change", "cannot tell yet")
            return next((word for word in unclear if word in words), "too few to say")


def judge_measures(charted: Sequence[str], planned: Collection[str] = ()) -> ServiceVerdict:
    """One word for a service from its measures: of those with a plan what their plans found, and of those judged by
    their charts a change where more of them signal one than chance would.

    A measure that does not change signals up to 3 times in 100 all the same. Where as many signals as there are would
    come about by chance in more than 1 of 20 services, the charts tell no clear change.

    >>> judge_measures(["worse", *["no clear change"] * 9])
    'no clear change'
    >>> judge_measures(["no clear change"] * 9, ["worse"])
    'worse'
    """
    signals = [word for word in charted if word in ("better", "worse")]
    judged = len(signals) + charted.count("no clear change")
    by_chance = chance_of_signals(len(signals), judged, _FALSE_SIGNALS) if judged else 1.0
    told = set(signals) if by_chance <= _LEVEL else {"no clear change"} if judged else set()
    return judge_service(told | set(planned))


def judge_interval(
    result: Estimate, goal: float, direction: Direction
) -> Literal["inside", "outside", "across"]:
    """Where an interval lies with regard to the target zone (at least the goal, or at most); limits belong to it."""
    lower, upper = (result.lower, result.upper) if direction == "higher" else (-result.upper, -result.lower)
    bound = goal if direction == "higher" else -goal
    if lower >= bound:
        return "inside"
    return "outside" if upper < bound else "across"


def judge_target(
    current: Result, forecast: Result | None, goal: float, direction: Direction
) -> tuple[Verdict, Reason]:
    """The verdict and its reason: at the due date from `current`, before it from `forecast`."""
    evidence = current if forecast is None else forecast
    if isinstance(evidence, NotEstimable):
        return "cannot tell yet", "no estimate" if forecast is None else "no forecast"
    place = judge_interval(evidence, goal, direction)
    if place == "across":
        return "cannot tell yet", "across" if forecast is None else "forecast across"
    if forecast is None:
        return ("met", "inside") if place == "inside" else ("not met", "outside")
    return ("on track", "forecast inside") if place == "inside" else ("off track", "forecast outside")


def months_needed(current: Result, goal: float, window: Window) -> int | NotEstimable:
    """Months of data, at today's intake and today's level, until the interval no longer holds the goal.

    Half-widths shrink with the square root of the number of children, so months grow with the squared ratio of
    half-width to distance.
    """
    if isinstance(current, NotEstimable):
        return current
    distance = current.value - goal
    reach = current.value - current.lower if distance > 0 else current.upper - current.value
    if distance == 0 or reach == 0 or window.months == 0:
        return NotEstimable("the level stands exactly at the target")
    return math.ceil(window.months * (reach / distance) ** 2)
