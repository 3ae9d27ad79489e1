"""Difference in differences: published estimates, a second implementation, planted truths and coverage."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from told import triple

from pipeline.stats.designs.difference_in_differences import StaggeredEffects, staggered_effects
from pipeline.stats.designs.panel import NEVER, Panel, balanced_panel, group_times
from pipeline.stats.inputs import Floats
from pipeline.stats.results import NotEstimable, Result

PANELS = Path(__file__).parent / "panels"


def organ_donations() -> Panel:
    wide = pd.read_csv(PANELS / "organ_donations.csv", index_col=0)
    starts = np.where(wide.index == "California", 3.0, NEVER)
    return Panel(wide.to_numpy(dtype=float), np.arange(6.0), starts)


def test_the_question_of_california_lost_organ_donors_as_published() -> None:
    panel = organ_donations()
    effects = staggered_effects(panel)
    assert isinstance(effects, StaggeredEffects)
    california = panel.starts == 3
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


ORACLE = json.loads((PANELS.parents[1] / "oracles" / "csdid_effects.json").read_text(encoding="utf-8"))


def error_of(estimate: Result, quantile: float) -> tuple[float, float]:
    value, lower, upper = triple(estimate)
    return value, (upper - lower) / 2 / quantile


def alike_in(panel: Panel, values: Floats) -> Panel:
    return replace(panel, covariates=values.reshape(-1, 1))


def agree(panel: Panel, oracle: str, quantile: float) -> StaggeredEffects:
    """Effects as another implementation has them, errors too, but for `exposures` by groups of many sizes."""
    expected, found = ORACLE[oracle], group_times(panel)
    errors = [float(np.sqrt(np.mean(one.influence**2) / one.influence.size)) for one in found]
    told = [[one.start, one.time, one.effect, error] for one, error in zip(found, errors, strict=True)]
    assert np.array(told) == pytest.approx(np.array(expected["group times"]), abs=1e-6)
    effects = staggered_effects(panel)
    assert isinstance(effects, StaggeredEffects)
    assert error_of(effects.overall, quantile) == pytest.approx(expected["group"], abs=1e-6)
    assert error_of(effects.dynamic, quantile) == pytest.approx(expected["dynamic"], abs=1e-6)
    return effects


def test_the_castle_laws_are_those_of_a_second_implementation() -> None:
    panel = castle()
    quantile = 2.1009220  # t, 18 degrees of freedom: 19 states with a law
    effects = agree(panel, "castle never", quantile)
    agree(alike_in(panel, panel.outcome[:, 0]), "castle never alike", quantile)
    of_all = next(one for one in effects.exposures if one.exposure == 0)
    # The largest t of all exposures at 95 % by csdid's own bootstrap is about 2.5.
    assert error_of(of_all.band, 2.5)[1] == pytest.approx(error_of(of_all.effect, quantile)[1], rel=0.05)
    by_exposure = {one.exposure: one.effect for one in effects.exposures}
    for exposure, *expected in ORACLE["castle never"]["exposures"]:
        started = [int((panel.starts == g).sum()) for g in panel.groups if g + exposure in panel.times]
        told = error_of(by_exposure[exposure], quantile_of(sum(started)))
        assert told == pytest.approx(expected, abs=1e-6)
    assert triple(effects.pre_trend)[0] > 0, "before their laws homicides rose faster in these states"


def test_minimum_wages_as_callaway_and_sant_anna_published_them() -> None:
    """From the vignette of `did`; the county data are those of an installed `moderndid`, else a wheel's."""
    files = [path for path in sys.path if (Path(path) / MPDTA).is_file()]
    if not files:
        pytest.skip("the package moderndid 0.2.0, whose data these are, is not installed")
    rows = pd.read_pickle(Path(files[0]) / MPDTA)
    never = rows["first.treat"].replace(0, np.inf)
    given = rows["countyreal"], rows["year"], rows["lemp"], never
    plain, alike = balanced_panel(*given), balanced_panel(*given, rows[["lpop"]])
    assert isinstance(plain, Panel)
    assert isinstance(alike, Panel)
    agree(plain, "mpdta never", quantile_of(191))
    agree(alike, "mpdta never alike", quantile_of(191))


MPDTA = "moderndid/core/datasets/mpdta_long.pkl.gz"


@pytest.mark.parametrize(
    ("oracle", "simple", "group", "dynamic"),
    [("mpdta never", -0.0400, -0.0310, -0.0772), ("mpdta doubly robust", -0.0418, -0.0328, -0.0804)],
)
def test_the_oracle_is_as_published(oracle: str, simple: float, group: float, dynamic: float) -> None:
    """Outcome regression and the doubly robust differ by less than a twentieth of their error."""
    kinds = ("simple", "group", "dynamic")
    assert [ORACLE[oracle][kind][0] for kind in kinds] == pytest.approx([simple, group, dynamic], abs=5e-5)
    for kind in kinds:
        value, error = ORACLE["mpdta doubly robust"][kind]
        assert ORACLE["mpdta never alike"][kind][0] == pytest.approx(value, abs=error / 20)


def test_a_trend_that_goes_with_a_covariate_is_no_effect_once_it_is_held_fixed() -> None:
    rng = np.random.default_rng(5)
    starts, times = np.where(np.arange(400) % 2, 3.0, NEVER), np.arange(6.0)
    mix = rng.normal(0, 1, 400) + (starts == 3)
    outcome = rng.normal(0, 0.3, (400, 6)) + 0.5 * mix[:, None] * times
    panel = Panel(outcome, times, starts)
    crude, alike = staggered_effects(panel), staggered_effects(alike_in(panel, mix))
    assert isinstance(crude, StaggeredEffects)
    assert isinstance(alike, StaggeredEffects)
    assert triple(crude.overall)[1] > 0.5
    assert triple(alike.overall)[0] == pytest.approx(0, abs=0.1)
    nothing_held = staggered_effects(alike_in(panel, np.full(400, 7.0)))
    assert nothing_held == crude, "a covariate that is the same everywhere holds nothing fixed"
    few = Panel(outcome[:6], times, starts[:6], rng.normal(0, 1, (6, 3)))
    assert staggered_effects(few) == NotEstimable(
        "nobody starts after the first time, or there are too few for so many covariates to compare with"
    )


def quantile_of(units: int) -> float:
    from scipy import stats

    return float(stats.t.ppf(0.975, units - 1))


def test_a_state_alone_with_its_start_leaves_the_number_without_an_interval() -> None:
    effects = staggered_effects(castle(left_out=()))
    assert isinstance(effects, StaggeredEffects)
    assert np.isfinite(effects.value)
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
    effects = staggered_effects(panel)
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


@pytest.mark.long
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


def test_nobody_to_compare_with_gives_no_effect() -> None:
    everyone = Panel(np.ones((3, 2)), np.arange(2.0), np.ones(3))
    assert isinstance(staggered_effects(everyone), NotEstimable)
