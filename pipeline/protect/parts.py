"""What is shown of some people, in the parts in which they are: for what is worked out from parts that are not shown.

From the true numbers of a few parts, a figure in all its digits and its limits would tell what they are.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.protect.tally import Tally

Floats = NDArray[np.float64]


def as_shown(counts: Floats, shown: Tally) -> Floats:
    """Return events, totals and child-years (a row each) of some parts, so that they add up to what is shown of all.

    >>> from pipeline.protect.rounding import PROFILES
    >>> shown = Tally(5, 10, 0.0, rule=PROFILES["nhs"])
    >>> as_shown(np.array([[3.0, 1.0], [6.0, 4.0], [0.0, 0.0]]), shown)[:2].tolist()
    [[3.75, 1.25], [6.25, 3.75]]
    """
    events, total, years = counts[:3]
    if shown.rule.exact:
        return counts[:3]
    if not total.any():
        return np.stack([_share(shown.events, events, years), total, _share(shown.child_years, years, years)])
    did = _share(shown.events, events, total)
    return np.stack([did, did + _share(shown.total - shown.events, total - events, total), years])


def _share(shown: float, parts: Floats, everyone: Floats) -> Floats:
    """A number in these parts; where it is of nobody, in those of everyone."""
    weights = parts if parts.any() else everyone
    return weights * (shown / weights.sum()) if weights.any() else weights
