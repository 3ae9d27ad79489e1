"""What changed for children, on planted and published values."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.impact.change import ALL_GROUPS, assess_changes
from pipeline.analysis.impact.effects import assess_effects, assess_gap_effects
from pipeline.protect.rounding import Least
from pipeline.stats.results import Estimate, NotEstimable

# Student (1908), extra hours of sleep under two drugs, as R's data set `sleep`: paired t gives a mean difference of
# 1.58 hours, 95 % interval .7001142 to 2.4598858.
FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def scores(
    baseline: list[float] | np.ndarray,
    review: list[float] | np.ndarray,
    arm: str | list[str] = "treated",
    group: str | list[str] = "White",
    sign: float = 1.0,
) -> pd.DataFrame:
    frame = pd.DataFrame({"baseline_score": baseline, "review_score": review})
    frame = frame.assign(
        service_id="S1", provider_id="p", scale="s", arm=arm, ethnic_group=group, ethnicity=group, sign=sign
    )
    frame["child"] = np.arange(len(frame))
    frame["review_date"] = dt.date(2010, 1, 1)
    frame["improvement"] = (frame["review_score"] - frame["baseline_score"]) * sign
    return frame


def simulated(effect: float, seed: int, pairs: int = 400) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    start = draw.normal(20, 5, 2 * pairs)
    arm = np.repeat(["treated", "comparison"], pairs)
    group = draw.choice(["Black", "White"], 2 * pairs)
    growth = 1.0 + np.where(arm == "treated", effect, 0.0)
    gains = np.where((group == "Black") & (arm == "treated"), 1.5, 0.0)
    review = start + growth + gains + draw.normal(0, 4, 2 * pairs)
    return scores(start, review, arm.tolist(), group.tolist())


def test_the_paired_change_is_student_s() -> None:
    (change,) = assess_changes(scores(FIRST_DRUG, SECOND_DRUG), (), Least(10), 0.95)
    assert isinstance(change.change, Estimate)
    assert change.change.value == pytest.approx(1.58)
    assert (change.change.lower, change.change.upper) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert change.verdict == "better"


def test_the_effect_size_is_the_change_over_the_spread_of_all_starting_scores() -> None:
    frame = pd.concat([scores(FIRST_DRUG, SECOND_DRUG), scores([9.0], [np.nan])], ignore_index=True)
    (change,) = assess_changes(frame, (), Least(10), 0.95)
    assert isinstance(change.effect_size, Estimate)
    assert change.effect_size.value == pytest.approx(1.58 / np.std([*FIRST_DRUG, 9.0], ddof=1))


def test_improvement_is_turned_when_a_lower_score_is_better() -> None:
    frame = scores(SECOND_DRUG, FIRST_DRUG, sign=-1.0)
    (change,) = assess_changes(frame, (), Least(10), 0.95)
    assert isinstance(change.change, Estimate)
    assert change.change.value == pytest.approx(1.58)


@pytest.mark.parametrize(("minimum", "verdict"), [(10, "better"), (11, "too few to say")])
def test_fewer_children_than_the_minimum_are_too_few_to_say(minimum: int, verdict: str) -> None:
    (change,) = assess_changes(scores(FIRST_DRUG, SECOND_DRUG), (), Least(minimum), 0.95)
    assert change.verdict == verdict


def test_several_scores_of_one_child_do_not_make_the_interval_narrower() -> None:
    once = scores(FIRST_DRUG, SECOND_DRUG)
    (single,) = assess_changes(once, (), Least(10), 0.95)
    (twice,) = assess_changes(pd.concat([once, once]), (), Least(10), 0.95)
    assert isinstance(single.change, Estimate)
    assert isinstance(twice.change, Estimate)
    assert twice.with_both == 10
    assert twice.change.lower == pytest.approx(single.change.lower)


def test_each_group_stands_after_all_children_in_the_order_given() -> None:
    frame = scores(FIRST_DRUG, SECOND_DRUG, group=["Black"] * 4 + ["White"] * 6)
    changes = assess_changes(frame, ("White", "Black", "Asian"), Least(3), 0.95)
    assert [(change.ethnic_group, change.with_both) for change in changes] == [
        (ALL_GROUPS, 10),
        ("White", 6),
        ("Black", 4),
    ]


def test_comparison_children_are_no_part_of_the_change() -> None:
    frame = pd.concat([scores(FIRST_DRUG, SECOND_DRUG), scores([0.0] * 5, [9.0] * 5, "comparison")])
    (change,) = assess_changes(frame, (), Least(10), 0.95)
    assert change.with_both == 10


def test_a_planted_effect_is_found_beside_a_growth_that_both_arms_share() -> None:
    (overall,) = assess_effects(simulated(2.0, seed=1), (), Least(10), 0.95)
    assert isinstance(overall.given_start, Estimate)
    assert overall.given_start.contains(2.0 + 1.5 / 2)
    assert overall.verdict == "better"


def test_growth_that_both_arms_share_is_no_effect() -> None:
    covered = 0
    for seed in range(40):
        frame = simulated(0.0, seed).query("ethnic_group == 'White'")
        (overall,) = assess_effects(frame, (), Least(10), 0.95)
        assert isinstance(overall.given_start, Estimate)
        covered += overall.given_start.contains(0.0)
    # 95 % of 40 is 38; fewer than 34 would have a chance of under 1 in 1,000 (binomial).
    assert covered >= 34


def test_without_a_comparison_arm_there_is_no_effect_to_list() -> None:
    assert assess_effects(scores(FIRST_DRUG, SECOND_DRUG), ("White",), Least(10), 0.95) == ()
    assert assess_gap_effects(scores(FIRST_DRUG, SECOND_DRUG), ("Black",), "White", Least(10), 0.95) == ()


def test_what_a_service_did_to_a_gap_is_the_planted_extra_gain_of_the_group() -> None:
    (black,) = assess_gap_effects(simulated(1.0, seed=7, pairs=2000), ("Black",), "White", Least(10), 0.95)
    assert isinstance(black.moved, Estimate)
    assert black.moved.contains(1.5)
    assert black.moved.lower > 0


def test_too_few_children_on_one_side_give_a_reason_instead_of_a_gap() -> None:
    frame = simulated(1.0, seed=7, pairs=30)
    (black,) = assess_gap_effects(frame, ("Black",), "White", Least(100), 0.95)
    assert black.moved == NotEstimable("fewer than 100 children with both scores in one of the groups")


def test_arguments_are_left_untouched() -> None:
    frame = simulated(1.0, seed=5)
    before = frame.copy(deep=True)
    assess_changes(frame, ("Black", "White"), Least(10), 0.95)
    assess_effects(frame, ("Black", "White"), Least(10), 0.95)
    assess_gap_effects(frame, ("Black",), "White", Least(10), 0.95)
    pd.testing.assert_frame_equal(frame, before)
