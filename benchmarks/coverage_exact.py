"""Exact coverage of intervals, summed over all possible outcomes."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pipeline.stats.proportions.one_group import byar_interval, wilson_interval
from pipeline.stats.proportions.two_groups import koopman_ratio, newcombe_difference
from pipeline.stats.results import Counts, Estimate, Result

Floats = NDArray[np.float64]
Method = Callable[[Counts, Counts], Result]

SIZES = (5, 10, 20, 50)
LARGE = 200
PAIRS = (*((n, n) for n in SIZES), *((n, LARGE) for n in SIZES))
RATES = (0.0, 0.02, 0.5, 1.0)
EXPECTED_COUNTS = (0.0, 0.1, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0)
DIFFERENCE_RATES = [(a, b) for place, a in enumerate(RATES) for b in RATES[place:]]
RATIO_RATES = [(a, b) for a, b in DIFFERENCE_RATES if b > 0]
GRID = np.arange(1, 50) / 50


def limits_of(results: Iterable[Result]) -> Floats:
    """Return lower and upper limits in two rows; NaN where there is no interval."""
    pairs = [(r.lower, r.upper) if isinstance(r, Estimate) else (np.nan, np.nan) for r in results]
    return np.array(pairs, dtype=np.float64).T


def held(limits: Floats, weights: Floats, truth: float) -> tuple[float, float]:
    """Return the share of the weight with an interval that covers the truth, and the share with an interval."""
    answered = weights[~np.isnan(limits[0])].sum()
    holding = weights[(limits[0] <= truth) & (truth <= limits[1])].sum()
    return float(holding / answered), float(answered / weights.sum())


def of_wilson(n: int, rate: float) -> float:
    """Return the coverage of the Wilson interval over all outcomes of n people."""
    limits = limits_of(wilson_interval(Counts(x, n)) for x in range(n + 1))
    return held(limits, stats.binom.pmf(np.arange(n + 1), n, rate), rate)[0]


def of_byar(expected: float) -> float:
    """Return the coverage of the limits of a count, over all counts with a notable probability."""
    counts = np.arange(int(stats.poisson.ppf(1 - 1e-12, expected)) + 2)
    limits = limits_of(byar_interval(int(x)) for x in counts)
    return held(limits, stats.poisson.pmf(counts, expected), expected)[0]


@cache
def _limits_of_tables(method: Method, n: int, m: int) -> Floats:
    tables = ((Counts(x, n), Counts(y, m)) for x in range(n + 1) for y in range(m + 1))
    return limits_of(method(*table) for table in tables)


def of_two_groups(method: Method, n: int, m: int, rates: tuple[float, float]) -> tuple[float, float]:
    """Return the coverage over all tables of n and m people, and the probability of a table with an interval."""
    group, reference = rates
    truth = group - reference if method is newcombe_difference else group / reference
    weights = np.outer(
        stats.binom.pmf(np.arange(n + 1), n, group), stats.binom.pmf(np.arange(m + 1), m, reference)
    )
    return held(_limits_of_tables(method, n, m), weights.ravel(), truth)


def on_a_grid(method: Method, n: int, m: int) -> list[float]:
    """Return the coverage for every pair of rates from 2 to 98 %, in steps of 2."""
    return [of_two_groups(method, n, m, (float(a), float(b)))[0] for a in GRID for b in GRID]


def percent(share: float) -> str:
    """Format a share as a percentage with one decimal."""
    return f"{100 * share:.1f}"


def cell(coverage: tuple[float, float]) -> str:
    """Format coverage in per cent, followed by the probability of an interval unless that is 1."""
    share, answered = coverage
    return percent(share) if answered > 0.9995 else f"{percent(share)} ({percent(answered)})"


def markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are numbers."""
    head = list(head)
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows)) + "\n"


def wilson_table() -> str:
    """Return Wilson's coverage by number of people and true rate, with minimum and mean over rates of 2 to 98 %."""
    grid = {n: [of_wilson(n, float(rate)) for rate in GRID] for n in SIZES}
    rows = [(f"{rate:g}", *(percent(of_wilson(n, rate)) for n in SIZES)) for rate in RATES]
    rows.append(("lowest, rates .02 to .98", *(percent(min(grid[n])) for n in SIZES)))
    rows.append(("mean, rates .02 to .98", *(percent(sum(grid[n]) / len(GRID)) for n in SIZES)))
    return markdown(("true rate", *(f"n = {n}" for n in SIZES)), rows)


def byar_table() -> str:
    """Return the coverage of Byar's and exact Poisson limits, by expected number of events."""
    rows = [("coverage", *(percent(of_byar(expected)) for expected in EXPECTED_COUNTS))]
    return markdown(("expected events", *(f"{expected:g}" for expected in EXPECTED_COUNTS)), rows)


def two_group_table(method: Method, pairs: Iterable[tuple[int, int]] = PAIRS) -> str:
    """Return the coverage of a method for two groups, by their sizes and true rates."""
    pairs = list(pairs)
    all_rates = DIFFERENCE_RATES if method is newcombe_difference else RATIO_RATES
    rows = [
        (f"{rates[0]:g} and {rates[1]:g}", *(cell(of_two_groups(method, n, m, rates)) for n, m in pairs))
        for rates in all_rates
    ]
    grids = [on_a_grid(method, n, m) for n, m in pairs]
    rows.append(("lowest, rates .02 to .98", *(percent(min(grid)) for grid in grids)))
    rows.append(("mean, rates .02 to .98", *(percent(sum(grid) / len(grid)) for grid in grids)))
    return markdown(("true rates", *(f"{n} and {m}" for n, m in pairs)), rows)


def exact_tables() -> dict[str, str]:
    """Return every table that needs no simulation, by name."""
    return {
        "Wilson": wilson_table(),
        "Byar": byar_table(),
        "Newcombe": two_group_table(newcombe_difference),
        "Koopman": two_group_table(koopman_ratio),
    }
