"""Simulated coverage of intervals with too many outcomes for a sum, from fixed seeds."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage_exact import PAIRS, SIZES, cell, markdown
from pipeline.stats.monitoring.forecast import ForecastSeries, forecast_level
from pipeline.stats.proportions.one_group import mean_interval
from pipeline.stats.proportions.stratified import Strata, mantel_haenszel_difference
from pipeline.stats.proportions.two_groups import change_in_difference, difference_of_means
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.scores.comparison import adjusted_difference
from pipeline.stats.scores.paired import clustered_mean, effect_size
from pipeline.stats.shrinkage import fit_beta_binomial, shrunk_rate

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator], Floats]

SEED = 20240611
DRAWS = 10_000
FEW_DRAWS = 2_000
STRATA = 5
# The true rates of groups are drawn from a beta of this mean and this alpha + beta.
SPREADS = (
    ("mean .5, far apart", 0.5, 6.0),
    ("mean .3, apart", 0.3, 20.0),
    ("mean .05, apart", 0.05, 20.0),
    ("mean .3, close together", 0.3, 200.0),
    ("mean .3, all alike", 0.3, 1e6),
)


# Values of mean 0; the scores are whole points, most of them low.
SHAPES: dict[str, Callable[[int], Draw]] = {
    "normal": lambda size: lambda random: random.normal(0.0, 1.0, size),
    "strongly skewed": lambda size: lambda random: random.exponential(1.0, size) - 1.0,
    "scores 0 to 3": lambda size: lambda random: random.binomial(3, 0.25, size).astype(np.float64) - 0.75,
}


def held(results: Iterable[Result], truth: float) -> tuple[float, float]:
    """Return the share of the intervals that cover the truth, and the share of draws that gave one."""
    answers = list(results)
    intervals = [result for result in answers if isinstance(result, Estimate)]
    return sum(one.contains(truth) for one in intervals) / len(intervals), len(intervals) / len(answers)


def _moments(values: Floats) -> tuple[int, float, float]:
    return values.size, float(values.mean()), float(values.std(ddof=1))


def of_mean(draw: Draw) -> tuple[float, float]:
    """Return the coverage of Student's t interval; the true mean is 0."""
    random = np.random.default_rng(SEED)
    return held((mean_interval(*_moments(draw(random))) for _ in range(DRAWS)), 0.0)


def of_difference_of_means(draw: Draw, other: Draw, scale: float) -> tuple[float, float]:
    """Return the coverage of Welch's interval, with `scale` times the SD in the second group."""
    random = np.random.default_rng(SEED)
    results = (
        difference_of_means(*_moments(draw(random)), *_moments(scale * other(random))) for _ in range(DRAWS)
    )
    return held(results, 0.0)


def of_effect_size(n: int) -> tuple[float, float]:
    """Return the coverage of the change in baseline SDs, truly 0.5; the interval treats the SD as known."""
    random = np.random.default_rng(SEED)

    def one() -> Result:
        baseline, change = random.normal(0.0, 1.0, n), random.normal(0.5, 1.0, n)
        return effect_size(mean_interval(*_moments(change)), float(baseline.std(ddof=1)), n)

    return held((one() for _ in range(DRAWS)), 0.5)


def of_clustered_mean(people: int) -> tuple[float, float]:
    """Return the coverage for 1 to 4 values a person, with half of the variance between people."""
    random = np.random.default_rng(SEED)

    def one() -> Result:
        clusters = np.repeat(np.arange(people), random.integers(1, 5, people))
        values = random.normal(0.0, 1.0, people)[clusters] + random.normal(0.0, 1.0, clusters.size)
        return clustered_mean(values, clusters)

    return held((one() for _ in range(FEW_DRAWS)), 0.0)


def of_adjusted_difference(clusters: int) -> tuple[float, float]:
    """Return the coverage of a planted 0.5, with treatment within clusters of 10 that share half the variance."""
    random = np.random.default_rng(SEED)

    def one() -> Result:
        code = np.repeat(np.arange(clusters), 10)
        treated = random.integers(0, 2, code.size)
        shared = random.normal(0.0, 1.0, clusters)[code] + random.normal(0.5, 1.0, clusters)[code] * treated
        return adjusted_difference(shared + random.normal(0.0, 1.0, code.size), treated, clusters=code)

    return held((one() for _ in range(FEW_DRAWS)), 0.5)


def of_forecast(periods: int) -> tuple[float, float]:
    """Return the coverage of a new share of 100 people two periods ahead; shares rise from 60 to 70 % in the data."""
    random = np.random.default_rng(SEED)
    rates, answers = np.append(np.linspace(0.6, 0.7, periods), [0.7 + 0.2 / periods]), []
    for _ in range(FEW_DRAWS):
        shares = random.binomial(100, rates) / 100
        series = ForecastSeries(tuple(range(periods)), tuple(shares[:-1]), (100.0,) * periods, "share")
        told = forecast_level(series, [periods + 1.0], 0.95, "proportion")
        answers.append(isinstance(told, Estimate) and told.contains(shares[-1]))
    return sum(answers) / FEW_DRAWS, 1.0


def of_change_in_difference(n: int, m: int, rates: tuple[float, float]) -> tuple[float, float]:
    """Return the coverage for an unchanged gap: n of the group and m others in each of two periods."""
    random = np.random.default_rng(SEED)
    draws = random.binomial((n, m, n, m), (*rates, *rates), (DRAWS, 4)).tolist()
    results = (
        change_in_difference((Counts(a, n), Counts(b, m)), (Counts(c, n), Counts(d, m)))
        for a, b, c, d in draws
    )
    return held(results, 0.0)


def of_stratified(n: int, m: int, base: float, gap: float) -> tuple[float, float]:
    """Return the coverage for n and m people in five random strata, with rates that rise by stratum from `base`."""
    random = np.random.default_rng(SEED)
    rates = np.linspace(base, min(base + 0.2, 1.0 - gap), STRATA)
    even = np.full(STRATA, 1 / STRATA)

    def one() -> Result:
        total, others = random.multinomial(n, even), random.multinomial(m, even)
        return mantel_haenszel_difference(
            Strata(random.binomial(total, rates + gap), total, random.binomial(others, rates), others)
        )

    return held((one() for _ in range(FEW_DRAWS)), gap)


def of_tiny_strata(strata: int, others: int, base: float, gap: float) -> tuple[float, float]:
    """Return the coverage for strata of one person and `others`, with rates that rise by 0.3 over the strata."""
    random = np.random.default_rng(SEED)
    rates = np.linspace(base, base + 0.3, strata)
    ones, rest = np.ones(strata), np.full(strata, others)

    def one() -> Result:
        events, reference_events = random.binomial(1, rates + gap), random.binomial(others, rates)
        return mantel_haenszel_difference(Strata(events, ones, reference_events, rest))

    return held((one() for _ in range(FEW_DRAWS)), gap)


def of_shrunk_rates(groups: int, mean: float, weight: float) -> tuple[float, float]:
    """Return the coverage of the shrunk rates of all groups together, of 5, 10, 20 and 50 people in turn."""
    random = np.random.default_rng(SEED)
    totals = np.resize(SIZES, groups)
    inside = seen = answered = 0
    for _ in range(FEW_DRAWS // 2):
        rates = random.beta(mean * weight, (1 - mean) * weight, groups)
        counts = [Counts(int(x), int(n)) for x, n in zip(random.binomial(totals, rates), totals, strict=True)]
        prior = fit_beta_binomial(counts)
        seen += groups
        if isinstance(prior, NotEstimable):
            continue
        answered += groups
        results = [shrunk_rate(group, prior) for group in counts]
        inside += sum(
            isinstance(result, Estimate) and result.contains(rate)
            for result, rate in zip(results, rates.tolist(), strict=True)
        )
    return inside / answered, answered / seen


def means_table() -> str:
    """Return the table of means and differences of means, by size and shape."""
    rows = [(f"mean, {name}", *(cell(of_mean(draw(n))) for n in SIZES)) for name, draw in SHAPES.items()]
    rows.append(("effect size, normal", *(cell(of_effect_size(n)) for n in SIZES)))
    for scale in (1, 3):
        spread = "" if scale == 1 else ", reference 3 times as spread"
        rows += [
            (
                f"Welch, {name}{spread}",
                *(cell(of_difference_of_means(draw(n), draw(n), scale)) for n in SIZES),
            )
            for name, draw in SHAPES.items()
        ]
    return markdown(("", *(f"n = {n}" for n in SIZES)), rows)


def clusters_table() -> str:
    """Return the table of methods for clustered values by number of clusters, and of the forecast by periods."""
    rows = [
        ("clustered mean, people", *(cell(of_clustered_mean(n)) for n in SIZES)),
        ("adjusted difference, clusters", *(cell(of_adjusted_difference(n)) for n in SIZES)),
        ("forecast two ahead, periods", *(cell(of_forecast(n)) for n in SIZES)),
    ]
    return markdown(("", *(f"{n}" for n in SIZES)), rows)


def change_table() -> str:
    """Return the table of changes of a gap between two periods."""
    rows = [
        (f"{a:g} and {b:g}", *(cell(of_change_in_difference(n, m, (a, b))) for n, m in PAIRS))
        for a, b in ((0.0, 0.0), (0.02, 0.02), (0.02, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0))
    ]
    return markdown(("true rates", *(f"{n} and {m}" for n, m in PAIRS)), rows)


def stratified_table() -> str:
    """Return the table of Mantel-Haenszel over five strata."""
    cases = ((0.0, 0.0), (0.02, 0.0), (0.4, 0.0), (0.02, 0.3), (0.3, 0.5), (0.8, 0.2))
    rows = [
        (f"{base:g}, gap {gap:g}", *(cell(of_stratified(n, m, base, gap)) for n, m in PAIRS))
        for base, gap in cases
    ]
    return markdown(("lowest rate, gap", *(f"{n} and {m}" for n, m in PAIRS)), rows)


def tiny_strata_table() -> str:
    """Return the table of Mantel-Haenszel over strata of one person of the group and one or four others."""
    sizes = ((10, 1), (50, 1), (200, 1), (10, 4), (50, 4), (200, 4))
    rows = [
        (
            f"{base:g}, gap {gap:g}",
            *(cell(of_tiny_strata(strata, others, base, gap)) for strata, others in sizes),
        )
        for base, gap in ((0.05, 0.0), (0.3, 0.0), (0.3, 0.2), (0.05, 0.5))
    ]
    return markdown(("lowest rate, gap", *(f"{strata} of 1 and {others}" for strata, others in sizes)), rows)


def shrunk_table() -> str:
    """Return the table of shrunk rates, by spread of true rates and number of groups."""
    numbers = (4, 8, 16, 40)
    rows = [
        (name, *(cell(of_shrunk_rates(groups, mean, weight)) for groups in numbers))
        for name, mean, weight in SPREADS
    ]
    return markdown(("true rates", *(f"{groups} groups" for groups in numbers)), rows)


def simulated_tables() -> dict[str, str]:
    """Return every simulated table, by name."""
    return {
        "Means": means_table(),
        "Clusters": clusters_table(),
        "Change of a gap": change_table(),
        "Mantel-Haenszel": stratified_table(),
        "Mantel-Haenszel, tiny strata": tiny_strata_table(),
        "Shrunk rates": shrunk_table(),
    }
