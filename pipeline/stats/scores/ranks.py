"""Where units might stand if they were ranked: intervals of ranks, which are mostly wide."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from pipeline.stats.inputs import Floats, normal_quantile, upper_tail
from pipeline.stats.results import Estimate

_POINTS = 200
_EDGE = 1e-9
_EXACT_UP_TO = 100
"""Of more units the work grows with the cube of their number."""


@dataclass(frozen=True)
class RankInterval:
    """The places a unit may hold among `units`, 1 being the lowest figure; the interval holds its level at least."""

    lowest: int
    highest: int
    units: int


def rank_intervals(
    shares: Sequence[Estimate], confidence_level: float = 0.95, of: Sequence[int] | None = None
) -> tuple[RankInterval, ...]:
    """The places from the level's lower to its upper tail, of each unit or of those `of` which it is asked.

    Shares are told apart by their limits. Each is taken as normal on the logit scale, with the limits it has, and
    independent of the others. Given where one lies, how many lie below it is a sum of independent yes-or-noes, worked
    out exactly; of more than 100 units by the refined normal approximation, which is at most a place out (Volkova
    1996). That is averaged over 200 equally likely places of the one. No random numbers. Meant for shrunk shares
    (Goldstein and Spiegelhalter 1996).

    >>> shares = [Estimate(p, p - 0.02, p + 0.02, 0.95, "made up", "proportion") for p in (0.3, 0.5, 0.7)]
    >>> [(rank.lowest, rank.highest) for rank in rank_intervals(shares)]
    [(1, 1), (2, 2), (3, 3)]
    """
    tail = upper_tail(confidence_level)
    middle, spread = _logits(shares)
    steps = special.ndtri((np.arange(_POINTS) + 0.5) / _POINTS)
    found = []
    for place in range(len(shares)) if of is None else of:
        at = middle[place] + spread[place] * steps
        others = np.arange(len(shares)) != place
        below = special.ndtr((at[:, None] - middle[others]) / spread[others])
        told = _at_most if len(shares) > _EXACT_UP_TO else _at_most_exactly
        cumulative = told(below).mean(axis=1)
        lowest = int(np.searchsorted(cumulative, tail, side="right"))
        highest = int(np.searchsorted(cumulative, 1 - tail, side="left"))
        found.append(RankInterval(lowest + 1, min(highest, len(shares) - 1) + 1, len(shares)))
    return tuple(found)


def _logits(shares: Sequence[Estimate]) -> tuple[Floats, Floats]:
    limits = np.array([(share.lower, share.upper) for share in shares], dtype=np.float64).reshape(-1, 2)
    lower, upper = special.logit(np.clip(limits, _EDGE, 1 - _EDGE)).T
    reach = np.array([normal_quantile(share.confidence_level) for share in shares])
    return (lower + upper) / 2, np.maximum((upper - lower) / (2 * reach), _EDGE)


def _at_most_exactly(chances: Floats) -> Floats:
    """The chance (0 to n, draws) that at most so many of n independent events (draws, n) come true."""
    draws, events = chances.shape
    number = np.zeros((events + 1, draws))
    number[0] = 1.0
    come = np.empty_like(number)
    for seen, chance in enumerate(np.ascontiguousarray(chances.T), start=1):
        np.multiply(number[:seen], chance, out=come[:seen])
        number[:seen] -= come[:seen]
        number[1 : seen + 1] += come[:seen]
    return np.cumsum(number, axis=0)


def _at_most(chances: Floats) -> Floats:
    """The same by the normal distribution with the mean, variance and skewness of the number."""
    variances = chances * (1 - chances)
    spread = np.sqrt(np.maximum(variances.sum(axis=1), _EDGE))
    skewness = (variances * (1 - 2 * chances)).sum(axis=1) / spread**3
    number = np.arange(chances.shape[1] + 1)[:, None]
    at = (number + 0.5 - chances.sum(axis=1)) / spread
    density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    refined = np.clip(special.ndtr(at) + skewness * (1 - at**2) * density / 6, 0.0, 1.0)
    rising: Floats = np.maximum.accumulate(refined, axis=0)
    return rising
