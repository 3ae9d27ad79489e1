"""What a statistic returns: a number with its interval, or a reason why there is none."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from pipeline.stats.inputs import check_confidence_level

_TINY = 1e-9
_MOST = 10**18


@dataclass(frozen=True)
class Counts:
    """How many of a group had the event. Whole numbers with 0 <= events <= total <= 10^18, else ValueError.

    `effect` is the design effect: how many times as much the share varies as one of that many independent people
    does, 1 or more. Tests and intervals treat the counts divided by it as if they were counts of independent people
    (Rao and Scott 1992). `rounding` is the variance by which those with the event, and those without, are each off for
    having been rounded at random. The messages leave the numbers out, because a small count must not reach a log.

    >>> Counts(events=65, total=100).rate
    0.65
    >>> Counts(events=65, total=100, effect=1.25).effective_total
    80.0
    """

    events: int
    total: int
    effect: float = 1.0
    rounding: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", _whole_number("events", self.events))
        object.__setattr__(self, "total", _whole_number("total", self.total))
        if self.events > self.total:
            raise ValueError("events exceed the total, expected events to be a part of the total")
        if not 1 <= self.effect < math.inf:
            raise ValueError(f"the design effect is {self.effect!r}, expected a number of 1 or more")
        if not 0 <= self.rounding < math.inf:
            raise ValueError(f"the variance of rounding is {self.rounding!r}, expected a number of 0 or more")

    @property
    def effective_events(self) -> float:
        """The events of as many independent people as the counts are worth."""
        return self.events / self._varies

    @property
    def effective_total(self) -> float:
        """How many independent people the counts are worth."""
        return self.total / self._varies

    @property
    def _varies(self) -> float:
        """How many times as much the share varies as one of independent people who are counted exactly."""
        if not self.rounding or not self.total:
            return self.effect
        # Half a step of rounding on both sides, so that none and all vary too.
        step = math.sqrt(6 * self.rounding + 1) / 2
        share = (self.events + step) / (self.total + 2 * step)
        rest = 1 - share
        return self.effect + self.rounding * (share**2 + rest**2) / (self.total * share * rest)

    @property
    def rate(self) -> float:
        """The share with the event; ZeroDivisionError for a group of nobody, so ask `total` first."""
        return self.events / self.total


@dataclass(frozen=True)
class Estimate:
    """A number with its interval, exact to the float: rounding is for whoever prints it.

    `confidence_level` is a share (0.95). Limits may be infinite. ValueError unless lower <= value <= upper.

    >>> Estimate(0.5, 0.4, 0.6, 0.95, method="Wilson score", unit="proportion").contains(0.45)
    True
    """

    value: float
    lower: float
    upper: float
    confidence_level: float
    method: str
    unit: str

    def __post_init__(self) -> None:
        check_confidence_level(self.confidence_level)
        if not (_at_most(self.lower, self.value) and _at_most(self.value, self.upper)):
            raise ValueError(
                f"{self.method}: value {self.value!r} with limits {self.lower!r} and {self.upper!r}, "
                "expected lower <= value <= upper"
            )

    def contains(self, value: float) -> bool:
        """Whether a value, such as the null value, lies inside the interval or on a limit."""
        return self.lower <= value <= self.upper

    @property
    def numbers(self) -> tuple[float, float, float]:
        """The value, then the lower limit and the upper one."""
        return self.value, self.lower, self.upper

    def map(self, change: Callable[[float], float], unit: str = "") -> Estimate:
        """The same on another scale: `change` rises throughout or falls throughout; `unit` where it is another.

        >>> Estimate(0.5, 0.25, 0.75, 0.95, method="made up", unit="proportion").map(lambda share: -100 * share).lower
        -75.0
        """
        lower, upper = sorted((change(self.lower), change(self.upper)))
        return replace(self, value=change(self.value), lower=lower, upper=upper, unit=unit or self.unit)


@dataclass(frozen=True)
class PValue:
    """A two-sided p-value together with the hypothesis it is about.

    >>> PValue(0.04, method="score test", null_hypothesis="the two proportions are equal").value
    0.04
    """

    value: float
    method: str
    null_hypothesis: str

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:
            raise ValueError(f"{self.method}: p-value {self.value!r}, expected 0 to 1")


@dataclass(frozen=True)
class NotEstimable:
    """No answer, and why, in words a report can print.

    >>> NotEstimable("nobody in the group").reason
    'nobody in the group'
    """

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("the reason is empty, expected a sentence that says why there is no estimate")

    def map(self, change: Callable[[float], float], unit: str = "") -> NotEstimable:
        """Itself: on no other scale is there an answer either."""
        return self


Result: TypeAlias = Estimate | NotEstimable


def _whole_number(name: str, value: object) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name} is a {type(value).__name__}, expected a whole number") from None
    if number < 0:
        raise ValueError(f"{name} is negative, expected 0 or more")
    if number > _MOST:
        raise ValueError(f"{name} is above 10^18, expected a number that can be counted")
    return number


def _at_most(smaller: float, larger: float) -> bool:
    return smaller <= larger or math.isclose(smaller, larger, rel_tol=_TINY, abs_tol=_TINY)
