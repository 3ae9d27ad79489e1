"""A handful of clusters: a second implementation, textbook examples, and how often chance is called an effect."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from pipeline.stats.inputs import Floats
from pipeline.stats.results import Estimate, NotEstimable, PValue
from pipeline.stats.scores.comparison import adjusted_difference
from pipeline.stats.scores.few_clusters import WildCluster, randomisation_test, wild_cluster_bootstrap


def found(result: WildCluster | NotEstimable) -> WildCluster:
    assert isinstance(result, WildCluster), result
    return result


def made_up(clusters: int, slope: float) -> tuple[Floats, Floats, NDArray[np.int64], pd.DataFrame]:
    """Six rows a cluster, without chance: outcome, regressor, cluster and one control."""
    row = np.arange(clusters * 6)
    cluster = row // 6
    regressor = ((row * 7) % 6 < 2 + cluster % 3).astype(float)
    control = np.sin(row * 1.7)
    outcome = slope * regressor + 0.5 * control + np.cos(cluster * 2.1) + (cluster % 4) * 0.3 * regressor
    return outcome + 1.1 * np.sin(row * row * 0.37), regressor, cluster, pd.DataFrame({"control": control})


# wildboottest 0.3.2 (after Roodman and others 2019), bootstrap_type="11", B=99999, which tries all signs: clusters,
# slope, coefficient, and how many of the 2^clusters patterns it finds as extreme (it leaves out exact ties, at most 2).
SECOND = [
    (7, 0.3, 0.19600436, 56),
    (8, 0.8, 0.71383751, 4),
    (10, 0.5, 0.31701430, 86),
    (12, 0.6, 0.73261030, 42),
]


@pytest.mark.parametrize(("clusters", "slope", "value", "patterns"), SECOND)
def test_the_bootstrap_is_that_of_a_second_implementation(
    clusters: int, slope: float, value: float, patterns: int
) -> None:
    outcome, regressor, cluster, controls = made_up(clusters, slope)
    result = found(wild_cluster_bootstrap(outcome, regressor, cluster, controls))
    assert result.estimate.value == pytest.approx(value)
    assert 0 <= result.p_value.value * 2**clusters - patterns <= 2
    fit = sm.OLS(outcome, sm.add_constant(np.column_stack([regressor, controls]))).fit()
    assert result.estimate.value == pytest.approx(fit.params[1])


@pytest.mark.long
@pytest.mark.parametrize(("clusters", "slope"), [(7, 0.3), (8, 0.8), (20, 0.4)])
def test_the_interval_holds_0_exactly_when_the_test_does_not_reject(clusters: int, slope: float) -> None:
    outcome, regressor, cluster, controls = made_up(clusters, slope)
    result = found(wild_cluster_bootstrap(outcome, regressor, cluster, controls))
    assert result.estimate.contains(0.0) == (result.p_value.value > 0.05)
    shifted = found(wild_cluster_bootstrap(outcome + 3 * regressor, regressor, cluster, controls))
    expected = [getattr(result.estimate, name) + 3 for name in ("value", "lower", "upper")]
    assert [shifted.estimate.value, shifted.estimate.lower, shifted.estimate.upper] == pytest.approx(expected)
    wider = found(wild_cluster_bootstrap(outcome, regressor, cluster, controls, 0.96))
    assert wider.estimate.lower <= result.estimate.lower
    assert wider.estimate.upper >= result.estimate.upper


def test_clusters_that_cannot_tell_are_not_counted() -> None:
    outcome, _, cluster, _ = made_up(10, 0.5)
    treated = (cluster < 3).astype(float)
    after = np.arange(60) % 2
    controls = pd.DataFrame({"treated": treated, "after": after})
    result = wild_cluster_bootstrap(outcome, treated, cluster, pd.DataFrame({"after": after}))
    assert isinstance(result, WildCluster)
    ever = wild_cluster_bootstrap(outcome, treated * after, cluster, controls[["treated"]])
    assert ever == NotEstimable(
        "with 3 clusters to go by not even the largest effect could be told from chance"
    )


def test_five_clusters_cannot_tell_at_95_percent() -> None:
    outcome, regressor, cluster, controls = made_up(5, 9.0)
    assert isinstance(wild_cluster_bootstrap(outcome, regressor, cluster, controls), NotEstimable)
    assert isinstance(wild_cluster_bootstrap(outcome, regressor, cluster, controls, 0.9), WildCluster)


def test_the_villages_of_gerber_and_green() -> None:
    budgets = np.array([15.0, 15, 20, 20, 10, 15, 30])
    result = randomisation_test(lambda f: gap(budgets, f), [1, 0, 0, 0, 0, 0, 1])
    assert isinstance(result, PValue)
    assert gap(budgets, np.array([1, 0, 0, 0, 0, 0, 1.0])) == 6.5
    assert result.value == pytest.approx(8 / 21), "Gerber and Green 2012, Field Experiments, chapter 3: .38"


def test_the_lady_tasting_tea() -> None:
    milk_first = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
    result = randomisation_test(lambda f: gap(milk_first, f), milk_first)
    assert isinstance(result, PValue)
    assert result.value == pytest.approx(2 / 70), "Fisher 1935: all right or all wrong, 2 of 70"


def gap(values: Floats, flags: Floats) -> float:
    return float(values[flags == 1].mean() - values[flags == 0].mean())


def test_starts_are_dealt_out_too_and_many_are_drawn_from_a_fixed_seed() -> None:
    values = np.arange(8.0)
    starts = [1.0, 1, 2, 2, 3, 3, 9, 9]

    def lean(dealt: Floats) -> float:
        return float(np.corrcoef(values, dealt)[0, 1])

    exact = randomisation_test(lean, starts)
    assert isinstance(exact, PValue)
    assert exact.method == "randomisation, all 2520 arrangements"
    assert exact.value == pytest.approx(2 / 2520), "the order seen and its mirror"
    many = [randomisation_test(lambda f: gap(np.arange(30.0), f), [1.0] * 15 + [0.0] * 15) for _ in range(2)]
    assert many[0] == many[1]
    assert many[0] == PValue(
        1 / 2000,
        "randomisation, 1999 draws",
        "the units chosen would have done the same if not chosen",
    )


def test_one_of_few_units_cannot_be_told_from_chance() -> None:
    flags = [1.0] + [0.0] * 18
    assert isinstance(randomisation_test(lambda f: gap(np.arange(19.0), f), flags), NotEstimable | PValue)
    assert randomisation_test(lambda f: gap(np.arange(19.0), f), flags[:15]) == NotEstimable(
        "too few units could have been chosen for any result to be rare by chance"
    )


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        wild_cluster_bootstrap([1.0, 2], [1.0, 0, 1], list("abc"))
    with pytest.raises(ValueError, match="missing or infinite"):
        wild_cluster_bootstrap([1, np.nan], [1.0, 0], [1, 2])
    assert isinstance(wild_cluster_bootstrap([1.0, 2, 3], [1.0, 1, 1], [1, 2, 3]), NotEstimable)
    assert isinstance(wild_cluster_bootstrap([1.0, 1, 1, 1], [1.0, 0, 1, 0], [1, 2, 3, 4]), NotEstimable)


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [6, 8, 10, 16])
@pytest.mark.parametrize("kind", ["by person", "by cluster"])
def test_chance_is_called_an_effect_at_no_more_than_the_level(clusters: int, kind: str) -> None:
    """Figures in docs/methods.md."""
    wild, plain, dealt = [], [], []
    for seed in range(600):
        random = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(clusters), random.integers(5, 40, clusters))
        of_cluster = np.arange(clusters) < clusters // 2
        treated = of_cluster[cluster] if kind == "by cluster" else random.random(cluster.size) < 0.5
        own = random.normal(0, 0.6, clusters) if kind == "by person" else 0.0
        outcome = (random.normal(0, 0.6, clusters))[cluster] + random.normal(0, 1, cluster.size)
        outcome = outcome + np.broadcast_to(own, clusters)[cluster] * treated
        wild.append(found(wild_cluster_bootstrap(outcome, treated, cluster)).p_value.value <= 0.05)
        known = adjusted_difference(outcome, treated, clusters=cluster)
        assert isinstance(known, Estimate)
        plain.append(not known.contains(0.0))
        if kind == "by cluster":
            means = pd.Series(outcome).groupby(cluster).mean().to_numpy()
            test = randomisation_test(lambda f, m=means: gap(m, f), of_cluster.astype(float))  # type: ignore[misc]
            dealt.append(isinstance(test, PValue) and test.value <= 0.05)
    found_wrongly = [float(np.mean(each or [False])) for each in (wild, plain, dealt)]
    print(f"{clusters} clusters, {kind}: wild, CR1, dealt {found_wrongly}")
    assert np.mean(wild) <= 0.07
    assert np.mean(dealt or [False]) <= 0.07
