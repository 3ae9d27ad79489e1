"""Many comparisons at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values, in the order given: those at or below q hold the false discovery rate at q.

    Benjamini and Hochberg (1995), step-up, over the whole declared family. ValueError for a value that is
    missing or outside 0 to 1.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p_values hold a value that is missing or outside 0 to 1, expected p-values")
    falling = np.argsort(p)[::-1]
    ranks = np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[falling] = np.minimum.accumulate(np.minimum(p[falling] * p.size / ranks, 1.0))
    return adjusted
