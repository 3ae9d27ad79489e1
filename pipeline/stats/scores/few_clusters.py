"""Inference where a handful of clusters stand for everybody: wild cluster bootstrap and randomisation."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.stats.inputs import Floats, check_confidence_level, complete_numbers
from pipeline.stats.results import Estimate, NotEstimable, PValue

_ENUMERATED_CLUSTERS = 12
_DRAWS = 1999
_MOST_ARRANGEMENTS = 10_000
_SEED = 1908
_SAME = 1e-9
_DOUBLINGS, _HALVINGS = 12, 24
_NOTHING_LEFT = NotEstimable("the controls or clusters leave nothing to compare")


@dataclass(frozen=True)
class WildCluster:
    """Test and interval of one coefficient by the wild cluster bootstrap; limits may be infinite."""

    p_value: PValue
    estimate: Estimate
    clusters: int


def wild_cluster_bootstrap(
    outcome: ArrayLike,
    regressor: ArrayLike,
    clusters: ArrayLike,
    controls: pd.DataFrame | None = None,
    confidence_level: float = 0.95,
) -> WildCluster | NotEstimable:
    """The coefficient of `regressor` beside `controls` and an intercept, tested with the null imposed (WCR).

    Cameron, Gelbach and Miller (2008): residuals of the model without the regressor, their signs turned cluster by
    cluster, give the distribution of the CR1 t. Up to twelve clusters every pattern of signs is tried, the one seen
    included, so nothing is random; beyond that 1,999 patterns from a fixed seed. The interval holds every value that
    the test does not reject. Not estimable with so few clusters in which the regressor varies, given the controls, that
    no pattern could be rare enough (five at 95 %).
    ValueError for missing values or unequal lengths.

    >>> answers, treated = [1.0, 2, 1, 3, 4, 6, 5, 6, 4, 7, 2, 6, 1, 1, 2, 4], [0, 0, 0, 0, 1, 1, 1, 1] * 2
    >>> found = wild_cluster_bootstrap(answers, treated, list("aabbccddeeffgghh"))
    >>> round(found.estimate.value, 6), found.p_value.value
    (0.375, 0.765625)
    """
    check_confidence_level(confidence_level)
    data = _cluster_sums(outcome, regressor, clusters, controls)
    if isinstance(data, NotEstimable):
        return data
    telling = int((data.squares > _SAME * data.squares.max()).sum())
    if 2.0 ** (1 - telling) >= 1 - confidence_level:
        return NotEstimable(
            f"with {telling} clusters to go by not even the largest effect could be told from chance"
        )
    count = data.scores.size
    signs = _signs(count)
    p_value = data.p_value(0.0, signs)
    lower, upper = (data.limit(way, signs, 1 - confidence_level) for way in (-1, 1))
    method = f"wild cluster bootstrap, {len(signs)} patterns of signs"
    estimate = Estimate(data.value, lower, upper, confidence_level, method, "points")
    return WildCluster(PValue(p_value, method, "the coefficient is 0"), estimate, count)


def randomisation_test(
    statistic: Callable[[Floats], float], labels: ArrayLike, confidence_level: float = 0.95
) -> PValue | NotEstimable:
    """How often chance alone, dealing the same labels to other units, gives a statistic as far from 0 (Fisher 1935).

    `labels` are those the units had: 1 and 0, or the time at which each started. All arrangements are tried where
    there are up to 10,000, else 1,999 from a fixed seed and the one seen. Not estimable where so few arrangements
    exist that none could be rare enough.

    >>> answers = np.array([9.0, 8, 7, 8, 2, 1, 3, 2])
    >>> gap = lambda flags: float(answers[flags == 1].mean() - answers[flags == 0].mean())
    >>> round(randomisation_test(gap, [1, 1, 1, 1, 0, 0, 0, 0]).value, 6)
    0.028571
    """
    check_confidence_level(confidence_level)
    seen = np.asarray(labels, dtype=np.float64)
    counts = Counter(seen.tolist())
    arrangements = math.factorial(seen.size) // math.prod(math.factorial(n) for n in counts.values())
    if 1 / arrangements >= 1 - confidence_level:
        return NotEstimable("too few units could have been chosen for any result to be rare by chance")
    observed = abs(statistic(seen)) * (1 - _SAME)
    null = "the units chosen would have done the same if not chosen"
    if arrangements <= _MOST_ARRANGEMENTS:
        extreme = sum(bool(abs(statistic(np.array(dealt))) >= observed) for dealt in _arrangements(counts))
        return PValue(extreme / arrangements, f"randomisation, all {arrangements} arrangements", null)
    random = np.random.default_rng(_SEED)
    extreme = sum(bool(abs(statistic(random.permutation(seen))) >= observed) for _ in range(_DRAWS))
    return PValue((extreme + 1) / (_DRAWS + 1), f"randomisation, {_DRAWS} draws", null)


@dataclass(frozen=True, eq=False)
class _ClusterSums:
    """All that the bootstrap needs, by cluster (G,): the regressor is x, free of the controls, whose basis is Q.

    `scores` sums of x * e, e being the outcome free of the controls; `squares` of x * x; `basis_scores` and
    `basis_squares` (G, k) of Q * e and Q * x.
    """

    scores: Floats
    squares: Floats
    basis_scores: Floats
    basis_squares: Floats

    @property
    def value(self) -> float:
        """The coefficient."""
        return float(self.scores.sum() / self.squares.sum())

    def p_value(self, null: float, signs: Floats) -> float:
        """Share of the patterns whose t is as far from 0 as that of the first, which is the one seen."""
        scores = self.scores - null * self.squares
        basis = self.basis_scores - null * self.basis_squares
        # Residuals of the full model after the signs have been turned, summed with x by cluster.
        turned = np.diag(scores) - self.basis_squares @ basis.T
        turned -= np.outer(self.squares, scores) / self.squares.sum()
        spread = np.sqrt(((signs @ turned.T) ** 2).sum(axis=1))
        t = np.abs(signs @ scores) / np.maximum(spread, np.finfo(float).tiny)
        return float((t >= t[0] * (1 - _SAME)).mean())

    def limit(self, way: int, signs: Floats, significance: float) -> float:
        """The value furthest that way which the test does not reject."""
        inside, step = self.value, self._error()
        for _ in range(_DOUBLINGS):
            outside = self.value + way * step
            if self.p_value(outside, signs) <= significance:
                break
            inside, step = outside, 2 * step
        else:
            return way * math.inf
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if self.p_value(middle, signs) > significance:
                inside = middle
            else:
                outside = middle
        return inside

    def _error(self) -> float:
        scores = self.scores - self.value * self.squares
        return float(np.sqrt(scores @ scores) / self.squares.sum())


def _cluster_sums(
    outcome: ArrayLike, regressor: ArrayLike, clusters: ArrayLike, controls: pd.DataFrame | None
) -> _ClusterSums | NotEstimable:
    y, x = complete_numbers("outcome", outcome), complete_numbers("regressor", regressor)
    codes, labels = pd.factorize(np.asarray(clusters))
    others = np.empty((y.size, 0)) if controls is None else controls.to_numpy(dtype=np.float64)
    if not y.shape == x.shape == codes.shape == others.shape[:1]:
        raise ValueError("outcome, regressor, clusters and controls differ in length, expected one row each")
    complete_numbers("controls", others.ravel())
    if (codes < 0).any():
        raise ValueError("a cluster is missing or infinite, expected complete rows")
    if len(labels) < 2:
        return _NOTHING_LEFT
    left, sizes, _ = np.linalg.svd(np.column_stack([np.ones_like(y), others]), full_matrices=False)
    basis = left[:, sizes > _SAME * sizes[0]]
    free = x - basis @ (basis.T @ x)
    if np.linalg.norm(free) <= _SAME * np.linalg.norm(x):
        return _NOTHING_LEFT
    error = y - basis @ (basis.T @ y)
    if np.linalg.norm(error - free * (free @ error) / (free @ free)) <= _SAME * np.linalg.norm(y):
        return NotEstimable("the outcome does not vary beyond what the model explains")

    def summed(values: Floats) -> Floats:
        totals = np.zeros((len(labels), values.shape[1]))
        np.add.at(totals, codes, values)
        return totals

    scores, squares = summed(np.column_stack([free * error, free * free])).T
    return _ClusterSums(scores, squares, summed(basis * error[:, None]), summed(basis * free[:, None]))


def _signs(clusters: int) -> Floats:
    """Patterns of signs (draws, clusters), the first all plus; a pattern and its mirror have the same t."""
    if clusters <= _ENUMERATED_CLUSTERS:
        return np.array([(1.0, *rest) for rest in product((1.0, -1.0), repeat=clusters - 1)])
    drawn = np.random.default_rng(_SEED).choice((1.0, -1.0), size=(_DRAWS, clusters))
    return np.vstack([np.ones(clusters), drawn])


def _arrangements(counts: Counter[float]) -> Iterator[tuple[float, ...]]:
    """Every distinct order of the labels."""
    if not counts:
        yield ()
    for label in list(counts):
        fewer = counts - Counter([label])
        for rest in _arrangements(fewer):
            yield (label, *rest)
