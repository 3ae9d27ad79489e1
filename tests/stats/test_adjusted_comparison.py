"""Treated against comparison, adjusted: checked by statsmodels with dummies and by a planted truth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from told import triple

from pipeline.stats.results import Estimate, NotEstimable
from pipeline.stats.scores.comparison import adjusted_difference, difference_in_effects


@dataclass(frozen=True)
class Study:
    """Simulated children in clusters in strata; treatment by cluster, or by child within clusters."""

    outcome: NDArray[np.float64]
    treated: NDArray[np.bool_]
    group: NDArray[np.bool_]
    covariates: pd.DataFrame
    strata: NDArray[np.str_]
    clusters: NDArray[np.int64]


def simulated(
    random: np.random.Generator, *, by_cluster: bool, effect: float = 2.0, extra: float = 1.0, size: int = 12
) -> Study:
    """`effect` of treatment outside the group, `effect + extra` in it; age is higher among the treated."""
    clusters = np.repeat(np.arange(40), size)
    strata = clusters // 5
    by_child = random.random(clusters.size) < 0.3 + 0.05 * strata
    treated = (clusters % 5 < 1 + strata % 3) if by_cluster else by_child
    group = random.random(clusters.size) < 0.4
    age = random.normal(10, 2, clusters.size) + treated
    outcome = (
        effect * treated + extra * (treated & group) - group + 0.5 * age + 3.0 * strata
        + random.normal(0, 1, 40)[clusters] + random.normal(0, 2, clusters.size)
    )  # fmt: skip
    covariates = pd.DataFrame({"age": age, "intake": random.integers(2018, 2024, clusters.size)})
    return Study(outcome, treated, group, covariates, np.array([f"area {s}" for s in strata]), clusters)


def by_dummies(study: Study, options: dict[str, Any], columns: dict[str, Any], level: float) -> Any:
    """(value, lower, upper) of the first column, by statsmodels."""
    design = pd.DataFrame(columns).astype(float)
    if "covariates" in options:
        design = pd.concat([design, study.covariates], axis=1)
    strata = pd.Series(study.strata if "strata" in options else "all", index=design.index)
    design = pd.concat([design, pd.get_dummies(strata, dtype=float)], axis=1)
    kind = {"cov_type": "HC1"}
    if "clusters" in options:
        kind = {"cov_type": "cluster", "cov_kwds": {"groups": study.clusters}}  # type: ignore[dict-item]
    fit = sm.OLS(study.outcome, design).fit(use_t=True, **kind)
    lower, upper = fit.conf_int(1 - level).iloc[0]
    return fit.params.iloc[0], lower, upper


def chosen(study: Study, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(study, name) for name in names}


OPTIONS = [
    (),
    ("covariates",),
    ("strata",),
    ("clusters",),
    ("covariates", "strata"),
    ("strata", "clusters"),
    ("covariates", "strata", "clusters"),
]


@pytest.mark.parametrize("names", OPTIONS)
@pytest.mark.parametrize("by_cluster", [True, False])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_the_adjusted_difference_is_that_of_statsmodels_with_dummies(
    names: tuple[str, ...], by_cluster: bool, level: float
) -> None:
    study = simulated(np.random.default_rng(1), by_cluster=by_cluster)
    options = chosen(study, names)
    expected = by_dummies(study, options, {"treated": study.treated}, level)
    result = adjusted_difference(study.outcome, study.treated, **options, confidence_level=level)
    assert triple(result) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("names", OPTIONS)
def test_the_difference_in_effects_is_the_interaction_of_statsmodels_with_dummies(
    names: tuple[str, ...],
) -> None:
    study = simulated(np.random.default_rng(2), by_cluster=False)
    options = chosen(study, names)
    both = study.treated & study.group
    columns = {"both": both, "treated": study.treated, "group": study.group}
    expected = by_dummies(study, options, columns, 0.95)
    result = difference_in_effects(study.outcome, study.treated, study.group, **options)
    assert triple(result) == pytest.approx(expected, rel=1e-9)


def test_strata_that_cut_across_clusters_agree_with_statsmodels_too() -> None:
    study = simulated(np.random.default_rng(3), by_cluster=False)
    crossed = Study(**{**vars(study), "strata": np.random.default_rng(4).permutation(study.strata)})
    options = chosen(crossed, ("covariates", "strata", "clusters"))
    expected = by_dummies(crossed, options, {"treated": crossed.treated}, 0.95)
    assert triple(adjusted_difference(crossed.outcome, crossed.treated, **options)) == pytest.approx(expected)


def test_a_covariate_that_repeats_another_or_a_stratum_changes_nothing() -> None:
    study = simulated(np.random.default_rng(6), by_cluster=True)
    more = study.covariates.assign(
        months=study.covariates["age"] * 12, poverty=[int(s[-1]) / 7 for s in study.strata]
    )
    options = chosen(study, ("covariates", "strata", "clusters"))
    plain = triple(adjusted_difference(study.outcome, study.treated, **options))
    repeated = triple(adjusted_difference(study.outcome, study.treated, **{**options, "covariates": more}))
    assert repeated == pytest.approx(plain)


@pytest.mark.long
def test_the_planted_effect_is_covered_at_about_its_level_and_ignoring_clusters_is_too_sure() -> None:
    random = np.random.default_rng(20240612)
    covered = ignoring = 0
    for _ in range(400):
        study = simulated(random, by_cluster=True, effect=2.0, extra=0.0)
        rows = study.outcome, study.treated, study.covariates, study.strata
        clustered, plain = adjusted_difference(*rows, study.clusters), adjusted_difference(*rows)
        assert isinstance(clustered, Estimate) and isinstance(plain, Estimate)
        covered, ignoring = covered + clustered.contains(2.0), ignoring + plain.contains(2.0)
    assert 0.91 <= covered / 400 <= 0.98
    assert ignoring / 400 < 0.85


@pytest.mark.long
def test_the_planted_difference_in_effects_is_covered_at_about_its_level() -> None:
    random = np.random.default_rng(20240613)
    covered = 0
    for _ in range(400):
        study = simulated(random, by_cluster=True, effect=2.0, extra=1.0)
        rows = study.outcome, study.treated, study.group, study.covariates, study.strata, study.clusters
        result = difference_in_effects(*rows)
        covered += isinstance(result, Estimate) and result.contains(1.0)
    assert 0.91 <= covered / 400 <= 0.98


FLAGS = [1, 1, 0, 0, 1, 1, 0, 0]
SCORES = [5.0, 7.0, 3.0, 2.0, 6.0, 9.0, 4.0, 1.0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"treated": [1] * 8}, "there are no comparison people"),
        ({"treated": [0] * 8}, "there are no treated people"),
        ({"clusters": ["a"] * 8}, "fewer than two clusters"),
        ({"clusters": list("aabbaabc")}, "all treated people are in one cluster"),
        ({"clusters": list("abccbacc")}, "all comparison people are in one cluster"),
        ({"strata": list("aabbaabb")}, "strata or covariates leave no treated and comparison people"),
        ({"covariates": pd.DataFrame({"x": FLAGS})}, "strata or covariates leave no treated and comparison people"),
        ({"strata": list("aaaabbcc"), "clusters": list("aaaabbcc")},
            "only one cluster has treated and comparison people"),
        ({"strata": list("abbacddc"), "covariates": pd.DataFrame(np.eye(8)[:, [0, 1, 4]])}, "too few people"),
        ({"outcome": [4.0] * 8}, "the outcome does not vary"),
        ({"outcome": FLAGS}, "the outcome does not vary"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_why(changes: dict[str, Any], reason: str) -> None:
    result = adjusted_difference(**{"outcome": SCORES, "treated": FLAGS, **changes})
    assert isinstance(result, NotEstimable)
    assert reason in result.reason


@pytest.mark.parametrize(
    ("group", "clusters", "reason"),
    [
        ([0] * 8, None, "there are no treated people in the group"),
        ([0, 0, 1, 1, 0, 0, 1, 1], None, "there are no treated people in the group"),
        ([1, 1, 1, 0, 1, 1, 1, 0], None, "there are no treated people outside the group"),
        ([1, 0, 1, 0, 0, 0, 1, 0], list("aaaabbbb"), "all treated people in the group are in one cluster"),
    ],
)
def test_an_empty_corner_of_the_interaction_says_which(group: Any, clusters: Any, reason: str) -> None:
    result = difference_in_effects(SCORES, FLAGS, group, clusters=clusters)
    assert isinstance(result, NotEstimable)
    assert reason in result.reason


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": [*SCORES[:7], np.nan]}, "outcomes hold a missing or infinite value"),
        ({"treated": [*FLAGS[:7], 2]}, "treated holds a value other than 0 and 1"),
        ({"treated": [*FLAGS[:7], None]}, "treated holds a value other than 0 and 1"),
        ({"treated": FLAGS[:7]}, "treated and outcome differ in length"),
        ({"strata": [*"aabbaab", None]}, "strata hold a missing label"),
        ({"clusters": [*"aabbaab", None]}, "clusters hold a missing label"),
        ({"clusters": list("aab")}, "clusters and outcome differ in length"),
        ({"covariates": pd.DataFrame({"x": [1.0]})}, "covariates and outcome differ in length"),
        ({"covariates": pd.DataFrame({"x": list("abcdefgh")})}, "covariate 'x' is str, expected numbers"),
        ({"covariates": pd.DataFrame({"x": [*SCORES[:7], np.nan]})}, "covariate 'x' hold a missing"),
        ({"confidence_level": 95}, r"for 95 % write 0\.95"),
    ],
)
def test_input_that_no_model_can_use_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        adjusted_difference(**{"outcome": SCORES, "treated": FLAGS, **changes})


def test_the_frames_handed_in_stay_as_they_were() -> None:
    study = simulated(np.random.default_rng(7), by_cluster=True)
    outcome, covariates = study.outcome.copy(), study.covariates.copy()
    adjusted_difference(study.outcome, study.treated, study.covariates, study.strata, study.clusters)
    pd.testing.assert_frame_equal(study.covariates, covariates)
    assert (study.outcome == outcome).all()
