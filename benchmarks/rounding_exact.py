"""`python -m benchmarks.rounding_exact`: could intervals from rounded counts of looked-after children be narrower?

Compares the interval shown with the exact one (mid-P) over all numbers that the rounded one may stand for, weighted by
their probability: no method that knows only the number shown has the same coverage with a narrower interval.
"""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from benchmarks.rounding import LOOKED_AFTER, RULE, read_looked_after
from pipeline.protect.rounding import round_count
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate

_GROUPS, _LARGE, _TAIL = 1500, 50, 0.025
_SIZES = ((0, 0), (1, 7), (8, 19), (20, 49), (50, 10**6))


def exact_width(shown: int, total: int) -> float:
    """Return the width of the exact interval of a share, from a number shown and a total shown."""
    base = RULE.round_to
    near = np.arange(max(shown - base + 1, 0), min(shown + base - 1, total) + 1)
    below = near[near < shown]

    def mid_p(share: float) -> float:
        """Return the probability, at this true share, of fewer being shown plus half that of as many."""
        fewer = (
            binom.cdf(shown - base, total, share)
            + (binom.pmf(below, total, share) * (shown - below) / base).sum()
        )
        as_many = (binom.pmf(near, total, share) * (1 - abs(near - shown) / base)).sum()
        return float(as_many / 2 + (fewer if shown else 0))

    def limit(tail: float, otherwise: float) -> float:
        ends = (1e-9, 1 - 1e-9)
        crossed = (mid_p(ends[0]) - tail) * (mid_p(ends[1]) - tail) < 0
        return float(brentq(lambda share: mid_p(share) - tail, *ends)) if crossed else otherwise

    return limit(_TAIL, 1.0) - limit(1 - _TAIL, 0.0)


def _width(yes: int, no: int, variance: float) -> float:
    found = wilson_interval(Counts(yes, yes + no, rounding=variance))
    assert isinstance(found, Estimate)
    return found.upper - found.lower


def main() -> None:
    """Print both widths by number of events, as multiples of the width from exact counts."""
    random = np.random.default_rng(0)
    both = [
        (int(yes), int(no))
        for table in read_looked_after(LOOKED_AFTER, np.random.default_rng(1))
        for yes, no in zip(*(each.ravel() for each in table), strict=True)
        if yes + no >= _LARGE
    ]
    rows = []
    for place in random.choice(len(both), _GROUPS, replace=False):
        counts = both[place]
        yes, no = (round_count(count, int(random.integers(2**62)), RULE) for count in counts)
        exact = _width(counts[0], counts[1], 0.0)
        rows.append((counts[0], _width(yes, no, RULE.variance) / exact, exact_width(yes, yes + no) / exact))
    events, shown, best = np.array(rows).T
    for least, most in ((0, 10**6), *_SIZES):
        own = (events >= least) & (events <= most)
        print(
            f"{least} to {most}: {own.sum()} groups, shown {shown[own].mean():.2f}, exact {best[own].mean():.2f}"
        )


if __name__ == "__main__":
    main()
