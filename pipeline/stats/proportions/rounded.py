"""Numbers that were rounded before they were published: known to lie between two ends, without any chance in it."""

from dataclasses import dataclass, replace

from pipeline.stats.inputs import check_number
from pipeline.stats.results import NotEstimable, Result


@dataclass(frozen=True)
class Between:
    """A number as published, and the least and the most that it may be. ValueError unless lower <= value <= upper.

    >>> Between(0.2, 0.19, 0.21).exact
    False
    """

    value: float
    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not self.lower <= self.value <= self.upper:
            raise ValueError("the ends do not hold the number, expected lower <= value <= upper")

    @property
    def exact(self) -> bool:
        """Whether it is known exactly."""
        return self.lower == self.upper


def rounded_share(
    part: float, others: float, part_off: float = 0, others_off: float = 0
) -> Between | NotEstimable:
    """The share of a part in itself and all others, each of which may be so far `off` either way.

    >>> rounded_share(20, 80, part_off=2.5, others_off=5)
    Between(value=0.2, lower=0.17073170731707318, upper=0.23076923076923078)
    """
    given = {"part": part, "others": others, "part_off": part_off, "others_off": others_off}
    for name, number in given.items():
        check_number(name, number, lowest=0)
    if part + others == 0:
        return NotEstimable("nobody is counted")
    least, most = max(part - part_off, 0.0), part + part_off
    fewest, all_others = max(others - others_off, 0.0), others + others_off
    return Between(
        part / (part + others),
        least / (least + all_others) if least else 0.0,
        most / (most + fewest) if most else 0.0,
    )


def less_known(result: Result, known: Between) -> Result:
    """An estimate less a number that lies between two ends; null value 0. Its interval grows by what is not known.

    >>> from pipeline.stats.results import Estimate
    >>> less_known(Estimate(0.5, 0.25, 0.75, 0.95, "made up", "proportion"), Between(0.25, 0.125, 0.25)).upper
    0.625
    """
    if isinstance(result, NotEstimable):
        return result
    return replace(
        result,
        value=result.value - known.value,
        lower=result.lower - known.upper,
        upper=result.upper - known.lower,
    )


def over_known(result: Result, known: Between) -> Result:
    """An estimate of 0 or more over a number between two ends; null value 1. Not estimable where that may be 0.

    >>> from pipeline.stats.results import Estimate
    >>> over_known(Estimate(0.5, 0.25, 0.75, 0.95, "made up", "proportion"), Between(0.25, 0.125, 0.5)).upper
    6.0
    """
    if isinstance(result, NotEstimable):
        return result
    if known.lower <= 0:
        return NotEstimable("the number counted may be nought")
    return replace(
        result,
        value=result.value / known.value,
        lower=max(result.lower, 0.0) / known.upper,
        upper=result.upper / known.lower,
        unit="ratio",
    )
